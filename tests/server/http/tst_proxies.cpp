#include "server/http/proxies.h"
#include "server/http/urlsecrets.h"
#include "tests/server/testserver.h"

#include <QTest>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

namespace {

HttpRequest requestFrom(const QString &peer, const QByteArray &forwardedFor, const QByteArray &proto)
{
    HttpRequest request;
    request.peer = QHostAddress(peer);
    for (const QByteArray &one : forwardedFor.split('|')) // one header each
        if (!one.isEmpty())
            request.headers.append({"x-forwarded-for", one});
    if (!proto.isEmpty())
        request.headers.append({"x-forwarded-proto", proto});
    return request;
}

} // namespace

// Whose request it is, behind proxies.
class ProxiesTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsAddressesAndRanges_data();
    void readsAddressesAndRanges();
    void findsTheClient_data();
    void findsTheClient();
    void refusesWhatCannotBeRead_data();
    void refusesWhatCannotBeRead();
    void theServerBelievesItsProxiesOnly();
    void forwardedReadersAreNotLocal_data();
    void forwardedReadersAreNotLocal();
    void saysHstsOnlyWhenEncrypted();
    void noAnswerIsKept();
    void noSecretInAnAddress_data();
    void noSecretInAnAddress();
    void pagesOfAllowedOriginsReadErrors();
};

void ProxiesTest::readsAddressesAndRanges_data()
{
    QTest::addColumn<QString>("entry");
    QTest::addColumn<QString>("inside");
    QTest::addColumn<QString>("outside");
    const auto good = [](const char *entry, const char *inside, const char *outside) {
        QTest::newRow(entry) << QString::fromLatin1(entry) << QString::fromLatin1(inside)
                             << QString::fromLatin1(outside);
    };
    good("10.1.2.3", "10.1.2.3", "10.1.2.4");
    good("10.0.0.0/8", "10.255.0.1", "11.0.0.1");
    good("10.9.9.9/8", "10.1.1.1", "11.0.0.1");
    good("127.0.0.1", "::ffff:127.0.0.1", "127.0.0.2");
    good("::ffff:127.0.0.1", "127.0.0.1", "::1");
    good("fd00::/8", "fdaa::1", "fe80::1");
    good("::1", "::1", "127.0.0.1");
    good("192.0.2.128/25", "192.0.2.200", "192.0.2.100");
    for (const char *bad : {"localhost", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0.0/255.0.0.0",
                            "fd00::/129", "10.0.0.256", "0.0.0.0/0", "::/0", "0x7f.0.0.1", "10.0.0.0/-1", "", "/8"})
        QTest::newRow(qPrintable(u"not %1"_s.arg(QLatin1StringView(bad))))
            << QString::fromLatin1(bad) << QString() << QString();
}

void ProxiesTest::readsAddressesAndRanges()
{
    QFETCH(QString, entry);
    QFETCH(QString, inside);
    QFETCH(QString, outside);
    const Result<Proxies> proxies = Proxies::parse({entry});
    QCOMPARE(proxies.ok(), !inside.isEmpty());
    if (!proxies) {
        QCOMPARE(proxies.failure().kind, Fault::Configuration);
        QVERIFY(proxies.failure().text.contains(u"trusted-proxies"_s));
        return;
    }
    QVERIFY(proxies->trusts(QHostAddress(inside)));
    QVERIFY(!proxies->trusts(QHostAddress(outside)));
}

