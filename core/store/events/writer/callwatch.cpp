#include "core/store/events/writer/callwatch.h"

#include "core/store/events/eventstore.h"

#include <utility>

namespace entvas {

CallWatch::Call::Call(CallWatch &watch, const QList<quint64> &tickets, const GiveUp &giveUp) : m_watch(watch)
{
    const std::lock_guard lock(m_watch.m_mutex);
    m_watch.m_since = std::chrono::steady_clock::now();
    m_watch.m_tickets = tickets;
    m_watch.m_giveUp = giveUp;
}

CallWatch::Call::~Call()
{
    const std::lock_guard lock(m_watch.m_mutex);
    m_watch.m_since.reset();
    m_watch.m_tickets.clear();
    m_watch.m_giveUp = {};
}

std::optional<CallWatch::Overdue> CallWatch::look()
{
    const std::lock_guard lock(m_mutex);
    if (!m_since)
        return std::nullopt;
    const auto took = std::chrono::steady_clock::now() - *m_since;
    if (took < kStalled)
        return std::nullopt;
    Overdue overdue;
    if (took > kDoubt)
        overdue = {std::exchange(m_tickets, {}), std::exchange(m_giveUp, {})};
    return overdue;
}

void CallWatch::setStore(EventStore *store)
{
    const std::lock_guard lock(m_mutex);
    m_store = store;
}

void CallWatch::interrupt()
{
    const std::lock_guard lock(m_mutex);
    if (m_store)
        m_store->interrupt();
}

} // namespace entvas
