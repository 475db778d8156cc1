#include "tests/core/store/backends.h"
#include "tests/server/testserver.h"

#include <QFile>
#include <QTcpServer>
#include <QTest>
#include <QUuid>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// A server's life, from start to stop, on both databases.
class ServerTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_backends.start(); }
    void cleanupTestCase() { m_backends.stop(); }
    void fromPostToDashboard_data() { Backends::addRows(); }
    void fromPostToDashboard();
    void restartKeepsEveryCount_data() { Backends::addRows(); }
    void restartKeepsEveryCount();
    void stopAnswersWhatWasAccepted_data() { Backends::addRows(); }
    void stopAnswersWhatWasAccepted();
    void lostDatabaseIsToldAndSurvived();
    void portInUse();
    void databaseFileInUse();
    void unsafeSettings();
    void databaseThatCannotBeOpened();
    void stopBeforeReady();
    void stopWithoutStart();
    void startsAgainAfterFailure();
    void anotherMayFollowAtOnce();
    void destructorStops();

private:
    Backends m_backends;
};

void ServerTest::fromPostToDashboard()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    TestServer server;
    server.settings.database = url;
    QVERIFY2(server.start(), server.failure ? qPrintable(server.failure->text) : "");
    LiveClient client;
    QVERIFY(client.open(server.url));
    QCOMPARE(client.all<wire::Hello>().first().store, backend);
    client.subscribe(true);
    QVERIFY(client.waitForPicture());
    const QByteArray event = R"({"eventType":"a","userId":"b","id":"k","metadata":{"page":"x","n":1.10}})";
    const HttpAnswer first = server.post("[" + event + "," + eventJson("c") + ",{}]");
    QCOMPARE(first.status, 200);
    QCOMPARE(server.post(event).data().value(u"duplicate"_s).toBool(), true);
    QVERIFY(client.waitForEvents(2));
    QVERIFY(spinUntil([&] { return client.count<wire::Tail>() > 0; }));
    QCOMPARE(client.totals, (wire::Totals{2, 1}));
    QCOMPARE(client.cube.series(), (QList<SeriesKey>{{u"a"_s, u"x"_s, u""_s}, {u"c"_s, u"home"_s, u"chrome"_s}}));
    const HttpAnswer events = server.get(u"/events"_s);
    QCOMPARE(events.data().value(u"count"_s).toInt(), 2);
    QVERIFY2(events.body.contains("1.10"), events.body.constData());
    QCOMPARE(server.get(u"/events?type=a&user=b"_s).data().value(u"events"_s)[0][u"id"_s],
             first.data().value(u"results"_s)[0][u"eventId"_s]);
    QVERIFY(server.stop());
}

void ServerTest::restartKeepsEveryCount()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    TestServer server;
    server.settings.database = url;
    QMap<QString, qint64> before;
    wire::Totals totals;
    QString epoch;
    for (int run = 0; run < 3; ++run) {
        QVERIFY2(server.start(), server.failure ? qPrintable(server.failure->text) : "");
        LiveClient client;
        QVERIFY(client.open(server.url));
        client.subscribe();
        QVERIFY(client.waitForPicture());
        QTRY_COMPARE(countsOf(client.cube), before); // seconds too: they follow in a fresh snapshot
        QCOMPARE(client.totals, totals);
        QVERIFY(client.epoch != epoch);
        QByteArray body = "[{}";
        for (int i = 0; i < 50; ++i)
            body += "," + eventJson("t" + QByteArray::number(i % 7));
        QCOMPARE(server.post(body + "]").status, 200);
        QVERIFY(client.waitForEvents(totals.events + 50));
        QCOMPARE(server.get(u"/events/stats"_s).data().value(u"invalidEvents"_s).toInt(), run + 1);
        before = countsOf(client.cube);
        totals = client.totals;
        epoch = client.epoch;
        QVERIFY(server.stop());
        QVERIFY(client.waitForClose());
        QCOMPARE(client.socket.closeCode(), QWebSocketProtocol::CloseCodeGoingAway);
    }
}

