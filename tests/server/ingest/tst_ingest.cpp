#include "tests/server/gzip.h"
#include "tests/server/testserver.h"

#include <QTest>
#include <QUuid>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// POST /webhook over real sockets, with a real database behind it.
class IngestTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void oneEvent();
    void originalFeedersPayloads();
    void validationSaysAllAtOnce_data();
    void validationSaysAllAtOnce();
    void malformedJsonTellsWhere();
    void arrayKeepsGoodNeighbours();
    void arrayOfRejectedIs400();
    void arrayTooLong();
    void emptyArray();
    void linesAreEvents();
    void linesGoByManyNames_data();
    void linesGoByManyNames();
    void byteOrderMarksArePassedOver_data();
    void byteOrderMarksArePassedOver();
    void publishedKeyIsForThisMachine_data();
    void publishedKeyIsForThisMachine();
    void repeatsAreCountedOnce();
    void idempotencyKeyHeader();
    void gzipBodies();
    void unknownEncoding();
    void bodyTooLarge();
    void wrongKey();
    void keyThatMayNotSend();
    void ownKey();
    void rateLimit();
    void onlyListedTypes();
    void keepsDigits();

private:
    qint64 storedEvents()
    {
        return server->get(u"/events/stats?filter=week"_s).data().value(u"totalEvents"_s).toInteger();
    }
    qint64 rejectedEvents()
    {
        return server->get(u"/events/stats?filter=week"_s).data().value(u"invalidEvents"_s).toInteger();
    }
    std::unique_ptr<TestServer> server;
};

void IngestTest::init()
{
    server = std::make_unique<TestServer>();
}

void IngestTest::cleanup()
{
    QVERIFY(server->stop());
    server.reset();
}

void IngestTest::oneEvent()
{
    QVERIFY(server->start());
    for (const QString &path : {u"/webhook"_s, u"/events"_s}) {
        const qint64 before = server->clock.nowMs();
        const HttpAnswer answer = server->call("POST", path, eventJson(), {{"X-API-Key", kDevelopmentKey}});
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.json().value(u"success"_s).toBool(), true);
        QCOMPARE(answer.json().value(u"message"_s).toString(), u"Event received successfully"_s);
        const QUuid id = QUuid::fromString(answer.data().value(u"eventId"_s).toString());
        QCOMPARE(answer.data().value(u"eventId"_s).toString().at(14), u'7'); // its version
        QVERIFY(!id.isNull());
        const QString received = answer.data().value(u"receivedAt"_s).toString();
        QVERIFY2(received.endsWith(u'Z') && received.size() == 24, qPrintable(received));
        const qint64 at = QDateTime::fromString(received, Qt::ISODateWithMs).toMSecsSinceEpoch();
        QVERIFY(at >= before && at <= server->clock.nowMs());
        QVERIFY(!answer.data().contains(u"duplicate"_s));
        QVERIFY(!answer.header("X-Request-Id").isEmpty());
    }
    QCOMPARE(storedEvents(), 2);
}

void IngestTest::originalFeedersPayloads()
{
    QVERIFY(server->start());
    QCOMPARE(
        server
            ->post(
                R"({"eventType":"page_view","userId":"123","timestamp":"2025-01-01T12:00:00Z","metadata":{"page":"home","browser":"chrome"}})")
            .status,
        200);
    const HttpAnswer bad =
        server->post(R"({"eventType":"invalid_type","userId":"invalid_user","timestamp":"invalid-timestamp"})");
    QCOMPARE(bad.status, 400);
    QCOMPARE(bad.json().value(u"errors"_s).toArray().first().toObject().value(u"type"_s).toString(),
             u"string.isoDate"_s);
    QCOMPARE(storedEvents(), 1);
    QCOMPARE(rejectedEvents(), 1);
}

void IngestTest::validationSaysAllAtOnce_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QStringList>("expected"); // path, type and message of each error
    QTest::newRow("nothing") << QByteArray("{}")
                             << QStringList{u"eventType any.required eventType is required"_s,
                                            u"userId any.required userId is required"_s};
    QTest::newRow("kinds") << QByteArray(R"({"eventType":1,"userId":null,"metadata":[]})")
                           << QStringList{u"eventType string.base \"eventType\" must be a string"_s,
                                          u"userId string.base \"userId\" must be a string"_s,
                                          u"metadata object.base \"metadata\" must be of type object"_s};
    QTest::newRow("unknown field") << QByteArray(R"({"eventType":"a","userId":"b","x":1})")
                                   << QStringList{u"x object.unknown \"x\" is not allowed"_s};
    QTest::newRow("time") << QByteArray(R"({"eventType":"a","userId":"b","timestamp":"yesterday"})")
                          << QStringList{u"timestamp string.isoDate timestamp must be a valid ISO date string"_s};
}

