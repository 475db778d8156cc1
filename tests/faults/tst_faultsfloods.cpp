#include "tests/faults/scenario.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

namespace {

const QByteArray kToken = "a-token-that-is-long-enough-for-all";

int connectTo(quint16 port)
{
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int receiveBuffer = 4'096;
    ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, sizeof receiveBuffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0)
        return socket;
    ::close(socket);
    return -1;
}

bool sendAll(int socket, const QByteArray &bytes)
{
    return ::send(socket, bytes.constData(), size_t(bytes.size()), MSG_NOSIGNAL) == bytes.size();
}

// A client's frame; a mask of zeros changes nothing.
QByteArray frame(char first, const QByteArray &payload)
{
    return QByteArray(1, first) + char(0x80 | payload.size()) + QByteArray(4, '\0') + payload;
}

int upgradeOn(quint16 port, const QByteArray &headers)
{
    const int socket = connectTo(port);
    QByteArray answer;
    char byte = 0;
    if (sendAll(socket, "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                            headers + "\r\n"))
        while (!answer.endsWith("\r\n\r\n") && ::recv(socket, &byte, 1, 0) == 1)
            answer += byte;
    return answer.startsWith("HTTP/1.1 101") ? socket : -1;
}

double mib(qint64 bytes)
{
    return double(bytes) / (1024.0 * 1024.0);
}

} // namespace

// Peers that make the server answer and never read, or send what is large: memory is bounded, and given back.
class FaultsFloods final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void answersThatNobodyReads_data();
    void answersThatNobodyReads();
    void memoryComesBack();
    void metricsWithManyConnections();

private:
    QTemporaryDir m_directory;
    int m_databases = 0;
    std::unique_ptr<ServerProcess> start(bool needsToken)
    {
        // Another program, to see a test fail.
        const QString program = qEnvironmentVariable("ENTVAS_FLOODED_PROGRAM", QStringLiteral(ENTVAS_PROGRAM));
        const QString file = m_directory.filePath(u"%1.db"_s.arg(++m_databases));
        auto server = std::make_unique<ServerProcess>(program, u"sqlite://"_s + file);
        if (needsToken)
            server->setEnvironment(u"VIEWER_TOKEN"_s, QString::fromLatin1(kToken));
        return server->start() ? std::move(server) : nullptr;
    }
};

