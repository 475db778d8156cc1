#include "core/file/gzip.h"

#include <algorithm>
#include <zlib.h>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kStep = 64 * 1024;
constexpr int kGzipOnly = 16; // added to zlib's window bits: no raw deflate, no zlib header
constexpr int kMemory = 8;    // zlib's default

struct Stream : z_stream {
    Stream() : z_stream{} { started = inflateInit2(this, MAX_WBITS + kGzipOnly) == Z_OK; }
    ~Stream()
    {
        if (started)
            inflateEnd(this);
    }
    Stream(const Stream &) = delete;
    Stream &operator=(const Stream &) = delete;
    bool started = false;
};

} // namespace

Result<QByteArray> gunzip(const QByteArray &packed, qint64 maxBytes)
{
    const Failure broken{Fault::BadInput, u"The gzip body is damaged or incomplete"_s};
    Stream stream;
    if (!stream.started)
        return Failure{Fault::Internal, u"zlib could not start"_s};
    // The gate caps bodies far below 4 GiB; zlib counts in 32 bits.
    if (packed.isEmpty() || quint64(packed.size()) > std::numeric_limits<uInt>::max())
        return broken;
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(packed.constData()));
    stream.avail_in = uInt(packed.size());

    QByteArray out;
    for (;;) {
        const qsizetype have = out.size();
        // One byte more than allowed tells "exactly full" from "too much".
        const qsizetype room = std::min<qsizetype>(std::max(kStep, have), maxBytes + 1 - have);
        out.resize(have + room);
        stream.next_out = reinterpret_cast<Bytef *>(out.data() + have);
        stream.avail_out = uInt(room);
        const int state = inflate(&stream, Z_NO_FLUSH);
        out.resize(have + room - qsizetype(stream.avail_out));
        if (out.size() > maxBytes)
            return Failure{Fault::TooLarge, u"The unpacked body is larger than %1 bytes"_s.arg(maxBytes)};
        if (state == Z_STREAM_END) {
            if (stream.avail_in == 0)
                return out;
            if (inflateReset(&stream) != Z_OK) // another member follows
                return broken;
        } else if (state != Z_OK || (stream.avail_in == 0 && stream.avail_out > 0)) {
            return broken;
        }
    }
}

QByteArray gzipped(const QByteArray &plain)
{
    z_stream stream{};
    if (quint64(plain.size()) > std::numeric_limits<uInt>::max() ||
        deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + kGzipOnly, kMemory, Z_DEFAULT_STRATEGY) != Z_OK)
        return {};
    QByteArray packed(qsizetype(deflateBound(&stream, uLong(plain.size()))), Qt::Uninitialized);
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(plain.constData()));
    stream.avail_in = uInt(plain.size());
    stream.next_out = reinterpret_cast<Bytef *>(packed.data());
    stream.avail_out = uInt(packed.size());
    const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    packed.truncate(packed.size() - qsizetype(stream.avail_out));
    deflateEnd(&stream);
    return done ? packed : QByteArray();
}

bool isGzip(const QByteArray &bytes)
{
    return bytes.startsWith("\x1f\x8b");
}

} // namespace entvas
