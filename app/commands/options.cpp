#include "app/commands/options.h"

#include "app/commands/commands.h"
#include "app/feed/serveraddress.h"
#include "core/base/nearestname.h"

#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <QTextStream>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr int kHelpWidth = 92;

QStringList knownFlags()
{
    QStringList flags{u"--headless"_s, u"--connect"_s, u"--view"_s,    u"--kiosk"_s,
                      u"--config"_s,   u"--help"_s,    u"--version"_s, u"--allow-http"_s};
    for (const SettingInfo &info : settingInfos())
        if (!info.flag.isEmpty())
            flags.append(info.flag);
    return flags;
}

const SettingInfo *settingOfFlag(const QString &flag)
{
    for (const SettingInfo &info : settingInfos())
        if (!info.flag.isEmpty() && info.flag == flag)
            return &info;
    return nullptr;
}

// Words of `text` in lines of at most kHelpWidth, each behind `indent` blanks.
QString wrapped(const QString &text, int indent)
{
    QString out;
    QString line;
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    for (const QString &word : words) {
        if (!line.isEmpty() && indent + line.size() + 1 + word.size() > kHelpWidth) {
            out += QString(indent, u' ') + line + u'\n';
            line.clear();
        }
        line += (line.isEmpty() ? QString() : u" "_s) + word;
    }
    return out + QString(indent, u' ') + line + u'\n';
}

QString defaultConfigFile(const Options &options)
{
    if (options.kind == Options::Kind::Headless || !options.hasDesktop)
        return u"/etc/entvas/entvas.ini"_s;
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + u"/entvas/entvas.ini"_s;
}

Failure unknownFlag(const QString &flag)
{
    return {Fault::BadInput,
            u"There is no option %1.%2 See entvas --help."_s.arg(flag, didYouMean(flag, knownFlags()))};
}

// Where a key stands in the file that was just read; 0 when it has gone meanwhile.
int lineOfKey(const QString &fileName, const QString &key)
{
    QFile file(fileName);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    for (int number = 1; !file.atEnd(); ++number)
        if (QString::fromUtf8(file.readLine()).section(u'=', 0, 0).trimmed() == key)
            return number;
    return 0;
}

// The place and the nearest key of one that is none, ahead of resolveSettings(), which has only the values.
Result<void> checkFileKeys(const QString &fileName, const QMap<QString, QString> &values)
{
    QStringList keys;
    for (const SettingInfo &info : settingInfos()) {
        keys << info.key;
        if (info.secretFile)
            keys << info.key + u"-file"_s;
    }
    for (auto it = values.cbegin(); it != values.cend(); ++it)
        if (!keys.contains(it.key()))
            return {Fault::Configuration, u"%1 line %2: \"%3\" is no setting.%4 See entvas --help."_s.arg(
                                              fileName, QString::number(lineOfKey(fileName, it.key())), it.key(),
                                              didYouMean(it.key(), keys))};
    return {};
}

} // namespace

QString didYouMean(const QString &word, const QStringList &known)
{
    const QString match = nearestName(word, known);
    return match.isEmpty() ? QString() : u" Did you mean %1?"_s.arg(match);
}

Result<Options> parseOptions(const QStringList &arguments)
{
    Options options;
    bool headless = false;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QString &argument = arguments[i];
        if (!argument.startsWith(u'-')) {
            options.command = argument;
            options.commandArguments = arguments.mid(i + 1);
            break;
        }
        const qsizetype equals = argument.indexOf(u'=');
        const QString flag = argument.left(equals);
        if (flag == u"--help"_s || flag == u"-h"_s) {
            options.kind = Options::Kind::Help;
            return options;
        }
        if (flag == u"--version"_s) {
            options.kind = Options::Kind::Version;
            return options;
        }
        if (flag == u"--headless"_s || flag == u"--kiosk"_s || flag == u"--allow-http"_s) {
            if (equals >= 0)
                return {Fault::BadInput, u"%1 takes no value."_s.arg(flag)};
            (flag == u"--kiosk"_s ? options.kiosk : flag == u"--headless"_s ? headless : options.allowsHttp) = true;
            continue;
        }
        const SettingInfo *setting = settingOfFlag(flag);
        if (!setting && flag != u"--connect"_s && flag != u"--view"_s && flag != u"--config"_s)
            return unknownFlag(flag);
        if (equals < 0 && (i + 1 == arguments.size() || arguments[i + 1].startsWith(u"--"_s)))
            return {Fault::BadInput, u"%1 needs a value. See entvas --help."_s.arg(flag)};
        const QString value = equals < 0 ? arguments[++i] : argument.mid(equals + 1);
        if (setting) {
            options.flags.insert(setting->key, value);
        } else if (flag == u"--config"_s) {
            options.configFile = value;
        } else if (flag == u"--view"_s) {
            if (value.isEmpty())
                return {Fault::BadInput, u"--view needs the name of a saved view, or a file."_s};
            options.view = value;
        } else {
            const Result<QUrl> url = parseServerUrl(value);
            if (!url)
                return Failure{url.failure().kind, u"--connect: "_s + url.failure().text};
            options.connectTo = url.value();
        }
    }
    if (headless && !options.connectTo.isEmpty())
        return {Fault::BadInput,
                u"--headless and --connect exclude each other: one hosts a server, the other shows one."_s};
    if (options.allowsHttp && options.connectTo.isEmpty())
        return {Fault::BadInput, u"--allow-http goes with --connect: it is about that server only."_s};
    const bool isDesktop = options.kiosk || !options.view.isEmpty();
    if (isDesktop && (headless || !options.command.isEmpty()))
        return {Fault::BadInput, u"%1 is for the desktop: it goes neither with --headless nor with a command."_s.arg(
                                     options.kiosk ? u"--kiosk"_s : u"--view"_s)};
    if (options.command == u"help"_s) {
        options.command = options.commandArguments.value(0);
        if (options.command.isEmpty() || options.command.startsWith(u'-')) {
            options.command.clear();
            options.kind = Options::Kind::Help;
            return options;
        }
        options.commandArguments = QStringList{u"--help"_s};
    }
    if (!options.command.isEmpty()) {
        if (headless || !options.connectTo.isEmpty())
            return {Fault::BadInput,
                    u"The command %1 goes neither with --headless nor with --connect."_s.arg(options.command)};
        options.kind = Options::Kind::Command;
    } else if (headless) {
        options.kind = Options::Kind::Headless;
    }
    return options;
}

