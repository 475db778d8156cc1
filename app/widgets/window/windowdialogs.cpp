// The window's dialogs: the part of it that is opened seldom.
#include "app/account/accounts.h"
#include "app/feed/serveraddress.h"
#include "app/session/session.h"
#include "app/session/sessionproblem.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/base/messagebox.h"
#include "app/widgets/chart/rangebar.h"
#include "app/widgets/connection/accountview.h"
#include "app/widgets/connection/banner.h"
#include "app/widgets/connection/problemdialog.h"
#include "app/widgets/dialogs/accessdialog.h"
#include "app/widgets/dialogs/alertcenter.h"
#include "app/widgets/dialogs/alertdialog.h"
#include "app/widgets/dialogs/connectdialog.h"
#include "app/widgets/dialogs/spandialog.h"
#include "app/widgets/dialogs/zonedialog.h"
#include "app/widgets/window/mainwindow.h"

#include <QAction>
#include <QDesktopServices>
#include <QMessageBox>

namespace entvas {

using namespace Qt::StringLiterals;

void MainWindow::tell(const QString &headline, const QString &text)
{
    auto *box = new QMessageBox(QMessageBox::NoIcon, tr("Entvas"), {}, QMessageBox::Close, this);
    setPlainTexts(*box, headline, text);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

void MainWindow::chooseSpan()
{
    const BoardFrame &frame = m_board.frame();
    SpanDialog dialog(m_board.choice().view, frame.grid.span(), m_board.zone(), this);
    BoardChoice choice = m_board.choice();
    if (dialog.exec() == QDialog::Accepted)
        choice.view = dialog.view();
    m_board.choose(choice);
    m_ranges->draw(choice.view); // the button that was clicked looks chosen, whatever came of it
}

void MainWindow::openAlerts()
{
    AlertDialog dialog(m_alerts->watch().rules(), m_alerts->watch().log(), m_board.choice().filter, m_board.zone(),
                       this);
    if (dialog.exec() == QDialog::Accepted)
        m_alerts->setRules(dialog.rules());
}

void MainWindow::chooseZone()
{
    ZoneDialog dialog(m_board.zone(), m_board.nowMs(), this);
    if (dialog.exec() != QDialog::Accepted)
        return;
    m_board.setZone(dialog.zone());
    m_viewName.clear();
}

void MainWindow::openConnectDialog(const QString &why)
{
    offerServer(why.isEmpty() ? QUrl() : m_session->serverUrl(), why, m_session->project());
}

void MainWindow::offerServer(const QUrl &server, const QString &why, const QString &project)
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
        this);
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

void MainWindow::connectAccount()
{
    connect(m_account, &AccountView::redrawWanted, this, &MainWindow::refreshState);
    connect(m_account, &AccountView::serverWanted, this, [this](const QString &why, bool theSame) {
        if (theSame)
            offerServer(m_session->serverUrl(), why, m_session->project());
        else
            openConnectDialog();
    });
    connect(m_account, &AccountView::memoryOnly, this, [this] {
        notice(tr("Your login is kept for this run only"),
               tr("No keyring of this computer could be opened (Secret Service). After a restart you log in again."),
               tr("Understood"));
    });
}

void MainWindow::tellOfCrash(const QString &report)
{
    m_crashBanner->draw(
        tr("Entvas ended unexpectedly the last time"),
        tr("Nothing that was stored is lost. The report says what happened; it helps whoever looks for the cause."),
        tr("Show report"), tr("Dismiss"));
    m_crashBanner->parentWidget()->show();
    m_crashBanner->disconnect(this);
    const auto dismiss = [this] { m_crashBanner->parentWidget()->hide(); };
    connect(m_crashBanner, &Banner::otherActionChosen, this, dismiss);
    connect(m_crashBanner, &Banner::actionChosen, this, [this, report, dismiss] {
        dismiss();
        if (!QDesktopServices::openUrl(QUrl::fromLocalFile(report)))
            tell(tr("The report could not be opened."), report);
    });
}

void MainWindow::showAbout()
{
    QMessageBox box(this);
    box.setWindowTitle(tr("About Entvas"));
    setPlainTexts(box, tr("Entvas %1").arg(u"" ENTVAS_VERSION ""_s),
                  tr("Live analytics on your own computer.\nThe source is under the MIT licence; this "
                     "program uses Qt Charts and Qt HTTP Server under the GPL, version 3."));
    box.exec();
}

void MainWindow::openAccess()
{
    AccessDialog dialog([this] { return m_session->pagesOptions(); }, m_board.zone(), m_board.project(), this);
    dialog.exec();
}

// The server knows best: it lists the projects that this reader administers, or says why there are none.
void MainWindow::refreshAccess()
{
    QAction *action = m_actions->find(u"server.access"_s);
    const auto allow = [action](const QString &why) {
        action->setEnabled(why.isEmpty());
        action->setText(why.isEmpty() ? tr("&Keys and access…") : tr("&Keys and access (%1)").arg(why));
    };
    m_access.reset();
    if (!m_session->feed())
        return allow(tr("no server is shown"));
    allow(tr("only for administrators"));
    m_access = std::make_unique<AdminClient>([this] { return m_session->pagesOptions(); });
    m_access->get(u"/admin/projects"_s, {}, [allow](const Result<QJsonObject> &answer) {
        if (answer)
            allow({});
        else if (answer.failure().kind == Fault::Unavailable)
            allow(tr("the server does not answer"));
    });
}

void MainWindow::onProblem(const SessionProblem &problem)
{
    // Of several windows that want the same server one asks; the others have their banner.
    if (!m_session->claimProblem())
        return refreshState();
    const ProblemChoice choice = askAboutProblem(problem, this);
    switch (choice.kind) {
    case ProblemChoice::Kind::ConnectTo: m_session->connectTo(choice.url, {}, m_session->project()); break;
    case ProblemChoice::Kind::OtherPort: m_session->useOwnServerOnPort(choice.port); break;
    case ProblemChoice::Kind::TryAgain: m_session->useOwnServer(m_session->project()); break;
    case ProblemChoice::Kind::OtherServer: openConnectDialog(); break;
    case ProblemChoice::Kind::Leave: refreshState(); break; // the banner offers the same
    case ProblemChoice::Kind::Quit:
        if (m_own)
            close();
        else
            Q_EMIT quitWanted();
        break;
    }
}

} // namespace entvas
