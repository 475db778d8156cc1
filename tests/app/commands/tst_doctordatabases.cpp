#include "core/base/clock.h"
#include "tests/app/commands/commandrun.h"
#include "tests/core/store/backends.h"
#include "tests/faults/ledger.h"
#include "tests/support/pgbouncerprocess.h"

#include <QDir>
#include <QJsonArray>
#include <unistd.h>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// What entvas doctor says of databases that a server can't use, or not for long.
class DoctorDatabasesTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_backends.start(); }
    void cleanupTestCase() { m_backends.stop(); }
    void init() { m_commands = std::make_unique<CommandRunner>(); }

    void aFileThatMayNotBeReadIsNoMissingOne();
    void noConnectionLeftIsSaid();
    void anotherEncodingIsSaid();
    void whatIsMissingIsNamed_data();
    void whatIsMissingIsNamed();
    void aServerThatTakesNoWritesIsBad_data();
    void aServerThatTakesNoWritesIsBad();
    void missingRightsAreNamed();
    void theGrantsOfThePageAreEnough();
    void poolersAreNamed_data();
    void poolersAreNamed();

private:
    CommandRun doctor(const DatabaseUrl &url) { return m_commands->run(u"--port 0 doctor --json"_s, url); }
    static QJsonObject finding(const CommandRun &doctor, const QString &about)
    {
        for (const QJsonValue &each : doctor.json()[u"findings"].toArray())
            if (each[u"about"].toString() == about)
                return each.toObject();
        return {};
    }

    Backends m_backends;
    std::unique_ptr<CommandRunner> m_commands;
};

void DoctorDatabasesTest::aFileThatMayNotBeReadIsNoMissingOne()
{
    if (geteuid() != 0)
        QSKIP("only root can be another user");
    const auto url = m_backends.fresh(u"sqlite"_s);
    makeReady(*url);
    // Everything on the way there is open, but for its own folder.
    for (QDir folder = QFileInfo(url->path).dir(); folder.cdUp() && folder.path().size() > 5;)
        QFile::setPermissions(folder.path(), QFile::permissions(folder.path()) | QFile::ExeOther);
    const auto run = [&] {
        QProcess process;
        QProcessEnvironment env = m_commands->environment(CommandRunner::toText(*url));
        env.remove(u"XDG_CONFIG_HOME"_s);
        env.remove(u"HOME"_s);
        env.insert(u"XDG_CONFIG_HOME"_s, u"/nonexistent"_s);
        process.setProcessEnvironment(env);
        process.start(u"setpriv"_s, {u"--reuid=65534"_s, u"--regid=65534"_s, u"--clear-groups"_s,
                                     QStringLiteral(ENTVAS_PROGRAM), u"--port"_s, u"0"_s, u"doctor"_s, u"--json"_s});
        return CommandRunner::end(process);
    }();
    const QJsonObject found = finding(run, u"database"_s);
    QVERIFY2(found[u"mark"].toString() == u"bad", (run.out + run.err).constData());
    QVERIFY2(found[u"text"].toString().contains(u"Permission denied"), run.out.constData());
    QVERIFY(!run.out.contains("no file"));
    QCOMPARE(run.code, 1);
}

void DoctorDatabasesTest::noConnectionLeftIsSaid()
{
    auto url = m_backends.fresh(u"postgresql"_s);
    if (!url)
        QSKIP(qPrintable(url.failure().text));
    const DatabaseUrl root = *url;
    url->user = u"few_"_s + url->database;
    QVERIFY(executeOn(root, u"CREATE ROLE %1 LOGIN CONNECTION LIMIT 0"_s.arg(url->user)));
    const CommandRun run = doctor(*url);
    const QJsonObject found = finding(run, u"database"_s);
    QCOMPARE(found[u"mark"].toString(), u"bad"_s);
    QVERIFY2(found[u"text"].toString().contains(u"CONNECTION LIMIT"), run.out.constData());
    QVERIFY(!run.out.contains("password"));
    QCOMPARE(run.code, 1);
    QCOMPARE(m_commands->run(u"keys list"_s, *url).code, 69); // a service is unavailable: nothing is forbidden
}

