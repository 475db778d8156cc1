#include "server/live/livehubstats.h"
#include "server/live/liveproject.h"

namespace entvas {

namespace {

constexpr auto kCount = LimitText::Unit::Count;
constexpr auto kBytes = LimitText::Unit::Bytes;
constexpr auto kMs = LimitText::Unit::Milliseconds;

// Those of LiveHubStats that are limits.
struct HubLimit {
    LimitUse LiveHubStats::*use;
    LimitText text;
};
constexpr HubLimit kHubLimits[] = {
    {&LiveHubStats::clients,
     {"entvas_live_clients", kCount, "Open WebSockets.", "WebSockets closed with 1013 because the limit was reached."}},
    {&LiveHubStats::addressClients,
     {"entvas_live_address_clients", kCount, "Open WebSockets of the address that has most.",
      "WebSockets closed with 1013 because their address had reached its share."}},
    {&LiveHubStats::unauthenticated,
     {"entvas_live_unauthenticated", kCount, "Open WebSockets that have not authenticated.",
      "Unauthenticated WebSockets closed with 1013 because the limit was reached."}},
    {&LiveHubStats::messageBytes,
     {"entvas_live_message", kBytes, "Largest message of the connected clients.",
      "WebSockets closed with 1009 for the size of their message."}},
    {&LiveHubStats::messageRate,
     {"entvas_live_message_burst", kCount,
      "Messages that the busiest client has used of its burst; it gets 10 back each second.",
      "WebSockets closed with 1008 for too many messages."}},
    {&LiveHubStats::missedPongs,
     {"entvas_live_missed_pongs", kCount, "Pings without an answer, of the client with most.",
      "WebSockets closed because they answered no ping."}},
    {&LiveHubStats::authenticateMs,
     {"entvas_live_authenticate_time", kMs, "Longest time that a client has not authenticated.",
      "WebSockets closed with 1008 because no authenticate message came in time."}},
    {&LiveHubStats::slowBytes,
     {"entvas_live_backlog", kBytes, "Unsent bytes of the slowest client.",
      "Times that a client got a snapshot in place of deltas because it fell behind."}},
    {&LiveHubStats::totalUnsent,
     {"entvas_live_unsent", kBytes, "Unsent bytes of all clients.",
      "Snapshots delayed because the limit was reached."}},
    {&LiveHubStats::stalledMs,
     {"entvas_live_stalled_time", kMs, "Time for which the slowest client has read nothing.",
      "WebSockets closed because they read nothing."}},
    {&LiveHubStats::tailEvents,
     {"entvas_live_tail_events", kCount, "Events that the next tail message holds.",
      "Events that tail messages counted only."}},
};

} // namespace

void collect(const LiveHubStats &stats, MetricFamilies &into)
{
    into.counter("entvas_live_deltas_sent_total", "Deltas handed to the sockets of dashboards.", double(stats.deltas));
    into.counter("entvas_live_snapshots_sent_total",
                 "Snapshots handed to the sockets of dashboards that connected, or fell behind.",
                 double(stats.snapshots));
    into.histogram("entvas_live_delta_delay_seconds",
                   "Time from the commit of the oldest event of a delta until the sockets of its readers had it.",
                   stats.deltaDelay);
    for (const HubLimit &one : kHubLimits)
        into.limit(one.text, stats.*one.use);
}

void LiveProject::collect(const QString &project, const Stats &stats, MetricFamilies &into)
{
    const MetricLabels labels{{"project", project}};
    into.gauge("entvas_cube_bytes", "Memory of a project's live counts, approximately.", double(stats.cubeBytes),
               labels);
    into.limit({"entvas_cube_series", kCount, "Series of a project's live counts.",
                "Events counted under (other) because the project had its limit of series."},
               stats.series, labels);
    into.limit({"entvas_live_ring_deltas", kCount, "Deltas kept for clients that reconnect.",
                "Kept deltas dropped for their number."},
               stats.ringDeltas, labels);
    into.limit({"entvas_live_ring_cells", kCount, "Cells of the deltas kept for clients that reconnect.",
                "Kept deltas dropped for their cells."},
               stats.ringCells, labels);
    into.limit({"entvas_users", kBytes, "Memory of a project's sketches of unique users, approximately.",
                "Buckets whose unique users are kept at a coarser step only, for want of memory."},
               stats.users, labels);
}

} // namespace entvas