void FaultsFloods::answersThatNobodyReads_data()
{
    QTest::addColumn<bool>("isWebSocket");
    QTest::addColumn<bool>("needsToken");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("flood");
    const QByteArray proof = "Authorization: Bearer " + kToken + "\r\n";
    const QByteArray ping = frame(char(0x89), QByteArray(125, 'p')).repeated(400);
    const QByteArray unknown = frame(char(0x81), R"({"type":"subscribe","project":"nothing"})");
    const QByteArray again = frame(char(0x81), R"({"type":"subscribe","project":"default","tail":true})");
    const auto login = frame(char(0x81), R"({"type":"authenticate","token":")" + kToken + R"("})");
    QTest::newRow("pings before the login") << true << true << QByteArray() << ping;
    QTest::newRow("pings after the login") << true << true << proof << ping;
    QTest::newRow("pings where none is needed") << true << false << QByteArray() << ping;
    QTest::newRow("messages before the login") << true << true << QByteArray() << unknown.repeated(400);
    QTest::newRow("unknown projects") << true << false << QByteArray() << unknown.repeated(400);
    QTest::newRow("subscribes again") << true << false << QByteArray() << again.repeated(400);
    QTest::newRow("logs in again") << true << true << proof << login.repeated(400);
    QTest::newRow("close frames") << true << false << QByteArray() << frame(char(0x88), "\x03\xe8").repeated(1'000);
    QTest::newRow("wrong frames") << true << false << QByteArray() << QByteArray("\xff\xff\xff\xff").repeated(1'000);
    QTest::newRow("endless frames of nothing")
        << true << false << QByteArray() << frame('\1', "") + frame('\0', "").repeated(5'000);
    QTest::newRow("pipelined requests") << false << false << QByteArray()
                                        << QByteArray("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").repeated(500);
    QTest::newRow("pipelined large answers")
        << false << false << QByteArray()
        << QByteArray("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").repeated(500);
    QTest::newRow("pipelined refusals")
        << false << false << QByteArray()
        << QByteArray("POST /webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}").repeated(500);
    QTest::newRow("100-continue")
        << false << false << QByteArray()
        << QByteArray(
               "POST /webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}")
               .repeated(500);
    QTest::newRow("malformed requests") << false << false << QByteArray() << QByteArray("GET\r\n\r\n").repeated(1'000);
}

void FaultsFloods::answersThatNobodyReads()
{
    QFETCH(bool, isWebSocket);
    QFETCH(bool, needsToken);
    QFETCH(QByteArray, headers);
    QFETCH(QByteArray, flood);
    const auto server = start(needsToken);
    QVERIFY(server);
    constexpr int kPeers = 5;
    struct Peer {
        int socket = -1;
        qsizetype sent = 0; // of `flood`
    };
    std::vector<Peer> peers(kPeers);
    const auto close = qScopeGuard([&] {
        for (const Peer &peer : peers)
            ::close(peer.socket);
    });
    const auto open = [&] { return isWebSocket ? upgradeOn(server->port(), headers) : connectTo(server->port()); };
    for (Peer &peer : peers) {
        peer.socket = open();
        QVERIFY(peer.socket >= 0);
    }
    const qint64 before = server->residentBytes();
    qint64 most = before;
    qint64 sent = 0;
    qint64 closed = 0;
    QElapsedTimer since;
    since.start();
    // Who is cut comes again, as one would who means harm.
    for (int round = 0; since.elapsed() < faultSeconds(3) * 1'000; ++round) {
        bool isBlocked = true;
        for (Peer &peer : peers) {
            const auto got = ::send(peer.socket, flood.constData() + peer.sent, size_t(flood.size() - peer.sent),
                                    MSG_NOSIGNAL | MSG_DONTWAIT);
            if (got > 0) {
                sent += got;
                peer.sent = (peer.sent + got) % flood.size();
                isBlocked = false;
            } else if (errno != EAGAIN && errno != EWOULDBLOCK) {
                ++closed;
                ::close(peer.socket);
                peer = {open()};
                if (peer.socket < 0)
                    sleepMs(10);
            }
        }
        if (isBlocked)
            sleepMs(2);
        if (round % 20 == 0)
            most = std::max(most, server->residentBytes());
    }
    most = std::max(most, server->residentBytes());
    qInfo("%.1f MiB sent, %lld times cut; memory rose from %.1f by %.1f MiB", mib(sent), closed, mib(before),
          mib(most - before));
    QVERIFY(sent > 0);
    QVERIFY2(mib(most - before) < 24, qPrintable(QString::number(mib(most - before))));
    QVERIFY(isReady(*server)); // and it serves others
}

// 50 arrays of 8 MB at the same time, as the limits let them.
void FaultsFloods::memoryComesBack()
{
    const auto server = start(false);
    QVERIFY(server);
    const qint64 before = server->residentBytes();
    QByteArray body = "[";
    for (int i = 0; i < 9'000; ++i)
        body += R"({"eventType":"page_view","userId":"u)" + QByteArray::number(i) +
                R"(","metadata":{"page":"home","text":")" + QByteArray(820, 'x') + R"("}},)";
    body.back() = ']';
    QVERIFY(mib(body.size()) > 7.5 && mib(body.size()) < 8);
    const QByteArray request =
        "POST /webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nX-API-Key: " + QByteArray(kDevelopmentKey) +
        "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    std::atomic<int> answered = 0;
    std::atomic<int> stored = 0;
    std::vector<std::thread> senders;
    for (int i = 0; i < 50; ++i)
        senders.emplace_back([&] {
            const int socket = connectTo(server->port());
            QByteArray answer(64, '\0');
            if (sendAll(socket, request) && ::recv(socket, answer.data(), size_t(answer.size()), 0) > 0) {
                ++answered;
                stored += answer.startsWith("HTTP/1.1 200");
            }
            ::close(socket);
        });
    qint64 most = 0;
    std::atomic<bool> done = false;
    std::thread join([&] {
        for (std::thread &sender : senders)
            sender.join();
        done = true;
    });
    while (!done) {
        most = std::max(most, server->residentBytes());
        sleepMs(20);
    }
    join.join();
    constexpr qint64 kRise = 100LL * 1024 * 1024; // the counts of what was stored, SQLite's pages
    const qint64 took = waitUntil([&] { return server->residentBytes() < before + kRise; }, 20'000);
    qInfo("%d answered, %d stored; memory rose from %.1f to %.1f MiB, was %.1f MiB %lld ms later", answered.load(),
          stored.load(), mib(before), mib(most), mib(server->residentBytes()), took);
    QVERIFY(stored.load() > 0);
    QVERIFY(took >= 0);
}

// What a scrape costs must not grow with the connections that are open.
void FaultsFloods::metricsWithManyConnections()
{
    const auto server = start(false);
    QVERIFY(server);
    const auto costMs = [&] {
        for (int i = 0; i < 20; ++i)
            getPlain(server->port(), "/metrics");
        const double from = server->cpuSeconds();
        for (int i = 0; i < 200; ++i)
            getPlain(server->port(), "/metrics");
        return (server->cpuSeconds() - from) * 1'000 / 200;
    };
    const double alone = costMs();
    std::vector<int> silent;
    for (int i = 0; i < 1'000; ++i)
        silent.push_back(connectTo(server->port()));
    const double beside = costMs();
    for (const int socket : silent)
        ::close(socket);
    qInfo("a scrape costs %.2f ms of processor time, %.2f ms beside 1,000 connections", alone, beside);
    QVERIFY2(beside < alone + 4, qPrintable(QString::number(beside))); // poll() itself looks at each of them
}

QTEST_GUILESS_MAIN(FaultsFloods)
#include "tst_faultsfloods.moc"
