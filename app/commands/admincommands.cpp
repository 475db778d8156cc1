#include "app/commands/admincommands.h"

#include "app/exitcode.h"
#include "core/clock.h"
#include "core/isotime.h"
#include "server/api/admin.h"

#include <cstdio>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr char kProjectsUsage[] =
    "entvas projects list [--json]                      every project\n"
    "entvas projects create ID [--name NAME] [--json]   a new one; ID is what clients subscribe to\n\n"
    "--database-url and --config name the database, as for the server.\n";

constexpr char kKeysUsage[] =
    "entvas keys list [--project P] [--json]            keys without their secrets\n"
    "entvas keys create --project P --role sender|viewer|admin [--name NAME] [--expires 90d] [--json]\n"
    "                                                   prints the new key, this once\n"
    "entvas keys revoke ID [--json]                     from now on it opens nothing\n\n"
    "--database-url and --config name the database, as for the server. Running servers on PostgreSQL see a change\n"
    "within seconds; a server with a SQLite file has to be stopped first.\n";

constexpr qsizetype kMaxNameChars = 128;

// The words behind a command: what to do, with what, and options.
struct Words {
    QStringList plain;
    QMap<QString, QString> options; // without dashes
    bool json = false;
};

Result<Words> readWords(const QString &command, const QStringList &arguments, const QStringList &known)
{
    Words words;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        if (!arguments[i].startsWith(u'-')) {
            words.plain << arguments[i];
            continue;
        }
        if (arguments[i] == "--json"_L1) {
            words.json = true;
            continue;
        }
        const qsizetype equals = arguments[i].indexOf(u'=');
        const QString flag = arguments[i].left(equals);
        if (!known.contains(flag))
            return {Fault::BadInput, u"%1: there is no option %2.%3 See entvas %1 --help."_s.arg(
                                         command, flag, didYouMean(flag, known))};
        if (equals < 0 && i + 1 == arguments.size())
            return {Fault::BadInput, u"%1: %2 needs a value. See entvas %1 --help."_s.arg(command, flag)};
        words.options.insert(flag.mid(2), equals < 0 ? arguments[++i] : arguments[i].mid(equals + 1));
    }
    return words;
}

bool isPlainText(const QString &text)
{
    return text.size() <= kMaxNameChars &&
           std::none_of(text.cbegin(), text.cend(), [](QChar c) { return c.category() == QChar::Other_Control; });
}

Result<std::unique_ptr<Admin>> openAdmin(Options options, const Words &words)
{
    if (words.options.contains(u"database-url"_s))
        options.flags.insert(u"database-url"_s, words.options.value(u"database-url"_s));
    if (words.options.contains(u"config"_s))
        options.configFile = words.options.value(u"config"_s);
    const Result<Settings> settings = loadSettings(options);
    if (!settings)
        return settings.failure();
    auto admin = std::make_unique<Admin>(settings.value().database);
    const Result<void> opened = admin->open();
    if (!opened)
        return opened.failure();
    return admin;
}

void print(const QString &text)
{
    std::printf("%s\n", qUtf8Printable(text));
}

void print(const QJsonValue &value)
{
    const QJsonDocument document = value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject());
    std::printf("%s\n", document.toJson(QJsonDocument::Compact).constData());
}

QString timeText(qint64 ms)
{
    return ms == 0 ? u"-"_s : QString::fromLatin1(isoFromMs(ms));
}

QString stateOf(const ApiKey &key, qint64 nowMs)
{
    return key.revokedAtMs != 0 ? u"revoked"_s : key.isValidAt(nowMs) ? u"valid"_s : u"expired"_s;
}

QJsonObject keyObject(const ApiKey &key, qint64 nowMs)
{
    QJsonObject object{
        {u"id"_s, key.id},     {u"project"_s, key.project},       {u"role"_s, roleName(key.role)},
        {u"name"_s, key.name}, {u"state"_s, stateOf(key, nowMs)}, {u"createdAt"_s, timeText(key.createdAtMs)}};
    if (key.expiresAtMs != 0)
        object.insert(u"expiresAt"_s, timeText(key.expiresAtMs));
    if (key.revokedAtMs != 0)
        object.insert(u"revokedAt"_s, timeText(key.revokedAtMs));
    return object;
}

Result<void> listProjects(Admin &admin, const Words &words)
{
    const Result<Directory> directory = admin.directory();
    if (!directory)
        return directory.failure();
    QJsonArray list;
    for (const Project &project : directory.value().projects) {
        if (words.json)
            list.append(QJsonObject{{u"id"_s, project.id}, {u"name"_s, project.name}});
        else
            print(u"%1  %2"_s.arg(project.id, -24).arg(project.name));
    }
    if (words.json)
        print(list);
    return {};
}

Result<void> createProject(Admin &admin, const Words &words)
{
    const QString id = words.plain.value(1);
    const QString name = words.options.value(u"name"_s, id);
    if (!isPlainText(name) || name.isEmpty())
        return {Fault::BadInput, u"projects: --name takes 1–%1 characters."_s.arg(kMaxNameChars)};
    const Result<void> made = admin.createProject({id, name});
    if (!made)
        return made;
    if (words.json)
        print(QJsonObject{{u"id"_s, id}, {u"name"_s, name}});
    else
        print(u"Project %1 is there. Give its senders a key: entvas keys create --project %1 --role sender"_s.arg(id));
    return {};
}

