// What can be done in a window: its actions, and the menus made of them.
#include "app/board/text/exporttext.h"
#include "app/board/text/format.h"
#include "app/feed/feed.h"
#include "app/session/session.h"
#include "app/settings/viewstore.h"
#include "app/theme/theme.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/base/paint.h"
#include "app/widgets/chart/filterbar.h"
#include "app/widgets/chart/rangebar.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/connection/accountview.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/desk/docking.h"
#include "app/widgets/dialogs/keysdialog.h"
#include "app/widgets/stream/streamcard.h"
#include "app/widgets/window/mainwindow.h"

#include <QAction>
#include <QActionGroup>
#include <QMenu>
#include <QToolButton>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr double kSampleRate = 5; // events per second

// Data in a menu: in one line, and no letter underlined.
QString menuText(const QString &text)
{
    return paint::oneLine(text.left(80)).replace(u'&', u"&&"_s);
}

// clear() leaves menus inside it alive.
void empty(QMenu *menu)
{
    menu->clear();
    qDeleteAll(menu->findChildren<QMenu *>(QString(), Qt::FindDirectChildrenOnly));
}

} // namespace

void MainWindow::makeActions()
{
    makeTimeActions();
    makeStreamActions();
    makeViewActions();
    makeLayoutActions();
    makeServerActions();
    m_account->makeActions(m_actions);
    makeExportActions();
    makeWindowActions();
    connect(m_menu->menu(), &QMenu::aboutToShow, this, [this] { fillMenu(m_menu->menu()); });
}

void MainWindow::makeTimeActions()
{
    m_actions->beginGroup(tr("Time"));
    for (const NamedRange range : kNamedRanges)
        m_actions->add(u"range.%1"_s.arg(int(range)),
                       tr("%1: show events %2").arg(format::rangeName(range), format::rangeWords(TimeView::of(range))),
                       QKeySequence(Qt::Key_1 + int(range)), [this, range] { m_board.setRange(range); });
    m_actions->add(u"range.custom"_s, tr("Show any other span…"), QKeySequence(Qt::Key_8), [this] { chooseSpan(); });
    m_actions->add(u"range.live"_s, tr("Back to live"), QKeySequence(Qt::Key_L), [this] { m_board.goLive(); });
    QAction *back = m_actions->add(u"history.back"_s, tr("&Back to the view before"),
                                   QKeySequence(Qt::ALT | Qt::Key_Left), [this] { m_board.goBack(); });
    QAction *forward = m_actions->add(u"history.forward"_s, tr("&Forward again"), QKeySequence(Qt::ALT | Qt::Key_Right),
                                      [this] { m_board.goForward(); });
    const auto refresh = [this, back, forward] {
        back->setEnabled(m_board.canGoBack());
        forward->setEnabled(m_board.canGoForward());
    };
    connect(&m_board, &Board::choiceChanged, this, refresh);
    refresh();
    m_actions->add(u"compare"_s, tr("Compare with an earlier time"), QKeySequence(Qt::Key_C), [this] {
        m_board.setComparison(static_cast<Comparison>((int(m_board.choice().comparison) + 1) % 3));
    });
    m_actions->add(u"zone"_s, tr("Time &zone…"), {}, [this] { chooseZone(); });
    QAction *relative = m_actions->addSwitch(u"relative"_s, tr("Times count back from &now"), {}, {});
    connect(relative, &QAction::toggled, m_desk->chart(), &TimelineChart::setRelativeTimes);
    m_actions->addKey(tr("drag, wheel, + and −"), tr("Zoom in the chart"));
    m_actions->addKey(tr("Shift + wheel, Shift + arrows"), tr("Move the chart in time"));
    m_actions->addKey(tr("double click, Esc"), tr("One step back in the chart"));
    m_actions->addKey(tr("arrows, Home, End"), tr("Go from bar to bar"));
    m_actions->addKey(tr("Enter"), tr("Zoom into the bar"));

    m_actions->beginGroup(tr("Events"));
    m_actions->add(u"filter.add"_s, tr("Add a filter…"), QKeySequence(Qt::Key_F), [this] { m_filters->openAddMenu(); });
    m_actions->add(u"filter.clear"_s, tr("Remove all filters"), {}, [this] { m_board.setFilter({}); });
    m_actions->add(u"breakdown"_s, tr("Break the chart down by…"), QKeySequence(Qt::Key_B),
                   [this] { m_desk->openBreakDown(); });
    makeFilterSwitch();
    m_actions->addKey(tr("click"), tr("Count only this name"));
    m_actions->addKey(tr("Ctrl + click"), tr("Count this name too"));
    m_actions->addKey(tr("Shift + click"), tr("Count all but this name"));
    m_actions->add(u"alerts"_s, tr("&Alerts…"), QKeySequence(Qt::CTRL | Qt::Key_L), [this] { openAlerts(); });
}

