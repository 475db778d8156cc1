#include "app/widgets/connection/accountview.h"

#include "app/account/account.h"
#include "app/account/accounts.h"
#include "app/session/session.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/base/menutext.h"
#include "app/widgets/base/paint.h"
#include "app/widgets/connection/accesspanel.h"

#include <QAction>
#include <QMenu>
#include <QSettings>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr int kMostNameChars = 24; // on the button
const auto kToldKey = u"accounts/memoryOnlyTold"_s;

QString nameOf(const QString &name, const QString &email, const QString &subject)
{
    return !name.isEmpty() ? name : !email.isEmpty() ? email : subject;
}

QString shortName(const QString &name)
{
    const QString line = paint::oneLine(name);
    return line.size() <= kMostNameChars ? line : line.left(kMostNameChars - 1).trimmed() + u'…';
}

} // namespace

AccountView::AccountView(Session *session, QObject *parent)
    : QObject(parent), m_session(session), m_button(new QToolButton), m_panel(new AccessPanel)
{
    m_button->setObjectName(u"toggle"_s);
    m_button->setPopupMode(QToolButton::InstantPopup);
    m_button->setCursor(Qt::PointingHandCursor);
    m_button->setFocusPolicy(Qt::TabFocus);
    m_button->setToolTip(tr("Your account at this server"));
    m_button->setMenu(new QMenu(m_button));
    m_button->hide();
    connect(m_button->menu(), &QMenu::aboutToShow, this, &AccountView::fillMenu);
    connect(m_panel, &AccessPanel::chosen, this, [this](AccessView::Way way) { take(int(way)); });
    connect(m_session, &Session::accountChanged, this, [this] {
        follow();
        Q_EMIT redrawWanted();
    });
}

void AccountView::makeActions(Actions *actions)
{
    m_actions = actions;
    actions->beginGroup(tr("Account"));
    actions->add(u"account.login"_s, tr("&Log in…"), {}, [this] {
        if (Account *account = m_session->account())
            account->logIn();
    });
    actions->add(u"account.other"_s, tr("Use a &different account…"), {}, [this] {
        if (Account *account = m_session->account())
            account->logIn(true);
    });
    actions->add(u"account.token"_s, tr("&Enter token…"), {}, [this] { Q_EMIT serverWanted({}, true); });
    actions->add(u"account.logout"_s, tr("Log &out"), {}, [this] { logOut(); });
    actions->add(u"account.menu"_s, tr("Show the account"), {}, [this] {
        if (m_button->isVisible())
            m_button->showMenu();
    });
    follow();
}

void AccountView::follow()
{
    const Account *account = m_session->account();
    m_button->setVisible(account != nullptr);
    AccountState state;
    state.kind = AccountState::Kind::Nobody;
    if (account)
        state = account->state();
    const bool isLoggedIn = state.kind == AccountState::Kind::LoggedIn;
    const bool hasToken = state.kind == AccountState::Kind::Token;
    if (m_actions) {
        m_actions->find(u"account.login"_s)->setEnabled(account && !isLoggedIn);
        m_actions->find(u"account.other"_s)->setEnabled(account && isLoggedIn);
        m_actions->find(u"account.token"_s)->setEnabled(account);
        QAction *logout = m_actions->find(u"account.logout"_s);
        logout->setEnabled(account && (isLoggedIn || hasToken));
        logout->setText(hasToken ? tr("F&orget the token") : tr("Log &out"));
        m_actions->find(u"account.menu"_s)->setEnabled(account);
    }
    if (!account)
        return;
    QString name = tr("Not logged in");
    if (isLoggedIn)
        name = nameOf(state.name, state.email, state.subject);
    else if (hasToken)
        name = state.name.isEmpty() ? tr("Token") : state.name;
    else if (state.kind == AccountState::Kind::Looking)
        name = state.name.isEmpty() ? tr("Account") : state.name;
    const bool isKeptShort = account->isMemoryOnly();
    m_button->setText(menuText(shortName(name)) + (isKeptShort ? u" •"_s : QString()));
    m_button->setAccessibleName(isKeptShort ? tr("Account: %1, for this run only").arg(name)
                                            : tr("Account: %1").arg(name));
    if (isLoggedIn && isKeptShort && !QSettings().value(kToldKey).toBool()) {
        QSettings().setValue(kToldKey, true);
        Q_EMIT memoryOnly();
    }
}

