#pragma once

#include "core/store/connection/backoff.h"
#include "core/store/events/eventwriter.h"

#include <optional>

namespace entvas {

// The way of one batch to the disk as a machine of named states: says what to do next by what came of the last step,
// and does nothing itself. StoreWriter's thread carries the steps out.
//
//            +--------- nothing of it is stored ----------+
//            v                                            |
//   Append --+-- unavailable --> Reopen -- open --> Settle +-- it had arrived --> Stored
//            |                     | ^                |
//            |                     | +--- failed -----+
//            |                     +-- held too long, or the writer ends --> Lost
//            +-- stored --> Stored
//            +-- bad input, several jobs --> Halve
//            +-- refused otherwise --> Refuse
class BatchCommit
{
public:
    using Time = std::chrono::steady_clock::time_point;
    enum class State {
        Append, // hand it to the database
        Reopen, // connect again; the batch is held meanwhile
        Settle, // find out whether the lost commit arrived
        // Ends:
        Stored, // its senders are answered so
        Halve,  // one job spoils it for the others: each half is a batch of its own
        Refuse, // its senders are answered why; the database is there
        Lost,   // held long enough: its senders are refused, or left in doubt, and so are those that wait
    };
    struct Now {
        Time time;
        bool isEnding = false; // the writer has no time left to try again
    };

    // A batch that the database did not take waits this long for its return.
    static constexpr std::chrono::milliseconds kHold{2'000};

    explicit BatchCommit(qsizetype jobs) : m_jobs(jobs) {}

    State state() const { return m_state; }
    bool isOver() const { return m_state >= State::Stored; }
    // Before the step is carried out.
    std::chrono::milliseconds pause() const { return m_pause; }
    const Failure &failure() const { return m_failure; } // of the last append

    // What came of the step. `isReplaced`: the database's file went, and does not come back in a moment.
    void appended(const Result<QList<CommittedJob>> &stored, bool isReplaced, Now now);
    void reopened(const Result<void> &back, Now now);
    void settled(const Result<QList<CommittedJob>> &late, Now now);

private:
    void go(State state, std::chrono::milliseconds pause = {});
    void tryLater(Now now);

    qsizetype m_jobs;
    State m_state = State::Append;
    std::chrono::milliseconds m_pause{0};
    Failure m_failure;
    std::optional<Time> m_holdUntil; // since the first failure
    bool m_isSettling = false;       // of the last append, that was tried once
    Backoff m_backoff;
};

} // namespace entvas