void IngestTest::validationSaysAllAtOnce()
{
    QFETCH(QByteArray, body);
    QFETCH(QStringList, expected);
    QVERIFY(server->start());
    const HttpAnswer answer = server->post(body);
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.json().value(u"success"_s).toBool(true), false);
    QCOMPARE(answer.json().value(u"message"_s).toString(), u"Validation failed"_s);
    QCOMPARE(answer.json().value(u"error"_s), answer.json().value(u"message"_s));
    QStringList errors;
    for (const QJsonValue &error : answer.json().value(u"errors"_s).toArray()) {
        QStringList path;
        for (const QJsonValue &part : error[u"path"_s].toArray())
            path.append(part.toString());
        errors.append(path.join(u'.') + u' ' + error[u"type"_s].toString() + u' ' + error[u"message"_s].toString());
    }
    errors.sort();
    expected.sort();
    QCOMPARE(errors, expected);
    QCOMPARE(storedEvents(), 0);
    QCOMPARE(rejectedEvents(), 1); // answered only after it was counted
}

void IngestTest::malformedJsonTellsWhere()
{
    QVERIFY(server->start());
    const HttpAnswer answer = server->post(R"({"eventType":)");
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.json().value(u"message"_s).toString(), u"Malformed JSON"_s);
    const QString where = answer.json().value(u"errors"_s).toArray().first().toObject().value(u"message"_s).toString();
    QVERIFY2(where.contains(u"byte 13"_s), qPrintable(where));
    QCOMPARE(server->post("").status, 400);
    QCOMPARE(rejectedEvents(), 2); // nobody knows how many events they were meant to be, but they were refused
}

void IngestTest::arrayKeepsGoodNeighbours()
{
    QVERIFY(server->start());
    const HttpAnswer answer = server->post("[" + eventJson("a") + ",{\"eventType\":\"b\"}," + eventJson("c") + ",17]");
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.data().value(u"accepted"_s).toInt(), 2);
    QCOMPARE(answer.data().value(u"duplicates"_s).toInt(), 0);
    QCOMPARE(answer.data().value(u"rejected"_s).toInt(), 2);
    const QJsonArray results = answer.data().value(u"results"_s).toArray();
    QStringList statuses;
    for (const QJsonValue &result : results)
        statuses.append(result[u"status"_s].toString());
    QCOMPARE(statuses, (QStringList{u"accepted"_s, u"rejected"_s, u"accepted"_s, u"rejected"_s}));
    QVERIFY(!QUuid::fromString(results[0][u"eventId"_s].toString()).isNull());
    QCOMPARE(results[1][u"errors"_s][0][u"message"_s].toString(), u"userId is required"_s);
    QVERIFY(!results[3][u"errors"_s].toArray().isEmpty());
    const HttpAnswer stats = server->get(u"/events/stats"_s);
    QCOMPARE(stats.data().value(u"statistics"_s).toObject(), (QJsonObject{{u"a"_s, 1}, {u"c"_s, 1}}));
    QCOMPARE(stats.data().value(u"invalidEvents"_s).toInt(), 2);
}

void IngestTest::arrayOfRejectedIs400()
{
    QVERIFY(server->start());
    const HttpAnswer answer = server->post("[{},{}]");
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.data().value(u"rejected"_s).toInt(), 2);
    QCOMPARE(answer.data().value(u"results"_s).toArray().size(), 2);
    QCOMPARE(rejectedEvents(), 2);
}

