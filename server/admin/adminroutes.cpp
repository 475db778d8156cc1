#include "server/admin/adminroutes.h"

#include "core/base/clock.h"
#include "core/base/isotime.h"
#include "core/base/log.h"
#include "core/model/administrationjson.h"
#include "core/store/events/storereader.h"
#include "core/store/events/storewriter.h"
#include "server/admin/adminfields.h"
#include "server/cluster/directorywatch.h"
#include "server/http/reply.h"

#include <algorithm>
#include <QJsonArray>
#include <QUuid>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

HttpReply doneReply(const QJsonObject &data)
{
    return jsonReply(200, {{u"success"_s, true}, {u"data"_s, data}});
}

// A known reader that lacks the role: RFC 6750, section 3.1.
HttpReply lacksRoleReply(const QString &text)
{
    HttpReply reply = failureReply({Fault::Denied, text});
    reply.headers.append({QByteArrayLiteral("WWW-Authenticate"),
                          QByteArrayLiteral("Bearer realm=\"entvas\", error=\"insufficient_scope\"")});
    return reply;
}

} // namespace

AdminRoutes::AdminRoutes(DirectoryWatch *directory, StoreReader *reader, const Clock *clock, QObject *parent)
    : QObject(parent), m_directory(directory), m_reader(reader), m_clock(clock)
{
}

const QList<Route<AdminRoutes>> &AdminRoutes::routes()
{
    static const QList<Route<AdminRoutes>> list = [] {
        constexpr auto kAdmin = RouteAccess::Admin;
        QList<Route<AdminRoutes>> all{
            {{"GET", u"/admin/keys"_s, kAdmin, {u"project"_s}, u"keys of the projects that you administer"_s},
             &AdminRoutes::getKeys},
            {{"GET", u"/admin/members"_s, kAdmin, {u"project"_s}, u"members of the projects that you administer"_s},
             &AdminRoutes::getMembers},
            {{"GET", u"/admin/projects"_s, kAdmin, {}, u"projects that you administer"_s}, &AdminRoutes::getProjects},
            {{"GET", u"/admin/audit"_s, kAdmin, {u"project"_s, u"limit"_s, u"before"_s}, u"audit log, newest first"_s},
             &AdminRoutes::getAudit},
            {{"GET",
              u"/admin/retention"_s,
              kAdmin,
              {u"project"_s, u"before"_s},
              u"how many events of a project were received before a time"_s},
             &AdminRoutes::getOldEvents},
            {{"POST", u"/admin/retention"_s, kAdmin, {}, u"remove some of them, the oldest first"_s},
             &AdminRoutes::dropOldEvents}};
        for (const AdminAct &act : adminActs())
            all.append({{"POST", act.path, kAdmin, {}, act.summary},
                        [&act](AdminRoutes &routes, const RouteCall &call) { routes.act(act, call); }});
        return all;
    }();
    return list;
}

void AdminRoutes::answer(const Route<AdminRoutes> &route, const RouteCall &call)
{
    if (!call.reader.isAdmin())
        return call.responder.send(
            lacksRoleReply(u"This takes the role admin, and you have the role %1"_s.arg(roleName(call.reader.role))));
    route.answer(*this, call);
}

Result<void> AdminRoutes::checkSize(const HttpRequest &request)
{
    if (request.body.size() <= kMaxBodyBytes)
        return {};
    return {Fault::TooLarge, u"The body is larger than %1 bytes"_s.arg(kMaxBodyBytes)};
}

bool AdminRoutes::has(const QString &project) const
{
    const QList<Project> &projects = m_directory->current().projects;
    return std::any_of(projects.cbegin(), projects.cend(), [&](const Project &p) { return p.id == project; });
}

Result<QString> AdminRoutes::projectOf(const RouteCall &call) const
{
    const QString id = call.request.query.value(u"project"_s);
    if (id.isEmpty() || (has(id) && call.reader.mayAdminister(id)))
        return id;
    return {Fault::NotFound, u"There is no project \"%1\" that you may administer"_s.arg(id.left(100))};
}

