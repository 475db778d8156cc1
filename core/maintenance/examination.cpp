#include "core/maintenance/examination.h"

#include "core/base/clock.h"
#include "core/maintenance/backup.h"
#include "core/maintenance/expectedtables.h"
#include "core/store/connection/migrations.h"
#include "core/store/connection/rowtext.h"
#include "core/store/connection/sqlconnection.h"
#include "core/store/connection/transaction.h"

#include <limits>
#include <memory>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

using TakeRow = std::function<void(const QSqlQuery &row)>;

Result<void> each(SqlConnection &connection, const QString &statement, const TakeRow &take)
{
    const Result<Rows> rows = connection.run(statement);
    if (!rows)
        return rows.failure();
    while ((*rows)->next())
        take(**rows);
    return connection.ended(*rows);
}

Result<void> examineIndexes(SqlConnection &connection, Examination &found)
{
    Result<QMap<QString, QString>> expected = expectedIndexes(connection, found.schema);
    if (!expected)
        return expected.failure();
    const Result<void> done = each(connection, u"doctor_indexes"_s, [&](const QSqlQuery &row) {
        const QString name = row.value(0).toString();
        expected->remove(name);
        if (row.value(1).toInt() == 0)
            found.invalidIndexes << name;
    });
    found.missingIndexes = *expected;
    return done;
}

Result<void> examineTables(SqlConnection &connection, Examination &found)
{
    const Result<QMap<QString, QStringList>> expected = expectedTables(connection, found.schema);
    if (!expected)
        return expected.failure();
    for (auto table = expected->cbegin(); table != expected->cend(); ++table) {
        const Result<QList<TableColumn>> columns = columnsOf(connection, table.key());
        if (!columns)
            return columns.failure();
        if (columns->isEmpty())
            found.missingTables << table.key();
        QStringList missing = columns->isEmpty() ? QStringList() : table.value();
        for (const TableColumn &column : *columns)
            missing.removeAll(column.name);
        for (const QString &column : std::as_const(missing))
            found.missingColumns << table.key() + u'.' + column;
    }
    return {};
}

// What the URL of a server leads to, whether it takes writes or not.
Result<void> open(std::unique_ptr<SqlConnection> &connection, const DatabaseUrl &database, Examination &found)
{
    connection = std::make_unique<SqlConnection>(database);
    connection->watchAnswers();
    Result<void> opened = connection->open();
    if (opened || !isReadOnly(connection->lastError()))
        return opened;
    found.isReadOnly = true;
    DatabaseUrl any = database;
    any.options.insert(u"target_session_attrs"_s, u"any"_s);
    connection = std::make_unique<SqlConnection>(any);
    connection->watchAnswers();
    return connection->open();
}

// Of one moment: events and their counts are written together.
Result<void> examineContent(SqlConnection &connection, Examination &found)
{
    Transaction moment(connection);
    if (const auto begun = moment.begin(u"begin_snapshot"_s); !begun)
        return begun;
    if (const auto read = each(
            connection, u"doctor_counts"_s,
            [&](const QSqlQuery &row) {
                found.counts.append({row.value(0).toString(), row.value(1).toLongLong(), row.value(2).toLongLong()});
            });
        !read)
        return read;
    if (const auto read = each(connection, u"doctor_orphans"_s,
                               [&](const QSqlQuery &row) {
                                   found.orphanEvents = row.value(0).toLongLong();
                                   found.orphanSeries = row.value(1).toLongLong();
                               });
        !read)
        return read;
    for (const Examination::Counted &project : std::as_const(found.counts)) {
        const Result<Rows> rows = connection.run(
            u"newest_count"_s, {{u":project"_s, project.project}, {u":before"_s, std::numeric_limits<qint64>::max()}});
        if (!rows)
            return rows.failure();
        if ((*rows)->next())
            found.newestCountMs = std::max(found.newestCountMs, (*rows)->value(0).toLongLong());
    }
    return each(connection, u"doctor_oldest"_s,
                [&](const QSqlQuery &row) { found.oldestEventMs = row.value(0).toLongLong(); });
}

// Versions, clock, size and connections of the server, and the Entvas servers among these.
Result<void> examineServer(SqlConnection &connection, Examination &found)
{
    const SystemClock clock;
    const qint64 askedMs = clock.nowMs();
    const Result<void> done = each(connection, u"doctor_server"_s, [&](const QSqlQuery &row) {
        const qint64 answeredMs = clock.nowMs();
        found.versionNumber = row.value(0).toInt();
        found.version = row.value(1).toString();
        found.clockAheadMs = row.value(2).toLongLong() - (askedMs + answeredMs) / 2;
        found.clockSureMs = (answeredMs - askedMs) / 2 + 1;
        found.bytes = row.value(3).toLongLong();
        found.connections = row.value(4).toInt();
        found.maxConnections = row.value(5).toInt();
        found.isReplica = row.value(6).toInt() != 0;
    });
    if (!done)
        return done;
    return each(connection, u"running_servers"_s,
                [&](const QSqlQuery &row) { found.servers << row.value(0).toString(); });
}

