#include "server/gate/framereader.h"
#include "server/live/livesession.h"
#include "tests/server/metricstext.h"
#include "tests/server/testserver.h"

#include <QtEndian>
#include <QTest>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

namespace {

using Opcode = FrameReader::Opcode;

// One frame as a client sends it; `mask` empty = unmasked.
QByteArray frame(quint8 first, const QByteArray &payload, const QByteArray &mask = QByteArray::fromHex("a1b2c3d4"))
{
    QByteArray bytes;
    bytes.append(char(first));
    const int bit = mask.isEmpty() ? 0 : 0x80;
    if (payload.size() < 126) {
        bytes.append(char(bit | int(payload.size())));
    } else {
        char length[8];
        const bool isShort = payload.size() < 0x10000;
        bytes.append(char(bit | (isShort ? 126 : 127)));
        if (isShort)
            qToBigEndian(quint16(payload.size()), length);
        else
            qToBigEndian(quint64(payload.size()), length);
        bytes.append(length, isShort ? 2 : 8);
    }
    bytes.append(mask);
    QByteArray masked = payload;
    for (qsizetype i = 0; i < masked.size() && !mask.isEmpty(); ++i)
        masked[i] = char(masked[i] ^ mask[i % 4]);
    return bytes + masked;
}

constexpr quint8 kText = 0x81;
constexpr quint8 kTextBegins = 0x01;
constexpr quint8 kContinues = 0x00;
constexpr quint8 kEnds = 0x80;
constexpr quint8 kClose = 0x88;
constexpr quint8 kPing = 0x89;

const QByteArray kUpgrade = "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

// A WebSocket on a plain socket: what comes is taken apart by hand, so that nothing is hidden.
class Peer
{
public:
    explicit Peer(const TestServer &server, const QByteArray &more = {}) : m_client(quint16(server.url.port()))
    {
        m_client.send(kUpgrade + more + "\r\n");
        spinUntil([this] { return m_client.received.contains("\r\n\r\n") || m_client.isClosed(); });
        isOpen = m_client.received.startsWith("HTTP/1.1 101");
        m_client.received.remove(0, m_client.received.indexOf("\r\n\r\n") + 4);
    }
    void send(const QByteArray &bytes) { m_client.send(bytes); }
    // Payloads of the frames of one kind that have come.
    QList<QByteArray> frames(quint8 first) const
    {
        QList<QByteArray> found;
        const QByteArray &bytes = m_client.received;
        for (qsizetype at = 0; at + 2 <= bytes.size();) {
            const auto kind = quint8(bytes[at]);
            qint64 size = quint8(bytes[at + 1]);
            qsizetype head = 2;
            if (size == 126) {
                size = qFromBigEndian<quint16>(bytes.constData() + at + 2);
                head = 4;
            } else if (size == 127) {
                size = qFromBigEndian<qint64>(bytes.constData() + at + 2);
                head = 10;
            }
            if (kind == first)
                found << bytes.mid(at + head, size);
            at += head + size;
        }
        return found;
    }
    bool waitFor(quint8 first, qsizetype count = 1)
    {
        return spinUntil([&] { return frames(first).size() >= count; });
    }
    // The code of the close frame that ends it; 0 = none came.
    int closeCode()
    {
        spinUntil([this] { return m_client.isClosed(); });
        const QByteArray payload = frames(kClose).value(0);
        return payload.size() < 2 ? 0 : qFromBigEndian<quint16>(payload.constData());
    }
    bool isOpen = false;

private:
    RawClient m_client;
};

double metric(TestServer &server, const QByteArray &name)
{
    return MetricsText(server.get(u"/metrics"_s).body).value(name);
}

} // namespace

// What WebSocket clients send, as the RFC has it and as it should not be.
class FramesTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void reads_data();
    void reads();
    void refuses_data();
    void refuses();
    void boundsFramesOfAMessage();
    void textMayBeCutInsideACharacter();
    void invalidTextIsRefused();
    void closesWhatIsWrong_data();
    void closesWhatIsWrong();
    void oneHeaderOfEachKind_data();
    void oneHeaderOfEachKind();
    void answersPings();
    void tooManyPings();
    void answersTheCloseFrame();
    void anotherPingWhileNothingIsTaken();
    void answersThatAreNotTaken();
    void cutsWhoTakesNothingWhileMoreComes();

