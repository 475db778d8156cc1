#pragma once

#include <optional>
#include <QByteArray>
#include <QByteArrayView>

namespace entvas {

inline constexpr qint64 kMaxEpochSecond = 253'402'300'800; // the year 10000: beyond it no clock is right

// UTC milliseconds of an ISO 8601 date-time with zone: YYYY-MM-DDThh:mm[:ss[.f…]], or YYYYMMDDThhmm[ss[.f…]] in the
// basic form, and Z, ±hh:mm, ±hhmm or ±hh; also with t, z, a blank for T and a comma for the point. 24:00 is the end of
// its day. Years 0001–9999 in UTC too. Nothing for anything else: dates alone, no zone, February 30, numbers, weeks.
// Fractions are cut to milliseconds. A leap second (23:59:60 UTC at the end of June or December) is held as the last
// millisecond before it, as no database here knows it.
std::optional<qint64> isoToMs(QByteArrayView text);
// "2025-01-01T12:00:00.000Z". Times outside the years 0001–9999 are held at the nearest of them.
QByteArray isoFromMs(qint64 ms);

} // namespace entvas
