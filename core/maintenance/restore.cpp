#include "core/maintenance/backup.h"

#include "core/store/connection/databasefile.h"
#include "core/store/connection/migrations.h"
#include "core/store/connection/ownership.h"
#include "core/store/connection/rowtext.h"
#include "core/store/connection/sqlconnection.h"
#include "core/store/connection/tables.h"
#include "core/store/connection/transaction.h"

#include <QFile>
#include <QFileInfo>
#include <QThread>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr qsizetype kBatchRows = 2'000;
constexpr qsizetype kBatchBytes = 1024 * 1024;
constexpr int kAttemptsAlone = 10;
constexpr int kPauseAloneMs = 100;

// Within the caller's transaction, unlike applyMigrations(): all of a restore happens, or nothing.
Result<void> migrateWithin(SqlConnection &connection, int from, int to)
{
    for (const QString &migration : connection.statements().migrations()) {
        const int version = migration.left(3).toInt();
        if (version <= from || version > to)
            continue;
        if (const Result<void> applied = connection.runScript(migration); !applied)
            return applied;
        const Result<int> noted =
            connection.change(u"add_migration"_s, {{u":version"_s, version}, {u":name"_s, migration.mid(4)}});
        if (!noted)
            return noted.failure();
    }
    return {};
}

// Leaves every table of that schema, and none with a row.
Result<void> makeEmpty(SqlConnection &connection, int schema)
{
    const Result<Ownership> owns = readOwnership(connection);
    if (!owns)
        return owns.failure();
    if (!owns->inTheWay.isEmpty())
        return notOurs(connection, owns->inTheWay);
    const Result<QStringList> there = tableNames(connection);
    if (!there)
        return there.failure();
    const QString migrations = QString::fromLatin1(kMigrationsTable);
    int has = 0;
    if (there->contains(migrations)) {
        const Result<qint64> newest = readNumber(connection, u"newest_migration"_s);
        if (!newest)
            return newest.failure();
        has = int(*newest);
    }
    // Of the same schema the tables stay: who was given rights to them keeps these.
    if (has != schema) {
        QStringList doomed = keptTables() + transientTables() + QStringList{migrations};
        std::reverse(doomed.begin(), doomed.end()); // those that refer to others first
        for (const QString &table : doomed)
            if (there->contains(table))
                if (const auto dropped = connection.execute(u"DROP TABLE %1"_s.arg(table)); !dropped)
                    return dropped;
        if (const auto made = connection.runScript(u"create_migrations"_s); !made)
            return made;
        if (const auto migrated = migrateWithin(connection, 0, schema); !migrated)
            return migrated;
    }
    const Result<QStringList> tables = tableNames(connection);
    if (!tables)
        return tables.failure();
    QStringList full = keptTables() + transientTables();
    full.removeIf([&](const QString &table) { return !tables->contains(table); });
    if (connection.dialect().name == "postgresql"_L1)
        return connection.execute(u"TRUNCATE %1"_s.arg(full.join(u", "_s)));
    std::reverse(full.begin(), full.end());
    for (const QString &table : full)
        if (const auto emptied = connection.execute(u"DELETE FROM %1"_s.arg(table)); !emptied)
            return emptied;
    return {};
}

// One table being filled.
class Loader
{
public:
    explicit Loader(SqlConnection &connection) : m_connection(connection) {}

    Result<void> begin(const BackupReader::Item &table)
    {
        const Result<QList<TableColumn>> known = columnsOf(m_connection, table.table);
        if (!known)
            return known.failure();
        if (!keptTables().contains(table.table) || known->isEmpty())
            return {Fault::Storage, u"The backup has a table \"%1\" that its schema does not know: it is not one of "
                                    "ours. Nothing was changed."_s.arg(table.table.left(60))};
        QList<TableColumn> columns;
        for (const QString &name : table.columns) {
            const auto column =
                std::find_if(known->cbegin(), known->cend(), [&](const TableColumn &c) { return c.name == name; });
            if (column == known->cend())
                return {Fault::Storage,
                        u"The backup has a column \"%1\" in %2 that its schema does not know: it is not "
                        "one of ours. Nothing was changed."_s.arg(name.left(60), table.table)};
            columns.append(*column);
        }
        const Result<QString> load = defineLoad(m_connection, table.table, columns);
        if (!load)
            return load.failure();
        m_statement = *load;
        return {};
    }

