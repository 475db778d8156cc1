// What dashboards are told at each flush.
#include "server/live/livehub.h"

#include "server/live/liveprojects.h"

#include <utility>

namespace entvas {

void LiveHub::flush()
{
    m_dirty = false;
    for (const auto &[id, project] : m_projects->all())
        if (project->hasChanges())
            tellDelta(*project);
    sendPictures();
    for (const auto &[id, project] : m_projects->all())
        tellTail(project.get());
    m_recent.clear();
    m_oldest.clear(); // duplicates alone make no delta
}

void LiveHub::tellDelta(LiveProject &project)
{
    const OutMessagePtr delta = project.step();
    bool isTold = false;
    for (LiveSession *session : sessions()) {
        LiveSession::Subscription *subscription = session->state.find(&project);
        if (!subscription || subscription->needsPicture)
            continue;
        subscription->needsPicture = !delta || session->isBehind(m_limits.slowBytes);
        if (subscription->needsPicture) {
            m_stats.slowBytes.reached += delta != nullptr;
            continue;
        }
        session->send(*delta);
        ++m_stats.deltas;
        isTold = true;
        subscription->seq = project.seq();
    }
    if (const auto oldest = m_oldest.find(&project); isTold && oldest != m_oldest.end()) {
        const std::chrono::duration<double> delay = std::chrono::steady_clock::now() - oldest->second;
        m_stats.deltaDelay.observe(delay.count());
    }
}

void LiveHub::sendPictures()
{
    qint64 totalUnsent = 0;
    for (const auto &session : m_sessions)
        totalUnsent += session->unsent();
    for (LiveSession *session : sessions()) {
        for (LiveSession::Subscription &subscription : session->state.subscriptions) {
            const qint64 unsent = session->unsent();
            if (!subscription.needsPicture || unsent > m_limits.drainedBytes)
                continue;
            if (totalUnsent > m_limits.totalUnsentBytes) {
                ++m_stats.totalUnsent.reached;
                continue;
            }
            const QList<OutMessagePtr> picture = subscription.project->picture(m_clock->nowMs());
            for (const OutMessagePtr &part : picture)
                session->sendPicture(*part);
            ++m_stats.pictures;
            subscription.needsPicture = false;
            subscription.seq = subscription.project->seq();
            totalUnsent += session->unsent() - unsent;
        }
    }
}

void LiveHub::tellTail(const LiveProject *project)
{
    const Recent &recent = m_recent[project];
    const OutMessage shared(wire::Tail{project->id(), recent.events, recent.skipped});
    const qint64 seen = recent.events.size() + recent.skipped;
    for (LiveSession *session : sessions()) {
        LiveSession::Subscription *subscription = session->state.find(project);
        if (!subscription || !subscription->wantsTail || (seen == 0 && subscription->tailSkipped == 0))
            continue;
        if (session->isBehind(m_limits.slowBytes) && !std::exchange(subscription->needsPicture, true))
            ++m_stats.slowBytes.reached; // and looked after until it has heard what it missed
        if (subscription->needsPicture) {
            subscription->tailSkipped += seen;
        } else if (subscription->tailSkipped > 0) {
            session->send(
                OutMessage(wire::Tail{project->id(), recent.events, recent.skipped + subscription->tailSkipped}));
            subscription->tailSkipped = 0;
        } else {
            session->send(shared);
        }
    }
}

} // namespace entvas
