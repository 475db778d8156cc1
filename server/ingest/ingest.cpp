#include "server/ingest/ingest.h"

#include "core/base/isotime.h"
#include "core/base/jsontext.h"
#include "core/base/log.h"
#include "core/store/events/storewriter.h"
#include "server/access/accessreplies.h"
#include "server/access/guesslimit.h"
#include "server/http/reply.h"
#include "server/ingest/ingestbody.h"
#include "server/live/liveprojects.h"

#include <QJsonArray>
#include <QJsonObject>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

QString idText(const QUuid &id)
{
    return id.toString(QUuid::WithoutBraces);
}

// As its sender may have written it: the body itself is not kept until the commit.
QByteArray sentText(const Event &event)
{
    QByteArray text = "{\"eventType\":";
    json::appendString(text, event.eventType.toUtf8());
    text += ",\"userId\":";
    json::appendString(text, event.userId.toUtf8());
    text += ",\"timestamp\":\"" + isoFromMs(event.timestampMs) + '"';
    if (!event.idempotencyKey.isEmpty()) {
        text += ",\"id\":";
        json::appendString(text, event.idempotencyKey.toUtf8());
    }
    if (!event.metadata.isEmpty())
        text += ",\"metadata\":" + event.metadata;
    return text + '}';
}

QJsonObject rejectedResult(const QList<FieldError> &errors)
{
    return {{u"status"_s, u"rejected"_s}, {u"errors"_s, errorsToJson(errors)}};
}

} // namespace

Ingest::Ingest(const Settings &settings, const Door &door, StoreWriter *writer, LiveProjects *projects,
               const Clock *clock, QObject *parent)
    : QObject(parent),
      m_keys(door.keys),
      m_guesses(door.guesses),
      m_writer(writer),
      m_projects(projects),
      m_clock(clock),
      m_origins(settings.corsOrigins),
      m_rate(settings.rateLimit),
      m_maxBodyBytes(settings.maxBodyBytes),
      m_rejections(
          writer, [this] { return ++m_lastTicket; }, this),
      m_rejectedEvents(clock->nowMs())
{
    m_rules.dimensions = settings.dimensions;
    m_rules.eventTypes = settings.eventTypes;
    // The writer signals from its own thread: these arrive through our event loop.
    connect(m_writer, &StoreWriter::committed, this, &Ingest::onCommitted, Qt::QueuedConnection);
    connect(m_writer, &StoreWriter::refused, this, &Ingest::onRefused, Qt::QueuedConnection);
    connect(m_writer, &StoreWriter::uncertain, this, &Ingest::onUncertain, Qt::QueuedConnection);
}

