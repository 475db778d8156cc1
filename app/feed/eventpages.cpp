#include "app/feed/eventpages.h"

#include "app/feed/reasons.h"
#include "app/feed/serveraddress.h"
#include "core/base/isotime.h"
#include "core/base/jsonvalue.h"

#include <QNetworkProxy>
#include <QNetworkReply>
#include <QNetworkRequest>

#include <utility>

using namespace Qt::StringLiterals;

namespace entvas {

std::optional<wire::TailEvent> readEvent(const json::Value &json)
{
    wire::TailEvent event;
    event.eventId = json[u"id"].text;
    event.eventType = json[u"eventType"].text;
    event.userId = json[u"userId"].text;
    const auto timestamp = isoToMs(json[u"timestamp"].text.toUtf8());
    const auto received = isoToMs(json[u"receivedAt"].text.toUtf8());
    if (!timestamp || !received || event.eventType.isEmpty())
        return {};
    event.timestampMs = *timestamp;
    event.receivedAtMs = *received;
    if (const json::Value &metadata = json[u"metadata"]; !metadata.names.isEmpty())
        event.metadata = json::compact(metadata);
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
    const json::Value answer = json::parse(body); // numbers stay as they were stored
    if (status != 200 || answer[u"success"].text != "true"_L1) {
        QString reason = answer[u"message"].text.left(kMaxReasonChars);
        if (reason.isEmpty() && status == 0)
            reason = tr("%1 does not answer.").arg(m_options.server.host());
        else if (reason.isEmpty())
            reason = tr("%1 answered with status %2.").arg(m_options.server.host(), QString::number(status));
        Q_EMIT failed(reason);
        return;
    }
    const json::Value &data = answer[u"data"];
    QList<wire::TailEvent> events;
    for (const json::Value &entry : data[u"events"].values)
        if (auto event = readEvent(entry); event && events.size() < m_options.pageEvents)
            events.append(std::move(*event));
    m_cursor = data[u"nextCursor"].text;
    if (events.isEmpty())
        m_cursor.clear(); // a server that always has more, but nothing in it
    Q_EMIT arrived(events);
}

} // namespace entvas