private:
    static bool fill(TestServer &server, QTcpSocket &deaf);
};

void FramesTest::reads_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArrayList>("messages"); // opcode and payload
    QTest::newRow("text") << frame(kText, "hello") << QByteArrayList{"1hello"};
    QTest::newRow("empty") << frame(kText, "") << QByteArrayList{"1"};
    QTest::newRow("two") << frame(kText, "a") + frame(0x82, "b") << QByteArrayList{"1a", "2b"};
    QTest::newRow("in frames") << frame(kTextBegins, "a") + frame(kContinues, "") + frame(kContinues, "b") +
                                      frame(kEnds, "c")
                               << QByteArrayList{"1abc"};
    QTest::newRow("ping between frames") << frame(kTextBegins, "a") + frame(kPing, "p") + frame(kEnds, "b")
                                         << QByteArrayList{"9p", "1ab"};
    QTest::newRow("close") << frame(kClose, "") << QByteArrayList{"8"};
    QTest::newRow("126") << frame(kText, QByteArray(126, 'x')) << QByteArrayList{"1" + QByteArray(126, 'x')};
    QTest::newRow("70,000") << frame(kText, QByteArray(70'000, 'x')) << QByteArrayList{"1" + QByteArray(70'000, 'x')};
    QTest::newRow("incomplete") << frame(kText, "hello").chopped(1) << QByteArrayList();
    QTest::newRow("no end") << frame(kTextBegins, "hello") << QByteArrayList();
}

// However the network cuts it.
void FramesTest::reads()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArrayList, messages);
    for (const qsizetype piece : {qsizetype(1), qsizetype(3), bytes.size()}) {
        FrameReader reader(100'000);
        QByteArrayList got;
        for (qsizetype from = 0; from < bytes.size(); from += piece) {
            const QByteArray part = bytes.mid(from, piece);
            qsizetype at = 0;
            while (const auto message = reader.next(part, at))
                got << QByteArray::number(int(message->opcode)) + message->payload;
            QCOMPARE(at, part.size());
        }
        QVERIFY(!reader.failure());
        QCOMPARE(got, messages);
    }
}

