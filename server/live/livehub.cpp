#include "server/live/livehub.h"

#include "core/base/log.h"
#include "server/http/proxies.h"
#include "server/http/queryparameters.h"
#include "server/live/liveprojects.h"

#include <algorithm>
#include <QNetworkRequest>
#include <QWebSocket>
#include <set>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr int kHousekeepingMs = 1'000;
const auto kFormat = u"format"_s;
const auto kCbor = u"cbor"_s;
const auto kPack = u"pack"_s;
const auto kGzip = u"gzip"_s;

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

LiveHub::LiveHub(LiveHubLimits limits, Identity identity, const Door &door, const LiveProjects *projects, Clocks clocks,
                 QObject *parent)
    : QObject(parent),
      m_limits(limits),
      m_identity(std::move(identity)),
      m_access(door.access),
      m_guesses(door.guesses),
      m_projects(projects),
      m_clock(clocks.wall),
      m_steady(clocks.steady)
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

QStringList LiveHub::parameters()
{
    return {kFormat, kPack};
}

std::optional<Failure> LiveHub::checkQuery(const QueryParameters &query)
{
    const QString format = query.value(kFormat);
    if (query.has(kFormat) && format != kCbor && format != u"json"_s)
        return Failure{Fault::BadInput, u"\"format\" must be json or cbor"_s};
    if (query.has(kPack) && query.value(kPack) != kGzip)
        return Failure{Fault::BadInput, u"\"pack\" must be gzip"_s};
    return {};
}

void LiveHub::add(QWebSocket *socket)
{
    const QueryParameters query(socket->requestUrl().query(QUrl::FullyEncoded).toLatin1());
    const bool isCbor = query.value(kFormat) == kCbor;
    const bool packs = isCbor && query.value(kPack) == kGzip;
    auto session =
        std::make_unique<LiveSession>(socket, isCbor ? wire::Format::Cbor : wire::Format::Json, packs, nullptr);
    LiveSession *raw = session.get();
    m_sessions.push_back(std::move(session));
    raw->state.network = networkOf(raw->client());
    ++m_clients[raw->state.network];
    connect(raw, &LiveSession::taken, this, [this, raw] { raw->state.lastTakenMs = m_steady->nowMs(); });
    connect(raw, &LiveSession::received, this,
            [this, raw](const wire::ClientMessage &message) { onMessage(*raw, message); });
    connect(raw, &LiveSession::gone, this, [this, raw] { remove(raw); });
    connect(raw, &LiveSession::reached, this, [this](LiveSession::Bound bound) {
        ++(bound == LiveSession::Bound::MessageBytes ? m_stats.messageBytes : m_stats.messageRate).reached;
    });
    log::debug("live", u"client connected"_s, {{u"peer"_s, raw->peer()}, {u"clients"_s, qint64(m_sessions.size())}});

    if (m_closing)
        return raw->close(QWebSocketProtocol::CloseCodeGoingAway, u"The server stops"_s);
    const QByteArray header = socket->request().rawHeader("Authorization");
    auto reader = m_access->upgraded(header, m_clock->nowMs());
    if (!reader)
        makeRoomForStrangers();
    if (m_sessions.size() > std::size_t(m_limits.clients)) {
        ++m_stats.clients.reached;
        return raw->refuse(kTryAgainLater, u"too_many_clients"_s,
                           u"This server already has %1 dashboards"_s.arg(m_limits.clients));
    }
    if (m_clients.value(raw->state.network) > mostClientsOf(raw->client())) {
        ++m_stats.addressClients.reached;
        return raw->refuse(kTryAgainLater, u"too_many_clients"_s,
                           u"Your address already has %1 dashboards"_s.arg(mostClientsOf(raw->client())));
    }
    raw->state.lastTakenMs = m_steady->nowMs();
    raw->state.reader = std::move(reader);
    if (raw->state.reader) {
        noteRight(*raw, bearerToken(header));
        greet(*raw);
    } else {
        raw->state.authenticateByMs = m_steady->nowMs() + m_limits.authenticateMs;
    }
}

void LiveHub::publish(const QList<CommittedJob> &jobs)
{
    std::set<const LiveProject *> read;
    for (const auto &session : m_sessions)
        for (const LiveSession::Subscription &subscription : session->state.subscriptions)
            if (subscription.wantsTail)
                read.insert(subscription.project);
    for (const CommittedJob &job : jobs)
        if (const LiveProject *project = m_sessions.empty() ? nullptr : m_projects->find(job.job.project))
            m_oldest.try_emplace(project, job.committedAt);
    for (const CommittedJob &job : jobs) {
        const LiveProject *project = read.empty() ? nullptr : m_projects->find(job.job.project);
        if (!project || !read.contains(project))
            continue;
        for (qsizetype i = 0; i < job.job.events.size(); ++i)
            if (job.outcomes[i].status == AppendOutcome::Status::Accepted)
                show(*project, tailEvent(job.job.events[i]));
    }
    mark();
}

void LiveHub::forget(const LiveProject *project)
{
    m_recent.erase(project);
    for (LiveSession *session : sessions())
        if (std::erase_if(session->state.subscriptions, [=](const auto &s) { return s.project == project; }) > 0)
            session->send(OutMessage(wire::Error{u"unknown_project"_s, u"This project was deleted"_s, project->id()}));
}