void MainWindow::makeStreamActions()
{
    m_actions->beginGroup(tr("Live stream"));
    StreamCard *stream = m_desk->stream();
    m_actions->add(u"stream.search"_s, tr("Search the live stream"), QKeySequence(Qt::Key_Slash),
                   [this] { m_desk->searchStream(); });
    m_actions->add(u"stream.pause"_s, tr("Pause the live stream, or let it go on"), QKeySequence(Qt::Key_P),
                   [stream] { stream->togglePause(); });
    m_actions->add(u"stream.stored"_s, tr("Stored events of the bar that is chosen, or of all that is shown"),
                   QKeySequence(Qt::Key_E), [this] {
                       const std::optional<TimeSpan> bar = m_desk->chart()->picked();
                       if (bar || m_board.frame().grid.size() > 0)
                           m_desk->showStored(bar ? *bar : m_board.frame().grid.span());
                   });
    m_actions->addKey(tr("arrows, Enter"), tr("Choose an event and open it"));
}

void MainWindow::makeServerActions()
{
    m_actions->beginGroup(tr("Server"));
    m_actions->add(u"server.connect"_s, tr("&Connect to a server…"), QKeySequence::Open,
                   [this] { openConnectDialog(); });
    m_actions->add(u"server.own"_s, tr("&Use this computer's own server"), {}, [this] { m_session->useOwnServer(); });
    m_actions->add(u"server.retry"_s, tr("Connect again now"), QKeySequence::Refresh, [this] {
        if (Feed *feed = m_session->feed())
            feed->retryNow();
        else if (m_session->lastProblem())
            m_session->useOwnServer(m_session->project());
    });
    m_actions->add(u"server.access"_s, tr("&Keys and access…"), {}, [this] { openAccess(); });
    m_actions->addSwitch(u"server.sample"_s, tr("&Send sample events"), QKeySequence(Qt::CTRL | Qt::Key_T),
                         [this](bool on) {
                             if (on)
                                 m_session->startSampleTraffic(kSampleRate);
                             else
                                 m_session->stopSampleTraffic();
                             m_actions->find(u"server.sample"_s)->setChecked(m_session->isSampling());
                         });
}

void MainWindow::makeViewActions()
{
    m_actions->beginGroup(tr("Views"));
    m_actions->add(u"view.save"_s, tr("&Save this view…"), QKeySequence::Save, [this] { saveView(); });
    m_actions->add(u"view.open"_s, tr("&Open a view from a file…"), {}, [this] { openViewFile(); });
    m_actions->add(u"view.export"_s, tr("Save this view as a &file…"), {}, [this] { saveViewFile(); });
    m_actions->addSwitch(u"kiosk"_s, tr("&Kiosk: views in turn, without bars"), QKeySequence(Qt::SHIFT | Qt::Key_F11),
                         [this](bool on) { setKiosk(on); });
    m_actions->addKey(tr("Page Up, Page Down"), tr("In the kiosk: the view before, the next one"));
    m_actions->addKey(tr("Space"), tr("In the kiosk: hold the view, or go on"));
}

