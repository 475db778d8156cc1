#include "core/store/connection/sqlconnection.h"
#include "tests/core/store/backends.h"
#include "tests/faults/ledger.h"
#include "tests/server/rawclient.h"
#include "tests/server/testserver.h"
#include "tests/support/serverprocess.h"
#include "tests/support/temporarypostgres.h"

#include <atomic>
#include <csignal>
#include <QFileInfo>
#include <QProcess>
#include <QTest>
#include <thread>

using namespace std::chrono_literals;
using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// A database that gives no answer, frozen or busy for minutes: every request is answered in time all the same.
class FrozenTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_backends.start(); }
    void cleanup() { m_backends.postgres().signalServer(SIGCONT); }
    void cleanupTestCase() { m_backends.stop(); }

    void whatRunsCanBeInterrupted_data() { Backends::addRows(); }
    void whatRunsCanBeInterrupted();
    void aFrozenDatabaseIsAnsweredFor();
    void anIdleServerFindsOut();
    void anExportUnderWayIsCut();
    void theServerEndsBesideIt_data();
    void theServerEndsBesideIt();
    void aSearchThroughAllEventsEnds();
    void commandsThatReadEnd();

private:
    // Events of one type, by the database itself.
    static bool fill(const DatabaseUrl &url, int events)
    {
        const bool isSqlite = url.kind == DatabaseUrl::Kind::Sqlite;
        const QString id = isSqlite
                               ? u"substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-7000-8000-' || printf('%012x', n)"_s
                               : u"CAST(substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-7000-8000-' || "
                                 "lpad(to_hex(n), 12, '0') AS uuid)"_s;
        const QString numbers =
            isSqlite
                ? u"(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < %1) SELECT n, %2 AS h "
                  "FROM c)"_s
                : u"(SELECT n, %2 AS h FROM generate_series(1, %1) AS n)"_s;
        const QString now = QString::number(QDateTime::currentMSecsSinceEpoch() - 60'000);
        const QString hex = isSqlite ? u"printf('%012x', "_s + now + u')' // whose %01 arg() would take for its own
                                     : u"lpad(to_hex(CAST(%1 AS bigint)), 12, '0')"_s.arg(now);
        const QString time = isSqlite ? now : u"to_timestamp(%1 / 1000.0)"_s.arg(now);
        SqlConnection connection(url);
        return connection.open().ok() &&
               connection
                   .execute(u"INSERT INTO events (id, project, \"eventType\", \"userId\", \"timestamp\", metadata, "
                            "\"receivedAt\") SELECT %1, 'default', 'often', 'u', %2, '{\"text\": \"%3\"}', %2 FROM %4 "
                            "AS numbers"_s.arg(id, time, QString(200, u'x'), numbers.arg(QString::number(events), hex)))
                   .ok();
    }
    bool start(TestServer &server, const DatabaseUrl &url, std::chrono::milliseconds limit, int events = 0)
    {
        server.settings.database = url;
        ServerLimits limits;
        limits.replica.database = limit;
        if (events > 0) {
            TestServer first; // makes the tables
            first.settings.database = url;
            if (!first.start() || !first.stop() || !fill(url, events))
                return false;
        }
        return server.startCore({}, nullptr, limits);
    }

    Backends m_backends;
};

void FrozenTest::whatRunsCanBeInterrupted()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    SqlConnection connection(url);
    connection.interrupter()->interrupt(); // of what is not open
    ENTVAS_VERIFY(connection.open());
    const bool isSqlite = url.kind == DatabaseUrl::Kind::Sqlite;
    std::atomic<bool> isOver = false;
    std::thread impatient([&isOver, interrupter = connection.interrupter()] {
        while (!isOver) {
            std::this_thread::sleep_for(300ms);
            interrupter->interrupt();
        }
    });
    QElapsedTimer since;
    since.start();
    const Result<void> asked = connection.execute(
        isSqlite ? u"WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c"_s
                 : u"SELECT pg_sleep(25)"_s);
    // SQLite answers the first row of such a statement when it is there.
    isOver = true;
    impatient.join();
    QVERIFY(!asked);
    QCOMPARE(asked.failure().kind, Fault::Unavailable);
    QVERIFY2(since.elapsed() < 10'000, qPrintable(QString::number(since.elapsed())));
    // SQLite goes on as if nothing had been, PostgreSQL with a new connection.
    if (!isSqlite)
        ENTVAS_VERIFY(connection.open());
    ENTVAS_VERIFY(connection.execute(u"SELECT 1"_s));
}

