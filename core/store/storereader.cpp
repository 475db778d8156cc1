#include "core/store/storereader.h"

#include "core/altstack.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/loglimit.h"

#include <QDeadlineTimer>
#include <QElapsedTimer>

using namespace Qt::StringLiterals;

namespace entvas {

// Keeps the connection. A database that is away is not tried again for each of many waiting questions.
class StoreReader::Worker final : public QObject
{
public:
    explicit Worker(StoreFactory factory) : m_factory(std::move(factory)) {}

    void answer(const Job &job, Door &door)
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
            if (!isFresh)
                failure = job.ask(connection());
        }
        if (failure && failure->kind != Fault::Unavailable) // that it is away is said by those who find it out
            tell(*failure);
        const std::lock_guard lock(door.mutex);
        if (!door.isShut)
            job.answer();
    }

    void forgetFailure() { m_lastFailure.reset(); }

private:
    static constexpr qint64 kSlowMs = 2'000;     // what takes longer is worth a line in the log
    static constexpr qint64 kRetryAfterMs = 500; // since the last attempt to open that failed

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
        if (!m_store)
            m_store = m_factory();
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
      m_worker(new Worker(std::move(factory))),
      m_waiting(std::make_shared<std::atomic<int>>(0)),
      m_door(std::make_shared<Door>())
{
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
    if (!m_patience) {
        m_thread->wait();
    } else if (!m_thread->wait(QDeadlineTimer(*m_patience))) {
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

bool StoreReader::enqueue(Job job)
{
    if (m_waiting->fetch_add(1) >= kMaxWaiting) {
        m_waiting->fetch_sub(1);
        ++m_refused;
        return false;
    }
    QMetaObject::invokeMethod(
        m_worker,
        [worker = m_worker, waiting = m_waiting, door = m_door, job = std::move(job)] {
            waiting->fetch_sub(1);
            if (!door->isShut)
                worker->answer(job, *door);
        },
        Qt::QueuedConnection);
    return true;
}

} // namespace entvas
