#include "server/query/exports.h"

#include "core/base/log.h"
#include "server/http/bodypieces.h"
#include "server/http/reply.h"
#include "server/query/historyreader.h"
#include "server/query/readfilter.h"

#include <algorithm>
#include <limits>
#include <QDateTime>
#include <QElapsedTimer>
#include <QJsonObject>
#include <QTimer>
#include <QTimeZone>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

struct Page {
    QByteArray text;
    qint64 events = 0;
    QUuid last;         // of its events
    bool isEnd = false; // nothing is left
};

// In the reader's thread.
Result<Page> readPage(EventStore &store, const EventQuery &query, Exports::Format format, bool isFirst)
{
    const auto events = store.reader().events(query);
    if (!events)
        return events.failure();
    Page page;
    page.events = events.value().size();
    page.isEnd = page.events < query.limit;
    if (page.events > 0)
        page.last = events.value().last().id;
    for (const StoredEvent &event : events.value()) {
        page.text += exportRow(format, event, isFirst);
        isFirst = false;
    }
    return page;
}

QByteArray contentType(Exports::Format format)
{
    switch (format) {
    case Exports::Format::Csv: return "text/csv; charset=utf-8; header=present";
    case Exports::Format::Json: return "application/json; charset=utf-8";
    case Exports::Format::Ndjson: return "application/x-ndjson; charset=utf-8";
    }
    return {};
}

QByteArray fileName(Exports::Format format, const EventQuery &query)
{
    const auto time = [](qint64 ms) {
        return QDateTime::fromMSecsSinceEpoch(ms, QTimeZone::utc()).toString(u"yyyyMMdd'T'HHmmss'Z'"_s).toLatin1();
    };
    const QByteArray suffix = format == Exports::Format::Csv    ? "csv"
                              : format == Exports::Format::Json ? "json"
                                                                : "ndjson";
    // A project's id holds nothing that would have to be quoted.
    return "entvas-" + query.project.toLatin1() + '-' + time(query.fromMs) + '-' + time(query.toMs) + '.' + suffix;
}

} // namespace

struct Exports::Counts {
    int running = 0;
    Metrics metrics;
    Counter started{metrics, "entvas_exports_total", "Exports started."};
    Counter broken{metrics, "entvas_exports_broken_total",
                   "Exports ended early: by a failure of the database, or because the right to read ended."};
    Counter events{metrics, "entvas_exported_events_total", "Events written into exports."};
    Limit atOnce{metrics,
                 {"entvas_exports_running", LimitText::Unit::Count, "Exports that are being read or sent.",
                  "Exports refused with 503 because as many ran as may."},
                 kMostAtOnce,
                 [this] { return double(running); }};
};

// One export, from its first page to its last. Belongs to the connection once that has begun to send.
class Exports::Export final : public QObject, public BodyPieces
{
public:
    Export(HistoryReader *reader, std::shared_ptr<Counts> counts, Format format, EventQuery query, QString filter,
           MayGoOn mayGoOn)
        : m_reader(reader),
          m_counts(std::move(counts)),
          m_format(format),
          m_query(std::move(query)),
          m_filter(std::move(filter)),
          m_mayGoOn(std::move(mayGoOn)),
          m_left(m_query.limit)
    {
        ++m_counts->running;
        m_since.start();
    }
    ~Export() override
    {
        --m_counts->running;
        log::info("export", u"export ended"_s,
                  {{u"project"_s, m_query.project}, {u"events"_s, m_events}, {u"ms"_s, m_since.elapsed()}});
    }

    using Then = std::function<void(Result<Page>)>;
    // Answers once, unless we go before. `then` may be destroyed in the reader's thread.
    void ask(const Then &then, int retries = 0)
    {
        m_query.limit = int(std::min<qint64>(m_left, m_pageEvents));
        const bool taken = m_reader->ask<Page>(
            this,
            [query = m_query, format = m_format, isFirst = m_events == 0](EventStore &store) {
                return readPage(store, query, format, isFirst);
            },
            then);
        if (taken)
            return;
        if (retries >= kMostRetries)
            return then(Failure{Fault::Busy, u"Too many questions wait for the database: try again"_s});
        QTimer::singleShot(kRetryMs, this, [this, then, retries] { ask(then, retries + 1); });
    }

