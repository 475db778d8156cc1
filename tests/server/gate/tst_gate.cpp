#include "server/gate/httpfront.h"
#include "server/gate/requestreader.h"
#include "server/http/proxies.h"
#include "tests/server/rawclient.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>
#include <QWebSocket>
#include <sys/resource.h>
#include <unistd.h>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

namespace {

const QByteArray kHost = "Host: a\r\n";
const QByteArray kChunked = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
// What an attacker would smuggle behind a request that two parsers read in two ways.
const QByteArray kSecond = "GET /count HTTP/1.1\r\nHost: a\r\n\r\n";

HttpReply text(const QByteArray &body)
{
    HttpReply reply;
    reply.body = body;
    return reply;
}

QByteArray headers(int count)
{
    QByteArray text;
    for (int i = 0; i < count; ++i)
        text += "X-" + QByteArray::number(i) + ": y\r\n";
    return text;
}

} // namespace

class TestGate : public QObject
{
    Q_OBJECT

private:
    void makeFront(GateLimits limits = {});
    static void addMalformedRows();

    std::unique_ptr<HttpFront> m_front;
    quint16 m_port = 0;
    int m_handled = 0;
    QList<HttpResponder> m_late;

private Q_SLOTS:
    void init() { makeFront(); }
    void cleanup();
    void refusesMalformedFraming_data() { addMalformedRows(); }
    void refusesMalformedFraming();
    void refusesPieceByPiece_data() { addMalformedRows(); }
    void refusesPieceByPiece();
    void survivesMutations();
    void acceptsCorrectFraming_data();
    void acceptsCorrectFraming();
    void closesAfterHttp10();
    void keepsHttp10AliveWhereAsked();
    void tellsHttp2ToComeBack();
    void countsUnknownProtocolsAsTheSendersFault();
    void answersContinue();
    void refusesAnAnnouncedBodyBeforeItComes();
    void holdsNoMoreThanABody();
    void limitsBodiesInAll();
    void timesOutASlowHead();
    void timesOutASlowBody();
    void closesIdleConnections_data();
    void closesIdleConnections();
    void cutsAPeerThatDoesNotRead();
    void cutsAHandshakeThatStays();
    void capsConnections();
    void deliversTheRefusalOfALargeBody();
    void pausesWhenOutOfDescriptors();
    void takesManyConnectsAtOnce();
    void drains();
    void drainsWhenIdle();
    void drainsAProxy();
};

void TestGate::makeFront(GateLimits limits)
{
    m_front = std::make_unique<HttpFront>(limits);
    m_front->route("GET", u"/count"_s, [this](const HttpRequest &, const HttpResponder &responder) {
        ++m_handled;
        responder.send(text("counted"));
    });
    m_front->route("POST", u"/echo"_s, [this](const HttpRequest &request, const HttpResponder &responder) {
        ++m_handled;
        responder.send(text(request.body));
    });
    m_front->route("POST", u"/late"_s,
                   [this](const HttpRequest &, const HttpResponder &responder) { m_late.append(responder); });
    m_front->route("GET", u"/large"_s, [](const HttpRequest &, const HttpResponder &responder) {
        responder.send(text(QByteArray(15 * 1024 * 1024, 'x')));
    });
    m_front->setUpgradePath(u"/ws"_s, [](const HttpRequest &, const HttpFront::UpgradeAnswer &decide) { decide({}); });
    const auto port = m_front->listen(u"127.0.0.1"_s, 0);
    QVERIFY(port.ok());
    m_port = *port;
}

void TestGate::cleanup()
{
    m_late.clear();
    m_front.reset();
    m_handled = 0;
}

