#pragma once

#include "core/model/storedevent.h"

namespace entvas {

enum class ExportFormat { Csv, Json, Ndjson };

// The one way that exports are written, by a server or by `entvas export`: exportHead(), exportRow() of every event,
// exportTail(). `isFirst`: no row stands before it.
QByteArray exportHead(ExportFormat format);
QByteArray exportRow(ExportFormat format, const StoredEvent &event, bool isFirst);
QByteArray exportTail(ExportFormat format, qint64 events, const QString &filter);

// One event as answers show it, metadata with the sender's digits.
QByteArray eventToJson(const StoredEvent &event);

} // namespace entvas
