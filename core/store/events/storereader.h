#pragma once

#include "core/base/limituse.h"
#include "core/store/events/eventstore.h"
#include "core/store/events/owedanswers.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <QObject>
#include <QPointer>
#include <QThread>
#include <QTimer>

namespace entvas {

// The one read connection, in a thread of its own: warm-up, history, export. Questions are answered one at a time, at
// most kMaxWaiting wait. Asked and answered in the thread that the reader was made in, which needs an event loop; no
// answer when `context` is gone by then.
class StoreReader final : public QObject
{
    Q_OBJECT
public:
    static constexpr int kMaxWaiting = 256;
    // The usual limit of a question that a person or a program waits for.
    static constexpr std::chrono::milliseconds kAnswer{20'000};
    using StoreFactory = std::function<std::unique_ptr<EventStore>()>; // called in the reader's thread

    explicit StoreReader(StoreFactory factory, QObject *parent = nullptr);
    ~StoreReader() override; // interrupts the question that runs, and waits for it; the others go unanswered

    // The destructor waits no longer than this: a database that hangs would block it for good. The question's thread
    // is left to itself then, and ends when that one does.
    void leaveAfter(std::chrono::milliseconds patience) { m_patience = patience; }

    // False: too many wait. Opens by itself before `question`, which is asked once more when the connection turns out
    // to be broken. With a limit, the answer comes within that time in any case: Fault::Unavailable
    // then, and the question is interrupted.
    template <class T>
    [[nodiscard]] bool ask(QObject *context, std::function<Result<T>(EventStore &)> question,
                           std::function<void(Result<T>)> answer,
                           std::optional<std::chrono::milliseconds> limit = std::nullopt)
    {
        Q_ASSERT(context->thread() == thread() && thread() == QThread::currentThread());
        auto result = std::make_shared<std::optional<Result<T>>>();
        const quint64 number = ++m_asked;
        auto job = std::make_shared<ReaderJob>();
        job->number = number;
        job->ask = [result, question = std::move(question)](Result<EventStore *> store) {
            result->emplace(store ? question(**store) : Result<T>(store.failure()));
            return (*result)->ok() ? std::nullopt : std::optional((*result)->failure());
        };
        job->answer = [this, number, context = QPointer<QObject>(context), answer, result] {
            // To ourselves: `context` may die while the answer is on its way to it, and only its own thread can tell.
            // The way back is shut before we go.
            QMetaObject::invokeMethod(
                this,
                [this, number, context, answer, result] {
                    if (m_owed.take(number) && context)
                        answer(std::move(**result));
                },
                Qt::QueuedConnection);
        };
        if (!enqueue(job))
            return false;
        if (limit)
            owe(job, *limit, [context = QPointer<QObject>(context), answer = std::move(answer)](const Failure &late) {
                if (context)
                    answer(late);
            });
        return true;
    }

    // The database is known to be back: the next question does not wait until another attempt is due.
    void retryNow();

    // The next question goes over a new connection: behind the same address there may be another database now.
    void reopen();

    // The server stops: what is being asked, and has a limit, is answered within this time, with a failure if need be.
    void cancelPending(std::chrono::milliseconds within);

    // Milliseconds that the oldest question with a limit has taken.
    LimitUse time() const;
    LimitUse waiting() const { return {double(m_waiting->load()), double(kMaxWaiting), m_refused}; }

private:
    bool enqueue(const ReaderJobPtr &job);
    void owe(const ReaderJobPtr &job, std::chrono::milliseconds limit, OwedAnswers::Late late);
    void lookAtLimits();

    class Worker;
    // What the reader's thread is at, for those who interrupt it.
    struct Running {
        std::mutex mutex;
        quint64 number = 0;               // of the question; 0: none
        EventStore *store = nullptr;      // while there is one
        void interrupt(quint64 question); // 0: whichever it is
    };
    // The answers' way from the reader's thread to us, as long as we are there.
    struct WayBack {
        std::mutex mutex;
        std::atomic<bool> isShut = false;
    };
    std::unique_ptr<QThread> m_thread;
    Worker *m_worker; // lives and dies in m_thread
    std::shared_ptr<std::atomic<int>> m_waiting;
    std::shared_ptr<WayBack> m_wayBack;
    std::optional<std::chrono::milliseconds> m_patience;
    std::shared_ptr<Running> m_running;
    OwedAnswers m_owed;
    QTimer m_limits;
    quint64 m_asked = 0;
    quint64 m_refused = 0; // questions that were one too many
};

} // namespace entvas
