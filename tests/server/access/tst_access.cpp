#include "server/access/apikeys.h"
#include "server/access/ratelimit.h"
#include "server/access/readaccess.h"
#include "server/gate/httpfront.h"

#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNow = 1'767'268'800'000;

HttpRequest requestWith(const QList<HttpHeader> &headers, const QHostAddress &peer = QHostAddress::LocalHost)
{
    HttpRequest request;
    request.method = "GET";
    request.headers = headers;
    request.peer = peer;
    return request;
}

// Without an issuer everything is decided at once.
Result<Reader> checked(const ReadAccess &access, const HttpRequest &request)
{
    std::optional<Result<Reader>> answer;
    access.check(request, kNow, [&](const Result<Reader> &reader) { answer = reader; });
    return answer.value_or(Failure{Fault::Internal, u"no answer"_s});
}

std::optional<Failure> checkedUpgrade(const ReadAccess &access, const HttpRequest &request)
{
    std::optional<Failure> answer = Failure{Fault::Internal, u"no answer"_s};
    access.checkUpgrade(request, kNow, [&](const std::optional<Failure> &denied) { answer = denied; });
    return answer;
}

std::optional<Reader> identified(const ReadAccess &access, const QByteArray &token)
{
    std::optional<Reader> answer;
    access.identify(token, kNow, [&](const Result<Reader> &reader) {
        if (reader)
            answer = reader.value();
    });
    return answer;
}

QByteArray headerOf(const HttpReply &reply, const QByteArray &name)
{
    for (const auto &[key, value] : reply.headers)
        if (key.compare(name, Qt::CaseInsensitive) == 0)
            return value;
    return {};
}

} // namespace

// Who may send, who may read, and how fast.
class AccessTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void findsTheSendersKey_data();
    void findsTheSendersKey();
    void developmentKeyOnlyOnLoopbackWithoutOneOfItsOwn();
    void membersOfAnUnknownRoleSeeNothing();
    void aKeyRevokedDuringTheHandshakeIsNobody();
    void loopbackReaders_data();
    void loopbackReaders();
    void tokenReaders();
    void knowsLoopbackHosts_data();
    void knowsLoopbackHosts();
    void corsOnlyForAllowedOrigins();
    void rateHoldsOverTime();
    void batchesAreWorkedOffAsDebt();
};

void AccessTest::findsTheSendersKey_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("known");
    QTest::newRow("x-api-key") << QByteArray("x-api-key") << QByteArray("own-key") << true;
    QTest::newRow("bearer") << QByteArray("authorization") << QByteArray("Bearer own-key") << true;
    QTest::newRow("bearer in any case") << QByteArray("authorization") << QByteArray("bEARER   own-key ") << true;
    QTest::newRow("wrong key") << QByteArray("x-api-key") << QByteArray("own-kez") << false;
    QTest::newRow("start of the key") << QByteArray("x-api-key") << QByteArray("own-ke") << false;
    QTest::newRow("longer than the key") << QByteArray("x-api-key") << QByteArray("own-key1") << false;
    QTest::newRow("empty") << QByteArray("x-api-key") << QByteArray() << false;
    QTest::newRow("basic") << QByteArray("authorization") << QByteArray("Basic own-key") << false;
    QTest::newRow("bearer alone") << QByteArray("authorization") << QByteArray("Bearer ") << false;
    QTest::newRow("nothing") << QByteArray("accept") << QByteArray("own-key") << false;
    QTest::newRow("development key beside an own one")
        << QByteArray("x-api-key") << QByteArray(kDevelopmentKey) << false;
}

void AccessTest::findsTheSendersKey()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    QFETCH(bool, known);
    Settings settings;
    settings.webhookKey = u"own-key"_s;
    QCOMPARE(ApiKeys(settings).identify(requestWith({{name, value}}), kNow).has_value(), known);
}

void AccessTest::developmentKeyOnlyOnLoopbackWithoutOneOfItsOwn()
{
    const HttpRequest request = requestWith({{"x-api-key", kDevelopmentKey}});
    Settings settings;
    QVERIFY(ApiKeys(settings).usesDevelopmentKey());
    QVERIFY(ApiKeys(settings).identify(request, kNow));
    QVERIFY(ApiKeys(settings).identify(request, kNow)->isPublished);
    settings.webhookKey = QString::fromLatin1(kDevelopmentKey); // everybody knows it all the same
    QVERIFY(ApiKeys(settings).identify(request, kNow)->isPublished);
    settings.webhookKey.clear();
    settings.host = u"0.0.0.0"_s;
    QVERIFY(!ApiKeys(settings).usesDevelopmentKey());
    QVERIFY(!ApiKeys(settings).identify(request, kNow));
    settings.host = u"127.0.0.1"_s; // but a proxy lets the world in
    settings.trustedProxies = {u"127.0.0.1"_s};
    QVERIFY(!ApiKeys(settings).usesDevelopmentKey());
    QVERIFY(!ApiKeys(settings).identify(request, kNow));
}

