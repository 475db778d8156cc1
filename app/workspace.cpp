#include "app/workspace.h"

#include "app/board/savedview.h"
#include "app/session/session.h"
#include "app/settings/preferences.h"
#include "app/widgets/dialogs/alertcenter.h"
#include "app/widgets/dialogs/settingsdialog.h"
#include "app/widgets/tray/tray.h"
#include "app/widgets/window/mainwindow.h"
#include "core/base/log.h"

#include <algorithm>
#include <QApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QPointer>
#include <QScreen>
#include <QSettings>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {
constexpr int kSaveEveryMs = 5'000; // a crash forgets no more than that
constexpr QPoint kBesideTheLast{32, 32};
} // namespace

Workspace::Workspace(Result<Settings> settings, QObject *parent)
    : QObject(parent),
      m_key(u"windows/own"_s),
      m_host(std::move(settings)),
      m_views(ViewStore::defaultFolder()),
      m_tray(std::make_unique<Tray>(m_theme))
{
    const Preferences preferences = Preferences::load();
    m_theme.setMode(preferences.theme);
    m_tray->setShown(preferences.hasTray);
    m_tray->setTelling(preferences.notifies);
    m_restores = preferences.restoresWindows;
    connect(&m_theme, &Theme::changed, this, [this] { // also from a window's menu
        Preferences now = Preferences::load();
        now.theme = m_theme.mode();
        now.save();
    });
    connect(m_tray.get(), &Tray::windowWanted, this, [this](const AlertCenter *center) {
        MainWindow *wanted = m_places.empty() ? nullptr : m_places.front().window.get();
        for (const Place &place : m_places)
            if (place.window->alerts() == center)
                wanted = place.window.get();
        if (!wanted)
            return;
        wanted->setWindowState(wanted->windowState() & ~Qt::WindowMinimized);
        wanted->raise();
        wanted->activateWindow();
    });
    connect(&m_host, &Host::stopped, this, &Workspace::finished, Qt::QueuedConnection);
    m_save.setInterval(kSaveEveryMs);
    connect(&m_save, &QTimer::timeout, this, &Workspace::remember);
}

Workspace::~Workspace() = default;

void Workspace::start()
{
    const QJsonArray windows = m_restores ? remembered() : QJsonArray();
    for (const QJsonValue &json : windows) {
        const Result<SavedView> view = savedViewFromJson(json[u"view"_s].toObject());
        if (!view) {
            // A newer program may have written it: it is kept beside what is remembered from now on.
            log::warning("desktop", u"a window could not be restored"_s, {{u"reason"_s, view.failure().text}});
            QSettings().setValue(m_key + u".before"_s, QSettings().value(m_key));
            continue;
        }
        if (MainWindow *window = openWindow()) {
            window->restoreGeometry(QByteArray::fromBase64(json[u"geometry"_s].toString().toLatin1()));
            window->setView(*view);
            window->show();
        }
    }
    if (m_places.empty()) {
        SavedView view;
        view.server = QString::fromUtf16(kLocalServer);
        openWindow(view);
    }
    m_host.start(); // whatever they show: programs send their events here
    m_save.start();
}

void Workspace::startWith(const SavedView &view)
{
    m_key.clear();
    SavedView shown = view;
    if (shown.server.isEmpty())
        shown.server = QString::fromUtf16(kLocalServer);
    openWindow(shown);
    m_host.start();
}

void Workspace::startOn(const QUrl &server, const QString &token, const std::optional<SavedView> &view)
{
    MainWindow *window = openWindow();
    SavedView shown;
    if (view) {
        shown = *view;
        m_key.clear(); // what was open on that server before is remembered still
    } else {
        m_key = u"windows/"_s + QString::fromLatin1(QUrl::toPercentEncoding(server.toString()));
        const QJsonObject last = remembered().first().toObject();
        if (const auto saved = savedViewFromJson(last[u"view"_s].toObject()))
            shown = *saved;
        if (shown.server != server.toString())
            shown.project.clear(); // it was another one's
        window->restoreGeometry(QByteArray::fromBase64(last[u"geometry"_s].toString().toLatin1()));
    }
    m_host.accounts().of(server)->useToken(token, false);
    shown.server = server.toString();
    window->setView(shown);
    window->show();
    m_save.start();
}

