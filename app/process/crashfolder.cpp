#include "app/process/crashfolder.h"

#include <QDir>
#include <QSaveFile>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

const auto kShown = u"crash-told"_s; // holds the name of the newest report that was shown; the name of old versions

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

std::optional<QString> CrashFolder::unseen() const
{
    const QString newest = reports().value(0);
    if (newest.isEmpty())
        return {};
    QFile shown(QDir(m_path).filePath(kShown));
    const QString last = shown.open(QIODevice::ReadOnly) ? QString::fromUtf8(shown.read(1'000)).trimmed() : QString();
    return newest.section(u'/', -1) > last ? std::optional(newest) : std::nullopt;
}

void CrashFolder::markShown() const
{
    const QString newest = reports().value(0).section(u'/', -1);
    QSaveFile shown(QDir(m_path).filePath(kShown));
    if (newest.isEmpty() || !shown.open(QIODevice::WriteOnly))
        return;
    shown.write(newest.toUtf8() + '\n');
    shown.commit();
}

} // namespace entvas
