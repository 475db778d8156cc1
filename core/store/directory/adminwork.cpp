#include "core/store/directory/adminwork.h"

#include "core/base/isotime.h"
#include "core/store/connection/sqlconnection.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

QJsonValue timeValue(qint64 ms)
{
    return ms == 0 ? QJsonValue() : QJsonValue(QString::fromLatin1(isoFromMs(ms)));
}

// One act within its transaction: `before` is what it finds.
class Worker
{
public:
    Worker(SqlConnection &connection, const Actor &actor, const Directory &before)
        : m_connection(connection), m_actor(actor), m_before(before)
    {
    }

    Result<AdminWork> createProject(const AdminCommand &command)
    {
        const QString id = command.text(u"id"_s);
        const QString name = command.text(u"name"_s);
        if (!isProjectId(id))
            return {Fault::BadInput, u"A project's id has 1–64 characters of a–z, 0–9, - and _, and begins with a "
                                     "letter or digit: \"%1\" has not."_s.arg(id.left(100))};
        if (const Result<void> named = checkProjectName(name); !named)
            return named.failure();
        if (m_actor.projects)
            return {Fault::Denied, u"Only an administrator of all projects may make a new one."_s};
        if (hasProject(id))
            return {Fault::BadInput, u"There is a project %1 already."_s.arg(id)};
        if (m_before.projects.size() >= kMaxProjectsKept)
            return {Fault::Busy, u"There are %1 projects, as many as a server can open: delete one first."_s.arg(
                                     m_before.projects.size())};
        const Result<int> added = m_connection.change(u"add_project"_s, {{u":id"_s, id}, {u":name"_s, name}});
        if (!added)
            return added.failure();
        if (*added == 0)
            return {Fault::BadInput, u"There is a project %1 already."_s.arg(id)};
        return AdminWork{id, u"project.create"_s, id, {{u"name"_s, name}}, {}, {}};
    }

    Result<AdminWork> renameProject(const AdminCommand &command)
    {
        const QString id = command.text(u"id"_s);
        const QString name = command.text(u"name"_s);
        if (const Result<void> named = checkProjectName(name); !named)
            return named.failure();
        if (const Result<void> there = checkProject(id); !there)
            return there.failure();
        const Result<int> renamed = m_connection.change(u"rename_project"_s, {{u":id"_s, id}, {u":name"_s, name}});
        if (!renamed)
            return renamed.failure();
        return AdminWork{id, u"project.rename"_s, id, {{u"name"_s, name}}, {}, {}};
    }

    Result<AdminWork> createKey(const AdminCommand &command)
    {
        const QString name = command.text(u"name"_s);
        const qint64 expiresAtMs = command.time(u"expires"_s);
        if (!isPlainText(name, kMaxNameChars))
            return {Fault::BadInput,
                    u"A key's name takes at most %1 characters, and no control characters."_s.arg(kMaxNameChars)};
        if (expiresAtMs != 0 && expiresAtMs < m_actor.nowMs)
            return {Fault::BadInput, u"The key would have expired before it was created: name a later time."_s};
        const NewApiKey made = makeApiKey(command.text(u"project"_s), command.role(), name, m_actor.nowMs, expiresAtMs);
        if (const Result<void> added = addKey(made.key); !added)
            return added.failure();
        return AdminWork{
            made.key.project,
            u"key.create"_s,
            made.key.id,
            {{u"role"_s, roleName(made.key.role)}, {u"name"_s, name}, {u"expiresAt"_s, timeValue(expiresAtMs)}},
            made.key.id,
            made.text};
    }

    Result<AdminWork> revokeKey(const AdminCommand &command)
    {
        const Result<ApiKey> key = validKey(command.text(u"id"_s));
        if (!key)
            return key.failure();
        const Result<int> revoked = m_connection.change(
            u"revoke_api_key"_s, {{u":project"_s, key->project}, {u":id"_s, key->id}, {u":now"_s, m_actor.nowMs}});
        return ofKey(*key, revoked, u"key.revoke"_s, {});
    }

    Result<AdminWork> expireKey(const AdminCommand &command)
    {
        const Result<ApiKey> key = validKey(command.text(u"id"_s));
        if (!key)
            return key.failure();
        const qint64 atMs = std::max(command.time(u"in"_s), m_actor.nowMs);
        const Result<int> changed = m_connection.change(
            u"expire_api_key"_s,
            {{u":project"_s, key->project}, {u":id"_s, key->id}, {u":expires"_s, atMs}, {u":now"_s, m_actor.nowMs}});
        return ofKey(*key, changed, u"key.expire"_s, {{u"expiresAt"_s, timeValue(atMs)}});
    }

