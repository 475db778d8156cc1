#include "app/board/boardframe.h"

#include "core/base/floor.h"
#include "core/base/units.h"

#include <algorithm>

namespace entvas {

namespace {

// Counts of `buckets` even steps that end at endMs, oldest first.
QList<qint64> trend(const LiveCube &cube, const CubeFilter &filter, qint64 endMs, int buckets, qint64 stepMs)
{
    TimeGrid grid;
    for (int i = buckets; i >= 0; --i)
        grid.edgesMs.append(endMs - i * stepMs);
    return query(cube, {grid, 0, 0, filter}).perBucket;
}

std::optional<EarlierCounts> compare(const LiveCube &cube, const CubeFilter &filter, const BoardFrame &frame,
                                     const LiveUsers *users)
{
    const TimeGrid grid =
        shifted(frame.grid, frame.choice.comparison, frame.zone, lengthOf(frame.choice.view), frame.nowMs);
    if (grid.size() == 0)
        return {};
    EarlierCounts earlier;
    earlier.perBucket = query(cube, {grid, 0, 0, filter}).perBucket;
    if (std::all_of(earlier.perBucket.cbegin(), earlier.perBucket.cend(), [](qint64 count) { return count == 0; }))
        earlier.perBucket.clear(); // a line of zeros would say that there was something to compare with
    // Like with like: as much as is over of the range, cut on both sides to buckets that were kept of then.
    const TimeSpan span = frame.grid.span();
    const qint64 fromMs = grid.span().fromMs;
    const qint64 step = std::max(finestStepMs(span.fromMs, frame.nowMs), finestStepMs(fromMs, frame.nowMs));
    const qint64 over = std::min(frame.nowMs, span.toMs) - span.fromMs;
    const qint64 skipped = floorTo(fromMs + step - 1, step) - fromMs;
    const qint64 length = floorTo(fromMs + over, step) - fromMs - skipped;
    earlier.isKnown = length > 0;
    if (!earlier.isKnown)
        return earlier;
    const auto part = [&](qint64 from) { return TimeSpan{from + skipped, from + skipped + length}; };
    earlier.totalNow = countIn(cube, part(span.fromMs), filter);
    earlier.total = countIn(cube, part(fromMs), filter);
    if (users) {
        earlier.usersNow = users->in(part(span.fromMs), frame.nowMs);
        earlier.users = users->in(part(fromMs), frame.nowMs);
        const auto isExactly = [](const std::optional<UserCount> &count) {
            return count && !count->isRounded && count->sinceMs == 0;
        };
        if (!isExactly(earlier.usersNow) || !isExactly(earlier.users)) {
            earlier.usersNow.reset();
            earlier.users.reset();
        }
    }
    return earlier;
}

// Shares of each dimension in the whole range.
QList<Breakdown> breakdownsOf(const LiveCube &cube, const CubeFilter &filter, const TimeGrid &grid)
{
    QList<Breakdown> breakdowns;
    const TimeGrid whole{grid.step, {grid.edgesMs.first(), grid.edgesMs.last()}};
    for (int d = 0; d < cube.dimensions().size(); ++d) {
        // A list keeps offering the values that were not chosen: its own filter does not count.
        CubeFilter others = filter;
        others.remove(d);
        // And those that were chosen are always among them, if only to be let go again.
        const QSet<QString> chosen = filter.value(d).values;
        QStringList always(chosen.cbegin(), chosen.cend());
        always.sort();
        CubeAnswer answer = query(cube, {whole, d, kTopValues, others, always});
        for (CubeGroup &group : answer.groups)
            group.perBucket.clear();
        breakdowns.append({cube.dimensions()[d], std::move(answer.groups), answer.total});
    }
    return breakdowns;
}

// This minute, its trend and the highest of the last hour.
void addMinutes(BoardFrame &frame, const LiveCube &cube, const CubeFilter &filter)
{
    const qint64 minute = frame.nowMs / kMinuteMs * kMinuteMs;
    const QList<qint64> hour = trend(cube, filter, minute + kMinuteMs, 60, kMinuteMs);
    frame.minuteTrend = hour.mid(30);
    frame.thisMinute = hour.last();
    for (qsizetype i = 0; i < hour.size(); ++i) {
        if (hour[i] > frame.peakMinute) {
            frame.peakMinute = hour[i];
            frame.peakMinuteAtMs = minute - (hour.size() - 1 - i) * kMinuteMs;
        }
    }
}

// The rate, its trend and the highest of five minutes. The running second is left out: it is never whole.
void addSeconds(BoardFrame &frame, const LiveCube &cube, const CubeFilter &filter)
{
    const qint64 second = frame.nowMs / 1000 * 1000;
    const QList<qint64> seconds = trend(cube, filter, second, 300, 1000);
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
}

} // namespace

CubeFilter filterFor(const LiveCube &cube, const QMap<QString, ValueFilter> &byName)
{
    CubeFilter filter;
    for (int d = 0; d < cube.dimensions().size(); ++d)
        if (const auto rule = byName.constFind(cube.dimensions()[d]); rule != byName.cend() && !rule->values.isEmpty())
            filter.insert(d, *rule);
    return filter;
}

void BoardChoice::toggle(const QString &dimension, const QString &value)
{
    const ValueFilter only{{value}, false};
    if (filter.value(dimension) == only)
        filter.remove(dimension);
    else
        filter.insert(dimension, only);
}

void BoardChoice::toggleAlso(const QString &dimension, const QString &value)
{
    ValueFilter &rule = filter[dimension];
    if (!rule.values.remove(value))
        rule.values.insert(value);
    if (rule.values.isEmpty())
        filter.remove(dimension);
}

void BoardChoice::exclude(const QString &dimension, const QString &value)
{
    ValueFilter &rule = filter[dimension];
    if (!rule.isExcluding)
        rule = {{}, true};
    rule.values.insert(value);
}

std::optional<qint64> firstCountMs(const LiveCube &cube)
{
    // Finer tiers know better, where they reach back as far.
    std::optional<qint64> first;
    qint64 coarserMs = 0;
    for (const Tier tier : {Tier::Day, Tier::Quarter, Tier::Minute}) {
        const qint64 at = cube.firstBucketMs(tier);
        if (at != cube.endBucketMs(tier) && (!first || at - *first < coarserMs))
            first = first ? std::max(*first, at) : at;
        coarserMs = kTierStepMs[std::size_t(tier)];
    }
    return first;
}

BoardFrame present(const LiveCube &cube, const wire::Totals &totals, const BoardChoice &choice, qint64 nowMs,
                   const QTimeZone &zone, int buckets, const LiveUsers *users, const RejectedCounts *rejected)
{
    BoardFrame frame;
    frame.choice = choice;
    frame.nowMs = nowMs;
    frame.zone = zone;
    frame.dimensions = cube.dimensions();
    const TimeContext context{nowMs, firstCountMs(cube), zone, buckets};
    frame.grid = gridOf(choice.view, context);
    frame.isCutInUtc = isCutInUtc(frame.grid, context);
    frame.isFirstPartial = beginsInside(frame.grid, context);
    frame.isLastPartial = endsInside(frame.grid, context);
    const CubeFilter filter = filterFor(cube, choice.filter);
    frame.groupBy = std::max<int>(0, int(cube.dimensions().indexOf(choice.groupBy)));
    frame.main = query(cube, {frame.grid, frame.groupBy, kTopTypes, filter});
    frame.breakdowns = breakdownsOf(cube, filter, frame.grid);
    frame.earlier = compare(cube, filter, frame, users);
    if (users)
        frame.users = users->in(frame.grid.span(), nowMs);
    frame.totalEvents = totals.events;
    frame.rejected = totals.invalid;
    frame.allEvents = filter.isEmpty() ? frame.main.total : countIn(cube, frame.grid.span());
    if (rejected)
        frame.rejectedInRange = rejected->in(frame.grid.span());
    addMinutes(frame, cube, filter);
    addSeconds(frame, cube, filter);
    return frame;
}

} // namespace entvas
