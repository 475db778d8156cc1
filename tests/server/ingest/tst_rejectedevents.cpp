#include "core/maintenance/admin.h"
#include "server/ingest/rejectedevents.h"
#include "tests/server/gzip.h"
#include "tests/server/metricstext.h"
#include "tests/server/testserver.h"

#include <QTest>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// The last rejected events, from a sender's mistake to GET /rejections, over real sockets.
class RejectedEventsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void isEmptyWhileAllIsWell();
    void showsOneBadEvent();
    void showsThoseOfAnArray();
    void showsLines();
    void showsMalformedJson();
    void showsTheFaultOfALargeBody();
    void keepsBytesThatAreNoText();
    void showsWhatWasTooLarge();
    void showsOtherMistakes();
    void neverTellsTheKey();
    void wrongKeysLeaveNothing();
    void givesOnlyWhatIsNew();
    void refusesWrongQuestions();
    void keepsProjectsApart();
    void keepsAFewOfAFlood();
    void boundsOneProject();
    void boundsAllProjects();
    void countsInMetrics();
    void forgetsAtARestart();

private:
    static QJsonArray rejections(TestServer &server, const QString &query = {})
    {
        return server.get(u"/rejections"_s + query).data().value(u"rejections"_s).toArray();
    }
    static QJsonObject newest(TestServer &server) { return rejections(server).at(0).toObject(); }
    static QString typeOf(const QJsonObject &rejection) { return rejection[u"errors"_s][0][u"type"_s].toString(); }
};

void RejectedEventsTest::isEmptyWhileAllIsWell()
{
    TestServer server;
    QVERIFY(server.startCore());
    QCOMPARE(server.post(eventJson()).status, 200);
    const QJsonObject data = server.get(u"/rejections"_s).data();
    QCOMPARE(data[u"rejections"_s].toArray().size(), 0);
    QVERIFY(data[u"rejections"_s].isArray());
    QCOMPARE(data[u"total"_s].toInt(-1), 0);
    QCOMPARE(data[u"kept"_s].toInt(-1), 0);
    QVERIFY(!data[u"epoch"_s].toString().isEmpty());
    QVERIFY(server.get(u"/"_s).json().value(u"endpoints"_s).toObject().contains(u"GET /rejections"_s));
    QCOMPARE(server.call("HEAD", u"/rejections"_s).status, 200);
    QCOMPARE(server.call("POST", u"/rejections"_s, "{}").status, 405);
}

void RejectedEventsTest::showsOneBadEvent()
{
    TestServer server;
    QVERIFY(server.startCore());
    const QByteArray body = R"({"eventType":"page_view","userId":7,"metadata":{"page":"a\u0007b"},"pgae":1})";
    QCOMPARE(server.post(" " + body + "\n", {{"X-Request-Id", "req-1"}}).status, 400);
    const QJsonObject one = newest(server);
    QCOMPARE(one[u"number"_s].toInt(), 1);
    QCOMPARE(one[u"status"_s].toInt(), 400);
    QCOMPARE(one[u"requestId"_s].toString(), u"req-1"_s);
    QCOMPARE(one[u"key"_s][u"name"_s].toString(), u"development key"_s);
    QCOMPARE(one[u"sender"_s].toString(), u"127.0.0.1"_s);
    QVERIFY(!one.contains(u"index"_s) && !one.contains(u"line"_s) && !one.contains(u"offset"_s));
    QCOMPARE(one[u"body"_s].toString().toUtf8(), body);
    QCOMPARE(one[u"bodyBytes"_s].toInt(), body.size());
    QCOMPARE(one[u"bodyFrom"_s].toInt(-1), 0);
    QCOMPARE(one[u"errors"_s].toArray().size(), 2);
    QCOMPARE(typeOf(one), u"string.base"_s);
    QCOMPARE(one[u"errors"_s][0][u"path"_s].toArray(), (QJsonArray{u"userId"_s}));
    QCOMPARE(one[u"errors"_s][1][u"message"_s].toString(), u"\"pgae\" is not allowed"_s);
    QVERIFY(QDateTime::fromString(one[u"receivedAt"_s].toString(), Qt::ISODateWithMs).isValid());
}

