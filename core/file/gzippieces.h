#pragma once

#include "core/base/result.h"

#include <memory>
#include <QByteArray>

namespace entvas {

// Packs a stream piece by piece (RFC 1952). What was packed up to endMember() can be unpacked by itself, and the next
// piece begins another member: so a file that was cut off behind one can be continued.
class GzipPacker
{
public:
    GzipPacker();
    ~GzipPacker();
    QByteArray add(const QByteArray &plain);
    QByteArray endMember();

private:
    QByteArray run(const QByteArray &plain, int flush);
    struct Stream;
    std::unique_ptr<Stream> m_stream;
};

// Unpacks one, holding no more of it than a piece brings.
class GzipUnpacker
{
public:
    GzipUnpacker();
    ~GzipUnpacker();
    // What `packed`, the next piece, brings. Fault::BadInput when it is damaged or no gzip.
    Result<QByteArray> add(const QByteArray &packed);
    // Nothing is missing: the last member is whole.
    bool isWhole() const { return m_isWhole; }

private:
    struct Stream;
    std::unique_ptr<Stream> m_stream;
    bool m_isWhole = false;
};

} // namespace entvas