Result<void> listKeys(Admin &admin, const Words &words)
{
    const Result<Directory> directory = admin.directory();
    if (!directory)
        return directory.failure();
    const qint64 now = SystemClock().nowMs();
    const QString only = words.options.value(u"project"_s);
    QJsonArray list;
    for (const ApiKey &key : directory.value().keys) {
        if (!only.isEmpty() && key.project != only)
            continue;
        if (words.json)
            list.append(keyObject(key, now));
        else
            print(u"%1  %2  %3  %4  %5  %6"_s.arg(key.id, -12)
                      .arg(key.project, -16)
                      .arg(roleName(key.role), -6)
                      .arg(stateOf(key, now), -7)
                      .arg(timeText(key.expiresAtMs), -24)
                      .arg(key.name));
    }
    if (words.json)
        print(list);
    return {};
}

Result<void> createKey(Admin &admin, const Words &words)
{
    const QString project = words.options.value(u"project"_s);
    if (project.isEmpty())
        return {Fault::BadInput, u"keys: --project is missing. See entvas keys --help."_s};
    const auto role = roleFromName(words.options.value(u"role"_s));
    if (!role)
        return {Fault::BadInput, u"keys: --role takes sender, viewer or admin."_s};
    const QString name = words.options.value(u"name"_s);
    if (!isPlainText(name))
        return {Fault::BadInput, u"keys: --name takes at most %1 characters."_s.arg(kMaxNameChars)};
    qint64 expiresAtMs = 0;
    if (words.options.contains(u"expires"_s)) {
        const auto expiry = expiryFromText(words.options.value(u"expires"_s), SystemClock().nowMs());
        if (!expiry)
            return expiry.failure();
        expiresAtMs = expiry.value();
    }
    const Result<NewApiKey> made = admin.createKey(project, *role, name, expiresAtMs);
    if (!made)
        return made.failure();
    if (words.json) {
        QJsonObject object = keyObject(made.value().key, SystemClock().nowMs());
        object.insert(u"key"_s, QString::fromLatin1(made.value().text));
        print(object);
        return {};
    }
    std::fprintf(stderr, "The key %s, for %s. It is shown this once: keep it.\n", qUtf8Printable(made.value().key.id),
                 qUtf8Printable(project));
    print(QString::fromLatin1(made.value().text));
    return {};
}

Result<void> revokeKey(Admin &admin, const Words &words)
{
    const Result<void> revoked = admin.revokeKey(words.plain.value(1));
    if (!revoked)
        return revoked;
    if (words.json)
        print(QJsonObject{{u"id"_s, words.plain.value(1)}, {u"state"_s, u"revoked"_s}});
    else
        print(u"The key %1 opens nothing any more."_s.arg(words.plain.value(1)));
    return {};
}

struct Action {
    QString name;
    qsizetype words; // with its name
    Result<void> (*run)(Admin &, const Words &);
};

int runAdmin(const QString &command, const char *usage, const QStringList &flags, const QList<Action> &actions,
             const Options &options)
{
    if (options.commandArguments.contains(u"--help"_s) || options.commandArguments.contains(u"-h"_s)) {
        std::fputs(usage, stdout);
        return int(ExitCode::Fine);
    }
    const Result<Words> words = readWords(command, options.commandArguments, flags);
    if (!words)
        return leaveWith(words.failure());
    QStringList names;
    for (const Action &action : actions) {
        names << action.name;
        if (action.name != words.value().plain.value(0))
            continue;
        if (words.value().plain.size() != action.words)
            return leaveWith(
                {Fault::BadInput, u"%1 %2 takes %3. See entvas %1 --help."_s.arg(
                                      command, action.name, action.words == 1 ? u"no name"_s : u"exactly one name"_s)});
        const auto admin = openAdmin(options, words.value());
        if (!admin)
            return leaveWith(admin.failure());
        const Result<void> done = action.run(*admin.value(), words.value());
        return done ? int(ExitCode::Fine) : leaveWith(done.failure());
    }
    const QString asked = words.value().plain.value(0);
    return leaveWith({Fault::BadInput, u"%1: say one of %2.%3 See entvas %1 --help."_s.arg(command, names.join(u", "_s),
                                                                                           didYouMean(asked, names))});
}

} // namespace

Result<qint64> expiryFromText(const QString &text, qint64 nowMs)
{
    static const QRegularExpression form(u"^([1-9][0-9]{0,4})([dhm])$"_s);
    const auto match = form.match(text);
    if (!match.hasMatch())
        return {Fault::BadInput, u"keys: --expires takes days, hours or minutes, for example 90d, 12h or 30m."_s};
    const qint64 minutes = match.captured(2) == "d"_L1 ? 1'440 : match.captured(2) == "h"_L1 ? 60 : 1;
    return nowMs + match.captured(1).toLongLong() * minutes * 60'000;
}

int runProjectsCommand(const Options &options)
{
    return runAdmin(u"projects"_s, kProjectsUsage, {u"--name"_s, u"--database-url"_s, u"--config"_s},
                    {{u"list"_s, 1, listProjects}, {u"create"_s, 2, createProject}}, options);
}

int runKeysCommand(const Options &options)
{
    return runAdmin(u"keys"_s, kKeysUsage,
                    {u"--project"_s, u"--role"_s, u"--name"_s, u"--expires"_s, u"--database-url"_s, u"--config"_s},
                    {{u"list"_s, 1, listKeys}, {u"create"_s, 1, createKey}, {u"revoke"_s, 2, revokeKey}}, options);
}

} // namespace entvas
