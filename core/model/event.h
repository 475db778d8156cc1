#pragma once

#include <QByteArray>
#include <QList>
#include <QMetaType>
#include <QString>
#include <QStringList>
#include <QUuid>

namespace entvas {

// The tuple that is counted live: event type first, then one value for each configured metadata key in order.
// A key that an event lacks has the empty string.
using SeriesKey = QStringList;

inline constexpr char16_t kOther[] = u"(other)"; // stands for values beyond the series cap
inline const QString kDefaultProject = QStringLiteral("default");

// One accepted event. Times are UTC milliseconds since 1970.
struct Event {
    QUuid id;               // UUID v7, ours; orders by receivedAtMs
    QString eventType;      // 1–128 characters, trimmed, no control characters
    QString userId;         // 1–256 characters, trimmed, no control characters
    qint64 timestampMs = 0; // the sender's; equals receivedAtMs when it sent none
    QByteArray metadata;    // compact JSON object in UTF-8 with the sender's digits; empty when none was sent
    qint64 receivedAtMs = 0;
    QString idempotencyKey; // the sender's `id`; empty when none
    SeriesKey series;
};
using EventBatch = QList<Event>;

} // namespace entvas

Q_DECLARE_METATYPE(entvas::Event)
