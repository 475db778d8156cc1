#include "tests/faults/ledger.h"
#include "tests/server/metricstext.h"
#include "tests/server/rawclient.h"
#include "tests/server/testserver.h"
#include "tests/support/serverprocess.h"
#include "tests/support/temporarypostgres.h"

#include <csignal>
#include <QTest>

using namespace std::chrono_literals;
using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// History and exports come from a streaming replica where one is named, and from the database while it is away.
class ReplicaTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void eventsAreReadFromIt();
    void oneThatStandsStillIsNotRead();
    void oneThatLacksTheTablesIsNotRead();
    void oneThatHangsKeepsNobodyWaiting();
    void oneThatHangsHoldsUpNoEnd();
    void oneThatHangsHoldsUpNoStart();
    void theProgramEndsBesideOneThatHangs();
    void oneThatWentItsOwnWayIsNotRead();
    void aReplicaWithoutADatabaseIsRefused();

private:
    // A server that reads from the replica. Its patience is that of a test, where it is not asked for the usual one.
    struct Place {
        enum class Start { Impatient, Patient, Not };
        explicit Place(ReplicaTest &test, Start how = Start::Impatient) : pair(test)
        {
            const Result<DatabaseUrl> made = test.m_primary.createDatabase();
            isReady = made.ok();
            if (!isReady)
                return;
            server.settings.database = made.value();
            copy = test.m_replica.replicated(made.value());
            server.settings.replica = copy;
            DatabaseUrl any = copy; // one of which it is certain that it is there
            any.database = u"postgres"_s;
            const QString came = u"SELECT 1 FROM pg_database WHERE datname = '%1'"_s.arg(copy.database);
            isReady = spinUntil([&] { return !rowsOf(any, came).isEmpty(); }, 10'000) &&
                      (how == Start::Not || (how == Start::Patient ? server.start() : startImpatient()));
        }
        ~Place()
        {
            freeze(SIGCONT);
            if (!copy.database.isEmpty())
                executeOn(copy, u"SELECT pg_wal_replay_resume()"_s);
        }
        bool startImpatient()
        {
            ServerLimits limits;
            limits.replica = {700ms, 100ms, 1s, 300ms};
            return server.startCore({}, nullptr, limits);
        }
        int listed() { return server.get(u"/events"_s).data().value(u"count"_s).toInt(-1); }
        qsizetype exported() { return server.get(u"/export/ndjson"_s).body.count('\n'); }
        int counted() { return server.get(u"/events/stats"_s).data().value(u"totalEvents"_s).toInt(-1); }
        double metric(const QByteArray &name) { return MetricsText(server.get(u"/metrics"_s).body).value(name); }
        bool isAvailable() { return metric("entvas_replica_available") == 1.0; }
        bool becomesAvailable(bool available)
        {
            return spinUntil([&] { return isAvailable() == available; }, 10'000);
        }
        // It is the replica that answers, with so many events; soon, if not at once.
        bool isRead(int events)
        {
            return spinUntil(
                [&] {
                    const double before = metric("entvas_replica_fallbacks_total");
                    return isAvailable() && listed() == events && exported() == events &&
                           metric("entvas_replica_fallbacks_total") == before;
                },
                10'000);
        }
        void freeze(int signal) { pair.m_replica.signalServer(signal); }
        bool pause()
        {
            return executeOn(copy, u"SELECT pg_wal_replay_pause()"_s) && spinUntil([&] {
                       return rowsOf(copy, u"SELECT pg_get_wal_replay_pause_state()"_s).value(0).value(0) ==
                              u"paused"_s;
                   });
        }

        ReplicaTest &pair;
        TestServer server;
        DatabaseUrl copy;
        bool isReady = false;
    };

    TemporaryPostgres m_primary;
    TemporaryPostgres m_replica;
};

void ReplicaTest::initTestCase()
{
    if (const Result<void> started = m_primary.start(); !started)
        QSKIP(qPrintable(started.failure().text));
    if (!m_primary.canRestart())
        QSKIP("The PostgreSQL that ENTVAS_TEST_DATABASE_URL names is not ours to copy.");
    const Result<void> copied = m_replica.startReplicaOf(m_primary);
    QVERIFY2(copied.ok(), copied.ok() ? "" : qPrintable(copied.failure().text));
}

void ReplicaTest::eventsAreReadFromIt()
{
    Place place(*this, Place::Start::Patient);
    QVERIFY(place.isReady);
    TestServer &server = place.server;
    TemporaryPostgres &replica = m_replica;
    const DatabaseUrl copy = place.copy;
    const auto listed = [&] { return place.listed(); };
    const auto exported = [&] { return place.exported(); };
    const auto counted = [&] { return place.counted(); };
    const auto metric = [&](const QByteArray &name) { return place.metric(name); };
    QCOMPARE(server.post(eventJson()).status, 200);
    QVERIFY(place.isRead(1)); // it came through to the replica, schema and all
    const double before = metric("entvas_replica_fallbacks_total");
    QCOMPARE(exported(), 1);
    QCOMPARE(metric("entvas_replica_available"), 1.0);

    // What the replica has not got is not there, though it counts at once.
    QVERIFY(place.pause());
    QCOMPARE(server.post(eventJson()).status, 200);
    QCOMPARE(counted(), 2);
    QCOMPARE(listed(), 1);
    QCOMPARE(exported(), 1);
    QVERIFY(executeOn(copy, u"SELECT pg_wal_replay_resume()"_s));
    QVERIFY(spinUntil([&] { return listed() == 2; }, 10'000));
    QCOMPARE(metric("entvas_replica_fallbacks_total"), before);

    QVERIFY(replica.stopServer().ok());
    QCOMPARE(server.post(eventJson()).status, 200);
    QCOMPARE(listed(), 3); // by the database itself, and nobody is kept waiting or refused
    QCOMPARE(exported(), 3);
    QCOMPARE(metric("entvas_replica_available"), 0.0);
    QVERIFY(metric("entvas_replica_fallbacks_total") >= before + 2);
    QVERIFY(replica.startServer().ok());
    QVERIFY(spinUntil([&] { return metric("entvas_replica_available") == 1.0; }, 20'000)); // by itself
    QVERIFY(spinUntil([&] { return listed() == 3; }, 10'000));
    QVERIFY(server.stop());
}

// What was stored is seen in spite of it, although the replica itself answers, and promptly.
void ReplicaTest::oneThatStandsStillIsNotRead()
{
    Place place(*this);
    QVERIFY(place.isReady);
    QCOMPARE(place.server.post(eventJson()).status, 200);
    QVERIFY(place.isRead(1));
    QVERIFY(!spinUntil([&] { return !place.isAvailable(); }, 2'000)); // while nothing happens it lags behind nothing
    QVERIFY(place.pause());
    QCOMPARE(place.server.post(eventJson()).status, 200);
    QVERIFY(spinUntil([&] { return place.listed() == 2; }, 10'000));
    QCOMPARE(place.exported(), 2);
    QVERIFY(!place.isAvailable());
    QTest::qWait(500);
    QVERIFY(!place.isAvailable()); // and stays so
    QVERIFY(executeOn(place.copy, u"SELECT pg_wal_replay_resume()"_s));
    QVERIFY(place.becomesAvailable(true));
    QVERIFY(place.isRead(2));
    QVERIFY(place.server.stop());
}

// As after an upgrade, as long as the migration has not come through to it.
void ReplicaTest::oneThatLacksTheTablesIsNotRead()
{
    Place place(*this, Place::Start::Not);
    QVERIFY(place.isReady && place.pause() && place.server.start());
    QCOMPARE(place.server.post(eventJson()).status, 200);
    QVERIFY(place.isAvailable());
    QCOMPARE(place.listed(), 1);
    QCOMPARE(place.exported(), 1);
    QCOMPARE(place.metric("entvas_replica_fallbacks_total"), 2.0);
    QVERIFY(executeOn(place.copy, u"SELECT pg_wal_replay_resume()"_s));
    QVERIFY(place.isRead(1));
    QVERIFY(place.server.stop());
}

void ReplicaTest::oneThatHangsKeepsNobodyWaiting()
{
    Place place(*this);
    QVERIFY(place.isReady);
    for (int i = 0; i < 5; ++i)
        QCOMPARE(place.server.post(eventJson()).status, 200);
    QVERIFY(place.isRead(5));
    const double before = place.metric("entvas_replica_fallbacks_total");
    place.freeze(SIGSTOP);
    QElapsedTimer since;
    since.start();
    std::vector<std::unique_ptr<RawClient>> several;
    for (int i = 0; i < 20; ++i) {
        auto client = std::make_unique<RawClient>(place.server.url.port());
        client->send(QByteArray("GET ") + (i % 5 ? "/events" : "/export/ndjson") +
                     " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        several.push_back(std::move(client));
    }
    for (const auto &client : several)
        QVERIFY2(spinUntil([&] { return client->received.count("\"eventType\"") == 5; }, 5'000),
                 client->received.constData());
    QVERIFY2(since.elapsed() < 5'000, qPrintable(QString::number(since.elapsed())));
    QVERIFY(!place.isAvailable());
    QCOMPARE(place.metric("entvas_replica_fallbacks_total"), before + 20);
    QCOMPARE(place.server.post(eventJson()).status, 200);
    QCOMPARE(place.listed(), 6);
    QCOMPARE(place.exported(), 6);

    place.freeze(SIGCONT);
    QVERIFY(place.becomesAvailable(true));
    QVERIFY(place.isRead(6));
    // Nobody asks anything: it is missed all the same.
    place.freeze(SIGSTOP);
    QVERIFY(place.becomesAvailable(false));
    place.freeze(SIGCONT);
    QVERIFY(place.becomesAvailable(true));
    QVERIFY(place.server.stop());
}

void ReplicaTest::oneThatHangsHoldsUpNoEnd()
{
    Place place(*this);
    QVERIFY(place.isReady);
    QCOMPARE(place.server.post(eventJson()).status, 200);
    QVERIFY(place.isRead(1));
    place.freeze(SIGSTOP);
    QVERIFY(place.becomesAvailable(false)); // it is in the middle of a question
    QElapsedTimer since;
    since.start();
    QVERIFY(place.server.stop());
    QVERIFY2(since.elapsed() < 8'000, qPrintable(QString::number(since.elapsed())));
    place.freeze(SIGCONT);
    QTest::qWait(300); // what was left behind comes to its end, and nobody is there any more to be told
}

void ReplicaTest::oneThatHangsHoldsUpNoStart()
{
    Place place(*this);
    QVERIFY(place.isReady);
    QCOMPARE(place.server.post(eventJson()).status, 200);
    QVERIFY(place.isRead(1));
    QVERIFY(place.server.stop());
    place.freeze(SIGSTOP);
    QVERIFY(place.startImpatient());
    QCOMPARE(place.listed(), 1);
    QCOMPARE(place.exported(), 1);
    place.freeze(SIGCONT);
    QVERIFY(place.becomesAvailable(true));
    QVERIFY(place.isRead(1));
    QVERIFY(place.server.stop());
}

// With the patience that everybody has, in the middle of somebody's question.
void ReplicaTest::theProgramEndsBesideOneThatHangs()
{
    Place place(*this, Place::Start::Not);
    QVERIFY(place.isReady);
    ServerProcess program(QStringLiteral(ENTVAS_PROGRAM), TemporaryPostgres::toText(place.server.settings.database));
    program.setEnvironment(u"REPLICA_URL"_s, TemporaryPostgres::toText(place.copy));
    QVERIFY(program.start());
    place.freeze(SIGSTOP);
    RawClient client(program.port());
    client.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QVERIFY(!spinUntil([&] { return !client.received.isEmpty(); }, 500));
    QElapsedTimer since;
    since.start();
    QCOMPARE(program.terminate(), 0);
    QVERIFY(since.elapsed() < 10'000);
    QVERIFY2(spinUntil([&] { return client.received.contains(" 200 "); }), client.received.constData());
}

// Made a server of its own, by hand or by mistake. The last one: there is no way back.
void ReplicaTest::oneThatWentItsOwnWayIsNotRead()
{
    Place place(*this);
    QVERIFY(place.isReady);
    QCOMPARE(place.server.post(eventJson()).status, 200);
    QVERIFY(place.isRead(1));
    QVERIFY(executeOn(place.copy, u"SELECT pg_promote()"_s));
    // Its own log is far ahead now, and says nothing of what the primary stores.
    QVERIFY(executeOn(place.copy, u"CREATE TABLE ahead AS SELECT generate_series(1, 200000) AS n"_s));
    QCOMPARE(place.server.post(eventJson()).status, 200);
    QVERIFY(spinUntil([&] { return place.listed() == 2; }, 10'000));
    QCOMPARE(place.exported(), 2);
    QVERIFY(!place.isAvailable());
    QVERIFY(place.server.stop());
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