void AdminRoutes::act(const AdminAct &act, const RouteCall &call)
{
    const qint64 now = m_clock->nowMs();
    const Result<AdminCommand> command = readAdminBody(act, call.request.body, kMaxBodyBytes, now);
    if (!command)
        return call.responder.send(failureReply(command.failure()));
    if (act.isWide && !call.reader.seesAll())
        return call.responder.send(lacksRoleReply(u"It takes the role admin in all projects to %1"_s.arg(act.summary)));
    const bool taken = m_directory->act(
        *command, {call.reader.subject, call.reader.administered(), now},
        [responder = call.responder, command = *command, now,
         subject = call.reader.subject](const Result<AdminResult> &result) {
            if (!result && result.failure().kind == Fault::Unavailable)
                return responder.send(failureReply({Fault::Unavailable, u"The database did not answer. Check whether "
                                                                        "it was done before you try again."_s}));
            if (!result)
                return responder.send(failureReply(result.failure()));
            log::info("admin", u"done"_s,
                      {{u"by"_s, subject},
                       {u"act"_s, command.act},
                       {u"project"_s, result->project},
                       {u"key"_s, result->key.id}});
            const AdminAnswer answer = answerTo(command, *result, now);
            responder.send(
                jsonReply(200, {{u"success"_s, true}, {u"message"_s, answer.sentence}, {u"data"_s, answer.data}}));
        });
    if (!taken)
        call.responder.send(failureReply(
            m_directory->writer()->isAvailable()
                ? Failure{Fault::Busy, u"Too many acts of administration wait: nothing was done, try again"_s}
                : Failure{Fault::Unavailable, u"The database does not answer: nothing was done, try again"_s}));
}

void AdminRoutes::getKeys(const RouteCall &call)
{
    const Result<QString> project = projectOf(call);
    if (!project)
        return call.responder.send(failureReply(project.failure()));
    QJsonArray keys;
    for (const ApiKey &key : m_directory->current().keys)
        if (call.reader.mayAdminister(key.project) && (project->isEmpty() || key.project == *project))
            keys.append(toJson(key, m_clock->nowMs()));
    call.responder.send(doneReply({{u"keys"_s, keys}}));
}

void AdminRoutes::getMembers(const RouteCall &call)
{
    const Result<QString> project = projectOf(call);
    if (!project)
        return call.responder.send(failureReply(project.failure()));
    QJsonArray members;
    for (const Member &member : m_directory->current().members)
        if (call.reader.mayAdminister(member.project) && (project->isEmpty() || member.project == *project))
            members.append(toJson(member));
    // The first member of all closes every project to every other login: its administrator should know.
    call.responder.send(
        doneReply({{u"members"_s, members}, {u"openToAll"_s, m_directory->current().members.isEmpty()}}));
}

void AdminRoutes::getProjects(const RouteCall &call)
{
    QJsonArray projects;
    for (const Project &project : m_directory->current().projects)
        if (call.reader.mayAdminister(project.id))
            projects.append(QJsonObject{{u"id"_s, project.id}, {u"name"_s, project.name}});
    call.responder.send(doneReply({{u"projects"_s, projects}, {u"mayCreate"_s, call.reader.seesAll()}}));
}

