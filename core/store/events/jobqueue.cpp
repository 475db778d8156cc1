#include "core/store/events/jobqueue.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace entvas {

namespace {

// A batch that met a long outage must not cost its senders as much again.
constexpr std::chrono::milliseconds kMaxCharge{200};

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

JobQueue::Pushed JobQueue::push(AppendJob job, Time now)
{
    Project &project = m_projects[job.project];
    const qint64 events = weightOf(job);
    const qint64 bytes = bytesOf(job);
    const qint64 share = m_projects.size() > 1 ? 2 : 1;
    const auto fits = [&](qint64 have, qint64 add, qint64 limit) { return have + add <= limit; };
    const bool eventsFit =
        fits(m_events, events, m_limits.events) && fits(project.events, events, m_limits.events / share);
    const bool bytesFit = fits(m_bytes, bytes, m_limits.bytes) && fits(project.bytes, bytes, m_limits.bytes / share);
    if ((!eventsFit || !bytesFit) && !isEmpty())
        return eventsFit ? Pushed::TooManyBytes : Pushed::TooManyEvents;
    if (project.jobs.empty()) {
        project.returns = now - project.servedAt <= kReturn;
        project.service = std::max(project.service, project.returns ? m_service - kCredit : m_service);
    }
    project.events += events;
    project.bytes += bytes;
    m_events += events;
    m_bytes += bytes;
    project.jobs.push_back(std::move(job));
    return Pushed::Taken;
}

AppendJob JobQueue::pop(Project &from)
{
    AppendJob job = std::move(from.jobs.front());
    from.jobs.pop_front();
    const qint64 events = weightOf(job);
    const qint64 bytes = bytesOf(job);
    from.events -= events;
    from.bytes -= bytes;
    m_events -= events;
    m_bytes -= bytes;
    return job;
}

bool JobQueue::isShared(Time now) const
{
    return std::count_if(m_projects.cbegin(), m_projects.cend(), [&](const auto &entry) {
               return !entry.second.jobs.empty() || now - entry.second.servedAt < kRecent;
           }) > 1;
}

std::optional<JobQueue::Time> JobQueue::holdUntil(Time now) const
{
    if (m_projects.size() < 2 || isEmpty())
        return {};
    Duration least = Duration::max();
    for (const auto &[id, project] : m_projects)
        if (!project.jobs.empty())
            least = std::min(least, project.service);
    std::optional<Time> until;
    for (const auto &[id, project] : m_projects) {
        const Time back = project.servedAt + kReturn;
        if (project.jobs.empty() && project.returns && project.service + kSlack < least && now < back)
            until = std::max(until.value_or(back), back);
    }
    return until;
}

QList<AppendJob> JobQueue::take(BatchLimits batch, Time now)
{
    std::vector<Project *> members;
    for (auto &[id, project] : m_projects) {
        project.inBatch = 0;
        if (!project.jobs.empty())
            members.push_back(&project);
    }
    if (members.empty())
        return {};
    std::stable_sort(members.begin(), members.end(),
                     [](const Project *a, const Project *b) { return a->service < b->service; });
    m_service = std::max(m_service, members.front()->service);
    std::erase_if(members,
                  [limit = members.front()->service + kSlack](const Project *p) { return p->service > limit; });
    qint64 share = isShared(now) ? batch.sharedEvents : batch.events;
    if (members.size() > 1) {
        share = batch.events / qint64(members.size());
        for (const Project *member : members)
            share = std::min(share, member->events);
        share = std::max(share, kLeastShare);
    }
    QList<AppendJob> jobs;
    qint64 events = 0;
    qint64 bytes = 0;
    for (Project *member : members) {
        while (!member->jobs.empty()) {
            const qint64 weight = weightOf(member->jobs.front());
            const qint64 size = bytesOf(member->jobs.front());
            const qint64 own = member->inBatch + weight;
            const bool fits = own <= share && bytes + size <= batch.bytes &&
                              (events + weight <= batch.events || (members.size() > 1 && own <= kLeastShare));
            if (!fits && !jobs.isEmpty())
                break;
            member->inBatch += weight;
            events += weight;
            bytes += size;
            jobs << pop(*member);
        }
    }
    return jobs;
}

void JobQueue::charge(Time start, Time end)
{
    qint64 events = 0;
    for (const auto &[id, project] : m_projects)
        events += project.inBatch;
    const Duration took = std::min<Duration>(end - start, kMaxCharge);
    for (auto &[id, project] : m_projects) {
        if (project.inBatch == 0)
            continue;
        project.service += took * std::exchange(project.inBatch, 0) / events;
        project.servedAt = end;
    }
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
