#include "core/store/sqldirectory.h"

#include "core/store/migrations.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace entvas {

Result<Directory> readDirectory(SqlConnection &connection)
{
    Directory directory;
    Result<Rows> projects = connection.run(u"projects"_s);
    if (!projects)
        return projects.failure();
    while ((*projects)->next())
        directory.projects << Project{(*projects)->value(0).toString(), (*projects)->value(1).toString()};
    if (const Result<void> ended = connection.ended(*projects); !ended)
        return ended.failure();
    Result<Rows> keys = connection.run(u"api_keys"_s);
    if (!keys)
        return keys.failure();
    while ((*keys)->next()) {
        const QSqlQuery &row = **keys;
        const auto role = roleFromName(row.value(2).toString());
        if (!role)
            continue; // of a later version: nothing that we could grant
        directory.keys << ApiKey{row.value(0).toString(),   row.value(1).toString(),    *role,
                                 row.value(3).toString(),   row.value(4).toByteArray(), row.value(5).toLongLong(),
                                 row.value(6).toLongLong(), row.value(7).toLongLong()};
    }
    if (const Result<void> ended = connection.ended(*keys); !ended)
        return ended.failure();
    return directory;
}

Result<void> SqlDirectory::open()
{
    const Result<void> opened = m_connection.open();
    return opened ? applyMigrations(m_connection) : opened;
}

Result<void> SqlDirectory::addProject(const Project &project)
{
    const Result<int> added =
        m_connection.change(u"add_project"_s, {{u":id"_s, project.id}, {u":name"_s, project.name}});
    if (!added)
        return added.failure();
    if (*added == 0)
        return {Fault::BadInput, u"There is a project %1 already."_s.arg(project.id)};
    return {};
}

Result<void> SqlDirectory::addKey(const ApiKey &key)
{
    const Result<Directory> now = read();
    if (!now)
        return now.failure();
    if (std::none_of(now->projects.cbegin(), now->projects.cend(),
                     [&](const Project &p) { return p.id == key.project; }))
        return {Fault::NotFound, u"There is no project %1; make it first."_s.arg(key.project)};
    const Result<int> added = m_connection.change(u"add_api_key"_s, {{u":project"_s, key.project},
                                                                     {u":id"_s, key.id},
                                                                     {u":role"_s, roleName(key.role)},
                                                                     {u":name"_s, key.name},
                                                                     {u":digest"_s, QString::fromLatin1(key.digest)},
                                                                     {u":created"_s, key.createdAtMs},
                                                                     {u":expires"_s, key.expiresAtMs}});
    return added ? Result<void>() : Result<void>(added.failure());
}

Result<void> SqlDirectory::revokeKey(const QString &id, qint64 nowMs)
{
    const Result<int> revoked = m_connection.change(u"revoke_api_key"_s, {{u":id"_s, id}, {u":now"_s, nowMs}});
    if (!revoked)
        return revoked.failure();
    if (*revoked == 0)
        return {Fault::NotFound, u"There is no valid key %1."_s.arg(id)};
    return {};
}

} // namespace entvas
