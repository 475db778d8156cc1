#include "core/cube/cubeview.h"
#include "core/file/gzip.h"
#include "core/store/events/eventstore.h"
#include "tests/server/testserver.h"

#include <QRandomGenerator>
#include <QTest>
#include <QUuid>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;
using wire::Format;

namespace {

void addFormats()
{
    QTest::addColumn<bool>("cbor");
    QTest::newRow("json") << false;
    QTest::newRow("cbor") << true;
}

Format fetchFormat()
{
    QFETCH(bool, cbor);
    return cbor ? Format::Cbor : Format::Json;
}

} // namespace

// The WebSocket protocol over real sockets.
class LiveTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { server = std::make_unique<TestServer>(); }
    void cleanup()
    {
        QVERIFY(server->stop());
        server.reset();
    }
    void greetsAndShowsThePicture_data() { addFormats(); }
    void greetsAndShowsThePicture();
    void deltasFollowEvents_data() { addFormats(); }
    void deltasFollowEvents();
    void deltasKeepTheirDistance();
    void nothingIsToldWhenNothingChanged();
    void tailShowsEventsAndOwnsUpToGaps();
    void manySendersManyDashboardsOneTruth();
    void usersAreThoseOfTheEvents_data() { addFormats(); }
    void usersAreThoseOfTheEvents();
    void resumesWhereItWas();
    void resumesWithNothingButWhatItMissed();
    void restartMeansAPictureThatIsNotLower();
    void largePicturesArePackedForThoseWhoAsk();
    void unsubscribedHearsNothing();
    void nonsenseIsRefused_data();
    void nonsenseIsRefused();
    void unknownProjectIsAnError();
    void tooManyMessagesAreRefused();
    void tokenInTheHandshake();
    void tokenInAMessage();
    void upgradesOnlyWhatItKnows_data();
    void upgradesOnlyWhatItKnows();

private:
    std::unique_ptr<TestServer> server;
};

