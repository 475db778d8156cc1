#include "app/board/alerts.h"

#include "app/board/alertkinds.h"
#include "core/base/units.h"

#include <algorithm>

namespace entvas {

namespace {

constexpr qsizetype kMostTypes = 10'000; // remembered as seen

} // namespace

void AlertWatch::setRules(const QList<AlertRule> &rules)
{
    for (const AlertRule &before : std::as_const(m_rules))
        if (!rules.contains(before)) {
            m_states.remove(before.name);
            m_snoozed.remove(before.name);
        }
    m_rules = rules.first(std::min(rules.size(), kMostAlertRules));
    Q_EMIT changed();
}

void AlertWatch::forget()
{
    m_states.clear();
    m_types.clear();
    m_knowsTypes = false;
    Q_EMIT changed();
}

void AlertWatch::snooze(const QString &rule, qint64 untilMs)
{
    m_snoozed.insert(rule, untilMs);
    Q_EMIT changed();
}

QStringList AlertWatch::lasting() const
{
    QStringList names;
    for (const AlertRule &rule : m_rules)
        if (m_states.value(rule.name).holds && !isSnoozed(rule.name, m_nowMs))
            names << rule.name;
    return names;
}

void AlertWatch::note(AlertNotice notice)
{
    m_log.append(std::move(notice));
    if (m_log.size() > kMostNotices)
        m_log.removeFirst();
}

void AlertWatch::check(AlertRule &rule, const AlertFacts &facts)
{
    const qint64 nowMs = facts.nowMs;
    const AlertKind kind = alertKind(rule.kind);
    State &state = m_states[rule.name];
    const std::optional<QString> why = kind.check(rule, facts);
    if (!why) {
        // News stay for a minute; there is nothing that could be over.
        if (state.holds && (kind.lasts || nowMs - state.notifiedAtMs > kMinuteMs)) {
            state.holds = false;
            if (kind.lasts)
                note({nowMs, rule.name, tr("resolved"), true});
            Q_EMIT changed();
        }
        return;
    }
    const bool begins = !state.holds || !kind.lasts;
    const bool isDue = rule.repeat == AlertRule::Repeat::Hourly && nowMs - state.notifiedAtMs >= kHourMs;
    state.holds = true;
    if (!begins && !isDue)
        return;
    state.notifiedAtMs = nowMs;
    const AlertNotice notice{nowMs, rule.name, *why, false};
    note(notice);
    if (rule.repeat == AlertRule::Repeat::Once) {
        rule.isOn = false;
        Q_EMIT turnedOff();
    }
    if (!isSnoozed(rule.name, nowMs))
        Q_EMIT notified(notice);
    Q_EMIT changed();
}

void AlertWatch::evaluate(const LiveCube &cube, qint64 nowMs)
{
    m_nowMs = nowMs;
    QStringList newTypes;
    for (const SeriesKey &key : cube.series()) {
        const QString type = key.value(0);
        if (m_types.contains(type) || m_types.size() >= kMostTypes || type == QStringView(kOther))
            continue;
        m_types.insert(type);
        if (m_knowsTypes)
            newTypes << type.left(128);
    }
    m_knowsTypes = true;
    const AlertFacts facts{cube, nowMs, newTypes};
    for (AlertRule &rule : m_rules) {
        if (rule.isOn)
            check(rule, facts);
        else if (m_states.value(rule.name).holds && nowMs - m_states.value(rule.name).notifiedAtMs > kMinuteMs) {
            m_states.remove(rule.name); // notified once, and seen
            Q_EMIT changed();
        }
    }
}

} // namespace entvas
