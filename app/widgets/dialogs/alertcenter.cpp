#include "app/widgets/dialogs/alertcenter.h"

#include "app/board/board.h"
#include "app/board/text/format.h"
#include "app/widgets/base/paint.h"

#include "core/base/log.h"

#include <QJsonDocument>
#include <QSettings>
#include <QUrl>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kSnoozeMs = 3'600'000;
} // namespace

AlertCenter::AlertCenter(Board &board, QObject *parent) : QObject(parent), m_board(board)
{
    connect(&m_watch, &AlertWatch::changed, this, &AlertCenter::changed);
    connect(&m_watch, &AlertWatch::turnedOff, this, &AlertCenter::save);
    connect(&m_watch, &AlertWatch::notified, this, [this](const AlertNotice &notice) {
        Q_EMIT told(paint::oneLine(notice.rule), paint::oneLine(notice.text));
    });
    m_second.setInterval(1'000);
    connect(&m_second, &QTimer::timeout, this, &AlertCenter::look);
    m_second.start();
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
    reload();
}

void AlertCenter::reload()
{
    QList<AlertRule> rules;
    if (const QByteArray saved = m_server.isEmpty() ? QByteArray() : QSettings().value(key()).toByteArray();
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

void AlertCenter::save()
{
    if (!m_server.isEmpty())
        QSettings().setValue(key(), QJsonDocument(toJson(m_watch.rules())).toJson(QJsonDocument::Compact));
    Q_EMIT rulesChanged();
}

void AlertCenter::look()
{
    if (isLive())
        m_watch.evaluate(m_board.cube(), m_board.serverNowMs());
}

QString AlertCenter::headline() const
{
    const QStringList names = m_watch.lasting();
    if (names.isEmpty())
        return {};
    const QString first = paint::oneLine(names.first().left(80));
    return names.size() == 1 ? first : tr("%1 and %2 more").arg(first, QString::number(names.size() - 1));
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
    for (const QString &name : names) {
        const qint64 untilMs = m_board.serverNowMs() + kSnoozeMs;
        m_watch.snooze(name, untilMs);
        Q_EMIT snoozed(name, untilMs);
    }
}

bool AlertCenter::isLive() const
{
    return m_board.hasData() && m_board.state().kind == FeedState::Kind::Live;
}

// Also while the window is hidden and draws nothing: from the counts themselves.
QString AlertCenter::numbers() const
{
    const qint64 second = m_board.serverNowMs() / 1'000 * 1'000;
    const qint64 lately = countIn(m_board.cube(), {second - kRateSeconds * 1'000, second});
    const qint64 minute = m_board.serverNowMs() / 60'000 * 60'000;
    return tr("%1 per second, %2 this minute")
        .arg(format::rate(double(lately) / kRateSeconds),
             format::count(countIn(m_board.cube(), {minute, minute + 60'000})));
}

} // namespace entvas
