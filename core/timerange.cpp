#include "core/timerange.h"

#include <QDateTime>

namespace entvas {

namespace {

constexpr qint64 kSecondMs = 1'000;
constexpr qint64 kMinuteMs = 60 * kSecondMs;
constexpr qint64 kHourMs = 60 * kMinuteMs;

// The start of the step that `ms` lies in, on a clock that is `offsetMs` ahead of UTC.
constexpr qint64 floorTo(qint64 ms, qint64 step, qint64 offsetMs)
{
    const qint64 local = ms + offsetMs;
    const qint64 rest = ((local % step) + step) % step;
    return ms - rest;
}

TimeGrid evenGrid(BucketUnit unit, int buckets, qint64 stepMs, qint64 currentStartMs)
{
    TimeGrid grid{unit, {}};
    grid.edgesMs.reserve(buckets + 1);
    for (int i = buckets - 1; i >= -1; --i)
        grid.edgesMs.append(currentStartMs - i * stepMs);
    return grid;
}

} // namespace

TimeGrid gridOf(NamedRange range, qint64 nowMs, const QTimeZone &zone)
{
    switch (range) {
    case NamedRange::FiveMinutes: return evenGrid(BucketUnit::Second, 300, kSecondMs, floorTo(nowMs, kSecondMs, 0));
    case NamedRange::Hour: return evenGrid(BucketUnit::Minute, 60, kMinuteMs, floorTo(nowMs, kMinuteMs, 0));
    case NamedRange::Day: {
        // Elapsed hours, so that a changed clock neither doubles nor drops one; whole hours on the viewer's clock.
        const int offset = zone.offsetFromUtc(QDateTime::fromMSecsSinceEpoch(nowMs, QTimeZone::utc()));
        return evenGrid(BucketUnit::Hour, 24, kHourMs, floorTo(nowMs, kHourMs, qint64(offset) * 1000));
    }
    case NamedRange::Week: {
        const QDate today = QDateTime::fromMSecsSinceEpoch(nowMs, zone).date();
        TimeGrid grid{BucketUnit::Day, {}};
        for (int i = 6; i >= -1; --i)
            grid.edgesMs.append(today.addDays(-i).startOfDay(zone).toMSecsSinceEpoch());
        return grid;
    }
    }
    Q_UNREACHABLE();
}

} // namespace entvas