void TestGate::addMalformedRows()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<int>("status");
    const auto row = [](const char *name, const QByteArray &request, int status) {
        QTest::newRow(name) << request << status;
    };
    const auto get = [](const QByteArray &extra) { return "GET /count HTTP/1.1\r\n" + extra + "\r\n"; };
    const auto post = [](const QByteArray &extra) {
        return "POST /echo HTTP/1.1\r\nHost: a\r\n" + extra + "\r\nhello";
    };

    row("two lengths, same", post("Content-Length: 5\r\nContent-Length: 5\r\n"), 400);
    row("two lengths, other", post("Content-Length: 5\r\nContent-Length: 0\r\n"), 400);
    row("listed lengths", post("Content-Length: 5, 5\r\n"), 400);
    row("negative length", post("Content-Length: -5\r\n"), 400);
    row("length with plus", post("Content-Length: +5\r\n"), 400);
    row("hexadecimal length", post("Content-Length: 0x5\r\n"), 400);
    row("length of words", post("Content-Length: five\r\n"), 400);
    row("empty length", post("Content-Length:\r\n"), 400);
    row("length with a space", post("Content-Length: 5 5\r\n"), 400);
    row("length 2^64-1", post("Content-Length: 18446744073709551615\r\n"), 413);
    row("length 2^64+5", post("Content-Length: 18446744073709551621\r\n"), 400);
    row("length of 40 digits", post("Content-Length: " + QByteArray(40, '9') + "\r\n"), 400);
    row("length before coding", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400);
    row("coding before length", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400);
    row("length of zero and coding", post("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"), 400);
    row("space before colon", post("Content-Length : 5\r\n"), 400);
    row("unknown coding", post("Transfer-Encoding: xchunkedfoo\r\n"), 501);
    row("coding identity", post("Transfer-Encoding: identity\r\n"), 501);
    row("gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n"), 501);
    row("chunked, gzip", post("Transfer-Encoding: chunked, gzip\r\n"), 501);
    row("chunked, identity", post("Transfer-Encoding: chunked, identity\r\n"), 501);
    row("quoted coding", post("Transfer-Encoding: \"chunked\"\r\n"), 501);
    row("coding with a vertical tab",
        post("Transfer-Encoding: \x0b"
             "chunked\r\n"),
        400);
    row("two codings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400);
    row("two codings, other", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"), 400);
    row("coding in HTTP/1.0",
        "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 400);

    row("chunk size ZZ", kChunked + "ZZ\r\nhello\r\n0\r\n\r\n", 400);
    row("chunk size -5", kChunked + "-5\r\nhello\r\n0\r\n\r\n", 400);
    row("chunk size +5", kChunked + "+5\r\nhello\r\n0\r\n\r\n", 400);
    row("chunk size 0x5", kChunked + "0x5\r\nhello\r\n0\r\n\r\n", 400);
    row("chunk size empty", kChunked + "\r\nhello\r\n0\r\n\r\n", 400);
    row("chunk size of 17 digits", kChunked + "10000000000000005\r\nhello\r\n0\r\n\r\n", 400);
    row("chunk size 2^64-1", kChunked + "ffffffffffffffff\r\nhello\r\n0\r\n\r\n", 413);
    row("chunk longer than its size", kChunked + "5\r\nhelloXX\r\n0\r\n\r\n", 400);
    row("chunk size line with bare LF", kChunked + "5\nhello\r\n0\r\n\r\n", 400);
    row("chunk size line with bare CR", kChunked + "5\rXhello\r\n0\r\n\r\n", 400);
    row("chunk extension with bare LF", kChunked + "5;a\nb\r\nhello\r\n0\r\n\r\n", 400);
    row("chunk data ended by bare LF", kChunked + "5\r\nhello\n0\r\n\r\n", 400);
    row("malformed trailer", kChunked + "5\r\nhello\r\n0\r\nbad trailer\r\n\r\n", 400);
    row("length in the trailer", kChunked + "5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n", 400);
    row("quoted extension with CR LF", kChunked + "5;a=\"\r\nhello\r\n0\r\n\r\n", 400);
    row("chunk data ended by LF CR LF", kChunked + "5\r\nhello\n\r\n0\r\n\r\n", 400);
    row("endless size line", kChunked + QByteArray(200'000, '0'), 400);
    row("endless extension", kChunked + "5;" + QByteArray(200'000, 'a'), 400);
    row("endless trailer", kChunked + "0\r\nA: " + QByteArray(200'000, 'a'), 400);

    row("bare LF everywhere", "GET /count HTTP/1.1\nHost: a\n\n", 400);
    row("bare LF after a header", "GET /count HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400);
    row("bare LF at the end", "GET /count HTTP/1.1\r\nHost: a\r\n\n", 400);
    row("bare CR in a value", get(kHost + "X: a\rY: b\r\n"), 400);
    row("NUL in a value", get(kHost + QByteArray("X: a\0b\r\n", 8)), 400);
    row("NUL in a name", get(kHost + QByteArray("X\0: a\r\n", 7)), 400);
    row("NUL in the target", QByteArray("GET /co\0unt HTTP/1.1\r\nHost: a\r\n\r\n", 33), 400);
    row("control character in a value",
        get(kHost + "X: a\x01"
                    "b\r\n"),
        400);
    row("folded header", get(kHost + "X: a\r\n b\r\n"), 400);
    row("folded length", post("Content-Length:\r\n 5\r\n"), 400);
    row("folded first header", "GET /count HTTP/1.1\r\n X: a\r\nHost: a\r\n\r\n", 400);
    row("header without colon", get(kHost + "nonsense\r\n"), 400);
    row("header without name", get(kHost + ": a\r\n"), 400);
    row("bad header name", get(kHost + "X(y): a\r\n"), 400);
    row("65 headers", get(kHost + headers(64)), 431);
    row("100 headers and a length", post(headers(100) + "Content-Length: 5\r\n"), 431);
    row("long head", get(kHost + "X: " + QByteArray(17'000, 'x') + "\r\n"), 431);
    row("endless head", get(kHost).chopped(2) + "X: " + QByteArray(500'000, 'x'), 431);

    row("no Host", get("X: y\r\n"), 400);
    row("two Hosts", get(kHost + kHost), 400);
    row("empty Host", get("Host:\r\n"), 400);
    row("Host of two names", get("Host: a, b\r\n"), 400);
    row("Host with a path", get("Host: a/b\r\n"), 400);
    row("Host with a user", get("Host: me@a\r\n"), 400);

    row("long request line", "GET /count?" + QByteArray(9'000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414);
    row("endless request line", "GET /" + QByteArray(300'000, 'x'), 414);
    row("no version", "GET /count\r\nHost: a\r\n\r\n", 400);
    row("HTTP/0.9", "GET /count HTTP/0.9\r\nHost: a\r\n\r\n", 505);
    row("HTTP/1.2", "GET /count HTTP/1.2\r\nHost: a\r\n\r\n", 505);
    row("HTTP/2 preface with a header", "PRI * HTTP/2.0\r\nHost: a\r\n\r\nSM\r\n\r\n", 505);
    row("lower-case version", "GET /count http/1.1\r\nHost: a\r\n\r\n", 400);
    row("version HTTP/11", "GET /count HTTP/11\r\nHost: a\r\n\r\n", 400);
    row("two spaces", "GET  /count HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    row("tab for a space", "GET\t/count HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    row("space at the end", "GET /count HTTP/1.1 \r\nHost: a\r\n\r\n", 400);
    row("space at the start", " GET /count HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    row("two empty lines first", "\r\n\r\nGET /count HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    row("TLS", QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01", 8), 400);
    row("only NULs", QByteArray(100, '\0'), 400);
    row("unknown method", "BREW /count HTTP/1.1\r\nHost: a\r\n\r\n", 501);
    row("lower-case method", "get /count HTTP/1.1\r\nHost: a\r\n\r\n", 501);
    row("CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 501);
    row("target without slash", "GET count HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    row("other scheme", "GET ftp://a/count HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    row("absolute target without host", "GET http:///count HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    row("absolute target with user", "GET http://me@a/count HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    row("asterisk for GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    row("fragment", "GET /count#x HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    row("raw UTF-8 in target", "GET /c\xc3\xb6unt HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    row("bad escape", "GET /count%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    row("escape cut off", "GET /count%2 HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    row("escaped NUL", "GET /count%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    row("escaped NUL in query", "GET /count?a=%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    row("other expectation", post("Expect: miracles\r\nContent-Length: 5\r\n"), 417);
    row("malformed Connection", get(kHost + "Connection: \"close\r\n"), 400);
    row("body one byte too large", post("Content-Length: 8388609\r\n"), 413);
    row("chunk one byte too large", kChunked + "800001\r\nhello", 413);
    row("chunks too large together", kChunked + "5\r\nhello\r\n7FFFFC\r\nhello", 413);
}

void TestGate::refusesMalformedFraming()
{
    QFETCH(QByteArray, request);
    QFETCH(int, status);
    RawClient client(m_port);
    client.send(request + kSecond + kSecond);
    const auto answers = client.untilClosed();
    QVERIFY(client.isClosed());
    QCOMPARE(answers.size(), 1);
    QCOMPARE(answers.first().status, status);
    QCOMPARE(answers.first().headers.value("connection"), "close");
    QCOMPARE(answers.first().headers.value("content-type"), "application/json; charset=utf-8");
    QVERIFY(!answers.first().headers.value("x-request-id").isEmpty());
    const auto object = QJsonDocument::fromJson(answers.first().body).object();
    QCOMPARE(object.value(u"success"_s), QJsonValue(false));
    QVERIFY(!object.value(u"message"_s).toString().isEmpty());
    QCOMPARE(object.value(u"error"_s), object.value(u"message"_s));
    QCOMPARE(m_handled, 0);
}

// The same verdict, wherever the network cuts the bytes.
void TestGate::refusesPieceByPiece()
{
    QFETCH(QByteArray, request);
    QFETCH(int, status);
    for (const qsizetype step : {1, 2, 7}) {
        RequestReader reader({});
        QByteArray input;
        qsizetype at = 0;
        while (at < request.size() && reader.state() != RequestReader::State::Failed && input.size() < 64 * 1024) {
            input += request.sliced(at, std::min(step, request.size() - at));
            at += step;
            QVERIFY(reader.read(input) != RequestReader::State::Complete);
        }
        if (input.size() >= 64 * 1024) // the connection refuses what the parser can't take from a full buffer
            QCOMPARE(status, 400);
        else if (reader.state() == RequestReader::State::Failed)
            QCOMPARE(reader.failure().status, status);
        else // only what follows would have shown it
            QVERIFY(reader.read(input += kSecond) == RequestReader::State::Failed);
    }
}

// Requests with random damage in random pieces: never a crash, never more than one verdict, never more held than
// allowed, and the verdict does not depend on the pieces.
void TestGate::survivesMutations()
{
    const QByteArrayList seeds{
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world",
        "GET /ws?a=%20b HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"};
    const QByteArray tokens = "\r\n\t :;,0159afF-+%\"\x7f\x80";
    QRandomGenerator random(20'251);
    GateLimits limits;
    limits.bodyBytes = 64;
    int complete = 0;
    int failed = 0;
    for (int round = 0; round < 30'000; ++round) {
        QByteArray bytes = seeds.at(random.bounded(int(seeds.size())));
        for (int damage = random.bounded(4); damage > 0; --damage) {
            const auto at = random.bounded(int(bytes.size()));
            const char token = tokens.at(random.bounded(int(tokens.size())));
            switch (random.bounded(4)) {
            case 0: bytes[at] = token; break;
            case 1: bytes.insert(at, token); break;
            case 2: bytes.remove(at, 1 + random.bounded(3)); break;
            default: bytes.insert(at, bytes.mid(random.bounded(int(bytes.size())), random.bounded(20))); break;
            }
            if (bytes.isEmpty())
                bytes = "G";
        }
        bytes += "\r\n0\r\n\r\n"; // whatever waits for an end gets one
        RequestReader whole(limits);
        QByteArray all = bytes;
        const auto verdict = whole.read(all);
        RequestReader pieces(limits);
        QByteArray input;
        for (qsizetype at = 0; at < bytes.size() && pieces.state() < RequestReader::State::Complete;) {
            const auto size = std::min<qsizetype>(1 + random.bounded(9), bytes.size() - at);
            input += bytes.sliced(at, size);
            at += size;
            pieces.read(input);
            QVERIFY(pieces.bodyBytes() <= limits.bodyBytes);
        }
        QVERIFY2(pieces.state() == verdict, bytes.toPercentEncoding("\r\n :").constData());
        complete += verdict == RequestReader::State::Complete;
        failed += verdict == RequestReader::State::Failed;
        if (verdict == RequestReader::State::Complete) {
            const auto one = whole.takeRequest();
            const auto other = pieces.takeRequest();
            QCOMPARE(one.body, other.body);
            QCOMPARE(one.headers, other.headers);
        }
    }
    QVERIFY(complete > 1'000);
    QVERIFY(failed > 1'000);
}

void TestGate::acceptsCorrectFraming_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const char *name, const QByteArray &request, const QByteArray &body) {
        QTest::newRow(name) << request << body;
    };
    const QByteArray post = "POST /echo HTTP/1.1\r\nHost: a\r\n";
    row("length", post + "Content-Length: 5\r\n\r\nhello", "hello");
    row("no length", post + "\r\n", "");
    row("length zero", post + "Content-Length: 0\r\n\r\n", "");
    row("leading zeros", post + "Content-Length: 0005\r\n\r\nhello", "hello");
    row("spaces around values", post + "Content-Length: \t 5 \t\r\n\r\nhello", "hello");
    row("names in any case", post + "cOnTeNt-LeNgTh: 5\r\n\r\nhello", "hello");
    row("chunked", kChunked + "5\r\nhello\r\n0\r\n\r\n", "hello");
    row("chunked in any case", post + "transfer-encoding: Chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "hello");
    row("two chunks", kChunked + "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", "hello");
    row("chunk sizes in both cases", kChunked + "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n",
        "01234567890123456789");
    row("chunk size with zeros", kChunked + "0005\r\nhello\r\n000\r\n\r\n", "hello");
    row("chunk extension", kChunked + "5;name=value\r\nhello\r\n0;last\r\n\r\n", "hello");
    row("quoted chunk extension", kChunked + "5;a=\"b;c\"\r\nhello\r\n0\r\n\r\n", "hello");
    row("trailer", kChunked + "5\r\nhello\r\n0\r\nX-Sum: 1\r\nHost: other\r\n\r\n", "hello");
    row("no chunk", kChunked + "0\r\n\r\n", "");
    row("empty line first", "\r\n" + post + "Content-Length: 5\r\n\r\nhello", "hello");
    row("absolute target", "POST http://b:80/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", "hello");
    row("Host with port", "POST /echo HTTP/1.1\r\nHost: a:8000\r\nContent-Length: 5\r\n\r\nhello", "hello");
    row("Host of IPv6", "POST /echo HTTP/1.1\r\nHost: [::1]:8000\r\nContent-Length: 5\r\n\r\nhello", "hello");
    row("64 headers", post + headers(62) + "Content-Length: 5\r\n\r\nhello", "hello");
    row("bytes above 127 in a value", post + "X: \xc3\xa4\xff\r\nContent-Length: 5\r\n\r\nhello", "hello");
    row("empty value", post + "X:\r\nContent-Length: 5\r\n\r\nhello", "hello");
    row("upgrade to something else", post + "Upgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: 5\r\n\r\nhello",
        "hello");
    row("body that looks like a request",
        post + "Content-Length: " + QByteArray::number(kSecond.size()) + "\r\n\r\n" + kSecond, kSecond);
    row("large body", post + "Content-Length: 8388608\r\n\r\n" + QByteArray(8'388'608, 'x'),
        QByteArray(8'388'608, 'x'));
}

void TestGate::acceptsCorrectFraming()
{
    QFETCH(QByteArray, request);
    QFETCH(QByteArray, body);
    RawClient client(m_port);
    client.send(request + kSecond);
    const auto answers = client.waitForAnswers(2);
    QCOMPARE(answers.size(), 2);
    QCOMPARE(answers.first().status, 200);
    QVERIFY(answers.first().body == body);
    QCOMPARE(answers.last().body, "counted");
    QCOMPARE(m_handled, 2);

    if (request.size() > 10'000)
        return;
    RawClient slow(m_port); // byte by byte, each in a packet of its own
    for (const char c : request) {
        slow.send(QByteArray(1, c));
        spinUntil([&] { return slow.socket.bytesToWrite() == 0; });
        QCoreApplication::processEvents();
    }
    QCOMPARE(slow.waitForAnswers(1).value(0).body, body);
}

void TestGate::closesAfterHttp10()
{
    RawClient client(m_port);
    client.send("GET /count HTTP/1.0\r\n\r\n" + kSecond);
    const auto answers = client.untilClosed();
    QVERIFY(client.isClosed());
    QCOMPARE(answers.size(), 1);
    QCOMPARE(answers.first().body, "counted");
}

void TestGate::keepsHttp10AliveWhereAsked()
{
    const QByteArray post = "POST /echo HTTP/1.0\r\nConnection: Keep-Alive\r\nContent-Length: 5\r\n\r\nhello";
    RawClient client(m_port);
    client.send(post + post + "GET /count HTTP/1.0\r\n\r\n");
    const auto answers = client.untilClosed();
    QVERIFY(client.isClosed());
    QCOMPARE(answers.size(), 3);
    QCOMPARE(answers.first().body, "hello");
    QCOMPARE(answers.first().headers.value("connection"), "keep-alive");
    QCOMPARE(answers.first().headers.value("content-length"), "5");
    QCOMPARE(answers.last().headers.value("connection"), "close");

    RawClient both(m_port); // a word against it counts, in whichever header it comes
    both.send("GET /count HTTP/1.0\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n");
    QCOMPARE(both.untilClosed().value(0).headers.value("connection"), "close");
    QVERIFY(both.isClosed());
}

// Its answer is what HTTP/2 calls GOAWAY, with the reason HTTP_1_1_REQUIRED (RFC 9113, 6.8 and 7).
void TestGate::tellsHttp2ToComeBack()
{
    const QByteArray preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + QByteArray("\0\0\0\4\0\0\0\0\0", 9);
    for (const qsizetype step : {preface.size(), qsizetype(1), qsizetype(5)}) {
        RawClient client(m_port);
        for (qsizetype at = 0; at < preface.size(); at += step) {
            client.send(preface.mid(at, step));
            spinUntil([&] { return client.socket.bytesToWrite() == 0; });
        }
        client.untilClosed();
        QVERIFY(client.isClosed());
        const QByteArray frames = client.received;
        QCOMPARE(frames.first(9), QByteArray("\0\0\0\4\0\0\0\0\0", 9)); // SETTINGS
        const QByteArray goAway = frames.sliced(9);
        QVERIFY(goAway.size() >= 17);
        QCOMPARE(goAway.size(), 9 + uchar(goAway[2]));
        QCOMPARE(goAway.sliced(3, 6), QByteArray("\7\0\0\0\0\0", 6));
        QCOMPARE(goAway.sliced(9, 8), QByteArray("\0\0\0\0\0\0\0\x0d", 8));
        QVERIFY(goAway.endsWith("HTTP/1.1 only"));
    }
    QCOMPARE(m_handled, 0);
}

void TestGate::countsUnknownProtocolsAsTheSendersFault()
{
    for (const QByteArray &request :
         {QByteArray("BREW /count HTTP/1.1\r\nHost: a\r\n\r\n"), QByteArray("GET /count HTTP/1.2\r\nHost: a\r\n\r\n"),
          QByteArray("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
          QByteArray("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n")}) {
        RawClient client(m_port);
        client.send(request);
        client.untilClosed();
        QVERIFY(client.isClosed());
    }
    quint64 senders = 0;
    quint64 ours = 0;
    for (const RouteStats &route : m_front->stats().routes) {
        senders += route.byClass[3];
        ours += route.byClass[4];
    }
    QCOMPARE(senders, 4u);
    QCOMPARE(ours, 0u);
}

void TestGate::answersContinue()
{
    RawClient client(m_port);
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    QVERIFY(spinUntil([&] { return client.received == "HTTP/1.1 100 Continue\r\n\r\n"; }));
    client.send("hello");
    QCOMPARE(client.waitForAnswers(2).value(1).body, "hello");
    // Nothing to ask for when the body is already there.
    RawClient other(m_port);
    other.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n\r\nhello");
    QCOMPARE(other.waitForAnswers(1).value(0).status, 200);
}

void TestGate::refusesAnAnnouncedBodyBeforeItComes()
{
    RawClient client(m_port);
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n");
    const auto answers = client.untilClosed();
    QCOMPARE(answers.size(), 1);
    QCOMPARE(answers.first().status, 413);
}

void TestGate::holdsNoMoreThanABody()
{
    GateLimits limits;
    limits.bodyBytes = 1'000;
    RequestReader reader(limits);
    QByteArray input = kChunked;
    for (int i = 0; i < 100'000 && reader.state() != RequestReader::State::Failed; ++i) {
        input += "64\r\n" + QByteArray(100, 'x') + "\r\n";
        reader.read(input);
        QVERIFY(reader.bodyBytes() <= 1'000);
    }
    QCOMPARE(reader.failure().status, 413);
}

void TestGate::limitsBodiesInAll()
{
    GateLimits limits;
    limits.heldBytes = 100'000;
    makeFront(limits);
    const QByteArray head = "POST /late HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n";
    RawClient one(m_port);
    one.send(head + QByteArray(59'999, 'x'));
    RawClient two(m_port);
    two.send(head + QByteArray(59'999, 'x'));
    QVERIFY(spinUntil([&] { return one.isClosed() || two.isClosed(); }));
    RawClient &refused = one.isClosed() ? one : two;
    RawClient &kept = one.isClosed() ? two : one;
    QCOMPARE(refused.untilClosed().value(0).status, 503);
    QCOMPARE(refused.untilClosed().value(0).headers.value("retry-after"), "1");
    kept.send("x");
    QVERIFY(spinUntil([this] { return m_late.size() == 1; }));
    m_late.first().send(text("kept"));
    QCOMPARE(kept.waitForAnswers(1).value(0).body, "kept");
    RawClient three(m_port); // what was held is given back
    three.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n" + QByteArray(60'000, 'x'));
    QCOMPARE(three.waitForAnswers(1).value(0).status, 200);
}

void TestGate::timesOutASlowHead()
{
    GateLimits limits;
    limits.headMs = 150;
    makeFront(limits);
    RawClient client(m_port);
    client.send("GET /count HTTP/1.1\r\nHost: a\r\n");
    // A byte now and then does not help: the limit is for the whole head.
    for (int i = 0; i < 100 && !client.isClosed(); ++i) {
        client.send("X");
        spinUntil([&] { return client.isClosed(); }, 20);
    }
    QCOMPARE(client.untilClosed().value(0).status, 408);
    QVERIFY(client.isClosed());
    // Also behind an answered request.
    RawClient second(m_port);
    second.send(kSecond + "GET");
    const auto answers = second.untilClosed();
    QCOMPARE(answers.size(), 2);
    QCOMPARE(answers.last().status, 408);
}

void TestGate::timesOutASlowBody()
{
    GateLimits limits;
    limits.bodyMs = 150;
    makeFront(limits);
    RawClient client(m_port);
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
    for (int i = 0; i < 100 && !client.isClosed(); ++i) {
        client.send("X");
        spinUntil([&] { return client.isClosed(); }, 20);
    }
    QCOMPARE(client.untilClosed().value(0).status, 408);
    QCOMPARE(m_handled, 0);
}

void TestGate::closesIdleConnections_data()
{
    QTest::addColumn<QByteArray>("first");
    QTest::newRow("silent from the start") << QByteArray();
    QTest::newRow("only an empty line") << QByteArray("\r\n");
    QTest::newRow("after a request") << kSecond;
}

void TestGate::closesIdleConnections()
{
    QFETCH(QByteArray, first);
    GateLimits limits;
    limits.headMs = 100;
    limits.idleMs = 100;
    makeFront(limits);
    RawClient client(m_port);
    client.send(first);
    const auto answers = client.untilClosed();
    QVERIFY(client.isClosed());
    QCOMPARE(answers.size(), first == kSecond ? 1 : 0);
    QVERIFY(spinUntil([this] { return m_front->connectionCount() == 0; }));
}

void TestGate::cutsAPeerThatDoesNotRead()
{
    GateLimits limits;
    limits.sendMs = 200;
    makeFront(limits);
    RawClient client(m_port);
    client.socket.setReadBufferSize(1'000);
    QObject::disconnect(&client.socket, &QTcpSocket::readyRead, nullptr, nullptr);
    client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    QVERIFY(spinUntil([this] { return m_front->connectionCount() == 1; }));
    QVERIFY(spinUntil([this] { return m_front->connectionCount() == 0; }));
    // One that reads, however large the answer, is not.
    RawClient reader(m_port);
    reader.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    QCOMPARE(reader.waitForAnswers(1).value(0).body.size(), 15 * 1024 * 1024);
}

void TestGate::cutsAHandshakeThatStays()
{
    GateLimits limits;
    limits.headMs = 150;
    makeFront(limits);
    QList<QWebSocket *> sockets;
    connect(m_front.get(), &HttpFront::webSocket, this, [&](QWebSocket *socket) { sockets.append(socket); });
    const QByteArray whole = "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    RawClient half(m_port);
    half.send(whole.chopped(2));
    RawClient full(m_port);
    full.send(whole);
    QCOMPARE(half.untilClosed().value(0).status, 408);
    QVERIFY(spinUntil([&] { return sockets.size() == 1; }));
    // One that went through is not held to that limit.
    QTest::qWait(400);
    QVERIFY(!full.isClosed());
    QCOMPARE(m_front->connectionCount(), 1);
    qDeleteAll(sockets);
    QVERIFY(spinUntil([this] { return m_front->connectionCount() == 0; }));
}

void TestGate::capsConnections()
{
    GateLimits limits;
    limits.connections = 3;
    makeFront(limits);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(std::make_unique<RawClient>(m_port));
        clients.back()->send(kSecond);
        QCOMPARE(clients.back()->waitForAnswers(1).value(0).status, 200);
    }
    RawClient over(m_port);
    over.send(kSecond);
    const auto answers = over.untilClosed();
    QVERIFY(over.isClosed());
    QCOMPARE(answers.size(), 1);
    QCOMPARE(answers.first().status, 503);
    QCOMPARE(answers.first().headers.value("retry-after"), "1");
    QCOMPARE(m_handled, 3);
    QCOMPARE(m_front->connectionCount(), 3);
    clients.pop_back();
    QVERIFY(spinUntil([this] { return m_front->connectionCount() == 2; }));
    RawClient next(m_port);
    next.send(kSecond);
    QCOMPARE(next.waitForAnswers(1).value(0).status, 200);
}

// A sender that writes all of a large body before it reads still gets the answer, not a reset.
void TestGate::deliversTheRefusalOfALargeBody()
{
    RawClient client(m_port);
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 20000000\r\n\r\n" + QByteArray(20'000'000, 'x'));
    const auto answers = client.untilClosed();
    QCOMPARE(answers.size(), 1);
    QCOMPARE(answers.first().status, 413);
}

void TestGate::pausesWhenOutOfDescriptors()
{
    rlimit before{};
    QCOMPARE(getrlimit(RLIMIT_NOFILE, &before), 0);
    RawClient warm(m_port);
    warm.send(kSecond);
    QCOMPARE(warm.waitForAnswers(1).size(), 1);
    QTcpSocket client;
    QByteArray received;
    connect(&client, &QTcpSocket::readyRead, &client, [&] { received += client.readAll(); });
    client.bind(QHostAddress(QHostAddress::LocalHost)); // takes its descriptor now
    const int next = ::dup(0);
    ::close(next);
    rlimit tight = before;
    tight.rlim_cur = static_cast<rlim_t>(next); // no descriptor beyond those in use
    QCOMPARE(setrlimit(RLIMIT_NOFILE, &tight), 0);
    client.connectToHost(QHostAddress(QHostAddress::LocalHost), m_port);
    const bool connected = spinUntil([&] { return client.state() == QAbstractSocket::ConnectedState; });
    client.write(kSecond);
    spinUntil([&] { return !received.isEmpty(); }, 500);
    const bool served = !received.isEmpty();
    warm.send(kSecond); // those who are in are served meanwhile
    const auto warmAnswers = warm.waitForAnswers(2).size();
    QCOMPARE(setrlimit(RLIMIT_NOFILE, &before), 0);
    QVERIFY(connected);
    QVERIFY(!served);
    QCOMPARE(warmAnswers, 2);
    QVERIFY(spinUntil([&] { return answersIn(received).size() == 1; }));
}

void TestGate::takesManyConnectsAtOnce()
{
    std::vector<std::unique_ptr<QTcpSocket>> sockets;
    for (int i = 0; i < 400; ++i) {
        sockets.push_back(std::make_unique<QTcpSocket>());
        sockets.back()->connectToHost(QHostAddress(QHostAddress::LocalHost), m_port);
        sockets.back()->write(kSecond);
    }
    QVERIFY(spinUntil([this] { return m_handled == 400; }));
    QCOMPARE(m_front->connectionCount(), 400);
}

void TestGate::drains()
{
    QSignalSpy drained(m_front.get(), &HttpFront::drained);
    RawClient idle(m_port);
    idle.send(kSecond);
    QCOMPARE(idle.waitForAnswers(1).size(), 1);
    RawClient half(m_port);
    half.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
    RawClient busy(m_port);
    busy.send("POST /late HTTP/1.1\r\nHost: a\r\n\r\n" + kSecond);
    QVERIFY(spinUntil([this] { return m_late.size() == 1 && m_front->connectionCount() == 3; }));
    spinUntil([] { return false; }, 50); // the half request is read
    m_front->drain();
    QCOMPARE(idle.untilClosed().size(), 1);
    QVERIFY(idle.isClosed());
    QCOMPARE(half.untilClosed().value(0).status, 503);
    QVERIFY(drained.isEmpty());
    QVERIFY(!busy.isClosed());
    QTcpSocket late;
    late.connectToHost(QHostAddress(QHostAddress::LocalHost), m_port);
    QVERIFY(spinUntil([&] { return late.error() == QAbstractSocket::ConnectionRefusedError; }));

    m_late.first().send(text("answered"));
    QVERIFY(spinUntil([&] { return drained.size() == 1; }));
    const auto answers = busy.untilClosed();
    QVERIFY(busy.isClosed());
    QCOMPARE(answers.size(), 1);
    QCOMPARE(answers.first().body, "answered");
    QCOMPARE(answers.first().headers.value("connection"), "close");
    QCOMPARE(m_handled, 1);
    m_front->drain();
    spinUntil([] { return false; }, 50);
    QCOMPARE(drained.size(), 1);
}

void TestGate::drainsWhenIdle()
{
    QSignalSpy drained(m_front.get(), &HttpFront::drained);
    m_front->drain();
    QVERIFY(spinUntil([&] { return drained.size() == 1; }));
}

// A proxy keeps connections, and may send on one of them while the server begins to stop: it is answered.
void TestGate::drainsAProxy()
{
    GateLimits limits;
    limits.drainMs = 300;
    HttpFront front(limits);
    const auto proxies = Proxies::parse({u"127.0.0.1"_s});
    QVERIFY(proxies.ok());
    front.setTrustedProxies(*proxies);
    int handled = 0;
    front.route("POST", u"/echo"_s, [&](const HttpRequest &request, const HttpResponder &responder) {
        ++handled;
        responder.send(text(request.body));
    });
    const auto port = front.listen(u"127.0.0.1"_s, 0);
    QVERIFY(port.ok());
    const QByteArray request = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";
    RawClient kept(*port);
    RawClient half(*port);
    RawClient silent(*port);
    RawClient never(*port);
    for (RawClient *client : {&kept, &silent}) {
        client->send(request + "hello");
        QCOMPARE(client->waitForAnswers(1).size(), 1);
    }
    half.send(request + "he");
    never.send(request + "ne");
    QVERIFY(spinUntil([&] { return front.connectionCount() == 4; }));
    spinUntil([] { return false; }, 50); // the half requests are read
    QSignalSpy drained(&front, &HttpFront::drained);
    QElapsedTimer since;
    since.start();
    front.drain();
    kept.send(request + "again");
    half.send("llo");
    const auto answers = kept.untilClosed();
    QCOMPARE(answers.size(), 2);
    QCOMPARE(answers.last().body, "again");
    QCOMPARE(answers.last().headers.value("connection"), "close");
    QCOMPARE(half.untilClosed().value(0).body, "hello");
    QCOMPARE(never.untilClosed().value(0).status, 503);
    QCOMPARE(silent.untilClosed().size(), 1);
    QVERIFY(spinUntil([&] { return drained.size() == 1; }));
    QVERIFY(since.elapsed() >= limits.drainMs);
    QCOMPARE(handled, 4);
}

QTEST_GUILESS_MAIN(TestGate)
#include "tst_gate.moc"
