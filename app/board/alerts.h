#pragma once

#include "app/board/alertrule.h"

#include <QObject>
#include <QSet>

namespace entvas {

struct AlertFacts;

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
    // Only while the counts are live: what has not arrived is unknown, not zero. At most once a second makes sense.
    void evaluate(const LiveCube &cube, qint64 nowMs);
    void forget();                                    // another server: nothing is known, nothing lasts
    void snooze(const QString &rule, qint64 untilMs); // silent, and not shown as lasting
    bool isSnoozed(const QString &rule, qint64 nowMs) const { return m_snoozed.value(rule) > nowMs; }

    QStringList lasting() const;                            // names of rules that hold, snoozed ones left out
    const QList<AlertNotice> &log() const { return m_log; } // oldest first

Q_SIGNALS:
    void notified(const entvas::AlertNotice &notice); // one begins, or it is time to say so again
    void changed();                                   // lasting() or the log
    void turnedOff();                                 // a rule that notifies once has done so: worth saving

private:
    struct State {
        bool holds = false;
        qint64 notifiedAtMs = 0;
    };
    void note(AlertNotice notice);
    void check(AlertRule &rule, const AlertFacts &facts);

    QList<AlertRule> m_rules;
    QMap<QString, State> m_states; // by name
    QMap<QString, qint64> m_snoozed;
    QSet<QString> m_types;
    bool m_knowsTypes = false;
    qint64 m_nowMs = 0;
    QList<AlertNotice> m_log;
};

} // namespace entvas
