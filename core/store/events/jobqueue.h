#pragma once

#include "core/store/events/eventstore.h"

#include <chrono>
#include <deque>
#include <map>
#include <optional>

namespace entvas {

// Jobs that wait for the writer, first come first served within a project. Projects share the writer's time: the one
// that has had least of it goes first, and a batch of several holds no more of one than the others give it (start-time
// fair queueing: Goyal, Vin and Cheng, 1996). A project whose senders each wait for an answer before they send again
// has nothing in the queue when its batch has just been committed, so a little time is left for it to come back before
// another's flood goes on (anticipatory scheduling: Iyer and Druschel, 2001). A project alone never waits.
// Bounded; not thread-safe.
class JobQueue
{
public:
    using Time = std::chrono::steady_clock::time_point;
    using Duration = std::chrono::steady_clock::duration;

    // A project is back when its next job comes this soon after its last batch.
    static constexpr std::chrono::milliseconds kReturn{5};
    // What a project that uses less than its share may save up of the writer's time.
    static constexpr std::chrono::milliseconds kCredit{50};
    // Projects that differ by no more than this share a batch.
    static constexpr std::chrono::milliseconds kSlack{1};
    // A project is in use for so long after its last batch.
    static constexpr std::chrono::milliseconds kRecent{1'000};
    // Events of each project that a shared batch has room for in any case.
    static constexpr qint64 kLeastShare = 16;

    struct Limits {
        qint64 events = 0; // over all jobs; a job without events counts as one
        qint64 bytes = 0;  // of metadata and strings, approximately
    };
    struct BatchLimits {
        qint64 events = 0;
        qint64 bytes = 0;
        qint64 sharedEvents = 0; // of one project alone while others are in use: what these may have to wait for
    };
    explicit JobQueue(Limits limits) : m_limits(limits) {}

    enum class Pushed { Taken, TooManyEvents, TooManyBytes };
    // Not Taken: nothing was. As long as several projects use the queue each may fill half of it. A job that
    // is larger than the queue passes when nothing else waits.
    Pushed push(AppendJob job, Time now);
    // Until when to wait for a project that should go first and is about to come back, unless a job is pushed before.
    std::optional<Time> holdUntil(Time now) const;
    // The next batch: at least one job when any waits, then as many as fit.
    QList<AppendJob> take(BatchLimits batch, Time now);
    QList<AppendJob> takeAll();
    // The last batch has been dealt with.
    void charge(Time start, Time end);

    bool isEmpty() const { return m_events == 0; }
    qint64 events() const { return m_events; }
    qint64 bytes() const { return m_bytes; }

private:
    struct Project {
        std::deque<AppendJob> jobs;
        qint64 events = 0;
        qint64 bytes = 0;
        qint64 inBatch = 0;  // events in the last batch
        Duration service{0}; // of the writer's time that it has had
        Time servedAt{};     // the end of its last batch
        bool returns = false;
    };
    AppendJob pop(Project &from);
    bool isShared(Time now) const;

    Limits m_limits;
    std::map<QString, Project> m_projects; // as many as there are projects with keys
    Duration m_service{0};                 // of the project that went first in the last batch
    qint64 m_events = 0;
    qint64 m_bytes = 0;
};

// Events of a job as queues count them.
qint64 weightOf(const AppendJob &job);

} // namespace entvas