void RejectedEventsTest::showsThoseOfAnArray()
{
    TestServer server;
    QVERIFY(server.startCore());
    const QByteArray tricky = R"({"eventType":"a,]}\"[{","userId":[1,[2,{"x":"]"}]]})";
    QCOMPARE(server.post("[" + eventJson() + ", " + tricky + " ,\n" + eventJson() + ",\"text, [\",{}]").status, 200);
    const QJsonArray list = rejections(server);
    QCOMPARE(list.size(), 3);
    QCOMPARE(list[0][u"index"_s].toInt(), 4);
    QCOMPARE(list[0][u"body"_s].toString(), u"{}"_s);
    QCOMPARE(list[1][u"body"_s].toString(), u"\"text, [\""_s);
    QCOMPARE(list[2][u"index"_s].toInt(), 1);
    QCOMPARE(list[2][u"body"_s].toString().toUtf8(), tricky);
    QCOMPARE(list[2][u"status"_s].toInt(), 200); // its neighbours were good
    QCOMPARE(list[2][u"number"_s].toInt(), 1);
    QCOMPARE(server.post("[]").status, 400);
    QCOMPARE(newest(server)[u"body"_s].toString(), u"[]"_s);
    QCOMPARE(typeOf(newest(server)), u"array.min"_s);
}

void RejectedEventsTest::showsLines()
{
    TestServer server;
    QVERIFY(server.startCore());
    const QByteArray body = eventJson() + "\n\n\n{\"eventType\":}\r\n" + eventJson() + "\n[" + eventJson() + "]";
    QCOMPARE(server.post(gzip(body), {{"Content-Type", "application/x-ndjson"}, {"Content-Encoding", "gzip"}}).status,
             200);
    const QJsonArray list = rejections(server);
    QCOMPARE(list.size(), 2);
    QCOMPARE(list[0][u"line"_s].toInt(), 6);
    QCOMPARE(list[0][u"body"_s].toString().toUtf8(), "[" + eventJson() + "]");
    QCOMPARE(list[1][u"line"_s].toInt(), 4);
    QCOMPARE(list[1][u"index"_s].toInt(), 1);
    QCOMPARE(list[1][u"body"_s].toString(), u"{\"eventType\":}"_s);
    QCOMPARE(typeOf(list[1].toObject()), u"json.malformed"_s);
    QCOMPARE(list[1][u"offset"_s].toInt(-1), 13);
    QCOMPARE(server.post("\n\n", {{"Content-Type", "application/x-ndjson"}}).status, 400);
    QCOMPARE(typeOf(newest(server)), u"array.min"_s);
}

void RejectedEventsTest::showsMalformedJson()
{
    TestServer server;
    QVERIFY(server.startCore());
    QCOMPARE(server.post(R"({"eventType":"a" "userId":"b"})").status, 400);
    const QJsonObject one = newest(server);
    QCOMPARE(typeOf(one), u"json.malformed"_s);
    QCOMPARE(one[u"offset"_s].toInt(-1), 17);
    QCOMPARE(one[u"body"_s].toString(), u"{\"eventType\":\"a\" \"userId\":\"b\"}"_s);
}

