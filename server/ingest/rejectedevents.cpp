#include "server/ingest/rejectedevents.h"

#include "core/base/isotime.h"
#include "core/base/jsontext.h"
#include "server/access/apikeys.h"
#include "server/http/reply.h"

#include <algorithm>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUuid>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kEntryBytes = 300;      // of one that is kept, beside its texts
constexpr qsizetype kShortestKeyToHide = 8; // a shorter one would star out words

struct Place {
    QByteArrayView text;
    qint64 line = -1;
};

// The elements with these indexes (rising) of a JSON array that has been parsed without a fault.
QList<Place> elements(QByteArrayView array, const QList<qsizetype> &wanted)
{
    QList<Place> found;
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
QList<Place> lines(QByteArrayView body, const QList<qsizetype> &wanted)
{
    QList<Place> found;
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

bool isInsideCharacter(QByteArrayView text, qsizetype at)
{
    return at > 0 && at < text.size() && (uchar(text[at]) & 0xc0) == 0x80;
}

// Not in the middle of a character, as far as that can be told.
qsizetype characterStart(QByteArrayView text, qsizetype at)
{
    qsizetype start = at;
    while (isInsideCharacter(text, start) && at - start < 3)
        --start;
    return isInsideCharacter(text, start) ? at : start;
}

qint64 faultOffset(const QList<FieldError> &errors)
{
    return errors.isEmpty() ? -1 : errors.first().offset;
}

QString bounded(const QString &text)
{
    return text.size() <= RejectedEvents::kMostTextChars ? text : text.left(RejectedEvents::kMostTextChars - 1) + u'…';
}

void bound(FieldError &error, qsizetype &bytes)
{
    error.message = bounded(error.message);
    bytes += 2 * (error.message.size() + error.type.size()) + kEntryBytes / 3;
    for (QVariant &element : error.path) {
        if (element.typeId() == QMetaType::QString)
            element = bounded(element.toString());
        bytes += 2 * element.toString().size() + 16;
    }
}

void appendText(QByteArray &json, const char *name, const QString &text)
{
    json += ",\"";
    json += name;
    json += "\":";
    json::appendString(json, text.toUtf8());
}

void appendNumber(QByteArray &json, const char *name, qint64 value)
{
    json += ",\"";
    json += name;
    json += "\":" + QByteArray::number(value);
}

// A whole number from the query; `most` and `fallback` where it is absent.
std::optional<qint64> readNumber(const QueryParameters &query, const QString &name, qint64 least, qint64 most,
                                 qint64 fallback)
{
    if (!query.has(name))
        return fallback;
    bool isNumber = false;
    const qint64 value = query.value(name).toLongLong(&isNumber);
    return isNumber && value >= least && value <= most ? std::optional(value) : std::nullopt;
}

} // namespace

RejectedEvents::RejectedEvents(qint64 startedMs)
    : m_epoch(QUuid::createUuid().toByteArray(QUuid::WithoutBraces)), m_sinceMs(startedMs)
{
}

RejectedEvents::Kept RejectedEvents::make(const Origin &origin)
{
    Kept kept;
    kept.receivedAtMs = origin.nowMs;
    kept.requestId = origin.request.requestId;
    kept.keyId = QString::fromLatin1(origin.sender.keyName);
    kept.keyName = bounded(origin.sender.label);
    kept.address = origin.request.peer.toString();
    kept.status = origin.status;
    return kept;
}

void RejectedEvents::setBody(Kept &kept, const Origin &origin, QByteArrayView body)
{
    kept.bodyBytes = body.size();
    const qint64 fault = faultOffset(kept.errors);
    if (fault > kBytesBeforeFault && body.size() > kMostBodyBytes)
        kept.bodyFrom =
            characterStart(body, std::min<qsizetype>(fault - kBytesBeforeFault, body.size() - kMostBodyBytes));
    // Viewers read this, and a viewer is no sender: the key must not come to them by the sender's mistake, nor a part
    // of it at either end.
    QByteArray key = origin.request.header("x-api-key");
    if (key.isEmpty())
        key = bearerToken(origin.request);
    const qsizetype lead = std::min<qsizetype>(kept.bodyFrom, key.size());
    const QByteArrayView rest = body.sliced(kept.bodyFrom - lead);
    kept.body = rest.first(std::min<qsizetype>(rest.size(), lead + kMostBodyBytes + key.size())).toByteArray();
    if (key.size() >= kShortestKeyToHide)
        kept.body.replace(key, QByteArray(key.size(), '*'));
    kept.body.remove(0, lead);
    if (kept.body.size() > kMostBodyBytes)
        kept.body.truncate(characterStart(kept.body, kMostBodyBytes));
    kept.body.squeeze();
}

void RejectedEvents::addEvents(const Origin &origin, const IngestText &text, bool isArray,
                               const QList<QList<FieldError>> &errors)
{
    QList<qsizetype> wanted;
    qint64 bad = 0;
    for (qsizetype i = 0; i < errors.size(); ++i)
        if (!errors[i].isEmpty() && ++bad <= kMostPerRequest)
            wanted.append(i);
    const QList<Place> places = text.isLines ? lines(text.bytes, wanted)
                                : isArray    ? elements(text.bytes, wanted)
                                             : QList<Place>{{QByteArrayView(text.bytes).trimmed()}};
    Ring &ring = m_rings[origin.sender.project];
    for (qsizetype i = 0; i < wanted.size(); ++i) {
        Kept kept = make(origin);
        kept.index = isArray ? wanted[i] : -1;
        kept.errors = errors[wanted[i]];
        if (i < places.size()) {
            kept.line = places[i].line;
            setBody(kept, origin, places[i].text);
        }
        if (i + 1 == wanted.size())
            kept.skipped = bad - wanted.size();
        push(ring, std::move(kept));
    }
    ring.total += quint64(bad - wanted.size());
    m_stats.forgotten += quint64(bad - wanted.size());
}

void RejectedEvents::addRequest(const Origin &origin, const IngestText &text, const QList<FieldError> &errors)
{
    Kept kept = make(origin);
    kept.errors = errors;
    if (!text.bytes.isEmpty())
        setBody(kept, origin, text.bytes);
    else
        kept.bodyBytes =
            std::max<qint64>(origin.request.body.size(), origin.request.header("content-length").toLongLong());
    push(m_rings[origin.sender.project], std::move(kept));
}

void RejectedEvents::push(Ring &ring, Kept kept)
{
    kept.number = ++ring.total;
    kept.bytes =
        kEntryBytes + kept.body.size() + 2 * (kept.keyName.size() + kept.address.size()) + kept.requestId.size();
    for (FieldError &error : kept.errors)
        bound(error, kept.bytes);
    ring.bytes += kept.bytes;
    m_stats.bytes += kept.bytes;
    ++m_stats.events;
    ring.kept.push_back(std::move(kept));
    while (qsizetype(ring.kept.size()) > kMostEvents || ring.bytes > kMostProjectBytes)
        popOldest(ring);
    while (m_stats.bytes > kMostBytes) // the loudest project gives way, not the quiet ones
        popOldest(std::max_element(m_rings.begin(), m_rings.end(), [](const auto &a, const auto &b) {
                      return a.second.bytes < b.second.bytes;
                  })->second);
}

void RejectedEvents::popOldest(Ring &ring)
{
    ring.bytes -= ring.kept.front().bytes;
    m_stats.bytes -= ring.kept.front().bytes;
    --m_stats.events;
    ++m_stats.forgotten;
    ring.kept.pop_front();
}

HttpReply RejectedEvents::get(const QString &project, const QueryParameters &query) const
{
    const auto limit = readNumber(query, u"limit"_s, 1, kMostEvents, kDefaultLimit);
    if (!limit)
        return failureReply({Fault::BadInput, u"\"limit\" must be a number from 1 to %1"_s.arg(kMostEvents)});
    const auto after = readNumber(query, u"after"_s, 0, std::numeric_limits<qint64>::max(), 0);
    if (!after)
        return failureReply({Fault::BadInput, u"\"after\" must be the \"total\" of an earlier answer"_s});
    static const Ring kNone;
    const auto found = m_rings.find(project);
    const Ring &ring = found == m_rings.end() ? kNone : found->second;
    HttpReply reply;
    reply.body = "{\"success\":true,\"data\":{\"rejections\":[";
    qint64 count = 0;
    for (auto one = ring.kept.crbegin(); one != ring.kept.crend() && count < *limit; ++one) {
        if (one->number <= quint64(*after))
            break;
        if (count++ > 0)
            reply.body += ',';
        appendJson(reply.body, *one);
    }
    reply.body += ']';
    appendNumber(reply.body, "count", count);
    appendNumber(reply.body, "total", qint64(ring.total));
    appendNumber(reply.body, "kept", qint64(ring.kept.size()));
    reply.body += ",\"epoch\":\"" + m_epoch + "\",\"since\":\"" + isoFromMs(m_sinceMs) + "\"}}";
    return reply;
}

void RejectedEvents::appendJson(QByteArray &json, const Kept &kept)
{
    json +=
        "{\"number\":" + QByteArray::number(kept.number) + ",\"receivedAt\":\"" + isoFromMs(kept.receivedAtMs) + "\"";
    appendNumber(json, "status", kept.status);
    appendText(json, "requestId", QString::fromLatin1(kept.requestId));
    json += ",\"key\":{\"id\":";
    json::appendString(json, kept.keyId.toUtf8());
    appendText(json, "name", kept.keyName);
    json += '}';
    appendText(json, "sender", kept.address);
    if (kept.index >= 0)
        appendNumber(json, "index", kept.index);
    if (kept.line >= 0)
        appendNumber(json, "line", kept.line);
    json += ",\"errors\":" + QJsonDocument(errorsToJson(kept.errors)).toJson(QJsonDocument::Compact);
    if (const qint64 fault = faultOffset(kept.errors); fault >= 0)
        appendNumber(json, "offset", fault);
    if (kept.body.isValidUtf8()) {
        json += ",\"body\":";
        json::appendString(json, kept.body);
    } else {
        json += ",\"bodyBase64\":\"" + kept.body.toBase64() + '"';
    }
    appendNumber(json, "bodyFrom", kept.bodyFrom);
    appendNumber(json, "bodyBytes", kept.bodyBytes);
    if (kept.skipped > 0)
        appendNumber(json, "skipped", kept.skipped);
    json += '}';
}

} // namespace entvas
