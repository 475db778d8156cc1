#include "core/store/connection/ownership.h"

#include "core/store/connection/rowtext.h"
#include "core/store/connection/sqlconnection.h"
#include "core/store/connection/tables.h"

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr qsizetype kNamedTables = 5;

} // namespace

Result<Ownership> readOwnership(SqlConnection &connection)
{
    const Result<qint64> has = readNumber(connection, u"has_migrations"_s);
    const Result<QStringList> tables = has ? tableNames(connection) : has.failure();
    if (!tables)
        return tables.failure();
    const QStringList names = keptTables() + transientTables() + QStringList{QString::fromLatin1(kMigrationsTable)};
    Ownership found;
    found.isOurs = *has != 0;
    for (const QString &table : *tables) {
        const bool isName = names.contains(table);
        if (!found.isOurs || !isName)
            found.foreign << table;
        if (!found.isOurs && isName)
            found.inTheWay << table;
    }
    if (found.isOurs)
        return found;
    // PostgreSQL: also one that lies in another schema of the search path.
    const Result<qint64> hasEvents = readNumber(connection, u"has_foreign_events"_s);
    if (!hasEvents)
        return hasEvents.failure();
    if (*hasEvents != 0 && !found.inTheWay.contains(u"events"_s))
        found.inTheWay << u"events"_s;
    return found;
}

Result<void> mustBeOurs(SqlConnection &connection)
{
    const Result<Ownership> owns = readOwnership(connection);
    if (!owns)
        return owns.failure();
    if (owns->isOurs)
        return {};
    const bool isFile = connection.dialect().name == "sqlite"_L1;
    if (const QStringList &theirs = isFile ? owns->foreign : owns->inTheWay; !theirs.isEmpty())
        return notOurs(connection, theirs);
    return {Fault::Configuration, u"There is nothing of Entvas in the database %1: name another one with "
                                  "--database-url, or begin there with entvas migrate."_s.arg(connection.where())};
}

Failure notOurs(const SqlConnection &connection, const QStringList &tables)
{
    QStringList named;
    for (const QString &table : tables.first(std::min(tables.size(), kNamedTables)))
        named << u'"' + table + u'"';
    if (tables.size() > kNamedTables)
        named << u"…"_s;
    QString text = u"The database %1 has %2 that Entvas did not make, and nothing in it was changed. Give Entvas a "
                   "database of its own"_s.arg(connection.where(), tables.size() == 1
                                                                       ? u"a table "_s + named.first()
                                                                       : u"tables ("_s + named.join(u", "_s) + u')');
    // Only of the original's own kind of database can they be imported.
    const bool isOriginal = connection.dialect().name == "postgresql"_L1 && tables.contains(u"events"_s);
    text += isOriginal
                ? u", and bring the events of the original there with: entvas import %1 --database-url NEW"_s.arg(
                      connection.where())
                : u": name another one with --database-url."_s;
    return {Fault::Configuration, text};
}

} // namespace entvas
