#include "core/maintenance/admin.h"
#include "core/store/events/storereader.h"
#include "server/metrics/processstats.h"
#include "server/query/exports.h"
#include "server/query/historyreader.h"
#include "tests/core/store/backends.h"
#include "tests/core/store/fakestore.h"
#include "tests/server/metricstext.h"
#include "tests/server/testserver.h"

#include <QSet>
#include <QTest>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr bool kMeasures = false; // freed memory is held back there, to find who still uses it
#else
constexpr bool kMeasures = true;
#endif

// A body in chunks, as far as it came.
struct Chunked {
    QByteArray body;
    bool isWhole = false; // the last chunk is there
};
Chunked unchunk(const QByteArray &bytes)
{
    Chunked result;
    for (qsizetype at = 0;;) {
        const qsizetype line = bytes.indexOf("\r\n", at);
        if (line < 0)
            return result;
        bool ok = false;
        const qsizetype size = bytes.mid(at, line - at).toLongLong(&ok, 16);
        if (!ok || bytes.size() < line + 2 + size + 2)
            return result;
        if (size == 0) {
            result.isWhole = true;
            return result;
        }
        result.body += bytes.mid(line + 2, size);
        at = line + 2 + size + 2;
    }
}

QByteArray bodyOf(const QByteArray &answer)
{
    return answer.mid(answer.indexOf("\r\n\r\n") + 4);
}

bool waitForWhole(RawClient &client, int ms = 20'000)
{
    return spinUntil([&] { return client.received.endsWith("\r\n0\r\n\r\n") || client.isClosed(); }, ms) &&
           unchunk(bodyOf(client.received)).isWhole;
}

// The fields of a CSV line by line, as RFC 4180 says.
QList<QByteArrayList> readCsv(const QByteArray &text)
{
    QList<QByteArrayList> lines{{QByteArray()}};
    bool isQuoted = false;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char c = text[i];
        QByteArray &field = lines.last().last();
        if (isQuoted && c == '"' && text.mid(i + 1, 1) == "\"")
            field += text[++i];
        else if (c == '"')
            isQuoted = !isQuoted;
        else if (!isQuoted && c == ',')
            lines.last().append(QByteArray());
        else if (!isQuoted && text.mid(i, 2) == "\r\n")
            lines.append(QByteArrayList{QByteArray()}), ++i;
        else
            field += c;
    }
    lines.removeLast();
    return lines;
}

// The exports alone, on a store under the test's hand: `pages` full pages, each event with `metadataBytes`.
struct ExportBench {
    explicit ExportBench(int pages, qsizetype metadataBytes = 100, GateLimits limits = {})
        : reader([this] { return std::make_unique<FakeStore>(control); }),
          history(&reader, {}),
          exports(&history, &clock),
          front(limits)
    {
        control.events = [this, pages, metadataBytes](const EventQuery &query) -> Result<QList<StoredEvent>> {
            ++asked;
            mostAsked = std::max(mostAsked, query.limit);
            if (breaksAt > 0 && asked >= breaksAt)
                return {Fault::Storage, u"the disk is gone"_s};
            QList<StoredEvent> events;
            for (int i = 0; i < (asked <= pages ? query.limit : 0); ++i)
                events.append({QUuid::createUuid(), u"type"_s, u"user"_s, 1, 2,
                               "{\"x\":\"" + QByteArray(metadataBytes, 'x') + "\"}"});
            return events;
        };
        for (const auto &[path, format] :
             {std::pair{u"/csv"_s, Exports::Format::Csv}, std::pair{u"/json"_s, Exports::Format::Json},
              std::pair{u"/ndjson"_s, Exports::Format::Ndjson}})
            front.route("GET", path,
                        [this, format = format](const HttpRequest &request, const HttpResponder &responder) {
                            exports.get(
                                format, u"shop"_s, [this] { return mayGoOn; }, request, responder);
                        });
        front.route("GET", u"/small"_s,
                    [](const HttpRequest &, const HttpResponder &responder) { responder.send(HttpReply{}); });
        port = front.listen(u"127.0.0.1"_s, 0).value();
    }
    int askedNow()
    {
        const std::lock_guard lock(control.mutex);
        return asked;
    }
    FakeStore::Control control;
    int asked = 0;
    int mostAsked = 0;
    int breaksAt = 0;
    bool mayGoOn = true;
    SystemClock clock;
    StoreReader reader;
    HistoryReader history;
    Exports exports;
    HttpFront front; // goes first: its connections hold exports
    quint16 port = 0;
};