    Result<void> add(const QByteArray &row)
    {
        m_batch.append(m_batch.isEmpty() ? '[' : ',').append(row);
        ++m_rows;
        return m_rows >= kBatchRows || m_batch.size() >= kBatchBytes ? flush() : Result<void>();
    }

    Result<void> flush()
    {
        if (m_rows == 0)
            return {};
        const Result<int> loaded =
            m_connection.change(m_statement, {{u":rows"_s, QString::fromUtf8(m_batch.append(']'))}});
        m_batch.clear();
        m_rows = 0;
        if (loaded)
            return {};
        // The fault of the backup, not of the command line.
        const bool isRefused = loaded.failure().kind == Fault::BadInput;
        return {isRefused ? Fault::Storage : loaded.failure().kind, loaded.failure().text};
    }

private:
    SqlConnection &m_connection;
    QString m_statement;
    QByteArray m_batch;
    qsizetype m_rows = 0;
};

Result<void> compare(SqlConnection &connection, const BackupEnd &end)
{
    for (auto it = end.rows.cbegin(); it != end.rows.cend(); ++it) {
        const Result<qint64> count = countRows(connection, it.key());
        const Result<QList<TableColumn>> columns = columnsOf(connection, it.key());
        if (!count || !columns)
            return !count ? count.failure() : columns.failure();
        const Result<qint64> sum = sumCounts(connection, it.key(), *columns);
        if (!sum)
            return sum.failure();
        if (*count != it.value() || *sum != end.sums.value(it.key()))
            return {Fault::Storage,
                    u"After loading, %1 has %2 rows with counts of %3, where the backup has %4 with %5. Nothing was "
                    "changed."_s.arg(it.key(), QString::number(*count), QString::number(*sum),
                                     QString::number(it.value()), QString::number(end.sums.value(it.key())))};
    }
    return {};
}

// Asked when the tables are locked: a server that came before is seen, and one that comes later waits for the tables
// and finds the backup's rows. Of one that has just ended the list may say for a moment that it is there.
Result<void> mustBeAlone(SqlConnection &connection)
{
    QStringList from;
    for (int attempt = 0; attempt < kAttemptsAlone; ++attempt) {
        if (attempt > 0) {
            QThread::msleep(kPauseAloneMs);
            // Within a transaction the list stays as it was first seen.
            if (const auto cleared = connection.execute(u"SELECT pg_stat_clear_snapshot()"_s); !cleared)
                return cleared;
        }
        const Result<Rows> rows = connection.run(u"running_servers"_s);
        if (!rows)
            return rows.failure();
        from.clear();
        while ((*rows)->next())
            from << (*rows)->value(0).toString();
        if (const auto ended = connection.ended(*rows); !ended)
            return ended;
        if (from.isEmpty())
            return {};
    }
    return {Fault::Unavailable, u"Servers are running on the database %1 (connected from %2). Stop them first. Nothing "
                                "was changed."_s.arg(connection.where(), from.join(u", "_s))};
}

