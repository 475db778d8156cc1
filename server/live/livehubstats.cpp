#include "server/live/livehubstats.h"

#include "server/http/proxies.h"
#include "server/live/livehub.h"

#include <algorithm>

namespace entvas {

LiveHubStats LiveHub::stats() const
{
    LiveHubStats stats = m_stats;
    const qint64 now = m_steady->nowMs();
    const auto largest = [](LimitUse &use, double value) { use.used = std::max(use.used, value); };
    for (const auto &session : m_sessions) {
        const LiveSession::State &state = session->state;
        largest(stats.messageBytes, double(session->largestMessage()));
        largest(stats.messageRate, session->messagesTaken());
        largest(stats.missedPongs, session->missedPongs());
        largest(stats.slowBytes, double(session->backlog()));
        stats.totalUnsent.used += double(session->unsent());
        stats.strangers.used += !state.reader && !session->isClosing();
        if (!state.reader && !session->isClosing())
            largest(stats.authenticateMs, double(m_limits.authenticateMs - (state.authenticateByMs - now)));
        else if (session->unsent() > m_limits.drainedBytes)
            largest(stats.stalledMs, double(now - state.lastTakenMs));
    }
    stats.clients.used = double(m_sessions.size());
    stats.clients.most = m_limits.clients;
    stats.addressClients.most = std::min(m_limits.addressClients, m_limits.clients);
    static const QByteArray loopback = networkOf(QHostAddress(QHostAddress::LocalHost));
    static const QByteArray loopback6 = networkOf(QHostAddress(QHostAddress::LocalHostIPv6));
    for (auto it = m_clients.cbegin(); it != m_clients.cend(); ++it)
        if (it.key() != loopback && it.key() != loopback6)
            largest(stats.addressClients, it.value());
    stats.strangers.most = m_limits.strangers;
    stats.messageBytes.most = LiveSession::kMaxMessageBytes;
    stats.messageRate.most = LiveSession::kMessageBurst;
    stats.missedPongs.most = LiveSession::kMaxMissedPongs;
    stats.authenticateMs.most = m_limits.authenticateMs;
    stats.slowBytes.most = double(m_limits.slowBytes);
    stats.totalUnsent.most = double(m_limits.totalUnsentBytes);
    stats.stalledMs.most = m_limits.stalledMs;
    for (const auto &[project, recent] : m_recent)
        stats.tailEvents.used = std::max(stats.tailEvents.used, double(recent.events.size()));
    stats.tailEvents.most = m_limits.tailEvents;
    return stats;
}

} // namespace entvas
