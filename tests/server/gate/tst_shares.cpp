#include "core/tls/tls.h"
#include "server/metrics/processstats.h"
#include "tests/server/metricstext.h"
#include "tests/server/testserver.h"
#include "tests/support/testauthority.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <QScopeGuard>
#include <QTest>
#include <unistd.h>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

namespace {

// A connection from one of this machine's many addresses.
std::unique_ptr<QTcpSocket> connectFrom(const QString &address, const TestServer &server)
{
    auto socket = std::make_unique<QTcpSocket>();
    socket->bind(QHostAddress(address));
    socket->connectToHost(u"127.0.0.1"_s, quint16(server.url.port()));
    spinUntil([&] { return socket->state() == QAbstractSocket::ConnectedState; });
    return socket;
}

// The status that GET /health has from there; 0 = none.
int healthFrom(const QString &address, const TestServer &server)
{
    const auto socket = connectFrom(address, server);
    socket->write("GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    QByteArray received;
    spinUntil([&] {
        received += socket->readAll();
        return received.contains("\r\n") || socket->state() == QAbstractSocket::UnconnectedState;
    });
    return received.split(' ').value(1).toInt();
}

QByteArray metricsFrom(const QString &address, const TestServer &server)
{
    const auto socket = connectFrom(address, server);
    socket->write("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    QByteArray received;
    spinUntil([&] {
        received += socket->readAll();
        return socket->state() == QAbstractSocket::UnconnectedState;
    });
    return answersIn(received).value(0).body;
}

} // namespace

// No address takes what belongs to all.
class SharesTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void connections();
    void trustedProxiesMayHaveAll();
    void manySilentOnes();
    void handshakes();
    void webSockets();
    void addressesPayForTheirOwn();
    void descriptorsAreCountedCheaply();
};

void SharesTest::connections()
{
    TestServer server;
    ServerLimits limits;
    limits.gate.connections = 10;
    limits.gate.localConnections = 3;
    QVERIFY(server.startCore({}, nullptr, limits));
    std::vector<std::unique_ptr<QTcpSocket>> held;
    for (int i = 0; i < 3; ++i)
        held.push_back(connectFrom(u"127.0.0.1"_s, server));
    QCOMPARE(healthFrom(u"127.0.0.1"_s, server), 429); // not the server's fault
    QCOMPARE(healthFrom(u"127.0.0.2"_s, server), 200);
    const MetricsText metrics(metricsFrom(u"127.0.0.3"_s, server));
    QCOMPARE(metrics.value("entvas_gate_address_connections"), 3.0);
    QCOMPARE(metrics.value("entvas_gate_address_connections_limit"), 3.0);
    QCOMPARE(metrics.value("entvas_gate_address_connections_limit_reached_total"), 1.0);
    QCOMPARE(metrics.value("entvas_gate_connections_limit_reached_total"), 0.0);
    held.pop_back();
    QVERIFY(spinUntil([&] { return healthFrom(u"127.0.0.1"_s, server) == 200; }));
}

void SharesTest::trustedProxiesMayHaveAll()
{
    TestServer server;
    server.settings.trustedProxies = {u"127.0.0.9"_s};
    server.settings.webhookKey = u"a-key-of-the-senders-that-is-long"_s;
    server.settings.viewerToken = u"a-token-that-is-long-enough-for-all"_s;
    ServerLimits limits;
    limits.gate.connections = 10;
    limits.gate.localConnections = 3;
    QVERIFY(server.startCore({}, nullptr, limits));
    std::vector<std::unique_ptr<QTcpSocket>> held;
    for (int i = 0; i < 9; ++i)
        held.push_back(connectFrom(u"127.0.0.9"_s, server));
    QCOMPARE(healthFrom(u"127.0.0.9"_s, server), 200);
}

// As it comes by default.
void SharesTest::manySilentOnes()
{
    TestServer server;
    QVERIFY(server.start()); // in threads of its own
    std::vector<int> silent;
    const auto close = qScopeGuard([&] {
        for (const int socket : silent)
            ::close(socket);
    });
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(quint16(server.url.port()));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < 2'500; ++i) {
        const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        QVERIFY(socket >= 0);
        silent.push_back(socket);
        ::connect(socket, reinterpret_cast<const sockaddr *>(&address), sizeof address);
        if (i % 100 == 99)
            QCOMPARE(healthFrom(u"127.0.0.2"_s, server), 200);
    }
    for (int i = 0; i < 50; ++i)
        QCOMPARE(healthFrom(u"127.0.0.2"_s, server), 200);
    const MetricsText metrics(metricsFrom(u"127.0.0.2"_s, server));
    QVERIFY(metrics.value("entvas_gate_address_connections_limit_reached_total") > 500);
    QCOMPARE(metrics.value("entvas_gate_connections_limit_reached_total"), 0.0);
}

