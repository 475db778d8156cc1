#include "server/access/ratelimit.h"

#include <algorithm>
#include <cmath>

namespace entvas {

RateLimit::RateLimit(int perSecond) : m_perSecond(perSecond) {}

int RateLimit::take(const QByteArray &key, qsizetype events, qint64 nowMs)
{
    if (m_perSecond <= 0)
        return 0;
    Bucket &bucket = filled(key, nowMs);
    const double needed = std::min(double(events), m_perSecond);
    if (const int seconds = secondsUntil(bucket, needed))
        return seconds;
    bucket.tokens -= double(events);
    return 0;
}

int RateLimit::wait(const QByteArray &key, qint64 nowMs)
{
    return m_perSecond <= 0 ? 0 : secondsUntil(filled(key, nowMs), 1.0);
}

double RateLimit::mostTaken(qint64 nowMs) const
{
    double most = 0;
    for (const Bucket &bucket : m_buckets) {
        const double back = double(std::max<qint64>(0, nowMs - bucket.filledMs)) * m_perSecond / 1000.0;
        most = std::max(most, m_perSecond - bucket.tokens - back);
    }
    return most;
}

RateLimit::Bucket &RateLimit::filled(const QByteArray &key, qint64 nowMs)
{
    auto it = m_buckets.find(key);
    if (it == m_buckets.end())
        it = m_buckets.insert(key, {m_perSecond, nowMs});
    Bucket &bucket = it.value();
    // A clock that is set back must not freeze the bucket: time then starts again from here.
    const qint64 passedMs = std::max<qint64>(0, nowMs - bucket.filledMs);
    bucket.tokens = std::min(m_perSecond, bucket.tokens + double(passedMs) * m_perSecond / 1000.0);
    bucket.filledMs = nowMs;
    return bucket;
}

int RateLimit::secondsUntil(const Bucket &bucket, double needed) const
{
    if (bucket.tokens >= needed)
        return 0;
    return std::max(1, int(std::ceil((needed - bucket.tokens) / m_perSecond)));
}

} // namespace entvas
