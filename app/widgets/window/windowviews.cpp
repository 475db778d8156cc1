// Saved views, the kiosk that shows them in turn, and the command palette that knows all of it.
#include "app/feed/serveraddress.h"
#include "app/session/session.h"
#include "app/settings/preferences.h"
#include "app/settings/viewstore.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/base/paint.h"
#include "app/widgets/base/scaledpage.h"
#include "app/widgets/chart/filterbar.h"
#include "app/widgets/chart/rangebar.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/desk/docking.h"
#include "app/widgets/dialogs/saveviewdialog.h"
#include "app/widgets/stream/streamcard.h"
#include "app/widgets/stream/streamview.h"
#include "app/widgets/window/kiosk.h"
#include "app/widgets/window/mainwindow.h"
#include "core/base/zone.h"

#include <QAction>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QLineEdit>
#include <QMimeData>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr int kPaletteValues = 30; // of each dimension

QString viewFiles()
{
    return MainWindow::tr("Views of Entvas (*.json)");
}

} // namespace

SavedView MainWindow::view() const
{
    if (m_beforeKiosk)
        return *m_beforeKiosk; // the turns of the kiosk are nobody's choice
    SavedView view;
    if (m_session->feed() || m_session->wantsOwnServer())
        view.server =
            m_session->wantsOwnServer() ? QString::fromUtf16(kLocalServer) : m_session->serverUrl().toString();
    view.project = m_session->project();
    view.choice = m_board.choice();
    // The zone of this computer is not written down: it may be another one tomorrow.
    if (m_board.zone() != systemZone().zone)
        view.zone = m_board.zone().id();
    view.layout = m_desk->docking()->own();
    view.relativeTimes = m_actions->find(u"relative"_s)->isChecked();
    view.streamFilter = m_desk->stream()->filterLine()->text();
    view.newestFirst = m_desk->stream()->view()->isNewestFirst();
    return view;
}

void MainWindow::setView(const SavedView &view)
{
    m_board.setZone(validZone(view.zone.isEmpty() ? QTimeZone() : QTimeZone(view.zone)));
    m_board.choose(view.choice);
    m_actions->find(u"relative"_s)->setChecked(view.relativeTimes);
    m_desk->stream()->filterLine()->setText(view.streamFilter);
    m_desk->stream()->view()->setNewestFirst(view.newestFirst);
    m_ranges->draw(m_board.choice().view);
    Docking *docking = m_desk->docking();
    if (!isVisible())
        docking->restore(view.layout); // there is nothing yet that one could want back
    else if (m_beforeKiosk)
        docking->lend(view.layout);
    else if (view.layout && docking->own() != view.layout)
        docking->setLayout(*view.layout);
    else if (!view.layout)
        docking->resetLayout();
    if (view.server == QStringView(kLocalServer)) {
        if (!m_session->wantsOwnServer() || m_session->project() != view.project)
            m_session->useOwnServer(view.project);
    } else if (const Result<QUrl> url = parseServerUrl(view.server); !view.server.isEmpty() && url) {
        if (m_session->wantsOwnServer() || m_session->serverUrl() != *url)
            m_session->connectTo(*url, {}, view.project);
        else
            m_session->showProject(view.project);
    } else if (!view.project.isEmpty()) {
        m_session->showProject(view.project);
    }
    m_viewName = view.name; // last: each change above is one away from the view before
    refreshState();
}

void MainWindow::showSaved(const QString &name)
{
    if (const Result<SavedView> view = m_views.load(name))
        setView(*view);
    else
        tell(tr("The view can't be shown."), view.failure().text);
}

void MainWindow::showFile(const QString &path)
{
    Result<SavedView> view = ViewStore::read(path);
    if (!view)
        return tell(tr("The view can't be shown."), view.failure().text);
    // Whoever wrote it chose the server: a person is asked before an address that was never used is called.
    const Result<QUrl> url = parseServerUrl(view->server);
    const bool isKnown = view->server.isEmpty() || view->server == QStringView(kLocalServer) || !url ||
                         *url == m_session->serverUrl() || m_session->recentServers().contains(*url);
    if (isKnown)
        return setView(*view);
    const QString project = std::exchange(view->project, {});
    view->server.clear();
    setView(*view);
    offerServer(*url, tr("This view is of a server that this desktop has not been connected to."), project);
}

void MainWindow::saveView()
{
    SaveViewDialog dialog(m_viewName, m_views.names(), this);
    if (dialog.exec() != QDialog::Accepted)
        return;
    const QString name = dialog.name();
    SavedView saved = view();
    saved.name = name;
    const Result<SavedView> before = m_views.load(name);
    if (const Result<void> done = m_views.save(saved); !done)
        return tell(tr("The view was not saved."), done.failure().text);
    if (before && name != m_viewName)
        notice(tr("The view \"%1\" was replaced").arg(paint::oneLine(name)), {}, tr("Undo"),
               [this, view = *before] { putBack(view); });
    m_viewName = name;
    refreshStatus();
}

void MainWindow::saveViewFile()
{
    const QString name = (m_viewName.isEmpty() ? tr("view") : m_viewName) + u".json"_s;
    const QString path = QFileDialog::getSaveFileName(this, tr("Save this view as a file"), name, viewFiles());
    if (path.isEmpty())
        return;
    SavedView saved = view();
    saved.name = m_viewName;
    if (const Result<void> done = ViewStore::write(saved, path); !done)
        tell(tr("The view was not saved."), done.failure().text);
}

