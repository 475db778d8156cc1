#include "core/store/storewriter.h"

#include "core/store/backoff.h"

namespace entvas {

namespace {

using Clock = std::chrono::steady_clock;

qint64 weightOf(const AppendJob &job)
{
    return std::max<qint64>(1, job.events.size());
}

qint64 bytesOf(const AppendJob &job)
{
    constexpr qint64 kPerEvent = qint64(sizeof(Event));
    qint64 bytes = qint64(sizeof(AppendJob));
    for (const Event &event : job.events) {
        bytes += kPerEvent + event.metadata.size();
        bytes += 2 * (event.eventType.size() + event.userId.size() + event.idempotencyKey.size());
        for (const QString &part : event.series)
            bytes += 2 * part.size();
    }
    return bytes;
}

} // namespace

StoreWriter::StoreWriter(StoreFactory factory, Limits limits, QObject *parent)
    : QObject(parent), m_factory(std::move(factory)), m_limits(limits)
{
}

StoreWriter::~StoreWriter()
{
    stop();
    if (m_thread.joinable())
        m_thread.join();
}

void StoreWriter::start()
{
    if (m_thread.joinable())
        return;
    m_ended = false;
    m_thread = std::thread([this] { run(); });
}

bool StoreWriter::stop(int ms)
{
    std::unique_lock lock(m_mutex);
    if (!m_stop) {
        m_stop = true;
        m_deadline = Clock::now() + std::chrono::milliseconds(ms);
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
    const qint64 events = weightOf(job);
    const qint64 bytes = bytesOf(job);
    const std::lock_guard lock(m_mutex);
    if (!m_available || m_stop)
        return false;
    if (m_queuedEvents + events > m_limits.queueEvents) {
        ++m_stats.queueEvents.reached;
        return false;
    }
    if (m_queuedBytes + bytes > m_limits.queueBytes) {
        ++m_stats.queueBytes.reached;
        return false;
    }
    m_queuedEvents += events;
    m_queuedBytes += bytes;
    m_queue.push_back(std::move(job));
    m_wake.notify_one();
    return true;
}

bool StoreWriter::isAvailable() const
{
    const std::lock_guard lock(m_mutex);
    return m_available;
}

qint64 StoreWriter::queuedEvents() const
{
    const std::lock_guard lock(m_mutex);
    return m_queuedEvents;
}

StoreWriter::Stats StoreWriter::stats() const
{
    const std::lock_guard lock(m_mutex);
    Stats stats = m_stats;
    stats.isAvailable = m_available;
    stats.queueEvents.used = double(m_queuedEvents);
    stats.queueEvents.most = double(m_limits.queueEvents);
    stats.queueBytes.used = double(m_queuedBytes);
    stats.queueBytes.most = double(m_limits.queueBytes);
    return stats;
}

Result<QList<CommittedJob>> StoreWriter::append(EventStore &store, const QList<AppendJob> &jobs)
{
    const auto start = std::chrono::steady_clock::now();
    Result<QList<CommittedJob>> stored = store.append(jobs);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    qsizetype events = 0;
    for (const AppendJob &job : jobs)
        events += job.events.size();
    const std::lock_guard lock(m_mutex);
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
    {
        const std::unique_ptr<EventStore> store = m_factory();
        if (openFirst(*store)) {
            std::unique_lock lock(m_mutex);
            while (true) {
                m_wake.wait_for(lock, kIdlePing, [this] { return m_stop || !m_queue.empty(); });
                if (m_queue.empty() && m_stop)
                    break; // stop only when drained
                const QList<AppendJob> jobs = takeBatch();
                lock.unlock();
                if (!jobs.isEmpty())
                    commit(*store, jobs);
                else if (const Result<void> alive = store->ping(); !alive) {
                    setAvailable(false, alive.failure().text);
                    refuseQueue(alive.failure()); // what came while the ping waited
                    recover(*store);
                }
                lock.lock();
            }
        }
    } // closes the connection in this thread
    const std::lock_guard lock(m_mutex);
    m_available = false;
    m_ended = true;
    m_gone.notify_all();
}

bool StoreWriter::openFirst(EventStore &store)
{
    Backoff backoff;
    while (true) {
        Result<void> ready = store.open();
        if (ready)
            ready = store.migrate();
        if (ready) {
            setAvailable(true, {});
            Q_EMIT opened();
            return true;
        }
        if (ready.failure().kind != Fault::Unavailable) {
            Q_EMIT failed(ready.failure());
            return false;
        }
        setAvailable(false, ready.failure().text);
        if (!pause(backoff.next()))
            return false;
    }
}

QList<AppendJob> StoreWriter::takeBatch()
{
    QList<AppendJob> jobs;
    qint64 events = 0;
    while (!m_queue.empty()) {
        const qint64 weight = weightOf(m_queue.front());
        if (!jobs.isEmpty() && events + weight > m_limits.batchEvents)
            break;
        events += weight;
        m_queuedEvents -= weight;
        m_queuedBytes -= bytesOf(m_queue.front());
        jobs << std::move(m_queue.front());
        m_queue.pop_front();
    }
    return jobs;
}

// Commits, or refuses with a reason; comes back with a working connection or after stop().
void StoreWriter::commit(EventStore &store, const QList<AppendJob> &jobs)
{
    std::optional<SteadyTime> holdUntil; // since the first failure
    Backoff backoff;
    while (true) {
        const Result<QList<CommittedJob>> stored = append(store, jobs);
        if (stored) {
            setAvailable(true, {});
            Q_EMIT committed(stored.value());
            return;
        }
        const Failure &failure = stored.failure();
        if (failure.kind == Fault::BadInput && jobs.size() > 1) {
            // One of them is refused, and its neighbours must not suffer: halve until it is alone.
            commit(store, jobs.first(jobs.size() / 2));
            commit(store, jobs.sliced(jobs.size() / 2));
            return;
        }
        if (failure.kind != Fault::Unavailable) {
            refuse(jobs, failure);
            return;
        }
        setAvailable(false, failure.text);
        if (!holdUntil)
            holdUntil = Clock::now() + kHold;
        const bool tooLong = Clock::now() > *holdUntil; // it comes back, and fails again each time
        Result<void> back = isPastDeadline() ? Result<void>(failure) : reopen(store);
        while (!back && Clock::now() < *holdUntil && !isPastDeadline()) {
            pause(backoff.next());
            back = reopen(store);
        }
        if (!back || tooLong) {
            refuse(jobs, failure);
            refuseQueue(failure);
            recover(store);
            return;
        }
        const Result<QList<CommittedJob>> late = store.settle();
        if (late && !late->isEmpty()) {
            setAvailable(true, {});
            Q_EMIT committed(late.value());
            return;
        }
        pause(backoff.next()); // a connection that opens and then fails is no reason to spin
    }
}

// Tries until the database is back; false when stop() came first.
bool StoreWriter::recover(EventStore &store)
{
    Backoff backoff;
    while (!isPastDeadline()) {
        Result<void> back = reopen(store);
        if (back) {
            Result<QList<CommittedJob>> late = store.settle();
            if (late) {
                for (CommittedJob &job : *late)
                    job.job.ticket = 0; // its sender was told otherwise and waits no more
                if (!late->isEmpty())
                    Q_EMIT committed(late.value());
                setAvailable(true, {});
                return true;
            }
        }
        if (!pause(backoff.next()))
            return false;
    }
    return false;
}

Result<void> StoreWriter::reopen(EventStore &store)
{
    Result<void> open = store.open();
    return open ? store.ping() : open;
}

void StoreWriter::refuse(const QList<AppendJob> &jobs, const Failure &failure)
{
    QList<quint64> tickets;
    for (const AppendJob &job : jobs)
        tickets << job.ticket;
    if (!tickets.isEmpty())
        Q_EMIT refused(tickets, failure);
}

void StoreWriter::refuseQueue(const Failure &failure)
{
    QList<AppendJob> waiting;
    {
        const std::lock_guard lock(m_mutex);
        waiting.reserve(qsizetype(m_queue.size()));
        std::move(m_queue.begin(), m_queue.end(), std::back_inserter(waiting));
        m_queue.clear();
        m_queuedEvents = 0;
        m_queuedBytes = 0;
    }
    refuse(waiting, failure);
}

void StoreWriter::setAvailable(bool available, const QString &why)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_available == available)
            return;
        m_available = available;
    }
    Q_EMIT availableChanged(available, why);
}

bool StoreWriter::pause(std::chrono::milliseconds time)
{
    std::unique_lock lock(m_mutex);
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
    return Clock::now() >= m_deadline - std::chrono::milliseconds(500);
}

} // namespace entvas
