#include "core/base/log.h"
#include "core/store/events/storereader.h"
#include "server/access/accessreplies.h"
#include "server/access/apikeys.h"
#include "server/admin/adminroutes.h"
#include "server/admin/owneraccess.h"
#include "server/api/servercore.h"
#include "server/cluster/directorywatch.h"
#include "server/http/reply.h"
#include "server/ingest/ingest.h"
#include "server/live/liveprojects.h"
#include "server/metrics/metrics.h"
#include "server/metrics/status.h"
#include "server/query/exports.h"
#include "server/query/history.h"
#include "server/query/historyreader.h"
#include "server/query/readfilter.h"
#include "server/query/stats.h"

#include <algorithm>
#include <functional>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

void addSafety(const HttpRequest &request, HttpReply &reply)
{
    // Nothing here is worth keeping: counts change by the second, and most of it is for one reader only.
    const bool isSaid = std::any_of(reply.headers.cbegin(), reply.headers.cend(), [](const HttpHeader &header) {
        return header.first.compare("cache-control", Qt::CaseInsensitive) == 0;
    });
    if (!isSaid)
        reply.headers.append({QByteArrayLiteral("Cache-Control"), QByteArrayLiteral("no-store")});
    // This host only: what else has names below it is not ours to say.
    if (request.isEncrypted)
        reply.headers.append({QByteArrayLiteral("Strict-Transport-Security"), QByteArrayLiteral("max-age=31536000")});
}

} // namespace

void ServerCore::addRoutes()
{
    const auto post = std::bind_front(&ServerCore::post, this);
    m_front->route("POST", u"/webhook"_s, post);
    m_front->route("POST", u"/events"_s, post);
    m_front->route("GET", u"/"_s, [this](const HttpRequest &, const HttpResponder &r) {
        r.send(aboutReply(m_keys->usesDevelopmentKey()));
    });
    m_front->route("GET", u"/health"_s, [this](const HttpRequest &, const HttpResponder &r) {
        r.send(healthReply(reasonsOf(condition()), m_clock->nowMs(), m_startedMs));
    });
    m_front->route("GET", u"/ready"_s,
                   [this](const HttpRequest &, const HttpResponder &r) { r.send(readyReply(notReadyBecause())); });
    m_front->route("GET", u"/metrics"_s, std::bind_front(&ServerCore::getMetrics, this));
    m_front->route("GET", u"/auth/config"_s, [this](const HttpRequest &, const HttpResponder &r) {
        r.send(authConfigReply(m_settings, m_access.needsProof()));
    });
    m_front->route("GET", u"/me"_s, [this](const HttpRequest &request, const HttpResponder &responder) {
        withReader(request, responder, [responder](const Reader &reader) { responder.send(meReply(reader)); });
    });
    guard(
        u"/events"_s,
        [this](LiveProject &project, const Reader &, const HttpRequest &request, const HttpResponder &r) {
            m_history->get(project.id(), request, r);
        },
        eventParameters());
    guard(u"/events/stats"_s,
          [this](LiveProject &project, const Reader &, const HttpRequest &request, const HttpResponder &r) {
              r.send(statsReply(request, project, m_clock->nowMs()));
          },
          {u"filter"_s, u"type"_s});
    for (const auto &[path, format] :
         {std::pair{u"/export/csv"_s, Exports::Format::Csv}, std::pair{u"/export/json"_s, Exports::Format::Json},
          std::pair{u"/export/ndjson"_s, Exports::Format::Ndjson}})
        guard(
            path,
            [this, format = format](LiveProject &project, const Reader &reader, const HttpRequest &request,
                                    const HttpResponder &r) {
                m_exports->get(format, project.id(),
                               std::bind_front(&ServerCore::isStillLetIn, this, reader, project.id()), request, r);
            },
            eventParameters());
    guard(u"/rejections"_s,
          [this](LiveProject &project, const Reader &, const HttpRequest &request, const HttpResponder &r) {
              r.send(m_ingest->rejectedEvents().get(project.id(), request.query));
          },
          {u"limit"_s, u"after"_s});
    for (const Route<AdminRoutes> &route : AdminRoutes::routes()) {
        const auto answer = [this, &route](const HttpRequest &request, const HttpResponder &r) {
            // Who it is may take a while to find out, and large bodies would wait as well.
            if (const Result<void> fits = AdminRoutes::checkSize(request); !fits)
                return r.send(failureReply(fits.failure()));
            const auto next = [this, &route, request, r](const Reader &reader) {
                if (!m_isTaking)
                    return r.send(failureReply({Fault::Unavailable, notReadyBecause()}));
                m_admin->answer(route, {request, r, reader, {}});
            };
            if (OwnerAccess::isPresented(request))
                withOwner(request, r, next);
            else
                withReader(request, r, next);
        };
        m_front->route(route.method, route.path, answer, route.parameters);
    }
    m_front->setRefusalWatcher([this](const HttpRequest &request, const HttpReply &reply) {
        if (m_isTaking)
            m_ingest->noteRefusal(request, reply.status);
    });
    const auto mayUpgrade = [this](const HttpRequest &request, const HttpFront::UpgradeAnswer &decide) {
        if (const auto wrong = LiveHub::checkQuery(request.query))
            return decide(failureReply(*wrong));
        if (const auto held = heldUp(request))
            return decide(*held);
        m_access.checkUpgrade(request, m_clock->nowMs(), [=, this](const std::optional<Failure> &denied) {
            if (denied)
                return decide(notLetIn(request, *denied));
            if (m_stage != Stage::Serving)
                return decide(failureReply({Fault::Unavailable, notReadyBecause()}));
            decide({});
        });
    };
    m_front->setUpgradePath(u"/ws"_s, mayUpgrade, LiveHub::parameters());
    m_front->setReplyFilter([this](const HttpRequest &request, HttpReply &reply) {
        m_origins.addCors(request, reply);
        addSafety(request, reply);
        if (m_owner)
            m_owner->sign(request, reply);
        m_accessLog.add(request, reply);
    });
}

