// What is presented to a server, over its whole life: the keyring of a real Secret Service, the issuer of the tests,
// and a server that says what a test wants it to.
#include "app/account/accounts.h"
#include "app/feed/eventpages.h"
#include "tests/support/keyringsession.h"
#include "tests/support/scriptedbrowser.h"
#include "tests/support/testissuer.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;
using Kind = AccountState::Kind;
using Problem = AccessProblem::Kind;

namespace {

constexpr int kPatienceMs = 15'000;

// A server, and the service that its readers log in at.
struct Place {
    Place()
    {
        issuer.start();
        server.start();
        name(true);
        accept();
    }
    QUrl url() const { return QUrl(server.url().chopped(1)); }
    void name(bool hasLogin)
    {
        QJsonObject data{{u"required"_s, true}};
        if (hasLogin)
            data = {{u"required"_s, true},
                    {u"issuer"_s, issuer.url()},
                    {u"clientId"_s, issuer.clientId},
                    {u"audience"_s, issuer.audience},
                    {u"scope"_s, u"openid profile email offline_access"_s}};
        say(u"/auth/config"_s, 200, {{u"success"_s, true}, {u"data"_s, data}});
    }
    void accept()
    {
        say(u"/me"_s, 200,
            {{u"success"_s, true},
             {u"data"_s, QJsonObject{{u"subject"_s, u"user:user-1"_s},
                                     {u"role"_s, u"admin"_s},
                                     {u"projects"_s, QJsonArray{u"shop"_s}}}}});
    }
    void refuse(int status, const QString &message)
    {
        say(u"/me"_s, status, {{u"success"_s, false}, {u"message"_s, message}});
    }
    void say(const QString &path, int status, const QJsonObject &body)
    {
        server.canned[path] = {status, QJsonDocument(body).toJson(), {}};
    }

    TestIssuer issuer;
    TestIssuer server; // only what it is told to say
};

// One run of the desktop.
struct Run {
    explicit Run(const Place &place, Account::Pace pace = {50, 400, 60'000, 120'000})
    {
        accounts.setBrowser([this](const QUrl &url) {
            ++opened;
            if (browses)
                browser.open(url);
            return true;
        });
        accounts.setPace(pace);
        account = accounts.of(place.url());
    }
    bool isIn() const { return account->state().kind == Kind::LoggedIn; }
    Problem problem() const { return account->problem().kind; }
    ServerSecrets kept()
    {
        ServerSecrets found;
        bool done = false;
        accounts.vault().read(account->server(), &accounts, [&](const ServerSecrets &secrets) {
            found = secrets;
            done = true;
        });
        [&] { QTRY_VERIFY_WITH_TIMEOUT(done, kPatienceMs); }();
        return found;
    }

    ScriptedBrowser browser;
    Accounts accounts;
    std::shared_ptr<Account> account;
    int opened = 0;
    bool browses = true;
};

} // namespace

class TestAccount : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init() { QSettings().clear(); }
    void logsInAndSaysWho();
    void goesOnAfterARestart();
    void refreshesAheadOfTheEnd();
    void anotherProgramRefreshedIt();
    void oneRefreshAtATime();
    void anOvertakenRefreshLeavesTheNextAlone();
    void aRotatedTokenOutlastsASwitch_data();
    void aRotatedTokenOutlastsASwitch();
    void aRefreshLeavesTheBrowsersLoginAlone();
    void tokensStayAtTheirIssuer();
    void noTokenFollowsARedirect();
    void aRefusedRefreshEndsTheSession();
    void anIssuerThatIsAwayIsWaitedFor();
    void harmlessAnswersEndNoSession_data();
    void harmlessAnswersEndNoSession();
    void onlyTheCodeEndsASession();
    void aBusyServerIsAskedAgain_data();
    void aBusyServerIsAskedAgain();
    void withoutARefreshToken();
    void somebodyElseComesBack();
    void loggingOutRevokesAndForgets();
    void severalAccountsAtOneServer();
    void severalServers();
    void refusals_data();
    void refusals();
    void aRefusalIsExplainedThoughAnEarlierOneIs();
    void aFreshTokenIsTriedFirst();
    void neverForEver();
    void tokensAreKeptOnceAccepted();
    void aRevokedTokenIsForgotten();
    void cancelledInTheBrowser();
    void aServerWithoutALogin();
    void plainHttpIsRemembered();

private:
    void logIn(Run &run);
    KeyringSession m_session;
    QTemporaryDir m_config;
};

