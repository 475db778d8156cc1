#include "server/gate/httpfront.h"
#include "server/http/reply.h"
#include "tests/server/rawclient.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>
#include <QWebSocket>
#include <stdexcept>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

namespace {

QByteArray get(const QByteArray &path, const QByteArray &extra = {})
{
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + extra + "\r\n";
}

QByteArray post(const QByteArray &path, const QByteArray &body, const QByteArray &extra = {})
{
    return "POST " + path + " HTTP/1.1\r\nHost: a\r\n" + extra + "Content-Length: " + QByteArray::number(body.size()) +
           "\r\n\r\n" + body;
}

QByteArray handshake(const QByteArray &path, const QByteArray &extra = "Sec-WebSocket-Version: 13\r\n")
{
    return get(path,
               "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + extra);
}

HttpReply text(const QByteArray &body)
{
    HttpReply reply;
    reply.body = body;
    reply.contentType = "text/plain; charset=utf-8";
    return reply;
}

} // namespace

class TestHttpFront : public QObject
{
    Q_OBJECT

private:
    void makeFront(GateLimits limits = {});

    std::unique_ptr<HttpFront> m_front;
    quint16 m_port = 0;
    QList<std::pair<QByteArray, HttpResponder>> m_late; // body of each request to /late
    QList<QWebSocket *> m_sockets;
    std::optional<HttpReply> m_refusal;
    bool m_decidesLater = false; // then about upgrades, through …
    HttpFront::UpgradeAnswer m_decide;

private Q_SLOTS:
    void init() { makeFront(); }
    void cleanup();
    void answersARoute();
    void keepsTheRequest();
    void routesByExactPathAndMethod_data();
    void routesByExactPathAndMethod();
    void headHasNoBody();
    void setsItsOwnHeaders();
    void takesOrMakesARequestId_data();
    void takesOrMakesARequestId();
    void handlerExceptionsBecome500();
    void droppedResponderBecomes500();
    void answersPipelinedRequestsInOrder();
    void answersOnce();
    void answersAfterThePeerHasGone();
    void survivesEarlyDisconnects();
    void answersAfterTheFrontHasGone();
    void filtersEveryReply();
    void replacesAnAnswerAboveTheCap();
    void sendsALargeAnswerWhole();
    void mapsFaults();
    void upgrades();
    void refusesUpgrades_data();
    void refusesUpgrades();
    void decidesAboutUpgradesLater();
    void limitsWebSocketMessages();
    void countsWebSocketsInTheCap();
    void saysWhyItCannotListen();
};

void TestHttpFront::makeFront(GateLimits limits)
{
    m_front = std::make_unique<HttpFront>(limits);
    m_front->route("GET", u"/hello"_s,
                   [](const HttpRequest &, const HttpResponder &responder) { responder.send(text("hello")); });
    m_front->route("GET", u"/two.part/path"_s,
                   [](const HttpRequest &, const HttpResponder &responder) { responder.send(text("dot")); });
    m_front->route("POST", u"/echo"_s, [](const HttpRequest &request, const HttpResponder &responder) {
        responder.send(text(request.body));
    });
    const auto describe = [](const HttpRequest &request, const HttpResponder &responder) {
        responder.send(jsonReply(200, {{u"method"_s, QString::fromLatin1(request.method)},
                                       {u"path"_s, request.path},
                                       {u"q"_s, request.query.value(u"q"_s)},
                                       {u"header"_s, QString::fromLatin1(request.header("x-thing"))},
                                       {u"peer"_s, request.peer.toString()},
                                       {u"id"_s, QString::fromLatin1(request.requestId)}}));
    };
    m_front->route("GET", u"/describe"_s, describe, {u"q"_s, u"x"_s});
    m_front->route("POST", u"/late"_s, [this](const HttpRequest &request, const HttpResponder &responder) {
        m_late.append({request.body, responder});
    });
    m_front->route("GET", u"/throw"_s,
                   [](const HttpRequest &, const HttpResponder &) { throw std::runtime_error("on purpose"); });
    m_front->route("GET", u"/throw-int"_s, [](const HttpRequest &, const HttpResponder &) { throw 1; });
    m_front->route("GET", u"/drop"_s, [](const HttpRequest &, const HttpResponder &) {});
    m_front->route("GET", u"/evil"_s, [](const HttpRequest &, const HttpResponder &responder) {
        HttpReply reply = text("x");
        reply.headers = {{"X-A", "b\r\nSet-Cookie: c"}, {"Bad Name", "x"}, {"Content-Length", "999"}};
        responder.send(reply);
    });
    const auto large = [](const HttpRequest &request, const HttpResponder &responder) {
        responder.send(text(QByteArray(request.query.value(u"size"_s).toLongLong(), 'x')));
    };
    m_front->route("GET", u"/large"_s, large, {u"size"_s});
    const auto mayUpgrade = [this](const HttpRequest &, const HttpFront::UpgradeAnswer &decide) {
        if (m_decidesLater)
            m_decide = decide;
        else
            decide(m_refusal);
    };
    m_front->setUpgradePath(u"/ws"_s, mayUpgrade, {u"format"_s});
    connect(m_front.get(), &HttpFront::webSocket, this, [this](QWebSocket *socket) {
        socket->setParent(this);
        m_sockets.append(socket);
        connect(socket, &QWebSocket::textMessageReceived, socket, &QWebSocket::sendTextMessage);
    });
    const auto port = m_front->listen(u"127.0.0.1"_s, 0);
    QVERIFY(port.ok());
    m_port = *port;
}

void TestHttpFront::cleanup()
{
    qDeleteAll(m_sockets);
    m_sockets.clear();
    m_late.clear();
    m_front.reset();
    m_refusal.reset();
    m_decidesLater = false;
    m_decide = nullptr;
}

void TestHttpFront::answersARoute()
{
    RawClient client(m_port);
    for (int i = 0; i < 3; ++i) {
        client.send(get("/hello"));
        const auto answers = client.waitForAnswers(i + 1);
        QCOMPARE(answers.size(), i + 1);
        QCOMPARE(answers.last().status, 200);
        QCOMPARE(answers.last().body, "hello");
        QVERIFY(!answers.last().headers.contains("connection"));
    }
    client.send(get("/hello", "Connection: close\r\n"));
    const auto answers = client.untilClosed();
    QVERIFY(client.isClosed());
    QCOMPARE(answers.size(), 4);
    QCOMPARE(answers.last().headers.value("connection"), "close");
    QTRY_COMPARE(m_front->connectionCount(), 0);
}

void TestHttpFront::keepsTheRequest()
{
    RawClient client(m_port);
    client.send(get("/de%73cribe?q=a%20b&x=1", "X-Thing:  some value \r\nX-Request-Id: mine\r\n"));
    const auto answers = client.waitForAnswers(1);
    QCOMPARE(answers.size(), 1);
    const auto object = QJsonDocument::fromJson(answers.first().body).object();
    QCOMPARE(object.value(u"method"_s).toString(), u"GET"_s);
    QCOMPARE(object.value(u"path"_s).toString(), u"/describe"_s);
    QCOMPARE(object.value(u"q"_s).toString(), u"a b"_s);
    QCOMPARE(object.value(u"header"_s).toString(), u"some value"_s);
    QCOMPARE(object.value(u"peer"_s).toString(), u"127.0.0.1"_s);
    QCOMPARE(object.value(u"id"_s).toString(), u"mine"_s);

    client.send(post("/echo", QByteArray("\0\r\n\r\nGET", 8)));
    QCOMPARE(client.waitForAnswers(2).value(1).body, QByteArray("\0\r\n\r\nGET", 8));
}

void TestHttpFront::routesByExactPathAndMethod_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("allow");
    QTest::newRow("unknown") << get("/nothing") << 404 << QByteArray();
    QTest::newRow("trailing slash") << get("/hello/") << 200 << QByteArray();
    QTest::newRow("post with a trailing slash") << post("/echo/", "x") << 200 << QByteArray();
    QTest::newRow("get to post with a trailing slash") << get("/echo/") << 405 << QByteArray("POST, OPTIONS");
    QTest::newRow("two trailing slashes") << get("/hello//") << 404 << QByteArray();
    QTest::newRow("trailing slash behind nothing known") << get("/nothing/") << 404 << QByteArray();
    QTest::newRow("unknown parameter") << get("/describe?Q=1") << 400 << QByteArray();
    QTest::newRow("parameter of a path that takes none") << get("/hello?q=1") << 400 << QByteArray();
    QTest::newRow("repeated parameter") << get("/describe?q=1&x=2&%71=1") << 400 << QByteArray();
    QTest::newRow("parameter that is no UTF-8") << get("/describe?q=%ff") << 400 << QByteArray();
    QTest::newRow("empty query") << get("/hello?") << 200 << QByteArray();
    QTest::newRow("empty pairs") << get("/describe?&q=1&&") << 200 << QByteArray();
    QTest::newRow("longer") << get("/hello2") << 404 << QByteArray();
    QTest::newRow("upper case") << get("/HELLO") << 404 << QByteArray();
    QTest::newRow("double slash is no host") << get("//host/hello") << 404 << QByteArray();
    QTest::newRow("double slash") << get("//hello") << 404 << QByteArray();
    QTest::newRow("dot is no pattern") << get("/twoXpart/path") << 404 << QByteArray();
    QTest::newRow("dot") << get("/two.part/path") << 200 << QByteArray();
    QTest::newRow("dot segments") << get("/x/../hello") << 404 << QByteArray();
    QTest::newRow("not latin") << get("/%E2%82%AC") << 404 << QByteArray();
    QTest::newRow("not UTF-8") << get("/%FF") << 404 << QByteArray();
    QTest::newRow("question mark in path") << get("/hello%3Fa") << 404 << QByteArray();
    QTest::newRow("post to get") << post("/hello", "x") << 405 << QByteArray("GET, HEAD, OPTIONS");
    QTest::newRow("get to post") << get("/echo") << 405 << QByteArray("POST, OPTIONS");
    QTest::newRow("head to post") << QByteArray("HEAD /echo HTTP/1.1\r\nHost: a\r\n\r\n") << 405
                                  << QByteArray("POST, OPTIONS");
    QTest::newRow("trace") << QByteArray("TRACE /hello HTTP/1.1\r\nHost: a\r\n\r\n") << 405
                           << QByteArray("GET, HEAD, OPTIONS");
    QTest::newRow("options") << QByteArray("OPTIONS /hello HTTP/1.1\r\nHost: a\r\n\r\n") << 204
                             << QByteArray("GET, HEAD, OPTIONS");
    QTest::newRow("options unknown") << QByteArray("OPTIONS /no HTTP/1.1\r\nHost: a\r\n\r\n") << 404 << QByteArray();
    QTest::newRow("options server") << QByteArray("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n") << 204
                                    << QByteArray("GET, HEAD, POST, OPTIONS");
    QTest::newRow("absolute form") << QByteArray("GET http://a/hello HTTP/1.1\r\nHost: a\r\n\r\n") << 200
                                   << QByteArray();
    QTest::newRow("absolute form, no path")
        << QByteArray("GET http://a?x HTTP/1.1\r\nHost: a\r\n\r\n") << 404 << QByteArray();
    QTest::newRow("plain get on the socket's path") << get("/ws") << 426 << QByteArray();
}

