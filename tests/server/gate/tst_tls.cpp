#include "core/tls/tls.h"
#include "tests/server/metricstext.h"
#include "tests/server/testserver.h"
#include "tests/support/testauthority.h"

#include <openssl/err.h>
#include <QSslCipher>
#include <QSslKey>
#include <QTcpServer>
#include <QTest>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// https and wss in the server itself, with certificates of an authority that the test makes.
class TlsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void servesHttpsAndWss_data();
    void servesHttpsAndWss();
    void refusesPairs_data();
    void refusesPairs();
    void speaksGoodTlsOnly_data();
    void speaksGoodTlsOnly();
    void plainHttpGetsNothing();
    void slowHandshakesEnd();
    void handshakesAreBounded();
    void largeBodiesAndAnswers();
    void manyRequestsOnOneConnection();
    void closesCleanly();
    void answersWhatItDoesNotReadToTheEnd();
    void countsWhatIsNotTaken();
    void cutsWhoTakesNothing();
    void cutsDashboardsThatTakeNothing();
    void newCertificateWithoutLosingAConnection();
    void badNewCertificateIsNotUsed();
    void stopsCleanly();
    void tellsWhenItExpires();

private:
    void use(TestServer &server, const TestAuthority::Pair &pair, unsigned keyMode = 0600);
    bool startWith(TestServer &server, const ServerLimits &limits = {});
    // Connected and encrypted, or null.
    std::unique_ptr<QSslSocket> connectTo(const TestServer &server, QSsl::SslProtocol protocol = QSsl::TlsV1_2OrLater,
                                          const QString &ciphers = {});
    static QByteArray serialOn(const TestServer &server);

    TestAuthority m_authority;
};

void TlsTest::initTestCase()
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setCaCertificates(QSslCertificate::fromData(m_authority.certificate()));
    QSslConfiguration::setDefaultConfiguration(configuration);
}

void TlsTest::use(TestServer &server, const TestAuthority::Pair &pair, unsigned keyMode)
{
    server.settings.tlsCertFile = writeFile(server.directory.filePath(u"cert.pem"_s), pair.certificate, 0644);
    server.settings.tlsKeyFile = writeFile(server.directory.filePath(u"key.pem"_s), pair.key, keyMode);
}

bool TlsTest::startWith(TestServer &server, const ServerLimits &limits)
{
    if (server.settings.tlsCertFile.isEmpty())
        use(server, m_authority.issue());
    return server.startCore({}, nullptr, limits);
}

std::unique_ptr<QSslSocket> TlsTest::connectTo(const TestServer &server, QSsl::SslProtocol protocol,
                                               const QString &ciphers)
{
    auto socket = std::make_unique<QSslSocket>();
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setProtocol(protocol);
    if (!ciphers.isEmpty())
        configuration.setCiphers(ciphers);
    socket->setSslConfiguration(configuration);
    bool failed = false;
    connect(socket.get(), &QSslSocket::errorOccurred, socket.get(), [&failed] { failed = true; });
    socket->connectToHostEncrypted(u"127.0.0.1"_s, quint16(server.url.port()));
    spinUntil([&] { return failed || socket->isEncrypted(); });
    socket->disconnect(SIGNAL(errorOccurred(QAbstractSocket::SocketError)));
    return socket->isEncrypted() ? std::move(socket) : nullptr;
}

QByteArray TlsTest::serialOn(const TestServer &server)
{
    QSslSocket socket;
    socket.connectToHostEncrypted(u"127.0.0.1"_s, quint16(server.url.port()));
    spinUntil([&] { return socket.isEncrypted(); });
    return socket.peerCertificate().serialNumber();
}

void TlsTest::servesHttpsAndWss_data()
{
    QTest::addColumn<TestAuthority::Wish::Kind>("kind");
    QTest::newRow("EC") << TestAuthority::Wish::Kind::Ec;
    QTest::newRow("RSA") << TestAuthority::Wish::Kind::Rsa;
}

void TlsTest::servesHttpsAndWss()
{
    QFETCH(TestAuthority::Wish::Kind, kind);
    TestServer server;
    TestAuthority::Wish wish;
    wish.kind = kind;
    use(server, m_authority.issue(wish));
    QVERIFY(server.start()); // in threads of its own
    QCOMPARE(server.url.scheme(), u"https"_s);
    const HttpAnswer health = server.get(u"/health"_s);
    QCOMPARE(health.status, 200);
    QCOMPARE(health.header("Strict-Transport-Security"), "max-age=31536000");
    LiveClient client;
    QVERIFY(client.open(server.url));
    client.subscribe();
    QVERIFY(client.waitForPicture());
    for (int i = 0; i < 5; ++i)
        QCOMPARE(server.post(eventJson()).status, 200);
    QVERIFY(client.waitForEvents(5));
    QCOMPARE(client.broken, QString());
}

