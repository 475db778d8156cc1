#include "server/api/serverstatus.h"

#include "server/access/logins.h"
#include "server/api/serverparts.h"
#include "server/gate/httpfront.h"
#include "server/ingest/earlyposts.h"
#include "server/metrics/metrics.h"

#include <algorithm>

namespace entvas {

using namespace Qt::StringLiterals;

ServerStatus::ServerStatus(const DatabaseUrl &database, const Clock *clock, const Clock *steady)
    : m_store(storeName(database)),
      m_clock(clock),
      m_steady(steady),
      m_disk(database.kind == DatabaseUrl::Kind::Sqlite ? database.path : QString())
{
}

// Checked at each call: the writer notices it with the next event, or within seconds.
bool ServerStatus::isDatabaseMisplaced() const
{
    return isServing() && !observed.parts->lock.isInPlace();
}

QString ServerStatus::notReadyBecause() const
{
    const StoreWriter::Stats writer = observed.parts ? observed.parts->writer.stats() : StoreWriter::Stats();
    const QString away = writer.isReadOnly ? u"The database is read-only"_s : u"The database is away"_s;
    switch (stage) {
    case Stage::New:
    case Stage::Opening: return writer.isAway ? away : u"The database is being opened and brought up to date"_s;
    case Stage::Warming: return u"The stored counts are being read"_s;
    case Stage::Stopping:
    case Stage::Stopped: return u"The server stops"_s;
    case Stage::Serving:
        return !writer.isAvailable     ? away
               : isDatabaseMisplaced() ? u"The database's file was moved, removed or replaced"_s
                                       : QString();
    }
    return {};
}

QStringList ServerStatus::reasons() const
{
    return reasonsOf(condition());
}

Condition ServerStatus::condition() const
{
    Condition now;
    now.isStarting = !isServing() && !isEnding();
    now.isStopping = isEnding();
    if (const auto disk = m_disk.use(m_steady->nowMs()))
        now.isDiskScarce = disk->isScarce();
    if (!observed.parts)
        return now;
    const StoreWriter::Stats writer = observed.parts->writer.stats();
    now.isDatabaseAway = writer.isAway && !writer.isReadOnly;
    now.isDatabaseReadOnly = writer.isReadOnly;
    now.isWriterRefused = writer.isRefusing;
    now.isDatabaseReplaced = writer.isReplaced || isDatabaseMisplaced();
    now.isClockDoubted = writer.isClockDoubted;
    now.isUpkeepFailing = writer.isUpkeepFailing;
    now.isWriterStalled = observed.parts->writer.isStalled();
    now.queueUse =
        std::max(writer.queueEvents.used / writer.queueEvents.most, writer.queueBytes.used / writer.queueBytes.most);
    now.isFanoutBroken = observed.parts->cluster && isServing() && !observed.parts->cluster->stats().isListening;
    return now;
}

ServerStats ServerStatus::stats() const
{
    ServerStats stats;
    stats.store = m_store;
    stats.nowMs = m_clock->nowMs();
    stats.uptimeMs = stats.nowMs - startedMs;
    stats.isServing = isServing();
    stats.front = observed.front->stats();
    stats.parts.append(&observed.early->metrics());
    stats.certificateExpiresMs = observed.certificateExpiresMs;
    stats.disk = m_disk.use(m_steady->nowMs());
    stats.reasons = reasons();
    stats.throttle = observed.throttle->stats(stats.nowMs);
    if (observed.logins)
        stats.parts.append(&observed.logins->metrics());
    if (!observed.parts)
        return stats;
    const ServerParts &parts = *observed.parts;
    stats.writer = parts.writer.stats();
    stats.reader = {parts.reader.waiting(), parts.reader.time()};
    stats.projectUse = {double(parts.projects.all().size()), double(LiveProjects::kMaxProjects),
                        parts.loader.timesFull()};
    stats.parts += {&parts.ingest.metrics(), &parts.exports.metrics(), &parts.historyReader.metrics()};
    stats.hub = parts.hub.stats();
    if (parts.cluster)
        stats.fanout = parts.cluster->stats();
    if (stats.isServing)
        for (const auto &[id, project] : parts.projects.all())
            stats.projects.append({id, project->stats()});
    return stats;
}

} // namespace entvas
