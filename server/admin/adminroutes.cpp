#include "server/admin/adminroutes.h"

#include "core/base/clock.h"
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

constexpr qint64 kHourMs = 3'600'000;

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
    constexpr auto kAdmin = RouteAccess::Admin;
    static const QList<Route<AdminRoutes>> list{
        {{"GET", u"/admin/keys"_s, kAdmin, {u"project"_s}, u"keys of the projects that you administer"_s},
         &AdminRoutes::getKeys},
        {{"POST", u"/admin/keys"_s, kAdmin, {}, u"create a key"_s}, &AdminRoutes::createKey},
        {{"POST", u"/admin/keys/revoke"_s, kAdmin, {}, u"revoke a key"_s}, &AdminRoutes::revokeKey},
        {{"POST", u"/admin/keys/expire"_s, kAdmin, {}, u"set when a key expires"_s}, &AdminRoutes::expireKey},
        {{"POST", u"/admin/keys/rotate"_s, kAdmin, {}, u"replace a key by a new one"_s}, &AdminRoutes::rotateKey},
        {{"GET", u"/admin/members"_s, kAdmin, {u"project"_s}, u"members of the projects that you administer"_s},
         &AdminRoutes::getMembers},
        {{"POST", u"/admin/members"_s, kAdmin, {}, u"add a member"_s}, &AdminRoutes::addMember},
        {{"POST", u"/admin/members/remove"_s, kAdmin, {}, u"remove a member"_s}, &AdminRoutes::removeMember},
        {{"GET", u"/admin/projects"_s, kAdmin, {}, u"projects that you administer"_s}, &AdminRoutes::getProjects},
        {{"POST", u"/admin/projects"_s, kAdmin, {}, u"create a project"_s}, &AdminRoutes::createProject},
        {{"POST", u"/admin/projects/rename"_s, kAdmin, {}, u"rename a project"_s}, &AdminRoutes::renameProject},
        {{"GET", u"/admin/audit"_s, kAdmin, {u"project"_s, u"limit"_s, u"before"_s}, u"audit log, newest first"_s},
         &AdminRoutes::getAudit}};
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

Result<QString> AdminRoutes::projectOf(const RouteCall &call) const
{
    const QString id = call.request.query.value(u"project"_s);
    const QList<Project> &projects = m_directory->current().projects;
    const bool isThere = std::any_of(projects.cbegin(), projects.cend(), [&](const Project &p) { return p.id == id; });
    if (id.isEmpty() || (isThere && call.reader.mayAdminister(id)))
        return id;
    return {Fault::NotFound, u"There is no project \"%1\" that you may administer"_s.arg(id.left(100))};
}

