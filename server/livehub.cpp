#include "server/livehub.h"

#include "core/log.h"
#include "server/liveproject.h"

#include <algorithm>
#include <QNetworkRequest>
#include <QUrlQuery>
#include <QWebSocket>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr int kHousekeepingMs = 1'000;
const auto kFormat = u"format"_s;
const auto kCbor = u"cbor"_s;

wire::TailEvent tailEvent(const Event &event)
{
    return {event.id.toString(QUuid::WithoutBraces),
            event.eventType,
            event.userId,
            event.timestampMs,
            event.receivedAtMs,
            event.metadata};
}

} // namespace

LiveHub::LiveHub(LiveHubLimits limits, Identity identity, ReadAccess access, LiveProject *project, const Clock *clock,
                 QObject *parent)
    : QObject(parent),
      m_limits(limits),
      m_identity(std::move(identity)),
      m_access(std::move(access)),
      m_project(project),
      m_clock(clock)
{
    const auto every = [this](QTimer &timer, int ms, void (LiveHub::*what)()) {
        timer.setInterval(ms);
        connect(&timer, &QTimer::timeout, this, what);
    };
    every(m_flushTimer, m_limits.flushMs, &LiveHub::tick);
    every(m_houseTimer, std::min(kHousekeepingMs, m_limits.authenticateMs), &LiveHub::housekeep);
    every(m_heartbeatTimer, m_limits.heartbeatMs, &LiveHub::heartbeat);
    every(m_pingTimer, m_limits.pingMs, &LiveHub::ping);
    m_houseTimer.start();
    m_heartbeatTimer.start();
    m_pingTimer.start();
}

LiveHub::~LiveHub() = default;

std::optional<Failure> LiveHub::checkQuery(const QUrlQuery &query)
{
    for (const QString &name : {u"token"_s, u"access_token"_s})
        if (query.hasQueryItem(name))
            return Failure{Fault::BadInput,
                           u"A token does not belong into the address: send \"Authorization: Bearer\", "
                           "or an authenticate message"_s};
    const QString format = query.queryItemValue(kFormat);
    if (query.hasQueryItem(kFormat) && format != kCbor && format != u"json"_s)
        return Failure{Fault::BadInput, u"\"format\" must be json or cbor"_s};
    return {};
}

void LiveHub::add(QWebSocket *socket)
{
    const bool isCbor = QUrlQuery(socket->requestUrl()).queryItemValue(kFormat) == kCbor;
    auto session = std::make_unique<LiveSession>(socket, isCbor ? wire::Format::Cbor : wire::Format::Json, nullptr);
    LiveSession *raw = session.get();
    m_sessions.push_back(std::move(session));
    connect(raw, &LiveSession::received, this,
            [this, raw](const wire::ClientMessage &message) { onMessage(*raw, message); });
    connect(raw, &LiveSession::gone, this, [this, raw] { remove(raw); });
    connect(raw, &LiveSession::reached, this, [this](LiveSession::Bound bound) {
        ++(bound == LiveSession::Bound::MessageBytes ? m_stats.messageBytes : m_stats.messageRate).reached;
    });
    log::debug("live", u"client connected"_s, {{u"peer"_s, raw->peer()}, {u"clients"_s, qint64(m_sessions.size())}});

    if (m_closing)
        return raw->close(QWebSocketProtocol::CloseCodeGoingAway, u"The server stops"_s);
    if (m_sessions.size() > std::size_t(m_limits.clients)) {
        ++m_stats.clients.reached;
        return raw->refuse(QWebSocketProtocol::CloseCodePolicyViolated, u"too_many_clients"_s,
                           u"This server already has %1 dashboards"_s.arg(m_limits.clients));
    }
    raw->state.lastTakenMs = m_clock->nowMs();
    raw->state.isAuthenticated =
        !m_access.needsToken() || m_access.tokenMatches(bearerToken(socket->request().rawHeader("Authorization")));
    if (raw->state.isAuthenticated)
        greet(*raw);
    else
        raw->state.authenticateByMs = m_clock->nowMs() + m_limits.authenticateMs;
}

void LiveHub::publish(const QList<CommittedJob> &jobs)
{
    const bool anyTail = std::any_of(m_sessions.cbegin(), m_sessions.cend(),
                                     [](const auto &s) { return s->state.isSubscribed && s->state.wantsTail; });
    for (const CommittedJob &job : jobs) {
        for (qsizetype i = 0; anyTail && i < job.job.events.size(); ++i) {
            if (job.outcomes[i].status != AppendOutcome::Status::Accepted)
                continue;
            if (m_tail.size() >= m_limits.tailEvents) {
                m_tail.removeFirst();
                ++m_tailSkipped;
                ++m_stats.tailEvents.reached;
            }
            m_tail.append(tailEvent(job.job.events[i]));
        }
    }
    mark();
}