void IngestTest::arrayTooLong()
{
    QVERIFY(server->start());
    QByteArray body = "[" + eventJson();
    for (int i = 0; i < 10'000; ++i)
        body += "," + eventJson();
    QCOMPARE(server->post(body + "]").status, 413);
    QCOMPARE(storedEvents(), 0);
    const HttpAnswer fits = server->post("[" + body.mid(eventJson().size() + 2) + "]");
    QCOMPARE(fits.status, 200);
    QCOMPARE(fits.data().value(u"accepted"_s).toInt(), 10'000);
    QCOMPARE(storedEvents(), 10'000);
}

void IngestTest::emptyArray()
{
    QVERIFY(server->start());
    QCOMPARE(server->post("[]").status, 400);
}

void IngestTest::linesAreEvents()
{
    QVERIFY(server->start());
    const HttpAnswer answer = server->post(eventJson("a") + "\r\n\n{broken\n[" + eventJson() + "]\n" + eventJson("b"),
                                           {{"Content-Type", "application/x-ndjson; charset=utf-8"}});
    QCOMPARE(answer.status, 200);
    QStringList statuses;
    for (const QJsonValue &result : answer.data().value(u"results"_s).toArray())
        statuses.append(result[u"status"_s].toString());
    QCOMPARE(statuses, (QStringList{u"accepted"_s, u"rejected"_s, u"rejected"_s, u"accepted"_s}));
    QCOMPARE(storedEvents(), 2);
}

void IngestTest::linesGoByManyNames_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<bool>("lines");
    for (const char *type : {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonl",
                             "application/jsonlines", "application/x-jsonlines", "Application/NDJSON ; charset=utf-8"})
        QTest::newRow(type) << QByteArray(type) << true;
    for (const char *type : {"application/json", "text/plain", "application/ndjson2"})
        QTest::newRow(type) << QByteArray(type) << false;
}

void IngestTest::linesGoByManyNames()
{
    QFETCH(QByteArray, type);
    QFETCH(bool, lines);
    QVERIFY(server->start());
    const HttpAnswer answer = server->post(eventJson("a") + "\n" + eventJson("b"), {{"Content-Type", type}});
    QCOMPARE(answer.status, lines ? 200 : 400);
    QCOMPARE(storedEvents(), lines ? 2 : 0);
}

void IngestTest::byteOrderMarksArePassedOver_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<int>("stored");
    const QByteArray mark = "\xef\xbb\xbf";
    const QByteArray json = "application/json";
    const QByteArray lines = "application/x-ndjson";
    QTest::newRow("event") << mark + eventJson() << json << 1;
    QTest::newRow("array") << mark + "[" + eventJson() + "," + eventJson() + "]" << json << 2;
    QTest::newRow("lines") << mark + eventJson() + "\n" + eventJson() << lines << 2;
    QTest::newRow("files of lines") << mark + eventJson() + "\n" + mark + eventJson() + "\r\n" << lines << 2;
    QTest::newRow("only that") << mark << json << 0;
    QTest::newRow("only that, as a line") << mark << lines << 0;
    QTest::newRow("twice") << mark + mark + eventJson() << json << 0;
    QTest::newRow("behind") << eventJson() + mark << json << 0;
}

void IngestTest::byteOrderMarksArePassedOver()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, type);
    QFETCH(int, stored);
    QVERIFY(server->start());
    QCOMPARE(server->post(body, {{"Content-Type", type}}).status, stored > 0 ? 200 : 400);
    QCOMPARE(server->post(gzip(body), {{"Content-Type", type}, {"Content-Encoding", "gzip"}}).status,
             stored > 0 ? 200 : 400);
    QCOMPARE(storedEvents(), 2 * stored);
}

void IngestTest::publishedKeyIsForThisMachine_data()
{
    QTest::addColumn<Headers>("headers");
    QTest::addColumn<bool>("taken");
    const auto row = [](const char *name, const Headers &headers, bool taken) {
        QTest::newRow(name) << headers << taken;
    };
    row("a program", {}, true);
    row("localhost", {{"Host", "localhost:8000"}}, true);
    row("IPv6", {{"Host", "[::1]:8000"}}, true);
    row("a rebound name", {{"Host", "evil.example"}}, false);
    row("a rebound name with its own origin", {{"Host", "evil.example"}, {"Origin", "http://evil.example"}}, false);
    row("a rebound name like an address", {{"Host", "[::1].evil.example"}}, false);
    row("another one", {{"Host", "127.0.0.1.evil.example:8000"}}, false);
    row("a foreign page", {{"Origin", "http://evil.example"}}, false);
    row("a page in a sandbox", {{"Origin", "null"}}, false);
    row("a page from another port", {{"Host", "localhost:8000"}, {"Origin", "http://localhost:3000"}}, false);
    row("a page of the server's own", {{"Host", "localhost:8000"}, {"Origin", "http://localhost:8000"}}, true);
    row("a listed page", {{"Origin", "http://desk.example"}}, true);
}

