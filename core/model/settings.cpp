#include "core/model/settings.h"

#include "core/model/settingrows.h"

#include <QDir>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// A password in a URL must not reach a log through an error. In the address of a database that makes no sense it could
// be anywhere: all that is shown is the word that it begins with.
QString shown(const QString &value, bool isDatabase)
{
    static const QRegularExpression firstWord(u"^[A-Za-z][A-Za-z0-9+.-]*(?=[:/])"_s);
    const bool isFile = value.startsWith(u"sqlite:"_s) && !value.contains(u'@');
    if (isDatabase && !isFile)
        return firstWord.match(value).captured() + u'…';
    static const QRegularExpression credentials(u"//.*@"_s);
    QString text = value.left(100);
    if (value.contains(u"://"_s) && value.contains(u'@'))
        text = QString(value).replace(credentials, u"//…@"_s).left(100);
    return text;
}

Failure wrong(const QString &text)
{
    return {Fault::Configuration, text};
}

// A value and where it came from, in words for an error.
struct Found {
    QString value; // null = nowhere
    QString source;
};

Result<Found> fromSecretFile(const QString &fileName, const QString &source)
{
    auto secret = readSecretFile(fileName);
    if (!secret)
        return wrong(u"%1: %2"_s.arg(source, secret.failure().text));
    return Found{*secret, source};
}

Result<Found> find(const SettingRow &row, const SettingSources &sources)
{
    const SettingInfo &info = row.info;
    if (!info.flag.isEmpty() && sources.flags.contains(info.key))
        return Found{sources.flags.value(info.key), info.flag};

    const auto environment = [&](const QString &name) {
        const QString value = sources.environment ? sources.environment(name) : QString();
        return value.isEmpty() ? QString() : value;
    };
    const QString value = environment(info.environment);
    const QString fileVariable = info.environment + u"_FILE"_s;
    const QString secretPath = withoutLineEnd(info.secretFile ? environment(fileVariable) : QString());
    if (!value.isNull() && !secretPath.isNull())
        return wrong(u"%1 and %2 are both set; set only one of them"_s.arg(info.environment, fileVariable));
    if (!value.isNull())
        return Found{value, info.environment};
    if (!secretPath.isNull())
        return fromSecretFile(secretPath, fileVariable);

    const QString fileKey = info.key + u"-file"_s;
    const bool hasKey = sources.file.contains(info.key);
    const bool hasFileKey = info.secretFile && sources.file.contains(fileKey);
    if (hasKey && hasFileKey)
        return wrong(u"%1 and %2 in %3 are both set; set only one of them"_s.arg(info.key, fileKey, sources.fileName));
    if (hasKey)
        return Found{sources.file.value(info.key), u"%1 in %2"_s.arg(info.key, sources.fileName)};
    if (hasFileKey)
        return fromSecretFile(sources.file.value(fileKey), u"%1 in %2"_s.arg(fileKey, sources.fileName));
    return Found{};
}

// Everybody on a machine can list the commands that run, with their flags.
Result<void> checkPassword(const DatabaseUrl &database, const SettingInfo &info, const QString &source,
                           const SettingSources &sources)
{
    const QString instead = u"name a private file that holds the URL with %1_FILE"_s.arg(info.environment);
    if (database.password.isEmpty())
        return {};
    if (source.startsWith(u"--"_s))
        return wrong(u"%1 holds a password, which every user of this machine can read in the list of processes; use "
                     "%2, or %3"_s.arg(source, info.environment, instead));
    if (source == u"%1 in %2"_s.arg(info.key, sources.fileName) && isOpenToOthers(sources.fileName))
        return wrong(u"%1 holds a password, and the file is open to other users; make it private with: chmod 600 %2, "
                     "or %3"_s.arg(source, sources.fileName, instead));
    return {};
}

Result<void> checkKeys(const SettingSources &sources)
{
    QStringList flags, keys;
    for (const SettingRow &row : settingRows()) {
        if (!row.info.flag.isEmpty())
            flags.append(row.info.key);
        if (row.isSecret && sources.file.contains(row.info.key))
            return wrong(
                u"%1 in %2: a secret must not stand in the configuration file; put it into a file of its own and "
                "name that with %1-file"_s.arg(row.info.key, sources.fileName));
        keys.append(row.info.key);
        if (row.info.secretFile)
            keys.append(row.info.key + u"-file"_s);
    }
    for (auto it = sources.flags.begin(); it != sources.flags.end(); ++it)
        if (!flags.contains(it.key()))
            return wrong(u"--%1 is no setting; see entvas --help"_s.arg(it.key()));
    for (auto it = sources.file.begin(); it != sources.file.end(); ++it)
        if (!keys.contains(it.key()))
            return wrong(u"\"%1\" in %2 is no setting; see entvas --help"_s.arg(it.key(), sources.fileName));
    return {};
}

} // namespace

const QList<SettingInfo> &settingInfos()
{
    static const QList<SettingInfo> infos = [] {
        QList<SettingInfo> list;
        for (const SettingRow &row : settingRows())
            list.append(row.info);
        return list;
    }();
    return infos;
}

SettingValues settingValues(const QString &key)
{
    for (const SettingRow &row : settingRows())
        if (row.info.key == key)
            return row.values;
    return {};
}

Result<Settings> resolveSettings(const SettingSources &sources)
{
    if (const auto known = checkKeys(sources); !known)
        return known.failure();

    Settings settings;
    settings.logFormat = sources.terminal ? LogFormat::Text : LogFormat::Json;
    bool hasDatabase = false;
    for (const SettingRow &row : settingRows()) {
        const auto found = find(row, sources);
        if (!found)
            return found.failure();
        if (found.value().value.isNull())
            continue;
        const QString value = withoutLineEnd(found.value().value);
        if (!isPlainText(value))
            return wrong(u"%1 must not hold line ends or other control characters"_s.arg(found.value().source));
        const bool isReplica = row.info.key == u"replica-url";
        const bool isDatabase = isReplica || row.info.key == u"database-url";
        const Complaint complaint = row.read(value, settings);
        if (!complaint.isNull()) {
            const QString is = row.isSecret ? QString() : u" is \"%1\" but"_s.arg(shown(value, isDatabase));
            return wrong(u"%1%2 must be %3"_s.arg(found.value().source, is, complaint));
        }
        if (!isDatabase)
            continue;
        hasDatabase = hasDatabase || !isReplica;
        const DatabaseUrl &url = isReplica ? *settings.replica : settings.database;
        if (const auto kept = checkPassword(url, row.info, found.value().source, sources); !kept)
            return kept.failure();
    }
    if (!hasDatabase) {
        if (!QDir::isAbsolutePath(sources.dataHome))
            return wrong(
                u"database-url is not set and there is no data directory (XDG_DATA_HOME or HOME) for the default "
                "SQLite file; set DATABASE_URL"_s);
        settings.database.path = QDir::cleanPath(sources.dataHome + u"/entvas/entvas.db"_s);
    }
    return settings;
}

} // namespace entvas
