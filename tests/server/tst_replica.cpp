#include "tests/faults/ledger.h"
#include "tests/server/metricstext.h"
#include "tests/server/testserver.h"
#include "tests/support/temporarypostgres.h"

#include <QTest>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// History and exports come from a streaming replica where one is named, and from the database while it is away.
class ReplicaTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void eventsAreReadFromIt();
    void aReplicaWithoutADatabaseIsRefused();
};

void ReplicaTest::eventsAreReadFromIt()
{
    TemporaryPostgres primary;
    if (const Result<void> started = primary.start(); !started)
        QSKIP(qPrintable(started.failure().text));
    if (!primary.canRestart())
        QSKIP("The PostgreSQL that ENTVAS_TEST_DATABASE_URL names is not ours to copy.");
    const Result<DatabaseUrl> url = primary.createDatabase();
    QVERIFY(url.ok());
    TemporaryPostgres replica;
    const Result<void> copied = replica.startReplicaOf(primary);
    QVERIFY2(copied.ok(), copied.ok() ? "" : qPrintable(copied.failure().text));
    const DatabaseUrl copy = replica.replicated(url.value());

    TestServer server;
    server.settings.database = url.value();
    server.settings.replica = copy;
    QVERIFY(server.start());
    const auto listed = [&] { return server.get(u"/events"_s).data().value(u"count"_s).toInt(-1); };
    const auto exported = [&] { return server.get(u"/export/ndjson"_s).body.count('\n'); };
    const auto counted = [&] { return server.get(u"/events/stats"_s).data().value(u"totalEvents"_s).toInt(-1); };
    const auto metric = [&](const QByteArray &name) { return MetricsText(server.get(u"/metrics"_s).body).value(name); };
    QCOMPARE(server.post(eventJson()).status, 200);
    QVERIFY(spinUntil([&] { return listed() == 1; }, 10'000)); // it came through to the replica, schema and all
    QCOMPARE(exported(), 1);
    QCOMPARE(metric("entvas_replica_available"), 1.0);

    // What the replica has not got is not there, though it counts at once.
    QVERIFY(executeOn(copy, u"SELECT pg_wal_replay_pause()"_s));
    QVERIFY(spinUntil(
        [&] { return rowsOf(copy, u"SELECT pg_get_wal_replay_pause_state()"_s).value(0).value(0) == u"paused"_s; }));
    QCOMPARE(server.post(eventJson()).status, 200);
    QCOMPARE(counted(), 2);
    QCOMPARE(listed(), 1);
    QCOMPARE(exported(), 1);
    QVERIFY(executeOn(copy, u"SELECT pg_wal_replay_resume()"_s));
    QVERIFY(spinUntil([&] { return listed() == 2; }, 10'000));
    QCOMPARE(metric("entvas_replica_fallbacks_total"), 0.0);

    QVERIFY(replica.stopServer().ok());
    QCOMPARE(server.post(eventJson()).status, 200);
    QCOMPARE(listed(), 3); // by the database itself, and nobody is kept waiting or refused
    QCOMPARE(exported(), 3);
    QCOMPARE(metric("entvas_replica_available"), 0.0);
    QVERIFY(metric("entvas_replica_fallbacks_total") >= 2);
    QVERIFY(replica.startServer().ok());
    QVERIFY(spinUntil([&] { return metric("entvas_replica_available") == 1.0; }, 20'000)); // by itself
    QVERIFY(spinUntil([&] { return listed() == 3; }, 10'000));
    QVERIFY(server.stop());
}

void ReplicaTest::aReplicaWithoutADatabaseIsRefused()
{
    TestServer server;
    server.settings.replica = DatabaseUrl{};
    QVERIFY(!server.start());
    QCOMPARE(server.failure->kind, Fault::Configuration);
    QVERIFY2(server.failure->text.contains(u"REPLICA_URL"_s), qPrintable(server.failure->text));
    SettingSources sources;
    sources.dataHome = u"/tmp"_s;
    for (const QString &wrong : {u"sqlite:///a.db"_s, u"mysql://a/b"_s, u"postgresql://u:secret@h/db"_s}) {
        sources.flags = {{u"replica-url"_s, wrong}}; // the last one for its password
        const auto settings = resolveSettings(sources);
        QVERIFY(!settings);
        QVERIFY2(settings.failure().text.startsWith(u"--replica-url"_s), qPrintable(settings.failure().text));
        QVERIFY(!settings.failure().text.contains(u"secret"_s));
    }
    sources.flags = {{u"replica-url"_s, u"postgresql://u@h/db"_s}};
    QCOMPARE(resolveSettings(sources)->replica->host, u"h"_s);
}

QTEST_GUILESS_MAIN(ReplicaTest)
#include "tst_replica.moc"
