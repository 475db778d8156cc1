#pragma once

#include "core/cube/livecube.h"
#include "core/model/timerange.h"

#include <QMap>
#include <QSet>

namespace entvas {

// Which values of one dimension count: those named, or all but those. No values = all.
struct ValueFilter {
    QSet<QString> values;
    bool isExcluding = false;
    bool passes(const QString &value) const { return values.isEmpty() || values.contains(value) != isExcluding; }
    bool operator==(const ValueFilter &) const = default;
};

// Which series count, by dimension index; a dimension that is not named lets everything pass.
using CubeFilter = QMap<int, ValueFilter>;

struct CubeQuery {
    TimeGrid grid;
    int groupBy = 0; // dimension index; 0 = event type
    int top = 5;     // groups beyond these are merged into one called "(other)"
    CubeFilter filter;
    QStringList always{}; // values that are groups of their own, also without events; at most kMostAlways of them
    static constexpr qsizetype kMostAlways = 100;
};

struct CubeGroup {
    QString name;
    bool isRest = false; // the merged remainder
    qint64 total = 0;
    QList<qint64> perBucket; // grid.size() values
    qsizetype names = 0;     // of the remainder: how many it stands for, as far as they are known one by one
};

struct CubeAnswer {
    QList<CubeGroup> groups; // the largest by falling total, ties by name; those asked for likewise; the remainder
    QList<qint64> perBucket; // sums over all groups
    qint64 total = 0;
    qint64 peak = 0; // largest of perBucket
};

// Pure questions to a cube. Each bucket is answered from the coarsest tiers that fit its edges exactly; where a fine
// tier no longer reaches back, the next coarser one answers for the whole buckets that it has.
CubeAnswer query(const LiveCube &cube, const CubeQuery &query);

// The width of the finest buckets that are kept for what lies at `fromMs`.
qint64 finestStepMs(qint64 fromMs, qint64 nowMs);

// Events in a span whose edges are whole seconds.
qint64 countIn(const LiveCube &cube, const TimeSpan &span, const CubeFilter &filter = {});

} // namespace entvas
