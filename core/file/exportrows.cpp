#include "core/file/exportrows.h"

#include "core/base/isotime.h"
#include "core/base/jsonwriter.h"
#include "core/file/csv.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

QByteArray asCsv(const StoredEvent &event)
{
    return event.id.toByteArray(QUuid::WithoutBraces) + ',' + csvField(event.eventType) + ',' + csvField(event.userId) +
           ',' + isoFromMs(event.timestampMs) + ',' + isoFromMs(event.receivedAtMs) + ',' +
           csvField(QString::fromUtf8(event.metadata)) + "\r\n";
}

} // namespace

QByteArray exportHead(ExportFormat format)
{
    switch (format) {
    case ExportFormat::Csv: return "id,eventType,userId,timestamp,receivedAt,metadata\r\n";
    case ExportFormat::Json: return "{\"success\":true,\"data\":{\"events\":[";
    case ExportFormat::Ndjson: return {};
    }
    return {};
}

QByteArray exportRow(ExportFormat format, const StoredEvent &event, bool isFirst)
{
    switch (format) {
    case ExportFormat::Csv: return asCsv(event);
    case ExportFormat::Json: return (isFirst ? "\n" : ",\n") + eventToJson(event);
    case ExportFormat::Ndjson: return eventToJson(event) + '\n';
    }
    return {};
}

QByteArray exportTail(ExportFormat format, qint64 events, const QString &filter)
{
    if (format != ExportFormat::Json)
        return {};
    const QJsonObject rest{{u"count"_s, events}, {u"filter"_s, filter}};
    return "\n]," + QJsonDocument(rest).toJson(QJsonDocument::Compact).mid(1) + "}\n";
}

QByteArray eventToJson(const StoredEvent &event)
{
    JsonWriter json;
    json.beginObject();
    json.string("eventType", event.eventType);
    json.string("id", event.id.toByteArray(QUuid::WithoutBraces));
    json.string("receivedAt", isoFromMs(event.receivedAtMs));
    json.string("timestamp", isoFromMs(event.timestampMs));
    json.string("userId", event.userId);
    json.raw("metadata", event.metadata.isEmpty() ? QByteArrayView("{}") : QByteArrayView(event.metadata));
    json.endObject();
    return json.take();
}

} // namespace entvas
