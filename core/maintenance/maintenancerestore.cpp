#include "core/base/filefault.h"
#include "core/maintenance/backup.h"
#include "core/maintenance/databasemaintenance.h"
#include "core/store/connection/databasefile.h"
#include "core/store/connection/databaselock.h"
#include "core/store/connection/ownership.h"
#include "core/store/connection/sqlconnection.h"

#include <cstdio>
#include <QFile>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// The servers that are connected, for people; empty when none is.
Result<QString> runningServers(const DatabaseUrl &database)
{
    SqlConnection connection(database);
    connection.watchAnswers();
    if (const auto opened = connection.open(); !opened)
        return opened.failure();
    const Result<Rows> rows = connection.run(u"running_servers"_s);
    if (!rows)
        return rows.failure();
    QStringList from;
    while ((*rows)->next())
        from << (*rows)->value(0).toString();
    if (const auto ended = connection.ended(*rows); !ended)
        return ended.failure();
    return from.join(u", "_s);
}

Result<void> openForReading(QFile &file, const QString &path)
{
    if (path == kStandardStream) {
        if (!file.open(stdin, QIODevice::ReadOnly))
            return {Fault::Storage, u"Standard input can't be read: %1."_s.arg(file.errorString())};
        return {};
    }
    const Result<bool> there = isFileThere(path);
    if (!there)
        return there.failure();
    if (!*there)
        return {Fault::NotFound, u"There is no file %1."_s.arg(path)};
    if (!QFileInfo(path).isFile())
        return {Fault::BadInput, u"%1 is not a file; name one that entvas backup wrote."_s.arg(path)};
    file.setFileName(path);
    if (!file.open(QIODevice::ReadOnly))
        return {Fault::Denied, u"%1 can't be read: %2."_s.arg(path, file.errorString())};
    return {};
}

// No server may use what is replaced.
Result<DatabaseLock> lockForRestore(const DatabaseUrl &database)
{
    Result<DatabaseLock> lock = DatabaseLock::take(database, DatabaseLock::Missing::Leave);
    if (!lock)
        return Failure{lock.failure().kind, lock.failure().text + (lock.failure().kind == Fault::Denied
                                                                       ? u" Nothing was changed."_s
                                                                       : u" Stop it first. Nothing was changed."_s)};
    if (database.kind != DatabaseUrl::Kind::Postgres)
        return lock;
    const Result<QString> servers = runningServers(database);
    if (!servers)
        return servers.failure();
    if (!servers->isEmpty())
        return {Fault::Unavailable, u"Servers are running on the database %1 (connected from %2). Stop them first. "
                                    "Nothing was changed."_s.arg(database.display(), *servers)};
    return lock;
}

// Whether what the database holds may go.
Result<void> mayReplace(const DatabaseUrl &database, bool replace)
{
    const Result<Holdings> held = readHoldings(database);
    // A database that can't even be read is what a restore is for.
    const bool isDamaged = !held && database.kind == DatabaseUrl::Kind::Sqlite &&
                           (held.failure().kind == Fault::Storage || held.failure().kind == Fault::Configuration);
    if (!held)
        return isDamaged && replace ? Result<void>() : Result<void>(held.failure());
    if (held->schema > newestSchema(database.kind))
        return newerDatabase({database.display(), held->schema, newestSchema(database.kind), {}});
    if (!held->foreign.isEmpty())
        return notOurs(SqlConnection(database), held->foreign);
    if (held->isEmpty() || replace)
        return {};
    return {Fault::BadInput,
            u"The database %1 is in use: it has %2 (other projects: %3, keys: %4, members: %5). Say --force to replace "
            "all of it by the backup; nothing was changed."_s.arg(
                database.display(), held->events ? u"events"_s : u"no events"_s, QString::number(held->projects),
                QString::number(held->keys), QString::number(held->members))};
}

} // namespace

Result<BackupSummary> DatabaseMaintenance::restore(const QString &path, bool replace,
                                                   const MaintenanceProgress &progress) const
{
    QFile file;
    if (const auto opened = openForReading(file, path); !opened)
        return opened.failure();
    const QString name = path == kStandardStream ? u"on standard input"_s : path;
    const Result<DatabaseLock> lock = lockForRestore(m_database);
    if (!lock)
        return lock.failure();
    if (const Result<void> may = mayReplace(m_database, replace); !may)
        return may.failure();

    qint64 rows = -1;
    if (path != kStandardStream) {
        const Result<BackupReport> seen = checkBackup(
            &file, name, [&](qint64 done, qint64) { return progress(MaintenancePhase::Checking, done, -1); });
        if (!seen)
            return seen.failure();
        rows = seen->end.allRows();
        file.seek(0);
    }
    const Result<BackupReport> report = restoreBackup(m_database, &file, name, rows, [&](qint64 done, qint64 total) {
        return progress(MaintenancePhase::Loading, done, total);
    });
    if (!report)
        return report.failure();
    return summaryOf(*report, path);
}

} // namespace entvas