void ProxiesTest::findsTheClient_data()
{
    QTest::addColumn<QString>("peer");
    QTest::addColumn<QByteArray>("forwardedFor");
    QTest::addColumn<QByteArray>("proto");
    QTest::addColumn<QString>("client");
    QTest::addColumn<bool>("encrypted");
    const auto row = [](const char *name, const char *peer, const char *forwardedFor, const char *proto,
                        const char *client, bool encrypted) {
        QTest::newRow(name) << QString::fromLatin1(peer) << QByteArray(forwardedFor) << QByteArray(proto)
                            << QString::fromLatin1(client) << encrypted;
    };
    row("no proxy", "203.0.113.9", "", "", "203.0.113.9", false);
    row("untrusted peer lies", "203.0.113.9", "127.0.0.1", "https", "203.0.113.9", false);
    row("untrusted peer sends nonsense", "203.0.113.9", "what?", "what?", "203.0.113.9", false);
    row("one proxy", "10.0.0.1", "203.0.113.9", "https", "203.0.113.9", true);
    row("one proxy, plain", "10.0.0.1", "203.0.113.9", "http", "203.0.113.9", false);
    row("websocket words", "10.0.0.1", "203.0.113.9", "wss", "203.0.113.9", true);
    row("the client lies before the proxy", "10.0.0.1", "127.0.0.1, 203.0.113.9", "https", "203.0.113.9", true);
    row("the client sends nonsense before the proxy", "10.0.0.1", "what?, 203.0.113.9", "https", "203.0.113.9", true);
    row("two proxies", "10.0.0.1", "1.2.3.4, 203.0.113.9, 10.0.0.2", "https", "203.0.113.9", true);
    row("two headers are one list", "10.0.0.1", "1.2.3.4|203.0.113.9", "https", "203.0.113.9", true);
    row("all are proxies", "10.0.0.1", "10.0.0.3, 10.0.0.2", "", "10.0.0.3", false);
    row("the proxy itself asks", "10.0.0.1", "", "", "10.0.0.1", false);
    row("with a port", "10.0.0.1", "203.0.113.9:4711", "", "203.0.113.9", false);
    row("ipv6", "10.0.0.1", "2001:db8::7", "", "2001:db8::7", false);
    row("ipv6 with a port", "10.0.0.1", "[2001:db8::7]:4711", "", "2001:db8::7", false);
    row("mapped peer", "::ffff:10.0.0.1", "203.0.113.9", "https", "203.0.113.9", true);
    row("a proxy that does not tell", "10.0.0.1", "unknown", "https", "10.0.0.1", true);
    row("in any case", "10.0.0.1", "203.0.113.9, Unknown", "", "10.0.0.1", false);
    row("the proxy before it does not tell", "10.0.0.1", "unknown, 10.0.0.2", "", "10.0.0.2", false);
    row("the client says so", "10.0.0.1", "unknown, 203.0.113.9", "", "203.0.113.9", false);
    row("one stretch was not encrypted", "10.0.0.1", "203.0.113.9", "http, https", "203.0.113.9", false);
}

void ProxiesTest::findsTheClient()
{
    QFETCH(QString, peer);
    QFETCH(QByteArray, forwardedFor);
    QFETCH(QByteArray, proto);
    QFETCH(QString, client);
    QFETCH(bool, encrypted);
    HttpRequest request = requestFrom(peer, forwardedFor, proto);
    const auto failure = Proxies::parse({u"10.0.0.0/8"_s}).value().apply(request);
    QVERIFY(!failure);
    QCOMPARE(request.peer, QHostAddress(client));
    QCOMPARE(request.isEncrypted, encrypted);
    HttpRequest untold = requestFrom(peer, forwardedFor, proto);
    QVERIFY(!Proxies().apply(untold));
    QCOMPARE(untold.peer, QHostAddress(peer));
    QVERIFY(!untold.isEncrypted);
}

void ProxiesTest::refusesWhatCannotBeRead_data()
{
    QTest::addColumn<QByteArray>("forwardedFor");
    QTest::addColumn<QByteArray>("proto");
    QTest::newRow("words") << QByteArray("nobody") << QByteArray();
    QTest::newRow("more than unknown") << QByteArray("unknown:80") << QByteArray();
    QTest::newRow("empty at the end") << QByteArray("203.0.113.9,") << QByteArray();
    QTest::newRow("short form") << QByteArray("127.1") << QByteArray();
    QTest::newRow("hex") << QByteArray("0x7f000001") << QByteArray();
    QTest::newRow("open bracket") << QByteArray("[2001:db8::7") << QByteArray();
    QTest::newRow("after the bracket") << QByteArray("[2001:db8::7]x") << QByteArray();
    QTest::newRow("behind a trusted one") << QByteArray("what?, 10.0.0.2") << QByteArray();
    QTest::newRow("scheme") << QByteArray("203.0.113.9") << QByteArray("gopher");
    QTest::newRow("schemes") << QByteArray("203.0.113.9") << QByteArray("https,");
}

