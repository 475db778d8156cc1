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
constexpr std::chrono::milliseconds kAnswerWait{500}; // a question, when the reader goes

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

    void answer(const ReaderJob &job, WayBack &wayBack)
    {
        if (!m_store)
            m_store = m_factory();
        setRunning(job.number, m_store.get());
        find(job, wayBack);
        setRunning(0, m_store.get());
        const std::lock_guard lock(wayBack.mutex);
        if (!wayBack.isShut)
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

    void find(const ReaderJob &job, const WayBack &wayBack)
    {
        const bool isFresh = !m_open;
        const Result<EventStore *> store = connection();
        QElapsedTimer since;
        since.start();
        std::optional<Failure> failure = job.ask(store);
        if (since.hasExpired(kSlowMs))
            log::warning("store", u"slow query"_s, {{u"ms"_s, since.elapsed()}, {u"answered"_s, !failure.has_value()}});
        // A connection that broke while it was idle says so only when it is used.
        if (store && failure && failure->kind == Fault::Unavailable && !m_store->ping()) {
            m_open = false;
            if (!isFresh && !job.isGivenUp && !wayBack.isShut)
                failure = job.ask(connection());
        }
        if (failure && failure->kind != Fault::Unavailable) // the writer logs that it is away
            logFailure(*failure);
    }

    // Callers over the network are answered with less.
    void logFailure(const Failure &failure)
    {
        if (failure.outside.isEmpty())
            return;
        if (const auto left = m_failuresLogged.take(m_clock.nowMs()))
            log::warning("store", u"query failed"_s, {{u"reason"_s, failure.text}, {u"leftOut"_s, qint64(*left)}});
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
      m_wayBack(std::make_shared<WayBack>()),
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
        const std::lock_guard lock(m_wayBack->mutex);
        m_wayBack->isShut = true;
    }
    m_thread->quit();
    const QDeadlineTimer deadline = m_patience ? QDeadlineTimer(*m_patience) : QDeadlineTimer(QDeadlineTimer::Forever);
    bool hasEnded = false;
    do { // more than once: what it does between two statements can't be interrupted
        hasEnded = m_thread->wait(QDeadlineTimer(std::min(kAnswerWait, m_patience.value_or(kAnswerWait))));
        if (!hasEnded)
            m_running->interrupt(0);
    } while (!hasEnded && !deadline.hasExpired());
    if (!hasEnded) {
        log::warning("store", u"gave up waiting for a database that does not answer"_s);
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

void StoreReader::owe(const ReaderJobPtr &job, std::chrono::milliseconds limit, OwedAnswers::Late late)
{
    m_owed.add(job, limit, std::move(late));
    if (!m_limits.isActive())
        m_limits.start();
}

void StoreReader::lookAtLimits()
{
    const OwedAnswers::Overdue overdue = m_owed.overdue();
    for (const quint64 number : overdue.numbers)
        m_running->interrupt(number); // again and again: it may have been between two statements
    if (m_owed.isEmpty())
        m_limits.stop();
    for (const auto &late : overdue.late) // may ask again
        late();
}

void StoreReader::cancelPending(std::chrono::milliseconds within)
{
    m_owed.shorten(within);
}

LimitUse StoreReader::time() const
{
    using Milliseconds = std::chrono::duration<double, std::milli>;
    return {Milliseconds(m_owed.oldest()).count(), Milliseconds(kAnswer).count(), m_owed.lateAnswers()};
}

bool StoreReader::enqueue(const ReaderJobPtr &job)
{
    if (m_waiting->fetch_add(1) >= kMaxWaiting) {
        m_waiting->fetch_sub(1);
        ++m_refused;
        return false;
    }
    QMetaObject::invokeMethod(
        m_worker,
        [worker = m_worker, waiting = m_waiting, wayBack = m_wayBack, job] {
            waiting->fetch_sub(1);
            if (wayBack->isShut)
                return;
            if (!job->isGivenUp)
                return worker->answer(*job, *wayBack);
            const std::lock_guard lock(wayBack->mutex);
            if (!wayBack->isShut)
                job->answer(); // it has been answered: this takes it off the list
        },
        Qt::QueuedConnection);
    return true;
}

} // namespace entvas
