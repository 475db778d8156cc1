#include "tests/faults/ledger.h"
#include "tests/server/metricstext.h"
#include "tests/server/testserver.h"
#include "tests/support/serverprocess.h"
#include "tests/support/temporarypostgres.h"

#include <QTcpServer>
#include <QTest>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// A database that will not or can't: what a server says of it, to whom, and what it keeps to itself.
class DatabaseTroubleTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void aUserWhoMayNotStoreIsRefusedAtTheStart();
    void rightsThatAreTakenAwayShow();
    void housekeepingWithoutRightsShows();
    void refusedEventsSinkNoOthers_data();
    void refusedEventsSinkNoOthers();
    void aDatabaseThatIsAwayAtTheStartIsNamed();
    void askersHearNothingOfTheInside();
    void everyLineOfALogInJsonIsJson();

private:
    // Its owner has made them.
    bool hasTables() const
    {
        TestServer owner;
        owner.settings.database = m_url;
        return owner.start() && owner.stop();
    }
    // Another user of the same database, with these rights to its tables.
    DatabaseUrl userWith(const QString &rights);

    TemporaryPostgres m_postgres;
    DatabaseUrl m_url;
};

namespace {

// What no answer may hold: user, address, tables, libpq's sentences.
bool isDiscreet(const QByteArray &body)
{
    for (const char *word :
         {"postgresql:", "entvas@", "127.0.0.1", "permission", "relation", "table", "42501", "FATAL"})
        if (body.contains(word))
            return false;
    return true;
}

} // namespace

void DatabaseTroubleTest::initTestCase()
{
    if (const Result<void> started = m_postgres.start(); !started)
        QSKIP(qPrintable(started.failure().text));
    if (!m_postgres.canRestart())
        QSKIP("the server of ENTVAS_TEST_DATABASE_URL is not ours to stop");
}

void DatabaseTroubleTest::init()
{
    const Result<DatabaseUrl> url = m_postgres.createDatabase();
    QVERIFY2(url.ok(), url.ok() ? "" : qPrintable(url.failure().text));
    m_url = url.value();
}

DatabaseUrl DatabaseTroubleTest::userWith(const QString &rights)
{
    DatabaseUrl other = m_url;
    other.user = u"other_"_s + m_url.database;
    executeOn(m_url, u"CREATE ROLE %1 LOGIN"_s.arg(other.user));
    executeOn(m_url, u"GRANT %1 ON ALL TABLES IN SCHEMA public TO %2"_s.arg(rights, other.user));
    return other;
}

void DatabaseTroubleTest::aUserWhoMayNotStoreIsRefusedAtTheStart()
{
    QVERIFY(hasTables());

    TestServer server;
    server.settings.database = userWith(u"SELECT"_s);
    QVERIFY(!server.start());
    QVERIFY(server.failure.has_value());
    QVERIFY(server.failure->kind == Fault::Denied);
    QVERIFY2(server.failure->text.contains(u"events (INSERT)"_s), qPrintable(server.failure->text));
    QVERIFY(server.failure->text.contains(u"minute_counts (UPDATE)"_s));

    // What a server does for every batch is enough.
    executeOn(m_url, u"GRANT INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO %1"_s.arg(server.settings.database.user));
    TestServer granted;
    granted.settings.database = server.settings.database;
    QVERIFY(granted.start());
    QCOMPARE(granted.post(R"({"eventType":"a","userId":"u"})").status, 200);
}

void DatabaseTroubleTest::rightsThatAreTakenAwayShow()
{
    QVERIFY(hasTables());
    TestServer server;
    server.settings.database = userWith(u"SELECT, INSERT, UPDATE"_s);
    QVERIFY(server.start());
    QCOMPARE(server.post(R"({"eventType":"a","userId":"u"})").status, 200);
    const QString user = server.settings.database.user;
    executeOn(m_url, u"REVOKE INSERT ON events FROM %1"_s.arg(user));

    const HttpAnswer refused = server.post(R"({"eventType":"a","userId":"u"})");
    QCOMPARE(refused.status, 503);
    QVERIFY2(isDiscreet(refused.body), refused.body.constData());
    const QJsonArray reasons = server.get(u"/health"_s).data()[u"reasons"_s].toArray();
    QVERIFY(reasons.contains(u"writes_refused"_s)); // others may be there just after a start

    executeOn(m_url, u"GRANT INSERT ON events TO %1"_s.arg(user));
    QCOMPARE(server.post(R"({"eventType":"a","userId":"u"})").status, 200);
    QVERIFY(spinUntil([&] { return server.get(u"/health"_s).data()[u"status"_s] == u"healthy"_s; }));
}

