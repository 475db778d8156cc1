#include "core/base/uuid7.h"
#include "server/access/auththrottle.h"
#include "server/gate/httpfront.h"
#include "server/live/livehub.h"
#include "server/live/liveprojects.h"
#include "tests/server/testserver.h"

#include <QtEndian>
#include <QTest>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

namespace {

// A hub on a real port, fed by the test instead of a database, with a clock that the test moves.
struct HubBench {
    explicit HubBench(const LiveHubLimits &limits, const Settings &settings = {})
        : keys(settings),
          access(settings, &keys),
          projects(u"epoch"_s, {u"eventType"_s}),
          project(projects.open({u"default"_s, u"Default"_s}, {LiveCube({u"eventType"_s}), {}, 0, {}})),
          front(GateLimits{}),
          hub(limits, {u"epoch"_s, u"sqlite"_s, u"1"_s}, {&access, &throttle}, &projects, {&clock, &clock})
    {
        front.setUpgradePath(u"/ws"_s, [](const HttpRequest &, const HttpFront::UpgradeAnswer &decide) { decide({}); });
        QObject::connect(&front, &HttpFront::webSocket, &hub, &LiveHub::add);
        url = QUrl(u"http://127.0.0.1:%1"_s.arg(front.listen(u"127.0.0.1"_s, 0).value()));
    }
    void publish(int events, const QByteArray &metadata = {})
    {
        CommittedJob job;
        job.job.project = project.id();
        for (int i = 0; i < events; ++i) {
            Event event;
            event.id = ids.next(clock.nowMs());
            event.eventType = u"t"_s;
            event.userId = u"u"_s;
            event.receivedAtMs = event.timestampMs = clock.nowMs();
            event.metadata = metadata;
            event.series = {u"t"_s};
            job.outcomes.append({AppendOutcome::Status::Accepted, event.id, event.receivedAtMs});
            job.job.events.append(event);
        }
        project.add(job);
        hub.publish({job});
    }

