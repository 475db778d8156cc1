#include "app/feed/serveraddress.h"
#include "app/feed/wsfeed.h"
#include "core/file/gzip.h"
#include "tests/support/testauthority.h"

#include <QCborMap>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QTimer>
#include <QWebSocket>
#include <QWebSocketServer>

using namespace Qt::StringLiterals;
using namespace entvas;
using Kind = FeedState::Kind;

namespace {

const QString kEpoch = u"epoch-1"_s;

wire::Hello hello(const QString &epoch = kEpoch, int heartbeatMs = 10'000)
{
    wire::Hello message;
    message.epoch = epoch;
    message.serverTimeMs = 1'000;
    message.heartbeatMs = heartbeatMs;
    message.projects = {{kDefaultProject, u"Default"_s}};
    message.store = u"sqlite"_s;
    return message;
}

wire::Snapshot snapshot(qint64 seq, const QString &epoch = kEpoch)
{
    wire::Snapshot message;
    message.project = kDefaultProject;
    message.epoch = epoch;
    message.seq = seq;
    message.cube = LiveCube({u"eventType"_s}).snapshot();
    return message;
}

wire::Delta delta(qint64 seq)
{
    wire::Delta message;
    message.project = kDefaultProject;
    message.seq = seq;
    message.totals.events = seq;
    return message;
}

} // namespace

// A server that says what the test tells it to.
class Script : public QObject
{
    Q_OBJECT
public:
    Script() : server(QString(), QWebSocketServer::NonSecureMode)
    {
        server.listen(QHostAddress::LocalHost);
        connect(&server, &QWebSocketServer::newConnection, this, [this] {
            socket = server.nextPendingConnection();
            socket->setParent(this);
            ++connections;
            connect(socket, &QWebSocket::binaryMessageReceived, this, [this](const QByteArray &bytes) {
                const Result<wire::ClientMessage> message = wire::decodeClient(bytes, wire::Format::Cbor);
                QVERIFY2(message.ok(), message.ok() ? "" : qPrintable(message.failure().text));
                if (const auto *subscribe = std::get_if<wire::Subscribe>(&message.value()))
                    subscribed.append(*subscribe);
                if (const auto *fresh = std::get_if<wire::Authenticate>(&message.value()))
                    tokens.append(fresh->token);
            });
            if (greeting)
                send(*greeting);
        });
    }
    QUrl url() const { return QUrl(u"http://127.0.0.1:%1"_s.arg(server.serverPort())); }
    void send(const wire::ServerMessage &message) { socket->sendBinaryMessage(encode(message, wire::Format::Cbor)); }

    QWebSocketServer server;
    QWebSocket *socket = nullptr;
    std::optional<wire::Hello> greeting = hello();
    QList<wire::Subscribe> subscribed;
    QStringList tokens; // shown by messages
    int connections = 0;
};

// What came out of a feed.
struct Reader {
    explicit Reader(const QUrl &url, const QString &token = {}, const QString &project = {})
        : feed([&] {
              WsFeedOptions options;
              options.server = url;
              options.token = token;
              options.project = project;
              options.firstRetryMs = 20;
              options.maxRetryMs = 200;
              options.connectMs = 2'000;
              options.pingMs = 50;
              return options;
          }())
    {
        QObject::connect(&feed, &Feed::stateChanged, &feed, [this](const FeedState &state) { states.append(state); });
        QObject::connect(&feed, &Feed::message, &feed, [this](const wire::ServerMessage &message) {
            if (const auto *d = std::get_if<wire::Delta>(&message))
                steps.append(u"D%1"_s.arg(d->seq));
            else if (std::holds_alternative<wire::Heartbeat>(message))
                steps.append(u"H"_s);
            else if (std::holds_alternative<wire::Tail>(message))
                steps.append(u"T"_s);
            else if (const auto *h = std::get_if<wire::Hello>(&message))
                offered = h->projects;
        });
        QObject::connect(&feed, &Feed::picture, &feed, [this](Picture &picture) {
            steps.append(u"S%1"_s.arg(picture.told.seq));
            std::swap(cube, picture.cube);
        });
        feed.open();
    }
    Kind kind() const { return states.isEmpty() ? Kind::Connecting : states.last().kind; }
    bool was(Kind kind) const
    {
        return std::any_of(states.begin(), states.end(), [kind](const FeedState &s) { return s.kind == kind; });
    }

