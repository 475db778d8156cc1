#include "server/ingest/senttext.h"

#include "core/base/isotime.h"
#include "core/base/jsontext.h"
#include "core/model/event.h"

namespace entvas {

QByteArray sentText(const Event &event)
{
    QByteArray text = "{\"eventType\":";
    json::appendString(text, event.eventType.toUtf8());
    text += ",\"userId\":";
    json::appendString(text, event.userId.toUtf8());
    text += ",\"timestamp\":\"" + isoFromMs(event.timestampMs) + '"';
    if (!event.idempotencyKey.isEmpty()) {
        text += ",\"id\":";
        json::appendString(text, event.idempotencyKey.toUtf8());
    }
    if (!event.metadata.isEmpty())
        text += ",\"metadata\":" + event.metadata;
    return text + '}';
}

} // namespace entvas
