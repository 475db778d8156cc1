#pragma once

#include "core/base/histogram.h"
#include "core/base/limituse.h"
#include "core/store/events/clocktrust.h"
#include "core/store/events/jobqueue.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <QObject>
#include <QPointer>
#include <QTimer>
#include <thread>
#include <utility>

namespace entvas {

class Backoff;
class Clock;

// The one write connection, in a thread of its own. Takes whole queues as one transaction: a lone event is committed at
// once, a crowd shares a commit. push() may be called from any thread; signals are emitted from the writer's thread, or
// from our own when the writer's hangs.
class StoreWriter final : public QObject
{
    Q_OBJECT
public:
    struct Limits {
        qint64 queueEvents = 100'000;         // waiting, over all jobs; a job without events counts as one
        qint64 queueBytes = 64 * 1024 * 1024; // of metadata and strings, approximately
        qint64 batchEvents = 5'000;           // per transaction; one larger job is a transaction of its own
        qint64 batchBytes = 16 * 1024 * 1024; // likewise
        qint64 sharedBatchEvents = 64;        // of one project while others are in use: these may come any moment
    };
    struct Upkeep {
        const Clock *clock = nullptr; // nullptr: none is done. Must outlive the writer
        int retentionDays = 0;        // 0 = keep
        std::chrono::milliseconds every{60'000};
    };
    struct Stats {
        static constexpr std::array<double, 14> kCommitSeconds{.0005, .001, .0025, .005, .01, .025, .05,
                                                               .1,    .25,  .5,    1,    2.5, 5,    10};
        static constexpr std::array<double, 12> kBatchEvents{1, 2, 5, 10, 20, 50, 100, 200, 500, 1'000, 2'000, 5'000};
        bool isAvailable = false;
        bool isAway = false;     // found to be so: before the first attempt to open it is neither
        bool isReadOnly = false; // away, but only for writing
        // The database would not store the last batch, less than kRefusing ago, though nothing was wrong with it.
        bool isRefusing = false;
        bool isReplaced = false; // see EventStore::isReplaced()
        // Housekeeping leaves alone what is due, since the clock may be wrong; see ClockTrust.
        bool isClockDoubted = false;
        LimitUse queueEvents; // reached: jobs that push() did not take for that reason
        LimitUse queueBytes;
        Histogram<14> commitSeconds{kCommitSeconds}; // one per transaction that was committed
        Histogram<12> batchEvents{kBatchEvents};
        quint64 failedCommits = 0;
        quint64 refusedAway = 0;      // jobs that found the database away
        quint64 losses = 0;           // times that the database went away
        bool isUpkeepFailing = false; // the last round of housekeeping, in part or as a whole
        quint64 failedUpkeep = 0;     // rounds
    };
    using StoreFactory = std::function<std::unique_ptr<EventStore>()>; // called in the writer's thread
    using SteadyTime = std::chrono::steady_clock::time_point;