bool AccountView::draw(const FeedState &state)
{
    m_state = state;
    const Account *account = m_session->account();
    const QUrl url = m_session->serverUrl();
    const QString server = url.host() + (url.port() > 0 ? u":%1"_s.arg(url.port()) : QString());
    m_panel->draw(account ? accessView(state, account->state(), account->problem(), server) : AccessView{});
    return !m_panel->view().isEmpty();
}

bool AccountView::isWaiting() const
{
    const Account *account = m_session->account();
    if (!account || m_panel->view().isEmpty())
        return false;
    const AccessProblem::Kind kind = account->problem().kind;
    return account->state().isInBrowser || kind == AccessProblem::Kind::LoginNeeded ||
           kind == AccessProblem::Kind::TokenNeeded || kind == AccessProblem::Kind::SessionEnded;
}

void AccountView::take(int way)
{
    using Way = AccessView::Way;
    Account *account = m_session->account();
    if (!account)
        return;
    switch (static_cast<Way>(way)) {
    case Way::None: break;
    case Way::LogIn: account->logIn(); break;
    case Way::LogInAsOther: account->logIn(true); break;
    case Way::GiveToken: Q_EMIT serverWanted(account->problem().text, true); break;
    case Way::OtherServer: Q_EMIT serverWanted({}, false); break;
    case Way::TryAgain:
        account->retryNow();
        if (Feed *feed = m_session->feed())
            feed->retryNow();
        break;
    case Way::UseHttps: {
        QUrl url = m_session->serverUrl();
        url.setScheme(u"https"_s);
        m_session->connectTo(url, {}, m_session->project());
        break;
    }
    case Way::AllowHttp: Q_EMIT serverWanted(m_state.reason, true); break;
    case Way::OpenAgain: account->openAgain(); break;
    case Way::Cancel: account->cancelLogin(); break;
    }
}

void AccountView::fillMenu()
{
    QMenu *menu = m_button->menu();
    menu->clear();
    Account *account = m_session->account();
    if (!account)
        return;
    const AccountState &state = account->state();
    const auto line = [menu](const QString &text) {
        if (!text.isEmpty())
            menu->addAction(menuText(text))->setEnabled(false); // said, not chosen
    };
    if (state.kind == AccountState::Kind::LoggedIn) {
        line(nameOf(state.name, state.email, state.subject));
        if (!state.name.isEmpty())
            line(state.email);
    } else if (state.kind == AccountState::Kind::Token) {
        line(state.name.isEmpty() ? tr("A token entered here") : tr("Token “%1”").arg(state.name));
    } else {
        line(tr("Not logged in"));
    }
    const QString server = m_session->serverUrl().host();
    if (state.role == u"admin"_s)
        line(tr("Administrator at %1").arg(server));
    else if (state.role == u"viewer"_s)
        line(tr("Viewer at %1").arg(server));
    else
        line(tr("At %1").arg(server));
    if (state.projects)
        line(tr("Projects: %1").arg(state.projects->join(u", "_s)));
    if (account->isMemoryOnly())
        line(m_session->accounts().vault().keeping() == Vault::Keeping::Memory
                 ? tr("Kept for this run only: no keyring could be opened")
                 : tr("Kept for this run only"));
    menu->addSeparator();
    const bool isLoggedIn = state.kind == AccountState::Kind::LoggedIn;
    menu->addAction(m_actions->find(isLoggedIn ? u"account.other"_s : u"account.login"_s));
    const QList<SavedLogin> others = account->others();
    for (const SavedLogin &other : others)
        connect(menu->addAction(tr("Switch to %1").arg(menuText(nameOf(other.name, other.email, other.subject)))),
                &QAction::triggered, account, [account, other] { account->switchTo(other); });
    menu->addAction(m_actions->find(u"account.token"_s));
    menu->addSeparator();
    menu->addAction(m_actions->find(u"account.logout"_s));
}

void AccountView::logOut()
{
    if (Account *account = m_session->account())
        account->logOut();
}

} // namespace entvas
