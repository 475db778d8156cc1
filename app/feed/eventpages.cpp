#include "app/feed/eventpages.h"

#include "core/base/isotime.h"
#include "core/base/jsonvalue.h"

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

EventPages::EventPages(EventPagesOptions options, QObject *parent)
    : QObject(parent), m_options(std::move(options)), m_client({kMaxPageBytes, kTimeoutMs})
{
}

void EventPages::stop()
{
    m_client.stop();
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
    if (const auto may = RestClient::mayAsk(m_options.server, m_options.sameMachine, m_options.allowsHttp); !may) {
        Q_EMIT failed(may.failure().text);
        return;
    }
    QUrl url = m_options.server;
    url.setPath(u"/events"_s);
    QUrlQuery query = eventQuery(m_options, m_span, m_choice);
    query.addQueryItem(u"limit"_s, QString::number(m_options.pageEvents));
    if (!m_cursor.isEmpty())
        query.addQueryItem(u"cursor"_s, m_cursor);
    url.setQuery(query);
    m_client.get(url, m_options.token, [this](const RestAnswer &answer) { onAnswer(answer); });
}

void EventPages::onAnswer(const RestAnswer &answer)
{
    const json::Value page = json::parse(answer.body); // numbers stay as they were stored
    if (answer.status != 200 || page[u"success"].text != "true"_L1) {
        Q_EMIT failed(reasonOf(answer, m_options.server.host()));
        return;
    }
    const json::Value &data = page[u"data"];
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
