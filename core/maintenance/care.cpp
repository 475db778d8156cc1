#include "core/maintenance/care.h"

#include "core/base/filefault.h"
#include "core/maintenance/backup.h"
#include "core/store/connection/databasefile.h"
#include "core/store/connection/databaselock.h"
#include "core/store/connection/migrations.h"
#include "core/store/connection/ownership.h"
#include "core/store/connection/rowtext.h"
#include "core/store/connection/sqlconnection.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <QFile>
#include <QFileInfo>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr auto kStandard = "-"_L1;

BackupSummary summaryOf(const BackupReport &report, const QString &path)
{
    return {path,
            report.bytes,
            report.head.schema,
            report.head.program,
            report.head.createdAt,
            report.head.database,
            report.head.projects,
            report.end.rows,
            report.end.sums,
            report.keptAs};
}

QString words(int number)
{
    return QString::fromLocal8Bit(std::strerror(number));
}

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
    if (path == kStandard) {
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

// Locked, ours alone, and not cut to nothing yet. In a folder that others may write to, the name may be anything.
Result<void> openPart(QFile &part, const QString &partPath, const QString &path)
{
    const QByteArray name = QFile::encodeName(partPath);
    const int fd = ::open(name.constData(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return {faultOfFile(errno), u"%1 can't be written: %2."_s.arg(partPath, words(errno))};
    if (!part.open(fd, QIODevice::ReadWrite | QIODevice::Unbuffered, QFile::AutoCloseHandle)) {
        ::close(fd);
        return {Fault::Denied, u"%1 can't be written: %2."_s.arg(partPath, part.errorString())};
    }
    const Failure another{Fault::Unavailable,
                          u"Another backup to %1 is at work; wait for it, or name another file."_s.arg(path)};
    if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return another;
    struct stat opened = {};
    struct stat named = {};
    if (fstat(fd, &opened) != 0 || !S_ISREG(opened.st_mode) || opened.st_uid != geteuid() || opened.st_nlink > 1)
        return {Fault::Denied, u"%1 belongs to somebody else; remove it, or name another file."_s.arg(partPath)};
    // One that finished in between has given it its name.
    if (lstat(name.constData(), &named) != 0 || named.st_ino != opened.st_ino || named.st_dev != opened.st_dev)
        return another;
    if (fchmod(fd, 0600) != 0)
        return {Fault::Denied, u"%1 can't be made private: %2."_s.arg(partPath, words(errno))};
    return {};
}

Result<BackupSummary> backupToStandardOutput(const DatabaseUrl &database, const CareProgress &progress)
{
    if (isatty(STDOUT_FILENO) == 1)
        return {Fault::BadInput,
                u"A backup is no text for a terminal: send it to a file or a program, or name a file."_s};
    QFile file; // by its number: what C's own buffer still holds at the end would be lost without a word
    if (!file.open(STDOUT_FILENO, QIODevice::WriteOnly | QIODevice::Unbuffered))
        return {Fault::Storage, u"Standard output can't be written: %1."_s.arg(file.errorString())};
    const Result<BackupReport> report = writeBackup(
        database, &file, [&](qint64 done, qint64 total) { return progress(CarePhase::Writing, done, total); });
    if (!report && file.error() == QFile::NoError)
        return report.failure();
    // A pipe has no disk to reach, and says EINVAL.
    const bool isWritten = report && file.flush();
    const int wrong = isWritten && fsync(STDOUT_FILENO) != 0 && errno != EINVAL && errno != EROFS ? errno : 0;
    if (!isWritten || wrong != 0)
        return {Fault::Storage, u"The backup can't be written to standard output: %1. What came is no backup."_s.arg(
                                    wrong != 0 ? words(wrong) : file.errorString())};
    return summaryOf(*report, kStandard);
}

} // namespace

qint64 BackupSummary::allRows() const
{
    qint64 all = 0;
    for (const qint64 count : rows)
        all += count;
    return all;
}

Failure newerDatabase(const SchemaState &state)
{
    return {
        Fault::Configuration,
        u"The database %1 was made by a newer Entvas (schema %2, this program knows %3); install that version or "
        "name another database."_s.arg(state.where, QString::number(state.database), QString::number(state.program))};
}

Result<void> DatabaseCare::mustNotBe(const QString &path) const
{
    return mustNotBeDatabase(m_database, path);
}

Result<SchemaState> DatabaseCare::schema() const
{
    SqlConnection connection(m_database);
    connection.watchAnswers();
    SchemaState state;
    state.where = connection.where();
    const QStringList migrations = connection.statements().migrations();
    for (const QString &migration : migrations)
        state.steps.append({migration.left(3).toInt(), migration.mid(4), false, 0, {}});
    state.program = newestSchema(m_database.kind);

    if (mustExist(m_database)) {
        if (const auto opened = connection.open(); !opened)
            return opened.failure();
        const Result<qint64> has = readNumber(connection, u"has_migrations"_s);
        if (!has)
            return has.failure();
        if (*has != 0) {
            const Result<Rows> rows = connection.run(u"applied_migrations"_s);
            if (!rows)
                return rows.failure();
            while ((*rows)->next()) {
                const SchemaStep applied{
                    (*rows)->value(0).toInt(), (*rows)->value(1).toString(), true, (*rows)->value(2).toLongLong(), {}};
                state.database = std::max(state.database, applied.version);
                const auto known = std::find_if(state.steps.begin(), state.steps.end(), [&](const SchemaStep &step) {
                    return step.version == applied.version;
                });
                if (known == state.steps.end())
                    state.steps.append(applied);
                else
                    *known = applied;
            }
            if (const auto ended = connection.ended(*rows); !ended)
                return ended.failure();
        }
    }
    for (qsizetype i = 0; i < migrations.size(); ++i)
        if (!state.steps[i].isApplied) {
            const Result<QStringList> script = connection.statements().script(migrations[i]);
            if (!script)
                return script.failure();
            state.steps[i].statements = *script;
        }
    return state;
}

Result<SchemaState> DatabaseCare::migrate() const
{
    const Result<SchemaState> before = schema();
    if (!before)
        return before;
    if (before->isNewer())
        return newerDatabase(*before);
    if (!before->isPending())
        return before; // a server that runs with it is no obstacle
    const Result<DatabaseLock> lock = DatabaseLock::take(m_database);
    if (!lock)
        return lock.failure().kind == Fault::Denied
                   ? lock.failure()
                   : Failure{lock.failure().kind,
                             lock.failure().text + u" It brings it up to date itself, when it starts."_s};
    SqlConnection connection(m_database);
    if (const auto opened = connection.open(); !opened)
        return opened.failure();
    if (const auto applied = applyMigrations(connection); !applied)
        return applied.failure();
    return before;
}

Result<BackupSummary> DatabaseCare::backup(const QString &path, bool replace, const CareProgress &progress) const
{
    if (const auto there = mustExist(m_database); !there)
        return there.failure();
    if (const auto named = DatabaseLock::checkName(m_database); !named)
        return named.failure();
    if (path == kStandard)
        return backupToStandardOutput(m_database, progress);

    const QString partPath = path + u".part"_s;
    for (const QString &written : {path, partPath})
        if (const auto spared = mustNotBe(written); !spared)
            return spared.failure();
    const QFileInfo info(path);
    if (info.isDir())
        return {Fault::BadInput, u"%1 is a folder; name a file in it."_s.arg(path)};
    if (info.exists() && !info.isFile())
        return {Fault::BadInput, u"%1 is not a file; name another one."_s.arg(path)};
    if (info.exists() && !replace)
        return {Fault::BadInput, u"%1 exists already; name another file, or say --force to replace it."_s.arg(path)};
    if (!QFileInfo(info.absolutePath()).isDir())
        return {Fault::BadInput, u"The folder %1 does not exist; make it first."_s.arg(info.absolutePath())};

    QFile part;
    if (const auto opened = openPart(part, partPath, path); !opened)
        return opened.failure();
    const auto failed = [&](const Failure &failure) {
        QFile::remove(partPath); // while the lock is held: afterwards it may be another's
        part.close();
        return failure;
    };
    if (part.size() > 0 && !part.resize(0))
        return failed({Fault::Unavailable, u"%1 can't be written: %2."_s.arg(partPath, part.errorString())});
    const Result<BackupReport> report = writeBackup(
        m_database, &part, [&](qint64 done, qint64 total) { return progress(CarePhase::Writing, done, total); });
    if (!report && part.error() != QFile::NoError)
        return failed({Fault::Unavailable, u"The backup %1 can't be written: %2. Make room or name a file elsewhere; "
                                           "nothing is left of it."_s.arg(path, part.errorString())});
    if (!report)
        return failed(report.failure());
    if (fsync(part.handle()) != 0)
        return failed({Fault::Unavailable, u"The backup %1 did not reach the disk: %2."_s.arg(path, words(errno))});

    part.seek(0);
    const Result<BackupReport> seen = checkBackup(&part, partPath, [&](qint64 done, qint64) {
        return progress(CarePhase::Checking, done, report->end.allRows());
    });
    if (!seen)
        return failed(seen.failure());
    if (seen->end.rows != report->end.rows)
        return failed(
            {Fault::Storage, u"The backup %1 read again is not what was written; check the disk."_s.arg(path)});
    if (std::rename(QFile::encodeName(partPath).constData(), QFile::encodeName(path).constData()) != 0)
        return failed({Fault::Denied, u"The backup can't be named %1: %2."_s.arg(path, words(errno))});
    const int folder = ::open(QFile::encodeName(info.absolutePath()).constData(), O_RDONLY | O_CLOEXEC);
    if (folder >= 0) {
        fsync(folder);
        ::close(folder);
    }
    return summaryOf(*report, path);
}

Result<BackupSummary> DatabaseCare::restore(const QString &path, bool replace, const CareProgress &progress) const
{
    QFile file;
    if (const auto opened = openForReading(file, path); !opened)
        return opened.failure();
    const QString name = path == kStandard ? u"on standard input"_s : path;

    const Result<DatabaseLock> lock = DatabaseLock::take(m_database, DatabaseLock::Missing::Leave);
    if (!lock)
        return Failure{lock.failure().kind, lock.failure().text + (lock.failure().kind == Fault::Denied
                                                                       ? u" Nothing was changed."_s
                                                                       : u" Stop it first. Nothing was changed."_s)};
    if (m_database.kind == DatabaseUrl::Kind::Postgres) {
        const Result<QString> servers = runningServers(m_database);
        if (!servers)
            return servers.failure();
        if (!servers->isEmpty())
            return {Fault::Unavailable, u"Servers are running on the database %1 (connected from %2). Stop them first. "
                                        "Nothing was changed."_s.arg(m_database.display(), *servers)};
    }
    const Result<Holdings> held = readHoldings(m_database);
    // A database that can't even be read is what a restore is for.
    const bool isDamaged = !held && m_database.kind == DatabaseUrl::Kind::Sqlite &&
                           (held.failure().kind == Fault::Storage || held.failure().kind == Fault::Configuration);
    if (!held && !(isDamaged && replace))
        return held.failure();
    if (held && held->schema > newestSchema(m_database.kind))
        return newerDatabase({m_database.display(), held->schema, newestSchema(m_database.kind), {}});
    if (held && !held->foreign.isEmpty())
        return notOurs(SqlConnection(m_database), held->foreign);
    if (held && !held->isEmpty() && !replace)
        return {
            Fault::BadInput,
            u"The database %1 is in use: it has %2 (other projects: %3, keys: %4, members: %5). Say --force to replace "
            "all of it by the backup; nothing was changed."_s.arg(
                m_database.display(), held->events ? u"events"_s : u"no events"_s, QString::number(held->projects),
                QString::number(held->keys), QString::number(held->members))};

    qint64 rows = -1;
    if (path != kStandard) {
        const Result<BackupReport> seen =
            checkBackup(&file, name, [&](qint64 done, qint64) { return progress(CarePhase::Checking, done, -1); });
        if (!seen)
            return seen.failure();
        rows = seen->end.allRows();
        file.seek(0);
    }
    const Result<BackupReport> report = restoreBackup(m_database, &file, name, rows, [&](qint64 done, qint64 total) {
        return progress(CarePhase::Loading, done, total);
    });
    if (!report)
        return report.failure();
    return summaryOf(*report, path);
}

} // namespace entvas
