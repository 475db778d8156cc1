#pragma once

#include "core/eventparser.h"
#include "core/store/eventstore.h"
#include "server/liveproject.h"

#include <atomic>

namespace entvas {

inline constexpr int kWarmEvents = 100'000; // newest events that are looked at for the seconds tier
inline constexpr int kWarmPage = 5'000;

// Reads what a restart needs: counts for the three coarse tiers, the last ten minutes' events for the seconds, rejected
// totals. Called in the reader's thread; nothing may be written by this process meanwhile. Ends early, with
// Fault::Unavailable, once `stop` is set.
Result<std::shared_ptr<WarmState>> warmUp(EventStore &store, const QString &project, const ParseRules &rules,
                                          qint64 nowMs, const std::atomic<bool> &stop);

} // namespace entvas
