#pragma once

#include "core/store/eventstore.h"

#include <QObject>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace entvas {

// The one write connection, in a thread of its own. Takes whole queues as one transaction: a lone event is committed at
// once, a crowd shares a commit. push() may be called from any thread; signals are emitted from the writer's thread.
class StoreWriter final : public QObject
{
    Q_OBJECT
public:
    struct Limits {
        qint64 queueEvents = 100'000;          // waiting, over all jobs
        qint64 queueBytes = 64 * 1024 * 1024;  // of metadata and strings, approximately
        qint64 batchEvents = 5'000;            // per transaction
    };
    using StoreFactory = std::function<std::unique_ptr<EventStore>()>; // called in the writer's thread

    StoreWriter(StoreFactory factory, Limits limits, QObject *parent = nullptr);
    ~StoreWriter() override; // as stop()

    // Opens and migrates, then tells opened() or failed(). Retries Fault::Unavailable by itself for ever.
    void start();
    // Commits what is queued, then ends the thread. Blocks up to `ms`; false when it had to give up.
    bool stop(int ms = 8'000);

    // False: the queue is full or the database is away; nothing was taken.
    [[nodiscard]] bool push(AppendJob job);
    bool isAvailable() const; // the database answered last time
    qint64 queuedEvents() const;

Q_SIGNALS:
    void opened();                                            // migrated and ready; once per start
    void failed(entvas::Failure failure);                     // start can't succeed: wrong schema, no permission, …
    void availableChanged(bool available, const QString &why);
    void committed(const QList<entvas::CommittedJob> &jobs);  // after the commit that holds them
    void refused(const QList<quint64> &tickets, entvas::Failure failure); // nothing of these is stored

private:
    void run();
    bool reopen(EventStore &store);
    void commit(EventStore &store, QList<AppendJob> jobs);

    StoreFactory m_factory;
    Limits m_limits;
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<AppendJob> m_queue;
    qint64 m_queuedEvents = 0;
    qint64 m_queuedBytes = 0;
    bool m_available = false;
    bool m_stop = false;
    bool m_ended = false;
    std::thread m_thread;
};

} // namespace entvas
