#include "app/widgets/window/mainwindow.h"

#include "app/session/session.h"
#include "app/settings/preferences.h"
#include "app/settings/viewstore.h"
#include "app/theme/theme.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/base/scaledpage.h"
#include "app/widgets/base/screenroom.h"
#include "app/widgets/chart/filterbar.h"
#include "app/widgets/chart/rangebar.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/connection/accountview.h"
#include "app/widgets/connection/connectionbadge.h"
#include "app/widgets/connection/connectionview.h"
#include "app/widgets/connection/deskoverlays.h"
#include "app/widgets/connection/notices.h"
#include "app/widgets/connection/projectbutton.h"
#include "app/widgets/connection/servermenu.h"
#include "app/widgets/connection/statusbar.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/desk/docking.h"
#include "app/widgets/dialogs/keysdialog.h"
#include "app/widgets/stream/streamcard.h"
#include "app/widgets/window/aboutbox.h"
#include "app/widgets/window/alertbanner.h"
#include "app/widgets/window/comparisonbutton.h"
#include "app/widgets/window/kiosk.h"
#include "app/widgets/window/paletteitems.h"
#include "app/widgets/window/timecontrols.h"
#include "app/widgets/window/toolbar.h"
#include "app/widgets/window/windowactions.h"
#include "app/widgets/window/windowexport.h"
#include "app/widgets/window/windowmenu.h"
#include "app/widgets/window/windowparts.h"
#include "app/widgets/window/windowviews.h"

#include <QAction>
#include <QCloseEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMimeData>
#include <QScrollArea>
#include <QVBoxLayout>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {
constexpr QSize kLeast(640, 400); // logical pixels; nothing is out of reach in it
constexpr QSize kUsual(1280, 800);
} // namespace

struct MainWindow::Own {
    Theme theme;
    ViewStore views{ViewStore::defaultFolder()};
};

MainWindow::MainWindow(Session *session, Theme &theme, ViewStore &views)
    : MainWindow(session, std::unique_ptr<Own>(), theme, views)
{
}

MainWindow::MainWindow(Session *session) : MainWindow(session, std::make_unique<Own>()) {}

MainWindow::MainWindow(Session *session, std::unique_ptr<Own> &&own)
    : MainWindow(session, std::move(own), own->theme, own->views)
{
}