    Result<AdminWork> rotateKey(const AdminCommand &command)
    {
        const Result<ApiKey> old = validKey(command.text(u"id"_s));
        if (!old)
            return old.failure();
        if (!old->replacedBy.isEmpty())
            return {Fault::BadInput,
                    u"The key %1 has been replaced by %2 already; rotate that one."_s.arg(old->id, old->replacedBy)};
        const qint64 now = m_actor.nowMs;
        const qint64 expiresAtMs = old->expiresAtMs == 0 ? 0 : now + (old->expiresAtMs - old->createdAtMs);
        const NewApiKey next = makeApiKey(old->project, old->role, old->name, now, expiresAtMs);
        const qint64 untilMs = std::max(command.time(u"overlap"_s), now);
        const Result<int> replaced = m_connection.change(u"replace_api_key"_s, {{u":project"_s, old->project},
                                                                                {u":id"_s, old->id},
                                                                                {u":next"_s, next.key.id},
                                                                                {u":until"_s, untilMs},
                                                                                {u":now"_s, now}});
        const qint64 oldEndsMs = old->expiresAtMs == 0 ? untilMs : std::min(untilMs, old->expiresAtMs);
        Result<AdminWork> done = ofKey(*old, replaced, u"key.rotate"_s,
                                       {{u"replacedBy"_s, next.key.id},
                                        {u"oldExpiresAt"_s, timeValue(oldEndsMs)},
                                        {u"expiresAt"_s, timeValue(expiresAtMs)}});
        if (!done)
            return done;
        if (const Result<void> added = addKey(next.key); !added)
            return added.failure();
        done->keyId = next.key.id;
        done->text = next.text;
        return done;
    }

    Result<AdminWork> addMember(const AdminCommand &command)
    {
        const Member member{command.text(u"project"_s), command.text(u"subject"_s), command.role(), 0};
        if (const Result<void> valid = checkSubject(member.subject); !valid)
            return valid.failure();
        if (member.role == KeyRole::Sender)
            return {Fault::BadInput, u"A member is a viewer or an admin; senders have keys."_s};
        if (const Result<void> there = checkProject(member.project); !there)
            return there.failure();
        const auto has = std::find_if(m_before.members.cbegin(), m_before.members.cend(), [&](const Member &m) {
            return m.project == member.project && m.subject == member.subject;
        });
        const bool isNew = has == m_before.members.cend();
        if (m_before.members.isEmpty() && m_actor.projects)
            return {Fault::Denied, u"The first member of any project closes all others to every login: adding it takes "
                                   "the role admin in all projects."_s};
        if (!isNew && has->role == member.role)
            return {Fault::BadInput,
                    u"%1 is %2 of %3 already."_s.arg(member.subject, roleName(member.role), member.project)};
        const auto count = std::count_if(m_before.members.cbegin(), m_before.members.cend(),
                                         [&](const Member &m) { return m.project == member.project; });
        if (isNew && count >= kMaxMembersPerProject)
            return {Fault::Busy, u"The project %1 has %2 members, and no room for more; remove some first."_s.arg(
                                     member.project, QString::number(count))};
        const Result<int> put = m_connection.change(u"put_member"_s, {{u":project"_s, member.project},
                                                                      {u":subject"_s, member.subject},
                                                                      {u":role"_s, roleName(member.role)},
                                                                      {u":now"_s, m_actor.nowMs}});
        if (!put)
            return put.failure();
        return AdminWork{member.project,
                         isNew ? u"member.add"_s : u"member.change"_s,
                         member.subject,
                         {{u"role"_s, roleName(member.role)}},
                         {},
                         {}};
    }

    Result<AdminWork> removeMember(const AdminCommand &command)
    {
        const QString project = command.text(u"project"_s);
        const QString subject = command.text(u"subject"_s);
        if (const Result<void> valid = checkSubject(subject); !valid)
            return valid.failure();
        if (const Result<void> there = checkProject(project); !there)
            return there.failure();
        if (m_actor.projects && m_before.members.size() == 1 && m_before.members.first().project == project &&
            m_before.members.first().subject == subject)
            return {Fault::Denied, u"Without its last member every project would be open to every login: removing it "
                                   "takes the role admin in all projects."_s};
        const Result<int> dropped =
            m_connection.change(u"drop_member"_s, {{u":project"_s, project}, {u":subject"_s, subject}});
        if (!dropped)
            return dropped.failure();
        if (*dropped == 0)
            return {Fault::NotFound, u"\"%1\" is no member of %2."_s.arg(subject.left(kMaxSubjectChars), project)};
        return AdminWork{project, u"member.remove"_s, subject, {}, {}, {}};
    }

private:
    bool hasProject(const QString &id) const
    {
        return std::any_of(m_before.projects.cbegin(), m_before.projects.cend(),
                           [&](const Project &p) { return p.id == id; });
    }

