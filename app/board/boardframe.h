#pragma once

#include "app/board/timeview.h"
#include "core/cube/cubeview.h"
#include "core/cube/liveusers.h"
#include "core/wire/wire.h"

#include <optional>
#include <QMap>

namespace entvas {

// What a person wants to see: a time, a part of the events, in which colours.
struct BoardChoice {
    TimeView view;
    Comparison comparison = Comparison::None;
    QMap<QString, ValueFilter> filter; // by name of dimension
    QString groupBy;                   // name of the dimension that has the colours; empty = event type
    bool operator==(const BoardChoice &) const = default;

    // The filter of a dimension after a click on one of its values: only that one, or all again.
    void toggle(const QString &dimension, const QString &value);
    // The same with others kept: one more value, or one less.
    void toggleAlso(const QString &dimension, const QString &value);
    void exclude(const QString &dimension, const QString &value);
};

// Shares of one dimension in the range that is shown.
struct Breakdown {
    QString dimension;       // for example "page"
    QList<CubeGroup> groups; // by falling total, the remainder last; perBucket is empty
    qint64 total = 0;
};

// The same part of events, earlier.
struct EarlierCounts {
    QList<qint64> perBucket; // beside the buckets of the frame; empty when nothing was counted
    // What is compared is equally long, to the second: of the range as much as is over, in both cases in whole buckets
    // of the width that is still kept of the earlier time. False: not one such bucket fits.
    bool isKnown = true;
    qint64 total = 0;    // then
    qint64 totalNow = 0; // of the range itself
    // The same of users, of all events, whatever the filter. nullopt: one of the two is not known of exactly this time.
    std::optional<UserCount> users;
    std::optional<UserCount> usersNow;
};

// Every number on screen at one moment. Times are UTC milliseconds of the server's clock.
struct BoardFrame {
    BoardChoice choice;
    TimeGrid grid;
    bool isCutInUtc = false;     // only counts per UTC day are left
    bool isFirstPartial = false; // the first bar is the later part of a step only …
    bool isLastPartial = false;  // … and the last one the earlier part, though not for want of time
    qint64 nowMs = 0;
    QTimeZone zone;
    CubeAnswer main;             // top five of the chosen dimension and the remainder, by bucket
    QList<Breakdown> breakdowns; // one per dimension; its own filter does not apply to it
    QStringList dimensions;      // "eventType", then metadata keys
    int groupBy = 0;             // index of the dimension that has the colours
    std::optional<EarlierCounts> earlier;
    // Different users in the range, of all events, whatever the filter. nullopt: the server does not count them, or did
    // not yet at that time.
    std::optional<UserCount> users;
    qint64 totalEvents = 0;                // over all time, whatever the filter
    qint64 rejected = 0;                   // over all time, whatever the filter
    qint64 allEvents = 0;                  // in the range, whatever the filter
    std::optional<qint64> rejectedInRange; // nullopt: the server tells only the sum
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
inline constexpr int kTopValues = 100; // that a list can show; the others are added up
inline constexpr int kRateSeconds = 5;

// What the desk shows of a cube; pure. `buckets`: at most about so many in the chart; the bars depend on it and nothing
// else does. `users`, `rejected`: nullptr where they are not known.
BoardFrame present(const LiveCube &cube, const wire::Totals &totals, const BoardChoice &choice, qint64 nowMs,
                   const QTimeZone &zone, int buckets, const LiveUsers *users = nullptr,
                   const RejectedCounts *rejected = nullptr);

// The filter by index of dimension; names that the cube does not have are left out.
CubeFilter filterFor(const LiveCube &cube, const QMap<QString, ValueFilter> &byName);

// The oldest count of a cube, if it has any.
std::optional<qint64> firstCountMs(const LiveCube &cube);

} // namespace entvas
