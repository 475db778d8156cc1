// What the window says of the connection: badge, banners, dimming, status bar.
#include "app/board/text/format.h"
#include "app/session/session.h"
#include "app/widgets/base/paint.h"
#include "app/widgets/chart/filterbar.h"
#include "app/widgets/connection/accesspanel.h"
#include "app/widgets/connection/accountview.h"
#include "app/widgets/connection/banner.h"
#include "app/widgets/connection/connectionbadge.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/desk/emptypanel.h"
#include "app/widgets/dialogs/alertcenter.h"
#include "app/widgets/window/mainwindow.h"

#include <QLabel>
#include <QLayout>
#include <QToolButton>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {
constexpr qint64 kClockToldMs = 2'000; // a smaller difference of the clocks is corrected without a word
} // namespace

QString MainWindow::serverName() const
{
    const QUrl url = m_session->serverUrl();
    return url.isEmpty() ? QString() : url.host() + (url.port() > 0 ? u":%1"_s.arg(url.port()) : QString());
}

QString MainWindow::projectName() const
{
    for (const wire::Project &project : m_board.projects())
        if (project.id == m_board.project())
            return paint::oneLine((project.name.isEmpty() ? project.id : project.name).left(60));
    return m_board.project().isEmpty() ? tr("default") : paint::oneLine(m_board.project().left(60));
}

QString MainWindow::place() const
{
    const QString server = m_session->isLocal() ? tr("this computer") : serverName();
    QStringList place{tr("Project %1").arg(projectName())};
    if (!m_viewName.isEmpty())
        place.prepend(paint::oneLine(m_viewName));
    if (!server.isEmpty())
        place << server;
    return place.join(u" · "_s);
}

void MainWindow::refreshState()
{
    FeedState state = m_board.state();
    const std::optional<SessionProblem> problem = m_session->lastProblem();
    const bool isStranded = !m_session->feed() && problem; // no server, and nobody is looking for one
    if (isStranded)
        state = {FeedState::Kind::Lost, problem->failure.text, 0, -1};
    const bool covers = m_account->draw(state); // who may read comes before what is read
    m_badge->draw(state, serverName(), m_account->isWaiting() ? tr("Waiting for you") : QString());
    const bool live = state.kind == FeedState::Kind::Live;
    const bool stale = m_board.hasData() && !live;
    const bool empty = live && m_board.hasData() && m_board.frame().totalEvents == 0;
    m_veil->setVisible(covers || empty || stale ||
                       (!m_board.hasData() && state.kind != FeedState::Kind::Connecting && !live));
    m_empty->setVisible(empty && !covers);
    if (covers) {
        m_banner->parentWidget()->hide();
        placeOverlays();
        return refreshStatus();
    }

    const auto show = [this](const QString &headline, const QString &text, const QString &action,
                             const QString &other = {}) {
        m_banner->draw(headline, text, action, other);
        m_banner->parentWidget()->show();
    };
    const QString known =
        m_board.hasData() ? tr(" What you see is as of %1 ago.").arg(format::age(m_board.nowMs() - m_board.heardAtMs()))
                          : QString();
    if (isStranded) {
        show(tr("No server"), state.reason + known, tr("Try again"), tr("Other server…"));
        placeOverlays();
        return refreshStatus();
    }
    switch (state.kind) {
    case FeedState::Kind::Live:
    case FeedState::Kind::Connecting: m_banner->parentWidget()->hide(); break;
    case FeedState::Kind::Stale:
        show(tr("Nothing fresh"), state.reason + known, tr("Connect again"), tr("Other server…"));
        break;
    case FeedState::Kind::Lost: {
        const qint64 wait = std::max<qint64>(0, state.retryAtMs - m_board.nowMs()) / 1000;
        const QString again = wait > 0 ? tr("Trying again in %1 s.").arg(wait) : tr("Trying again now.");
        show(m_board.hasData() ? tr("Connection lost") : tr("No connection to %1").arg(serverName()),
             state.reason + u' ' + again + known, tr("Try now"), tr("Other server…"));
        break;
    }
    case FeedState::Kind::Refused:
        show(tr("%1 refused the connection").arg(serverName()), state.reason + known, tr("Give a token…"));
        break;
    case FeedState::Kind::NoProject:
        show(tr("No such project"), state.reason + known, tr("Try now"), tr("Other server…"));
        break;
    case FeedState::Kind::Incompatible:
        show(tr("%1 speaks another version").arg(serverName()), state.reason + known, tr("Try now"),
             tr("Other server…"));
        break;
    }
    placeOverlays();
    refreshStatus();
}

void MainWindow::notice(const QString &headline, const QString &text, const QString &button, std::function<void()> call)
{
    m_noticeCall = std::move(call);
    m_notice->draw(headline, text, button);
    m_notice->parentWidget()->show();
}

void MainWindow::showAlerts()
{
    const QString headline = m_alerts->headline();
    if (!headline.isEmpty())
        m_alertBanner->draw(headline, m_alerts->text(), tr("Alerts…"), tr("Snooze for an hour"));
    m_alertBanner->parentWidget()->setVisible(!headline.isEmpty());
}

void MainWindow::refreshStatus()
{
    const BoardFrame &frame = m_board.frame();
    const QString store = m_board.storeName() == u"postgresql"_s ? tr("PostgreSQL")
                          : m_board.storeName() == u"sqlite"_s   ? tr("SQLite")
                                                                 : m_board.storeName();
    QStringList parts;
    if (!store.isEmpty())
        parts << store;
    if (m_board.hasData())
        parts << (frame.totalEvents == 1 ? tr("1 event") : tr("%1 events").arg(format::count(frame.totalEvents)));
    const qint64 ahead = m_board.serverNowMs() - m_board.nowMs();
    if (m_board.hasData() && qAbs(ahead) > kClockToldMs)
        parts << (ahead > 0 ? tr("server clock %1 ahead") : tr("server clock %1 behind")).arg(format::age(qAbs(ahead)));
    m_store->setText(parts.join(u" · "_s));
    const QString where = place();
    m_filters->setPlace(where);
    setWindowTitle(where); // the system adds the program's name
    if (!m_board.hasData()) {
        m_age->clear();
        return;
    }
    const qint64 change = m_board.nowMs() - m_board.changedAtMs();
    if (m_board.state().kind != FeedState::Kind::Live)
        m_age->setText(tr("Last heard %1 ago").arg(format::age(m_board.nowMs() - m_board.heardAtMs())));
    else if (change < 1'000)
        m_age->setText(tr("Last change just now"));
    else
        m_age->setText(tr("Last change %1 ago").arg(format::age(change)));
}

void MainWindow::placeOverlays()
{
    m_veil->setGeometry(m_desk->rect());
    m_veil->raise();
    // In what is in sight of the desk, which may be higher than that.
    const QWidget *view = m_desk->parentWidget();
    const int top = view ? m_desk->mapFrom(view, QPoint()).y() : 0;
    const int room = std::min(view ? view->height() : m_desk->height(), m_desk->height());
    const int width = std::min(660, m_desk->width() - 40);
    for (QFrame *panel : {static_cast<QFrame *>(m_empty), static_cast<QFrame *>(m_account->panel())}) {
        panel->setFixedWidth(width);
        if (const int height = panel->layout()->totalHeightForWidth(width); height > 0)
            panel->resize(width, height);
        else
            panel->adjustSize();
        const int y =
            std::min(std::max(116, (room - panel->height()) / 2 - 40), std::max(room - panel->height() - 12, 8));
        panel->move((m_desk->width() - width) / 2, top + y);
        panel->raise();
    }
}

} // namespace entvas
