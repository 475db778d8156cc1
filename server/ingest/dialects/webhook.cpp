// The native dialect (outside contract, section 2.1): one event, an array, or one event a line, in JSON.
#include "core/base/isotime.h"
#include "core/base/jsontext.h"
#include "server/access/apikeys.h"
#include "server/http/reply.h"
#include "server/ingest/dialects/ingestdialect.h"

#include <algorithm>
#include <QJsonArray>
#include <QJsonObject>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr int kMaxKeyChars = 128; // of an idempotency key

UnusableBody malformedBody(const MalformedJson &malformed, qsizetype markBytes)
{
    const qint64 at = malformed.offset + markBytes;
    const QString where = malformed.message.isEmpty()
                              ? u"at byte %1"_s.arg(at)
                              : u"%1 (at byte %2)"_s.arg(malformed.message, QString::number(at));
    const QList<FieldError> errors{{{}, where, u"json.malformed"_s, malformed.offset}};
    // How many events it was meant to be is unknown; that something was rejected must show all the same.
    return {jsonReply(400, {{u"success"_s, false},
                            {u"message"_s, u"Malformed JSON"_s},
                            {u"error"_s, u"Malformed JSON"_s},
                            {u"errors"_s, errorsToJson(errors)}}),
            1, UnusableBody::Limit::None, errors};
}

// The media types that stand for one JSON value a line.
bool isLines(const HttpRequest &request)
{
    static const QByteArrayList names{"application/x-ndjson", "application/ndjson",    "application/jsonl",
                                      "application/x-jsonl",  "application/jsonlines", "application/x-jsonlines"};
    const QByteArray contentType = request.header("content-type");
    const qsizetype end = contentType.indexOf(';');
    return names.contains((end < 0 ? contentType : contentType.first(end)).trimmed().toLower());
}

