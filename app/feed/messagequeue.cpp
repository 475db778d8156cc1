#include "app/feed/messagequeue.h"

namespace entvas {

namespace {

bool holdsNumbers(const FeedItem &item)
{
    const auto *message = std::get_if<wire::ServerMessage>(&item);
    return !message || std::holds_alternative<wire::Delta>(*message) ||
           std::holds_alternative<wire::Snapshot>(*message);
}

} // namespace

MessageQueue::Push MessageQueue::push(FeedItem item, qint64 bytes)
{
    std::deque<Waiting> dropped; // freed after the lock
    const QMutexLocker lock(&m_mutex);
    if (std::holds_alternative<std::unique_ptr<Picture>>(item)) {
        std::deque<Waiting> kept;
        for (Waiting &waiting : m_waiting) {
            const bool isOld = holdsNumbers(waiting.item);
            m_bytes -= isOld ? waiting.bytes : 0;
            (isOld ? dropped : kept).push_back(std::move(waiting));
        }
        m_waiting.swap(kept);
    }
    if (m_waiting.size() >= kMaxMessages || (!m_waiting.empty() && m_bytes + bytes > kMaxBytes)) {
        dropped.swap(m_waiting);
        m_bytes = 0;
        m_overflowed = true;
        return Push::Overflow;
    }
    m_waiting.push_back({std::move(item), bytes});
    m_bytes += bytes;
    return std::exchange(m_woken, true) ? Push::Queued : Push::Wake;
}

MessageQueue::Taken MessageQueue::take(std::size_t limit)
{
    const QMutexLocker lock(&m_mutex);
    Taken taken;
    taken.overflowed = std::exchange(m_overflowed, false);
    while (!m_waiting.empty() && taken.items.size() < limit) {
        m_bytes -= m_waiting.front().bytes;
        taken.items.push_back(std::move(m_waiting.front().item));
        m_waiting.pop_front();
    }
    taken.more = !m_waiting.empty();
    m_woken = taken.more;
    return taken;
}

void MessageQueue::clear()
{
    std::deque<Waiting> dropped;
    const QMutexLocker lock(&m_mutex);
    dropped.swap(m_waiting);
    m_bytes = 0;
    m_overflowed = false;
}

} // namespace entvas
