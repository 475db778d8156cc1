#pragma once

#include "core/base/histogram.h"
#include "core/base/metrics.h"

namespace entvas {

// The hub at one moment. Sizes in bytes, times in milliseconds.
struct LiveHubStats {
    LimitUse clients;
    LimitUse addressClients;  // of the address that has most, but loopback
    LimitUse unauthenticated; // clients without a reader; reached: some had to go
    LimitUse messageBytes;    // LiveSession::kMaxMessageBytes
    LimitUse messageRate;     // LiveSession::kMessageBurst, of the client that used most of it
    LimitUse missedPongs;     // LiveSession::kMaxMissedPongs; reached: connections closed
    LimitUse authenticateMs;  // reached: clients closed
    LimitUse slowBytes;       // of the slowest client; reached: fresh snapshots in place of deltas
    LimitUse totalUnsent;     // reached: snapshots that had to wait
    LimitUse stalledMs;       // reached: connections closed
    LimitUse tailEvents;      // of one flush; reached: events that were left out
    quint64 deltas = 0;       // handed to sockets
    quint64 snapshots = 0;    // likewise
    // From the commit of the oldest event of a delta until the last of its readers' sockets has it.
    static constexpr std::array<double, 12> kDelaySeconds{.005, .01, .025, .05, .1, .15, .2, .3, .5, 1, 2.5, 5};
    Histogram<12> deltaDelay{kDelaySeconds};
};
void collect(const LiveHubStats &stats, MetricFamilies &into);

} // namespace entvas
