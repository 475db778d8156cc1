#pragma once

#include "core/limituse.h"

namespace entvas {

// The hub at one moment. Sizes in bytes, times in milliseconds.
struct LiveHubStats {
    LimitUse clients;
    LimitUse strangers;      // clients without a reader; reached: some had to go
    LimitUse messageBytes;   // LiveSession::kMaxMessageBytes
    LimitUse messageRate;    // LiveSession::kMessageBurst, of the client that used most of it
    LimitUse missedPongs;    // LiveSession::kMaxMissedPongs; reached: clients cut
    LimitUse authenticateMs; // reached: clients closed
    LimitUse slowBytes;      // of the slowest client; reached: fresh pictures in place of deltas
    LimitUse totalUnsent;    // reached: pictures that had to wait
    LimitUse stalledMs;      // reached: clients cut
    LimitUse tailEvents;     // of one flush; reached: events that were left out
};

} // namespace entvas
