#include "core/cube/liveusers.h"
#include "core/wire/wire.h"

#include <QCborMap>
#include <QCborValue>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTest>

using namespace entvas;
using namespace entvas::wire;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNow = 1'780'000'030'123;

Snapshot someSnapshot(int events)
{
    QRandomGenerator random(5);
    LiveCube cube({u"eventType"_s, u"page"_s});
    for (int i = 0; i < events; ++i) {
        const Cell cell{kNow / 1000 - qint64(random.bounded(500'000)),
                        cube.intern({u"type \"%1\"\n"_s.arg(random.bounded(5)), u"pâge-%1"_s.arg(random.bounded(9))}),
                        1 + random.bounded(9u)};
        cube.add({&cell, 1});
    }
    return {u"default"_s, u"epoch-1"_s, 42, kNow, {cube.totalEvents(), 7}, cube.snapshot()};
}

UsersSnapshot someUsers()
{
    LiveUsers users;
    for (int i = 0; i < 3'000; ++i)
        users.add(kNow / 1000 - i * 40, userHash(QString::number(i % 1'700)));
    users.setSinceMs(kNow - 86'400'000);
    users.trim(kNow);
    return users.snapshot();
}

QByteArray hashes(std::initializer_list<UserHash> users)
{
    QByteArray bytes;
    for (const UserHash user : users) {
        uchar five[kUserHashBytes];
        putUserHash(five, user);
        bytes.append(reinterpret_cast<const char *>(five), kUserHashBytes);
    }
    return bytes;
}

QList<ServerMessage> serverMessages()
{
    Hello hello;
    hello.epoch = u"e"_s;
    hello.serverTimeMs = kNow;
    hello.projects = {{u"default"_s, u"Default 𝄞"_s}};
    hello.store = u"sqlite"_s;
    hello.serverVersion = u"0.1.0"_s;
    const Delta delta{u"default"_s, 43, {1ll << 52, 8}, {{u"new"_s, QString()}}, {{kNow / 1000, 3, 4'294'967'295u}}};
    Snapshot counted = someSnapshot(20);
    counted.users = someUsers();
    Snapshot old = someSnapshot(1);
    old.users = UsersSnapshot{0, 86'400'000, hashes({}).prepend('\0'), {}};
    Delta fresh = delta;
    fresh.users = {{kNow / 1000, hashes({1, 0xff, 0xffffffffff})}, {kNow / 1000 + 1, hashes({})}};
    Snapshot refused = someSnapshot(1);
    refused.rejections = QList<RejectedCount>{{0, 1}, {kNow / 60'000 * 60'000, 7}};
    Delta refusedSince = delta;
    refusedSince.rejections = {{kNow / 60'000 * 60'000, 1ll << 52}};
    const Tail tail{
        u"default"_s,
        {{u"id-1"_s, u"page_view"_s, u"42"_s, kNow, kNow + 1, R"({"n":[1,2.5,{"deep":null}],"page":"home"})"},
         {u"id-2"_s, u"log"_s, u"<b>"_s, kNow, kNow, {}}},
        12};
    return {hello,
            someSnapshot(300),
            Snapshot{u"p"_s, u"e"_s, 0, kNow, {}, LiveCube().snapshot()},
            delta,
            tail,
            Heartbeat{44, kNow},
            Heartbeat{45, kNow, u"p"_s},
            Error{u"bad_message"_s, u"No \"such\" type.\u0007"_s, u"ref"_s},
            counted,
            fresh,
            old,
            refused,
            refusedSince,
            Authenticated{kNow},
            Authenticated{}};
}

QList<ClientMessage> clientMessages()
{
    return {Subscribe{u"default"_s, Since{u"e"_s, 9}, true}, Subscribe{u"default"_s, std::nullopt, false},
            Unsubscribe{u"default"_s}, Authenticate{u"secret"_s}};
}

// What both formats carry, comparable.
QJsonObject content(const QByteArray &bytes, Format format)
{
    return format == Format::Json ? QJsonDocument::fromJson(bytes).object()
                                  : QCborValue::fromCbor(bytes).toMap().toJsonObject();
}

} // namespace

class WireTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void roundTrip_data();
    void roundTrip();
    void digitsStayAsSent_data() { roundTrip_data(); }
    void digitsStayAsSent();
    void clientRoundTrip_data() { roundTrip_data(); }
    void clientRoundTrip();
    void bothFormatsSayTheSame();
    void keysAreTheContracts();
    void wrongMessagesAreRefused_data();
    void wrongMessagesAreRefused();
    void wrongClientMessagesAreRefused_data();
    void wrongClientMessagesAreRefused();
    void extraKeysAreIgnored();
    void announcedLengthsAllocateNothing_data();
    void announcedLengthsAllocateNothing();
    void mutatedBytesNeverCrash_data() { roundTrip_data(); }
    void mutatedBytesNeverCrash();
};

void WireTest::roundTrip_data()
{
    QTest::addColumn<Format>("format");
    QTest::newRow("json") << Format::Json;
    QTest::newRow("cbor") << Format::Cbor;
}

void WireTest::roundTrip()
{
    QFETCH(Format, format);
    for (const ServerMessage &message : serverMessages()) {
        const QByteArray bytes = encode(message, format);
        const Result<ServerMessage> again = decodeServer(bytes, format);
        QVERIFY2(again, again ? "" : qPrintable(again.failure().text));
        QCOMPARE(again->index(), message.index());
        QCOMPARE(encode(*again, format), bytes); // every field came back, or the bytes would differ
    }
    const auto tail = std::get<Tail>(*decodeServer(encode(serverMessages()[4], format), format));
    QCOMPARE(tail.events[0].receivedAtMs, kNow + 1);
    QCOMPARE(QJsonDocument::fromJson(tail.events[0].metadata).object().value(u"page"_s).toString(), u"home"_s);
    QCOMPARE(tail.events[1].metadata, QByteArray());
    LiveCube cube;
    QVERIFY(cube.apply(std::get<Snapshot>(*decodeServer(encode(serverMessages()[1], format), format)).cube));
    QCOMPARE(cube.totalEvents(), someSnapshot(300).totals.events);
    LiveUsers users;
    LiveUsers same;
    const auto counted = std::get<Snapshot>(*decodeServer(encode(serverMessages()[8], format), format));
    QVERIFY(users.apply(counted.users.value()));
    QVERIFY(same.apply(someUsers()));
    QCOMPARE(users, same);
    const auto fresh = std::get<Delta>(*decodeServer(encode(serverMessages()[9], format), format)).users;
    QCOMPARE(fresh.size(), 2);
    QCOMPARE(fresh[0].epochSecond, kNow / 1000);
    QCOMPARE(fresh[0].hashes, hashes({1, 0xff, 0xffffffffff}));
}

// The map of CBOR holds numbers as doubles: what they can't hold goes beside it, and only then.
void WireTest::digitsStayAsSent()
{
    QFETCH(Format, format);
    const QByteArrayList kept{R"({"big":12345678901234567890,"price":1.50})",
                              R"({"z":0.1000,"a":[1e21,{"deep":-0}],"t":"1.50 \" 1e5"})",
                              R"({"long":)" + QByteArray(300, '7') + '}', R"({"exact":9007199254740993})"};
    const QByteArrayList plain{R"({"n":-12,"x":19.9,"y":0.001})", R"({"t":"1.50"})"};
    for (const QByteArray &metadata : kept + plain) {
        const Tail tail{u"default"_s, {{u"id"_s, u"log"_s, u"42"_s, kNow, kNow, metadata}}, 0};
        const QByteArray bytes = encode(tail, format);
        const Result<ServerMessage> read = decodeServer(bytes, format);
        QVERIFY2(read, read ? "" : qPrintable(read.failure().text));
        QCOMPARE(std::get<Tail>(*read).events.first().metadata, metadata);
        const QJsonObject event = content(bytes, format).value("events"_L1)[0].toObject();
        QCOMPARE(event.contains("metadataText"_L1), format == Format::Cbor && kept.contains(metadata));
        QVERIFY(event.value("metadata"_L1).isObject());
    }
    const QByteArray broken =
        encode(Tail{u"default"_s, {{u"id"_s, u"log"_s, u"42"_s, kNow, kNow, R"({"a":1.50})"}}, 0}, Format::Cbor);
    for (const char *text : {R"({"a":1.5,})", R"([1,2,3.50])", R"({"a":01.5})"})
        QVERIFY(!decodeServer(QByteArray(broken).replace(R"({"a":1.50})", text), Format::Cbor));
}

void WireTest::clientRoundTrip()
{
    QFETCH(Format, format);
    for (const ClientMessage &message : clientMessages()) {
        const QByteArray bytes = encode(message, format);
        const Result<ClientMessage> again = decodeClient(bytes, format);
        QVERIFY2(again, again ? "" : qPrintable(again.failure().text));
        QCOMPARE(encode(*again, format), bytes);
    }
}

void WireTest::bothFormatsSayTheSame()
{
    for (const ServerMessage &message : serverMessages())
        QCOMPARE(content(encode(message, Format::Json), Format::Json),
                 content(encode(message, Format::Cbor), Format::Cbor));
    for (const ClientMessage &message : clientMessages())
        QCOMPARE(content(encode(message, Format::Json), Format::Json),
                 content(encode(message, Format::Cbor), Format::Cbor));
}

void WireTest::keysAreTheContracts()
{
    const auto keys = [](const ServerMessage &message) {
        return QJsonDocument::fromJson(encode(message, Format::Json)).object().keys();
    };
    const auto all = serverMessages();
    QCOMPARE(keys(all[1]), (QStringList{u"dimensions"_s, u"epoch"_s, u"project"_s, u"seq"_s, u"series"_s,
                                        u"serverTime"_s, u"tiers"_s, u"totals"_s, u"type"_s}));
    QCOMPARE(keys(all[3]), (QStringList{u"cells"_s, u"newSeries"_s, u"project"_s, u"seq"_s, u"totals"_s, u"type"_s}));
    QCOMPARE(keys(all[4]), (QStringList{u"events"_s, u"project"_s, u"skipped"_s, u"type"_s}));
    QCOMPARE(keys(all[9]),
             (QStringList{u"cells"_s, u"newSeries"_s, u"project"_s, u"seq"_s, u"totals"_s, u"type"_s, u"users"_s}));
    const QJsonObject users = QJsonDocument::fromJson(encode(all[8], Format::Json)).object()[u"users"_s].toObject();
    QCOMPARE(users.keys(), (QStringList{u"sinceMs"_s, u"tiers"_s}));
    QCOMPARE(users[u"tiers"_s][0].toObject().keys(),
             (QStringList{u"bucket"_s, u"fromMs"_s, u"knownMs"_s, u"sketch"_s, u"stepMs"_s}));
    const QJsonObject event = QJsonDocument::fromJson(encode(all[4], Format::Json)).object()[u"events"_s][0].toObject();
    QVERIFY(event.value(u"timestamp"_s).toString().endsWith(u'Z'));
    QVERIFY(event.value(u"receivedAt"_s).toString().endsWith(u'Z'));
    QCOMPARE(encode(Heartbeat{7, 9}, Format::Json), R"({"type":"heartbeat","seq":7,"serverTime":9})");
    QCOMPARE(encode(Heartbeat{7, 9, u"p"_s}, Format::Json),
             R"({"type":"heartbeat","project":"p","seq":7,"serverTime":9})");
    QCOMPARE(encode(Authenticated{kNow}, Format::Json),
             R"({"type":"authenticated","expiresAt":)" + QByteArray::number(kNow) + '}');
    QCOMPARE(encode(Subscribe{u"default"_s, std::nullopt, true}, Format::Json),
             R"({"type":"subscribe","project":"default","tail":true})");
}

void WireTest::wrongMessagesAreRefused_data()
{
    QTest::addColumn<QByteArray>("json");
    const auto row = [](const char *json) { QTest::addRow("%s", json) << QByteArray(json); };
    row("");
    row("null");
    row("[]");
    row("{}");
    row("{\"type\":7}");
    row("{\"type\":\"nonsense\"}");
    row("{\"type\":\"heartbeat\"}");
    row("{\"type\":\"heartbeat\",\"seq\":-1,\"serverTime\":0}");
    row("{\"type\":\"heartbeat\",\"seq\":1.5,\"serverTime\":0}");
    row("{\"type\":\"heartbeat\",\"seq\":1e300,\"serverTime\":0}");
    row("{\"type\":\"heartbeat\",\"seq\":\"1\",\"serverTime\":0}");
    row("{\"type\":\"delta\",\"project\":\"p\",\"seq\":1,\"totals\":{\"events\":1},\"newSeries\":[],\"cells\":[]}");
    row("{\"type\":\"delta\",\"project\":\"p\",\"seq\":1,\"totals\":{\"events\":1,\"invalid\":0},\"newSeries\":[],"
        "\"cells\":[[1,2]]}");
    row("{\"type\":\"delta\",\"project\":\"p\",\"seq\":1,\"totals\":{\"events\":1,\"invalid\":0},\"newSeries\":[],"
        "\"cells\":[[1,4096,1]]}");
    row("{\"type\":\"delta\",\"project\":\"p\",\"seq\":1,\"totals\":{\"events\":1,\"invalid\":0},\"newSeries\":[],"
        "\"cells\":[[1,0,4294967296]]}");
    row("{\"type\":\"delta\",\"project\":\"p\",\"seq\":1,\"totals\":{\"events\":1,\"invalid\":0},\"newSeries\":[7],"
        "\"cells\":[]}");
    const QByteArray head =
        "{\"type\":\"snapshot\",\"project\":\"p\",\"epoch\":\"e\",\"seq\":1,\"serverTime\":1,"
        "\"totals\":{\"events\":0,\"invalid\":0},\"dimensions\":[\"eventType\"],\"series\":[[\"a\"]]";
    row(head + "}");
    row(head + ",\"tiers\":7}");
    row(head + ",\"tiers\":[{\"stepMs\":1000}]}");
    row(head + ",\"tiers\":[{\"stepMs\":1000,\"fromMs\":0,\"bucket\":[0,1],\"series\":[0],\"count\":[1]}]}");
    row(head + ",\"tiers\":[{\"stepMs\":1000,\"fromMs\":0,\"bucket\":[0],\"series\":[1],\"count\":[1]}]}");
    row(head + ",\"tiers\":[{\"stepMs\":1000,\"fromMs\":0,\"bucket\":[-1],\"series\":[0],\"count\":[1]}]}");
    row(head + ",\"tiers\":[{\"stepMs\":1000,\"fromMs\":0,\"bucket\":[0],\"series\":[65536],\"count\":[1]}]}");
    row(head + ",\"tiers\":[{\"stepMs\":0,\"fromMs\":0,\"bucket\":[],\"series\":[],\"count\":[]}]}");
    row(head + ",\"tiers\":[7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7]}");
    const QByteArray whole = head + ",\"tiers\":[],\"users\":";
    row(whole + "7}");
    row(whole + "[]}");
    row(whole + "{}}");
    row(whole + "{\"sinceMs\":0}}");
    row(whole + "{\"sinceMs\":-1,\"tiers\":[]}}");
    row(whole + "{\"sinceMs\":0,\"tiers\":[],\"before\":\"AA\"}}");
    row(whole + "{\"sinceMs\":0,\"tiers\":[],\"before\":7,\"beforeFromMs\":0}}");
    row(whole + "{\"sinceMs\":0,\"tiers\":[7]}}");
    row(whole + "{\"sinceMs\":0,\"tiers\":[{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}]}}");
    const QByteArray tier = whole + "{\"sinceMs\":0,\"tiers\":[{\"stepMs\":1000,\"knownMs\":0,\"fromMs\":0,";
    row(tier + "\"bucket\":[0],\"sketch\":[]}]}}");
    row(tier + "\"bucket\":[-1],\"sketch\":[\"AA\"]}]}}");
    row(tier + "\"bucket\":[0],\"sketch\":[\"*\"]}]}}");
    row(tier + "\"bucket\":[0],\"sketch\":[7]}]}}");
    const QByteArray delta = "{\"type\":\"delta\",\"project\":\"p\",\"seq\":1,\"totals\":{\"events\":1,\"invalid\":0},"
                             "\"newSeries\":[],\"cells\":[],\"users\":";
    row(delta + "7}");
    row(delta + "{\"sinceMs\":0,\"tiers\":[]}}");
    row(delta + "[[1]]}");
    row(delta + "[[-1,\"AAAAAAA\"]]}");
    row(delta + "[[1,\"AAAAAA\"]]}"); // four bytes
    row(delta + "[[1,\"AAAAAAA\",2]]}");
    QTest::newRow("too many new users") << delta + "[[1,\"" +
                                               QByteArray(4 * (kMaxDeltaUsers + 3) * kUserHashBytes / 3, 'A') + "\"]]}";
    row("{\"type\":\"tail\",\"project\":\"p\",\"skipped\":0,\"events\":[{\"id\":\"1\"}]}");
    row("{\"type\":\"hello\",\"version\":1,\"epoch\":\"e\",\"serverTime\":1,\"heartbeatMs\":0,\"projects\":[]}");
}

void WireTest::wrongMessagesAreRefused()
{
    QFETCH(QByteArray, json);
    const auto result = decodeServer(json, Format::Json);
    QVERIFY(!result);
    QCOMPARE(result.failure().kind, Fault::BadInput);
    QVERIFY(!result.failure().text.isEmpty());
    const QJsonDocument document = QJsonDocument::fromJson(json);
    if (document.isObject())
        QVERIFY(!decodeServer(QCborMap::fromJsonObject(document.object()).toCborValue().toCbor(), Format::Cbor));
}

void WireTest::wrongClientMessagesAreRefused_data()
{
    QTest::addColumn<QByteArray>("json");
    for (const char *json : {"{\"type\":\"subscribe\"}", "{\"type\":\"subscribe\",\"project\":7}",
                             "{\"type\":\"subscribe\",\"project\":\"p\",\"tail\":1}",
                             "{\"type\":\"subscribe\",\"project\":\"p\",\"since\":{\"seq\":1}}",
                             "{\"type\":\"subscribe\",\"project\":\"p\",\"since\":7}", "{\"type\":\"unsubscribe\"}",
                             "{\"type\":\"authenticate\",\"token\":null}", "{\"type\":\"hello\"}", "hello", "{"})
        QTest::addRow("%s", json) << QByteArray(json);
    QTest::newRow("long name") << QByteArray("{\"type\":\"subscribe\",\"project\":\"" + QByteArray(600, 'p') + "\"}");
}

void WireTest::wrongClientMessagesAreRefused()
{
    QFETCH(QByteArray, json);
    QVERIFY(!decodeClient(json, Format::Json));
    QVERIFY(!decodeClient(json, Format::Cbor)); // text is no CBOR map either
}

void WireTest::extraKeysAreIgnored()
{
    for (const ServerMessage &message : serverMessages()) {
        QCborMap map = QCborValue::fromCbor(encode(message, Format::Cbor)).toMap();
        map.insert(u"added later"_s, QCborMap{{u"by"_s, 1.5}, {u"whom"_s, QCborValue(nullptr)}});
        QVERIFY(decodeServer(map.toCborValue().toCbor(), Format::Cbor));
        QVERIFY(decodeServer(QJsonDocument(map.toJsonObject()).toJson(), Format::Json));
    }
}

void WireTest::announcedLengthsAllocateNothing_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray huge("\x1b\x00\x00\x7f\xff\xff\xff\xff\xff", 9);
    QByteArray bomb("\xa1\x61x", 3);
    for (int i = 0; i < 5'000; ++i)
        bomb.append('\x9b').append(huge.mid(1));
    QTest::newRow("nested huge arrays") << bomb;
    QTest::newRow("huge string") << QByteArray("\xa1\x64type\x7b", 7) + huge.mid(1);
    for (const char first : {'\x80', '\xff'}) // below -2^63
        QTest::newRow(first == '\x80' ? "negative beyond 64 bits" : "most negative")
            << QByteArray("\xa2\x64type\x69heartbeat\x63seq\x3b") + QByteArray(1, first) +
                   QByteArray(7, first == '\x80' ? '\0' : '\xff');
    QTest::newRow("huge map") << QByteArray("\xbb", 1) + huge.mid(1);
    QTest::newRow("huge column") << QByteArray("\xa1\x65tiers\x81\xa1\x66"
                                               "bucket\x9b",
                                               16) +
                                        huge.mid(1);
    QTest::newRow("huge sketch") << QByteArray("\xa1\x65users\xa1\x66"
                                               "before\x5b",
                                               15) +
                                        huge.mid(1);
    QTest::newRow("huge hashes") << QByteArray("\xa1\x65users\x81\x82\x01\x5b", 11) + huge.mid(1);
    QTest::newRow("bytes elsewhere") << QByteArray("\xa1\x61x\x41x", 5);
    QTest::newRow("deep arrays") << QByteArray("\xa1\x61x", 3) + QByteArray(100'000, '\x81');
    QTest::newRow("endless array") << QByteArray("\xa1\x61x\x9f", 4);
    QTest::newRow("byte string key") << QByteArray("\xa1\x41x\x01", 4);
    QTest::newRow("bytes behind the map") << encode(Heartbeat{1, 2}, Format::Cbor) + '\x01';
}

void WireTest::announcedLengthsAllocateNothing()
{
    QFETCH(QByteArray, bytes);
    QVERIFY(!decodeServer(bytes, Format::Cbor));
    QVERIFY(!decodeClient(bytes, Format::Cbor));
}

void WireTest::mutatedBytesNeverCrash()
{
    QFETCH(Format, format);
    QRandomGenerator random(99);
    int refused = 0;
    for (const ServerMessage &message : serverMessages()) {
        const QByteArray whole = encode(message, format);
        for (int round = 0; round < 300; ++round) {
            QByteArray bytes = whole;
            for (int change = 1 + int(random.bounded(4)); change > 0 && !bytes.isEmpty(); --change) {
                const auto at = qsizetype(random.bounded(qint64(bytes.size())));
                switch (random.bounded(3)) {
                case 0: bytes[at] = char(random.bounded(256)); break;
                case 1: bytes.remove(at, 1 + qsizetype(random.bounded(8))); break;
                case 2: bytes.insert(at, char(random.bounded(256))); break;
                }
            }
            const auto result = decodeServer(bytes, format);
            refused += result ? 0 : 1;
            if (result)
                if (const auto *snapshot = std::get_if<Snapshot>(&*result)) {
                    LiveCube cube;
                    (void)cube.apply(snapshot->cube).ok();
                    LiveUsers users;
                    if (snapshot->users)
                        (void)users.apply(*snapshot->users).ok();
                }
        }
    }
    QVERIFY(refused > 200);
}

QTEST_APPLESS_MAIN(WireTest)
#include "tst_wire.moc"
