#pragma once

#include "core/base/result.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <QList>

namespace entvas {

class EventStore;

// A question on its way to the reader's thread and back.
struct ReaderJob {
    quint64 number = 0;
    std::function<std::optional<Failure>(Result<EventStore *>)> ask; // keeps the result
    std::function<void()> answer;                                    // hands it over
    std::atomic<bool> isGivenUp = false;                             // its answer is not wanted any more
};
using ReaderJobPtr = std::shared_ptr<ReaderJob>;

// The questions with a limit, until the reader's thread is done with them: at most as many as may wait, and the one
// that runs. Lives in the thread that asks.
class OwedAnswers
{
public:
    using Late = std::function<void(const Failure &)>;

    // `late` is called instead of the answer when that takes longer than `limit`.
    void add(const ReaderJobPtr &job, std::chrono::milliseconds limit, Late late);
    // The thread is done with it. False: its time was up, and it has been answered.
    bool take(quint64 number);
    bool isEmpty() const { return m_owed.empty(); }
    // None of them takes longer than this from now on.
    void shorten(std::chrono::milliseconds most);

    struct Overdue {
        QList<quint64> numbers;            // of all of them, again each time
        QList<std::function<void()>> late; // of those that are so for the first time; may ask again
    };
    Overdue overdue();

    std::chrono::steady_clock::duration oldest() const; // how long it has taken
    quint64 lateAnswers() const { return m_late; }

private:
    struct Owed {
        ReaderJobPtr job;
        std::chrono::steady_clock::time_point since;
        std::chrono::milliseconds limit{0};
        Late late; // empty once it was called
    };
    std::map<quint64, Owed> m_owed; // by number
    quint64 m_late = 0;
};

} // namespace entvas
