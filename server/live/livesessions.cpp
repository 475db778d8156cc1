#include "server/live/livesessions.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "server/access/auththrottle.h"
#include "server/http/proxies.h"
#include "server/http/queryparameters.h"
#include "server/live/channel.h"
#include "server/live/liveproject.h"
#include "server/live/livequery.h"

#include <algorithm>
#include <QNetworkRequest>
#include <QPointer>
#include <QWebSocket>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

// A dashboard that shares its address with a guessing client reconnects by itself.
void throttle(LiveSession &session, int seconds)
{
    session.refuse(kTryAgainLater, u"too_many_guesses"_s,
                   u"Too many wrong keys or tokens from your address: try again in %1 s"_s.arg(seconds));
}

} // namespace

void LiveSessions::add(QWebSocket *socket)
{
    const LiveFormat how = liveFormat(QueryParameters(socket->requestUrl().query(QUrl::FullyEncoded).toLatin1()));
    m_sessions.push_back(std::make_unique<LiveSession>(socket, how.format, how.packs, nullptr));
    LiveSession *session = m_sessions.back().get();
    LiveSession::State &state = session->state;
    state.network = networkOf(session->client());
    ++m_clients[state.network];
    listenTo(session);
    log::debug("live", u"client connected"_s,
               {{u"peer"_s, session->peer()}, {u"clients"_s, qint64(m_sessions.size())}});

    if (m_isClosing)
        return session->close(QWebSocketProtocol::CloseCodeGoingAway, u"The server stops"_s);
    const QByteArray header = socket->request().rawHeader("Authorization");
    auto reader = m_given.access->upgraded(header, m_given.wall->nowMs());
    if (!reader)
        makeRoomForUnauthenticated();
    if (refuseBeyondLimits(*session))
        return;
    state.lastTakenMs = m_given.steady->nowMs();
    state.reader = std::move(reader);
    if (state.reader) {
        recordSuccess(*session, bearerToken(header));
        Q_EMIT identified(session);
    } else {
        state.authenticateByMs = m_given.steady->nowMs() + m_given.limits->authenticateMs;
    }
}

void LiveSessions::listenTo(LiveSession *session)
{
    connect(session, &LiveSession::taken, this,
            [this, session] { session->state.lastTakenMs = m_given.steady->nowMs(); });
    connect(session, &LiveSession::received, this,
            [this, session](const wire::ClientMessage &message) { onMessage(*session, message); });
    connect(session, &LiveSession::gone, this, [this, session] { remove(session); });
    connect(session, &LiveSession::reached, this, [this](LiveSession::Bound bound) {
        LiveHubStats &counts = *m_given.counts;
        ++(bound == LiveSession::Bound::MessageBytes ? counts.messageBytes : counts.messageRate).reached;
    });
}

bool LiveSessions::refuseBeyondLimits(LiveSession &session)
{
    if (m_sessions.size() > std::size_t(m_given.limits->clients)) {
        ++m_given.counts->clients.reached;
        session.refuse(kTryAgainLater, u"too_many_clients"_s,
                       u"This server already has %1 dashboards"_s.arg(m_given.limits->clients));
        return true;
    }
    const int most = mostClientsOf(session.client());
    if (m_clients.value(session.state.network) <= most)
        return false;
    ++m_given.counts->addressClients.reached;
    session.refuse(kTryAgainLater, u"too_many_clients"_s, u"Your address already has %1 dashboards"_s.arg(most));
    return true;
}

int LiveSessions::mostClientsOf(const QHostAddress &client) const
{
    return client.isLoopback() ? m_given.limits->clients
                               : std::min(m_given.limits->addressClients, m_given.limits->clients);
}

// Anybody can open sockets: those that never authenticate must not take the places of those that may read.
void LiveSessions::makeRoomForUnauthenticated()
{
    std::vector<LiveSession *> waiting = all();
    std::erase_if(waiting, [](const LiveSession *session) { return session->state.reader.has_value(); });
    const auto isTooMany = [&] { return waiting.size() > std::size_t(m_given.limits->unauthenticated); };
    if (!isTooMany())
        return;
    ++m_given.counts->unauthenticated.reached;
    // Those that are being closed have had their time.
    for (auto at = waiting.begin(); at != waiting.end() && isTooMany();) {
        if (!(*at)->isClosing()) {
            ++at;
            continue;
        }
        (*at)->abort();
        remove(*at);
        at = waiting.erase(at);
    }
    if (!isTooMany())
        return;
    // An address that opens many of them pays with its own.
    QHash<QByteArray, int> each;
    int most = 0;
    for (const LiveSession *session : waiting)
        most = std::max(most, ++each[session->state.network]);
    const auto oldest = std::find_if(waiting.begin(), waiting.end(), [&](const LiveSession *session) {
        return each.value(session->state.network) == most;
    });
    (*oldest)->refuse(kTryAgainLater, u"too_many_clients"_s,
                      u"Too many dashboards wait to authenticate: this one came first"_s);
}

