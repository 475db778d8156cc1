#include "app/widgets/connection/servermenu.h"

#include "app/account/accounts.h"
#include "app/board/board.h"
#include "app/feed/adminclient.h"
#include "app/feed/serveraddress.h"
#include "app/session/session.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/base/menutext.h"
#include "app/widgets/connection/notices.h"
#include "app/widgets/connection/problemdialog.h"
#include "app/widgets/dialogs/accessdialog.h"
#include "app/widgets/dialogs/connectdialog.h"

#include <QAction>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {
constexpr double kSampleRate = 5; // events per second
} // namespace

ServerMenu::ServerMenu(Session *session, const Board &board, Notices &notices, QWidget *window)
    : QObject(window), m_session(session), m_board(board), m_notices(notices), m_window(window)
{
}

ServerMenu::~ServerMenu() = default;

void ServerMenu::makeActions(Actions *actions)
{
    m_actions = actions;
    actions->beginGroup(tr("Server"));
    actions->add(u"server.connect"_s, tr("&Connect to a server…"), QKeySequence::Open, [this] { openConnectDialog(); });
    actions->add(u"server.own"_s, tr("&Use the local server"), {}, [this] { m_session->useOwnServer(); });
    actions->add(u"server.retry"_s, tr("Connect again now"), QKeySequence::Refresh, [this] { retry(); });
    actions->add(u"server.access"_s, tr("&Keys and access…"), {}, [this] { openAccess(); });
    actions->addSwitch(u"server.sample"_s, tr("&Send sample events"), QKeySequence(Qt::CTRL | Qt::Key_T),
                       [this](bool on) { setSampling(on); });
    connectSession();
}

void ServerMenu::connectSession()
{
    const auto refreshSample = [this] { m_actions->find(u"server.sample"_s)->setEnabled(m_session->hasWebhookKey()); };
    connect(m_session, &Session::feedChanged, this, [this, refreshSample] {
        m_actions->find(u"server.own"_s)->setEnabled(!m_session->isLocal());
        refreshSample();
        refreshAccess();
    });
    connect(m_session, &Session::webhookKeyChanged, this, refreshSample);
    connect(m_session, &Session::samplingChanged, this,
            [this](bool sampling) { m_actions->find(u"server.sample"_s)->setChecked(sampling); });
    connect(m_session, &Session::samplingRefused, this, [this](const Failure &failure) {
        m_notices.showBox(tr("The sample events were not accepted."), failure.text);
    });
    // Once it lets us in, and anew whenever it does so again: another login may have another role.
    connect(&m_board, &Board::stateChanged, this, [this] {
        const bool isLive = m_session->feed() && m_board.state().kind == FeedState::Kind::Live;
        if (isLive && !std::exchange(m_wasLive, isLive))
            refreshAccess();
        m_wasLive = isLive;
    });
    connect(m_session, &Session::problem, this, &ServerMenu::onProblem, Qt::QueuedConnection);
}

void ServerMenu::fill(QMenu *menu)
{
    menu->addAction(m_actions->find(u"server.connect"_s));
    menu->addAction(m_actions->find(u"server.own"_s));
    QMenu *recent = menu->addMenu(tr("&Recent servers"));
    for (const QUrl &url : m_session->recentServers())
        connect(recent->addAction(menuText(url.toString())), &QAction::triggered, this,
                [this, url] { m_session->connectTo(url, {}); });
    recent->setEnabled(!recent->isEmpty());
    menu->addSeparator();
    menu->addAction(m_actions->find(u"server.access"_s));
    menu->addAction(m_actions->find(u"server.sample"_s));
}

void ServerMenu::retry()
{
    if (Feed *feed = m_session->feed())
        feed->retryNow();
    else if (m_session->lastProblem())
        m_session->useOwnServer(m_session->project());
}

void ServerMenu::setSampling(bool on)
{
    if (on)
        m_session->startSampleTraffic(kSampleRate);
    else
        m_session->stopSampleTraffic();
    m_actions->find(u"server.sample"_s)->setChecked(m_session->isSampling());
}

void ServerMenu::openConnectDialog(const QString &why)
{
    offerServer(why.isEmpty() ? QUrl() : m_session->serverUrl(), why, m_session->project());
}

void ServerMenu::offerServer(const QUrl &server, const QString &why, const QString &project)
{
    ConnectDialog dialog(
        m_session->recentServers(),
        [](const QString &text, QUrl *url) {
            const auto parsed = parseServerUrl(text);
            if (!parsed)
                return parsed.failure().text;
            *url = *parsed;
            return QString();
        },
        m_window);
    if (!server.isEmpty())
        dialog.setServer(server, why);
    Accounts &accounts = m_session->accounts();
    dialog.setAllowed([&accounts](const QUrl &url) { return accounts.allowsHttp(url); });
    const auto follow = [&] { dialog.setKeyring(accounts.vault().keeping() == Vault::Keeping::Keyring); };
    connect(&accounts.vault(), &Vault::keepingChanged, &dialog, follow);
    follow();
    accounts.vault().probe();
    connect(&dialog, &ConnectDialog::forgotten, m_session, &Session::forgetServer);
    if (dialog.exec() != QDialog::Accepted)
        return;
    if (dialog.allowsHttp() != accounts.allowsHttp(dialog.server()))
        accounts.setAllowsHttp(dialog.server(), dialog.allowsHttp());
    m_session->connectTo(dialog.server(), dialog.token(), dialog.server() == server ? project : QString(),
                         dialog.remembersToken());
}

void ServerMenu::openAccess()
{
    AccessDialog dialog([this] { return m_session->pagesOptions(); }, m_board.zone(), m_board.project(), m_window);
    dialog.exec();
}

// The server knows best: it lists the projects that this reader administers, or says why there are none.
void ServerMenu::refreshAccess()
{
    QAction *action = m_actions->find(u"server.access"_s);
    const auto allow = [action](const QString &why) {
        action->setEnabled(why.isEmpty());
        action->setText(why.isEmpty() ? tr("&Keys and access…") : tr("&Keys and access (%1)").arg(why));
    };
    m_access.reset();
    if (!m_session->feed())
        return allow(tr("no server is connected"));
    allow(tr("only for administrators"));
    m_access = std::make_unique<AdminClient>([this] { return m_session->pagesOptions(); });
    m_access->get(u"/admin/projects"_s, {}, [allow](const Result<QJsonObject> &answer) {
        if (answer)
            allow({});
        else if (answer.failure().kind == Fault::Unavailable)
            allow(tr("the server is not responding"));
    });
}

void ServerMenu::onProblem(const SessionProblem &problem)
{
    // Of several windows that want the same server one asks; the others have their banner.
    if (!m_session->claimProblem())
        return Q_EMIT redrawWanted();
    const ProblemChoice choice = askAboutProblem(problem, m_window);
    switch (choice.kind) {
    case ProblemChoice::Kind::ConnectTo: m_session->connectTo(choice.url, {}, m_session->project()); break;
    case ProblemChoice::Kind::OtherPort: m_session->useOwnServerOnPort(choice.port); break;
    case ProblemChoice::Kind::TryAgain: m_session->useOwnServer(m_session->project()); break;
    case ProblemChoice::Kind::OtherServer: openConnectDialog(); break;
    case ProblemChoice::Kind::Leave: Q_EMIT redrawWanted(); break; // the banner offers the same
    case ProblemChoice::Kind::Quit: Q_EMIT quitWanted(); break;
    }
}

} // namespace entvas