void IngestTest::publishedKeyIsForThisMachine()
{
    QFETCH(Headers, headers);
    QFETCH(bool, taken);
    server->settings.corsOrigins = {u"http://desk.example"_s};
    QVERIFY(server->start());
    for (const QString &path : {u"/webhook"_s, u"/webhook/"_s, u"/events"_s})
        for (const QByteArray &name : {QByteArray("X-API-Key"), QByteArray("Authorization")}) {
            const QByteArray key = name == "X-API-Key" ? server->key : "Bearer " + server->key;
            const HttpAnswer answer = server->call("POST", path, eventJson(), headers + Headers{{name, key}});
            QCOMPARE(answer.status, taken ? 200 : 403);
            if (!taken)
                QVERIFY(answer.json()[u"message"_s].toString().contains(u"WEBHOOK_API_KEY"_s));
        }
    QCOMPARE(storedEvents(), taken ? 6 : 0);
    // With a key that nobody else knows the page may come from anywhere.
    QVERIFY(server->stop());
    server->settings.webhookKey = u"a-key-of-my-own"_s;
    QVERIFY(server->start());
    QCOMPARE(
        server->call("POST", u"/webhook"_s, eventJson(), headers + Headers{{"X-API-Key", "a-key-of-my-own"}}).status,
        200);
}

void IngestTest::repeatsAreCountedOnce()
{
    QVERIFY(server->start());
    const QByteArray event = R"({"eventType":"a","userId":"b","id":"order-17"})";
    const HttpAnswer first = server->post(event);
    QCOMPARE(first.status, 200);
    const HttpAnswer again = server->post(event);
    QCOMPARE(again.status, 200);
    QCOMPARE(again.data().value(u"eventId"_s), first.data().value(u"eventId"_s));
    QCOMPARE(again.data().value(u"receivedAt"_s), first.data().value(u"receivedAt"_s));
    QCOMPARE(again.data().value(u"duplicate"_s).toBool(), true);
    const HttpAnswer batch = server->post("[" + event + "," + eventJson() + "]");
    QCOMPARE(batch.data().value(u"accepted"_s).toInt(), 1);
    QCOMPARE(batch.data().value(u"duplicates"_s).toInt(), 1);
    QCOMPARE(batch.data().value(u"results"_s)[0][u"eventId"_s], first.data().value(u"eventId"_s));
    QCOMPARE(storedEvents(), 2);
}

void IngestTest::idempotencyKeyHeader()
{
    QVERIFY(server->start());
    const QByteArray event = R"({"eventType":"a","userId":"b"})";
    const HttpAnswer first = server->post(event, {{"Idempotency-Key", "k1"}});
    QCOMPARE(first.status, 200);
    QCOMPARE(server->post(event, {{"Idempotency-Key", "k1"}}).data().value(u"duplicate"_s).toBool(), true);
    QVERIFY(!server->post(event, {{"Idempotency-Key", "k2"}}).data().contains(u"duplicate"_s));
    QCOMPARE(server->post(R"({"eventType":"a","userId":"b","id":"k1"})").data().value(u"duplicate"_s).toBool(), true);
    QCOMPARE(server->post(R"({"eventType":"a","userId":"b","id":"k3"})", {{"Idempotency-Key", "k1"}}).status, 400);
    QCOMPARE(server->post(event, {{"Idempotency-Key", QByteArray(129, 'k')}}).status, 400);
    QCOMPARE(storedEvents(), 2);
}