void AccessTest::membersOfAnUnknownRoleSeeNothing()
{
    const Reader ann{{}, KeyRole::Viewer, u"user:ann"_s, {}, {}, 0, true};
    const Member unknown{u"default"_s, u"ann"_s, KeyRole::Sender, 0};
    const Result<Reader> none = withMembers(ann, Members({unknown}));
    QVERIFY(!none && none.failure().kind == Fault::Denied);
    const Result<Reader> one = withMembers(ann, Members({unknown, {u"shop"_s, u"ann"_s, KeyRole::Viewer, 0}}));
    QVERIFY(one.ok());
    QCOMPARE(one->projects, QStringList{u"shop"_s});
}

void AccessTest::aKeyRevokedDuringTheHandshakeIsNobody()
{
    const Settings settings;
    ApiKeys keys(settings);
    const ReadAccess access(settings, &keys);
    NewApiKey made = makeApiKey(u"default"_s, KeyRole::Viewer, {}, kNow);
    const QByteArray header = "Bearer " + made.text;
    keys.setStored({made.key});
    QCOMPARE(access.upgraded(header, kNow)->keyId, made.key.id);
    made.key.revokedAtMs = kNow;
    keys.setStored({made.key});
    QVERIFY(!access.upgraded(header, kNow)); // not the reader that anybody on this machine is
    QCOMPARE(access.upgraded({}, kNow)->subject, u"local"_s);
}

void AccessTest::loopbackReaders_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<QString>("peer");
    QTest::addColumn<QByteArray>("forwarded");
    QTest::addColumn<bool>("allowed");
    const QByteArray none;
    QTest::newRow("a program") << QByteArray("127.0.0.1:8000") << none << u"127.0.0.1"_s << none << true;
    QTest::newRow("ipv6 peer") << QByteArray("[::1]:8000") << none << u"::1"_s << none << true;
    QTest::newRow("allowed page") << QByteArray("localhost") << QByteArray("http://desk.example") << u"127.0.0.1"_s
                                  << none << true;
    QTest::newRow("foreign page") << QByteArray("localhost") << QByteArray("http://evil.example") << u"127.0.0.1"_s
                                  << none << false;
    QTest::newRow("sandboxed page") << QByteArray("localhost") << QByteArray("null") << u"127.0.0.1"_s << none << false;
    QTest::newRow("rebound name") << QByteArray("evil.example:8000") << none << u"127.0.0.1"_s << none << false;
    QTest::newRow("no host") << none << none << u"127.0.0.1"_s << none << false;
    QTest::newRow("other machine") << QByteArray("127.0.0.1") << none << u"192.0.2.7"_s << none << false;
    QTest::newRow("proxy here") << QByteArray("127.0.0.1") << none << u"127.0.0.1"_s << QByteArray("192.0.2.7")
                                << false;
}

void AccessTest::loopbackReaders()
{
    QFETCH(QByteArray, host);
    QFETCH(QByteArray, origin);
    QFETCH(QString, peer);
    QFETCH(QByteArray, forwarded);
    QFETCH(bool, allowed);
    Settings settings;
    settings.corsOrigins = {u"http://Desk.example/"_s};
    QList<HttpHeader> headers;
    for (const HttpHeader &header : {HttpHeader{"host", host}, {"origin", origin}, {"x-forwarded-for", forwarded}})
        if (!header.second.isEmpty())
            headers.append(header);
    const ApiKeys keys(settings);
    const ReadAccess access(settings, &keys);
    const HttpRequest request = requestWith(headers, QHostAddress(peer));
    QVERIFY(!access.needsProof());
    QCOMPARE(checked(access, request).ok(), allowed);
    QCOMPARE(!checkedUpgrade(access, request), allowed);
    if (!allowed)
        QCOMPARE(checked(access, request).failure().kind, Fault::Denied);
}

void AccessTest::tokenReaders()
{
    Settings settings;
    settings.host = u"0.0.0.0"_s;
    settings.viewerToken = u"viewer"_s;
    settings.corsOrigins = {u"https://desk.example"_s};
    const ApiKeys keys(settings);
    const ReadAccess access(settings, &keys);
    const QHostAddress far(u"192.0.2.7"_s);
    QVERIFY(access.needsProof());
    QVERIFY(identified(access, "viewer").has_value());
    QVERIFY(!identified(access, "viewes"));

    const HttpRequest good = requestWith({{"authorization", "Bearer viewer"}, {"host", "any.example"}}, far);
    QVERIFY(checked(access, good).ok());
    QVERIFY(!checkedUpgrade(access, good));
    const HttpRequest bad = requestWith({{"authorization", "Bearer other"}}, far);
    QCOMPARE(checked(access, bad).failure().kind, Fault::Unauthenticated);
    QCOMPARE(checkedUpgrade(access, bad)->kind, Fault::Unauthenticated);
    const HttpRequest without = requestWith({}, far);
    QCOMPARE(checked(access, without).failure().kind, Fault::Unauthenticated);
    QVERIFY(!checkedUpgrade(access, without)); // `authenticate` may follow
    QCOMPARE(checkedUpgrade(access, requestWith({{"origin", "https://evil.example"}}, far))->kind, Fault::Denied);
    QVERIFY(!checkedUpgrade(access, requestWith({{"origin", "https://desk.example"}}, far)));

    settings.viewerToken.clear(); // checkSafe() refuses such settings; should it ever not, nobody reads
    const ReadAccess nobody(settings, &keys);
    QVERIFY(!checked(nobody, requestWith({{"host", "localhost"}})).ok());
}

