#include "app/board/alertkinds.h"

#include "app/board/boardframe.h"
#include "app/board/text/format.h"
#include "app/board/text/translation.h"
#include "core/base/units.h"

#include <algorithm>
#include <cmath>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kSecondsReachMs = 590'000; // counts by second reach back for ten minutes

QString length(const AlertRule &rule)
{
    return format::length(rule.minutes * kMinuteMs);
}

QString threshold(const AlertRule &rule)
{
    return QLocale().toString(rule.threshold, 'f', rule.threshold == std::floor(rule.threshold) ? 0 : 1);
}

// The last minutes of the rule, by second as long as there are seconds, else by whole minute.
TimeSpan windowOf(const AlertRule &rule, qint64 nowMs)
{
    const qint64 step = rule.minutes < 10 ? 1'000 : kMinuteMs;
    const qint64 to = nowMs / step * step;
    return {to - rule.minutes * kMinuteMs, to};
}

bool reaches(const LiveCube &cube, qint64 fromMs)
{
    const std::optional<qint64> firstMs = firstCountMs(cube);
    return firstMs && *firstMs <= fromMs;
}

qint64 countNow(const AlertRule &rule, const AlertFacts &facts)
{
    return countIn(facts.cube, windowOf(rule, facts.nowMs), filterFor(facts.cube, rule.filter));
}

std::optional<QString> above(const AlertRule &rule, const AlertFacts &facts)
{
    const qint64 count = countNow(rule, facts);
    if (double(count) <= rule.threshold)
        return {};
    return tr("%1 events in %2").arg(format::count(count), length(rule));
}

std::optional<QString> below(const AlertRule &rule, const AlertFacts &facts)
{
    const qint64 count = countNow(rule, facts);
    if (double(count) >= rule.threshold || !reaches(facts.cube, windowOf(rule, facts.nowMs).fromMs))
        return {};
    return tr("only %1 events in %2").arg(format::count(count), length(rule));
}

std::optional<QString> change(const AlertRule &rule, const AlertFacts &facts)
{
    const TimeSpan window = windowOf(rule, facts.nowMs);
    const TimeSpan earlier{window.fromMs - window.lengthMs(), window.fromMs};
    if (!reaches(facts.cube, earlier.fromMs))
        return {};
    const TimeSpan before = earlier.fromMs < facts.nowMs - kSecondsReachMs
                                ? TimeSpan{earlier.fromMs / kMinuteMs * kMinuteMs, earlier.toMs / kMinuteMs * kMinuteMs}
                                : earlier;
    const qint64 count = countNow(rule, facts);
    const qint64 then = countIn(facts.cube, before, filterFor(facts.cube, rule.filter));
    if (then == 0 || std::abs(double(count - then)) * 100 <= rule.threshold * double(then))
        return {};
    return tr("%1 events in %2, %3").arg(format::count(count), length(rule), format::change(count, then));
}

std::optional<QString> quiet(const AlertRule &rule, const AlertFacts &facts)
{
    if (countNow(rule, facts) != 0 || !reaches(facts.cube, windowOf(rule, facts.nowMs).fromMs))
        return {};
    return tr("no event for %1").arg(length(rule));
}

std::optional<QString> newType(const AlertRule &, const AlertFacts &facts)
{
    if (facts.newTypes.isEmpty())
        return {};
    return facts.newTypes.size() == 1 ? tr("a new event type: %1").arg(facts.newTypes.first())
                                      : tr("new event types: %1").arg(facts.newTypes.join(u", "_s));
}

} // namespace

QList<AlertKind> alertKinds()
{
    using Rule = const AlertRule &;
    return {
        {.id = u"above"_s,
         .title = tr("More events than"),
         .thresholdLabel = tr("&Events"),
         .minutesLabel = tr("&Time window (minutes)"),
         .describe = [](Rule rule) { return tr("more than %1 events in %2").arg(threshold(rule), length(rule)); },
         .check = above},
        {.id = u"below"_s,
         .title = tr("Fewer events than"),
         .thresholdLabel = tr("&Events"),
         .minutesLabel = tr("&Time window (minutes)"),
         .describe = [](Rule rule) { return tr("fewer than %1 events in %2").arg(threshold(rule), length(rule)); },
         .check = below},
        {.id = u"change"_s,
         .title = tr("Change by more than"),
         .thresholdLabel = tr("P&ercent"),
         .minutesLabel = tr("&Time window (minutes)"),
         .describe =
             [](Rule rule) {
                 return tr("%1 % more or fewer than in the %2 before").arg(threshold(rule), length(rule));
             },
         .check = change},
        {.id = u"quiet"_s,
         .title = tr("No events"),
         .thresholdLabel = {},
         .minutesLabel = tr("For &minutes"),
         .describe = [](Rule rule) { return tr("no event for %1").arg(length(rule)); },
         .check = quiet},
        {.id = u"newType"_s,
         .title = tr("New event type"),
         .thresholdLabel = {},
         .minutesLabel = {},
         .hasFilter = false,
         .lasts = false,
         .describe = [](Rule) { return tr("a new event type"); },
         .check = newType},
    };
}

AlertKind alertKind(const QString &id)
{
    const QList<AlertKind> kinds = alertKinds();
    const auto found = std::find_if(kinds.cbegin(), kinds.cend(), [&](const AlertKind &kind) { return kind.id == id; });
    return found == kinds.cend() ? kinds.first() : *found;
}

QString describe(const AlertRule &rule)
{
    return alertKind(rule.kind).describe(rule);
}

} // namespace entvas
