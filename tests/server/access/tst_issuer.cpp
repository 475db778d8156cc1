#include "core/base/metrics.h"
#include "server/access/logins.h"
#include "tests/server/rawclient.h"
#include "tests/support/testissuer.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

namespace {

const auto kDiscovery = u"/.well-known/openid-configuration"_s;
const auto kJwks = u"/jwks"_s;

QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

// An issuer, and what trusts it.
struct Pair {
    explicit Pair(const IssuerLimits &limits = {}, bool isThere = true)
    {
        [&] { QVERIFY(issuer.start()); }();
        if (!isThere)
            issuer.stop();
        logins.emplace(TokenRules{issuer.url(), issuer.audience, issuer.clientId}, limits, QString(), &clock);
        logins->start();
    }
    Result<TokenClaims> ask(const QByteArray &token)
    {
        std::optional<Result<TokenClaims>> answer;
        logins->check(token, [&](const Result<TokenClaims> &claims) { answer = claims; });
        spinUntil([&] { return answer.has_value(); }, 15'000);
        return answer.value_or(Failure{Fault::Internal, u"no answer"_s});
    }
    // The first attempt to reach the issuer is over.
    bool hasTried() const { return logins->metrics().value("entvas_issuer_fetches_total") > 0; }
    bool waitForKeys()
    {
        return spinUntil([&] { return !logins->issuer().keys().isEmpty(); });
    }

    TestIssuer issuer;
    SystemClock clock;
    std::optional<Logins> logins;
};

IssuerLimits quick()
{
    IssuerLimits limits;
    limits.retryMs = limits.maxRetryMs = 50;
    return limits;
}

} // namespace

// The keys of an issuer: how they come, how they are renewed, and what an issuer can't do to a server.
class IssuerTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void firstTokenWaitsForTheKeys();
    void rotationIsSeenAtOnce();
    void unknownKeysAreAskedForNowAndThen();
    void issuerThatIsAwayAtTheStart();
    void lastGoodKeysAreKept();
    void rotatedOutKeysGoWithTheNextLook();
    void cacheControlDecidesWithinBounds_data();
    void cacheControlDecidesWithinBounds();
    void slowIssuerIsGivenUp();
    void nobodyWaitsForEver();
    void waitingIsBounded();
    void stoppingAnswersEverybody();
    void hostileAnswers_data();
    void hostileAnswers();
    void hostileAnswersDoNotReplaceGoodOnes();
    void safeAddresses_data();
    void safeAddresses();
};

void IssuerTest::firstTokenWaitsForTheKeys()
{
    Pair pair;
    pair.issuer.delayMs = 100;
    const auto claims = pair.ask(pair.issuer.accessToken()); // nothing has been fetched yet
    QVERIFY2(claims, claims ? "" : qPrintable(claims.failure().text));
    QCOMPARE(claims->subject, pair.issuer.person.subject);
    QCOMPARE(claims->name, u"Ada Lovelace"_s);
    QVERIFY(pair.logins->checkNow(pair.issuer.accessToken()));
    QCOMPARE(pair.issuer.requests(kDiscovery), 1);
    QCOMPARE(pair.issuer.requests(kJwks), 1);
    QCOMPARE(pair.logins->issuer().metrics().value("entvas_issuer_fetches_total"), 1.0);
}

void IssuerTest::rotationIsSeenAtOnce()
{
    Pair pair;
    QVERIFY(pair.waitForKeys());
    const QByteArray old = pair.issuer.accessToken();
    QVERIFY(pair.ask(old));
    pair.issuer.rotateKey();
    QVERIFY(pair.ask(pair.issuer.accessToken()));
    const auto refused = pair.ask(old); // its key is gone
    QVERIFY(!refused);
    QCOMPARE(refused.failure().kind, Fault::Unauthenticated);
    QVERIFY(refused.failure().text.contains(u"does not publish"_s));
}

