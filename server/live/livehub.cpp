#include "server/live/livehub.h"

#include "server/live/liveprojects.h"

#include <algorithm>

namespace entvas {

using namespace Qt::StringLiterals;

LiveHub::LiveHub(const LiveHubLimits &limits, Identity identity, const Proof &proof, const LiveProjects *projects,
                 Clocks clocks, QObject *parent)
    : QObject(parent),
      m_limits(limits),
      m_identity(std::move(identity)),
      m_projects(projects),
      m_clock(clocks.wall),
      m_flush({&m_limits, projects, clocks.wall, &m_stats}),
      m_sessions({&m_limits, proof.access, proof.throttle, clocks.wall, clocks.steady, &m_stats})
{
    m_flush.setSessions(&m_sessions);
    connect(&m_sessions, &LiveSessions::identified, this, &LiveHub::greet);
    connect(&m_sessions, &LiveSessions::requested, this, &LiveHub::onRequest);
    connect(&m_sessions, &LiveSessions::emptied, this, &LiveHub::emptied);
    const auto every = [this](QTimer &timer, int ms, auto &&what) {
        connect(&timer, &QTimer::timeout, this, what);
        timer.start(ms);
    };
    constexpr int kTrimMs = 1'000;
    every(m_trimTimer, std::min(kTrimMs, m_limits.authenticateMs), [this] {
        trim();
        m_sessions.closeStalled();
    });
    every(m_heartbeatTimer, m_limits.heartbeatMs, [this] { sendHeartbeats(); });
    every(m_pingTimer, m_limits.pingMs, [this] { m_sessions.ping(); });
}

LiveHub::~LiveHub() = default;

void LiveHub::publish(const QList<CommittedJob> &jobs)
{
    if (m_sessions.size() > 0)
        for (const CommittedJob &job : jobs)
            if (Channel *channel = m_flush.find(m_projects->find(job.job.project)))
                channel->add(job);
    m_flush.mark();
}

void LiveHub::publishOthers(const LiveProject &project, const QList<StoredEvent> &events, qint64 skipped)
{
    if (Channel *channel = m_flush.find(&project))
        channel->addOthers(events, skipped);
    m_flush.mark();
}

bool LiveHub::hasTailReaders(const LiveProject &project)
{
    const Channel *channel = m_flush.find(&project);
    return channel && channel->hasTailReaders();
}

void LiveHub::greet(LiveSession *session)
{
    wire::Hello hello;
    hello.epoch = m_identity.epoch;
    hello.serverTimeMs = m_clock->nowMs();
    hello.heartbeatMs = m_limits.heartbeatMs;
    for (const auto &[id, project] : m_projects->all())
        if (session->state.reader->mayRead(id))
            hello.projects.append({id, project->name()});
    hello.store = m_identity.store;
    hello.serverVersion = m_identity.serverVersion;
    session->send(OutMessage(hello));
}

void LiveHub::onRequest(LiveSession *session, const wire::ClientMessage &message)
{
    const auto *subscribed = std::get_if<wire::Subscribe>(&message);
    const QString id = subscribed ? subscribed->project : std::get<wire::Unsubscribe>(message).project;
    LiveProject *project = m_projects->find(id);
    if (!project || !session->state.reader->mayRead(id)) // what one may not read does not exist
        return session->answer(OutMessage(wire::Error{u"unknown_project"_s, u"There is no such project"_s, id}));
    if (subscribed)
        subscribe(*session, *project, *subscribed);
    else
        unsubscribe(*session, *project);
}

void LiveHub::subscribe(LiveSession &session, LiveProject &project, const wire::Subscribe &message)
{
    Channel &channel = m_flush.open(project);
    std::vector<Channel *> &channels = session.state.channels;
    if (std::find(channels.cbegin(), channels.cend(), &channel) == channels.cend()) {
        if (channels.size() >= LiveSession::kMaxSubscriptions)
            return session.answer(OutMessage(wire::Error{
                u"too_many_subscriptions"_s,
                u"One connection listens to at most %1 projects"_s.arg(LiveSession::kMaxSubscriptions), project.id()}));
        channels.push_back(&channel);
    }
    if (!channel.subscribe(session, message))
        m_flush.mark();
}

void LiveHub::unsubscribe(LiveSession &session, const LiveProject &project)
{
    Channel *channel = m_flush.find(&project);
    if (channel && std::erase(session.state.channels, channel) > 0)
        channel->unsubscribe(session);
}

void LiveHub::closeAll()
{
    m_flush.stop();
    m_sessions.closeAll();
}

void LiveHub::trim()
{
    for (const auto &[id, project] : m_projects->all()) {
        project->trim(m_clock->nowMs());
        if (project->hasChanges())
            m_flush.mark();
    }
}

void LiveHub::sendHeartbeats()
{
    const qint64 now = m_clock->nowMs();
    m_flush.sendHeartbeats(now);
    const OutMessage idle(wire::Heartbeat{0, now, {}});
    for (LiveSession *session : m_sessions.all())
        if (session->state.reader && session->state.channels.empty() && !session->isBehind(m_limits.slowBytes))
            session->send(idle);
}

LiveHubStats LiveHub::stats() const
{
    LiveHubStats stats = m_stats;
    m_sessions.addTo(stats);
    stats.tailEvents.used = double(m_flush.mostTailEvents());
    stats.tailEvents.most = m_limits.tailEvents;
    return stats;
}

} // namespace entvas
