#include "core/store/connection/sqlconnection.h"
#include "tests/app/commands/commandrun.h"
#include "tests/core/store/backends.h"

#include <QJsonArray>
#include <QRegularExpression>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// How commands end: the same fault with the same code whichever command met it, in JSON for those who asked for it, and
// with nothing that a terminal would obey.
class CommandEndsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_backends.start(); }
    void cleanupTestCase() { m_backends.stop(); }
    void init()
    {
        m_commands = std::make_unique<CommandRunner>();
        m_url.path = m_commands->file(u"entvas.db"_s);
        QCOMPARE(m_commands->run(u"migrate"_s, m_url).code, 0);
    }

    void everyFailureIsJsonToo_data();
    void everyFailureIsJsonToo();
    void theSameFaultHasTheSameCode_data();
    void theSameFaultHasTheSameCode();
    void helpIsACommand();
    void aTerminalObeysNothing();
    void aDryRunSaysWhatIsThere_data() { Backends::addRows(); }
    void aDryRunSaysWhatIsThere();
    void aLocaleIsNotNeeded_data();
    void aLocaleIsNotNeeded();

private:
    CommandRun run(const QString &line) const { return m_commands->run(line, m_url); }
    QString file(const QString &name) const { return m_commands->file(name); }
    void write(const QString &name, const QByteArray &text) const
    {
        QFile made(file(name));
        QVERIFY(made.open(QIODevice::WriteOnly) && made.write(text) == text.size());
    }

    Backends m_backends;
    std::unique_ptr<CommandRunner> m_commands;
    DatabaseUrl m_url;
};

// Every command that --help names, so that a new one is asked too.
void CommandEndsTest::everyFailureIsJsonToo_data()
{
    QTest::addColumn<QString>("line");
    CommandRunner runner;
    DatabaseUrl url;
    url.path = runner.file(u"entvas.db"_s);
    const QString help = QString::fromUtf8(runner.run(u"--help"_s, url).out);
    const QString part = help.section(u"COMMANDS"_s, 1).section(u"\n\n"_s, 0, 0);
    static const QRegularExpression name(u"^  ([a-z]+) "_s, QRegularExpression::MultilineOption);
    for (auto it = name.globalMatch(part); it.hasNext();) {
        const QString command = it.next().captured(1);
        QTest::addRow("%s, unknown option", qPrintable(command)) << command + u" --nosuch --json"_s;
    }
    for (const char *line :
         {"nosuch --json", "--nosuch keys list --json", "keys list --database-url nonsense --json",
          "keys revoke 0123456789abcdef --json", "projects delete default --json", "projects delete nope --yes --json",
          "backup /no/such/folder/b.gz --json", "restore /no/such/file --json", "import /no/such/file --json",
          "export --project nope -o @/e.csv --json", "export --json", "seed --project nope --json", "retention --json",
          "migrate --database-url postgresql://127.0.0.1:1/x --json", "health --url http://127.0.0.1:1 --json",
          "feed --once --url http://127.0.0.1:1 --json", "backup - --json"})
        QTest::newRow(line) << QString::fromLatin1(line);
}

void CommandEndsTest::everyFailureIsJsonToo()
{
    QFETCH(QString, line);
    const CommandRun failed = run(line.replace(u'@', file({})));
    QVERIFY2(failed.code > 0, failed.err.constData());
    QCOMPARE(failed.out.count('\n'), 1);
    const QJsonObject told = failed.json();
    QCOMPARE(told.value(u"success"_s), QJsonValue(false));
    QCOMPARE(told.value(u"exitCode"_s).toInt(), failed.code);
    const QString message = told.value(u"message"_s).toString();
    QVERIFY2(!message.isEmpty() && message == told.value(u"error"_s).toString(), failed.out.constData());
    QVERIFY2(failed.err.contains(message.toUtf8()), failed.err.constData());
}

