#include "core/model/timerange.h"

#include "core/base/units.h"
#include "core/base/zone.h"

#include <algorithm>
#include <QDateTime>

namespace entvas {

namespace {

QDateTime local(qint64 ms, const QTimeZone &zone)
{
    return QDateTime::fromMSecsSinceEpoch(ms, zone);
}

// The start of the step that `ms` lies in, on a clock that is `offsetMs` ahead of UTC.
constexpr qint64 floorTo(qint64 ms, qint64 step, qint64 offsetMs)
{
    const qint64 rest = (((ms + offsetMs) % step) + step) % step;
    return ms - rest;
}

// Collects moments that lie in the span and rise; a clock that is changed may offer the same one twice.
class Edges
{
public:
    explicit Edges(const TimeSpan &span) : m_span(span) {}
    void offer(qint64 ms)
    {
        if (ms >= m_span.fromMs && ms <= m_span.toMs && (list.isEmpty() || ms > list.last()))
            list.append(ms);
    }
    bool isFull() const { return list.size() >= kMaxEdges; }
    QList<qint64> list;

private:
    TimeSpan m_span;
};

QDate firstDate(QDate date, BucketUnit unit)
{
    switch (unit) {
    case BucketUnit::Week: return date.addDays(1 - date.dayOfWeek());
    case BucketUnit::Month: return QDate(date.year(), date.month(), 1);
    default: return date;
    }
}

} // namespace

BucketStep stepFor(qint64 lengthMs, qint64 finestMs, int most)
{
    for (const BucketStep &step : kBucketSteps)
        if (step.aboutMs() >= finestMs && lengthMs <= step.aboutMs() * std::max(most, 1))
            return step;
    return kBucketSteps.back();
}

QList<qint64> edgesIn(const TimeSpan &span, BucketStep step, const QTimeZone &wanted)
{
    const QTimeZone zone = validZone(wanted); // days of an invalid one would never end
    Edges edges(span);
    const qint64 stepMs = step.aboutMs();
    const QDateTime from = local(span.fromMs, zone);
    if (stepMs < kHourMs) {
        // Every zone's offset is a multiple of a quarter of an hour, and half hours follow the one at the start.
        for (qint64 at = floorTo(span.fromMs, stepMs, from.offsetFromUtc() * 1000LL);
             at <= span.toMs && !edges.isFull(); at += stepMs)
            edges.offer(at);
        return edges.list;
    }
    const QDate last = local(span.toMs, zone).date().addDays(1);
    for (QDate date = firstDate(from.date(), step.unit); date.isValid() && date <= last && !edges.isFull();) {
        const qint64 startMs = date.startOfDay(zone).toMSecsSinceEpoch();
        if (startMs > span.toMs)
            break;
        QDate next = date.addDays(1);
        if (step.unit == BucketUnit::Week)
            next = date.addDays(7);
        else if (step.unit == BucketUnit::Month)
            next = date.addMonths(1);
        edges.offer(startMs);
        if (step.unit == BucketUnit::Hour) {
            const qint64 endMs = next.startOfDay(zone).toMSecsSinceEpoch();
            // Single hours are hours that pass; longer ones keep to the clock on the wall.
            for (int hour = step.count; hour < 26; hour += step.count) {
                const qint64 at = step.count == 1 ? startMs + hour * kHourMs
                                  : hour < 24     ? QDateTime(date, QTime(hour, 0), zone).toMSecsSinceEpoch()
                                                  : endMs;
                if (at < endMs)
                    edges.offer(at);
            }
        }
        date = next;
    }
    return edges.list;
}

TimeGrid cut(const TimeSpan &span, BucketStep step, const QTimeZone &zone)
{
    TimeGrid grid{step, {}};
    if (span.isEmpty())
        return grid;
    grid.edgesMs = edgesIn(span, step, zone);
    if (grid.edgesMs.isEmpty() || grid.edgesMs.first() > span.fromMs)
        grid.edgesMs.prepend(span.fromMs);
    if (grid.edgesMs.last() < span.toMs)
        grid.edgesMs.append(span.toMs);
    return grid;
}

TimeSpan bucketAround(qint64 ms, BucketStep step, const QTimeZone &zone)
{
    // No step is longer than 31 days, and no day longer than two.
    const qint64 reach = step.aboutMs() < kHourMs ? step.aboutMs() : std::min(step.aboutMs(), 31 * kDayMs) + kDayMs;
    TimeSpan bucket{ms, ms + 1};
    for (const qint64 edge : edgesIn({ms - reach, ms + reach}, step, zone)) {
        if (edge <= ms)
            bucket.fromMs = edge;
        else
            return {bucket.fromMs, edge};
    }
    return bucket;
}

qint64 lengthOf(NamedRange range)
{
    switch (range) {
    case NamedRange::FiveMinutes: return 5 * kMinuteMs;
    case NamedRange::Hour: return kHourMs;
    case NamedRange::Day: return kDayMs;
    case NamedRange::Week: return 7 * kDayMs;
    case NamedRange::Month: return 30 * kDayMs;
    case NamedRange::Quarter: return 91 * kDayMs;
    case NamedRange::All: return 0;
    }
    Q_UNREACHABLE();
}

} // namespace entvas
