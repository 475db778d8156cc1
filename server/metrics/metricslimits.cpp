#include "server/metrics/metricfamilies.h"
#include "server/metrics/metrics.h"

namespace entvas {

namespace {

using Unit = MetricFamilies::Unit;

void addGate(const GateStats &gate, MetricFamilies &families)
{
    const auto limit = [&](GateBound bound, const char *name, Unit unit, const char *what, const char *beyond) {
        families.limit(name, unit, what, beyond, gate[bound]);
    };
    limit(GateBound::Connections, "entvas_gate_connections", Unit::Count, "Open connections.",
          "Connections that got 503, or were closed, because there were as many as may be.");
    limit(GateBound::AddressConnections, "entvas_gate_address_connections", Unit::Count,
          "Open connections of the address that is nearest its share.",
          "Connections that got 429, or were closed, because their address had as many as one may.");
    limit(GateBound::Handshakes, "entvas_gate_handshakes", Unit::Count, "TLS handshakes under way.",
          "Connections closed because as many handshakes were under way as may be.");
    limit(GateBound::AddressHandshakes, "entvas_gate_address_handshakes", Unit::Count,
          "TLS handshakes under way of the address that is nearest its share.",
          "Connections closed because as many handshakes of their address were under way as one may have.");
    limit(GateBound::RequestLine, "entvas_gate_request_line", Unit::Bytes, "The longest request line so far.",
          "Requests that got 414 for their request line.");
    limit(GateBound::Head, "entvas_gate_head", Unit::Bytes, "The longest head of a request so far.",
          "Requests that got 431 for the length of their head.");
    limit(GateBound::Headers, "entvas_gate_headers", Unit::Count, "The most headers of a request so far.",
          "Requests that got 431 for the number of their headers.");
    limit(GateBound::Body, "entvas_gate_body", Unit::Bytes, "The largest body of a request so far.",
          "Requests that got 413 for their body as sent.");
    limit(GateBound::HeadTime, "entvas_gate_head_time", Unit::Milliseconds,
          "How long the slowest head that is being read has taken.",
          "Connections that got 408, or were closed when they had sent nothing, for the time of their head.");
    limit(GateBound::BodyTime, "entvas_gate_body_time", Unit::Milliseconds,
          "How long the slowest body that is being read has taken.",
          "Requests that got 408 for the time of their body.");
    limit(GateBound::IdleTime, "entvas_gate_idle_time", Unit::Milliseconds,
          "How long the most idle connection has waited for its next request.", "Connections closed as idle.");
    limit(GateBound::SendTime, "entvas_gate_send_time", Unit::Milliseconds,
          "How long the slowest reader of an answer has taken nothing.",
          "Connections cut that did not take their answer.");
    limit(GateBound::Answer, "entvas_gate_answer", Unit::Bytes, "The largest answer so far.",
          "Answers replaced by 500 for their size.");
    limit(GateBound::Held, "entvas_gate_held", Unit::Bytes, "Bodies and unsent answers of all connections.",
          "Requests that got 503 because the server held too much.");
    limit(GateBound::InFlight, "entvas_gate_connection_requests", Unit::Count,
          "Requests in flight on the busiest connection.",
          "Requests behind which others of the same connection had to wait.");
    limit(GateBound::Input, "entvas_gate_input", Unit::Bytes,
          "Bytes of one connection that were read and not understood yet, at most.",
          "Requests that got 400 because nothing could be made of so many bytes.");
    limit(GateBound::ControlFrames, "entvas_gate_control_frames", Unit::Count,
          "Pings and pongs that the busiest WebSocket has used of its burst; it gets 10 back each second.",
          "WebSockets closed with 1008 for too many pings, or too many frames of one message.");
    families.counter("entvas_gate_failed_handshakes_total",
                     "Connections that ended before their TLS handshake was done.", double(gate.failedHandshakes));
    families.counter("entvas_gate_descriptors_exhausted_total",
                     "Times that no connection could be accepted, mostly for want of file descriptors.",
                     double(gate[GateBound::Descriptors].reached));
}

void addIngest(const Ingest::Stats &ingest, MetricFamilies &families)
{
    families.limit("entvas_ingest_rate_events", Unit::Count,
                   "Events per second that the busiest key has used of its burst; 0 = no limit.",
                   "Requests that got 429.", ingest.rate);
    families.limit("entvas_ingest_body_events", Unit::Count, "The most events of a request so far.",
                   "Requests that got 413 for the number of their events.", ingest.bodyEvents);
    families.limit("entvas_ingest_unpacked", Unit::Bytes, "The largest body so far, once unpacked.",
                   "Requests that got 413 for their body once unpacked.", ingest.bodyBytes);
    const Rejections::Stats &rejections = ingest.rejections;
    families.limit("entvas_rejections_held", Unit::Count, "Answers to bad events that wait for their count.",
                   "Answers given before the count was stored, as many waited.", rejections.held);
    families.limit("entvas_rejections_answer", Unit::Bytes, "The largest answer to bad events that may wait, so far.",
                   "Answers given before the count was stored, for their size.", rejections.answer);
    families.limit("entvas_rejections_unstored", Unit::Count, "Minutes whose bad events are not in the database yet.",
                   "Counts put into the newest minute instead of their own.", rejections.minutes);
}

void addHub(const LiveHubStats &hub, MetricFamilies &families)
{
    families.limit("entvas_live_clients", Unit::Count, "Open WebSockets.",
                   "WebSockets closed with 1013 because there were as many as may be.", hub.clients);
    families.limit("entvas_live_address_clients", Unit::Count, "Open WebSockets of the address that has most.",
                   "WebSockets closed with 1013 because their address had as many as one may.", hub.addressClients);
    families.limit("entvas_live_strangers", Unit::Count, "Open WebSockets that have not authenticated.",
                   "Times one of them was closed with 1013 because there were as many as may be.", hub.strangers);
    families.limit("entvas_live_message", Unit::Bytes, "The largest message of the clients that are there.",
                   "WebSockets closed with 1009 for the size of their message.", hub.messageBytes);
    families.limit("entvas_live_message_burst", Unit::Count,
                   "Messages that the busiest client has used of its burst; it gets 10 back each second.",
                   "WebSockets closed with 1008 for too many messages.", hub.messageRate);
    families.limit("entvas_live_missed_pongs", Unit::Count, "Pings without an answer, of the client with most.",
                   "WebSockets cut that answered no ping.", hub.missedPongs);
    families.limit("entvas_live_authenticate_time", Unit::Milliseconds,
                   "How long a client has not authenticated, at most.",
                   "WebSockets closed with 1008 because no authenticate message came in time.", hub.authenticateMs);
    families.limit("entvas_live_backlog", Unit::Bytes, "Unsent bytes of the slowest client.",
                   "Times a client stopped getting deltas until it can take a fresh picture.", hub.slowBytes);
    families.limit("entvas_live_unsent", Unit::Bytes, "Unsent bytes of all clients.",
                   "Times a fresh picture had to wait for it.", hub.totalUnsent);
    families.limit("entvas_live_stalled_time", Unit::Milliseconds, "How long the slowest client has taken nothing.",
                   "WebSockets cut that took nothing.", hub.stalledMs);
    families.limit("entvas_live_tail_events", Unit::Count, "Events that the next tail message holds.",
                   "Events that tail messages only counted.", hub.tailEvents);
}

void addProject(const QString &name, const LiveProject::Stats &project, MetricFamilies &families)
{
    const MetricFamilies::Labels labels{{"project", name}};
    families.limit("entvas_cube_series", Unit::Count, "Series of a project's live counts.",
                   "Events counted under (other) because there were as many series as may be.", project.series, labels);
    families.limit("entvas_live_ring_deltas", Unit::Count, "Deltas kept for clients that come back.",
                   "Deltas forgotten for their number.", project.ringDeltas, labels);
    families.limit("entvas_live_ring_cells", Unit::Count, "Cells of the deltas kept for clients that come back.",
                   "Deltas forgotten for their cells.", project.ringCells, labels);
    families.limit("entvas_users", Unit::Bytes, "Memory of a project's sketches of unique users, approximately.",
                   "Buckets whose users are known by a coarser one only, as their sketches found no room.",
                   project.users, labels);
}

} // namespace

void addLimits(const ServerStats &stats, MetricFamilies &families)
{
    if (stats.front)
        addGate(stats.front->gate, families);
    if (stats.throttle) {
        families.limit(
            "entvas_access_guesses", Unit::Count,
            "Wrong keys and tokens of the busiest address, of its burst; a whole burst comes back each minute.",
            "Requests that got 429 for them.", stats.throttle->failures);
        families.limit("entvas_access_guessers", Unit::Count, "Addresses remembered for a wrong key or token.",
                       "Addresses forgotten for their number.", stats.throttle->addresses);
    }
    if (stats.logins)
        families.limit("entvas_logins_waiting", Unit::Count, "Tokens that wait for the issuer's keys.",
                       "Tokens that got 503 because as many waited as may.", stats.logins->waiting);
    if (stats.early) {
        families.limit("entvas_ingest_early_posts", Unit::Count, "Posts that wait for the server to have started.",
                       "Posts that got 503 because as many waited as may.", stats.early->posts);
        families.limit("entvas_ingest_early", Unit::Bytes, "Their bodies.",
                       "Posts that got 503 because the bodies of those that wait left no room.", stats.early->bytes);
    }
    if (stats.ingest)
        addIngest(*stats.ingest, families);
    if (stats.writer) {
        families.limit("entvas_store_queue_events", Unit::Count, "Events that wait for the database.",
                       "Requests that got 503 because the queue was full of events.", stats.writer->queueEvents);
        families.limit("entvas_store_queue", Unit::Bytes, "Bytes of events that wait for the database, approximately.",
                       "Requests that got 503 because the queue was full of bytes.", stats.writer->queueBytes);
    }
    if (stats.reader)
        families.limit("entvas_store_questions", Unit::Count, "Questions that wait for the database.",
                       "Questions that got 503 because too many waited.", *stats.reader);
    if (stats.readerTime)
        families.limit("entvas_store_question_time", Unit::Milliseconds,
                       "How long the oldest question that somebody waits for has taken.",
                       "Questions that got 503 because the database did not answer in time.", *stats.readerTime);
    if (stats.projectUse)
        families.limit("entvas_projects", Unit::Count, "Projects that are open.", "Times that a project found no room.",
                       *stats.projectUse);
    if (stats.exports)
        families.limit("entvas_exports_running", Unit::Count, "Exports that are being read or sent.",
                       "Exports that got 503 because as many ran as may.",
                       {double(stats.exports->running), double(Exports::kMostAtOnce), stats.exports->refused});
    if (stats.hub)
        addHub(*stats.hub, families);
    for (const auto &[name, project] : stats.projects)
        addProject(name, project, families);
}

} // namespace entvas