MainWindow *Workspace::openWindow()
{
    if (m_places.size() >= std::size_t(kMostWindows) || m_quitting)
        return nullptr;
    Place place;
    place.session = std::make_unique<Session>(m_host);
    place.window = std::make_unique<MainWindow>(place.session.get(), m_theme, m_views);
    MainWindow *window = place.window.get();
    m_places.push_back(std::move(place));
    m_tray->watch(window->alerts());
    connect(window, &MainWindow::closed, this, [this, window] { close(window); });
    connect(window, &MainWindow::quitWanted, this, [this] {
        const QList<MainWindow *> all = windows();
        if (std::all_of(all.begin(), all.end(), [](MainWindow *each) { return each->mayClose(); }))
            quit();
    });
    connect(window, &MainWindow::settingsWanted, this, [this, window] { openSettings(window); });
    connect(window, &MainWindow::newWindowWanted, this, [this, window](const SavedView &view) {
        MainWindow *other = openWindow(view);
        if (!other)
            return;
        other->resize(window->size());
        const QRect free = window->screen()->availableGeometry();
        const QPoint last(free.right() + 1 - other->frameGeometry().width(),
                          free.bottom() + 1 - other->frameGeometry().height());
        const QPoint at = window->pos() + kBesideTheLast; // where that leaves the screen, over the first one
        other->move(
            {std::max(free.left(), std::min(at.x(), last.x())), std::max(free.top(), std::min(at.y(), last.y()))});
    });
    return window;
}

MainWindow *Workspace::openWindow(const SavedView &view)
{
    MainWindow *window = openWindow();
    if (!window)
        return nullptr;
    window->setView(view);
    window->show();
    return window;
}

QList<MainWindow *> Workspace::windows() const
{
    QList<MainWindow *> windows;
    for (const Place &place : m_places)
        windows.append(place.window.get());
    return windows;
}

void Workspace::close(MainWindow *window)
{
    if (m_quitting)
        return;
    if (m_places.size() <= 1)
        return quit(); // and the next start begins with it
    const auto place =
        std::find_if(m_places.begin(), m_places.end(), [window](const Place &p) { return p.window.get() == window; });
    if (place == m_places.end())
        return;
    place->session->shutdown();
    place->window.release()->deleteLater(); // it is the one that tells us
    place->session.release()->deleteLater();
    m_places.erase(place);
    remember();
}

QJsonArray Workspace::remembered() const
{
    return QJsonDocument::fromJson(QSettings().value(m_key).toByteArray()).array();
}

void Workspace::remember()
{
    if (m_key.isEmpty() || !m_restores)
        return;
    QJsonArray windows;
    for (const Place &place : m_places) {
        windows.append(QJsonObject{{u"view"_s, toJson(place.window->view())},
                                   {u"geometry"_s, QString::fromLatin1(place.window->saveGeometry().toBase64())}});
    }
    const QByteArray text = QJsonDocument(windows).toJson(QJsonDocument::Compact);
    if (text == m_saved)
        return;
    m_saved = text;
    m_settings.set(m_key, text);
}

void Workspace::openSettings(MainWindow *over)
{
    SettingsDialog dialog(Preferences::load(), m_tray->hasIcon(), m_views.folder(), over);
    connect(&dialog, &SettingsDialog::changed, this, &Workspace::follow);
    dialog.exec();
}

void Workspace::follow(const Preferences &preferences)
{
    preferences.save();
    m_restores = preferences.restoresWindows;
    m_theme.setMode(preferences.theme);
    m_tray->setShown(preferences.hasTray);
    m_tray->setTelling(preferences.notifies);
}

void Workspace::quit()
{
    if (m_quitting)
        return;
    remember();
    m_quitting = true;
    m_save.stop();
    m_tray->setShown(false);
    for (const Place &place : m_places) {
        place.window->hide(); // at once; the server first answers what it has accepted
        place.session->shutdown();
    }
    m_host.shutdown();
}

} // namespace entvas
