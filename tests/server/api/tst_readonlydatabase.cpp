#include "core/model/databaseurl.h"
#include "core/store/connection/sqlconnection.h"
#include "tests/faults/ledger.h"
#include "tests/server/testserver.h"
#include "tests/support/temporarypostgres.h"

#include <QElapsedTimer>
#include <QTcpServer>
#include <QTest>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// A PostgreSQL that takes no writes, from the start or of a sudden, and several hosts of which one does.
class ReadOnlyDatabaseTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void aStandbyIsNotReadyUntilItIsPromoted_data();
    void aStandbyIsNotReadyUntilItIsPromoted();
    void oneThatIsSetToReadOnlyShowsAndComesBack();
    void ofSeveralHostsTheOneThatTakesWritesIsFound();
    void noConnectionLeftIsWaitedFor();

private:
    // Starts without waiting: the port is known, and isReady says the rest.
    struct Starting {
        explicit Starting(const DatabaseUrl &url)
        {
            QTcpServer free;
            free.listen(QHostAddress::LocalHost);
            server.settings.database = url;
            server.settings.port = free.serverPort();
            free.close();
            server.server = std::make_unique<Server>(server.settings);
            QObject::connect(server.server.get(), &Server::ready, server.server.get(), [this] { isReady = true; });
            QObject::connect(server.server.get(), &Server::failed, server.server.get(),
                             [this](const Failure &why) { server.failure = why; });
            server.server->start();
            server.url = QUrl(u"http://127.0.0.1:%1"_s.arg(server.settings.port));
        }
        QString notReady() { return server.get(u"/ready"_s).json()[u"message"_s].toString(); }
        QJsonArray reasons() { return server.get(u"/health"_s).data()[u"reasons"_s].toArray(); }
        bool isHealthy() { return server.get(u"/health"_s).data()[u"status"_s] == u"healthy"_s; }
        int post() { return server.post(R"({"eventType":"a","userId":"u"})").status; }
        TestServer server;
        bool isReady = false;
    };

    TemporaryPostgres m_postgres;
    DatabaseUrl m_url;
};

void ReadOnlyDatabaseTest::initTestCase()
{
    if (const Result<void> started = m_postgres.start(); !started)
        QSKIP(qPrintable(started.failure().text));
    if (!m_postgres.canRestart())
        QSKIP("the server of ENTVAS_TEST_DATABASE_URL is not ours to stop");
}

void ReadOnlyDatabaseTest::init()
{
    const Result<DatabaseUrl> url = m_postgres.createDatabase();
    QVERIFY2(url.ok(), url.ok() ? "" : qPrintable(url.failure().text));
    m_url = url.value();
}

void ReadOnlyDatabaseTest::aStandbyIsNotReadyUntilItIsPromoted_data()
{
    QTest::addColumn<QString>("attributes");
    QTest::newRow("as usual") << QString();
    QTest::newRow("asked for any") << u"any"_s; // libpq does not look then
}

