#include "server/ingest/ingest.h"
#include "server/ingest/senttext.h"

#include "core/base/isotime.h"
#include "core/base/jsontext.h"
#include "core/base/log.h"
#include "core/store/events/storewriter.h"
#include "server/access/accessreplies.h"
#include "server/access/auththrottle.h"
#include "server/http/reply.h"
#include "server/live/liveprojects.h"

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr auto kCount = LimitText::Unit::Count;
constexpr auto kBytes = LimitText::Unit::Bytes;
constexpr const char *kEvents = "entvas_ingest_events_total";
constexpr const char *kEventsHelp =
    "Events by result: rejected failed validation; refused were good, not stored, and answered with 429 or 503.";

} // namespace

// What /metrics shows of ingestion; a new number is one more member here.
struct Ingest::Counts {
    explicit Counts(const Ingest &ingest)
        : rate(metrics,
               {"entvas_ingest_rate_events", kCount,
                "Events per second that the busiest key has used of its burst; 0 = no limit.",
                "Requests refused with 429."},
               ingest.m_rate.perSecond(), [&ingest] { return ingest.m_rate.mostTaken(ingest.m_clock->nowMs()); }),
          bodyEvents(metrics,
                     {"entvas_ingest_body_events", kCount, "Largest number of events in one request so far.",
                      "Requests rejected with 413 for the number of their events."},
                     ingest.m_rules.maxEvents),
          bodyBytes(metrics,
                    {"entvas_ingest_unpacked", kBytes, "Largest body so far, once unpacked.",
                     "Requests rejected with 413 for their body once unpacked."},
                    double(ingest.m_maxBodyBytes))
    {
        metrics.gauge("entvas_ingest_waiting_senders", "Requests whose events wait for their commit.",
                      [&ingest] { return double(ingest.m_waiting.size()); });
    }

    Metrics metrics;
    Counter accepted{metrics, kEvents, kEventsHelp, {{"result", u"accepted"_s}}};
    Counter duplicates{metrics, kEvents, kEventsHelp, {{"result", u"duplicate"_s}}};
    Counter rejected{metrics, kEvents, kEventsHelp, {{"result", u"rejected"_s}}}; // by validation or the database
    Counter refused{metrics, kEvents, kEventsHelp, {{"result", u"refused"_s}}};
    Limit rate; // a larger batch may pass as debt
    Limit bodyEvents;
    Limit bodyBytes;
};

// A request on its way to the writer's queue.
struct Ingest::Arrival {
    const IngestDialect &dialect;
    const HttpRequest &request;
    const HttpResponder &responder;
    qint64 nowMs;
    SentBody sent;
    QByteArray key{};
    KeyHolder sender{};
    LiveProject *project = nullptr;
    SentEvents events{};

    RejectedEvents::Origin origin(int status) const { return {request, sender, key, nowMs, status}; }
};

Ingest::Ingest(const Settings &settings, const Credentials &credentials, StoreWriter *writer, LiveProjects *projects,
               const Clock *clock, const QList<IngestDialect> &dialects, QObject *parent)
    : QObject(parent),
      m_keys(credentials.keys),
      m_throttle(credentials.throttle),
      m_writer(writer),
      m_projects(projects),
      m_clock(clock),
      m_origins(settings.corsOrigins),
      m_rate(settings.rateLimit),
      m_rules{settings.dimensions, settings.eventTypes},
      m_maxBodyBytes(settings.maxBodyBytes),
      m_counts(std::make_unique<Counts>(*this)),
      m_rejections(
          writer, [this] { return ++m_lastTicket; }, m_counts->metrics, this),
      m_rejectedEvents(clock->nowMs(), m_counts->metrics)
{
    for (const IngestDialect &dialect : dialects)
        for (const RouteDeclaration &route : dialect.routes)
            m_dialects.insert(route.path, &dialect);
    // The writer signals from its own thread: these arrive through our event loop.
    connect(m_writer, &StoreWriter::committed, this, &Ingest::onCommitted, Qt::QueuedConnection);
    connect(m_writer, &StoreWriter::refused, this, &Ingest::onRefused, Qt::QueuedConnection);
    connect(m_writer, &StoreWriter::uncertain, this, &Ingest::onUncertain, Qt::QueuedConnection);
}

Ingest::~Ingest() = default;

const Metrics &Ingest::metrics() const
{
    return m_counts->metrics;
}

