#pragma once

#include "core/cube/livecube.h"

#include <functional>

namespace entvas::bench {

inline constexpr qint64 kNowMs = 1'790'000'000'000; // fixed, so that every run measures the same
inline constexpr int kSeries = 1'000;               // 10 event types x 20 pages x 5 browsers

// The heaviest week there is at this number of series: every series counts in every one of its 10,080 minutes, so all
// tiers are as full as they get. Ends at `nowMs`; calls `take` once per minute, oldest first.
void forEachMinute(qint64 nowMs, const std::function<void(const QList<Cell> &)> &take);
// The cube that has counted it.
LiveCube weekCube(qint64 nowMs = kNowMs);

// The name of series `index` of these.
SeriesKey seriesKey(int index);

} // namespace entvas::bench