void IssuerTest::unknownKeysAreAskedForNowAndThen()
{
    IssuerLimits limits;
    QCOMPARE(limits.refetchMs, 30'000);
    limits.refetchMs = 1'000;
    Pair pair(limits);
    QVERIFY(pair.waitForKeys());
    const auto unknown = [&](int i) {
        QJsonObject header{{u"kid"_s, u"no-such-key-%1"_s.arg(i)}};
        return pair.issuer.keys.first().sign(header, {{u"iss"_s, pair.issuer.url()}});
    };
    QElapsedTimer since;
    since.start();
    for (int i = 0; i < 50; ++i)
        QCOMPARE(pair.ask(unknown(i)).failure().kind, Fault::Unauthenticated);
    QVERIFY2(pair.issuer.requests(kJwks) <= 2 + int(since.elapsed() / limits.refetchMs),
             qPrintable(QString::number(pair.issuer.requests(kJwks))));
    const int before = pair.issuer.requests(kJwks);
    QVERIFY(spinUntil([&] { return !pair.ask(unknown(0)).ok() && pair.issuer.requests(kJwks) > before; }));
    // A token that names another issuer costs no question.
    pair.issuer.canned.clear();
    const int asked = pair.issuer.requests(kJwks);
    QVERIFY(!pair.ask(pair.issuer.accessToken({{u"iss"_s, u"https://evil.example/"_s}})));
    QCOMPARE(pair.issuer.requests(kJwks), asked);
}

void IssuerTest::issuerThatIsAwayAtTheStart()
{
    Pair pair(quick(), false);
    const auto unknown = pair.ask(pair.issuer.accessToken());
    QVERIFY(!unknown);
    QCOMPARE(unknown.failure().kind, Fault::Unavailable);
    QVERIFY(pair.logins->issuer().isAway());
    // Whatever is wrong without its keys is refused all the same.
    QCOMPARE(pair.ask("a.b.c").failure().kind, Fault::Unauthenticated);
    QVERIFY(pair.issuer.start(pair.issuer.port()));
    QVERIFY(pair.waitForKeys()); // by itself
    QVERIFY(pair.ask(pair.issuer.accessToken()));
    QVERIFY(!pair.logins->issuer().isAway());
}

void IssuerTest::lastGoodKeysAreKept()
{
    IssuerLimits limits = quick();
    limits.refreshMs = limits.minRefreshMs = 50;
    Pair pair(limits);
    QVERIFY(pair.waitForKeys());
    pair.issuer.stop();
    QVERIFY(spinUntil([&] { return pair.logins->metrics().value("entvas_issuer_fetches_total", u"failed"_s) >= 3; }));
    QVERIFY(pair.ask(pair.issuer.accessToken()));
    // Whether another key is a new one nobody can say.
    pair.issuer.rotateKey();
    QCOMPARE(pair.ask(pair.issuer.accessToken()).failure().kind, Fault::Unavailable);
}

void IssuerTest::rotatedOutKeysGoWithTheNextLook()
{
    IssuerLimits limits = quick();
    limits.refreshMs = limits.minRefreshMs = 50;
    Pair pair(limits);
    QVERIFY(pair.waitForKeys());
    const QByteArray old = pair.issuer.accessToken();
    pair.issuer.rotateKey();
    QVERIFY(spinUntil([&] { return !pair.logins->checkNow(old); }));
}

void IssuerTest::cacheControlDecidesWithinBounds_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<bool>("isSoon"); // asked again within the test
    QTest::newRow("nothing said") << QByteArray() << false;
    QTest::newRow("a second") << QByteArray("Cache-Control: public, max-age=1\r\n") << true;
    QTest::newRow("no time at all") << QByteArray("Cache-Control: max-age=0\r\n") << true;
    QTest::newRow("a year") << QByteArray("Cache-Control: max-age=31536000\r\n") << false;
    QTest::newRow("shared caches only") << QByteArray("Cache-Control: s-maxage=1\r\n") << false;
}

