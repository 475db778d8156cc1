#include "app/feed/eventpages.h"

#include "app/feed/serveraddress.h"
#include "core/isotime.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QNetworkRequest>

#include <utility>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr qsizetype kMaxReasonChars = 300;

// The objects of the array under "events", as they were written: QJsonDocument turns numbers into doubles, and what was
// stored must not change on its way to a file. Fewer than there are when the text is not what the server writes.
QList<QByteArrayView> rawEvents(const QByteArray &body)
{
    QList<QByteArrayView> objects;
    qsizetype at = body.indexOf("\"events\":[");
    if (at < 0)
        return objects;
    int depth = 0;
    qsizetype start = -1;
    bool isText = false;
    for (at += 10; at < body.size(); ++at) {
        const char c = body[at];
        if (isText) {
            if (c == '\\')
                ++at;
            else if (c == '"')
                isText = false;
        } else if (c == '"') {
            isText = true;
        } else if (c == '{' || c == '[') {
            if (++depth == 1)
                start = at;
        } else if (c == '}' || c == ']') {
            if (--depth < 0)
                break;
            if (depth == 0)
                objects.append(QByteArrayView(body).sliced(start, at - start + 1));
        }
    }
    return objects;
}

// The value under "metadata", which comes last: no string can hold this mark, as its quotes would be escaped.
QByteArray rawMetadata(QByteArrayView event)
{
    constexpr QByteArrayView kMark(",\"metadata\":");
    const qsizetype at = event.indexOf(kMark);
    return at < 0 ? QByteArray() : event.sliced(at + kMark.size()).chopped(1).toByteArray();
}

} // namespace

std::optional<wire::TailEvent> readEvent(const QJsonObject &json, QByteArrayView raw)
{
    wire::TailEvent event;
    event.eventId = json.value("id"_L1).toString();
    event.eventType = json.value("eventType"_L1).toString();
    event.userId = json.value("userId"_L1).toString();
    const auto timestamp = isoToMs(json.value("timestamp"_L1).toString().toUtf8());
    const auto received = isoToMs(json.value("receivedAt"_L1).toString().toUtf8());
    if (!timestamp || !received || event.eventType.isEmpty())
        return {};
    event.timestampMs = *timestamp;
    event.receivedAtMs = *received;
    const QJsonObject metadata = json.value("metadata"_L1).toObject();
    event.metadata = rawMetadata(raw);
    if (QJsonDocument::fromJson(event.metadata).object() != metadata) // another order of keys: a server of another time
        event.metadata = QJsonDocument(metadata).toJson(QJsonDocument::Compact);
    return event;
}

QUrlQuery eventQuery(const EventPagesOptions &options, const TimeSpan &span, const EventChoice &choice)
{
    QUrlQuery query;
    query.addQueryItem(u"from"_s, QString::fromLatin1(isoFromMs(span.fromMs)));
    query.addQueryItem(u"to"_s, QString::fromLatin1(isoFromMs(span.toMs)));
    const std::pair<QString, QString> texts[]{
        {u"project"_s, options.project}, {u"type"_s, choice.type}, {u"user"_s, choice.user}};
    for (const auto &[name, text] : texts)
        if (!text.isEmpty()) // a query leaves signs like + and & as they are
            query.addQueryItem(name, QString::fromLatin1(QUrl::toPercentEncoding(text)));
    return query;
}

EventPages::EventPages(EventPagesOptions options, QObject *parent) : QObject(parent), m_options(std::move(options))
{
    m_network.setProxy(QNetworkProxy::NoProxy);
}

EventPages::~EventPages()
{
    stop();
}

void EventPages::stop()
{
    if (QNetworkReply *reply = std::exchange(m_reply, nullptr)) {
        reply->disconnect(this);
        reply->abort();
        reply->deleteLater();
    }
    m_cursor.clear();
}

void EventPages::ask(const TimeSpan &span, const EventChoice &choice)
{
    stop();
    m_span = span;
    m_choice = choice;
    send();
}

void EventPages::askMore()
{
    if (hasMore() && !isBusy())
        send();
}

void EventPages::send()
{
    if (!mayGo(m_options.server, m_options.sameMachine, m_options.allowsHttp)) {
        Q_EMIT failed(tr("Nothing is asked there without encryption: use an https address."));
        return;
    }
    QUrl url = m_options.server;
    url.setPath(u"/events"_s);
    QUrlQuery query = eventQuery(m_options, m_span, m_choice);
    query.addQueryItem(u"limit"_s, QString::number(m_options.pageEvents));
    if (!m_cursor.isEmpty())
        query.addQueryItem(u"cursor"_s, m_cursor);
    url.setQuery(query);
    QNetworkRequest request(url);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setTransferTimeout(kTimeoutMs);
    if (!m_options.token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + m_options.token.toUtf8());
    QNetworkReply *reply = m_network.get(request);
    m_reply = reply;
    reply->setReadBufferSize(0);
    connect(reply, &QNetworkReply::downloadProgress, this, [reply](qint64 received) {
        if (received > kMaxPageBytes)
            reply->abort();
    });
    connect(reply, &QNetworkReply::finished, this, [this, reply] { onFinished(reply); });
}

void EventPages::onFinished(QNetworkReply *reply)
{
    reply->deleteLater();
    m_reply = nullptr;
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const QByteArray body = reply->size() <= kMaxPageBytes ? reply->readAll() : QByteArray();
    const QJsonObject answer = QJsonDocument::fromJson(body).object();
    if (status != 200 || !answer.value("success"_L1).toBool()) {
        QString reason = answer.value("message"_L1).toString().left(kMaxReasonChars);
        if (reason.isEmpty() && status == 0)
            reason = tr("%1 does not answer.").arg(m_options.server.host());
        else if (reason.isEmpty())
            reason = tr("%1 answered with status %2.").arg(m_options.server.host()).arg(status);
        Q_EMIT failed(reason);
        return;
    }
    const QJsonObject data = answer.value("data"_L1).toObject();
    const QJsonArray list = data.value("events"_L1).toArray();
    QList<wire::TailEvent> events;
    events.reserve(std::min<qsizetype>(list.size(), m_options.pageEvents));
    const QList<QByteArrayView> raw = rawEvents(body);
    for (qsizetype i = 0; i < list.size() && events.size() < m_options.pageEvents; ++i)
        if (auto event = readEvent(list[i].toObject(), raw.size() == list.size() ? raw[i] : QByteArrayView()))
            events.append(std::move(*event));
    m_cursor = data.value("nextCursor"_L1).toString();
    if (events.isEmpty())
        m_cursor.clear(); // a server that always has more, but nothing in it
    Q_EMIT arrived(events);
}

} // namespace entvas
