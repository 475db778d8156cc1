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

const QList<AdminRoutes::Route> &AdminRoutes::routes()
{
    static const QList<Route> list{
        {"GET", u"/admin/keys"_s, &AdminRoutes::getKeys, {u"project"_s}},
        {"POST", u"/admin/keys"_s, &AdminRoutes::createKey},
        {"POST", u"/admin/keys/revoke"_s, &AdminRoutes::revokeKey},
        {"POST", u"/admin/keys/expire"_s, &AdminRoutes::expireKey},
        {"POST", u"/admin/keys/rotate"_s, &AdminRoutes::rotateKey},
        {"GET", u"/admin/members"_s, &AdminRoutes::getMembers, {u"project"_s}},
        {"POST", u"/admin/members"_s, &AdminRoutes::addMember},
        {"POST", u"/admin/members/remove"_s, &AdminRoutes::removeMember},
        {"GET", u"/admin/projects"_s, &AdminRoutes::getProjects},
        {"POST", u"/admin/projects"_s, &AdminRoutes::createProject},
        {"POST", u"/admin/projects/rename"_s, &AdminRoutes::renameProject},
        {"GET", u"/admin/audit"_s, &AdminRoutes::getAudit, {u"project"_s, u"limit"_s, u"before"_s}}};
    return list;
}

void AdminRoutes::answer(const Route &route, const Reader &reader, const HttpRequest &request,
                         const HttpResponder &responder)
{
    if (!reader.isAdmin())
        return responder.send(
            lacksRoleReply(u"This takes the role admin, and you have the role %1"_s.arg(roleName(reader.role))));
    (this->*route.answer)(reader, request, responder);
}

Result<void> AdminRoutes::checkSize(const HttpRequest &request)
{
    if (request.body.size() <= kMaxBodyBytes)
        return {};
    return {Fault::TooLarge, u"The body is larger than %1 bytes"_s.arg(kMaxBodyBytes)};
}

Result<QString> AdminRoutes::projectOf(const Reader &reader, const HttpRequest &request) const
{
    const QString id = request.query.value(u"project"_s);
    const QList<Project> &projects = m_directory->current().projects;
    const bool isThere = std::any_of(projects.cbegin(), projects.cend(), [&](const Project &p) { return p.id == id; });
    if (id.isEmpty() || (isThere && reader.mayAdminister(id)))
        return id;
    return {Fault::NotFound, u"There is no project \"%1\" that you may administer"_s.arg(id.left(100))};
}

