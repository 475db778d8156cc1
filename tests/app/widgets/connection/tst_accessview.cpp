// What a window says and offers when a server lets nobody in, and who is logged in where it does.
#include "app/account/account.h"
#include "app/account/accounts.h"
#include "app/session/session.h"
#include "app/theme/theme.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/connection/accesspanel.h"
#include "app/widgets/connection/accountview.h"
#include "app/widgets/dialogs/connectdialog.h"
#include "app/widgets/window/mainwindow.h"
#include "tests/support/testissuer.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;
using Way = AccessView::Way;
using Problem = AccessProblem::Kind;

namespace {

constexpr int kPatienceMs = 15'000;

// A server that lets nobody in, and names a login or not.
struct Closed {
    explicit Closed(bool hasLogin)
    {
        issuer.start();
        server.start();
        QJsonObject data{{u"required"_s, true}};
        if (hasLogin)
            data = {{u"required"_s, true},
                    {u"issuer"_s, issuer.url()},
                    {u"clientId"_s, issuer.clientId},
                    {u"audience"_s, issuer.audience}};
        say(u"/auth/config"_s, 200, {{u"success"_s, true}, {u"data"_s, data}});
        say(u"/ws"_s, 401, {});
        say(u"/me"_s, 401, {{u"success"_s, false}, {u"message"_s, u"<b>No</b>"_s}});
    }
    void say(const QString &path, int status, const QJsonObject &body)
    {
        server.canned[path] = {status, QJsonDocument(body).toJson(), {}};
    }
    QUrl url() const { return QUrl(server.url().chopped(1)); }

    TestIssuer issuer;
    TestIssuer server;
};

// A window on somebody else's server.
struct Screen {
    Screen() : session(Result<Settings>(Failure{Fault::Configuration, u"hosts nothing"_s})), window(&session)
    {
        session.accounts().setBrowser([this](const QUrl &url) {
            opened.append(url);
            return hasBrowser;
        });
        window.resize(1280, 800);
        window.show();
    }
    ~Screen()
    {
        QSignalSpy stopped(&session, &Session::stopped);
        session.shutdown();
        stopped.wait(kPatienceMs);
    }
    AccessPanel *panel() const { return window.account()->panel(); }
    QToolButton *button() const { return window.account()->button(); }
    // With ENTVAS_PICTURES set, to look at it.
    void picture(const QString &name)
    {
        const QString folder = qEnvironmentVariable("ENTVAS_PICTURES");
        if (folder.isEmpty())
            return;
        for (const ThemeMode mode : {ThemeMode::Light, ThemeMode::Dark}) {
            window.theme().setMode(mode);
            QTest::qWait(50);
            window.grab().save(folder + u'/' + name + (mode == ThemeMode::Light ? u"-light.png"_s : u"-dark.png"_s));
        }
    }

    Session session;
    MainWindow window;
    QList<QUrl> opened;
    bool hasBrowser = true;
};

QStringList textsOf(QMenu *menu)
{
    QStringList texts;
    for (QAction *action : menu->actions())
        if (!action->isSeparator())
            texts << action->text();
    return texts;
}

} // namespace

class TestAccessView : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init() { QSettings().clear(); }
    void waysOn_data();
    void waysOn();
    void numbersThatAreThereStay();
    void continuesInTheBrowser();
    void withoutABrowserTheAddressIsCopied();
    void asksForAToken();
    void plainHttpNeedsAWord();
    void tellsWhoIsLoggedIn();
    void ownServerHasNoAccount();
    void dialogOffersToRemember();
    void dialogAsksAboutPlainHttp();
    void dataIsNoMarkup();

private:
    QTemporaryDir m_config;
};

void TestAccessView::initTestCase()
{
    qputenv("XDG_CONFIG_HOME", m_config.path().toUtf8());
    QCoreApplication::setOrganizationName(u"entvas"_s);
    QCoreApplication::setApplicationName(u"entvas"_s);
}

