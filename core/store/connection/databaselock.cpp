#include "core/store/connection/databaselock.h"

#include "core/store/connection/databasefile.h"
#include "core/store/connection/filewatch.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QMutex>
#include <QThread>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// Who only looks has it for an instant.
constexpr int kLockAttempts = 5;
constexpr int kPauseMs = 50;

// SQLite follows links, and names its own files after where they lead.
QString realPath(const DatabaseUrl &database)
{
    const QString real = QFileInfo(database.path).canonicalFilePath();
    return real.isEmpty() ? database.path : real;
}

QString lockPath(const DatabaseUrl &database)
{
    return realPath(database) + u".lock"_s;
}

Failure inUse(const DatabaseUrl &database, const QString &pid)
{
    return {Fault::Unavailable, u"The database %1 is in use by another Entvas%2."_s.arg(
                                    database.path, pid.isEmpty() ? QString() : u" (process %1)"_s.arg(pid))};
}

// What the holder wrote: its process, and on a second line device and inode of its database.
QList<QByteArray> holderIn(QFile &file)
{
    file.seek(0);
    return file.read(100).simplified().split(' ');
}

// The process that has locked a file, by the kernel's list; empty where that can't be seen. Opening the file to find
// out would not do: to close it takes SQLite's own locks away from the whole process.
QString holderOf(const FileIdentity &identity)
{
    QFile locks(u"/proc/locks"_s);
    if (!locks.open(QIODevice::ReadOnly))
        return {};
    const QByteArray file = QByteArray::number(qulonglong(identity.inode));
    const QByteArray device = QByteArray::number(major(identity.device), 16).rightJustified(2, '0') + ':' +
                              QByteArray::number(minor(identity.device), 16).rightJustified(2, '0') + ':';
    const QByteArray all = locks.readAll();
    for (const QByteArray &line : all.split('\n')) {
        // 1: FLOCK  ADVISORY  WRITE 1234 fd:01:5678 0 EOF
        const QList<QByteArray> words = line.simplified().split(' ');
        if (words.size() >= 6 && words[1] == "FLOCK" && words[3] == "WRITE" && words[5] == device + file)
            return QString::fromLatin1(words[4]);
    }
    return {};
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
        return {Fault::Denied,
                u"The lock %1 can't be opened (%2), so it is not known whether the database is in use; run "
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
        (void)!fchown(fd, wanted.st_uid, wanted.st_gid); // a program that can't open it says so
}

enum class Taken { Yes, No, Unknown };

Taken lockFile(int fd)
{
    for (int attempt = 0; attempt < kLockAttempts; ++attempt) {
        if (attempt > 0)
            QThread::msleep(kPauseMs);
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return Taken::Yes;
        if (errno != EWOULDBLOCK)
            return Taken::Unknown; // a file system without locks
    }
    return Taken::No;
}

// Over a network this lock is made of those that SQLite takes itself, and would stand in its way.
bool isOnNetwork(const QString &path)
{
    struct statfs info = {};
    if (statfs(QFile::encodeName(path).constData(), &info) != 0)
        return false;
    const auto type = quint32(info.f_type);
    return type == 0x6969 || type == 0x517b || type == 0xff534d42 || type == 0xfe534d42; // NFS, SMB, CIFS, SMB2
}

// The databases that this process has locked: they must not even be opened here; see holderOf().
struct Ours {
    QMutex mutex;
    QList<FileIdentity> files;
};

Ours &ours()
{
    static Ours all;
    return all;
}

} // namespace

struct DatabaseLock::Held {
    QString path;
    QFile lock;
    int fd = -1;
    FileIdentity file;
    bool hasLog = false; // seen

    Held() = default;
    Q_DISABLE_COPY_MOVE(Held)
    ~Held() { letGo(); }

    void letGo()
    {
        if (fd < 0)
            return;
        const QMutexLocker locker(&ours().mutex);
        ours().files.removeOne(file);
        ::close(std::exchange(fd, -1));
    }

    // The database itself. What can't be opened is for the store to say.
    Result<void> take(const DatabaseUrl &database)
    {
        path = database.path;
        for (int attempt = 0; attempt < kLockAttempts; ++attempt) {
            if (isOnNetwork(path))
                return {};
            const QMutexLocker locker(&ours().mutex);
            const std::optional<FileIdentity> there = identityOf(path);
            if (there && ours().files.contains(*there))
                return inUse(database, QString::number(QCoreApplication::applicationPid()));
            const int opened =
                ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
            struct stat info = {};
            if (opened < 0)
                return {};
            if (fstat(opened, &info) != 0 || !S_ISREG(info.st_mode)) {
                ::close(opened);
                return {};
            }
            const FileIdentity identity{info.st_dev, info.st_ino};
            const Taken taken = lockFile(opened);
            if (taken != Taken::Yes) {
                ::close(opened);
                return taken == Taken::No ? Result<void>(inUse(database, holderOf(identity))) : Result<void>();
            }
            if (identityOf(path) != identity) { // a restore has just put another one there
                ::close(opened);
                continue;
            }
            fd = opened;
            file = identity;
            ours().files << identity;
            return {};
        }
        return {};
    }
};

