#include "app/widgets/alertcenter.h"

#include "app/board/board.h"
#include "app/board/format.h"
#include "app/theme.h"
#include "app/widgets/paint.h"

#include "core/log.h"

#include <QJsonDocument>
#include <QMenu>
#include <QPainter>
#include <QPixmap>
#include <QSettings>
#include <QUrl>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kSnoozeMs = 3'600'000;
enum TrayState { Away, Live, Alert };

// Three bars; what is wrong has another shape too, not only another colour.
QIcon trayIcon(TrayState state, const Tokens &t)
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

AlertCenter::AlertCenter(Board &board, const Theme &theme, QObject *parent)
    : QObject(parent), m_board(board), m_theme(theme)
{
    connect(&m_watch, &AlertWatch::changed, this, &AlertCenter::changed);
    connect(&m_watch, &AlertWatch::turnedOff, this, &AlertCenter::save);
    connect(&m_watch, &AlertWatch::told, this, [this](const AlertNotice &notice) {
        if (m_tray)
            m_tray->showMessage(paint::oneLine(notice.rule), paint::oneLine(notice.text), QSystemTrayIcon::Warning);
    });
    m_second.setInterval(1'000);
    connect(&m_second, &QTimer::timeout, this, &AlertCenter::look);
    m_second.start();
    if (!QSystemTrayIcon::isSystemTrayAvailable())
        return;
    m_tray = new QSystemTrayIcon(this);
    connect(m_tray, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason == QSystemTrayIcon::Trigger || reason == QSystemTrayIcon::DoubleClick)
            Q_EMIT windowWanted();
    });
    connect(m_tray, &QSystemTrayIcon::messageClicked, this, &AlertCenter::windowWanted);
    connect(&theme, &Theme::changed, this, [this] {
        m_trayState = -1;
        refreshTray();
    });
    refreshTray();
    m_tray->show();
}

QString AlertCenter::key() const
{
    return u"alerts/"_s + QString::fromLatin1(QUrl::toPercentEncoding(m_server));
}

void AlertCenter::setServer(const QString &name)
{
    if (name == m_server)
        return;
    m_server = name;
    m_watch.forget();
    QList<AlertRule> rules;
    if (const QByteArray saved = name.isEmpty() ? QByteArray() : QSettings().value(key()).toByteArray();
        !saved.isEmpty()) {
        if (const auto read = rulesFromJson(QJsonDocument::fromJson(saved).array()))
            rules = *read;
        else
            log::warning("desktop", u"alerts could not be read"_s, {{u"reason"_s, read.failure().text}});
    }
    m_watch.setRules(rules);
}

void AlertCenter::setRules(const QList<AlertRule> &rules)
{
    m_watch.setRules(rules);
    save();
}

void AlertCenter::save() const
{
    if (!m_server.isEmpty())
        QSettings().setValue(key(), QJsonDocument(toJson(m_watch.rules())).toJson(QJsonDocument::Compact));
}

void AlertCenter::look()
{
    if (m_board.hasData() && m_board.state().kind == FeedState::Kind::Live)
        m_watch.evaluate(m_board.cube(), m_board.serverNowMs());
    refreshTray();
}

QString AlertCenter::headline() const
{
    const QStringList names = m_watch.lasting();
    if (names.isEmpty())
        return {};
    const QString first = paint::oneLine(names.first().left(80));
    return names.size() == 1 ? first : tr("%1 and %2 more").arg(first).arg(names.size() - 1);
}

QString AlertCenter::text() const
{
    const QStringList names = m_watch.lasting();
    const QList<AlertNotice> &log = m_watch.log();
    for (auto notice = log.crbegin(); notice != log.crend() && !names.isEmpty(); ++notice)
        if (notice->rule == names.first() && !notice->isOver)
            return tr("%1, since %2")
                .arg(paint::oneLine(notice->text), format::clock(notice->atMs, m_board.zone(), true));
    return {};
}

void AlertCenter::snoozeLasting()
{
    const QStringList names = m_watch.lasting();
    for (const QString &name : names)
        m_watch.snooze(name, m_board.serverNowMs() + kSnoozeMs);
}

void AlertCenter::refreshTray()
{
    if (!m_tray)
        return;
    const bool live = m_board.state().kind == FeedState::Kind::Live && m_board.hasData();
    const QString alert = headline();
    const int state = !alert.isEmpty() ? Alert : live ? Live : Away;
    if (state != m_trayState) {
        m_trayState = state;
        m_tray->setIcon(trayIcon(static_cast<TrayState>(state), m_theme.tokens()));
    }
    QStringList lines{tr("Entvas")};
    if (live) {
        // Also while the window is hidden and draws nothing: from the counts themselves.
        const qint64 second = m_board.serverNowMs() / 1'000 * 1'000;
        const qint64 lately = countIn(m_board.cube(), {second - kRateSeconds * 1'000, second});
        const qint64 minute = m_board.serverNowMs() / 60'000 * 60'000;
        lines << tr("%1 per second, %2 this minute")
                     .arg(format::rate(double(lately) / kRateSeconds),
                          format::count(countIn(m_board.cube(), {minute, minute + 60'000})));
    } else {
        lines << tr("not connected");
    }
    if (!alert.isEmpty())
        lines << alert;
    // Some desktops take markup in here for markup.
    m_tray->setToolTip(lines.join(u'\n').replace(u'<', u'‹').replace(u'>', u'›'));
}

} // namespace entvas
