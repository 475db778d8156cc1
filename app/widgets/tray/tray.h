#pragma once

#include "app/widgets/tray/notifier.h"

#include <QList>
#include <QObject>
#include <QSystemTrayIcon>
#include <QTimer>

namespace entvas {

class AlertCenter;
class Theme;

// How the program reaches a person who looks elsewhere: alerts as notifications of the system, and an icon in its tray,
// where there is one, with how all windows' servers are and their numbers of this moment as its tip.
class Tray : public QObject
{
    Q_OBJECT
public:
    explicit Tray(const Theme &theme, const QDBusConnection &bus = QDBusConnection::sessionBus());

    // Windows on the same server and project speak with one voice: that of the first one that is connected.
    void watch(AlertCenter *center); // until it is destroyed
    void setShown(bool shown);
    void setTelling(bool telling); // alerts as notifications of the system
    bool hasIcon() const { return m_icon != nullptr; }

Q_SIGNALS:
    void windowWanted(const entvas::AlertCenter *center); // the one that told; nullptr = any

private:
    void refresh();
    void tell(AlertCenter *center, const QString &headline, const QString &text);
    bool speaksFirst(const AlertCenter *center) const;
    const AlertCenter *centerOf(const QString &server) const;

    const Theme &m_theme;
    QList<AlertCenter *> m_centers; // oldest first
    Notifier m_notifier;
    QString m_toldLast; // its server
    QSystemTrayIcon *m_icon = nullptr;
    QTimer m_second;
    int m_state = -1;
    bool m_isTelling = true;
};

} // namespace entvas
