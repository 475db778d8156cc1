#include "core/store/events/storereader.h"

#include "core/base/altstack.h"
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/loglimit.h"

#include <QDeadlineTimer>
#include <QElapsedTimer>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr std::chrono::milliseconds kLookAtLimits{100};
constexpr std::chrono::milliseconds kEndsBySelf{500}; // a question, when the reader goes

} // namespace

// Keeps the connection. A database that is away is not tried again for each of many waiting questions.
class StoreReader::Worker final : public QObject
{
public:
    Worker(StoreFactory factory, std::shared_ptr<Running> running)
        : m_factory(std::move(factory)), m_running(std::move(running))
    {
    }
    ~Worker() override { setRunning(0, nullptr); }

    void answer(const Job &job, Door &door)
    {
        if (!m_store)
            m_store = m_factory();
        setRunning(job.number, m_store.get());
        find(job, door);
        setRunning(0, m_store.get());
        const std::lock_guard lock(door.mutex);
        if (!door.isShut)
            job.answer();
    }

    void forgetFailure() { m_lastFailure.reset(); }
    void close() { m_open = false; }

private:
    static constexpr qint64 kSlowMs = 2'000;     // what takes longer is worth a line in the log
    static constexpr qint64 kRetryAfterMs = 500; // since the last attempt to open that failed

    void setRunning(quint64 number, EventStore *store)
    {
        const std::lock_guard lock(m_running->mutex);
        m_running->number = number;
        m_running->store = store;
    }

    void find(const Job &job, const Door &door)
    {
        const bool isFresh = !m_open;
        const Result<EventStore *> store = connection();
        QElapsedTimer since;
        since.start();
        std::optional<Failure> failure = job.ask(store);
        if (since.hasExpired(kSlowMs))
            log::warning("store", u"a slow question"_s,
                         {{u"ms"_s, since.elapsed()}, {u"answered"_s, !failure.has_value()}});
        // A connection that broke while nobody used it says so only when it is used.
        if (store && failure && failure->kind == Fault::Unavailable && !m_store->ping()) {
            m_open = false;
            if (!isFresh && !job.isGivenUp && !door.isShut)
                failure = job.ask(connection());
        }
        if (failure && failure->kind != Fault::Unavailable) // that it is away is said by those who find it out
            tell(*failure);
    }

    // Who asked over the network hears less.
    void tell(const Failure &failure)
    {
        if (failure.outside.isEmpty())
            return;
        if (const auto left = m_failuresLogged.take(m_clock.nowMs()))
            log::warning("store", u"a question was not answered"_s,
                         {{u"reason"_s, failure.text}, {u"leftOut"_s, qint64(*left)}});
    }

    Result<EventStore *> connection()
    {
        if (m_open)
            return m_store.get();
        if (m_lastFailure && !m_failedAt.hasExpired(kRetryAfterMs))
            return *m_lastFailure;
        if (const Result<void> opened = m_store->open(); !opened) {
            m_lastFailure = opened.failure();
            m_failedAt.start();
            return opened.failure();
        }
        m_lastFailure.reset();
        m_open = true;
        return m_store.get();
    }

    StoreFactory m_factory;
    std::shared_ptr<Running> m_running;
    std::unique_ptr<EventStore> m_store;
    bool m_open = false;
    std::optional<Failure> m_lastFailure;
    QElapsedTimer m_failedAt;
    LogLimit m_failuresLogged{1};
    SteadyClock m_clock;
};

