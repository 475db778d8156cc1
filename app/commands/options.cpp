#include "app/commands/options.h"

#include "app/commands/commandline.h"
#include "app/feed/serveraddress.h"
#include "core/base/text/nearestname.h"
#include "core/model/settingvalues.h"

#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

QString defaultConfigFile(const Options &options)
{
    if (options.kind == Options::Kind::Headless || !options.hasDesktop)
        return u"/etc/entvas/entvas.ini"_s;
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + u"/entvas/entvas.ini"_s;
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

Result<void> takeOver(const QMap<QString, QString> &given, Options &options)
{
    for (const SettingInfo &info : settingInfos())
        if (!info.flag.isEmpty() && given.contains(info.flag))
            options.flags.insert(info.key, given.value(info.flag));
    options.kiosk = given.contains(u"--kiosk"_s);
    options.allowsHttp = given.contains(u"--allow-http"_s);
    options.configFile = given.value(u"--config"_s);
    options.view = given.value(u"--view"_s);
    if (given.contains(u"--view"_s) && options.view.isEmpty())
        return {Fault::BadInput, u"--view needs the name of a saved view, or a file."_s};
    if (!given.contains(u"--connect"_s))
        return {};
    const Result<QUrl> url = parseServerUrl(given.value(u"--connect"_s));
    if (!url)
        return Failure{url.failure().kind, u"--connect: "_s + url.failure().text};
    options.connectTo = url.value();
    return {};
}

// Options that exclude each other, or mean nothing alone.
Result<void> checkTogether(const Options &options, bool headless)
{
    if (headless && !options.connectTo.isEmpty())
        return {Fault::BadInput,
                u"--headless and --connect exclude each other: one hosts a server, the other shows one."_s};
    if (options.allowsHttp && options.connectTo.isEmpty())
        return {Fault::BadInput, u"--allow-http goes with --connect: it is about that server only."_s};
    const bool isDesktop = options.kiosk || !options.view.isEmpty();
    if (isDesktop && (headless || !options.command.isEmpty()))
        return {Fault::BadInput, u"%1 is for the desktop: it goes neither with --headless nor with a command."_s.arg(
                                     options.kiosk ? u"--kiosk"_s : u"--view"_s)};
    const QString &command = options.command == "help"_L1 ? options.commandArguments.value(0) : options.command;
    if (!command.isEmpty() && (headless || !options.connectTo.isEmpty()))
        return {Fault::BadInput, u"The command %1 goes neither with --headless nor with --connect."_s.arg(command)};
    return {};
}

// "help" is --help, and "help NAME" is "NAME --help".
void askForHelp(Options &options)
{
    options.command = options.commandArguments.value(0);
    if (options.command.startsWith(u'-'))
        options.command.clear();
    options.commandArguments = QStringList{u"--help"_s};
    options.kind = options.command.isEmpty() ? Options::Kind::Help : Options::Kind::Command;
}

} // namespace

QString didYouMean(const QString &word, const QStringList &known)
{
    const QString match = nearestName(word, known);
    return match.isEmpty() ? QString() : u" Did you mean %1?"_s.arg(match);
}

QList<CommandOption> programOptions(bool hasDesktop)
{
    using Kind = CommandOption::Kind;
    QList<CommandOption> list{
        {.name = u"--headless"_s, .help = u"the server only; needs no display"_s},
        {.name = u"--connect"_s,
         .kind = Kind::Text,
         .value = u"URL"_s,
         .help = u"the desktop on another server, http(s)://host[:port]; hosts nothing"_s,
         .needsDesktop = true},
        {.name = u"--allow-http"_s,
         .help = u"with --connect: goes there by plain http, which others can read on the way"_s,
         .needsDesktop = true},
        {.name = u"--view"_s,
         .kind = Kind::File,
         .value = u"NAME"_s,
         .help = u"the desktop with one saved view, by its name or its file"_s,
         .needsDesktop = true},
        {.name = u"--kiosk"_s, .help = u"the desktop on the whole screen, saved views in turn"_s, .needsDesktop = true},
        {.name = u"--config"_s,
         .kind = Kind::File,
         .value = u"FILE"_s,
         .help = u"settings as KEY=VALUE lines; default $XDG_CONFIG_HOME/entvas/entvas.ini, with --headless, and for "
                 "entvas-server always, /etc/entvas/entvas.ini"_s},
        {.name = u"--help"_s, .help = u"prints this"_s, .letter = u"-h"_s},
        {.name = u"--version"_s, .help = u"prints the version"_s},
    };
    if (!hasDesktop)
        list.removeIf([](const CommandOption &option) { return option.needsDesktop; });
    return list;
}

QList<CommandOption> settingOptions()
{
    using Kind = CommandOption::Kind;
    QList<CommandOption> list;
    for (const SettingInfo &info : settingInfos()) {
        const SettingValues values = settingValues(info.key);
        if (!info.flag.isEmpty())
            list.append({.name = info.flag,
                         .kind = values.isFile              ? Kind::File
                                 : values.choices.isEmpty() ? Kind::Text
                                                            : Kind::Choice,
                         .value = u"VALUE"_s,
                         .help = info.meaning,
                         .choices = values.choices});
    }
    return list;
}

Result<Options> parseOptions(const QStringList &arguments)
{
    static const QList<CommandOption> known = programOptions() + settingOptions();
    Options options;
    QMap<QString, QString> given;
    for (qsizetype at = 0; at < arguments.size(); ++at) {
        if (!arguments[at].startsWith(u'-')) {
            options.command = arguments[at];
            options.commandArguments = arguments.sliced(at + 1);
            break;
        }
        if (arguments[at] == "--complete"_L1) { // asked for by shells, not by people
            options.kind = Options::Kind::Complete;
            options.commandArguments = arguments.sliced(at + 1);
            return options;
        }
        const auto option = takeOption(known, arguments, at);
        if (!option)
            return option.failure();
        if (option->name == "--help"_L1 || option->name == "--version"_L1) {
            options.kind = option->name == "--help"_L1 ? Options::Kind::Help : Options::Kind::Version;
            return options;
        }
        given.insert(option->name, option->value);
    }
    if (const auto taken = takeOver(given, options); !taken)
        return taken.failure();
    if (const auto fit = checkTogether(options, given.contains(u"--headless"_s)); !fit)
        return fit.failure();
    if (options.command == "help"_L1)
        askForHelp(options);
    else if (!options.command.isEmpty())
        options.kind = Options::Kind::Command;
    else if (given.contains(u"--headless"_s))
        options.kind = Options::Kind::Headless;
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

} // namespace entvas