void LiveHub::closeAll()
{
    if (m_dirty)
        flush(); // the last change is not lost, not even at the end
    m_closing = true;
    m_flushTimer.stop();
    for (LiveSession *session : sessions())
        session->close(QWebSocketProtocol::CloseCodeGoingAway, u"The server stops"_s);
    if (m_sessions.empty())
        Q_EMIT emptied();
}

void LiveHub::onMessage(LiveSession &session, const wire::ClientMessage &message)
{
    if (const auto *login = std::get_if<wire::Authenticate>(&message))
        return authenticate(session, login->token);
    if (!session.state.isAuthenticated)
        return session.refuse(QWebSocketProtocol::CloseCodePolicyViolated, u"unauthenticated"_s,
                              u"The first message must be authenticate"_s);
    const bool isSubscribe = std::holds_alternative<wire::Subscribe>(message);
    const QString project =
        isSubscribe ? std::get<wire::Subscribe>(message).project : std::get<wire::Unsubscribe>(message).project;
    if (project != m_project->id())
        return session.send(OutMessage(wire::Error{u"unknown_project"_s, u"There is no such project"_s, project}));
    if (isSubscribe)
        subscribe(session, std::get<wire::Subscribe>(message));
    else
        session.state.isSubscribed = session.state.wantsTail = session.state.needsPicture = false;
}

void LiveHub::subscribe(LiveSession &session, const wire::Subscribe &message)
{
    LiveSession::State &state = session.state;
    state.isSubscribed = true;
    state.wantsTail = message.tail;
    state.needsPicture = false;
    // Not on top of a backlog: whoever asks again and again would pile up the same steps.
    if (message.since && session.backlog() <= m_limits.slowBytes) {
        if (const auto deltas = m_project->since(*message.since)) {
            for (const OutMessagePtr &delta : *deltas)
                session.send(*delta);
            state.seq = m_project->seq();
            return;
        }
    }
    state.needsPicture = true; // it has none yet: the next flush brings one
    mark();
}

void LiveHub::authenticate(LiveSession &session, const QString &token)
{
    if (!m_access.needsToken())
        return; // everybody who got this far may read
    if (!m_access.tokenMatches(token.toUtf8()))
        return session.refuse(QWebSocketProtocol::CloseCodePolicyViolated, u"unauthenticated"_s,
                              u"The viewer token is not valid"_s);
    if (!std::exchange(session.state.isAuthenticated, true))
        greet(session);
}

void LiveHub::greet(LiveSession &session)
{
    wire::Hello hello;
    hello.epoch = m_identity.epoch;
    hello.serverTimeMs = m_clock->nowMs();
    hello.heartbeatMs = m_limits.heartbeatMs;
    hello.projects = {{m_project->id(), m_project->id()}};
    hello.store = m_identity.store;
    hello.serverVersion = m_identity.serverVersion;
    session.send(OutMessage(hello));
}

void LiveHub::remove(LiveSession *session)
{
    const auto at =
        std::find_if(m_sessions.begin(), m_sessions.end(), [=](const auto &s) { return s.get() == session; });
    if (at == m_sessions.end())
        return;
    // It is the one that is calling, so it goes later; with us, should we go first.
    session->setParent(this);
    at->release()->deleteLater();
    m_sessions.erase(at);
    log::debug("live", u"client left"_s, {{u"clients"_s, qint64(m_sessions.size())}});
    if (m_closing && m_sessions.empty())
        Q_EMIT emptied();
}

void LiveHub::mark()
{
    m_dirty = true;
    if (m_flushTimer.isActive() || m_closing)
        return;
    m_flushTimer.start();
    flush();
}

void LiveHub::tick()
{
    const bool anyBehind =
        std::any_of(m_sessions.cbegin(), m_sessions.cend(), [](const auto &s) { return s->state.needsPicture; });
    if (m_dirty || anyBehind)
        flush();
    else
        m_flushTimer.stop();
}

