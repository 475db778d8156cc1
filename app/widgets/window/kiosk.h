#pragma once

#include <QObject>
#include <QStringList>
#include <QTimer>

class QWidget;

namespace entvas {

// A window on a wall: the mouse hides when it rests, Esc ends it, saved views follow each other, Page Up and Page Down
// go through them by hand and Space holds the one that is shown. The window itself hides and shows its parts.
class Kiosk : public QObject
{
    Q_OBJECT
public:
    static constexpr int kLeastSeconds = 5;
    static constexpr int kMostSeconds = 3'600;

    explicit Kiosk(QWidget *window);
    ~Kiosk() override;
    // The views to go through; with fewer than two the view stays as it is.
    void start(const QStringList &views, int seconds);
    void stop();
    bool isOn() const { return m_isOn; }
    bool isHeld() const { return m_isHeld; }

Q_SIGNALS:
    void viewWanted(const QString &name);
    void ended(); // Esc

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void go(int by);
    void showMouse(bool on);
    void release(uint wish);
    void keepAwake(bool on); // the screen, where the desktop lets us

    QWidget *m_window;
    QStringList m_views;
    qsizetype m_current = -1;
    QTimer m_next, m_rest;
    bool m_isOn = false;
    bool m_isHeld = false;
    bool m_mouseHidden = false;
    uint m_awake = 0; // what the desktop calls our wish; 0 = none
};

} // namespace entvas
