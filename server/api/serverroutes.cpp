#include "server/api/serverroutes.h"

#include "server/access/accessreplies.h"
#include "server/admin/owneraccess.h"
#include "server/api/about.h"
#include "server/api/serverparts.h"
#include "server/api/serverstatus.h"
#include "server/http/reply.h"
#include "server/ingest/earlyposts.h"
#include "server/live/livequery.h"
#include "server/metrics/metrics.h"
#include "server/query/readfilter.h"
#include "server/query/stats.h"

#include <algorithm>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

const auto kProject = u"project"_s;

QStringList eventFilters()
{
    return QStringList{kProject} + eventParameters();
}

void addSafety(const HttpRequest &request, HttpReply &reply)
{
    // Nothing here may be cached: counts change by the second, and most answers are for one reader only.
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

// Those of all ingest dialects.
QList<Route<ServerRoutes>> ServerRoutes::senderRoutes()
{
    QList<Route<ServerRoutes>> list;
    for (const IngestDialect &dialect : ingestDialects())
        for (const RouteDeclaration &route : dialect.routes)
            list.append({route, &ServerRoutes::post});
    return list;
}

// What a route with RouteAccess::Project is called with has been checked: its reader may read the project, and it is
// open.
const QList<Route<ServerRoutes>> &ServerRoutes::routes()
{
    using enum RouteAccess;
    using Self = ServerRoutes;
    static const QList<Route<Self>> list =
        senderRoutes() +
        QList<Route<Self>>{
            {{"GET", u"/"_s, Anyone, {}, u"this list"_s}, &Self::getAbout},
            {{"GET", u"/health"_s, Anyone, {}, u"whether the server is healthy or degraded, and why"_s},
             &Self::getHealth},
            {{"GET", u"/ready"_s, Anyone, {}, u"whether it takes events"_s}, &Self::getReady},
            {{"GET", u"/auth/config"_s, Anyone, {}, u"where to sign in"_s}, &Self::getAuthConfig},
            {{"GET", u"/metrics"_s, AllProjects, {}, u"metrics for Prometheus"_s}, &Self::getMetrics},
            {{"GET", u"/me"_s, Reader, {}, u"who you are to this server, and what you may see"_s}, &Self::getMe},
            {{"GET", u"/events"_s, Project, eventFilters(), u"stored events, newest first"_s}, &Self::getEvents},
            {{"GET", u"/events/stats"_s, Project, {kProject, u"filter"_s, u"type"_s}, u"counts by type"_s},
             &Self::getStats},
            {{"GET", u"/export/csv"_s, Project, eventFilters(), u"stored events as one CSV file"_s},
             &Self::getExport<ExportFormat::Csv>},
            {{"GET", u"/export/json"_s, Project, eventFilters(), u"stored events as one JSON array"_s},
             &Self::getExport<ExportFormat::Json>},
            {{"GET", u"/export/ndjson"_s, Project, eventFilters(), u"stored events, one JSON object a line"_s},
             &Self::getExport<ExportFormat::Ndjson>},
            {{"GET",
              u"/rejections"_s,
              Project,
              {kProject, u"limit"_s, u"after"_s},
              u"recently rejected events, and why"_s},
             &Self::getRejections},
            {{"GET", u"/ws"_s, WebSocket, liveParameters(), u"live counts and events over WebSocket"_s}, {}}};
    return list;
}

ServerRoutes::ServerRoutes(const Given &given)
    : m_given(given),
      m_readers(&given.access, &given.throttle, &given.clock),
      m_origins(given.settings.corsOrigins),
      m_accessLog(&given.clock)
{
}

QList<RouteDeclaration> ServerRoutes::declarations()
{
    QList<RouteDeclaration> all;
    for (const RouteDeclaration &route : routes())
        all.append(route);
    for (const RouteDeclaration &route : AdminRoutes::routes())
        all.append(route);
    return all;
}

void ServerRoutes::addTo(HttpFront &front)
{
    for (const Route<ServerRoutes> &route : routes()) {
        if (route.access == RouteAccess::WebSocket)
            front.setUpgradePath(route.path, std::bind_front(&ServerRoutes::checkUpgrade, this), route.parameters);
        else
            front.route(route.method, route.path, handlerOf(route), route.parameters);
    }
    for (const Route<AdminRoutes> &route : AdminRoutes::routes())
        front.route(route.method, route.path, handlerOf(route), route.parameters);
    front.setRefusalWatcher([this](const HttpRequest &request, const HttpReply &reply) {
        if (m_parts)
            m_parts->ingest.noteRefusal(request, reply.status);
    });
    front.setReplyFilter([this](const HttpRequest &request, HttpReply &reply) {
        m_origins.addCors(request, reply);
        addSafety(request, reply);
        if (m_owner)
            m_owner->sign(request, reply);
        m_accessLog.add(request, reply);
    });
}

HttpFront::Handler ServerRoutes::handlerOf(const Route<ServerRoutes> &route)
{
    switch (route.access) {
    case RouteAccess::Anyone:
    case RouteAccess::Sender:
        return [this, &route](const HttpRequest &request, const HttpResponder &responder) {
            static const entvas::Reader anonymous;
            static const QString noProject;
            route.answer(*this, {request, responder, anonymous, noProject});
        };
    case RouteAccess::Reader:
    case RouteAccess::AllProjects:
        return [this, &route](const HttpRequest &request, const HttpResponder &responder) {
            m_readers.check(request, responder, [this, &route, request, responder](const Reader &reader) {
                if (route.access == RouteAccess::AllProjects && !reader.seesAll())
                    return responder.send(deniedReply(
                        request, {Fault::Denied, u"The metrics show all projects, and this reader may not see all"_s}));
                route.answer(*this, {request, responder, reader, {}});
            });
        };
    case RouteAccess::Project:
        return [this, &route](const HttpRequest &request, const HttpResponder &responder) {
            m_readers.check(request, responder, [this, &route, request, responder](const Reader &reader) {
                withProject(request, responder, reader, route);
            });
        };
    case RouteAccess::Admin:     // see AdminRoutes
    case RouteAccess::WebSocket: // see checkUpgrade()
        break;
    }
    Q_UNREACHABLE();
    return {};
}

HttpFront::Handler ServerRoutes::handlerOf(const Route<AdminRoutes> &route)
{
    return [this, &route](const HttpRequest &request, const HttpResponder &responder) {
        // To find out who calls may take a while, and large bodies would wait as well.
        if (const Result<void> fits = AdminRoutes::checkSize(request); !fits)
            return responder.send(failureReply(fits.failure()));
        const auto next = [this, &route, request, responder](const Reader &reader) {
            if (!m_parts)
                return responder.send(notReadyReply());
            m_parts->admin.answer(route, {request, responder, reader, {}});
        };
        if (OwnerAccess::isPresented(request))
            m_readers.checkOwner(m_owner, request, responder, next);
        else
            m_readers.check(request, responder, next);
    };
}

void ServerRoutes::withProject(const HttpRequest &request, const HttpResponder &responder, const Reader &reader,
                               const Route<ServerRoutes> &route)
{
    if (!m_parts)
        return responder.send(notReadyReply());
    QString id = request.query.value(kProject);
    if (id.isEmpty())
        id = reader.usualProject();
    if (!reader.mayRead(id) || (!m_parts->projects.find(id) && !m_parts->directory.has(id)))
        return responder.send(
            failureReply({Fault::NotFound, u"There is no project \"%1\" that you may read"_s.arg(id.left(100))}));
    if (!m_parts->projects.find(id))
        return responder.send(failureReply(m_parts->projects.notOpen(id)));
    request.notes->project = id;
    route.answer(*this, {request, responder, reader, id});
}

void ServerRoutes::checkUpgrade(const HttpRequest &request, const HttpFront::UpgradeAnswer &decide)
{
    if (const auto wrong = checkLiveQuery(request.query))
        return decide(failureReply(*wrong));
    m_readers.checkUpgrade(request, [this, decide](const std::optional<HttpReply> &refusal) {
        decide(refusal || m_given.status.isServing() ? refusal : notReadyReply());
    });
}

HttpReply ServerRoutes::notReadyReply() const
{
    return failureReply({Fault::Unavailable, m_given.status.notReadyBecause()});
}

LiveProject &ServerRoutes::projectOf(const RouteCall &call) const
{
    return *m_parts->projects.find(call.project);
}

void ServerRoutes::post(const RouteCall &call)
{
    // A database that is away is the writer's business: bad events are still answered with what is wrong with them.
    if (m_parts)
        return m_parts->ingest.post(call.request, call.responder);
    if (!m_given.early.hold(call.request, call.responder))
        call.responder.send(notReadyReply());
}

void ServerRoutes::getAbout(const RouteCall &call)
{
    call.responder.send(aboutReply(declarations(), m_given.keys.usesDevelopmentKey()));
}

void ServerRoutes::getHealth(const RouteCall &call)
{
    call.responder.send(healthReply(m_given.status.reasons(), m_given.clock.nowMs(), m_given.status.startedMs));
}

void ServerRoutes::getReady(const RouteCall &call)
{
    call.responder.send(readyReply(m_given.status.notReadyBecause()));
}

// Also while the database is away or its counts are being read: that is when they are needed most.
void ServerRoutes::getMetrics(const RouteCall &call)
{
    call.responder.send(metricsReply(m_given.status.stats()));
}

void ServerRoutes::getAuthConfig(const RouteCall &call)
{
    call.responder.send(authConfigReply(m_given.settings, m_given.access.needsProof()));
}

void ServerRoutes::getMe(const RouteCall &call)
{
    call.responder.send(meReply(call.reader));
}

void ServerRoutes::getEvents(const RouteCall &call)
{
    m_parts->history.get(call.project, call.request, call.responder);
}

void ServerRoutes::getStats(const RouteCall &call)
{
    call.responder.send(statsReply(call.request, projectOf(call), m_given.clock.nowMs()));
}

void ServerRoutes::getRejections(const RouteCall &call)
{
    call.responder.send(m_parts->ingest.rejectedEvents().get(call.project, call.request.query));
}

template <ExportFormat format>
void ServerRoutes::getExport(const RouteCall &call)
{
    const auto mayGoOn = [this, reader = call.reader, project = call.project] {
        return m_readers.isStillAuthorized(reader, project);
    };
    m_parts->exports.get(format, call.project, mayGoOn, call.request, call.responder);
}

} // namespace entvas