void AdminRoutes::act(const DirectoryAct &act, const RouteCall &call, const Finish &finish)
{
    const bool taken = m_directory->act(
        act, {call.reader.subject, call.reader.administered(), m_clock->nowMs()},
        [responder = call.responder, finish, subject = call.reader.subject](const Result<Acted> &acted) {
            if (!acted && acted.failure().kind == Fault::Unavailable)
                return responder.send(
                    failureReply({Fault::Unavailable,
                                  u"The database did not answer. Look whether it was done before you try again."_s}));
            if (!acted)
                return responder.send(failureReply(acted.failure()));
            log::info("admin", u"done"_s,
                      {{u"by"_s, subject}, {u"project"_s, acted->project}, {u"key"_s, acted->key.id}});
            responder.send(doneReply(finish(*acted)));
        });
    if (!taken)
        call.responder.send(failureReply(
            m_directory->writer()->isAvailable()
                ? Failure{Fault::Busy, u"Too many acts of administration wait: nothing was done, try again"_s}
                : Failure{Fault::Unavailable, u"The database is away: nothing was done, try again"_s}));
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

void AdminRoutes::createKey(const RouteCall &call)
{
    Result<AdminFields> fields = AdminFields::read(call.request.body, kMaxBodyBytes);
    if (!fields)
        return call.responder.send(failureReply(fields.failure()));
    const QString project = fields->text(u"project"_s);
    const KeyRole role = fields->role();
    const QString name = fields->textOr(u"name"_s, {});
    const qint64 days = fields->number(u"expiresInDays"_s, 1, kMaxDays, 0);
    if (const Result<void> ended = fields->end(); !ended)
        return call.responder.send(failureReply(ended.failure()));
    const qint64 now = m_clock->nowMs();
    const NewApiKey made = makeApiKey(project, role, name, now, days == 0 ? 0 : now + days * 24 * kHourMs);
    act(CreateKey{made.key}, call, [text = made.text, now](const Acted &acted) {
        QJsonObject data = toJson(acted.key, now);
        data.insert(u"key"_s, QString::fromLatin1(text));
        return data;
    });
}

void AdminRoutes::revokeKey(const RouteCall &call)
{
    Result<AdminFields> fields = AdminFields::read(call.request.body, kMaxBodyBytes);
    if (!fields)
        return call.responder.send(failureReply(fields.failure()));
    const QString id = fields->text(u"id"_s);
    if (const Result<void> ended = fields->end(); !ended)
        return call.responder.send(failureReply(ended.failure()));
    act(RevokeKey{id}, call, [now = m_clock->nowMs()](const Acted &acted) { return toJson(acted.key, now); });
}

void AdminRoutes::expireKey(const RouteCall &call)
{
    Result<AdminFields> fields = AdminFields::read(call.request.body, kMaxBodyBytes);
    if (!fields)
        return call.responder.send(failureReply(fields.failure()));
    const QString id = fields->text(u"id"_s);
    const qint64 hours = fields->number(u"inHours"_s, 0, kMaxDays * 24);
    if (const Result<void> ended = fields->end(); !ended)
        return call.responder.send(failureReply(ended.failure()));
    const qint64 now = m_clock->nowMs();
    act(ExpireKey{id, now + hours * kHourMs}, call, [now](const Acted &acted) { return toJson(acted.key, now); });
}

void AdminRoutes::rotateKey(const RouteCall &call)
{
    Result<AdminFields> fields = AdminFields::read(call.request.body, kMaxBodyBytes);
    if (!fields)
        return call.responder.send(failureReply(fields.failure()));
    const QString id = fields->text(u"id"_s);
    const qint64 hours = fields->number(u"overlapHours"_s, 0, kMaxOverlapHours, kDefaultOverlapHours);
    if (const Result<void> ended = fields->end(); !ended)
        return call.responder.send(failureReply(ended.failure()));
    const qint64 now = m_clock->nowMs();
    act(RotateKey{id, now + hours * kHourMs}, call, [now](const Acted &acted) {
        QJsonObject data = toJson(acted.key, now);
        data.insert(u"key"_s, QString::fromLatin1(acted.text));
        return data;
    });
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
    // Whoever adds the first one anywhere shuts the door for every other login: they should know.
    call.responder.send(
        doneReply({{u"members"_s, members}, {u"openToAll"_s, m_directory->current().members.isEmpty()}}));
}

void AdminRoutes::addMember(const RouteCall &call)
{
    Result<AdminFields> fields = AdminFields::read(call.request.body, kMaxBodyBytes);
    if (!fields)
        return call.responder.send(failureReply(fields.failure()));
    Member member;
    member.project = fields->text(u"project"_s);
    member.subject = fields->text(u"subject"_s);
    member.role = fields->role();
    if (const Result<void> ended = fields->end(); !ended)
        return call.responder.send(failureReply(ended.failure()));
    act(AddMember{member}, call, [member](const Acted &) { return toJson(member); });
}

void AdminRoutes::removeMember(const RouteCall &call)
{
    Result<AdminFields> fields = AdminFields::read(call.request.body, kMaxBodyBytes);
    if (!fields)
        return call.responder.send(failureReply(fields.failure()));
    const QString project = fields->text(u"project"_s);
    const QString subject = fields->text(u"subject"_s);
    if (const Result<void> ended = fields->end(); !ended)
        return call.responder.send(failureReply(ended.failure()));
    act(RemoveMember{project, subject}, call, [project, subject](const Acted &) {
        return QJsonObject{{u"project"_s, project}, {u"subject"_s, subject}};
    });
}

void AdminRoutes::getProjects(const RouteCall &call)
{
    QJsonArray projects;
    for (const Project &project : m_directory->current().projects)
        if (call.reader.mayAdminister(project.id))
            projects.append(QJsonObject{{u"id"_s, project.id}, {u"name"_s, project.name}});
    call.responder.send(doneReply({{u"projects"_s, projects}, {u"mayCreate"_s, call.reader.seesAll()}}));
}

void AdminRoutes::createProject(const RouteCall &call)
{
    Result<AdminFields> fields = AdminFields::read(call.request.body, kMaxBodyBytes);
    if (!fields)
        return call.responder.send(failureReply(fields.failure()));
    const QString id = fields->text(u"id"_s);
    const QString name = fields->textOr(u"name"_s, id);
    if (const Result<void> ended = fields->end(); !ended)
        return call.responder.send(failureReply(ended.failure()));
    if (!call.reader.seesAll())
        return call.responder.send(lacksRoleReply(u"Making a project takes the role admin in all projects"_s));
    act(CreateProject{{id, name}}, call, [id, name](const Acted &) {
        return QJsonObject{{u"id"_s, id}, {u"name"_s, name}};
    });
}

void AdminRoutes::renameProject(const RouteCall &call)
{
    Result<AdminFields> fields = AdminFields::read(call.request.body, kMaxBodyBytes);
    if (!fields)
        return call.responder.send(failureReply(fields.failure()));
    const QString id = fields->text(u"id"_s);
    const QString name = fields->text(u"name"_s);
    if (const Result<void> ended = fields->end(); !ended)
        return call.responder.send(failureReply(ended.failure()));
    act(RenameProject{{id, name}}, call, [id, name](const Acted &) {
        return QJsonObject{{u"id"_s, id}, {u"name"_s, name}};
    });
}

void AdminRoutes::getAudit(const RouteCall &call)
{
    const Result<QString> project = projectOf(call);
    if (!project)
        return call.responder.send(failureReply(project.failure()));
    AuditQuery query;
    query.projects = project->isEmpty() ? call.reader.administered() : QStringList{*project};
    if (const QString limit = call.request.query.value(u"limit"_s); !limit.isEmpty()) {
        bool isNumber = false;
        query.limit = limit.toInt(&isNumber);
        if (!isNumber || query.limit < 1 || query.limit > AuditQuery::kMaxLimit)
            return call.responder.send(failureReply(
                {Fault::BadInput, u"limit must be a whole number from 1 to %1"_s.arg(AuditQuery::kMaxLimit)}));
    }
    if (const QString before = call.request.query.value(u"before"_s); !before.isEmpty()) {
        const QUuid id = QUuid::fromString(before);
        if (id.isNull())
            return call.responder.send(failureReply({Fault::BadInput, u"before must be the id of a record"_s}));
        query.before = id.toString(QUuid::WithoutBraces);
    }
    const bool taken = m_reader->ask<QList<AuditRecord>>(
        this, [query](EventStore &store) { return store.audit(query); },
        [responder = call.responder, limit = query.limit](const Result<QList<AuditRecord>> &found) {
            if (!found)
                return responder.send(failureReply(found.failure()));
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

} // namespace entvas
