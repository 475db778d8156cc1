#include "core/store/jobqueue.h"

#include <algorithm>
#include <utility>

namespace entvas {

namespace {

qint64 bytesOf(const AppendJob &job)
{
    constexpr qint64 kPerEvent = qint64(sizeof(Event));
    qint64 bytes = qint64(sizeof(AppendJob));
    for (const Event &event : job.events) {
        bytes += kPerEvent + event.metadata.size();
        bytes += 2 * (event.eventType.size() + event.userId.size() + event.idempotencyKey.size());
        for (const QString &part : event.series)
            bytes += 2 * part.size();
    }
    return bytes;
}

} // namespace

qint64 weightOf(const AppendJob &job)
{
    return std::max<qint64>(1, job.events.size());
}

bool JobQueue::isShared() const
{
    return std::count_if(m_projects.cbegin(), m_projects.cend(),
                         [](const auto &entry) { return !entry.second.jobs.empty(); }) > 1;
}

JobQueue::Pushed JobQueue::push(AppendJob job)
{
    Waiting &project = m_projects[job.project];
    const qint64 events = weightOf(job);
    const qint64 bytes = bytesOf(job);
    const qint64 share = m_projects.size() > 1 ? 2 : 1;
    const auto fits = [&](qint64 have, qint64 add, qint64 limit) { return have + add <= limit; };
    const bool eventsFit =
        fits(m_events, events, m_limits.events) && fits(project.events, events, m_limits.events / share);
    const bool bytesFit = fits(m_bytes, bytes, m_limits.bytes) && fits(project.bytes, bytes, m_limits.bytes / share);
    if ((!eventsFit || !bytesFit) && !isEmpty())
        return eventsFit ? Pushed::TooManyBytes : Pushed::TooManyEvents;
    project.events += events;
    project.bytes += bytes;
    m_events += events;
    m_bytes += bytes;
    project.jobs.push_back(std::move(job));
    return Pushed::Taken;
}

AppendJob JobQueue::pop(Waiting &from)
{
    AppendJob job = std::move(from.jobs.front());
    from.jobs.pop_front();
    const qint64 events = weightOf(job);
    const qint64 bytes = bytesOf(job);
    from.events -= events;
    from.bytes -= bytes;
    m_events -= events;
    m_bytes -= bytes;
    if (from.jobs.empty())
        from.credit = 0;
    return job;
}

QList<AppendJob> JobQueue::take(Limits batch)
{
    QList<AppendJob> jobs;
    qint64 events = 0;
    qint64 bytes = 0;
    const auto isFull = [&](const AppendJob &next) {
        return !jobs.isEmpty() && (events + weightOf(next) > batch.events || bytes + bytesOf(next) > batch.bytes);
    };
    const bool shared = isShared();
    const qint64 quantum = std::max<qint64>(1, batch.events / qint64(std::max<std::size_t>(1, m_projects.size())));
    while (!isEmpty()) {
        auto at = m_projects.upper_bound(m_last);
        for (std::size_t i = 0; i < m_projects.size(); ++i, ++at) {
            if (at == m_projects.end())
                at = m_projects.begin();
            Waiting &project = at->second;
            if (project.jobs.empty())
                continue;
            const QString before = std::exchange(m_last, at->first);
            project.credit += quantum;
            while (!project.jobs.empty() && (!shared || weightOf(project.jobs.front()) <= project.credit)) {
                if (isFull(project.jobs.front())) {
                    m_last = before; // the next batch begins with it
                    return jobs;
                }
                const qint64 weight = weightOf(project.jobs.front());
                events += weight;
                bytes += bytesOf(project.jobs.front());
                project.credit -= weight;
                jobs << pop(project);
            }
        }
    }
    return jobs;
}

QList<AppendJob> JobQueue::takeAll()
{
    QList<AppendJob> jobs;
    for (auto &[id, project] : m_projects)
        while (!project.jobs.empty())
            jobs << pop(project);
    return jobs;
}

} // namespace entvas
