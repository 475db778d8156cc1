#pragma once

#include "core/wire.h"

#include <deque>
#include <QList>
#include <QMutex>

namespace entvas {

// Messages on their way from the feed's thread to the reader's. Bounded: when the reader falls behind, everything is
// dropped and the reader is told that it needs a fresh picture. Safe from any thread.
class MessageQueue
{
public:
    static constexpr std::size_t kMaxMessages = 256;
    static constexpr qint64 kMaxBytes = 64 * 1024 * 1024; // as encoded; one message alone may be larger

    enum class Push { Queued, Wake, Overflow }; // Wake: nobody has been asked to read yet
    struct Taken {
        QList<wire::ServerMessage> messages;
        bool more = false;       // call take() again
        bool overflowed = false; // messages were dropped in front of these
    };

    Push push(wire::ServerMessage message, qint64 bytes);
    Taken take(std::size_t limit);
    void clear();

private:
    QMutex m_mutex;
    std::deque<std::pair<wire::ServerMessage, qint64>> m_messages;
    qint64 m_bytes = 0;
    bool m_woken = false;
    bool m_overflowed = false;
};

} // namespace entvas
