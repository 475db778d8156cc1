#pragma once

#include "core/store/eventstore.h"

#include <atomic>
#include <QObject>
#include <QPointer>
#include <QThread>

namespace entvas {

// The one read connection, in a thread of its own: warm-up, history, export. Questions are answered one at a time, at
// most kMaxWaiting wait. The answer runs in the thread that asked, and not at all when `context` is gone by then.
class StoreReader final : public QObject
{
    Q_OBJECT
public:
    static constexpr int kMaxWaiting = 256;
    using StoreFactory = std::function<std::unique_ptr<EventStore>()>; // called in the reader's thread

    explicit StoreReader(StoreFactory factory, QObject *parent = nullptr);
    ~StoreReader() override; // waits for the question that runs; the others go unanswered

    // False: too many wait. Opens, and opens again after a loss, by itself before `question`. Called in the thread of
    // `context`, which needs an event loop.
    template <class T>
    [[nodiscard]] bool ask(QObject *context, std::function<Result<T>(EventStore &)> question,
                           std::function<void(Result<T>)> answer)
    {
        return enqueue([relay = makeRelay(context), context = QPointer<QObject>(context),
                        question = std::move(question), answer = std::move(answer)](Result<EventStore *> store) {
            auto result = std::make_shared<Result<T>>(store ? question(**store) : Result<T>(store.failure()));
            std::optional<Failure> failure;
            if (!result->ok())
                failure = result->failure();
            deliver(relay, [context, answer, result] {
                if (context)
                    answer(std::move(*result));
            });
            return failure;
        });
    }

private:
    using Job = std::function<std::optional<Failure>(Result<EventStore *>)>;
    // An object in the asking thread that outlives the question: `context` itself may die while an answer is on its way
    // to it, and only its own thread can tell.
    using Relay = std::shared_ptr<QObject>;
    static Relay makeRelay(QObject *context);
    static void deliver(const Relay &relay, std::function<void()> answer);
    bool enqueue(Job job);

    class Worker;
    QThread m_thread;
    Worker *m_worker; // lives and dies in m_thread
    std::shared_ptr<std::atomic<int>> m_waiting;
    std::shared_ptr<std::atomic<bool>> m_stop;
};

} // namespace entvas
