#pragma once

#include "app/board/board.h"
#include "app/theme.h"

#include <QMainWindow>
#include <QTimer>

class QAction;
class QLabel;
class QMenu;
class QToolButton;

namespace entvas {

class AlertCenter;
class Banner;
class ConnectionBadge;
class Desk;
class EmptyPanel;
class FilterBar;
class RangeBar;
class Session;
struct SessionProblem;

// The window: toolbar, banner, desk, status bar and menu. Layout and wiring only; numbers come from the board, servers
// from the session.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    explicit MainWindow(Session *session, QWidget *parent = nullptr);
    Board &board() { return m_board; }
    Theme &theme() { return m_theme; }
    AlertCenter *alerts() const { return m_alerts; }
    Desk *desk() const { return m_desk; }

protected:
    void closeEvent(QCloseEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *makeToolbar();
    QWidget *makeStatusBar();
    QToolButton *makeComparison();
    void fillExportMenu(QMenu *menu);
    // Where to: a name to begin with, and a filter of the dialog. Empty when nobody wants to.
    QString askForFile(const QString &what, const QString &suffix);
    void saveText(const QString &what, const QString &suffix, const QByteArray &text);
    void saveChart(const QString &suffix); // "png" or "svg"
    void savePage();
    void printPage();
    void copyChart();
    void saveRaw(const QString &suffix); // "csv" or "ndjson"
    QWidget *chartCard();
    void tellUnless(const Result<void> &done);
    void tell(const QString &headline, const QString &text);
    void chooseSpan();
    void chooseZone();
    void openAlerts();
    void showAlerts();
    void makeMenu(QToolButton *button);
    void restore();
    void save();
    void onProblem(const SessionProblem &problem);
    void openConnectDialog(const QString &why = {});
    void refreshState();  // badge, banner, empty panel, dimming
    void refreshStatus(); // ages: once a second
    void placeOverlays();
    QString serverName() const;

    Session *m_session;
    SystemClock m_clock;
    Theme m_theme;
    Board m_board;
    Desk *m_desk;
    RangeBar *m_ranges;
    FilterBar *m_filters;
    QToolButton *m_comparison;
    ConnectionBadge *m_badge;
    Banner *m_banner;
    AlertCenter *m_alerts;
    Banner *m_alertBanner;
    EmptyPanel *m_empty;
    QWidget *m_veil;
    QLabel *m_store, *m_age;
    QAction *m_sample = nullptr;
    QAction *m_relative = nullptr;
    QTimer m_statusTimer;
    bool m_closing = false;
};

} // namespace entvas
