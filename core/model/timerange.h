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

// Spans that end now. The numbers are kept in people's settings: new ones go to the end.
enum class NamedRange { FiveMinutes, Hour, Day, Week, Month, Quarter, All };
inline constexpr std::array<NamedRange, 7> kNamedRanges{NamedRange::FiveMinutes, NamedRange::Hour,  NamedRange::Day,
                                                        NamedRange::Week,        NamedRange::Month, NamedRange::Quarter,
                                                        NamedRange::All};

enum class BucketUnit { Second, Minute, Hour, Day, Week, Month };

// How wide a bucket is: 15 minutes, 1 day.
struct BucketStep {
    BucketUnit unit = BucketUnit::Minute;
    int count = 1;
    constexpr qint64 aboutMs() const // exact up to an hour; days and longer ones vary with the calendar
    {
        constexpr std::array<qint64, 6> kUnitMs{1'000, 60'000, 3'600'000, 86'400'000, 604'800'000, 2'629'746'000};
        return kUnitMs[std::size_t(unit)] * count;
    }
    constexpr bool operator==(const BucketStep &) const = default;
};

// The widths that buckets may have, rising. Each up to a day divides the next larger unit.
inline constexpr std::array<BucketStep, 20> kBucketSteps{{
    {BucketUnit::Second, 1},  {BucketUnit::Second, 2},  {BucketUnit::Second, 5},  {BucketUnit::Second, 10},
    {BucketUnit::Second, 15}, {BucketUnit::Second, 30}, {BucketUnit::Minute, 1},  {BucketUnit::Minute, 2},
    {BucketUnit::Minute, 5},  {BucketUnit::Minute, 10}, {BucketUnit::Minute, 15}, {BucketUnit::Minute, 30},
    {BucketUnit::Hour, 1},    {BucketUnit::Hour, 2},    {BucketUnit::Hour, 3},    {BucketUnit::Hour, 6},
    {BucketUnit::Hour, 12},   {BucketUnit::Day, 1},     {BucketUnit::Week, 1},    {BucketUnit::Month, 1},
}};

// The smallest step of at least `finestMs` that cuts a span of this length into at most about `most` buckets.
BucketStep stepFor(qint64 lengthMs, qint64 finestMs, int most);

// Buckets that lie side by side: bucket i is [edgesMs[i], edgesMs[i+1]). Days across a change of the clocks are 23 or
// 25 hours long; the first and the last one may be part of a step only.
struct TimeGrid {
    BucketStep step;
    QList<qint64> edgesMs; // rising; one more than buckets
    qsizetype size() const { return edgesMs.isEmpty() ? 0 : edgesMs.size() - 1; }
    TimeSpan span() const { return edgesMs.isEmpty() ? TimeSpan{} : TimeSpan{edgesMs.first(), edgesMs.last()}; }
    TimeSpan bucket(qsizetype i) const { return {edgesMs[i], edgesMs[i + 1]}; }
    bool operator==(const TimeGrid &) const = default;
};

// Where buckets of this width begin, on a clock in `zone`: all such moments in [fromMs, toMs], rising. Weeks begin on
// Monday. At most kMaxEdges of them.
inline constexpr qsizetype kMaxEdges = 20'000;
QList<qint64> edgesIn(const TimeSpan &span, BucketStep step, const QTimeZone &zone);

// A span cut at every edge.
TimeGrid cut(const TimeSpan &span, BucketStep step, const QTimeZone &zone);

// The bucket of this width that `ms` lies in begins and ends there.
TimeSpan bucketAround(qint64 ms, BucketStep step, const QTimeZone &zone);

// 0 for All, which has no length of its own.
qint64 lengthOf(NamedRange range);

} // namespace entvas