void TestAccessView::waysOn_data()
{
    QTest::addColumn<int>("problem");
    QTest::addColumn<bool>("isLoggedIn");
    QTest::addColumn<QList<int>>("ways");
    const auto row = [](const char *name, Problem problem, bool isLoggedIn, const QList<Way> &ways) {
        QList<int> numbers;
        for (const Way way : ways)
            numbers << int(way);
        QTest::newRow(name) << int(problem) << isLoggedIn << numbers;
    };
    row("nothing", Problem::None, true, {});
    row("login needed", Problem::LoginNeeded, false, {Way::LogIn, Way::GiveToken, Way::OtherServer});
    row("token needed", Problem::TokenNeeded, false, {Way::GiveToken, Way::OtherServer});
    row("session ended", Problem::SessionEnded, false, {Way::LogIn, Way::GiveToken, Way::OtherServer});
    row("login failed", Problem::LoginFailed, false, {Way::LogIn, Way::GiveToken, Way::OtherServer});
    row("login refused", Problem::TokenRefused, true, {Way::LogIn, Way::LogInAsOther, Way::OtherServer});
    row("token refused", Problem::TokenRefused, false, {Way::GiveToken, Way::LogIn, Way::OtherServer});
    row("token revoked", Problem::TokenRevoked, false, {Way::GiveToken, Way::LogIn, Way::OtherServer});
    row("role missing", Problem::RoleMissing, true, {Way::TryAgain, Way::LogInAsOther, Way::OtherServer});
    row("role missing of a token", Problem::RoleMissing, false, {Way::TryAgain, Way::GiveToken, Way::OtherServer});
    row("issuer away", Problem::IssuerAway, true, {Way::TryAgain, Way::OtherServer});
}

void TestAccessView::waysOn()
{
    QFETCH(int, problem);
    QFETCH(bool, isLoggedIn);
    QFETCH(QList<int>, ways);
    FeedState feed;
    feed.kind = FeedState::Kind::Refused;
    feed.refusal = FeedState::Refusal::Access;
    AccountState account;
    account.kind = isLoggedIn ? AccountState::Kind::LoggedIn : AccountState::Kind::Nobody;
    const AccessView view = accessView(feed, account, {static_cast<Problem>(problem), u"Why."_s}, u"box:8000"_s);
    QCOMPARE(view.isEmpty(), ways.isEmpty());
    QVERIFY(view.isEmpty() || view.text.contains(u"Why."_s));
    AccessPanel panel;
    panel.draw(view);
    for (int way = int(Way::LogIn); way <= int(Way::Cancel); ++way) {
        QPushButton *button = panel.button(static_cast<Way>(way));
        QCOMPARE(button != nullptr, ways.contains(way));
        if (!button)
            continue;
        QVERIFY(!button->text().isEmpty());
        QSignalSpy chosen(&panel, &AccessPanel::chosen);
        button->click();
        QCOMPARE(chosen.value(0).value(0).value<Way>(), static_cast<Way>(way));
    }
}

void TestAccessView::numbersThatAreThereStay()
{
    FeedState feed;
    AccountState account;
    for (const FeedState::Kind kind : {FeedState::Kind::Live, FeedState::Kind::Stale}) {
        feed.kind = kind;
        QVERIFY(accessView(feed, account, {Problem::LoginFailed, u"Why."_s}, u"box"_s).isEmpty());
    }
    feed.kind = FeedState::Kind::Refused;
    feed.refusal = FeedState::Refusal::Untrusted;
    feed.reason = u"The certificate of box is self-signed."_s;
    const AccessView view = accessView(feed, account, {}, u"box"_s);
    QVERIFY(view.text.contains(u"self-signed"_s));
    QCOMPARE(view.ways[0], Way::TryAgain); // and none that goes on all the same
}