Result<SettingSources> settingSources(const Options &options)
{
    SettingSources sources;
    sources.flags = options.flags;
    sources.environment = [](const QString &name) { return qEnvironmentVariable(name.toLocal8Bit().constData()); };
    sources.dataHome = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation);
    sources.terminal = isatty(STDERR_FILENO) == 1;

    const bool named = !options.configFile.isEmpty();
    sources.fileName = named ? options.configFile : defaultConfigFile(options);
    if (!named && !QFileInfo::exists(sources.fileName))
        return sources;
    Result<QMap<QString, QString>> values = readSettingsFile(sources.fileName);
    if (!values)
        return values.failure();
    if (const Result<void> known = checkFileKeys(sources.fileName, values.value()); !known)
        return known.failure();
    sources.file = values.value();
    return sources;
}

Result<Settings> loadSettings(const Options &options)
{
    const Result<SettingSources> sources = settingSources(options);
    Result<Settings> settings = sources ? resolveSettings(sources.value()) : sources.failure();
    if (settings)
        settings->database.program = u"entvas "_s + (options.command.isEmpty() ? u"server"_s : options.command);
    return settings;
}

QString helpText()
{
    QString text;
    QTextStream out(&text);
    out << "Entvas " << ENTVAS_VERSION << ": shows what users of other programs do, as it happens.\n\n"
        << "  entvas                  the desktop, with a server of its own on 127.0.0.1:8000\n"
        << "  entvas --headless       the server only; needs no display\n"
        << "  entvas --connect URL    the desktop on another server, http(s)://host[:port]\n"
        << "         --allow-http     lets it go there by plain http, where everybody on the way reads along\n"
        << "  entvas --view NAME      the desktop with one saved view, by its name or its file\n"
        << "  entvas --kiosk          the desktop on the whole screen, saved views in turn\n"
        << "  entvas COMMAND ...      administration\n\n"
        << "COMMANDS (entvas COMMAND --help tells more)\n";
    for (const Command &command : commands())
        out << "  " << command.name.leftJustified(22) << "  " << command.summary << '\n';
    out << "\nOPTIONS\n"
        << "  --config FILE           settings as KEY=VALUE lines; default $XDG_CONFIG_HOME/entvas/entvas.ini,\n"
        << "                          with --headless, and for entvas-server always, /etc/entvas/entvas.ini\n"
        << "  --help, --version\n\n"
        << "SETTINGS\n"
        << wrapped(
               u"A flag wins over the environment, the environment over the configuration file. The key in the file is "
               "the flag without its dashes. A secret is neither a flag nor in that file: it comes from the "
               "environment, or from a file of its own that NAME_FILE names (in the configuration file: name-file)."_s,
               2)
        << '\n';
    for (const SettingInfo &info : settingInfos()) {
        QStringList names;
        if (!info.flag.isEmpty())
            names.append(info.flag);
        names.append(info.environment);
        if (info.secretFile)
            names.append(info.environment + u"_FILE"_s);
        out << "  " << names.join(u", "_s) << '\n'
            << wrapped(info.meaning, 6) << wrapped(u"Default: "_s + info.fallback, 6);
    }
    out << "\nEXIT CODES\n"
        << "  0 fine   1 failure   64 wrong usage   69 a needed service is unavailable\n"
        << "  77 not permitted   78 wrong configuration\n";
    return text;
}

} // namespace entvas