void Ingest::post(const HttpRequest &request, const HttpResponder &responder)
{
    const IngestDialect *dialect = dialectOf(request.path);
    if (!dialect)
        return responder.send(failureReply({Fault::NotFound, u"No events are taken at %1"_s.arg(request.path)}));
    Arrival arrival{*dialect, request, responder, m_clock->nowMs(), SentBody(request, m_maxBodyBytes)};
    if (admit(arrival) && read(arrival))
        enqueue(arrival);
}

// Who sends, into which project, and whether now. False: it has been answered.
bool Ingest::admit(Arrival &arrival)
{
    const HttpRequest &request = arrival.request;
    const QByteArray &key = arrival.key = arrival.dialect.presentedKey(arrival.sent);
    const auto deny = [&](const Failure &failure) {
        refuse(arrival, failure, deniedReply(key, failure));
        return false;
    };
    const auto throttle = [&](int seconds) {
        refuse(arrival, {Fault::Busy, u"Too many wrong keys or tokens"_s}, throttledReply(seconds), seconds);
        return false;
    };
    if (const int seconds = m_throttle->retryAfter(request.peer, key, arrival.nowMs))
        return throttle(seconds);
    std::optional<KeyHolder> sender = m_keys->identify(key, arrival.nowMs);
    if (!sender) {
        if (const int seconds = key.isEmpty() ? 0 : m_throttle->recordFailure(request.peer, key, arrival.nowMs))
            return throttle(seconds);
        return deny({Fault::Unauthenticated, u"Invalid or missing API key"_s});
    }
    if (const auto fault = sender->isPublished ? publishedKeyFault(request) : std::nullopt)
        return deny(*fault);
    m_throttle->recordSuccess(request.peer, key);
    arrival.sender = std::move(*sender);
    request.notes->by = u"key:"_s + QString::fromUtf8(arrival.sender.keyName);
    request.notes->project = arrival.sender.project;
    if (arrival.sender.role == KeyRole::Viewer) {
        const QString text = u"This key may read, not send; it takes one of the role sender or admin"_s;
        m_rejectedEvents.addRequest(arrival.origin(403), {}, {{{}, text, u"key.role"_s}});
        return deny({Fault::Denied, text});
    }
    arrival.project = m_projects->find(arrival.sender.project);
    if (!arrival.project) {
        const Failure failure = m_projects->notOpen(arrival.sender.project);
        refuse(arrival, failure, failureReply(failure));
        return false;
    }
    if (const int seconds = m_rate.wait(arrival.sender.keyName, arrival.nowMs)) {
        refuseTooFast(arrival, seconds, 0);
        return false;
    }
    return true;
}

// False: it has been answered.
bool Ingest::read(Arrival &arrival)
{
    auto read = arrival.dialect.read(arrival.sent, m_rules);
    m_counts->bodyBytes.raise(double(arrival.sent.text().size()));
    if (const auto *unusable = std::get_if<UnusableBody>(&read)) {
        rejectBody(arrival, *unusable);
        return false;
    }
    arrival.events = std::move(std::get<SentEvents>(read));
    if (arrival.events.events.isEmpty()) {
        const QString why = u"The body holds no event"_s;
        rejectBody(arrival, unusableBody(failureReply({Fault::BadInput, why}), why, u"array.min"_s));
        return false;
    }
    const qsizetype events = arrival.events.events.size();
    m_counts->bodyEvents.raise(double(events));
    if (const int seconds = m_rate.take(arrival.sender.keyName, events, arrival.nowMs)) {
        refuseTooFast(arrival, seconds, events);
        return false;
    }
    return true;
}

void Ingest::rejectBody(const Arrival &arrival, const UnusableBody &unusable)
{
    m_counts->rejected += quint64(unusable.rejected);
    if (unusable.reached == UnusableBody::Limit::Events)
        m_counts->bodyEvents.reach();
    else if (unusable.reached == UnusableBody::Limit::Bytes)
        m_counts->bodyBytes.reach();
    m_rejectedEvents.addRequest(arrival.origin(unusable.reply.status), arrival.sent.text(), unusable.errors);
    if (unusable.rejected == 0)
        return arrival.responder.send(unusable.reply);
    m_rejections.add(arrival.sender.project, unusable.rejected, arrival.nowMs, arrival.responder, unusable.reply);
}

