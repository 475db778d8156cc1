#include "core/cube/livecube.h"

#include "core/base/floor.h"
#include "core/base/isotime.h"

#include <algorithm>
#include <QSet>

namespace entvas {

namespace {

constexpr qint64 kMaxCount = qint64(1) << 53; // what every JSON reader holds exactly

QString other()
{
    return QString::fromUtf16(kOther);
}

} // namespace

LiveCube::LiveCube(QStringList dimensions, int maxSeries)
    : m_dimensions(std::move(dimensions)), m_maxSeries(std::clamp(maxSeries, 2, kMaxSeries))
{
}

void LiveCube::reset(QStringList dimensions, QList<SeriesKey> series)
{
    m_dimensions = std::move(dimensions);
    m_series = std::move(series);
    m_index.clear();
    m_index.reserve(m_series.size());
    for (qsizetype i = 0; i < m_series.size(); ++i)
        m_index.insert(m_series[i], static_cast<SeriesIndex>(i));
    ++m_generation;
}

QList<int> LiveCube::dimensionsByWidth() const
{
    QList<std::pair<qsizetype, int>> widths;
    for (int d = 0; d < m_dimensions.size(); ++d) {
        QSet<QString> values;
        for (const SeriesKey &key : m_series)
            values.insert(key[d]);
        widths.append({-values.size(), d});
    }
    std::sort(widths.begin(), widths.end());
    QList<int> order;
    for (const auto &[width, d] : std::as_const(widths))
        order.append(d);
    return order;
}

SeriesKey LiveCube::capped(const SeriesKey &key) const
{
    // The last place is kept for the series that takes everything.
    if (m_index.contains(key) || m_series.size() < m_maxSeries - 1)
        return key;
    SeriesKey folded = key;
    for (const int d : m_foldOrder) {
        folded[d] = other();
        if (m_index.contains(folded))
            return folded;
    }
    return SeriesKey(m_dimensions.size(), other());
}

SeriesIndex LiveCube::intern(const SeriesKey &key)
{
    Q_ASSERT(key.size() == m_dimensions.size());
    if (const auto found = m_index.constFind(key); found != m_index.cend())
        return *found;
    const SeriesKey counted = capped(key);
    if (const auto found = m_index.constFind(counted); found != m_index.cend())
        return *found;
    const auto index = static_cast<SeriesIndex>(m_series.size());
    m_series.append(counted);
    m_index.insert(counted, index);
    if (m_series.size() == m_maxSeries - 1)
        m_foldOrder = dimensionsByWidth();
    return index;
}

CountRow *LiveCube::rowFor(std::size_t tier, qint64 bucketNumber)
{
    auto &[first, rows] = m_tiers[tier];
    const qint64 keep = kTierBuckets[tier];
    if (rows.empty()) {
        first = bucketNumber;
        rows.emplace_back();
        return &rows.front();
    }
    const qint64 end = first + qint64(rows.size());
    if (bucketNumber < first) {
        if (end - bucketNumber > keep)
            return nullptr;
        for (; first > bucketNumber; --first)
            rows.emplace_front();
        return &rows.front();
    }
    if (bucketNumber >= end) {
        if (bucketNumber - end >= keep) {
            rows.clear();
            first = bucketNumber;
            rows.emplace_back();
            return &rows.front();
        }
        rows.back().shrink();
        for (qint64 n = end; n <= bucketNumber; ++n)
            rows.emplace_back();
        for (; qint64(rows.size()) > keep; ++first)
            rows.pop_front();
    }
    return &rows[static_cast<std::size_t>(bucketNumber - first)];
}

void LiveCube::add(std::span<const Cell> cells)
{
    for (const Cell &cell : cells) {
        for (std::size_t tier = 0; tier < m_tiers.size(); ++tier) {
            if (CountRow *row = rowFor(tier, floorDiv(cell.epochSecond, kTierStepMs[tier] / 1000)))
                row->add(cell.series, cell.count);
        }
        m_total += cell.count;
    }
}

void LiveCube::addToTier(Tier tier, qint64 bucketMs, SeriesIndex series, quint64 count)
{
    const auto t = static_cast<std::size_t>(tier);
    if (CountRow *row = rowFor(t, floorDiv(bucketMs, kTierStepMs[t])))
        row->add(series, count);
    if (tier == Tier::Day)
        m_total += qint64(count);
}

void LiveCube::trim(qint64 nowMs)
{
    for (std::size_t tier = 0; tier < m_tiers.size(); ++tier) {
        auto &[first, rows] = m_tiers[tier];
        const qint64 oldest = floorDiv(nowMs, kTierStepMs[tier]) - kTierBuckets[tier] + 1;
        for (; !rows.empty() && first < oldest; ++first)
            rows.pop_front();
    }
    if (m_mirror)
        return;
    dropFuture(nowMs);
    const bool isDue = m_lastFoldMs > nowMs || nowMs - m_lastFoldMs >= kFoldEveryMs;
    if (m_series.size() >= m_maxSeries - 1 && isDue) {
        m_lastFoldMs = nowMs;
        fold();
    }
}

void LiveCube::dropFuture(qint64 nowMs)
{
    bool dropped = false;
    for (std::size_t tier = 0; tier < m_tiers.size(); ++tier) {
        if (kTierAheadMs[tier] == std::numeric_limits<qint64>::max())
            continue;
        auto &[first, rows] = m_tiers[tier];
        const qint64 last = floorDiv(nowMs + kTierAheadMs[tier], kTierStepMs[tier]);
        for (; !rows.empty() && first + qint64(rows.size()) - 1 > last; dropped = true)
            rows.pop_back();
    }
    if (dropped)
        startOver();
}

void LiveCube::fold()
{
    std::vector<quint64> weight(std::size_t(m_series.size()));
    for (const CountRow &row : m_tiers[std::size_t(Tier::Day)].rows)
        row.forEach([&](SeriesIndex series, quint64 count) { weight[series] += count; });

    const qsizetype target = m_maxSeries * 3 / 4;
    QList<SeriesKey> keys = m_series; // by old index, values replaced as we go
    const auto distinct = [&] { return QSet<SeriesKey>(keys.cbegin(), keys.cend()).size(); };
    for (const int d : dimensionsByWidth()) {
        if (distinct() <= target)
            break;
        QHash<QString, quint64> byValue;
        for (qsizetype i = 0; i < keys.size(); ++i)
            byValue[keys[i][d]] += weight[std::size_t(i)];
        QList<std::pair<quint64, QString>> common;
        for (auto it = byValue.cbegin(); it != byValue.cend(); ++it)
            common.append({it.value(), it.key()});
        std::sort(common.begin(), common.end(), [](const auto &a, const auto &b) {
            return a.first != b.first ? a.first > b.first : a.second < b.second;
        });
        // The most common values stay: as many as leave room. Fewer kept values never make more series.
        const QList<SeriesKey> before = keys;
        const auto keepFirst = [&](qsizetype kept) {
            QSet<QString> stay;
            for (qsizetype i = 0; i < kept; ++i)
                stay.insert(common[i].second);
            keys = before;
            for (SeriesKey &key : keys)
                if (!stay.contains(key[d]))
                    key[d] = other();
        };
        qsizetype low = 0;
        qsizetype high = common.size();
        while (low < high) {
            const qsizetype middle = (low + high + 1) / 2;
            keepFirst(middle);
            if (distinct() <= target)
                low = middle;
            else
                high = middle - 1;
        }
        keepFirst(low);
    }

    QList<SeriesKey> series;
    QHash<SeriesKey, SeriesIndex> index;
    std::vector<SeriesIndex> to;
    for (const SeriesKey &key : std::as_const(keys)) {
        auto found = index.constFind(key);
        if (found == index.cend()) {
            found = index.insert(key, static_cast<SeriesIndex>(series.size()));
            series.append(key);
        }
        to.push_back(*found);
    }
    for (auto &[first, rows] : m_tiers)
        for (CountRow &row : rows)
            row.remap(to);
    reset(m_dimensions, std::move(series));
}

CubeSnapshot LiveCube::snapshot() const
{
    CubeSnapshot snapshot{m_dimensions, m_series, {}};
    for (std::size_t tier = 0; tier < m_tiers.size(); ++tier) {
        const auto &[first, rows] = m_tiers[tier];
        std::size_t from = rows.size();
        qint64 cells = 0;
        while (from > 0) {
            qint64 here = 0;
            rows[from - 1].forEach([&](SeriesIndex, quint64) { ++here; });
            if (cells + here > kMaxSnapshotCells)
                break;
            cells += here;
            --from;
        }
        TierColumns columns{kTierStepMs[tier], (first + qint64(from)) * kTierStepMs[tier], {}, {}, {}};
        columns.bucket.reserve(cells);
        columns.series.reserve(cells);
        columns.count.reserve(cells);
        for (std::size_t i = from; i < rows.size(); ++i) {
            rows[i].forEach([&](SeriesIndex series, quint64 count) {
                columns.bucket.append(qint32(i - from));
                columns.series.append(series);
                columns.count.append(qint64(count));
            });
        }
        snapshot.tiers.append(std::move(columns));
    }
    return snapshot;
}

Result<void> LiveCube::apply(const CubeSnapshot &snapshot)
{
    const auto refuse = [](const QString &why) {
        return Result<void>(Fault::BadInput, QStringLiteral("The snapshot makes no sense: %1.").arg(why));
    };
    if (snapshot.dimensions.isEmpty())
        return refuse(QStringLiteral("it has no dimensions"));
    if (snapshot.series.size() > kMaxSeries)
        return refuse(QStringLiteral("it has more than %1 series").arg(kMaxSeries));
    for (const SeriesKey &key : snapshot.series)
        if (key.size() != snapshot.dimensions.size())
            return refuse(QStringLiteral("a series has %1 values for %2 dimensions")
                              .arg(QString::number(key.size()), QString::number(snapshot.dimensions.size())));
    LiveCube fresh(snapshot.dimensions, m_maxSeries);
    fresh.reset(snapshot.dimensions, snapshot.series);
    for (const TierColumns &columns : snapshot.tiers) {
        const auto at = std::find(kTierStepMs.begin(), kTierStepMs.end(), columns.stepMs);
        if (at == kTierStepMs.end())
            continue; // a tier that a later server may add
        const auto tier = static_cast<std::size_t>(at - kTierStepMs.begin());
        if (columns.bucket.size() != columns.series.size() || columns.bucket.size() != columns.count.size())
            return refuse(QStringLiteral("columns of uneven length"));
        if (columns.fromMs % columns.stepMs != 0 || qAbs(columns.fromMs) > kMaxEpochSecond * 1000)
            return refuse(QStringLiteral("a tier starts at %1").arg(columns.fromMs));
        for (qsizetype i = 0; i < columns.bucket.size(); ++i) {
            if (columns.bucket[i] < 0 || columns.bucket[i] >= kTierBuckets[tier] ||
                columns.series[i] >= snapshot.series.size() || columns.count[i] < 0 || columns.count[i] > kMaxCount)
                return refuse(QStringLiteral("cell %1 lies outside").arg(i));
            fresh.addToTier(kTiers[tier], columns.fromMs + columns.bucket[i] * columns.stepMs, columns.series[i],
                            quint64(columns.count[i]));
        }
        for (CountRow &row : fresh.m_tiers[tier].rows)
            row.shrink();
    }
    fresh.m_generation = m_generation + 1;
    fresh.m_mirror = true;
    *this = std::move(fresh);
    return {};
}

Result<void> LiveCube::apply(const QList<SeriesKey> &newSeries, std::span<const Cell> cells)
{
    const qsizetype known = m_series.size() + newSeries.size();
    if (known > kMaxSeries)
        return {Fault::BadInput, QStringLiteral("The delta makes more than %1 series.").arg(kMaxSeries)};
    for (const SeriesKey &key : newSeries)
        if (key.size() != m_dimensions.size() || m_index.contains(key))
            return {Fault::BadInput, QStringLiteral("The delta's new series do not fit.")};
    for (const Cell &cell : cells)
        if (cell.series >= known || cell.epochSecond < 0 || cell.epochSecond >= kMaxEpochSecond)
            return {Fault::BadInput, QStringLiteral("The delta names an unknown series or time.")};
    for (const SeriesKey &key : newSeries) {
        m_index.insert(key, static_cast<SeriesIndex>(m_series.size()));
        m_series.append(key);
    }
    add(cells);
    return {};
}

qint64 LiveCube::firstBucketMs(Tier tier) const
{
    const auto t = static_cast<std::size_t>(tier);
    return m_tiers[t].first * kTierStepMs[t];
}

qint64 LiveCube::endBucketMs(Tier tier) const
{
    const auto t = static_cast<std::size_t>(tier);
    return (m_tiers[t].first + qint64(m_tiers[t].rows.size())) * kTierStepMs[t];
}

const CountRow *LiveCube::row(Tier tier, qint64 bucketMs) const
{
    const auto t = static_cast<std::size_t>(tier);
    const qint64 i = floorDiv(bucketMs, kTierStepMs[t]) - m_tiers[t].first;
    return i >= 0 && i < qint64(m_tiers[t].rows.size()) ? &m_tiers[t].rows[std::size_t(i)] : nullptr;
}

std::size_t LiveCube::bytes() const
{
    std::size_t sum = sizeof *this;
    for (const auto &[first, rows] : m_tiers)
        for (const CountRow &row : rows)
            sum += row.bytes();
    for (const SeriesKey &key : m_series)
        for (const QString &value : key)
            sum += sizeof(QString) + std::size_t(value.size()) * sizeof(QChar);
    return sum;
}

} // namespace entvas
