#include "app/board/text/rejectedtext.h"

#include "app/board/text/translation.h"

// What to fix, for every type of error that the outside contract knows (section 2.1) and those of whole requests.
namespace entvas {

using namespace Qt::StringLiterals;

namespace {

QString fieldOf(const FieldError &error)
{
    return error.path.isEmpty() ? QString() : error.path.last().toString();
}

const QString kWholeEvent = u"{\"eventType\": \"page_view\", \"userId\": \"42\"}"_s;

} // namespace

QString remedyFor(const FieldError &error)
{
    const QString &type = error.type;
    if (type == "any.required"_L1)
        return tr("Every event needs an eventType and a userId. Add the one that is missing.");
    if (type == "string.base"_L1)
        return tr("Write the value as a text, in double quotes. Numbers, true, false, null and lists are not taken "
                  "here.");
    if (type == "string.empty"_L1)
        return tr("Give at least one character that is not a space. A field that is not needed can be left out.");
    if (type == "string.max"_L1)
        return tr("An eventType and an id have up to 128 characters, a userId up to 256. Longer texts belong into "
                  "metadata.");
    if (type == "string.isoDate"_L1)
        return tr("Write date, time and zone as ISO 8601 does, or leave the field out: then the time of receipt is "
                  "taken.");
    if (type == "string.pattern"_L1)
        return tr("Remove line breaks, tabs and other control characters.");
    if (type == "string.unicode"_L1)
        return tr("Remove U+0000, and cut texts between characters only: half a surrogate pair is not valid text.");
    if (type == "object.base"_L1)
        return error.path.isEmpty()
                   ? tr("An event is one JSON object. Several are sent as an array of objects, or one a line with "
                        "Content-Type: application/x-ndjson.")
                   : tr("Put the values into an object, each with a name.");
    if (type == "object.unknown"_L1)
        return tr("An event has the fields eventType, userId, timestamp, metadata and id. Put everything else into "
                  "metadata.");
    if (type == "object.duplicate"_L1)
        return tr("Use every name only once within an object.");
    if (type == "object.depth"_L1)
        return tr("Make metadata flatter: it may have up to 8 levels.");
    if (type == "object.size"_L1)
        return tr("Send less: metadata may have up to 16 KiB. Name large contents in place of sending them.");
    if (type == "number.unsafe"_L1)
        return tr("Send the number with fewer digits, or as a text.");
    if (type == "any.only"_L1)
        return fieldOf(error) == "Idempotency-Key"_L1
                   ? tr("Send the same value in the header Idempotency-Key and in the field id, or only one of them.")
                   : tr("Use one of the types that this server accepts, or have the new one added to its EVENT_TYPES.");
    if (type == "array.min"_L1)
        return tr("Send at least one event, or nothing at all.");
    if (type == "array.max"_L1)
        return tr("Split it: one request takes up to 10,000 events.");
    if (type == "json.malformed"_L1)
        return tr("Let a JSON library write the text. Often it is a comma too many, a missing or a single quote, or a "
                  "text that was cut off.");
    if (type == "body.max"_L1)
        return tr(
            "Send fewer events in one request. The server's limit MAX_BODY_BYTES applies to the decompressed body.");
    if (type == "body.gzip"_L1)
        return tr("Compress the whole body with gzip, or leave out the Content-Encoding header.");
    if (type == "body.encoding"_L1)
        return tr("Compress the body with gzip, or send it uncompressed without the Content-Encoding header.");
    if (type == "key.role"_L1)
        return tr("Give this sender a key with the role sender.");
    return tr("See the server's message.");
}

QString exampleFor(const FieldError &error)
{
    const QString &type = error.type;
    const QString field = fieldOf(error);
    const bool isMetadata = error.path.value(0).toString() == "metadata"_L1;
    if (type == "any.required"_L1 || type == "json.malformed"_L1)
        return kWholeEvent;
    if (type == "string.isoDate"_L1)
        return u"\"timestamp\": \"2025-11-26T21:04:05.123Z\""_s;
    if (type == "string.base"_L1 || type == "string.empty"_L1 || type == "string.pattern"_L1 ||
        type == "string.unicode"_L1) {
        if (field == "timestamp"_L1)
            return u"\"timestamp\": \"2025-11-26T21:04:05.123Z\""_s;
        if (field == "Idempotency-Key"_L1)
            return u"Idempotency-Key: order-1042"_s;
        if (isMetadata)
            return u"\"metadata\": {\"page\": \"home\"}"_s;
        return field == "eventType"_L1 ? u"\"eventType\": \"page_view\""_s
               : field == "id"_L1      ? u"\"id\": \"order-1042\""_s
                                       : u"\"userId\": \"42\""_s;
    }
    if (type == "string.max"_L1)
        return field == "Idempotency-Key"_L1 ? u"Idempotency-Key: order-1042"_s : u"\"metadata\": {\"title\": \"…\"}"_s;
    if (type == "object.base"_L1)
        return isMetadata ? u"\"metadata\": {\"page\": \"home\"}"_s : kWholeEvent;
    if (type == "object.unknown"_L1)
        return u"\"metadata\": {\"%1\": …}"_s.arg(field);
    if (type == "object.duplicate"_L1)
        return isMetadata ? u"\"metadata\": {\"page\": \"home\"}"_s : kWholeEvent;
    if (type == "object.depth"_L1)
        return u"\"metadata\": {\"cart.items\": 3}"_s;
    if (type == "object.size"_L1)
        return u"\"metadata\": {\"document\": \"doc-1042\"}"_s;
    if (type == "number.unsafe"_L1)
        return u"\"metadata\": {\"%1\": \"12345678901234567890\"}"_s.arg(isMetadata ? field : u"size"_s);
    if (type == "any.only"_L1)
        return field == "Idempotency-Key"_L1 ? u"Idempotency-Key: order-1042"_s : QString();
    if (type == "array.min"_L1)
        return u"[%1]"_s.arg(kWholeEvent);
    if (type == "body.gzip"_L1 || type == "body.encoding"_L1)
        return u"gzip -c events.json | curl -H 'Content-Encoding: gzip' --data-binary @- …"_s;
    if (type == "key.role"_L1)
        return u"entvas keys create --project … --role sender"_s;
    return {};
}

} // namespace entvas