    WsFeed feed;
    QList<FeedState> states;
    QList<wire::Project> offered;
    LiveCube cube;
    QStringList steps; // S12 = snapshot with seq 12, D13 = delta, H = heartbeat, T = tail
};

class TestWsFeed : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void handsOnSnapshotAndDeltas();
    void gapAsksForASnapshot();
    void lostLastDeltaIsSeenInTheHeartbeat();
    void otherProjectsAndOldDeltasAreIgnored();
    void resumesAfterALoss();
    void newEpochMeansASnapshot();
    void showsTheProjectThatWasAskedFor();
    void aProjectThatIsNotThereIsSaid();
    void aProjectThatGoesAwayIsSaid();
    void staysWithTheFirstProject();
    void silenceIsStaleThenALoss();
    void aHeartbeatEndsStaleness();
    void aStaleConnectionCanBeMadeAnew();
    void aSlowPictureIsNoSilence();
    void aFreshPictureOnItsWayIsSaid();
    void connectionThatNeverGreetsIsALoss();
    void refusedBeforeTheUpgrade_data();
    void refusedBeforeTheUpgrade();
    void refusedByPolicy();
    void aBusyServerIsTriedAgain_data();
    void aBusyServerIsTriedAgain();
    void otherVersion_data();
    void otherVersion();
    void textIsRefused();
    void largeStepsAskForAPicture_data();
    void largeStepsAskForAPicture();
    void aPictureThatMakesNoSenseIsALoss();
    void packedPictures();
    void garbage_data();
    void garbage();
    void randomBytes();
    void hugeMessage();
    void gapsWithoutEndAreALoss();
    void slowReaderGetsAFreshPicture();
    void queueIsBounded();
    void tokenIsPresented();
    void tokenStaysHome();
    void plainHttpByAPersonsWord();
    void aFreshTokenOnTheOpenSocket();
    void endedAndRevokedTokens_data();
    void endedAndRevokedTokens();
    void untrustedCertificates_data();
    void untrustedCertificates();
    void backsOffWhenNobodyAnswers();
    void closedMeansSilent();
    void latencyIsTold();
    void addresses();
};

void TestWsFeed::handsOnSnapshotAndDeltas()
{
    Script server;
    Reader reader(server.url());
    QTRY_COMPARE(server.subscribed.size(), 1);
    QCOMPARE(server.subscribed.first().project, kDefaultProject);
    QVERIFY(!server.subscribed.first().since);
    QCOMPARE(server.socket->requestUrl().path(), u"/ws"_s);
    QCOMPARE(server.socket->requestUrl().query(), u"format=cbor&pack=gzip"_s);
    QVERIFY(!reader.was(Kind::Live));
    server.send(snapshot(5));
    server.send(delta(6));
    server.send(delta(7));
    server.send(wire::Tail{kDefaultProject, {}, 3});
    server.send(wire::Heartbeat{7, 1});
    QTRY_COMPARE(reader.steps, QStringList({u"S5"_s, u"D6"_s, u"D7"_s, u"T"_s, u"H"_s}));
    QCOMPARE(reader.kind(), Kind::Live);
    QVERIFY(reader.states.last().reason.isEmpty());
}

void TestWsFeed::gapAsksForASnapshot()
{
    Script server;
    Reader reader(server.url());
    QTRY_COMPARE(server.subscribed.size(), 1);
    for (const wire::ServerMessage &message :
         std::initializer_list<wire::ServerMessage>{snapshot(1), delta(2), delta(4), delta(5)})
        server.send(message);
    QTRY_COMPARE(server.subscribed.size(), 2);
    QVERIFY(!server.subscribed.last().since);
    server.send(snapshot(5));
    server.send(delta(6));
    QTRY_COMPARE(reader.steps, QStringList({u"S1"_s, u"D2"_s, u"S5"_s, u"D6"_s}));
    QCOMPARE(server.connections, 1);
}

void TestWsFeed::lostLastDeltaIsSeenInTheHeartbeat()
{
    Script server;
    Reader reader(server.url());
    QTRY_COMPARE(server.subscribed.size(), 1);
    server.send(snapshot(1));
    server.send(wire::Heartbeat{2, 1});
    QTRY_COMPARE(server.subscribed.size(), 2);
    QVERIFY(!server.subscribed.last().since);
}

void TestWsFeed::otherProjectsAndOldDeltasAreIgnored()
{
    Script server;
    Reader reader(server.url());
    QTRY_COMPARE(server.subscribed.size(), 1);
    server.send(delta(4)); // before any snapshot
    server.send(snapshot(5));
    wire::Delta other = delta(6);
    other.project = u"another"_s;
    server.send(other);
    server.send(delta(5));
    server.send(delta(6));
    QTRY_COMPARE(reader.steps, QStringList({u"S5"_s, u"D6"_s}));
    QCOMPARE(server.subscribed.size(), 1);
}

void TestWsFeed::resumesAfterALoss()
{
    Script server;
    Reader reader(server.url());
    QTRY_COMPARE(server.subscribed.size(), 1);
    server.send(snapshot(5));
    server.send(delta(6));
    QTRY_COMPARE(reader.steps.size(), 2);
    server.socket->close(QWebSocketProtocol::CloseCodeGoingAway);
    QTRY_COMPARE(server.subscribed.size(), 2);
    QVERIFY(reader.was(Kind::Lost));
    QVERIFY(server.subscribed.last().since);
    QCOMPARE(server.subscribed.last().since->epoch, kEpoch);
    QCOMPARE(server.subscribed.last().since->seq, 6);
    QTRY_COMPARE(reader.kind(), Kind::Live); // with nothing missed, without another message
    server.send(delta(7));
    QTRY_COMPARE(reader.steps, QStringList({u"S5"_s, u"D6"_s, u"D7"_s}));
}

void TestWsFeed::newEpochMeansASnapshot()
{
    Script server;
    Reader reader(server.url());
    QTRY_COMPARE(server.subscribed.size(), 1);
    server.send(snapshot(5));
    QTRY_COMPARE(reader.kind(), Kind::Live);
    server.greeting = hello(u"epoch-2"_s);
    server.socket->abort();
    QTRY_COMPARE(server.subscribed.size(), 2);
    QVERIFY(!server.subscribed.last().since);
    server.send(delta(6)); // the new server's, before its snapshot
    server.send(snapshot(2, u"epoch-2"_s));
    server.send(delta(3));
    QTRY_COMPARE(reader.steps, QStringList({u"S5"_s, u"S2"_s, u"D3"_s}));
}

