#include "app/board/text/choicetext.h"

#include <algorithm>
#include <QDateTime>
#include <QJsonArray>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMostValues = 1'000;

constexpr std::array<const char *, kNamedRanges.size()> kRangeNames{"fiveMinutes", "hour",    "day", "week",
                                                                    "month",       "quarter", "all"};
constexpr std::array<const char *, 3> kComparisonNames{"none", "previousPeriod", "weekBefore"};

template <std::size_t N>
std::optional<int> indexOf(const std::array<const char *, N> &names, const QString &name)
{
    for (std::size_t i = 0; i < N; ++i)
        if (name == QLatin1StringView(names[i]))
            return int(i);
    return {};
}

QString isoOf(qint64 ms)
{
    return QDateTime::fromMSecsSinceEpoch(ms, QTimeZone::utc()).toString(Qt::ISODateWithMs);
}

QJsonValue viewToJson(const TimeView &view)
{
    switch (view.kind) {
    case TimeView::Kind::Named: return QLatin1StringView(kRangeNames[std::size_t(view.named)]);
    case TimeView::Kind::Last: return QJsonObject{{u"lastMs"_s, view.lengthMs}};
    case TimeView::Kind::Fixed:
        return QJsonObject{{u"from"_s, isoOf(view.span.fromMs)}, {u"to"_s, isoOf(view.span.toMs)}};
    }
    Q_UNREACHABLE();
}

Result<TimeView> viewFromJson(const QJsonValue &json)
{
    if (json.isString()) {
        const auto range = indexOf(kRangeNames, json.toString());
        if (!range)
            return wrong(u"There is no range called \"%1\"."_s.arg(json.toString().left(40)));
        return TimeView::of(static_cast<NamedRange>(*range));
    }
    const QJsonObject object = json.toObject();
    if (object.size() == 1 && object.contains("lastMs"_L1)) {
        const qint64 length = object["lastMs"_L1].toInteger();
        constexpr qint64 kLongestMs = 36'525LL * 86'400'000;
        if (length < kShortestViewMs || length > kLongestMs)
            return wrong(u"\"lastMs\" must be a number from %1 to %2."_s.arg(QString::number(kShortestViewMs),
                                                                             QString::number(kLongestMs)));
        return TimeView::last(length);
    }
    if (object.size() == 2 && object.contains("from"_L1) && object.contains("to"_L1)) {
        const QDateTime from = QDateTime::fromString(object["from"_L1].toString(), Qt::ISODateWithMs);
        const QDateTime to = QDateTime::fromString(object["to"_L1].toString(), Qt::ISODateWithMs);
        if (!from.isValid() || !to.isValid() || from.msecsTo(to) < kShortestViewMs)
            return wrong(u"\"from\" and \"to\" must be times in ISO 8601, the second one after the first."_s);
        return TimeView::fixed({from.toMSecsSinceEpoch(), to.toMSecsSinceEpoch()});
    }
    return wrong(u"\"view\" must be the name of a range, {\"lastMs\": n} or {\"from\": time, \"to\": time}."_s);
}

Result<ValueFilter> ruleFromJson(const QString &dimension, const QJsonObject &json)
{
    const bool excluding = json.contains("not"_L1);
    const QJsonArray values = json[excluding ? "not"_L1 : "only"_L1].toArray();
    if (json.size() != 1 || values.isEmpty() || values.size() > kMostValues)
        return wrong(
            u"The filter of \"%1\" must be {\"only\": [values]} or {\"not\": [values]}."_s.arg(dimension.left(80)));
    ValueFilter rule{{}, excluding};
    for (const QJsonValue &value : values) {
        if (!value.isString())
            return wrong(u"The values in the filter of \"%1\" must be texts."_s.arg(dimension.left(80)));
        rule.values.insert(value.toString());
    }
    return rule;
}

} // namespace

QJsonObject toJson(const BoardChoice &choice)
{
    QJsonObject json{{u"view"_s, viewToJson(choice.view)}};
    if (choice.comparison != Comparison::None)
        json.insert(u"compare"_s, QLatin1StringView(kComparisonNames[std::size_t(choice.comparison)]));
    if (!choice.groupBy.isEmpty())
        json.insert(u"breakDown"_s, choice.groupBy);
    QJsonObject filter;
    for (auto rule = choice.filter.cbegin(); rule != choice.filter.cend(); ++rule) {
        QStringList values(rule->values.cbegin(), rule->values.cend());
        values.sort();
        filter.insert(rule.key(),
                      QJsonObject{{rule->isExcluding ? u"not"_s : u"only"_s, QJsonArray::fromStringList(values)}});
    }
    if (!filter.isEmpty())
        json.insert(u"filter"_s, filter);
    return json;
}

Result<BoardChoice> choiceFromJson(const QJsonObject &json)
{
    BoardChoice choice;
    for (auto entry = json.constBegin(); entry != json.constEnd(); ++entry) {
        if (entry.key() == "view"_L1) {
            const Result<TimeView> view = viewFromJson(entry.value());
            if (!view)
                return view.failure();
            choice.view = *view;
        } else if (entry.key() == "compare"_L1) {
            const auto comparison = indexOf(kComparisonNames, entry.value().toString());
            if (!comparison)
                return wrong(u"\"compare\" must be none, previousPeriod or weekBefore."_s);
            choice.comparison = static_cast<Comparison>(*comparison);
        } else if (entry.key() == "breakDown"_L1 && entry.value().isString()) {
            choice.groupBy = entry.value().toString();
        } else if (entry.key() == "filter"_L1 && entry.value().isObject()) {
            const QJsonObject filter = entry.value().toObject();
            for (auto rule = filter.constBegin(); rule != filter.constEnd(); ++rule) {
                const Result<ValueFilter> read = ruleFromJson(rule.key(), rule.value().toObject());
                if (!read)
                    return read.failure();
                choice.filter.insert(rule.key(), *read);
            }
        } else {
            return wrong(u"\"%1\" is not part of a view."_s.arg(entry.key().left(80)));
        }
    }
    return choice;
}

} // namespace entvas
