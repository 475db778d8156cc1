#include "core/cube/rejectedcounts.h"

#include "core/base/units.h"
#include "core/cube/livecube.h"

namespace entvas {

void RejectedCounts::trim(qint64 nowMs)
{
    if (nowMs >= m_trimmedMs && nowMs < m_trimmedMs + kMinuteMs)
        return;
    m_trimmedMs = nowMs;
    for (const Tier tier : {Tier::Minute, Tier::Quarter}) {
        const std::size_t index = std::size_t(tier);
        const qint64 oldest = nowMs - kTierBuckets[index] * kTierStepMs[index];
        const qint64 wider = kTierStepMs[index + 1];
        for (auto it = m_byStart.begin(); it != m_byStart.end() && it.key() < oldest;) {
            const qint64 start = it.key() - it.key() % wider;
            if (start == it.key()) {
                ++it;
                continue;
            }
            const qint64 count = it.value();
            it = m_byStart.erase(it);
            m_byStart[start] += count; // earlier: it stays valid
        }
    }
}

qint64 RejectedCounts::in(const TimeSpan &span) const
{
    qint64 sum = 0;
    for (auto it = m_byStart.lowerBound(span.fromMs); it != m_byStart.cend() && it.key() < span.toMs; ++it)
        sum += it.value();
    return sum;
}

QList<RejectedCount> RejectedCounts::list() const
{
    QList<RejectedCount> list;
    list.reserve(m_byStart.size());
    for (auto it = m_byStart.cbegin(); it != m_byStart.cend(); ++it)
        list.append({it.key(), it.value()});
    return list;
}

} // namespace entvas
