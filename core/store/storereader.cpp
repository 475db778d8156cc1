#include "core/store/storereader.h"

#include "core/altstack.h"
#include "core/log.h"

#include <QElapsedTimer>

using namespace Qt::StringLiterals;

namespace entvas {

// Keeps the connection. A database that is away is not tried again for each of many waiting questions.
class StoreReader::Worker final : public QObject
{
public:
    explicit Worker(StoreFactory factory) : m_factory(std::move(factory)) {}

    void answer(const Job &job)
    {
        const bool isFresh = !m_open;
        const Result<EventStore *> store = connection();
        QElapsedTimer since;
        since.start();
        const std::optional<Failure> failure = job.ask(store);
        if (since.hasExpired(kSlowMs))
            log::warning("store", u"a slow question"_s,
                         {{u"ms"_s, since.elapsed()}, {u"answered"_s, !failure.has_value()}});
        // A connection that broke while nobody used it says so only when it is used.
        if (store && failure && failure->kind == Fault::Unavailable && !m_store->ping()) {
            m_open = false;
            if (!isFresh)
                job.ask(connection());
        }
        job.answer();
    }

    void forgetFailure() { m_lastFailure.reset(); }

private:
    static constexpr qint64 kSlowMs = 2'000;     // what takes longer is worth a line in the log
    static constexpr qint64 kRetryAfterMs = 500; // since the last attempt to open that failed

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
};

StoreReader::StoreReader(StoreFactory factory, QObject *parent)
    : QObject(parent),
      m_worker(new Worker(std::move(factory))),
      m_waiting(std::make_shared<std::atomic<int>>(0)),
      m_stop(std::make_shared<std::atomic<bool>>(false))
{
    m_thread.setObjectName(u"store-reader"_s);
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::started, m_worker, &useAlternateStack);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater); // the connection closes in its thread
    m_thread.start();
}

StoreReader::~StoreReader()
{
    m_stop->store(true);
    m_thread.quit();
    m_thread.wait();
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
        [worker = m_worker, waiting = m_waiting, stop = m_stop, job = std::move(job)] {
            waiting->fetch_sub(1);
            if (!stop->load())
                worker->answer(job);
        },
        Qt::QueuedConnection);
    return true;
}

} // namespace entvas