void TestHttpFront::routesByExactPathAndMethod()
{
    QFETCH(QByteArray, request);
    QFETCH(int, status);
    QFETCH(QByteArray, allow);
    RawClient client(m_port);
    client.send(request);
    const int head = request.startsWith("HEAD") ? 0 : -1;
    auto answers = client.waitForAnswers(1, head);
    QCOMPARE(answers.size(), 1);
    QCOMPARE(answers.first().status, status);
    QCOMPARE(answers.first().headers.value("allow"), allow);
    if (status >= 400 && head < 0)
        QCOMPARE(QJsonDocument::fromJson(answers.first().body).object().value(u"success"_s), QJsonValue(false));
    // The connection stays in step.
    client.send(get("/hello"));
    answers = client.waitForAnswers(2, head);
    QCOMPARE(answers.size(), 2);
    QCOMPARE(answers.last().body, "hello");
}

void TestHttpFront::headHasNoBody()
{
    RawClient client(m_port);
    client.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n" + get("/hello", "Connection: close\r\n"));
    const auto answers = client.untilClosed(0);
    QCOMPARE(answers.size(), 2);
    QCOMPARE(answers.first().status, 200);
    QCOMPARE(answers.first().headers.value("content-length"), "5");
    QCOMPARE(answers.last().body, "hello");
}

