#include "core/file/gzip.h"
#include "tests/app/commands/commandrun.h"
#include "tests/core/store/backends.h"

#include <QDir>
#include <QJsonArray>
#include <QRegularExpression>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// Ctrl+C and SIGTERM while a long command works: it ends soon and says how to go on, what it said is there is there
// with its counts, and going on ends where a run that was not stopped does.
class StoppedCommandsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_backends.start(); }
    void cleanupTestCase() { m_backends.stop(); }
    void init() { m_commands = std::make_unique<CommandRunner>(); }

    void aSeedGoesOn_data() { Backends::addRows(); }
    void aSeedGoesOn();
    void anImportGoesOn_data() { Backends::addRows(); }
    void anImportGoesOn();
    void anImportThatOnlyLooked();
    void anImportThatWaitsForItsInput();
    void anExportGoesOn_data() { Backends::addRows(); }
    void anExportGoesOn();
    void anExportThatHadNotBegun_data();
    void anExportThatHadNotBegun();
    void anExportOnAFullDisk();
    void twoExportsToOneFile();
    void anExportThatNobodyReads_data();
    void anExportThatNobodyReads();
    void retentionGoesOn_data() { Backends::addRows(); }
    void retentionGoesOn();
    void compactingIsAllOrNothing();

private:
    static constexpr int kEvents = 40'000;
    static constexpr int kSoonMs = 5'000; // a step and what it costs to leave; far from what the rest would take

    static StoreTotals totalsOf(const DatabaseUrl &url)
    {
        const auto store = makeStore(url, u"test"_s);
        if (!store->open())
            return {-1, -1};
        const auto totals = store->reader().totals(kDefaultProject);
        return totals ? totals.value() : StoreTotals{-1, -1};
    }
    // In the table, as opposed to counted.
    qint64 rowsOf(const DatabaseUrl &url) const
    {
        return m_commands->run(u"export --format ndjson"_s, url).out.count('\n');
    }
    QByteArray doctorsCounts(const DatabaseUrl &url) const
    {
        for (const QJsonValue &each : m_commands->run(u"doctor --json"_s, url).json()[u"findings"].toArray())
            if (each[u"about"].toString() == u"counts")
                return each[u"mark"].toString().toLatin1() + ": " + each[u"text"].toString().toLatin1();
        return "not looked at";
    }
    // Waits until the first of its events are there, then sends the signal.
    static CommandRun stopWithin(QProcess &process, const DatabaseUrl &url, int signal)
    {
        while (process.state() != QProcess::NotRunning && totalsOf(url).events <= 0)
            process.waitForFinished(2);
        CommandRunner::send(process, signal);
        return CommandRunner::end(process, kSoonMs);
    }
    // The first group, without the commas of a number.
    static QString found(const QByteArray &text, const QString &pattern)
    {
        return QRegularExpression(pattern).match(QString::fromUtf8(text)).captured(1).remove(u',');
    }
    void verifyPart(const CommandRun &stopped, const DatabaseUrl &url, qint64 *there) const
    {
        QVERIFY2(stopped.code == 1, stopped.err.constData());
        *there = found(stopped.err, u"Stopped: ([0-9,]+) of 40,000 events are stored\\."_s).toLongLong();
        QVERIFY2(*there > 0 && *there < kEvents, stopped.err.constData());
        QCOMPARE(totalsOf(url).events, *there);
        QCOMPARE(rowsOf(url), *there);
        QVERIFY2(doctorsCounts(url).startsWith("ok"), doctorsCounts(url).constData());
        QCOMPARE(stopped.json()[u"complete"].toBool(true), false);
    }
    void verifyWhole(const DatabaseUrl &url, const DatabaseUrl &uninterrupted) const
    {
        QCOMPARE(totalsOf(url).events, kEvents);
        QVERIFY2(doctorsCounts(url).startsWith("ok"), doctorsCounts(url).constData());
        QCOMPARE(m_commands->run(u"export"_s, url).out, m_commands->run(u"export"_s, uninterrupted).out);
    }

    Backends m_backends;
    std::unique_ptr<CommandRunner> m_commands;
};

