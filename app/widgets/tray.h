#pragma once

#include <QList>
#include <QObject>
#include <QSystemTrayIcon>
#include <QTimer>

namespace entvas {

class AlertCenter;
class Theme;

// The program's icon in the system's tray: how all windows' servers are, their numbers of this moment as its tip, and
// the way alerts reach a person who looks elsewhere. Does nothing where there is no tray.
class Tray : public QObject
{
    Q_OBJECT
public:
    explicit Tray(const Theme &theme, QObject *parent = nullptr);

    // Windows on the same server and project speak with one voice: that of the first.
    void watch(AlertCenter *center); // until it is destroyed
    void setShown(bool shown);
    void setTelling(bool telling); // alerts as notifications of the system
    bool isThere() const { return m_icon != nullptr; }

Q_SIGNALS:
    void windowWanted(entvas::AlertCenter *center); // the one that told last; nullptr = any

private:
    void refresh();
    void tell(AlertCenter *center, const QString &headline, const QString &text);
    bool speaksFirst(const AlertCenter *center) const;

    const Theme &m_theme;
    QList<AlertCenter *> m_centers; // oldest first
    AlertCenter *m_toldLast = nullptr;
    QSystemTrayIcon *m_icon = nullptr;
    QTimer m_second;
    int m_state = -1;
    bool m_isTelling = true;
};

} // namespace entvas
