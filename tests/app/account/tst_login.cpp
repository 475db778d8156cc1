// The login in the browser, against the issuer of the tests and a browser that does what a script says.
#include "app/account/login.h"
#include "app/account/loginlistener.h"
#include "tests/support/scriptedbrowser.h"
#include "tests/support/testissuer.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkReply>
#include <QSignalSpy>
#include <QTcpSocket>
#include <QTest>
#include <QUrlQuery>

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

namespace {

constexpr int kPatienceMs = 10'000;
using Kind = LoginFailure::Kind;

QString value(const QUrl &url, const QString &name)
{
    return QUrlQuery(url).queryItemValue(name, QUrl::FullyDecoded);
}

// One request by hand, and the whole answer to it.
QByteArray ask(const QUrl &address, const QByteArray &head)
{
    QTcpSocket socket;
    socket.connectToHost(address.host(), quint16(address.port()));
    QSignalSpy closed(&socket, &QTcpSocket::disconnected);
    socket.write(head);
    if (closed.isEmpty())
        closed.wait(kPatienceMs);
    return socket.readAll();
}

QByteArray get(const QUrl &address, const QByteArray &target, const QByteArray &method = "GET")
{
    return ask(address, method + ' ' + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + QByteArray::number(address.port()) +
                            "\r\n\r\n");
}

// A login at an issuer of its own, and what came of it.
struct Flow {
    Flow()
    {
        issuer.start();
        options.config = {true, issuer.url(), issuer.clientId, issuer.audience,
                          u"openid profile email offline_access"_s};
        options.serverName = u"events.example.org"_s;
        options.openBrowser = [this](const QUrl &url) {
            opened.append(url);
            if (browses)
                browser.open(url);
            return hasBrowser;
        };
    }
    Login &begin()
    {
        login = std::make_unique<Login>(options);
        QObject::connect(login.get(), &Login::done, &browser, [this](const oidc::Tokens &got) { tokens.append(got); });
        QObject::connect(login.get(), &Login::failed, &browser,
                         [this](const LoginFailure &failure) { failures.append(failure); });
        login->start();
        return *login;
    }
    QUrl redirect() const { return QUrl(value(opened.value(0), u"redirect_uri"_s)); }
    bool isOver() const { return tokens.size() + failures.size() > 0; }

    TestIssuer issuer;
    ScriptedBrowser browser;
    Login::Options options;
    bool browses = true;
    bool hasBrowser = true;
    QList<QUrl> opened;
    QList<oidc::Tokens> tokens;
    QList<LoginFailure> failures;
    std::unique_ptr<Login> login;
};

QByteArray base64(const QJsonObject &json)
{
    return base64Url(QJsonDocument(json).toJson());
}

} // namespace

class TestLogin : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void logsIn();
    void asksAsItShould();
    void secretsAreNewEachTime();
    void thePageIsClean();
    void refusals_data();
    void refusals();
    void badIssuers_data();
    void badIssuers();
    void whoeverElseCalls_data();
    void whoeverElseCalls();
    void aCodeWorksOnce();
    void somebodyElsesCode();
    void anotherIssuersAnswer();
    void nobodyComesBack();
    void cancelled();
    void withoutABrowser();
    void idTokens_data();
    void idTokens();
    void tokensThatAServerCanCheck();
};

void TestLogin::logsIn()
{
    Flow flow;
    flow.begin();
    QTRY_VERIFY_WITH_TIMEOUT(flow.isOver(), kPatienceMs);
    QVERIFY2(flow.failures.isEmpty(), qPrintable(flow.failures.value(0).text));
    const oidc::Tokens got = flow.tokens.first();
    QCOMPARE(got.identity.subject, u"user-1"_s);
    QCOMPARE(got.identity.name, u"Ada Lovelace"_s);
    QCOMPARE(got.identity.email, u"ada@example.org"_s);
    QVERIFY(!got.refresh.isEmpty());
    QCOMPARE(oidc::claimsOf(got.bearer)["aud"_L1].toString(), flow.issuer.audience);
    const qint64 lifeMs = got.expiresAtMs - QDateTime::currentMSecsSinceEpoch();
    QVERIFY(lifeMs > 3'500'000 && lifeMs <= 3'600'000);
    flow.login.reset(); // the last page outlives it
    QTRY_VERIFY_WITH_TIMEOUT(flow.browser.isDone(), kPatienceMs);
    QCOMPARE(flow.browser.status(), 200);
    QVERIFY(flow.browser.page().contains("You are logged in"));
    // One shot: nobody listens any more.
    QTcpSocket late;
    late.connectToHost(QHostAddress::LocalHost, quint16(flow.redirect().port()));
    QTRY_COMPARE(late.error(), QAbstractSocket::ConnectionRefusedError);
}