void StoppedCommandsTest::aSeedGoesOn()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    makeReady(url);
    const QString command = u"seed --events 40000 --days 12"_s;
    const auto first = m_commands->start(command + u" --json"_s, url);
    const CommandRun stopped = stopWithin(*first, url, SIGINT);
    qint64 there = 0;
    verifyPart(stopped, url, &there);
    const QString until = found(stopped.err, u"--until (\\S+) --force"_s);
    QVERIFY2(!until.isEmpty(), stopped.err.constData());

    const CommandRun rest = m_commands->run(u"%1 --until %2 --force --json"_s.arg(command, until), url);
    QVERIFY2(rest.code == 0, rest.err.constData());
    QCOMPARE(rest.json()[u"duplicates"].toInteger(), there);
    QCOMPARE(rest.json()[u"events"].toInteger(), kEvents - there);
    const auto other = m_backends.fresh(backend);
    QCOMPARE(m_commands->run(u"%1 --until %2"_s.arg(command, until), *other).code, 0);
    verifyWhole(url, *other);
}

void StoppedCommandsTest::anImportGoesOn()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto from = m_backends.fresh(backend);
    QCOMPARE(m_commands->run(u"seed --events 40000 --days 12 --until 1h"_s, *from).code, 0);
    QCOMPARE(m_commands->run(u"export -o "_s + m_commands->file(u"a.csv"_s), *from).code, 0);
    makeReady(url);
    const QString command = u"import --json "_s + m_commands->file(u"a.csv"_s);
    const auto first = m_commands->start(command, url);
    const CommandRun stopped = stopWithin(*first, url, SIGTERM);
    qint64 there = 0;
    verifyPart(stopped, url, &there);
    QVERIFY(stopped.err.contains("The same command brings the rest"));
    QCOMPARE(stopped.json()[u"imported"].toInteger(), there);

    const CommandRun rest = m_commands->run(command, url);
    QVERIFY2(rest.code == 0, rest.err.constData());
    QCOMPARE(rest.json()[u"duplicates"].toInteger(), there);
    QCOMPARE(rest.json()[u"imported"].toInteger(), kEvents - there);
    verifyWhole(url, *from);
}

void StoppedCommandsTest::anImportThatOnlyLooked()
{
    const auto from = m_backends.fresh(u"sqlite"_s);
    const auto url = m_backends.fresh(u"sqlite"_s);
    QCOMPARE(m_commands->run(u"seed --events 40000 --days 12 --until 1h"_s, *from).code, 0);
    QCOMPARE(m_commands->run(u"export -o "_s + m_commands->file(u"a.csv"_s), *from).code, 0);
    const auto first = m_commands->start(u"import "_s + m_commands->file(u"a.csv"_s), *url);
    QVERIFY(CommandRunner::listensToSignals(*first));
    CommandRunner::send(*first, SIGINT);
    const CommandRun stopped = CommandRunner::end(*first, kSoonMs);
    QCOMPARE(stopped.code, 1);
    QVERIFY2(stopped.err.contains("nothing was stored. The same command begins again"), stopped.err.constData());
    QCOMPARE(totalsOf(*url).events, 0);
}

void StoppedCommandsTest::anImportThatWaitsForItsInput()
{
    const auto url = m_backends.fresh(u"sqlite"_s);
    QVERIFY(QDir(m_commands->file({})).mkdir(u"tmp"_s));
    const auto waiting =
        m_commands->start(u"import - --format ndjson"_s, *url, {{u"TMPDIR"_s, m_commands->file(u"tmp"_s)}});
    QVERIFY(waiting->waitForStarted());
    waiting->write("{\"id\":\"1\",\"eventType\":\"a\"");
    QVERIFY(!waiting->waitForFinished(300));
    CommandRunner::send(*waiting, SIGTERM);
    QVERIFY(waiting->waitForFinished(kSoonMs)); // as any program that reads a pipe
    QVERIFY(QDir(m_commands->file(u"tmp"_s)).isEmpty());
    QVERIFY(!QFile::exists(url->path) || totalsOf(*url).events == 0);
}

