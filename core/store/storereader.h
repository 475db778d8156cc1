#pragma once

#include "core/limituse.h"
#include "core/store/eventstore.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <QObject>
#include <QPointer>
#include <QThread>

namespace entvas {

// The one read connection, in a thread of its own: warm-up, history, export. Questions are answered one at a time, at
// most kMaxWaiting wait. Asked and answered in the thread that the reader was made in, which needs an event loop; no
// answer when `context` is gone by then.
class StoreReader final : public QObject
{
    Q_OBJECT
public:
    static constexpr int kMaxWaiting = 256;
    using StoreFactory = std::function<std::unique_ptr<EventStore>()>; // called in the reader's thread

    explicit StoreReader(StoreFactory factory, QObject *parent = nullptr);
    ~StoreReader() override; // waits for the question that runs; the others go unanswered

    // The destructor waits no longer than this: a database that hangs would hold it up for good. The question's thread
    // is left to itself then, and ends when that one does.
    void leaveAfter(std::chrono::milliseconds patience) { m_patience = patience; }

    // False: too many wait. Opens by itself before `question`, which is asked once more when the connection turns out
    // to be broken.
    template <class T>
    [[nodiscard]] bool ask(QObject *context, std::function<Result<T>(EventStore &)> question,
                           std::function<void(Result<T>)> answer)
    {
        Q_ASSERT(context->thread() == thread() && thread() == QThread::currentThread());
        auto result = std::make_shared<std::optional<Result<T>>>();
        return enqueue({[result, question = std::move(question)](Result<EventStore *> store) {
                            result->emplace(store ? question(**store) : Result<T>(store.failure()));
                            return (*result)->ok() ? std::nullopt : std::optional((*result)->failure());
                        },
                        [this, context = QPointer<QObject>(context), answer = std::move(answer), result] {
                            // To ourselves: `context` may die while the answer is on its way to it, and only its own
                            // thread can tell. The door is shut before we go.
                            QMetaObject::invokeMethod(
                                this,
                                [context, answer, result] {
                                    if (context)
                                        answer(std::move(**result));
                                },
                                Qt::QueuedConnection);
                        }});
    }

    // The database is known to be back: the next question does not wait until another attempt is due.
    void retryNow();

    LimitUse waiting() const { return {double(m_waiting->load()), double(kMaxWaiting), m_refused}; }

private:
    struct Job {
        std::function<std::optional<Failure>(Result<EventStore *>)> ask; // keeps the result
        std::function<void()> answer;                                    // hands it over
    };
    bool enqueue(Job job);

    class Worker;
    // Answers come through as long as we are there.
    struct Door {
        std::mutex mutex;
        std::atomic<bool> isShut = false;
    };
    std::unique_ptr<QThread> m_thread;
    Worker *m_worker; // lives and dies in m_thread
    std::shared_ptr<std::atomic<int>> m_waiting;
    std::shared_ptr<Door> m_door;
    std::optional<std::chrono::milliseconds> m_patience;
    quint64 m_refused = 0; // questions that were one too many
};

} // namespace entvas
