#pragma once

#include "core/histogram.h"
#include "core/limituse.h"
#include "core/store/eventstore.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <QObject>
#include <thread>

namespace entvas {

class Backoff;

// The one write connection, in a thread of its own. Takes whole queues as one transaction: a lone event is committed at
// once, a crowd shares a commit. push() may be called from any thread; signals are emitted from the writer's thread.
class StoreWriter final : public QObject
{
    Q_OBJECT
public:
    struct Limits {
        qint64 queueEvents = 100'000;         // waiting, over all jobs; a job without events counts as one
        qint64 queueBytes = 64 * 1024 * 1024; // of metadata and strings, approximately
        qint64 batchEvents = 5'000;           // per transaction; one larger job is a transaction of its own
    };
    struct Stats {
        static constexpr std::array<double, 14> kCommitSeconds{.0005, .001, .0025, .005, .01, .025, .05,
                                                               .1,    .25,  .5,    1,    2.5, 5,    10};
        static constexpr std::array<double, 12> kBatchEvents{1, 2, 5, 10, 20, 50, 100, 200, 500, 1'000, 2'000, 5'000};
        bool isAvailable = false;
        LimitUse queueEvents; // reached: jobs that push() did not take for that reason
        LimitUse queueBytes;
        Histogram<14> commitSeconds{kCommitSeconds}; // one per transaction that was committed
        Histogram<12> batchEvents{kBatchEvents};
        quint64 failedCommits = 0;
    };
    using StoreFactory = std::function<std::unique_ptr<EventStore>()>; // called in the writer's thread
    using SteadyTime = std::chrono::steady_clock::time_point;

    // A batch that the database did not take waits this long for its return before its senders are refused.
    static constexpr std::chrono::milliseconds kHold{2'000};
    // An idle connection is tried this often, so that a loss shows before the next event does.
    static constexpr std::chrono::milliseconds kIdlePing{5'000};

    StoreWriter(StoreFactory factory, Limits limits, QObject *parent = nullptr);
    ~StoreWriter() override; // as stop(), then waits for the thread

    // Opens and migrates, then tells opened() or failed(). Retries Fault::Unavailable by itself for ever.
    void start();
    // Commits what is queued, then ends the thread. Blocks up to `ms`; false when it had to give up: what is then still
    // queued is refused as soon as the database lets go.
    bool stop(int ms = 8'000);

    // False: the queue is full or the database is away; nothing was taken.
    [[nodiscard]] bool push(AppendJob job);
    bool isAvailable() const; // the database answered last time
    qint64 queuedEvents() const;
    Stats stats() const; // from any thread

Q_SIGNALS:
    void opened();                               // migrated and ready; once per start
    void failed(const entvas::Failure &failure); // start can't succeed: wrong schema, no permission, …
    void availableChanged(bool available, const QString &why);
    void committed(const QList<entvas::CommittedJob> &jobs); // after the commit that holds them
    // Nothing of these is stored. When the database dies while it commits and stays away, that can't be known: should
    // the commit turn out to have arrived, committed() follows after its return, with ticket 0.
    void refused(const QList<quint64> &tickets, const entvas::Failure &failure);

private:
    void run();
    bool openFirst(EventStore &store);
    Result<void> reopen(EventStore &store);
    bool recover(EventStore &store);
    Result<QList<CommittedJob>> append(EventStore &store, const QList<AppendJob> &jobs); // and takes the time
    void commit(EventStore &store, const QList<AppendJob> &jobs);
    void refuse(const QList<AppendJob> &jobs, const Failure &failure);
    void refuseQueue(const Failure &failure);
    QList<AppendJob> takeBatch(); // with m_mutex held
    void setAvailable(bool available, const QString &why);
    bool pause(std::chrono::milliseconds time); // false when stop() was called
    bool isPastDeadline() const;

    StoreFactory m_factory;
    Limits m_limits;
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::condition_variable m_gone;
    std::deque<AppendJob> m_queue;
    Stats m_stats; // counts only; under m_mutex
    qint64 m_queuedEvents = 0;
    qint64 m_queuedBytes = 0;
    bool m_available = false;
    bool m_stop = false;
    bool m_ended = true;
    SteadyTime m_deadline = SteadyTime::max(); // of stop()
    std::thread m_thread;
};

} // namespace entvas
