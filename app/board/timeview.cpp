#include "app/board/timeview.h"

#include "core/base/floor.h"
#include "core/base/units.h"
#include "core/cube/cubeview.h"

#include <algorithm>
#include <cmath>
#include <QDateTime>

namespace entvas {

namespace {

constexpr qint64 kLongestViewMs = 36'525 * kDayMs;

const QTimeZone &zoneFor(qint64 finestMs, const TimeContext &context)
{
    static const QTimeZone utc = QTimeZone::utc();
    return finestMs >= kDayMs ? utc : context.zone;
}

// The longest view that shows anything: everything there is, and a margin.
qint64 longest(const TimeContext &context)
{
    const qint64 all = context.firstMs ? context.nowMs - *context.firstMs : 0;
    return std::clamp(all + all / 10 + kDayMs, kDayMs, kLongestViewMs);
}

TimeView settled(TimeSpan span, const TimeContext &context)
{
    const qint64 length = std::clamp(span.lengthMs(), kShortestViewMs, longest(context)) / 1000 * 1000;
    if (span.toMs >= context.nowMs)
        return TimeView::last(length);
    const qint64 from = span.fromMs / 1000 * 1000; // counts are by second
    return TimeView::fixed({from, from + length});
}

} // namespace

TimeGrid gridOf(const TimeView &view, const TimeContext &context)
{
    if (view.kind == TimeView::Kind::Fixed) {
        const qint64 finest = finestStepMs(view.span.fromMs, context.nowMs);
        return cut(view.span, stepFor(view.span.lengthMs(), finest, context.buckets), zoneFor(finest, context));
    }
    const qint64 length = lengthOf(view);
    if (length == 0) { // all there is, in whole buckets
        const qint64 first = std::min(context.firstMs.value_or(context.nowMs - kDayMs), context.nowMs - kHourMs);
        const qint64 finest = finestStepMs(first, context.nowMs);
        const QTimeZone &zone = zoneFor(finest, context);
        const BucketStep step = stepFor(context.nowMs - first, finest, context.buckets);
        return cut({bucketAround(first, step, zone).fromMs, bucketAround(context.nowMs, step, zone).toMs}, step, zone);
    }
    // Counts begin exactly so long ago, but for the width of the finest counts there are. Not with a whole bucket: how
    // wide those are depends on the room of the chart, and no number may.
    const qint64 finest = finestStepMs(context.nowMs - length, context.nowMs);
    const QTimeZone &zone = zoneFor(finest, context);
    const BucketStep step = stepFor(length, finest, context.buckets);
    return cut({ceilTo(context.nowMs - length, finest), bucketAround(context.nowMs, step, zone).toMs}, step, zone);
}

namespace {

const QTimeZone &gridZone(const TimeGrid &grid, const TimeContext &context)
{
    return zoneFor(finestStepMs(grid.edgesMs.first(), context.nowMs), context);
}

} // namespace

bool isCutInUtc(const TimeGrid &grid, const TimeContext &context)
{
    return grid.size() > 0 && finestStepMs(grid.edgesMs.first(), context.nowMs) >= kDayMs;
}

qint64 lengthOf(const TimeView &view)
{
    switch (view.kind) {
    case TimeView::Kind::Named: return lengthOf(view.named);
    case TimeView::Kind::Last: return view.lengthMs;
    case TimeView::Kind::Fixed: return 0;
    }
    Q_UNREACHABLE();
}

TimeView zoomed(const TimeSpan &shown, double factor, qint64 atMs, const TimeContext &context)
{
    const double length = double(shown.lengthMs());
    if (length <= 0 || !(factor > 0))
        return TimeView::fixed(shown);
    const double wanted = std::clamp(length * factor, double(kShortestViewMs), double(longest(context)));
    const double place = std::clamp(double(atMs - shown.fromMs) / length, 0.0, 1.0);
    const qint64 from = atMs - qint64(std::llround(wanted * place));
    return settled({from, from + qint64(wanted)}, context);
}

TimeView panned(const TimeSpan &shown, double part, const TimeContext &context)
{
    const qint64 length = shown.lengthMs();
    qint64 by = qint64(std::llround(double(length) * part));
    // Until only a tenth of what is shown has counts; without any, not at all.
    const qint64 earliest = context.firstMs ? *context.firstMs - length * 9 / 10 : shown.fromMs;
    if (by < 0)
        by = std::max(by, std::min<qint64>(earliest - shown.fromMs, 0));
    return settled({shown.fromMs + by, shown.toMs + by}, context);
}

void ViewHistory::leave(const TimeView &from)
{
    m_forward.clear();
    m_back.append(from);
    if (m_back.size() > kMost)
        m_back.removeFirst();
}

TimeView ViewHistory::back(const TimeView &from)
{
    if (m_back.isEmpty())
        return from;
    m_forward.append(from);
    return m_back.takeLast();
}

TimeView ViewHistory::forward(const TimeView &from)
{
    if (m_forward.isEmpty())
        return from;
    m_back.append(from);
    return m_forward.takeLast();
}

TimeGrid shifted(const TimeGrid &grid, Comparison comparison, const QTimeZone &zone, qint64 lengthMs, qint64 nowMs)
{
    TimeGrid earlier{grid.step, {}};
    if (comparison == Comparison::None || grid.size() == 0)
        return earlier;
    const TimeSpan span = grid.span();
    const qint64 length = lengthMs > 0 ? lengthMs : span.lengthMs();
    qint64 days = 7;
    if (comparison == Comparison::PreviousPeriod && lengthMs > 0) {
        days = length % kDayMs == 0 ? length / kDayMs : 0;
    } else if (comparison == Comparison::PreviousPeriod) {
        const qint64 apart =
            QDateTime::fromMSecsSinceEpoch(span.fromMs, zone).daysTo(QDateTime::fromMSecsSinceEpoch(span.toMs, zone));
        const bool isWhole =
            QDateTime::fromMSecsSinceEpoch(span.fromMs, zone).addDays(apart).toMSecsSinceEpoch() == span.toMs;
        days = isWhole ? apart : 0;
    }
    // By whole buckets of those that are kept of then, so that both sides can be counted as exactly.
    const qint64 by = ceilTo(length, finestStepMs(span.fromMs - length, nowMs));
    for (const qint64 edge : grid.edgesMs)
        earlier.edgesMs.append(days > 0 ? QDateTime::fromMSecsSinceEpoch(edge, zone).addDays(-days).toMSecsSinceEpoch()
                                        : edge - by);
    for (qsizetype i = 1; i < earlier.edgesMs.size(); ++i)
        earlier.edgesMs[i] = std::max(earlier.edgesMs[i], earlier.edgesMs[i - 1]);
    return earlier;
}

bool beginsInside(const TimeGrid &grid, const TimeContext &context)
{
    return grid.size() > 0 &&
           bucketAround(grid.edgesMs.first(), grid.step, gridZone(grid, context)).fromMs != grid.edgesMs.first();
}

bool endsInside(const TimeGrid &grid, const TimeContext &context)
{
    return grid.size() > 0 &&
           bucketAround(grid.edgesMs.last(), grid.step, gridZone(grid, context)).fromMs != grid.edgesMs.last();
}

} // namespace entvas
