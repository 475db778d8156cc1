#pragma once

#include "core/store/events/eventwriter.h"
#include "core/store/events/writer/writerstats.h"

#include <mutex>
#include <optional>

namespace entvas {

// What became of the writer's batches and housekeeping, counted. Every function may be called from any thread.
class WriterNumbers
{
public:
    using Time = std::chrono::steady_clock::time_point;
    // A refusal that nothing has followed is no news any more.
    static constexpr std::chrono::milliseconds kRefusing{60'000};

    void appended(const Result<QList<CommittedJob>> &stored, qsizetype events, Time start, Time end);
    void keptUp(const Result<bool> &more, bool isClockDoubted);
    void setReplaced(bool isReplaced);
    WriterStats stats() const;

private:
    mutable std::mutex m_mutex;
    WriterStats m_stats;
    std::optional<Time> m_refusedAt; // see WriterStats::isRefusing
};

} // namespace entvas