void DatabaseTroubleTest::housekeepingWithoutRightsShows()
{
    QVERIFY(hasTables());
    TestServer server;
    server.settings.database = userWith(u"SELECT, INSERT, UPDATE"_s);
    // Old enough to be put together: what is allowed of housekeeping is done all the same.
    executeOn(m_url, u"INSERT INTO minute_rejections VALUES ('default', 60000, 'w', 3)"_s);
    executeOn(m_url, u"GRANT DELETE ON minute_rejections TO %1"_s.arg(server.settings.database.user));
    ServerLimits limits;
    limits.upkeepEvery = std::chrono::milliseconds(200);
    QVERIFY(server.startCore({}, nullptr, limits));
    const auto reasons = [&] { return server.get(u"/health"_s).data()[u"reasons"_s].toArray(); };
    const auto metric = [&](const QByteArray &name) { return MetricsText(server.get(u"/metrics"_s).body).value(name); };
    executeOn(m_url, u"INSERT INTO minute_counts VALUES ('default', 60000, 1, 'w', 3)"_s); // has to become of a quarter
    QVERIFY(spinUntil([&] { return reasons().contains(u"housekeeping_failing"_s); }, 20'000));
    QCOMPARE(metric("entvas_housekeeping_failing"), 1.0);
    QVERIFY(metric("entvas_housekeeping_failures_total") >= 1.0);
    QCOMPARE(server.post(R"({"eventType":"a","userId":"u"})").status, 200);
    QCOMPARE(rowsOf(m_url, u"SELECT writer, count FROM minute_rejections WHERE minute < 90000"_s),
             (QList<QStringList>{{QString(), u"3"_s}}));

    executeOn(m_url, u"GRANT DELETE ON ALL TABLES IN SCHEMA public TO %1"_s.arg(server.settings.database.user));
    QVERIFY(spinUntil([&] { return !reasons().contains(u"housekeeping_failing"_s); }, 20'000));
    QCOMPARE(metric("entvas_housekeeping_failing"), 0.0);
}

void DatabaseTroubleTest::refusedEventsSinkNoOthers_data()
{
    QTest::addColumn<bool>("isPostgres");
    QTest::newRow("sqlite") << false;
    QTest::newRow("postgresql") << true;
}

// A rule of the table's owner: what it says of one event does not hold for those beside it.
void DatabaseTroubleTest::refusedEventsSinkNoOthers()
{
    QFETCH(bool, isPostgres);
    TestServer server;
    if (isPostgres)
        server.settings.database = m_url;
    QVERIFY(server.start());
    executeOn(server.settings.database,
              isPostgres ? u"ALTER TABLE events ADD CHECK (\"userId\" <> 'bad')"_s
                         : u"CREATE TRIGGER no BEFORE INSERT ON events WHEN NEW.\"userId\" = 'bad' BEGIN "
                           "SELECT RAISE(ABORT, 'no'); END"_s);
    const HttpAnswer some = server.post(R"([{"eventType":"a","userId":"u1"},{"eventType":"a"},)"
                                        R"({"eventType":"a","userId":"bad","metadata":{"n":1.50}},)"
                                        R"({"eventType":"a","userId":"u2"}])");
    QCOMPARE(some.status, 200);
    QCOMPARE(some.data()[u"accepted"_s].toInt(), 2);
    QCOMPARE(some.data()[u"rejected"_s].toInt(), 2);
    QStringList results;
    for (const QJsonValue &one : some.data()[u"results"_s].toArray())
        results << one[u"status"_s].toString();
    QCOMPARE(results, QStringList({u"accepted"_s, u"rejected"_s, u"rejected"_s, u"accepted"_s}));
    QCOMPARE(some.data()[u"results"_s][2][u"errors"_s][0][u"type"_s].toString(), u"database.refused"_s);
    QVERIFY2(isDiscreet(some.body), some.body.constData());

    const HttpAnswer one = server.post(R"({"eventType":"a","userId":"bad"})");
    QCOMPARE(one.status, 400);
    QCOMPARE(one.json()[u"message"_s].toString(), u"Validation failed"_s);
    const HttpAnswer all = server.post(R"([{"eventType":"a","userId":"bad"},{"eventType":"a","userId":"bad"}])");
    QCOMPARE(all.status, 400);
    QCOMPARE(all.data()[u"rejected"_s].toInt(), 2);

    QVERIFY(spinUntil([&] {
        const QJsonObject stats = server.get(u"/events/stats"_s).data();
        return stats[u"totalEvents"_s].toInt() == 2 && stats[u"invalidEvents"_s].toInt() == 5;
    }));
    const QJsonArray kept = server.get(u"/rejections"_s).data()[u"rejections"_s].toArray();
    QCOMPARE(kept.size(), 5);
    QCOMPARE(kept[3][u"index"_s].toInt(), 2); // of the first array, reported after it was stored
    QVERIFY2(kept[3][u"body"_s].toString().contains(u"{\"n\":1.50}"_s), qPrintable(kept[3][u"body"_s].toString()));
    QCOMPARE(MetricsText(server.get(u"/metrics"_s).body).value("entvas_ingest_events_total{result=\"rejected\"}"), 5.0);
}

void DatabaseTroubleTest::aDatabaseThatIsAwayAtTheStartIsNamed()
{
    QVERIFY(m_postgres.stopServer());
    const auto back = qScopeGuard([this] {
        if (!m_postgres.isRunning())
            (void)m_postgres.startServer();
    });
    TestServer server;
    server.settings.database = m_url;
    server.settings.port = [] {
        QTcpServer free;
        free.listen(QHostAddress::LocalHost);
        return free.serverPort();
    }();
    server.server = std::make_unique<Server>(server.settings);
    bool isReady = false;
    QObject::connect(server.server.get(), &Server::ready, this, [&] { isReady = true; });
    server.server->start();
    server.url = QUrl(u"http://127.0.0.1:%1"_s.arg(server.settings.port));

    HttpAnswer ready;
    QVERIFY(spinUntil([&] {
        ready = server.get(u"/ready"_s);
        return ready.json()[u"message"_s] == u"The database is away"_s;
    }));
    QCOMPARE(ready.status, 503);
    const QJsonArray reasons = server.get(u"/health"_s).data()[u"reasons"_s].toArray();
    QVERIFY(reasons.contains(u"database_away"_s));
    QVERIFY(!isReady);

    QVERIFY(m_postgres.startServer());
    QVERIFY(spinUntil([&] { return isReady; }, 20'000));
    QCOMPARE(server.get(u"/ready"_s).status, 200);
    QVERIFY(spinUntil([&] { return server.get(u"/health"_s).data()[u"status"_s] == u"healthy"_s; }));
}

void DatabaseTroubleTest::askersHearNothingOfTheInside()
{
    TestServer server;
    server.settings.database = m_url;
    QVERIFY(server.start());
    QCOMPARE(server.post(R"({"eventType":"a","userId":"u"})").status, 200);
    // A table that went is no reason to be away: it is the answer itself that fails.
    executeOn(m_url, u"ALTER TABLE events RENAME TO elsewhere"_s);
    for (const QString &path : {u"/events"_s, u"/export/csv"_s, u"/export/ndjson"_s}) {
        const HttpAnswer answer = server.get(path);
        QCOMPARE(answer.status, 500);
        QVERIFY2(isDiscreet(answer.body), answer.body.constData());
        QVERIFY2(answer.body.contains("log says why"), answer.body.constData());
    }
    executeOn(m_url, u"ALTER TABLE elsewhere RENAME TO events"_s);
    QCOMPARE(server.get(u"/events"_s).status, 200);

    QVERIFY(m_postgres.stopServer());
    const HttpAnswer away = server.get(u"/events"_s);
    const HttpAnswer refused = server.post(R"({"eventType":"a","userId":"u"})");
    QVERIFY(m_postgres.startServer());
    for (const HttpAnswer &answer : {away, refused}) {
        QCOMPARE(answer.status, 503);
        QVERIFY2(isDiscreet(answer.body), answer.body.constData());
    }
}

void DatabaseTroubleTest::everyLineOfALogInJsonIsJson()
{
    ServerProcess server(QStringLiteral(ENTVAS_PROGRAM), TemporaryPostgres::toText(m_url));
    server.setEnvironment(u"LOG_FORMAT"_s, u"json"_s);
    server.setEnvironment(u"LOG_LEVEL"_s, u"debug"_s);
    QVERIFY(server.start());
    // Once all of its connections are there: what is said to one that is being opened is not ours to catch yet.
    QVERIFY(spinUntil([&] { return getPlain(server.port(), "/health").body.contains("healthy"); }, 20'000));
    executeOn(m_url,
              u"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'entvas server'"_s);
    QVERIFY(spinUntil([&] { return getPlain(server.port(), "/ready").status == 503; }, 20'000) ||
            server.log().contains("database connection lost"));
    QVERIFY(spinUntil([&] { return getPlain(server.port(), "/ready").status == 200; }, 20'000));
    QCOMPARE(server.terminate(), 0);
    const QByteArray log = server.log();
    QVERIFY2(log.contains("terminating connection"), log.constData()); // it was said, in a record
    // A start that fails.
    ServerProcess second(QStringLiteral(ENTVAS_PROGRAM), u"postgresql://nobody@127.0.0.1:%1/none"_s.arg(m_url.port));
    second.setEnvironment(u"LOG_FORMAT"_s, u"json"_s);
    QVERIFY(!second.start());
    QVERIFY(second.log().contains("can't start"));
    const QList<QByteArray> lines = (log + second.log()).split('\n');
    for (const QByteArray &line : lines)
        if (!line.isEmpty())
            QVERIFY2(QJsonDocument::fromJson(line).isObject(), line.constData());
    QVERIFY(!(log + second.log()).contains("\n\n"));
}

QTEST_GUILESS_MAIN(DatabaseTroubleTest)
#include "tst_databasetrouble.moc"