void StoppedCommandsTest::anExportGoesOn()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    QCOMPARE(m_commands->run(u"seed --events 40000 --days 12 --until 1h"_s, url).code, 0);
    for (const QString &name : {u"a.csv"_s, u"a.json"_s, u"a.ndjson.gz"_s}) {
        const QString command = u"export -o "_s + m_commands->file(name);
        const auto first = m_commands->start(command, url);
        while (first->state() != QProcess::NotRunning && !QFile::exists(m_commands->file(name + u".part.state"_s)))
            first->waitForFinished(1);
        CommandRunner::send(*first, name == u"a.json" ? SIGTERM : SIGINT);
        const CommandRun stopped = CommandRunner::end(*first, kSoonMs);
        QVERIFY2(stopped.code == 1, stopped.err.constData());
        const qint64 there = found(stopped.err, u"Stopped after ([0-9,]+) events\\."_s).toLongLong();
        QVERIFY2(there > 0 && there < kEvents && stopped.err.contains("--resume"), stopped.err.constData());
        QVERIFY(!QFile::exists(m_commands->file(name)));

        const CommandRun rest = m_commands->run(command + u" --resume --json"_s, url);
        QVERIFY2(rest.code == 0, rest.err.constData());
        QCOMPARE(rest.json()[u"resumedAt"].toInteger(), there);
        QCOMPARE(rest.json()[u"events"].toInteger(), kEvents);
        QVERIFY(!QFile::exists(m_commands->file(name + u".part"_s)));
        QVERIFY(!QFile::exists(m_commands->file(name + u".part.state"_s)));
        QByteArray whole = m_commands->bytesOf(name);
        if (name.endsWith(u".gz")) {
            GzipUnpacker unpacker;
            const auto plain = unpacker.add(whole);
            ENTVAS_VERIFY(plain);
            QVERIFY(unpacker.isWhole());
            whole = *plain;
        }
        const QString format = name.section(u'.', 1, 1);
        QCOMPARE(whole, m_commands->run(u"export --format "_s + format, url).out);
    }
}

void StoppedCommandsTest::anExportThatHadNotBegun_data()
{
    QTest::addColumn<QByteArray>("part");
    QTest::addColumn<QByteArray>("state");
    QTest::newRow("nothing") << QByteArray() << QByteArray();
    // As the machine was switched off ahead of the first page, or somebody tidied up.
    QTest::newRow("no state") << QByteArray("eventType,us") << QByteArray();
    QTest::newRow("of another part") << QByteArray("eventType,us") << QByteArray("{\"bytes\":4000}");
    QTest::newRow("no such state") << QByteArray("eventType,us") << QByteArray("{");
}