void TestHttpFront::setsItsOwnHeaders()
{
    RawClient client(m_port);
    client.send(get("/evil") + get("/evil"));
    const auto answers = client.waitForAnswers(2);
    QCOMPARE(answers.size(), 2);
    const auto &headers = answers.first().headers;
    QCOMPARE(headers.value("x-a"), "b  Set-Cookie: c");
    QVERIFY(!headers.contains("set-cookie"));
    QVERIFY(!headers.contains("bad name"));
    QCOMPARE(headers.value("content-length"), "1");
    QCOMPARE(headers.value("content-type"), "text/plain; charset=utf-8");
    QCOMPARE(headers.value("x-content-type-options"), "nosniff");
    QVERIFY(QDateTime::fromString(QString::fromLatin1(headers.value("date")), Qt::RFC2822Date).isValid() ||
            headers.value("date").endsWith(" GMT"));
}

void TestHttpFront::takesOrMakesARequestId_data()
{
    QTest::addColumn<QByteArray>("given");
    QTest::addColumn<QByteArray>("answered"); // empty: made
    QTest::newRow("taken") << QByteArray("abc-123") << QByteArray("abc-123");
    QTest::newRow("made") << QByteArray() << QByteArray();
    QTest::newRow("sanitised") << QByteArray("a b\xc3\xa4\tc") << QByteArray("abc");
    QTest::newRow("nothing left") << QByteArray("\xc3\xa4") << QByteArray();
    QTest::newRow("cut") << QByteArray(300, 'x') << QByteArray(128, 'x');
}