// One event a line. A line that is no JSON is one rejected event: its neighbours are still good. Concatenated files may
// have a byte order mark at any line.
std::variant<SentEvents, UnusableBody> readLines(QByteArrayView body, const ParseRules &rules)
{
    SentEvents all;
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
            return tooManyEvents(rules.maxEvents);
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

void takeIdempotencyKey(const HttpRequest &request, SentEvents &body)
{
    const QByteArray header = request.header("idempotency-key").trimmed();
    if (header.isEmpty() || body.isArray || body.events.size() != 1)
        return;
    ParsedEvent &parsed = body.events.first();
    const QString key = QString::fromUtf8(header);
    const auto reject = [&](const QString &why, const QString &type) {
        parsed.errors.append({{u"Idempotency-Key"_s}, u"Idempotency-Key %1"_s.arg(why), type});
    };
    if (key.size() > kMaxKeyChars)
        reject(u"length must be less than or equal to %1 characters long"_s.arg(kMaxKeyChars), u"string.max"_s);
    else if (std::any_of(key.cbegin(), key.cend(), [](QChar c) {
                 return c.category() == QChar::Other_Control || c == QChar::ReplacementCharacter;
             }))
        reject(u"must be valid text without control characters"_s, u"string.base"_s);
    else if (!parsed.event.idempotencyKey.isEmpty() && parsed.event.idempotencyKey != key)
        reject(u"differs from the event's own id"_s, u"any.only"_s);
    else
        parsed.event.idempotencyKey = key;
}

std::variant<SentEvents, UnusableBody> read(const SentBody &sent, const ParseRules &rules)
{
    if (const UnusableBody *fault = sent.fault())
        return *fault;
    if (isLines(sent.request()))
        return readLines(sent.text(), rules);
    MalformedJson malformed;
    auto parsed = parseEvents(sent.text(), rules, &malformed);
    if (!parsed && parsed.failure().kind == Fault::BadInput)
        return malformedBody(malformed, sent.markBytes());
    if (!parsed)
        return unusableBody(failureReply(parsed.failure()), parsed.failure().text, u"array.max"_s,
                            UnusableBody::Limit::Events);
    SentEvents events{std::move(*parsed)};
    takeIdempotencyKey(sent.request(), events);
    return events;
}

// The elements with these indexes (rising) of a JSON array that has been parsed without a fault.
QList<SentText> elements(QByteArrayView array, const QList<qsizetype> &wanted)
{
    QList<SentText> found;
    int depth = 0;
    qsizetype index = 0;
    qsizetype start = -1;
    for (qsizetype at = 0; at < array.size() && found.size() < wanted.size(); ++at) {
        const char c = array[at];
        if (c == '"') {
            for (++at; at < array.size() && array[at] != '"'; ++at)
                at += array[at] == '\\';
        } else if (c == '[' || c == '{') {
            if (++depth == 1)
                start = at + 1;
        } else if ((c == ',' && depth == 1) || ((c == ']' || c == '}') && --depth == 0)) {
            if (wanted[found.size()] == index)
                found.append({array.sliced(start, at - start).trimmed()});
            start = at + 1;
            ++index;
        }
    }
    return found;
}

// The same of a body with one event a line: empty lines hold none.
QList<SentText> lines(QByteArrayView body, const QList<qsizetype> &wanted)
{
    QList<SentText> found;
    qsizetype index = 0;
    qint64 number = 1;
    for (qsizetype at = 0; at < body.size() && found.size() < wanted.size(); ++number) {
        qsizetype end = body.indexOf('\n', at);
        if (end < 0)
            end = body.size();
        const QByteArrayView line = json::withoutByteOrderMark(body.sliced(at, end - at)).trimmed();
        at = end + 1;
        if (line.isEmpty())
            continue;
        if (wanted[found.size()] == index)
            found.append({line, number});
        ++index;
    }
    return found;
}

QList<SentText> locate(const SentBody &sent, const SentEvents &events, const QList<qsizetype> &wanted)
{
    if (isLines(sent.request()))
        return lines(sent.text(), wanted);
    return events.isArray ? elements(sent.text(), wanted) : QList<SentText>{{QByteArrayView(sent.text()).trimmed()}};
}

QString idText(const QUuid &id)
{
    return id.toString(QUuid::WithoutBraces);
}

bool isDuplicate(const AppendOutcome &outcome)
{
    return outcome.status == AppendOutcome::Status::Duplicate;
}

QJsonObject rejectedResult(const QList<FieldError> &errors)
{
    return {{u"status"_s, u"rejected"_s}, {u"errors"_s, errorsToJson(errors)}};
}

HttpReply acceptedOne(const AppendOutcome &outcome)
{
    QJsonObject data{{u"eventId"_s, idText(outcome.eventId)},
                     {u"receivedAt"_s, QLatin1StringView(isoFromMs(outcome.receivedAtMs))}};
    if (isDuplicate(outcome))
        data.insert(u"duplicate"_s, true);
    return jsonReply(200, {{u"success"_s, true}, {u"message"_s, u"Event received successfully"_s}, {u"data"_s, data}});
}

HttpReply accepted(const EventVerdicts &verdicts)
{
    if (!verdicts.isArray)
        return acceptedOne(verdicts.stored.first());
    QJsonArray results;
    int accepted = 0;
    int duplicates = 0;
    int rejected = 0;
    qsizetype next = 0; // in `stored`
    for (const QList<FieldError> &errors : verdicts.errors) {
        if (!errors.isEmpty()) {
            ++rejected;
            results.append(rejectedResult(errors));
            continue;
        }
        const AppendOutcome &outcome = verdicts.stored[next++];
        ++(isDuplicate(outcome) ? duplicates : accepted);
        results.append(QJsonObject{{u"status"_s, isDuplicate(outcome) ? u"duplicate"_s : u"accepted"_s},
                                   {u"eventId"_s, idText(outcome.eventId)}});
    }
    return jsonReply(
        200, {{u"success"_s, true},
              {u"message"_s, rejected ? u"Events received, some were rejected"_s : u"Events received successfully"_s},
              {u"data"_s, QJsonObject{{u"accepted"_s, accepted},
                                      {u"duplicates"_s, duplicates},
                                      {u"rejected"_s, rejected},
                                      {u"results"_s, results}}}});
}

HttpReply rejected(const EventVerdicts &verdicts)
{
    QJsonObject answer{
        {u"success"_s, false}, {u"message"_s, u"Validation failed"_s}, {u"error"_s, u"Validation failed"_s}};
    if (verdicts.isArray) {
        QJsonArray results;
        for (const QList<FieldError> &errors : verdicts.errors)
            results.append(rejectedResult(errors));
        answer.insert(u"data"_s, QJsonObject{{u"accepted"_s, 0},
                                             {u"duplicates"_s, 0},
                                             {u"rejected"_s, results.size()},
                                             {u"results"_s, results}});
    } else {
        answer.insert(u"errors"_s, errorsToJson(verdicts.errors.first()));
    }
    return jsonReply(400, answer);
}

} // namespace

IngestDialect webhookDialect();
IngestDialect webhookDialect()
{
    return {u"webhook"_s,
            {{"POST", u"/webhook"_s, RouteAccess::Sender, {}, u"send one event, an array, or one event a line"_s},
             {"POST", u"/events"_s, RouteAccess::Sender, {}, u"the same as POST /webhook"_s}},
            [](const SentBody &sent) { return ApiKeys::presented(sent.request()); },
            read,
            locate,
            accepted,
            rejected,
            [](const HttpRequest &, const Refusal &refusal) { return refusal.usual; }};
}

} // namespace entvas
