#include "tests/server/testserver.h"

#include <QTest>
#include <QUuid>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// The GET requests over real sockets: what they answer, and to whom.
class ReadingTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { server = std::make_unique<TestServer>(); }
    void cleanup()
    {
        QVERIFY(server->stop());
        server.reset();
    }
    void saysWhatItIs();
    void healthAndReady();
    void unknownPathsAndMethods();
    void pagesThroughEvents();
    void filtersEvents();
    void namesWrongParameters();
    void statsCountByType();
    void onlyThisMachineWithoutToken_data();
    void onlyThisMachineWithoutToken();
    void tokenDecidesWhereThereIsOne();
    void corsForListedOrigins();

private:
    std::unique_ptr<TestServer> server;
};

void ReadingTest::saysWhatItIs()
{
    QVERIFY(server->start());
    const HttpAnswer answer = server->get(u"/"_s);
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.json().value(u"name"_s).toString(), u"Entvas"_s);
    QVERIFY(!answer.json().value(u"version"_s).toString().isEmpty());
    QVERIFY(answer.json().value(u"endpoints"_s).toObject().contains(u"POST /webhook"_s));
    QVERIFY(answer.json().value(u"developmentKey"_s).isBool());
}

void ReadingTest::healthAndReady()
{
    QVERIFY(server->start());
    const HttpAnswer health = server->get(u"/health"_s);
    QCOMPARE(health.status, 200);
    QCOMPARE(health.data().value(u"status"_s).toString(), u"healthy"_s);
    QVERIFY(health.data().value(u"uptime"_s).toInteger(-1) >= 0);
    QVERIFY(health.data().value(u"timestamp"_s).toString().endsWith(u'Z'));
    QCOMPARE(server->get(u"/ready"_s).status, 200);
}

void ReadingTest::unknownPathsAndMethods()
{
    QVERIFY(server->start());
    const HttpAnswer missing = server->get(u"/nowhere"_s);
    QCOMPARE(missing.status, 404);
    QCOMPARE(missing.json().value(u"success"_s).toBool(true), false);
    const HttpAnswer wrong = server->call("DELETE", u"/events"_s);
    QCOMPARE(wrong.status, 405);
    QVERIFY(wrong.header("Allow").contains("GET") && wrong.header("Allow").contains("POST"));
    QCOMPARE(server->call("HEAD", u"/health"_s).status, 200);
}

void ReadingTest::pagesThroughEvents()
{
    QVERIFY(server->start());
    QCOMPARE(server->get(u"/events"_s).data().value(u"events"_s).toArray().size(), 0);
    QStringList sent;
    for (int i = 0; i < 7; ++i)
        sent.prepend(server->post(eventJson("a", QByteArray::number(i))).data().value(u"eventId"_s).toString());
    QStringList read;
    QString cursor;
    for (int page = 0; page < 4; ++page) {
        const HttpAnswer answer =
            server->get(u"/events?limit=3"_s + (cursor.isEmpty() ? QString() : u"&cursor="_s + cursor));
        QCOMPARE(answer.status, 200);
        const QJsonArray events = answer.data().value(u"events"_s).toArray();
        QCOMPARE(answer.data().value(u"count"_s).toInt(), int(events.size()));
        for (const QJsonValue &event : events)
            read.append(event[u"id"_s].toString());
        cursor = answer.data().value(u"nextCursor"_s).toString();
        if (cursor.isEmpty())
            break;
    }
    QCOMPARE(read, sent); // newest first, each once
    const QJsonObject first = server->get(u"/events?limit=1"_s).data().value(u"events"_s)[0].toObject();
    QCOMPARE(first.value(u"eventType"_s).toString(), u"a"_s);
    QCOMPARE(first.value(u"userId"_s).toString(), u"6"_s);
    QCOMPARE(first.value(u"metadata"_s).toObject(), (QJsonObject{{u"page"_s, u"home"_s}, {u"browser"_s, u"chrome"_s}}));
    QCOMPARE(first.value(u"timestamp"_s), first.value(u"receivedAt"_s));
}

void ReadingTest::filtersEvents()
{
    QVERIFY(server->start());
    server->post("[" + eventJson("a", "x") + "," + eventJson("b", "x") + "," + eventJson("a", "y") + "]");
    const auto count = [this](const QString &query) {
        return server->get(u"/events?"_s + query).data().value(u"count"_s).toInt();
    };
    QCOMPARE(count(u"type=a"_s), 2);
    QCOMPARE(count(u"user=x"_s), 2);
    QCOMPARE(count(u"type=a&user=x"_s), 1);
    QCOMPARE(count(u"type=nothing"_s), 0);
    QCOMPARE(count(u"from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z"_s), 0);
    QCOMPARE(count(u"from=2020-01-01T00:00:00Z"_s), 3);
    for (const QString &filter : {u"hour"_s, u"day"_s, u"week"_s})
        QCOMPARE(server->get(u"/events?filter="_s + filter).data().value(u"filter"_s).toString(), filter);
    QCOMPARE(server->get(u"/events?filter=century"_s).data().value(u"filter"_s).toString(), u"hour"_s);
}