void AdminRoutes::act(const DirectoryAct &act, const Reader &reader, const HttpResponder &responder,
                      const Finish &finish)
{
    const bool taken = m_directory->act(
        act, {reader.subject, reader.administered(), m_clock->nowMs()},
        [responder, finish, subject = reader.subject](const Result<Acted> &acted) {
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
        responder.send(failureReply(
            m_directory->writer()->isAvailable()
                ? Failure{Fault::Busy, u"Too many acts of administration wait: nothing was done, try again"_s}
                : Failure{Fault::Unavailable, u"The database is away: nothing was done, try again"_s}));
}

void AdminRoutes::getKeys(const Reader &reader, const HttpRequest &request, const HttpResponder &responder)
{
    const Result<QString> project = projectOf(reader, request);
    if (!project)
        return responder.send(failureReply(project.failure()));
    QJsonArray keys;
    for (const ApiKey &key : m_directory->current().keys)
        if (reader.mayAdminister(key.project) && (project->isEmpty() || key.project == *project))
            keys.append(toJson(key, m_clock->nowMs()));
    responder.send(doneReply({{u"keys"_s, keys}}));
}

void AdminRoutes::createKey(const Reader &reader, const HttpRequest &request, const HttpResponder &responder)
{
    Result<AdminFields> fields = AdminFields::read(request.body, kMaxBodyBytes);
    if (!fields)
        return responder.send(failureReply(fields.failure()));
    const QString project = fields->text(u"project"_s);
    const KeyRole role = fields->role();
    const QString name = fields->textOr(u"name"_s, {});
    const qint64 days = fields->number(u"expiresInDays"_s, 1, kMaxDays, 0);
    if (const Result<void> ended = fields->end(); !ended)
        return responder.send(failureReply(ended.failure()));
    const qint64 now = m_clock->nowMs();
    const NewApiKey made = makeApiKey(project, role, name, now, days == 0 ? 0 : now + days * 24 * kHourMs);
    act(CreateKey{made.key}, reader, responder, [text = made.text, now](const Acted &acted) {
        QJsonObject data = toJson(acted.key, now);
        data.insert(u"key"_s, QString::fromLatin1(text));
        return data;
    });
}

void AdminRoutes::revokeKey(const Reader &reader, const HttpRequest &request, const HttpResponder &responder)
{
    Result<AdminFields> fields = AdminFields::read(request.body, kMaxBodyBytes);
    if (!fields)
        return responder.send(failureReply(fields.failure()));
    const QString id = fields->text(u"id"_s);
    if (const Result<void> ended = fields->end(); !ended)
        return responder.send(failureReply(ended.failure()));
    act(RevokeKey{id}, reader, responder,
        [now = m_clock->nowMs()](const Acted &acted) { return toJson(acted.key, now); });
}

void AdminRoutes::expireKey(const Reader &reader, const HttpRequest &request, const HttpResponder &responder)
{
    Result<AdminFields> fields = AdminFields::read(request.body, kMaxBodyBytes);
    if (!fields)
        return responder.send(failureReply(fields.failure()));
    const QString id = fields->text(u"id"_s);
    const qint64 hours = fields->number(u"inHours"_s, 0, kMaxDays * 24);
    if (const Result<void> ended = fields->end(); !ended)
        return responder.send(failureReply(ended.failure()));
    const qint64 now = m_clock->nowMs();
    act(ExpireKey{id, now + hours * kHourMs}, reader, responder,
        [now](const Acted &acted) { return toJson(acted.key, now); });
}

void AdminRoutes::rotateKey(const Reader &reader, const HttpRequest &request, const HttpResponder &responder)
{
    Result<AdminFields> fields = AdminFields::read(request.body, kMaxBodyBytes);
    if (!fields)
        return responder.send(failureReply(fields.failure()));
    const QString id = fields->text(u"id"_s);
    const qint64 hours = fields->number(u"overlapHours"_s, 0, kMaxOverlapHours, kDefaultOverlapHours);
    if (const Result<void> ended = fields->end(); !ended)
        return responder.send(failureReply(ended.failure()));
    const qint64 now = m_clock->nowMs();
    act(RotateKey{id, now + hours * kHourMs}, reader, responder, [now](const Acted &acted) {
        QJsonObject data = toJson(acted.key, now);
        data.insert(u"key"_s, QString::fromLatin1(acted.text));
        return data;
    });
}

void AdminRoutes::getMembers(const Reader &reader, const HttpRequest &request, const HttpResponder &responder)
{
    const Result<QString> project = projectOf(reader, request);
    if (!project)
        return responder.send(failureReply(project.failure()));
    QJsonArray members;
    for (const Member &member : m_directory->current().members)
        if (reader.mayAdminister(member.project) && (project->isEmpty() || member.project == *project))
            members.append(toJson(member));
    // Whoever adds the first one anywhere shuts the door for every other login: they should know.
    responder.send(doneReply({{u"members"_s, members}, {u"openToAll"_s, m_directory->current().members.isEmpty()}}));
}

void AdminRoutes::addMember(const Reader &reader, const HttpRequest &request, const HttpResponder &responder)
{
    Result<AdminFields> fields = AdminFields::read(request.body, kMaxBodyBytes);
    if (!fields)
        return responder.send(failureReply(fields.failure()));
    Member member;
    member.project = fields->text(u"project"_s);
    member.subject = fields->text(u"subject"_s);
    member.role = fields->role();
    if (const Result<void> ended = fields->end(); !ended)
        return responder.send(failureReply(ended.failure()));
    act(AddMember{member}, reader, responder, [member](const Acted &) { return toJson(member); });
}

void AdminRoutes::removeMember(const Reader &reader, const HttpRequest &request, const HttpResponder &responder)
{
    Result<AdminFields> fields = AdminFields::read(request.body, kMaxBodyBytes);
    if (!fields)
        return responder.send(failureReply(fields.failure()));
    const QString project = fields->text(u"project"_s);
    const QString subject = fields->text(u"subject"_s);
    if (const Result<void> ended = fields->end(); !ended)
        return responder.send(failureReply(ended.failure()));
    act(RemoveMember{project, subject}, reader, responder, [project, subject](const Acted &) {
        return QJsonObject{{u"project"_s, project}, {u"subject"_s, subject}};
    });
}

void AdminRoutes::getProjects(const Reader &reader, const HttpRequest &, const HttpResponder &responder)
{
    QJsonArray projects;
    for (const Project &project : m_directory->current().projects)
        if (reader.mayAdminister(project.id))
            projects.append(QJsonObject{{u"id"_s, project.id}, {u"name"_s, project.name}});
    responder.send(doneReply({{u"projects"_s, projects}, {u"mayCreate"_s, reader.seesAll()}}));
}

void AdminRoutes::createProject(const Reader &reader, const HttpRequest &request, const HttpResponder &responder)
{
    Result<AdminFields> fields = AdminFields::read(request.body, kMaxBodyBytes);
    if (!fields)
        return responder.send(failureReply(fields.failure()));
    const QString id = fields->text(u"id"_s);
    const QString name = fields->textOr(u"name"_s, id);
    if (const Result<void> ended = fields->end(); !ended)
        return responder.send(failureReply(ended.failure()));
    if (!reader.seesAll())
        return responder.send(lacksRoleReply(u"Making a project takes the role admin in all projects"_s));
    act(CreateProject{{id, name}}, reader, responder, [id, name](const Acted &) {
        return QJsonObject{{u"id"_s, id}, {u"name"_s, name}};
    });
}

void AdminRoutes::renameProject(const Reader &reader, const HttpRequest &request, const HttpResponder &responder)
{
    Result<AdminFields> fields = AdminFields::read(request.body, kMaxBodyBytes);
    if (!fields)
        return responder.send(failureReply(fields.failure()));
    const QString id = fields->text(u"id"_s);
    const QString name = fields->text(u"name"_s);
    if (const Result<void> ended = fields->end(); !ended)
        return responder.send(failureReply(ended.failure()));
    act(RenameProject{{id, name}}, reader, responder, [id, name](const Acted &) {
        return QJsonObject{{u"id"_s, id}, {u"name"_s, name}};
    });
}

void AdminRoutes::getAudit(const Reader &reader, const HttpRequest &request, const HttpResponder &responder)
{
    const Result<QString> project = projectOf(reader, request);
    if (!project)
        return responder.send(failureReply(project.failure()));
    AuditQuery query;
    query.projects = project->isEmpty() ? reader.administered() : QStringList{*project};
    if (const QString limit = request.query.value(u"limit"_s); !limit.isEmpty()) {
        bool isNumber = false;
        query.limit = limit.toInt(&isNumber);
        if (!isNumber || query.limit < 1 || query.limit > AuditQuery::kMaxLimit)
            return responder.send(failureReply(
                {Fault::BadInput, u"limit must be a whole number from 1 to %1"_s.arg(AuditQuery::kMaxLimit)}));
    }
    if (const QString before = request.query.value(u"before"_s); !before.isEmpty()) {
        const QUuid id = QUuid::fromString(before);
        if (id.isNull())
            return responder.send(failureReply({Fault::BadInput, u"before must be the id of a record"_s}));
        query.before = id.toString(QUuid::WithoutBraces);
    }
    const bool taken = m_reader->ask<QList<AuditRecord>>(
        this, [query](EventStore &store) { return store.audit(query); },
        [responder, limit = query.limit](const Result<QList<AuditRecord>> &found) {
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
        responder.send(failureReply({Fault::Busy, u"Too many questions wait, try again"_s}));
}

} // namespace entvas
