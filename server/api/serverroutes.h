#pragma once

#include "server/access/accesslog.h"
#include "server/access/origin.h"
#include "server/access/route.h"
#include "server/api/readercheck.h"

namespace entvas {

class AdminRoutes;
class ApiKeys;
class EarlyPosts;
class LiveProject;
class ServerStatus;
enum class ExportFormat;
struct ServerParts;
struct Settings;

// The table of all routes, and their dispatch by who may call them. Lives in the server's thread.
class ServerRoutes
{
public:
    // What is there before a database is; all must outlive it.
    struct Given {
        const Settings &settings;
        const ApiKeys &keys;
        ReadAccess &access;
        AuthThrottle &throttle;
        const ServerStatus &status;
        EarlyPosts &early;
        const Clock &clock;
    };
    explicit ServerRoutes(const Given &given);

    // Our own and those of administration: the one list of what this server answers to.
    static QList<RouteDeclaration> declarations();
    // Before it listens.
    void addTo(HttpFront &front);
    // Requests for stored or live data are taken from now on. Until then posts wait, and all else is answered 503.
    void open(ServerParts &parts) { m_parts = &parts; }
    void close() { m_parts = nullptr; }
    // Who lets the owner of a SQLite file administer it; nullptr from the time that it goes.
    void setOwner(const OwnerAccess *owner) { m_owner = owner; }

private:
    static QList<Route<ServerRoutes>> senderRoutes();
    static const QList<Route<ServerRoutes>> &routes();
    HttpFront::Handler handlerOf(const Route<ServerRoutes> &route);
    HttpFront::Handler handlerOf(const Route<AdminRoutes> &route);
    void withProject(const HttpRequest &request, const HttpResponder &responder, const Reader &reader,
                     const Route<ServerRoutes> &route);
    void checkUpgrade(const HttpRequest &request, const HttpFront::UpgradeAnswer &decide);
    HttpReply notReadyReply() const;
    LiveProject &projectOf(const RouteCall &call) const; // with RouteAccess::Project

    void post(const RouteCall &call);
    void getAbout(const RouteCall &call);
    void getHealth(const RouteCall &call);
    void getReady(const RouteCall &call);
    void getMetrics(const RouteCall &call);
    void getAuthConfig(const RouteCall &call);
    void getMe(const RouteCall &call);
    void getEvents(const RouteCall &call);
    void getStats(const RouteCall &call);
    void getRejections(const RouteCall &call);
    template <ExportFormat format>
    void getExport(const RouteCall &call);

    Given m_given;
    ReaderCheck m_readers;
    Origins m_origins;
    AccessLog m_accessLog;
    const OwnerAccess *m_owner = nullptr;
    ServerParts *m_parts = nullptr; // while requests are taken
};

} // namespace entvas