    // A batch that the database did not take waits this long for its return before its senders are refused.
    static constexpr std::chrono::milliseconds kHold{2'000};
    // How long a sender is kept waiting when the database died while it committed: only after its return is it known
    // whether the events are stored.
    static constexpr std::chrono::milliseconds kDoubt{30'000};
    // A call that takes longer shows that the database does not answer: new events are refused until it does.
    static constexpr std::chrono::milliseconds kStalled{3'000};
    // An idle connection is tried this often, so that a loss shows before the next event does.
    static constexpr std::chrono::milliseconds kIdlePing{5'000};

    // Longer than any wait for something to do, or pause between two attempts.
    static constexpr std::chrono::milliseconds kRestless{30'000};

    // Acts of administration that wait: one is done between two batches, so that events hardly notice.
    static constexpr std::size_t kMaxActs = 32;

    // A refusal that nothing has followed is no news any more.
    static constexpr std::chrono::milliseconds kRefusing{60'000};

    // What takes longer is worth a line in the log.
    static constexpr std::chrono::milliseconds kSlow{1'000};

    // Housekeeping rests this many times as long as its last step took: events go first.
    static constexpr int kUpkeepRest = 9;

    StoreWriter(StoreFactory factory, Limits limits, QObject *parent = nullptr);
    StoreWriter(StoreFactory factory, Limits limits, Upkeep upkeep, QObject *parent = nullptr);
    ~StoreWriter() override; // as stop(), then interrupts what still hangs, and waits for the thread

    // Opens and migrates, then tells opened() or failed(). Retries Fault::Unavailable by itself for ever.
    void start();
    // Commits what is queued, then ends the thread. Blocks up to `ms`; false when it had to give up: what is then still
    // queued is refused as soon as the database lets go.
    bool stop(int ms = 8'000);

    // False: the queue is full or the database is away; nothing was taken.
    [[nodiscard]] bool push(AppendJob job);
    // An act of administration, in the writer's thread; answered in ours, unless `context` is gone by then. It is not
    // tried again: when the database is lost in the middle of it, or has not answered after kDoubt, the answer is
    // Fault::Unavailable, and whether it was done shows later. False: too many wait, or the database is away.
    template <class T>
    [[nodiscard]] bool ask(QObject *context, std::function<Result<T>(EventStore &)> act,
                           std::function<void(Result<T>)> answer)
    {
        auto result = std::make_shared<std::optional<Result<T>>>();
        // To ourselves first: only its own thread can tell whether `context` still lives. Once: who hears that there is
        // no answer hears nothing later.
        const auto once = [this, context = QPointer<QObject>(context), answer = std::move(answer),
                           isAnswered = std::make_shared<bool>(false)](const std::function<Result<T>()> &what) {
            QMetaObject::invokeMethod(
                this,
                [context, answer, isAnswered, what] {
                    if (!std::exchange(*isAnswered, true) && context)
                        answer(what());
                },
                Qt::QueuedConnection);
        };
        return enqueue({[result, act = std::move(act)](Result<EventStore *> store) {
                            result->emplace(store ? act(**store) : Result<T>(store.failure()));
                            return (*result)->ok() ? std::nullopt : std::optional((*result)->failure());
                        },
                        [once, result] { once([result] { return std::move(**result); }); },
                        [once](const Failure &failure) { once([failure] { return Result<T>(failure); }); }});
    }
    bool isAvailable() const; // the database answered last time
    qint64 queuedEvents() const;
    Stats stats() const; // from any thread
    // Its thread has not come round for kRestless: it hangs in something that is not a commit, see watch() for those.
    bool isStalled() const;
    bool hasEnded() const; // the thread, after start()

Q_SIGNALS:
    void opened();                               // migrated and ready; once per start
    void failed(const entvas::Failure &failure); // start can't succeed: wrong schema, no permission, …
    // Not available comes again when a database that was away answers read-only, or the other way round.
    void availableChanged(bool available, const QString &why);
    void committed(const QList<entvas::CommittedJob> &jobs); // after the commit that holds them
    // Nothing of these is stored.
    void refused(const QList<quint64> &tickets, const entvas::Failure &failure);
    // The database died while it committed these, and stayed away for kDoubt: they may be stored or not. If they are,
    // committed() follows after its return, with ticket 0.
    void uncertain(const QList<quint64> &tickets, const entvas::Failure &failure);

private:
    struct Act {
        std::function<std::optional<Failure>(Result<EventStore *>)> run; // keeps the result
        std::function<void()> answer;                                    // hands it over
        std::function<void(const Failure &)> giveUp;                     // answers in its place; from any thread
    };
    bool enqueue(Act act);
    void perform(EventStore &store, const Act &act);
    void run();
    bool openFirst(EventStore &store);
    Result<void> reopen(EventStore &store);
    bool recover(EventStore &store, QList<AppendJob> doubtful = {});
    Result<QList<CommittedJob>> append(EventStore &store, const QList<AppendJob> &jobs); // and takes the time
    void commit(EventStore &store, const QList<AppendJob> &jobs);
    void refuse(const QList<AppendJob> &jobs, const Failure &failure);
    void refuseQueue(const Failure &failure);
    void setAvailable(bool available, const QString &why);
    void setAway(const EventStore &store, const Failure &failure);
    bool pause(std::chrono::milliseconds time); // false when stop() was called
    bool isPastDeadline() const;
    void watch();
    void setBusyWith(const QList<AppendJob> &jobs);
    void beginUpkeep(EventStore &store);
    void setBusySince(std::optional<SteadyTime> since, const std::function<void(const Failure &)> &giveUpAct = {});
    void ping(EventStore &store);
    void keepUp(EventStore &store);
    Result<UpkeepPlan> upkeepPlan(EventStore &store);
    void tellTrust();

    StoreFactory m_factory;
    Limits m_limits;
    Upkeep m_upkeep;
    SteadyTime m_upkeepAt = SteadyTime::max(); // of the next step; in the writer's thread
    ClockTrust m_trust;                        // likewise
    QString m_toldDoubt;
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::condition_variable m_gone;
    JobQueue m_queue;
    std::deque<Act> m_acts;
    Stats m_stats; // counts only; under m_mutex
    bool m_available = false;
    bool m_readOnly = false;                        // which is why it is not available
    bool m_hasSaid = false;                         // whether it is, in a signal
    std::optional<SteadyTime> m_refusedAt;          // see Stats::isRefusing
    SteadyTime m_cameRound = SteadyTime::max();     // the thread, to where it waits or looks for something to do
    std::optional<SteadyTime> m_busySince;          // a call to the database that has not come back yet …
    QList<quint64> m_busyWith;                      // … and the tickets whose senders still wait for it …
    std::function<void(const Failure &)> m_busyAct; // … or whoever waits for an act
    QTimer m_watch;                                 // in our own thread: the writer's may be the one that hangs
    EventStore *m_store = nullptr;                  // under m_mutex; while the thread has one
    bool m_stop = false;
    bool m_ended = true;
    SteadyTime m_deadline = SteadyTime::max(); // of stop()
    std::thread m_thread;
};

} // namespace entvas
