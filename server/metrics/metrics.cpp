#include "server/metrics/metrics.h"

#include "core/base/log.h"
#include "server/metrics/metricfamilies.h"
#include "server/metrics/processstats.h"

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

void addRequests(const FrontStats &front, MetricFamilies &families)
{
    for (const RouteStats &route : front.routes)
        for (std::size_t i = 0; i < route.byClass.size(); ++i)
            if (i > 0 || route.byClass[i] > 0)
                families.counter("entvas_http_requests_total",
                                 "Requests answered, by route and class of status; 1xx are upgrades to WebSocket.",
                                 double(route.byClass[i]),
                                 {{"route", route.route}, {"status", u"%1xx"_s.arg(qint64(i) + 1)}});
    for (const RouteStats &route : front.routes)
        families.histogram("entvas_http_request_duration_seconds",
                           "From a whole request to the beginning of its answer; for a post that is its commit.",
                           route.seconds, {{"route", route.route}});
    families.gauge("entvas_http_requests_in_flight", "Requests that wait for their answer.", front.gate.inFlight);
}

void addIngest(const Ingest::Stats &ingest, MetricFamilies &families)
{
    const auto events = [&](const QString &result, quint64 count) {
        families.counter("entvas_ingest_events_total",
                         "Events by what became of them; refused ones were good and were told to come again.",
                         double(count), {{"result", result}});
    };
    events(u"accepted"_s, ingest.accepted);
    events(u"duplicate"_s, ingest.duplicates);
    events(u"rejected"_s, ingest.rejected);
    events(u"refused"_s, ingest.refused);
    families.gauge("entvas_rejected_events_kept", "Rejected events that can be looked at, of all projects.",
                   double(ingest.rejectedEvents.events));
    families.gauge("entvas_rejected_events_bytes", "Memory of the rejected events that are kept, approximately.",
                   double(ingest.rejectedEvents.bytes));
    families.counter("entvas_rejected_events_forgotten_total",
                     "Rejected events that were counted only, or gave way to newer ones.",
                     double(ingest.rejectedEvents.forgotten));
    families.gauge("entvas_ingest_waiting_senders", "Requests with events that wait for their commit.",
                   double(ingest.waiting));
}

void addWriter(const StoreWriter::Stats &writer, MetricFamilies &families)
{
    families.gauge("entvas_database_available", "1 while the database answers.", writer.isAvailable);
    families.histogram("entvas_store_commit_duration_seconds", "Time of each transaction that was committed.",
                       writer.commitSeconds);
    families.histogram("entvas_store_batch_events", "Events of each transaction that was committed.",
                       writer.batchEvents);
    families.counter("entvas_store_failed_commits_total", "Transactions that the database did not take.",
                     double(writer.failedCommits));
    families.gauge("entvas_housekeeping_failing",
                   "1 while the last round of housekeeping failed: old rows stay, and tables grow.",
                   writer.isUpkeepFailing);
    families.counter("entvas_housekeeping_failures_total", "Rounds of housekeeping that failed, in part or as a whole.",
                     double(writer.failedUpkeep));
    families.counter("entvas_database_losses_total", "Times that the database went away.", double(writer.losses));
    families.counter("entvas_ingest_refused_away_total", "Requests that came while the database was away.",
                     double(writer.refusedAway));
}

void addFanout(const Fanout::Stats &fanout, MetricFamilies &families)
{
    families.gauge("entvas_fanout_listening", "1 while the connection stands on which other servers are heard.",
                   fanout.isListening);
    families.counter("entvas_fanout_listen_losses_total", "Times that this connection was lost.",
                     double(fanout.losses));
    families.counter("entvas_fanout_sent_total", "Batches that were announced to other servers.", double(fanout.sent));
    families.counter("entvas_fanout_wakeups_total", "Notifications sent: one may stand for several batches.",
                     double(fanout.woken));
    families.counter("entvas_fanout_received_total", "Batches of other servers that were added to the live counts.",
                     double(fanout.received));
    families.histogram("entvas_fanout_delay_seconds",
                       "From the writing of a batch by another server to the live counts of this one, by the clock of "
                       "the database.",
                       fanout.delaySeconds);
    families.counter("entvas_fanout_rereads_total", "Times that the counts of a project had to be read anew.",
                     double(fanout.outdated));
    families.counter("entvas_fanout_gaps_total", "Places where announcements of another server were gone.",
                     double(fanout.gaps));
    families.counter("entvas_fanout_unreadable_total",
                     "Announcements that made no sense, or were too large to be written.", double(fanout.unreadable));
}

void addExports(const Exports::Stats &exports, MetricFamilies &families)
{
    families.counter("entvas_exports_total", "Exports that have begun.", double(exports.started));
    families.counter("entvas_exports_broken_total", "Exports that the database did not let come to their end.",
                     double(exports.broken));
    families.counter("entvas_exported_events_total", "Events written into exports.", double(exports.events));
}

