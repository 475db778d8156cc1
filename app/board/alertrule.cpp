#include "app/board/alertrule.h"

#include "app/board/alertkinds.h"
#include "app/board/boardframe.h"
#include "app/board/text/choicetext.h"

#include <array>
#include <QJsonObject>
#include <QSet>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array<const char *, 3> kRepeatNames{"untilClear", "hourly", "once"};

std::optional<AlertRule::Repeat> repeatNamed(const QString &name)
{
    for (std::size_t i = 0; i < kRepeatNames.size(); ++i)
        if (name == QLatin1StringView(kRepeatNames[i]))
            return static_cast<AlertRule::Repeat>(i);
    return {};
}

} // namespace

QJsonArray toJson(const QList<AlertRule> &rules)
{
    QJsonArray array;
    for (const AlertRule &rule : rules) {
        BoardChoice filter;
        filter.filter = rule.filter;
        QJsonObject json{{u"name"_s, rule.name},
                         {u"kind"_s, rule.kind},
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
    QStringList kinds;
    for (const AlertKind &kind : alertKinds())
        kinds << kind.id;
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
        rule.kind = json.value("kind"_L1).toString();
        const auto repeat = repeatNamed(json.value("repeat"_L1).toString(u"untilClear"_s));
        rule.minutes = json.value("minutes"_L1).toInt(5);
        rule.threshold = json.value("threshold"_L1).toDouble(0);
        rule.isOn = json.value("on"_L1).toBool(true);
        if (!kinds.contains(rule.kind))
            return wrong(u"\"kind\" must be %1 or %2"_s.arg(kinds.first(kinds.size() - 1).join(u", "_s), kinds.last()));
        if (!repeat)
            return wrong(u"\"repeat\" must be untilClear, hourly or once"_s);
        if (rule.minutes < 1 || rule.minutes > kMostAlertMinutes)
            return wrong(u"\"minutes\" must be from 1 to %1"_s.arg(kMostAlertMinutes));
        if (rule.threshold < 0 || rule.threshold > 1e15)
            return wrong(u"\"threshold\" must not be negative"_s);
        rule.repeat = *repeat;
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

} // namespace entvas
