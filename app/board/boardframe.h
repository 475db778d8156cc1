#pragma once

#include "core/cubeview.h"
#include "core/wire.h"

namespace entvas {

// Shares of one dimension in the range that is shown.
struct Breakdown {
    QString dimension;       // for example "page"
    QList<CubeGroup> groups; // by falling total, the remainder last; perBucket is empty
    qint64 total = 0;
};

// Every number on screen at one moment. Times are UTC milliseconds of the server's clock.
struct BoardFrame {
    NamedRange range = NamedRange::Hour;
    TimeGrid grid;
    qint64 nowMs = 0;
    QTimeZone zone;
    CubeAnswer byType;           // top five event types and the remainder, by bucket
    QList<Breakdown> breakdowns; // one per configured metadata key
    qint64 totalEvents = 0;      // over all time
    qint64 rejected = 0;         // over all time
    qint64 thisMinute = 0;
    double perSecond = 0;      // mean of the last kRateSeconds complete seconds
    QList<qint64> minuteTrend; // the last 30 minutes, the running one last
    QList<qint64> rateTrend;   // events in kRateSeconds, each second of the last minute, newest last
    qint64 peakMinute = 0;     // of the last hour, 0 = none
    qint64 peakMinuteAtMs = 0;
    double peakPerSecond = 0; // of the last five minutes
    qint64 peakSecondAtMs = 0;
};

inline constexpr int kTopTypes = 5;
inline constexpr int kTopValues = 6;
inline constexpr int kRateSeconds = 5;

// What the desk shows of a cube; pure.
BoardFrame present(const LiveCube &cube, const wire::Totals &totals, NamedRange range, qint64 nowMs,
                   const QTimeZone &zone);

} // namespace entvas
