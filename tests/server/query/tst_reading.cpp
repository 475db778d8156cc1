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
    void refusesUnknownParameters_data();
    void refusesUnknownParameters();
    void findsWhateverCanBeStored_data();
    void findsWhateverCanBeStored();
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
    server->post("[" + eventJson("page view", "ann+bob") + "," + eventJson("page view", "ann bob") + "]");
    QCOMPARE(count(u"type=page+view"_s), 2);
    QCOMPARE(count(u"type=page%20view&user=ann%2Bbob"_s), 1);
    QCOMPARE(count(u"type=page+view&user=ann+bob"_s), 1);
    QCOMPARE(count(u"type=page+view&from=2020-01-01T00:00:00+01:00"_s), 2);
    QCOMPARE(server->get(u"/events/stats?type=page+view"_s).data()[u"totalEvents"_s].toInt(), 2);
    QCOMPARE(server->get(u"/export/ndjson?type=page+view&user=ann+bob"_s).body.count('\n'), 1);
    QCOMPARE(count(u"from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z"_s), 0);
    QCOMPARE(count(u"from=2020-01-01T00:00:00Z"_s), 5);
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

void ReadingTest::refusesUnknownParameters_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *path, const QString &says) {
        QTest::newRow(path) << QString::fromLatin1(path) << says;
    };
    row("/events?typ=a", u"\"type\""_s);
    row("/events/stats?filer=day", u"\"filter\""_s);
    row("/events/stats?user=a", u"filter"_s); // counts know no users
    row("/export/csv?eventType=a", u"\"type\""_s);
    row("/export/json?users=a", u"\"user\""_s);
    row("/export/ndjson?form=2026-01-01T00:00:00Z", u"\"from\""_s);
    row("/rejections?limits=1", u"\"limit\""_s);
    row("/admin/keys?projekt=a", u"\"project\""_s);
    row("/admin/members?projet=a", u"\"project\""_s);
    row("/admin/projects?project=a", u"takes none"_s);
    row("/admin/audit?befor=a", u"\"before\""_s);
    row("/metrics?format=a", u"takes none"_s);
    row("/health?a=b", u"takes none"_s);
    row("/ready?a=b", u"takes none"_s);
    row("/me?project=a", u"takes none"_s);
    row("/auth/config?a=b", u"takes none"_s);
    row("/?a=b", u"takes none"_s);
    row("/ws?formt=cbor", u"\"format\""_s);
    row("/events?type=a&type=b", u"more than once"_s);
    row("/export/csv?user=a&user=a", u"more than once"_s);
    row("/admin/audit?limit=1&limit=2", u"more than once"_s);
}

void ReadingTest::refusesUnknownParameters()
{
    QFETCH(QString, path);
    QFETCH(QString, says);
    QVERIFY(server->start());
    const HttpAnswer answer = server->get(path);
    QCOMPARE(answer.status, 400);
    QVERIFY2(answer.json()[u"message"_s].toString().contains(says), answer.body.constData());
    QCOMPARE(server->call("POST", u"/webhook?key=1"_s, eventJson(), {{"X-API-Key", server->key}}).status, 400);
}

void ReadingTest::findsWhateverCanBeStored_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("emoji") << QString::fromUtf8(QByteArray("😀").repeated(128));
    QTest::newRow("65 emoji") << QString::fromUtf8(QByteArray("😀").repeated(65));
    QTest::newRow("U+FEFF first") << u"\ufeffpage"_s;
    QTest::newRow("U+FFFE first") << u"\ufffepage"_s;
    QTest::newRow("not characters") << u"a\ufdd0\ufffe\uffff\U0001ffffz"_s;
}

void ReadingTest::findsWhateverCanBeStored()
{
    QFETCH(QString, text);
    QVERIFY(server->start());
    QCOMPARE(server->post(eventJson(text.toUtf8(), text.toUtf8())).status, 200);
    QCOMPARE(server->post(eventJson()).status, 200);
    const QString value = QString::fromLatin1(text.toUtf8().toPercentEncoding());
    const QString query = u"?type="_s + value + u"&user="_s + value;
    const QByteArray quoted = '"' + text.toUtf8() + '"'; // as it is sent: Qt reads JSON without U+FEFF at the head
    const HttpAnswer found = server->get(u"/events"_s + query);
    QCOMPARE(found.data()[u"count"_s].toInt(), 1);
    QVERIFY(found.body.contains("\"eventType\":" + quoted));
    QVERIFY(found.body.contains("\"userId\":" + quoted));
    QCOMPARE(server->get(u"/export/ndjson"_s + query).body.count('\n'), 1);
    QVERIFY(server->get(u"/export/csv"_s + query).body.contains(text.toUtf8()));
    const auto counted = [&] {
        const HttpAnswer stats = server->get(u"/events/stats?type="_s + value);
        return stats.data()[u"totalEvents"_s].toInt() == 1 && stats.body.contains(quoted + ":1");
    };
    QVERIFY(counted());
    QVERIFY(server->stop()); // and from what is stored
    QVERIFY(server->start());
    QVERIFY(counted());
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
    QTest::newRow("a rebound name like an address") << QByteArray("Host") << QByteArray("[::1].evil.example") << 403;
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