void LiveTest::greetsAndShowsThePicture()
{
    QVERIFY(server->start());
    QCOMPARE(server->post("[" + eventJson("a") + "," + eventJson("b") + ",{}]").status, 200);
    LiveClient client(fetchFormat());
    QVERIFY(client.open(server->url));
    const auto hello = client.all<wire::Hello>().first();
    QCOMPARE(hello.version, wire::kVersion);
    QVERIFY(!QUuid::fromString(hello.epoch).isNull());
    QCOMPARE(hello.heartbeatMs, 10'000);
    QCOMPARE(hello.projects, (QList<wire::Project>{{u"default"_s, u"Default"_s}}));
    QCOMPARE(hello.store, u"sqlite"_s);
    client.subscribe();
    QVERIFY(client.waitForPicture());
    const auto snapshot = client.all<wire::Snapshot>().first();
    QCOMPARE(snapshot.epoch, hello.epoch);
    QCOMPARE(snapshot.totals, (wire::Totals{2, 1}));
    QCOMPARE(snapshot.cube.dimensions, (QStringList{u"eventType"_s, u"page"_s, u"browser"_s}));
    QCOMPARE(snapshot.cube.tiers.size(), 4);
    QCOMPARE(client.cube.totalEvents(), 2);
    QCOMPARE(client.broken, QString());
}

void LiveTest::deltasFollowEvents()
{
    QVERIFY(server->start());
    LiveClient client(fetchFormat());
    QVERIFY(client.open(server->url));
    client.subscribe();
    QVERIFY(client.waitForPicture());
    for (int i = 0; i < 3; ++i)
        QCOMPARE(server->post("[" + eventJson("t" + QByteArray::number(i)) + "," + eventJson() + ",{}]").status, 200);
    QVERIFY(client.waitForEvents(6));
    QVERIFY(spinUntil([&] { return client.totals.invalid == 3; }));
    QCOMPARE(client.count<wire::Snapshot>(), 1);
    QVERIFY(client.count<wire::Delta>() >= 1);
    QCOMPARE(client.cube.totalEvents(), 6);
    QCOMPARE(client.cube.series().size(), 4);
    const qsizetype deltas = client.count<wire::Delta>();
    QCOMPARE(server->post("{}").status, 400); // a refused event alone is a change too
    QVERIFY(spinUntil([&] { return client.count<wire::Delta>() > deltas; }));
    QCOMPARE(client.totals, (wire::Totals{6, 4}));
    QCOMPARE(client.broken, QString());
}

void LiveTest::deltasKeepTheirDistance()
{
    LiveHubLimits limits;
    limits.flushMs = 60'000; // far longer than this test
    QVERIFY(server->startCore(limits));
    LiveClient client;
    QVERIFY(client.open(server->url));
    client.subscribe();
    QVERIFY(client.waitForPicture()); // the first goes out at once
    for (int i = 0; i < 5; ++i)
        QCOMPARE(server->post(eventJson()).status, 200);
    QCOMPARE(client.count<wire::Delta>(), 0);
    QVERIFY(server->stop()); // and the last is not lost
    QVERIFY(client.waitForClose());
    QCOMPARE(client.count<wire::Delta>(), 1);
    QCOMPARE(client.totals.events, 5);
    QCOMPARE(client.socket.closeCode(), QWebSocketProtocol::CloseCodeGoingAway);
}

void LiveTest::nothingIsToldWhenNothingChanged()
{
    LiveHubLimits limits;
    limits.heartbeatMs = 150;
    limits.flushMs = 5;
    QVERIFY(server->startCore(limits));
    LiveClient client;
    QVERIFY(client.open(server->url));
    client.subscribe();
    QVERIFY(client.waitForPicture());
    QVERIFY(spinUntil([&] { return client.count<wire::Heartbeat>() >= 3; }));
    QCOMPARE(client.count<wire::Delta>(), 0);
    QCOMPARE(client.all<wire::Heartbeat>().last().seq, client.seq);
    QVERIFY(qAbs(client.all<wire::Heartbeat>().last().serverTimeMs - server->clock.nowMs()) < 60'000);
}

void LiveTest::tailShowsEventsAndOwnsUpToGaps()
{
    LiveHubLimits limits;
    limits.tailEvents = 3;
    QVERIFY(server->startCore(limits));
    LiveClient watcher;
    QVERIFY(watcher.open(server->url));
    watcher.subscribe(true);
    LiveClient other;
    QVERIFY(other.open(server->url));
    other.subscribe(false);
    QVERIFY(spinUntil([&] { return watcher.count<wire::Snapshot>() == 1 && other.count<wire::Snapshot>() == 1; }));
    QByteArray body = "[{}";
    for (int i = 0; i < 10; ++i)
        body += "," + eventJson("a", QByteArray::number(i));
    const HttpAnswer answer = server->post(body + "]");
    QCOMPARE(answer.status, 200);
    QVERIFY(spinUntil([&] { return watcher.count<wire::Tail>() > 0 && other.totals.events == 10; }));
    const auto tail = watcher.all<wire::Tail>().first();
    QCOMPARE(tail.project, u"default"_s);
    QCOMPARE(tail.skipped, 7);
    QCOMPARE(tail.events.size(), 3);
    QCOMPARE(tail.events.last().userId, u"9"_s);
    QCOMPARE(tail.events.last().eventId, answer.data().value(u"results"_s)[10][u"eventId"_s].toString());
    QVERIFY(tail.events.last().metadata.contains("chrome"));
    QCOMPARE(other.count<wire::Tail>(), 0);
}

void LiveTest::manySendersManyDashboardsOneTruth()
{
    QVERIFY(server->start());
    LiveClient early(Format::Cbor);
    QVERIFY(early.open(server->url));
    early.subscribe();
    QVERIFY(early.waitForPicture());

    QRandomGenerator random(7);
    constexpr int kSenders = 8;
    constexpr int kRounds = 25;
    std::vector<std::unique_ptr<QNetworkAccessManager>> senders;
    qint64 valid = 0;
    qint64 invalid = 0;
    int waiting = 0;
    LiveClient middle;
    QVERIFY(middle.open(server->url));
    for (int i = 0; i < kSenders; ++i)
        senders.push_back(std::make_unique<QNetworkAccessManager>());
    for (int round = 0; round < kRounds; ++round) {
        for (auto &sender : senders) {
            QByteArray body = "[" + eventJson("t" + QByteArray::number(random.bounded(6)));
            ++valid;
            for (int more = random.bounded(30); more > 0; --more) {
                const bool good = random.bounded(5) != 0;
                ++(good ? valid : invalid);
                body += "," + (good ? eventJson("t" + QByteArray::number(random.bounded(6))) : QByteArray("{}"));
            }
            QNetworkRequest request(QUrl(server->url.toString() + u"/webhook"_s));
            request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
            request.setRawHeader("X-API-Key", server->key);
            request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
            ++waiting;
            QNetworkReply *reply = sender->post(request, body + "]");
            connect(reply, &QNetworkReply::finished, reply, [reply, &waiting] {
                QCOMPARE(reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), 200);
                --waiting;
                reply->deleteLater();
            });
        }
        if (round == kRounds / 2)
            middle.subscribe();
        QVERIFY(spinUntil([&] { return waiting < kSenders; }));
    }
    QVERIFY(spinUntil([&] { return waiting == 0; }));
    QVERIFY(early.waitForEvents(valid));
    QVERIFY(middle.waitForEvents(valid));
    LiveClient late;
    QVERIFY(late.open(server->url));
    late.subscribe();
    QVERIFY(late.waitForPicture());
    for (const LiveClient *client : {&early, &middle, &late}) {
        QCOMPARE(client->broken, QString());
        QCOMPARE(client->totals, (wire::Totals{valid, invalid}));
        QCOMPARE(countsOf(client->cube), countsOf(late.cube));
        QCOMPARE(client->seq, late.seq);
    }
    QCOMPARE(early.count<wire::Snapshot>(), 1);
    const QJsonObject stats = server->get(u"/events/stats"_s).data();
    QCOMPARE(stats.value(u"totalEvents"_s).toInteger(), valid);
    QCOMPARE(stats.value(u"invalidEvents"_s).toInteger(), invalid);
}

void LiveTest::usersAreThoseOfTheEvents()
{
    QVERIFY(server->start());
    LiveClient early(fetchFormat());
    QVERIFY(early.open(server->url));
    early.subscribe();
    QVERIFY(early.waitForPicture());
    QRandomGenerator random(12);
    QSet<int> users;
    const auto post = [&](int events, int among) {
        QByteArray body = "[{}";
        for (int i = 0; i < events; ++i) {
            const int user = random.bounded(among);
            users.insert(user);
            body += "," + eventJson("t" + QByteArray::number(i % 3), QByteArray::number(user));
        }
        QCOMPARE(server->post(body + "]").status, 200);
    };
    const auto countOf = [](const LiveClient &client) {
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        return client.users.in({now - 3'600'000, now + 60'000}, now);
    };
    qint64 sent = 0;
    for (int round = 0; round < 12; ++round) {
        post(40, 600);
        sent += 40;
    }
    QVERIFY(early.waitForEvents(sent));
    QCOMPARE(countOf(early)->count, users.size());
    QVERIFY(countOf(early)->isExact);
    QCOMPARE(early.count<wire::Snapshot>(), 1);

    // One that comes now, and one that was away, see the same.
    LiveClient late(fetchFormat());
    QVERIFY(late.open(server->url));
    late.subscribe();
    QVERIFY(late.waitForPicture());
    QCOMPARE(countOf(late), countOf(early));
    early.socket.close();
    QVERIFY(early.waitForClose());
    post(100, 5'000);
    QVERIFY(late.waitForEvents(sent += 100));
    early.messages.clear();
    QVERIFY(early.open(server->url));
    early.subscribe(false, wire::Since{early.epoch, early.seq});
    QVERIFY(early.waitForEvents(sent));
    QCOMPARE(early.count<wire::Snapshot>(), 0);
    QCOMPARE(countOf(early)->count, users.size());
    QCOMPARE(countOf(late)->count, users.size());
    QCOMPARE(early.broken + late.broken, QString());

    // After a restart too, by hour and by second.
    QVERIFY(server->stop());
    QVERIFY(server->start());
    LiveClient after(fetchFormat());
    QVERIFY(after.open(server->url));
    after.subscribe();
    QVERIFY(after.waitForPicture());
    QVERIFY(spinUntil([&] { return after.users.knownFromMs(0) < QDateTime::currentMSecsSinceEpoch() - 300'000; }));
    QCOMPARE(countOf(after)->count, users.size());
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const UserCount bySecond = after.users.in({now / 1'000 * 1'000 - 299'000, now + 1'000}, now).value();
    QCOMPARE(bySecond.count, users.size());
    QVERIFY(!bySecond.isRounded);
    // Beyond a thousand it is an estimate that says so.
    for (int round = 0; round < 5; ++round)
        post(400, 1'000'000);
    QVERIFY(after.waitForEvents(sent + 5 * 400));
    QVERIFY(!countOf(after)->isExact);
    QVERIFY(std::abs(double(countOf(after)->count) / double(users.size()) - 1) < 4 * countOf(after)->relativeError);
    QCOMPARE(after.broken, QString());
}

void LiveTest::resumesWhereItWas()
{
    QVERIFY(server->start());
    LiveClient client;
    QVERIFY(client.open(server->url));
    client.subscribe();
    QVERIFY(client.waitForPicture());
    QCOMPARE(server->post(eventJson("a")).status, 200);
    QVERIFY(client.waitForEvents(1));

    client.socket.close();
    QVERIFY(client.waitForClose());
    const auto missedMeanwhile = [&] { return server->post("[" + eventJson("b") + "," + eventJson("a") + "]").status; };
    QCOMPARE(missedMeanwhile(), 200);
    LiveClient watcher; // shows when the server has made its step
    QVERIFY(watcher.open(server->url));
    watcher.subscribe();
    QVERIFY(watcher.waitForEvents(3));

    client.messages.clear();
    QVERIFY(client.open(server->url));
    client.subscribe(false, wire::Since{client.epoch, client.seq});
    QVERIFY(client.waitForEvents(3));
    QCOMPARE(client.count<wire::Snapshot>(), 0);
    QCOMPARE(countsOf(client.cube), countsOf(watcher.cube));
    QCOMPARE(client.broken, QString());

    // Another epoch, or a number from the future: no guess, a snapshot.
    for (const wire::Since &since :
         {wire::Since{u"another"_s, client.seq}, wire::Since{client.epoch, client.seq + 99}}) {
        LiveClient foreign;
        QVERIFY(foreign.open(server->url));
        foreign.subscribe(false, since);
        QVERIFY(foreign.waitForPicture());
        QCOMPARE(countsOf(foreign.cube), countsOf(watcher.cube));
    }
}

void LiveTest::resumesWithNothingButWhatItMissed()
{
    LiveHubLimits limits;
    limits.flushMs = 1; // a step per event
    QVERIFY(server->startCore(limits));
    LiveClient watcher;
    QVERIFY(watcher.open(server->url));
    watcher.subscribe();
    QVERIFY(watcher.waitForPicture());
    LiveClient client;
    QVERIFY(client.open(server->url));
    client.subscribe();
    QVERIFY(client.waitForPicture());
    qint64 events = 0;
    const auto postSome = [&](int count) {
        for (int i = 0; i < count; ++i) {
            if (server->post(eventJson("t" + QByteArray::number(i))).status != 200 || !watcher.waitForEvents(++events))
                return false;
        }
        return true;
    };
    for (int round = 0; round < 3; ++round) {
        QVERIFY(postSome(2));
        QVERIFY(client.waitForEvents(events));
        client.socket.close();
        QVERIFY(client.waitForClose());
        const wire::Totals before = client.totals;
        const qint64 seen = client.seq;
        QVERIFY(postSome(4));
        client.messages.clear();
        QVERIFY(client.open(server->url));
        client.subscribe(false, wire::Since{client.epoch, seen});
        QVERIFY(client.waitForEvents(events));
        QCOMPARE(client.count<wire::Snapshot>(), 0);
        const auto deltas = client.all<wire::Delta>();
        QCOMPARE(deltas.size(), watcher.seq - seen); // each of them once, in order
        qint64 previous = before.events;
        for (qsizetype i = 0; i < deltas.size(); ++i) {
            QCOMPARE(deltas[i].seq, seen + 1 + i);
            QVERIFY(deltas[i].totals.events >= previous);
            previous = deltas[i].totals.events;
        }
        QCOMPARE(countsOf(client.cube), countsOf(watcher.cube));
        QCOMPARE(client.broken, QString());
    }
}

void LiveTest::restartMeansAPictureThatIsNotLower()
{
    QVERIFY(server->start());
    LiveClient client;
    QVERIFY(client.open(server->url));
    client.subscribe();
    QVERIFY(client.waitForPicture());
    QCOMPARE(server->post("[" + eventJson("a") + "," + eventJson("b") + ",{}]").status, 200);
    QVERIFY(client.waitForEvents(2));
    const QString epoch = client.epoch;
    const wire::Totals before = client.totals;
    const auto lasting = [&client] {
        auto counts = countsOf(client.cube);
        counts.removeIf([](const auto &entry) { return entry.key().startsWith(u"1000 "_s); });
        return counts; // without the seconds, which no database keeps
    };
    const auto counts = lasting();
    QVERIFY(server->stop());
    QVERIFY(client.waitForClose());
    QVERIFY(server->start());
    client.messages.clear();
    QVERIFY(client.open(server->url));
    client.subscribe(false, wire::Since{epoch, client.seq});
    QVERIFY(client.waitForPicture());
    QCOMPARE(client.count<wire::Snapshot>(), 1);
    QCOMPARE(client.count<wire::Delta>(), 0);
    QVERIFY(client.epoch != epoch);
    QCOMPARE(client.totals, before);
    QCOMPARE(lasting(), counts);
}

void LiveTest::largePicturesArePackedForThoseWhoAsk()
{
    QVERIFY(server->start());
    QByteArray body = "[{}";
    for (int i = 0; i < 500; ++i)
        body += "," + eventJson("an event type with quite a long name, number " + QByteArray::number(i));
    QCOMPARE(server->post(body + "]").status, 200);
    LiveClient plain(Format::Cbor);
    QVERIFY(plain.open(server->url));
    plain.subscribe();
    QVERIFY(plain.waitForPicture());
    QWebSocket socket;
    QList<QByteArray> got;
    connect(&socket, &QWebSocket::binaryMessageReceived, &socket, [&](const QByteArray &bytes) { got.append(bytes); });
    QUrl url = server->url;
    url.setScheme(u"ws"_s);
    url.setPath(u"/ws"_s);
    url.setQuery(u"format=cbor&pack=gzip"_s);
    socket.open(url);
    QVERIFY(spinUntil([&] { return got.size() == 1; }));
    QVERIFY(!isGzip(got.first())); // too small to be worth it
    socket.sendBinaryMessage(encode(wire::ClientMessage(wire::Subscribe{u"default"_s, {}, false}), Format::Cbor));
    QVERIFY(spinUntil([&] { return got.size() == 2; }));
    QVERIFY(isGzip(got.last()));
    const auto bytes = gunzip(got.last(), 1'000'000);
    QVERIFY(bytes.ok());
    QVERIFY(got.last().size() < bytes.value().size() / 2);
    const auto message = wire::decodeServer(bytes.value(), Format::Cbor);
    QVERIFY(message.ok());
    LiveCube cube;
    QVERIFY(cube.apply(std::get<wire::Snapshot>(message.value()).cube).ok());
    QCOMPARE(countsOf(cube), countsOf(plain.cube));
}

void LiveTest::unsubscribedHearsNothing()
{
    QVERIFY(server->start());
    LiveClient client;
    QVERIFY(client.open(server->url));
    client.subscribe(true);
    QVERIFY(client.waitForPicture());
    client.send(wire::Unsubscribe{u"default"_s});
    client.send(wire::Unsubscribe{u"no such project"_s}); // its answer says that the first has been read
    QVERIFY(spinUntil([&] { return client.count<wire::Error>() == 1; }));
    LiveClient other;
    QVERIFY(other.open(server->url));
    other.subscribe();
    QVERIFY(other.waitForPicture());
    QCOMPARE(server->post(eventJson()).status, 200);
    QVERIFY(other.waitForEvents(1));
    QCOMPARE(client.count<wire::Delta>() + client.count<wire::Tail>(), 0);
}

void LiveTest::nonsenseIsRefused_data()
{
    QTest::addColumn<bool>("cbor");
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<bool>("asText");
    QTest::addColumn<int>("closeCode");
    const int policy = QWebSocketProtocol::CloseCodePolicyViolated;
    QTest::newRow("no json") << false << QByteArray("hello") << true << policy;
    QTest::newRow("unknown type") << false << QByteArray(R"({"type":"dance"})") << true << policy;
    QTest::newRow("missing key") << false << QByteArray(R"({"type":"subscribe"})") << true << policy;
    QTest::newRow("array") << false << QByteArray("[]") << true << policy;
    QTest::newRow("binary to json") << false << QByteArray(R"({"type":"unsubscribe","project":"default"})") << false
                                    << policy;
    QTest::newRow("no cbor") << true << QByteArray("\xff\xff") << false << policy;
    QTest::newRow("text to cbor") << true << QByteArray(R"({"type":"unsubscribe","project":"default"})") << true
                                  << policy;
    QTest::newRow("too large") << false << QByteArray(64 * 1024 + 1, 'x') << true
                               << int(QWebSocketProtocol::CloseCodeTooMuchData);
    QTest::newRow("far too large") << false << QByteArray(1024 * 1024, 'x') << true
                                   << int(QWebSocketProtocol::CloseCodeTooMuchData);
}

void LiveTest::nonsenseIsRefused()
{
    QFETCH(QByteArray, message);
    QFETCH(bool, asText);
    QFETCH(int, closeCode);
    QVERIFY(server->start());
    LiveClient client(fetchFormat());
    QVERIFY(client.open(server->url));
    if (asText)
        client.socket.sendTextMessage(QString::fromLatin1(message));
    else
        client.socket.sendBinaryMessage(message);
    QVERIFY(client.waitForClose());
    QCOMPARE(int(client.socket.closeCode()), closeCode);
    if (message.size() < 1024 * 1024) // beyond its own limit Qt closes without a word of ours
        QCOMPARE(client.count<wire::Error>(), 1);
    QCOMPARE(server->get(u"/health"_s).status, 200);
}

void LiveTest::unknownProjectIsAnError()
{
    QVERIFY(server->start());
    LiveClient client;
    QVERIFY(client.open(server->url));
    client.send(wire::Subscribe{u"secret"_s, {}, false});
    QVERIFY(spinUntil([&] { return client.count<wire::Error>() == 1; }));
    QCOMPARE(client.all<wire::Error>().first().ref, u"secret"_s);
    client.subscribe(); // the connection is still good
    QVERIFY(client.waitForPicture());
}

void LiveTest::tooManyMessagesAreRefused()
{
    QVERIFY(server->start());
    LiveClient client;
    QVERIFY(client.open(server->url));
    for (int i = 0; i < 500; ++i)
        client.send(wire::Unsubscribe{u"default"_s});
    QVERIFY(client.waitForClose());
    QCOMPARE(client.socket.closeCode(), QWebSocketProtocol::CloseCodePolicyViolated);
}

void LiveTest::tokenInTheHandshake()
{
    server->settings.viewerToken = u"the token"_s;
    QVERIFY(server->start());
    LiveClient wrong;
    QVERIFY(!wrong.open(server->url, {{"Authorization", "Bearer no"}}));
    LiveClient right;
    QVERIFY(right.open(server->url, {{"Authorization", "Bearer the token"}}));
    right.subscribe();
    QVERIFY(right.waitForPicture());
}

void LiveTest::tokenInAMessage()
{
    server->settings.viewerToken = u"the token"_s;
    QVERIFY(server->start());
    LiveClient client;
    QVERIFY(client.open(server->url, {}, false));
    client.send(wire::Authenticate{u"the token"_s});
    QVERIFY(spinUntil([&] { return client.count<wire::Hello>() == 1; }));
    client.send(wire::Authenticate{u"the token"_s}); // a fresh one on an open socket
    client.subscribe();
    QVERIFY(client.waitForPicture());

    LiveClient wrong;
    QVERIFY(wrong.open(server->url, {}, false));
    wrong.send(wire::Authenticate{u"no"_s});
    QVERIFY(wrong.waitForClose());
    QCOMPARE(wrong.socket.closeCode(), QWebSocketProtocol::CloseCodePolicyViolated);
    LiveClient hasty;
    QVERIFY(hasty.open(server->url, {}, false));
    hasty.subscribe();
    QVERIFY(hasty.waitForClose());
    QCOMPARE(hasty.socket.closeCode(), QWebSocketProtocol::CloseCodePolicyViolated);
    QCOMPARE(hasty.count<wire::Hello>() + hasty.count<wire::Snapshot>() + wrong.count<wire::Hello>(), 0);
}

void LiveTest::upgradesOnlyWhatItKnows_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<int>("status");
    const auto row = [](const char *target, int status) { QTest::newRow(target) << QByteArray(target) << status; };
    row("/ws", 101);
    row("/ws?format=json", 101);
    row("/ws?format=cbor", 101);
    row("/ws?format=xml", 400);
    row("/ws?format=", 400);
    row("/ws?format=cbor&pack=gzip", 101);
    row("/ws?format=cbor&pack=rar", 400);
    row("/ws?token=secret", 400);
    row("/ws?format=cbor&access_token=secret", 400);
    row("/events", 404);
}

void LiveTest::upgradesOnlyWhatItKnows()
{
    QFETCH(QByteArray, target);
    QFETCH(int, status);
    QVERIFY(server->start());
    RawClient client(quint16(server->url.port()));
    client.send("GET " + target +
                " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    QVERIFY(spinUntil([&] { return client.received.contains("\r\n\r\n"); }));
    QCOMPARE(client.received.mid(9, 3).toInt(), status);
}

QTEST_GUILESS_MAIN(LiveTest)
#include "tst_live.moc"