void TestLogin::asksAsItShould()
{
    Flow flow;
    flow.options.choosesAccount = true;
    flow.begin();
    QTRY_VERIFY_WITH_TIMEOUT(flow.isOver(), kPatienceMs);
    const QUrl url = flow.opened.value(0);
    QCOMPARE(value(url, u"response_type"_s), u"code"_s);
    QCOMPARE(value(url, u"client_id"_s), flow.issuer.clientId);
    QCOMPARE(value(url, u"audience"_s), flow.issuer.audience);
    QCOMPARE(value(url, u"scope"_s), u"openid profile email offline_access"_s);
    QCOMPARE(value(url, u"code_challenge_method"_s), u"S256"_s);
    QCOMPARE(value(url, u"prompt"_s), u"select_account"_s);
    QCOMPARE(flow.redirect().host(), u"127.0.0.1"_s);
    QCOMPARE(flow.redirect().path(), u"/callback"_s);
    for (const QString &name : {u"state"_s, u"nonce"_s, u"code_challenge"_s})
        QCOMPARE(QByteArray::fromBase64(value(url, name).toLatin1(), QByteArray::Base64UrlEncoding).size(), 32);
    QCOMPARE(value(QUrl(u"?"_s + flow.issuer.lastToken().toString()), u"client_secret"_s), QString());
    // RFC 7636, appendix B.
    const oidc::Secrets example{{}, {}, u"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"_s};
    QCOMPARE(example.challenge(), u"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"_s);
}

void TestLogin::secretsAreNewEachTime()
{
    QSet<QString> seen;
    for (int i = 0; i < 20; ++i) {
        const oidc::Secrets secrets = oidc::Secrets::make();
        seen << secrets.state << secrets.nonce << secrets.verifier;
    }
    QCOMPARE(seen.size(), 60);
}

void TestLogin::thePageIsClean()
{
    Flow flow;
    flow.options.serverName = u"<script>alert(1)</script>"_s;
    flow.begin();
    QTRY_VERIFY_WITH_TIMEOUT(flow.browser.isDone(), kPatienceMs);
    const QByteArray page = flow.browser.page();
    QVERIFY(page.contains("&lt;script&gt;"));
    for (const char *foreign : {"<script", "http://", "https://", "@import", "url("})
        QVERIFY2(!page.contains(foreign), foreign);
    for (const QString &secret : flow.issuer.issuedSecrets())
        QVERIFY(!page.contains(secret.toUtf8()));
    // The browser ends at an address without a code.
    QCOMPARE(flow.browser.visited().last().path(), u"/done"_s);
    QVERIFY(!flow.browser.visited().last().hasQuery());
    const QByteArray whole = loginAnswer({true, u"h"_s, u"t"_s}, 200);
    for (const char *header : {"Cache-Control: no-store", "Referrer-Policy: no-referrer", "default-src 'none'",
                               "frame-ancestors 'none'", "nosniff", "Connection: close"})
        QVERIFY2(whole.contains(header), header);
    const qsizetype from = whole.indexOf("<style>") + 7;
    const QByteArray style = whole.mid(from, whole.indexOf("</style>") - from);
    QVERIFY(whole.contains("'sha256-" + QCryptographicHash::hash(style, QCryptographicHash::Sha256).toBase64() + '\''));
}