void MainWindow::makeLayoutActions()
{
    m_actions->beginGroup(tr("Layout"));
    const Docking *docking = m_desk->docking();
    int number = 0;
    for (QAction *command : docking->commands())
        m_actions->adopt(u"layout.%1"_s.arg(++number), command);
    m_actions->addKey(tr("drag a title"), tr("Move a panel beside another one, or onto it as a tab"));
    m_actions->addKey(tr("drag between panels"), tr("Share the room otherwise"));
    m_actions->addKey(tr("double click a title"), tr("Maximise the panel, or show all again"));
    m_actions->beginGroup(tr("Panels"));
    number = 0;
    for (QAction *toggle : docking->toggles())
        m_actions->adopt(u"panel.%1"_s.arg(++number), toggle);
}

void MainWindow::makeExportActions()
{
    m_actions->beginGroup(tr("Export"));
    m_actions->add(u"export.copy"_s, tr("&Copy the chart as an image"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C),
                   [this] { copyChart(); });
    m_actions->add(u"export.png"_s, tr("The chart as &PNG…"), {}, [this] { saveChart(u"png"_s); });
    m_actions->add(u"export.svg"_s, tr("The chart as &SVG…"), {}, [this] { saveChart(u"svg"_s); });
    m_actions->add(u"export.pdf"_s, tr("The page as P&DF…"), {}, [this] { savePage(); });
    m_actions->add(u"export.print"_s, tr("P&rint the page…"), QKeySequence::Print, [this] { printPage(); });
    m_actions->add(u"export.csv"_s, tr("The numbers shown as CS&V…"), {},
                   [this] { saveText(tr("numbers"), u"csv"_s, frameAsCsv(m_board.frame())); });
    m_actions->add(u"export.json"_s, tr("The numbers shown as &JSON…"), {},
                   [this] { saveText(tr("numbers"), u"json"_s, frameAsJson(m_board.frame())); });
    m_actions->add(u"export.rawCsv"_s, tr("The events of this t&ime as CSV…"), {}, [this] { saveRaw(u"csv"_s); });
    m_actions->add(u"export.rawNdjson"_s, tr("The events of this time as &NDJSON…"), {},
                   [this] { saveRaw(u"ndjson"_s); });
}

// The same as the switch in the stream: one for lists and exports of raw events.
void MainWindow::makeFilterSwitch()
{
    StreamCard *stream = m_desk->stream();
    QAction *use =
        m_actions->addSwitch(u"filter.events"_s, tr("Apply the &window's filters to events and their exports"), {},
                             [stream](bool on) { stream->setUsesWindowFilters(on); });
    const auto refresh = [use, stream] { use->setChecked(stream->usesWindowFilters()); };
    connect(stream, &StreamCard::arranged, use, refresh);
    refresh();
}

