#pragma once

#include "core/cube/tiers.h"
#include "core/model/event.h"

#include <QList>
#include <QStringList>

namespace entvas {

// One tier as columns of equal length: bucket fromMs + bucket[i]*stepMs has count[i] events of series[i].
struct TierColumns {
    qint64 stepMs = 0;
    qint64 fromMs = 0;
    QList<qint32> bucket;
    QList<SeriesIndex> series;
    QList<qint64> count;
};

struct CubeSnapshot {
    QStringList dimensions; // "eventType", then metadata keys
    QList<SeriesKey> series;
    QList<TierColumns> tiers; // by rising step
};

} // namespace entvas
