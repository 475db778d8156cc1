#include "app/widgets/tray/tray.h"

#include "app/theme/theme.h"
#include "app/widgets/dialogs/alertcenter.h"

#include <QPainter>
#include <QPixmap>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

enum State { Away, Live, Alert };

// Three bars; what is wrong has another shape too, not only another colour.
QIcon iconOf(State state, const Tokens &t)
{
    QPixmap pixmap(64, 64);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(state == Live ? t.accent : state == Alert ? t.bad : t.third);
    if (state == Alert) {
        painter.drawEllipse(QRectF(4, 4, 56, 56));
        painter.setBrush(t.surface);
        painter.drawRoundedRect(QRectF(28, 14, 8, 24), 3, 3);
        painter.drawEllipse(QRectF(27, 42, 10, 10));
    } else {
        painter.drawRoundedRect(QRectF(6, 34, 14, 24), 3, 3);
        painter.drawRoundedRect(QRectF(25, 18, 14, 40), 3, 3);
        painter.drawRoundedRect(QRectF(44, 6, 14, 52), 3, 3);
    }
    return pixmap;
}

} // namespace

Tray::Tray(const Theme &theme, const QDBusConnection &bus) : m_theme(theme), m_notifier(bus)
{
    connect(&m_notifier, &Notifier::chosen, this,
            [this](const QString &key) { Q_EMIT windowWanted(centerOf(key.section(u'\n', 0, 0))); });
    connect(&m_notifier, &Notifier::undelivered, this,
            [this](const QString &key, const QString &headline, const QString &text) {
                if (!m_icon || !m_icon->isVisible())
                    return; // the window's banner says it
                m_toldLast = key.section(u'\n', 0, 0);
                m_icon->showMessage(headline, text, QSystemTrayIcon::Warning);
            });
    if (!QSystemTrayIcon::isSystemTrayAvailable())
        return;
    m_icon = new QSystemTrayIcon(this);
    connect(m_icon, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason == QSystemTrayIcon::Trigger || reason == QSystemTrayIcon::DoubleClick)
            Q_EMIT windowWanted(nullptr);
    });
    connect(m_icon, &QSystemTrayIcon::messageClicked, this, [this] { Q_EMIT windowWanted(centerOf(m_toldLast)); });
    connect(&theme, &Theme::changed, this, [this] {
        m_state = -1;
        refresh();
    });
    m_second.setInterval(1'000);
    connect(&m_second, &QTimer::timeout, this, &Tray::refresh);
    m_second.start();
    refresh();
    m_icon->show();
}

void Tray::setShown(bool shown)
{
    if (m_icon)
        m_icon->setVisible(shown);
}

void Tray::setTelling(bool telling)
{
    m_isTelling = telling;
}

void Tray::watch(AlertCenter *center)
{
    m_centers.append(center);
    connect(center, &AlertCenter::told, this,
            [this, center](const QString &headline, const QString &text) { tell(center, headline, text); });
    connect(center, &AlertCenter::rulesChanged, this, [this, center] {
        const QList<AlertCenter *> all = m_centers;
        for (AlertCenter *other : all)
            if (other != center && other->server() == center->server())
                other->reload();
    });
    connect(center, &AlertCenter::snoozed, this, [this, center](const QString &rule, qint64 untilMs) {
        for (AlertCenter *other : std::as_const(m_centers))
            if (other != center && other->server() == center->server())
                other->watch().snooze(rule, untilMs);
    });
    connect(center, &QObject::destroyed, this, [this, center] { m_centers.removeAll(center); });
}

bool Tray::speaksFirst(const AlertCenter *center) const
{
    return center == centerOf(center->server());
}

const AlertCenter *Tray::centerOf(const QString &server) const
{
    const AlertCenter *first = nullptr;
    for (const AlertCenter *center : m_centers) {
        if (center->server() != server)
            continue;
        if (center->isLive())
            return center;
        first = first ? first : center;
    }
    return first;
}

void Tray::tell(AlertCenter *center, const QString &headline, const QString &text)
{
    if (m_isTelling && speaksFirst(center))
        m_notifier.notify(center->server() + u'\n' + headline, headline, text);
}

void Tray::refresh()
{
    if (!m_icon)
        return;
    QStringList lines{tr("Entvas")};
    State state = Away;
    for (const AlertCenter *center : std::as_const(m_centers)) {
        if (!speaksFirst(center))
            continue;
        const QString alert = center->headline();
        state = std::max(state, !alert.isEmpty() ? Alert : center->isLive() ? Live : Away);
        lines << (center->isLive() ? center->numbers() : tr("not connected"));
        if (!alert.isEmpty())
            lines << alert;
    }
    if (state != m_state) {
        m_state = state;
        m_icon->setIcon(iconOf(state, m_theme.tokens()));
    }
    // Some desktops take markup in here for markup.
    m_icon->setToolTip(lines.join(u'\n').replace(u'<', u'‹').replace(u'>', u'›'));
}

} // namespace entvas