void IssuerTest::cacheControlDecidesWithinBounds()
{
    QFETCH(QByteArray, header);
    QFETCH(bool, isSoon);
    IssuerLimits limits;
    limits.refreshMs = 60'000;
    limits.minRefreshMs = 200;
    Pair pair(limits);
    pair.issuer.canned[kJwks] = {200, compact(jwksOf(pair.issuer.keys)), header};
    QVERIFY(pair.waitForKeys());
    QCOMPARE(spinUntil([&] { return pair.issuer.requests(kJwks) > 1; }, 1'500), isSoon);
    QVERIFY(pair.issuer.requests(kJwks) < 9); // never more often than the bound
}

void IssuerTest::slowIssuerIsGivenUp()
{
    IssuerLimits limits;
    limits.fetchMs = 100;
    Pair pair(limits);
    pair.issuer.delayMs = 60'000;
    QCOMPARE(pair.ask(pair.issuer.accessToken()).failure().kind, Fault::Unavailable);
    QVERIFY(pair.logins->issuer().awayBecause().contains(u"did not answer within"_s));
}

void IssuerTest::nobodyWaitsForEver()
{
    Pair pair;
    pair.issuer.delayMs = 60'000; // beyond Logins::kWaitMs and the time of a fetch
    const auto claims = pair.ask(pair.issuer.accessToken());
    QVERIFY(!claims);
    QCOMPARE(claims.failure().kind, Fault::Unavailable);
    QVERIFY(!pair.hasTried()); // it was patience that ended, not the fetch
    QCOMPARE(pair.logins->metrics().value("entvas_logins_waiting"), 0.0);
}

void IssuerTest::waitingIsBounded()
{
    Pair pair;
    pair.issuer.delayMs = 300;
    const QByteArray token = pair.issuer.accessToken();
    int good = 0;
    int full = 0;
    constexpr int kMore = 10;
    const int all = int(Logins::kMaxWaiting) + kMore;
    for (int i = 0; i < all; ++i)
        pair.logins->check(token, [&](const Result<TokenClaims> &claims) {
            good += claims.ok();
            full += !claims && claims.failure().kind == Fault::Unavailable;
        });
    QCOMPARE(full, kMore);
    QCOMPARE(pair.logins->metrics().value("entvas_logins_waiting"), double(Logins::kMaxWaiting));
    QCOMPARE(pair.logins->metrics().value("entvas_logins_waiting_limit"), double(Logins::kMaxWaiting));
    QCOMPARE(pair.logins->metrics().value("entvas_logins_waiting_limit_reached_total"), double(kMore));
    QVERIFY(spinUntil([&] { return good + full == all; }));
    QCOMPARE(good, int(Logins::kMaxWaiting));
}

void IssuerTest::stoppingAnswersEverybody()
{
    Pair pair;
    pair.issuer.delayMs = 60'000;
    std::optional<Fault> heard;
    pair.logins->check(pair.issuer.accessToken(), [&](const Result<TokenClaims> &claims) {
        heard = claims ? Fault::Internal : claims.failure().kind;
    });
    QVERIFY(!heard);
    pair.logins->giveUp();
    QCOMPARE(heard, std::optional(Fault::Unavailable));
    QCOMPARE(pair.ask(pair.issuer.accessToken()).failure().kind, Fault::Unavailable); // at once
    pair.logins.reset();                                                              // with a fetch under way
}

void IssuerTest::hostileAnswers_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body"); // of discovery: what it says instead
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QString>("sentence");
    const auto jwks = [](const char *name, int status, const QByteArray &body, const QString &sentence,
                         const QByteArray &headers = {}) {
        QTest::newRow(name) << kJwks << status << body << headers << sentence;
    };
    const auto says = [](const char *name, const QJsonObject &changes, const QString &sentence) {
        QTest::newRow(name) << kDiscovery << 0 << compact(changes) << QByteArray() << sentence;
    };
    jwks("huge keys", 200, QByteArray(300 * 1024, ' '), u"larger than 262144 bytes"_s);
    jwks("keys elsewhere", 302, "", u"leads elsewhere"_s, "Location: http://127.0.0.1:1/jwks\r\n");
    jwks("keys in HTML", 200, "<html>", u"no valid JSON"_s);
    jwks("no keys", 200, R"({"keys":[]})", u"no key that is of use"_s);
    jwks("a shared secret", 200, R"({"keys":[{"kty":"oct","k":"AAAA","kid":"key-1"}]})", u"neither RSA nor EC"_s);
    jwks("keys twice", 200, R"({"keys":[],"keys":[]})", u"a key twice"_s);
    jwks("failing", 500, "{}", u"server replied"_s);
    jwks("not found", 404, "{}", u"server replied"_s);
    jwks("created", 201, "{}", u"answers 201"_s);
    jwks("packed", 200, QByteArray::fromHex("1f8b08000000000000030300000000"), u"no valid JSON"_s,
         "Content-Encoding: gzip\r\n");
    says("of another issuer", {{u"issuer"_s, u"https://evil.example/"_s}}, u"it calls itself"_s);
    says("without a name", {{u"issuer"_s, QJsonValue::Null}}, u"it calls itself"_s);
    says("keys by plain http", {{u"jwks_uri"_s, u"http://192.0.2.1/jwks"_s}}, u"neither https nor on this machine"_s);
    says("keys in a file", {{u"jwks_uri"_s, u"file:///etc/passwd"_s}}, u"neither https nor on this machine"_s);
    says("keys in itself", {{u"jwks_uri"_s, u"data:application/json,{}"_s}}, u"neither https nor on this machine"_s);
    says("keys at no address", {{u"jwks_uri"_s, u"/jwks"_s}}, u"neither https nor on this machine"_s);
    says("keys with a password", {{u"jwks_uri"_s, u"http://a:b@127.0.0.1/jwks"_s}},
         u"neither https nor on this machine"_s);
    says("keys nowhere", {{u"jwks_uri"_s, QJsonValue::Null}}, u"neither https nor on this machine"_s);
    QTest::newRow("discovery elsewhere") << kDiscovery << 301 << QByteArray()
                                         << QByteArray("Location: http://127.0.0.1:1/\r\n") << u"leads elsewhere"_s;
    QTest::newRow("huge discovery") << kDiscovery << 200 << QByteArray(300 * 1024, ' ') << QByteArray()
                                    << u"larger than 262144 bytes"_s;
    QTest::newRow("discovery in HTML") << kDiscovery << 200 << QByteArray("<html>") << QByteArray()
                                       << u"no valid JSON"_s;
}

void IssuerTest::hostileAnswers()
{
    QFETCH(QString, path);
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, headers);
    QFETCH(QString, sentence);
    Pair pair(quick());
    if (status == 0) {
        QJsonObject document{{u"issuer"_s, pair.issuer.url()}, {u"jwks_uri"_s, pair.issuer.url() + u"jwks"_s}};
        const QJsonObject changes = QJsonDocument::fromJson(body).object();
        for (auto it = changes.begin(); it != changes.end(); ++it)
            document[it.key()] = it.value();
        pair.issuer.canned[path] = {200, compact(document), {}};
    } else {
        pair.issuer.canned[path] = {status, body, headers};
    }
    const auto claims = pair.ask(pair.issuer.accessToken());
    QVERIFY(!claims);
    QCOMPARE(claims.failure().kind, Fault::Unavailable);
    QVERIFY(pair.logins->issuer().keys().isEmpty());
    QVERIFY2(pair.logins->issuer().awayBecause().contains(sentence), qPrintable(pair.logins->issuer().awayBecause()));
    // And it comes right by itself.
    pair.issuer.canned.clear();
    QVERIFY(pair.waitForKeys());
    QVERIFY(pair.ask(pair.issuer.accessToken()));
}