void Ingest::post(const HttpRequest &request, const HttpResponder &responder)
{
    const qint64 now = m_clock->nowMs();
    const QByteArray presented = ApiKeys::presented(request);
    if (const int seconds = m_guesses->wait(request.peer, presented, now))
        return responder.send(guessedReply(seconds));
    const std::optional<KeyHolder> sender = m_keys->identify(presented, now);
    if (!sender) {
        const int seconds = presented.isEmpty() ? 0 : m_guesses->fail(request.peer, presented, now);
        return responder.send(seconds > 0
                                  ? guessedReply(seconds)
                                  : deniedReply(presented, {Fault::Unauthenticated, u"Invalid or missing API key"_s}));
    }
    if (const auto stranger = sender->isPublished ? strangerTo(request) : std::nullopt)
        return responder.send(deniedReply(presented, *stranger));
    m_guesses->right(request.peer, presented);
    request.notes->by = u"key:"_s + QString::fromUtf8(sender->keyName);
    request.notes->project = sender->project;
    if (sender->role == KeyRole::Viewer) {
        const QString text = u"This key may read, not send; it takes one of the role sender or admin"_s;
        m_rejectedEvents.addRequest({request, *sender, now, 403}, {}, {{{}, text, u"key.role"_s}});
        return responder.send(deniedReply(presented, {Fault::Denied, text}));
    }
    LiveProject *const project = m_projects->find(sender->project);
    if (!project)
        return responder.send(failureReply(m_projects->notOpen(sender->project)));
    if (const int seconds = m_rate.wait(sender->keyName, now))
        return refuseTooFast(seconds, 0, responder);
    IngestText text;
    auto read = readIngestBody(request, m_rules, m_maxBodyBytes, &text);
    m_stats.bodyBytes.used = std::max(m_stats.bodyBytes.used, double(text.bytes.size()));
    if (const auto *unusable = std::get_if<UnusableBody>(&read)) {
        m_stats.rejected += quint64(unusable->rejected);
        m_stats.bodyEvents.reached += unusable->reached == UnusableBody::Limit::Events;
        m_stats.bodyBytes.reached += unusable->reached == UnusableBody::Limit::Bytes;
        m_rejectedEvents.addRequest({request, *sender, now, unusable->reply.status}, text, unusable->errors);
        if (unusable->rejected == 0)
            return responder.send(unusable->reply);
        return m_rejections.add(sender->project, unusable->rejected, now, responder, unusable->reply);
    }
    auto &body = std::get<ParsedBody>(read);
    if (body.events.isEmpty()) {
        const QString why = u"The body holds no event"_s;
        m_rejectedEvents.addRequest({request, *sender, now, 400}, text, {{{}, why, u"array.min"_s}});
        return responder.send(failureReply({Fault::BadInput, why}));
    }
    m_stats.bodyEvents.used = std::max(m_stats.bodyEvents.used, double(body.events.size()));
    if (const int seconds = m_rate.take(sender->keyName, body.events.size(), now))
        return refuseTooFast(seconds, body.events.size(), responder);

    AppendJob job;
    job.project = sender->project;
    job.rejectedAtMs = now;
    Waiting waiting{responder, body.isArray, {}, request, *sender};
    waiting.request.body.clear();
    for (ParsedEvent &parsed : body.events) {
        if (parsed.errors.isEmpty()) {
            Event &event = parsed.event;
            event.id = m_ids.next(now);
            event.receivedAtMs = now;
            if (!parsed.hasTimestamp)
                event.timestampMs = now;
            event.series = project->admit(event.series);
            job.events.append(std::move(event));
        } else {
            ++job.rejected;
        }
        waiting.errors.append(std::move(parsed.errors));
    }
    m_stats.rejected += quint64(job.rejected);
    if (job.rejected > 0)
        m_rejectedEvents.addEvents({request, *sender, now, job.events.isEmpty() ? 400 : 200}, text, body.isArray,
                                   waiting.errors);
    if (job.events.isEmpty())
        return m_rejections.add(job.project, job.rejected, now, responder, rejectedReply(waiting));

    job.ticket = ++m_lastTicket;
    const quint64 ticket = job.ticket;
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

// Any page that the analyst's browser shows knows the published key. What tells it from a program on this machine is
// its origin, and, where its owner turns the page's own name into 127.0.0.1, that name. Only HTTP/1.0, which no browser
// speaks any more, comes without a Host.
std::optional<Failure> Ingest::strangerTo(const HttpRequest &request) const
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
    const std::optional<KeyHolder> sender = m_keys->identify(request, now);
    if (!sender || !m_projects->find(sender->project))
        return;
    const QString why = u"The body is larger than %1 bytes"_s.arg(m_maxBodyBytes);
    m_rejectedEvents.addRequest({request, *sender, now, status}, {}, {{{}, why, u"body.max"_s}});
}

void Ingest::refuseTooFast(int seconds, qsizetype events, const HttpResponder &responder)
{
    ++m_stats.rate.reached;
    m_stats.refused += quint64(events);
    responder.send(slowDownReply(seconds, u"Too many events for this key: try again in %1 s"_s.arg(seconds)));
}

Ingest::Stats Ingest::stats() const
{
    Stats stats = m_stats;
    stats.rate.used = m_rate.mostTaken(m_clock->nowMs());
    stats.rate.most = m_rate.perSecond();
    stats.bodyEvents.most = m_rules.maxEvents;
    stats.bodyBytes.most = double(m_maxBodyBytes);
    stats.waiting = m_waiting.size();
    stats.rejections = m_rejections.stats();
    stats.rejectedEvents = m_rejectedEvents.stats();
    return stats;
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
            case AppendOutcome::Status::Accepted: ++m_stats.accepted; break;
            case AppendOutcome::Status::Duplicate: ++m_stats.duplicates; break;
            case AppendOutcome::Status::Rejected: ++m_stats.rejected; break;
            }
        }
        const bool isRefused = stored.size() < job.outcomes.size();
        if (const auto left = isRefused ? m_refusalsLogged.take(m_clock->nowMs()) : std::nullopt)
            log::warning("ingest", u"the database refused events for their own sake: they count as rejected"_s,
                         {{u"events"_s, job.outcomes.size() - stored.size()},
                          {u"project"_s, job.job.project},
                          {u"reason"_s, job.refusedBecause},
                          {u"leftOut"_s, qint64(*left)}});
        // No entry: a commit whose outcome was learned only after its sender had been refused. Counted all the same.
        if (const auto waiting = m_waiting.find(job.job.ticket); waiting != m_waiting.end()) {
            if (isRefused)
                rejectRefused(*waiting, job);
            waiting->responder.send(stored.isEmpty() ? rejectedReply(*waiting) : acceptedReply(*waiting, stored));
            m_waiting.erase(waiting);
        }
    }
    Q_EMIT stored(jobs);
}