void FramesTest::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    QTest::newRow("unmasked") << frame(kText, "hello", {}) << 1002;
    QTest::newRow("unmasked ping") << frame(kPing, "", {}) << 1002;
    QTest::newRow("extension bit") << frame(0xc1, "hello") << 1002;
    QTest::newRow("reserved opcode") << frame(0x83, "hello") << 1002;
    QTest::newRow("reserved control opcode") << frame(0x8b, "") << 1002;
    QTest::newRow("ping in frames") << frame(0x09, "") << 1002;
    QTest::newRow("long ping") << frame(kPing, QByteArray(126, 'x')) << 1002;
    QTest::newRow("continues nothing") << frame(kEnds, "x") << 1002;
    QTest::newRow("begins within another") << frame(kTextBegins, "x") + frame(kText, "y") << 1002;
    QTest::newRow("length too long") << QByteArray::fromHex("81fe0005") + QByteArray(9, 'x') << 1002;
    QTest::newRow("length much too long") << QByteArray::fromHex("81ff0000000000000005") + QByteArray(9, 'x') << 1002;
    QTest::newRow("negative length") << QByteArray::fromHex("81ffffffffffffffffff") << 1002;
    QTest::newRow("too large") << frame(kText, QByteArray(1'001, 'x')) << 1009;
    QTest::newRow("too large in frames") << frame(kTextBegins, QByteArray(600, 'x')) +
                                                frame(kEnds, QByteArray(600, 'x'))
                                         << 1009;
}

void FramesTest::refuses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, code);
    FrameReader reader(1'000);
    qsizetype at = 0;
    while (reader.next(bytes, at)) {
    }
    QVERIFY(reader.failure());
    QCOMPARE(int(reader.failure()->closeCode), code);
    QVERIFY(reader.heldBytes() <= 1'000);
    QVERIFY(!reader.next(frame(kText, "more"), at = 0));
}

void FramesTest::boundsFramesOfAMessage()
{
    FrameReader reader(1'000);
    qsizetype at = 0;
    QVERIFY(!reader.next(frame(kTextBegins, "") + frame(kContinues, "").repeated(FrameReader::kMaxFrames - 1), at));
    QVERIFY(!reader.failure());
    QVERIFY(!reader.next(frame(kContinues, ""), at = 0));
    QCOMPARE(int(reader.failure().value().closeCode), 1008);
}

void FramesTest::textMayBeCutInsideACharacter()
{
    TestServer server;
    QVERIFY(server.startCore());
    Peer peer(server);
    QVERIFY(peer.isOpen);
    const QByteArray text = u"{\"type\":\"subscribe\",\"project\":\"gr\u00fc\u00df-\U0001F600\"}"_s.toUtf8();
    QByteArray bytes = frame(kTextBegins, text.first(1));
    for (qsizetype i = 1; i + 1 < text.size(); ++i)
        bytes += frame(kContinues, text.sliced(i, 1));
    peer.send(bytes + frame(kEnds, text.last(1)));
    QVERIFY(peer.waitFor(kText, 2)); // hello, and that there is no such project
    const QJsonObject error = QJsonDocument::fromJson(peer.frames(kText).value(1)).object();
    QCOMPARE(error.value(u"code"_s).toString(), u"unknown_project"_s);
    QCOMPARE(error.value(u"ref"_s).toString(), u"gr\u00fc\u00df-\U0001F600"_s);
}

void FramesTest::invalidTextIsRefused()
{
    TestServer server;
    QVERIFY(server.startCore());
    Peer peer(server);
    peer.send(frame(kTextBegins, "\xc3") + frame(kEnds, "A"));
    QCOMPARE(peer.closeCode(), 1007);
}

void FramesTest::closesWhatIsWrong_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    const QByteArray subscribe = R"({"type":"subscribe","project":"default"})";
    QTest::newRow("unmasked") << frame(kText, subscribe, {}) << 1002;
    QTest::newRow("extension") << frame(0xc1, subscribe) << 1002;
    QTest::newRow("too large") << frame(kText, QByteArray(200'000, ' ')) << 1009;
    QTest::newRow("too large in frames") << frame(kTextBegins, QByteArray(100'000, ' ')) +
                                                frame(kEnds, QByteArray(100'000, ' '))
                                         << 1009;
    QTest::newRow("endless") << frame(kTextBegins, "") + frame(kContinues, "").repeated(5'000) << 1008;
}

void FramesTest::closesWhatIsWrong()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, code);
    TestServer server;
    QVERIFY(server.startCore());
    Peer peer(server);
    QVERIFY(peer.isOpen);
    QVERIFY(peer.waitFor(kText)); // hello
    peer.send(bytes);
    QCOMPARE(peer.closeCode(), code);
    QVERIFY(spinUntil([&] { return metric(server, "entvas_live_clients") == 0; }));
}

void FramesTest::oneHeaderOfEachKind_data()
{
    QTest::addColumn<QByteArray>("more");
    QTest::newRow("two keys") << QByteArray("Sec-WebSocket-Key: BBBBBBBBBBBBBBBBBBBBBA==\r\n");
    QTest::newRow("the same key twice") << QByteArray("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n");
    QTest::newRow("two versions") << QByteArray("Sec-WebSocket-Version: 8\r\n");
}

void FramesTest::oneHeaderOfEachKind()
{
    QFETCH(QByteArray, more);
    TestServer server;
    QVERIFY(server.startCore());
    RawClient client(quint16(server.url.port()));
    client.send(kUpgrade + more + "\r\n");
    QCOMPARE(client.waitForAnswers(1).value(0).status, 400);
}

void FramesTest::answersPings()
{
    TestServer server;
    QVERIFY(server.startCore());
    Peer peer(server);
    peer.send(frame(kPing, "one"));
    QVERIFY(peer.waitFor(0x8a));
    peer.send(frame(kPing, QByteArray(125, 'x')));
    QVERIFY(peer.waitFor(0x8a, 2));
    QCOMPARE(peer.frames(0x8a), QByteArrayList({"one", QByteArray(125, 'x')}));
}

void FramesTest::tooManyPings()
{
    TestServer server;
    QVERIFY(server.startCore());
    Peer peer(server);
    QVERIFY(peer.waitFor(kText));
    peer.send(frame(kPing, "p").repeated(GateLimits().controlFrames));
    QVERIFY(peer.waitFor(0x8a));
    QVERIFY(metric(server, "entvas_gate_control_frames") > 30);
    QCOMPARE(metric(server, "entvas_gate_control_frames_limit"), 60.0);
    peer.send(frame(kPing, "p").repeated(100));
    QCOMPARE(peer.closeCode(), 1008);
    QCOMPARE(metric(server, "entvas_gate_control_frames_limit_reached_total"), 1.0);
}

void FramesTest::answersTheCloseFrame()
{
    TestServer server;
    QVERIFY(server.startCore());
    Peer peer(server);
    peer.send(frame(kClose, QByteArray::fromHex("03e8")));
    QCOMPARE(peer.closeCode(), 1000);
}

// A dashboard that reads nothing, for which so much is there that the system takes no more.
bool FramesTest::fill(TestServer &server, QTcpSocket &deaf)
{
    deaf.setReadBufferSize(1);
    deaf.connectToHost(u"127.0.0.1"_s, quint16(server.url.port()));
    deaf.write(kUpgrade + "\r\n");
    if (!spinUntil([&] { return metric(server, "entvas_live_clients") == 1; }))
        return false;
    deaf.write(frame(kText, wire::encode(wire::Subscribe{u"default"_s, {}, true}, wire::Format::Json)));
    const QByteArray one = eventJson().replace("home", QByteArray(10'000, 'x'));
    for (int i = 0; i < 60 && metric(server, "entvas_live_unsent_bytes") < 100'000; ++i)
        if (server.post("[" + (one + ",").repeated(99) + one + "]").status != 200)
            return false;
    return metric(server, "entvas_live_unsent_bytes") >= 100'000;
}

// The latest ping is the one that is answered, once there is room.
void FramesTest::anotherPingWhileNothingIsTaken()
{
    TestServer server;
    QVERIFY(server.startCore());
    QTcpSocket deaf;
    QVERIFY(fill(server, deaf));
    const double before = metric(server, "entvas_live_unsent_bytes");
    for (int i = 0; i < 50; ++i)
        deaf.write(frame(kPing, QByteArray::number(i)));
    QVERIFY(spinUntil([&] { return metric(server, "entvas_gate_control_frames") >= 30; }));
    QVERIFY(metric(server, "entvas_live_unsent_bytes") < before + 200);
}

// Slowly enough for the limit on messages.
void FramesTest::answersThatAreNotTaken()
{
    TestServer server;
    QVERIFY(server.startCore());
    QTcpSocket deaf;
    QVERIFY(fill(server, deaf));
    const QByteArray unknown = wire::encode(wire::Subscribe{QString(100, u'x'), {}, false}, wire::Format::Json);
    const QByteArray refused = "entvas_live_message_burst_limit_reached_total";
    QCOMPARE(metric(server, refused), 0.0);
    int asked = 0;
    QVERIFY(spinUntil(
        [&] {
            deaf.write(frame(kText, unknown));
            ++asked;
            spinUntil([] { return false; }, 110);
            return metric(server, refused) == 1;
        },
        20'000));
    QVERIFY2(asked >= LiveSession::kMaxAnswers && asked < 2 * LiveSession::kMaxAnswers,
             qPrintable(QString::number(asked)));
}

void FramesTest::cutsWhoTakesNothingWhileMoreComes()
{
    LiveHubLimits limits;
    limits.flushMs = 1;
    limits.slowBytes = 1'000'000'000;
    limits.drainedBytes = 1'000;
    limits.stalledMs = 2'000;
    TestServer server;
    QVERIFY(server.startCore(limits));
    QTcpSocket deaf;
    QVERIFY(fill(server, deaf));
    QVERIFY(spinUntil(
        [&] {
            server.post(eventJson()); // and with it a few bytes more
            return metric(server, "entvas_live_stalled_time_limit_reached_total") == 1;
        },
        15'000));
    QCOMPARE(metric(server, "entvas_live_clients"), 0.0);
}

QTEST_GUILESS_MAIN(FramesTest)
#include "tst_frames.moc"
