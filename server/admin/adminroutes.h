#pragma once

#include "core/model/administration.h"
#include "server/access/reader.h"
#include "server/http/message.h"

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

    using Handler = void (AdminRoutes::*)(const Reader &, const HttpRequest &, const HttpResponder &);
    struct Route {
        QByteArray method;
        QString path;
        Handler answer;
        QStringList parameters = {}; // that may stand in the address
    };
    static const QList<Route> &routes();
    // Answers 403 unless the reader is an admin, of whatever project.
    void answer(const Route &route, const Reader &reader, const HttpRequest &request, const HttpResponder &responder);

private:
    void getKeys(const Reader &reader, const HttpRequest &request, const HttpResponder &responder);
    void createKey(const Reader &reader, const HttpRequest &request, const HttpResponder &responder);
    void revokeKey(const Reader &reader, const HttpRequest &request, const HttpResponder &responder);
    void expireKey(const Reader &reader, const HttpRequest &request, const HttpResponder &responder);
    void rotateKey(const Reader &reader, const HttpRequest &request, const HttpResponder &responder);
    void getMembers(const Reader &reader, const HttpRequest &request, const HttpResponder &responder);
    void addMember(const Reader &reader, const HttpRequest &request, const HttpResponder &responder);
    void removeMember(const Reader &reader, const HttpRequest &request, const HttpResponder &responder);
    void getProjects(const Reader &reader, const HttpRequest &request, const HttpResponder &responder);
    void createProject(const Reader &reader, const HttpRequest &request, const HttpResponder &responder);
    void renameProject(const Reader &reader, const HttpRequest &request, const HttpResponder &responder);
    void getAudit(const Reader &reader, const HttpRequest &request, const HttpResponder &responder);

    // The project of the query that the reader administers; empty = all of them.
    Result<QString> projectOf(const Reader &reader, const HttpRequest &request) const;
    using Finish = std::function<QJsonObject(const Acted &)>; // the `data` of its answer
    void act(const DirectoryAct &act, const Reader &reader, const HttpResponder &responder, const Finish &finish);

    DirectoryWatch *m_directory;
    StoreReader *m_reader;
    const Clock *m_clock;
};

} // namespace entvas
