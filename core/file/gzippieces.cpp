#include "core/file/gzippieces.h"

#include <zlib.h>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr int kGzipOnly = 16; // added to zlib's window bits: no raw deflate, no zlib header
constexpr int kMemory = 8;    // zlib's default
constexpr qsizetype kStep = 256 * 1024;

// zlib reads through a pointer that is not const, and changes nothing.
void setInput(z_stream &stream, const QByteArray &bytes)
{
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.constData()));
    stream.avail_in = uInt(bytes.size());
}

} // namespace

struct GzipPacker::Stream : z_stream {
    Stream() : z_stream{}
    {
        started = deflateInit2(this, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + kGzipOnly, kMemory,
                               Z_DEFAULT_STRATEGY) == Z_OK;
    }
    ~Stream()
    {
        if (started)
            deflateEnd(this);
    }
    Q_DISABLE_COPY_MOVE(Stream)
    bool started = false;
    bool hasBytes = false; // of the member that is open
};

GzipPacker::GzipPacker() : m_stream(std::make_unique<Stream>()) {}
GzipPacker::~GzipPacker() = default;

QByteArray GzipPacker::add(const QByteArray &plain)
{
    m_stream->hasBytes = true;
    return run(plain, Z_NO_FLUSH);
}

QByteArray GzipPacker::endMember()
{
    if (!std::exchange(m_stream->hasBytes, false))
        return {};
    const QByteArray packed = run({}, Z_FINISH);
    deflateReset(m_stream.get());
    return packed;
}

QByteArray GzipPacker::run(const QByteArray &plain, int flush)
{
    Q_ASSERT(m_stream->started);
    QByteArray out;
    QByteArray room(kStep, Qt::Uninitialized);
    setInput(*m_stream, plain);
    do {
        m_stream->next_out = reinterpret_cast<Bytef *>(room.data());
        m_stream->avail_out = uInt(room.size());
        deflate(m_stream.get(), flush);
        out.append(room.constData(), room.size() - qsizetype(m_stream->avail_out));
    } while (m_stream->avail_out == 0);
    return out;
}

struct GzipUnpacker::Stream : z_stream {
    Stream() : z_stream{} { started = inflateInit2(this, MAX_WBITS + kGzipOnly) == Z_OK; }
    ~Stream()
    {
        if (started)
            inflateEnd(this);
    }
    Q_DISABLE_COPY_MOVE(Stream)
    bool started = false;
};

GzipUnpacker::GzipUnpacker() : m_stream(std::make_unique<Stream>()) {}
GzipUnpacker::~GzipUnpacker() = default;

Result<QByteArray> GzipUnpacker::add(const QByteArray &packed)
{
    QByteArray out;
    QByteArray room(kStep, Qt::Uninitialized);
    setInput(*m_stream, packed);
    bool isFull = false; // the output: more may come without further input
    while (m_stream->avail_in > 0 || isFull) {
        if (m_isWhole && inflateReset(m_stream.get()) != Z_OK)
            return {Fault::Internal, u"zlib could not start again"_s};
        m_isWhole = false;
        m_stream->next_out = reinterpret_cast<Bytef *>(room.data());
        m_stream->avail_out = uInt(room.size());
        const int state = inflate(m_stream.get(), Z_NO_FLUSH);
        out.append(room.constData(), room.size() - qsizetype(m_stream->avail_out));
        isFull = m_stream->avail_out == 0 && state == Z_OK;
        if (state == Z_STREAM_END)
            m_isWhole = true;
        else if (state == Z_BUF_ERROR)
            break; // the output ended exactly where the input did
        else if (state != Z_OK)
            return {Fault::BadInput, u"the gzip data is damaged"_s};
    }
    return out;
}

} // namespace entvas
