#include "app/feed/wsfeed.h"
#include "tests/faults/scenario.h"

#include <algorithm>
#include <arpa/inet.h>
#include <csignal>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

namespace {

int connectTo(quint16 port, int receiveBuffer = 0)
{
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receiveBuffer > 0)
        ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, sizeof receiveBuffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0) {
        ::close(socket);
        return -1;
    }
    return socket;
}

// A dashboard on a plain socket: subscribed to everything there is, and reading or not.
int subscribeOn(quint16 port, int receiveBuffer = 0)
{
    const int socket = connectTo(port, receiveBuffer);
    const QByteArray upgrade = "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                               "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    const QByteArray subscribe = R"({"type":"subscribe","project":"default","tail":true})";
    // One text frame; a client's must be masked, and a mask of zeros changes nothing.
    const QByteArray frame = QByteArray("\x81") + char(0x80 | subscribe.size()) + QByteArray(4, '\0') + subscribe;
    const auto send = [socket](const QByteArray &bytes) {
        return ::send(socket, bytes.constData(), size_t(bytes.size()), MSG_NOSIGNAL) == bytes.size();
    };
    QByteArray answer;
    char byte = 0;
    if (send(upgrade))
        while (!answer.endsWith("\r\n\r\n") && ::recv(socket, &byte, 1, 0) == 1)
            answer += byte;
    if (!answer.startsWith("HTTP/1.1 101") || !send(frame))
        qWarning("a dashboard could not subscribe");
    return socket;
}

} // namespace

// Slow and hostile peers do not keep the good ones waiting, and cost a bounded amount of memory.
class FaultsPeers final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void dashboardsThatNeverRead();
    void slowSendersAreCut();
    void aServerThatStandsStillIsStale();

private:
    QTemporaryDir m_directory;
    std::unique_ptr<ServerProcess> start(const QString &name)
    {
        m_url.path = m_directory.filePath(name);
        auto server = std::make_unique<ServerProcess>(QStringLiteral(ENTVAS_PROGRAM), u"sqlite://"_s + m_url.path);
        return server->start() ? std::move(server) : nullptr;
    }
    DatabaseUrl m_url;
};

