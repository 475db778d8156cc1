#pragma once

#include "core/store/events/clocktrust.h"
#include "core/store/events/housekeeping.h"

#include <chrono>

namespace entvas {

class Clock;

// What takes the writer longer is worth a line in the log.
inline constexpr std::chrono::milliseconds kSlow{1'000};

// When the writer's next step of housekeeping is due, and whether the clock may say what is old. In the writer's
// thread.
class WriterUpkeep
{
public:
    using Time = std::chrono::steady_clock::time_point;
    struct Plan {
        const Clock *clock = nullptr; // nullptr: none is done. Must outlive the writer
        int retentionDays = 0;        // 0 = keep
        std::chrono::milliseconds every{60'000};
    };
    // It rests this many times as long as its last step took: events go first.
    static constexpr int kRest = 9;

    explicit WriterUpkeep(const Plan &plan) : m_plan(plan) {}

    // Before the first event of this run: what that is stamped with proves nothing.
    void begin(Housekeeping &housekeeping);
    Time dueAt() const { return m_dueAt; }
    // One step; true when more is left to do. A failure is no reason to refuse events: the next batch finds out whether
    // the database is away.
    Result<bool> step(Housekeeping &housekeeping);
    // What is due is left alone, since the clock may be wrong.
    bool isHeldBack(const Housekeeping &housekeeping) const;

private:
    Result<UpkeepPlan> planFor(Housekeeping &housekeeping);
    void logTrust();

    Plan m_plan;
    Time m_dueAt = Time::max();
    ClockTrust m_trust;
    bool m_hasWarned = false; // that the clock may be wrong
};

} // namespace entvas
