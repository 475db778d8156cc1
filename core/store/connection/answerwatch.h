#pragma once

#include "core/model/settings.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace entvas {

class Interrupter;

// For commands at a terminal, with no limit to how long a query may take: distinguishes a server that
// works from one that is frozen, and interrupts the connection then. While it exists it now and then makes a connection
// of its own, in its own thread; any answer at once shows that the server is alive.
class AnswerWatch
{
public:
    static constexpr std::chrono::milliseconds kLookEvery{10'000};
    // A server that has not even refused a connection after so long, twice in a row, counts as frozen.
    static constexpr std::chrono::milliseconds kSilent{1'500};

    AnswerWatch(DatabaseUrl url, std::shared_ptr<Interrupter> interrupter);
    ~AnswerWatch(); // waits for a connection that is being made: seconds at most
    AnswerWatch(const AnswerWatch &) = delete;
    AnswerWatch &operator=(const AnswerWatch &) = delete;

private:
    void run();
    bool isSilent() const;
    bool waitFor(std::chrono::milliseconds time); // false: it is over

    DatabaseUrl m_url;
    std::shared_ptr<Interrupter> m_interrupter;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_isOver = false;
    std::thread m_thread;
};

} // namespace entvas