const QByteArray kGet = "GET /ndjson HTTP/1.1\r\nHost: a\r\n\r\n";

} // namespace

// GET /export/…: what it writes, to whom, and that neither its size nor its reader can hurt.
class ExportsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void writesCsv();
    void initTestCase() { m_backends.start(); }
    void cleanupTestCase() { m_backends.stop(); }
    void writesJsonAndLines_data() { Backends::addRows(); }
    void writesJsonAndLines();
    void isNothingWhereNothingIs();
    void filters_data() { Backends::addRows(); }
    void filters();
    void needsTheRightToRead();
    void headHasNoBody();
    void headersSayWhatItIs();
    void oldClientsGetNoChunks();
    void connectionGoesOn();
    void restsWhileNobodyReads();
    void largeEventsMakeSmallPages();
    void endsWhenTheClientGoes();
    void readerThatTakesNothingIsCut();
    void brokenOnesDoNotLookWhole_data();
    void brokenOnesDoNotLookWhole();
    void endsWithTheRightToIt();
    void endsWithTheKeyThatItWasAskedWith();
    void failureBeforeTheFirstPageIsAnAnswer();
    void onlySoManyAtOnce();
    void stoppingDoesNotWait();
    void stoppingRefusesWhatHasNotBegun();
    void anySizeInLittleMemory();

private:
    Backends m_backends;
    static QByteArray get(TestServer &server, const QString &path) { return server.get(path).body; }
};

void ExportsTest::writesCsv()
{
    TestServer server;
    QVERIFY(server.startCore());
    const QByteArray tricky =
        "{\"eventType\":\"a,\\\"b\\\"\",\"userId\":\"=SUM(A1)\",\"timestamp\":\"2025-01-02T03:04:05.678Z\","
        "\"metadata\":{\"price\":1.10,\"text\":\"line\\nend, \\\"quoted\\\"\"}}";
    QCOMPARE(server.post(tricky).status, 200);
    QCOMPARE(server.post(R"({"eventType":"@x","userId":"-1"})").status, 200);
    QCOMPARE(server.post(R"({"eventType":"plain","userId":"+1"})").status, 200);
    const HttpAnswer answer = server.get(u"/export/csv"_s);
    QCOMPARE(answer.status, 200);
    const QList<QByteArrayList> lines = readCsv(answer.body);
    QCOMPARE(lines.size(), 4);
    QCOMPARE(lines[0].join('|'), "id|eventType|userId|timestamp|receivedAt|metadata");
    QCOMPARE(lines[1][1], "plain"); // newest first
    QCOMPARE(lines[1][2], "'+1");
    QCOMPARE(lines[1][5], "");
    QCOMPARE(lines[2][1], "'@x");
    QCOMPARE(lines[2][2], "'-1");
    QCOMPARE(lines[3][1], "a,\"b\"");
    QCOMPARE(lines[3][2], "'=SUM(A1)");
    QCOMPARE(lines[3][3], "2025-01-02T03:04:05.678Z");
    QVERIFY(lines[3][5].contains("\"price\":1.10")); // digit by digit
    QVERIFY(lines[3][5].contains("\"line\\nend, \\\"quoted\\\"\""));
    QVERIFY(!QUuid::fromString(lines[3][0]).isNull());
}

void ExportsTest::writesJsonAndLines()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    TestServer server;
    server.settings.database = url;
    QVERIFY(server.startCore());
    QByteArrayList events;
    for (int i = 0; i < 700; ++i) // several pages
        events << eventJson("t" + QByteArray::number(i % 7), "u" + QByteArray::number(i));
    QCOMPARE(server.post('[' + events.join(',') + ']').status, 200);
    const QJsonObject data = server.get(u"/export/json?filter=day"_s).data();
    QCOMPARE(data[u"count"_s].toInt(), 700);
    QCOMPARE(data[u"filter"_s].toString(), u"day"_s);
    const QJsonArray all = data[u"events"_s].toArray();
    QCOMPARE(all.size(), 700);
    // The same events in the same order as page by page.
    QJsonArray paged;
    QString cursor;
    do {
        const QJsonObject page = server.get(u"/events?limit=300"_s + cursor).data();
        for (const QJsonValue &event : page[u"events"_s].toArray())
            paged.append(event);
        cursor = page.contains(u"nextCursor"_s) ? u"&cursor="_s + page[u"nextCursor"_s].toString() : QString();
    } while (!cursor.isEmpty());
    QCOMPARE(all, paged);
    const QByteArrayList lines = get(server, u"/export/ndjson"_s).split('\n');
    QCOMPARE(lines.size(), 701);
    QCOMPARE(lines.last(), "");
    for (qsizetype i = 0; i < 700; ++i)
        QCOMPARE(QJsonDocument::fromJson(lines[i]).object(), all[i].toObject());
}