void IngestTest::gzipBodies()
{
    server->settings.maxBodyBytes = 100'000;
    QVERIFY(server->start());
    const Headers gzipped{{"Content-Encoding", "gzip"}};
    QCOMPARE(server->post(gzip(eventJson()), gzipped).status, 200);
    QCOMPARE(server->post(gzip(QByteArray(200'000, ' ') + eventJson()), gzipped).status, 413);
    QCOMPARE(server->post(eventJson(), gzipped).status, 400);
    QCOMPARE(server->post(gzip(eventJson()).chopped(4), gzipped).status, 400);
    QCOMPARE(server->post(eventJson(), {{"Content-Encoding", "identity"}}).status, 200);
    QCOMPARE(storedEvents(), 2);
}

void IngestTest::unknownEncoding()
{
    QVERIFY(server->start());
    const HttpAnswer answer = server->post(eventJson(), {{"Content-Encoding", "br"}});
    QCOMPARE(answer.status, 415);
    QCOMPARE(answer.json().value(u"success"_s).toBool(true), false);
}

void IngestTest::bodyTooLarge()
{
    server->settings.maxBodyBytes = 1'000;
    QVERIFY(server->start());
    QCOMPARE(server->post(QByteArray(2'000, ' ') + eventJson()).status, 413);
}

void IngestTest::wrongKey()
{
    QVERIFY(server->start());
    for (const Headers &headers :
         {Headers{}, Headers{{"X-API-Key", "nonsense"}}, Headers{{"Authorization", "Bearer nonsense"}}}) {
        const HttpAnswer answer = server->call("POST", u"/webhook"_s, eventJson(), headers);
        QCOMPARE(answer.status, 401);
        QCOMPARE(answer.json().value(u"message"_s).toString(), u"Invalid or missing API key"_s);
        QCOMPARE(answer.header("WWW-Authenticate"), headers.isEmpty()
                                                        ? "Bearer realm=\"entvas\""
                                                        : "Bearer realm=\"entvas\", error=\"invalid_token\", "
                                                          "error_description=\"Invalid or missing API key\"");
    }
    QCOMPARE(storedEvents(), 0);
    QCOMPARE(rejectedEvents(), 0);
}

void IngestTest::keyThatMayNotSend()
{
    const QByteArray owner(40, 'o');
    server->settings.ownerToken = QString::fromLatin1(owner);
    QVERIFY(server->start());
    const HttpAnswer made = server->call("POST", u"/admin/keys"_s, R"({"project":"default","role":"viewer"})",
                                         {{"Authorization", "Bearer " + owner}});
    const QByteArray key = made.data().value(u"key"_s).toString().toLatin1();
    for (const Headers &headers : {Headers{{"X-API-Key", key}}, Headers{{"Authorization", "Bearer " + key}}}) {
        const HttpAnswer answer = server->call("POST", u"/events"_s, eventJson(), headers);
        QCOMPARE(answer.status, 403);
        QVERIFY(answer.header("WWW-Authenticate").contains("error=\"insufficient_scope\""));
    }
    QCOMPARE(storedEvents(), 0);
}

void IngestTest::ownKey()
{
    server->settings.webhookKey = u"a key of my own"_s;
    QVERIFY(server->start());
    QCOMPARE(server->post(eventJson()).status, 401); // the development key is no more
    QCOMPARE(server->call("POST", u"/webhook"_s, eventJson(), {{"Authorization", "Bearer a key of my own"}}).status,
             200);
}

void IngestTest::rateLimit()
{
    server->settings.rateLimit = 3;
    QVERIFY(server->start());
    // At once, so that however slow this machine is no second passes between the first three and the last.
    const HttpAnswer batch =
        server->post("[" + eventJson() + "," + eventJson() + "," + eventJson() + "," + eventJson() + "," + eventJson() +
                     "," + eventJson() + "," + eventJson() + "," + eventJson() + "]");
    QCOMPARE(batch.status, 200);
    const HttpAnswer more = server->post(eventJson());
    QCOMPARE(more.status, 429);
    QVERIFY(more.header("Retry-After").toInt() >= 1);
    QCOMPARE(storedEvents(), 8);
}

void IngestTest::onlyListedTypes()
{
    server->settings.eventTypes = {u"page_view"_s, u"log"_s};
    QVERIFY(server->start());
    QCOMPARE(server->post(eventJson("log")).status, 200);
    const HttpAnswer answer = server->post(eventJson("invalid_type"));
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.json().value(u"errors"_s)[0][u"type"_s].toString(), u"any.only"_s);
}

void IngestTest::keepsDigits()
{
    QVERIFY(server->start());
    QCOMPARE(server->post(R"({"eventType":"a","userId":"b","metadata":{"n":12345678901234567890.10}})").status, 200);
    const HttpAnswer answer = server->get(u"/events"_s);
    QVERIFY2(answer.body.contains("12345678901234567890.10"), answer.body.constData());
}

QTEST_GUILESS_MAIN(IngestTest)
#include "tst_ingest.moc"