void IssuerTest::hostileAnswersDoNotReplaceGoodOnes()
{
    IssuerLimits limits = quick();
    limits.refreshMs = limits.minRefreshMs = 50;
    Pair pair(limits);
    QVERIFY(pair.waitForKeys());
    pair.issuer.canned[kJwks] = {200, R"({"keys":[]})", {}};
    QVERIFY(spinUntil([&] { return pair.logins->metrics().value("entvas_issuer_fetches_total", u"failed"_s) >= 2; }));
    QVERIFY(pair.ask(pair.issuer.accessToken()));
}

void IssuerTest::safeAddresses_data()
{
    QTest::addColumn<bool>("safe");
    for (const char *good : {"https://login.example.org/", "https://login.example.org:8443/realms/a",
                             "http://localhost/x", "http://127.0.0.1:1/", "http://[::1]:1/"})
        QTest::newRow(good) << true;
    for (const char *bad : {"http://login.example.org/", "http://127.0.0.1.example.org/", "http://10.0.0.1/",
                            "ftp://a/", "file:///etc/passwd", "https://", "https://a:b@c/", "", "login.example.org"})
        QTest::newRow(*bad != '\0' ? bad : "empty") << false;
}

void IssuerTest::safeAddresses()
{
    const QByteArray tag = QTest::currentDataTag();
    const QUrl url(tag == "empty" ? QString() : QString::fromLatin1(tag));
    QTEST(Issuer::isSafe(url, QUrl(u"http://localhost/"_s)), "safe");
    // What an issuer far away says must not lead to whatever listens on this machine.
    QFETCH(bool, safe);
    QCOMPARE(Issuer::isSafe(url, QUrl(u"https://login.example.org/"_s)), safe && url.scheme() == u"https");
}

QTEST_GUILESS_MAIN(IssuerTest)
#include "tst_issuer.moc"
