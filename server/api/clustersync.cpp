#include "server/api/clustersync.h"

#include "core/base/log.h"
#include "core/store/events/storereader.h"
#include "server/live/livehub.h"
#include "server/live/liveprojects.h"

namespace entvas {

using namespace Qt::StringLiterals;

ClusterSync::ClusterSync(const DatabaseUrl &database, const QString &run, const FanoutLimits &limits,
                         const Parts &parts)
    : m_reader(parts.reader),
      m_projects(parts.projects),
      m_hub(parts.hub),
      m_rereads(parts.reader, parts.counts, parts.projects),
      m_fanout(database, run, parts.projects->dimensions(), limits)
{
    connect(&m_fanout, &Fanout::arrived, this, &ClusterSync::onArrived);
    connect(&m_fanout, &Fanout::outdated, this, [this](const QString &project) {
        log::warning("fanout", u"what another server has stored was missed: the counts are read anew"_s,
                     {{u"project"_s, project}});
        m_rereads.reread(project);
    });
    connect(&m_rereads, &ProjectRereads::replaced, this, [this](const QString &project, const Positions &positions) {
        follow(project, positions);
        m_hub->publish({});
    });
}

void ClusterSync::stop()
{
    m_isStopped = true;
    m_rereads.stop();
}

void ClusterSync::onArrived(const QString &id, const Announcement &what)
{
    LiveProject *project = m_projects->find(id);
    if (!project || m_isStopped)
        return;
    project->add(what);
    m_hub->publish({});
    if (what.newest.isEmpty() || !m_hub->hasTailReaders(*project))
        return;
    Tail &tail = m_tails[id];
    tail.newest += what.newest;
    tail.skipped += what.others;
    if (const qsizetype tooMany = tail.newest.size() - Announcement::kMaxNewest; tooMany > 0) {
        tail.newest.remove(0, tooMany);
        tail.skipped += tooMany;
    }
    readTail(id);
}

// One question at a time: what comes meanwhile waits for the next.
void ClusterSync::readTail(const QString &id)
{
    Tail &tail = m_tails[id];
    if (tail.isAsking || tail.newest.isEmpty())
        return;
    tail.isAsking = m_reader->ask<QList<StoredEvent>>(
        this, [id, ids = tail.newest](EventStore &store) { return store.reader().eventsById(id, ids); },
        [this, id, asked = tail.newest.size(), skipped = tail.skipped](const Result<QList<StoredEvent>> &events) {
            m_tails[id].isAsking = false;
            const LiveProject *project = m_projects->find(id);
            if (!project || m_isStopped)
                return;
            const QList<StoredEvent> found = events ? events.value() : QList<StoredEvent>();
            m_hub->publishOthers(*project, found, skipped + asked - found.size());
            readTail(id);
        },
        StoreReader::kAnswer);
    if (tail.isAsking) {
        tail.newest.clear();
        tail.skipped = 0;
    }
}

} // namespace entvas