void addLogins(const Logins::Stats &logins, MetricFamilies &families)
{
    const auto fetches = [&](const QString &result, qint64 count) {
        families.counter("entvas_issuer_fetches_total", "Times that the issuer was asked for its keys.", double(count),
                         {{"result", result}});
    };
    fetches(u"ok"_s, logins.issuer.fetched);
    fetches(u"failed"_s, logins.issuer.failed);
    families.gauge("entvas_issuer_keys", "Keys of the issuer that tokens are checked with; 0: nobody can log in.",
                   double(logins.keys));
}

void addHub(const LiveHubStats &hub, MetricFamilies &families)
{
    families.counter("entvas_live_deltas_sent_total", "Deltas handed to the sockets of dashboards.",
                     double(hub.deltas));
    families.counter("entvas_live_pictures_sent_total",
                     "Whole pictures handed to the sockets of dashboards: of those that come, or fell behind.",
                     double(hub.snapshots));
    families.histogram("entvas_live_delta_delay_seconds",
                       "From the commit of the oldest event in a delta until its readers' sockets had it.",
                       hub.deltaDelay);
}

void addLog(MetricFamilies &families)
{
    const log::Counts records = log::counts();
    for (const LogLevel level : {LogLevel::Debug, LogLevel::Info, LogLevel::Warning, LogLevel::Error})
        families.counter("entvas_log_records_total", "Records of the log, by level.",
                         double(records.byLevel[std::size_t(level)]),
                         {{"level", QString::fromLatin1(log::nameOf(level))}});
    families.counter("entvas_log_records_dropped_total", "Records that standard error did not take.",
                     double(records.dropped));
}

void addDisk(const DiskSpace::Use &disk, MetricFamilies &families)
{
    families.gauge("entvas_database_size_bytes", "The SQLite file and its write-ahead log.",
                   double(disk.databaseBytes));
    families.gauge("entvas_database_disk_free_bytes", "Room on the file system of the SQLite file.",
                   double(disk.freeBytes));
    families.gauge("entvas_database_disk_size_bytes", "Size of the file system of the SQLite file.",
                   double(disk.totalBytes));
}

void addProcess(MetricFamilies &families)
{
    const ProcessStats process = processStats();
    families.counter("process_cpu_seconds_total", "Processor time of user and system.", process.cpuSeconds);
    families.gauge("process_start_time_seconds", "Start of the process in seconds since 1970.", process.startSeconds);
    families.gauge("process_resident_memory_bytes", "Memory that is resident.", double(process.residentBytes));
    families.gauge("process_virtual_memory_bytes", "Memory that is mapped.", double(process.virtualBytes));
    families.gauge("process_open_fds", "Open file descriptors.", double(process.openFds));
    families.gauge("process_max_fds", "File descriptors that may be open.", double(process.maxFds));
}

} // namespace

HttpReply metricsReply(const ServerStats &stats)
{
    MetricFamilies families;
    families.gauge(
        "entvas_build_info", "Always 1; the labels tell what runs.", 1,
        {{"version", QStringLiteral(ENTVAS_VERSION)}, {"qt", QString::fromLatin1(qVersion())}, {"store", stats.store}});
    families.gauge("entvas_uptime_seconds", "Time since the server started.", double(stats.uptimeMs) / 1000);
    families.gauge("entvas_clock_time_seconds", "The server's clock, in seconds since 1970.",
                   double(stats.nowMs) / 1'000);
    families.gauge("entvas_serving", "1 once the stored counts have been read and requests are served.",
                   stats.isServing);
    families.gauge("entvas_degraded", "1 while /health says so; its reasons are there.", !stats.reasons.isEmpty());
    if (stats.disk)
        addDisk(*stats.disk, families);
    if (stats.certificateExpiresMs > 0)
        families.gauge("entvas_tls_certificate_expiry_time_seconds",
                       "When the certificate that is served expires, in seconds since 1970.",
                       double(stats.certificateExpiresMs) / 1000);
    if (stats.front)
        addRequests(*stats.front, families);
    if (stats.logins)
        addLogins(*stats.logins, families);
    if (stats.ingest)
        addIngest(*stats.ingest, families);
    if (stats.history && stats.history->hasReplica) {
        families.gauge("entvas_replica_available",
                       "1 while the replica answers that history and exports are read from.",
                       stats.history->isAvailable);
        families.counter("entvas_replica_fallbacks_total",
                         "Questions for stored events that the database answered in its place.",
                         double(stats.history->fellBack));
    }
    if (stats.fanout)
        addFanout(*stats.fanout, families);
    if (stats.exports)
        addExports(*stats.exports, families);
    if (stats.writer)
        addWriter(*stats.writer, families);
    if (stats.hub)
        addHub(*stats.hub, families);
    for (const auto &[project, live] : stats.projects)
        families.gauge("entvas_cube_bytes", "Memory of a project's live counts, approximately.", double(live.cubeBytes),
                       {{"project", project}});
    addLimits(stats, families);
    addLog(families);
    addProcess(families);
    HttpReply reply;
    reply.contentType = QByteArrayLiteral("text/plain; version=0.0.4; charset=utf-8");
    reply.body = families.text();
    return reply;
}

} // namespace entvas
