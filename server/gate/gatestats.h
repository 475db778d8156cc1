#pragma once

#include "core/base/histogram.h"
#include "core/base/metrics.h"

#include <array>
#include <QList>
#include <QString>

namespace entvas {

// Every limit of the gate; each is a member of GateLimits or named here.
enum class GateBound {
    Connections,
    AddressConnections, // of one address, see TcpGate
    Handshakes,         // of TLS, under way
    AddressHandshakes,
    RequestLine,
    Head,
    Headers,
    Body,
    HeadTime,
    BodyTime,
    IdleTime,
    SendTime,
    Answer,        // GateLimits::unsentBytes
    Held,          // GateLimits::heldBytes
    InFlight,      // one request per connection: what is pipelined behind it waits in the kernel
    Input,         // bytes of one connection that were read and not understood yet
    ControlFrames, // pings and pongs of one WebSocket
    Descriptors,   // the process has none left: accepting rests
};
inline constexpr std::size_t kGateBounds = std::size_t(GateBound::Descriptors) + 1;

// The gate at one moment. Sizes in bytes, times in milliseconds.
struct GateStats {
    std::array<LimitUse, kGateBounds> bounds;
    int inFlight = 0; // requests that wait for their answer
    quint64 failedHandshakes = 0;
    LimitUse &operator[](GateBound bound) { return bounds[std::size_t(bound)]; }
    const LimitUse &operator[](GateBound bound) const { return bounds[std::size_t(bound)]; }
};

// Answers of one route. Upgrades that were let pass count as 1xx.
struct RouteStats {
    static constexpr std::array<double, 12> kSeconds{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};
    QString route;                    // as registered, "other", or "none" for requests that were never understood
    std::array<quint64, 5> byClass{}; // 1xx to 5xx
    Histogram<12> seconds{kSeconds};  // from the whole request to the beginning of its answer
};

struct FrontStats {
    GateStats gate;
    QList<RouteStats> routes;
};
void collect(const FrontStats &stats, MetricFamilies &into);

} // namespace entvas
