// Desktop, server and issuer together: a person logs in, the login goes on, and it ends.
#include "app/account/account.h"
#include "app/account/accounts.h"
#include "app/feed/eventpages.h"
#include "app/session/session.h"
#include "app/theme/theme.h"
#include "app/widgets/connection/accesspanel.h"
#include "app/widgets/connection/accountview.h"
#include "app/widgets/window/mainwindow.h"
#include "tests/support/keyringsession.h"
#include "tests/support/scriptedbrowser.h"
#include "tests/support/testissuer.h"

#include "core/base/log.h"

#include <QDir>
#include <QMenu>
#include <QPushButton>
#include <QScopeGuard>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTemporaryFile>
#include <QTest>
#include <QToolButton>

#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;
using Problem = AccessProblem::Kind;

namespace {

constexpr int kPatienceMs = 20'000;

// A server that takes logins of an issuer.
struct Place {
    Place()
    {
        issuer.start();
        settings.port = 0;
        settings.database.path = dir.filePath(u"events.db"_s);
        settings.issuer = issuer.url();
        settings.audience = issuer.audience;
        settings.clientId = issuer.clientId;
        settings.rolesClaim = u"roles"_s;
        issuer.person.claims = {{u"roles"_s, u"viewer"_s}};
        session = std::make_unique<Session>(Result<Settings>(settings));
        session->start();
        [this] { QTRY_VERIFY_WITH_TIMEOUT(session->feed(), kPatienceMs); }();
    }
    ~Place() { end(*session); }
    QUrl url() const { return session->serverUrl(); }
    static void end(Session &session)
    {
        QSignalSpy stopped(&session, &Session::stopped);
        session.shutdown();
        stopped.wait(kPatienceMs);
    }

    TestIssuer issuer;
    QTemporaryDir dir;
    Settings settings;
    std::unique_ptr<Session> session;
};

// A window of another desktop on that server.
struct Desktop {
    explicit Desktop(const Place &place)
        : session(Result<Settings>(Failure{Fault::Configuration, u"hosts nothing"_s})), window(&session)
    {
        session.accounts().setBrowser([this](const QUrl &url) {
            ++opened;
            browser.open(url);
            return true;
        });
        QObject::connect(&session, &Session::feedChanged, &window, [this](Feed *feed) {
            if (feed)
                QObject::connect(feed, &Feed::stateChanged, &window,
                                 [this](const FeedState &state) { states.append(state); });
        });
        window.resize(1280, 800);
        window.show();
        session.connectTo(place.url());
    }
    ~Desktop() { Place::end(session); }
    bool isLive() const { return !states.isEmpty() && states.last().kind == FeedState::Kind::Live; }
    Problem problem() const { return session.account()->problem().kind; }

    ScriptedBrowser browser;
    Session session;
    MainWindow window;
    QList<FeedState> states;
    int opened = 0;
};

} // namespace

class TestLoginFlow : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init() { QSettings().clear(); }
    void fromNobodyToNumbersAndBack();
    void aFreshTokenGoesOutOnTheOpenSocket();
    void theEndOfALogin();
    void withoutTheRole();
    void twoWindowsOneAccount();
    void nothingSecretIsLeft();

private:
    void logIn(Desktop &desktop);
    KeyringSession m_session;
    QTemporaryDir m_config;
};