Result<DatabaseLock> DatabaseLock::take(const DatabaseUrl &database, Missing missing)
{
    DatabaseLock lock;
    if (database.kind != DatabaseUrl::Kind::Sqlite)
        return lock;
    (void)makeDatabaseFolder(database.path); // whether that worked is for the store to say
    auto held = std::make_shared<Held>();
    const Result<bool> opened = openLock(database, O_RDWR | O_CREAT, held->lock);
    if (!opened)
        return opened.failure();
    if (*opened) {
        giveToOwner(database, held->lock.handle());
        if (lockFile(held->lock.handle()) == Taken::No)
            return inUse(database, QString::fromLatin1(holderIn(held->lock).first()));
    }
    if (missing == Missing::Make && !QFileInfo::exists(database.path))
        (void)makeDatabaseFile(database.path);
    if (const Result<void> taken = held->take(database); !taken)
        return taken.failure();
    if (*opened) {
        held->lock.resize(0);
        held->lock.seek(0);
        held->lock.write(QByteArray::number(QCoreApplication::applicationPid()) + '\n');
        if (held->fd >= 0)
            held->lock.write(QByteArray::number(qulonglong(held->file.device)) + ' ' +
                             QByteArray::number(qulonglong(held->file.inode)) + '\n');
        held->lock.flush();
    }
    lock.m_held = std::move(held);
    return lock;
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
        return inUse(database, QString::fromLatin1(holderIn(file).first()));
    if (const std::optional<FileIdentity> there = identityOf(database.path))
        if (const QString pid = holderOf(*there); !pid.isEmpty())
            return inUse(database, pid);
    return {};
}

QString DatabaseLock::misplaced(const DatabaseUrl &database)
{
    QFile file;
    if (database.kind != DatabaseUrl::Kind::Sqlite)
        return {};
    if (const Result<bool> opened = openLock(database, O_RDONLY, file); !opened || !*opened)
        return {};
    if (flock(file.handle(), LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        return {};
    const QList<QByteArray> holder = holderIn(file);
    if (holder.size() < 3)
        return {};
    const QString pid = QString::fromLatin1(holder[0]);
    const std::optional<FileIdentity> there = identityOf(database.path);
    const FileIdentity open{dev_t(holder[1].toULongLong()), ino_t(holder[2].toULongLong())};
    if (!there)
        return u"%1 is not there, but the Entvas that runs (process %2) has it open: it was moved or removed"_s.arg(
            database.path, pid);
    if (*there != open)
        return u"the Entvas that runs (process %2) has another file open than %1, which was replaced"_s.arg(
            database.path, pid);
    const QString real = realPath(database);
    if (QFileInfo::exists(real + u"-shm"_s) && !QFileInfo::exists(real + u"-wal"_s))
        return u"the write-ahead log of %1 was removed while an Entvas runs with it (process %2)"_s.arg(database.path,
                                                                                                        pid);
    return {};
}

Result<void> DatabaseLock::checkName(const DatabaseUrl &database)
{
    struct stat info = {};
    if (database.kind != DatabaseUrl::Kind::Sqlite || stat(QFile::encodeName(database.path).constData(), &info) != 0 ||
        info.st_nlink < 2)
        return {};
    QFile file;
    const Result<bool> opened = openLock(database, O_RDONLY, file);
    const bool isOurName = opened && *opened && flock(file.handle(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    const QString pid = isOurName ? QString() : holderOf({info.st_dev, info.st_ino});
    if (pid.isEmpty())
        return {};
    return {
        Fault::Unavailable,
        u"The database %1 is open by another of its names (process %2), and what was stored lately is only found by "
        "that one: use it."_s.arg(database.path, pid)};
}

bool DatabaseLock::isInPlace() const
{
    if (!m_held || m_held->fd < 0)
        return true;
    if (identityOf(m_held->path) != m_held->file)
        return false;
    const bool hasLog = identityOf(QFileInfo(m_held->path).canonicalFilePath() + u"-wal"_s).has_value();
    m_held->hasLog = m_held->hasLog || hasLog;
    return hasLog || !m_held->hasLog;
}

} // namespace entvas