    ManualClock clock{1'767'268'800'000};
    Uuid7Generator ids;
    ApiKeys keys;
    ReadAccess access;
    AuthThrottle throttle;
    LiveProjects projects;
    LiveProject &project;
    HttpFront front; // deletes the TCP sockets under the hub's WebSockets: goes after it
    LiveHub hub;
    QUrl url;
};

// A client that reads only on demand: what a slow or stuck dashboard is to the server. Answers no ping.
class SlowClient
{
public:
    explicit SlowClient(const QUrl &url)
    {
        m_socket.setReadBufferSize(4'096); // then the kernel's buffers fill, then the server's
        m_socket.connectToHost(url.host(), quint16(url.port()));
        m_socket.write("GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
    }
    void send(const wire::ClientMessage &message)
    {
        const QByteArray text = wire::encode(message, wire::Format::Json);
        Q_ASSERT(text.size() < 126);
        QByteArray frame("\x81");
        frame += char(0x80 | text.size());
        frame += QByteArray(4, '\0'); // a mask of zeros leaves the text as it is
        m_socket.write(frame + text);
    }
    // Reads from now on, and takes apart what has come.
    void read()
    {
        m_socket.setReadBufferSize(0);
        m_bytes += m_socket.readAll();
        if (!m_upgraded) {
            const qsizetype end = m_bytes.indexOf("\r\n\r\n");
            if (end < 0)
                return;
            m_bytes = m_bytes.mid(end + 4);
            m_upgraded = true;
        }
        qsizetype at = 0;
        while (m_bytes.size() - at >= 2) {
            const int opcode = m_bytes[at] & 0x0f;
            quint64 size = quint8(m_bytes[at + 1]);
            qsizetype head = 2;
            if (size == 126 || size == 127) {
                head = size == 126 ? 4 : 10;
                if (m_bytes.size() - at < head)
                    break;
                const char *length = m_bytes.constData() + at + 2;
                size = head == 4 ? qFromBigEndian<quint16>(length) : qFromBigEndian<quint64>(length);
            }
            if (quint64(m_bytes.size() - at - head) < size)
                break;
            if (opcode == 1)
                messages.append(
                    wire::decodeServer(m_bytes.mid(at + head, qsizetype(size)), wire::Format::Json).value());
            if (opcode == 8 && size >= 2)
                closeCode = qFromBigEndian<quint16>(m_bytes.constData() + at + head);
            at += head + qsizetype(size);
        }
        m_bytes.remove(0, at);
    }
    bool isClosed() const { return m_socket.state() == QAbstractSocket::UnconnectedState; }
    QList<wire::ServerMessage> messages;
    int closeCode = 0; // as it was sent: Qt's own client calls 1013 a protocol error

private:
    QTcpSocket m_socket;
    QByteArray m_bytes;
    bool m_upgraded = false;
};

// More than the kernel takes for a reader that does not read.
constexpr int kFloodRounds = 40;
constexpr int kFloodEvents = 100;
const QByteArray kBulk = "{\"text\":\"" + QByteArray(10'000, 'x') + "\"}";

} // namespace

// The hub's bounds: slow, stuck, silent, dead and too many clients.
class LiveHubTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void endedProofIsCutWithoutAnyNews();
    void cleanup() { QTest::qWait(0); } // what was left to deleteLater()
    void slowReaderGetsAFreshSnapshot();
    void stuckReaderIsCut();
    void clientsThatAnswerNoPingAreDropped();
    void clientsThatAnswerPingsStay();
    void tooManyClientsAreRefused();
    void silentWithoutTokenIsClosed();
    void unauthenticatedClientsTakeNoPlaceOfReaders();
    void mergedSeriesBringAFreshSnapshot();
    void tailReadersComeAndGo();
};

void LiveHubTest::slowReaderGetsAFreshSnapshot()
{
    LiveHubLimits limits;
    limits.flushMs = 1;
    limits.slowBytes = 100'000;
    limits.drainedBytes = 1'000;
    limits.stalledMs = 1'000'000;
    HubBench bench(limits);
    LiveClient quick;
    QVERIFY(quick.open(bench.url));
    quick.subscribe();
    QVERIFY(quick.waitForPicture());
    SlowClient slow(bench.url);
    QVERIFY(spinUntil([&] { return bench.hub.clientCount() == 2; }));
    slow.send(wire::Subscribe{u"default"_s, {}, true}); // only now: a client waits for the handshake's answer
    bench.publish(1);
    QVERIFY(quick.waitForEvents(1));

    qint64 sent = 1;
    for (int round = 0; round < kFloodRounds; ++round) {
        bench.publish(kFloodEvents, kBulk);
        sent += kFloodEvents;
        QVERIFY(quick.waitForEvents(sent));
    }
    qint64 events = 0;
    const auto collect = [&] {
        slow.read();
        events = 0;
        for (const wire::ServerMessage &message : slow.messages) {
            if (const auto *snapshot = std::get_if<wire::Snapshot>(&message))
                events = snapshot->totals.events;
            else if (const auto *delta = std::get_if<wire::Delta>(&message))
                events = delta->totals.events;
        }
        return events == sent;
    };
    QVERIFY(spinUntil(collect, 20'000));
    LiveCube cube;
    qint64 seq = -1;
    int snapshots = 0;
    for (const wire::ServerMessage &message : slow.messages) {
        if (const auto *snapshot = std::get_if<wire::Snapshot>(&message)) {
            QVERIFY(cube.apply(snapshot->cube).ok());
            seq = snapshot->seq;
            ++snapshots;
        } else if (const auto *delta = std::get_if<wire::Delta>(&message)) {
            QCOMPARE(delta->seq, ++seq); // what it was sent between two snapshots has no gap
            QVERIFY(cube.apply(delta->newSeries, delta->cells).ok());
        }
    }
    QVERIFY2(snapshots >= 2, qPrintable(QString::number(snapshots)));
    QCOMPARE(countsOf(cube), countsOf(bench.project.cube()));
    QCOMPARE(quick.count<wire::Snapshot>(), 1);
    QCOMPARE(quick.broken, QString());

    // Whatever its tail left out, it owned up to. The subscription came before or after the first event.
    const auto reported = [&] {
        slow.read();
        qint64 sum = 0;
        for (const wire::ServerMessage &message : slow.messages)
            if (const auto *tail = std::get_if<wire::Tail>(&message))
                sum += tail->events.size() + tail->skipped;
        return sum;
    };
    QVERIFY(spinUntil([&] { return reported() >= sent - 1; }));
    QVERIFY(reported() <= sent);
}

void LiveHubTest::stuckReaderIsCut()
{
    LiveHubLimits limits;
    limits.flushMs = 1;
    limits.authenticateMs = 20; // how often the house is kept
    HubBench bench(limits);
    SlowClient stuck(bench.url);
    QVERIFY(spinUntil([&] { return bench.hub.clientCount() == 1; }));
    stuck.send(wire::Subscribe{u"default"_s, {}, true});
    LiveClient quick;
    QVERIFY(quick.open(bench.url));
    quick.subscribe();
    QVERIFY(quick.waitForPicture());
    qint64 sent = 0;
    for (int round = 0; round < kFloodRounds; ++round) {
        bench.publish(kFloodEvents, kBulk);
        QVERIFY(quick.waitForEvents(sent += kFloodEvents));
    }
    QCOMPARE(bench.hub.clientCount(), std::size_t(2));
    QVERIFY(spinUntil([&] {
        bench.clock.advance(limits.stalledMs / 4); // in steps that a reader who takes something survives
        QTest::qWait(50);
        return bench.hub.clientCount() == 1;
    }));
    QVERIFY(!quick.closed);
    QVERIFY(spinUntil([&] {
        stuck.read();
        return stuck.isClosed();
    }));
}

void LiveHubTest::clientsThatAnswerNoPingAreDropped()
{
    LiveHubLimits limits;
    limits.pingMs = 30;
    HubBench bench(limits);
    SlowClient dead(bench.url);
    QVERIFY(spinUntil([&] { return bench.hub.clientCount() == 1; }));
    QVERIFY(spinUntil([&] { return bench.hub.clientCount() == 0; }));
}

void LiveHubTest::clientsThatAnswerPingsStay()
{
    LiveHubLimits limits;
    limits.pingMs = 200;
    limits.heartbeatMs = 200;
    HubBench bench(limits);
    LiveClient client;
    QVERIFY(client.open(bench.url));
    QVERIFY(spinUntil([&] { return client.count<wire::Heartbeat>() >= LiveSession::kMaxMissedPongs + 4; }));
    QCOMPARE(bench.hub.clientCount(), std::size_t(1));
}

void LiveHubTest::tooManyClientsAreRefused()
{
    LiveHubLimits limits;
    limits.clients = 2;
    HubBench bench(limits);
    LiveClient clients[3];
    QVERIFY(clients[0].open(bench.url));
    QVERIFY(clients[1].open(bench.url));
    clients[2].open(bench.url, {}, false); // may be closed again before it has looked
    QVERIFY(clients[2].waitForClose());
    QCOMPARE(clients[2].all<wire::Error>().first().code, u"too_many_clients"_s);
    SlowClient fourth(bench.url);
    QVERIFY(spinUntil([&] {
        fourth.read();
        return fourth.closeCode != 0;
    }));
    QCOMPARE(fourth.closeCode, 1013);
    QVERIFY(!clients[0].closed && !clients[1].closed);
}

void LiveHubTest::silentWithoutTokenIsClosed()
{
    LiveHubLimits limits;
    Settings settings;
    settings.viewerToken = u"token"_s;
    HubBench bench(limits, settings);
    LiveClient silent;
    QVERIFY(silent.open(bench.url, {}, false));
    LiveClient talker;
    QVERIFY(talker.open(bench.url, {}, false));
    talker.send(wire::Authenticate{u"token"_s});
    QVERIFY(spinUntil([&] { return talker.count<wire::Hello>() == 1 && bench.hub.clientCount() == 2; }));
    bench.clock.advance(limits.authenticateMs);
    QVERIFY(silent.waitForClose());
    QCOMPARE(silent.socket.closeCode(), QWebSocketProtocol::CloseCodePolicyViolated);
    QCOMPARE(silent.count<wire::Hello>(), 0);
    QVERIFY(!talker.closed);
}

void LiveHubTest::unauthenticatedClientsTakeNoPlaceOfReaders()
{
    LiveHubLimits limits;
    limits.clients = 6;
    limits.unauthenticated = 2;
    Settings settings;
    settings.viewerToken = u"token"_s;
    HubBench bench(limits, settings);
    const Headers proof{{"Authorization", "Bearer token"}};
    LiveClient reader;
    QVERIFY(reader.open(bench.url, proof));
    LiveClient waiting[3];
    for (LiveClient &one : waiting)
        QVERIFY(one.open(bench.url, {}, false));
    QVERIFY(waiting[0].waitForClose()); // the oldest goes
    QCOMPARE(waiting[0].all<wire::Error>().value(0).code, u"too_many_clients"_s);
    QVERIFY(!waiting[1].closed && !waiting[2].closed);
    QCOMPARE(bench.hub.stats().unauthenticated.used, 2.0);
    QCOMPARE(bench.hub.stats().unauthenticated.reached, quint64(1));
    waiting[2].send(wire::Authenticate{u"token"_s}); // and is none any more
    QVERIFY(spinUntil([&] { return waiting[2].count<wire::Hello>() == 1; }));
    QCOMPARE(bench.hub.stats().unauthenticated.used, 1.0);

    // Those that do not even take a close frame keep no place either.
    std::vector<std::unique_ptr<SlowClient>> deaf;
    for (int i = 0; i < 20; ++i)
        deaf.push_back(std::make_unique<SlowClient>(bench.url));
    QVERIFY(spinUntil([&] { return bench.hub.stats().unauthenticated.reached >= 19; }));
    QVERIFY(bench.hub.clientCount() <= 2 + std::size_t(limits.unauthenticated) + 1);
    LiveClient another;
    QVERIFY(another.open(bench.url, proof));
    QVERIFY(!reader.closed && !waiting[2].closed);
}

void LiveHubTest::mergedSeriesBringAFreshSnapshot()
{
    LiveHubLimits limits;
    limits.authenticateMs = 20;
    HubBench bench(limits);
    LiveClient client;
    QVERIFY(client.open(bench.url));
    client.subscribe();
    QVERIFY(client.waitForPicture());
    CommittedJob job;
    for (int i = 0; i < LiveCube::kMaxSeries; ++i) {
        Event event;
        event.receivedAtMs = bench.clock.nowMs();
        event.series = {u"t%1"_s.arg(i)};
        job.job.events.append(event);
        job.outcomes.append(AppendOutcome{});
    }
    bench.project.add(job);
    bench.hub.publish({job});
    bench.clock.advance(LiveCube::kFoldEveryMs);
    QVERIFY(spinUntil([&] { return client.count<wire::Snapshot>() >= 2; }));
    QCOMPARE(client.totals.events, qint64(LiveCube::kMaxSeries));
    QVERIFY(client.cube.series().size() < LiveCube::kMaxSeries);
    QCOMPARE(client.broken, QString());
}

// Also while nothing is heard of the database.
// A reader of a tail is counted as such, by each of the ways to begin and to end it.
void LiveHubTest::tailReadersComeAndGo()
{
    HubBench bench(LiveHubLimits{});
    const auto isRead = [&](bool expected) {
        return spinUntil([&] { return bench.hub.hasTailReaders(bench.project) == expected; });
    };
    LiveClient first, second;
    QVERIFY(first.open(bench.url) && second.open(bench.url));
    QVERIFY(!bench.hub.hasTailReaders(bench.project));
    first.subscribe(true);
    QVERIFY(isRead(true));
    first.subscribe(true); // again: still one
    first.subscribe(false);
    QVERIFY(isRead(false));
    first.subscribe(true);
    QVERIFY(isRead(true));
    first.send(wire::Unsubscribe{u"default"_s});
    QVERIFY(isRead(false));
    first.subscribe(true);
    second.subscribe(true);
    QVERIFY(isRead(true));
    first.socket.abort();
    QVERIFY(spinUntil([&] { return bench.hub.clientCount() == 1; }));
    QVERIFY(bench.hub.hasTailReaders(bench.project)); // the second one
    bench.publish(1);
    QVERIFY(spinUntil([&] { return second.count<wire::Tail>() == 1; }));
    bench.hub.forget(&bench.project);
    QVERIFY(isRead(false));
    QVERIFY(spinUntil([&] { return second.count<wire::Error>() == 1; }));
    bench.publish(1);       // without any subscriber
    second.subscribe(true); // it is there after all, in this test
    QVERIFY(isRead(true));
}

void LiveHubTest::endedProofIsCutWithoutAnyNews()
{
    HubBench bench({});
    const NewApiKey key =
        makeApiKey(u"default"_s, KeyRole::Viewer, {}, bench.clock.nowMs(), bench.clock.nowMs() + 9'000);
    bench.keys.setStored({key.key});
    LiveClient client;
    LiveClient local;
    QVERIFY(client.open(bench.url, {{"Authorization", "Bearer " + key.text}}));
    QVERIFY(local.open(bench.url));
    bench.clock.advance(8'999);
    QVERIFY(!spinUntil([&] { return client.closed; }, 1'200));
    bench.clock.advance(1);
    QVERIFY(spinUntil([&] { return client.closed; }));
    QCOMPARE(client.all<wire::Error>().last().code, u"token_expired"_s);
    QCOMPARE(int(client.socket.closeCode()), 1008);
    QVERIFY(!local.closed);
}

QTEST_GUILESS_MAIN(LiveHubTest)
#include "tst_livehub.moc"
