#pragma once

#include <QtGlobal>

namespace entvas {

// Lengths of time in milliseconds.
inline constexpr qint64 kMinuteMs = 60'000;
inline constexpr qint64 kHourMs = 60 * kMinuteMs;
inline constexpr qint64 kDayMs = 24 * kHourMs; // where the clocks don't change

} // namespace entvas