void MainWindow::makeWindowActions()
{
    m_actions->beginGroup(tr("Window"));
    m_actions->add(u"palette"_s, tr("Co&mmands…"), QKeySequence(Qt::CTRL | Qt::Key_K), [this] { openPalette(); });
    m_actions->add(u"keys"_s, tr("Ke&ys and mouse…"), QKeySequence::HelpContents, [this] {
        KeysDialog dialog(*m_actions, this);
        dialog.exec();
    });
    m_actions->add(u"menu"_s, tr("Open the menu"), QKeySequence(Qt::Key_F10), [this] { m_menu->showMenu(); });
    m_actions->add(u"window.new"_s, tr("&New window"), QKeySequence::New, [this] { Q_EMIT newWindowWanted(view()); });
    m_actions->add(u"window.full"_s, tr("&Full screen"), QKeySequence(Qt::Key_F11),
                   [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
    m_actions->add(u"window.close"_s, tr("&Close the window"), QKeySequence(Qt::CTRL | Qt::Key_W), [this] { close(); });
    m_actions->add(u"settings"_s, tr("S&ettings…"), QKeySequence(Qt::CTRL | Qt::Key_Comma),
                   [this] { Q_EMIT settingsWanted(); });
    const std::pair<ThemeMode, QString> looks[]{{ThemeMode::System, tr("Look: as the &system")},
                                                {ThemeMode::Light, tr("Look: &light")},
                                                {ThemeMode::Dark, tr("Look: &dark")},
                                                {ThemeMode::HighContrastLight, tr("Look: high &contrast, light")},
                                                {ThemeMode::HighContrastDark, tr("Look: high c&ontrast, dark")}};
    auto *group = new QActionGroup(this);
    for (const auto &[mode, text] : looks) {
        QAction *action = m_actions->addSwitch(u"look.%1"_s.arg(int(mode)), text, {},
                                               [this, mode = mode](bool) { m_theme.setMode(mode); });
        group->addAction(action);
        const auto check = [this, action, mode = mode] { action->setChecked(m_theme.mode() == mode); };
        connect(&m_theme, &Theme::changed, action, check);
        check();
    }
    m_actions->add(u"about"_s, tr("A&bout Entvas"), {}, [this] { showAbout(); });
    m_actions->add(u"quit"_s, tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), [this] {
        if (m_own)
            close();
        else
            Q_EMIT quitWanted();
    });
}

// Made anew each time it opens: servers, projects and views come and go.
void MainWindow::fillMenu(QMenu *menu)
{
    empty(menu);
    const auto add = [this](QMenu *to, std::initializer_list<const char16_t *> ids) {
        for (const char16_t *id : ids)
            to->addAction(m_actions->find(QString::fromUtf16(id)));
    };
    fillServerMenu(menu->addMenu(tr("&Server")));
    if (m_board.projects().size() > 1)
        fillProjectMenu(menu->addMenu(tr("&Project")));
    fillViewMenu(menu->addMenu(tr("&Views")));
    QMenu *layout = menu->addMenu(tr("&Layout"));
    for (QAction *toggle : m_desk->docking()->toggles())
        if (toggle->isVisible())
            layout->addAction(toggle);
    layout->addSeparator();
    layout->addActions(m_desk->docking()->commands());
    QMenu *time = menu->addMenu(tr("&Time"));
    add(time, {u"history.back", u"history.forward", u"zone", u"relative"});
    add(menu, {u"alerts"});
    QMenu *exports = menu->addMenu(tr("E&xport"));
    add(exports, {u"export.copy", u"export.png", u"export.svg", u"export.pdf", u"export.print"});
    exports->addSeparator();
    add(exports, {u"export.csv", u"export.json"});
    exports->addSeparator();
    add(exports, {u"export.rawCsv", u"export.rawNdjson", u"filter.events"});
    menu->addSeparator();
    add(menu, {u"window.new", u"window.full", u"kiosk"});
    menu->addSeparator();
    add(menu, {u"palette", u"keys", u"settings", u"about"});
    menu->addSeparator();
    add(menu, {u"quit"});
}

void MainWindow::fillServerMenu(QMenu *menu)
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

void MainWindow::fillProjectMenu(QMenu *menu)
{
    empty(menu);
    for (const wire::Project &project : m_board.projects()) {
        QAction *action = menu->addAction(menuText(project.name.isEmpty() ? project.id : project.name));
        action->setCheckable(true);
        action->setChecked(project.id == m_board.project());
        connect(action, &QAction::triggered, this, [this, id = project.id] { m_session->showProject(id); });
    }
}

void MainWindow::fillViewMenu(QMenu *menu)
{
    for (const QString &name : m_views.names()) {
        QMenu *view = menu->addMenu(menuText(name));
        connect(view->addAction(tr("&Show")), &QAction::triggered, this, [this, name] { showSaved(name); });
        connect(view->addAction(tr("In a new &window")), &QAction::triggered, this, [this, name] {
            if (const auto saved = m_views.load(name))
                Q_EMIT newWindowWanted(*saved);
            else
                tell(tr("The view can't be shown."), saved.failure().text);
        });
        connect(view->addAction(tr("&Remove")), &QAction::triggered, this, [this, name] { removeView(name); });
    }
    if (!menu->isEmpty())
        menu->addSeparator();
    for (const char16_t *id : {u"view.save", u"view.export", u"view.open"})
        menu->addAction(m_actions->find(QString::fromUtf16(id)));
}

} // namespace entvas
