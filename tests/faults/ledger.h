#pragma once

#include "core/model/settings.h"
#include "tests/faults/load.h"

#include <QStringList>

namespace entvas::test {

// What the database holds in the end, against what senders were told. `problems` is empty when nothing was lost,
// nothing doubled, nothing stored that was refused, and every count agrees.
struct LedgerReport {
    QStringList problems;
    qint64 stored = 0;
    qint64 acknowledged = 0;
    qint64 refused = 0;
    qint64 unknown = 0;
    QString text() const;
};
LedgerReport checkLedger(const DatabaseUrl &database, const QList<const Load *> &loads);

// Rows of a query, each as a list of texts.
QList<QStringList> rowsOf(const DatabaseUrl &database, const QString &sql);
bool executeOn(const DatabaseUrl &database, const QString &sql);

} // namespace entvas::test