void TestHttpFront::takesOrMakesARequestId()
{
    QFETCH(QByteArray, given);
    QFETCH(QByteArray, answered);
    RawClient client(m_port);
    client.send(get("/hello", given.isEmpty() ? QByteArray() : "X-Request-Id: " + given + "\r\n"));
    const auto id = client.waitForAnswers(1).value(0).headers.value("x-request-id");
    if (answered.isEmpty())
        QCOMPARE(id.size(), 16);
    else
        QCOMPARE(id, answered);
}

void TestHttpFront::handlerExceptionsBecome500()
{
    RawClient client(m_port);
    int count = 0;
    for (const QByteArray path : {"/throw", "/throw-int"}) {
        client.send(get(path, "X-Request-Id: r-7\r\n"));
        const auto answers = client.waitForAnswers(++count);
        QCOMPARE(answers.size(), count);
        QCOMPARE(answers.last().status, 500);
        QVERIFY(answers.last().body.contains("r-7"));
        QVERIFY(!answers.last().body.contains("on purpose"));
    }
    client.send(get("/hello"));
    QCOMPARE(client.waitForAnswers(3).value(2).status, 200);
}

void TestHttpFront::droppedResponderBecomes500()
{
    RawClient client(m_port);
    client.send(get("/drop"));
    QCOMPARE(client.waitForAnswers(1).value(0).status, 500);
    client.send(post("/late", "x"));
    QVERIFY(spinUntil([this] { return m_late.size() == 1; }));
    m_late.clear();
    QCOMPARE(client.waitForAnswers(2).value(1).status, 500);
}

void TestHttpFront::answersPipelinedRequestsInOrder()
{
    RawClient client(m_port);
    RawClient other(m_port);
    client.send(post("/late", "1") + get("/hello") + post("/late", "2"));
    other.send(post("/late", "3"));
    QVERIFY(spinUntil([this] { return m_late.size() == 2; }));
    // Late answers in reverse order: each reaches its own sender, and none overtakes.
    std::sort(m_late.begin(), m_late.end(), [](const auto &a, const auto &b) { return a.first > b.first; });
    QCOMPARE(m_late.at(0).first, "3");
    m_late.at(0).second.send(text("three"));
    QCOMPARE(other.waitForAnswers(1).value(0).body, "three");
    QVERIFY(client.received.isEmpty());
    m_late.at(1).second.send(text("one"));
    QVERIFY(spinUntil([this] { return m_late.size() == 3; }));
    m_late.at(2).second.send(text("two"));
    const auto answers = client.waitForAnswers(3);
    QCOMPARE(answers.size(), 3);
    QCOMPARE(answers.at(0).body, "one");
    QCOMPARE(answers.at(1).body, "hello");
    QCOMPARE(answers.at(2).body, "two");
}

void TestHttpFront::answersOnce()
{
    RawClient client(m_port);
    client.send(post("/late", "1"));
    QVERIFY(spinUntil([this] { return m_late.size() == 1; }));
    const HttpResponder copy = m_late.first().second;
    QVERIFY(copy.isOpen());
    copy.send(text("first"));
    QVERIFY(!copy.isOpen());
    m_late.first().second.send(text("second"));
    client.send(post("/late", "2"));
    QVERIFY(spinUntil([this] { return m_late.size() == 2; }));
    copy.send(text("third"));
    m_late.last().second.send(text("fourth"));
    const auto answers = client.waitForAnswers(2);
    QCOMPARE(answers.size(), 2);
    QCOMPARE(answers.at(0).body, "first");
    QCOMPARE(answers.at(1).body, "fourth");
}

