#include "core/store/events/writer/writernumbers.h"

namespace entvas {

void WriterNumbers::appended(const Result<QList<CommittedJob>> &stored, qsizetype events, Time start, Time end)
{
    const std::lock_guard lock(m_mutex);
    const Fault fault = stored ? Fault::Unavailable : stored.failure().kind;
    const bool isRefused = fault != Fault::Unavailable && fault != Fault::BadInput && fault != Fault::TooLarge;
    m_refusedAt = isRefused ? std::optional(end) : std::nullopt;
    if (stored) {
        m_stats.commitSeconds.observe(std::chrono::duration<double>(end - start).count());
        m_stats.batchEvents.observe(double(events));
    } else {
        ++m_stats.failedCommits;
    }
}

void WriterNumbers::keptUp(const Result<bool> &more, bool isClockDoubted)
{
    const std::lock_guard lock(m_mutex);
    const bool isFailing = !more && more.failure().kind != Fault::Unavailable;
    m_stats.failedUpkeep += isFailing;
    if (isFailing || (more && !*more))
        m_stats.isUpkeepFailing = isFailing;
    m_stats.isClockDoubted = isClockDoubted;
}

void WriterNumbers::setReplaced(bool isReplaced)
{
    const std::lock_guard lock(m_mutex);
    m_stats.isReplaced = isReplaced;
}

WriterStats WriterNumbers::stats() const
{
    const std::lock_guard lock(m_mutex);
    WriterStats stats = m_stats;
    stats.isRefusing = m_refusedAt && std::chrono::steady_clock::now() - *m_refusedAt < kRefusing;
    return stats;
}

} // namespace entvas