// What the database refused joins what validation refused: in the answer, and for those who look after the senders.
void Ingest::rejectRefused(Waiting &waiting, const CommittedJob &job)
{
    QList<QList<FieldError>> refused(waiting.errors.size());
    QByteArray text = "[";
    qsizetype next = 0; // outcomes are those of the valid events, in order
    bool isAll = true;
    for (qsizetype i = 0; i < waiting.errors.size(); ++i) {
        QByteArray one = "0"; // holds the place of one that is not told of
        if (waiting.errors[i].isEmpty()) {
            if (job.outcomes[next].status == AppendOutcome::Status::Rejected) {
                refused[i] = {{{}, u"The database refused this event"_s, u"database.refused"_s}};
                waiting.errors[i] = refused[i];
                one = sentText(job.job.events[next]);
            } else {
                isAll = false;
            }
            ++next;
        }
        text += (i > 0 ? "," : "") + one;
    }
    const IngestText sent{waiting.isArray ? QByteArray(text + ']') : text.sliced(1)};
    m_rejectedEvents.addEvents({waiting.request, waiting.sender, job.job.rejectedAtMs, isAll ? 400 : 200}, sent,
                               waiting.isArray, refused);
}

void Ingest::onRefused(const QList<quint64> &tickets, const Failure &failure)
{
    if (const auto left = m_refusalsLogged.take(m_clock->nowMs()))
        log::warning("ingest", u"events refused"_s,
                     {{u"requests"_s, tickets.size()}, {u"reason"_s, failure.text}, {u"leftOut"_s, qint64(*left)}});
    // Whatever kept the database from storing a good event, sending it again is right: nothing of it is stored.
    const bool senderIsWrong = failure.kind == Fault::BadInput || failure.kind == Fault::TooLarge;
    answerAll(tickets, failureReply(senderIsWrong ? failure : Failure{Fault::Unavailable, failure.forCallers()}));
}

void Ingest::onUncertain(const QList<quint64> &tickets, const Failure &failure)
{
    log::warning("ingest", u"nobody knows whether these events are stored"_s,
                 {{u"requests"_s, tickets.size()}, {u"reason"_s, failure.text}});
    // Not 503, which promises that nothing is stored.
    answerAll(tickets, errorReply(500, u"The database was lost while it committed, and it is not known whether the "
                                       "events are stored. Sent again with the same id they can't count twice"_s));
}

void Ingest::answerAll(const QList<quint64> &tickets, const HttpReply &reply)
{
    for (const quint64 ticket : tickets) {
        if (m_rejections.refused(ticket))
            continue;
        if (const auto waiting = m_waiting.constFind(ticket); waiting != m_waiting.cend()) {
            for (const QList<FieldError> &errors : waiting->errors)
                m_stats.refused += errors.isEmpty();
            waiting->responder.send(reply);
            m_waiting.erase(waiting);
        }
    }
    Q_EMIT lost();
}

HttpReply Ingest::acceptedReply(const Waiting &waiting, const QList<AppendOutcome> &stored)
{
    const auto isDuplicate = [](const AppendOutcome &o) { return o.status == AppendOutcome::Status::Duplicate; };
    if (!waiting.isArray) {
        const AppendOutcome &outcome = stored.first();
        QJsonObject data{{u"eventId"_s, idText(outcome.eventId)},
                         {u"receivedAt"_s, QLatin1StringView(isoFromMs(outcome.receivedAtMs))}};
        if (isDuplicate(outcome))
            data.insert(u"duplicate"_s, true);
        return jsonReply(200,
                         {{u"success"_s, true}, {u"message"_s, u"Event received successfully"_s}, {u"data"_s, data}});
    }
    QJsonArray results;
    int accepted = 0;
    int duplicates = 0;
    int rejected = 0;
    qsizetype next = 0; // those of the events without errors, in order
    for (const QList<FieldError> &errors : waiting.errors) {
        if (!errors.isEmpty()) {
            ++rejected;
            results.append(rejectedResult(errors));
            continue;
        }
        const AppendOutcome &outcome = stored[next++];
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

HttpReply Ingest::rejectedReply(const Waiting &waiting)
{
    QJsonObject answer{
        {u"success"_s, false}, {u"message"_s, u"Validation failed"_s}, {u"error"_s, u"Validation failed"_s}};
    if (waiting.isArray) {
        QJsonArray results;
        for (const QList<FieldError> &errors : waiting.errors)
            results.append(rejectedResult(errors));
        answer.insert(u"data"_s, QJsonObject{{u"accepted"_s, 0},
                                             {u"duplicates"_s, 0},
                                             {u"rejected"_s, results.size()},
                                             {u"results"_s, results}});
    } else {
        answer.insert(u"errors"_s, errorsToJson(waiting.errors.first()));
    }
    return jsonReply(400, answer);
}

} // namespace entvas