// All of it, in one transaction.
Result<BackupReport> load(SqlConnection &connection, BackupReader &reader, int newest, qint64 total,
                          const MaintenanceStep &step)
{
    const Result<BackupHead> head = reader.begin(newest);
    if (!head)
        return head.failure();
    Transaction transaction(connection);
    if (const auto begun = transaction.begin(u"begin_restore"_s); !begun)
        return begun.failure();
    if (const Result<Rows> lock = connection.run(u"lock_migrations"_s); !lock)
        return lock.failure();
    if (const auto emptied = makeEmpty(connection, head->schema); !emptied)
        return emptied.failure();
    if (const auto alone = mustBeAlone(connection); !alone)
        return alone.failure();

    Loader loader(connection);
    qint64 rows = 0;
    for (;;) {
        const Result<BackupReader::Item> item = reader.next();
        if (!item)
            return item.failure();
        if (item->kind == BackupReader::Item::Kind::Row) {
            if (const auto added = loader.add(item->row); !added)
                return added.failure();
            if (++rows % 256 == 0 && !step(rows, total))
                return stopped();
            continue;
        }
        if (const auto flushed = loader.flush(); !flushed)
            return flushed.failure();
        if (item->kind == BackupReader::Item::Kind::End)
            break;
        if (const auto begun = loader.begin(*item); !begun)
            return begun.failure();
    }
    if (const auto same = compare(connection, reader.end()); !same)
        return same.failure();
    if (const auto migrated = migrateWithin(connection, head->schema, newest); !migrated)
        return migrated.failure();
    if (!step(rows, rows))
        return stopped();
    if (const auto committed = transaction.commit(); !committed)
        return committed.failure();
    return BackupReport{*head, reader.end(), reader.packedBytes(), {}};
}

void removeDatabase(const QString &path)
{
    for (const QString &end : {u""_s, u"-wal"_s, u"-shm"_s, u"-journal"_s})
        QFile::remove(path + end);
}

Result<BackupReport> restoreFile(DatabaseUrl database, BackupReader &reader, qint64 total, const MaintenanceStep &step)
{
    const QFileInfo info(database.path);
    if (info.exists())
        database.path = info.canonicalFilePath(); // a link stays one
    DatabaseUrl fresh = database;
    fresh.path = database.path + u".restoring"_s;
    removeDatabase(fresh.path);
    Result<BackupReport> report = [&]() -> Result<BackupReport> {
        SqlConnection connection(fresh);
        if (const auto opened = connection.open(); !opened)
            return opened.failure();
        if (const auto given = giveOwnerOf(database.path, fresh.path); !given)
            return given.failure();
        // This file gets its name when it is whole and on the disk.
        for (const QString &pragma : {u"PRAGMA journal_mode = OFF"_s, u"PRAGMA synchronous = OFF"_s})
            if (const auto set = connection.execute(pragma); !set)
                return set.failure();
        Result<BackupReport> loaded = load(connection, reader, newestSchema(DatabaseUrl::Kind::Sqlite), total, step);
        if (!loaded)
            return loaded;
        const Result<Rows> check = connection.run(u"quick_check"_s);
        if (!check)
            return check.failure();
        if (!(*check)->next() || (*check)->value(0).toString() != "ok"_L1)
            return {Fault::Storage, u"The restored file did not pass SQLite's own check. Nothing was changed."_s};
        return loaded;
    }();
    const Result<void> synced = report ? syncToDisk(fresh.path) : Result<void>(report.failure());
    const Result<QString> kept = synced ? replaceDatabaseFile(fresh.path, database) : synced.failure();
    if (!kept) {
        removeDatabase(fresh.path);
        return kept.failure();
    }
    report->keptAs = *kept;
    return report;
}

} // namespace

Result<BackupReport> restoreBackup(const DatabaseUrl &database, QIODevice *device, const QString &name, qint64 rows,
                                   const MaintenanceStep &step)
{
    BackupReader reader(device, name);
    if (database.kind == DatabaseUrl::Kind::Sqlite)
        return restoreFile(database, reader, rows, step);
    SqlConnection connection(database);
    if (const auto opened = connection.open(); !opened)
        return opened.failure();
    if (const auto fits = mustBeUtf8(connection); !fits)
        return fits.failure();
    Result<BackupReport> report = load(connection, reader, newestSchema(database.kind), rows, step);
    // Plans go by what tables hold; without it the first minutes would be slow. It is no reason to fail.
    if (report && connection.execute(u"SET statement_timeout = 0"_s))
        for (const QString &table : keptTables())
            (void)connection.execute(u"ANALYZE %1"_s.arg(table));
    return report;
}

} // namespace entvas