void TestLoginFlow::initTestCase()
{
    qputenv("XDG_CONFIG_HOME", m_config.path().toUtf8());
    QCoreApplication::setOrganizationName(u"entvas"_s);
    QCoreApplication::setApplicationName(u"entvas"_s);
    const QString wrong = m_session.start();
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestLoginFlow::logIn(Desktop &desktop)
{
    QTRY_COMPARE_WITH_TIMEOUT(desktop.problem(), Problem::LoginNeeded, kPatienceMs);
    desktop.session.account()->logIn();
    QTRY_VERIFY_WITH_TIMEOUT(desktop.isLive(), kPatienceMs);
}

void TestLoginFlow::fromNobodyToNumbersAndBack()
{
    Place place;
    {
        Desktop desktop(place);
        logIn(desktop);
        QVERIFY(desktop.window.account()->panel()->view().isEmpty());
        QTRY_COMPARE_WITH_TIMEOUT(desktop.session.account()->state().role, u"viewer"_s, kPatienceMs);
        QCOMPARE(desktop.window.account()->button()->text(), u"Ada Lovelace"_s);
        QMenu *menu = desktop.window.account()->button()->menu();
        Q_EMIT menu->aboutToShow();
        QStringList texts;
        for (QAction *action : menu->actions())
            texts << action->text();
        QVERIFY2(texts.contains(u"Viewer at 127.0.0.1"_s) && texts.contains(u"ada@example.org"_s),
                 qPrintable(texts.join(u'\n')));
        QSignalSpy pages(desktop.session.pages(), &EventPages::arrived);
        desktop.session.pages()->ask({0, QDateTime::currentMSecsSinceEpoch()});
        QTRY_COMPARE_WITH_TIMEOUT(pages.count(), 1, kPatienceMs);
        if (const QString folder = qEnvironmentVariable("ENTVAS_PICTURES"); !folder.isEmpty()) {
            desktop.window.theme().setMode(ThemeMode::Light);
            menu->popup(desktop.window.mapToGlobal(QPoint(940, 50)));
            QTest::qWait(200);
            desktop.window.grab().save(folder + u"/logged-in.png"_s);
            menu->grab().save(folder + u"/account-menu.png"_s);
            menu->close();
        }
    }
    Desktop later(place); // the program was started anew: silently
    QTRY_VERIFY_WITH_TIMEOUT(later.isLive(), kPatienceMs);
    QCOMPARE(later.opened, 0);
    for (const FeedState &state : later.states)
        QVERIFY(state.kind != FeedState::Kind::Refused);
    later.session.account()->logOut();
    QTRY_COMPARE_WITH_TIMEOUT(later.problem(), Problem::LoginNeeded, kPatienceMs);
    QVERIFY(!later.window.board().hasData()); // of somebody who is gone
    // Before the server gave up waiting for a first message; the feed may tell a moment after the account.
    QTRY_COMPARE_WITH_TIMEOUT(later.states.last().kind, FeedState::Kind::Connecting, 3'000);
    QVERIFY(later.window.account()->panel()->button(AccessView::Way::LogIn));
}

void TestLoginFlow::aFreshTokenGoesOutOnTheOpenSocket()
{
    Place place;
    place.issuer.accessTokenSeconds = 4;
    Desktop desktop(place);
    logIn(desktop);
    QSignalSpy fresh(&desktop.session, &Session::tokenChanged);
    QTRY_VERIFY_WITH_TIMEOUT(fresh.count() >= 3, kPatienceMs); // the first token has run out by then
    QVERIFY(desktop.isLive());
    for (qsizetype i = desktop.states.size() - 1; desktop.states[i].kind == FeedState::Kind::Live; --i)
        QVERIFY(i > 0);
    int lost = 0;
    for (const FeedState &state : desktop.states)
        lost += state.kind == FeedState::Kind::Lost ? 1 : 0;
    QCOMPARE(lost, 0);
    QCOMPARE(desktop.session.pagesOptions().token, desktop.session.account()->token());
    QSignalSpy pages(desktop.session.pages(), &EventPages::arrived);
    desktop.session.pages()->ask({0, QDateTime::currentMSecsSinceEpoch()});
    QTRY_COMPARE_WITH_TIMEOUT(pages.count(), 1, kPatienceMs);
}

// The issuer ends it while a token still runs: the desktop is cut by the server, tries, and says so.
void TestLoginFlow::theEndOfALogin()
{
    Place place;
    place.issuer.accessTokenSeconds = 6;
    Desktop desktop(place);
    logIn(desktop);
    place.issuer.tokenError = u"invalid_grant"_s;
    QTRY_COMPARE_WITH_TIMEOUT(desktop.problem(), Problem::SessionEnded, kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(desktop.states.last().kind, FeedState::Kind::Refused, kPatienceMs);
    QCOMPARE(desktop.states.last().refusal, FeedState::Refusal::Expired);
    QTRY_VERIFY(desktop.window.account()->panel()->button(AccessView::Way::LogIn));
    QVERIFY(desktop.session.account()->problem().text.contains(u"Ada Lovelace"_s));
    place.issuer.tokenError.clear();
    desktop.session.account()->logIn();
    QTRY_VERIFY_WITH_TIMEOUT(desktop.isLive(), kPatienceMs);
}

void TestLoginFlow::withoutTheRole()
{
    Place place;
    place.issuer.person.claims = {{u"roles"_s, u"accountant"_s}};
    Desktop desktop(place);
    QTRY_COMPARE_WITH_TIMEOUT(desktop.problem(), Problem::LoginNeeded, kPatienceMs);
    desktop.session.account()->logIn();
    QTRY_COMPARE_WITH_TIMEOUT(desktop.problem(), Problem::RoleMissing, kPatienceMs);
    const AccessView &view = desktop.window.account()->panel()->view();
    QVERIFY2(view.text.contains(u"viewer"_s), qPrintable(view.text));
    QVERIFY(desktop.window.account()->panel()->button(AccessView::Way::LogInAsOther));
    place.issuer.person.claims = {{u"roles"_s, u"viewer"_s}};
    desktop.window.account()->panel()->button(AccessView::Way::LogInAsOther)->click();
    QTRY_VERIFY_WITH_TIMEOUT(desktop.isLive(), kPatienceMs);
}

void TestLoginFlow::twoWindowsOneAccount()
{
    Place place;
    Host host{Result<Settings>(Failure{Fault::Configuration, u"hosts nothing"_s})};
    ScriptedBrowser browser;
    host.accounts().setBrowser([&](const QUrl &url) {
        browser.open(url);
        return true;
    });
    Session one(host), two(host);
    QHash<Session *, FeedState::Kind> kinds;
    for (Session *session : {&one, &two}) {
        connect(session, &Session::feedChanged, session, [&kinds, session](Feed *feed) {
            if (feed)
                connect(feed, &Feed::stateChanged, session,
                        [&kinds, session](const FeedState &state) { kinds[session] = state.kind; });
        });
        session->connectTo(place.url());
    }
    QCOMPARE(one.account(), two.account());
    QTRY_COMPARE_WITH_TIMEOUT(one.account()->problem().kind, Problem::LoginNeeded, kPatienceMs);
    one.account()->logIn();
    const auto both = [&](FeedState::Kind kind) { return kinds[&one] == kind && kinds[&two] == kind; };
    QTRY_VERIFY_WITH_TIMEOUT(both(FeedState::Kind::Live), kPatienceMs);
    two.account()->logOut();
    QTRY_COMPARE_WITH_TIMEOUT(two.account()->problem().kind, Problem::LoginNeeded, kPatienceMs);
    QVERIFY(both(FeedState::Kind::Connecting));
    Place::end(one);
    Place::end(two);
}

void TestLoginFlow::nothingSecretIsLeft()
{
    Place place;
    QTemporaryFile said; // what goes to standard error meanwhile
    QVERIFY(said.open());
    const int before = ::dup(2);
    QVERIFY(::dup2(said.handle(), 2) == 2);
    const auto restore = qScopeGuard([before] {
        ::dup2(before, 2);
        ::close(before);
    });
    log::setUp(LogFormat::Text, LogLevel::Debug);
    {
        Desktop desktop(place);
        logIn(desktop);
        QTRY_VERIFY_WITH_TIMEOUT(!desktop.session.account()->state().role.isEmpty(), kPatienceMs);
        desktop.session.account()->logOut();
        QTRY_COMPARE_WITH_TIMEOUT(desktop.problem(), Problem::LoginNeeded, kPatienceMs);
    }
    QSettings().sync();
    said.seek(0);
    QByteArray all = said.readAll();
    QVERIFY(all.contains("live: ")); // it was said there
    for (const QString &folder : {m_config.path(), place.dir.path(), m_session.folder()}) {
        QDir dir(folder);
        const QStringList files = dir.entryList(QDir::Files | QDir::Hidden);
        for (const QString &name : files)
            if (QFile file(dir.filePath(name)); file.open(QIODevice::ReadOnly))
                all += file.readAll();
    }
    if (QFile file(QSettings().fileName()); file.open(QIODevice::ReadOnly))
        all += file.readAll();
    QVERIFY(all.contains("127.0.0.1")); // else this looks at nothing
    QVERIFY(place.issuer.issuedSecrets().size() >= 4);
    for (const QString &secret : place.issuer.issuedSecrets())
        QVERIFY(!all.contains(secret.toUtf8()));
}

QTEST_MAIN(TestLoginFlow)
#include "tst_loginflow.moc"
