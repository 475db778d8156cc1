#include "core/maintenance/backup.h"

#include "core/base/clock.h"
#include "core/base/isotime.h"
#include "core/model/databaseurl.h"
#include "core/store/connection/ownership.h"
#include "core/store/connection/rowtext.h"
#include "core/store/connection/sqlconnection.h"
#include "core/store/connection/tables.h"
#include "core/store/connection/transaction.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr qint64 kStepRows = 256; // between two reports of progress

Result<int> schemaOf(SqlConnection &connection)
{
    const Result<qint64> has = readNumber(connection, u"has_migrations"_s);
    if (!has)
        return has.failure();
    if (*has == 0)
        return 0;
    const Result<qint64> newest = readNumber(connection, u"newest_migration"_s);
    return newest ? Result<int>(int(*newest)) : newest.failure();
}

struct Part {
    QString table;
    QList<TableColumn> columns;
};

Result<void> writeTable(SqlConnection &connection, BackupWriter &writer, const Part &part, qint64 expected,
                        qint64 before, qint64 total, const MaintenanceStep &step)
{
    QStringList names;
    for (const TableColumn &column : part.columns)
        names << column.name;
    if (const auto begun = writer.beginTable(part.table, names); !begun)
        return begun;
    const Result<QString> read = defineRead(connection, part.table, part.columns);
    if (!read)
        return read.failure();
    const Result<Rows> rows = connection.run(*read);
    if (!rows)
        return rows.failure();
    qint64 count = 0;
    while ((*rows)->next()) {
        if (const auto added = writer.addRow((*rows)->value(0).toByteArray()); !added)
            return added;
        if (++count % kStepRows == 0 && !step(before + count, total))
            return stopped();
    }
    if (const Result<void> ended = connection.ended(*rows); !ended)
        return ended;
    if (count != expected)
        return {Fault::Storage,
                u"The table %1 has %2 rows, and %3 were read: the database %4 may be damaged. Run entvas "
                "doctor."_s.arg(part.table, QString::number(expected), QString::number(count), connection.where())};
    return {};
}

// What is kept of each table, and how much of it there is.
Result<void> countTables(SqlConnection &connection, QList<Part> &parts, BackupEnd &end)
{
    for (const QString &table : keptTables()) {
        const Result<QList<TableColumn>> columns = columnsOf(connection, table);
        if (!columns)
            return columns.failure();
        if (columns->isEmpty())
            continue; // a later schema has it
        const Result<qint64> count = countRows(connection, table);
        const Result<qint64> sum = count ? sumCounts(connection, table, *columns) : count;
        if (!sum)
            return sum.failure();
        end.rows.insert(table, *count);
        if (*sum != 0)
            end.sums.insert(table, *sum);
        parts.append({table, *columns});
    }
    return {};
}

Result<void> readProjects(SqlConnection &connection, QStringList &ids)
{
    const Result<Rows> projects = connection.run(u"projects"_s);
    if (!projects)
        return projects.failure();
    while ((*projects)->next())
        ids.append((*projects)->value(0).toString());
    return connection.ended(*projects);
}

} // namespace

Failure stopped()
{
    return {Fault::Internal, u"Stopped, as asked: nothing was changed."_s};
}

int newestSchema(DatabaseUrl::Kind kind)
{
    const QStringList migrations = Statements(dialectOf(kind).folder).migrations();
    return migrations.isEmpty() ? 0 : migrations.last().left(3).toInt();
}

