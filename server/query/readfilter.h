#pragma once

#include "core/base/result.h"
#include "core/model/timerange.h"
#include "core/store/events/eventstore.h"
#include "server/http/queryparameters.h"

namespace entvas {

// `filter` of the reading requests: whole minutes, counted back from the running one by time of receipt. An unknown
// filter means "hour", as the outside contract says (section 2.2).
struct ReadFilter {
    QString name; // "hour", "day" or "week"
    TimeSpan span;
};
ReadFilter readFilter(const QueryParameters &query, qint64 nowMs);

inline constexpr int kDefaultEvents = 100;
inline constexpr int kMaxEvents = 1'000;

// Beside `project`, those of GET /events and the exports.
QStringList eventParameters();
// All of them. `from` and `to` (ISO 8601 with zone) replace the filter's edges.
// Fault::BadInput names the parameter that is wrong.
struct EventLimits {
    int usual = kDefaultEvents;
    int most = kMaxEvents;
};
Result<EventQuery> readEventQuery(const QueryParameters &query, const QString &project, const ReadFilter &filter,
                                  EventLimits limits = {});

// A cursor is the id of the last event that a page showed; opaque to those who get it.
QString cursorText(const QUuid &id);

} // namespace entvas