// A part that can't be continued is not in the way.
void StoppedCommandsTest::anExportThatHadNotBegun()
{
    QFETCH(QByteArray, part);
    QFETCH(QByteArray, state);
    const auto url = m_backends.fresh(u"sqlite"_s);
    QCOMPARE(m_commands->run(u"seed --events 3000 --days 12 --until 1h"_s, *url).code, 0);
    const QByteArray whole = m_commands->run(u"export -o -"_s, *url).out;
    QCOMPARE(whole.count('\n'), 3'001);
    QVERIFY(!QFileInfo::exists(m_commands->file(u"-"_s)));
    for (const QString &resume : {QString(), u" --resume"_s}) {
        for (const auto &[name, bytes] : {std::pair{u"a.csv.part"_s, part}, std::pair{u"a.csv.part.state"_s, state}}) {
            QFile file(m_commands->file(name));
            QVERIFY(bytes.isEmpty() || (file.open(QIODevice::WriteOnly) && file.write(bytes) > 0));
        }
        const CommandRun rest = m_commands->run(u"export -o "_s + m_commands->file(u"a.csv"_s) + resume, *url);
        QVERIFY2(rest.code == 0, rest.err.constData());
        QCOMPARE(m_commands->bytesOf(u"a.csv"_s), whole);
        QCOMPARE(QDir(m_commands->file(QString())).entryList({u"a.csv.*"_s}, QDir::Files), QStringList());
        QVERIFY(QFile::remove(m_commands->file(u"a.csv"_s)));
    }
}

void StoppedCommandsTest::anExportOnAFullDisk()
{
    const auto url = m_backends.fresh(u"sqlite"_s);
    QCOMPARE(m_commands->run(u"seed --events 9000 --days 12 --until 1h"_s, *url).code, 0);
    const QString line = u"export --to 1m -o "_s + m_commands->file(u"a.csv"_s);
    const auto runFull = [&](rlim_t bytes) { // a file that may grow no more fails as a full disk does
        QProcess process;
        QProcessEnvironment env = QProcessEnvironment::systemEnvironment();
        env.insert(u"DATABASE_URL"_s, CommandRunner::toText(*url));
        process.setProcessEnvironment(env);
        process.setChildProcessModifier([bytes] {
            std::signal(SIGXFSZ, SIG_IGN);
            const rlimit limit{bytes, bytes};
            setrlimit(RLIMIT_FSIZE, &limit);
        });
        process.start(QStringLiteral(ENTVAS_PROGRAM), line.split(u' '));
        process.waitForFinished();
        return CommandRunner::end(process);
    };
    const auto left = [&] { return QDir(m_commands->file(QString())).entryList({u"a.csv*"_s}, QDir::Files); };
    const CommandRun none = runFull(100'000);
    QVERIFY2(none.code == 69 && !none.err.contains("Unknown") && none.err.contains("can't be written") &&
                 none.err.contains("Nothing is left of it"),
             none.err.constData());
    QCOMPARE(left(), QStringList());

    const CommandRun some = runFull(600'000);
    QVERIFY2(some.code == 69 && some.err.contains("with --resume goes on"), some.err.constData());
    QCOMPARE(left(), (QStringList{u"a.csv.part"_s, u"a.csv.part.state"_s}));
    const CommandRun rest = m_commands->run(line + u" --resume --json"_s, *url);
    QVERIFY2(rest.code == 0 && rest.json()[u"resumedAt"].toInt() > 0, rest.err.constData());
    QCOMPARE(m_commands->bytesOf(u"a.csv"_s), m_commands->run(u"export"_s, *url).out);
    QCOMPARE(left(), QStringList{u"a.csv"_s});
}

void StoppedCommandsTest::twoExportsToOneFile()
{
    const auto url = m_backends.fresh(u"sqlite"_s);
    QCOMPARE(m_commands->run(u"seed --events 3000 --days 12 --until 1h"_s, *url).code, 0);
    QFile part(m_commands->file(u"a.csv.part"_s));
    QVERIFY(part.open(QIODevice::WriteOnly));
    QCOMPARE(flock(part.handle(), LOCK_EX), 0); // as the first one does
    for (const QString &option : {QString(), u" --force"_s, u" --resume"_s}) {
        const CommandRun second = m_commands->run(u"export -o "_s + m_commands->file(u"a.csv"_s) + option, *url);
        QVERIFY2(second.code == 69 && second.err.contains("Another export"), second.err.constData());
    }
    QVERIFY(part.exists());
}

void StoppedCommandsTest::anExportThatNobodyReads_data()
{
    QTest::addColumn<int>("signal");
    QTest::newRow("Ctrl+C") << SIGINT;
    QTest::newRow("SIGTERM") << SIGTERM;
}

void StoppedCommandsTest::anExportThatNobodyReads()
{
    QFETCH(int, signal);
    const auto url = m_backends.fresh(u"sqlite"_s);
    QCOMPARE(m_commands->run(u"seed --events 3000 --days 12 --until 1h"_s, *url).code, 0);
    int pipe[2];
    QCOMPARE(::pipe(pipe), 0); // has room for some hundred events
    QProcess process;
    QProcessEnvironment env = QProcessEnvironment::systemEnvironment();
    env.insert(u"DATABASE_URL"_s, CommandRunner::toText(*url));
    process.setProcessEnvironment(env);
    process.setChildProcessModifier([&] { dup2(pipe[1], STDOUT_FILENO); });
    process.start(QStringLiteral(ENTVAS_PROGRAM), {u"export"_s});
    QVERIFY(CommandRunner::listensToSignals(process));
    QVERIFY(!process.waitForFinished(500)); // it waits
    CommandRunner::send(process, signal);
    const CommandRun stopped = CommandRunner::end(process, kSoonMs);
    close(pipe[0]);
    close(pipe[1]);
    QVERIFY2(stopped.code == 1 && stopped.err.contains("Stopped"), stopped.err.constData());
}

void StoppedCommandsTest::retentionGoesOn()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    QCOMPARE(m_commands->run(u"seed --events 40000 --days 12 --until 40d"_s, url).code, 0);
    QCOMPARE(m_commands->run(u"seed --events 500 --days 3 --seed 2 --until 1h --force"_s, url).code, 0);
    const QByteArray all = m_commands->run(u"export --format ndjson"_s, url).out;
    const auto first = m_commands->start(u"retention --days 20 --json"_s, url);
    QVERIFY(CommandRunner::listensToSignals(*first));
    CommandRunner::send(*first, SIGINT);
    const CommandRun stopped = CommandRunner::end(*first, kSoonMs);
    QVERIFY2(stopped.code == 1, stopped.err.constData());
    const qint64 gone = found(stopped.err, u"Stopped: ([0-9,]+) of 40,000 events were removed"_s).toLongLong();
    QVERIFY2(gone < kEvents && stopped.err.contains("The same command goes on"), stopped.err.constData());
    QCOMPARE(stopped.json()[u"removed"].toInteger(), gone);
    const QByteArray left = m_commands->run(u"export --format ndjson"_s, url).out;
    QCOMPARE(left.count('\n'), kEvents + 500 - gone);
    QVERIFY(all.startsWith(left)); // the oldest went, from the end of the list
    QCOMPARE(totalsOf(url).events, kEvents + 500);

    const CommandRun rest = m_commands->run(u"retention --days 20 --json"_s, url);
    QVERIFY2(rest.code == 0, rest.err.constData());
    QCOMPARE(rest.json()[u"removed"].toInteger(), kEvents - gone);
    const QByteArray kept = m_commands->run(u"export --format ndjson"_s, url).out;
    QCOMPARE(kept.count('\n'), 500);
    QVERIFY(all.startsWith(kept));
    QCOMPARE(totalsOf(url).events, kEvents + 500);
    QVERIFY2(doctorsCounts(url).startsWith("ok"), doctorsCounts(url).constData());
}

void StoppedCommandsTest::compactingIsAllOrNothing()
{
    const auto url = m_backends.fresh(u"sqlite"_s);
    // Between the two, so that none grows too old meanwhile.
    QCOMPARE(m_commands->run(u"seed --events 4000 --days 2 --until 60d"_s, *url).code, 0);
    QCOMPARE(m_commands->run(u"seed --events 36000 --days 12 --until 30d --force"_s, *url).code, 0);
    QCOMPARE(m_commands->run(u"retention --days 51"_s, *url).code, 0);
    const QByteArray before = m_commands->run(u"export"_s, *url).out;
    const auto first = m_commands->start(u"retention --days 51 --compact"_s, *url);
    QVERIFY(CommandRunner::listensToSignals(*first));
    CommandRunner::send(*first, SIGINT);
    const CommandRun stopped = CommandRunner::end(*first, kSoonMs);
    // One that has begun is brought to its end; else it says so.
    QVERIFY2(stopped.code == 0 || (stopped.code == 1 && stopped.err.contains("Stopped")), stopped.err.constData());
    QCOMPARE(m_commands->run(u"export"_s, *url).out, before);
    // Whoever does not want to wait for that asks twice.
    const auto second = m_commands->start(u"retention --days 51 --compact"_s, *url);
    QVERIFY(CommandRunner::listensToSignals(*second));
    while (second->state() != QProcess::NotRunning) {
        CommandRunner::send(*second, SIGINT);
        second->waitForFinished(10);
    }
    QCOMPARE(m_commands->run(u"export"_s, *url).out, before);
    QCOMPARE(m_commands->run(u"retention --days 51 --compact"_s, *url).code, 0);
    QCOMPARE(m_commands->run(u"export"_s, *url).out, before);
    QCOMPARE(totalsOf(*url).events, kEvents);
}

QTEST_GUILESS_MAIN(StoppedCommandsTest)
#include "tst_stoppedcommands.moc"
