#include "app/board/alerts.h"

#include "app/board/boardframe.h"
#include "app/board/text/choicetext.h"
#include "app/board/text/format.h"
#include "app/board/text/translation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <QJsonObject>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kMinuteMs = 60'000;
constexpr qsizetype kMostTypes = 10'000; // remembered as seen

constexpr std::array<const char *, 5> kKindNames{"above", "below", "change", "quiet", "newType"};
constexpr std::array<const char *, 3> kRepeatNames{"untilClear", "hourly", "once"};

// The last `minutes`, by second as long as there are seconds, else by whole minute.
TimeSpan windowOf(int minutes, qint64 nowMs)
{
    const qint64 step = minutes < 10 ? 1'000 : kMinuteMs;
    const qint64 to = nowMs / step * step;
    return {to - minutes * kMinuteMs, to};
}

QString minutesWords(int minutes)
{
    return format::length(minutes * kMinuteMs);
}

} // namespace

QString describe(const AlertRule &rule)
{
    const QString time = minutesWords(rule.minutes);
    const QString number =
        QLocale().toString(rule.threshold, 'f', rule.threshold == std::floor(rule.threshold) ? 0 : 1);
    switch (rule.kind) {
    case AlertRule::Kind::Above: return tr("more than %1 events in %2").arg(number, time);
    case AlertRule::Kind::Below: return tr("fewer than %1 events in %2").arg(number, time);
    case AlertRule::Kind::Change: return tr("%1 % more or fewer than in the %2 before").arg(number, time);
    case AlertRule::Kind::Quiet: return tr("no event for %1").arg(time);
    case AlertRule::Kind::NewType: return tr("a new event type");
    }
    Q_UNREACHABLE();
}

QJsonArray toJson(const QList<AlertRule> &rules)
{
    QJsonArray array;
    for (const AlertRule &rule : rules) {
        BoardChoice filter;
        filter.filter = rule.filter;
        QJsonObject json{{u"name"_s, rule.name},
                         {u"kind"_s, QLatin1StringView(kKindNames[std::size_t(rule.kind)])},
                         {u"minutes"_s, rule.minutes},
                         {u"threshold"_s, rule.threshold},
                         {u"repeat"_s, QLatin1StringView(kRepeatNames[std::size_t(rule.repeat)])},
                         {u"on"_s, rule.isOn}};
        if (!rule.filter.isEmpty())
            json.insert(u"filter"_s, toJson(filter).value(u"filter"_s));
        array.append(json);
    }
    return array;
}

Result<QList<AlertRule>> rulesFromJson(const QJsonArray &array)
{
    QList<AlertRule> rules;
    QSet<QString> names;
    if (array.size() > kMostAlertRules)
        return {Fault::BadInput, u"There may be %1 rules at most."_s.arg(kMostAlertRules)};
    for (const QJsonValue &value : array) {
        const QJsonObject json = value.toObject();
        AlertRule rule;
        rule.name = json.value("name"_L1).toString().left(200);
        const auto wrong = [&](const QString &what) {
            return Failure{Fault::BadInput, u"The alert \"%1\" can't be used: %2."_s.arg(rule.name.left(80), what)};
        };
        if (rule.name.isEmpty() || names.contains(rule.name))
            return wrong(u"it needs a name of its own"_s);
        names.insert(rule.name);
        const auto kind = indexOf(kKindNames, json.value("kind"_L1).toString());
        const auto repeat = indexOf(kRepeatNames, json.value("repeat"_L1).toString(u"untilClear"_s));
        rule.minutes = json.value("minutes"_L1).toInt(5);
        rule.threshold = json.value("threshold"_L1).toDouble(0);
        rule.isOn = json.value("on"_L1).toBool(true);
        if (!kind)
            return wrong(u"\"kind\" must be above, below, change, quiet or newType"_s);
        if (!repeat)
            return wrong(u"\"repeat\" must be untilClear, hourly or once"_s);
        if (rule.minutes < 1 || rule.minutes > kMostAlertMinutes)
            return wrong(u"\"minutes\" must be from 1 to %1"_s.arg(kMostAlertMinutes));
        if (rule.threshold < 0 || rule.threshold > 1e15)
            return wrong(u"\"threshold\" must not be negative"_s);
        rule.kind = static_cast<AlertRule::Kind>(*kind);
        rule.repeat = static_cast<AlertRule::Repeat>(*repeat);
        if (json.contains("filter"_L1)) {
            const Result<BoardChoice> choice = choiceFromJson({{u"filter"_s, json.value("filter"_L1)}});
            if (!choice)
                return wrong(choice.failure().text.chopped(1));
            rule.filter = choice->filter;
        }
        rules.append(rule);
    }
    return rules;
}

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

