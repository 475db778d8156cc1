#pragma once

#include "app/board/alerts.h"

#include <QSystemTrayIcon>
#include <QTimer>

namespace entvas {

class Board;
class Theme;

// Watches a window's counts, and tells: through the system's notifications and the tray, where there are any, and with
// words for a banner. Rules are kept by server.
class AlertCenter : public QObject
{
    Q_OBJECT
public:
    AlertCenter(Board &board, const Theme &theme, QObject *parent = nullptr);

    void setServer(const QString &name); // whose rules these are; empty = none is chosen
    AlertWatch &watch() { return m_watch; }
    void setRules(const QList<AlertRule> &rules); // and keeps them
    // What lasts, for people: the names, and what the first one is about. Empty: nothing.
    QString headline() const;
    QString text() const;
    void snoozeLasting(); // for an hour
    bool hasTray() const { return m_tray != nullptr; }

Q_SIGNALS:
    void changed(); // headline() or text()
    void windowWanted();

private:
    void look();
    void refreshTray();
    void save() const;
    QString key() const;

    Board &m_board;
    const Theme &m_theme;
    AlertWatch m_watch;
    QString m_server;
    QTimer m_second;
    QSystemTrayIcon *m_tray = nullptr;
    int m_trayState = -1;
};

} // namespace entvas