void TestWsFeed::showsTheProjectThatWasAskedFor()
{
    Script server;
    server.greeting->projects = {{kDefaultProject, u"Default"_s}, {u"shop"_s, u"The shop"_s}};
    Reader reader(server.url(), {}, u"shop"_s);
    QTRY_COMPARE(server.subscribed.size(), 1);
    QCOMPARE(server.subscribed.first().project, u"shop"_s);
    wire::Snapshot shop = snapshot(4);
    shop.project = u"shop"_s;
    server.send(snapshot(3)); // the other one's
    server.send(shop);
    QTRY_COMPARE(reader.steps, QStringList{u"S4"_s});
    QCOMPARE(reader.kind(), Kind::Live);
    QCOMPARE(reader.offered, server.greeting->projects);
}

void TestWsFeed::aProjectThatIsNotThereIsSaid()
{
    Script server;
    Reader reader(server.url(), {}, u"shop"_s);
    QTRY_COMPARE(reader.kind(), Kind::NoProject);
    QVERIFY2(reader.states.last().reason.contains(u"“shop”"_s), qPrintable(reader.states.last().reason));
    QTRY_COMPARE(reader.offered, server.greeting->projects); // what could be shown instead
    QTest::qWait(300);
    QCOMPARE(server.connections, 1);
    QVERIFY(server.subscribed.isEmpty());
    server.greeting->projects.append({u"shop"_s, u"The shop"_s});
    reader.feed.retryNow();
    QTRY_COMPARE(server.subscribed.size(), 1);
}

void TestWsFeed::aProjectThatGoesAwayIsSaid()
{
    Script server;
    Reader reader(server.url(), u"token"_s);
    QTRY_COMPARE(server.subscribed.size(), 1);
    server.send(wire::Error{u"unknown_project"_s, u"There is no such project"_s, u"another"_s}); // not ours
    server.send(snapshot(1));
    QTRY_COMPARE(reader.kind(), Kind::Live);
    server.send(wire::Error{u"unknown_project"_s, u"There is no such project"_s, kDefaultProject});
    QTRY_COMPARE(reader.kind(), Kind::NoProject);
    QVERIFY2(reader.states.last().reason.contains(u"token"_s), qPrintable(reader.states.last().reason));
    reader.feed.retryNow();
    QTRY_COMPARE(server.subscribed.size(), 2);
    QVERIFY(!server.subscribed.last().since); // its numbers may be another project's
}

void TestWsFeed::staysWithTheFirstProject()
{
    Script server;
    Reader reader(server.url());
    QTRY_COMPARE(server.subscribed.size(), 1);
    server.send(snapshot(5));
    QTRY_COMPARE(reader.kind(), Kind::Live);
    server.greeting->projects.prepend({u"apples"_s, u"Apples"_s});
    server.socket->abort();
    QTRY_COMPARE(server.subscribed.size(), 2);
    QCOMPARE(server.subscribed.last().project, kDefaultProject);
    QVERIFY(server.subscribed.last().since);
}

void TestWsFeed::silenceIsStaleThenALoss()
{
    Script server;
    server.greeting = hello(kEpoch, 100);
    Reader reader(server.url());
    QTRY_COMPARE(server.subscribed.size(), 1);
    server.send(snapshot(1));
    QTRY_VERIFY(reader.was(Kind::Lost)); // though the socket is open and answers pings
    QTRY_VERIFY(server.connections >= 2);
    QList<Kind> kinds;
    for (const FeedState &state : std::as_const(reader.states))
        if (kinds.isEmpty() || kinds.last() != state.kind)
            kinds.append(state.kind);
    QCOMPARE(kinds.mid(0, 4), (QList<Kind>{Kind::Connecting, Kind::Live, Kind::Stale, Kind::Lost}));
    const auto stale = std::find_if(reader.states.cbegin(), reader.states.cend(),
                                    [](const FeedState &state) { return state.kind == Kind::Stale; });
    QVERIFY2(stale->reason.contains(u"stopped sending"_s), qPrintable(stale->reason));
}