void LiveSessions::onMessage(LiveSession &session, const wire::ClientMessage &message)
{
    if (const auto *login = std::get_if<wire::Authenticate>(&message))
        return authenticate(session, login->token);
    if (!session.state.reader)
        return session.refuse(QWebSocketProtocol::CloseCodePolicyViolated, u"unauthenticated"_s,
                              u"The first message must be authenticate"_s);
    Q_EMIT requested(&session, message);
}

void LiveSessions::authenticate(LiveSession &session, const QString &token)
{
    if (std::exchange(session.state.isAuthenticating, true))
        return session.answer(OutMessage(wire::Error{u"busy"_s, u"The last token is still being checked"_s, {}}));
    const QByteArray presented = token.toUtf8();
    if (const int seconds = m_given.throttle->retryAfter(session.client(), presented, m_given.wall->nowMs()))
        return throttle(session, seconds);
    // It may have to wait for the issuer's keys; the client, or we, may have gone by then.
    const auto answer = [this, presented, at = QPointer(&session)](const Result<Reader> &reader) {
        const auto isAt = [&](const auto &one) { return one.get() == at.data(); };
        if (!at || std::none_of(m_sessions.cbegin(), m_sessions.cend(), isAt))
            return;
        at->state.isAuthenticating = false;
        if (!at->isClosing())
            onIdentified(*at, presented, reader);
    };
    m_given.access->identify(presented, m_given.wall->nowMs(), answer);
}

// Access by address proves nothing about the token.
void LiveSessions::recordSuccess(const LiveSession &session, QByteArrayView token)
{
    if (session.state.reader && session.state.reader->subject != u"local"_s)
        m_given.throttle->recordSuccess(session.client(), token);
}

void LiveSessions::onIdentified(LiveSession &session, const QByteArray &token, const Result<Reader> &reader)
{
    const bool isFirst = !session.state.reader;
    if (reader) {
        setReader(session, reader.value());
        recordSuccess(session, token);
        if (isFirst)
            Q_EMIT identified(&session);
        else
            session.answer(OutMessage(wire::Authenticated{reader.value().expiresAtMs}));
        return;
    }
    const Failure &failure = reader.failure();
    if (!isFirst && !m_given.access->needsProof()) // everybody who got this far may read
        return session.answer(OutMessage(wire::Authenticated{session.state.reader->expiresAtMs}));
    if (failure.kind == Fault::Unavailable) {
        // What it authenticated with before still holds, for as long as it does.
        if (!isFirst)
            return session.answer(OutMessage(wire::Error{u"unavailable"_s, failure.forCallers(), {}}));
        return session.refuse(kTryAgainLater, u"unavailable"_s, failure.forCallers());
    }
    const bool isWrong = failure.kind == Fault::Unauthenticated && !token.isEmpty();
    if (const int seconds =
            isWrong ? m_given.throttle->recordFailure(session.client(), token, m_given.wall->nowMs()) : 0)
        return throttle(session, seconds);
    session.refuse(QWebSocketProtocol::CloseCodePolicyViolated,
                   failure.kind == Fault::Denied ? u"denied"_s : u"unauthenticated"_s, failure.text);
}

// Subscriptions that this reader may not have end.
void LiveSessions::setReader(LiveSession &session, const Reader &reader)
{
    session.state.reader = reader;
    std::erase_if(session.state.channels, [&](Channel *channel) {
        const QString id = channel->project().id();
        if (reader.mayRead(id))
            return false;
        channel->unsubscribe(session);
        session.send(OutMessage(wire::Error{u"unknown_project"_s, u"You may not see this project any more"_s, id}));
        return true;
    });
}

// No session outlives what it authenticated with.
void LiveSessions::revalidate(LiveSession &session)
{
    if (session.isClosing() || !session.state.reader)
        return;
    const Reader &known = *session.state.reader;
    const Result<Reader> now = m_given.access->renew(known, m_given.wall->nowMs());
    if (now) {
        if (now.value().projects != known.projects)
            setReader(session, now.value());
        else
            session.state.reader = now.value();
        return;
    }
    const bool isExpired = now.failure().kind == Fault::Unauthenticated;
    log::info("live", isExpired ? u"login expired; connection closed"_s : u"access revoked; connection closed"_s,
              {{u"subject"_s, known.subject}, {u"peer"_s, session.peer()}});
    session.leaveChannels();
    session.refuse(QWebSocketProtocol::CloseCodePolicyViolated, isExpired ? u"token_expired"_s : u"token_revoked"_s,
                   now.failure().text);
}

void LiveSessions::revalidate()
{
    for (LiveSession *session : all())
        revalidate(*session);
}