void LiveHub::publishOthers(const LiveProject &project, const QList<StoredEvent> &events, qint64 skipped)
{
    for (const StoredEvent &event : events)
        show(project, {event.id.toString(QUuid::WithoutBraces), event.eventType, event.userId, event.timestampMs,
                       event.receivedAtMs, event.metadata});
    m_recent[&project].skipped += skipped;
    mark();
}

bool LiveHub::hasTailReaders(const LiveProject &project) const
{
    return std::any_of(m_sessions.cbegin(), m_sessions.cend(), [&](const auto &session) {
        const LiveSession::Subscription *subscription = session->state.find(&project);
        return subscription && subscription->wantsTail;
    });
}

void LiveHub::show(const LiveProject &project, const wire::TailEvent &event)
{
    Recent &recent = m_recent[&project];
    if (recent.events.size() >= m_limits.tailEvents) {
        recent.events.removeFirst();
        ++recent.skipped;
        ++m_stats.tailEvents.reached;
    }
    recent.events.append(event);
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
    if (!session.state.reader)
        return session.refuse(QWebSocketProtocol::CloseCodePolicyViolated, u"unauthenticated"_s,
                              u"The first message must be authenticate"_s);
    const auto *subscribed = std::get_if<wire::Subscribe>(&message);
    const QString id = subscribed ? subscribed->project : std::get<wire::Unsubscribe>(message).project;
    LiveProject *project = m_projects->find(id);
    if (!project || !session.state.reader->mayRead(id)) // what one may not read does not exist
        return session.answer(OutMessage(wire::Error{u"unknown_project"_s, u"There is no such project"_s, id}));
    if (subscribed)
        return subscribe(session, *project, *subscribed);
    std::erase_if(session.state.subscriptions, [=](const auto &s) { return s.project == project; });
}

void LiveHub::subscribe(LiveSession &session, LiveProject &project, const wire::Subscribe &message)
{
    LiveSession::State &state = session.state;
    LiveSession::Subscription *subscription = state.find(&project);
    if (!subscription) {
        if (state.subscriptions.size() >= LiveSession::kMaxSubscriptions)
            return session.answer(OutMessage(wire::Error{
                u"too_many_subscriptions"_s,
                u"One connection listens to at most %1 projects"_s.arg(LiveSession::kMaxSubscriptions), project.id()}));
        state.subscriptions.push_back({&project});
        subscription = &state.subscriptions.back();
    }
    subscription->wantsTail = message.tail;
    subscription->needsPicture = false;
    // Not on top of a backlog: whoever asks again and again would pile up the same steps.
    if (message.since && !session.isBehind(m_limits.slowBytes)) {
        if (const auto deltas = project.since(*message.since)) {
            for (const OutMessagePtr &delta : *deltas)
                session.send(*delta);
            subscription->seq = project.seq();
            return;
        }
    }
    subscription->needsPicture = true; // it has none yet: the next flush brings one
    mark();
}

void LiveHub::remove(LiveSession *session)
{
    const auto at =
        std::find_if(m_sessions.begin(), m_sessions.end(), [=](const auto &s) { return s.get() == session; });
    if (at == m_sessions.end())
        return;
    if (const auto count = m_clients.find(session->state.network); count != m_clients.end() && --*count <= 0)
        m_clients.erase(count);
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
        std::any_of(m_sessions.cbegin(), m_sessions.cend(), [](const auto &s) { return s->state.needsPicture(); });
    if (m_dirty || anyBehind)
        flush();
    else
        m_flushTimer.stop();
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
    for (const auto &[id, project] : m_projects->all()) {
        project->trim(m_clock->nowMs());
        if (project->hasChanges())
            mark();
    }
    const qint64 now = m_steady->nowMs();
    for (LiveSession *session : sessions()) {
        LiveSession::State &state = session->state;
        if (state.reader) {
            checkReader(*session);
        } else if (!state.isAuthenticating && now >= state.authenticateByMs) {
            m_stats.authenticateMs.reached += !session->isClosing();
            session->refuse(QWebSocketProtocol::CloseCodePolicyViolated, u"unauthenticated"_s,
                            u"No authenticate message came in time"_s);
            state.authenticateByMs = now + m_limits.stalledMs; // how long the close frame may take
        }
        // A reader that is only slow takes something now and then; one that is stuck would hold its memory for ever.
        // Not by how much is unsent, which also changes when more comes.
        if (session->unsent() <= m_limits.drainedBytes)
            state.lastTakenMs = now;
        if (now - state.lastTakenMs > m_limits.stalledMs) {
            ++m_stats.stalledMs.reached;
            cut(*session);
        }
    }
}

void LiveHub::heartbeat()
{
    const qint64 now = m_clock->nowMs();
    // Each hears the number of its own picture: one that is behind must not think that it has missed something. Most
    // stand at the same number of the same project.
    std::map<std::pair<const LiveProject *, qint64>, OutMessage> messages;
    const auto message = [&](const LiveProject *project, qint64 seq) -> const OutMessage & {
        const QString id = project ? project->id() : QString();
        return messages.try_emplace({project, seq}, wire::Heartbeat{seq, now, id}).first->second;
    };
    for (LiveSession *session : sessions()) {
        if (!session->state.reader || session->isBehind(m_limits.slowBytes))
            continue;
        for (const LiveSession::Subscription &subscription : session->state.subscriptions)
            session->send(message(subscription.project, subscription.seq));
        if (session->state.subscriptions.empty())
            session->send(message(nullptr, 0));
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
