#include "core/file/gzip.h"

#include <algorithm>
#include <array>
#include <QIODevice>
#include <zlib.h>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kPiece = 64 * 1024;
constexpr int kGzipOnly = 16; // added to zlib's window bits: no raw deflate, no zlib header
constexpr int kMemory = 8;    // zlib's default

// zlib reads through a pointer that is not const, changes nothing, and counts in 32 bits.
void setInput(z_stream &stream, QByteArrayView bytes)
{
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
    stream.avail_in = uInt(bytes.size());
}

bool fits(qsizetype bytes)
{
    return quint64(bytes) <= std::numeric_limits<uInt>::max();
}

} // namespace

class GzipPacker::Deflate
{
public:
    explicit Deflate(GzipLevel level)
    {
        if (deflateInit2(&m_stream, int(level), Z_DEFLATED, MAX_WBITS + kGzipOnly, kMemory, Z_DEFAULT_STRATEGY) != Z_OK)
            qFatal("zlib could not start");
    }
    ~Deflate() { deflateEnd(&m_stream); }
    Q_DISABLE_COPY_MOVE(Deflate)

    QByteArray run(QByteArrayView plain, int flush)
    {
        QByteArray packed;
        setInput(m_stream, plain);
        do {
            m_stream.next_out = reinterpret_cast<Bytef *>(m_out.data());
            m_stream.avail_out = uInt(m_out.size());
            deflate(&m_stream, flush);
            packed.append(m_out.data(), qsizetype(m_out.size() - m_stream.avail_out));
        } while (m_stream.avail_out == 0);
        return packed;
    }
    void reset() { deflateReset(&m_stream); }

private:
    z_stream m_stream{};
    std::array<char, kPiece> m_out{};
};

class GzipInflate
{
public:
    GzipInflate()
    {
        if (inflateInit2(&m_stream, MAX_WBITS + kGzipOnly) != Z_OK)
            qFatal("zlib could not start");
    }
    ~GzipInflate() { inflateEnd(&m_stream); }
    Q_DISABLE_COPY_MOVE(GzipInflate)

    void feed(QByteArrayView packed) { setInput(m_stream, packed); } // must outlive the steps
    qsizetype left() const { return qsizetype(m_stream.avail_in); }
    // The last step filled all of its room: more may come without further input.
    bool isFull() const { return m_stream.avail_out == 0; }
    bool startAgain() { return inflateReset(&m_stream) == Z_OK; } // another member follows
    // Adds at most `room` bytes to `out`; what zlib says of it.
    int step(QByteArray &out, qsizetype room)
    {
        const qsizetype have = out.size();
        out.resize(have + room);
        m_stream.next_out = reinterpret_cast<Bytef *>(out.data() + have);
        m_stream.avail_out = uInt(room);
        const int state = inflate(&m_stream, Z_NO_FLUSH);
        out.resize(have + room - qsizetype(m_stream.avail_out));
        return state;
    }

private:
    z_stream m_stream{};
};

Result<QByteArray> gunzip(const QByteArray &packed, qint64 maxBytes)
{
    const Failure broken{Fault::BadInput, u"The gzip body is damaged or incomplete"_s};
    if (packed.isEmpty() || !fits(packed.size())) // the gate caps bodies far below 4 GiB
        return broken;
    GzipInflate inflate;
    inflate.feed(packed);
    QByteArray out;
    for (;;) {
        const qsizetype have = out.size();
        // One byte more than allowed tells "exactly full" from "too much".
        const int state = inflate.step(out, std::min<qsizetype>(std::max(kPiece, have), maxBytes + 1 - have));
        if (out.size() > maxBytes)
            return Failure{Fault::TooLarge, u"The unpacked body is larger than %1 bytes"_s.arg(maxBytes)};
        if (state == Z_STREAM_END) {
            if (inflate.left() == 0)
                return out;
            if (!inflate.startAgain())
                return broken;
        } else if (state != Z_OK || (inflate.left() == 0 && !inflate.isFull())) {
            return broken;
        }
    }
}

