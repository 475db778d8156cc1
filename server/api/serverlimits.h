#pragma once

#include "core/store/events/storewriter.h"
#include "server/access/auththrottle.h"
#include "server/access/issuer.h"
#include "server/cluster/fanout.h"
#include "server/gate/gatelimits.h"
#include "server/live/livehublimits.h"
#include "server/query/replicapatience.h"

namespace entvas {

// Limits that have no setting of their own.
struct ServerLimits {
    GateLimits gate; // bodyBytes comes from the settings
    StoreWriter::Limits writer;
    std::chrono::milliseconds upkeepEvery = StoreWriter::Upkeep().every;
    int authBurst = AuthThrottle::kBurst;
    FanoutLimits fanout;
    IssuerLimits issuer;
    ReplicaPatience replica;
};

} // namespace entvas
