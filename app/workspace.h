#pragma once

#include "app/board/savedview.h"
#include "app/session/host.h"
#include "app/settings/latesettings.h"
#include "app/settings/viewstore.h"
#include "app/theme/theme.h"

#include <memory>
#include <QObject>

namespace entvas {

class MainWindow;
class Session;
class Tray;
struct Preferences;

// All windows of the desktop, and what they share: the server of this computer, the look, the saved views, the tray.
// Remembers which windows were open and how they were. Ends when the last one is closed. Lives in the UI thread.
class Workspace : public QObject
{
    Q_OBJECT
public:
    static constexpr qsizetype kMostWindows = 20;

    explicit Workspace(Result<Settings> settings, QObject *parent = nullptr);
    ~Workspace() override;

    // Hosts this computer's server, and opens the windows that were open the last time, or one on that server.
    void start();
    // Hosts this computer's server, and opens one window with this view. What was open before is remembered still.
    void startWith(const SavedView &view);
    // Hosts nothing: one window on somebody else's server, as it looked the last time.
    // With a view it shows that one, of the server that is named.
    void startOn(const QUrl &server, const QString &token, const std::optional<SavedView> &view = {});
    // nullptr when there are too many.
    MainWindow *openWindow(const SavedView &view);
    QList<MainWindow *> windows() const;
    Theme &theme() { return m_theme; }
    ViewStore &views() { return m_views; }
    Host &host() { return m_host; }
    // All windows go at once; the server finishes what it accepted; then finished(), within 10 s.
    void quit();

Q_SIGNALS:
    void finished();

private:
    struct Place { // one window with its connection
        std::unique_ptr<Session> session;
        std::unique_ptr<MainWindow> window;
    };
    MainWindow *openWindow();
    void close(MainWindow *window);
    void remember(); // the windows that are open now
    QJsonArray remembered() const;
    void openSettings(MainWindow *over);
    void follow(const Preferences &preferences);

    QString m_key; // of the windows in the settings; each server that is named at the start has its own
    Host m_host;
    Theme m_theme;
    ViewStore m_views;
    std::unique_ptr<Tray> m_tray;
    std::vector<Place> m_places; // oldest first
    QTimer m_save;
    QByteArray m_saved;
    LateSettings m_settings;
    bool m_restores = true; // windows, at the next start
    bool m_quitting = false;
};

} // namespace entvas
