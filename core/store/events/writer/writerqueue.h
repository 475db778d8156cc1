#pragma once

#include "core/store/events/eventstore.h"
#include "core/store/events/jobqueue.h"
#include "core/store/events/writer/writerstats.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

namespace entvas {

// An act of administration on its way to the writer's thread.
struct WriterAct {
    std::function<std::optional<Failure>(Result<EventStore *>)> run; // keeps the result
    std::function<void()> answer;                                    // hands it over
    std::function<void(const Failure &)> giveUp;                     // answers in its place; from any thread
};

// What waits for the writer's thread, and that thread's own waits. Open while the database is available: then nothing
// comes in that no one would fetch. Every function may be called from any thread.
class WriterQueue
{
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::size_t kMaxActs = 32; // that wait
    // Longer than any wait for something to do, or pause between two attempts.
    static constexpr std::chrono::milliseconds kRestless{30'000};

    explicit WriterQueue(const WriterLimits &limits);

    // False: it is closed or full; nothing was taken.
    bool push(AppendJob job);
    bool push(WriterAct act);
    struct Waiting {
        QList<AppendJob> jobs;
        std::deque<WriterAct> acts;
    };
    Waiting takeAll();

    // The database is available, or not; false: that is no news.
    bool setOpen(bool isOpen);
    // It answers, and takes no writes; true: that is news although it stays closed.
    bool noteReadOnly(bool isReadOnly);
    bool isOpen() const;
    qint64 events() const;
    void fill(WriterStats &stats) const; // what is counted here

    // The writer's thread:
    struct Turn {
        QList<AppendJob> jobs;
        std::optional<WriterAct> act; // at most one between two batches, so that events hardly notice
        Time start;
        bool isStopping = false;
    };
    // Waits for something to do until `wakeAt`; nullopt: it is to stop, and nothing is left to do.
    std::optional<Turn> next(Time wakeAt);
    // Its batch has been dealt with.
    void charge(const Turn &turn, Time end);
    bool pause(std::chrono::milliseconds time); // false when stop() was called
    bool isPastDeadline() const;
    void begin();
    void end();

    // Its owner:
    void stop(int ms);                                         // no new jobs; the thread has so long for the others
    bool waitForEnd(std::optional<Time> until = std::nullopt); // nullopt: until the deadline of stop()
    bool hasEnded() const;
    bool isStalled() const; // the thread has not come round for kRestless

private:
    const WriterLimits m_limits;
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::condition_variable m_gone;
    JobQueue m_queue;
    std::deque<WriterAct> m_acts;
    bool m_isOpen = false;
    bool m_hasSaid = false; // whether it is, by setOpen()
    bool m_isReadOnly = false;
    quint64 m_losses = 0;
    quint64 m_closed = 0; // jobs that came while it was
    quint64 m_tooManyEvents = 0;
    quint64 m_tooManyBytes = 0;
    Time m_cameRound = Time::max(); // the thread, to where it waits or looks for something to do
    bool m_stop = false;
    bool m_ended = true;
    Time m_deadline = Time::max(); // of stop()
};

} // namespace entvas
