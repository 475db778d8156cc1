#pragma once

#include <QByteArray>
#include <QHash>

namespace entvas {

// A token bucket per key: `perSecond` events a second, with a burst of one second. A batch larger than the burst
// passes when the bucket is full and is then worked off as debt, so that the long-run rate holds for any batch size.
// Only keys that were recognised get a bucket, so there are never more buckets than keys.
class RateLimit
{
public:
    explicit RateLimit(int perSecond); // 0 = no limit

    // 0: granted, and taken off. Else the whole seconds after which the same call may pass; nothing is taken.
    int take(const QByteArray &key, qsizetype events, qint64 nowMs);
    // As take() for one event, but takes nothing: turns away a key in debt before its body is read.
    int wait(const QByteArray &key, qint64 nowMs);
    double perSecond() const { return m_perSecond; }
    // Events that the busiest key has taken off its burst and not got back yet; may be more than the burst.
    double mostTaken(qint64 nowMs) const;

private:
    struct Bucket {
        double tokens = 0;
        qint64 filledMs = 0;
    };
    Bucket &filled(const QByteArray &key, qint64 nowMs);
    int secondsUntil(const Bucket &bucket, double needed) const;

    double m_perSecond;
    QHash<QByteArray, Bucket> m_buckets;
};

} // namespace entvas