    // An administrator of other projects does not learn whether it exists.
    Result<void> checkProject(const QString &id) const
    {
        if (hasProject(id) && m_actor.mayAdminister(id))
            return {};
        if (m_actor.projects)
            return {Fault::NotFound, u"There is no project \"%1\" that you may administer."_s.arg(id.left(100))};
        return {Fault::NotFound, u"There is no project \"%1\"; make it first."_s.arg(id.left(100))};
    }

    static Result<void> checkProjectName(const QString &name)
    {
        if (!name.trimmed().isEmpty() && isPlainText(name, kMaxNameChars))
            return {};
        return {Fault::BadInput,
                u"A project's name takes 1–%1 characters, and no control characters."_s.arg(kMaxNameChars)};
    }

    static Result<void> checkSubject(const QString &subject)
    {
        if (!subject.trimmed().isEmpty() && isPlainText(subject, kMaxSubjectChars))
            return {};
        return {Fault::BadInput, u"A member's subject is the `sub` of its tokens: 1–%1 characters, and no control "
                                 "characters."_s.arg(kMaxSubjectChars)};
    }

    Result<ApiKey> validKey(const QString &id) const
    {
        const auto key = std::find_if(m_before.keys.cbegin(), m_before.keys.cend(),
                                      [&](const ApiKey &k) { return k.id == id && m_actor.mayAdminister(k.project); });
        if (key == m_before.keys.cend())
            return {Fault::NotFound, u"There is no key \"%1\"%2."_s.arg(
                                         id.left(100), m_actor.projects ? u" that you may administer"_s : u""_s)};
        if (key->revokedAtMs != 0)
            return {Fault::BadInput, u"The key %1 was revoked already."_s.arg(id)};
        if (!key->isValidAt(m_actor.nowMs))
            return {Fault::BadInput, u"The key %1 has expired; make a new one."_s.arg(id)};
        return *key;
    }

    // Another server may have ended it since it was looked at.
    static Result<AdminWork> ofKey(const ApiKey &key, const Result<int> &changed, const QString &action,
                                   const QJsonObject &detail)
    {
        if (!changed)
            return changed.failure();
        if (*changed == 0)
            return {Fault::BadInput, u"The key %1 has just been changed elsewhere; list the keys again."_s.arg(key.id)};
        return AdminWork{key.project, action, key.id, detail, key.id, {}};
    }

    Result<void> addKey(const ApiKey &key)
    {
        if (const Result<void> there = checkProject(key.project); !there)
            return there;
        qsizetype kept = std::count_if(m_before.keys.cbegin(), m_before.keys.cend(),
                                       [&](const ApiKey &k) { return k.project == key.project; });
        if (kept >= kMaxKeysPerProject) {
            const Result<int> dropped =
                m_connection.change(u"drop_ended_keys"_s, {{u":project"_s, key.project}, {u":now"_s, m_actor.nowMs}});
            if (!dropped)
                return dropped.failure();
            kept -= *dropped;
        }
        if (kept >= kMaxKeysPerProject)
            return {Fault::Busy, u"The project %1 has %2 keys, and no room for more; revoke some first."_s.arg(
                                     key.project, QString::number(kept))};
        const Result<int> added =
            m_connection.change(u"add_api_key"_s, {{u":project"_s, key.project},
                                                   {u":id"_s, key.id},
                                                   {u":role"_s, roleName(key.role)},
                                                   {u":name"_s, key.name},
                                                   {u":digest"_s, QString::fromLatin1(key.digest)},
                                                   {u":created"_s, key.createdAtMs},
                                                   {u":expires"_s, key.expiresAtMs}});
        return added ? Result<void>() : Result<void>(added.failure());
    }

    SqlConnection &m_connection;
    const Actor &m_actor;
    const Directory &m_before;
};

struct Entry {
    QString act;
    Result<AdminWork> (Worker::*run)(const AdminCommand &);
};
const QList<Entry> &entries()
{
    static const QList<Entry> list{
        {u"project.create"_s, &Worker::createProject}, {u"project.rename"_s, &Worker::renameProject},
        {u"key.create"_s, &Worker::createKey},         {u"key.rotate"_s, &Worker::rotateKey},
        {u"key.expire"_s, &Worker::expireKey},         {u"key.revoke"_s, &Worker::revokeKey},
        {u"member.add"_s, &Worker::addMember},         {u"member.remove"_s, &Worker::removeMember}};
    return list;
}

} // namespace

Result<AdminWork> doAdminWork(SqlConnection &connection, const Actor &actor, const Directory &before,
                              const AdminCommand &command)
{
    for (const Entry &entry : entries())
        if (entry.act == command.act)
            return (Worker(connection, actor, before).*entry.run)(command);
    return {Fault::Internal, u"There is no act \"%1\"."_s.arg(command.act)};
}

QStringList adminWorkNames()
{
    QStringList names;
    for (const Entry &entry : entries())
        names << entry.act;
    return names;
}

} // namespace entvas
