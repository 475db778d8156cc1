#pragma once

#include "core/base/result.h"
#include "core/cube/countrow.h"
#include "core/cube/cubesnapshot.h"

#include <deque>
#include <QHash>
#include <span>

namespace entvas {

// Counts of events by series and time of receipt, in four tiers. Lives in one thread; copied by value between them.
// The same class on server and desktop: what the server adds it sends as cells, and both are equal again.
class LiveCube
{
public:
    static constexpr int kMaxSeries = 4'096;
    // Cells per tier that a snapshot carries; beyond it the oldest buckets stay out (a coarser tier still has them).
    static constexpr qint64 kMaxSnapshotCells = 2'000'000;

    static constexpr qint64 kFoldEveryMs = 600'000;

    explicit LiveCube(QStringList dimensions = {QStringLiteral("eventType")}, int maxSeries = kMaxSeries);

    const QStringList &dimensions() const { return m_dimensions; }
    const QList<SeriesKey> &series() const { return m_series; }
    bool contains(const SeriesKey &key) const { return m_index.contains(key); }
    qint64 totalEvents() const { return m_total; } // over all time
    // Rises whenever series were merged or renumbered: what was sent before is no longer additive, send a snapshot.
    quint32 generation() const { return m_generation; }

    // The index for a series, made if it is new. At the cap new ones are counted as capped() says. Indexes stay valid
    // until generation() rises.
    SeriesIndex intern(const SeriesKey &key);
    // The key under which `key` would be counted now: itself, or at the cap the same with the values of the widest
    // dimensions replaced by "(other)".
    SeriesKey capped(const SeriesKey &key) const;

    // Adds to every tier that still covers the second.
    void add(std::span<const Cell> cells);
    // Adds to one tier only: for warming up from stored counts. Days also carry the total.
    void addToTier(Tier tier, qint64 bucketMs, SeriesIndex series, quint64 count);
    // What was changed by other means than add() can't be sent as a delta: raises generation().
    void startOver() { ++m_generation; }
    // Housekeeping, between batches: forgets what is older than the tiers keep, counted back from `nowMs`; when the
    // series are at the cap (and at most every kFoldEveryMs) merges the rarest values of the widest dimension into
    // "(other)" until a quarter of the cap is free. Buckets beyond kTierAheadMs come from a clock that was wrong or has
    // been set back, and would keep the present out of their tier: they go. A mirror waits for the snapshot instead.
    void trim(qint64 nowMs);

    CubeSnapshot snapshot() const;
    // Replaces everything; from then on this cube mirrors another one and never merges series by itself. Fails,
    // changing nothing, when columns are uneven or point outside.
    Result<void> apply(const CubeSnapshot &snapshot);
    // Adds a delta. Fails, changing nothing, when a cell names an unknown series.
    Result<void> apply(const QList<SeriesKey> &newSeries, std::span<const Cell> cells);

    // Buckets of one tier that exist: [firstBucketMs, endBucketMs), both multiples of its step; equal when empty.
    qint64 firstBucketMs(Tier tier) const;
    qint64 endBucketMs(Tier tier) const;
    // nullptr where nothing was counted.
    const CountRow *row(Tier tier, qint64 bucketMs) const;

    std::size_t bytes() const; // memory held, approximately

private:
    struct TierRows {
        qint64 first = 0; // bucket number of rows.front()
        std::deque<CountRow> rows;
    };
    CountRow *rowFor(std::size_t tier, qint64 bucketNumber);
    void reset(QStringList dimensions, QList<SeriesKey> series);
    void fold();
    void dropFuture(qint64 nowMs);
    QList<int> dimensionsByWidth() const; // widest first

    QStringList m_dimensions;
    int m_maxSeries;
    QList<SeriesKey> m_series;
    QHash<SeriesKey, SeriesIndex> m_index;
    QList<int> m_foldOrder; // widest first, as it was when the cap was reached
    std::array<TierRows, 4> m_tiers;
    qint64 m_total = 0;
    bool m_mirror = false;
    quint32 m_generation = 0;
    qint64 m_lastFoldMs = std::numeric_limits<qint64>::min() / 2;
};

} // namespace entvas