void DoctorDatabasesTest::anotherEncodingIsSaid()
{
    auto url = m_backends.fresh(u"postgresql"_s);
    if (!url)
        QSKIP(qPrintable(url.failure().text));
    const DatabaseUrl root = *url;
    url->database += u"_latin1"_s;
    QVERIFY(
        executeOn(root, u"CREATE DATABASE %1 ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"_s.arg(url->database)));
    const CommandRun run = doctor(*url);
    const QJsonObject found = finding(run, u"encoding"_s);
    QCOMPARE(found[u"mark"].toString(), u"bad"_s);
    QVERIFY2(found[u"text"].toString().contains(u"LATIN1"), run.out.constData());
    QCOMPARE(run.code, 1);
    QCOMPARE(m_commands->run(u"migrate"_s, *url).code, 78);
    QCOMPARE(m_commands->run(u"keys create --project default --role sender"_s, *url).code, 78);
}

void DoctorDatabasesTest::whatIsMissingIsNamed_data()
{
    QTest::addColumn<QString>("backend");
    QTest::addColumn<QString>("statement");
    QTest::addColumn<QString>("missing");
    for (const QString &backend : {u"sqlite"_s, u"postgresql"_s}) {
        const auto row = [&](const char *name) -> QTestData & {
            return QTest::addRow("%s: %s", qPrintable(backend), name);
        };
        row("nothing") << backend << u"SELECT 1"_s << QString();
        row("a table") << backend << u"DROP TABLE day_counts"_s << u"day_counts"_s;
        row("a column") << backend << u"ALTER TABLE api_keys DROP COLUMN \"replacedBy\""_s << u"api_keys.replacedBy"_s;
        row("a column of the first schema")
            << backend << u"ALTER TABLE events RENAME \"metadata\" TO other"_s << u"events.metadata"_s;
    }
}

void DoctorDatabasesTest::whatIsMissingIsNamed()
{
    QFETCH(QString, statement);
    QFETCH(QString, missing);
    ENTVAS_FRESH_DATABASE(url, m_backends);
    makeReady(url);
    QVERIFY(executeOn(url, statement));
    const CommandRun run = doctor(url);
    const QJsonObject found = finding(run, u"tables"_s);
    QCOMPARE(found[u"mark"].toString(), missing.isEmpty() ? QString() : u"bad"_s);
    QCOMPARE(found[u"text"].toString(), missing.isEmpty() ? QString() : u"missing: "_s + missing);
    QCOMPARE(run.code, missing.isEmpty() ? 0 : 1);
}

void DoctorDatabasesTest::aServerThatTakesNoWritesIsBad_data()
{
    QTest::addColumn<bool>("isStandby");
    QTest::newRow("a standby") << true;
    QTest::newRow("set so") << false;
}

void DoctorDatabasesTest::aServerThatTakesNoWritesIsBad()
{
    QFETCH(bool, isStandby);
    auto url = m_backends.fresh(u"postgresql"_s);
    if (!url)
        QSKIP(qPrintable(url.failure().text));
    makeReady(*url);
    TemporaryPostgres standby;
    if (isStandby) {
        if (const Result<void> started = standby.startReplicaOf(m_backends.postgres()); !started)
            QSKIP(qPrintable(started.failure().text));
        url = standby.replicated(*url);
    } else {
        QVERIFY(executeOn(*url, u"ALTER DATABASE %1 SET default_transaction_read_only = on"_s.arg(url->database)));
    }
    const CommandRun run = doctor(*url);
    const QJsonObject found = finding(run, u"database"_s);
    QCOMPARE(found[u"mark"].toString(), u"bad"_s);
    QVERIFY2(found[u"text"].toString().contains(isStandby ? u"it is a standby" : u"set to read-only"),
             run.out.constData());
    QCOMPARE(finding(run, u"schema"_s)[u"mark"].toString(), u"ok"_s); // the rest can be looked at
    QCOMPARE(run.code, 1);
    QCOMPARE(m_commands->run(u"export"_s, *url).code, 0); // reading needs no more
    QCOMPARE(m_commands->run(u"keys create --project default --role sender"_s, *url).code, 69);
}

