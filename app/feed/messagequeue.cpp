#include "app/feed/messagequeue.h"

namespace entvas {

MessageQueue::Push MessageQueue::push(wire::ServerMessage message, qint64 bytes)
{
    const QMutexLocker lock(&m_mutex);
    if (m_messages.size() >= kMaxMessages || (!m_messages.empty() && m_bytes + bytes > kMaxBytes)) {
        m_messages.clear();
        m_bytes = 0;
        m_overflowed = true;
        return Push::Overflow;
    }
    m_messages.emplace_back(std::move(message), bytes);
    m_bytes += bytes;
    return std::exchange(m_woken, true) ? Push::Queued : Push::Wake;
}

MessageQueue::Taken MessageQueue::take(std::size_t limit)
{
    const QMutexLocker lock(&m_mutex);
    Taken taken;
    taken.overflowed = std::exchange(m_overflowed, false);
    while (!m_messages.empty() && static_cast<std::size_t>(taken.messages.size()) < limit) {
        m_bytes -= m_messages.front().second;
        taken.messages.append(std::move(m_messages.front().first));
        m_messages.pop_front();
    }
    taken.more = !m_messages.empty();
    m_woken = taken.more;
    return taken;
}

void MessageQueue::clear()
{
    const QMutexLocker lock(&m_mutex);
    m_messages.clear();
    m_bytes = 0;
    m_overflowed = false;
}

} // namespace entvas