void ProxiesTest::refusesWhatCannotBeRead()
{
    QFETCH(QByteArray, forwardedFor);
    QFETCH(QByteArray, proto);
    HttpRequest request = requestFrom(u"10.0.0.1"_s, forwardedFor, proto);
    const auto failure = Proxies::parse({u"10.0.0.0/8"_s}).value().apply(request);
    QVERIFY(failure);
    QCOMPARE(failure->kind, Fault::BadInput);
}

void ProxiesTest::theServerBelievesItsProxiesOnly()
{
    ServerLimits limits;
    limits.authBurst = 1;
    for (const bool trusted : {true, false}) {
        TestServer server;
        server.settings.webhookKey = u"own"_s;
        if (trusted)
            server.settings.trustedProxies = {u"127.0.0.1"_s};
        QVERIFY(server.startCore({}, nullptr, limits));
        const auto guess = [&](const QByteArray &client) {
            return server
                .call("POST", u"/webhook"_s, eventJson(), {{"X-API-Key", "guess"}, {"X-Forwarded-For", client}})
                .status;
        };
        // The guessing limit is of the real client, or, without trust, of the one peer that there is.
        QCOMPARE(guess("203.0.113.1"), 401);
        QCOMPARE(guess("203.0.113.1"), 429);
        QCOMPARE(guess("203.0.113.2"), trusted ? 401 : 429);
        QCOMPARE(guess("nobody"), trusted ? 400 : 429);
    }
}

void ProxiesTest::forwardedReadersAreNotLocal_data()
{
    QTest::addColumn<QStringList>("trusted");
    QTest::addColumn<QByteArray>("client");
    QTest::newRow("nobody trusted") << QStringList{} << QByteArray("127.0.0.1");
    QTest::newRow("trusted, from afar") << QStringList{u"127.0.0.1"_s} << QByteArray("203.0.113.1");
    QTest::newRow("trusted, says this machine") << QStringList{u"127.0.0.1"_s} << QByteArray("127.0.0.5");
}

void ProxiesTest::forwardedReadersAreNotLocal()
{
    QFETCH(QStringList, trusted);
    QFETCH(QByteArray, client);
    TestServer server;
    server.settings.webhookKey = u"own"_s;
    server.settings.trustedProxies = trusted;
    QVERIFY(server.startCore());
    QCOMPARE(server.get(u"/events/stats"_s).status, 200);
    QVERIFY(server.get(u"/events/stats"_s, {{"X-Forwarded-For", client}}).status >= 401);
}

void ProxiesTest::saysHstsOnlyWhenEncrypted()
{
    TestServer server;
    server.settings.webhookKey = u"own"_s;
    server.settings.trustedProxies = {u"127.0.0.1"_s};
    QVERIFY(server.startCore());
    const Headers encrypted{{"X-Forwarded-For", "203.0.113.1"}, {"X-Forwarded-Proto", "https"}};
    QCOMPARE(server.get(u"/health"_s, encrypted).header("Strict-Transport-Security"), "max-age=31536000");
    QCOMPARE(server.get(u"/nowhere"_s, encrypted).header("Strict-Transport-Security"), "max-age=31536000");
    QVERIFY(server.get(u"/health"_s).header("Strict-Transport-Security").isEmpty());
    TestServer open;
    QVERIFY(open.startCore());
    QVERIFY(open.get(u"/health"_s, encrypted).header("Strict-Transport-Security").isEmpty());
}

