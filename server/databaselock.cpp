#include "server/databaselock.h"

#include <cerrno>
#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <sys/file.h>

using namespace Qt::StringLiterals;

namespace entvas {

Result<DatabaseLock> DatabaseLock::take(const DatabaseUrl &database)
{
    DatabaseLock lock;
    if (database.kind != DatabaseUrl::Kind::Sqlite)
        return lock;
    const QString folder = QFileInfo(database.path).absolutePath();
    // Whether that worked is for the store to say.
    if (!QFileInfo::exists(folder) && QDir().mkpath(folder))
        QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    auto file = std::make_shared<QFile>(database.path + u".lock"_s);
    if (!file->open(QIODevice::ReadWrite, QFile::ReadOwner | QFile::WriteOwner))
        return lock;
    if (flock(file->handle(), LOCK_EX | LOCK_NB) == 0) {
        file->resize(0);
        file->write(QByteArray::number(QCoreApplication::applicationPid()));
        file->flush();
        lock.m_file = std::move(file);
        return lock;
    }
    if (errno != EWOULDBLOCK)
        return lock; // a file system without locks
    const QString pid = QString::fromLatin1(file->read(20)).trimmed();
    return {Fault::Unavailable, u"The database %1 is in use by another Entvas (process %2)."_s.arg(database.path, pid)};
}

} // namespace entvas
