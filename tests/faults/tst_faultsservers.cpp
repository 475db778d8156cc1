#include "core/store/connection/sqlconnection.h"
#include "tests/faults/scenario.h"

#include <csignal>

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

// Several servers on one PostgreSQL, as processes: they start at once, die, and come back.
class FaultsServers final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();

    void severalMigrateAtOnce_data();
    void severalMigrateAtOnce();
    void oneWaitsForAMigrationThatTakesLong();
    void oneIsKilledAgainAndAgain();

private:
    static constexpr int kServers = 4;
    std::vector<std::unique_ptr<ServerProcess>> make(int number)
    {
        std::vector<std::unique_ptr<ServerProcess>> servers;
        for (int i = 0; i < number; ++i)
            servers.push_back(
                std::make_unique<ServerProcess>(QStringLiteral(ENTVAS_PROGRAM), TemporaryPostgres::toText(m_url)));
        return servers;
    }
    TemporaryPostgres m_postgres;
    DatabaseUrl m_url;
};

void FaultsServers::initTestCase()
{
    const Result<void> started = m_postgres.start();
    if (!started)
        QSKIP(qPrintable(started.failure().text));
}

void FaultsServers::init()
{
    const Result<DatabaseUrl> url = m_postgres.createDatabase();
    QVERIFY2(url.ok(), url.ok() ? "" : qPrintable(url.failure().text));
    m_url = url.value();
}

void FaultsServers::severalMigrateAtOnce_data()
{
    QTest::addColumn<int>("version");
    QTest::newRow("empty") << 0;
    QTest::newRow("old") << 2;
}

void FaultsServers::severalMigrateAtOnce()
{
    QFETCH(const int, version);
    if (version > 0) {
        SqlConnection old(m_url);
        QVERIFY(old.open().ok());
        QVERIFY(old.runScript(u"create_migrations"_s).ok());
        for (const QString &migration : old.statements().migrations().first(version)) {
            QVERIFY(old.runScript(migration).ok());
            QVERIFY(old.change(u"add_migration"_s,
                               {{u":version"_s, migration.left(3).toInt()}, {u":name"_s, migration.mid(4)}})
                        .ok());
        }
    }
    std::array<std::atomic<bool>, kServers> started{};
    std::vector<std::thread> starters;
    std::array<QByteArray, kServers> logs;
    for (int i = 0; i < kServers; ++i)
        starters.emplace_back([&, i] {
            ServerProcess server(QStringLiteral(ENTVAS_PROGRAM), TemporaryPostgres::toText(m_url)); // of this thread
            started[std::size_t(i)] = server.start();
            logs[std::size_t(i)] = server.log();
            server.terminate();
        });
    for (std::thread &starter : starters)
        starter.join();
    for (int i = 0; i < kServers; ++i)
        QVERIFY2(started[std::size_t(i)], logs[std::size_t(i)].constData());
    // Each migration was applied by exactly one of them.
    const QStringList row =
        rowsOf(m_url, u"SELECT count(*), max(version), count(DISTINCT name) FROM schema_migrations"_s).value(0);
    QCOMPARE(row.value(0), row.value(1));
    QCOMPARE(row.value(0), row.value(2));
    QVERIFY(row.value(0).toInt() >= 5);
}

void FaultsServers::oneWaitsForAMigrationThatTakesLong()
{
    SqlConnection other(m_url); // as a server that migrates
    QVERIFY(other.open().ok());
    QVERIFY(other.execute(u"SET idle_in_transaction_session_timeout = 0"_s).ok());
    QVERIFY(other.runScript(u"begin_write"_s).ok());
    QVERIFY(other.run(u"lock_migrations"_s).ok());
    std::thread release([&] { sleepMs(13'000); }); // longer than a connection waits for a lock
    std::atomic<bool> isReady = false;
    QByteArray log;
    std::thread starter([&] {
        ServerProcess server(QStringLiteral(ENTVAS_PROGRAM), TemporaryPostgres::toText(m_url));
        isReady = server.start(40'000);
        log = server.log();
        server.terminate();
    });
    release.join();
    const bool wasReady = isReady;
    const bool isReleased = other.execute(u"ROLLBACK"_s).ok();
    starter.join();
    QVERIFY(isReleased);
    QVERIFY(!wasReady);
    QVERIFY2(isReady, log.constData());
}

void FaultsServers::oneIsKilledAgainAndAgain()
{
    const auto servers = make(3);
    for (const auto &server : servers)
        QVERIFY(server->start());
    Load load({{servers[0]->port(), servers[1]->port(), servers[2]->port()}, 9});
    load.start();
    for (int round = 0; round < 4; ++round) {
        sleepMs(1'000);
        servers[std::size_t(round % 3)]->kill9();
        sleepMs(500);
        QVERIFY(servers[std::size_t(round % 3)]->start());
    }
    sleepMs(faultSeconds(2) * 1'000);
    load.stop();
    for (const auto &server : servers)
        ENTVAS_VERIFY_LEDGER(*server, m_url, &load);
}

QTEST_GUILESS_MAIN(FaultsServers)
#include "tst_faultsservers.moc"
