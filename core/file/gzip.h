#pragma once

#include "core/base/result.h"

#include <memory>
#include <QByteArray>

class QIODevice;

// gzip (RFC 1952): of whole texts, of streams in pieces, and of devices. Each object is used in one thread.
namespace entvas {

// Unpacks a gzip body of one or several members. Fault::TooLarge as soon as more than `maxBytes` would come out,
// without holding more than that; Fault::BadInput when it is no gzip, is cut off, or is followed by anything else.
Result<QByteArray> gunzip(const QByteArray &packed, qint64 maxBytes);
// Packs, quickly rather than tightly. Empty when that is not possible.
QByteArray gzipped(const QByteArray &plain);
bool isGzip(const QByteArray &bytes); // by how it begins; neither JSON nor CBOR begins so

// How tightly is packed, as zlib counts it. Fast is a fifth larger than Default, at twice its speed.
enum class GzipLevel { Fastest = 1, Fast = 3, Default = 6 };

// Packs a stream piece by piece. What was packed up to endMember() can be unpacked by itself, and the next piece begins
// another member: so a file that was cut off behind one can be continued.
class GzipPacker
{
public:
    explicit GzipPacker(GzipLevel level = GzipLevel::Default);
    ~GzipPacker();
    Q_DISABLE_COPY_MOVE(GzipPacker)
    QByteArray add(QByteArrayView plain); // below 4 GiB
    QByteArray endMember();               // nothing where nothing was added

private:
    class Deflate;
    std::unique_ptr<Deflate> m_deflate;
    bool m_hasBytes = false; // the member that is open
};

class GzipInflate;

// Unpacks one, holding no more of it than a piece brings.
class GzipUnpacker
{
public:
    GzipUnpacker();
    ~GzipUnpacker();
    Q_DISABLE_COPY_MOVE(GzipUnpacker)
    // What `packed`, the next piece, brings. Fault::BadInput when it is damaged or no gzip.
    Result<QByteArray> add(const QByteArray &packed);
    // Nothing is missing: the last member is whole.
    bool isWhole() const { return m_isWhole; }

private:
    std::unique_ptr<GzipInflate> m_inflate;
    bool m_isWhole = false;
};

// Packs what is written into a device, as one member. The device must outlive it.
class GzipWriter
{
public:
    explicit GzipWriter(QIODevice *device) : m_device(device) {}

    // Fault::Unavailable with the device's words when it takes no more, a full disk for example.
    Result<void> write(QByteArrayView bytes);
    Result<void> finish(); // without it the end is missing
    qint64 packedBytes() const { return m_packed; }

private:
    Result<void> put(const QByteArray &packed);

    QIODevice *m_device;
    GzipPacker m_packer{GzipLevel::Fast};
    qint64 m_packed = 0;
};

// Unpacks a device of one member, a piece at a time. The device must outlive it.
class GzipReader
{
public:
    explicit GzipReader(QIODevice *device);
    ~GzipReader();
    Q_DISABLE_COPY_MOVE(GzipReader)

    enum class State { More, End, Cut, Damaged, NoGzip, Unreadable };
    // Adds at most about 64 KiB to `out`. End: and nothing comes after it. Damaged also when something does.
    State read(QByteArray &out);
    qint64 packedBytes() const { return m_packed; } // that were unpacked: where a fault is

private:
    QIODevice *m_device;
    std::unique_ptr<GzipInflate> m_inflate;
    QByteArray m_in;
    qint64 m_packed = 0;
    bool m_ended = false;
};

} // namespace entvas
