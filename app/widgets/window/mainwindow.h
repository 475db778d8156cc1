#pragma once

#include "app/board/board.h"
#include "app/board/savedview.h"
#include "app/settings/latesettings.h"
#include "app/widgets/window/commandpalette.h"

#include <functional>
#include <memory>
#include <optional>
#include <QMainWindow>
#include <QTimer>

class QAction;
class QFrame;
class QLabel;
class QMenu;
class QPagedPaintDevice;
class QToolButton;

namespace entvas {

class AccountView;
class Actions;
class AdminClient;
class AlertCenter;
class Banner;
class ConnectionBadge;
class Desk;
class EmptyPanel;
class FilterBar;
class Kiosk;
class RangeBar;
class ScaledPage;
class Session;
class Theme;
class ViewStore;
struct Caption;
struct SessionProblem;

// A window: toolbar, banners, desk, status bar and menu. Layout and wiring only; numbers come from the board, servers
// from the session, and what concerns all windows is asked for by signals.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    MainWindow(Session *session, Theme &theme, ViewStore &views);
    // The only window, with a theme of its own: for benchmarks and tests. Closing it shuts the session down.
    explicit MainWindow(Session *session);
    ~MainWindow() override;

    Session &session() { return *m_session; }
    Board &board() { return m_board; }
    Theme &theme() { return m_theme; }
    AlertCenter *alerts() const { return m_alerts; }
    Desk *desk() const { return m_desk; }
    const Actions &actions() const { return *m_actions; }
    AccountView *account() const { return m_account; }
    CommandPalette *palette() const { return m_palette; }

    SavedView view() const; // as it is now, nameless
    // Connects to its server where that is another one than now.
    void setView(const SavedView &view);
    // Nothing would be lost by closing it, or the person does not mind.
    bool mayClose();
    bool isKiosk() const;
    void tellOfCrash(const QString &report); // that the program ended unexpectedly the last time; a file
    void setKiosk(bool on);                  // the whole screen, no bars, saved views in turn; Esc ends it

Q_SIGNALS:
    void newWindowWanted(const entvas::SavedView &view);
    void settingsWanted();
    void quitWanted();
    void closed(); // by the person

protected:
    void closeEvent(QCloseEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    struct Own; // what a lone window has for itself
    MainWindow(Session *session, std::unique_ptr<Own> &&own);
    MainWindow(Session *session, std::unique_ptr<Own> &&own, Theme &theme, ViewStore &views);
    QFrame *makeToolbar();
    QFrame *makeStatusBar();
    QToolButton *makeComparison();
    void connectSession();
    void connectAlerts();

    void makeActions();
    void makeTimeActions();
    void makeLayoutActions();
    void makeServerActions();
    void makeViewActions();
    void makeStreamActions();
    void makeFilterSwitch();
    void makeExportActions();
    void makeWindowActions();
    void fillMenu(QMenu *menu);
    void fillServerMenu(QMenu *menu);
    void fillProjectMenu(QMenu *menu);
    void fillViewMenu(QMenu *menu);
    void openPalette();
    QList<CommandPalette::Item> commands() const;

    void showSaved(const QString &name);
    void showFile(const QString &path);
    void saveView();
    void saveViewFile();
    void openViewFile();
    void removeView(const QString &name);
    void putBack(const SavedView &view);
    void nextKioskView(const QString &name);

    // Where to: a name to begin with, and a filter of the dialog. Empty when nobody wants to.
    QString askForFile(const QString &what, const QString &suffix);
    void saveText(const QString &what, const QString &suffix, const QByteArray &text);
    void saveChart(const QString &suffix); // "png" or "svg"
    void savePage();
    void printPage();
    void paintPage(QPagedPaintDevice *device);
    Caption caption(bool withStream) const;
    void copyChart();
    void saveRaw(const QString &suffix); // "csv" or "ndjson"
    QWidget *chartCard();
    void tellUnless(const Result<void> &done);
    void tell(const QString &headline, const QString &text);
    // In a banner that stays until its button was clicked, which also does `call`.
    void notice(const QString &headline, const QString &text, const QString &button, std::function<void()> call = {});

    void chooseSpan();
    void chooseZone();
    void openAlerts();
    void showAlerts();
    void showAbout();
    void openAccess();
    void refreshAccess(); // whether this window's reader may administer its server
    void onProblem(const SessionProblem &problem);
    void openConnectDialog(const QString &why = {});
    void offerServer(const QUrl &server, const QString &why, const QString &project);
    void refreshState(); // badge, banner, empty panel, dimming
    void refreshWebhook();
    void refreshStatus(); // ages: once a second
    void placeOverlays();
    void connectAccount();
    QString serverName() const;
    QString projectName() const;
    QString place() const; // view, project and server

    LateSettings m_settings;
    Session *m_session;
    std::unique_ptr<Own> m_own;
    Theme &m_theme;
    ViewStore &m_views;
    SystemClock m_clock;
    Board m_board;
    Actions *m_actions;
    std::unique_ptr<AdminClient> m_access; // asks a server once who we are there; anew for another one
    Desk *m_desk;
    RangeBar *m_ranges;
    FilterBar *m_filters;
    QToolButton *m_project;
    QToolButton *m_comparison;
    ConnectionBadge *m_badge;
    Banner *m_banner;
    AlertCenter *m_alerts;
    Banner *m_alertBanner;
    Banner *m_crashBanner; // stays whatever is shown
    Banner *m_notice;
    std::function<void()> m_noticeCall;
    EmptyPanel *m_empty;
    AccountView *m_account;
    QWidget *m_veil;
    ScaledPage *m_page = nullptr; // all but overlays; larger in the kiosk
    QToolButton *m_menu;
    QLabel *m_store, *m_age;
    QFrame *m_toolbar, *m_statusBar;
    CommandPalette *m_palette;
    Kiosk *m_kiosk;
    QString m_viewName; // of the saved view that is shown, while it is
    std::optional<SavedView> m_beforeKiosk;
    QTimer m_statusTimer;
    bool m_closing = false;
};

} // namespace entvas