void CommandEndsTest::theSameFaultHasTheSameCode_data()
{
    QTest::addColumn<QStringList>("lines");
    QTest::addColumn<int>("code");
    QTest::newRow("no such file") << QStringList{u"restore @/none"_s, u"import @/none"_s} << 1;
    QTest::newRow("not what it should be")
        << QStringList{u"restore @/rubbish"_s, u"import @/rubbish"_s, u"import @/rubbish --format csv"_s} << 1;
    QTest::newRow("a folder") << QStringList{u"restore @"_s, u"import @"_s, u"backup @"_s, u"export -o @"_s} << 64;
    QTest::newRow("there already") << QStringList{u"backup @/rubbish"_s, u"export -o @/rubbish"_s,
                                                  u"import @/e.ndjson --skip-invalid --rejects @/rubbish"_s}
                                   << 64;
    QTest::newRow("no such folder") << QStringList{u"backup @/none/b"_s, u"export -o @/none/e"_s,
                                                   u"import @/e.ndjson --skip-invalid --rejects @/none/r"_s}
                                    << 64;
    QStringList inProject;
    for (const char *line : {"keys list", "keys create --role viewer", "members list", "audit", "export", "seed",
                             "retention --days 1", "import @/e.ndjson", "import @/e.ndjson --dry-run"})
        inProject << QString::fromLatin1(line) + u" --project nope"_s;
    QTest::newRow("no such project") << inProject << 1;
    QStringList without;
    for (const char *line : {"keys list", "members list", "audit", "projects list", "export", "retention --days 1",
                             "backup @/b", "projects delete shop --yes"})
        without << QString::fromLatin1(line) + u" --database-url sqlite://@/none.db"_s;
    QTest::newRow("no database") << without << 78;
}

void CommandEndsTest::theSameFaultHasTheSameCode()
{
    QFETCH(QStringList, lines);
    QFETCH(int, code);
    write(u"rubbish"_s, "neither, nor\n");
    write(u"e.ndjson"_s, {});
    for (QString &line : lines) {
        const CommandRun failed = run(line.replace(u'@', file({})));
        QVERIFY2(failed.code == code,
                 qPrintable(u"%1: %2, %3"_s.arg(line, QString::number(failed.code), QString::fromUtf8(failed.err))));
    }
}

void CommandEndsTest::helpIsACommand()
{
    QCOMPARE(run(u"help"_s).out, run(u"--help"_s).out);
    QCOMPARE(run(u"help keys"_s).out, run(u"keys --help"_s).out);
    QVERIFY(run(u"help keys"_s).out.contains("entvas keys create"));
    const CommandRun none = run(u"help keyz"_s);
    QVERIFY2(none.code == 64 && none.err.contains("Did you mean keys"), none.err.constData());
}

// ESC, CSI as one character, a line end, DEL and marks that turn the direction, in what comes from files, from their
// names and from the database.
void CommandEndsTest::aTerminalObeysNothing()
{
    const QString evil = u"a\u001b]0;x\u0007b\u009b31mc\u202ed\u007fe"_s;
    const auto isHarmless = [](const CommandRun &run) {
        for (const QByteArray &said : {run.out, run.err})
            for (const char *obeyed : {"\x1b", "\x07", "\x7f", "\xc2\x9b", "\xe2\x80\xae", "\r"})
                if (said.contains(obeyed))
                    return false;
        return true;
    };
    const QJsonObject event{{u"eventType"_s, u"x"_s}, {u"userId"_s, u"1"_s}, {evil, 1}};
    write(u"e.ndjson"_s, QJsonDocument(event).toJson(QJsonDocument::Compact) + '\n');
    const CommandRun field = run(u"import "_s + file(u"e.ndjson"_s));
    QVERIFY2(field.code == 1 && field.err.contains("\\u001b]0;x"), field.err.constData());
    QVERIFY2(isHarmless(field), field.err.toHex(' ').constData());
    for (const QString &line : {u"import "_s, u"restore "_s, u"import --json "_s}) {
        const CommandRun name = run(line + file(evil));
        QVERIFY2(name.code == 1 && name.err.contains("\\u009b31m"), name.err.constData());
        QVERIFY2(isHarmless(name), name.err.toHex(' ').constData());
    }
    const CommandRun word = run(evil);
    QVERIFY2(word.code == 64 && isHarmless(word), word.err.toHex(' ').constData());
    {
        SqlConnection connection(m_url);
        QVERIFY(connection.open().ok());
        const QString name = QString(evil + u"\nforged  row"_s).replace(u'\'', u"''"_s);
        QVERIFY(connection.execute(u"UPDATE projects SET name = '%1'"_s.arg(name)).ok());
    }
    for (const QString &line : {u"projects list"_s, u"projects list --json"_s}) {
        const CommandRun list = run(line);
        QVERIFY2(list.code == 0 && isHarmless(list), list.out.toHex(' ').constData());
        QCOMPARE(list.out.count('\n'), 1);
    }
    QCOMPARE(QJsonDocument::fromJson(run(u"projects list --json"_s).out).array().first()[u"name"].toString(),
             evil + u"\nforged  row"_s); // the same JSON as before
}