std::optional<HttpReply> ServerCore::heldUp(const HttpRequest &request)
{
    const int seconds = m_guesses.wait(request.peer, bearerToken(request), m_clock->nowMs());
    return seconds > 0 ? std::optional(guessedReply(seconds)) : std::nullopt;
}

HttpReply ServerCore::notLetIn(const HttpRequest &request, const Failure &failure)
{
    const QByteArray token = bearerToken(request);
    if (failure.kind == Fault::Unauthenticated && !token.isEmpty())
        if (const int seconds = m_guesses.fail(request.peer, token, m_clock->nowMs()))
            return guessedReply(seconds);
    return deniedReply(request, failure);
}

void ServerCore::withReader(const HttpRequest &request, const HttpResponder &responder, const ReaderHandler &next)
{
    if (const auto held = heldUp(request))
        return responder.send(*held);
    m_access.check(request, m_clock->nowMs(), [=, this](const Result<Reader> &reader) {
        if (!reader)
            return responder.send(notLetIn(request, reader.failure()));
        if (reader.value().subject != u"local"_s) // who got in by address proved nothing by its token
            m_guesses.right(request.peer, bearerToken(request));
        request.notes->by = reader->subject;
        next(reader.value());
    });
}

// A command of the server's own user, for the routes of administration.
void ServerCore::withOwner(const HttpRequest &request, const HttpResponder &responder, const ReaderHandler &next)
{
    const Failure none{Fault::Unauthenticated, u"This server takes no proof of an owner"_s};
    const Result<Reader> reader = m_owner ? m_owner->check(request) : Result<Reader>(none);
    if (reader) {
        request.notes->by = reader->subject;
        return next(reader.value());
    }
    if (reader.failure().kind == Fault::Unauthenticated)
        if (const int seconds = m_guesses.fail(request.peer, request.header("authorization"), m_clock->nowMs()))
            return responder.send(guessedReply(seconds));
    responder.send(deniedReply(request, reader.failure()));
}

// A login that runs out ends with the answers that it began; one that was taken away does not.
bool ServerCore::isStillLetIn(const Reader &reader, const QString &project) const
{
    const Result<Reader> now = m_access.renew(reader, m_clock->nowMs());
    return now ? now->mayRead(project) : now.failure().kind != Fault::Denied;
}

