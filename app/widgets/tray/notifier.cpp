#include "app/widgets/tray/notifier.h"

#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QGuiApplication>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {
const auto kService = u"org.freedesktop.Notifications"_s;
const auto kPath = u"/org/freedesktop/Notifications"_s;
const auto kDefaultAction = u"default"_s; // a click on the notification itself

QDBusMessage call(const QString &method)
{
    return QDBusMessage::createMethodCall(kService, kPath, kService, method);
}
} // namespace

Notifier::Notifier(const QDBusConnection &bus, QObject *parent) : QObject(parent), m_bus(bus)
{
    if (!m_bus.isConnected())
        return;
    m_bus.connect(kService, kPath, kService, u"ActionInvoked"_s, this, SLOT(onAction(uint, QString)));
    m_bus.connect(kService, kPath, kService, u"NotificationClosed"_s, this, SLOT(onClosed(uint, uint)));
}

void Notifier::notify(const QString &key, const QString &headline, const QString &text)
{
    const Notice notice{key, headline, text};
    if (!m_bus.isConnected()) {
        Q_EMIT undelivered(key, headline, text);
        return;
    }
    if (m_hasMarkup)
        return send(notice);
    if (m_waiting.size() < kMostKnown)
        m_waiting.append(notice);
    if (m_asked)
        return;
    m_asked = true;
    auto *watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(call(u"GetCapabilities"_s), kTimeoutMs), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher *answered) {
        answered->deleteLater();
        m_asked = false;
        const QDBusPendingReply<QStringList> reply = *answered;
        const QList<Notice> waiting = std::exchange(m_waiting, {});
        if (reply.isValid())
            m_hasMarkup = reply.value().contains(u"body-markup"_s);
        for (const Notice &late : waiting) {
            if (m_hasMarkup)
                send(late);
            else
                Q_EMIT undelivered(late.key, late.headline, late.text);
        }
    });
}

void Notifier::send(const Notice &notice)
{
    uint replaces = 0;
    for (auto known = m_keys.cbegin(); known != m_keys.cend(); ++known)
        if (known.value() == notice.key)
            replaces = known.key();
    QDBusMessage message = call(u"Notify"_s);
    message << QGuiApplication::applicationDisplayName() << replaces << u"entvas"_s << notice.headline
            << (*m_hasMarkup ? notice.text.toHtmlEscaped() : notice.text) << QStringList{kDefaultAction, tr("Show")}
            << QVariantMap{{u"desktop-entry"_s, u"entvas"_s}, {u"urgency"_s, QVariant::fromValue(uchar(2))}} << -1;
    auto *watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(message, kTimeoutMs), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, notice](QDBusPendingCallWatcher *answered) {
        answered->deleteLater();
        const QDBusPendingReply<uint> reply = *answered;
        if (!reply.isValid()) {
            m_hasMarkup.reset(); // another service may come in its place
            Q_EMIT undelivered(notice.key, notice.headline, notice.text);
            return;
        }
        m_keys.removeIf([&](const auto &known) { return known.value() == notice.key; });
        if (m_keys.size() >= kMostKnown)
            m_keys.clear();
        m_keys.insert(reply.value(), notice.key);
    });
}

void Notifier::onAction(uint id, const QString &action)
{
    if (const auto known = m_keys.constFind(id); known != m_keys.cend() && action == kDefaultAction)
        Q_EMIT chosen(*known);
}

void Notifier::onClosed(uint id, uint)
{
    m_keys.remove(id);
}

} // namespace entvas