void ServerTest::stopAnswersWhatWasAccepted()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    TestServer server;
    server.settings.database = url;
    QVERIFY2(server.start(), server.failure ? qPrintable(server.failure->text) : "");
    // Senders that send as fast as they can, over connections of their own, until the server is gone.
    constexpr int kSenders = 16;
    const QByteArray body = eventJson();
    const QByteArray request = "POST /webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: " + server.key +
                               "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    std::vector<std::unique_ptr<RawClient>> senders;
    for (int i = 0; i < kSenders; ++i) {
        senders.push_back(std::make_unique<RawClient>(quint16(server.url.port())));
        RawClient *sender = senders.back().get();
        connect(&sender->socket, &QTcpSocket::readyRead, &sender->socket, [sender, request] { sender->send(request); });
        sender->send(request);
    }
    const auto accepted = [&] {
        qint64 sum = 0;
        for (const auto &sender : senders)
            for (const Answer &answer : answersIn(sender->received))
                sum += answer.status == 200 ? 1 : 0;
        return sum;
    };
    QVERIFY(spinUntil([&] { return accepted() > 100; }, 20'000));
    QVERIFY(server.stop());
    for (const auto &sender : senders) {
        QVERIFY(spinUntil([&] { return sender->isClosed(); }));
        for (const Answer &answer : answersIn(sender->received))
            QVERIFY2(answer.status == 200 || answer.status == 503, sender->received.right(300).constData());
    }
    const qint64 promised = accepted();
    QVERIFY(server.start());
    // All that was answered with yes is there; one that was stored but whose sender had hung up may be there too.
    const qint64 kept = server.get(u"/events/stats"_s).data().value(u"totalEvents"_s).toInteger();
    QVERIFY2(kept >= promised && kept <= promised + kSenders, qPrintable(u"%1 of %2"_s.arg(kept).arg(promised)));
    QVERIFY(server.stop());
}

void ServerTest::lostDatabaseIsToldAndSurvived()
{
    const Result<DatabaseUrl> fresh = m_backends.fresh(u"postgresql"_s);
    if (!fresh)
        QSKIP(qPrintable(fresh.failure().text));
    if (!m_backends.postgres().canRestart())
        QSKIP("The PostgreSQL that ENTVAS_TEST_DATABASE_URL names is not ours to stop.");
    TestServer server;
    server.settings.database = fresh.value();
    QVERIFY(server.start());
    QCOMPARE(server.post(eventJson()).status, 200);
    ENTVAS_VERIFY(m_backends.postgres().stopServer());
    const HttpAnswer refused = server.post(eventJson());
    QCOMPARE(refused.status, 503);
    QVERIFY(refused.header("Retry-After").toInt() >= 1);
    QCOMPARE(server.post("{}").status, 400); // what is wrong with it needs no database
    QCOMPARE(server.get(u"/health"_s).status, 200);
    QCOMPARE(server.get(u"/health"_s).data().value(u"status"_s).toString(), u"degraded"_s);
    QCOMPARE(server.get(u"/ready"_s).status, 503);
    QVERIFY(server.get(u"/ready"_s).json().value(u"message"_s).toString().contains(u"database"_s));
    QCOMPARE(server.get(u"/events/stats"_s).data().value(u"totalEvents"_s).toInt(), 1);
    ENTVAS_VERIFY(m_backends.postgres().startServer());
    QVERIFY(spinUntil([&] { return server.get(u"/ready"_s).status == 200; }, 20'000));
    QCOMPARE(server.post(eventJson()).status, 200);
    QCOMPARE(server.get(u"/events"_s).data().value(u"count"_s).toInt(), 2);
    QVERIFY(spinUntil(
        [&] { return server.get(u"/events/stats"_s).data().value(u"invalidEvents"_s).toInt() == 1; })); // not forgotten
    QVERIFY(server.stop());
}

void ServerTest::portInUse()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    TestServer server;
    server.settings.port = other.serverPort();
    QVERIFY(!server.start());
    QCOMPARE(server.failure->kind, Fault::Unavailable);
    QVERIFY2(server.failure->text.contains(QString::number(other.serverPort())), qPrintable(server.failure->text));
    QVERIFY(!QFile::exists(server.settings.database.path)); // nothing was begun
}

void ServerTest::databaseFileInUse()
{
    TestServer first;
    QVERIFY(first.start());
    TestServer second;
    second.settings.database = first.settings.database;
    QVERIFY(!second.start());
    QCOMPARE(second.failure->kind, Fault::Unavailable);
    QVERIFY2(second.failure->text.contains(first.settings.database.path), qPrintable(second.failure->text));
    QVERIFY(first.stop());
    first.server.reset();
    TestServer third;
    third.settings.database = first.settings.database;
    QVERIFY(third.start());
}

void ServerTest::unsafeSettings()
{
    TestServer server;
    server.settings.host = u"0.0.0.0"_s;
    QVERIFY(!server.start());
    QCOMPARE(server.failure->kind, Fault::Configuration);
    QVERIFY(server.failure->text.contains(u"WEBHOOK_API_KEY"_s));
}

void ServerTest::databaseThatCannotBeOpened()
{
    TestServer server;
    QFile file(server.settings.database.path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(8'192, 'x'));
    file.close();
    QVERIFY(!server.start());
    QVERIFY2(server.failure->text.contains(server.settings.database.path), qPrintable(server.failure->text));
}

void ServerTest::stopBeforeReady()
{
    TestServer server;
    server.server = std::make_unique<Server>(server.settings);
    server.server->start();
    QVERIFY(server.stop());
}

void ServerTest::stopWithoutStart()
{
    TestServer server;
    server.server = std::make_unique<Server>(server.settings);
    QVERIFY(server.stop());
}

void ServerTest::startsAgainAfterFailure()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    TestServer server;
    server.settings.port = other.serverPort();
    QVERIFY(!server.start());
    other.close();
    server.failure.reset();
    server.server->start();
    QVERIFY(spinUntil([&] { return server.url.isValid() || server.failure; }));
    QVERIFY2(!server.failure, server.failure ? qPrintable(server.failure->text) : "");
    QCOMPARE(server.post(eventJson()).status, 200);
}

// "Stopped" means that the file is free: the desktop that moves to another port starts the next server right then.
void ServerTest::anotherMayFollowAtOnce()
{
    QTemporaryDir dir;
    Settings settings;
    settings.port = 0;
    settings.database.path = dir.filePath(u"entvas.db"_s);
    std::vector<std::unique_ptr<Server>> servers;
    QString failure;
    std::function<void()> startNext = [&] {
        Server *next = servers.emplace_back(std::make_unique<Server>(settings)).get();
        connect(next, &Server::ready, next, [next] { next->stop(); });
        connect(next, &Server::failed, next, [&](const Failure &why) { failure = why.text; });
        connect(next, &Server::stopped, next, [&] {
            if (servers.size() < 20)
                startNext();
            else
                servers.emplace_back();
        });
        next->start();
    };
    startNext();
    QVERIFY2(spinUntil([&] { return servers.size() > 20 || !failure.isEmpty(); }, 20'000), "no end in sight");
    QCOMPARE(failure, QString());
}

void ServerTest::destructorStops()
{
    TestServer server;
    QVERIFY(server.start());
    QCOMPARE(server.post(eventJson()).status, 200);
    server.server.reset(); // with nothing to run this thread's events meanwhile
    server.url.clear();
    QVERIFY(server.start());
    QCOMPARE(server.get(u"/events/stats"_s).data().value(u"totalEvents"_s).toInt(), 1);
}

QTEST_GUILESS_MAIN(ServerTest)
#include "tst_server.moc"