void TestAccessView::continuesInTheBrowser()
{
    Closed place(true);
    Screen screen;
    screen.session.connectTo(place.url());
    QTRY_VERIFY_WITH_TIMEOUT(screen.panel()->button(Way::LogIn), kPatienceMs);
    QVERIFY(screen.panel()->isVisible());
    QVERIFY(screen.panel()->view().text.contains(u"127.0.0.1"_s));
    screen.picture(u"login-needed"_s);
    QTest::mouseClick(screen.panel()->button(Way::LogIn), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(screen.panel()->button(Way::OpenAgain), kPatienceMs);
    QCOMPARE(screen.opened.size(), 1);
    QCOMPARE(screen.panel()->view().headline, u"Continue in your browser"_s);
    screen.picture(u"in-browser"_s);
    QTest::mouseClick(screen.panel()->button(Way::OpenAgain), Qt::LeftButton);
    QCOMPARE(screen.opened.size(), 2);
    QTest::mouseClick(screen.panel()->button(Way::Cancel), Qt::LeftButton);
    QVERIFY(screen.panel()->button(Way::LogIn)); // as before
    place.issuer.authorizeError = u"access_denied"_s;
    screen.window.actions().find(u"account.login"_s)->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(screen.opened.size(), 3, kPatienceMs);
    QNetworkAccessManager browser;
    browser.get(QNetworkRequest(screen.opened.last()));
    QTRY_COMPARE_WITH_TIMEOUT(screen.session.account()->problem().kind, Problem::LoginFailed, kPatienceMs);
    QVERIFY(screen.panel()->button(Way::LogIn));
    screen.picture(u"login-failed"_s);
}

void TestAccessView::withoutABrowserTheAddressIsCopied()
{
    Closed place(true);
    Screen screen;
    screen.hasBrowser = false;
    screen.session.connectTo(place.url());
    QTRY_VERIFY_WITH_TIMEOUT(screen.panel()->button(Way::LogIn), kPatienceMs);
    screen.panel()->button(Way::LogIn)->click();
    QTRY_VERIFY_WITH_TIMEOUT(!screen.panel()->view().address.isEmpty(), kPatienceMs);
    QCOMPARE(screen.panel()->view().headline, u"Open this address in a browser"_s);
    auto *address = screen.panel()->findChild<QLineEdit *>();
    QVERIFY(address->isVisible());
    for (QPushButton *button : screen.panel()->findChildren<QPushButton *>())
        if (button->text() == u"Copy"_s)
            button->click();
    QCOMPARE(QUrl(QApplication::clipboard()->text()), screen.opened.last());
    screen.picture(u"no-browser"_s);
}

void TestAccessView::asksForAToken()
{
    Closed place(false);
    Screen screen;
    screen.session.connectTo(place.url());
    QTRY_VERIFY_WITH_TIMEOUT(screen.panel()->button(Way::GiveToken), kPatienceMs);
    QVERIFY(!screen.panel()->button(Way::LogIn));
    screen.session.connectTo(place.url(), u"wrong"_s);
    QTRY_COMPARE_WITH_TIMEOUT(screen.session.account()->problem().kind, Problem::TokenRefused, kPatienceMs);
    QTRY_VERIFY(screen.panel()->button(Way::GiveToken));
    screen.picture(u"token-refused"_s);
}

void TestAccessView::plainHttpNeedsAWord()
{
    Screen screen;
    screen.session.connectTo(QUrl(u"http://192.0.2.1:8000"_s)); // an address for documentation: nobody is there
    QTRY_VERIFY_WITH_TIMEOUT(screen.panel()->button(Way::AllowHttp), kPatienceMs);
    QVERIFY(screen.panel()->button(Way::UseHttps));
    screen.picture(u"plain-http"_s);
    screen.session.startSampleTraffic(1);
    QVERIFY(!screen.session.isSampling());
    QTest::mouseClick(screen.panel()->button(Way::UseHttps), Qt::LeftButton);
    QCOMPARE(screen.session.serverUrl(), QUrl(u"https://192.0.2.1:8000"_s));
    screen.session.accounts().setAllowsHttp(QUrl(u"http://192.0.2.1:8000"_s), true);
    screen.session.connectTo(QUrl(u"http://192.0.2.1:8000"_s));
    QTest::qWait(200);
    QVERIFY(screen.panel()->view().isEmpty()); // it is tried
}

void TestAccessView::tellsWhoIsLoggedIn()
{
    Closed place(true);
    Screen screen;
    screen.session.connectTo(place.url(), u"a token"_s);
    QTRY_VERIFY_WITH_TIMEOUT(screen.button()->isVisible(), kPatienceMs);
    QCOMPARE(screen.button()->text(), u"Token •"_s); // a restart forgets it
    QVERIFY(screen.button()->accessibleName().contains(u"for this run only"_s));
    QMenu *menu = screen.button()->menu();
    Q_EMIT menu->aboutToShow();
    QVERIFY2(textsOf(menu).filter(u"Kept for this run only"_s).size() == 1, qPrintable(textsOf(menu).join(u'\n')));
    screen.session.account()->logOut();
    QTRY_COMPARE(screen.button()->text(), u"Not logged in"_s);
    QVERIFY(!screen.window.actions().find(u"account.logout"_s)->isEnabled());
    QVERIFY(screen.window.actions().find(u"account.login"_s)->isEnabled());
}

void TestAccessView::ownServerHasNoAccount()
{
    QTemporaryDir dir;
    Settings settings;
    settings.port = 0;
    settings.database.path = dir.filePath(u"events.db"_s);
    Session session{Result<Settings>(settings)};
    MainWindow window(&session);
    window.show();
    session.start();
    QTRY_VERIFY_WITH_TIMEOUT(session.feed(), kPatienceMs);
    QVERIFY(!session.account());
    QVERIFY(!window.account()->button()->isVisible());
    QVERIFY(!window.actions().find(u"account.login"_s)->isEnabled());
    QSignalSpy stopped(&session, &Session::stopped);
    session.shutdown();
    QVERIFY(stopped.wait(kPatienceMs));
}

ConnectDialog::Check anyAddress()
{
    return [](const QString &text, QUrl *url) {
        *url = QUrl(text);
        return text.startsWith(u"http"_s) ? QString() : u"no address"_s;
    };
}

void TestAccessView::dialogOffersToRemember()
{
    ConnectDialog dialog({}, anyAddress());
    dialog.show();
    const QList<QLineEdit *> lines = dialog.findChildren<QLineEdit *>();
    QCheckBox *remember = dialog.findChildren<QCheckBox *>().value(1);
    QVERIFY(remember && remember->text().contains(u"keyring"_s) && !remember->isVisible());
    lines[1]->setText(u"secret"_s);
    QVERIFY(remember->isVisible());
    QVERIFY(!remember->isEnabled() && !dialog.remembersToken()); // nothing is known of a keyring yet
    dialog.setKeyring(true);
    QVERIFY(dialog.remembersToken());
    remember->setChecked(false);
    QVERIFY(!dialog.remembersToken());
}

void TestAccessView::dialogAsksAboutPlainHttp()
{
    ConnectDialog dialog({}, anyAddress());
    dialog.setAllowed([](const QUrl &url) { return url.host() == u"known"_s; });
    dialog.show();
    QLineEdit *address = dialog.findChildren<QLineEdit *>().value(0);
    QCheckBox *plain = dialog.findChildren<QCheckBox *>().value(0);
    for (const QString &fine : {u"https://box"_s, u"http://127.0.0.1:8000"_s, u"http://localhost:8000"_s, u"h"_s}) {
        address->setText(fine);
        QVERIFY2(!plain->isVisible() && !dialog.allowsHttp(), qPrintable(fine));
    }
    address->setText(u"http://box:8000"_s);
    QVERIFY(plain->isVisible() && !plain->isChecked());
    for (QPushButton *button : dialog.findChildren<QPushButton *>())
        if (button->objectName() == u"primary"_s)
            button->click();
    QVERIFY(dialog.isVisible()); // not without a word
    QCOMPARE(dialog.findChild<QLabel *>(u"failure"_s)->isVisible(), true);
    plain->setChecked(true);
    QVERIFY(dialog.allowsHttp());
    if (const QString folder = qEnvironmentVariable("ENTVAS_PICTURES"); !folder.isEmpty()) {
        dialog.findChildren<QLineEdit *>()[1]->setText(u"secret"_s);
        dialog.setKeyring(true);
        QTest::qWait(50);
        dialog.grab().save(folder + u"/connect-dialog.png"_s);
    }
    address->setText(u"http://other:8000"_s);
    QVERIFY(!plain->isChecked()); // each server has its own
    address->setText(u"http://known:8000"_s);
    QVERIFY(plain->isChecked());
}

void TestAccessView::dataIsNoMarkup()
{
    AccessPanel panel;
    panel.draw({u"<b>x</b>"_s, u"<img src=\"y\">"_s, {}, {Way::LogIn, Way::None, Way::None}});
    for (const QLabel *label : panel.findChildren<QLabel *>())
        QCOMPARE(label->textFormat(), Qt::PlainText);
}

QTEST_MAIN(TestAccessView)
#include "tst_accessview.moc"