void LiveSessions::closeStalled()
{
    const qint64 now = m_given.steady->nowMs();
    for (LiveSession *session : all()) {
        LiveSession::State &state = session->state;
        if (state.reader) {
            revalidate(*session);
        } else if (!state.isAuthenticating && now >= state.authenticateByMs) {
            m_given.counts->authenticateMs.reached += !session->isClosing();
            session->refuse(QWebSocketProtocol::CloseCodePolicyViolated, u"unauthenticated"_s,
                            u"No authenticate message came in time"_s);
            state.authenticateByMs = now + m_given.limits->stalledMs; // how long the close frame may take
        }
        // A reader that is only slow takes something now and then; one that is stuck would hold its memory for ever.
        // Not by how much is unsent, which also changes when more comes.
        if (session->unsent() <= m_given.limits->drainedBytes)
            state.lastTakenMs = now;
        if (now - state.lastTakenMs > m_given.limits->stalledMs) {
            ++m_given.counts->stalledMs.reached;
            cut(*session);
        }
    }
}

void LiveSessions::ping()
{
    for (LiveSession *session : all()) {
        // A ping behind a long queue says nothing about the reader; closeStalled() watches that it keeps taking.
        if (session->unsent() <= m_given.limits->drainedBytes && !session->ping()) {
            ++m_given.counts->missedPongs.reached;
            cut(*session);
        }
    }
}

void LiveSessions::cut(LiveSession &session)
{
    log::info("live", u"client stalled; connection closed"_s,
              {{u"peer"_s, session.peer()}, {u"unsentBytes"_s, session.unsent()}});
    session.abort();
    remove(&session);
}

void LiveSessions::remove(LiveSession *session)
{
    const auto at =
        std::find_if(m_sessions.begin(), m_sessions.end(), [=](const auto &s) { return s.get() == session; });
    if (at == m_sessions.end())
        return;
    session->leaveChannels();
    if (const auto count = m_clients.find(session->state.network); count != m_clients.end() && --*count <= 0)
        m_clients.erase(count);
    // It is the one that is calling, so it goes later; with us, should we go first.
    session->setParent(this);
    at->release()->deleteLater();
    m_sessions.erase(at);
    log::debug("live", u"client left"_s, {{u"clients"_s, qint64(m_sessions.size())}});
    if (m_isClosing && m_sessions.empty())
        Q_EMIT emptied();
}

void LiveSessions::closeAll()
{
    m_isClosing = true;
    for (LiveSession *session : all())
        session->close(QWebSocketProtocol::CloseCodeGoingAway, u"The server stops"_s);
    if (m_sessions.empty())
        Q_EMIT emptied();
}

std::vector<LiveSession *> LiveSessions::all() const
{
    std::vector<LiveSession *> list;
    list.reserve(m_sessions.size());
    for (const auto &session : m_sessions)
        list.push_back(session.get());
    return list;
}

qint64 LiveSessions::totalUnsent() const
{
    qint64 bytes = 0;
    for (const auto &session : m_sessions)
        bytes += session->unsent();
    return bytes;
}

void LiveSessions::addTo(LiveHubStats &stats) const
{
    const qint64 now = m_given.steady->nowMs();
    const LiveHubLimits &limits = *m_given.limits;
    const auto largest = [](LimitUse &use, double value) { use.used = std::max(use.used, value); };
    for (const auto &session : m_sessions) {
        const LiveSession::State &state = session->state;
        const bool isUnauthenticated = !state.reader && !session->isClosing();
        largest(stats.messageBytes, double(session->largestMessage()));
        largest(stats.messageRate, session->messagesTaken());
        largest(stats.missedPongs, session->missedPongs());
        largest(stats.slowBytes, double(session->backlog()));
        stats.unauthenticated.used += isUnauthenticated;
        if (isUnauthenticated)
            largest(stats.authenticateMs, double(limits.authenticateMs - (state.authenticateByMs - now)));
        else if (session->unsent() > limits.drainedBytes)
            largest(stats.stalledMs, double(now - state.lastTakenMs));
    }
    stats.totalUnsent.used = double(totalUnsent());
    stats.clients.used = double(m_sessions.size());
    static const QByteArray loopback = networkOf(QHostAddress(QHostAddress::LocalHost));
    static const QByteArray loopback6 = networkOf(QHostAddress(QHostAddress::LocalHostIPv6));
    for (auto it = m_clients.cbegin(); it != m_clients.cend(); ++it)
        if (it.key() != loopback && it.key() != loopback6)
            largest(stats.addressClients, it.value());
    stats.clients.most = limits.clients;
    stats.addressClients.most = std::min(limits.addressClients, limits.clients);
    stats.unauthenticated.most = limits.unauthenticated;
    stats.messageBytes.most = LiveSession::kMaxMessageBytes;
    stats.messageRate.most = LiveSession::kMessageBurst;
    stats.missedPongs.most = LiveSession::kMaxMissedPongs;
    stats.authenticateMs.most = limits.authenticateMs;
    stats.slowBytes.most = double(limits.slowBytes);
    stats.totalUnsent.most = double(limits.totalUnsentBytes);
    stats.stalledMs.most = limits.stalledMs;
}

} // namespace entvas
