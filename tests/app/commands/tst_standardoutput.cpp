#include "tests/app/commands/commandrun.h"
#include "tests/core/store/backends.h"

#include <fcntl.h>
#include <QJsonArray>
#include <unistd.h>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// What a command prints must arrive: a full or a closed standard output is a failure, and a key that nobody saw
// opens nothing.
class StandardOutputTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();

    void whatIsLostIsAFailure_data();
    void whatIsLostIsAFailure();
    void withoutOutputNothingIsDone_data();
    void withoutOutputNothingIsDone();
    void aKeyThatNobodySaw_data();
    void aKeyThatNobodySaw();
    void aRotatedKeyThatNobodySaw();

private:
    enum class Out { Full, Closed, NoReader };
    CommandRun run(const QString &line, Out out) const
    {
        QProcess process;
        QProcessEnvironment env = QProcessEnvironment::systemEnvironment();
        env.insert(u"XDG_CONFIG_HOME"_s, m_commands.file(QString()));
        env.insert(u"DATABASE_URL"_s, CommandRunner::toText(m_url));
        process.setProcessEnvironment(env);
        process.setChildProcessModifier([out] {
            if (out == Out::Closed) {
                ::close(STDOUT_FILENO);
            } else if (out == Out::Full) {
                ::dup2(::open("/dev/full", O_WRONLY), STDOUT_FILENO);
            } else {
                int pipe[2];
                if (::pipe(pipe) == 0 && ::dup2(pipe[1], STDOUT_FILENO) >= 0) {
                    ::close(pipe[0]);
                    ::close(pipe[1]);
                }
            }
        });
        process.start(QStringLiteral(ENTVAS_PROGRAM), line.split(u' '));
        process.closeWriteChannel();
        process.waitForFinished();
        return CommandRunner::end(process);
    }
    CommandRun run(const QString &line) const { return m_commands.run(line, m_url); }
    QJsonArray keys() const { return QJsonDocument::fromJson(run(u"keys list --json"_s).out).array(); }

    CommandRunner m_commands;
    DatabaseUrl m_url;
};

void StandardOutputTest::initTestCase()
{
    m_url.path = m_commands.file(u"entvas.db"_s);
    QCOMPARE(run(u"seed --events 500 --days 2"_s).code, 0);
}

void StandardOutputTest::whatIsLostIsAFailure_data()
{
    QTest::addColumn<QString>("line");
    for (const char *line : {"--help",
                             "--version",
                             "projects --help",
                             "export --help",
                             "projects list",
                             "projects list --json",
                             "projects rename default --name D",
                             "members list --json",
                             "audit",
                             "doctor",
                             "doctor --json",
                             "migrate --status",
                             "migrate",
                             "retention --days 5",
                             "retention --days 5 --json",
                             "export",
                             "backup -",
                             "seed --events 5 --force",
                             "seed --events 5 --force --json",
                             "projects delete nosuch"})
        QTest::newRow(line) << QString::fromLatin1(line);
}

void StandardOutputTest::whatIsLostIsAFailure()
{
    QFETCH(QString, line);
    const CommandRun lost = run(line, Out::Full);
    QVERIFY2(lost.code > 0, lost.err.constData());
    QVERIFY2(lost.err.toLower().contains("standard output") || line.endsWith(u"nosuch"), lost.err.constData());
    QCOMPARE(lost.err.count("entvas: "), 1);
}

void StandardOutputTest::withoutOutputNothingIsDone_data()
{
    QTest::addColumn<QString>("line");
    for (const char *line : {"--help", "--version", "projects list", "doctor --json", "backup -", "export",
                             "keys create --project default --role sender", "projects create other"})
        QTest::newRow(line) << QString::fromLatin1(line);
}

void StandardOutputTest::withoutOutputNothingIsDone()
{
    QFETCH(QString, line);
    const QByteArray before = run(u"audit --json"_s).out;
    const CommandRun refused = run(line, Out::Closed);
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.err.contains("Standard output is closed"), refused.err.constData());
    QCOMPARE(run(u"audit --json"_s).out, before);
}

void StandardOutputTest::aKeyThatNobodySaw_data()
{
    QTest::addColumn<int>("out");
    QTest::addColumn<QString>("option");
    for (const QString &option : {QString(), u" --json"_s}) {
        QTest::addRow("full%s", qPrintable(option)) << int(Out::Full) << option;
        QTest::addRow("no reader%s", qPrintable(option)) << int(Out::NoReader) << option;
    }
}

void StandardOutputTest::aKeyThatNobodySaw()
{
    QFETCH(int, out);
    QFETCH(QString, option);
    const qsizetype before = keys().size();
    const CommandRun lost = run(u"keys create --project default --role sender"_s + option, Out(out));
    QCOMPARE(lost.code, 1);
    QVERIFY2(lost.err.contains("could not be shown") && lost.err.contains("it was revoked"), lost.err.constData());
    QVERIFY(!lost.err.contains("shown only once"));
    const QJsonArray after = keys();
    QCOMPARE(after.size(), before + 1);
    for (const QJsonValue &key : after)
        QVERIFY2(key[u"state"].toString() != u"valid", qPrintable(key[u"id"].toString()));
}

void StandardOutputTest::aRotatedKeyThatNobodySaw()
{
    const QString id = run(u"keys create --project default --role sender --json"_s).json()[u"id"].toString();
    QVERIFY(!id.isEmpty());
    const CommandRun lost = run(u"keys rotate %1 --overlap 0"_s.arg(id), Out::Full);
    QCOMPARE(lost.code, 1);
    // As it says.
    const qsizetype at = lost.err.indexOf("entvas keys rotate ");
    QVERIFY2(at > 0, lost.err.constData());
    const CommandRun shown = run(QString::fromUtf8(lost.err.mid(at + 7)).trimmed() + u" --json"_s);
    QVERIFY2(shown.code == 0 && !shown.json()[u"key"].toString().isEmpty(), shown.err.constData());
    int open = 0;
    for (const QJsonValue &key : keys())
        open += key[u"state"].toString() == u"valid";
    QCOMPARE(open, 1);
}

QTEST_GUILESS_MAIN(StandardOutputTest)
#include "tst_standardoutput.moc"
