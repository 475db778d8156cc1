#include "app/widgets/window/kiosk.h"

#include <algorithm>
#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QKeyEvent>
#include <QLineEdit>
#include <QWidget>

#include <utility>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {
constexpr int kRestMs = 3'000;

QDBusMessage screenSaver(const QString &method)
{
    const QString name = u"org.freedesktop.ScreenSaver"_s;
    return QDBusMessage::createMethodCall(name, u"/org/freedesktop/ScreenSaver"_s, name, method);
}
} // namespace

Kiosk::Kiosk(QWidget *window) : QObject(window), m_window(window)
{
    connect(&m_next, &QTimer::timeout, this, [this] { go(1); });
    m_rest.setSingleShot(true);
    m_rest.setInterval(kRestMs);
    connect(&m_rest, &QTimer::timeout, this, [this] {
        const bool isElsewhere = QApplication::activeModalWidget() || QApplication::activePopupWidget();
        if (m_window->underMouse() && !isElsewhere)
            showMouse(false);
    });
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
    keepAwake(true);
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
    keepAwake(false);
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

void Kiosk::release(uint wish)
{
    QDBusMessage message = screenSaver(u"UnInhibit"_s);
    message << wish;
    QDBusConnection::sessionBus().asyncCall(message);
}

// The desktop takes the wish back by itself when the program ends.
void Kiosk::keepAwake(bool on)
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected() || (!on && m_awake == 0))
        return;
    if (!on)
        return release(std::exchange(m_awake, 0));
    QDBusMessage message = screenSaver(u"Inhibit"_s);
    message << QGuiApplication::applicationDisplayName() << tr("Kiosk");
    auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(message), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher *answered) {
        answered->deleteLater();
        const QDBusPendingReply<uint> reply = *answered;
        const uint before = std::exchange(m_awake, reply.isValid() ? reply.value() : 0);
        if (!m_isOn)
            keepAwake(false); // it ended meanwhile
        else if (before != 0)
            release(before);
    });
}

bool Kiosk::eventFilter(QObject *object, QEvent *event)
{
    // Anywhere in the program: the pointer of other windows must come back too.
    if (event->type() == QEvent::MouseMove || event->type() == QEvent::MouseButtonPress) {
        showMouse(true);
        m_rest.start();
        return false;
    }
    const auto *widget = qobject_cast<QWidget *>(object);
    if (!widget || widget->window() != m_window)
        return false;
    if (event->type() != QEvent::KeyPress || qobject_cast<const QLineEdit *>(widget))
        return false;
    switch (static_cast<QKeyEvent *>(event)->key()) {
    case Qt::Key_Escape: Q_EMIT ended(); return true;
    case Qt::Key_PageDown: go(1); return true;
    case Qt::Key_PageUp: go(-1); return true;
    case Qt::Key_Tab:
    case Qt::Key_Backtab: return true; // nothing gets a mark of the focus
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
