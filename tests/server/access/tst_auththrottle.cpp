#include "server/access/auththrottle.h"
#include "tests/server/testserver.h"

#include <QTest>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNow = 1'767'268'800'000;
constexpr QByteArrayView kShort = "hunter2";
const QByteArray kStrong(64, 'a');
const QHostAddress kOffice(u"203.0.113.7"_s);
const QHostAddress kElsewhere(u"198.51.100.1"_s);

// The answers that n wrong ones get: how many of them have to wait.
int heldOf(GuessLimit &limit, int n, const QHostAddress &peer, QByteArrayView credential, qint64 nowMs = kNow)
{
    int held = 0;
    for (int i = 0; i < n; ++i)
        held += limit.fail(peer, credential, nowMs) > 0;
    return held;
}

} // namespace

// Whoever guesses is held up; whoever shares its address and has a right key is not.
class GuessLimitTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aBurstThenTheRate();
    void oneAddressAndNoOther();
    void aNetworkOfIpv6IsOneAddress();
    void mappedIpv4IsTheSameAddress();
    void shortOnesAreNotComparedThen();
    void rightOnesBehindTheSameAddressPass();
    void aKeyIdIsGuardedFromManyAddresses();
    void loginsAreNoGuesses();
    void clockThatIsSetBack();
    void remembersSoManyOnly();
    void theServerHoldsUpWhoGuesses_data();
    void theServerHoldsUpWhoGuesses();
    void sendersWithARightKeyGoOn();
    void noCredentialIsNoGuess();
    void upgradesAreHeldUpToo();
    void messagesAreHeldUpToo();
};