QByteArray gzipped(const QByteArray &plain)
{
    if (!fits(plain.size()))
        return {};
    GzipPacker packer(GzipLevel::Fastest);
    const QByteArray packed = packer.add(plain);
    return packed + packer.endMember();
}

bool isGzip(const QByteArray &bytes)
{
    return bytes.startsWith("\x1f\x8b");
}

GzipPacker::GzipPacker(GzipLevel level) : m_deflate(std::make_unique<Deflate>(level)) {}
GzipPacker::~GzipPacker() = default;

QByteArray GzipPacker::add(QByteArrayView plain)
{
    m_hasBytes = true;
    return m_deflate->run(plain, Z_NO_FLUSH);
}

QByteArray GzipPacker::endMember()
{
    if (!std::exchange(m_hasBytes, false))
        return {};
    const QByteArray packed = m_deflate->run({}, Z_FINISH);
    m_deflate->reset();
    return packed;
}

GzipUnpacker::GzipUnpacker() : m_inflate(std::make_unique<GzipInflate>()) {}
GzipUnpacker::~GzipUnpacker() = default;

Result<QByteArray> GzipUnpacker::add(const QByteArray &packed)
{
    QByteArray out;
    m_inflate->feed(packed);
    bool isFull = false;
    while (m_inflate->left() > 0 || isFull) {
        if (m_isWhole && !m_inflate->startAgain())
            return {Fault::Internal, u"zlib could not start again"_s};
        m_isWhole = false;
        const int state = m_inflate->step(out, kPiece);
        isFull = m_inflate->isFull() && state == Z_OK;
        if (state == Z_STREAM_END)
            m_isWhole = true;
        else if (state == Z_BUF_ERROR)
            break; // the output ended exactly where the input did
        else if (state != Z_OK)
            return {Fault::BadInput, u"the gzip data is damaged"_s};
    }
    return out;
}

Result<void> GzipWriter::write(QByteArrayView bytes)
{
    return put(m_packer.add(bytes));
}

Result<void> GzipWriter::finish()
{
    return put(m_packer.endMember());
}

Result<void> GzipWriter::put(const QByteArray &packed)
{
    for (qint64 sent = 0; sent < packed.size();) {
        const qint64 took = m_device->write(packed.constData() + sent, packed.size() - sent);
        if (took <= 0)
            return {Fault::Unavailable, m_device->errorString()};
        sent += took;
    }
    m_packed += packed.size();
    return {};
}

GzipReader::GzipReader(QIODevice *device) : m_device(device), m_inflate(std::make_unique<GzipInflate>()) {}
GzipReader::~GzipReader() = default;

GzipReader::State GzipReader::read(QByteArray &out)
{
    if (m_ended)
        return State::End;
    if (m_inflate->left() == 0) {
        m_in.resize(kPiece);
        const qint64 got = m_device->read(m_in.data(), m_in.size());
        if (got < 0)
            return State::Unreadable;
        if (got == 0)
            return m_packed == 0 ? State::NoGzip : State::Cut;
        m_inflate->feed(QByteArrayView(m_in).first(got));
    }
    const qsizetype before = m_inflate->left();
    const qsizetype have = out.size();
    const int state = m_inflate->step(out, kPiece);
    const bool isFirst = m_packed == 0;
    m_packed += before - m_inflate->left();
    if (state == Z_STREAM_END) {
        char more = 0;
        if (m_inflate->left() > 0 || m_device->read(&more, 1) > 0)
            return State::Damaged;
        m_ended = true;
        return State::End;
    }
    if (state == Z_OK || state == Z_BUF_ERROR)
        return State::More;
    return isFirst && out.size() == have ? State::NoGzip : State::Damaged;
}

} // namespace entvas
