#include "core/store/directory/sqldirectory.h"

#include "core/store/connection/migrations.h"
#include "core/store/connection/ownership.h"

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
                                 row.value(6).toLongLong(), row.value(7).toLongLong(),  row.value(8).toLongLong(),
                                 row.value(9).toString()};
    }
    if (const Result<void> ended = connection.ended(*keys); !ended)
        return ended.failure();
    Result<Rows> members = connection.run(u"members"_s);
    if (!members)
        return members.failure();
    while ((*members)->next()) {
        const QSqlQuery &row = **members;
        // A role of a later version grants nothing here, but the row counts: without any, every login sees everything.
        directory.members << Member{row.value(0).toString(), row.value(1).toString(),
                                    roleFromName(row.value(2).toString()).value_or(KeyRole::Sender),
                                    row.value(3).toLongLong()};
    }
    if (const Result<void> ended = connection.ended(*members); !ended)
        return ended.failure();
    return directory;
}

Result<void> SqlDirectory::open(bool mayCreate)
{
    Result<void> opened = m_connection.open();
    if (opened && !mayCreate)
        opened = mustBeOurs(m_connection);
    return opened ? applyMigrations(m_connection) : opened;
}

} // namespace entvas
