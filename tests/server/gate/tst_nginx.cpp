#include "tests/server/testserver.h"
#include "tests/support/nginxprocess.h"

#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QTcpSocket>
#include <QTest>
#include <unistd.h>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

namespace {

const QByteArray kViewer(40, 'v');
const QByteArray kSender(40, 's');

} // namespace

// The configuration for nginx that we ship, in a real nginx with a certificate of a test's own, before a real server.
class NginxTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void takesEvents();
    void answersForItselfAsWeDo();
    void streamsExports();
    void carriesWebSockets();
    void sendsHttpToHttps();
    void theGuessingLimitIsOfTheRealClient();
    void whatAClientClaimsIsNotBelieved();
    void readersBehindItAreNotLocal();
    void secretsInAddressesAreNotLogged();

private:
    // One request from an address of this machine, over a connection of its own; status 0 when there was no answer.
    Answer call(const QByteArray &method, const QByteArray &path, const Headers &headers = {},
                const QByteArray &body = {}, const QString &from = u"127.0.0.1"_s, bool encrypted = true);
    Answer guess(const QString &from, const Headers &more = {});

    TestAuthority m_authority;
    std::unique_ptr<TestServer> m_server;
    NginxProcess m_nginx{m_authority};
};

void NginxTest::initTestCase()
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setCaCertificates(QSslCertificate::fromData(m_authority.certificate()));
    QSslConfiguration::setDefaultConfiguration(configuration);
    m_server = std::make_unique<TestServer>();
    m_server->settings.trustedProxies = {u"127.0.0.1"_s};
    m_server->settings.webhookKey = QString::fromLatin1(kSender);
    m_server->settings.viewerToken = QString::fromLatin1(kViewer);
    QVERIFY(m_server->start());
    if (const Result<void> started = m_nginx.start({quint16(m_server->url.port())}); !started) {
        QVERIFY2(started.failure().kind == Fault::NotFound, qPrintable(started.failure().text));
        QSKIP(qPrintable(started.failure().text));
    }
}

void NginxTest::cleanupTestCase()
{
    QVERIFY(m_nginx.stop());
    m_server.reset();
}