void SharesTest::handshakes()
{
    TestAuthority authority;
    TestServer server;
    const auto pair = authority.issue();
    server.settings.tlsCertFile = writeFile(server.directory.filePath(u"cert.pem"_s), pair.certificate, 0644);
    server.settings.tlsKeyFile = writeFile(server.directory.filePath(u"key.pem"_s), pair.key, 0600);
    ServerLimits limits;
    limits.gate.localHandshakes = 3;
    QVERIFY(server.startCore({}, nullptr, limits));
    std::vector<std::unique_ptr<QTcpSocket>> half;
    for (int i = 0; i < 4; ++i)
        half.push_back(connectFrom(u"127.0.0.1"_s, server));
    QVERIFY(spinUntil([&] { return half[3]->state() == QAbstractSocket::UnconnectedState; }));
    QSslSocket other;
    other.bind(QHostAddress(u"127.0.0.2"_s));
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setCaCertificates(QSslCertificate::fromData(authority.certificate()));
    other.setSslConfiguration(configuration);
    other.connectToHostEncrypted(u"127.0.0.1"_s, quint16(server.url.port()));
    QVERIFY(spinUntil([&] { return other.isEncrypted(); }));
    QByteArray received;
    other.write("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    QVERIFY(spinUntil([&] {
        received += other.readAll();
        return answersIn(received).size() == 1;
    }));
    const MetricsText metrics(answersIn(received).value(0).body);
    QCOMPARE(metrics.value("entvas_gate_address_handshakes"), 3.0);
    QCOMPARE(metrics.value("entvas_gate_address_handshakes_limit"), 3.0);
    QCOMPARE(metrics.value("entvas_gate_address_handshakes_limit_reached_total"), 1.0);
}

void SharesTest::webSockets()
{
    TestServer server;
    server.settings.trustedProxies = {u"127.0.0.1"_s};
    server.settings.viewerToken = u"a-token-that-is-long-enough-for-all"_s;
    server.settings.webhookKey = u"a-key-of-the-senders-that-is-long"_s;
    LiveHubLimits limits;
    limits.addressClients = 2;
    QVERIFY(server.startCore(limits));
    const auto from = [](const QByteArray &address) {
        return Headers{{"X-Forwarded-For", address}, {"Authorization", "Bearer a-token-that-is-long-enough-for-all"}};
    };
    LiveClient first;
    LiveClient second;
    LiveClient third;
    LiveClient other;
    QVERIFY(first.open(server.url, from("203.0.113.5")));
    QVERIFY(second.open(server.url, from("203.0.113.5")));
    third.open(server.url, from("203.0.113.5"), false);
    QVERIFY(third.waitForClose());
    QCOMPARE(third.all<wire::Error>().value(0).code, u"too_many_clients"_s);
    QVERIFY(other.open(server.url, from("203.0.113.6")));
    const MetricsText metrics(server.get(u"/metrics"_s, from("203.0.113.7")).body);
    QCOMPARE(metrics.value("entvas_live_address_clients"), 2.0);
    QCOMPARE(metrics.value("entvas_live_address_clients_limit"), 2.0);
    QCOMPARE(metrics.value("entvas_live_address_clients_limit_reached_total"), 1.0);
    first.socket.close();
    QVERIFY(spinUntil([&] {
        LiveClient again;
        return again.open(server.url, from("203.0.113.5"));
    }));
}

void SharesTest::addressesPayForTheirOwn()
{
    TestServer server;
    server.settings.trustedProxies = {u"127.0.0.1"_s};
    server.settings.viewerToken = u"a-token-that-is-long-enough-for-all"_s;
    server.settings.webhookKey = u"a-key-of-the-senders-that-is-long"_s;
    LiveHubLimits limits;
    limits.unauthenticated = 3;
    limits.authenticateMs = 60'000;
    QVERIFY(server.startCore(limits));
    const auto from = [](const QByteArray &address) { return Headers{{"X-Forwarded-For", address}}; };
    LiveClient good;
    QVERIFY(good.open(server.url, from("203.0.113.6"), false));
    LiveClient many[5];
    for (LiveClient &one : many)
        QVERIFY(one.open(server.url, from("203.0.113.5"), false));
    QVERIFY(many[0].waitForClose() && many[1].waitForClose());
    good.send(wire::Authenticate{u"a-token-that-is-long-enough-for-all"_s});
    QVERIFY(spinUntil([&] { return good.count<wire::Hello>() == 1; }));
}

void SharesTest::descriptorsAreCountedCheaply()
{
    const qint64 before = processStats().openFds;
    QVERIFY(before > 0);
    std::vector<int> open;
    const auto close = qScopeGuard([&] {
        for (const int descriptor : open)
            ::close(descriptor);
    });
    for (int i = 0; i < 900; ++i)
        open.push_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    QVERIFY(open.back() >= 0);
    QTRY_COMPARE(processStats().openFds, before + 900); // a kernel that does not say is asked once a second
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < 200; ++i)
        processStats();
    QVERIFY2(timer.elapsed() < 200, qPrintable(QString::number(timer.elapsed()))); // 7 ms each, one by one
}

QTEST_GUILESS_MAIN(SharesTest)
#include "tst_shares.moc"
