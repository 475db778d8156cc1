#pragma once

#include "app/board/boardframe.h"

#include <QByteArray>

// What is shown, as text for other programs. UTF-8.
namespace entvas {

// One field of RFC 4180: quoted where it must be. What a spreadsheet would take for a formula (it begins with = + - @,
// a tab or a line end) gets an apostrophe in front.
QByteArray csvField(const QString &text);

// A line per bucket: its start and end (ISO 8601 with the zone's offset), a column per group, the total, and what was
// counted earlier where that is compared. Lines end in CR LF.
QByteArray frameAsCsv(const BoardFrame &frame);
// {"view": …, "zone": …, "buckets": [{"from","to","total","groups":{name: n}}], "breakdowns": {dimension: {value: n}},
// "totalEvents", "rejected"}, indented.
QByteArray frameAsJson(const BoardFrame &frame);

QByteArray eventCsvHead();
QByteArray eventAsCsv(const wire::TailEvent &event); // id, type, user, timestamp, receivedAt, metadata as JSON
QByteArray eventAsNdjson(const wire::TailEvent &event);

} // namespace entvas
