#include "server/ingest/rejectedevents.h"

#include "core/base/isotime.h"
#include "core/base/jsonwriter.h"
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

bool isInsideCharacter(QByteArrayView text, qsizetype at)
{
    return at > 0 && at < text.size() && (uchar(text[at]) & 0xc0) == 0x80;
}

// Not in the middle of a character, as far as that can be seen.
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

RejectedEvents::RejectedEvents(qint64 startedMs, Metrics &metrics)
    : m_epoch(QUuid::createUuid().toByteArray(QUuid::WithoutBraces)),
      m_sinceMs(startedMs),
      m_dropped(metrics, "entvas_rejected_events_dropped_total",
                "Rejected events that were counted only, or gave way to newer ones.")
{
    metrics.gauge("entvas_rejected_events_kept", "Rejected events kept for GET /rejections, of all projects.",
                  [this] { return double(m_events); });
    metrics.gauge("entvas_rejected_events_bytes", "Memory of the rejected events that are kept, approximately.",
                  [this] { return double(m_bytes); });
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
    const QByteArray &key = origin.key;
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

void RejectedEvents::addEvents(const Origin &origin, const QList<QList<FieldError>> &errors, bool isArray,
                               const Locate &locate)
{
    QList<qsizetype> wanted;
    qint64 bad = 0;
    for (qsizetype i = 0; i < errors.size(); ++i)
        if (!errors[i].isEmpty() && ++bad <= kMostPerRequest)
            wanted.append(i);
    const QList<SentText> texts = locate(wanted);
    Ring &ring = m_rings[origin.sender.project];
    for (qsizetype i = 0; i < wanted.size(); ++i) {
        Kept kept = make(origin);
        kept.index = isArray ? wanted[i] : -1;
        kept.errors = errors[wanted[i]];
        if (i < texts.size()) {
            kept.line = texts[i].line;
            setBody(kept, origin, texts[i].text);
        }
        if (i + 1 == wanted.size())
            kept.skipped = bad - wanted.size();
        push(ring, std::move(kept));
    }
    ring.total += quint64(bad - wanted.size());
    m_dropped += quint64(bad - wanted.size());
}

void RejectedEvents::addRequest(const Origin &origin, const QByteArray &text, const QList<FieldError> &errors)
{
    Kept kept = make(origin);
    kept.errors = errors;
    if (!text.isEmpty())
        setBody(kept, origin, text);
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
    m_bytes += kept.bytes;
    ++m_events;
    ring.kept.push_back(std::move(kept));
    while (qsizetype(ring.kept.size()) > kMostEvents || ring.bytes > kMostProjectBytes)
        popOldest(ring);
    while (m_bytes > kMostBytes) // the loudest project gives way, not the quiet ones
        popOldest(std::max_element(m_rings.begin(), m_rings.end(), [](const auto &a, const auto &b) {
                      return a.second.bytes < b.second.bytes;
                  })->second);
}

void RejectedEvents::popOldest(Ring &ring)
{
    ring.bytes -= ring.kept.front().bytes;
    m_bytes -= ring.kept.front().bytes;
    --m_events;
    ++m_dropped;
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
    JsonWriter json;
    json.beginObject();
    json.raw("success", "true");
    json.key("data");
    json.beginObject();
    json.key("rejections");
    json.beginArray();
    qint64 count = 0;
    for (auto one = ring.kept.crbegin(); one != ring.kept.crend() && count < *limit; ++one, ++count) {
        if (one->number <= quint64(*after))
            break;
        write(json, *one);
    }
    json.endArray();
    json.number("count", count);
    json.number("total", qint64(ring.total));
    json.number("kept", qint64(ring.kept.size()));
    json.string("epoch", m_epoch);
    json.string("since", isoFromMs(m_sinceMs));
    json.endObject();
    json.endObject();
    HttpReply reply;
    reply.body = json.take();
    return reply;
}

void RejectedEvents::write(JsonWriter &json, const Kept &kept)
{
    json.beginObject();
    json.number("number", qint64(kept.number));
    json.string("receivedAt", isoFromMs(kept.receivedAtMs));
    json.number("status", kept.status);
    json.string("requestId", QString::fromLatin1(kept.requestId));
    json.key("key");
    json.beginObject();
    json.string("id", kept.keyId);
    json.string("name", kept.keyName);
    json.endObject();
    json.string("sender", kept.address);
    if (kept.index >= 0)
        json.number("index", kept.index);
    if (kept.line >= 0)
        json.number("line", kept.line);
    json.raw("errors", QJsonDocument(errorsToJson(kept.errors)).toJson(QJsonDocument::Compact));
    if (const qint64 fault = faultOffset(kept.errors); fault >= 0)
        json.number("offset", fault);
    if (kept.body.isValidUtf8())
        json.string("body", kept.body);
    else
        json.string("bodyBase64", kept.body.toBase64());
    json.number("bodyFrom", kept.bodyFrom);
    json.number("bodyBytes", kept.bodyBytes);
    if (kept.skipped > 0)
        json.number("skipped", kept.skipped);
    json.endObject();
}

} // namespace entvas
