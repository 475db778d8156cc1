#include "core/store/directory/sqlacts.h"

#include "core/base/isotime.h"
#include "core/store/connection/transaction.h"
#include "core/store/directory/sqldirectory.h"

#include <algorithm>
#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// What an act did, apart from what its audit row says of everyone.
struct Done {
    QString project;
    QString action;
    QString target;
    QJsonObject detail;
    QString keyId; // of the key to answer with
    QByteArray text;
};

QJsonValue timeValue(qint64 ms)
{
    return ms == 0 ? QJsonValue() : QJsonValue(QString::fromLatin1(isoFromMs(ms)));
}

// One act within its transaction: `before` is what it finds.
class Run
{
public:
    Run(SqlConnection &connection, const Actor &actor, const Directory &before)
        : m_connection(connection), m_actor(actor), m_before(before)
    {
    }

    Result<Done> operator()(const CreateProject &act)
    {
        const auto &[id, name] = act.project;
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
        return Done{id, u"project.create"_s, id, {{u"name"_s, name}}, {}, {}};
    }

    Result<Done> operator()(const RenameProject &act)
    {
        const auto &[id, name] = act.project;
        if (const Result<void> named = checkProjectName(name); !named)
            return named.failure();
        if (const Result<void> there = checkProject(id); !there)
            return there.failure();
        const Result<int> renamed = m_connection.change(u"rename_project"_s, {{u":id"_s, id}, {u":name"_s, name}});
        if (!renamed)
            return renamed.failure();
        return Done{id, u"project.rename"_s, id, {{u"name"_s, name}}, {}, {}};
    }

    Result<Done> operator()(const CreateKey &act)
    {
        const ApiKey &key = act.key;
        if (!isPlainText(key.name, kMaxNameChars))
            return {Fault::BadInput,
                    u"A key's name takes at most %1 characters, and no control characters."_s.arg(kMaxNameChars)};
        if (key.expiresAtMs != 0 && key.expiresAtMs < key.createdAtMs)
            return {Fault::BadInput, u"The key would have ended before it was made: name a later time."_s};
        if (const Result<void> added = addKey(key); !added)
            return added.failure();
        return Done{
            key.project,
            u"key.create"_s,
            key.id,
            {{u"role"_s, roleName(key.role)}, {u"name"_s, key.name}, {u"expiresAt"_s, timeValue(key.expiresAtMs)}},
            key.id,
            {}};
    }

    Result<Done> operator()(const RevokeKey &act)
    {
        const Result<ApiKey> key = validKey(act.id);
        if (!key)
            return key.failure();
        const Result<int> revoked = m_connection.change(
            u"revoke_api_key"_s, {{u":project"_s, key->project}, {u":id"_s, key->id}, {u":now"_s, m_actor.nowMs}});
        return ofKey(*key, revoked, u"key.revoke"_s, {});
    }

    Result<Done> operator()(const ExpireKey &act)
    {
        const Result<ApiKey> key = validKey(act.id);
        if (!key)
            return key.failure();
        const qint64 atMs = std::max(act.atMs, m_actor.nowMs);
        const Result<int> changed = m_connection.change(
            u"expire_api_key"_s,
            {{u":project"_s, key->project}, {u":id"_s, key->id}, {u":expires"_s, atMs}, {u":now"_s, m_actor.nowMs}});
        return ofKey(*key, changed, u"key.expire"_s, {{u"expiresAt"_s, timeValue(atMs)}});
    }

