#include "core/file/gzipstream.h"

#include <array>
#include <QIODevice>
#include <zlib.h>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {
constexpr qsizetype kPiece = 64 * 1024;
constexpr int kGzipOnly = 16; // added to zlib's window bits: no raw deflate, no zlib header
constexpr int kMemory = 8;    // zlib's default
constexpr int kLevel = 3;     // a fifth larger than the default, at twice its speed
} // namespace

class GzipWriter::Stream
{
public:
    z_stream z{};
    std::array<char, kPiece> out{};
};

GzipWriter::GzipWriter(QIODevice *device) : m_device(device), m_stream(std::make_unique<Stream>())
{
    if (deflateInit2(&m_stream->z, kLevel, Z_DEFLATED, MAX_WBITS + kGzipOnly, kMemory, Z_DEFAULT_STRATEGY) != Z_OK)
        qFatal("zlib could not start");
}

GzipWriter::~GzipWriter()
{
    deflateEnd(&m_stream->z);
}

Result<void> GzipWriter::write(QByteArrayView bytes)
{
    return deflateAll(bytes, Z_NO_FLUSH);
}

Result<void> GzipWriter::finish()
{
    return deflateAll({}, Z_FINISH);
}

Result<void> GzipWriter::deflateAll(QByteArrayView bytes, int flush)
{
    z_stream &z = m_stream->z;
    z.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
    z.avail_in = uInt(bytes.size()); // a line: far below 4 GiB
    do {
        z.next_out = reinterpret_cast<Bytef *>(m_stream->out.data());
        z.avail_out = uInt(m_stream->out.size());
        deflate(&z, flush);
        const auto have = qint64(m_stream->out.size()) - qint64(z.avail_out);
        for (qint64 sent = 0; sent < have;) {
            const qint64 took = m_device->write(m_stream->out.data() + sent, have - sent);
            if (took <= 0)
                return {Fault::Unavailable, m_device->errorString()};
            sent += took;
        }
        m_packed += have;
    } while (z.avail_out == 0);
    return {};
}

class GzipReader::Stream
{
public:
    z_stream z{};
};

GzipReader::GzipReader(QIODevice *device) : m_device(device), m_stream(std::make_unique<Stream>())
{
    if (inflateInit2(&m_stream->z, MAX_WBITS + kGzipOnly) != Z_OK)
        qFatal("zlib could not start");
}

GzipReader::~GzipReader()
{
    inflateEnd(&m_stream->z);
}

GzipReader::State GzipReader::read(QByteArray &out)
{
    if (m_ended)
        return State::End;
    z_stream &z = m_stream->z;
    if (z.avail_in == 0) {
        m_in.resize(kPiece);
        const qint64 got = m_device->read(m_in.data(), m_in.size());
        if (got < 0)
            return State::Unreadable;
        if (got == 0)
            return m_packed == 0 ? State::NoGzip : State::Cut;
        z.next_in = reinterpret_cast<Bytef *>(m_in.data());
        z.avail_in = uInt(got);
    }
    const uInt before = z.avail_in;
    const qsizetype have = out.size();
    out.resize(have + kPiece);
    z.next_out = reinterpret_cast<Bytef *>(out.data() + have);
    z.avail_out = uInt(kPiece);
    const int state = inflate(&z, Z_NO_FLUSH);
    out.resize(have + kPiece - qsizetype(z.avail_out));
    const bool isFirst = m_packed == 0;
    m_packed += before - z.avail_in;
    if (state == Z_STREAM_END) {
        char more = 0;
        if (z.avail_in > 0 || m_device->read(&more, 1) > 0)
            return State::Damaged;
        m_ended = true;
        return State::End;
    }
    if (state == Z_OK || state == Z_BUF_ERROR)
        return State::More;
    return isFirst && out.size() == have ? State::NoGzip : State::Damaged;
}

} // namespace entvas
