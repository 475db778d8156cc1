#include "core/cube/cubeview.h"

#include "core/base/floor.h"

#include <algorithm>

namespace entvas {

namespace {

// Sums spans of a cube into groups of series.
class Summer
{
public:
    Summer(const LiveCube &cube, std::span<const SeriesIndex> group) : m_cube(cube), m_group(group) {}

    void sum(const TimeSpan &span, std::span<qint64> sums) const { down(Tier::Day, span, sums, 1); }

private:
    void rows(Tier tier, const TimeSpan &span, std::span<qint64> sums, qint64 sign) const
    {
        const qint64 step = kTierStepMs[std::size_t(tier)];
        const qint64 from = std::max(span.fromMs, m_cube.firstBucketMs(tier));
        const qint64 to = std::min(span.toMs, m_cube.endBucketMs(tier));
        for (qint64 at = from; at < to; at += step)
            if (const CountRow *row = m_cube.row(tier, at))
                row->sumInto(m_group, sums, sign);
    }

    // Whole buckets of this tier; what is left at both ends goes to the finer one.
    void down(Tier tier, const TimeSpan &span, std::span<qint64> sums, qint64 sign) const
    {
        if (span.isEmpty())
            return;
        const qint64 step = kTierStepMs[std::size_t(tier)];
        const qint64 from = ceilTo(span.fromMs, step);
        const qint64 to = floorTo(span.toMs, step);
        if (tier == Tier::Second) {
            rows(tier, {floorTo(span.fromMs, step), ceilTo(span.toMs, step)}, sums, sign);
        } else if (from <= to) {
            rows(tier, {from, to}, sums, sign);
            part(tier, {span.fromMs, from}, sums, sign);
            part(tier, {to, span.toMs}, sums, sign);
        } else {
            part(tier, span, sums, sign);
        }
    }

    // A part of one bucket of `tier`. Where the finer tier does not reach back that far, the events that only this
    // bucket knows of are counted at its start, so that side by side parts still add up to the whole. Seconds are the
    // exception: minutes drawn as one second each would be a shape that never was.
    void part(Tier tier, const TimeSpan &span, std::span<qint64> sums, qint64 sign) const
    {
        if (span.isEmpty())
            return;
        const auto finer = static_cast<Tier>(int(tier) - 1);
        const qint64 step = kTierStepMs[std::size_t(tier)];
        const bool finerIsEmpty = m_cube.firstBucketMs(finer) == m_cube.endBucketMs(finer);
        const qint64 bucket = floorTo(span.fromMs, step);
        const qint64 reach = finerIsEmpty ? bucket + step : m_cube.firstBucketMs(finer);
        if (span.fromMs == bucket && bucket < reach && finer != Tier::Second) {
            rows(tier, {bucket, bucket + step}, sums, sign);
            down(finer, {std::max(bucket, reach), bucket + step}, sums, -sign);
        }
        down(finer, {std::max(span.fromMs, reach), span.toMs}, sums, sign);
    }