Answer NginxTest::call(const QByteArray &method, const QByteArray &path, const Headers &headers, const QByteArray &body,
                       const QString &from, bool encrypted)
{
    // Bound first, encrypted then: QSslSocket can't be bound.
    QTcpSocket plain;
    plain.bind(QHostAddress(from));
    plain.connectToHost(QHostAddress(QHostAddress::LocalHost), encrypted ? m_nginx.https() : m_nginx.http());
    if (!spinUntil([&] { return plain.state() != QAbstractSocket::ConnectingState; }) ||
        plain.state() != QAbstractSocket::ConnectedState)
        return {};
    QSslSocket socket;
    socket.setSocketDescriptor(::dup(int(plain.socketDescriptor())));
    plain.abort();
    if (encrypted) {
        socket.setPeerVerifyName(u"localhost"_s);
        socket.startClientEncryption();
        if (!spinUntil([&] { return socket.isEncrypted() || socket.state() != QAbstractSocket::ConnectedState; }))
            return {};
    }
    QByteArray received;
    QObject::connect(&socket, &QSslSocket::readyRead, &socket, [&] { received += socket.readAll(); });
    QByteArray head = method + ' ' + path + " HTTP/1.1\r\nHost: entvas.test\r\nConnection: close\r\n";
    for (const auto &[name, value] : headers)
        head += name + ": " + value + "\r\n";
    if (!body.isEmpty())
        head += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    socket.write(head + "\r\n" + body);
    spinUntil([&] { return socket.state() == QAbstractSocket::UnconnectedState; }, 10'000);
    received += socket.readAll();
    return answersIn(received).value(0);
}

Answer NginxTest::guess(const QString &from, const Headers &more)
{
    return call("POST", "/webhook", Headers{{"X-API-Key", "a-wrong-key"}} + more, eventJson(), from);
}

void NginxTest::takesEvents()
{
    const Answer posted = call("POST", "/webhook", {{"X-API-Key", kSender}}, eventJson());
    QCOMPARE(posted.status, 200);
    QVERIFY(posted.body.contains("eventId"));
    QCOMPARE(posted.headers.value("strict-transport-security"), QByteArray("max-age=31536000"));
    QCOMPARE(posted.headers.value("x-content-type-options"), QByteArray("nosniff"));
    QCOMPARE(posted.headers.value("cache-control"), QByteArray("no-store"));
    QCOMPARE(posted.headers.value("server"), QByteArray("nginx")); // without its version
    QByteArray many = "[" + eventJson();
    for (int i = 0; i < 5'000; ++i)
        many += ',' + eventJson("page_view", QByteArray(200, 'u'));
    QCOMPARE(call("POST", "/events", {{"X-API-Key", kSender}}, many + ']').status, 200);
}

void NginxTest::answersForItselfAsWeDo()
{
    const Answer large = call("POST", "/webhook", {{"X-API-Key", kSender}}, QByteArray(9 * 1024 * 1024, ' '));
    QCOMPARE(large.status, 413);
    QCOMPARE(large.headers.value("content-type"), QByteArray("application/json"));
    const QJsonObject answer = QJsonDocument::fromJson(large.body).object();
    QCOMPARE(answer.value(u"success"_s), QJsonValue(false));
    QCOMPARE(answer.value(u"message"_s).toString(), u"The body is larger than 8388608 bytes"_s);
    QCOMPARE(answer.value(u"error"_s), answer.value(u"message"_s));
}

void NginxTest::streamsExports()
{
    TestServer reader; // for its way of asking only
    reader.url = QUrl(u"https://localhost:%1"_s.arg(m_nginx.https()));
    const HttpAnswer answer = reader.get(u"/export/ndjson?filter=day"_s, {{"Authorization", "Bearer " + kViewer}});
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.body.count('\n') >= 5'000);
    reader.url.clear();
}

void NginxTest::carriesWebSockets()
{
    LiveClient client;
    QVERIFY(
        client.open(QUrl(u"https://localhost:%1"_s.arg(m_nginx.https())), {{"Authorization", "Bearer " + kViewer}}));
    client.subscribe();
    QVERIFY(client.waitForPicture());
    const qint64 before = client.totals.events;
    QCOMPARE(call("POST", "/webhook", {{"X-API-Key", kSender}}, eventJson()).status, 200);
    QVERIFY(client.waitForEvents(before + 1));
    QCOMPARE(client.broken, QString());
    LiveClient without;
    QVERIFY(!without.open(QUrl(u"https://localhost:%1"_s.arg(m_nginx.https())), {{"Authorization", "Bearer wrong"}}));
}

void NginxTest::sendsHttpToHttps()
{
    const Answer answer = call("POST", "/webhook?a=b", {}, eventJson(), u"127.0.0.1"_s, false);
    QCOMPARE(answer.status, 308);
    QCOMPARE(answer.headers.value("location"), QByteArray("https://entvas.test/webhook?a=b"));
}

void NginxTest::theGuessingLimitIsOfTheRealClient()
{
    int unauthorised = 0;
    for (int i = 0; i < AuthThrottle::kBurst + 5; ++i)
        unauthorised += guess(u"127.0.0.7"_s).status == 401;
    QVERIFY(unauthorised >= AuthThrottle::kBurst && unauthorised < AuthThrottle::kBurst + 5);
    const Answer held = guess(u"127.0.0.7"_s);
    QCOMPARE(held.status, 429);
    QVERIFY(held.headers.value("retry-after").toInt() > 0);
    QCOMPARE(guess(u"127.0.0.8"_s).status, 401);
    // A sender behind the same address goes on.
    QCOMPARE(call("POST", "/webhook", {{"X-API-Key", kSender}}, eventJson(), u"127.0.0.7"_s).status, 200);
}

void NginxTest::whatAClientClaimsIsNotBelieved()
{
    int unauthorised = 0;
    for (int i = 0; i < AuthThrottle::kBurst + 5; ++i)
        unauthorised += guess(u"127.0.0.9"_s, {{"X-Forwarded-For", "203.0.113." + QByteArray::number(i)},
                                               {"X-Forwarded-Proto", "nonsense"}})
                            .status == 401;
    QVERIFY(unauthorised < AuthThrottle::kBurst + 5);
}

void NginxTest::readersBehindItAreNotLocal()
{
    QCOMPARE(call("GET", "/events/stats").status, 401);
    QCOMPARE(call("GET", "/events/stats", {{"Authorization", "Bearer " + kViewer}}).status, 200);
}

void NginxTest::secretsInAddressesAreNotLogged()
{
    QCOMPARE(call("GET", "/events?access_token=do-not-keep-me").status, 400);
    QFile log(m_nginx.accessLogFile());
    QVERIFY(log.open(QIODevice::ReadOnly));
    QByteArray text;
    QVERIFY(spinUntil([&] { return (text += log.readAll()).contains("\"GET /events\" 400"); }));
    QVERIFY(!text.contains("do-not-keep-me"));
}

QTEST_GUILESS_MAIN(NginxTest)
#include "tst_nginx.moc"