void FrozenTest::aFrozenDatabaseIsAnsweredFor()
{
    const auto url = m_backends.fresh(u"postgresql"_s);
    if (!url)
        QSKIP(qPrintable(url.failure().text));
    TestServer server;
    QVERIFY(start(server, *url, 1s));
    QCOMPARE(server.post(eventJson()).status, 200);
    QCOMPARE(server.get(u"/events"_s).data()[u"count"_s].toInt(), 1);
    m_backends.postgres().signalServer(SIGSTOP);
    for (const QString &path : {u"/events"_s, u"/export/csv"_s, u"/export/json"_s, u"/export/ndjson"_s, u"/events"_s}) {
        QElapsedTimer since;
        since.start();
        const HttpAnswer answer = server.get(path);
        QVERIFY2(since.elapsed() < 6'000, qPrintable(path + u' ' + QString::number(since.elapsed())));
        QCOMPARE(answer.status, 503);
        QVERIFY(answer.header("Retry-After").toInt() > 0);
        QVERIFY2(answer.json()[u"message"_s].toString().contains(u"The database did not answer within 1 s"_s) ||
                     answer.json()[u"message"_s].toString().contains(u"The database is away, try again."_s),
                 answer.body.constData());
    }
    QCOMPARE(server.get(u"/events/stats"_s).data()[u"totalEvents"_s].toInt(), 1); // from memory
    m_backends.postgres().signalServer(SIGCONT);
    QVERIFY(spinUntil([&] { return server.get(u"/events"_s).status == 200; }, 20'000));
    QVERIFY(spinUntil([&] { return server.post(eventJson()).status == 200; }, 20'000));
    QVERIFY(server.stop());
}

// Nothing is stored, nothing asks: the next sender is refused at once, not when the database recovers.
void FrozenTest::anIdleServerFindsOut()
{
    const auto url = m_backends.fresh(u"postgresql"_s);
    if (!url)
        QSKIP(qPrintable(url.failure().text));
    TestServer server;
    QVERIFY(start(server, *url, 1s));
    QCOMPARE(server.post(eventJson()).status, 200);
    m_backends.postgres().signalServer(SIGSTOP);
    QVERIFY(spinUntil([&] { return server.get(u"/ready"_s).status == 503; }, 15'000));
    QElapsedTimer since;
    since.start();
    QCOMPARE(server.post(eventJson()).status, 503);
    QVERIFY2(since.elapsed() < 3'000, qPrintable(QString::number(since.elapsed())));
    m_backends.postgres().signalServer(SIGCONT);
    QVERIFY(spinUntil([&] { return server.post(eventJson()).status == 200; }, 20'000));
    QVERIFY(server.stop());
}

void FrozenTest::anExportUnderWayIsCut()
{
    const auto url = m_backends.fresh(u"postgresql"_s);
    if (!url)
        QSKIP(qPrintable(url.failure().text));
    TestServer server;
    QVERIFY(start(server, *url, 1s, 60'000));
    RawClient client(quint16(server.url.port()));
    client.socket.setReadBufferSize(64 * 1024);
    QObject::disconnect(&client.socket, &QTcpSocket::readyRead, nullptr, nullptr);
    client.send("GET /export/ndjson HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QVERIFY(spinUntil([&] { return client.socket.bytesAvailable() > 0; }, 10'000));
    m_backends.postgres().signalServer(SIGSTOP);
    const auto take = [&] {
        client.received += client.socket.readAll();
        return client.isClosed();
    };
    QVERIFY(spinUntil(take, 15'000));
    take();
    QVERIFY(client.received.startsWith("HTTP/1.1 200"));
    QVERIFY(client.received.count("\"often\"") < 60'000);
    QVERIFY2(!client.received.endsWith("0\r\n\r\n"), "as if that were all");
    m_backends.postgres().signalServer(SIGCONT);
    QVERIFY(spinUntil([&] { return server.get(u"/events"_s).status == 200; }, 20'000));
    QVERIFY(server.stop());
}

void FrozenTest::theServerEndsBesideIt_data()
{
    QTest::addColumn<int>("frozenMs");
    QTest::newRow("while it is asked") << 500;
    QTest::newRow("while it is connected to again") << 3'000;
}

void FrozenTest::theServerEndsBesideIt()
{
    QFETCH(int, frozenMs);
    const auto url = m_backends.fresh(u"postgresql"_s);
    if (!url)
        QSKIP(qPrintable(url.failure().text));
    ServerProcess program(QStringLiteral(ENTVAS_PROGRAM), TemporaryPostgres::toText(*url));
    QVERIFY(program.start());
    m_backends.postgres().signalServer(SIGSTOP);
    RawClient client(program.port());
    client.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QVERIFY(!spinUntil([&] { return !client.received.isEmpty(); }, frozenMs));
    QCOMPARE(program.terminate(20'000), 0);
}

// A filter that finds next to nothing.
void FrozenTest::aSearchThroughAllEventsEnds()
{
    const auto url = m_backends.fresh(u"sqlite"_s);
    TestServer server;
    QVERIFY(start(server, *url, 100ms, 600'000));
    // What a start reads comes first, and may take longer than questions may here.
    QVERIFY(spinUntil([&] { return server.get(u"/events?limit=5"_s).data()[u"count"_s].toInt() == 5; }, 60'000));
    for (const QString &path : {u"/events?type=rare"_s, u"/export/ndjson?type=rare"_s}) {
        const HttpAnswer answer = server.get(path);
        QCOMPARE(answer.status, 503);
        QVERIFY(answer.header("Retry-After").toInt() > 0);
        QVERIFY2(answer.json()[u"message"_s].toString().contains(u"ask for less"_s), answer.body.constData());
        QVERIFY(spinUntil([&] { return server.get(u"/events?limit=5"_s).status == 200; }, 60'000));
    }
    QVERIFY(server.stop());
}

void FrozenTest::commandsThatReadEnd()
{
    const auto url = m_backends.fresh(u"postgresql"_s);
    if (!url)
        QSKIP(qPrintable(url.failure().text));
    {
        TestServer server;
        QVERIFY(start(server, *url, 20s, 150'000));
        QVERIFY(server.stop());
    }
    QTemporaryDir directory;
    const QString file = directory.filePath(u"all.ndjson"_s);
    const auto run = [&](QProcess &command, const QStringList &arguments) {
        command.setProcessChannelMode(QProcess::MergedChannels);
        command.start(QStringLiteral(ENTVAS_PROGRAM),
                      QStringList{u"--database-url"_s, TemporaryPostgres::toText(*url)} + arguments);
    };
    QProcess exported;
    run(exported, {u"export"_s, u"-o"_s, file});
    QVERIFY(spinUntil([&] { return QFileInfo(file + u".part"_s).size() > 0; }, 20'000));
    m_backends.postgres().signalServer(SIGSTOP);
    QProcess listed;
    run(listed, {u"projects"_s, u"list"_s});
    QVERIFY(spinUntil([&] { return listed.state() == QProcess::NotRunning; }, 30'000));
    QVERIFY(listed.exitCode() != 0);
    QVERIFY(spinUntil([&] { return exported.state() == QProcess::NotRunning; }, 60'000));
    const QByteArray said = exported.readAll();
    QVERIFY2(exported.exitCode() != 0, said.constData());
    QVERIFY(!QFileInfo::exists(file)); // nothing that looks whole
    QVERIFY2(!said.isEmpty(), "without a word");
}

QTEST_GUILESS_MAIN(FrozenTest)
#include "tst_frozen.moc"
