#pragma once

#include "core/model/adminacts.h"
#include "server/access/route.h"

namespace entvas {

class Clock;
class DirectoryWatch;
class StoreReader;

// The /admin routes: keys, members, projects and the audit log over HTTP, for readers of the role admin, each within
// its projects. Every act of adminActs() has one. They are answered when they are committed, and hold on this server by
// then. Lives in the server's thread.
class AdminRoutes : public QObject
{
    Q_OBJECT
public:
    static constexpr qsizetype kMaxBodyBytes = 16 * 1024;
    // Fault::TooLarge: no route takes such a body.
    static Result<void> checkSize(const HttpRequest &request);

    // Everything it is given must outlive it.
    AdminRoutes(DirectoryWatch *directory, StoreReader *reader, const Clock *clock, QObject *parent = nullptr);

    static const QList<Route<AdminRoutes>> &routes();
    // Answers 403 unless the reader is an admin, of whatever project.
    void answer(const Route<AdminRoutes> &route, const RouteCall &call);

private:
    void getKeys(const RouteCall &call);
    void getMembers(const RouteCall &call);
    void getProjects(const RouteCall &call);
    void getAudit(const RouteCall &call);
    void getOldEvents(const RouteCall &call);
    void dropOldEvents(const RouteCall &call);

    // A project and a time, for an administrator of all projects; nothing once that has been refused.
    struct OldEventsOf {
        QString project;
        qint64 beforeMs = 0;
    };
    std::optional<OldEventsOf> readOldEvents(const RouteCall &call, const QString &project,
                                             const QString &before) const;
    bool has(const QString &project) const;
    // The project of the query that the reader administers; empty = all of them.
    Result<QString> projectOf(const RouteCall &call) const;
    void act(const AdminAct &act, const RouteCall &call);

    DirectoryWatch *m_directory;
    StoreReader *m_reader;
    const Clock *m_clock;
};

} // namespace entvas