void FaultsPeers::dashboardsThatNeverRead()
{
    const auto server = start(u"readers.db"_s);
    QVERIFY(server);
    constexpr int kEach = 100;
    std::vector<pollfd> readers;
    std::vector<int> stuck;
    for (int i = 0; i < kEach; ++i)
        readers.push_back({subscribeOn(server->port()), POLLIN, 0});
    Load load({{server->port()}, 4, 6});
    load.start();
    // Each reader's worst gap between two messages; deltas come every 100 ms under load.
    std::atomic<bool> stop = false;
    std::atomic<qint64> closed = 0;
    std::vector<std::vector<qint64>> gaps(kEach);
    std::thread reading([&] {
        std::vector<qint64> last(kEach, 0);
        QElapsedTimer clock;
        clock.start();
        QByteArray buffer(262'144, '\0');
        while (!stop) {
            ::poll(readers.data(), readers.size(), 20);
            for (std::size_t i = 0; i < readers.size(); ++i) {
                if (readers[i].fd < 0 || readers[i].revents == 0)
                    continue;
                if (::recv(readers[i].fd, buffer.data(), size_t(buffer.size()), 0) <= 0) {
                    ++closed;
                    ::close(std::exchange(readers[i].fd, -1));
                    continue;
                }
                if (last[i] != 0)
                    gaps[i].push_back(clock.elapsed() - last[i]);
                last[i] = clock.elapsed();
            }
        }
    });
    const auto join = qScopeGuard([&] {
        stop = true;
        if (reading.joinable())
            reading.join();
    });
    QVERIFY(waitUntil([&] { return load.acknowledged() > 500; }, 10'000) >= 0);
    const qint64 before = server->residentBytes();
    for (int i = 0; i < kEach; ++i)
        stuck.push_back(subscribeOn(server->port(), 4'096));
    qint64 most = 0;
    QElapsedTimer since;
    since.start();
    const qint64 acknowledged = load.acknowledged();
    while (since.elapsed() < faultSeconds(30) * 1'000) {
        most = std::max(most, server->residentBytes());
        sleepMs(100);
    }
    const double perSecond = double(load.acknowledged() - acknowledged) * 1000.0 / double(since.elapsed());
    stop = true;
    reading.join();
    std::vector<qint64> all;
    for (const auto &one : gaps)
        all.insert(all.end(), one.begin(), one.end());
    QVERIFY(all.size() > 1'000);
    std::sort(all.begin(), all.end());
    const qint64 p99 = all[all.size() * 99 / 100];
    const double rise = double(most - before) / (1024.0 * 1024.0);
    qInfo("%.0f events/s; %d readers beside %d that never read: 99 %% of the gaps below %lld ms, the longest %lld ms; "
          "memory rose by %.1f MiB",
          perSecond, kEach, kEach, p99, all.back(), rise);
    QCOMPARE(closed.load(), 0);
    QVERIFY2(p99 < 500, qPrintable(QString::number(p99)));
    QVERIFY2(rise < 64, qPrintable(QString::number(rise)));
    for (const int socket : stuck)
        ::close(socket);
    for (const pollfd &reader : readers)
        ::close(reader.fd);
    load.stop();
    ENTVAS_VERIFY_LEDGER(*server, m_url, &load);
}

void FaultsPeers::slowSendersAreCut()
{
    const auto server = start(u"senders.db"_s);
    QVERIFY(server);
    Load load({{server->port()}, 4, 2});
    load.start();
    QVERIFY(waitUntil([&] { return load.acknowledged() > 100; }, 10'000) >= 0);
    // Half of them never end their head, the others their body: one byte a second.
    constexpr int kSlow = 100;
    std::vector<int> slow;
    for (int i = 0; i < kSlow; ++i) {
        slow.push_back(connectTo(server->port()));
        QVERIFY(slow.back() >= 0);
        const QByteArray begin = i % 2
                                     ? QByteArray("POST /webhook HTTP/1.1\r\nHost: a\r\nX-A: ")
                                     : QByteArray("POST /webhook HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{");
        QVERIFY(::send(slow.back(), begin.constData(), size_t(begin.size()), MSG_NOSIGNAL) > 0);
    }
    QElapsedTimer since;
    since.start();
    qint64 longest = 0;
    int open = kSlow;
    while (open > 0 && since.elapsed() < 20'000) {
        open = 0;
        for (int &socket : slow) {
            if (socket < 0)
                continue;
            char byte = 0;
            ::send(socket, "x", 1, MSG_NOSIGNAL);
            ssize_t got = 1;
            while (got > 0) // the 408 that it is sent
                got = ::recv(socket, &byte, 1, MSG_DONTWAIT);
            if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) {
                ::close(std::exchange(socket, -1));
                longest = since.elapsed();
            } else {
                ++open;
            }
        }
        sleepMs(1'000);
    }
    qInfo("the last of %d slow senders was cut after %lld ms; good ones waited %.0f ms at most", kSlow, longest,
          load.longestMs());
    QCOMPARE(open, 0);
    QVERIFY(longest <= 15'000);
    QVERIFY2(load.longestMs() < 1'000, qPrintable(QString::number(load.longestMs())));
    QCOMPARE(load.refused(), 0);
    load.stop();
    ENTVAS_VERIFY_LEDGER(*server, m_url, &load);
}

// What a desktop says of a server that is there and does nothing.
void FaultsPeers::aServerThatStandsStillIsStale()
{
    using Kind = FeedState::Kind;
    const auto server = start(u"still.db"_s);
    QVERIFY(server);
    WsFeedOptions options;
    options.server = QUrl(u"http://127.0.0.1:%1"_s.arg(server->port()));
    WsFeed feed(options);
    Kind kind = Kind::Connecting;
    connect(&feed, &Feed::stateChanged, this, [&](const FeedState &state) { kind = state.kind; });
    feed.open();
    QTRY_COMPARE(kind, Kind::Live);
    QTest::qWait(10'500); // at least one heartbeat
    QCOMPARE(kind, Kind::Live);
    ::kill(pid_t(server->pid()), SIGSTOP);
    QElapsedTimer since;
    since.start();
    QTRY_COMPARE_WITH_TIMEOUT(kind, Kind::Stale, 12'500);
    qInfo("stale %.1f s after it stood still", double(since.elapsed()) / 1e3);
    QTRY_COMPARE_WITH_TIMEOUT(kind, Kind::Lost, 20'000);
    qInfo("lost after %.1f s", double(since.elapsed()) / 1e3);
    ::kill(pid_t(server->pid()), SIGCONT);
    QTRY_COMPARE_WITH_TIMEOUT(kind, Kind::Live, 40'000);
    qInfo("live again after %.1f s", double(since.elapsed()) / 1e3);
}

QTEST_GUILESS_MAIN(FaultsPeers)
#include "tst_faultspeers.moc"