// A GET that needs the right to read a project, and its counts.
void ServerCore::guard(const QString &path, const ProjectHandler &answer, const QStringList &parameters)
{
    const auto get = [this, answer](const HttpRequest &request, const HttpResponder &responder) {
        withReader(request, responder, [=, this](const Reader &reader) {
            if (!m_isTaking)
                return responder.send(failureReply({Fault::Unavailable, notReadyBecause()}));
            QString id = request.query.value(u"project"_s);
            if (id.isEmpty())
                id = reader.usualProject();
            LiveProject *project = reader.mayRead(id) ? m_projects->find(id) : nullptr;
            if (!project && reader.mayRead(id) && m_directory->has(id))
                return responder.send(failureReply(m_projects->notOpen(id)));
            if (!project)
                return responder.send(failureReply(
                    {Fault::NotFound, u"There is no project \"%1\" that you may read"_s.arg(id.left(100))}));
            request.notes->project = id;
            answer(*project, reader, request, responder);
        });
    };
    m_front->route("GET", path, get, QStringList{u"project"_s} + parameters);
}

// Also while the database is away or its counts are being read: that is when somebody looks.
void ServerCore::getMetrics(const HttpRequest &request, const HttpResponder &responder)
{
    withReader(request, responder, [=, this](const Reader &reader) {
        if (!reader.seesAll())
            return responder.send(deniedReply(
                request, {Fault::Denied, u"The metrics show all projects, and this reader may not see all"_s}));
        responder.send(metricsReply(stats()));
    });
}

// Looked at each time that somebody asks: the writer sees it with the next event, or within seconds.
bool ServerCore::isDatabaseMisplaced() const
{
    return m_databaseLock && m_stage == Stage::Serving && !m_databaseLock->isInPlace();
}

Condition ServerCore::condition() const
{
    Condition now;
    now.isStarting = m_stage == Stage::New || m_stage == Stage::Opening || m_stage == Stage::Warming;
    now.isStopping = m_stage == Stage::Stopping || m_stage == Stage::Stopped;
    if (m_writer) {
        const StoreWriter::Stats writer = m_writer->stats();
        now.isDatabaseAway = writer.isAway && !writer.isReadOnly;
        now.isDatabaseReadOnly = writer.isReadOnly;
        now.isWriterRefused = writer.isRefusing;
        now.isDatabaseReplaced = writer.isReplaced || isDatabaseMisplaced();
        now.isClockDoubted = writer.isClockDoubted;
        now.isUpkeepFailing = writer.isUpkeepFailing;
        now.isWriterStalled = m_writer->isStalled();
        now.queueUse = std::max(writer.queueEvents.used / writer.queueEvents.most,
                                writer.queueBytes.used / writer.queueBytes.most);
    }
    now.isFanoutBroken = m_fanout && m_stage == Stage::Serving && !m_fanout->stats().isListening;
    if (const auto disk = m_disk.use(m_steady.nowMs()))
        now.isDiskScarce = disk->isScarce();
    return now;
}

ServerStats ServerCore::stats() const
{
    ServerStats stats;
    stats.store = storeName();
    stats.nowMs = m_clock->nowMs();
    stats.uptimeMs = m_clock->nowMs() - m_startedMs;
    stats.isServing = m_stage == Stage::Serving;
    stats.front = m_front->stats();
    stats.early = m_early.stats();
    stats.certificateExpiresMs = m_certificateExpiresMs;
    stats.disk = m_disk.use(m_steady.nowMs());
    stats.reasons = reasonsOf(condition());
    stats.guesses = m_guesses.stats(m_clock->nowMs());
    if (m_logins)
        stats.logins = m_logins->stats();
    if (m_hub) {
        stats.writer = m_writer->stats();
        stats.reader = m_reader->waiting();
        stats.readerTime = m_reader->time();
        stats.projectUse = {double(m_projects->all().size()), double(LiveProjects::kMaxProjects), m_timesFull};
        stats.ingest = m_ingest->stats();
        stats.hub = m_hub->stats();
        stats.exports = m_exports->stats();
    }
    if (m_historyReader)
        stats.history = m_historyReader->stats();
    if (m_fanout)
        stats.fanout = m_fanout->stats();
    if (stats.isServing)
        for (const auto &[id, project] : m_projects->all())
            stats.projects.append({id, project->stats()});
    return stats;
}

void ServerCore::post(const HttpRequest &request, const HttpResponder &responder)
{
    // A database that is away is the writer's business: bad events still hear why they are bad.
    if (m_isTaking)
        return m_ingest->post(request, responder);
    if (!m_early.hold(request, responder))
        responder.send(failureReply({Fault::Unavailable, notReadyBecause()}));
}

} // namespace entvas
