#include "server/query/history.h"

#include "core/file/exportrows.h"
#include "server/http/reply.h"
#include "server/query/historyreader.h"
#include "server/query/readfilter.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

HttpReply pageReply(const QList<StoredEvent> &events, const QString &filter, bool hasMore)
{
    // Text, not QJsonObject: metadata goes out byte for byte as it was stored, so that 1.10 stays 1.10.
    QByteArray body = QByteArrayLiteral("{\"success\":true,\"data\":{\"events\":[");
    for (qsizetype i = 0; i < events.size(); ++i) {
        if (i > 0)
            body += ',';
        body += eventToJson(events[i]);
    }
    QJsonObject rest{{u"count"_s, events.size()}, {u"filter"_s, filter}};
    if (hasMore)
        rest.insert(u"nextCursor"_s, cursorText(events.last().id));
    body += "]," + QJsonDocument(rest).toJson(QJsonDocument::Compact).mid(1) + '}';
    HttpReply reply;
    reply.body = std::move(body);
    return reply;
}

} // namespace

History::History(HistoryReader *reader, const Clock *clock, QObject *parent)
    : QObject(parent), m_reader(reader), m_clock(clock)
{
}

void History::get(const QString &project, const HttpRequest &request, const HttpResponder &responder)
{
    const ReadFilter filter = readFilter(request.query, m_clock->nowMs());
    const auto read = readEventQuery(request.query, project, filter);
    if (!read)
        return responder.send(failureReply(read.failure()));
    EventQuery query = read.value();
    const int limit = query.limit++; // one more shows whether there is a next page
    using Page = QList<StoredEvent>;
    const bool taken = m_reader->ask<Page>(
        this, [query](EventStore &store) { return store.reader().events(query); },
        [responder, limit, name = filter.name](Result<Page> page) {
            if (!page)
                return responder.send(
                    failureReply({page.failure().kind == Fault::Unavailable ? Fault::Unavailable : Fault::Internal,
                                  u"The events could not be read: "_s + page.failure().forCallers()}));
            const bool hasMore = page->size() > limit;
            if (hasMore)
                page->resize(limit);
            responder.send(pageReply(page.value(), name, hasMore));
        });
    if (!taken)
        responder.send(failureReply({Fault::Busy, u"Too many questions wait for the database: try again"_s}));
}

} // namespace entvas
