#pragma once

#include "app/board/alertrule.h"

#include <optional>
#include <QStringList>

namespace entvas {

// What a kind of alert decides by. Times are UTC milliseconds of the server's clock.
struct AlertFacts {
    const LiveCube &cube;
    qint64 nowMs = 0;
    QStringList newTypes; // event types that were not there at the last look
};

// One kind of alert, declared in alertkinds.cpp and nowhere else: saved rules, the watch and the dialog go by it.
struct AlertKind {
    QString id;             // as it stands in saved rules
    QString title;          // in the dialog, before the threshold
    QString thresholdLabel; // empty: it needs none
    QString minutesLabel;   // empty: it needs none
    bool hasFilter = true;  // it counts events, and may count some only
    bool lasts = true;      // it holds until it is over; else it is news, and holds for a minute
    QString (*describe)(const AlertRule &rule);
    // The sentence that says why the rule holds; nothing when it does not, or when too little is known yet.
    std::optional<QString> (*check)(const AlertRule &rule, const AlertFacts &facts);
};

// In the order of the dialog, in the language of the desktop.
QList<AlertKind> alertKinds();
// The one of this id; the first one for an id that is unknown, which rulesFromJson() lets nobody save.
AlertKind alertKind(const QString &id);

// "more than 100 events in 5 minutes"
QString describe(const AlertRule &rule);

} // namespace entvas