void TestHttpFront::answersAfterThePeerHasGone()
{
    auto client = std::make_unique<RawClient>(m_port);
    client->send(post("/late", "1"));
    QVERIFY(spinUntil([this] { return m_late.size() == 1; }));
    client.reset();
    QVERIFY(spinUntil([this] { return m_front->connectionCount() == 0; }));
    QVERIFY(!m_late.first().second.isOpen());
    m_late.first().second.send(text("too late"));
    RawClient other(m_port);
    other.send(get("/hello"));
    QCOMPARE(other.waitForAnswers(1).value(0).status, 200);
}

void TestHttpFront::survivesEarlyDisconnects()
{
    for (int i = 0; i < 500; ++i) {
        RawClient client(m_port);
        client.send(i % 3 == 0 ? get("/hello") + post("/late", "x") : post("/late", "x"));
        if (i % 2)
            spinUntil([this, i] { return m_late.size() > i / 4; }, 1);
        client.socket.abort();
        if (i % 5 == 0 && !m_late.isEmpty())
            m_late.takeLast().second.send(text("answer"));
    }
    QVERIFY(!m_late.isEmpty());
    for (const auto &[body, responder] : std::as_const(m_late))
        responder.send(text("answer"));
    QVERIFY(spinUntil([this] { return m_front->connectionCount() == 0; }));
    RawClient other(m_port);
    other.send(get("/hello"));
    QCOMPARE(other.waitForAnswers(1).value(0).status, 200);
}

void TestHttpFront::answersAfterTheFrontHasGone()
{
    RawClient client(m_port);
    client.send(post("/late", "1"));
    QVERIFY(spinUntil([this] { return m_late.size() == 1; }));
    m_front.reset();
    QVERIFY(!m_late.first().second.isOpen());
    m_late.first().second.send(text("too late"));
    QVERIFY(client.untilClosed().isEmpty());
    QVERIFY(client.isClosed());
}

void TestHttpFront::filtersEveryReply()
{
    m_front->setReplyFilter([](const HttpRequest &request, HttpReply &reply) {
        reply.headers.emplaceBack("X-Origin-Was", request.header("origin"));
    });
    const QByteArray origin = "Origin: http://o\r\n";
    RawClient client(m_port);
    client.send(get("/hello", origin) + get("/none", origin) + get("/throw", origin) + post("/hello", "", origin) +
                "POST /echo HTTP/1.1\r\nHost: a\r\n" + origin + "Content-Length: 99999999999\r\n\r\n");
    const auto answers = client.untilClosed();
    QList<int> statuses;
    for (const auto &answer : answers) {
        statuses.append(answer.status);
        QCOMPARE(answer.headers.value("x-origin-was"), "http://o");
    }
    QCOMPARE(statuses, QList<int>({200, 404, 500, 405, 413}));
}

void TestHttpFront::replacesAnAnswerAboveTheCap()
{
    GateLimits limits;
    limits.unsentBytes = 1'000;
    makeFront(limits);
    RawClient client(m_port);
    client.send(get("/large?size=1000") + get("/large?size=1001"));
    const auto answers = client.waitForAnswers(2);
    QCOMPARE(answers.size(), 2);
    QCOMPARE(answers.first().status, 200);
    QCOMPARE(answers.last().status, 500);
}

void TestHttpFront::sendsALargeAnswerWhole()
{
    RawClient client(m_port);
    client.send(get("/large?size=8000000") + get("/hello"));
    const auto answers = client.waitForAnswers(2);
    QCOMPARE(answers.size(), 2);
    QCOMPARE(answers.first().body, QByteArray(8'000'000, 'x'));
    QCOMPARE(answers.last().body, "hello");
}