void ReadingTest::namesWrongParameters()
{
    QVERIFY(server->start());
    for (const QString &name : {u"limit"_s, u"from"_s, u"to"_s, u"cursor"_s}) {
        const HttpAnswer answer = server->get(u"/events?"_s + name + u"=nonsense"_s);
        QCOMPARE(answer.status, 400);
        QVERIFY(answer.json().value(u"message"_s).toString().contains(name));
    }
}

void ReadingTest::statsCountByType()
{
    QVERIFY(server->start());
    server->post("[" + eventJson("a") + "," + eventJson("b") + "," + eventJson("a") + ",{}]");
    for (const QString &filter : {u"hour"_s, u"day"_s, u"week"_s}) {
        const QJsonObject data = server->get(u"/events/stats?filter="_s + filter).data();
        QCOMPARE(data, (QJsonObject{{u"totalEvents"_s, 3},
                                    {u"invalidEvents"_s, 1},
                                    {u"statistics"_s, QJsonObject{{u"a"_s, 2}, {u"b"_s, 1}}},
                                    {u"filter"_s, filter}}));
    }
}

void ReadingTest::onlyThisMachineWithoutToken_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("status");
    QTest::newRow("a program") << QByteArray("accept") << QByteArray("*/*") << 200;
    QTest::newRow("a web page") << QByteArray("Origin") << QByteArray("http://evil.example") << 403;
    QTest::newRow("a listed page") << QByteArray("Origin") << QByteArray("http://desk.example") << 200;
    QTest::newRow("a rebound name") << QByteArray("Host") << QByteArray("evil.example") << 403;
    QTest::newRow("through a proxy") << QByteArray("X-Forwarded-For") << QByteArray("192.0.2.1") << 403;
}

void ReadingTest::onlyThisMachineWithoutToken()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    QFETCH(int, status);
    server->settings.corsOrigins = {u"http://desk.example"_s};
    QVERIFY(server->start());
    for (const QString &path : {u"/events"_s, u"/events/stats"_s})
        QCOMPARE(server->get(path, {{name, value}}).status, status);
    QCOMPARE(server->get(u"/health"_s, {{name, value}}).status, 200); // open to all
    LiveClient client;
    QCOMPARE(client.open(server->url, {{name, value}}), status == 200);
}

void ReadingTest::tokenDecidesWhereThereIsOne()
{
    server->settings.viewerToken = u"the viewers' token"_s;
    QVERIFY(server->start());
    for (const QString &path : {u"/events"_s, u"/events/stats"_s}) {
        QCOMPARE(server->get(path).status, 401);
        QCOMPARE(server->get(path).header("WWW-Authenticate"), QByteArray("Bearer realm=\"entvas\""));
        QCOMPARE(server->get(path, {{"Authorization", "Bearer wrong"}}).status, 401);
        QCOMPARE(server->get(path, {{"Authorization", "Bearer " + server->key}}).status, 403); // a sender's key
        QCOMPARE(server->get(path, {{"Authorization", "Bearer the viewers' token"}, {"Host", "any.example"}}).status,
                 200);
    }
}

void ReadingTest::corsForListedOrigins()
{
    server->settings.corsOrigins = {u"http://desk.example"_s};
    QVERIFY(server->start());
    const HttpAnswer preflight = server->call(
        "OPTIONS", u"/events"_s, {}, {{"Origin", "http://desk.example"}, {"Access-Control-Request-Method", "GET"}});
    QCOMPARE(preflight.status, 204);
    QCOMPARE(preflight.header("Access-Control-Allow-Origin"), QByteArray("http://desk.example"));
    QVERIFY(preflight.header("Access-Control-Allow-Headers").contains("Authorization"));
    QCOMPARE(server->get(u"/events"_s, {{"Origin", "http://desk.example"}}).header("Access-Control-Allow-Origin"),
             QByteArray("http://desk.example"));
    const HttpAnswer foreign = server->call(
        "OPTIONS", u"/events"_s, {}, {{"Origin", "http://evil.example"}, {"Access-Control-Request-Method", "GET"}});
    QVERIFY(foreign.header("Access-Control-Allow-Origin").isEmpty());
}

QTEST_GUILESS_MAIN(ReadingTest)
#include "tst_reading.moc"
