#include "app/widgets/kiosk.h"

#include <algorithm>
#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QWidget>

namespace entvas {

namespace {
constexpr int kRestMs = 3'000;
} // namespace

Kiosk::Kiosk(QWidget *window) : QObject(window), m_window(window)
{
    connect(&m_next, &QTimer::timeout, this, [this] { go(1); });
    m_rest.setSingleShot(true);
    m_rest.setInterval(kRestMs);
    connect(&m_rest, &QTimer::timeout, this, [this] { showMouse(false); });
}

Kiosk::~Kiosk()
{
    stop();
}

void Kiosk::start(const QStringList &views, int seconds)
{
    m_views = views;
    m_current = -1;
    m_isHeld = false;
    m_isOn = true;
    qApp->installEventFilter(this);
    m_rest.start();
    if (m_views.size() > 1) {
        m_next.start(std::clamp(seconds, kLeastSeconds, kMostSeconds) * 1'000);
        go(1);
    }
}

void Kiosk::stop()
{
    if (!m_isOn)
        return;
    m_isOn = false;
    qApp->removeEventFilter(this);
    m_next.stop();
    m_rest.stop();
    showMouse(true);
}

void Kiosk::go(int by)
{
    if (m_views.isEmpty())
        return;
    m_current = (m_current + by + m_views.size()) % m_views.size();
    if (m_next.isActive())
        m_next.start(); // a view that was chosen by hand stays as long as any other
    Q_EMIT viewWanted(m_views[m_current]);
}

void Kiosk::showMouse(bool on)
{
    if (on != m_mouseHidden)
        return;
    m_mouseHidden = !on;
    if (on)
        QApplication::restoreOverrideCursor();
    else
        QApplication::setOverrideCursor(Qt::BlankCursor);
}

bool Kiosk::eventFilter(QObject *object, QEvent *event)
{
    const auto *widget = qobject_cast<QWidget *>(object);
    if (!widget || widget->window() != m_window)
        return false;
    if (event->type() == QEvent::MouseMove || event->type() == QEvent::MouseButtonPress) {
        showMouse(true);
        m_rest.start();
        return false;
    }
    if (event->type() != QEvent::KeyPress || qobject_cast<const QLineEdit *>(widget))
        return false;
    switch (static_cast<QKeyEvent *>(event)->key()) {
    case Qt::Key_Escape: Q_EMIT ended(); return true;
    case Qt::Key_PageDown: go(1); return true;
    case Qt::Key_PageUp: go(-1); return true;
    case Qt::Key_Space:
        m_isHeld = !m_isHeld;
        if (m_isHeld)
            m_next.stop();
        else if (m_views.size() > 1)
            m_next.start();
        return true;
    default: return false;
    }
}

} // namespace entvas