void MainWindow::openViewFile()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Open a view"), m_views.folder(), viewFiles());
    if (!path.isEmpty())
        showFile(path);
}

void MainWindow::removeView(const QString &name)
{
    const Result<SavedView> before = m_views.load(name);
    if (const Result<void> done = m_views.remove(name); !done)
        return tell(tr("The view was not removed."), done.failure().text);
    if (before)
        notice(tr("The view \"%1\" was removed").arg(paint::oneLine(name)), {}, tr("Undo"),
               [this, view = *before] { putBack(view); });
    if (name == m_viewName)
        m_viewName.clear();
}

void MainWindow::putBack(const SavedView &view)
{
    if (const Result<void> done = m_views.save(view); !done)
        tell(tr("The view was not saved."), done.failure().text);
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.size() == 1 && urls.first().isLocalFile() && urls.first().path().endsWith(".json"_L1))
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    event->acceptProposedAction();
    if (!urls.isEmpty())
        showFile(urls.first().toLocalFile());
}

bool MainWindow::isKiosk() const
{
    return m_kiosk->isOn();
}

void MainWindow::setKiosk(bool on)
{
    m_actions->find(u"kiosk"_s)->setChecked(on);
    if (on == m_kiosk->isOn())
        return;
    m_toolbar->setVisible(!on);
    m_statusBar->setVisible(!on);
    m_filters->setQuiet(on);
    m_desk->setQuiet(on);
    m_page->setLarge(on);
    if (on)
        m_page->setFocus(); // nothing on the wall looks chosen
    else
        m_desk->chart()->setFocus();
    setWindowState(windowState().setFlag(Qt::WindowFullScreen, on));
    if (on) {
        m_beforeKiosk = view();
        m_beforeKiosk->name = m_viewName;
        m_kiosk->start(m_views.names(), Preferences::load().kioskSeconds);
    } else {
        m_kiosk->stop();
        setView(*m_beforeKiosk);
        m_beforeKiosk.reset();
    }
}

void MainWindow::nextKioskView(const QString &name)
{
    // One that is broken is passed over: nobody stands there to close a dialog.
    const Result<SavedView> view = m_views.load(name);
    // Nor may a turn start a server where none is hosted.
    if (view && (view->server != QStringView(kLocalServer) || m_session->isHosting()))
        setView(*view);
}

void MainWindow::openPalette()
{
    if (m_palette->isVisible())
        m_palette->leave();
    else
        m_palette->open(commands());
}

QList<CommandPalette::Item> MainWindow::commands() const
{
    QList<CommandPalette::Item> items;
    for (const Actions::Group &group : m_actions->groups()) {
        for (QAction *action : group.actions) {
            if (action->isEnabled() && action->objectName() != u"palette"_s)
                items.append({action->objectName(), group.title, Actions::textOf(action), Actions::keysOf(action),
                              action->isCheckable() && action->isChecked(), [action] { action->trigger(); }});
        }
    }
    auto *self = const_cast<MainWindow *>(this); // what a person chooses later changes the window, this does not
    for (const QString &name : m_views.names())
        items.append(
            {u"view:"_s + name, tr("View"), name, {}, name == m_viewName, [self, name] { self->showSaved(name); }});
    for (const wire::Project &project : m_board.projects())
        if (m_board.projects().size() > 1)
            items.append({u"project:"_s + project.id,
                          tr("Project"),
                          project.name.isEmpty() ? project.id : project.name,
                          {},
                          project.id == m_board.project(),
                          [self, id = project.id] { self->m_session->showProject(id); }});
    for (const QUrl &url : m_session->recentServers())
        items.append({u"server:"_s + url.toString(),
                      tr("Server"),
                      url.toString(),
                      {},
                      url == m_session->serverUrl(),
                      [self, url] { self->m_session->connectTo(url, {}); }});

    const BoardFrame &frame = m_board.frame();
    for (int d = 0; d < frame.dimensions.size(); ++d) {
        const QString dimension = frame.dimensions[d];
        items.append({u"by:"_s + dimension,
                      tr("Break down by"),
                      dimensionName(dimension),
                      {},
                      d == frame.groupBy,
                      [self, d, dimension] { self->m_board.setGroupBy(d == 0 ? QString() : dimension); }});
    }
    for (int d = 0; d < frame.dimensions.size() && frame.grid.size() > 0; ++d) {
        const QString dimension = frame.dimensions[d];
        const TimeGrid whole{frame.grid.step, {frame.grid.edgesMs.first(), frame.grid.edgesMs.last()}};
        const CubeAnswer answer = query(m_board.cube(), {whole, d, kPaletteValues, {}});
        for (const CubeGroup &value : answer.groups) {
            const ValueFilter only{{value.name}, false};
            if (!value.isRest)
                items.append({{},
                              tr("Only this %1").arg(dimensionName(dimension)),
                              shownName(value.name),
                              {},
                              frame.choice.filter.value(dimension) == only,
                              [self, dimension, name = value.name] {
                                  BoardChoice choice = self->m_board.choice();
                                  choice.toggle(dimension, name);
                                  self->m_board.choose(choice);
                              }});
        }
    }
    const QList<QByteArray> zones = QTimeZone::availableTimeZoneIds();
    for (const QByteArray &id : zones)
        items.append({{}, tr("Time zone"), QString::fromLatin1(id), {}, id == m_board.zone().id(), [self, id] {
                          self->m_board.setZone(QTimeZone(id));
                      }});
    return items;
}

} // namespace entvas
