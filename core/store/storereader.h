#pragma once

#include "core/store/eventstore.h"

#include <QObject>
#include <QPointer>
#include <QThread>

namespace entvas {

// The one read connection, in a thread of its own: warm-up, history, export. Questions are answered one at a time, at
// most kMaxWaiting wait. The answer runs in the thread of `context`, and not at all when that is gone by then.
class StoreReader final : public QObject
{
    Q_OBJECT
public:
    static constexpr int kMaxWaiting = 256;
    using StoreFactory = std::function<std::unique_ptr<EventStore>()>; // called in the reader's thread

    explicit StoreReader(StoreFactory factory, QObject *parent = nullptr);
    ~StoreReader() override; // waits for the question that runs; the others go unanswered

    // False: too many wait. Opens, and opens again after a loss, by itself before `question`.
    template <class T>
    [[nodiscard]] bool ask(QObject *context, std::function<Result<T>(EventStore &)> question,
                           std::function<void(Result<T>)> answer)
    {
        return enqueue([context = QPointer<QObject>(context), question = std::move(question),
                        answer = std::move(answer)](Result<EventStore *> store) {
            auto result = store ? question(**store) : Result<T>(store.failure());
            deliver(context, [answer, result = std::move(result)] { answer(result); });
            return result.ok() ? std::optional<Failure>() : std::optional<Failure>(result.failure());
        });
    }

private:
    using Job = std::function<std::optional<Failure>(Result<EventStore *>)>;
    bool enqueue(Job job);
    static void deliver(const QPointer<QObject> &context, std::function<void()> answer);

    class Worker;
    QThread m_thread;
    std::unique_ptr<Worker> m_worker;
};

} // namespace entvas