StoreReader::StoreReader(StoreFactory factory, QObject *parent)
    : QObject(parent),
      m_thread(std::make_unique<QThread>()),
      m_waiting(std::make_shared<std::atomic<int>>(0)),
      m_door(std::make_shared<Door>()),
      m_running(std::make_shared<Running>())
{
    m_limits.setParent(this);
    m_limits.setInterval(kLookAtLimits);
    connect(&m_limits, &QTimer::timeout, this, &StoreReader::lookAtLimits);
    m_worker = new Worker(std::move(factory), m_running);
    m_thread->setObjectName(u"store-reader"_s);
    m_worker->moveToThread(m_thread.get());
    connect(m_thread.get(), &QThread::started, m_worker, &useAlternateStack);
    // The connection closes in its thread.
    connect(m_thread.get(), &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread->start();
}

StoreReader::~StoreReader()
{
    {
        const std::lock_guard lock(m_door->mutex);
        m_door->isShut = true;
    }
    m_thread->quit();
    const QDeadlineTimer deadline = m_patience ? QDeadlineTimer(*m_patience) : QDeadlineTimer(QDeadlineTimer::Forever);
    bool hasEnded = false;
    do { // more than once: what it does between two statements can't be interrupted
        hasEnded = m_thread->wait(QDeadlineTimer(std::min(kEndsBySelf, m_patience.value_or(kEndsBySelf))));
        if (!hasEnded)
            m_running->interrupt(0);
    } while (!hasEnded && !deadline.hasExpired());
    if (!hasEnded) {
        log::warning("store", u"a database that does not answer is not waited for"_s);
        QThread *left = m_thread.release();
        connect(left, &QThread::finished, left, &QObject::deleteLater);
    }
}

void StoreReader::retryNow()
{
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker] { worker->forgetFailure(); }, Qt::QueuedConnection);
}

void StoreReader::reopen()
{
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker] { worker->close(); }, Qt::QueuedConnection);
}

void StoreReader::Running::interrupt(quint64 question)
{
    const std::lock_guard lock(mutex);
    if (store && number != 0 && (question == 0 || question == number))
        store->interrupt();
}

void StoreReader::owe(const JobPtr &job, std::chrono::milliseconds limit, Late late)
{
    m_owed.emplace(job->number, Owed{job, std::chrono::steady_clock::now(), limit, std::move(late)});
    if (!m_limits.isActive())
        m_limits.start();
}

// False: its time was up, and whoever asked knows.
bool StoreReader::isStillOwed(quint64 number)
{
    const auto owed = m_owed.extract(number);
    return !owed || !owed.mapped().job->isGivenUp;
}

void StoreReader::lookAtLimits()
{
    const auto now = std::chrono::steady_clock::now();
    QList<std::pair<Late, std::chrono::milliseconds>> late;
    for (auto &[number, owed] : m_owed) {
        if (now - owed.since < owed.limit)
            continue;
        if (!owed.job->isGivenUp.exchange(true))
            late.append({std::exchange(owed.late, {}), owed.limit});
        m_running->interrupt(number); // again and again: it may have been between two statements
    }
    if (m_owed.empty())
        m_limits.stop();
    m_late += quint64(late.size());
    for (const auto &[tell, limit] : std::as_const(late)) // may ask again
        tell({Fault::Unavailable,
              u"The database did not answer within %1 s."_s.arg(
                  QString::number(std::chrono::duration<double>(limit).count())),
              u"The database did not answer within %1 s: ask for less, or try again later."_s.arg(
                  QString::number(std::chrono::duration<double>(limit).count()))});
}

void StoreReader::hurry(std::chrono::milliseconds most)
{
    const auto now = std::chrono::steady_clock::now();
    for (auto &[number, owed] : m_owed)
        owed.limit = std::min(owed.limit, std::chrono::ceil<std::chrono::milliseconds>(now - owed.since) + most);
}

LimitUse StoreReader::time() const
{
    using Milliseconds = std::chrono::duration<double, std::milli>;
    const auto now = std::chrono::steady_clock::now();
    const double oldest = m_owed.empty() ? 0 : Milliseconds(now - m_owed.begin()->second.since).count();
    return {oldest, Milliseconds(kAnswer).count(), m_late};
}

bool StoreReader::enqueue(const JobPtr &job)
{
    if (m_waiting->fetch_add(1) >= kMaxWaiting) {
        m_waiting->fetch_sub(1);
        ++m_refused;
        return false;
    }
    QMetaObject::invokeMethod(
        m_worker,
        [worker = m_worker, waiting = m_waiting, door = m_door, job] {
            waiting->fetch_sub(1);
            if (door->isShut)
                return;
            if (!job->isGivenUp)
                return worker->answer(*job, *door);
            const std::lock_guard lock(door->mutex);
            if (!door->isShut)
                job->answer(); // nobody hears it: it is off the list
        },
        Qt::QueuedConnection);
    return true;
}

} // namespace entvas