// The sentence that says why the rule holds; nothing when it does not, or when too little is known yet.
std::optional<QString> AlertWatch::check(const AlertRule &rule, const LiveCube &cube, qint64 nowMs) const
{
    const CubeFilter filter = filterFor(cube, rule.filter);
    const TimeSpan window = windowOf(rule.minutes, nowMs);
    const std::optional<qint64> firstMs = firstCountMs(cube);
    const auto reaches = [&](qint64 fromMs) { return firstMs && *firstMs <= fromMs; };
    const qint64 count = countIn(cube, window, filter);
    const QString time = minutesWords(rule.minutes);
    switch (rule.kind) {
    case AlertRule::Kind::Above:
        if (double(count) > rule.threshold)
            return tr("%1 events in %2").arg(format::count(count), time);
        return {};
    case AlertRule::Kind::Below:
        if (double(count) < rule.threshold && reaches(window.fromMs))
            return tr("only %1 events in %2").arg(format::count(count), time);
        return {};
    case AlertRule::Kind::Quiet:
        if (count == 0 && reaches(window.fromMs))
            return tr("no event for %1").arg(time);
        return {};
    case AlertRule::Kind::Change: {
        const TimeSpan earlier{window.fromMs - window.lengthMs(), window.fromMs};
        if (!reaches(earlier.fromMs))
            return {};
        // Seconds reach back for ten minutes: what is older is compared by minute.
        const TimeSpan before = earlier.fromMs < nowMs - 590'000 ? TimeSpan{earlier.fromMs / kMinuteMs * kMinuteMs,
                                                                            earlier.toMs / kMinuteMs * kMinuteMs}
                                                                 : earlier;
        const qint64 then = countIn(cube, before, filter);
        if (then == 0 || std::abs(double(count - then)) * 100 <= rule.threshold * double(then))
            return {};
        return tr("%1 events in %2, %3").arg(format::count(count), time, format::change(count, then));
    }
    case AlertRule::Kind::NewType: return {};
    }
    Q_UNREACHABLE();
}

void AlertWatch::look(const QStringList &newTypes, AlertRule &rule, const LiveCube &cube, qint64 nowMs)
{
    State &state = m_states[rule.name];
    std::optional<QString> why;
    if (rule.kind == AlertRule::Kind::NewType) {
        if (!newTypes.isEmpty())
            why = newTypes.size() == 1 ? tr("a new event type: %1").arg(newTypes.first())
                                       : tr("new event types: %1").arg(newTypes.join(u", "_s));
    } else {
        why = check(rule, cube, nowMs);
    }
    if (!why) {
        // A new type is news for a minute; there is nothing that could be over.
        const bool isNews = rule.kind == AlertRule::Kind::NewType;
        if (state.holds && (!isNews || nowMs - state.toldAtMs > kMinuteMs)) {
            state.holds = false;
            if (!isNews)
                note({nowMs, rule.name, tr("it is over"), true});
            Q_EMIT changed();
        }
        return;
    }
    const bool begins = !state.holds || rule.kind == AlertRule::Kind::NewType;
    const bool isDue = rule.repeat == AlertRule::Repeat::Hourly && nowMs - state.toldAtMs >= kHourMs;
    state.holds = true;
    if (!begins && !isDue)
        return;
    state.toldAtMs = nowMs;
    const AlertNotice notice{nowMs, rule.name, *why, false};
    note(notice);
    if (rule.repeat == AlertRule::Repeat::Once) {
        rule.isOn = false;
        Q_EMIT turnedOff();
    }
    if (!isSnoozed(rule.name, nowMs))
        Q_EMIT told(notice);
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
    for (AlertRule &rule : m_rules) {
        if (rule.isOn)
            look(newTypes, rule, cube, nowMs);
        else if (m_states.value(rule.name).holds && nowMs - m_states.value(rule.name).toldAtMs > kMinuteMs) {
            m_states.remove(rule.name); // told once, and seen
            Q_EMIT changed();
        }
    }
}

} // namespace entvas