void ProxiesTest::noAnswerIsKept()
{
    TestServer server;
    QVERIFY(server.startCore());
    for (const auto &path : {u"/events/stats"_s, u"/events"_s, u"/metrics"_s, u"/export/csv"_s, u"/nowhere"_s}) {
        const HttpAnswer answer = server.get(path);
        QCOMPARE(answer.header("Cache-Control"), "no-store");
        QCOMPARE(answer.header("X-Content-Type-Options"), "nosniff");
        QVERIFY(answer.header("Server").isEmpty());
    }
    QCOMPARE(server.post("{").header("Cache-Control"), "no-store");
}

void ProxiesTest::noSecretInAnAddress_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("refused");
    const auto row = [](const char *method, const char *path, bool refused) {
        QTest::newRow(qPrintable(u"%1 %2"_s.arg(QLatin1StringView(method), QLatin1StringView(path))))
            << QByteArray(method) << QString::fromLatin1(path) << refused;
    };
    row("GET", "/events/stats?token=x", true);
    row("GET", "/events?access_token=x", true);
    row("GET", "/export/csv?filter=day&api_key=x", true);
    row("GET", "/metrics?apikey=x", true);
    row("GET", "/health?API-Key=x", true);
    row("GET", "/health?tok%65n=x", true);
    row("GET", "/nowhere?id_token=x", true);
    row("HEAD", "/health?token=x", true);
    row("POST", "/webhook?api_key=x", true);
    row("POST", "/events?X-API-Key=x", true);
    row("GET", "/ws?token=x", true);
    row("GET", "/events?type=tokens", false);
    row("GET", "/events/stats?filter=day&type=token", false);
}

void ProxiesTest::noSecretInAnAddress()
{
    QFETCH(QByteArray, method);
    QFETCH(QString, path);
    QFETCH(bool, refused);
    TestServer server;
    QVERIFY(server.startCore());
    const HttpAnswer answer =
        server.call(method, path, method == "POST" ? eventJson() : QByteArray(), {{"X-API-Key", kDevelopmentKey}});
    QCOMPARE(answer.status, refused ? 400 : 200);
    if (refused && method != "HEAD")
        QVERIFY(answer.json().value(u"message"_s).toString().contains(u"address"_s));
}

void ProxiesTest::pagesOfAllowedOriginsReadErrors()
{
    TestServer server;
    server.settings.corsOrigins = {u"https://shop.example"_s};
    QVERIFY(server.startCore());
    const Headers page{{"Origin", "https://shop.example"}};
    for (const auto &path : {u"/nowhere"_s, u"/health?token=x"_s, u"/admin/keys"_s}) {
        const HttpAnswer answer = server.get(path, page);
        QVERIFY(answer.status >= 400);
        QCOMPARE(answer.header("Access-Control-Allow-Origin"), "https://shop.example");
        QVERIFY(answer.header("Access-Control-Expose-Headers").contains("WWW-Authenticate"));
        QCOMPARE(answer.header("Vary"), "Origin");
    }
    const HttpAnswer unauthorised = server.call("POST", u"/webhook"_s, eventJson(), page);
    QCOMPARE(unauthorised.status, 401);
    QCOMPARE(unauthorised.header("Access-Control-Allow-Origin"), "https://shop.example");
    const HttpAnswer preflight =
        server.call("OPTIONS", u"/webhook"_s, {}, page + Headers{{"Access-Control-Request-Method", "POST"}});
    QCOMPARE(preflight.status, 204);
    const QByteArray headers = preflight.header("Access-Control-Allow-Headers");
    for (const char *name : {"Authorization", "X-API-Key", "Idempotency-Key", "X-Request-Id", "Content-Encoding"})
        QVERIFY2(headers.contains(name), name);
    QVERIFY(preflight.header("Access-Control-Max-Age").toInt() > 0);
    QVERIFY(server.get(u"/nowhere"_s, {{"Origin", "https://evil.example"}})
                .header("Access-Control-Allow-Origin")
                .isEmpty());
}

QTEST_GUILESS_MAIN(ProxiesTest)
#include "tst_proxies.moc"