void TestAccount::initTestCase()
{
    qputenv("XDG_CONFIG_HOME", m_config.path().toUtf8());
    QCoreApplication::setOrganizationName(u"entvas"_s);
    QCoreApplication::setApplicationName(u"entvas"_s);
    const QString wrong = m_session.start();
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestAccount::logIn(Run &run)
{
    run.account->prepare();
    QTRY_VERIFY_WITH_TIMEOUT(run.account->isReady(), kPatienceMs);
    run.account->logIn();
    QTRY_VERIFY_WITH_TIMEOUT(run.isIn(), kPatienceMs);
}

void TestAccount::logsInAndSaysWho()
{
    Place place;
    Run run(place);
    run.account->prepare();
    QTRY_VERIFY_WITH_TIMEOUT(run.account->isReady(), kPatienceMs);
    QCOMPARE(run.account->state().kind, Kind::Nobody);
    QTRY_COMPARE_WITH_TIMEOUT(run.problem(), Problem::LoginNeeded, kPatienceMs); // without being refused first
    QSignalSpy reader(run.account.get(), &Account::readerChanged);
    run.account->logIn();
    QVERIFY(run.account->state().isInBrowser);
    QTRY_COMPARE_WITH_TIMEOUT(reader.count(), 1, kPatienceMs);
    const AccountState &state = run.account->state();
    QCOMPARE(state.kind, Kind::LoggedIn);
    QVERIFY(!state.isInBrowser && state.address.isEmpty());
    QCOMPARE(state.name, u"Ada Lovelace"_s);
    QCOMPARE(state.email, u"ada@example.org"_s);
    QCOMPARE(state.issuerHost, u"127.0.0.1"_s);
    QVERIFY(!run.account->isMemoryOnly());
    QCOMPARE(oidc::claimsOf(run.account->token())["aud"_L1].toString(), place.issuer.audience);
    run.account->onAccepted();
    QTRY_COMPARE_WITH_TIMEOUT(state.role, u"admin"_s, kPatienceMs);
    QCOMPARE(state.projects, QStringList{u"shop"_s});
}

void TestAccount::goesOnAfterARestart()
{
    Place place;
    QString first;
    {
        Run run(place);
        logIn(run);
        first = run.account->token();
    }
    Run run(place);
    QSignalSpy ready(run.account.get(), &Account::ready);
    run.account->prepare();
    QCOMPARE(run.account->state().kind, Kind::Looking);
    QTRY_COMPARE_WITH_TIMEOUT(ready.count(), 1, kPatienceMs);
    QVERIFY(run.isIn());
    QCOMPARE(run.opened, 0); // silently
    QCOMPARE(run.account->state().name, u"Ada Lovelace"_s);
    QVERIFY(run.account->token() != first);
    QSettings().sync();
    QFile settings(QSettings().fileName());
    QVERIFY(settings.open(QIODevice::ReadOnly));
    const QByteArray text = settings.readAll();
    QVERIFY(text.contains("127.0.0.1"));
    for (const QString &secret : place.issuer.issuedSecrets())
        QVERIFY(!text.contains(secret.toUtf8()));
}

void TestAccount::refreshesAheadOfTheEnd()
{
    Place place;
    place.issuer.accessTokenSeconds = 4;
    Run run(place);
    logIn(run);
    QSignalSpy refreshed(run.account.get(), &Account::refreshed);
    const QString before = run.account->token();
    const double endS = oidc::claimsOf(before)["exp"_L1].toDouble();
    QTRY_VERIFY_WITH_TIMEOUT(refreshed.count() >= 1, kPatienceMs);
    QVERIFY(double(QDateTime::currentMSecsSinceEpoch()) / 1'000 < endS);
    QVERIFY(run.account->token() != before);
    const QStringList issued = place.issuer.issuedSecrets();
    QVERIFY(issued.contains(run.kept().logins.value(0).refreshToken)); // the rotated one
    QTRY_VERIFY_WITH_TIMEOUT(refreshed.count() >= 2, kPatienceMs);     // and it works
    QVERIFY(run.isIn());
}

void TestAccount::anotherProgramRefreshedIt()
{
    Place place;
    Run one(place);
    logIn(one);
    Run two(place);
    two.account->prepare();
    QTRY_VERIFY_WITH_TIMEOUT(two.isIn(), kPatienceMs); // which used up the first one's refresh token
    QSignalSpy refreshed(one.account.get(), &Account::refreshed);
    one.account->onRefused(false);
    QTRY_COMPARE_WITH_TIMEOUT(refreshed.count(), 1, kPatienceMs);
    QVERIFY(one.isIn());
}

void TestAccount::oneRefreshAtATime()
{
    Place place;
    Run run(place);
    logIn(run);
    place.issuer.delayMs = 100;
    const int before = place.issuer.requests(u"/token"_s);
    QSignalSpy refreshed(run.account.get(), &Account::refreshed);
    for (int i = 0; i < 5; ++i)
        run.account->onRefused(false);
    QTRY_COMPARE_WITH_TIMEOUT(refreshed.count(), 1, kPatienceMs);
    QTest::qWait(300);
    QCOMPARE(place.issuer.requests(u"/token"_s), before + 1);
}

void TestAccount::anOvertakenRefreshLeavesTheNextAlone()
{
    Place place;
    Run run(place);
    logIn(run);
    place.issuer.person = {u"user-2"_s, u"Grace Hopper"_s, u"grace@example.org"_s, {}};
    run.account->logIn(true);
    QTRY_COMPARE_WITH_TIMEOUT(run.account->state().name, u"Grace Hopper"_s, kPatienceMs);
    place.issuer.person = {};
    place.issuer.delayMs = 1'000;
    const int before = place.issuer.requests(u"/token"_s);
    run.account->onRefused(false); // its look into the keyring ends when the switch has begun
    run.account->switchTo(run.account->others().at(0));
    QCOMPARE(run.kept().current, u"user-1"_s);
    for (int i = 0; i < 3; ++i)
        run.account->onRefused(false);
    QTRY_VERIFY_WITH_TIMEOUT(run.isIn(), kPatienceMs);
    QTest::qWait(1'500);
    QCOMPARE(place.issuer.requests(u"/token"_s), before + 1);
    QCOMPARE(run.account->state().name, u"Ada Lovelace"_s);
}

void TestAccount::aRotatedTokenOutlastsASwitch_data()
{
    QTest::addColumn<bool>("switches");
    QTest::newRow("another account") << true;
    QTest::newRow("a token instead") << false;
}

// The answer of a refresh comes when somebody else is shown: it has the only token that the login goes on with.
void TestAccount::aRotatedTokenOutlastsASwitch()
{
    QFETCH(bool, switches);
    Place place;
    Run run(place);
    logIn(run);
    place.issuer.person = {u"user-2"_s, u"Grace Hopper"_s, u"grace@example.org"_s, {}};
    run.account->logIn(true);
    QTRY_COMPARE_WITH_TIMEOUT(run.account->state().name, u"Grace Hopper"_s, kPatienceMs);
    QSignalSpy refreshed(run.account.get(), &Account::refreshed);
    run.account->onRefused(false);
    QTRY_COMPARE_WITH_TIMEOUT(refreshed.count(), 1, kPatienceMs); // the service's addresses are known now
    place.issuer.canned[u"/token"_s] = {
        200,
        QJsonDocument({{u"access_token"_s, QString::fromLatin1(place.issuer.accessToken())},
                       {u"token_type"_s, u"Bearer"_s},
                       {u"refresh_token"_s, u"the rotated one"_s}})
            .toJson(),
        {}};
    place.issuer.delayMs = 1'000;
    run.account->onAccepted();
    run.account->onRefused(false);
    QCOMPARE(run.kept().logins.size(), 2); // behind its look into the keyring: now it has asked
    QCOMPARE(refreshed.count(), 1);
    if (switches)
        run.account->switchTo(run.account->others().at(0));
    else
        run.account->useToken(u"for-now"_s, false);
    const auto hers = [&] {
        const ServerSecrets kept = run.kept();
        for (const SavedLogin &login : kept.logins)
            if (login.name == u"Grace Hopper")
                return login.refreshToken;
        return QString();
    };
    QTRY_COMPARE_WITH_TIMEOUT(hers(), u"the rotated one"_s, kPatienceMs);
    if (!switches) {
        QCOMPARE(run.account->token(), u"for-now"_s);
        return;
    }
    QTRY_VERIFY_WITH_TIMEOUT(run.isIn(), kPatienceMs);
    QCOMPARE(run.account->state().name, u"Ada Lovelace"_s);
    QCOMPARE(run.kept().current, u"user-1"_s);
}

void TestAccount::aRefreshLeavesTheBrowsersLoginAlone()
{
    Place place;
    Run run(place);
    logIn(run);
    run.browses = false;
    run.account->logIn(true);
    QTRY_VERIFY_WITH_TIMEOUT(!run.account->state().address.isEmpty(), kPatienceMs);
    const QUrl address = run.account->state().address;
    QSignalSpy refreshed(run.account.get(), &Account::refreshed);
    run.account->onRefused(false);
    QTRY_COMPARE_WITH_TIMEOUT(refreshed.count(), 1, kPatienceMs);
    QVERIFY(run.account->state().isInBrowser);
    QCOMPARE(run.account->state().address, address);
    run.account->logOut();
    QVERIFY(!run.account->state().isInBrowser);
    const int before = place.issuer.requests(u"/token"_s);
    run.browser.open(address); // which was left open
    QTRY_VERIFY_WITH_TIMEOUT(run.browser.isDone() || place.issuer.requests(u"/token"_s) > before, kPatienceMs);
    QTest::qWait(200);
    QCOMPARE(run.account->state().kind, Kind::Nobody);
    QCOMPARE(place.issuer.requests(u"/token"_s), before);
}

// The same subject at two services, as small ones number their people.
void TestAccount::tokensStayAtTheirIssuer()
{
    Place place;
    TestIssuer other;
    other.start();
    Run run(place);
    logIn(run);
    const SavedLogin elsewhere{other.url(),   other.clientId,       u"user-1"_s,
                               u"Somebody"_s, u"one@example.org"_s, u"token-of-the-other"_s};
    bool done = false;
    run.accounts.vault().update( // another Entvas, after the server has changed its service
        place.url(), [&](ServerSecrets &secrets) { secrets.put(elsewhere); }, this,
        [&](const ServerSecrets &) { done = true; });
    QTRY_VERIFY_WITH_TIMEOUT(done, kPatienceMs);
    QCOMPARE(run.kept().logins.size(), 2); // neither takes the other's place
    QSignalSpy refreshed(run.account.get(), &Account::refreshed);
    run.account->onRefused(false);
    QTRY_COMPARE_WITH_TIMEOUT(refreshed.count(), 1, kPatienceMs);
    QVERIFY(place.issuer.lastToken().queryItemValue(u"refresh_token"_s) != elsewhere.refreshToken);
    QCOMPARE(run.account->others().size(), 1);
    QCOMPARE(run.account->others()[0].issuer, other.url());
    run.account->switchTo(run.account->others().at(0));
    QTRY_COMPARE_WITH_TIMEOUT(other.lastToken().queryItemValue(u"refresh_token"_s), elsewhere.refreshToken,
                              kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(run.problem(), Problem::SessionEnded, kPatienceMs); // it knows none such
    QCOMPARE(run.kept().logins.size(), 1);
    QCOMPARE(run.kept().logins[0].issuer, place.issuer.url());
}

void TestAccount::noTokenFollowsARedirect()
{
    Place place;
    TestIssuer thief;
    thief.start();
    const QByteArray to = "Location: " + thief.url().toUtf8();
    Run run(place);
    logIn(run);
    place.server.canned[u"/me"_s] = {302, {}, to + "me\r\n"};
    const int asked = place.server.requests(u"/me"_s);
    run.account->onAccepted();
    QTRY_COMPARE_WITH_TIMEOUT(place.server.requests(u"/me"_s), asked + 1, kPatienceMs);
    for (const int status : {302, 307, 308}) { // the latter keep the form
        place.issuer.canned[u"/token"_s] = {status, {}, to + "token\r\n"};
        const int before = place.issuer.requests(u"/token"_s);
        run.account->onRefused(false); // and then by itself
        QTRY_VERIFY_WITH_TIMEOUT(place.issuer.requests(u"/token"_s) > before, kPatienceMs);
    }
    EventPages pages({place.url(), run.account->token(), {}, 10});
    QSignalSpy failed(&pages, &EventPages::failed);
    place.server.canned[u"/events"_s] = {302, {}, to + "events\r\n"};
    pages.ask({0, 1'000});
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatienceMs);
    QTest::qWait(300);
    for (const QString &path : {u"/me"_s, u"/token"_s, u"/events"_s})
        QCOMPARE(thief.requests(path), 0);
}

void TestAccount::aRefusedRefreshEndsTheSession()
{
    Place place;
    {
        Run run(place);
        logIn(run);
    }
    place.issuer.tokenError = u"invalid_grant"_s;
    Run run(place);
    run.account->prepare();
    QTRY_VERIFY_WITH_TIMEOUT(run.account->isReady(), kPatienceMs);
    QCOMPARE(run.problem(), Problem::SessionEnded);
    QVERIFY2(run.account->problem().text.contains(u"Ada Lovelace"_s), qPrintable(run.account->problem().text));
    QVERIFY(run.account->token().isEmpty());
    run.account->onRefused(false); // as the server then says: it stays the better explanation
    QCOMPARE(run.problem(), Problem::SessionEnded);
    QVERIFY(run.kept().isEmpty());
    place.issuer.tokenError.clear();
    run.account->logIn();
    QTRY_VERIFY_WITH_TIMEOUT(run.isIn(), kPatienceMs);
    QCOMPARE(run.problem(), Problem::None);
}

void TestAccount::anIssuerThatIsAwayIsWaitedFor()
{
    Place place;
    {
        Run run(place);
        logIn(run);
    }
    place.issuer.stop();
    Run run(place);
    run.account->prepare();
    QTRY_COMPARE_WITH_TIMEOUT(run.problem(), Problem::IssuerAway, kPatienceMs);
    QVERIFY(!run.account->isReady());
    QVERIFY(!run.kept().isEmpty());
    QVERIFY(place.issuer.start(place.issuer.port()));
    place.issuer.canned[u"/token"_s] = {503, "{}", {}};
    QTRY_VERIFY_WITH_TIMEOUT(place.issuer.requests(u"/token"_s) >= 3, kPatienceMs);
    QVERIFY(!run.isIn());
    place.issuer.canned.clear();
    QTRY_VERIFY_WITH_TIMEOUT(run.isIn(), kPatienceMs);
    QCOMPARE(run.problem(), Problem::None);
    // With a token that still works nobody need know.
    place.issuer.stop();
    QSignalSpy changed(run.account.get(), &Account::changed);
    run.account->logIn(); // a look at the same service, by hand
    QTRY_COMPARE_WITH_TIMEOUT(run.problem(), Problem::LoginFailed, kPatienceMs);
    QVERIFY(run.isIn());
}

void TestAccount::harmlessAnswersEndNoSession_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("headers");
    QTest::newRow("a proxy's own login page") << 302 << QByteArray() << QByteArray("Location: /portal\r\n");
    QTest::newRow("not there during a deployment") << 404 << QByteArray("{}") << QByteArray();
    QTest::newRow("too slow") << 408 << QByteArray("<html>") << QByteArray();
    QTest::newRow("a firewall") << 403 << QByteArray("{\"error\":\"blocked\"}") << QByteArray();
    QTest::newRow("no JSON") << 200 << QByteArray("<html>Wait a moment</html>") << QByteArray();
    QTest::newRow("JSON without a token") << 200 << QByteArray("{}") << QByteArray();
    QTest::newRow("breaks off") << 200 << QByteArray("{\"access_token\":") << QByteArray("Content-Length: 5000\r\n");
}

void TestAccount::harmlessAnswersEndNoSession()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, headers);
    Place place;
    Run run(place);
    logIn(run);
    place.issuer.canned[u"/token"_s] = {status, body, headers};
    const int before = place.issuer.requests(u"/token"_s);
    run.account->onRefused(false);
    QTRY_VERIFY_WITH_TIMEOUT(place.issuer.requests(u"/token"_s) >= before + 2, kPatienceMs); // tried again
    QVERIFY(run.isIn());
    QCOMPARE(run.problem(), Problem::IssuerAway);
    QCOMPARE(run.kept().logins.size(), 1);
    QSignalSpy refreshed(run.account.get(), &Account::refreshed);
    place.issuer.canned.clear();
    QTRY_VERIFY_WITH_TIMEOUT(refreshed.count() > 0, kPatienceMs);
    QCOMPARE(run.problem(), Problem::None);
}

void TestAccount::onlyTheCodeEndsASession()
{
    for (const char *code : {"invalid_grant", "invalid_client", "unauthorized_client"}) {
        Place place;
        Run run(place);
        logIn(run);
        place.issuer.canned[u"/token"_s] = {403, QByteArray("{\"error\":\"") + code + "\"}", {}};
        run.account->onRefused(false);
        QTRY_COMPARE_WITH_TIMEOUT(run.problem(), Problem::SessionEnded, kPatienceMs);
        QVERIFY(run.kept().isEmpty());
    }
}

void TestAccount::aBusyServerIsAskedAgain_data()
{
    QTest::addColumn<int>("status");
    QTest::newRow("too many questions") << 429;
    QTest::newRow("not ready") << 503;
}

void TestAccount::aBusyServerIsAskedAgain()
{
    QFETCH(int, status);
    Place place;
    place.refuse(status, u"Try again later"_s);
    Run run(place);
    run.account->useToken(u"secret"_s, true);
    QSignalSpy retry(run.account.get(), &Account::retryWanted);
    for (int i = 1; i <= 4; ++i) { // more often than refusals are believed
        run.account->onRefused(false);
        QTRY_COMPARE_WITH_TIMEOUT(retry.count(), i, kPatienceMs);
        QCOMPARE(run.problem(), Problem::None);
    }
    place.refuse(401, u"no"_s);
    run.account->onRefused(false);
    QTRY_COMPARE_WITH_TIMEOUT(run.problem(), Problem::TokenRefused, kPatienceMs);
}

void TestAccount::withoutARefreshToken()
{
    Place place;
    QJsonObject data{{u"required"_s, true},
                     {u"issuer"_s, place.issuer.url()},
                     {u"clientId"_s, place.issuer.clientId},
                     {u"audience"_s, place.issuer.audience},
                     {u"scope"_s, u"openid"_s}};
    place.say(u"/auth/config"_s, 200, {{u"data"_s, data}});
    Run run(place);
    logIn(run);
    QVERIFY(run.kept().isEmpty());
    run.account->onRefused(false);
    QTRY_COMPARE_WITH_TIMEOUT(run.problem(), Problem::SessionEnded, kPatienceMs);
    QCOMPARE(run.account->state().kind, Kind::Nobody);
}

void TestAccount::somebodyElseComesBack()
{
    Place place;
    Run run(place);
    logIn(run);
    place.issuer.person.subject = u"user-2"_s;
    run.account->onRefused(false);
    QTRY_COMPARE_WITH_TIMEOUT(run.problem(), Problem::SessionEnded, kPatienceMs);
}

void TestAccount::loggingOutRevokesAndForgets()
{
    Place place;
    Run run(place);
    logIn(run);
    const QString refresh = run.kept().logins.value(0).refreshToken;
    QVERIFY(!refresh.isEmpty());
    QSignalSpy reader(run.account.get(), &Account::readerChanged);
    run.account->logOut();
    QCOMPARE(reader.count(), 1);
    QVERIFY(run.account->token().isEmpty());
    QCOMPARE(run.account->state().kind, Kind::Nobody);
    QVERIFY(run.account->state().name.isEmpty());
    QTRY_VERIFY_WITH_TIMEOUT(place.issuer.isRevoked(refresh), kPatienceMs);
    QVERIFY(run.kept().isEmpty());
    Run later(place);
    later.account->prepare();
    QTRY_VERIFY_WITH_TIMEOUT(later.account->isReady(), kPatienceMs);
    QCOMPARE(later.account->state().kind, Kind::Nobody);
}

void TestAccount::severalAccountsAtOneServer()
{
    Place place;
    Run run(place);
    logIn(run);
    place.issuer.person = {u"user-2"_s, u"Grace Hopper"_s, u"grace@example.org"_s, {}};
    run.account->logIn(true);
    QTRY_COMPARE_WITH_TIMEOUT(run.account->state().name, u"Grace Hopper"_s, kPatienceMs);
    QCOMPARE(place.issuer.lastAuthorize().queryItemValue(u"prompt"_s), u"select_account"_s);
    QCOMPARE(run.account->others().size(), 1);
    QCOMPARE(run.account->others()[0].name, u"Ada Lovelace"_s);
    QVERIFY(run.account->others()[0].refreshToken.isEmpty());
    place.issuer.person = {};
    QSignalSpy ready(run.account.get(), &Account::ready);
    QSignalSpy reader(run.account.get(), &Account::readerChanged);
    run.account->switchTo(run.account->others().at(0));
    QCOMPARE(reader.count(), 1);
    QVERIFY(run.account->token().isEmpty()); // nothing of the one before is used for the next
    QTRY_COMPARE_WITH_TIMEOUT(ready.count(), 1, kPatienceMs);
    QCOMPARE(run.account->state().name, u"Ada Lovelace"_s);
    QCOMPARE(run.kept().current, u"user-1"_s);
    run.account->logOut();
    QCOMPARE(run.kept().logins.size(), 1); // only that one
    QCOMPARE(run.kept().logins[0].subject, u"user-2"_s);
}

void TestAccount::severalServers()
{
    Place one, two;
    two.issuer.person = {u"user-2"_s, u"Grace Hopper"_s, u"grace@example.org"_s, {}};
    {
        Run first(one);
        logIn(first);
        Run second(two);
        logIn(second);
    }
    Run run(one);
    const auto other = run.accounts.of(two.url());
    QVERIFY(other != run.account);
    QCOMPARE(run.accounts.of(two.url()), other);
    run.account->prepare();
    other->prepare();
    QTRY_VERIFY_WITH_TIMEOUT(run.account->isReady() && other->isReady(), kPatienceMs);
    QCOMPARE(run.account->state().name, u"Ada Lovelace"_s);
    QCOMPARE(other->state().name, u"Grace Hopper"_s);
    QVERIFY(oidc::claimsOf(run.account->token())["iss"_L1] != oidc::claimsOf(other->token())["iss"_L1]);
    for (int i = 0; i < 200; ++i)
        run.accounts.of(QUrl(u"https://server-%1.example.org"_s.arg(i)));
    QCOMPARE(run.accounts.of(two.url()), other); // those that are in use stay
}

void TestAccount::refusals_data()
{
    QTest::addColumn<QString>("token");
    QTest::addColumn<bool>("hasLogin");
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("isRevoked");
    QTest::addColumn<int>("problem");
    QTest::newRow("a login is needed") << QString() << true << 401 << false << int(Problem::LoginNeeded);
    QTest::newRow("a token is needed") << QString() << false << 401 << false << int(Problem::TokenNeeded);
    QTest::newRow("a server of an earlier version") << QString() << false << 404 << false << int(Problem::TokenNeeded);
    QTest::newRow("a token is refused") << u"secret"_s << true << 401 << false << int(Problem::TokenRefused);
    QTest::newRow("a token was revoked") << u"secret"_s << false << 401 << true << int(Problem::TokenRevoked);
    QTest::newRow("the role is missing") << u"secret"_s << true << 403 << false << int(Problem::RoleMissing);
}

void TestAccount::refusals()
{
    QFETCH(QString, token);
    QFETCH(bool, hasLogin);
    QFETCH(int, status);
    QFETCH(bool, isRevoked);
    QFETCH(int, problem);
    Place place;
    place.name(hasLogin);
    place.refuse(status, u"the words of the server"_s);
    Run run(place);
    run.account->useToken(token, true);
    run.account->prepare();
    QTRY_VERIFY_WITH_TIMEOUT(run.account->isReady(), kPatienceMs);
    run.account->onRefused(isRevoked);
    QTRY_COMPARE_WITH_TIMEOUT(int(run.problem()), problem, kPatienceMs);
    const QString text = run.account->problem().text;
    QVERIFY(!text.isEmpty() && !text.contains(u"secret"_s));
    if (status != 404 && !token.isEmpty() && !isRevoked)
        QVERIFY2(text.contains(u"the words of the server"_s), qPrintable(text));
    QVERIFY(run.kept().isEmpty()); // what was never accepted is not remembered
    run.account->onAccepted();
    QCOMPARE(run.problem(), Problem::None);
}

// A token may be typed in while the server is still being asked why it let nobody in without one.
void TestAccount::aRefusalIsExplainedThoughAnEarlierOneIs()
{
    Place place;
    place.name(false);
    place.refuse(401, u"unknown token"_s);
    Run run(place);
    QSignalSpy ready(run.account.get(), &Account::ready);
    run.account->prepare();
    QTRY_COMPARE_WITH_TIMEOUT(ready.count(), 1, kPatienceMs);
    run.account->onRefused(false);
    run.account->useToken(u"wrong"_s, false);
    run.account->onRefused(false);
    QTRY_COMPARE_WITH_TIMEOUT(run.problem(), Problem::TokenRefused, kPatienceMs);
}

void TestAccount::aFreshTokenIsTriedFirst()
{
    Place place;
    Run run(place);
    logIn(run);
    place.refuse(403, u"This needs the role viewer"_s);
    QSignalSpy refreshed(run.account.get(), &Account::refreshed);
    run.account->onRefused(false);
    QTRY_COMPARE_WITH_TIMEOUT(refreshed.count(), 1, kPatienceMs);
    QCOMPARE(run.problem(), Problem::None);
    run.account->onRefused(false);
    QTRY_COMPARE_WITH_TIMEOUT(run.problem(), Problem::RoleMissing, kPatienceMs);
    QVERIFY(run.account->problem().text.contains(u"role viewer"_s));
    QVERIFY(run.isIn());
}

// A server whose socket says no while its /me says yes.
void TestAccount::neverForEver()
{
    Place place;
    Run run(place);
    logIn(run);
    int retries = 0;
    const auto refuse = [&] {
        ++retries;
        run.account->onRefused(false);
    };
    connect(run.account.get(), &Account::refreshed, this, refuse);
    connect(run.account.get(), &Account::retryWanted, this, refuse);
    run.account->onRefused(false);
    QTRY_COMPARE_WITH_TIMEOUT(run.problem(), Problem::TokenRefused, kPatienceMs);
    QVERIFY(retries <= 4);
    run.account->disconnect(this);
}

void TestAccount::tokensAreKeptOnceAccepted()
{
    Place place;
    {
        Run run(place);
        run.account->useToken(u"viewer-token"_s, true);
        QCOMPARE(run.account->state().kind, Kind::Token);
        QVERIFY(run.account->isMemoryOnly());
        run.account->onAccepted();
        QTRY_VERIFY_WITH_TIMEOUT(!run.account->isMemoryOnly(), kPatienceMs);
    }
    Run run(place);
    run.account->prepare();
    QTRY_COMPARE_WITH_TIMEOUT(run.account->token(), u"viewer-token"_s, kPatienceMs);
    run.account->logOut();
    QVERIFY(run.kept().isEmpty());
    run.account->useToken(u"for-now"_s, false);
    run.account->onAccepted();
    QTest::qWait(100);
    QVERIFY(run.kept().isEmpty());
    QVERIFY(run.account->isMemoryOnly());
}

void TestAccount::aRevokedTokenIsForgotten()
{
    Place place;
    Run run(place);
    run.account->useToken(u"viewer-token"_s, true);
    run.account->onAccepted();
    QTRY_COMPARE_WITH_TIMEOUT(run.kept().viewerToken, u"viewer-token"_s, kPatienceMs);
    place.refuse(401, u"no"_s);
    run.account->onRefused(true);
    QTRY_COMPARE_WITH_TIMEOUT(run.problem(), Problem::TokenRevoked, kPatienceMs);
    QVERIFY(run.kept().isEmpty());
}

void TestAccount::cancelledInTheBrowser()
{
    Place place;
    Run run(place);
    run.browses = false;
    run.account->prepare();
    QTRY_VERIFY_WITH_TIMEOUT(run.account->isReady(), kPatienceMs);
    run.account->logIn();
    QTRY_VERIFY_WITH_TIMEOUT(!run.account->state().address.isEmpty(), kPatienceMs);
    run.account->openAgain();
    run.account->logIn(); // the same
    QCOMPARE(run.opened, 3);
    run.account->cancelLogin();
    QVERIFY(!run.account->state().isInBrowser);
    QCOMPARE(run.problem(), Problem::LoginNeeded);
    run.account->logIn();
    run.account->cancelLogin(); // before the server has answered
    QTest::qWait(200);
    QCOMPARE(run.opened, 3);
    Run slow(place, {50, 400, 60'000, 100});
    slow.browses = false;
    slow.account->logIn();
    QTRY_COMPARE_WITH_TIMEOUT(slow.problem(), Problem::LoginFailed, kPatienceMs);
    QVERIFY(!slow.account->state().isInBrowser);
}

void TestAccount::aServerWithoutALogin()
{
    Place place;
    place.name(false);
    Run run(place);
    run.account->logIn();
    QTRY_COMPARE_WITH_TIMEOUT(run.problem(), Problem::TokenNeeded, kPatienceMs);
    QVERIFY(!run.account->state().isInBrowser);
    place.server.stop();
    run.account->logIn();
    QTRY_COMPARE_WITH_TIMEOUT(run.problem(), Problem::LoginFailed, kPatienceMs);
}

void TestAccount::plainHttpIsRemembered()
{
    const QUrl server(u"http://events.example.org:8000"_s);
    const QUrl other(u"http://events.example.org:8001"_s);
    {
        Accounts accounts;
        QVERIFY(!accounts.allowsHttp(server));
        accounts.setAllowsHttp(server, true);
        accounts.setAllowsHttp(other, true, false); // for this run
        QVERIFY(accounts.allowsHttp(server) && accounts.allowsHttp(other));
    }
    Accounts accounts;
    QVERIFY(accounts.allowsHttp(server));
    QVERIFY(!accounts.allowsHttp(other));
    accounts.setAllowsHttp(server, false);
    QVERIFY(!Accounts().allowsHttp(server));
}

QTEST_GUILESS_MAIN(TestAccount)
#include "tst_account.moc"
