#pragma once

#include "app/board/board.h"
#include "app/board/savedview.h"

#include <memory>
#include <QMainWindow>
#include <QTimer>

namespace entvas {

class AccountView;
class Actions;
class AlertCenter;
class CommandPalette;
class Desk;
class ScaledPage;
class Session;
class Theme;
class ViewStore;
struct WindowParts;

// A window: toolbar, banners, desk and status bar above each other. Layout only; what stands in it and what can be done
// is each part's own. Numbers come from the board, servers from the session, and what concerns all windows is asked for
// by signals.
// More than 25 functions: ten are signals and events of Qt's, nine give out parts to Workspace and tests.
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
    AlertCenter *alerts() const;
    Desk *desk() const;
    const Actions &actions() const;
    AccountView *account() const;
    CommandPalette *palette() const;

    SavedView view() const; // as it is now, nameless
    // Connects to its server where that is another one than now.
    void setView(const SavedView &view);
    bool mayClose(); // nothing would be lost, or the person does not mind
    bool isKiosk() const;
    void setKiosk(bool on);                  // the whole screen, no bars, saved views in turn; Esc ends it
    void tellOfCrash(const QString &report); // that the program ended unexpectedly the last time; a file

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
    QWidget *layOut();
    QWidget *makeToolbar();
    void makeActions();
    void makeWindowActions();
    void connectParts();
    void refresh(); // ages: once a second
    void quit();

    Session *m_session;
    std::unique_ptr<Own> m_own;
    Theme &m_theme;
    SystemClock m_clock;
    Board m_board;
    std::unique_ptr<WindowParts> m_parts;
    QWidget *m_toolbar = nullptr;
    ScaledPage *m_page = nullptr; // all but overlays; larger in the kiosk
    QTimer m_second;
    bool m_isClosing = false;
};

} // namespace entvas
