#include "core/store/connection/migrations.h"

#include "core/store/connection/ownership.h"
#include "core/store/connection/sqlconnection.h"
#include "core/store/connection/transaction.h"

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

int versionOf(const QString &migration)
{
    return migration.left(3).toInt();
}

Result<qint64> number(SqlConnection &connection, const QString &statement)
{
    const Result<Rows> rows = connection.run(statement);
    if (!rows)
        return rows.failure();
    if (!(*rows)->next())
        return {Fault::Storage, u"The database %1 gave no answer to %2."_s.arg(connection.where(), statement)};
    return (*rows)->value(0).toLongLong();
}

// Applies at most one; returns whether there may be more.
Result<bool> applyNext(SqlConnection &connection, const QStringList &migrations)
{
    Transaction transaction(connection);
    if (const Result<void> begun = transaction.begin(); !begun)
        return begun.failure();
    if (const Result<Rows> lock = connection.run(u"lock_migrations"_s); !lock)
        return lock.failure();
    const Result<qint64> exists = number(connection, u"has_migrations"_s);
    if (!exists)
        return exists.failure();
    if (*exists == 0) {
        // A database that is not ours has tables of these names, as that of the original does: it is not to be touched.
        const Result<Ownership> owns = readOwnership(connection);
        if (!owns)
            return owns.failure();
        // A file belongs to one program.
        const bool isFile = connection.dialect().name == "sqlite"_L1;
        if (const QStringList &theirs = isFile ? owns->foreign : owns->inTheWay; !theirs.isEmpty())
            return notOurs(connection, theirs);
        if (const Result<void> made = connection.runScript(u"create_migrations"_s); !made)
            return made.failure();
    }
    const Result<qint64> newest = number(connection, u"newest_migration"_s);
    if (!newest)
        return newest.failure();
    const int known = migrations.isEmpty() ? 0 : versionOf(migrations.last());
    if (*newest > known)
        return {
            Fault::Configuration,
            u"The database %1 was made by a newer Entvas (schema %2, this program knows %3); install that version "
            "or name another database."_s.arg(connection.where(), QString::number(*newest), QString::number(known))};
    for (const QString &migration : migrations) {
        if (versionOf(migration) <= *newest)
            continue;
        if (const Result<void> applied = connection.runScript(migration); !applied)
            return applied.failure();
        if (const Result<int> noted = connection.change(
                u"add_migration"_s, {{u":version"_s, versionOf(migration)}, {u":name"_s, migration.mid(4)}});
            !noted)
            return noted.failure();
        if (const Result<void> done = transaction.commit(); !done)
            return done.failure();
        return true;
    }
    return false; // nothing was changed: the rollback only gives the lock back
}

} // namespace

Result<void> mustBeUtf8(SqlConnection &connection)
{
    QString encoding;
    {
        const Result<Rows> rows = connection.run(u"database_encoding"_s);
        if (!rows)
            return rows.failure();
        encoding = (*rows)->next() ? (*rows)->value(0).toString() : QString();
        if (const Result<void> ended = connection.ended(*rows); !ended)
            return ended;
    }
    if (encoding.startsWith("UTF"_L1))
        return {};
    return {Fault::Configuration,
            u"The database %1 has the encoding %2, which can't hold every character that is sent. Make one in UTF-8 "
            "(CREATE DATABASE entvas ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0) and name that in the "
            "database URL; what is in this one gets there with entvas backup and entvas restore."_s.arg(
                connection.where(), encoding)};
}

Result<void> applyMigrations(SqlConnection &connection)
{
    if (const Result<void> fits = mustBeUtf8(connection); !fits)
        return fits;
    const QStringList migrations = connection.statements().migrations();
    while (true) {
        const Result<bool> more = applyNext(connection, migrations);
        if (!more)
            return more.failure();
        if (!*more)
            return {};
    }
}

namespace {

Result<QStringList> names(SqlConnection &connection, const QString &statement)
{
    const Result<Rows> rows = connection.run(statement);
    if (!rows)
        return rows.failure();
    QStringList missing;
    while ((*rows)->next())
        missing.append((*rows)->value(0).toString());
    if (const Result<void> ended = connection.ended(*rows); !ended)
        return ended.failure();
    return missing;
}

} // namespace

Result<QStringList> missingRights(SqlConnection &connection)
{
    return names(connection, u"missing_rights"_s);
}

Result<QStringList> missingUpkeepRights(SqlConnection &connection)
{
    return names(connection, u"missing_upkeep_rights"_s);
}

} // namespace entvas
