#include "core/store/connection/filewatch.h"

#include <QFile>
#include <QFileInfo>
#include <sys/stat.h>

using namespace Qt::StringLiterals;

namespace entvas {

std::optional<FileIdentity> identityOf(const QString &path)
{
    struct stat info = {};
    if (stat(QFile::encodeName(path).constData(), &info) != 0)
        return {};
    return FileIdentity{info.st_dev, info.st_ino};
}

void FileWatch::begin(const QString &path)
{
    m_path = path;
    m_file = identityOf(path);
    const QString real = QFileInfo(path).canonicalFilePath(); // SQLite names its own after this
    const QString base = real.isEmpty() ? path : real;
    m_log = {base + u"-wal"_s, {}};
    m_index = {base + u"-shm"_s, {}};
}

void FileWatch::closed()
{
    m_log.file.reset();
    m_index.file.reset();
}

Result<void> FileWatch::check()
{
    if (!m_file)
        return {};
    const std::optional<FileIdentity> now = identityOf(m_path);
    const QString advice =
        u"Nothing is stored until it is back. Or stop the server, put the right one there, remove the "
        "-wal and -shm of the old one, and start it."_s;
    const QString away = u"The database is away, try again."_s;
    if (!now)
        return Failure{Fault::Unavailable,
                       u"The database %1 was moved or removed while it was open. %2"_s.arg(m_path, advice), away};
    if (*now != *m_file)
        return Failure{Fault::Unavailable,
                       u"The database %1 was replaced by another file while it was open. %2"_s.arg(m_path, advice),
                       away};
    for (Beside *beside : {&m_log, &m_index}) {
        const std::optional<FileIdentity> lies = identityOf(beside->path);
        if (!beside->file)
            beside->file = lies; // SQLite makes it with the first commit
        else if (lies != beside->file)
            return Failure{Fault::Unavailable,
                           u"%1, a part of the database, was removed or replaced while it was open. Nothing is stored "
                           "until the server is started anew: stop it in an orderly way, so that it brings all that it "
                           "has into the database."_s.arg(beside->path),
                           away};
    }
    return {};
}

bool FileWatch::hasLostLog() const
{
    return m_file && identityOf(m_path) == m_file && m_log.file && identityOf(m_log.path) != m_log.file;
}

qint64 FileWatch::size() const
{
    return m_file ? QFileInfo(m_path).size() : 0;
}

} // namespace entvas