void AdminRoutes::getAudit(const RouteCall &call)
{
    // Of a project that was deleted an administrator of all may still read what was done.
    const Result<QString> project = projectOf(call);
    if (!project && !call.reader.seesAll())
        return call.responder.send(failureReply(project.failure()));
    const QString id = call.request.query.value(u"project"_s);
    AuditQuery query;
    query.projects = id.isEmpty() ? call.reader.administered() : QStringList{id};
    if (const QString limit = call.request.query.value(u"limit"_s); !limit.isEmpty()) {
        bool isNumber = false;
        query.limit = limit.toInt(&isNumber);
        if (!isNumber || query.limit < 1 || query.limit > AuditQuery::kMaxLimit)
            return call.responder.send(failureReply(
                {Fault::BadInput, u"limit must be a whole number from 1 to %1"_s.arg(AuditQuery::kMaxLimit)}));
    }
    if (const QString before = call.request.query.value(u"before"_s); !before.isEmpty()) {
        const QUuid from = QUuid::fromString(before);
        if (from.isNull())
            return call.responder.send(failureReply({Fault::BadInput, u"before must be the id of a record"_s}));
        query.before = from.toString(QUuid::WithoutBraces);
    }
    const bool taken = m_reader->ask<QList<AuditRecord>>(
        this, [query](EventStore &store) { return store.directory().audit(query); },
        [responder = call.responder, limit = query.limit, project](const Result<QList<AuditRecord>> &found) {
            if (!found || (!project && found->isEmpty()))
                return responder.send(failureReply(found ? project.failure() : found.failure()));
            QJsonArray records;
            for (const AuditRecord &record : *found)
                records.append(toJson(record));
            QJsonObject data{{u"records"_s, records}};
            if (found->size() == limit)
                data.insert(u"nextBefore"_s, found->last().id);
            responder.send(doneReply(data));
        },
        StoreReader::kAnswer);
    if (!taken)
        call.responder.send(failureReply({Fault::Busy, u"Too many questions wait, try again"_s}));
}

std::optional<AdminRoutes::OldEventsOf> AdminRoutes::readOldEvents(const RouteCall &call, const QString &project,
                                                                   const QString &before) const
{
    const std::optional<qint64> beforeMs = isoToMs(before.toUtf8());
    if (!call.reader.seesAll())
        call.responder.send(lacksRoleReply(u"It takes the role admin in all projects to remove events"_s));
    else if (!has(project))
        call.responder.send(failureReply({Fault::NotFound, u"There is no project \"%1\""_s.arg(project.left(100))}));
    else if (!beforeMs)
        call.responder.send(failureReply({Fault::BadInput, u"before must be a valid ISO date string"_s}));
    else
        return OldEventsOf{project, *beforeMs};
    return {};
}

void AdminRoutes::getOldEvents(const RouteCall &call)
{
    const auto old = readOldEvents(call, call.request.query.value(u"project"_s), call.request.query.value(u"before"_s));
    if (!old)
        return;
    const bool taken = m_reader->ask<OldEvents>(
        this, [old = *old](EventStore &store) { return store.housekeeping().oldEvents(old.project, old.beforeMs); },
        [responder = call.responder](const Result<OldEvents> &found) {
            if (!found)
                return responder.send(failureReply(found.failure()));
            responder.send(doneReply(
                {{u"events"_s, found->count}, {u"bytes"_s, found->bytes}, {u"freeBytes"_s, found->freeBytes}}));
        },
        StoreReader::kAnswer);
    if (!taken)
        call.responder.send(failureReply({Fault::Busy, u"Too many questions wait, try again"_s}));
}

// One step at a time: the command goes on until nothing is left, and senders' events come in between.
void AdminRoutes::dropOldEvents(const RouteCall &call)
{
    AdminAct removal; // no act of the audit log: only its body is read like one's
    removal.fields = {AdminField{u"project"_s, AdminField::Kind::Text, {}, {}},
                      AdminField{u"before"_s, AdminField::Kind::Text, {}, {}}};
    const Result<AdminCommand> body = readAdminBody(removal, call.request.body, kMaxBodyBytes, m_clock->nowMs());
    if (!body)
        return call.responder.send(failureReply(body.failure()));
    const auto old = readOldEvents(call, body->text(u"project"_s), body->text(u"before"_s));
    if (!old)
        return;
    const bool taken = m_directory->writer()->ask<int>(
        this,
        [old = *old](EventStore &store) { return store.housekeeping().dropEventsBefore(old.project, old.beforeMs); },
        [responder = call.responder](const Result<int> &removed) {
            responder.send(removed ? doneReply({{u"removed"_s, *removed}}) : failureReply(removed.failure()));
        });
    if (!taken)
        call.responder.send(failureReply({Fault::Busy, u"The database has other things to do: nothing was done, try "
                                                       "again"_s}));
}

} // namespace entvas