Result<BackupReport> writeBackup(const DatabaseUrl &database, QIODevice *device, const MaintenanceStep &step)
{
    SqlConnection connection(forReading(database));
    connection.watchAnswers();
    if (const Result<void> opened = connection.open(); !opened)
        return opened.failure();
    // Read to the end in one go: neither a timeout nor a write of ours may come in between.
    Transaction transaction(connection);
    if (const Result<void> begun = transaction.begin(u"begin_snapshot"_s); !begun)
        return begun.failure();
    const Result<int> schema = schemaOf(connection);
    if (!schema)
        return schema.failure();
    if (*schema == 0)
        return {Fault::Configuration,
                u"The database %1 has no tables of Entvas yet: there is nothing to back up."_s.arg(connection.where())};
    if (const int known = newestSchema(database.kind); *schema > known)
        return {Fault::Configuration,
                u"The database %1 was made by a newer Entvas (schema %2, this program knows %3); install that version "
                "to back it up."_s.arg(connection.where(), QString::number(*schema), QString::number(known))};

    BackupReport report;
    QList<Part> parts;
    if (const Result<void> counted = countTables(connection, parts, report.end); !counted)
        return counted.failure();
    report.head = {*schema,
                   QStringLiteral(ENTVAS_VERSION),
                   QString::fromLatin1(isoFromMs(SystemClock().nowMs())),
                   connection.dialect().name,
                   {}};
    if (const Result<void> named = readProjects(connection, report.head.projects); !named)
        return named.failure();

    BackupWriter writer(device);
    if (const auto begun = writer.begin(report.head); !begun)
        return begun.failure();
    const qint64 total = report.end.allRows();
    qint64 before = 0;
    for (const Part &part : parts) {
        const qint64 rows = report.end.rows.value(part.table);
        if (const auto written = writeTable(connection, writer, part, rows, before, total, step); !written)
            return written.failure();
        before += rows;
    }
    if (const auto ended = writer.end(report.end); !ended)
        return ended.failure();
    (void)step(total, total);
    report.bytes = writer.packedBytes();
    return report;
}

Result<BackupReport> checkBackup(QIODevice *device, const QString &name, const MaintenanceStep &step)
{
    BackupReader reader(device, name);
    // Both kinds have the same migrations.
    const Result<BackupHead> head = reader.begin(newestSchema(DatabaseUrl::Kind::Sqlite));
    if (!head)
        return head.failure();
    for (qint64 rows = 1;; ++rows) {
        const Result<BackupReader::Item> item = reader.next();
        if (!item)
            return item.failure();
        if (item->kind == BackupReader::Item::Kind::End) {
            (void)step(reader.end().allRows(), -1); // the progress ends at all of it
            return BackupReport{*head, reader.end(), reader.packedBytes(), {}};
        }
        if (rows % kStepRows == 0 && !step(rows, -1))
            return stopped();
    }
}

Result<Holdings> readHoldings(const DatabaseUrl &database)
{
    Holdings holdings;
    if (database.kind == DatabaseUrl::Kind::Sqlite && !QFileInfo::exists(database.path))
        return holdings;
    SqlConnection connection(database);
    connection.watchAnswers();
    if (const Result<void> opened = connection.open(); !opened)
        return opened.failure();
    const Result<int> schema = schemaOf(connection);
    if (!schema)
        return schema.failure();
    holdings.schema = *schema;
    const Result<Ownership> owns = readOwnership(connection);
    if (!owns)
        return owns.failure();
    // Of a file nothing stays; in a server's database we touch what has our names.
    holdings.foreign = database.kind == DatabaseUrl::Kind::Sqlite ? owns->foreign : owns->inTheWay;
    if (*schema == 0)
        return holdings;
    const auto read = [&](const QString &table, const QString &sql, qint64 &into) -> Result<void> {
        const Result<QList<TableColumn>> columns = columnsOf(connection, table);
        if (!columns)
            return columns.failure();
        if (columns->isEmpty())
            return {};
        connection.statements().define(u"held "_s + table, sql);
        const Result<qint64> number = readNumber(connection, u"held "_s + table);
        if (!number)
            return number.failure();
        into = *number;
        return {};
    };
    Result<void> done =
        read(u"events"_s, u"SELECT count(*) FROM (SELECT 1 FROM events LIMIT 1) AS x"_s, holdings.events);
    if (done)
        done = read(u"api_keys"_s, u"SELECT count(*) FROM api_keys"_s, holdings.keys);
    if (done)
        done = read(u"members"_s, u"SELECT count(*) FROM members"_s, holdings.members);
    if (done)
        done = read(u"projects"_s, u"SELECT count(*) FROM projects WHERE id <> 'default'"_s, holdings.projects);
    if (!done)
        return done.failure();
    return holdings;
}

} // namespace entvas