    const LiveCube &m_cube;
    std::span<const SeriesIndex> m_group;
};

// Which group each series belongs to. The last group collects what the filter leaves out.
struct Grouping {
    std::vector<SeriesIndex> of;
    QStringList names;
    std::size_t width() const { return std::size_t(names.size()) + 1; }
};

bool passes(const SeriesKey &key, const CubeFilter &filter)
{
    return std::all_of(filter.keyValueBegin(), filter.keyValueEnd(),
                       [&](const auto &rule) { return rule.second.passes(key.value(rule.first)); });
}

Grouping group(const LiveCube &cube, int dimension, const CubeFilter &filter)
{
    Grouping grouping;
    grouping.of.resize(std::size_t(cube.series().size()));
    QHash<QString, SeriesIndex> index;
    std::vector<std::size_t> out;
    for (qsizetype i = 0; i < cube.series().size(); ++i) {
        const SeriesKey &key = cube.series()[i];
        if (!passes(key, filter)) {
            out.push_back(std::size_t(i));
            continue;
        }
        const QString name = dimension < key.size() ? key[dimension] : QString();
        auto found = index.constFind(name);
        if (found == index.cend()) {
            found = index.insert(name, static_cast<SeriesIndex>(grouping.names.size()));
            grouping.names.append(name);
        }
        grouping.of[std::size_t(i)] = *found;
    }
    for (const std::size_t i : out)
        grouping.of[i] = static_cast<SeriesIndex>(grouping.names.size());
    return grouping;
}

// Group indexes by falling total, ties by name; groups without events are left out, "(other)" is never a winner.
std::vector<SeriesIndex> ranked(const Grouping &grouping, const std::vector<qint64> &totals)
{
    std::vector<SeriesIndex> order;
    for (std::size_t g = 0; g + 1 < grouping.width(); ++g)
        if (totals[g] > 0)
            order.push_back(static_cast<SeriesIndex>(g));
    const QStringView rest(kOther);
    std::sort(order.begin(), order.end(), [&](SeriesIndex a, SeriesIndex b) {
        const QString &nameA = grouping.names[a];
        const QString &nameB = grouping.names[b];
        const bool restA = nameA == rest;
        if (restA != (nameB == rest))
            return !restA;
        return totals[a] != totals[b] ? totals[a] > totals[b] : nameA < nameB;
    });
    return order;
}

} // namespace

CubeAnswer query(const LiveCube &cube, const CubeQuery &question)
{
    const qsizetype buckets = question.grid.size();
    CubeAnswer answer;
    answer.perBucket.resize(buckets);
    if (buckets == 0)
        return answer;

    Grouping grouping = group(cube, question.groupBy, question.filter);
    std::vector<qint64> totals(grouping.width());
    Summer(cube, grouping.of).sum(question.grid.span(), totals);

    // Second pass with few groups: its cost no longer depends on how many names there are.
    std::vector<SeriesIndex> order = ranked(grouping, totals);
    std::size_t shown = std::min(order.size(), std::size_t(std::max(question.top, 0)));
    if (shown > 0 && grouping.names[order[shown - 1]] == QStringView(kOther))
        --shown;
    QSet<QString> absent(question.always.cbegin(),
                         question.always.cbegin() + std::min(question.always.size(), CubeQuery::kMostAlways));
    absent.remove(QString::fromUtf16(kOther));
    const auto isAlways = [&](SeriesIndex g) { return absent.contains(grouping.names[g]); };
    shown = std::size_t(std::stable_partition(order.begin() + qsizetype(shown), order.end(), isAlways) - order.begin());
    for (std::size_t i = 0; i < shown; ++i)
        absent.remove(grouping.names[order[i]]);
    const bool hasRest = order.size() > shown;
    const std::size_t width = shown + 2;
    std::vector<SeriesIndex> slot(grouping.width(), static_cast<SeriesIndex>(shown)); // the remainder
    slot.back() = static_cast<SeriesIndex>(shown + 1);                                // filtered out
    for (std::size_t i = 0; i < shown; ++i)
        slot[order[i]] = static_cast<SeriesIndex>(i);
    for (SeriesIndex &g : grouping.of)
        g = slot[g];

    for (std::size_t i = 0; i < shown; ++i)
        answer.groups.append({grouping.names[order[i]], false, 0, QList<qint64>(buckets)});
    if (hasRest) {
        const auto isKnown = [&](SeriesIndex g) { return grouping.names[g] != QStringView(kOther); };
        const qsizetype names = std::count_if(order.begin() + qsizetype(shown), order.end(), isKnown);
        answer.groups.append({QString::fromUtf16(kOther), true, 0, QList<qint64>(buckets), names});
    }
    const qsizetype counted = answer.groups.size();
    const Summer summer(cube, grouping.of);
    std::vector<qint64> sums(width);
    for (qsizetype b = 0; b < buckets; ++b) {
        std::fill(sums.begin(), sums.end(), 0);
        summer.sum(question.grid.bucket(b), sums);
        for (qsizetype g = 0; g < counted; ++g) {
            const qint64 count = sums[std::size_t(g)];
            answer.groups[g].perBucket[b] = count;
            answer.groups[g].total += count;
            answer.perBucket[b] += count;
        }
        answer.total += answer.perBucket[b];
        answer.peak = std::max(answer.peak, answer.perBucket[b]);
    }
    QStringList names(absent.cbegin(), absent.cend());
    names.sort();
    for (const QString &name : std::as_const(names)) // of no event: last, but for the remainder
        answer.groups.insert(answer.groups.size() - (hasRest ? 1 : 0), {name, false, 0, QList<qint64>(buckets)});
    return answer;
}

qint64 finestStepMs(qint64 fromMs, qint64 nowMs)
{
    for (std::size_t tier = 0; tier + 1 < kTierStepMs.size(); ++tier)
        if (fromMs >= nowMs - (kTierBuckets[tier] - 1) * kTierStepMs[tier])
            return kTierStepMs[tier];
    return kTierStepMs.back();
}

qint64 countIn(const LiveCube &cube, const TimeSpan &span, const CubeFilter &filter)
{
    std::vector<SeriesIndex> groups(std::size_t(cube.series().size()));
    if (!filter.isEmpty())
        for (std::size_t i = 0; i < groups.size(); ++i)
            groups[i] = passes(cube.series()[qsizetype(i)], filter) ? 0 : 1;
    std::array<qint64, 2> sums{};
    Summer(cube, groups).sum(span, sums);
    return sums[0];
}

} // namespace entvas
