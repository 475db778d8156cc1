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
int throttledOf(AuthThrottle &limit, int n, const QHostAddress &peer, QByteArrayView credential, qint64 nowMs = kNow)
{
    int held = 0;
    for (int i = 0; i < n; ++i)
        held += limit.recordFailure(peer, credential, nowMs) > 0;
    return held;
}

} // namespace

// Repeated failures are throttled; a valid credential from the same address is not.
class AuthThrottleTest : public QObject
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

void AuthThrottleTest::aBurstThenTheRate()
{
    AuthThrottle limit(20);
    QCOMPARE(throttledOf(limit, 20, kOffice, kShort), 0);
    QCOMPARE(limit.recordFailure(kOffice, kShort, kNow), 3); // 20 a minute
    QCOMPARE(limit.recordFailure(kOffice, kShort, kNow + 1'000), 2);
    QCOMPARE(limit.recordFailure(kOffice, kShort, kNow + 3'000), 0);
    QVERIFY(limit.recordFailure(kOffice, kShort, kNow + 3'000) > 0);
    QCOMPARE(throttledOf(limit, 21, kOffice, kShort, kNow + 120'000), 1); // a whole burst, and no more than that
    QCOMPARE(limit.stats(kNow + 120'000).failures.used, 20.0);
    QCOMPARE(limit.stats(kNow + 150'000).failures.used, 10.0);
    QCOMPARE(limit.stats(kNow).failures.reached, quint64(4));
}

void AuthThrottleTest::oneAddressAndNoOther()
{
    AuthThrottle limit(3);
    QCOMPARE(throttledOf(limit, 5, kOffice, kShort), 2);
    QCOMPARE(limit.retryAfter(kElsewhere, kShort, kNow), 0);
    QCOMPARE(limit.recordFailure(kElsewhere, kShort, kNow), 0);
}

void AuthThrottleTest::aNetworkOfIpv6IsOneAddress()
{
    AuthThrottle limit(3);
    for (int i = 0; i < 3; ++i)
        QCOMPARE(limit.recordFailure(QHostAddress(u"2001:db8:1:2::%1"_s.arg(i)), kShort, kNow), 0);
    QVERIFY(limit.recordFailure(QHostAddress(u"2001:db8:1:2:ffff::1"_s), kShort, kNow) > 0);
    QCOMPARE(limit.recordFailure(QHostAddress(u"2001:db8:1:3::1"_s), kShort, kNow), 0);
}

void AuthThrottleTest::mappedIpv4IsTheSameAddress()
{
    AuthThrottle limit(2);
    QCOMPARE(throttledOf(limit, 2, QHostAddress(u"::ffff:203.0.113.7"_s), kShort), 0);
    QVERIFY(limit.recordFailure(kOffice, kShort, kNow) > 0);
    QCOMPARE(limit.recordFailure(QHostAddress(u"::ffff:203.0.113.8"_s), kShort, kNow),
             0); // the /64 of all of them is no network
}

void AuthThrottleTest::shortOnesAreNotComparedThen()
{
    AuthThrottle limit(2);
    QCOMPARE(limit.retryAfter(kOffice, kShort, kNow), 0);
    throttledOf(limit, 2, kOffice, "guess");
    QVERIFY(limit.retryAfter(kOffice, kShort, kNow) > 0);
    QVERIFY(limit.retryAfter(kOffice, QByteArray(AuthThrottle::kStrongChars - 1, 'x'), kNow) > 0);
    QCOMPARE(limit.retryAfter(kOffice, QByteArray(AuthThrottle::kStrongChars, 'x'), kNow), 0);
    QCOMPARE(limit.retryAfter(kOffice, kShort, kNow + 30'000), 0);
}

void AuthThrottleTest::rightOnesBehindTheSameAddressPass()
{
    AuthThrottle limit(2);
    limit.recordSuccess(kOffice, kShort);
    throttledOf(limit, 10, kOffice, "guess");
    QCOMPARE(limit.retryAfter(kOffice, kShort, kNow), 0);
    QVERIFY(limit.retryAfter(kOffice, "hunter3", kNow) > 0);
    QCOMPARE(limit.retryAfter(kOffice, kStrong, kNow), 0);
    // Right elsewhere says nothing here, or the guesser would only have to find it.
    throttledOf(limit, 10, kElsewhere, "guess");
    QVERIFY(limit.retryAfter(kElsewhere, kShort, kNow) > 0);
}

void AuthThrottleTest::aKeyIdIsGuardedFromManyAddresses()
{
    AuthThrottle limit(5);
    const QByteArray key = makeApiKey(u"default"_s, KeyRole::Sender, {}, kNow).text;
    const QByteArray other = makeApiKey(u"default"_s, KeyRole::Sender, {}, kNow).text;
    for (int i = 1; i <= 5; ++i)
        QCOMPARE(limit.recordFailure(QHostAddress(u"203.0.113.%1"_s.arg(i)), key, kNow), 0);
    QVERIFY(limit.recordFailure(QHostAddress(u"203.0.113.6"_s), key, kNow) > 0);
    QCOMPARE(limit.recordFailure(QHostAddress(u"203.0.113.6"_s), other, kNow), 0);
    QCOMPARE(limit.retryAfter(QHostAddress(u"203.0.113.6"_s), key, kNow), 0); // its owner is not locked out
}

// A hundred laptops of an office wake up with logins that have expired.
void AuthThrottleTest::loginsAreNoGuesses()
{
    AuthThrottle limit;
    const QByteArray login = QByteArray(20, 'h') + '.' + QByteArray(80, 'c') + '.' + QByteArray(86, 's');
    QCOMPARE(throttledOf(limit, 100, kOffice, login), 0);
    QCOMPARE(limit.stats(kNow).failures.used, 0.0);
    // Two dots are no free pass for short ones, nor length for what is no login.
    QCOMPARE(throttledOf(limit, AuthThrottle::kBurst + 3, kOffice, "a.b.c"), 3);
    QCOMPARE(throttledOf(limit, AuthThrottle::kBurst + 3, kElsewhere, kStrong), 3);
}

void AuthThrottleTest::clockThatIsSetBack()
{
    AuthThrottle limit(2);
    throttledOf(limit, 2, kOffice, kShort);
    QVERIFY(limit.recordFailure(kOffice, kShort, kNow - 3'600'000) > 0);
    QCOMPARE(limit.recordFailure(kOffice, kShort, kNow - 3'600'000 + 30'000), 0);
}

void AuthThrottleTest::remembersSoManyOnly()
{
    AuthThrottle limit(1);
    limit.recordFailure(kOffice, kShort, kNow);
    for (int i = 0; i < AuthThrottle::kMaxAddresses; ++i) {
        limit.recordFailure(QHostAddress(quint32(0x0a000000 + i)), kShort, kNow);
        if (i % 100 == 0)
            QVERIFY(limit.recordFailure(kOffice, kShort, kNow) > 0); // heard of again and again: not forgotten
    }
    const AuthThrottle::Stats stats = limit.stats(kNow);
    QCOMPARE(stats.addresses.used, double(AuthThrottle::kMaxAddresses));
    QCOMPARE(stats.addresses.reached, quint64(1));
    QVERIFY(limit.recordFailure(kOffice, kShort, kNow) > 0);
    QCOMPARE(limit.recordFailure(QHostAddress(quint32(0x0a000000)), kShort, kNow), 0); // that one was forgotten
}

void AuthThrottleTest::theServerHoldsUpWhoGuesses_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("header");
    QTest::newRow("post, own header") << QByteArray("POST") << u"/webhook"_s << QByteArray("X-API-Key");
    QTest::newRow("post, bearer") << QByteArray("POST") << u"/events"_s << QByteArray("Authorization");
    QTest::newRow("read") << QByteArray("GET") << u"/events/stats"_s << QByteArray("Authorization");
    QTest::newRow("metrics") << QByteArray("GET") << u"/metrics"_s << QByteArray("Authorization");
}

void AuthThrottleTest::theServerHoldsUpWhoGuesses()
{
    QFETCH(QByteArray, method);
    QFETCH(QString, path);
    QFETCH(QByteArray, header);
    TestServer server;
    server.settings.webhookKey = u"short-key"_s;
    server.settings.viewerToken = u"short-token"_s;
    ServerLimits limits;
    limits.authBurst = 3;
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

void AuthThrottleTest::sendersWithARightKeyGoOn()
{
    TestServer server;
    server.settings.webhookKey = u"short-key"_s;
    server.settings.viewerToken = QString::fromLatin1(kStrong);
    server.key = "short-key";
    ServerLimits limits;
    limits.authBurst = 3;
    QVERIFY(server.startCore({}, nullptr, limits));
    QCOMPARE(server.post(eventJson()).status, 200);
    for (int i = 0; i < 10; ++i) {
        server.call("POST", u"/webhook"_s, eventJson(), {{"X-API-Key", "guess"}});
        QCOMPARE(server.post(eventJson()).status, 200);
        QCOMPARE(server.get(u"/events/stats"_s, {{"Authorization", "Bearer " + kStrong}}).status, 200);
    }
    const HttpAnswer metrics = server.get(u"/metrics"_s, {{"Authorization", "Bearer " + kStrong}});
    QVERIFY(metrics.body.contains("entvas_auth_failures_limit_reached_total 7"));
    QVERIFY(metrics.body.contains("entvas_auth_failures_limit 3"));
}

void AuthThrottleTest::noCredentialIsNoGuess()
{
    TestServer server;
    server.settings.viewerToken = QString::fromLatin1(kStrong);
    ServerLimits limits;
    limits.authBurst = 2;
    QVERIFY(server.startCore({}, nullptr, limits));
    for (int i = 0; i < 6; ++i) {
        QCOMPARE(server.call("POST", u"/webhook"_s, eventJson()).status, 401);
        QCOMPARE(server.get(u"/events/stats"_s).status, 401);
    }
    for (int i = 0; i < 6; ++i)
        server.call("POST", u"/webhook"_s, eventJson(), {{"X-API-Key", "guess"}});
    QCOMPARE(server.get(u"/events/stats"_s).status, 401); // not held up with the guesser
}

void AuthThrottleTest::upgradesAreHeldUpToo()
{
    TestServer server;
    server.settings.viewerToken = QString::fromLatin1(kStrong);
    ServerLimits limits;
    limits.authBurst = 2;
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

void AuthThrottleTest::messagesAreHeldUpToo()
{
    TestServer server;
    server.settings.viewerToken = u"short-token"_s;
    server.settings.webhookKey = u"own"_s;
    server.settings.trustedProxies = {u"127.0.0.1"_s};
    ServerLimits limits;
    limits.authBurst = 2;
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

QTEST_GUILESS_MAIN(AuthThrottleTest)
#include "tst_auththrottle.moc"
