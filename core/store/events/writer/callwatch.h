#pragma once

#include "core/base/result.h"

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <QList>

namespace entvas {

class EventStore;

// The call to the database that the writer's thread is in, for those who can't wait until it comes back: a database
// that is frozen, or a network that swallows everything, ends no call, and nothing else would notice. Every function
// may be called from any thread.
class CallWatch
{
public:
    using Time = std::chrono::steady_clock::time_point;
    using GiveUp = std::function<void(const Failure &)>;

    // A call that takes longer shows that the database does not answer: new events are refused until it does.
    static constexpr std::chrono::milliseconds kStalled{3'000};
    // How long a sender is kept waiting when the database died while it committed: only after its return is it known
    // whether the events are stored.
    static constexpr std::chrono::milliseconds kDoubt{30'000};

    // A call as long as this lives. `tickets`: whose senders wait for it; `giveUp`: answers the act that waits for it.
    class Call
    {
    public:
        explicit Call(CallWatch &watch, const QList<quint64> &tickets = {}, const GiveUp &giveUp = {});
        ~Call();
        Q_DISABLE_COPY_MOVE(Call)

    private:
        CallWatch &m_watch;
    };

    struct Overdue {
        QList<quint64> doubtful; // tickets that have waited for kDoubt, each once
        GiveUp giveUp;           // likewise; may be empty
    };
    // nullopt: no call has taken longer than kStalled.
    std::optional<Overdue> look();

    // The connection that the calls go over, while there is one.
    void setStore(EventStore *store);
    void interrupt();

private:
    std::mutex m_mutex;
    std::optional<Time> m_since; // nullopt: no call
    QList<quint64> m_tickets;
    GiveUp m_giveUp;
    EventStore *m_store = nullptr;
};

} // namespace entvas
