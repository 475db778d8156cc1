#pragma once

#include "app/feed/feed.h"

#include <deque>
#include <memory>
#include <QMutex>
#include <variant>
#include <vector>

namespace entvas {

// What a feed's thread hands to the reader's.
using FeedItem = std::variant<wire::ServerMessage, std::unique_ptr<Picture>>;

// Messages on their way from the feed's thread to the reader's. Bounded: when the reader falls behind, everything is
// dropped and the reader is told that it needs a fresh picture. Safe from any thread.
class MessageQueue
{
public:
    static constexpr std::size_t kMaxMessages = 256;
    static constexpr qint64 kMaxBytes = 64 * 1024 * 1024; // as encoded; one message alone may be larger

    enum class Push { Queued, Wake, Overflow }; // Wake: nobody has been asked to read yet
    struct Taken {
        std::vector<FeedItem> items;
        bool more = false;       // call take() again
        bool overflowed = false; // messages were dropped in front of these
    };

    // `bytes`: as encoded. A picture takes the place of the numbers that wait.
    Push push(FeedItem item, qint64 bytes);
    Taken take(std::size_t limit);
    void clear();

private:
    struct Waiting {
        FeedItem item;
        qint64 bytes;
    };
    QMutex m_mutex;
    std::deque<Waiting> m_waiting;
    qint64 m_bytes = 0;
    bool m_woken = false;
    bool m_overflowed = false;
};

} // namespace entvas
