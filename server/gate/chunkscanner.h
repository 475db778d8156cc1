#pragma once

#include <optional>
#include <QByteArrayView>

namespace entvas {

// Where a chunked body (RFC 9112, 7.1) may be cut for the parser: data as it comes, the line that gives a chunk's size
// only whole, and the last chunk only together with its trailer. So the parser sees the same pieces however the network
// cut them, and line ends that two programs in a chain could read in two ways never reach it. Plain value logic.
class ChunkScanner
{
public:
    // The size of the piece at the front of `input`, which must then be taken from there; 0 when more bytes are needed:
    // call again with bytes appended. Nothing when these bytes are no chunked body.
    std::optional<qsizetype> next(QByteArrayView input);

private:
    enum class Line { Size, DataEnd, Trailer };
    std::optional<qsizetype> cut();

    Line m_line = Line::Size;
    quint64 m_data = 0;        // bytes of the chunk that are still to come
    qsizetype m_at = 0;        // how far the piece has been looked at …
    qsizetype m_lineStart = 0; // … and where its last line starts
};

} // namespace entvas
