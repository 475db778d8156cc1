#pragma once

#include "core/model/timerange.h"

#include <QList>
#include <QMap>

namespace entvas {

// Rejected events of the minute, quarter hour or UTC day that begins at startMs.
struct RejectedCount {
    qint64 startMs = 0;
    qint64 count = 0;
    bool operator==(const RejectedCount &) const = default;
};

// How many events were rejected when: by minute for 8 days, by quarter hour for 92, by UTC day before that, as events
// are counted. Lives in one thread.
class RejectedCounts
{
public:
    void add(const RejectedCount &some) { m_byStart[some.startMs] += some.count; }
    // Adds up what has become too old for its width.
    void trim(qint64 nowMs);
    // Of all buckets that begin in the span.
    qint64 in(const TimeSpan &span) const;
    bool isEmpty() const { return m_byStart.isEmpty(); }
    QList<RejectedCount> list() const; // rising
    void clear() { m_byStart.clear(); }

private:
    QMap<qint64, qint64> m_byStart;
    qint64 m_trimmedMs = 0;
};

} // namespace entvas
