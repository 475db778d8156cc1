#include "server/gate/gatestats.h"

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr auto kCount = LimitText::Unit::Count;
constexpr auto kBytes = LimitText::Unit::Bytes;
constexpr auto kMs = LimitText::Unit::Milliseconds;

// Those that are limits for /metrics.
struct BoundText {
    GateBound bound;
    LimitText text;
};
constexpr BoundText kBounds[] = {
    {GateBound::Connections,
     {"entvas_gate_connections", kCount, "Open connections.",
      "Connections answered with 503, or closed, because the limit was reached."}},
    {GateBound::AddressConnections,
     {"entvas_gate_address_connections", kCount, "Open connections of the address that is nearest its share.",
      "Connections answered with 429, or closed, because their address had reached its share."}},
    {GateBound::Handshakes,
     {"entvas_gate_handshakes", kCount, "TLS handshakes in progress.",
      "Connections closed because too many handshakes were in progress."}},
    {GateBound::AddressHandshakes,
     {"entvas_gate_address_handshakes", kCount, "TLS handshakes in progress of the address that is nearest its share.",
      "Connections closed because too many handshakes of their address were in progress."}},
    {GateBound::RequestLine,
     {"entvas_gate_request_line", kBytes, "Longest request line so far.",
      "Requests rejected with 414 for their request line."}},
    {GateBound::Head,
     {"entvas_gate_head", kBytes, "Longest request head so far.",
      "Requests rejected with 431 for the length of their head."}},
    {GateBound::Headers,
     {"entvas_gate_headers", kCount, "Largest number of headers of a request so far.",
      "Requests rejected with 431 for the number of their headers."}},
    {GateBound::Body,
     {"entvas_gate_body", kBytes, "Largest request body so far.",
      "Requests rejected with 413 for their body as sent."}},
    {GateBound::HeadTime,
     {"entvas_gate_head_time", kMs, "Time spent on the slowest request head that is being read.",
      "Connections answered with 408, or closed where nothing had been sent, for the time of their head."}},
    {GateBound::BodyTime,
     {"entvas_gate_body_time", kMs, "Time spent on the slowest request body that is being read.",
      "Requests answered with 408 for the time of their body."}},
    {GateBound::IdleTime,
     {"entvas_gate_idle_time", kMs, "Time that the most idle connection has waited for its next request.",
      "Connections closed as idle."}},
    {GateBound::SendTime,
     {"entvas_gate_send_time", kMs, "Time for which the slowest client has read nothing of its answer.",
      "Connections closed because the client did not read its answer."}},
    {GateBound::Answer,
     {"entvas_gate_answer", kBytes, "Largest answer so far.", "Answers replaced by 500 for their size."}},
    {GateBound::Held,
     {"entvas_gate_held", kBytes, "Bodies and unsent answers of all connections.",
      "Requests refused with 503 because the server held too many bytes."}},
    {GateBound::InFlight,
     {"entvas_gate_connection_requests", kCount, "Requests in progress on the busiest connection.",
      "Requests that others of the same connection had to wait for."}},
    {GateBound::Input,
     {"entvas_gate_input", kBytes, "Largest unparsed input buffer of any connection.",
      "Requests rejected with 400 because so many bytes could not be parsed."}},
    {GateBound::ControlFrames,
     {"entvas_gate_control_frames", kCount,
      "Pings and pongs that the busiest WebSocket has used of its burst; it gets 10 back each second.",
      "WebSockets closed with 1008 for too many pings, or too many frames of one message."}},
};

} // namespace

void collect(const FrontStats &stats, MetricFamilies &into)
{
    for (const RouteStats &route : stats.routes)
        for (std::size_t i = 0; i < route.byClass.size(); ++i)
            if (i > 0 || route.byClass[i] > 0)
                into.counter("entvas_http_requests_total",
                             "Requests answered, by route and class of status; 1xx are upgrades to WebSocket.",
                             double(route.byClass[i]),
                             {{"route", route.route}, {"status", u"%1xx"_s.arg(qint64(i) + 1)}});
    for (const RouteStats &route : stats.routes)
        into.histogram(
            "entvas_http_request_duration_seconds",
            "Time from the complete request to the start of its answer; for events this includes the commit.",
            route.seconds, {{"route", route.route}});
    into.gauge("entvas_http_requests_in_flight", "Requests that wait for their answer.", stats.gate.inFlight);
    for (const BoundText &one : kBounds)
        into.limit(one.text, stats.gate[one.bound]);
    into.counter("entvas_gate_failed_handshakes_total", "Connections that ended before their TLS handshake was done.",
                 double(stats.gate.failedHandshakes));
    into.counter("entvas_gate_descriptors_exhausted_total",
                 "Times that no connection could be accepted, mostly for want of file descriptors.",
                 double(stats.gate[GateBound::Descriptors].reached));
}

} // namespace entvas
