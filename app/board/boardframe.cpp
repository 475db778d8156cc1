#include "app/board/boardframe.h"

namespace entvas {

namespace {

// Counts of `buckets` even steps that end at endMs, oldest first.
QList<qint64> trend(const LiveCube &cube, qint64 endMs, int buckets, qint64 stepMs)
{
    TimeGrid grid;
    for (int i = buckets; i >= 0; --i)
        grid.edgesMs.append(endMs - i * stepMs);
    return query(cube, {grid, 0, 0, {}}).perBucket;
}

} // namespace

BoardFrame present(const LiveCube &cube, const wire::Totals &totals, NamedRange range, qint64 nowMs,
                   const QTimeZone &zone)
{
    BoardFrame frame;
    frame.range = range;
    frame.nowMs = nowMs;
    frame.zone = zone;
    frame.grid = gridOf(range, nowMs, zone);
    frame.byType = query(cube, {frame.grid, 0, kTopTypes, {}});
    const TimeGrid whole{frame.grid.unit, {frame.grid.edgesMs.first(), frame.grid.edgesMs.last()}};
    for (int d = 1; d < cube.dimensions().size(); ++d) {
        CubeAnswer answer = query(cube, {whole, d, kTopValues, {}});
        for (CubeGroup &group : answer.groups)
            group.perBucket.clear();
        frame.breakdowns.append({cube.dimensions()[d], std::move(answer.groups), answer.total});
    }
    frame.totalEvents = totals.events;
    frame.rejected = totals.invalid;

    constexpr qint64 kMinuteMs = 60'000;
    const qint64 minute = nowMs / kMinuteMs * kMinuteMs;
    const QList<qint64> hour = trend(cube, minute + kMinuteMs, 60, kMinuteMs);
    frame.minuteTrend = hour.mid(30);
    frame.thisMinute = hour.last();
    for (qsizetype i = 0; i < hour.size(); ++i) {
        if (hour[i] > frame.peakMinute) {
            frame.peakMinute = hour[i];
            frame.peakMinuteAtMs = minute - (hour.size() - 1 - i) * kMinuteMs;
        }
    }

    // The running second is left out: it is never whole.
    const qint64 second = nowMs / 1000 * 1000;
    const QList<qint64> seconds = trend(cube, second, 300, 1000);
    qint64 sum = 0;
    qint64 best = 0;
    for (qsizetype i = 0; i < seconds.size(); ++i) {
        sum += seconds[i] - (i >= kRateSeconds ? seconds[i - kRateSeconds] : 0);
        if (i >= seconds.size() - 60)
            frame.rateTrend.append(sum);
        if (sum > best) {
            best = sum;
            frame.peakSecondAtMs = second - (seconds.size() - 1 - i) * 1000;
        }
    }
    frame.perSecond = double(sum) / kRateSeconds;
    frame.peakPerSecond = double(best) / kRateSeconds;
    return frame;
}

} // namespace entvas