void Ingest::enqueue(Arrival &arrival)
{
    AppendJob job;
    job.project = arrival.sender.project;
    job.rejectedAtMs = arrival.nowMs;
    Waiting waiting{&arrival.dialect, arrival.responder,      arrival.request,           arrival.sender,
                    arrival.key,      arrival.events.isArray, arrival.events.references, {}};
    waiting.request.body.clear();
    for (ParsedEvent &parsed : arrival.events.events) {
        if (parsed.errors.isEmpty()) {
            Event &event = parsed.event;
            event.id = m_ids.next(arrival.nowMs);
            event.receivedAtMs = arrival.nowMs;
            if (!parsed.hasTimestamp)
                event.timestampMs = arrival.nowMs;
            event.series = arrival.project->admit(event.series);
            job.events.append(std::move(event));
        } else {
            ++job.rejected;
        }
        waiting.errors.append(std::move(parsed.errors));
    }
    m_counts->rejected += quint64(job.rejected);
    if (job.rejected > 0)
        m_rejectedEvents.addEvents(arrival.origin(job.events.isEmpty() ? 400 : 200), waiting.errors, waiting.isArray,
                                   [&](const QList<qsizetype> &wanted) {
                                       return arrival.dialect.locate(arrival.sent, arrival.events, wanted);
                                   });
    if (job.events.isEmpty())
        return m_rejections.add(job.project, job.rejected, arrival.nowMs, arrival.responder,
                                arrival.dialect.rejected(waiting.verdicts()));
    push(std::move(job), std::move(waiting));
}

void Ingest::push(AppendJob job, Waiting waiting)
{
    const quint64 ticket = job.ticket = ++m_lastTicket;
    // Known before it is pushed: the commit may be reported at any moment from then on.
    m_waiting.insert(ticket, std::move(waiting));
    if (!m_writer->push(std::move(job))) {
        const StoreWriter::Stats writer = m_writer->stats();
        const QString why = writer.isAvailable  ? u"The queue is full: nothing was stored, send again"_s
                            : writer.isReadOnly ? u"The database is read-only: nothing was stored, send again"_s
                                                : u"The database is away: nothing was stored, send again"_s;
        onRefused({ticket}, {writer.isAvailable ? Fault::Busy : Fault::Unavailable, why});
    }
}

// Any page that the analyst's browser shows knows the published key. A page is recognised by its origin, and, where the
// page's own name has been made to resolve to 127.0.0.1, by that name. Only HTTP/1.0, which no browser speaks any more,
// comes without a Host.
std::optional<Failure> Ingest::publishedKeyFault(const HttpRequest &request) const
{
    const QString instead = u"set a WEBHOOK_API_KEY of your own"_s;
    const QByteArray host = request.header("host");
    if (!host.isEmpty() && !isLoopbackHost(host))
        return Failure{Fault::Denied,
                       u"The published development key is taken only by localhost: to send to another name, "_s +
                           instead};
    if (m_origins.isForeign(request))
        return Failure{Fault::Denied, u"A page of another origin may not send with the published development key: "_s +
                                          instead + u", and name the origin in CORS_ORIGINS"_s};
    return {};
}

void Ingest::noteRefusal(const HttpRequest &request, int status)
{
    if (request.method != "POST" || status != 413)
        return;
    const qint64 now = m_clock->nowMs();
    const IngestDialect *dialect = dialectOf(request.path);
    const QByteArray key =
        dialect ? dialect->presentedKey(SentBody(request, m_maxBodyBytes)) : ApiKeys::presented(request);
    const std::optional<KeyHolder> sender = m_keys->identify(key, now);
    if (!sender || !m_projects->find(sender->project))
        return;
    const QString why = u"The body is larger than %1 bytes"_s.arg(m_maxBodyBytes);
    m_rejectedEvents.addRequest({request, *sender, key, now, status}, {}, {{{}, why, u"body.max"_s}});
}

void Ingest::refuse(const Arrival &arrival, const Failure &failure, HttpReply usual, int retryAfter)
{
    arrival.responder.send(arrival.dialect.refused(arrival.request, {failure, retryAfter, std::move(usual)}));
}

void Ingest::refuseTooFast(const Arrival &arrival, int seconds, qsizetype events)
{
    m_counts->rate.reach();
    m_counts->refused += quint64(events);
    const QString why = u"Too many events for this key: try again in %1 s"_s.arg(seconds);
    refuse(arrival, {Fault::Busy, why}, slowDownReply(seconds, why), seconds);
}

