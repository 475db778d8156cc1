#include "app/process/crashfolder.h"

#include <QDir>
#include <QSaveFile>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

const auto kTold = u"crash-told"_s; // holds the name of the newest report that was told of

} // namespace

QString CrashFolder::usual()
{
    // Several may be named, with colons between them.
    const QString service = qEnvironmentVariable("STATE_DIRECTORY").section(u':', 0, 0);
    if (service.startsWith(u'/'))
        return service;
    const QString state = qEnvironmentVariable("XDG_STATE_HOME");
    if (state.startsWith(u'/'))
        return state + u"/entvas"_s;
    const QString home = qEnvironmentVariable("HOME");
    return home.startsWith(u'/') ? home + u"/.local/state/entvas"_s : QString();
}

QStringList CrashFolder::reports() const
{
    if (m_path.isEmpty())
        return {};
    const QDir folder(m_path);
    QStringList paths;
    // Their names begin with the time.
    for (const QString &name : folder.entryList({u"crash-*.txt"_s}, QDir::Files, QDir::Name | QDir::Reversed))
        paths.append(folder.filePath(name));
    return paths;
}

void CrashFolder::trim() const
{
    for (const QString &path : reports().mid(kMostReports))
        QFile::remove(path);
}

std::optional<QString> CrashFolder::news() const
{
    const QString newest = reports().value(0);
    if (newest.isEmpty())
        return {};
    QFile told(QDir(m_path).filePath(kTold));
    const QString last = told.open(QIODevice::ReadOnly) ? QString::fromUtf8(told.read(1'000)).trimmed() : QString();
    return newest.section(u'/', -1) > last ? std::optional(newest) : std::nullopt;
}

void CrashFolder::markTold() const
{
    const QString newest = reports().value(0).section(u'/', -1);
    QSaveFile told(QDir(m_path).filePath(kTold));
    if (newest.isEmpty() || !told.open(QIODevice::WriteOnly))
        return;
    told.write(newest.toUtf8() + '\n');
    told.commit();
}

} // namespace entvas