void RejectedEventsTest::showsTheFaultOfALargeBody()
{
    TestServer server;
    QVERIFY(server.startCore());
    // Two-byte characters, so that a cut may fall into one.
    const QByteArray before = "[\"" + QByteArray("ä").repeated(50'000) + "\",";
    const QByteArray body = before + "!" + QByteArray(",1").repeated(50'000) + "]";
    QCOMPARE(server.post(body).status, 400);
    const QJsonObject one = newest(server);
    QCOMPARE(one[u"bodyBytes"_s].toInt(), body.size());
    const qint64 from = one[u"bodyFrom"_s].toInt();
    const QByteArray kept = one[u"body"_s].toString().toUtf8();
    const qint64 at = one[u"offset"_s].toInt() - from;
    QCOMPARE(one[u"offset"_s].toInt(), before.size());
    QVERIFY(kept.size() <= RejectedEvents::kMostBodyBytes && kept.size() > RejectedEvents::kMostBodyBytes - 4);
    QVERIFY(at > 0 && at < kept.size());
    QCOMPARE(kept[at], '!');
    QCOMPARE(kept, body.mid(from, kept.size()));
    // A large event is kept from its start.
    QCOMPARE(server.post("{\"eventType\":\"" + QByteArray("€").repeated(10'000) + "\"}").status, 400);
    const QJsonObject event = newest(server);
    QCOMPARE(event[u"bodyFrom"_s].toInt(-1), 0);
    QCOMPARE(event[u"bodyBytes"_s].toInt(), 30'016);
    QVERIFY(event[u"body"_s].toString().toUtf8().size() > RejectedEvents::kMostBodyBytes - 3);
    QVERIFY(event[u"body"_s].toString().toUtf8().size() <= RejectedEvents::kMostBodyBytes);
}

void RejectedEventsTest::keepsBytesThatAreNoText()
{
    TestServer server;
    QVERIFY(server.startCore());
    const QByteArray body("{\"eventType\":\"\xff\xfe\0\x1b\"}", 19);
    QCOMPARE(server.post(body).status, 400);
    const QJsonObject one = newest(server);
    QVERIFY(!one.contains(u"body"_s));
    QCOMPARE(QByteArray::fromBase64(one[u"bodyBase64"_s].toString().toLatin1()), body);
}

void RejectedEventsTest::showsWhatWasTooLarge()
{
    TestServer server;
    server.settings.maxBodyBytes = 20'000;
    QVERIFY(server.startCore());
    // As sent: the gate refuses it, before or while it comes.
    QCOMPARE(server.post(QByteArray(30'000, 'x')).status, 413);
    QJsonObject one = newest(server);
    QCOMPARE(one[u"status"_s].toInt(), 413);
    QCOMPARE(typeOf(one), u"body.max"_s);
    QCOMPARE(one[u"bodyBytes"_s].toInt(), 30'000);
    QCOMPARE(one[u"key"_s][u"name"_s].toString(), u"development key"_s);
    RawClient raw(quint16(server.url.port()));
    raw.send("POST /webhook HTTP/1.1\r\nHost: a\r\nX-API-Key: " + server.key +
             "\r\nTransfer-Encoding: chunked\r\n\r\n7000\r\n" + QByteArray(0x7000, 'y') + "\r\n0\r\n\r\n");
    QCOMPARE(raw.untilClosed().value(0).status, 413);
    QCOMPARE(rejections(server).size(), 2);
    // Once unpacked.
    QCOMPARE(server.post(gzip(QByteArray(30'000, ' ')), {{"Content-Encoding", "gzip"}}).status, 413);
    one = newest(server);
    QCOMPARE(typeOf(one), u"body.max"_s);
    QVERIFY(one[u"bodyBytes"_s].toInt() < 20'000);
    // The number of its events.
    TestServer wide;
    QVERIFY(wide.startCore());
    QCOMPARE(wide.post("[" + QByteArray("1,").repeated(10'000) + "1]").status, 413);
    one = newest(wide);
    QCOMPARE(typeOf(one), u"array.max"_s);
    QCOMPARE(one[u"bodyBytes"_s].toInt(), 20'003);
    QCOMPARE(one[u"body"_s].toString().size(), RejectedEvents::kMostBodyBytes);
    // None of these is an event: the count of invalid ones stays.
    QCOMPARE(wide.get(u"/events/stats"_s).data().value(u"invalidEvents"_s).toInt(-1), 0);
}

void RejectedEventsTest::showsOtherMistakes()
{
    TestServer server;
    QVERIFY(server.startCore());
    QCOMPARE(server.post("xxxx", {{"Content-Encoding", "br"}}).status, 415);
    QCOMPARE(typeOf(newest(server)), u"body.encoding"_s);
    QCOMPARE(server.post("xxxx", {{"Content-Encoding", "gzip"}}).status, 400);
    QCOMPARE(typeOf(newest(server)), u"body.gzip"_s);
    QCOMPARE(newest(server)[u"body"_s].toString(), QString());
    QCOMPARE(newest(server)[u"bodyBytes"_s].toInt(), 4);
    QCOMPARE(server.post(R"({"eventType":"a","userId":"b","id":"1"})", {{"Idempotency-Key", "2"}}).status, 400);
    QCOMPARE(typeOf(newest(server)), u"any.only"_s);
}

void RejectedEventsTest::neverTellsTheKey()
{
    TestServer server;
    server.settings.webhookKey = u"a-very-secret-key-0123456789"_s;
    server.key = server.settings.webhookKey.toUtf8();
    QVERIFY(server.startCore());
    QCOMPARE(server
                 .post("{\"apiKey\":\"" + server.key + "\",\"x\":\"" + server.key + "\"}",
                       {{"Cookie", "session=of-the-sender"}, {"Authorization", "Basic c2VjcmV0"}})
                 .status,
             400);
    // The key lies across the cut.
    const QByteArray padding(RejectedEvents::kMostBodyBytes - 20, 'p');
    QCOMPARE(server.post("{\"" + padding + server.key + "\":1}").status, 400);
    // And across the start of what is kept of a malformed body.
    const QByteArray after(RejectedEvents::kBytesBeforeFault - server.key.size() + 5, ' ');
    const QByteArray body = "\"" + QByteArray(1'000, ' ') + server.key + after + "\"!" + QByteArray(9'000, ' ');
    QCOMPARE(server.post(body).status, 400);
    QCOMPARE(newest(server)[u"bodyFrom"_s].toInt(), body.indexOf('!') - RejectedEvents::kBytesBeforeFault);
    QVERIFY(newest(server)[u"body"_s].toString().startsWith(u"****"_s));
    const QByteArray answer = server.get(u"/rejections"_s).body;
    QVERIFY(!answer.contains(server.key));
    QVERIFY(!answer.contains(server.key.first(10)) && !answer.contains(server.key.last(10)));
    QVERIFY(!answer.contains("of-the-sender") && !answer.contains("c2VjcmV0"));
    QCOMPARE(rejections(server)[2][u"key"_s][u"name"_s].toString(), u"WEBHOOK_API_KEY"_s);
    QVERIFY(rejections(server)[2][u"body"_s].toString().contains(u"\"apiKey\":\"****************************\""_s));
}

void RejectedEventsTest::wrongKeysLeaveNothing()
{
    TestServer server;
    QVERIFY(server.startCore());
    QCOMPARE(server.call("POST", u"/webhook"_s, "{}", {{"X-API-Key", "wrong"}}).status, 401);
    QCOMPARE(server.call("POST", u"/webhook"_s, "{}").status, 401);
    QCOMPARE(server.get(u"/rejections"_s).data().value(u"total"_s).toInt(-1), 0);
}

void RejectedEventsTest::givesOnlyWhatIsNew()
{
    TestServer server;
    QVERIFY(server.startCore());
    QCOMPARE(server.post("[1,2,3]").status, 400);
    const QJsonObject first = server.get(u"/rejections?limit=2"_s).data();
    QCOMPARE(first[u"rejections"_s].toArray().size(), 2);
    QCOMPARE(first[u"rejections"_s][0][u"body"_s].toString(), u"3"_s);
    QCOMPARE(first[u"total"_s].toInt(), 3);
    QCOMPARE(first[u"kept"_s].toInt(), 3);
    QCOMPARE(rejections(server, u"?after=3"_s).size(), 0);
    QCOMPARE(server.post("4").status, 400);
    const QJsonArray fresh = rejections(server, u"?after=3"_s);
    QCOMPARE(fresh.size(), 1);
    QCOMPARE(fresh[0][u"number"_s].toInt(), 4);
    QCOMPARE(rejections(server, u"?after=999"_s).size(), 0);
}

void RejectedEventsTest::refusesWrongQuestions()
{
    TestServer server;
    QVERIFY(server.startCore());
    for (const QString &query : {u"limit=0"_s, u"limit=201"_s, u"limit=x"_s, u"limit="_s, u"after=-1"_s,
                                 u"after=99999999999999999999"_s, u"after=1.5"_s}) {
        const HttpAnswer answer = server.get(u"/rejections?"_s + query);
        QCOMPARE(answer.status, 400);
        QVERIFY(answer.json().value(u"message"_s).toString().contains(query.section(u'=', 0, 0)));
    }
    QCOMPARE(server.get(u"/rejections?project=nosuch"_s).status, 404);
    QCOMPARE(server.get(u"/rejections"_s, {{"Origin", "http://elsewhere.example"}}).status, 403);
}

void RejectedEventsTest::keepsProjectsApart()
{
    TestServer server;
    QByteArray sender, shopViewer, blogViewer;
    {
        Admin admin(server.settings.database);
        QVERIFY(admin.open().ok());
        QVERIFY(admin.createProject({u"shop"_s, u"Shop"_s}).ok());
        QVERIFY(admin.createProject({u"blog"_s, u"Blog"_s}).ok());
        const auto key = [&](const QString &project, KeyRole role, const QString &name) {
            const auto made = admin.createKey(project, role, name, 0);
            return made ? made.value().text : QByteArray();
        };
        sender = key(u"shop"_s, KeyRole::Sender, u"till 3"_s);
        shopViewer = key(u"shop"_s, KeyRole::Viewer, u"analyst"_s);
        blogViewer = key(u"blog"_s, KeyRole::Viewer, u"writer"_s);
    }
    server.settings.viewerToken = u"sees-everything-0123456789"_s;
    QVERIFY(server.startCore());
    QCOMPARE(server.call("POST", u"/webhook"_s, "{\"secret\":\"of the shop\"}", {{"X-API-Key", sender}}).status, 400);
    const auto as = [&](const QByteArray &token, const QString &query) {
        return server.get(u"/rejections"_s + query, {{"Authorization", "Bearer " + token}});
    };
    QCOMPARE(as(shopViewer, {}).data().value(u"total"_s).toInt(), 1);
    const QJsonValue key = as(shopViewer, {}).data()[u"rejections"_s][0][u"key"_s];
    QCOMPARE(key[u"name"_s].toString(), u"till 3"_s);
    QCOMPARE(key[u"id"_s].toString(), apiKeyId(sender));
    QCOMPARE(as(blogViewer, {}).data().value(u"total"_s).toInt(-1), 0);
    QCOMPARE(as(blogViewer, u"?project=shop"_s).status, 404);
    QVERIFY(!as(blogViewer, u"?project=shop"_s).body.contains("of the shop"));
    QCOMPARE(as(sender, {}).status, 403);
    QCOMPARE(as("wrong", {}).status, 401);
    QCOMPARE(server.get(u"/rejections"_s).status, 401);
    QCOMPARE(as("sees-everything-0123456789", u"?project=shop"_s).data().value(u"total"_s).toInt(), 1);
    QCOMPARE(as("sees-everything-0123456789", {}).data().value(u"total"_s).toInt(-1), 0); // default
    // A viewer's key that tries to send is a mistake of that project, without its text.
    QCOMPARE(server.call("POST", u"/webhook"_s, "{\"a\":1}", {{"X-API-Key", blogViewer}}).status, 403);
    const QJsonValue one = as(blogViewer, {}).data()[u"rejections"_s][0];
    QCOMPARE(typeOf(one.toObject()), u"key.role"_s);
    QCOMPARE(one[u"body"_s].toString(), QString());
}

void RejectedEventsTest::keepsAFewOfAFlood()
{
    TestServer server;
    QVERIFY(server.startCore());
    QCOMPARE(server.post("[" + QByteArray("{},").repeated(9'999) + "{}]").status, 400);
    const QJsonObject data = server.get(u"/rejections?limit=200"_s).data();
    QCOMPARE(data[u"total"_s].toInt(), 10'000);
    QCOMPARE(data[u"kept"_s].toInteger(), qint64(RejectedEvents::kMostPerRequest));
    QCOMPARE(data[u"rejections"_s][0][u"skipped"_s].toInteger(), 10'000 - qint64(RejectedEvents::kMostPerRequest));
    QVERIFY(!data[u"rejections"_s][1].toObject().contains(u"skipped"_s));
    QCOMPARE(server.post("1").status, 400);
    QCOMPARE(newest(server)[u"number"_s].toInt(), 10'001);
    QCOMPARE(server.get(u"/events/stats"_s).data().value(u"invalidEvents"_s).toInt(), 10'001);
}

void RejectedEventsTest::boundsOneProject()
{
    TestServer server;
    QVERIFY(server.startCore());
    for (int i = 0; i < 15; ++i)
        QCOMPARE(server.post("[" + QByteArray("0,").repeated(19) + QByteArray::number(i) + "]").status, 400);
    QJsonObject data = server.get(u"/rejections?limit=200"_s).data();
    QCOMPARE(data[u"kept"_s].toInteger(), qint64(RejectedEvents::kMostEvents));
    QCOMPARE(data[u"rejections"_s].toArray().size(), RejectedEvents::kMostEvents);
    QCOMPARE(data[u"rejections"_s][0][u"body"_s].toString(), u"14"_s);
    QCOMPARE(data[u"rejections"_s][199][u"number"_s].toInt(), 101);
    // Large ones reach the bytes before the number.
    const QByteArray large = "\"" + QByteArray(RejectedEvents::kMostBodyBytes, 'x') + "\"";
    for (int i = 0; i < 10; ++i)
        QCOMPARE(server.post("[" + (large + ",").repeated(19) + large + "]").status, 400);
    data = server.get(u"/rejections?limit=200"_s).data();
    QVERIFY(data[u"kept"_s].toInteger() < RejectedEvents::kMostEvents);
    QVERIFY(data[u"kept"_s].toInteger() > 100);
    QCOMPARE(data[u"total"_s].toInt(), 500);
}

void RejectedEventsTest::boundsAllProjects()
{
    Metrics metrics;
    RejectedEvents rejected(0, metrics);
    HttpRequest request;
    request.requestId = "r";
    const QByteArray text(RejectedEvents::kMostBodyBytes, 'x');
    const QList<FieldError> errors{{{}, QString(5'000, u'm'), u"json.malformed"_s}};
    const auto add = [&](const QString &project, int times) {
        const KeyHolder sender{project, "k", KeyRole::Sender, u"name"_s};
        for (int i = 0; i < times; ++i)
            rejected.addRequest({request, sender, {}, 1'000, 400}, text, errors);
    };
    add(u"quiet"_s, 3);
    for (int project = 0; project < 60; ++project)
        add(u"loud%1"_s.arg(project), 300);
    const double bytes = metrics.value("entvas_rejected_events_bytes");
    QVERIFY(bytes <= double(RejectedEvents::kMostBytes));
    QVERIFY(bytes > double(RejectedEvents::kMostBytes) - 20'000);
    QCOMPARE(metrics.value("entvas_rejected_events_dropped_total") + metrics.value("entvas_rejected_events_kept"),
             18'003.0);
    const auto read = [&](const QString &project) {
        return QJsonDocument::fromJson(rejected.get(project, QueryParameters("limit=200")).body)[u"data"_s];
    };
    QCOMPARE(read(u"quiet"_s)[u"kept"_s].toInt(), 3); // the loud ones gave way
    QCOMPARE(read(u"quiet"_s)[u"rejections"_s][0][u"errors"_s][0][u"message"_s].toString().size(),
             RejectedEvents::kMostTextChars);
    QCOMPARE(read(u"loud0"_s)[u"total"_s].toInt(), 300);
    QVERIFY(read(u"loud0"_s)[u"kept"_s].toInt() < 100);
}

void RejectedEventsTest::countsInMetrics()
{
    TestServer server;
    QVERIFY(server.startCore());
    QCOMPARE(server.post("[" + QByteArray("1,").repeated(29) + "1]").status, 400);
    const MetricsText metrics(server.get(u"/metrics"_s).body);
    QCOMPARE(metrics.error, QByteArray());
    QCOMPARE(metrics.value("entvas_rejected_events_kept"), 20.0);
    QCOMPARE(metrics.value("entvas_rejected_events_dropped_total"), 10.0);
    QVERIFY(metrics.value("entvas_rejected_events_bytes") > 100);
}

void RejectedEventsTest::forgetsAtARestart()
{
    TestServer server;
    QVERIFY(server.startCore());
    QCOMPARE(server.post("1").status, 400);
    const QString epoch = server.get(u"/rejections"_s).data()[u"epoch"_s].toString();
    QVERIFY(server.stop());
    QVERIFY(server.startCore());
    const QJsonObject data = server.get(u"/rejections"_s).data();
    QCOMPARE(data[u"total"_s].toInt(-1), 0);
    QVERIFY(data[u"epoch"_s].toString() != epoch);
    QCOMPARE(server.get(u"/events/stats"_s).data().value(u"invalidEvents"_s).toInt(), 1);
}

QTEST_GUILESS_MAIN(RejectedEventsTest)
#include "tst_rejectedevents.moc"
