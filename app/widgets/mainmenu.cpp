// The window's menu and dialogs: the part of MainWindow that is opened seldom.
#include "app/feed/serveraddress.h"
#include "app/session.h"
#include "app/widgets/alertcenter.h"
#include "app/widgets/alertdialog.h"
#include "app/widgets/connectdialog.h"
#include "app/widgets/desk.h"
#include "app/widgets/mainwindow.h"
#include "app/widgets/rangebar.h"
#include "app/widgets/spandialog.h"
#include "app/widgets/timelinechart.h"
#include "app/widgets/zonedialog.h"

#include <QAction>
#include <QActionGroup>
#include <QMenu>
#include <QMessageBox>
#include <QShortcut>
#include <QToolButton>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {
constexpr double kSampleRate = 5; // events per second
} // namespace

void MainWindow::makeMenu(QToolButton *button)
{
    auto *menu = new QMenu(button);
    button->setMenu(menu);
    auto *open = new QShortcut(QKeySequence(Qt::Key_F10), this);
    connect(open, &QShortcut::activated, button, &QToolButton::showMenu);

    const auto add = [this, menu](const QString &text, const QKeySequence &key, auto &&call) {
        QAction *action = menu->addAction(text);
        action->setShortcut(key);
        addAction(action);
        connect(action, &QAction::triggered, this, call);
        return action;
    };
    add(tr("&Connect to a server…"), QKeySequence::Open, [this] { openConnectDialog(); });
    QAction *own = add(tr("&Use this computer's own server"), {}, [this] { m_session->useOwnServer(); });
    QMenu *recent = menu->addMenu(tr("&Recent servers"));
    connect(menu, &QMenu::aboutToShow, this, [this, own, recent] {
        own->setEnabled(!m_session->isLocal());
        recent->clear();
        for (const QUrl &url : m_session->recentServers())
            connect(recent->addAction(url.toString().replace(u'&', u"&&"_s)), &QAction::triggered, this,
                    [this, url] { m_session->connectTo(url, {}); });
        recent->setEnabled(!recent->isEmpty());
    });
    menu->addSeparator();
    m_sample = add(tr("&Send sample events"), QKeySequence(Qt::CTRL | Qt::Key_T), [this](bool on) {
        if (on)
            m_session->startSampleTraffic(kSampleRate);
        else
            m_session->stopSampleTraffic();
    });
    m_sample->setCheckable(true);
    menu->addSeparator();

    QAction *back =
        add(tr("&Back to the view before"), QKeySequence(Qt::ALT | Qt::Key_Left), [this] { m_board.goBack(); });
    QAction *forward =
        add(tr("&Forward again"), QKeySequence(Qt::ALT | Qt::Key_Right), [this] { m_board.goForward(); });
    const auto refresh = [this, back, forward] {
        back->setEnabled(m_board.canGoBack());
        forward->setEnabled(m_board.canGoForward());
    };
    connect(&m_board, &Board::choiceChanged, this, refresh);
    refresh();
    add(tr("&Alerts…"), QKeySequence(Qt::CTRL | Qt::Key_L), [this] { openAlerts(); });
    add(tr("Time &zone…"), {}, [this] { chooseZone(); });
    m_relative = menu->addAction(tr("Times count back from &now"));
    m_relative->setCheckable(true);
    connect(m_relative, &QAction::toggled, m_desk->chart(), &TimelineChart::setRelativeTimes);
    menu->addSeparator();
    fillExportMenu(menu->addMenu(tr("&Export")));
    menu->addSeparator();
    QMenu *look = menu->addMenu(tr("&Appearance"));
    auto *modes = new QActionGroup(look);
    const std::pair<ThemeMode, QString> choices[]{{ThemeMode::System, tr("As the &system")},
                                                  {ThemeMode::Light, tr("&Light")},
                                                  {ThemeMode::Dark, tr("&Dark")},
                                                  {ThemeMode::HighContrastLight, tr("&High contrast, light")},
                                                  {ThemeMode::HighContrastDark, tr("High &contrast, dark")}};
    for (const auto &[mode, text] : choices) {
        QAction *action = look->addAction(text);
        action->setCheckable(true);
        modes->addAction(action);
        connect(action, &QAction::triggered, this, [this, mode = mode] { m_theme.setMode(mode); });
        connect(look, &QMenu::aboutToShow, action,
                [this, action, mode = mode] { action->setChecked(m_theme.mode() == mode); });
    }
    add(tr("&Full screen"), QKeySequence(Qt::Key_F11), [this] { isFullScreen() ? showNormal() : showFullScreen(); });
    menu->addSeparator();
    add(tr("A&bout Entvas"), {}, [this] {
        QMessageBox box(this);
        box.setWindowTitle(tr("About Entvas"));
        box.setTextFormat(Qt::PlainText);
        box.setText(tr("Entvas %1").arg(u"" ENTVAS_VERSION ""_s));
        box.setInformativeText(tr("Live analytics on your own computer.\nThe source is under the MIT licence; this "
                                  "program uses Qt Charts and Qt HTTP Server under the GPL, version 3."));
        box.exec();
    });
    add(tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), [this] { close(); });
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
    if (dialog.exec() == QDialog::Accepted)
        m_board.setZone(dialog.zone());
}

void MainWindow::openConnectDialog(const QString &why)
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
    if (!why.isEmpty())
        dialog.setServer(m_session->serverUrl(), why);
    connect(&dialog, &ConnectDialog::forgotten, m_session, &Session::forgetServer);
    if (dialog.exec() == QDialog::Accepted)
        m_session->connectTo(dialog.server(), dialog.token());
}

} // namespace entvas
