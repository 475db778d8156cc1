#include "app/commands/commandline.h"
#include "app/commands/commands.h"
#include "app/commands/completion.h"
#include "app/commands/usage.h"
#include "app/feed/serveraddress.h"
#include "app/process/exitcode.h"
#include "core/base/text/nearestname.h"

#include <QDirIterator>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace entvas;

class TestOptions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksFor_data();
    void asksFor();
    void refuses_data();
    void refuses();
    void flagsBecomeSettings();
    void everySettingHasItsFlag();
    void commandKeepsItsArguments();
    void fileIsReadBehindFlags();
    void fileThatIsNotThere();
    void helpListsEverything();
    void everyFileOfACommandIsInTheTable();
    void commandsAreWellDeclared_data();
    void commandsAreWellDeclared();
    void commandLines_data();
    void commandLines();
    void shellsOffer_data();
    void shellsOffer();
    void serverAddress_data();
    void serverAddress();
    void nearestWord_data();
    void nearestWord();
    void secretsTravelPrivately_data();
    void secretsTravelPrivately();
    void everyFaultHasAnExitCode_data();
    void everyFaultHasAnExitCode();
};

void TestOptions::asksFor_data()
{
    using Kind = Options::Kind;
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("kind");
    const auto row = [](const char *name, const QStringList &arguments, Kind kind) {
        QTest::newRow(name) << arguments << int(kind);
    };
    row("nothing", {}, Kind::Desktop);
    row("headless", {u"--headless"_s}, Kind::Headless);
    row("headless behind a setting", {u"--port"_s, u"0"_s, u"--headless"_s}, Kind::Headless);
    row("kiosk", {u"--kiosk"_s}, Kind::Desktop);
    row("plain http", {u"--connect=http://box:8000"_s, u"--allow-http"_s}, Kind::Desktop);
    row("kiosk elsewhere", {u"--kiosk"_s, u"--connect=http://box:8000"_s, u"--view"_s, u"Wall"_s}, Kind::Desktop);
    row("remote", {u"--connect"_s, u"http://box:8000"_s}, Kind::Desktop);
    row("help", {u"--help"_s}, Kind::Help);
    row("help in short", {u"-h"_s}, Kind::Help);
    row("help wins", {u"--headless"_s, u"--help"_s}, Kind::Help);
    row("version", {u"--version"_s}, Kind::Version);
    row("command", {u"feed"_s}, Kind::Command);
    row("unknown command is left to the registry", {u"fed"_s}, Kind::Command);
    row("help of a command is the command's", {u"feed"_s, u"--help"_s}, Kind::Command);
}

void TestOptions::asksFor()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, kind);
    const Result<Options> options = parseOptions(arguments);
    QVERIFY2(options.ok(), options.ok() ? "" : qPrintable(options.failure().text));
    QCOMPARE(int(options.value().kind), kind);
}

void TestOptions::refuses_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("names");
    const auto row = [](const char *name, const QStringList &arguments, const QString &names) {
        QTest::newRow(name) << arguments << names;
    };
    row("unknown flag", {u"--nonsense-flag"_s}, u"--nonsense-flag"_s);
    row("nearly a flag", {u"--prot"_s, u"1"_s}, u"Did you mean --port?"_s);
    row("nearly another", {u"--databse-url=x"_s}, u"Did you mean --database-url?"_s);
    row("single dash", {u"-port"_s}, u"Did you mean --port?"_s);
    row("secret as a flag", {u"--webhook-api-key=x"_s}, u"--webhook-api-key"_s);
    row("no value at the end", {u"--port"_s}, u"--port needs a value"_s);
    row("a flag where a value belongs", {u"--port"_s, u"--headless"_s}, u"--port needs a value"_s);
    row("value for a switch", {u"--headless=yes"_s}, u"--headless takes no value"_s);
    row("kiosk without a screen", {u"--kiosk"_s, u"--headless"_s}, u"--kiosk"_s);
    row("plain http to nowhere", {u"--allow-http"_s}, u"--connect"_s);
    row("plain http with a value", {u"--connect=http://box:8000"_s, u"--allow-http=yes"_s}, u"--allow-http"_s);
    row("kiosk with a value", {u"--kiosk=yes"_s}, u"--kiosk"_s);
    row("view for a command", {u"--view=Wall"_s, u"feed"_s}, u"--view"_s);
    row("view without a name", {u"--view="_s}, u"--view"_s);
    row("both kinds", {u"--headless"_s, u"--connect"_s, u"http://box"_s}, u"--connect"_s);
    row("no address", {u"--connect"_s, u"ftp://box"_s}, u"ftp://box"_s);
    row("command and headless", {u"--headless"_s, u"feed"_s}, u"feed"_s);
    row("command and remote", {u"--connect=http://box"_s, u"feed"_s}, u"feed"_s);
}

