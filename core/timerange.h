#pragma once

#include <array>
#include <QList>
#include <QTimeZone>

namespace entvas {

// A span of time, half-open: [fromMs, toMs). Neighbours never share an event. UTC milliseconds.
struct TimeSpan {
    qint64 fromMs = 0;
    qint64 toMs = 0;
    constexpr bool contains(qint64 ms) const { return fromMs <= ms && ms < toMs; }
    constexpr bool isEmpty() const { return toMs <= fromMs; }
    constexpr qint64 lengthMs() const { return toMs - fromMs; }
    constexpr bool operator==(const TimeSpan &) const = default;
};
static_assert(TimeSpan{0, 10}.contains(0) && !TimeSpan{0, 10}.contains(10) && TimeSpan{10, 20}.contains(10));

enum class NamedRange { FiveMinutes, Hour, Day, Week };
inline constexpr std::array<NamedRange, 4> kNamedRanges{NamedRange::FiveMinutes, NamedRange::Hour, NamedRange::Day,
                                                        NamedRange::Week};

enum class BucketUnit { Second, Minute, Hour, Day };

// Buckets that lie side by side: bucket i is [edgesMs[i], edgesMs[i+1]). Days across a change of the clocks are 23 or
// 25 hours long.
struct TimeGrid {
    BucketUnit unit = BucketUnit::Minute;
    QList<qint64> edgesMs; // rising; one more than buckets
    qsizetype size() const { return edgesMs.isEmpty() ? 0 : edgesMs.size() - 1; }
    TimeSpan span() const { return edgesMs.isEmpty() ? TimeSpan{} : TimeSpan{edgesMs.first(), edgesMs.last()}; }
    TimeSpan bucket(qsizetype i) const { return {edgesMs[i], edgesMs[i + 1]}; }
    bool operator==(const TimeGrid &) const = default;
};

// The last 300 seconds, 60 minutes, 24 hours or 7 days including the one that runs now, cut in `zone`.
TimeGrid gridOf(NamedRange range, qint64 nowMs, const QTimeZone &zone);

} // namespace entvas
