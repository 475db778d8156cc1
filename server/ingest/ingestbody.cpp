#include "server/ingest/ingestbody.h"

#include "core/base/jsontext.h"
#include "core/file/gzip.h"
#include "server/http/reply.h"

#include <algorithm>
#include <QJsonArray>
#include <QJsonObject>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr int kMaxKeyChars = 128; // of an idempotency key

// `mark`: bytes that stood before the text.
UnusableBody malformedBody(const MalformedJson &malformed, qsizetype mark)
{
    const qint64 at = malformed.offset + mark;
    const QString where = malformed.message.isEmpty()
                              ? u"at byte %1"_s.arg(at)
                              : u"%1 (at byte %2)"_s.arg(malformed.message, QString::number(at));
    const QList<FieldError> errors{{{}, where, u"json.malformed"_s, malformed.offset}};
    // Nobody knows how many events it was meant to be; that something was refused must show all the same.
    return {jsonReply(400, {{u"success"_s, false},
                            {u"message"_s, u"Malformed JSON"_s},
                            {u"error"_s, u"Malformed JSON"_s},
                            {u"errors"_s, errorsToJson(errors)}}),
            1, UnusableBody::Limit::None, errors};
}

UnusableBody unusable(HttpReply reply, const QString &text, const QString &type,
                      UnusableBody::Limit reached = UnusableBody::Limit::None)
{
    return {std::move(reply), 0, reached, {{{}, text, type}}};
}

UnusableBody tooMany(int most)
{
    const QString text = u"One request may carry at most %1 events"_s.arg(most);
    return unusable(failureReply({Fault::TooLarge, text}), text, u"array.max"_s, UnusableBody::Limit::Events);
}

// The names that one JSON value a line goes by.
bool saysLines(const QByteArray &contentType)
{
    static const QByteArrayList names{"application/x-ndjson", "application/ndjson",    "application/jsonl",
                                      "application/x-jsonl",  "application/jsonlines", "application/x-jsonlines"};
    const qsizetype end = contentType.indexOf(';');
    return names.contains((end < 0 ? contentType : contentType.first(end)).trimmed().toLower());
}

// One event a line. A line that is no JSON is one rejected event: its neighbours are still good. Files that were put
// behind one another may have a mark of byte order at any line.
std::variant<ParsedBody, UnusableBody> readLines(QByteArrayView body, const ParseRules &rules)
{
    ParsedBody all;
    all.isArray = true;
    for (qsizetype at = 0; at < body.size();) {
        qsizetype end = body.indexOf('\n', at);
        if (end < 0)
            end = body.size();
        const QByteArrayView line = json::withoutByteOrderMark(body.sliced(at, end - at)).trimmed();
        at = end + 1;
        if (line.isEmpty())
            continue;
        if (all.events.size() >= rules.maxEvents)
            return tooMany(rules.maxEvents);
        MalformedJson malformed;
        auto parsed = parseEvents(line, rules, &malformed);
        ParsedEvent bad;
        if (!parsed)
            bad.errors.append({{},
                               u"Malformed JSON at byte %1 of the line"_s.arg(malformed.offset),
                               u"json.malformed"_s,
                               malformed.offset});
        else if (parsed->isArray)
            bad.errors.append({{}, u"A line must be one event, not an array"_s, u"object.base"_s});
        all.events.append(bad.errors.isEmpty() ? std::move(parsed->events.first()) : std::move(bad));
    }
    return all;
}

void takeIdempotencyKey(const HttpRequest &request, ParsedBody &body)
{
    const QByteArray header = request.header("idempotency-key").trimmed();
    if (header.isEmpty() || body.isArray || body.events.size() != 1)
        return;
    ParsedEvent &parsed = body.events.first();
    const QString key = QString::fromUtf8(header);
    const auto refuse = [&](const QString &why, const QString &type) {
        parsed.errors.append({{u"Idempotency-Key"_s}, u"Idempotency-Key %1"_s.arg(why), type});
    };
    if (key.size() > kMaxKeyChars)
        refuse(u"length must be less than or equal to %1 characters long"_s.arg(kMaxKeyChars), u"string.max"_s);
    else if (std::any_of(key.cbegin(), key.cend(), [](QChar c) {
                 return c.category() == QChar::Other_Control || c == QChar::ReplacementCharacter;
             }))
        refuse(u"must be valid text without control characters"_s, u"string.base"_s);
    else if (!parsed.event.idempotencyKey.isEmpty() && parsed.event.idempotencyKey != key)
        refuse(u"differs from the event's own id"_s, u"any.only"_s);
    else
        parsed.event.idempotencyKey = key;
}

} // namespace

std::variant<ParsedBody, UnusableBody> readIngestBody(const HttpRequest &request, const ParseRules &rules,
                                                      qint64 maxBytes, IngestText *text)
{
    QByteArray body = request.body;
    const QByteArray encoding = request.header("content-encoding").trimmed().toLower();
    if (encoding == "gzip" || encoding == "x-gzip") {
        auto unpacked = gunzip(body, maxBytes);
        if (!unpacked) {
            const bool isTooLarge = unpacked.failure().kind == Fault::TooLarge;
            return unusable(failureReply(unpacked.failure()), unpacked.failure().text,
                            isTooLarge ? u"body.max"_s : u"body.gzip"_s,
                            isTooLarge ? UnusableBody::Limit::Bytes : UnusableBody::Limit::None);
        }
        body = std::move(*unpacked);
    } else if (!encoding.isEmpty() && encoding != "identity") {
        const QString why = u"Content-Encoding must be gzip or absent"_s;
        HttpReply reply = jsonReply(415, {{u"success"_s, false}, {u"message"_s, why}, {u"error"_s, why}});
        reply.headers.append({QByteArrayLiteral("Accept-Encoding"), QByteArrayLiteral("gzip")});
        return unusable(std::move(reply), why, u"body.encoding"_s);
    }

    const bool isLines = saysLines(request.header("content-type"));
    qsizetype mark = 0;
    if (body.startsWith(json::kByteOrderMark)) {
        mark = json::kByteOrderMark.size();
        body.remove(0, mark);
    }
    if (text)
        *text = {body, isLines};
    if (isLines)
        return readLines(body, rules);
    MalformedJson malformed;
    auto parsed = parseEvents(body, rules, &malformed);
    if (!parsed) {
        if (parsed.failure().kind == Fault::BadInput)
            return malformedBody(malformed, mark);
        return unusable(failureReply(parsed.failure()), parsed.failure().text, u"array.max"_s,
                        UnusableBody::Limit::Events);
    }
    takeIdempotencyKey(request, *parsed);
    return std::move(*parsed);
}

QJsonArray errorsToJson(const QList<FieldError> &errors)
{
    QJsonArray list;
    for (const FieldError &error : errors)
        list.append(QJsonObject{{u"path"_s, QJsonArray::fromVariantList(error.path)},
                                {u"message"_s, error.message},
                                {u"type"_s, error.type}});
    return list;
}

} // namespace entvas