void TestHttpFront::mapsFaults()
{
    const QList<std::pair<Fault, int>> expected{{Fault::BadInput, 400},      {Fault::Unauthenticated, 401},
                                                {Fault::Denied, 403},        {Fault::NotFound, 404},
                                                {Fault::TooLarge, 413},      {Fault::Busy, 503},
                                                {Fault::Unavailable, 503},   {Fault::Storage, 500},
                                                {Fault::Configuration, 500}, {Fault::Internal, 500}};
    for (const auto &[kind, status] : expected) {
        const auto reply = failureReply({kind, u"why"_s});
        QCOMPARE(reply.status, status);
        QCOMPARE(QJsonDocument::fromJson(reply.body).object(),
                 QJsonObject({{u"success"_s, false}, {u"message"_s, u"why"_s}, {u"error"_s, u"why"_s}}));
        QCOMPARE(reply.headers.contains(HttpHeader("Retry-After", "1")), status == 503);
    }
}

void TestHttpFront::upgrades()
{
    QWebSocket client;
    QSignalSpy messages(&client, &QWebSocket::textMessageReceived);
    connect(&client, &QWebSocket::connected, &client, [&client] { client.sendTextMessage(u"grüße"_s); });
    client.open(QUrl(u"ws://127.0.0.1:%1/ws?format=json"_s.arg(m_port)));
    QTRY_COMPARE(messages.size(), 1);
    QCOMPARE(messages.first().first().toString(), u"grüße"_s);
    QCOMPARE(m_sockets.size(), 1);
    QCOMPARE(m_sockets.first()->requestUrl().query(), u"format=json"_s);

    // From server to client far beyond Qt's frame size, with characters of three bytes at every border.
    const QString large(1'000'000, u'€');
    client.setMaxAllowedIncomingFrameSize(64 * 1024 * 1024);
    client.setMaxAllowedIncomingMessageSize(64 * 1024 * 1024);
    m_sockets.first()->sendTextMessage(large);
    QTRY_COMPARE(messages.size(), 2);
    QVERIFY(messages.last().first().toString() == large);

    // After HTTP requests on the same connection, too.
    RawClient raw(m_port);
    raw.send(get("/hello") + handshake("/ws"));
    QVERIFY(spinUntil([&] { return m_sockets.size() == 2 && raw.received.endsWith("\r\n\r\n"); }));
    const auto answers = answersIn(raw.received);
    QCOMPARE(answers.value(0).status, 200);
    QCOMPARE(answers.value(1).status, 101);
    QCOMPARE(answers.value(1).headers.value("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

void TestHttpFront::refusesUpgrades_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<int>("policy"); // status of its reply; 0 lets pass
    QTest::addColumn<int>("status");
    QTest::newRow("policy 401") << handshake("/ws") << 401 << 401;
    QTest::newRow("policy 403") << handshake("/ws") << 403 << 403;
    QTest::newRow("other path") << handshake("/hello") << 0 << 404;
    QTest::newRow("unknown path") << handshake("/none") << 0 << 404;
    QTest::newRow("unknown parameter") << handshake("/ws?formt=json") << 0 << 400;
    QTest::newRow("repeated parameter") << handshake("/ws?format=json&format=json") << 0 << 400;
    QTest::newRow("version 8") << handshake("/ws", "Sec-WebSocket-Version: 8\r\n") << 0 << 426;
    QTest::newRow("no version") << handshake("/ws", "") << 0 << 426;
    QTest::newRow("short key") << get("/ws",
                                      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                      "Sec-WebSocket-Key: dGhl\r\n")
                               << 0 << 400;
    QTest::newRow("with a body") << handshake("/ws", "Sec-WebSocket-Version: 13\r\nContent-Length: 5\r\n") << 0 << 400;
    QTest::newRow("chunked") << handshake("/ws", "Sec-WebSocket-Version: 13\r\nTransfer-Encoding: chunked\r\n") << 0
                             << 400;
}

void TestHttpFront::refusesUpgrades()
{
    QFETCH(QByteArray, request);
    QFETCH(int, policy);
    QFETCH(int, status);
    if (policy)
        m_refusal = failureReply({policy == 401 ? Fault::Unauthenticated : Fault::Denied, u"no"_s});
    RawClient client(m_port);
    client.send(request + get("/hello"));
    const auto answers = client.untilClosed();
    QVERIFY(client.isClosed());
    QCOMPARE(answers.size(), 1);
    QCOMPARE(answers.first().status, status);
    QVERIFY(m_sockets.isEmpty());
}

void TestHttpFront::decidesAboutUpgradesLater()
{
    m_decidesLater = true;
    const auto ask = [this](RawClient &client) {
        m_decide = nullptr;
        client.send(handshake("/ws"));
        return spinUntil([this] { return bool(m_decide); });
    };
    RawClient accepted(m_port);
    QVERIFY(ask(accepted));
    QVERIFY(!spinUntil([&] { return !accepted.received.isEmpty(); }, 50));
    m_decide({});
    QVERIFY(spinUntil([&] { return m_sockets.size() == 1 && accepted.received.endsWith("\r\n\r\n"); }));
    QCOMPARE(answersIn(accepted.received).value(0).status, 101);
    m_decide(failureReply({Fault::Denied, u"too late"_s}));
    m_sockets.first()->sendTextMessage(u"hi"_s);
    QVERIFY(spinUntil([&] { return accepted.received.endsWith("\x81\x02hi"); }));

    RawClient refused(m_port);
    QVERIFY(ask(refused));
    m_decide(failureReply({Fault::Denied, u"no"_s}));
    m_decide({});
    QCOMPARE(refused.untilClosed().value(0).status, 403);

    RawClient forgotten(m_port);
    QVERIFY(ask(forgotten));
    m_decide = nullptr;
    QCOMPARE(forgotten.untilClosed().value(0).status, 500);

    {
        RawClient gone(m_port);
        QVERIFY(ask(gone));
    }
    QVERIFY(spinUntil([this] { return m_front->connectionCount() == 1; })); // the one that was accepted
    m_decide({});
    QCOMPARE(m_sockets.size(), 1);

    RawClient last(m_port);
    QVERIFY(ask(last));
    m_front->drain();
    m_decide({});
    QCOMPARE(last.untilClosed().value(0).status, 503);

    const HttpFront::UpgradeAnswer late = m_decide;
    qDeleteAll(m_sockets);
    m_sockets.clear();
    m_front.reset();
    late({});
}

void TestHttpFront::limitsWebSocketMessages()
{
    for (const qsizetype size : {64 * 1024, 64 * 1024 + 1}) {
        QWebSocket client;
        QSignalSpy messages(&client, &QWebSocket::textMessageReceived);
        QSignalSpy closed(&client, &QWebSocket::disconnected);
        client.open(QUrl(u"ws://127.0.0.1:%1/ws"_s.arg(m_port)));
        QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
        client.sendTextMessage(QString(size, u'x'));
        QTRY_COMPARE(messages.size() + closed.size(), 1);
        QCOMPARE(messages.size(), size > 64 * 1024 ? 0 : 1);
        if (size > 64 * 1024)
            QCOMPARE(client.closeCode(), QWebSocketProtocol::CloseCodeTooMuchData);
    }
}

void TestHttpFront::countsWebSocketsInTheCap()
{
    GateLimits limits;
    limits.connections = 2;
    makeFront(limits);
    RawClient one(m_port);
    one.send(handshake("/ws"));
    RawClient two(m_port);
    two.send(handshake("/ws"));
    QVERIFY(spinUntil([this] { return m_sockets.size() == 2; }));
    QCOMPARE(m_front->connectionCount(), 2);
    RawClient three(m_port);
    QCOMPARE(three.untilClosed().value(0).status, 503);
    one.socket.abort();
    QVERIFY(spinUntil([this] { return m_sockets.first()->state() == QAbstractSocket::UnconnectedState; }));
    delete m_sockets.takeFirst();
    QVERIFY(spinUntil([this] { return m_front->connectionCount() == 1; }));
    RawClient four(m_port);
    four.send(get("/hello"));
    QCOMPARE(four.waitForAnswers(1).value(0).status, 200);
}

void TestHttpFront::saysWhyItCannotListen()
{
    HttpFront second({});
    const auto taken = second.listen(u"127.0.0.1"_s, m_port);
    QVERIFY(!taken.ok());
    QCOMPARE(taken.failure().kind, Fault::Unavailable);
    QVERIFY(taken.failure().text.contains(u"127.0.0.1"_s));
    QVERIFY(taken.failure().text.contains(QString::number(m_port)));
    QVERIFY(taken.failure().text.contains(u"another program holds this port"_s));

    const auto elsewhere = second.listen(u"192.0.2.1"_s, 0);
    QVERIFY(!elsewhere.ok());
    QVERIFY(elsewhere.failure().text.contains(u"no such address"_s));

    // It may be tried again with another port.
    QVERIFY(second.listen(u"127.0.0.1"_s, 0).ok());
}

QTEST_GUILESS_MAIN(TestHttpFront)
#include "tst_httpfront.moc"
