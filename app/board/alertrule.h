#pragma once

#include "core/base/result.h"
#include "core/cube/cubeview.h"

#include <QJsonArray>
#include <QList>
#include <QMap>
#include <QString>

namespace entvas {

// What somebody wants to be notified of. What its kind means is in alertKinds().
struct AlertRule {
    enum class Repeat {
        UntilClear, // once per incident: again after it was over
        Hourly,     // every hour while it lasts
        Once        // once; the rule is then off
    };
    QString name;
    QString kind = QStringLiteral("above"); // id of one of alertKinds()
    int minutes = 5;
    double threshold = 100;
    QMap<QString, ValueFilter> filter; // which events count, by name of dimension
    Repeat repeat = Repeat::UntilClear;
    bool isOn = true;
    bool operator==(const AlertRule &) const = default;
};
inline constexpr int kMostAlertMinutes = 7 * 1'440;
inline constexpr qsizetype kMostAlertRules = 50;

QJsonArray toJson(const QList<AlertRule> &rules);
Result<QList<AlertRule>> rulesFromJson(const QJsonArray &json); // names the rule that is wrong

} // namespace entvas
