#pragma once

#include "core/base/result.h"

#include <memory>
#include <QByteArray>

class QIODevice;

namespace entvas {

// Packs what is written into a device, a piece at a time, as one gzip member (RFC 1952). The device must outlive it;
// used in one thread.
class GzipWriter
{
public:
    explicit GzipWriter(QIODevice *device);
    ~GzipWriter();
    Q_DISABLE_COPY_MOVE(GzipWriter)

    // Fault::Unavailable with the device's words when it takes no more, a full disk for example.
    Result<void> write(QByteArrayView bytes);
    Result<void> finish(); // without it the end is missing
    qint64 packedBytes() const { return m_packed; }

private:
    Result<void> deflateAll(QByteArrayView bytes, int flush);

    class Stream;
    QIODevice *m_device;
    std::unique_ptr<Stream> m_stream;
    qint64 m_packed = 0;
};

// Unpacks a device a piece at a time. Used in one thread.
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
    class Stream;
    QIODevice *m_device;
    std::unique_ptr<Stream> m_stream;
    QByteArray m_in;
    qint64 m_packed = 0;
    bool m_ended = false;
};

} // namespace entvas
