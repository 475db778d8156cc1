#include "core/base/filefault.h"
#include "core/maintenance/backup.h"
#include "core/maintenance/databasemaintenance.h"
#include "core/store/connection/databasefile.h"
#include "core/store/connection/databaselock.h"

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

QString words(int number)
{
    return QString::fromLocal8Bit(std::strerror(number));
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
        return {Fault::Denied, u"%1 belongs to another user; remove it, or name another file."_s.arg(partPath)};
    // One that finished in between has given it its name.
    if (lstat(name.constData(), &named) != 0 || named.st_ino != opened.st_ino || named.st_dev != opened.st_dev)
        return another;
    if (fchmod(fd, 0600) != 0)
        return {Fault::Denied, u"%1 can't be made private: %2."_s.arg(partPath, words(errno))};
    return {};
}

Result<BackupSummary> backupToStandardOutput(const DatabaseUrl &database, const MaintenanceProgress &progress)
{
    if (isatty(STDOUT_FILENO) == 1)
        return {Fault::BadInput,
                u"A backup is no text for a terminal: send it to a file or a program, or name a file."_s};
    QFile file; // by its number: what C's own buffer still holds at the end would be lost without a word
    if (!file.open(STDOUT_FILENO, QIODevice::WriteOnly | QIODevice::Unbuffered))
        return {Fault::Storage, u"Standard output can't be written: %1."_s.arg(file.errorString())};
    const Result<BackupReport> report = writeBackup(
        database, &file, [&](qint64 done, qint64 total) { return progress(MaintenancePhase::Writing, done, total); });
    if (!report && file.error() == QFile::NoError)
        return report.failure();
    // A pipe has no disk to reach, and says EINVAL.
    const bool isWritten = report && file.flush();
    const int wrong = isWritten && fsync(STDOUT_FILENO) != 0 && errno != EINVAL && errno != EROFS ? errno : 0;
    if (!isWritten || wrong != 0)
        return {Fault::Storage, u"The backup can't be written to standard output: %1. What came is no backup."_s.arg(
                                    wrong != 0 ? words(wrong) : file.errorString())};
    return summaryOf(*report, kStandardStream);
}

// Whether a backup may be written there.
Result<void> checkTarget(const QString &path, bool replace)
{
    const QFileInfo info(path);
    if (info.isDir())
        return {Fault::BadInput, u"%1 is a folder; name a file in it."_s.arg(path)};
    if (info.exists() && !info.isFile())
        return {Fault::BadInput, u"%1 is not a file; name another one."_s.arg(path)};
    if (info.exists() && !replace)
        return {Fault::BadInput, u"%1 exists already; name another file, or say --force to replace it."_s.arg(path)};
    if (!QFileInfo(info.absolutePath()).isDir())
        return {Fault::BadInput, u"The folder %1 does not exist; make it first."_s.arg(info.absolutePath())};
    return {};
}

// Into the part, and onto the disk.
Result<BackupReport> writePart(const DatabaseUrl &database, QFile &part, const QString &partPath, const QString &path,
                               const MaintenanceProgress &progress)
{
    if (part.size() > 0 && !part.resize(0))
        return {Fault::Unavailable, u"%1 can't be written: %2."_s.arg(partPath, part.errorString())};
    const Result<BackupReport> report = writeBackup(
        database, &part, [&](qint64 done, qint64 total) { return progress(MaintenancePhase::Writing, done, total); });
    if (!report && part.error() != QFile::NoError)
        return {Fault::Unavailable, u"The backup %1 can't be written: %2. Make room or name a file elsewhere; "
                                    "nothing is left of it."_s.arg(path, part.errorString())};
    if (report && fsync(part.handle()) != 0)
        return {Fault::Unavailable, u"The backup %1 did not reach the disk: %2."_s.arg(path, words(errno))};
    return report;
}

// Reads the part again: it is what was written.
Result<void> checkPart(QFile &part, const QString &partPath, const QString &path, const BackupReport &report,
                       const MaintenanceProgress &progress)
{
    part.seek(0);
    const Result<BackupReport> seen = checkBackup(&part, partPath, [&](qint64 done, qint64) {
        return progress(MaintenancePhase::Checking, done, report.end.allRows());
    });
    if (!seen)
        return seen.failure();
    if (seen->end.rows != report.end.rows)
        return {Fault::Storage, u"The backup %1 read again is not what was written; check the disk."_s.arg(path)};
    return {};
}

Result<void> rename(const QString &partPath, const QString &path)
{
    if (std::rename(QFile::encodeName(partPath).constData(), QFile::encodeName(path).constData()) != 0)
        return {Fault::Denied, u"The backup can't be named %1: %2."_s.arg(path, words(errno))};
    const int folder = ::open(QFile::encodeName(QFileInfo(path).absolutePath()).constData(), O_RDONLY | O_CLOEXEC);
    if (folder >= 0) {
        fsync(folder);
        ::close(folder);
    }
    return {};
}

} // namespace

qint64 BackupSummary::allRows() const
{
    qint64 all = 0;
    for (const qint64 count : rows)
        all += count;
    return all;
}

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

Result<void> DatabaseMaintenance::mustNotBe(const QString &path) const
{
    return mustNotBeDatabase(m_database, path);
}

Result<BackupSummary> DatabaseMaintenance::backup(const QString &path, bool replace,
                                                  const MaintenanceProgress &progress) const
{
    if (const auto there = mustExist(m_database); !there)
        return there.failure();
    if (const auto named = DatabaseLock::checkName(m_database); !named)
        return named.failure();
    if (path == kStandardStream)
        return backupToStandardOutput(m_database, progress);

    const QString partPath = path + u".part"_s;
    for (const QString &written : {path, partPath})
        if (const auto spared = mustNotBe(written); !spared)
            return spared.failure();
    if (const auto free = checkTarget(path, replace); !free)
        return free.failure();
    QFile part;
    if (const auto opened = openPart(part, partPath, path); !opened)
        return opened.failure();
    const auto failed = [&](const Failure &failure) {
        QFile::remove(partPath); // while the lock is held: afterwards it may be another's
        part.close();
        return failure;
    };
    const Result<BackupReport> report = writePart(m_database, part, partPath, path, progress);
    if (!report)
        return failed(report.failure());
    if (const auto checked = checkPart(part, partPath, path, *report, progress); !checked)
        return failed(checked.failure());
    if (const auto named = rename(partPath, path); !named)
        return failed(named.failure());
    return summaryOf(*report, path);
}

} // namespace entvas
