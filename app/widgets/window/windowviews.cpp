#include "app/widgets/window/windowviews.h"

#include "app/board/board.h"
#include "app/feed/serveraddress.h"
#include "app/session/session.h"
#include "app/settings/viewstore.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/base/menutext.h"
#include "app/widgets/connection/notices.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/desk/docking.h"
#include "app/widgets/dialogs/saveviewdialog.h"
#include "app/widgets/stream/streamcard.h"
#include "app/widgets/stream/streamview.h"
#include "core/base/zone.h"

#include <QAction>
#include <QFileDialog>
#include <QLineEdit>
#include <QMimeData>

#include <utility>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

QString viewFiles()
{
    return WindowViews::tr("Views of Entvas (*.json)");
}

} // namespace

WindowViews::WindowViews(const Parts &parts, ViewStore &store, QWidget *window)
    : QObject(window), m_parts(parts), m_store(store), m_window(window)
{
}

void WindowViews::makeActions(Actions *actions)
{
    m_actions = actions;
    actions->beginGroup(tr("Views"));
    actions->add(u"view.save"_s, tr("&Save this view…"), QKeySequence::Save, [this] { save(); });
    actions->add(u"view.open"_s, tr("&Open a view from a file…"), {}, [this] { openFile(); });
    actions->add(u"view.export"_s, tr("Save this view as a &file…"), {}, [this] { saveFile(); });
    // Whatever is changed by hand: it is another view now.
    connect(&m_parts.board, &Board::choiceChanged, this, &WindowViews::forgetName);
    connect(m_parts.desk->docking(), &Docking::layoutChanged, this, &WindowViews::forgetName);
    connect(m_parts.desk->stream()->filterLine(), &QLineEdit::textChanged, this, &WindowViews::forgetName);
    connect(actions->find(u"relative"_s), &QAction::toggled, this, &WindowViews::forgetName);
}

void WindowViews::fill(QMenu *menu)
{
    for (const QString &name : m_store.names()) {
        QMenu *view = menu->addMenu(menuText(name));
        connect(view->addAction(tr("&Show")), &QAction::triggered, this, [this, name] { showSaved(name); });
        connect(view->addAction(tr("In a new &window")), &QAction::triggered, this, [this, name] {
            if (const auto saved = m_store.load(name))
                Q_EMIT newWindowWanted(*saved);
            else
                m_parts.notices.showBox(tr("The view can't be shown."), saved.failure().text);
        });
        connect(view->addAction(tr("&Remove")), &QAction::triggered, this, [this, name] { remove(name); });
    }
    if (!menu->isEmpty())
        menu->addSeparator();
    for (const char16_t *id : {u"view.save", u"view.export", u"view.open"})
        menu->addAction(m_actions->find(QString::fromUtf16(id)));
}

SavedView WindowViews::view() const
{
    if (m_beforeTurns)
        return *m_beforeTurns; // no person chose the turns of the kiosk
    const Session &session = *m_parts.session;
    SavedView view;
    if (session.feed() || session.wantsOwnServer())
        view.server = session.wantsOwnServer() ? QString::fromUtf16(kLocalServer) : session.serverUrl().toString();
    view.project = session.project();
    view.choice = m_parts.board.choice();
    // The zone of this computer is not written down: it may be another one tomorrow.
    if (m_parts.board.zone() != systemZone().zone)
        view.zone = m_parts.board.zone().id();
    view.layout = m_parts.desk->docking()->own();
    view.relativeTimes = m_actions->find(u"relative"_s)->isChecked();
    view.streamFilter = m_parts.desk->stream()->filterLine()->text();
    view.newestFirst = m_parts.desk->stream()->view()->isNewestFirst();
    return view;
}

void WindowViews::setView(const SavedView &view)
{
    m_parts.board.setZone(validZone(view.zone.isEmpty() ? QTimeZone() : QTimeZone(view.zone)));
    m_parts.board.choose(view.choice);
    m_actions->find(u"relative"_s)->setChecked(view.relativeTimes);
    m_parts.desk->stream()->filterLine()->setText(view.streamFilter);
    m_parts.desk->stream()->view()->setNewestFirst(view.newestFirst);
    Docking *docking = m_parts.desk->docking();
    if (!m_window->isVisible())
        docking->restore(view.layout); // there is nothing yet that one could want back
    else if (m_beforeTurns)
        docking->lend(view.layout);
    else if (view.layout && docking->own() != view.layout)
        docking->setLayout(*view.layout);
    else if (!view.layout)
        docking->resetLayout();
    showServerOf(view);
    m_name = view.name; // last: each change above is one away from the view before
    Q_EMIT shown();
}