void DoctorDatabasesTest::missingRightsAreNamed()
{
    auto url = m_backends.fresh(u"postgresql"_s);
    if (!url)
        QSKIP(qPrintable(url.failure().text));
    makeReady(*url);
    const DatabaseUrl root = *url;
    url->user = u"writer_"_s + url->database;
    QVERIFY(executeOn(root, u"CREATE ROLE %1 LOGIN"_s.arg(url->user)));
    QVERIFY(executeOn(root, u"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO %1"_s.arg(url->user)));
    CommandRun run = doctor(*url);
    QJsonObject found = finding(run, u"permissions"_s);
    QCOMPARE(found[u"mark"].toString(), u"bad"_s);
    QVERIFY2(found[u"text"].toString().contains(u"tables grow for ever") &&
                 found[u"text"].toString().contains(u"minute_counts (DELETE)"),
             run.out.constData());
    QVERIFY(executeOn(root, u"GRANT DELETE ON ALL TABLES IN SCHEMA public TO %1"_s.arg(url->user)));
    run = doctor(*url);
    found = finding(run, u"permissions"_s);
    QCOMPARE(found[u"mark"].toString(), u"ok"_s);
    QCOMPARE(run.code, 0);
}

void DoctorDatabasesTest::theGrantsOfThePageAreEnough()
{
    auto url = m_backends.fresh(u"postgresql"_s);
    if (!url)
        QSKIP(qPrintable(url.failure().text));
    makeReady(*url);
    const DatabaseUrl root = *url;
    url->user = u"plain_"_s + url->database;
    QVERIFY(executeOn(root, u"CREATE ROLE %1 LOGIN"_s.arg(url->user)));
    QFile page(QStringLiteral(ENTVAS_SOURCE_DIR "/docs/operating.md"));
    QVERIFY(page.open(QIODevice::ReadOnly));
    int grants = 0;
    for (const QByteArray &line : page.readAll().split('\n'))
        if (line.startsWith("GRANT ")) {
            QVERIFY(executeOn(root, QString::fromUtf8(line).replace(u"entvas_server"_s, url->user)));
            ++grants;
        }
    QVERIFY(grants > 0);
    const CommandRun run = doctor(*url);
    QVERIFY2(run.code == 0, run.out.constData());
    for (const QString &line :
         {u"projects create shop"_s, u"projects rename shop --name Shop"_s,
          u"members add --project shop --user ann --role viewer"_s,
          u"members add --project shop --user ann --role admin"_s, u"members remove --project shop --user ann"_s,
          u"keys create --project shop --role sender"_s, u"seed --events 1000 --days 30"_s}) {
        const CommandRun done = m_commands->run(line, *url);
        QVERIFY2(done.code == 0, (line.toUtf8() + ": " + done.err).constData());
    }
    const auto store = makeReady(*url);
    for (bool more = true; more;) {
        const auto done = store->housekeeping().step({SystemClock().nowMs() + 400LL * 86'400'000, 30, true, true});
        ENTVAS_VERIFY(done);
        more = *done;
    }
    QCOMPARE(store->reader().totals(kDefaultProject)->events, 1'000);
}

void DoctorDatabasesTest::poolersAreNamed_data()
{
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QString>("mark");
    QTest::newRow("by session") << u"session"_s << u"ok"_s;
    QTest::newRow("by transaction") << u"transaction"_s << u"bad"_s;
}

void DoctorDatabasesTest::poolersAreNamed()
{
    QFETCH(QString, mode);
    QFETCH(QString, mark);
    const auto url = m_backends.fresh(u"postgresql"_s);
    if (!url)
        QSKIP(qPrintable(url.failure().text));
    makeReady(*url);
    PgBouncerProcess bouncer;
    const Result<DatabaseUrl> pooled = bouncer.start(*url, mode);
    if (!pooled)
        QSKIP(qPrintable(pooled.failure().text));
    const CommandRun run = doctor(*pooled);
    const QJsonObject found = finding(run, u"pooler"_s);
    QVERIFY2(found[u"mark"].toString() == mark, run.out.constData());
    QCOMPARE(run.code, mark == u"bad" ? 1 : 0);
}

QTEST_GUILESS_MAIN(DoctorDatabasesTest)
#include "tst_doctordatabases.moc"