void Ingest::onCommitted(const QList<CommittedJob> &jobs)
{
    for (const CommittedJob &job : jobs) {
        if (m_rejections.committed(job.job.ticket))
            continue;
        QList<AppendOutcome> stored;
        for (const AppendOutcome &outcome : job.outcomes) {
            if (outcome.status != AppendOutcome::Status::Rejected)
                stored.append(outcome);
            switch (outcome.status) {
            case AppendOutcome::Status::Accepted: ++m_counts->accepted; break;
            case AppendOutcome::Status::Duplicate: ++m_counts->duplicates; break;
            case AppendOutcome::Status::Rejected: ++m_counts->rejected; break;
            }
        }
        const bool isRejected = stored.size() < job.outcomes.size();
        if (const auto left = isRejected ? m_refusalsLogged.take(m_clock->nowMs()) : std::nullopt)
            log::warning("ingest", u"the database rejected events that it can't store"_s,
                         {{u"events"_s, job.outcomes.size() - stored.size()},
                          {u"project"_s, job.job.project},
                          {u"reason"_s, job.refusedBecause},
                          {u"leftOut"_s, qint64(*left)}});
        // No entry: a commit whose outcome was learned only after its sender had been refused. Counted all the same.
        if (const auto waiting = m_waiting.find(job.job.ticket); waiting != m_waiting.end()) {
            if (isRejected)
                addRejected(*waiting, job);
            const IngestDialect &dialect = *waiting->dialect;
            waiting->responder.send(stored.isEmpty() ? dialect.rejected(waiting->verdicts())
                                                     : dialect.accepted(waiting->verdicts(stored)));
            m_waiting.erase(waiting);
        }
    }
    Q_EMIT stored(jobs);
}

// What the database rejected joins what validation rejected: in the answer, and in GET /rejections.
void Ingest::addRejected(Waiting &waiting, const CommittedJob &job)
{
    QList<QList<FieldError>> rejected(waiting.errors.size());
    QMap<qsizetype, QByteArray> texts; // by place in the body
    qsizetype next = 0;                // outcomes are those of the valid events, in order
    bool isAll = true;
    for (qsizetype i = 0; i < waiting.errors.size(); ++i) {
        if (!waiting.errors[i].isEmpty())
            continue;
        if (job.outcomes[next].status == AppendOutcome::Status::Rejected) {
            rejected[i] = {{{}, u"The database rejected this event"_s, u"database.refused"_s}};
            waiting.errors[i] = rejected[i];
            texts.insert(i, sentText(job.job.events[next]));
        } else {
            isAll = false;
        }
        ++next;
    }
    m_rejectedEvents.addEvents({waiting.request, waiting.sender, waiting.key, job.job.rejectedAtMs, isAll ? 400 : 200},
                               rejected, waiting.isArray, [&texts](const QList<qsizetype> &wanted) {
                                   QList<SentText> found;
                                   for (const qsizetype index : wanted)
                                       found.append({*texts.constFind(index)});
                                   return found;
                               });
}

void Ingest::onRefused(const QList<quint64> &tickets, const Failure &failure)
{
    if (const auto left = m_refusalsLogged.take(m_clock->nowMs()))
        log::warning("ingest", u"events refused"_s,
                     {{u"requests"_s, tickets.size()}, {u"reason"_s, failure.text}, {u"leftOut"_s, qint64(*left)}});
    // Whatever kept the database from storing a good event, sending it again is right: nothing of it is stored.
    const bool senderIsWrong = failure.kind == Fault::BadInput || failure.kind == Fault::TooLarge;
    const Failure outside = senderIsWrong ? failure : Failure{Fault::Unavailable, failure.forCallers()};
    answerAll(tickets, {outside, 0, failureReply(outside)});
}

void Ingest::onUncertain(const QList<quint64> &tickets, const Failure &failure)
{
    log::warning("ingest", u"it is not known whether these events are stored"_s,
                 {{u"requests"_s, tickets.size()}, {u"reason"_s, failure.text}});
    // Not 503, which promises that nothing is stored.
    const QString why = u"The database was lost while it committed, and it is not known whether the events are stored. "
                        "Sent again with the same id they can't count twice"_s;
    answerAll(tickets, {{Fault::Internal, why}, 0, errorReply(500, why)});
}

void Ingest::answerAll(const QList<quint64> &tickets, const Refusal &refusal)
{
    for (const quint64 ticket : tickets) {
        if (m_rejections.refused(ticket))
            continue;
        if (const auto waiting = m_waiting.constFind(ticket); waiting != m_waiting.cend()) {
            for (const QList<FieldError> &errors : waiting->errors)
                m_counts->refused += errors.isEmpty();
            waiting->responder.send(waiting->dialect->refused(waiting->request, refusal));
            m_waiting.erase(waiting);
        }
    }
    Q_EMIT lost();
}

} // namespace entvas
