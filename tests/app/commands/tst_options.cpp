#include "app/commands/commands.h"
#include "app/commands/options.h"
#include "app/feed/serveraddress.h"
#include "app/process/exitcode.h"
#include "core/base/nearestname.h"

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
    const QStringList lines = help.split(u'\n');
    for (const QString &line : lines)
        QVERIFY2(line.size() <= 100, qPrintable(line));
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
