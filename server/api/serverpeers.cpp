// What ServerCore does with other servers of the same database.
#include "core/base/log.h"
#include "core/store/events/storereader.h"
#include "server/access/logins.h"
#include "server/admin/adminroutes.h"
#include "server/api/servercore.h"
#include "server/cluster/directorywatch.h"
#include "server/ingest/ingest.h"
#include "server/live/liveprojects.h"
#include "server/live/warmup.h"
#include "server/query/exports.h"
#include "server/query/history.h"
#include "server/query/historyreader.h"

#include <algorithm>

namespace entvas {

using namespace Qt::StringLiterals;

bool ServerCore::isShared() const
{
    return m_settings.database.kind == DatabaseUrl::Kind::Postgres;
}

Writers ServerCore::writers() const
{
    return isShared() ? Writers::Shared : Writers::Alone;
}

void ServerCore::hearOthers()
{
    if (!isShared())
        return;
    m_fanout = std::make_unique<Fanout>(m_settings.database, m_epoch, m_projects->dimensions(), m_limits.fanout);
    connect(m_fanout.get(), &Fanout::arrived, this, &ServerCore::onOthers);
    connect(m_fanout.get(), &Fanout::outdated, this, [this](const QString &project) {
        log::warning("fanout", u"what another server has stored was missed: the counts are read anew"_s,
                     {{u"project"_s, project}});
        reread(project);
    });
}

// Store, then answer (Ingest did), then tell.
void ServerCore::onStored(const QList<CommittedJob> &jobs)
{
    for (const CommittedJob &job : jobs)
        if (LiveProject *project = m_projects->find(job.job.project); project && (!m_fanout || m_fanout->isNew(job)))
            project->add(job);
    m_hub->publish(jobs);
    if (m_fanout)
        m_fanout->wakeOthers();
}

void ServerCore::onOthers(const QString &id, const Announcement &what)
{
    LiveProject *project = m_projects->find(id);
    if (!project || m_stage != Stage::Serving)
        return;
    project->add(what);
    m_hub->publish({});
    if (what.newest.isEmpty() || !m_hub->hasTailReaders(*project))
        return;
    OthersTail &tail = m_othersTails[id];
    tail.newest += what.newest;
    tail.skipped += what.others;
    if (const qsizetype tooMany = tail.newest.size() - Announcement::kMaxNewest; tooMany > 0) {
        tail.newest.remove(0, tooMany);
        tail.skipped += tooMany;
    }
    askForTail(id);
}

// One question at a time: what comes meanwhile waits for the next.
void ServerCore::askForTail(const QString &id)
{
    OthersTail &tail = m_othersTails[id];
    if (tail.isAsking || tail.newest.isEmpty())
        return;
    tail.isAsking = m_reader->ask<QList<StoredEvent>>(
        this, [id, ids = tail.newest](EventStore &store) { return store.eventsById(id, ids); },
        [this, id, asked = tail.newest.size(), skipped = tail.skipped](const Result<QList<StoredEvent>> &events) {
            m_othersTails[id].isAsking = false;
            const LiveProject *project = m_projects->find(id);
            if (!project || m_stage != Stage::Serving)
                return;
            const QList<StoredEvent> found = events ? events.value() : QList<StoredEvent>();
            m_hub->publishOthers(*project, found, skipped + asked - found.size());
            askForTail(id);
        },
        StoreReader::kAnswer);
    if (tail.isAsking) {
        tail.newest.clear();
        tail.skipped = 0;
    }
}

void ServerCore::reread(const QString &id)
{
    const auto under = m_rereads.find(id);
    if (under == m_rereads.end()) {
        if (m_rereading == 0)
            m_reader->reopen(); // where another database has taken over, the one before may still be there
        m_rereads.insert(id, Reread::InLine);
        m_rereadLine.append(id);
        rereadNext();
    } else if (*under == Reread::Resting) {
        *under = Reread::Waiting;
    } // while it is read nothing is missed: whatever comes after it is read, and checked, then
}

void ServerCore::rereadNext()
{
    while (m_rereading < kMostRereads && !m_rereadLine.isEmpty()) {
        const QString id = m_rereadLine.takeFirst();
        ++m_rereading;
        m_rereads.insert(id, Reread::Reading);
        readAgain(id);
    }
}

void ServerCore::readAgain(const QString &id)
{
    if (m_stage != Stage::Serving)
        return;
    const auto later = [this, id] { QTimer::singleShot(kRereadMs, this, [this, id] { readAgain(id); }); };
    const bool taken = m_reader->ask<std::shared_ptr<WarmState>>(
        this,
        [this, id, dimensions = m_projects->dimensions(), now = m_clock->nowMs()](EventStore &store) {
            return warmUp(store, id, dimensions, now, m_stopWarming, Writers::Shared);
        },
        [this, id, later](const Result<std::shared_ptr<WarmState>> &state) {
            LiveProject *project = m_projects->find(id);
            if (m_stage != Stage::Serving)
                return;
            if (!project) { // deleted meanwhile
                m_rereads.remove(id);
                --m_rereading;
                return rereadNext();
            }
            if (!state) {
                log::warning("fanout", u"the counts could not be read anew yet"_s,
                             {{u"project"_s, id}, {u"reason"_s, state.failure().text}});
                return later();
            }
            const Positions positions = state.value()->positions;
            project->replace(std::move(*state.value()));
            m_fanout->follow(id, positions);
            m_hub->publish({});
            m_rereads.insert(id, Reread::Resting); // it costs the database a lot: not again and again
            QTimer::singleShot(kRereadMs, this, [this, id] {
                if (m_rereads.take(id) == Reread::Waiting)
                    reread(id);
            });
            --m_rereading;
            rereadNext();
        },
        kLongRead);
    if (!taken)
        later();
}

} // namespace entvas
