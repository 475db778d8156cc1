#pragma once

#include "core/model/administration.h"
#include "server/access/route.h"

namespace entvas {

class Clock;
class DirectoryWatch;
class StoreReader;

// The /admin routes: keys, members, projects and the audit log over HTTP, for readers of the role admin, each within
// its projects. Acts are answered when they are committed, and hold on this server by then. Lives in the server's
// thread.
class AdminRoutes : public QObject
{
    Q_OBJECT
public:
    static constexpr qsizetype kMaxBodyBytes = 16 * 1024;
    // Fault::TooLarge: no route takes such a body.
    static Result<void> checkSize(const HttpRequest &request);
    static constexpr int kMaxDays = 3'650;
    static constexpr int kDefaultOverlapHours = 24;
    static constexpr int kMaxOverlapHours = 30 * 24;

    // Everything it is given must outlive it.
    AdminRoutes(DirectoryWatch *directory, StoreReader *reader, const Clock *clock, QObject *parent = nullptr);

    static const QList<Route<AdminRoutes>> &routes();
    // Answers 403 unless the reader is an admin, of whatever project.
    void answer(const Route<AdminRoutes> &route, const RouteCall &call);

private:
    void getKeys(const RouteCall &call);
    void createKey(const RouteCall &call);
    void revokeKey(const RouteCall &call);
    void expireKey(const RouteCall &call);
    void rotateKey(const RouteCall &call);
    void getMembers(const RouteCall &call);
    void addMember(const RouteCall &call);
    void removeMember(const RouteCall &call);
    void getProjects(const RouteCall &call);
    void createProject(const RouteCall &call);
    void renameProject(const RouteCall &call);
    void getAudit(const RouteCall &call);

    // The project of the query that the reader administers; empty = all of them.
    Result<QString> projectOf(const RouteCall &call) const;
    using Finish = std::function<QJsonObject(const Acted &)>; // the `data` of its answer
    void act(const DirectoryAct &act, const RouteCall &call, const Finish &finish);

    DirectoryWatch *m_directory;
    StoreReader *m_reader;
    const Clock *m_clock;
};

} // namespace entvas
