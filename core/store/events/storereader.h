#pragma once

#include "core/base/limituse.h"
#include "core/store/events/eventstore.h"

#include <atomic>
#include <chrono>
#include <map>
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
    // The usual limit of a question that somebody waits for.
    static constexpr std::chrono::milliseconds kAnswer{20'000};
    using StoreFactory = std::function<std::unique_ptr<EventStore>()>; // called in the reader's thread

    explicit StoreReader(StoreFactory factory, QObject *parent = nullptr);
    ~StoreReader() override; // interrupts the question that runs, and waits for it; the others go unanswered

    // The destructor waits no longer than this: a database that hangs would hold it up for good. The question's thread
    // is left to itself then, and ends when that one does.
    void leaveAfter(std::chrono::milliseconds patience) { m_patience = patience; }

    // False: too many wait. Opens by itself before `question`, which is asked once more when the connection turns out
    // to be broken. With a limit, the answer comes within that time, whatever the database does: Fault::Unavailable
    // then, and the question is interrupted.
    template <class T>
    [[nodiscard]] bool ask(QObject *context, std::function<Result<T>(EventStore &)> question,
                           std::function<void(Result<T>)> answer,
                           std::optional<std::chrono::milliseconds> limit = std::nullopt)
    {
        Q_ASSERT(context->thread() == thread() && thread() == QThread::currentThread());
        auto result = std::make_shared<std::optional<Result<T>>>();
        const quint64 number = ++m_asked;
        auto job = std::make_shared<Job>();
        job->number = number;
        job->ask = [result, question = std::move(question)](Result<EventStore *> store) {
            result->emplace(store ? question(**store) : Result<T>(store.failure()));
            return (*result)->ok() ? std::nullopt : std::optional((*result)->failure());
        };
        job->answer = [this, number, context = QPointer<QObject>(context), answer, result] {
            // To ourselves: `context` may die while the answer is on its way to it, and only its own thread can tell.
            // The door is shut before we go.
            QMetaObject::invokeMethod(
                this,
                [this, number, context, answer, result] {
                    if (isStillOwed(number) && context)
                        answer(std::move(**result));
                },
                Qt::QueuedConnection);
        };
        if (!enqueue(job))
            return false;
        if (limit)
            owe(job, *limit, [context = QPointer<QObject>(context), answer = std::move(answer)](Failure late) {
                if (context)
                    answer(std::move(late));
            });
        return true;
    }

    // The database is known to be back: the next question does not wait until another attempt is due.
    void retryNow();

    // The next question goes over a new connection: behind the same address there may be another database now.
    void reopen();

    // Nobody may be kept waiting for longer than this from now on: the server stops.
    void hurry(std::chrono::milliseconds most);

    // Milliseconds that the oldest question with a limit has taken.
    LimitUse time() const;
    LimitUse waiting() const { return {double(m_waiting->load()), double(kMaxWaiting), m_refused}; }

private:
    struct Job {
        quint64 number = 0;
        std::function<std::optional<Failure>(Result<EventStore *>)> ask; // keeps the result
        std::function<void()> answer;                                    // hands it over
        std::atomic<bool> isGivenUp = false;                             // nobody waits for it any more
    };
    using JobPtr = std::shared_ptr<Job>;
    using Late = std::function<void(Failure)>;
    // A question with a limit, until the reader's thread is done with it.
    struct Owed {
        JobPtr job;
        std::chrono::steady_clock::time_point since;
        std::chrono::milliseconds limit{0};
        Late late; // empty once it was called
    };
    bool enqueue(const JobPtr &job);
    void owe(const JobPtr &job, std::chrono::milliseconds limit, Late late);
    bool isStillOwed(quint64 number);
    void lookAtLimits();

    class Worker;
    // What the reader's thread is at, for those who interrupt it.
    struct Running {
        std::mutex mutex;
        quint64 number = 0;               // of the question; 0: none
        EventStore *store = nullptr;      // while there is one
        void interrupt(quint64 question); // 0: whichever it is
    };
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
    std::shared_ptr<Running> m_running;
    std::map<quint64, Owed> m_owed; // by number; at most kMaxWaiting, and the one that runs
    QTimer m_limits;
    quint64 m_asked = 0;
    quint64 m_refused = 0; // questions that were one too many
    quint64 m_late = 0;    // questions that were given up
};

} // namespace entvas