void ReadOnlyDatabaseTest::aStandbyIsNotReadyUntilItIsPromoted()
{
    QFETCH(QString, attributes);
    {
        TestServer first; // makes the tables
        first.settings.database = m_url;
        QVERIFY(first.start());
    }
    TemporaryPostgres standby;
    if (const Result<void> started = standby.startReplicaOf(m_postgres); !started)
        QSKIP(qPrintable(started.failure().text));
    DatabaseUrl url = standby.replicated(m_url);
    if (!attributes.isEmpty())
        url.options.insert(u"target_session_attrs"_s, attributes);
    Starting start(url);
    QVERIFY(spinUntil([&] { return start.notReady() == u"The database is read-only"_s; }, 20'000));
    QVERIFY(start.reasons().contains(u"database_read_only"_s));
    QVERIFY(!start.reasons().contains(u"database_away"_s));
    QElapsedTimer since;
    since.start();
    const HttpAnswer refused = start.server.post(R"({"eventType":"a","userId":"u"})");
    QCOMPARE(refused.status, 503);
    QVERIFY2(since.elapsed() < 1'500, qPrintable(QString::number(since.elapsed()))); // 3.2 s once
    QVERIFY(!start.isReady);
    QVERIFY(!start.server.failure);

    QVERIFY(executeOn(standby.replicated(m_url), u"SELECT pg_promote()"_s));
    QVERIFY(spinUntil([&] { return start.isReady; }, 30'000));
    QVERIFY(spinUntil([&] { return start.post() == 200; }, 10'000));
    QVERIFY(spinUntil([&] { return start.isHealthy(); }, 10'000));
}

void ReadOnlyDatabaseTest::oneThatIsSetToReadOnlyShowsAndComesBack()
{
    Starting start(m_url);
    QVERIFY(spinUntil([&] { return start.isReady; }, 20'000));
    QCOMPARE(start.post(), 200);
    DatabaseUrl root = m_url; // whose own session takes writes whatever is set
    root.options.insert(u"options"_s, u"-c default_transaction_read_only=off"_s);
    const auto set = [&](const QString &value) {
        SqlConnection connection(root);
        return connection.open() &&
               connection.execute(u"ALTER SYSTEM SET default_transaction_read_only = %1"_s.arg(value)) &&
               connection.execute(u"SELECT pg_reload_conf()"_s);
    };
    const auto back = qScopeGuard([&] { set(u"off"_s); });
    QVERIFY(set(u"on"_s));
    // No event comes: it is found out all the same.
    QVERIFY(spinUntil([&] { return start.notReady() == u"The database is read-only"_s; }, 20'000));
    QVERIFY(start.reasons().contains(u"database_read_only"_s));
    QElapsedTimer since;
    since.start();
    const HttpAnswer refused = start.server.post(R"({"eventType":"a","userId":"u"})");
    QCOMPARE(refused.status, 503);
    QCOMPARE(refused.json()[u"message"_s].toString(), u"The database is read-only: nothing was stored, send again"_s);
    QVERIFY2(since.elapsed() < 1'500, qPrintable(QString::number(since.elapsed())));

    QVERIFY(set(u"off"_s));
    QVERIFY(spinUntil([&] { return start.post() == 200; }, 20'000));
    QVERIFY(spinUntil([&] { return start.isHealthy(); }, 20'000));
    QCOMPARE(rowsOf(m_url, u"SELECT count(*) FROM events"_s), QList<QStringList>{{u"2"_s}});
}

void ReadOnlyDatabaseTest::ofSeveralHostsTheOneThatTakesWritesIsFound()
{
    TemporaryPostgres primary; // of its own: it is stopped for good
    if (const Result<void> started = primary.start(); !started)
        QSKIP(qPrintable(started.failure().text));
    const Result<DatabaseUrl> made = primary.createDatabase();
    QVERIFY(made.ok());
    TemporaryPostgres standby;
    if (const Result<void> started = standby.startReplicaOf(primary); !started)
        QSKIP(qPrintable(started.failure().text));
    const DatabaseUrl copy = standby.replicated(*made);
    const Result<DatabaseUrl> both = parseDatabaseUrl(u"postgresql://%1@127.0.0.1:%2,127.0.0.1:%3/%4"_s.arg(
        made->user, QString::number(copy.port), QString::number(made->port), made->database));
    QVERIFY2(both.ok(), both ? "" : qPrintable(both.failure().text));
    Starting start(*both);
    QVERIFY(spinUntil([&] { return start.isReady; }, 20'000));
    QCOMPARE(start.post(), 200);
    QCOMPARE(rowsOf(*made, u"SELECT count(*) FROM events"_s), QList<QStringList>{{u"1"_s}});
    QVERIFY(spinUntil([&] { return rowsOf(copy, u"SELECT count(*) FROM events"_s) == QList<QStringList>{{u"1"_s}}; }));

    QVERIFY(primary.stopServer());
    QVERIFY(executeOn(copy, u"SELECT pg_promote()"_s));
    QVERIFY(spinUntil([&] { return start.post() == 200; }, 30'000));
    QVERIFY(spinUntil([&] { return start.isHealthy(); }, 30'000));
    QCOMPARE(rowsOf(copy, u"SELECT count(*) FROM events"_s), QList<QStringList>{{u"2"_s}});
}

void ReadOnlyDatabaseTest::noConnectionLeftIsWaitedFor()
{
    DatabaseUrl url = m_url;
    url.user = u"few_"_s + m_url.database;
    QVERIFY(executeOn(m_url, u"CREATE ROLE %1 LOGIN CONNECTION LIMIT 0"_s.arg(url.user)));
    QVERIFY(executeOn(m_url, u"ALTER DATABASE %1 OWNER TO %2"_s.arg(url.database, url.user)));
    Starting start(url);
    QVERIFY(spinUntil([&] { return start.notReady() == u"The database is away"_s; }, 20'000));
    QVERIFY(!start.server.failure); // 77 once: "check user and password"
    QVERIFY(executeOn(m_url, u"ALTER ROLE %1 CONNECTION LIMIT -1"_s.arg(url.user)));
    QVERIFY(spinUntil([&] { return start.isReady; }, 20'000));
    QCOMPARE(start.post(), 200);
}

QTEST_GUILESS_MAIN(ReadOnlyDatabaseTest)
#include "tst_readonlydatabase.moc"