void ExportsTest::isNothingWhereNothingIs()
{
    TestServer server;
    QVERIFY(server.startCore());
    QCOMPARE(get(server, u"/export/csv"_s), "id,eventType,userId,timestamp,receivedAt,metadata\r\n");
    QCOMPARE(get(server, u"/export/ndjson"_s), "");
    const QJsonObject data = server.get(u"/export/json"_s).data();
    QVERIFY(data[u"events"_s].isArray());
    QCOMPARE(data[u"count"_s].toInt(-1), 0);
}

void ExportsTest::filters()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    TestServer server;
    server.settings.database = url;
    QVERIFY(server.startCore());
    QByteArrayList events;
    for (int i = 0; i < 1'200; ++i)
        events << eventJson(i % 3 ? "view" : "log", "u" + QByteArray::number(i % 4));
    QCOMPARE(server.post('[' + events.join(',') + ']').status, 200);
    const auto count = [&](const QString &query) { return get(server, u"/export/ndjson?"_s + query).count('\n'); };
    QCOMPARE(count(u"type=log"_s), 400);
    QCOMPARE(count(u"user=u1"_s), 300);
    QCOMPARE(count(u"type=log&user=u1"_s), 100);
    QCOMPARE(count(u"type=none"_s), 0);
    QCOMPARE(count(u"limit=1100"_s), 1'100); // more than a page of GET /events may have
    QCOMPARE(count(u"limit=1"_s), 1);
    QCOMPARE(count(u"from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z"_s), 0);
    QCOMPARE(count(u"from=2020-01-01T00:00:00Z"_s), 1'200);
    const QString cursor = server.get(u"/events?limit=200"_s).data()[u"nextCursor"_s].toString();
    QCOMPARE(count(u"cursor="_s + cursor), 1'000);
    for (const QString &wrong : {u"from=yesterday"_s, u"limit=0"_s, u"limit=x"_s, u"cursor=x"_s, u"type=%07"_s}) {
        const HttpAnswer answer = server.get(u"/export/csv?"_s + wrong);
        QCOMPARE(answer.status, 400);
        QVERIFY(answer.json().value(u"message"_s).toString().contains(wrong.section(u'=', 0, 0)));
    }
    QCOMPARE(server.get(u"/export/xml"_s).status, 404);
    QCOMPARE(server.call("POST", u"/export/csv"_s, "x").status, 405);
}

void ExportsTest::needsTheRightToRead()
{
    TestServer server;
    server.settings.viewerToken = u"a-token-of-the-viewers"_s;
    QVERIFY(server.startCore());
    QCOMPARE(server.get(u"/export/csv"_s).status, 401);
    QCOMPARE(server.get(u"/export/csv"_s, {{"Authorization", "Bearer a-token-of-the-viewers"}}).status, 200);
    QCOMPARE(server.get(u"/export/csv?project=x"_s, {{"Authorization", "Bearer a-token-of-the-viewers"}}).status, 404);
}

void ExportsTest::headHasNoBody()
{
    ExportBench bench(3);
    RawClient client(bench.port);
    client.send("HEAD /csv HTTP/1.1\r\nHost: a\r\n\r\nHEAD /small HTTP/1.1\r\nHost: a\r\n\r\n");
    QVERIFY(spinUntil([&] { return client.received.count("HTTP/1.1 200") == 2; }));
    QVERIFY(client.received.contains("Content-Disposition: attachment"));
    QVERIFY(client.received.contains("Transfer-Encoding: chunked\r\n"));
    QVERIFY(bodyOf(client.received).startsWith("HTTP/1.1 200")); // the next answer follows at once
    QCOMPARE(bench.askedNow(), 0);
    QCOMPARE(bench.exports.metrics().value("entvas_exports_running"), 0.0);
}

void ExportsTest::headersSayWhatItIs()
{
    TestServer server;
    QVERIFY(server.startCore());
    const QString span = u"?from=2025-01-01T00:00:00Z&to=2025-02-01T12:30:00Z"_s;
    const HttpAnswer csv = server.get(u"/export/csv"_s + span);
    QCOMPARE(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
    QCOMPARE(csv.header("content-disposition"),
             "attachment; filename=\"entvas-default-20250101T000000Z-20250201T123000Z.csv\"");
    QCOMPARE(csv.header("transfer-encoding"), "chunked");
    QCOMPARE(csv.header("content-length"), "");
    QCOMPARE(csv.header("x-content-type-options"), "nosniff");
    QVERIFY(!csv.header("x-request-id").isEmpty());
    QCOMPARE(server.get(u"/export/json"_s).header("content-type"), "application/json; charset=utf-8");
    QCOMPARE(server.get(u"/export/ndjson"_s).header("content-type"), "application/x-ndjson; charset=utf-8");
}

void ExportsTest::oldClientsGetNoChunks()
{
    ExportBench bench(3);
    RawClient client(bench.port);
    client.send("GET /ndjson HTTP/1.0\r\n\r\n");
    QVERIFY(spinUntil([&] { return client.isClosed(); }));
    QVERIFY(!client.received.contains("Transfer-Encoding"));
    QVERIFY(!client.received.contains("Content-Length"));
    QVERIFY(client.received.contains("Connection: close\r\n"));
    const QByteArrayList lines = bodyOf(client.received).split('\n');
    QCOMPARE(lines.size(), 250 + 500 + 1'000 + 1);
    QVERIFY(lines.first().startsWith("{\"") && lines.last().isEmpty());
}

void ExportsTest::connectionGoesOn()
{
    ExportBench bench(4);
    RawClient client(bench.port);
    client.send(kGet + "GET /small HTTP/1.1\r\nHost: a\r\n\r\n" + kGet); // waits its turn
    QVERIFY(spinUntil(
        [&] { return client.received.count("HTTP/1.1 200") == 3 && client.received.endsWith("\r\n0\r\n\r\n"); },
        20'000));
    const Chunked first = unchunk(bodyOf(client.received));
    QVERIFY(first.isWhole);
    QVERIFY(first.body.count('\n') > 2'000);
    QVERIFY(!client.isClosed());
    QCOMPARE(bench.exports.metrics().value("entvas_exports_running"), 0.0);
    QCOMPARE(bench.exports.metrics().value("entvas_exports_total"), 2.0);
}

void ExportsTest::restsWhileNobodyReads()
{
    ExportBench bench(1'000'000, 2'000);
    RawClient slow(bench.port);
    QObject::disconnect(&slow.socket, &QTcpSocket::readyRead, nullptr, nullptr);
    slow.socket.setReadBufferSize(1'024);
    slow.send(kGet);
    // It fills what the kernel takes, and rests.
    int asked = -1;
    QVERIFY(spinUntil(
        [&] {
            spinUntil([] { return false; }, 300);
            return std::exchange(asked, bench.askedNow()) == bench.askedNow() && asked > 0;
        },
        20'000));
    const double held = bench.front.stats().gate[GateBound::Held].used;
    QVERIFY2(held < 3'000'000, QByteArray::number(held).constData());
    // Others are served meanwhile.
    RawClient other(bench.port);
    other.send("GET /small HTTP/1.1\r\nHost: a\r\n\r\n");
    QCOMPARE(other.waitForAnswers(1).value(0).status, 200);
    // And it goes on as soon as somebody reads.
    slow.socket.setReadBufferSize(0);
    qint64 read = 0;
    QVERIFY(spinUntil(
        [&] {
            read += slow.socket.readAll().size();
            return bench.askedNow() > asked + 5;
        },
        20'000));
    QVERIFY(read > 1'000'000);
}

void ExportsTest::largeEventsMakeSmallPages()
{
    ExportBench large(12, 16 * 1024);
    RawClient client(large.port);
    client.send(kGet);
    QVERIFY(waitForWhole(client));
    QCOMPARE(large.mostAsked, Exports::kFirstPage);
    const double held = large.front.stats().gate[GateBound::Held].used;
    QCOMPARE(held, 0.0);
    ExportBench small(6, 10);
    RawClient other(small.port);
    other.send(kGet);
    QVERIFY(waitForWhole(other));
    QCOMPARE(small.mostAsked, Exports::kMostPage);
}

void ExportsTest::endsWhenTheClientGoes()
{
    ExportBench bench(1'000'000, 2'000);
    {
        RawClient client(bench.port);
        client.send(kGet);
        QVERIFY(spinUntil([&] { return client.received.size() > 1'000'000; }));
        QCOMPARE(bench.exports.metrics().value("entvas_exports_running"), 1.0);
    }
    QVERIFY(spinUntil([&] { return bench.exports.metrics().value("entvas_exports_running") == 0; }));
    QCOMPARE(bench.exports.metrics().value("entvas_exports_broken_total"), 0.0);
    spinUntil([] { return false; }, 100); // the page that was being read
    const int asked = bench.askedNow();
    spinUntil([] { return false; }, 100);
    QCOMPARE(bench.askedNow(), asked);
    QVERIFY(spinUntil([&] { return bench.front.connectionCount() == 0; }));
}

void ExportsTest::readerThatTakesNothingIsCut()
{
    GateLimits limits;
    limits.sendMs = 300;
    ExportBench bench(1'000'000, 2'000, limits);
    RawClient slow(bench.port);
    QObject::disconnect(&slow.socket, &QTcpSocket::readyRead, nullptr, nullptr);
    slow.socket.setReadBufferSize(1'024);
    slow.send(kGet);
    QVERIFY(spinUntil([&] { return bench.exports.metrics().value("entvas_exports_running") == 1; }));
    QVERIFY(spinUntil([&] { return bench.exports.metrics().value("entvas_exports_running") == 0; }, 10'000));
}

void ExportsTest::brokenOnesDoNotLookWhole_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::newRow("HTTP/1.1") << kGet;
    QTest::newRow("HTTP/1.0") << QByteArray("GET /csv HTTP/1.0\r\n\r\n");
}

void ExportsTest::brokenOnesDoNotLookWhole()
{
    QFETCH(QByteArray, request);
    ExportBench bench(100);
    bench.breaksAt = 4;
    RawClient client(bench.port);
    client.send(request);
    QVERIFY(spinUntil([&] { return client.isClosed(); }));
    QVERIFY(!unchunk(bodyOf(client.received)).isWhole);
    QVERIFY(!client.received.endsWith("0\r\n\r\n"));
    QCOMPARE(bench.exports.metrics().value("entvas_exports_broken_total"), 1.0);
    QCOMPARE(bench.exports.metrics().value("entvas_exports_running"), 0.0);
    // Every program that checks its answer sees it.
    QNetworkAccessManager http;
    bench.asked = 0;
    QNetworkRequest again(QUrl(u"http://127.0.0.1:%1/ndjson"_s.arg(bench.port)));
    QNetworkReply *reply = http.get(again);
    QVERIFY(spinUntil([&] { return reply->isFinished(); }));
    QVERIFY(reply->error() != QNetworkReply::NoError);
    delete reply;
}

void ExportsTest::endsWithTheRightToIt()
{
    ExportBench bench(1'000'000, 2'000);
    RawClient client(bench.port);
    client.send(kGet);
    QVERIFY(spinUntil([&] { return client.received.size() > 1'000'000; }));
    bench.mayGoOn = false;
    QVERIFY(spinUntil([&] { return client.isClosed(); }));
    QVERIFY(!unchunk(bodyOf(client.received)).isWhole);
    QCOMPARE(bench.exports.metrics().value("entvas_exports_broken_total"), 1.0);
    QCOMPARE(bench.exports.metrics().value("entvas_exports_running"), 0.0);
}

void ExportsTest::endsWithTheKeyThatItWasAskedWith()
{
    TestServer server;
    QByteArray viewer, boss;
    {
        Admin admin(server.settings.database);
        ENTVAS_VERIFY(admin.open());
        for (const auto &[key, role] : {std::pair{&viewer, KeyRole::Viewer}, std::pair{&boss, KeyRole::Admin}}) {
            const auto made = admin.createKey(kDefaultProject, role, {}, 0);
            QVERIFY(made.ok());
            *key = made.value().text;
        }
    }
    QVERIFY(server.start());
    // More than sockets hold on their way.
    QByteArrayList events;
    for (int i = 0; i < 1'000; ++i)
        events << R"({"eventType":"e","userId":"u","metadata":{"x":")" + QByteArray(4'000, 'x') + R"("}})";
    const QByteArray batch = '[' + events.join(',') + ']';
    for (int i = 0; i < 8; ++i)
        QCOMPARE(server.post(batch).status, 200);

    RawClient slow(quint16(server.url.port()));
    QObject::disconnect(&slow.socket, &QTcpSocket::readyRead, nullptr, nullptr);
    slow.socket.setReadBufferSize(1'024);
    slow.send("GET /export/ndjson?filter=hour HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + viewer +
              "\r\n\r\n");
    QVERIFY(spinUntil([&] { return slow.socket.bytesAvailable() > 0; }));
    QCOMPARE(server
                 .call("POST", u"/admin/keys/revoke"_s, R"({"id":")" + apiKeyId(viewer).toLatin1() + R"("})",
                       {{"Authorization", "Bearer " + boss}})
                 .status,
             200);
    slow.socket.setReadBufferSize(0);
    QByteArray answer;
    QVERIFY(spinUntil(
        [&] {
            answer += slow.socket.readAll();
            return slow.socket.state() == QAbstractSocket::UnconnectedState && slow.socket.bytesAvailable() == 0;
        },
        20'000));
    QVERIFY(answer.startsWith("HTTP/1.1 200"));
    QVERIFY(!unchunk(bodyOf(answer)).isWhole);
    QVERIFY(answer.size() < 8 * batch.size());
}

void ExportsTest::failureBeforeTheFirstPageIsAnAnswer()
{
    ExportBench bench(100);
    bench.breaksAt = 1;
    RawClient client(bench.port);
    client.send(kGet);
    const Answer answer = client.waitForAnswers(1).value(0);
    QCOMPARE(answer.status, 500);
    QVERIFY(answer.body.contains("the disk is gone"));
    QCOMPARE(bench.exports.metrics().value("entvas_exports_running"), 0.0);
    QCOMPARE(bench.exports.metrics().value("entvas_exports_total"), 0.0);
    const std::lock_guard lock(bench.control.mutex);
    bench.control.opening = Failure{Fault::Unavailable, u"the database is away"_s};
    bench.control.events = [](const EventQuery &) -> Result<QList<StoredEvent>> {
        return {Fault::Unavailable, u"the database is away"_s};
    };
}

void ExportsTest::onlySoManyAtOnce()
{
    ExportBench bench(1'000'000, 2'000);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < Exports::kMostAtOnce; ++i) {
        clients.push_back(std::make_unique<RawClient>(bench.port));
        clients.back()->socket.setReadBufferSize(1'024);
        QObject::disconnect(&clients.back()->socket, &QTcpSocket::readyRead, nullptr, nullptr);
        clients.back()->send(kGet);
    }
    QVERIFY(spinUntil([&] { return bench.exports.metrics().value("entvas_exports_total") == Exports::kMostAtOnce; }));
    RawClient refused(bench.port);
    refused.send(kGet);
    const Answer answer = refused.waitForAnswers(1).value(0);
    QCOMPARE(answer.status, 503);
    QCOMPARE(answer.headers.value("retry-after"), "1");
    QCOMPARE(bench.exports.metrics().value("entvas_exports_running_limit_reached_total"), 1.0);
    clients.clear();
    QVERIFY(spinUntil([&] { return bench.exports.metrics().value("entvas_exports_running") == 0; }));
    refused.received.clear();
    refused.send(kGet);
    QVERIFY(spinUntil([&] { return refused.received.startsWith("HTTP/1.1 200"); }));
}

void ExportsTest::stoppingDoesNotWait()
{
    TestServer server;
    QVERIFY(server.startCore());
    QByteArrayList events;
    for (int i = 0; i < 5'000; ++i)
        events << "{\"eventType\":\"t\",\"userId\":\"u\",\"metadata\":{\"x\":\"" + QByteArray(1'200, 'x') + "\"}}";
    for (int i = 0; i < 6; ++i) // more than a kernel keeps for a reader that takes nothing
        QCOMPARE(server.post('[' + events.join(',') + ']').status, 200);
    const MetricsText before(server.get(u"/metrics"_s).body);
    QCOMPARE(before.value("entvas_exports_running"), 0.0);
    QCOMPARE(before.value("entvas_exports_running_limit"), double(Exports::kMostAtOnce));
    RawClient slow(quint16(server.url.port()));
    QObject::disconnect(&slow.socket, &QTcpSocket::readyRead, nullptr, nullptr);
    slow.socket.setReadBufferSize(1'024);
    slow.send("GET /export/ndjson HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    QVERIFY(
        spinUntil([&] { return MetricsText(server.get(u"/metrics"_s).body).value("entvas_exports_total") == 1.0; }));
    QElapsedTimer timer;
    timer.start();
    QVERIFY(server.stop());
    QVERIFY2(timer.elapsed() < ServerCore::kDrainMs, QByteArray::number(timer.elapsed()).constData());
    slow.socket.setReadBufferSize(0);
    QVERIFY(spinUntil([&] {
        slow.received += slow.socket.readAll();
        return slow.isClosed();
    }));
    QVERIFY(!unchunk(bodyOf(slow.received)).isWhole);
}

void ExportsTest::stoppingRefusesWhatHasNotBegun()
{
    ExportBench bench(1'000'000, 2'000);
    RawClient client(bench.port);
    bool isDrained = false;
    connect(&bench.front, &HttpFront::drained, &bench.front, [&] { isDrained = true; });
    {
        const std::lock_guard hold(bench.control.mutex); // the first page is on its way, and stays there
        client.send(kGet);
        QVERIFY(spinUntil([&] { return bench.exports.metrics().value("entvas_exports_running") == 1; }));
        bench.front.drain();
    }
    QCOMPARE(client.untilClosed().value(0).status, 503);
    QVERIFY(spinUntil([&] { return isDrained && bench.exports.metrics().value("entvas_exports_running") == 0; }));
}

void ExportsTest::anySizeInLittleMemory()
{
    constexpr int kRequests = 20;
    constexpr int kEach = 10'000;
    TestServer server;
    QVERIFY(server.start()); // in threads of its own, as the program runs
    for (int request = 0; request < kRequests; ++request) {
        QByteArrayList events;
        for (int i = 0; i < kEach; ++i)
            events << eventJson("t" + QByteArray::number(i % 9), "u" + QByteArray::number(request * kEach + i));
        QCOMPARE(server.post('[' + events.join(',') + ']').status, 200);
    }
    constexpr qint64 kPageCache = 32 * 1024 * 1024; // of SQLite, see connect.sql: the first export fills it
    for (const qint64 allowed : {kPageCache + 8 * 1024 * 1024, qint64(8 * 1024 * 1024)}) {
        const qint64 before = processStats().residentBytes;
        qint64 most = before;
        // Counted and dropped as it comes, so that the memory is the server's.
        RawClient client(quint16(server.url.port()));
        QObject::disconnect(&client.socket, &QTcpSocket::readyRead, nullptr, nullptr);
        client.socket.setReadBufferSize(64 * 1024);
        qint64 bytes = 0, lines = 0;
        QByteArray tail;
        connect(&client.socket, &QTcpSocket::readyRead, &client.socket, [&] {
            const QByteArray some = client.socket.readAll();
            bytes += some.size();
            lines += some.count("\"eventType\":"); // about: one may be cut by the end of what came
            tail = (tail + some).last(std::min<qsizetype>(tail.size() + some.size(), 16));
            most = std::max(most, processStats().residentBytes);
        });
        client.send("GET /export/ndjson HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        QVERIFY(spinUntil([&] { return tail.endsWith("\r\n0\r\n\r\n"); }, 120'000));
        QVERIFY(lines > kRequests * kEach - 2'000 && lines <= kRequests * kEach);
        QVERIFY(bytes > 40'000'000);
        qInfo("%lld events, %.1f MB, memory grew by %.1f MB", qint64(kRequests * kEach), double(bytes) / 1e6,
              double(most - before) / 1e6);
        QVERIFY2(!kMeasures || most - before < allowed, QByteArray::number(most - before).constData());
    }
    const MetricsText metrics(server.get(u"/metrics"_s).body);
    QCOMPARE(metrics.value("entvas_exported_events_total"), 2.0 * kRequests * kEach);
    QCOMPARE(metrics.value("entvas_exports_total"), 2.0);
}

QTEST_GUILESS_MAIN(ExportsTest)
#include "tst_exports.moc"