void LiveHub::flush()
{
    m_dirty = false;
    if (m_project->hasChanges()) {
        const OutMessagePtr delta = m_project->step();
        for (LiveSession *session : sessions()) {
            LiveSession::State &state = session->state;
            if (!state.isSubscribed || state.needsPicture)
                continue;
            state.needsPicture = !delta || session->backlog() > m_limits.slowBytes;
            if (state.needsPicture) {
                m_stats.slowBytes.reached += delta != nullptr;
                continue;
            }
            session->send(*delta);
            state.seq = m_project->seq();
        }
    }
    qint64 totalUnsent = 0;
    for (const auto &session : m_sessions)
        totalUnsent += session->unsent();
    for (LiveSession *session : sessions()) {
        if (session->state.needsPicture && sendPicture(*session, totalUnsent))
            totalUnsent += session->unsent();
    }
    tellTail();
}

void LiveHub::tellTail()
{
    const OutMessage shared(wire::Tail{m_project->id(), m_tail, m_tailSkipped});
    const qint64 seen = m_tail.size() + m_tailSkipped;
    for (LiveSession *session : sessions()) {
        LiveSession::State &state = session->state;
        if (!state.isSubscribed || !state.wantsTail || (seen == 0 && state.tailSkipped == 0))
            continue;
        if (session->backlog() > m_limits.slowBytes && !std::exchange(state.needsPicture, true))
            ++m_stats.slowBytes.reached; // and looked after until it has heard what it missed
        if (state.needsPicture) {
            state.tailSkipped += seen;
        } else if (state.tailSkipped > 0) {
            session->send(OutMessage(wire::Tail{m_project->id(), m_tail, m_tailSkipped + state.tailSkipped}));
            state.tailSkipped = 0;
        } else {
            session->send(shared);
        }
    }
    m_tail.clear();
    m_tailSkipped = 0;
}

bool LiveHub::sendPicture(LiveSession &session, qint64 totalUnsent)
{
    LiveSession::State &state = session.state;
    const qint64 unsent = session.unsent();
    if (unsent > m_limits.drainedBytes)
        return false;
    if (totalUnsent > m_limits.totalUnsentBytes) {
        ++m_stats.totalUnsent.reached;
        return false;
    }
    const QList<OutMessagePtr> picture = m_project->picture(m_clock->nowMs());
    for (const OutMessagePtr &part : picture)
        session.sendPicture(*part);
    state.needsPicture = false;
    state.seq = m_project->seq();
    return true;
}

void LiveHub::cut(LiveSession &session)
{
    log::info("live", u"a client takes nothing: cut"_s,
              {{u"peer"_s, session.peer()}, {u"unsentBytes"_s, session.unsent()}});
    session.abort();
    remove(&session);
}

void LiveHub::housekeep()
{
    const qint64 now = m_clock->nowMs();
    m_project->trim(now);
    if (m_project->hasChanges())
        mark();
    for (LiveSession *session : sessions()) {
        LiveSession::State &state = session->state;
        if (!state.isAuthenticated && now >= state.authenticateByMs) {
            m_stats.authenticateMs.reached += !session->isClosing();
            session->refuse(QWebSocketProtocol::CloseCodePolicyViolated, u"unauthenticated"_s,
                            u"No authenticate message came in time"_s);
            state.authenticateByMs = now + m_limits.stalledMs; // how long the close frame may take
        }
        // A reader that is only slow takes something now and then; one that is stuck would hold its memory for ever.
        const qint64 unsent = session->unsent();
        if (unsent <= m_limits.drainedBytes || unsent != state.lastUnsent)
            state.lastTakenMs = now;
        state.lastUnsent = unsent;
        if (now - state.lastTakenMs > m_limits.stalledMs) {
            ++m_stats.stalledMs.reached;
            cut(*session);
        }
    }
}

void LiveHub::heartbeat()
{
    const qint64 now = m_clock->nowMs();
    // Each hears the number of its own picture: one that is behind must not think that it has missed something.
    OutMessagePtr shared;
    qint64 sharedSeq = -1;
    for (LiveSession *session : sessions()) {
        if (!session->state.isAuthenticated || session->backlog() > m_limits.slowBytes)
            continue;
        if (!shared || sharedSeq != session->state.seq) {
            sharedSeq = session->state.seq;
            shared = std::make_shared<OutMessage>(wire::Heartbeat{sharedSeq, now});
        }
        session->send(*shared);
    }
}

void LiveHub::ping()
{
    for (LiveSession *session : sessions()) {
        // A ping behind a long queue says nothing about the reader; housekeep() watches that it keeps taking.
        if (session->unsent() <= m_limits.drainedBytes && !session->ping()) {
            ++m_stats.missedPongs.reached;
            cut(*session);
        }
    }
}

std::vector<LiveSession *> LiveHub::sessions() const
{
    std::vector<LiveSession *> list;
    list.reserve(m_sessions.size());
    for (const auto &session : m_sessions)
        list.push_back(session.get());
    return list;
}

} // namespace entvas
