#pragma once

#include "core/base/result.h"

#include <optional>
#include <QString>

namespace entvas {

// What housekeeping goes by.
struct UpkeepPlan {
    qint64 nowMs = 0;
    int retentionDays = 0; // events received before are removed, counts stay; 0 = keep
    // The clock can be trusted to decide what is old: else nothing is removed, and counts stay as fine as they are.
    bool mayForget = false;
    bool isBulk = false; // no event waits for the writer: steps may be large
};

struct OldEvents {
    qint64 count = 0;
    qint64 bytes = 0;     // SQLite: of the file; PostgreSQL: of the table of events with its indexes
    qint64 freeBytes = 0; // of it, that new events can take; PostgreSQL: not known, 0
};

// What keeps a database small and quick. See EventStore for threads and failures.
class Housekeeping
{
public:
    virtual ~Housekeeping() = default;

    // One small step in a transaction of its own: counts that are no longer shown as minutes become quarter hours, and
    // those days, new users join the sketches of their minute, quarter, hour and day, idempotency keys past their time
    // and events past their retention go. True when more is left to do at once. A task that fails for good is left
    // out, and its failure returned at the end of the round.
    virtual Result<bool> step(const UpkeepPlan &plan) = 0;
    // The last round left undone what is due by a clock that can't be trusted; see UpkeepPlan::mayForget.
    virtual bool holdsBack() const = 0;
    // The newest time before `beforeMs` that events of any project were counted in; 0 = none.
    virtual Result<qint64> newestCount(qint64 beforeMs) = 0;
    // The database's own clock; none for a file.
    virtual Result<std::optional<qint64>> clockMs() = 0;

    // Retention at once, for entvas retention: what there is of events that were received before, and one small step of
    // their removal, oldest first, which answers how many went. Their counts stay.
    virtual Result<OldEvents> oldEvents(const QString &project, qint64 receivedAtMs) = 0;
    virtual Result<int> dropEventsBefore(const QString &project, qint64 receivedAtMs) = 0;
};

} // namespace entvas
