#include "core/store/connection/databasefile.h"

#include "core/store/connection/dialect.h"
#include "core/store/connection/ownership.h"
#include "core/store/connection/sqlconnection.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <QFile>
#include <QFileInfo>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr int kMaxAside = 1'000;

QString words(int number)
{
    return QString::fromLocal8Bit(std::strerror(number));
}

bool isThere(const QString &path)
{
    struct stat info = {};
    return lstat(QFile::encodeName(path).constData(), &info) == 0;
}

// The name in its real folder, whether the file is there or not.
QString placeOf(const QString &path)
{
    const QFileInfo info(path);
    return QFileInfo(info.absolutePath()).canonicalFilePath() + u'/' + info.fileName();
}

// Renames that are taken back unless they are kept.
class Renames
{
public:
    Renames() = default;
    ~Renames()
    {
        for (auto done = m_done.crbegin(); done != m_done.crend(); ++done)
            (void)rename(done->second, done->first);
    }
    Q_DISABLE_COPY_MOVE(Renames)

    bool add(const QString &from, const QString &to)
    {
        if (!rename(from, to))
            return false;
        m_done.append({from, to});
        return true;
    }
    void keep() { m_done.clear(); }

private:
    static bool rename(const QString &from, const QString &to)
    {
        return std::rename(QFile::encodeName(from).constData(), QFile::encodeName(to).constData()) == 0;
    }
    QList<std::pair<QString, QString>> m_done; // a database and its three at most
};

// Everything of the old database into its one file. False: it is too damaged for that, or for being thrown away.
Result<bool> settle(const DatabaseUrl &database)
{
    const Failure inUse{
        Fault::Unavailable,
        u"The database %1 is open in another program; close that one first. Nothing was changed."_s.arg(database.path)};
    const auto isInUse = [](const Failure &failure) { return failure.kind == Fault::Unavailable; };
    SqlConnection old(database);
    if (const auto opened = old.open(); !opened)
        return isInUse(opened.failure()) ? Result<bool>(inUse) : Result<bool>(false);
    if (const auto owns = readOwnership(old); !owns)
        return isInUse(owns.failure()) ? Result<bool>(inUse) : Result<bool>(false);
    else if (!owns->foreign.isEmpty())
        return notOurs(old, owns->foreign);
    if (const auto changed = old.execute(u"PRAGMA journal_mode = DELETE"_s); !changed)
        return isInUse(changed.failure()) ? Result<bool>(inUse) : Result<bool>(false);
    if (isThere(database.path + u"-wal"_s))
        return inUse;
    // Pages that are never read may be broken for long: what can still be saved from the others is not ours to remove.
    const Result<Rows> check = old.run(u"quick_check"_s);
    return check && (*check)->next() && (*check)->value(0).toString() == "ok"_L1;
}

Result<QString> freeAside(const QString &path)
{
    for (int i = 1; i < kMaxAside; ++i) {
        const QString aside = path + u".damaged-%1"_s.arg(i);
        if (!isThere(aside) && !isThere(aside + u"-wal"_s) && !isThere(aside + u"-shm"_s) &&
            !isThere(aside + u"-journal"_s))
            return aside;
    }
    return {Fault::Denied, u"There are too many damaged databases beside %1; remove some."_s.arg(path)};
}

} // namespace