void WindowViews::showServerOf(const SavedView &view)
{
    Session &session = *m_parts.session;
    if (view.server == QStringView(kLocalServer)) {
        if (!session.wantsOwnServer() || session.project() != view.project)
            session.useOwnServer(view.project);
    } else if (const Result<QUrl> url = parseServerUrl(view.server); !view.server.isEmpty() && url) {
        if (session.wantsOwnServer() || session.serverUrl() != *url)
            session.connectTo(*url, {}, view.project);
        else
            session.showProject(view.project);
    } else if (!view.project.isEmpty()) {
        session.showProject(view.project);
    }
}

QStringList WindowViews::names() const
{
    return m_store.names();
}

void WindowViews::showSaved(const QString &name)
{
    if (const Result<SavedView> view = m_store.load(name))
        setView(*view);
    else
        m_parts.notices.showBox(tr("The view can't be shown."), view.failure().text);
}

void WindowViews::showFile(const QString &path)
{
    Result<SavedView> view = ViewStore::read(path);
    if (!view)
        return m_parts.notices.showBox(tr("The view can't be shown."), view.failure().text);
    // The author of the file chose the server: a person is asked before an address that was never used is called.
    const Session &session = *m_parts.session;
    const Result<QUrl> url = parseServerUrl(view->server);
    const bool isKnown = view->server.isEmpty() || view->server == QStringView(kLocalServer) || !url ||
                         *url == session.serverUrl() || session.recentServers().contains(*url);
    if (isKnown)
        return setView(*view);
    const QString project = std::exchange(view->project, {});
    view->server.clear();
    setView(*view);
    Q_EMIT serverOffered(*url, tr("This view belongs to a server that this desktop has not connected to yet."),
                         project);
}

bool WindowViews::isViewFile(const QMimeData *data)
{
    const QList<QUrl> urls = data->urls();
    return urls.size() == 1 && urls.first().isLocalFile() && urls.first().path().endsWith(".json"_L1);
}

void WindowViews::save()
{
    SaveViewDialog dialog(m_name, m_store.names(), m_window);
    if (dialog.exec() != QDialog::Accepted)
        return;
    const QString name = dialog.name();
    SavedView saved = view();
    saved.name = name;
    const Result<SavedView> before = m_store.load(name);
    if (const Result<void> done = m_store.save(saved); !done)
        return m_parts.notices.showBox(tr("The view was not saved."), done.failure().text);
    if (before && name != m_name)
        m_parts.notices.showNotice(tr("The view \"%1\" was replaced").arg(paint::oneLine(name)), {}, tr("Undo"),
                                   [this, view = *before] { putBack(view); });
    m_name = name;
    Q_EMIT renamed();
}

void WindowViews::saveFile()
{
    const QString name = (m_name.isEmpty() ? tr("view") : m_name) + u".json"_s;
    const QString path = QFileDialog::getSaveFileName(m_window, tr("Save this view as a file"), name, viewFiles());
    if (path.isEmpty())
        return;
    SavedView saved = view();
    saved.name = m_name;
    if (const Result<void> done = ViewStore::write(saved, path); !done)
        m_parts.notices.showBox(tr("The view was not saved."), done.failure().text);
}

void WindowViews::openFile()
{
    const QString path = QFileDialog::getOpenFileName(m_window, tr("Open a view"), m_store.folder(), viewFiles());
    if (!path.isEmpty())
        showFile(path);
}

void WindowViews::remove(const QString &name)
{
    const Result<SavedView> before = m_store.load(name);
    if (const Result<void> done = m_store.remove(name); !done)
        return m_parts.notices.showBox(tr("The view was not removed."), done.failure().text);
    if (before)
        m_parts.notices.showNotice(tr("The view \"%1\" was removed").arg(paint::oneLine(name)), {}, tr("Undo"),
                                   [this, view = *before] { putBack(view); });
    if (name == m_name)
        m_name.clear();
}

void WindowViews::putBack(const SavedView &view)
{
    if (const Result<void> done = m_store.save(view); !done)
        m_parts.notices.showBox(tr("The view was not saved."), done.failure().text);
}

void WindowViews::beginTurns()
{
    SavedView before = view();
    before.name = m_name;
    m_beforeTurns = before;
}

void WindowViews::showTurn(const QString &name)
{
    // One that is broken is passed over: no person stands there to close a dialog.
    const Result<SavedView> view = m_store.load(name);
    // Nor may a turn start a server where none is hosted.
    if (view && (view->server != QStringView(kLocalServer) || m_parts.session->isHosting()))
        setView(*view);
}

void WindowViews::endTurns()
{
    setView(*m_beforeTurns);
    m_beforeTurns.reset();
}

} // namespace entvas
