#include "server/metrics/metrics.h"

#include "core/base/log.h"
#include "server/live/liveprojects.h"
#include "server/metrics/metricstext.h"
#include "server/metrics/processstats.h"

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

void collectServer(const ServerStats &stats, MetricFamilies &into)
{
    into.gauge(
        "entvas_build_info", "Always 1; version, Qt and database are labels.", 1,
        {{"version", QStringLiteral(ENTVAS_VERSION)}, {"qt", QString::fromLatin1(qVersion())}, {"store", stats.store}});
    into.gauge("entvas_uptime_seconds", "Time since the server started.", double(stats.uptimeMs) / 1000);
    into.gauge("entvas_clock_time_seconds", "The server's clock, in seconds since 1970.", double(stats.nowMs) / 1'000);
    into.gauge("entvas_serving", "1 once the stored counts have been read and requests are served.", stats.isServing);
    into.gauge("entvas_degraded", "1 while /health reports degraded, with the reasons.", !stats.reasons.isEmpty());
    if (stats.certificateExpiresMs > 0)
        into.gauge("entvas_tls_certificate_expiry_time_seconds",
                   "When the served certificate expires, in seconds since 1970.",
                   double(stats.certificateExpiresMs) / 1000);
    if (stats.projectUse)
        into.limit(LiveProjects::kLimit, *stats.projectUse);
}

void collectLog(MetricFamilies &into)
{
    const log::Counts records = log::counts();
    for (const LogLevel level : {LogLevel::Debug, LogLevel::Info, LogLevel::Warning, LogLevel::Error})
        into.counter("entvas_log_records_total", "Log records by level.", double(records.byLevel[std::size_t(level)]),
                     {{"level", QString::fromLatin1(log::nameOf(level))}});
    into.counter("entvas_log_records_dropped_total", "Log records that could not be written to standard error.",
                 double(records.dropped));
}

} // namespace

HttpReply metricsReply(const ServerStats &stats)
{
    MetricFamilies families;
    collectServer(stats, families);
    for (const Metrics *part : stats.parts)
        part->collect(families);
    if (stats.disk)
        DiskSpace::collect(*stats.disk, families);
    if (stats.front)
        collect(*stats.front, families);
    if (stats.throttle)
        AuthThrottle::collect(*stats.throttle, families);
    if (stats.writer)
        collect(*stats.writer, families);
    if (stats.reader)
        collect(*stats.reader, families);
    if (stats.hub)
        collect(*stats.hub, families);
    if (stats.fanout)
        Fanout::collect(*stats.fanout, families);
    for (const auto &[project, live] : stats.projects)
        LiveProject::collect(project, live, families);
    collectLog(families);
    collectProcess(families);
    HttpReply reply;
    reply.contentType = QByteArrayLiteral("text/plain; version=0.0.4; charset=utf-8");
    reply.body = metricsText(families);
    return reply;
}

} // namespace entvas