void TestWsFeed::aHeartbeatEndsStaleness()
{
    Script server;
    server.greeting = hello(kEpoch, 2'000);
    Reader reader(server.url());
    QTRY_COMPARE(server.subscribed.size(), 1);
    server.send(snapshot(1));
    QTRY_COMPARE(reader.kind(), Kind::Live);
    QTRY_COMPARE(reader.kind(), Kind::Stale);
    server.send(wire::Heartbeat{1, 1});
    QTRY_COMPARE(reader.kind(), Kind::Live);
    QVERIFY(reader.states.last().reason.isEmpty());
    QVERIFY(!reader.was(Kind::Lost));
    QCOMPARE(server.connections, 1);
}

void TestWsFeed::aStaleConnectionCanBeMadeAnew()
{
    Script server;
    server.greeting = hello(kEpoch, 2'000);
    Reader reader(server.url());
    QTRY_COMPARE(server.subscribed.size(), 1);
    server.send(snapshot(1));
    QTRY_COMPARE(reader.kind(), Kind::Live);
    reader.feed.retryNow(); // what lives is left alone
    QTRY_COMPARE(reader.kind(), Kind::Stale);
    QCOMPARE(server.connections, 1);
    reader.feed.retryNow();
    QTRY_COMPARE(server.subscribed.size(), 2);
    QCOMPARE(server.subscribed.last().since->seq, 1);
    QTRY_COMPARE(reader.kind(), Kind::Live);
}

// Hands on what a server says in small portions.
class SlowLine : public QTcpServer
{
public:
    SlowLine(quint16 target, int portion, int everyMs)
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this, target, portion, everyMs] {
            QTcpSocket *client = nextPendingConnection();
            ++connections;
            auto *server = new QTcpSocket(client);
            server->connectToHost(QHostAddress::LocalHost, target);
            connect(client, &QTcpSocket::readyRead, server, [=] { server->write(client->readAll()); });
            auto *timer = new QTimer(client);
            connect(timer, &QTimer::timeout, client, [=] { client->write(server->read(portion)); });
            timer->start(everyMs);
            connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
        });
    }
    QUrl url() const { return QUrl(u"http://127.0.0.1:%1"_s.arg(serverPort())); }
    int connections = 0;
};