void AccessTest::knowsLoopbackHosts_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<bool>("loopback");
    for (const char *good : {"localhost", "LOCALHOST:8000", "127.0.0.1", "127.1.2.3:80", "[::1]", "[::1]:8000"})
        QTest::newRow(good) << QByteArray(good) << true;
    for (const char *good : {"localhost:", "[0:0:0:0:0:0:0:1]:80", "[::ffff:127.0.0.1]"})
        QTest::newRow(good) << QByteArray(good) << true;
    for (const char *bad : {"",
                            "evil.example",
                            "localhost.evil.example",
                            "127.0.0.1.evil.example",
                            "10.0.0.1",
                            "0.0.0.0",
                            "[::2]:1",
                            "[::1",
                            "1",
                            "0x7f.1",
                            "[::1].evil.example",
                            "[::1]evil.example:80",
                            "[::1]:80.evil.example",
                            "localhost:80.evil.example",
                            "127.0.0.1:evil.example",
                            "localhost:80:evil.example",
                            "[127.0.0.1]",
                            "[::1%lo]",
                            "::1",
                            "127.0.0.1\n",
                            "127.000.0.1",
                            "evil.example[::1]",
                            "localhost.",
                            "127.1"})
        QTest::newRow(*bad ? bad : "empty") << QByteArray(bad) << false;
}

void AccessTest::knowsLoopbackHosts()
{
    QFETCH(QByteArray, host);
    QTEST(isLoopbackHost(host), "loopback");
}

void AccessTest::corsOnlyForAllowedOrigins()
{
    const Origins origins({u"https://desk.example"_s});
    HttpRequest request = requestWith({{"origin", "https://desk.example"}, {"access-control-request-method", "POST"}});
    HttpReply reply;
    origins.addCors(request, reply);
    QCOMPARE(headerOf(reply, "Access-Control-Allow-Origin"), QByteArray("https://desk.example"));
    QCOMPARE(headerOf(reply, "Vary"), QByteArray("Origin"));
    QVERIFY(headerOf(reply, "Access-Control-Allow-Methods").isEmpty());
    request.method = "OPTIONS";
    origins.addCors(request, reply = {});
    QVERIFY(headerOf(reply, "Access-Control-Allow-Headers").contains("X-API-Key"));
    origins.addCors(requestWith({{"origin", "https://evil.example"}}), reply = {});
    QVERIFY(headerOf(reply, "Access-Control-Allow-Origin").isEmpty());
    Origins({}).addCors(request, reply = {});
    QVERIFY(reply.headers.isEmpty());
}

void AccessTest::rateHoldsOverTime()
{
    RateLimit off(0);
    QCOMPARE(off.take("k", 1'000'000, 0), 0);

    RateLimit limit(5);
    for (int i = 0; i < 5; ++i)
        QCOMPARE(limit.take("k", 1, 1'000), 0);
    QCOMPARE(limit.take("k", 1, 1'000), 1);
    QCOMPARE(limit.wait("k", 1'000), 1);
    QCOMPARE(limit.take("other", 5, 1'000), 0); // each key has its own
    QCOMPARE(limit.take("k", 1, 1'200), 0);
    QCOMPARE(limit.take("k", 1, 1'200), 1);
    QCOMPARE(limit.take("k", 1, 500), 1); // a clock set back gives nothing away
    QCOMPARE(limit.take("k", 5, 60'000), 0);
    QCOMPARE(limit.take("k", 1, 60'000), 1); // and no more than one second is saved up
}

void AccessTest::batchesAreWorkedOffAsDebt()
{
    RateLimit limit(10);
    QCOMPARE(limit.take("k", 100, 0), 0);
    QCOMPARE(limit.take("k", 1, 0), 10); // 90 below nothing, and one more
    QCOMPARE(limit.take("k", 1, 9'000), 1);
    QCOMPARE(limit.take("k", 1, 9'100), 0);
    QCOMPARE(limit.take("k", 100, 9'200), 1); // a batch needs a full bucket
}

QTEST_GUILESS_MAIN(AccessTest)
#include "tst_access.moc"