Result<void> makeDatabaseFolder(const QString &path)
{
    const QString folder = QFileInfo(path).absolutePath();
    QStringList missing;
    QString there = folder;
    while (!QFileInfo::exists(there) && QFileInfo(there).absolutePath() != there) {
        missing.prepend(QFileInfo(there).fileName());
        there = QFileInfo(there).absolutePath();
    }
    if (missing.isEmpty())
        return {};
    const auto denied = [&folder](int number) {
        return Failure{Fault::Denied, u"The folder %1 for the database can't be made (%2); make it, or name another "
                                      "file."_s.arg(folder, words(number))};
    };
    // Step by step from what is there, so that root hands over what it has made and nothing else.
    int at = ::open(QFile::encodeName(there).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat owner = {};
    if (at < 0 || fstat(at, &owner) != 0) {
        const int wrong = errno;
        if (at >= 0)
            close(at);
        return denied(wrong);
    }
    for (qsizetype i = 0; i < missing.size(); ++i) {
        const QByteArray name = QFile::encodeName(missing[i]);
        const bool isMade = mkdirat(at, name.constData(), i + 1 == missing.size() ? 0700 : 0777) == 0;
        int wrong = errno;
        if (!isMade && wrong != EEXIST) {
            close(at);
            return denied(wrong);
        }
        const int next = openat(at, name.constData(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        wrong = errno;
        close(at);
        if (next < 0)
            return denied(wrong);
        if (isMade && geteuid() == 0)
            (void)!fchown(next, owner.st_uid, owner.st_gid); // a program that this shuts out says so
        at = next;
    }
    close(at);
    return {};
}

Result<void> makeDatabaseFile(const QString &path)
{
    if (const Result<void> folder = makeDatabaseFolder(path); !folder)
        return folder;
    const int fd =
        ::open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    const int wrong = errno;
    if (fd < 0 && QFileInfo::exists(path)) // another server may just have made it
        return {};
    if (fd < 0)
        return {Fault::Denied,
                u"The database %1 can't be made (%2); check the permissions of its folder."_s.arg(path, words(wrong))};
    struct stat folder = {};
    if (geteuid() == 0 && stat(QFile::encodeName(QFileInfo(path).absolutePath()).constData(), &folder) == 0)
        (void)!fchown(fd, folder.st_uid, folder.st_gid); // likewise
    close(fd);
    return {};
}

Result<bool> isFileThere(const QString &path)
{
    struct stat file = {};
    if (stat(QFile::encodeName(path).constData(), &file) == 0)
        return true;
    if (errno == ENOENT || errno == ENOTDIR)
        return false;
    return {Fault::Denied, u"The file %1 can't be looked at: %2. Run this as the user that it belongs to, or give this "
                           "user the right to its folders."_s.arg(path, qt_error_string(errno))};
}

Result<void> mustExist(const DatabaseUrl &database)
{
    const Result<bool> there =
        database.kind != DatabaseUrl::Kind::Sqlite ? Result<bool>(true) : isFileThere(database.path);
    if (!there)
        return there.failure();
    if (*there)
        return {};
    return {Fault::Configuration,
            u"There is no database %1; name another one with --database-url."_s.arg(database.path)};
}

Result<void> mustNotBeDatabase(const DatabaseUrl &database, const QString &path)
{
    if (database.kind != DatabaseUrl::Kind::Sqlite)
        return {};
    const QString where = placeOf(path);
    struct stat file = {};
    const bool isFile = stat(QFile::encodeName(path).constData(), &file) == 0;
    const QString real = QFileInfo(database.path).canonicalFilePath(); // SQLite names its own after this
    for (const QString &base : {database.path, real.isEmpty() ? database.path : real})
        for (const QString &end :
             {u""_s, u"-wal"_s, u"-shm"_s, u"-journal"_s, u".lock"_s, u".restoring"_s, u".owner"_s, u".owner.new"_s}) {
            struct stat ours = {};
            const bool isSame = isFile && stat(QFile::encodeName(base + end).constData(), &ours) == 0 &&
                                ours.st_dev == file.st_dev && ours.st_ino == file.st_ino;
            if (isSame || placeOf(base + end) == where)
                return {Fault::BadInput, u"%1 is the database %2 itself, or belongs to it: name another file. Nothing "
                                         "was written."_s.arg(path, database.path)};
        }
    return {};
}

Result<void> giveOwnerOf(const QString &like, const QString &path)
{
    struct stat wanted = {};
    struct stat has = {};
    const bool isNew = stat(QFile::encodeName(like).constData(), &wanted) != 0;
    if (isNew && geteuid() != 0)
        return {};
    const auto denied = [&](int number) {
        return Failure{Fault::Denied,
                       u"The restored file can't get the owner that %1 has (%2): run this as that user or as root. "
                       "Nothing was changed."_s.arg(isNew ? QFileInfo(like).absolutePath() : like, words(number))};
    };
    if (isNew && stat(QFile::encodeName(QFileInfo(like).absolutePath()).constData(), &wanted) != 0)
        return denied(errno);
    const int fd = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return denied(errno);
    const mode_t mode = isNew ? 0600 : wanted.st_mode & 07777;
    // The mode after the owner, which takes some of it away.
    const auto isOther = [&] { return has.st_uid != wanted.st_uid || has.st_gid != wanted.st_gid; };
    const bool done =
        fstat(fd, &has) == 0 && (!isOther() || fchown(fd, wanted.st_uid, wanted.st_gid) == 0) && fchmod(fd, mode) == 0;
    const int wrong = done ? 0 : errno;
    close(fd);
    return wrong == 0 ? Result<void>() : Result<void>(denied(wrong));
}

Result<void> syncToDisk(const QString &path)
{
    const int fd = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC);
    const bool isSynced = fd >= 0 && fsync(fd) == 0;
    const int wrong = errno;
    if (fd >= 0)
        close(fd);
    if (isSynced)
        return {};
    return {Fault::Unavailable,
            u"What was written to %1 did not reach the disk (%2); check the disk. Nothing was changed."_s.arg(
                path, words(wrong))};
}

void limitSqliteMemory(qint64 bytes)
{
    // SQLite keeps one limit for the whole process.
    const QString name = u"entvas-memory"_s;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(dialectOf(DatabaseUrl::Kind::Sqlite).driver, name);
        database.setDatabaseName(u":memory:"_s);
        if (database.open())
            QSqlQuery(database).exec(u"PRAGMA soft_heap_limit = %1"_s.arg(bytes));
    }
    QSqlDatabase::removeDatabase(name);
}

Result<QString> replaceDatabaseFile(const QString &fresh, const DatabaseUrl &database)
{
    const QFileInfo info(database.path);
    if (info.exists() && !info.isFile())
        return {Fault::Configuration, u"The database %1 is not a file; name another one."_s.arg(database.path)};
    bool isSound = true;
    if (info.exists()) {
        const Result<bool> settled = settle(database);
        if (!settled)
            return settled.failure();
        isSound = *settled;
    }
    const Result<QString> aside = freeAside(database.path);
    if (!aside)
        return aside.failure();
    Renames renames;
    QStringList ends{u"-wal"_s, u"-shm"_s, u"-journal"_s};
    if (!isSound)
        ends << u""_s;
    for (const QString &end : ends)
        if (isThere(database.path + end) && !renames.add(database.path + end, *aside + end))
            return {Fault::Denied, u"%1 can't be put aside (%2); check the permissions of its folder. Nothing was "
                                   "changed."_s.arg(database.path + end, words(errno))};
    if (!renames.add(fresh, database.path))
        return {Fault::Denied, u"The restored file can't take the place of %1 (%2); check the permissions of its "
                               "folder. Nothing was changed."_s.arg(database.path, words(errno))};
    renames.keep();
    // It has happened; whether the folder reached the disk only matters to a machine that loses its power right now.
    (void)syncToDisk(info.absolutePath());
    return isSound ? QString() : *aside;
}

} // namespace entvas