void TestWsFeed::aSlowPictureIsNoSilence()
{
    Script server;
    server.greeting = hello(kEpoch, 200); // silent for half a second, and it is lost
    SlowLine line(server.server.serverPort(), 4'096, 25);
    Reader reader(line.url());
    QTRY_COMPARE(server.subscribed.size(), 1);
    LiveCube cube({u"eventType"_s});
    for (int i = 0; i < LiveCube::kMaxSeries - 1; ++i) {
        const Cell cell{1'700'000'000, cube.intern({u"a name of forty letters, more or less %1"_s.arg(i)}), 1};
        cube.add({&cell, 1});
    }
    wire::Snapshot large = snapshot(7);
    large.cube = cube.snapshot();
    server.socket->setOutgoingFrameSize(4'096); // about a quarter of a megabyte in a second and a half
    server.send(large);
    QTRY_COMPARE(reader.steps, QStringList{u"S7"_s});
    QCOMPARE(line.connections, 1);
    QVERIFY(!reader.was(Kind::Lost));
    QCOMPARE(reader.cube.totalEvents(), LiveCube::kMaxSeries - 1);
    QTRY_VERIFY(reader.was(Kind::Lost)); // then it is silent indeed
}

void TestWsFeed::aFreshPictureOnItsWayIsSaid()
{
    Script server;
    Reader reader(server.url());
    QTRY_COMPARE(server.subscribed.size(), 1);
    QTRY_VERIFY(reader.kind() == Kind::Connecting && !reader.states.last().reason.isEmpty());
    server.send(snapshot(1));
    QTRY_COMPARE(reader.kind(), Kind::Live);
    server.greeting = hello(u"epoch-2"_s);
    server.socket->abort();
    QTRY_COMPARE(server.subscribed.size(), 2);
    QTRY_COMPARE(reader.kind(), Kind::Stale);
    QVERIFY2(reader.states.last().reason.contains(u"loading fresh data"_s), qPrintable(reader.states.last().reason));
    server.send(wire::Heartbeat{0, 1}); // which says nothing about the numbers
    server.send(snapshot(1, u"epoch-2"_s));
    QTRY_COMPARE(reader.kind(), Kind::Live);
    QCOMPARE(reader.steps.mid(reader.steps.size() - 2), QStringList({u"H"_s, u"S1"_s}));
}

void TestWsFeed::connectionThatNeverGreetsIsALoss()
{
    Script server;
    server.greeting.reset();
    Reader reader(server.url());
    QTRY_VERIFY(reader.was(Kind::Lost));
    QVERIFY(!reader.was(Kind::Live));
}

void TestWsFeed::refusedBeforeTheUpgrade_data()
{
    QTest::addColumn<QByteArray>("status");
    QTest::addColumn<int>("kind");
    QTest::newRow("401") << QByteArray("401 Unauthorized") << int(Kind::Refused);
    QTest::newRow("403") << QByteArray("403 Forbidden") << int(Kind::Refused);
    QTest::newRow("404") << QByteArray("404 Not Found") << int(Kind::Lost);
    QTest::newRow("503") << QByteArray("503 Service Unavailable") << int(Kind::Lost);
}

void TestWsFeed::refusedBeforeTheUpgrade()
{
    QFETCH(QByteArray, status);
    QFETCH(int, kind);
    QTcpServer server;
    int connections = 0;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    connect(&server, &QTcpServer::newConnection, &server, [&] {
        QTcpSocket *socket = server.nextPendingConnection();
        ++connections;
        connect(socket, &QTcpSocket::readyRead, socket, [socket, status] {
            socket->readAll();
            socket->write("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
        });
    });
    Reader reader(QUrl(u"http://127.0.0.1:%1"_s.arg(server.serverPort())));
    QTRY_COMPARE(int(reader.kind()), kind);
    QVERIFY2(reader.states.last().reason.contains(QString::fromLatin1(status.first(3))),
             qPrintable(reader.states.last().reason));
    if (Kind(kind) == Kind::Lost) {
        QTRY_VERIFY(connections > 2);
        return;
    }
    QTest::qWait(300); // several times the longest wait of this reader
    QCOMPARE(connections, 1);
    reader.feed.retryNow();
    QTRY_COMPARE(connections, 2);
}

void TestWsFeed::refusedByPolicy()
{
    Script server;
    server.greeting.reset();
    Reader reader(server.url());
    QTRY_VERIFY(server.socket);
    server.send(wire::Error{u"unauthenticated"_s, u"This token has expired"_s, {}});
    server.socket->close(QWebSocketProtocol::CloseCodePolicyViolated);
    QTRY_COMPARE(reader.kind(), Kind::Refused);
    QVERIFY2(reader.states.last().reason.contains(u"This token has expired"_s),
             qPrintable(reader.states.last().reason));
    QTest::qWait(300);
    QCOMPARE(server.connections, 1);
}

void TestWsFeed::aBusyServerIsTriedAgain_data()
{
    QTest::addColumn<QString>("code");
    QTest::addColumn<int>("close");
    for (const char *code : {"too_many_clients", "busy", "too_many_messages", "bad_message"})
        QTest::newRow(code) << QString::fromLatin1(code) << int(QWebSocketProtocol::CloseCodePolicyViolated);
    QTest::newRow("of a later server") << u"too_many_clients"_s << 1013; // try again later
}

void TestWsFeed::aBusyServerIsTriedAgain()
{
    QFETCH(QString, code);
    QFETCH(int, close);
    Script server;
    server.greeting.reset();
    Reader reader(server.url(), u"first"_s);
    QTRY_VERIFY(server.socket);
    server.send(wire::Error{code, u"The words of the server"_s, {}});
    server.socket->close(QWebSocketProtocol::CloseCode(close));
    QTRY_VERIFY(server.connections > 1);
    QVERIFY(!reader.was(Kind::Refused) && reader.was(Kind::Lost));
    const auto lost = std::find_if(reader.states.begin(), reader.states.end(),
                                   [](const FeedState &state) { return state.kind == Kind::Lost; });
    QVERIFY2(lost->reason.contains(u"The words of the server"_s), qPrintable(lost->reason));
}

void TestWsFeed::otherVersion_data()
{
    QTest::addColumn<QByteArray>("greeting");
    QTest::addColumn<QString>("theirs");
    QTest::addColumn<QString>("wayOn");
    wire::Hello newer = hello();
    newer.version = wire::kVersion + 1;
    wire::Hello older = hello();
    older.version = wire::kVersion - 1;
    QTest::newRow("newer") << encode(wire::ServerMessage(newer), wire::Format::Cbor) << u"version 2"_s
                           << u"on this computer"_s;
    QTest::newRow("older") << encode(wire::ServerMessage(older), wire::Format::Cbor) << u"version 0"_s
                           << u"on the server"_s;
    const QCborMap other{{u"type"_s, u"hello"_s}, {u"version"_s, 7}, {u"projects"_s, u"all of them"_s}};
    QTest::newRow("with other fields") << QCborValue(other).toCbor() << u"version 7"_s << u"on this computer"_s;
}

void TestWsFeed::otherVersion()
{
    QFETCH(QByteArray, greeting);
    QFETCH(QString, theirs);
    QFETCH(QString, wayOn);
    Script server;
    server.greeting.reset();
    Reader reader(server.url());
    QTRY_VERIFY(server.socket);
    server.socket->sendBinaryMessage(greeting);
    QTRY_COMPARE(reader.kind(), Kind::Incompatible);
    const QString reason = reader.states.last().reason;
    QVERIFY2(reason.contains(theirs) && reason.contains(u"version 1"_s) && reason.contains(wayOn), qPrintable(reason));
    QTest::qWait(300);
    QCOMPARE(server.connections, 1);
    reader.feed.retryNow();
    QTRY_COMPARE(server.connections, 2);
    QTRY_COMPARE(reader.kind(), Kind::Connecting); // it is seen to be tried
}

void TestWsFeed::textIsRefused()
{
    Script server;
    Reader reader(server.url());
    QTRY_COMPARE(server.subscribed.size(), 1);
    server.socket->sendTextMessage(QString::fromUtf8(encode(wire::ServerMessage(snapshot(1)), wire::Format::Json)));
    QTRY_VERIFY(reader.was(Kind::Lost));
    QVERIFY(reader.steps.isEmpty());
}

void TestWsFeed::largeStepsAskForAPicture_data()
{
    QTest::addColumn<int>("cells");
    QTest::addColumn<qint64>("apart");
    QTest::newRow("many cells") << int(WsFeed::kMaxDeltaCells) + 1 << qint64(0);
    QTest::newRow("far apart") << 3 << WsFeed::kMaxDeltaSeconds;
}

void TestWsFeed::largeStepsAskForAPicture()
{
    QFETCH(int, cells);
    QFETCH(qint64, apart);
    Script server;
    Reader reader(server.url());
    QTRY_COMPARE(server.subscribed.size(), 1);
    server.send(snapshot(1));
    wire::Delta large = delta(2);
    for (int i = 0; i < cells; ++i)
        large.cells.append({1'700'000'000 + i * apart, 0, 1});
    server.send(large);
    QTRY_COMPARE(server.subscribed.size(), 2);
    QVERIFY(!server.subscribed.last().since);
    server.send(snapshot(2));
    QTRY_COMPARE(reader.steps, QStringList({u"S1"_s, u"S2"_s}));
    QCOMPARE(server.connections, 1);
}

void TestWsFeed::aPictureThatMakesNoSenseIsALoss()
{
    Script server;
    Reader reader(server.url());
    QTRY_COMPARE(server.subscribed.size(), 1);
    wire::Snapshot wrong = snapshot(1);
    wrong.cube.tiers[0].fromMs = 17; // no whole second
    server.send(wrong);
    QTRY_VERIFY(reader.was(Kind::Lost));
    QVERIFY(reader.steps.isEmpty());
    QVERIFY(!reader.was(Kind::Live));
}

void TestWsFeed::garbage_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("no CBOR") << QByteArray("\xff\xff\xff");
    QTest::newRow("JSON in a binary frame") << encode(wire::ServerMessage(snapshot(1)), wire::Format::Json);
    QTest::newRow("cut off") << encode(wire::ServerMessage(snapshot(1)), wire::Format::Cbor).chopped(5);
    QTest::newRow("a client's message") << encode(wire::ClientMessage(wire::Unsubscribe{u"x"_s}), wire::Format::Cbor);
    QTest::newRow("a second hello") << encode(wire::ServerMessage(hello()), wire::Format::Cbor);
}

void TestWsFeed::garbage()
{
    QFETCH(QByteArray, bytes);
    Script server;
    Reader reader(server.url());
    QTRY_COMPARE(server.subscribed.size(), 1);
    server.send(snapshot(1));
    QTRY_COMPARE(reader.kind(), Kind::Live);
    server.socket->sendBinaryMessage(bytes);
    QTRY_COMPARE(server.connections, 2);
    QVERIFY(reader.was(Kind::Lost));
    QTRY_COMPARE(reader.kind(), Kind::Live); // and takes up again where it was
}

void TestWsFeed::randomBytes()
{
    Script server;
    Reader reader(server.url());
    QRandomGenerator random(7);
    const QByteArray sound = encode(wire::ServerMessage(snapshot(3)), wire::Format::Cbor);
    for (int i = 0; i < 25; ++i) {
        const int before = server.connections;
        QTRY_VERIFY_WITH_TIMEOUT(server.socket && server.socket->state() == QAbstractSocket::ConnectedState, 5'000);
        QByteArray bytes = sound;
        for (int n = random.bounded(1, 6); n > 0; --n)
            bytes[random.bounded(int(bytes.size()))] = char(random.bounded(256));
        server.socket->sendBinaryMessage(bytes);
        server.socket->sendTextMessage(QString::fromLatin1(bytes));
        QTRY_VERIFY(server.connections > before); // the text at least makes no sense
    }
    server.send(hello());
}

void TestWsFeed::packedPictures()
{
    Script server;
    Reader reader(server.url());
    QTRY_COMPARE(server.subscribed.size(), 1);
    server.socket->sendBinaryMessage(gzipped(encode(wire::ServerMessage(snapshot(4)), wire::Format::Cbor)));
    QTRY_COMPARE(reader.steps, QStringList{u"S4"_s});
    for (const QByteArray &bad :
         {gzipped(QByteArray(qsizetype(WsFeed::kMaxMessageBytes) + 1, '\0')), // a few kilobytes
          gzipped("no CBOR"), gzipped(encode(wire::ServerMessage(snapshot(5)), wire::Format::Cbor)).chopped(3)}) {
        const int before = server.connections;
        QTRY_COMPARE(reader.kind(), Kind::Live);
        server.socket->sendBinaryMessage(bad);
        QTRY_COMPARE(server.connections, before + 1);
    }
    QCOMPARE(reader.steps, QStringList{u"S4"_s});
}

void TestWsFeed::hugeMessage()
{
    Script server;
    Reader reader(server.url());
    QTRY_COMPARE(server.subscribed.size(), 1);
    server.socket->sendBinaryMessage(QByteArray(qsizetype(WsFeed::kMaxMessageBytes) + 1, '\x41'));
    QTRY_VERIFY_WITH_TIMEOUT(reader.was(Kind::Lost), 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(server.connections, 2, 30'000);
}

void TestWsFeed::gapsWithoutEndAreALoss()
{
    Script server;
    Reader reader(server.url());
    for (int i = 1; !reader.was(Kind::Lost) && i < 20; ++i) {
        QTRY_VERIFY(server.subscribed.size() >= i || reader.was(Kind::Lost));
        server.send(snapshot(10 * i));
        server.send(delta(10 * i + 5));
    }
    QTRY_VERIFY(reader.was(Kind::Lost));
    QVERIFY(server.subscribed.size() < 10);
}

void TestWsFeed::slowReaderGetsAFreshPicture()
{
    Script server;
    Reader reader(server.url());
    QTRY_COMPARE(server.subscribed.size(), 1);
    server.send(snapshot(0));
    QTRY_COMPARE(reader.kind(), Kind::Live);
    const int sent = int(MessageQueue::kMaxMessages) * 3;
    for (int i = 1; i <= sent; ++i) {
        server.send(delta(i));
        server.socket->flush();
    }
    QThread::msleep(1'000); // this thread is the reader's: it does not read
    QTRY_COMPARE(server.subscribed.size(), 2);
    QVERIFY(!server.subscribed.last().since);
    QVERIFY(reader.steps.size() <= int(MessageQueue::kMaxMessages) + 1);
    server.send(snapshot(sent));
    server.send(delta(sent + 1));
    QTRY_COMPARE(reader.steps.last(), u"D%1"_s.arg(sent + 1));
    QCOMPARE(server.connections, 1);
}

void TestWsFeed::queueIsBounded()
{
    using Push = MessageQueue::Push;
    MessageQueue queue;
    QCOMPARE(queue.push(delta(0), 10), Push::Wake);
    for (std::size_t i = 1; i < MessageQueue::kMaxMessages; ++i)
        QCOMPARE(queue.push(delta(qint64(i)), 10), Push::Queued);
    QCOMPARE(queue.push(delta(999), 10), Push::Overflow);
    MessageQueue::Taken taken = queue.take(10);
    QVERIFY(taken.overflowed && taken.items.empty() && !taken.more);

    QCOMPARE(queue.push(delta(1), MessageQueue::kMaxBytes + 1), Push::Wake); // one alone may be larger
    QCOMPARE(queue.push(delta(2), 1), Push::Overflow);
    taken = queue.take(10);
    QVERIFY(taken.overflowed);

    for (int i = 0; i < 5; ++i)
        queue.push(delta(i), 1);
    taken = queue.take(3);
    QVERIFY(taken.more && !taken.overflowed);
    QCOMPARE(taken.items.size(), std::size_t(3));
    QCOMPARE(queue.push(delta(6), 1), Push::Queued); // somebody is still reading
    QCOMPARE(queue.take(10).items.size(), std::size_t(3));
    QCOMPARE(queue.push(delta(7), 1), Push::Wake);

    // A picture takes the place of the numbers before it, and of no other message.
    QCOMPARE(queue.push(std::make_unique<Picture>(), MessageQueue::kMaxBytes), Push::Queued);
    QCOMPARE(queue.push(std::make_unique<Picture>(), MessageQueue::kMaxBytes - 2), Push::Queued);
    QCOMPARE(queue.push(wire::Tail{}, 1), Push::Queued);
    QCOMPARE(queue.push(std::make_unique<Picture>(), 1), Push::Queued);
    QCOMPARE(queue.push(delta(8), 1), Push::Queued);
    taken = queue.take(10);
    QVERIFY(!taken.overflowed);
    QCOMPARE(taken.items.size(), std::size_t(3));
    QVERIFY(std::holds_alternative<wire::Tail>(std::get<wire::ServerMessage>(taken.items[0])));
    QVERIFY(std::holds_alternative<std::unique_ptr<Picture>>(taken.items[1]));
}

void TestWsFeed::tokenIsPresented()
{
    Script server;
    Reader reader(server.url(), u"secret"_s);
    QTRY_VERIFY(server.socket);
    QCOMPARE(server.socket->request().rawHeader("Authorization"), QByteArray("Bearer secret"));
    QVERIFY(!server.socket->requestUrl().toString().contains(u"secret"_s));
}

void TestWsFeed::tokenStaysHome()
{
    Reader reader(QUrl(u"http://192.0.2.1:8000"_s), u"secret"_s); // an address for documentation: nobody is there
    QTRY_COMPARE(reader.kind(), Kind::Refused);
    QCOMPARE(reader.states.last().refusal, FeedState::Refusal::PlainHttp);
    QVERIFY2(reader.states.last().reason.contains(u"encryption"_s), qPrintable(reader.states.last().reason));
    QVERIFY(!reader.states.last().reason.contains(u"secret"_s));
}

void TestWsFeed::plainHttpByAPersonsWord()
{
    WsFeedOptions options;
    options.server = QUrl(u"http://192.0.2.1:8000"_s);
    options.allowsHttp = true;
    options.connectMs = 50;
    WsFeed feed(options);
    FeedState last;
    connect(&feed, &Feed::stateChanged, &feed, [&](const FeedState &state) { last = state; });
    feed.open();
    QTRY_COMPARE(last.kind, Kind::Lost); // it was tried
}

void TestWsFeed::aFreshTokenOnTheOpenSocket()
{
    Script server;
    Reader reader(server.url(), u"first"_s);
    QTRY_COMPARE(server.subscribed.size(), 1);
    server.send(snapshot(1));
    QTRY_COMPARE(reader.kind(), Kind::Live);
    reader.feed.setToken(u"second"_s);
    QTRY_COMPARE(server.tokens, QStringList{u"second"_s});
    server.send(wire::Authenticated{});
    QCOMPARE(server.connections, 1);
    QCOMPARE(reader.kind(), Kind::Live);
    server.socket->abort();
    QTRY_COMPARE(server.connections, 2);
    QCOMPARE(server.socket->request().rawHeader("Authorization"), QByteArray("Bearer second"));
}

void TestWsFeed::endedAndRevokedTokens_data()
{
    QTest::addColumn<QString>("code");
    QTest::addColumn<int>("refusal");
    QTest::newRow("ended") << u"token_expired"_s << int(FeedState::Refusal::Expired);
    QTest::newRow("taken back") << u"token_revoked"_s << int(FeedState::Refusal::Revoked);
    QTest::newRow("anything else") << u"denied"_s << int(FeedState::Refusal::Access);
}

void TestWsFeed::endedAndRevokedTokens()
{
    QFETCH(QString, code);
    QFETCH(int, refusal);
    Script server;
    Reader reader(server.url(), u"first"_s);
    QTRY_COMPARE(server.subscribed.size(), 1);
    server.send(wire::Error{code, u"No"_s, {}});
    server.socket->close(QWebSocketProtocol::CloseCodePolicyViolated);
    QTRY_COMPARE(reader.kind(), Kind::Refused);
    QCOMPARE(int(reader.states.last().refusal), refusal);
    QTest::qWait(100);
    QCOMPARE(server.connections, 1); // until there is another token
    reader.feed.setToken(u"second"_s);
    reader.feed.retryNow();
    QTRY_COMPARE(server.connections, 2);
    QTRY_VERIFY(reader.kind() != Kind::Refused);
    QCOMPARE(reader.states.last().refusal, FeedState::Refusal::None);
}

void TestWsFeed::untrustedCertificates_data()
{
    QTest::addColumn<bool>("hasOurName");
    QTest::addColumn<int>("toDays");
    QTest::addColumn<QString>("words");
    QTest::newRow("an unknown authority") << true << 60 << u"authority that this computer does not trust"_s;
    QTest::newRow("expired") << true << -1 << u"expired on"_s;
    QTest::newRow("another host") << false << 60 << u"issued for elsewhere.example"_s;
}

void TestWsFeed::untrustedCertificates()
{
    QFETCH(bool, hasOurName);
    QFETCH(int, toDays);
    QFETCH(QString, words);
    test::TestAuthority::Wish wish;
    wish.fromDays = -30;
    wish.toDays = toDays;
    if (!hasOurName) {
        wish.names = {u"elsewhere.example"_s};
        wish.addresses.clear();
    }
    const test::TestAuthority authority;
    const test::TestAuthority::Pair pair = authority.issue(wish);
    QWebSocketServer server(QString(), QWebSocketServer::SecureMode);
    QSslConfiguration tls;
    tls.setLocalCertificateChain(QSslCertificate::fromData(pair.certificate));
    tls.setPrivateKey(QSslKey(pair.key, QSsl::Ec));
    server.setSslConfiguration(tls);
    QVERIFY(server.listen(QHostAddress::LocalHost));
    Reader reader(QUrl(u"https://127.0.0.1:%1"_s.arg(server.serverPort())), u"secret"_s);
    QTRY_COMPARE(reader.kind(), Kind::Refused);
    QCOMPARE(reader.states.last().refusal, FeedState::Refusal::Untrusted);
    QVERIFY2(reader.states.last().reason.contains(words), qPrintable(reader.states.last().reason));
    QVERIFY(!server.hasPendingConnections());
}

void TestWsFeed::backsOffWhenNobodyAnswers()
{
    QTcpServer closed;
    QVERIFY(closed.listen(QHostAddress::LocalHost));
    const QUrl url(u"http://127.0.0.1:%1"_s.arg(closed.serverPort()));
    closed.close();
    Reader reader(url);
    QTRY_VERIFY(reader.states.size() >= 6);
    QCOMPARE(reader.states.first().kind, Kind::Connecting);
    const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
    for (qsizetype i = 1; i < reader.states.size(); ++i) {
        QCOMPARE(reader.states[i].kind, Kind::Lost);
        QVERIFY(reader.states[i].reason.contains(u"No response from"_s));
        QVERIFY(reader.states[i].retryAtMs > 0 && reader.states[i].retryAtMs <= nowMs + 200);
    }
}

void TestWsFeed::closedMeansSilent()
{
    Script server;
    Reader reader(server.url());
    QTRY_COMPARE(server.subscribed.size(), 1);
    server.send(snapshot(1));
    QTRY_COMPARE(reader.kind(), Kind::Live);
    reader.feed.close();
    const qsizetype states = reader.states.size();
    QTRY_COMPARE(server.socket->state(), QAbstractSocket::UnconnectedState);
    QTest::qWait(300);
    QCOMPARE(reader.states.size(), states);
    QCOMPARE(server.connections, 1);
    reader.feed.open();
    QTRY_COMPARE(server.subscribed.size(), 2);
    QVERIFY(!server.subscribed.last().since);
}

void TestWsFeed::latencyIsTold()
{
    Script server;
    Reader reader(server.url());
    QTRY_COMPARE(server.subscribed.size(), 1);
    server.send(snapshot(1));
    QTRY_VERIFY(reader.kind() == Kind::Live && reader.states.last().latencyMs >= 0);
}

void TestWsFeed::addresses()
{
    QCOMPARE(socketUrl(QUrl(u"http://box:8000"_s)), QUrl(u"ws://box:8000/ws?format=cbor&pack=gzip"_s));
    QCOMPARE(socketUrl(QUrl(u"https://box"_s)), QUrl(u"wss://box/ws?format=cbor&pack=gzip"_s));
    QCOMPARE(webhookUrl(QUrl(u"https://box"_s)), QUrl(u"https://box/webhook"_s));
}

QTEST_GUILESS_MAIN(TestWsFeed)
#include "tst_wsfeed.moc"