void TestLogin::refusals_data()
{
    QTest::addColumn<std::function<void(TestIssuer &)>>("turn");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("words");
    using Turn = std::function<void(TestIssuer &)>;
    QTest::newRow("the person says no") << Turn([](TestIssuer &i) { i.authorizeError = u"access_denied"_s; })
                                        << int(Kind::Denied) << u"refused"_s;
    QTest::newRow("the issuer fails") << Turn([](TestIssuer &i) { i.authorizeError = u"server_error"_s; })
                                      << int(Kind::Denied) << u"server_error"_s;
    QTest::newRow("another issuer answers") << Turn([](TestIssuer &i) { i.issParameter = u"https://evil.example/"_s; })
                                            << int(Kind::Wrong) << u"a different login service"_s;
    QTest::newRow("the issuer does not say who it is")
        << Turn([](TestIssuer &i) { i.issParameter = u"-"_s; }) << int(Kind::Wrong) << u"a different login service"_s;
    QTest::newRow("another error of another issuer") << Turn([](TestIssuer &i) {
        i.issParameter = u"https://evil.example/"_s;
        i.authorizeError = u"access_denied"_s;
    }) << int(Kind::Wrong) << u"a different login service"_s;
    QTest::newRow("an ID token for another login")
        << Turn([](TestIssuer &i) { i.keepsNonce = false; }) << int(Kind::Wrong) << u"another login"_s;
    QTest::newRow("the code is not accepted")
        << Turn([](TestIssuer &i) { i.tokenError = u"invalid_grant"_s; }) << int(Kind::Denied) << u"invalid_grant"_s;
    QTest::newRow("the token endpoint fails") << Turn([](TestIssuer &i) {
        i.canned[u"/token"_s] = {500, "{}", {}};
    }) << int(Kind::Away) << u"500"_s;
    QTest::newRow("no token in the answer") << Turn([](TestIssuer &i) {
        i.canned[u"/token"_s] = {200, "{}", {}};
    }) << int(Kind::Wrong) << u"token"_s;
    QTest::newRow("no JSON") << Turn([](TestIssuer &i) {
        i.canned[u"/token"_s] = {200, "hello", {}};
    }) << int(Kind::Wrong) << u"token"_s;
    QTest::newRow("more than an answer can be") << Turn([](TestIssuer &i) {
        i.canned[u"/token"_s] = {200, QByteArray(2'000'000, ' '), {}};
    }) << int(Kind::Away) << u"too large"_s;
    QTest::newRow("a token that no server can check") << Turn([](TestIssuer &i) {
        const QByteArray id = i.keys.first().sign(
            {}, {{u"iss"_s, i.url()}, {u"aud"_s, i.clientId}, {u"sub"_s, u"x"_s}, {u"exp"_s, 4'000'000'000.0}});
        i.canned[u"/token"_s] = {
            200, R"({"access_token":"opaque","token_type":"Bearer","id_token":")" + id + "\"}", {}};
    }) << int(Kind::Wrong) << u"another login"_s; // its nonce comes first
}

void TestLogin::refusals()
{
    QFETCH(const std::function<void(TestIssuer &)>, turn);
    QFETCH(int, kind);
    QFETCH(QString, words);
    Flow flow;
    turn(flow.issuer);
    flow.begin();
    QTRY_VERIFY_WITH_TIMEOUT(flow.isOver() && flow.browser.isDone(), kPatienceMs);
    QVERIFY(flow.tokens.isEmpty());
    QCOMPARE(int(flow.failures.first().kind), kind);
    QVERIFY2(flow.failures.first().text.contains(words), qPrintable(flow.failures.first().text));
    QVERIFY(flow.browser.page().contains("You are not logged in"));
    for (const QString &secret : flow.issuer.issuedSecrets())
        QVERIFY(!flow.failures.first().text.contains(secret));
}

void TestLogin::badIssuers_data()
{
    QTest::addColumn<QByteArray>("discovery");
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("kind");
    const auto row = [](const char *name, const QJsonObject &changes, int kind, int status = 200) {
        QTest::newRow(name) << QJsonDocument(changes).toJson() << status << kind;
    };
    row("calls itself otherwise", {{u"issuer"_s, u"https://evil.example/"_s}}, int(Kind::Unsuitable));
    row("logs in without encryption", {{u"authorization_endpoint"_s, u"http://id.example.org/authorize"_s}},
        int(Kind::Unsuitable));
    row("gives tokens without encryption", {{u"token_endpoint"_s, u"http://id.example.org/token"_s}},
        int(Kind::Unsuitable));
    row("logs in by a file", {{u"authorization_endpoint"_s, u"file:///etc/passwd"_s}}, int(Kind::Unsuitable));
    row("plain PKCE only", {{u"code_challenge_methods_supported"_s, QJsonArray{u"plain"_s}}}, int(Kind::Unsuitable));
    row("is ill", {}, int(Kind::Away), 503);
}

void TestLogin::badIssuers()
{
    QFETCH(QByteArray, discovery);
    QFETCH(int, status);
    QFETCH(int, kind);
    Flow flow;
    QJsonObject told{{u"issuer"_s, flow.issuer.url()},
                     {u"authorization_endpoint"_s, flow.issuer.url() + u"authorize"_s},
                     {u"token_endpoint"_s, flow.issuer.url() + u"token"_s}};
    const QJsonObject changes = QJsonDocument::fromJson(discovery).object();
    for (auto it = changes.begin(); it != changes.end(); ++it)
        told[it.key()] = it.value();
    flow.issuer.canned[u"/.well-known/openid-configuration"_s] = {status, QJsonDocument(told).toJson(), {}};
    flow.begin();
    QTRY_VERIFY_WITH_TIMEOUT(flow.isOver(), kPatienceMs);
    QCOMPARE(int(flow.failures.value(0).kind), kind);
    QVERIFY(flow.opened.isEmpty());
    Flow away;
    away.issuer.stop();
    away.begin();
    QTRY_COMPARE_WITH_TIMEOUT(away.failures.size(), 1, kPatienceMs);
    QCOMPARE(away.failures[0].kind, Kind::Away);
    Flow plain;
    plain.options.config.issuer = u"http://id.example.org/"_s;
    plain.begin();
    QTRY_COMPARE_WITH_TIMEOUT(plain.failures.size(), 1, kPatienceMs);
    QCOMPARE(plain.failures[0].kind, Kind::Unsuitable);
}

void TestLogin::whoeverElseCalls_data()
{
    QTest::addColumn<QByteArray>("request"); // %P is the port, %S the state
    QTest::addColumn<QByteArray>("status");
    const auto row = [](const char *name, const QByteArray &line, const QByteArray &status,
                        const QByteArray &host = "127.0.0.1:%P") {
        QTest::newRow(name) << line + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n" << status;
    };
    row("no state", "GET /callback?code=x", "400");
    row("a wrong state", "GET /callback?code=x&state=AAAA", "400");
    row("a wrong state of the right length", "GET /callback?code=x&state=" + QByteArray(43, 'A'), "400");
    row("two states", "GET /callback?code=x&state=%S&state=%S", "400");
    row("another path", "GET /callback/?code=x&state=%S", "404");
    row("another one", "GET /?code=x&state=%S", "404");
    row("an icon", "GET /favicon.ico", "404");
    row("the last page too early", "GET /done", "404");
    row("POST", "POST /callback?code=x&state=%S", "405");
    row("HEAD", "HEAD /callback?code=x&state=%S", "405");
    row("another name for this machine", "GET /callback?code=x&state=%S", "400", "evil.example:%P");
    row("no name", "GET /callback?code=x&state=%S", "400", "");
    QTest::newRow("no HTTP") << QByteArray("hello\r\n\r\n") << QByteArray("400");
    QTest::newRow("endless") << "GET /" + QByteArray(20'000, 'a') << QByteArray("400");
}

void TestLogin::whoeverElseCalls()
{
    QFETCH(QByteArray, request);
    QFETCH(QByteArray, status);
    Flow flow;
    flow.browses = false;
    flow.begin();
    QTRY_COMPARE_WITH_TIMEOUT(flow.opened.size(), 1, kPatienceMs);
    const QUrl address = flow.redirect();
    request.replace("%P", QByteArray::number(address.port()));
    request.replace("%S", value(flow.opened[0], u"state"_s).toLatin1());
    const QByteArray answer = ask(address, request);
    QVERIFY2(answer.startsWith("HTTP/1.1 " + status + ' '), answer.left(80).constData());
    QVERIFY(!answer.contains(value(flow.opened[0], u"state"_s).toLatin1()));
    QVERIFY(!flow.isOver());
    flow.browser.open(flow.opened[0]); // the right one still comes through
    QTRY_COMPARE_WITH_TIMEOUT(flow.tokens.size(), 1, kPatienceMs);
}

void TestLogin::aCodeWorksOnce()
{
    Flow flow;
    flow.browses = false;
    flow.issuer.delayMs = 500;
    flow.begin();
    QTRY_COMPARE_WITH_TIMEOUT(flow.opened.size(), 1, kPatienceMs);
    flow.browser.open(flow.opened[0]);
    QTRY_COMPARE_WITH_TIMEOUT(flow.browser.visited().size(), 2, kPatienceMs);
    const QUrl url = flow.browser.visited().last();
    const QByteArray back = (url.path() + u'?' + url.query(QUrl::FullyEncoded)).toLatin1();
    QVERIFY2(back.startsWith("/callback?"), qPrintable(url.toString()));
    QVERIFY(!flow.isOver()); // the first one still waits for its tokens
    const QByteArray again = get(flow.redirect(), back);
    QVERIFY2(again.startsWith("HTTP/1.1 410 "), again.left(80).constData());
    QTRY_COMPARE_WITH_TIMEOUT(flow.tokens.size(), 1, kPatienceMs);
    QCOMPARE(flow.issuer.requests(u"/token"_s), 1);
}

// An attacker's own code, put into somebody's login (with the state that only that login knows): PKCE ends it.
void TestLogin::somebodyElsesCode()
{
    Flow attacker, victim;
    attacker.browses = victim.browses = false;
    victim.options.config.issuer = attacker.issuer.url();
    attacker.begin();
    victim.begin();
    QTRY_VERIFY_WITH_TIMEOUT(attacker.opened.size() == 1 && victim.opened.size() == 1, kPatienceMs);
    QNetworkAccessManager network;
    QNetworkRequest request(attacker.opened[0]);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    QNetworkReply *reply = network.get(request);
    QTRY_VERIFY_WITH_TIMEOUT(reply->isFinished(), kPatienceMs);
    const QUrl back = reply->attribute(QNetworkRequest::RedirectionTargetAttribute).toUrl();
    const QByteArray page = get(victim.redirect(), "/callback?code=" + value(back, u"code"_s).toLatin1() +
                                                       "&state=" + value(victim.opened[0], u"state"_s).toLatin1() +
                                                       "&iss=" + QUrl::toPercentEncoding(attacker.issuer.url()));
    QVERIFY(page.startsWith("HTTP/1.1 303 "));
    QCOMPARE(victim.tokens.size(), 0);
    QCOMPARE(victim.failures.value(0).kind, Kind::Denied);
}

void TestLogin::anotherIssuersAnswer()
{
    Flow flow;
    flow.browses = false;
    flow.begin();
    QTRY_COMPARE_WITH_TIMEOUT(flow.opened.size(), 1, kPatienceMs);
    get(flow.redirect(), "/callback?code=x&state=" + value(flow.opened[0], u"state"_s).toLatin1() +
                             "&iss=https%3A%2F%2Fevil.example%2F");
    QCOMPARE(flow.failures.value(0).kind, Kind::Wrong);
    QCOMPARE(flow.issuer.requests(u"/token"_s), 0); // the code goes nowhere
}

void TestLogin::nobodyComesBack()
{
    QCOMPARE(Login::kPatienceMs, 120'000);
    Flow flow;
    flow.browses = false;
    flow.options.patienceMs = 200;
    flow.begin();
    QTRY_COMPARE_WITH_TIMEOUT(flow.failures.size(), 1, kPatienceMs);
    QCOMPARE(flow.failures[0].kind, Kind::TimedOut);
    QTcpSocket late;
    late.connectToHost(QHostAddress::LocalHost, quint16(flow.redirect().port()));
    QTRY_COMPARE(late.error(), QAbstractSocket::ConnectionRefusedError);
}

void TestLogin::cancelled()
{
    Flow flow;
    flow.browses = false;
    flow.begin().cancel();
    QTest::qWait(100);
    QVERIFY(!flow.isOver() && flow.opened.isEmpty());
    flow.begin();
    QTRY_COMPARE_WITH_TIMEOUT(flow.opened.size(), 1, kPatienceMs);
    flow.login->openAgain();
    QCOMPARE(flow.opened.size(), 2);
    QCOMPARE(flow.opened[1], flow.opened[0]);
    flow.login->cancel();
    flow.login->openAgain();
    QCOMPARE(flow.opened.size(), 2);
    QTcpSocket late;
    late.connectToHost(QHostAddress::LocalHost, quint16(flow.redirect().port()));
    QTRY_COMPARE(late.error(), QAbstractSocket::ConnectionRefusedError);
    QVERIFY(!flow.isOver());
}

void TestLogin::withoutABrowser()
{
    Flow flow;
    flow.browses = flow.hasBrowser = false;
    Login &login = flow.begin();
    QSignalSpy told(&login, &Login::inBrowser);
    QTRY_COMPARE_WITH_TIMEOUT(told.count(), 1, kPatienceMs);
    QCOMPARE(told.first().first().toBool(), false);
    QVERIFY(!login.address().isEmpty());
    flow.browser.open(login.address()); // as if it had been copied
    QTRY_COMPARE_WITH_TIMEOUT(flow.tokens.size(), 1, kPatienceMs);
}

void TestLogin::idTokens_data()
{
    QTest::addColumn<QJsonObject>("changes");
    QTest::addColumn<bool>("isGood");
    const auto row = [](const char *name, const QJsonObject &changes, bool isGood = false) {
        QTest::newRow(name) << changes << isGood;
    };
    row("as it should be", {}, true);
    row("several audiences, ours by name", {{u"aud"_s, QJsonArray{u"desk"_s, u"api"_s}}, {u"azp"_s, u"desk"_s}}, true);
    row("a clock that is a little fast", {{u"iat"_s, 1'000'030}}, true);
    row("expired within the leeway", {{u"exp"_s, 999'950}}, true);
    row("another issuer", {{u"iss"_s, u"https://evil.example/"_s}});
    row("the issuer without its slash", {{u"iss"_s, u"https://id.example"_s}});
    row("another audience", {{u"aud"_s, u"other"_s}});
    row("no audience", {{u"aud"_s, {}}});
    row("several audiences, nobody's", {{u"aud"_s, QJsonArray{u"desk"_s, u"api"_s}}});
    row("another's", {{u"azp"_s, u"other"_s}});
    row("expired", {{u"exp"_s, 999'900}});
    row("without an end", {{u"exp"_s, {}}});
    row("its end as text", {{u"exp"_s, u"4000000000"_s}});
    row("from the future", {{u"iat"_s, 1'000'100}});
    row("another nonce", {{u"nonce"_s, u"m"_s}});
    row("no nonce", {{u"nonce"_s, {}}});
    row("nobody", {{u"sub"_s, u""_s}});
}

void TestLogin::idTokens()
{
    QFETCH(QJsonObject, changes);
    QFETCH(bool, isGood);
    QJsonObject claims{{u"iss"_s, u"https://id.example/"_s},
                       {u"aud"_s, u"desk"_s},
                       {u"sub"_s, u"ada"_s},
                       {u"nonce"_s, u"n"_s},
                       {u"iat"_s, 1'000'000},
                       {u"exp"_s, 1'003'600}};
    for (auto it = changes.begin(); it != changes.end(); ++it)
        claims[it.key()] = it.value();
    const QString token = QString::fromLatin1(base64({{u"alg"_s, u"RS256"_s}}) + '.' + base64(claims) + ".c2ln");
    const auto checked = oidc::checkIdToken(token, u"https://id.example/"_s, u"desk"_s, u"n"_s, 1'000'000'000);
    QCOMPARE(checked.ok(), isGood);
}

void TestLogin::tokensThatAServerCanCheck()
{
    const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
    const QString jwt = QString::fromLatin1(base64({{u"alg"_s, u"RS256"_s}}) + '.' +
                                            base64({{u"iss"_s, u"https://id.example/"_s},
                                                    {u"aud"_s, u"desk"_s},
                                                    {u"sub"_s, u"ada"_s},
                                                    {u"exp"_s, nowMs / 1'000 + 600}}) +
                                            ".c2ln");
    oidc::Config config{true, u"https://id.example/"_s, u"desk"_s, u"https://api.example"_s, {}};
    const QJsonObject opaque{{u"access_token"_s, u"opaque"_s}, {u"token_type"_s, u"bearer"_s}, {u"id_token"_s, jwt}};
    const auto refused = oidc::readTokens(opaque, config, {}, false, nowMs);
    QVERIFY(!refused);
    QCOMPARE(refused.failure().kind, Fault::Configuration);
    QVERIFY(refused.failure().text.contains(u"https://api.example"_s));
    config.audience = u"desk"_s; // then the ID token is made for the server too
    const auto taken = oidc::readTokens(opaque, config, {}, false, nowMs);
    QVERIFY(taken.ok());
    QCOMPARE(taken->bearer, jwt);
    QVERIFY(qAbs(taken->expiresAtMs - nowMs - 600'000) < 2'000);
    for (const QString &text : {u""_s, u"a"_s, u"a.b"_s, u"a.b.c"_s, u"..."_s, u"a.e30."_s, QString(20'000, u'.')})
        QVERIFY2(oidc::claimsOf(text).isEmpty(), qPrintable(text.left(20)));
}

QTEST_GUILESS_MAIN(TestLogin)
#include "tst_login.moc"
