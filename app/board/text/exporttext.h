#pragma once

#include "app/board/boardframe.h"
#include "core/file/csv.h"

#include <QByteArray>

// What is shown, as text for other programs. UTF-8.
namespace entvas {

// A line per bucket: its start and end (ISO 8601 with the zone's offset), a column per group, the total, and what was
// counted earlier where that is compared. Lines end in CR LF.
QByteArray frameAsCsv(const BoardFrame &frame);
// {"view": …, "zone": …, "buckets": [{"from","to","total","groups":{name: n}}], "breakdowns": {dimension: {value: n}},
// "totalEvents", "rejected"}, indented.
QByteArray frameAsJson(const BoardFrame &frame);

} // namespace entvas