    Result<Done> operator()(const RotateKey &act)
    {
        const Result<ApiKey> old = validKey(act.id);
        if (!old)
            return old.failure();
        if (!old->replacedBy.isEmpty())
            return {Fault::BadInput,
                    u"The key %1 has been replaced by %2 already; rotate that one."_s.arg(old->id, old->replacedBy)};
        const qint64 now = m_actor.nowMs;
        const qint64 expiresAtMs = old->expiresAtMs == 0 ? 0 : now + (old->expiresAtMs - old->createdAtMs);
        const NewApiKey next = makeApiKey(old->project, old->role, old->name, now, expiresAtMs);
        const qint64 untilMs = std::max(act.untilMs, now);
        const Result<int> replaced = m_connection.change(u"replace_api_key"_s, {{u":project"_s, old->project},
                                                                                {u":id"_s, old->id},
                                                                                {u":next"_s, next.key.id},
                                                                                {u":until"_s, untilMs},
                                                                                {u":now"_s, now}});
        const qint64 oldEndsMs = old->expiresAtMs == 0 ? untilMs : std::min(untilMs, old->expiresAtMs);
        Result<Done> done = ofKey(*old, replaced, u"key.rotate"_s,
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

    Result<Done> operator()(const AddMember &act)
    {
        const Member &member = act.member;
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
        return Done{member.project,
                    isNew ? u"member.add"_s : u"member.change"_s,
                    member.subject,
                    {{u"role"_s, roleName(member.role)}},
                    {},
                    {}};
    }

    Result<Done> operator()(const RemoveMember &act)
    {
        if (const Result<void> valid = checkSubject(act.subject); !valid)
            return valid.failure();
        if (const Result<void> there = checkProject(act.project); !there)
            return there.failure();
        if (m_actor.projects && m_before.members.size() == 1 && m_before.members.first().project == act.project &&
            m_before.members.first().subject == act.subject)
            return {Fault::Denied, u"Without its last member every project would be open to every login: removing it "
                                   "takes the role admin in all projects."_s};
        const Result<int> dropped =
            m_connection.change(u"drop_member"_s, {{u":project"_s, act.project}, {u":subject"_s, act.subject}});
        if (!dropped)
            return dropped.failure();
        if (*dropped == 0)
            return {Fault::NotFound,
                    u"\"%1\" is no member of %2."_s.arg(act.subject.left(kMaxSubjectChars), act.project)};
        return Done{act.project, u"member.remove"_s, act.subject, {}, {}, {}};
    }

private:
    bool hasProject(const QString &id) const
    {
        return std::any_of(m_before.projects.cbegin(), m_before.projects.cend(),
                           [&](const Project &p) { return p.id == id; });
    }

    // Whoever may not administer a project is not told whether it exists.
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
    static Result<Done> ofKey(const ApiKey &key, const Result<int> &changed, const QString &action,
                              const QJsonObject &detail)
    {
        if (!changed)
            return changed.failure();
        if (*changed == 0)
            return {Fault::BadInput,
                    u"The key %1 has just been changed by somebody else; look at it again."_s.arg(key.id)};
        return Done{key.project, action, key.id, detail, key.id, {}};
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

QString jsonText(const QJsonObject &object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

} // namespace

Result<Acted> SqlActs::act(const DirectoryAct &act, const Actor &actor)
{
    Transaction transaction(m_connection);
    if (const Result<void> begun = transaction.begin(u"begin_act"_s); !begun)
        return begun.failure();
    const Result<Directory> before = readDirectory(m_connection);
    if (!before)
        return before.failure();
    const Result<Done> done = std::visit(Run(m_connection, actor, before.value()), act);
    if (!done)
        return done.failure();
    const Result<int> noted =
        m_connection.change(u"add_audit"_s, {{u":project"_s, done->project},
                                             {u":id"_s, m_ids.next(actor.nowMs).toString(QUuid::WithoutBraces)},
                                             {u":at"_s, actor.nowMs},
                                             {u":subject"_s, actor.subject},
                                             {u":action"_s, done->action},
                                             {u":target"_s, done->target},
                                             {u":detail"_s, jsonText(done->detail)}});
    if (!noted)
        return noted.failure();
    Result<Directory> after = readDirectory(m_connection); // ahead of the commit: from there on nothing may fail
    if (!after)
        return after.failure();
    if (const Result<void> committed = transaction.commit(); !committed)
        return committed.failure();
    Acted acted{done->project, {}, done->text, std::move(*after)};
    for (const ApiKey &key : std::as_const(acted.after.keys))
        if (key.id == done->keyId)
            acted.key = key;
    return acted;
}

Result<QList<AuditRecord>> SqlActs::audit(const AuditQuery &query)
{
    const QString before = query.before.isEmpty() ? u"ffffffff-ffff-ffff-ffff-ffffffffffff"_s : query.before;
    const QJsonArray projects = QJsonArray::fromStringList(query.projects.value_or(QStringList()));
    Result<Rows> rows = m_connection.run(
        u"audit"_s, {{u":before"_s, before},
                     {u":wide"_s, query.projects ? 0 : 1},
                     {u":projects"_s, QString::fromUtf8(QJsonDocument(projects).toJson(QJsonDocument::Compact))},
                     {u":limit"_s, std::clamp(query.limit, 1, AuditQuery::kMaxLimit)}});
    if (!rows)
        return rows.failure();
    QList<AuditRecord> found;
    while ((*rows)->next()) {
        const QSqlQuery &row = **rows;
        found << AuditRecord{row.value(1).toString(),
                             row.value(0).toString(),
                             row.value(2).toLongLong(),
                             row.value(3).toString(),
                             row.value(4).toString(),
                             row.value(5).toString(),
                             QJsonDocument::fromJson(row.value(6).toString().toUtf8()).object()};
    }
    if (const Result<void> ended = m_connection.ended(*rows); !ended)
        return ended.failure();
    return found;
}

Result<void> SqlActs::noteUses(const QList<KeyUse> &uses)
{
    Transaction transaction(m_connection);
    if (const Result<void> begun = transaction.begin(u"begin_act"_s); !begun)
        return begun;
    for (const KeyUse &use : uses)
        if (const Result<int> noted = m_connection.change(
                u"note_key_use"_s, {{u":project"_s, use.project}, {u":id"_s, use.id}, {u":at"_s, use.atMs}});
            !noted)
            return noted.failure();
    return transaction.commit();
}

} // namespace entvas
