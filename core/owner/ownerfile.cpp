#include "core/owner/ownerfile.h"

#include "core/base/randombytes.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr qint64 kMaxBytes = 16 * 1024;
constexpr qsizetype kHexChars = 64;

Failure notWritten(const QString &path, int number)
{
    return {Fault::Denied, u"%1 can't be written: %2"_s.arg(path, qt_error_string(number))};
}

bool isHex(QByteArrayView text)
{
    return text.size() == kHexChars && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

QByteArray toJson(const OwnerFile &file)
{
    const QJsonObject object{{u"version"_s, 1},
                             {u"url"_s, file.url.toString()},
                             {u"secret"_s, QString::fromLatin1(file.secret)},
                             {u"certificate"_s, QString::fromLatin1(file.certificate)},
                             {u"process"_s, file.process},
                             // As text: a number of JSON is a double.
                             {u"device"_s, QString::number(file.device)},
                             {u"inode"_s, QString::number(file.inode)}};
    return QJsonDocument(object).toJson(QJsonDocument::Indented);
}

// Nothing for what no server of this version has written.
std::optional<OwnerFile> fromJson(const QByteArray &text)
{
    const QJsonObject object = QJsonDocument::fromJson(text).object();
    OwnerFile file;
    file.url = QUrl(object.value("url"_L1).toString(), QUrl::StrictMode);
    file.secret = object.value("secret"_L1).toString().toLatin1();
    file.certificate = object.value("certificate"_L1).toString().toLatin1();
    file.process = object.value("process"_L1).toInteger();
    file.device = object.value("device"_L1).toString().toULongLong();
    file.inode = object.value("inode"_L1).toString().toULongLong();
    const bool isTls = file.url.scheme() == "https"_L1;
    const bool isAddress = (isTls || file.url.scheme() == "http"_L1) && !file.url.host().isEmpty() &&
                           file.url.port() > 0 && file.url.userInfo().isEmpty();
    if (object.value("version"_L1).toInt() != 1 || !isAddress || !isHex(file.secret) ||
        isTls != isHex(file.certificate))
        return {};
    return file;
}

// What root makes must not shut out the database's own user.
void giveToOwner(int fd, const struct stat &database)
{
    if (geteuid() == 0)
        (void)!fchown(fd, database.st_uid, database.st_gid); // a command that can't read it says so
}

bool writeAll(int fd, const QByteArray &bytes)
{
    for (qsizetype at = 0; at < bytes.size();) {
        const ssize_t put = ::write(fd, bytes.constData() + at, size_t(bytes.size() - at));
        if (put > 0)
            at += put;
        else if (errno != EINTR)
            return false;
    }
    return true;
}

// Opened without following a link and without waiting for a pipe; -1 with errno.
int openPrivately(const QByteArray &name)
{
    return ::open(name.constData(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
}

QByteArray readAll(int fd)
{
    QFile file;
    return file.open(fd, QIODevice::ReadOnly, QFile::DontCloseHandle) ? file.read(kMaxBytes) : QByteArray();
}

} // namespace

QString ownerFilePath(const DatabaseUrl &database)
{
    const QString real = QFileInfo(database.path).canonicalFilePath();
    return (real.isEmpty() ? database.path : real) + u".owner"_s;
}

Result<OwnerFile> writeOwnerFile(const DatabaseUrl &database, OwnerFile file)
{
    const QString path = ownerFilePath(database);
    struct stat info = {};
    if (stat(QFile::encodeName(database.path).constData(), &info) != 0)
        return notWritten(path, errno);
    file.device = info.st_dev;
    file.inode = info.st_ino;
    if (file.secret.isEmpty())
        file.secret = randomBytes(kMostRandomBytes).toHex();
    // Beside it first, so that half of it is never read; a name that is taken is left over, or not ours to follow.
    const QByteArray fresh = QFile::encodeName(path + u".new"_s);
    ::unlink(fresh.constData());
    const int fd = ::open(fresh.constData(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return notWritten(path, errno);
    giveToOwner(fd, info);
    const bool isWritten = fchmod(fd, 0600) == 0 && writeAll(fd, toJson(file));
    const int wrong = errno;
    ::close(fd);
    if (isWritten && std::rename(fresh.constData(), QFile::encodeName(path).constData()) == 0)
        return file;
    const Failure failure = notWritten(path, isWritten ? errno : wrong);
    ::unlink(fresh.constData());
    return failure;
}

void removeOwnerFile(const DatabaseUrl &database, const QByteArray &secret)
{
    const QByteArray name = QFile::encodeName(ownerFilePath(database));
    const int fd = openPrivately(name);
    if (fd < 0)
        return;
    const std::optional<OwnerFile> there = fromJson(readAll(fd));
    ::close(fd);
    if (there && there->secret == secret)
        ::unlink(name.constData());
}

Result<OwnerFile> readOwnerFile(const DatabaseUrl &database)
{
    const QString path = ownerFilePath(database);
    const int fd = openPrivately(QFile::encodeName(path));
    if (fd < 0 && errno == ENOENT)
        return {Fault::NotFound, u"There is no file %1."_s.arg(path)};
    if (fd < 0)
        return {Fault::Denied, u"The file %1 can't be read (%2): run this as the user of that server."_s.arg(
                                   path, errno == ELOOP ? u"it is a link"_s : qt_error_string(errno))};
    struct stat is = {};
    struct stat held = {};
    const bool isSeen = fstat(fd, &is) == 0;
    const QByteArray text = readAll(fd);
    ::close(fd);
    if (stat(QFile::encodeName(database.path).constData(), &held) != 0)
        return {Fault::Unavailable, u"The database %1 is not there any more."_s.arg(database.path)};
    const bool isOfUs = is.st_uid == geteuid() || (geteuid() == 0 && is.st_uid == held.st_uid);
    if (!isSeen || !S_ISREG(is.st_mode) || is.st_nlink != 1 || (is.st_mode & 077) != 0 || !isOfUs)
        return {Fault::Denied, u"The file %1 is not trusted: it must be a file of the server's user, with one name and "
                               "readable by that user alone. Remove it, and start that server again."_s.arg(path)};
    const std::optional<OwnerFile> file = fromJson(text);
    if (!file)
        return {Fault::Unavailable, u"The file %1 is not one of this version of Entvas."_s.arg(path)};
    if (file->device != held.st_dev || file->inode != held.st_ino)
        return {
            Fault::Unavailable,
            u"The file %1 is about another database than %2, which was copied or replaced."_s.arg(path, database.path)};
    return *file;
}

} // namespace entvas