void TlsTest::refusesPairs_data()
{
    using Kind = TestAuthority::Wish::Kind;
    QTest::addColumn<TestAuthority::Pair>("pair");
    QTest::addColumn<unsigned>("mode");
    QTest::addColumn<QString>("words"); // empty = it is taken
    const auto with = [&](auto change) {
        TestAuthority::Wish wish;
        change(wish);
        return m_authority.issue(wish);
    };
    const TestAuthority::Pair good = m_authority.issue();
    QTest::newRow("good") << good << 0600U << QString();
    QTest::newRow("read only") << good << 0400U << QString();
    QTest::newRow("group may read") << good << 0640U << u"chmod 600"_s; // root's own, and we are root
    QTest::newRow("all may read") << good << 0604U << u"chmod 600"_s;
    QTest::newRow("passphrase") << TestAuthority::Pair{good.certificate, TestAuthority::encrypted(good.key, "secret")}
                                << 0600U << u"passphrase"_s;
    QTest::newRow("key of another") << TestAuthority::Pair{good.certificate, m_authority.issue().key} << 0600U
                                    << u"does not belong"_s;
    QTest::newRow("key is none") << TestAuthority::Pair{good.certificate, "hello"} << 0600U << u"no private key"_s;
    QTest::newRow("key is a certificate")
        << TestAuthority::Pair{good.certificate, good.certificate} << 0600U << u"no private key"_s;
    QTest::newRow("certificate is none") << TestAuthority::Pair{"hello", good.key} << 0600U << u"no certificate"_s;
    QTest::newRow("certificate is empty") << TestAuthority::Pair{"", good.key} << 0600U << u"no certificate"_s;
    QTest::newRow("large") << TestAuthority::Pair{QByteArray(300'000, 'x'), good.key} << 0600U << u"larger"_s;
    QTest::newRow("expired") << with([](auto &w) { w.fromDays = -30, w.toDays = -1; }) << 0600U << u"expired on"_s;
    QTest::newRow("not yet") << with([](auto &w) { w.fromDays = 1; }) << 0600U << u"not valid before"_s;
    QTest::newRow("short RSA") << with([](auto &w) { w.kind = Kind::Rsa, w.rsaBits = 1'024; }) << 0600U
                               << u"fewer than 2048 bits"_s;
    QTest::newRow("Ed25519") << with([](auto &w) { w.kind = Kind::Ed25519; }) << 0600U << u"neither RSA nor EC"_s;
}

void TlsTest::refusesPairs()
{
    QFETCH(TestAuthority::Pair, pair);
    QFETCH(unsigned, mode);
    QFETCH(QString, words);
    TestServer server;
    use(server, pair, mode);
    const auto tls = loadTls(server.settings.tlsCertFile, server.settings.tlsKeyFile, QDateTime::currentDateTimeUtc());
    QCOMPARE(ERR_peek_error() == 0 || !tls, true);
    ERR_clear_error();
    QCOMPARE(tls.ok(), words.isEmpty());
    QCOMPARE(server.startCore(), words.isEmpty());
    if (words.isEmpty())
        return;
    QCOMPARE(server.failure->kind, Fault::Configuration);
    QVERIFY2(server.failure->text.contains(words), qPrintable(server.failure->text));
    QVERIFY(server.failure->text.startsWith(u"tls-"_s));
    const bool toldSecret = server.failure->text.contains(u"BEGIN"_s) || server.failure->text.contains(u"secret"_s);
    QVERIFY(!toldSecret);
}

void TlsTest::speaksGoodTlsOnly_data()
{
    QTest::addColumn<QSsl::SslProtocol>("protocol");
    QTest::addColumn<QString>("ciphers");
    QTest::addColumn<bool>("spoken");
    QTest::newRow("TLS 1.3") << QSsl::TlsV1_3 << QString() << true;
    QTest::newRow("TLS 1.2") << QSsl::TlsV1_2 << QString() << true;
    QTest::newRow("sealed") << QSsl::TlsV1_2 << u"ECDHE-ECDSA-AES128-GCM-SHA256"_s << true;
    QTest::newRow("not sealed") << QSsl::TlsV1_2 << u"ECDHE-ECDSA-AES256-SHA384"_s << false;
    QTest::newRow("not forward secret") << QSsl::TlsV1_2 << u"AES256-GCM-SHA384"_s << false;
}

void TlsTest::speaksGoodTlsOnly()
{
    QFETCH(QSsl::SslProtocol, protocol);
    QFETCH(QString, ciphers);
    QFETCH(bool, spoken);
    TestServer server;
    QVERIFY(startWith(server));
    QCOMPARE(connectTo(server, protocol, ciphers) != nullptr, spoken);
}

void TlsTest::plainHttpGetsNothing()
{
    TestServer server;
    QVERIFY(startWith(server));
    RawClient plain(quint16(server.url.port()));
    plain.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QVERIFY(spinUntil([&] { return plain.isClosed(); }));
    QVERIFY(!plain.received.contains("HTTP/"));
    QCOMPARE(server.get(u"/health"_s).status, 200);
    const MetricsText metrics(server.get(u"/metrics"_s).body);
    QCOMPARE(metrics.value("entvas_gate_failed_handshakes_total"), 1.0);
    QCOMPARE(metrics.value("entvas_gate_handshakes"), 0.0);
}

void TlsTest::slowHandshakesEnd()
{
    TestServer server;
    ServerLimits limits;
    limits.gate.headMs = 300;
    QVERIFY(startWith(server, limits));
    RawClient silent(quint16(server.url.port()));
    RawClient half(quint16(server.url.port()));
    half.send(QByteArray::fromHex("160301020001000"));
    QVERIFY(spinUntil([&] { return silent.isClosed() && half.isClosed(); }));
    auto idle = connectTo(server); // the handshake is done, but no request comes
    QVERIFY(idle);
    QVERIFY(spinUntil([&] { return idle->state() == QAbstractSocket::UnconnectedState; }));
}

void TlsTest::handshakesAreBounded()
{
    TestServer server;
    ServerLimits limits;
    limits.gate.handshakes = 2;
    QVERIFY(startWith(server, limits));
    const auto port = quint16(server.url.port());
    auto first = std::make_unique<RawClient>(port);
    auto second = std::make_unique<RawClient>(port);
    RawClient third(port);
    QVERIFY(spinUntil([&] { return third.isClosed(); }));
    QVERIFY(!first->isClosed() && !second->isClosed());
    first.reset();
    QVERIFY(spinUntil([&] { return server.get(u"/health"_s).status == 200; }));
    const MetricsText metrics(server.get(u"/metrics"_s).body);
    QVERIFY(metrics.value("entvas_gate_handshakes_limit_reached_total") >= 1);
    QCOMPARE(metrics.value("entvas_gate_handshakes_limit"), 2.0);
    QCOMPARE(metrics.value("entvas_gate_handshakes"), 1.0);
}

void TlsTest::largeBodiesAndAnswers()
{
    TestServer server;
    QVERIFY(startWith(server));
    QByteArray many = "[";
    for (int i = 0; i < 5'000; ++i)
        many += (i ? "," : "") + eventJson("page_view", QByteArray(200, 'u'));
    const HttpAnswer posted = server.post(many + ']');
    QCOMPARE(posted.status, 200);
    QCOMPARE(posted.data().value(u"accepted"_s).toInt(), 5'000);
    const HttpAnswer exported = server.get(u"/export/ndjson?filter=day"_s);
    QCOMPARE(exported.status, 200);
    QCOMPARE(exported.body.count('\n'), 5'000);
}

void TlsTest::manyRequestsOnOneConnection()
{
    TestServer server;
    QVERIFY(startWith(server));
    const auto socket = connectTo(server);
    QVERIFY(socket);
    QByteArray received;
    connect(socket.get(), &QSslSocket::readyRead, socket.get(), [&] { received += socket->readAll(); });
    QByteArray requests;
    constexpr int kRequests = 300; // more than is read ahead
    for (int i = 0; i < kRequests; ++i)
        requests += "GET /health HTTP/1.1\r\nHost: localhost\r\nX-Padding: " + QByteArray(1'000, 'x') +
                    "\r\nX-Request-Id: " + QByteArray::number(i) + "\r\n\r\n";
    socket->write(requests);
    QVERIFY(spinUntil([&] { return answersIn(received).size() >= kRequests; }, 20'000));
    const QList<Answer> answers = answersIn(received);
    for (int i = 0; i < kRequests; ++i)
        QCOMPARE(answers[i].headers.value("x-request-id"), QByteArray::number(i));
}

void TlsTest::closesCleanly()
{
    TestServer server;
    QVERIFY(startWith(server));
    const auto socket = connectTo(server);
    QVERIFY(socket);
    QByteArray received;
    connect(socket.get(), &QSslSocket::readyRead, socket.get(), [&] { received += socket->readAll(); });
    QElapsedTimer timer;
    timer.start();
    socket->write("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    QVERIFY(spinUntil([&] { return socket->state() == QAbstractSocket::UnconnectedState; }));
    QCOMPARE(answersIn(received).size(), 1);
    QCOMPARE(socket->error(), QAbstractSocket::RemoteHostClosedError); // no broken TLS
    QVERIFY(spinUntil([&] { return server.core != nullptr && server.get(u"/health"_s).status == 200; }));
}

void TlsTest::answersWhatItDoesNotReadToTheEnd()
{
    TestServer server;
    server.settings.maxBodyBytes = 100'000;
    QVERIFY(startWith(server));
    const auto socket = connectTo(server);
    QVERIFY(socket);
    QByteArray received;
    connect(socket.get(), &QSslSocket::readyRead, socket.get(), [&] { received += socket->readAll(); });
    socket->write("POST /webhook HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8000000\r\n\r\n");
    for (int i = 0; i < 40; ++i) {
        socket->write(QByteArray(50'000, 'x'));
        QCoreApplication::processEvents();
    }
    QVERIFY(spinUntil([&] { return socket->state() == QAbstractSocket::UnconnectedState; }, 10'000));
    QCOMPARE(answersIn(received).value(0).status, 413);
}

void TlsTest::countsWhatIsNotTaken()
{
    // Qt's own socket would say 0 here, and every bound on what a slow reader may cost would be void.
    const TestAuthority::Pair pair = m_authority.issue();
    struct Listener : QTcpServer {
        void incomingConnection(qintptr descriptor) override { taken = descriptor; }
        qintptr taken = -1;
    } listener;
    QVERIFY(listener.listen(QHostAddress::LocalHost));
    QSslSocket reader;
    reader.setReadBufferSize(1'000);
    reader.connectToHostEncrypted(u"127.0.0.1"_s, listener.serverPort());
    QVERIFY(spinUntil([&] { return listener.taken >= 0; }));
    TestServer files;
    use(files, pair);
    const auto tls = loadTls(files.settings.tlsCertFile, files.settings.tlsKeyFile, QDateTime::currentDateTimeUtc());
    QVERIFY(tls.ok());
    TlsSocket socket;
    QVERIFY(socket.setSocketDescriptor(listener.taken));
    socket.setSslConfiguration(tls->configuration);
    socket.startServerEncryption();
    QVERIFY(spinUntil([&] { return socket.isEncrypted() && reader.isEncrypted(); }));
    constexpr qint64 kBytes = 32 * 1024 * 1024;
    socket.write(QByteArray(kBytes, 'x'));
    QVERIFY(socket.bytesToWrite() >= kBytes);
    socket.flush();
    spinUntil([] { return false; }, 300);
    QVERIFY(socket.bytesToWrite() > kBytes / 2);
    socket.abort();
}

void TlsTest::cutsWhoTakesNothing()
{
    TestServer server;
    ServerLimits limits;
    limits.gate.sendMs = 500;
    QVERIFY(startWith(server, limits));
    QByteArray many = "[";
    for (int i = 0; i < 5'000; ++i)
        many += (i ? "," : "") + eventJson("page_view", QByteArray(250, 'u'));
    for (int i = 0; i < 6; ++i)
        QCOMPARE(server.post(many + ']').status, 200);
    auto socket = connectTo(server);
    QVERIFY(socket);
    socket->setReadBufferSize(1'000);
    socket->setSocketOption(QAbstractSocket::ReceiveBufferSizeSocketOption, 4'096);
    socket->write("GET /export/json?filter=day HTTP/1.1\r\nHost: localhost\r\n\r\n");
    socket->flush();
    QVERIFY(spinUntil(
        [&] {
            return MetricsText(server.get(u"/metrics"_s).body).value("entvas_gate_send_time_limit_reached_total") > 0;
        },
        20'000));
}

void TlsTest::cutsDashboardsThatTakeNothing()
{
    LiveHubLimits limits;
    limits.flushMs = 1;
    limits.slowBytes = 100'000;
    limits.drainedBytes = 1'000;
    limits.stalledMs = 2'000;
    TestServer server;
    use(server, m_authority.issue());
    QVERIFY(server.startCore(limits));
    const auto deaf = connectTo(server);
    QVERIFY(deaf);
    deaf->setReadBufferSize(4'096);
    deaf->write("GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
    QVERIFY(spinUntil([&] { return deaf->bytesAvailable() > 150; })); // the answer and `hello`
    const QByteArray text = wire::encode(wire::Subscribe{u"default"_s, {}, true}, wire::Format::Json);
    deaf->write(QByteArray("\x81") + char(0x80 | text.size()) + QByteArray(4, '\0') + text);
    const auto value = [&](const QByteArray &name) { return MetricsText(server.get(u"/metrics"_s).body).value(name); };
    const QByteArray large =
        "{\"eventType\":\"page_view\",\"userId\":\"u\",\"metadata\":{\"text\":\"" + QByteArray(10'000, 'x') + "\"}}";
    QByteArray many = "[" + large;
    for (int i = 1; i < 100; ++i)
        many += ',' + large;
    for (int i = 0; i < 40 && value("entvas_live_backlog_limit_reached_total") < 1; ++i)
        QCOMPARE(server.post(many + ']').status, 200);
    QCOMPARE(value("entvas_live_backlog_limit_reached_total"), 1.0);
    QVERIFY(value("entvas_live_backlog_bytes") > 100'000);
    QVERIFY(spinUntil([&] { return value("entvas_live_stalled_time_limit_reached_total") == 1; }, 15'000));
    QCOMPARE(value("entvas_live_clients"), 0.0);
}

void TlsTest::newCertificateWithoutLosingAConnection()
{
    TestServer server;
    QVERIFY(startWith(server));
    const QByteArray before = serialOn(server);
    LiveClient client;
    QVERIFY(client.open(server.url));
    client.subscribe();
    QVERIFY(client.waitForPicture());
    TestAuthority::Wish wish;
    wish.kind = TestAuthority::Wish::Kind::Rsa; // also of another kind
    use(server, m_authority.issue(wish));
    server.core->reloadCertificate();
    const QByteArray after = serialOn(server);
    QVERIFY(after != before);
    server.http.clearConnectionCache();
    QCOMPARE(server.post(eventJson()).status, 200);
    QVERIFY(client.waitForEvents(1));
    QVERIFY(!client.closed);
    QCOMPARE(client.broken, QString());
}

void TlsTest::badNewCertificateIsNotUsed()
{
    TestServer server;
    QVERIFY(startWith(server));
    const QByteArray before = serialOn(server);
    const TestAuthority::Pair good = m_authority.issue();
    use(server, {good.certificate, m_authority.issue().key});
    server.core->reloadCertificate();
    QCOMPARE(serialOn(server), before);
    use(server, good, 0644);
    server.core->reloadCertificate();
    QCOMPARE(serialOn(server), before);
    QFile::remove(server.settings.tlsCertFile);
    server.core->reloadCertificate();
    QCOMPARE(serialOn(server), before);
    use(server, good);
    server.core->reloadCertificate();
    QVERIFY(serialOn(server) != before);
}

void TlsTest::stopsCleanly()
{
    TestServer server;
    QVERIFY(startWith(server));
    LiveClient client;
    QVERIFY(client.open(server.url));
    auto idle = connectTo(server);
    RawClient shaking(quint16(server.url.port()));
    QVERIFY(server.stop());
    QVERIFY(client.waitForClose());
    QCOMPARE(client.socket.closeCode(), QWebSocketProtocol::CloseCodeGoingAway);
    QVERIFY(spinUntil([&] { return idle->state() == QAbstractSocket::UnconnectedState && shaking.isClosed(); }));
}

void TlsTest::tellsWhenItExpires()
{
    TestServer server;
    QVERIFY(startWith(server));
    const MetricsText metrics(server.get(u"/metrics"_s).body);
    QCOMPARE(metrics.error, QByteArray());
    const double days =
        (metrics.value("entvas_tls_certificate_expiry_time_seconds") - double(server.clock.nowMs()) / 1000) / 86'400;
    QVERIFY(days > 59 && days < 61);
}

QTEST_GUILESS_MAIN(TlsTest)
#include "tst_tls.moc"