void TestOptions::refuses()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, names);
    const Result<Options> options = parseOptions(arguments);
    QVERIFY(!options.ok());
    QCOMPARE(int(exitCode(options.failure().kind)), 64);
    QVERIFY2(options.failure().text.contains(names), qPrintable(options.failure().text));
}

void TestOptions::flagsBecomeSettings()
{
    const Result<Options> options =
        parseOptions({u"--port"_s, u"0"_s, u"--host=::1"_s, u"--dimensions"_s, u"page,os"_s, u"--headless"_s});
    QVERIFY(options.ok());
    const Result<SettingSources> sources = settingSources(options.value());
    QVERIFY(sources.ok());
    const Result<Settings> settings = resolveSettings(sources.value());
    QVERIFY2(settings.ok(), settings.ok() ? "" : qPrintable(settings.failure().text));
    QCOMPARE(settings.value().port, quint16(0));
    QCOMPARE(settings.value().host, u"::1"_s);
    QCOMPARE(settings.value().dimensions, QStringList({u"page"_s, u"os"_s}));
}

void TestOptions::everySettingHasItsFlag()
{
    for (const SettingInfo &info : settingInfos()) {
        if (info.flag.isEmpty())
            continue;
        const Result<Options> options = parseOptions({info.flag, u"a value"_s});
        QVERIFY2(options.ok(), qPrintable(info.flag));
        QCOMPARE(options.value().flags.value(info.key), u"a value"_s);
    }
}

void TestOptions::commandKeepsItsArguments()
{
    const Result<Options> options = parseOptions({u"feed"_s, u"--rate"_s, u"5"_s, u"--once"_s});
    QVERIFY(options.ok());
    QCOMPARE(options.value().command, u"feed"_s);
    QCOMPARE(options.value().commandArguments, QStringList({u"--rate"_s, u"5"_s, u"--once"_s}));
}