void GuessLimitTest::aBurstThenTheRate()
{
    GuessLimit limit(20);
    QCOMPARE(heldOf(limit, 20, kOffice, kShort), 0);
    QCOMPARE(limit.fail(kOffice, kShort, kNow), 3); // 20 a minute
    QCOMPARE(limit.fail(kOffice, kShort, kNow + 1'000), 2);
    QCOMPARE(limit.fail(kOffice, kShort, kNow + 3'000), 0);
    QVERIFY(limit.fail(kOffice, kShort, kNow + 3'000) > 0);
    QCOMPARE(heldOf(limit, 21, kOffice, kShort, kNow + 120'000), 1); // a whole burst, and no more than that
    QCOMPARE(limit.stats(kNow + 120'000).guesses.used, 20.0);
    QCOMPARE(limit.stats(kNow + 150'000).guesses.used, 10.0);
    QCOMPARE(limit.stats(kNow).guesses.reached, quint64(4));
}

void GuessLimitTest::oneAddressAndNoOther()
{
    GuessLimit limit(3);
    QCOMPARE(heldOf(limit, 5, kOffice, kShort), 2);
    QCOMPARE(limit.wait(kElsewhere, kShort, kNow), 0);
    QCOMPARE(limit.fail(kElsewhere, kShort, kNow), 0);
}

void GuessLimitTest::aNetworkOfIpv6IsOneAddress()
{
    GuessLimit limit(3);
    for (int i = 0; i < 3; ++i)
        QCOMPARE(limit.fail(QHostAddress(u"2001:db8:1:2::%1"_s.arg(i)), kShort, kNow), 0);
    QVERIFY(limit.fail(QHostAddress(u"2001:db8:1:2:ffff::1"_s), kShort, kNow) > 0);
    QCOMPARE(limit.fail(QHostAddress(u"2001:db8:1:3::1"_s), kShort, kNow), 0);
}

void GuessLimitTest::mappedIpv4IsTheSameAddress()
{
    GuessLimit limit(2);
    QCOMPARE(heldOf(limit, 2, QHostAddress(u"::ffff:203.0.113.7"_s), kShort), 0);
    QVERIFY(limit.fail(kOffice, kShort, kNow) > 0);
    QCOMPARE(limit.fail(QHostAddress(u"::ffff:203.0.113.8"_s), kShort, kNow),
             0); // the /64 of all of them is no network
}

void GuessLimitTest::shortOnesAreNotComparedThen()
{
    GuessLimit limit(2);
    QCOMPARE(limit.wait(kOffice, kShort, kNow), 0);
    heldOf(limit, 2, kOffice, "guess");
    QVERIFY(limit.wait(kOffice, kShort, kNow) > 0);
    QVERIFY(limit.wait(kOffice, QByteArray(GuessLimit::kStrongChars - 1, 'x'), kNow) > 0);
    QCOMPARE(limit.wait(kOffice, QByteArray(GuessLimit::kStrongChars, 'x'), kNow), 0);
    QCOMPARE(limit.wait(kOffice, kShort, kNow + 30'000), 0);
}

void GuessLimitTest::rightOnesBehindTheSameAddressPass()
{
    GuessLimit limit(2);
    limit.right(kOffice, kShort);
    heldOf(limit, 10, kOffice, "guess");
    QCOMPARE(limit.wait(kOffice, kShort, kNow), 0);
    QVERIFY(limit.wait(kOffice, "hunter3", kNow) > 0);
    QCOMPARE(limit.wait(kOffice, kStrong, kNow), 0);
    // Right elsewhere says nothing here, or the guesser would only have to find it.
    heldOf(limit, 10, kElsewhere, "guess");
    QVERIFY(limit.wait(kElsewhere, kShort, kNow) > 0);
}

void GuessLimitTest::aKeyIdIsGuardedFromManyAddresses()
{
    GuessLimit limit(5);
    const QByteArray key = makeApiKey(u"default"_s, KeyRole::Sender, {}, kNow).text;
    const QByteArray other = makeApiKey(u"default"_s, KeyRole::Sender, {}, kNow).text;
    for (int i = 1; i <= 5; ++i)
        QCOMPARE(limit.fail(QHostAddress(u"203.0.113.%1"_s.arg(i)), key, kNow), 0);
    QVERIFY(limit.fail(QHostAddress(u"203.0.113.6"_s), key, kNow) > 0);
    QCOMPARE(limit.fail(QHostAddress(u"203.0.113.6"_s), other, kNow), 0);
    QCOMPARE(limit.wait(QHostAddress(u"203.0.113.6"_s), key, kNow), 0); // its owner is not locked out
}

// A hundred laptops of an office wake up with logins that have expired.
void GuessLimitTest::loginsAreNoGuesses()
{
    GuessLimit limit;
    const QByteArray login = QByteArray(20, 'h') + '.' + QByteArray(80, 'c') + '.' + QByteArray(86, 's');
    QCOMPARE(heldOf(limit, 100, kOffice, login), 0);
    QCOMPARE(limit.stats(kNow).guesses.used, 0.0);
    // Two dots are no free pass for short ones, nor length for what is no login.
    QCOMPARE(heldOf(limit, GuessLimit::kBurst + 3, kOffice, "a.b.c"), 3);
    QCOMPARE(heldOf(limit, GuessLimit::kBurst + 3, kElsewhere, kStrong), 3);
}

void GuessLimitTest::clockThatIsSetBack()
{
    GuessLimit limit(2);
    heldOf(limit, 2, kOffice, kShort);
    QVERIFY(limit.fail(kOffice, kShort, kNow - 3'600'000) > 0);
    QCOMPARE(limit.fail(kOffice, kShort, kNow - 3'600'000 + 30'000), 0);
}

void GuessLimitTest::remembersSoManyOnly()
{
    GuessLimit limit(1);
    limit.fail(kOffice, kShort, kNow);
    for (int i = 0; i < GuessLimit::kMaxAddresses; ++i) {
        limit.fail(QHostAddress(quint32(0x0a000000 + i)), kShort, kNow);
        if (i % 100 == 0)
            QVERIFY(limit.fail(kOffice, kShort, kNow) > 0); // heard of again and again: not forgotten
    }
    const GuessLimit::Stats stats = limit.stats(kNow);
    QCOMPARE(stats.addresses.used, double(GuessLimit::kMaxAddresses));
    QCOMPARE(stats.addresses.reached, quint64(1));
    QVERIFY(limit.fail(kOffice, kShort, kNow) > 0);
    QCOMPARE(limit.fail(QHostAddress(quint32(0x0a000000)), kShort, kNow), 0); // that one was forgotten
}

void GuessLimitTest::theServerHoldsUpWhoGuesses_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("header");
    QTest::newRow("post, own header") << QByteArray("POST") << u"/webhook"_s << QByteArray("X-API-Key");
    QTest::newRow("post, bearer") << QByteArray("POST") << u"/events"_s << QByteArray("Authorization");
    QTest::newRow("read") << QByteArray("GET") << u"/events/stats"_s << QByteArray("Authorization");
    QTest::newRow("metrics") << QByteArray("GET") << u"/metrics"_s << QByteArray("Authorization");
}

void GuessLimitTest::theServerHoldsUpWhoGuesses()
{
    QFETCH(QByteArray, method);
    QFETCH(QString, path);
    QFETCH(QByteArray, header);
    TestServer server;
    server.settings.webhookKey = u"short-key"_s;
    server.settings.viewerToken = u"short-token"_s;
    ServerLimits limits;
    limits.guessBurst = 3;
    QVERIFY(server.startCore({}, nullptr, limits));
    const QByteArray body = method == "POST" ? eventJson() : QByteArray();
    const auto with = [&](const QByteArray &secret) {
        return server.call(method, path, body, {{header, header == "Authorization" ? "Bearer " + secret : secret}});
    };
    for (int i = 0; i < 3; ++i)
        QCOMPARE(with("guess-" + QByteArray::number(i)).status, 401);
    const HttpAnswer held = with("guess-3");
    QCOMPARE(held.status, 429);
    QVERIFY(held.header("Retry-After").toInt() >= 1);
    QVERIFY(held.json().value(u"message"_s).toString().contains(u"wrong keys"_s));
    QCOMPARE(with(method == "POST" ? "short-key" : "short-token").status, 429); // not even looked at
    QCOMPARE(with(kStrong).status, 429);
}

void GuessLimitTest::sendersWithARightKeyGoOn()
{
    TestServer server;
    server.settings.webhookKey = u"short-key"_s;
    server.settings.viewerToken = QString::fromLatin1(kStrong);
    server.key = "short-key";
    ServerLimits limits;
    limits.guessBurst = 3;
    QVERIFY(server.startCore({}, nullptr, limits));
    QCOMPARE(server.post(eventJson()).status, 200);
    for (int i = 0; i < 10; ++i) {
        server.call("POST", u"/webhook"_s, eventJson(), {{"X-API-Key", "guess"}});
        QCOMPARE(server.post(eventJson()).status, 200);
        QCOMPARE(server.get(u"/events/stats"_s, {{"Authorization", "Bearer " + kStrong}}).status, 200);
    }
    const HttpAnswer metrics = server.get(u"/metrics"_s, {{"Authorization", "Bearer " + kStrong}});
    QVERIFY(metrics.body.contains("entvas_access_guesses_limit_reached_total 7"));
    QVERIFY(metrics.body.contains("entvas_access_guesses_limit 3"));
}

void GuessLimitTest::noCredentialIsNoGuess()
{
    TestServer server;
    server.settings.viewerToken = QString::fromLatin1(kStrong);
    ServerLimits limits;
    limits.guessBurst = 2;
    QVERIFY(server.startCore({}, nullptr, limits));
    for (int i = 0; i < 6; ++i) {
        QCOMPARE(server.call("POST", u"/webhook"_s, eventJson()).status, 401);
        QCOMPARE(server.get(u"/events/stats"_s).status, 401);
    }
    for (int i = 0; i < 6; ++i)
        server.call("POST", u"/webhook"_s, eventJson(), {{"X-API-Key", "guess"}});
    QCOMPARE(server.get(u"/events/stats"_s).status, 401); // not held up with the guesser
}

void GuessLimitTest::upgradesAreHeldUpToo()
{
    TestServer server;
    server.settings.viewerToken = QString::fromLatin1(kStrong);
    ServerLimits limits;
    limits.guessBurst = 2;
    QVERIFY(server.startCore({}, nullptr, limits));
    const auto upgrade = [&](const QByteArray &token) {
        RawClient client(quint16(server.url.port()));
        client.send("GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    "Authorization: Bearer " +
                    token + "\r\n\r\n");
        return client.waitForAnswers(1).value(0).status;
    };
    QCOMPARE(upgrade("guess"), 401);
    QCOMPARE(upgrade("guess"), 401);
    QCOMPARE(upgrade("guess"), 429);
    QCOMPARE(upgrade(kStrong), 101);
}

void GuessLimitTest::messagesAreHeldUpToo()
{
    TestServer server;
    server.settings.viewerToken = u"short-token"_s;
    server.settings.webhookKey = u"own"_s;
    server.settings.trustedProxies = {u"127.0.0.1"_s};
    ServerLimits limits;
    limits.guessBurst = 2;
    QVERIFY(server.startCore({}, nullptr, limits));
    // What a client behind a proxy hears when it says its token.
    const auto say = [&](const QString &token, const QByteArray &from) {
        LiveClient client;
        if (!client.open(server.url, {{"X-Forwarded-For", from}}, false))
            return u"no connection"_s;
        client.send(wire::Authenticate{token});
        spinUntil([&] { return client.closed || client.count<wire::Hello>() > 0; });
        const auto errors = client.all<wire::Error>();
        return errors.isEmpty() ? u"hello"_s : errors.last().code;
    };
    const QString wrong = u"unauthenticated"_s;
    const QString held = u"too_many_guesses"_s;
    QCOMPARE(say(u"short-token"_s, "203.0.113.1"), u"hello"_s);
    for (int i = 0; i < 2; ++i) {
        QCOMPARE(say(u"guess"_s, "203.0.113.1"), wrong);
        QCOMPARE(say(u"guess"_s, "203.0.113.2"), wrong);
    }
    QCOMPARE(say(u"guess"_s, "203.0.113.1"), held);
    QCOMPARE(say(u"short-token"_s, "203.0.113.1"), u"hello"_s); // it was right from there before
    QCOMPARE(say(u"short-token"_s, "203.0.113.2"), held);
    QCOMPARE(say(u"short-token"_s, "203.0.113.3"), u"hello"_s);
}

QTEST_GUILESS_MAIN(GuessLimitTest)
#include "tst_auththrottle.moc"
