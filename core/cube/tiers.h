#pragma once

#include <array>
#include <limits>
#include <QtGlobal>

namespace entvas {

using SeriesIndex = quint16;

// `count` more events of `series` in the second that starts at `epochSecond` (seconds since 1970, UTC).
struct Cell {
    qint64 epochSecond = 0;
    SeriesIndex series = 0;
    quint32 count = 0;
    bool operator==(const Cell &) const = default;
};

// The four resolutions kept at the same time. Every tier counts every event that falls into its time.
enum class Tier { Second, Minute, Quarter, Day };
inline constexpr std::array<qint64, 4> kTierStepMs{1'000, 60'000, 900'000, 86'400'000};
inline constexpr std::array<qint64, 4> kTierBuckets{600, 8 * 1440, 92 * 96,
                                                    36'525}; // 10 min, 8 days, 92 days, a century
// How far ahead of now a bucket may lie, as the clocks of several servers differ.
inline constexpr std::array<qint64, 4> kTierAheadMs{60'000, 86'400'000, 7 * 86'400'000LL,
                                                    std::numeric_limits<qint64>::max()};
inline constexpr std::array<Tier, 4> kTiers{Tier::Second, Tier::Minute, Tier::Quarter, Tier::Day};

} // namespace entvas