void CommandEndsTest::aDryRunSaysWhatIsThere()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    write(u"e.ndjson"_s, [] {
        QByteArray lines;
        for (int i = 0; i < 7; ++i)
            lines += "{\"id\":\"01890a5d-ac96-774b-bcce-b302099a805" + QByteArray::number(i) +
                     "\",\"eventType\":\"x\",\"userId\":\"1\",\"timestamp\":\"2025-01-01T00:00:00Z\","
                     "\"receivedAt\":\"2025-01-01T00:00:00Z\",\"metadata\":{}}\n";
        return lines;
    }());
    const QByteArray all = m_commands->bytesOf(u"e.ndjson"_s);
    write(u"some.ndjson"_s, all.left(all.indexOf('\n', all.indexOf('\n') + 1) + 1));
    const auto looked = [&] { return m_commands->run(u"import --dry-run --json "_s + file(u"e.ndjson"_s), url); };
    QCOMPARE(m_commands->run(u"migrate"_s, url).code, 0);
    const CommandRun none = looked();
    QVERIFY2(none.code == 0 && none.json()[u"duplicates"].toInt(-1) == 0, none.err.constData());
    QCOMPARE(m_commands->run(u"import "_s + file(u"some.ndjson"_s), url).code, 0);
    const CommandRun two = looked();
    QCOMPARE(two.json()[u"read"].toInt(), 7);
    QCOMPARE(two.json()[u"duplicates"].toInt(), 2);
    QCOMPARE(two.json()[u"imported"].toInt(), 0);
    const CommandRun words = m_commands->run(u"import --dry-run "_s + file(u"e.ndjson"_s), url);
    QVERIFY2(words.out.contains("5 can be imported into the project default, 2 are there already"),
             words.out.constData());
}

void CommandEndsTest::aLocaleIsNotNeeded_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    QTest::newRow("none") << QString() << QString();
    QTest::newRow("C") << u"LANG"_s << u"C"_s;
    QTest::newRow("POSIX for all") << u"LC_ALL"_s << u"POSIX"_s;
    QTest::newRow("not installed") << u"LANG"_s << u"xx_YY.ISO-8859-1"_s;
    QTest::newRow("numbers not installed") << u"LC_NUMERIC"_s << u"xx_YY.ISO-8859-1"_s;
}

// Under cron, in containers and chroots: Qt has nothing to say on standard error, and names keep their letters.
void CommandEndsTest::aLocaleIsNotNeeded()
{
    QFETCH(QString, name);
    QFETCH(QString, value);
    QProcess process;
    QProcessEnvironment env = m_commands->environment(CommandRunner::toText(m_url));
    for (const QString &one : {u"LANG"_s, u"LC_ALL"_s, u"LC_CTYPE"_s, u"LC_NUMERIC"_s, u"LANGUAGE"_s})
        env.remove(one);
    if (!name.isEmpty())
        env.insert(name, value);
    process.setProcessEnvironment(env);
    process.start(QStringLiteral(ENTVAS_PROGRAM), {u"projects"_s, u"create"_s, u"shop"_s, u"--name"_s, u"Käse"_s});
    QVERIFY(process.waitForFinished(30'000));
    QCOMPARE(process.exitCode(), 0);
    QCOMPARE(process.readAllStandardError(), QByteArray());
    QVERIFY(run(u"projects list"_s).out.contains("Käse"));
}

QTEST_GUILESS_MAIN(CommandEndsTest)
#include "tst_commandends.moc"