void TestOptions::fileIsReadBehindFlags()
{
    QTemporaryDir dir;
    QFile file(dir.filePath(u"entvas.ini"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("# a remark\nport = 8123\ndimensions = page,browser,os\n");
    file.close();
    const auto load = [&](const QStringList &more) {
        return loadSettings(parseOptions(QStringList{u"--config"_s, file.fileName()} + more).value());
    };
    const Result<Settings> fromFile = load({});
    QVERIFY2(fromFile.ok(), fromFile.ok() ? "" : qPrintable(fromFile.failure().text));
    QCOMPARE(fromFile.value().port, quint16(8123));
    QCOMPARE(fromFile.value().dimensions.size(), 3);
    QCOMPARE(load({u"--port=9"_s}).value().port, quint16(9));
}

void TestOptions::fileThatIsNotThere()
{
    const Result<Settings> settings =
        loadSettings(parseOptions({u"--config"_s, u"/nowhere/entvas.ini"_s, u"--headless"_s}).value());
    QVERIFY(!settings.ok());
    QCOMPARE(int(exitCode(settings.failure().kind)), 78);
    QVERIFY(settings.failure().text.contains(u"/nowhere/entvas.ini"_s));
}

void TestOptions::helpListsEverything()
{
    const QString help = helpText();
    for (const SettingInfo &info : settingInfos()) {
        QVERIFY2(help.contains(info.environment), qPrintable(info.key));
        QVERIFY2(info.flag.isEmpty() || help.contains(info.flag), qPrintable(info.key));
    }
    for (const Command &command : commands())
        QVERIFY(help.contains(command.summary));
    for (const CommandOption &option : programOptions())
        QVERIFY2(help.contains(option.name), qPrintable(option.name));
    const QStringList lines = help.split(u'\n');
    for (const QString &line : lines)
        QVERIFY2(line.size() <= 100, qPrintable(line));
    QVERIFY(!helpText(false).contains(u"--kiosk"_s)); // entvas-server has no desktop
}

// A command is one file and one line of ENTVAS_COMMANDS; this finds the file whose line was forgotten.
void TestOptions::everyFileOfACommandIsInTheTable()
{
    static const QRegularExpression declaration(u"^Command (\\w+)Command\\(\\)\n"_s,
                                                QRegularExpression::MultilineOption);
    QStringList declared;
    QDirIterator files(QStringLiteral(ENTVAS_SOURCE_DIR "/app/commands"), {u"*command*.cpp"_s});
    while (files.hasNext()) {
        QFile file(files.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        for (auto it = declaration.globalMatch(QString::fromUtf8(file.readAll())); it.hasNext();)
            declared.append(it.next().captured(1));
    }
    QStringList known;
    for (const Command &command : commands())
        known.append(command.name);
    declared.sort();
    known.sort();
    QVERIFY(known.size() > 10);
    QCOMPARE(declared, known);
}

void TestOptions::commandsAreWellDeclared_data()
{
    QTest::addColumn<int>("at");
    for (int i = 0; i < commands().size(); ++i)
        QTest::newRow(qPrintable(commands()[i].name)) << i;
}

void TestOptions::commandsAreWellDeclared()
{
    QFETCH(int, at);
    using Kind = CommandOption::Kind;
    const Command &command = commands()[at];
    const QString usage = usageOf(command);
    QVERIFY(!command.summary.isEmpty() && !command.actions.isEmpty());
    QVERIFY2(command.summary.size() <= 76, qPrintable(command.summary)); // one line of --help
    for (const CommandAction &action : command.actions) {
        QVERIFY(action.run);
        QCOMPARE(action.name.isEmpty(), command.actions.size() == 1);
        QVERIFY(usage.contains(u"entvas %1"_s.arg((command.name + u' ' + action.name).trimmed())));
        for (const CommandOption &option : command.optionsOf(action)) {
            QVERIFY2(usage.contains(option.name), qPrintable(option.name));
            QVERIFY2(option.name.startsWith(u"--"_s) && !option.help.isEmpty(), qPrintable(option.name));
            QVERIFY2(option.kind != Kind::Choice || option.choices.size() > 1, qPrintable(option.name));
            QVERIFY2(option.kind != Kind::Number || option.least < option.most, qPrintable(option.name));
            QVERIFY2(option.kind == Kind::Switch || !option.value.isEmpty() || !option.choices.isEmpty(),
                     qPrintable(option.name));
        }
    }
    for (const QString &line : usage.split(u'\n'))
        QVERIFY2(line.size() <= 100, qPrintable(line));
}

void TestOptions::commandLines_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("says"); // empty = it is accepted
    const auto row = [](const char *line, const char *says) {
        QTest::newRow(line) << QString::fromUtf8(line) << QString::fromUtf8(says);
    };
    row("export", "");
    row("export --format=json --type --odd -o -", "");
    row("export --type= --json", ""); // an empty value is a value
    row("export --from 7d --to 2025-01-01", "");
    row("export --from lately", "export: --from takes a time");
    row("export --format xml", "export: --format takes csv, ndjson or json, not \"xml\"");
    row("export --formt xml", "export: there is no option --formt. Did you mean --format? See entvas export --help.");
    row("export --format", "export: --format needs a value.");
    row("export --force=yes", "export: --force takes no value.");
    row("export all", "export: \"all\" is not needed.");
    row("feed http://me:secret@box", "feed: an address is given by an option.");
    row("export postgresql://me:secret@box/db", "export: the address is not needed as a word: see --database-url.");
    row("seed --days 0", "seed: --days takes a whole number from 1 to");
    row("seed --days 99999", "seed: --days takes a whole number from 1 to");
    row("import", "import: the name of a file, \"-\" or postgresql://… is missing.");
    row("import -", "");
}

void TestOptions::commandLines()
{
    QFETCH(QString, line);
    QFETCH(QString, says);
    const Result<Options> options = parseOptions(line.split(u' '));
    QVERIFY(options.ok());
    const auto command = std::find_if(commands().cbegin(), commands().cend(),
                                      [&](const Command &one) { return one.name == options->command; });
    QVERIFY(command != commands().cend());
    const Result<CommandLine> read = CommandLine::read(*command, *options);
    QCOMPARE(read.ok() ? QString() : read.failure().text.left(says.size()), says);
    if (!read)
        QCOMPARE(int(exitCode(read.failure().kind)), 64);
}

void TestOptions::shellsOffer_data()
{
    QTest::addColumn<QString>("words"); // the last one is being typed
    QTest::addColumn<QString>("offered");
    QTest::addColumn<QString>("notOffered");
    const auto row = [](const char *words, const char *offered, const char *notOffered = "") {
        QTest::newRow(words) << QString::fromLatin1(words) << QString::fromLatin1(offered)
                             << QString::fromLatin1(notOffered);
    };
    row("", "export --headless --port", "--format");
    row("--port 0 ", "export --host");
    row("--log-level ", "debug error", "export --host");
    row("--log-format=", "--log-format=text", "text");
    row("--tls-cert ", ":files", "export");
    row("--host ", "", "export --port");
    row("--config x ex", "export", ":files");
    row("export ", "--format --output --help --config --database-url", "export --headless");
    row("export --format ", "csv ndjson json", "--type sql");
    row("import --format ", "csv sql auto", "");
    row("import ", ":files --skip-invalid");
    row("import x ", "--skip-invalid", ":files");
    row("export -o ", ":files", "--type");
    row("nosuch ", "export");
    row("keys ", "list create rotate --role --help", "projects");
    row("keys create --role ", "sender viewer admin", "--name");
    row("keys create ", "--role --name", "rotate --overlap");
}

void TestOptions::shellsOffer()
{
    QFETCH(QString, words);
    QFETCH(QString, offered);
    QFETCH(QString, notOffered);
    QStringList offers;
    for (const QString &line : completions(words.split(u' ')).split(u'\n', Qt::SkipEmptyParts))
        offers.append(line.section(u'\t', 0, 0));
    for (const QString &word : offered.split(u' ', Qt::SkipEmptyParts))
        QVERIFY2(offers.contains(word), qPrintable(word));
    for (const QString &word : notOffered.split(u' ', Qt::SkipEmptyParts))
        QVERIFY2(!offers.contains(word), qPrintable(word));
}

void TestOptions::serverAddress_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("url"); // empty = refused
    QTest::newRow("as it should be") << u"http://box:8000"_s << u"http://box:8000"_s;
    QTest::newRow("encrypted") << u"https://desk.example.org"_s << u"https://desk.example.org"_s;
    QTest::newRow("closing slash") << u" http://box:8000/ "_s << u"http://box:8000"_s;
    QTest::newRow("no scheme") << u"box:8000"_s << u"http://box:8000"_s;
    QTest::newRow("IPv6") << u"http://[::1]:8000"_s << u"http://[::1]:8000"_s;
    QTest::newRow("nothing") << QString() << QString();
    QTest::newRow("other scheme") << u"ftp://box"_s << QString();
    QTest::newRow("with a user") << u"http://me:secret@box"_s << QString();
    QTest::newRow("with a query") << u"http://box?token=x"_s << QString();
    QTest::newRow("with a path") << u"http://box/else"_s << QString();
    QTest::newRow("port out of range") << u"http://box:70000"_s << QString();
    QTest::newRow("port zero") << u"http://box:0"_s << QString();
    QTest::newRow("blank inside") << u"http://bo x"_s << QString();
}

void TestOptions::serverAddress()
{
    QFETCH(QString, text);
    QFETCH(QString, url);
    const Result<QUrl> parsed = parseServerUrl(text);
    QCOMPARE(parsed.ok(), !url.isEmpty());
    if (parsed)
        QCOMPARE(parsed.value().toString(), url);
}

void TestOptions::nearestWord_data()
{
    QTest::addColumn<QString>("word");
    QTest::addColumn<QString>("match");
    QTest::newRow("one letter off") << u"feet"_s << u"feed"_s;
    QTest::newRow("swapped") << u"imoprt"_s << u"import"_s;
    QTest::newRow("upper case") << u"FEED"_s << u"feed"_s;
    QTest::newRow("far") << u"database"_s << QString();
    QTest::newRow("empty") << QString() << QString();
}

void TestOptions::nearestWord()
{
    QFETCH(QString, word);
    QFETCH(QString, match);
    QCOMPARE(nearestName(word, {u"feed"_s, u"import"_s, u"export"_s}), match);
}

void TestOptions::secretsTravelPrivately_data()
{
    QTest::addColumn<QUrl>("url");
    QTest::addColumn<bool>("isPrivate");
    QTest::newRow("localhost") << QUrl(u"http://localhost:8000"_s) << true;
    QTest::newRow("127.0.0.1") << QUrl(u"http://127.0.0.1:8000"_s) << true;
    QTest::newRow("127.1.2.3") << QUrl(u"http://127.1.2.3"_s) << true;
    QTest::newRow("::1") << QUrl(u"http://[::1]:8000"_s) << true;
    QTest::newRow("https") << QUrl(u"https://box"_s) << true;
    QTest::newRow("another machine") << QUrl(u"http://box"_s) << false;
    QTest::newRow("an address") << QUrl(u"http://192.168.0.7:8000"_s) << false;
    QTest::newRow("a name that looks local") << QUrl(u"http://localhost.example.org"_s) << false;
}

void TestOptions::secretsTravelPrivately()
{
    QFETCH(QUrl, url);
    QFETCH(bool, isPrivate);
    QCOMPARE(isPrivateWay(url), isPrivate);
}

void TestOptions::everyFaultHasAnExitCode_data()
{
    QTest::addColumn<int>("fault");
    QTest::addColumn<int>("code");
    QTest::newRow("usage") << int(Fault::BadInput) << 64;
    QTest::newRow("denied") << int(Fault::Denied) << 77;
    QTest::newRow("unauthenticated") << int(Fault::Unauthenticated) << 77;
    QTest::newRow("unavailable") << int(Fault::Unavailable) << 69;
    QTest::newRow("busy") << int(Fault::Busy) << 69;
    QTest::newRow("configuration") << int(Fault::Configuration) << 78;
    QTest::newRow("storage") << int(Fault::Storage) << 1;
    QTest::newRow("internal") << int(Fault::Internal) << 1;
}

void TestOptions::everyFaultHasAnExitCode()
{
    QFETCH(int, fault);
    QFETCH(int, code);
    QCOMPARE(int(exitCode(Fault(fault))), code);
}

QTEST_GUILESS_MAIN(TestOptions)
#include "tst_options.moc"
