#include "server/databaselock.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QThread>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// Who only looks has it for an instant.
constexpr int kAttempts = 5;
constexpr int kPauseMs = 50;

QString lockPath(const DatabaseUrl &database)
{
    return database.path + u".lock"_s;
}

Failure inUse(const DatabaseUrl &database, QFile &file)
{
    const QString pid = QString::fromLatin1(file.read(20)).trimmed();
    return {Fault::Unavailable, u"The database %1 is in use by another Entvas (process %2)."_s.arg(database.path, pid)};
}

// False: there is none, and none can be made.
Result<bool> openLock(const DatabaseUrl &database, int flags, QFile &file)
{
    const QByteArray name = QFile::encodeName(lockPath(database));
    const int fd = ::open(name.constData(), flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
    const int wrong = errno;
    struct stat info = {};
    if (fd < 0 && lstat(name.constData(), &info) != 0)
        return false;
    if (fd < 0)
        return {Fault::Denied, u"The lock %1 can't be opened (%2), so nobody knows whether the database is in use; run "
                               "this as the user of the database, or give the file to that user."_s.arg(
                                   lockPath(database), QString::fromLocal8Bit(std::strerror(wrong)))};
    return file.open(fd, (flags & O_ACCMODE) == O_RDONLY ? QIODevice::ReadOnly : QIODevice::ReadWrite,
                     QFile::AutoCloseHandle);
}

// What root makes must not shut the server's own user out.
void giveToOwner(const DatabaseUrl &database, int fd)
{
    struct stat has = {};
    struct stat wanted = {};
    if (geteuid() != 0 || fstat(fd, &has) != 0 || !S_ISREG(has.st_mode) || has.st_nlink != 1)
        return;
    if (stat(QFile::encodeName(database.path).constData(), &wanted) != 0 &&
        stat(QFile::encodeName(QFileInfo(database.path).absolutePath()).constData(), &wanted) != 0)
        return;
    if (has.st_uid != wanted.st_uid || has.st_gid != wanted.st_gid)
        (void)!fchown(fd, wanted.st_uid, wanted.st_gid); // who can't open it is told so
}

} // namespace

Result<DatabaseLock> DatabaseLock::take(const DatabaseUrl &database)
{
    DatabaseLock lock;
    if (database.kind != DatabaseUrl::Kind::Sqlite)
        return lock;
    const QString folder = QFileInfo(database.path).absolutePath();
    // Whether that worked is for the store to say.
    if (!QFileInfo::exists(folder) && QDir().mkpath(folder))
        QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    auto file = std::make_shared<QFile>();
    const Result<bool> opened = openLock(database, O_RDWR | O_CREAT, *file);
    if (!opened)
        return opened.failure();
    if (!*opened)
        return lock;
    giveToOwner(database, file->handle());
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        if (attempt > 0)
            QThread::msleep(kPauseMs);
        if (flock(file->handle(), LOCK_EX | LOCK_NB) == 0) {
            file->resize(0);
            file->write(QByteArray::number(QCoreApplication::applicationPid()));
            file->flush();
            lock.m_file = std::move(file);
            return lock;
        }
        if (errno != EWOULDBLOCK)
            return lock; // a file system without locks
    }
    return inUse(database, *file);
}

Result<void> DatabaseLock::probe(const DatabaseUrl &database)
{
    if (database.kind != DatabaseUrl::Kind::Sqlite)
        return {};
    QFile file;
    const Result<bool> opened = openLock(database, O_RDONLY, file);
    if (!opened)
        return opened.failure();
    if (*opened && flock(file.handle(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return inUse(database, file);
    return {};
}

} // namespace entvas