MainWindow::MainWindow(Session *session, std::unique_ptr<Own> &&own, Theme &theme, ViewStore &views)
    : m_session(session),
      m_own(std::move(own)),
      m_theme(theme),
      m_board(m_clock),
      m_parts(std::make_unique<WindowParts>(this, session, m_board, theme, views))
{
    setWindowTitle(tr("Entvas"));
    setMinimumSize(kLeast.boundedTo(roomFor(this)));
    setAcceptDrops(true); // files of views
    m_page = new ScaledPage(layOut());
    setCentralWidget(m_page);
    makeActions();
    connectParts();
    rememberStream(m_parts->desk->stream());
    m_parts->time->refresh();
    fitScreen(this, kUsual);
    m_parts->desk->chart()->setFocus(); // the arrow keys work at once, and no button looks chosen
    m_parts->connection->refresh();
    refresh();
    m_second.start(1'000);
}

MainWindow::~MainWindow() = default;

AlertCenter *MainWindow::alerts() const
{
    return m_parts->alerts;
}

Desk *MainWindow::desk() const
{
    return m_parts->desk;
}

const Actions &MainWindow::actions() const
{
    return *m_parts->actions;
}

AccountView *MainWindow::account() const
{
    return m_parts->account;
}

CommandPalette *MainWindow::palette() const
{
    return m_parts->palette;
}

// From top to bottom.
QWidget *MainWindow::layOut()
{
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_toolbar = makeToolbar();
    column->addWidget(m_toolbar);
    column->addWidget(m_parts->filters);
    for (Banner *banner : {m_parts->connection->banner(), m_parts->notices->crashBanner(),
                           m_parts->notices->noticeBanner(), static_cast<Banner *>(m_parts->alertBanner)})
        column->addWidget(banner->makeRow());
    auto *scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(m_parts->desk);
    column->addWidget(scroll, 1);
    column->addWidget(m_parts->status);
    return page;
}

// From left to right.
QWidget *MainWindow::makeToolbar()
{
    auto *bar = new Toolbar(m_parts->time->ranges());
    QHBoxLayout *row = bar->row();
    row->addWidget(m_parts->projects, 0, Qt::AlignVCenter);
    row->addWidget(m_parts->time->ranges(), 0, Qt::AlignVCenter);
    row->addWidget(m_parts->time->comparison(), 0, Qt::AlignVCenter);
    row->addStretch(1);
    row->addWidget(m_parts->connection->badge());
    row->addWidget(m_parts->account->button(), 0, Qt::AlignVCenter);
    row->addWidget(m_parts->menu);
    return bar;
}

// In the order of the list of keys and of the palette.
void MainWindow::makeActions()
{
    Actions *actions = m_parts->actions;
    m_parts->time->makeActions(actions, m_parts->desk->chart());
    addEventActions(actions, m_board, m_parts->desk, m_parts->filters);
    actions->add(u"alerts"_s, tr("&Alerts…"), QKeySequence(Qt::CTRL | Qt::Key_L),
                 [this] { m_parts->alertBanner->openRules(); });
    addStreamActions(actions, m_board, m_parts->desk);
    m_parts->views->makeActions(actions);
    actions->addSwitch(u"kiosk"_s, tr("&Kiosk: cycle through views full screen"), QKeySequence(Qt::SHIFT | Qt::Key_F11),
                       [this](bool on) { setKiosk(on); });
    actions->addKey(tr("Page Up, Page Down"), tr("Kiosk: previous or next view"));
    actions->addKey(tr("Space"), tr("Kiosk: hold or resume"));
    addLayoutActions(actions, m_parts->desk->docking());
    m_parts->servers->makeActions(actions);
    m_parts->account->makeActions(actions);
    m_parts->exports->makeActions(actions);
    makeWindowActions();
}

void MainWindow::makeWindowActions()
{
    Actions *actions = m_parts->actions;
    actions->beginGroup(tr("Window"));
    actions->add(u"palette"_s, tr("Co&mmands…"), QKeySequence(Qt::CTRL | Qt::Key_K), [this] {
        if (m_parts->palette->isVisible())
            m_parts->palette->leave();
        else
            m_parts->palette->open(PaletteItems{*m_parts->actions, m_board, m_session, m_parts->views}.all());
    });
    actions->add(u"keys"_s, tr("Ke&ys and mouse…"), QKeySequence::HelpContents, [this] {
        KeysDialog dialog(*m_parts->actions, this);
        dialog.exec();
    });
    actions->add(u"menu"_s, tr("Open the menu"), QKeySequence(Qt::Key_F10), [this] { m_parts->menu->showMenu(); });
    actions->add(u"window.new"_s, tr("&New window"), QKeySequence::New, [this] { Q_EMIT newWindowWanted(view()); });
    actions->add(u"window.full"_s, tr("&Full screen"), QKeySequence(Qt::Key_F11),
                 [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
    actions->add(u"window.close"_s, tr("&Close the window"), QKeySequence(Qt::CTRL | Qt::Key_W), [this] { close(); });
    actions->add(u"settings"_s, tr("S&ettings…"), QKeySequence(Qt::CTRL | Qt::Key_Comma),
                 [this] { Q_EMIT settingsWanted(); });
    addThemeActions(actions, m_theme);
    actions->add(u"about"_s, tr("A&bout Entvas"), {}, [this] { showAbout(this); });
    actions->add(u"quit"_s, tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), [this] { quit(); });
}

void MainWindow::connectParts()
{
    const WindowParts &parts = *m_parts;
    parts.connectEachOther();
    connect(&m_board, &Board::framed, this, &MainWindow::refresh);
    connect(&m_board, &Board::stateChanged, this, &MainWindow::refresh);
    connect(&m_second, &QTimer::timeout, this, &MainWindow::refresh);
    connect(&m_board, &Board::framed, m_page, &ScaledPage::markChanged);
    connect(&m_board.stream(), &EventStream::changed, m_page, &ScaledPage::markChanged);
    connect(&m_second, &QTimer::timeout, m_page, &ScaledPage::markChanged);
    connect(parts.views, &WindowViews::shown, this, &MainWindow::refresh);
    connect(parts.views, &WindowViews::renamed, this, &MainWindow::refresh);
    connect(parts.views, &WindowViews::newWindowWanted, this, &MainWindow::newWindowWanted);
    connect(parts.servers, &ServerMenu::quitWanted, this, &MainWindow::quit);
    connect(parts.kiosk, &Kiosk::ended, this, [this] { setKiosk(false); });
    if (m_own)
        connect(m_session, &Session::stopped, this, [this] {
            m_isClosing = true;
            close();
        });
}

void MainWindow::refresh()
{
    m_parts->status->draw(m_board);
    const QString place = m_parts->place();
    m_parts->filters->setPlace(place);
    setWindowTitle(place); // the system adds the program's name
}

SavedView MainWindow::view() const
{
    return m_parts->views->view();
}

void MainWindow::setView(const SavedView &view)
{
    m_parts->views->setView(view);
}

bool MainWindow::mayClose()
{
    return m_parts->exports->mayStop();
}

bool MainWindow::isKiosk() const
{
    return m_parts->kiosk->isOn();
}

void MainWindow::setKiosk(bool on)
{
    m_parts->actions->find(u"kiosk"_s)->setChecked(on);
    if (on == m_parts->kiosk->isOn())
        return;
    m_toolbar->setVisible(!on);
    m_parts->status->setVisible(!on);
    m_parts->filters->setQuiet(on);
    m_parts->desk->setQuiet(on);
    m_page->setLarge(on);
    if (on)
        m_page->setFocus(); // nothing on the wall looks chosen
    else
        m_parts->desk->chart()->setFocus();
    setWindowState(windowState().setFlag(Qt::WindowFullScreen, on));
    if (on) {
        m_parts->views->beginTurns();
        m_parts->kiosk->start(m_parts->views->names(), Preferences::load().kioskSeconds);
    } else {
        m_parts->kiosk->stop();
        m_parts->views->endTurns();
    }
}

void MainWindow::tellOfCrash(const QString &report)
{
    m_parts->notices->showCrash(report);
}

void MainWindow::quit()
{
    if (m_own)
        close();
    else
        Q_EMIT quitWanted();
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    m_parts->overlays->place();
}

// What nothing in the window wanted. Qt looks for shortcuts first, but knows those of letters only where a Latin layout
// is among the keyboard's.
void MainWindow::keyPressEvent(QKeyEvent *event)
{
    if (QAction *action = m_parts->actions->byPlace(*event))
        action->trigger();
    else
        QMainWindow::keyPressEvent(event);
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::WindowStateChange)
        m_board.setVisible(!isMinimized());
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (WindowViews::isViewFile(event->mimeData()))
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    event->acceptProposedAction();
    if (!urls.isEmpty())
        m_parts->views->showFile(urls.first().toLocalFile());
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (!m_isClosing && !mayClose()) {
        event->ignore();
        return;
    }
    if (!m_own || m_isClosing) {
        event->accept();
        Q_EMIT closed();
        return;
    }
    // The window goes at once; the server first answers what it has accepted.
    event->ignore();
    hide();
    m_session->shutdown();
}

} // namespace entvas
