#include "core/store/events/storewriter.h"

#include "core/base/altstack.h"
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/store/connection/backoff.h"

#include <QScopeGuard>
#include <utility>

namespace entvas {

namespace {

using Steady = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kWatchEvery{250};
constexpr std::chrono::milliseconds kEndsBySelf{500}; // a call to the database, past the deadline of stop()

qint64 toMs(Steady::duration time)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

} // namespace

StoreWriter::StoreWriter(StoreFactory factory, Limits limits, QObject *parent)
    : StoreWriter(std::move(factory), limits, {}, parent)
{
}

StoreWriter::StoreWriter(StoreFactory factory, Limits limits, Upkeep upkeep, QObject *parent)
    : QObject(parent),
      m_factory(std::move(factory)),
      m_limits(limits),
      m_upkeep(upkeep),
      m_queue({limits.queueEvents, limits.queueBytes})
{
    m_watch.setParent(this);
    connect(&m_watch, &QTimer::timeout, this, &StoreWriter::watch);
}

StoreWriter::~StoreWriter()
{
    if (!stop()) {
        std::unique_lock lock(m_mutex);
        while (!m_gone.wait_for(lock, kEndsBySelf, [this] { return m_ended; }))
            if (m_store)
                m_store->interrupt();
    }
    if (m_thread.joinable())
        m_thread.join();
}

void StoreWriter::start()
{
    if (m_thread.joinable())
        return;
    m_ended = false;
    m_watch.start(kWatchEvery);
    m_thread = std::thread([this] { run(); });
}

bool StoreWriter::stop(int ms)
{
    std::unique_lock lock(m_mutex);
    if (!m_stop) {
        m_stop = true;
        m_deadline = Steady::now() + std::chrono::milliseconds(ms);
        m_wake.notify_all();
    }
    if (!m_gone.wait_until(lock, m_deadline, [this] { return m_ended; }))
        return false;
    lock.unlock();
    if (m_thread.joinable())
        m_thread.join();
    return true;
}

bool StoreWriter::push(AppendJob job)
{
    const std::lock_guard lock(m_mutex);
    if (!m_available || m_stop) {
        ++m_stats.refusedAway;
        return false;
    }
    switch (m_queue.push(std::move(job), Steady::now())) {
    case JobQueue::Pushed::Taken: break;
    case JobQueue::Pushed::TooManyEvents: ++m_stats.queueEvents.reached; return false;
    case JobQueue::Pushed::TooManyBytes: ++m_stats.queueBytes.reached; return false;
    }
    m_wake.notify_one();
    return true;
}

bool StoreWriter::enqueue(Act act)
{
    const std::lock_guard lock(m_mutex);
    if (!m_available || m_stop || m_acts.size() >= kMaxActs)
        return false;
    m_acts.push_back(std::move(act));
    m_wake.notify_one();
    return true;
}

bool StoreWriter::isAvailable() const
{
    const std::lock_guard lock(m_mutex);
    return m_available;
}

bool StoreWriter::isStalled() const
{
    const std::lock_guard lock(m_mutex);
    return !m_ended && m_cameRound < Steady::now() - kRestless;
}

bool StoreWriter::hasEnded() const
{
    const std::lock_guard lock(m_mutex);
    return m_ended;
}

qint64 StoreWriter::queuedEvents() const
{
    const std::lock_guard lock(m_mutex);
    return m_queue.events();
}

StoreWriter::Stats StoreWriter::stats() const
{
    const std::lock_guard lock(m_mutex);
    Stats stats = m_stats;
    stats.isAvailable = m_available;
    stats.isAway = m_hasSaid && !m_available;
    stats.isReadOnly = stats.isAway && m_readOnly;
    stats.isRefusing = m_refusedAt && Steady::now() - *m_refusedAt < kRefusing;
    stats.queueEvents.used = double(m_queue.events());
    stats.queueEvents.most = double(m_limits.queueEvents);
    stats.queueBytes.used = double(m_queue.bytes());
    stats.queueBytes.most = double(m_limits.queueBytes);
    return stats;
}

Result<QList<CommittedJob>> StoreWriter::append(EventStore &store, const QList<AppendJob> &jobs)
{
    const auto start = Steady::now();
    setBusyWith(jobs);
    Result<QList<CommittedJob>> stored = store.writer().append(jobs);
    setBusyWith({});
    const auto end = Steady::now();
    const std::chrono::duration<double> took = end - start;
    if (stored)
        for (CommittedJob &job : *stored)
            job.committedAt = end;
    qsizetype events = 0;
    for (const AppendJob &job : jobs)
        events += job.events.size();
    if (end - start >= kSlow)
        log::warning("store", QStringLiteral("a slow commit"),
                     {{QStringLiteral("ms"), toMs(end - start)},
                      {QStringLiteral("requests"), jobs.size()},
                      {QStringLiteral("events"), events},
                      {QStringLiteral("stored"), stored.ok()}});
    const std::lock_guard lock(m_mutex);
    const Fault fault = stored ? Fault::Unavailable : stored.failure().kind;
    const bool isRefused = fault != Fault::Unavailable && fault != Fault::BadInput && fault != Fault::TooLarge;
    m_refusedAt = isRefused ? std::optional(end) : std::nullopt;
    m_stats.isReplaced = store.writer().isReplaced();
    if (stored) {
        m_stats.commitSeconds.observe(took.count());
        m_stats.batchEvents.observe(double(events));
    } else {
        ++m_stats.failedCommits;
    }
    return stored;
}

void StoreWriter::run()
{
    nameThread("store-writer");
    useAlternateStack();
    {
        const std::unique_ptr<EventStore> store = m_factory();
        const auto show = [this](EventStore *there) {
            const std::lock_guard lock(m_mutex);
            m_store = there;
        };
        show(store.get());
        const auto hide = qScopeGuard([show] { show(nullptr); });
        if (openFirst(*store)) {
            auto provenAt = Steady::now(); // that it takes writes
            std::unique_lock lock(m_mutex);
            while (true) {
                m_cameRound = Steady::now();
                const auto wakeAt = std::min(provenAt + kIdlePing, m_upkeepAt);
                m_wake.wait_until(lock, wakeAt, [this] { return m_stop || !m_queue.isEmpty() || !m_acts.empty(); });
                if (m_queue.isEmpty() && m_stop)
                    break; // stop only when drained
                while (!m_stop) {
                    const auto until = m_queue.holdUntil(Steady::now());
                    if (!until || m_wake.wait_until(lock, *until) == std::cv_status::timeout)
                        break;
                }
                const auto start = Steady::now();
                const QList<AppendJob> jobs =
                    m_queue.take({m_limits.batchEvents, m_limits.batchBytes, m_limits.sharedBatchEvents}, start);
                std::optional<Act> act;
                if (!m_acts.empty()) {
                    act = std::move(m_acts.front());
                    m_acts.pop_front();
                }
                const bool mayKeepUp = !m_stop && Steady::now() >= m_upkeepAt;
                lock.unlock();
                if (!jobs.isEmpty())
                    commit(*store, jobs);
                const auto end = Steady::now();
                if (act)
                    perform(*store, *act);
                if (mayKeepUp)
                    keepUp(*store);
                else if (jobs.isEmpty() && Steady::now() >= provenAt + kIdlePing) { // acts may only have read
                    ping(*store);
                    provenAt = Steady::now();
                }
                if (!jobs.isEmpty())
                    provenAt = Steady::now();
                lock.lock();
                m_queue.charge(start, end);
            }
        }
    } // closes the connection in this thread
    refuseQueue({Fault::Unavailable, QStringLiteral("The server stops.")});
    const std::lock_guard lock(m_mutex);
    m_available = false;
    m_ended = true;
    m_gone.notify_all();
}

void StoreWriter::perform(EventStore &store, const Act &act)
{
    if (!isAvailable()) {
        act.run(Failure{Fault::Unavailable, QStringLiteral("The database is away.")});
        return act.answer();
    }
    const auto start = Steady::now();
    setBusySince(start, act.giveUp);
    const std::optional<Failure> failure = act.run(&store);
    setBusySince({});
    if (const auto took = Steady::now() - start; took >= kSlow)
        log::warning("store", QStringLiteral("a slow act of administration"), {{QStringLiteral("ms"), toMs(took)}});
    if (failure && !failure->outside.isEmpty()) // who asked over the network hears less
        log::warning("store", QStringLiteral("an act of administration failed"),
                     {{QStringLiteral("reason"), failure->text}});
    act.answer();
    const Result<void> alive =
        failure && failure->kind == Fault::Unavailable ? store.writer().checkWritable() : Result<void>();
    if (alive)
        return setAvailable(true, {}); // it may have taken so long that it seemed to be away
    setAway(store, alive.failure());
    refuseQueue(alive.failure());
    recover(store);
}

bool StoreWriter::openFirst(EventStore &store)
{
    Backoff backoff;
    while (true) {
        Result<void> ready = reopen(store);
        if (ready)
            ready = store.migrate();
        if (ready) {
            setAvailable(true, {});
            if (m_upkeep.clock)
                beginUpkeep(store);
            Q_EMIT opened();
            return true;
        }
        if (ready.failure().kind != Fault::Unavailable) {
            Q_EMIT failed(ready.failure());
            return false;
        }
        setAway(store, ready.failure());
        if (!pause(backoff.next()))
            return false;
    }
}

// A database that is frozen, or a network that swallows everything, ends no call: nothing else would notice.
void StoreWriter::watch()
{
    const Failure stalled{Fault::Unavailable, QStringLiteral("The database does not answer.")};
    std::optional<SteadyTime> since;
    QList<quint64> doubtful;
    std::function<void(const Failure &)> giveUpAct;
    {
        const std::lock_guard lock(m_mutex);
        since = m_busySince;
        if (since && Steady::now() - *since > kDoubt) {
            doubtful = std::exchange(m_busyWith, {});
            giveUpAct = std::exchange(m_busyAct, {});
        }
    }
    if (!since || Steady::now() - *since < kStalled)
        return;
    setAvailable(false, stalled.text);
    refuseQueue(stalled);
    if (!doubtful.isEmpty())
        Q_EMIT uncertain(doubtful, stalled);
    if (giveUpAct)
        giveUpAct(stalled);
}

void StoreWriter::ping(EventStore &store)
{
    setBusySince(Steady::now()); // what comes meanwhile must not wait for a database that is frozen
    const Result<void> alive = store.writer().checkWritable();
    setBusySince({});
    if (alive)
        return setAvailable(true, {});
    setAway(store, alive.failure());
    refuseQueue(alive.failure()); // what came while the ping waited
    recover(store);
}

void StoreWriter::setBusySince(std::optional<SteadyTime> since, const std::function<void(const Failure &)> &giveUpAct)
{
    const std::lock_guard lock(m_mutex);
    m_busySince = since;
    m_busyAct = giveUpAct;
}

Result<void> StoreWriter::reopen(EventStore &store)
{
    const Result<void> open = store.open();
    const Result<void> back = open ? store.writer().checkWritable() : open;
    const std::lock_guard lock(m_mutex);
    m_stats.isReplaced = store.writer().isReplaced();
    return back;
}

void StoreWriter::setAway(EventStore &store, const Failure &failure)
{
    bool isNews = false; // that it answers again, or no more
    {
        const std::lock_guard lock(m_mutex);
        const bool isReadOnly = store.writer().isReadOnly();
        isNews = m_hasSaid && !m_available && isReadOnly != m_readOnly;
        m_readOnly = isReadOnly;
    }
    if (isNews)
        Q_EMIT availableChanged(false, failure.text);
    else
        setAvailable(false, failure.text);
}

void StoreWriter::setAvailable(bool available, const QString &why)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_hasSaid && m_available == available)
            return;
        m_stats.losses += m_available;
        m_available = available;
        m_hasSaid = true;
    }
    Q_EMIT availableChanged(available, why);
}

bool StoreWriter::pause(std::chrono::milliseconds time)
{
    std::unique_lock lock(m_mutex);
    m_cameRound = Steady::now();
    // While stopping, a batch in hand is still tried until the deadline: without the wait this would spin.
    if (m_stop) {
        lock.unlock();
        std::this_thread::sleep_for(std::min(time, std::chrono::milliseconds(100)));
        return false;
    }
    m_wake.wait_for(lock, time, [this] { return m_stop; });
    return !m_stop;
}

bool StoreWriter::isPastDeadline() const
{
    const std::lock_guard lock(m_mutex);
    return Steady::now() >= m_deadline - std::chrono::milliseconds(500);
}

} // namespace entvas
