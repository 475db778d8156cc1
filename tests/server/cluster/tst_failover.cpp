#include "tests/faults/cutproxy.h"
#include "tests/faults/ledger.h"
#include "tests/server/crowd.h"

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int kPromisedMs = 20'000; // from the database's return until dashboards show what it holds

QStringList tablesOf(const DatabaseUrl &url)
{
    QStringList tables;
    for (const QStringList &row : rowsOf(url, u"SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
                                              "AND tablename NOT LIKE 'kept_%'"_s))
        tables << row[0];
    return tables;
}

} // namespace

// Behind the address of the database there is another one all at once, without the last commits: what it holds is what
// all servers count.
class FailoverTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void anOlderStateOfTheSameDatabase();
    void aStandbyWithoutTheLastCommits();

private:
    static bool post(Crowd &crowd, int events)
    {
        for (int i = 0; i < events; ++i)
            if (crowd.servers[std::size_t(i % kServers)]->post(eventJson("buy", "u" + QByteArray::number(i))).status !=
                200)
                return false;
        return true;
    }
    static bool isTaken(Crowd &crowd, const QByteArray &event)
    {
        return std::all_of(crowd.servers.begin(), crowd.servers.end(), [&](const auto &server) {
            return spinUntil([&] { return server->post(event).status == 200; }, kPromisedMs);
        });
    }

    TemporaryPostgres m_primary;
    TemporaryPostgres m_standby;
};

void FailoverTest::initTestCase()
{
    if (const Result<void> started = m_primary.start(); !started)
        QSKIP(qPrintable(started.failure().text));
    if (!m_primary.canRestart())
        QSKIP("The PostgreSQL that ENTVAS_TEST_DATABASE_URL names is not ours to copy.");
}

// As after a crash that took commits which were not on disk yet. Nothing but the rows themselves tells it.
void FailoverTest::anOlderStateOfTheSameDatabase()
{
    const Result<DatabaseUrl> made = m_primary.createDatabase();
    QVERIFY(made.ok());
    CutProxy proxy(quint16(made->port));
    DatabaseUrl url = *made;
    url.port = proxy.port();
    Crowd crowd(url);
    QVERIFY(crowd.start());
    QVERIFY(post(crowd, 12));
    const QStringList tables = tablesOf(*made);
    QVERIFY(tables.size() > 5);
    for (const QString &table : tables)
        QVERIFY(executeOn(*made, u"CREATE TABLE kept_%1 AS TABLE %1"_s.arg(table)));
    QVERIFY(post(crowd, 7));
    ENTVAS_VERIFY_AGREED(crowd, 5'000);
    QCOMPARE(crowd.stored(), 19);

    proxy.setTarget(0);
    proxy.cut(false);
    QStringList back{u"SET session_replication_role = replica"_s}; // without a look at foreign keys
    for (const QString &table : tables)
        back << u"DELETE FROM %1; INSERT INTO %1 SELECT * FROM kept_%1"_s.arg(table);
    QVERIFY(executeOn(*made, back.join(u"; "_s)));
    proxy.setTarget(quint16(made->port));
    QVERIFY(spinUntil([&] { return crowd.metric(0, "entvas_fanout_listening") == 1.0; }, kPromisedMs));
    QCOMPARE(crowd.stored(), 12);
    ENTVAS_VERIFY_AGREED(crowd, kPromisedMs);
    QVERIFY(isTaken(crowd, eventJson()));
    QVERIFY(post(crowd, 5));
    ENTVAS_VERIFY_AGREED(crowd, kPromisedMs);
}

void FailoverTest::aStandbyWithoutTheLastCommits()
{
    const Result<DatabaseUrl> made = m_primary.createDatabase();
    QVERIFY(made.ok());
    const Result<void> copied = m_standby.startReplicaOf(m_primary);
    QVERIFY2(copied.ok(), copied.ok() ? "" : qPrintable(copied.failure().text));
    const DatabaseUrl standby = m_standby.replicated(*made);
    CutProxy proxy(quint16(made->port));
    DatabaseUrl url = *made;
    url.port = proxy.port();
    Crowd crowd(url);
    QVERIFY(crowd.start());
    QVERIFY(post(crowd, 10));
    QVERIFY(spinUntil([&] { return rowsOf(standby, u"SELECT count(*) FROM events"_s).value(0).value(0) == u"10"_s; },
                      10'000));
    QVERIFY(executeOn(standby, u"ALTER SYSTEM SET primary_conninfo = ''"_s));
    QVERIFY(executeOn(standby, u"SELECT pg_reload_conf()"_s));
    QVERIFY(spinUntil([&] { return rowsOf(standby, u"SELECT 1 FROM pg_stat_wal_receiver"_s).isEmpty(); }, 10'000));
    QVERIFY(post(crowd, 9));
    ENTVAS_VERIFY_AGREED(crowd, 5'000);
    QCOMPARE(crowd.stored(), 19);

    QVERIFY(m_primary.stopServer().ok());
    QVERIFY(executeOn(standby, u"SELECT pg_promote()"_s));
    proxy.setTarget(quint16(standby.port));
    // Somebody stores at once: the numbers of what is announced go on as if nothing were missing.
    QElapsedTimer since;
    since.start();
    QVERIFY(isTaken(crowd, eventJson()));
    QCOMPARE(crowd.stored(), 10 + kServers);
    ENTVAS_VERIFY_AGREED(crowd, kPromisedMs);
    qInfo("all show what the standby holds %lld ms after it took over", since.elapsed());
    QVERIFY(post(crowd, 5));
    ENTVAS_VERIFY_AGREED(crowd, kPromisedMs);
}

QTEST_GUILESS_MAIN(FailoverTest)
#include "tst_failover.moc"