Result<void> readSchema(SqlConnection &connection, Examination &found)
{
    const Result<qint64> has = readNumber(connection, u"has_migrations"_s);
    if (!has || *has == 0)
        return has ? Result<void>() : Result<void>(has.failure());
    const Result<qint64> newest = readNumber(connection, u"newest_migration"_s);
    if (!newest)
        return newest.failure();
    found.schema = int(*newest);
    return {};
}

// SQLite's own check of the file.
Result<void> checkIntegrity(SqlConnection &connection, Examination &found)
{
    QStringList reported;
    const Result<void> done =
        each(connection, u"quick_check"_s, [&](const QSqlQuery &row) { reported << row.value(0).toString(); });
    found.integrity = reported.join(u"; "_s).simplified(); // one line, as every finding
    return done;
}

Result<void> examineRights(SqlConnection &connection, Examination &found)
{
    const Result<QStringList> missing = missingRights(connection);
    const Result<QStringList> missingUpkeep = missing ? missingUpkeepRights(connection) : missing;
    if (!missingUpkeep)
        return missingUpkeep.failure();
    found.missingRights = *missing;
    found.missingUpkeepRights = *missingUpkeep;
    return {};
}

Result<void> measureTables(SqlConnection &connection, bool isSqlite, Examination &found)
{
    QList<Examination::Table> tables;
    const Result<void> sized = each(connection, u"doctor_tables"_s, [&](const QSqlQuery &row) {
        tables.append({row.value(0).toString(), row.value(1).toLongLong(), row.value(2).toLongLong(),
                       row.value(3).toLongLong(), row.value(4).toLongLong(), row.value(5).toLongLong()});
    });
    if (sized)
        found.tables = tables;
    return sized || isSqlite ? Result<void>() : sized; // SQLite may be built without what measures them
}

// What every connection can be asked. False: nothing more can.
Result<bool> examineConnection(SqlConnection &connection, const DatabaseUrl &database, Examination &found)
{
    (void)connection.execute(u"SET statement_timeout = 0"_s); // SQLite knows no such thing, and needs none
    const Result<void> writes = connection.checkWritable();
    if (!writes && !isReadOnly(connection.lastError()))
        return writes.failure();
    found.isReadOnly = found.isReadOnly || !writes;
    const Result<Pooling> pooling = poolingOf(connection, database);
    if (!pooling)
        return pooling.failure();
    found.pooling = *pooling;
    if (found.pooling == Pooling::ByTransaction)
        return false; // the next statement may be lost
    const Result<void> fits = mustBeUtf8(connection);
    if (!fits && fits.failure().kind != Fault::Configuration)
        return fits.failure();
    found.wrongEncoding = fits ? QString() : fits.failure().text;
    return true;
}

} // namespace

Result<Examination> examine(const DatabaseUrl &database)
{
    const bool isSqlite = database.kind == DatabaseUrl::Kind::Sqlite;
    Examination found;
    std::unique_ptr<SqlConnection> opened;
    if (const auto done = open(opened, database, found); !done)
        return done.failure();
    SqlConnection &connection = *opened;
    const Result<bool> goesOn = examineConnection(connection, database, found);
    if (!goesOn)
        return goesOn.failure();
    if (!*goesOn)
        return found;
    for (const auto step : {examineServer, readSchema})
        if (const Result<void> done = step(connection, found); !done)
            return done.failure();
    if (isSqlite) {
        if (const Result<void> done = checkIntegrity(connection, found); !done)
            return done.failure();
        if (found.integrity != "ok"_L1)
            return found; // what else it says can't be trusted
    } else if (const auto folder = each(connection, u"doctor_folder"_s,
                                        [&](const QSqlQuery &row) { found.dataFolder = row.value(0).toString(); });
               !folder) {
        found.dataFolder.clear(); // its owner's to know
    }
    for (const auto step : {examineTables, examineRights})
        if (const Result<void> done = step(connection, found); !done)
            return done.failure();
    if (const Result<void> measured = measureTables(connection, isSqlite, found); !measured)
        return measured.failure();
    if (const Result<void> done = examineIndexes(connection, found); !done)
        return done.failure();
    const bool isWhole = found.missingTables.isEmpty() && found.missingColumns.isEmpty();
    if (!isWhole || found.schema < 2 || found.schema > newestSchema(database.kind))
        return found;
    const Result<void> content = examineContent(connection, found);
    return content ? Result<Examination>(found) : content.failure();
}

} // namespace entvas