    void next(const Taker &take) override
    {
        if (m_first)
            return take(toPiece(*std::exchange(m_first, {})));
        ask([this, take](const Result<Page> &page) {
            if (page && m_mayGoOn())
                return take(toPiece(page.value()));
            ++m_counts->broken;
            log::warning("export", u"export ended early"_s,
                         {{u"reason"_s, page ? u"its reader is no longer authorized"_s : page.failure().text},
                          {u"events"_s, m_events}});
            take({{}, false, true});
        });
    }

    void setFirst(Page page) { m_first = std::move(page); }

    HttpReply reply() const
    {
        HttpReply reply;
        reply.contentType = contentType(m_format);
        reply.headers = {{"Content-Disposition", "attachment; filename=\"" + fileName(m_format, m_query) + '"'},
                         {"Cache-Control", "no-store"}};
        return reply;
    }

    std::optional<HttpResponder> responder; // until the first page is there

private:
    QElapsedTimer m_since;

    Piece toPiece(const Page &page)
    {
        Piece piece;
        if (std::exchange(m_isBegun, true) == false)
            piece.bytes = exportHead(m_format);
        piece.bytes += page.text;
        m_events += page.events;
        m_counts->events += quint64(page.events);
        m_left -= page.events;
        m_query.before = page.last;
        piece.isLast = page.isEnd || m_left <= 0;
        if (piece.isLast)
            piece.bytes += exportTail(m_format, m_events, m_filter);
        if (page.text.size() > kPageBytes)
            m_pageEvents = std::max(m_pageEvents / 2, kLeastPage);
        else if (page.text.size() < kPageBytes / 2)
            m_pageEvents = std::min(m_pageEvents * 2, kMostPage);
        return piece;
    }
    HistoryReader *m_reader;
    std::shared_ptr<Counts> m_counts;
    Format m_format;
    EventQuery m_query;
    QString m_filter;
    MayGoOn m_mayGoOn;
    qint64 m_left; // events that may still come
    qint64 m_events = 0;
    int m_pageEvents = kFirstPage;
    bool m_isBegun = false;
    std::optional<Page> m_first;
};

Exports::Exports(HistoryReader *reader, const Clock *clock, QObject *parent)
    : QObject(parent), m_reader(reader), m_clock(clock), m_counts(std::make_shared<Counts>())
{
}

Exports::~Exports() = default;

const Metrics &Exports::metrics() const
{
    return m_counts->metrics;
}

void Exports::get(Format format, const QString &project, const MayGoOn &mayGoOn, const HttpRequest &request,
                  const HttpResponder &responder)
{
    constexpr int kAll = std::numeric_limits<int>::max();
    const ReadFilter filter = readFilter(request.query, m_clock->nowMs());
    const auto query = readEventQuery(request.query, project, filter, {kAll, kAll});
    if (!query)
        return responder.send(failureReply(query.failure()));
    if (m_counts->running >= kMostAtOnce) {
        m_counts->atOnce.reach();
        return responder.send(failureReply(
            {Fault::Busy, u"%1 exports run already, which is as many as may: try again"_s.arg(kMostAtOnce)}));
    }
    const auto opening = std::make_shared<Export>(m_reader, m_counts, format, query.value(), filter.name, mayGoOn);
    if (request.method == "HEAD") {
        HttpReply reply = opening->reply();
        reply.pieces = opening;
        return responder.send(reply);
    }
    opening->responder = responder;
    m_opening.push_back(opening);
    // A failure of the first page is still an answer with a status of its own.
    opening->ask([this, raw = opening.get()](Result<Page> page) {
        const auto found = std::find_if(m_opening.begin(), m_opening.end(),
                                        [raw](const std::shared_ptr<Export> &one) { return one.get() == raw; });
        const std::shared_ptr<Export> ours = *found;
        m_opening.erase(found);
        const HttpResponder to = *std::exchange(ours->responder, {});
        if (!page) {
            const bool isAway = page.failure().kind == Fault::Unavailable || page.failure().kind == Fault::Busy;
            return to.send(failureReply({isAway ? page.failure().kind : Fault::Internal,
                                         u"The events could not be read: "_s + page.failure().forCallers()}));
        }
        ++m_counts->started;
        HttpReply reply = ours->reply();
        ours->setFirst(std::move(page.value()));
        reply.pieces = ours;
        to.send(reply);
    });
}

} // namespace entvas
