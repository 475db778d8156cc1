#include "server/live/liveflush.h"

#include "core/base/clock.h"
#include "server/live/liveprojects.h"
#include "server/live/livesessions.h"

#include <algorithm>

namespace entvas {

LiveFlush::LiveFlush(const Given &given) : m_given(given)
{
    m_timer.setInterval(given.limits->flushMs);
    connect(&m_timer, &QTimer::timeout, this, &LiveFlush::tick);
}

void LiveFlush::mark()
{
    m_isDirty = true;
    if (m_timer.isActive() || m_isStopped)
        return;
    m_timer.start();
    flush();
}

void LiveFlush::tick()
{
    const bool isAnyBehind = std::any_of(m_channels.cbegin(), m_channels.cend(),
                                         [](const auto &one) { return one.second.needsSnapshots(); });
    if (m_isDirty || isAnyBehind)
        flush();
    else
        m_timer.stop();
}

// From the counts of the projects to the sockets of their subscribers.
void LiveFlush::flush()
{
    m_isDirty = false;
    for (const auto &[id, project] : m_given.projects->all()) {
        if (!project->hasChanges())
            continue;
        const OutMessagePtr delta = project->step();
        if (Channel *channel = find(project.get()))
            channel->sendDelta(delta);
    }
    qint64 totalUnsent = m_sessions->totalUnsent();
    const qint64 now = m_given.clock->nowMs();
    for (auto &[project, channel] : m_channels)
        channel.sendSnapshots(now, totalUnsent);
    for (auto &[project, channel] : m_channels)
        channel.sendTail();
}

void LiveFlush::stop()
{
    if (m_isDirty)
        flush(); // the last change is not lost, not even at the end
    m_isStopped = true;
    m_timer.stop();
}

Channel &LiveFlush::open(LiveProject &project)
{
    return m_channels.try_emplace(&project, &project, m_given.limits, m_given.counts).first->second;
}

Channel *LiveFlush::find(const LiveProject *project)
{
    const auto at = m_channels.find(project);
    return at == m_channels.end() ? nullptr : &at->second;
}

void LiveFlush::close(const LiveProject *project)
{
    if (Channel *channel = find(project)) {
        channel->dismissAll();
        m_channels.erase(project);
    }
}

void LiveFlush::sendHeartbeats(qint64 nowMs)
{
    for (auto &[project, channel] : m_channels)
        channel.sendHeartbeats(nowMs);
}

qsizetype LiveFlush::mostTailEvents() const
{
    qsizetype most = 0;
    for (const auto &[project, channel] : m_channels)
        most = std::max(most, channel.tailEvents());
    return most;
}

} // namespace entvas
