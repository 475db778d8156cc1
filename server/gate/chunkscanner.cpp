#include "server/gate/chunkscanner.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace entvas {

namespace {

constexpr qsizetype kMaxDigits = 16; // of a size: 64 bits

bool isText(char c)
{
    return (c >= 0x20 && c < 0x7f) || c == '\t';
}

// "1a", "1a;name=value"
std::optional<quint64> sizeOf(QByteArrayView line)
{
    quint64 size = 0;
    qsizetype digits = 0;
    for (; digits < line.size() && std::isxdigit(static_cast<unsigned char>(line[digits])); ++digits) {
        const char c = line[digits];
        size = size << 4 | quint64(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    const QByteArrayView extension = line.sliced(digits);
    if (digits == 0 || digits > kMaxDigits || !std::all_of(extension.begin(), extension.end(), isText))
        return {};
    if (!extension.isEmpty() && extension[0] != ';' && extension[0] != ' ' && extension[0] != '\t')
        return {};
    return size;
}

} // namespace

std::optional<qsizetype> ChunkScanner::next(QByteArrayView input)
{
    if (m_data > 0) {
        const auto piece = qsizetype(std::min(m_data, quint64(input.size())));
        m_data -= quint64(piece);
        return piece;
    }
    for (; m_at < input.size(); ++m_at) {
        const char c = input[m_at];
        const bool isEndDue = m_at > 0 && input[m_at - 1] == '\r';
        if (isEndDue != (c == '\n') || c == '\0' || (m_line == Line::DataEnd && m_at == 0 && c != '\r'))
            return {};
        if (c != '\n')
            continue;
        const QByteArrayView line = input.sliced(m_lineStart, m_at - 1 - m_lineStart);
        m_lineStart = m_at + 1;
        switch (m_line) {
        case Line::DataEnd: m_line = Line::Size; break;
        case Line::Size:
            if (const std::optional<quint64> size = sizeOf(line)) {
                m_data = *size;
                m_line = m_data > 0 ? Line::DataEnd : Line::Trailer;
            } else {
                return {};
            }
            if (m_data > 0)
                return cut();
            break;
        case Line::Trailer:
            if (line.isEmpty())
                return cut();
            break;
        }
    }
    return 0;
}

std::optional<qsizetype> ChunkScanner::cut()
{
    m_at = 0;
    return std::exchange(m_lineStart, 0);
}

} // namespace entvas
