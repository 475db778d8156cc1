#pragma once

#include "core/base/result.h"
#include "core/cube/cubeview.h"

#include <QJsonArray>
#include <QObject>
#include <QSet>

namespace entvas {

// What somebody wants to be told of.
struct AlertRule {
    enum class Kind {
        Above,  // more than `threshold` events within the last `minutes`
        Below,  // fewer
        Change, // differs by more than `threshold` percent, up or down, from the `minutes` before those
        Quiet,  // none within the last `minutes`
        NewType // an event type that was never seen before
    };
    enum class Repeat {
        UntilClear, // told once, and again after it was over
        Hourly,     // told every hour while it lasts
        Once        // told once; the rule is then off
    };
    QString name;
    Kind kind = Kind::Above;
    int minutes = 5;
    double threshold = 100;
    QMap<QString, ValueFilter> filter; // which events count, by name of dimension; none for NewType
    Repeat repeat = Repeat::UntilClear;
    bool isOn = true;
    bool operator==(const AlertRule &) const = default;
};
inline constexpr int kMostAlertMinutes = 7 * 1'440;
inline constexpr qsizetype kMostAlertRules = 50;

QString describe(const AlertRule &rule); // "more than 100 events in 5 minutes"
QJsonArray toJson(const QList<AlertRule> &rules);
Result<QList<AlertRule>> rulesFromJson(const QJsonArray &json); // names the rule that is wrong

struct AlertNotice {
    qint64 atMs = 0; // the server's clock
    QString rule;    // its name
    QString text;    // a sentence with the numbers
    bool isOver = false;
};

// Looks at the local counts and says when a rule begins to hold and when it is over. Lives in the UI thread.
class AlertWatch : public QObject
{
    Q_OBJECT
public:
    static constexpr qsizetype kMostNotices = 500;
    static constexpr qint64 kHourMs = 3'600'000;

    using QObject::QObject;

    void setRules(const QList<AlertRule> &rules); // what is unchanged goes on where it was
    const QList<AlertRule> &rules() const { return m_rules; }
    // Only while the counts are live: what nobody told is unknown, not zero. At most once a second makes sense.
    void evaluate(const LiveCube &cube, qint64 nowMs);
    void forget();                                    // another server: nothing is known, nothing lasts
    void snooze(const QString &rule, qint64 untilMs); // silent, and not shown as lasting
    bool isSnoozed(const QString &rule, qint64 nowMs) const { return m_snoozed.value(rule) > nowMs; }

    QStringList lasting() const;                            // names of rules that hold, snoozed ones left out
    const QList<AlertNotice> &log() const { return m_log; } // oldest first

Q_SIGNALS:
    void told(const entvas::AlertNotice &notice); // one begins, or is told again
    void changed();                               // lasting() or the log
    void turnedOff();                             // a rule that tells once has told: worth saving

private:
    struct State {
        bool holds = false;
        qint64 toldAtMs = 0;
    };
    std::optional<QString> check(const AlertRule &rule, const LiveCube &cube, qint64 nowMs) const;
    void note(AlertNotice notice);
    void look(const QStringList &newTypes, AlertRule &rule, const LiveCube &cube, qint64 nowMs);

    QList<AlertRule> m_rules;
    QMap<QString, State> m_states; // by name
    QMap<QString, qint64> m_snoozed;
    QSet<QString> m_types;
    bool m_knowsTypes = false;
    qint64 m_nowMs = 0;
    QList<AlertNotice> m_log;
};

} // namespace entvas
