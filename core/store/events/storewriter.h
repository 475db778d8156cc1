#pragma once

#include "core/store/events/writer/batchcommit.h"
#include "core/store/events/writer/callwatch.h"
#include "core/store/events/writer/writerqueue.h"
#include "core/store/events/writer/writerupkeep.h"

#include <memory>
#include <QObject>
#include <QPointer>
#include <QTimer>
#include <thread>
#include <utility>

namespace entvas {

class WriterLoop;

// The one write connection, in a thread of its own. Takes whole queues as one transaction: a lone event is committed at
// once, a crowd shares a commit. push() may be called from any thread; signals are emitted from the writer's thread, or
// from our own when the writer's hangs.
class StoreWriter final : public QObject
{
    Q_OBJECT
public:
    using Limits = WriterLimits;
    using Upkeep = WriterUpkeep::Plan;
    using Stats = WriterStats;
    using StoreFactory = std::function<std::unique_ptr<EventStore>()>; // called in the writer's thread

    StoreWriter(StoreFactory factory, const Limits &limits, QObject *parent = nullptr);
    StoreWriter(StoreFactory factory, const Limits &limits, const Upkeep &upkeep, QObject *parent = nullptr);
    ~StoreWriter() override; // as stop(), then interrupts what still hangs, and waits for the thread

    // Opens and migrates, then emits opened() or failed(). Retries Fault::Unavailable by itself for ever.
    void start();
    // Commits what is queued, then ends the thread. Blocks up to `ms`; false when it had to give up: what is then still
    // queued is refused as soon as the database lets go.
    bool stop(int ms = 8'000);

    // False: the queue is full or the database is away; nothing was taken.
    [[nodiscard]] bool push(AppendJob job);
    // An act of administration, in the writer's thread; answered in ours, unless `context` is gone by then. It is not
    // tried again: when the database is lost in the middle of it, or has not answered after CallWatch::kDoubt, the
    // answer is Fault::Unavailable, and whether it was done shows later. False: too many wait, or the database is away.
    template <class T>
    [[nodiscard]] bool ask(QObject *context, std::function<Result<T>(EventStore &)> act,
                           std::function<void(Result<T>)> answer)
    {
        auto result = std::make_shared<std::optional<Result<T>>>();
        // To ourselves first: only its own thread can tell whether `context` still lives. Once: after the answer that
        // there is none comes no other.
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
        return m_queue.push(
            WriterAct{[result, act = std::move(act)](Result<EventStore *> store) {
                          result->emplace(store ? act(**store) : Result<T>(store.failure()));
                          return (*result)->ok() ? std::nullopt : std::optional((*result)->failure());
                      },
                      [once, result] { once([result] { return std::move(**result); }); },
                      [once](const Failure &failure) { once([failure] { return Result<T>(failure); }); }});
    }
    bool isAvailable() const; // the database answered last time
    qint64 queuedEvents() const;
    Stats stats() const; // from any thread
    // Its thread hangs in something that is not a commit; those show as not available.
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
    // The database died while it committed these, and stayed away for CallWatch::kDoubt: they may be stored or not. If
    // they are, committed() follows after its return, with ticket 0.
    void uncertain(const QList<quint64> &tickets, const entvas::Failure &failure);

private:
    WriterQueue m_queue;
    CallWatch m_calls;
    std::unique_ptr<WriterLoop> m_loop;
    QTimer m_watch; // in our own thread: the writer's may be the one that hangs
    std::thread m_thread;
};

} // namespace entvas
