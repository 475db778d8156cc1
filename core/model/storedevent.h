#pragma once

#include <QByteArray>
#include <QString>
#include <QUuid>

namespace entvas {

// An event as a database gives it back. Times are UTC milliseconds.
struct StoredEvent {
    QUuid id;
    QString eventType;
    QString userId;
    qint64 timestampMs = 0;
    qint64 receivedAtMs = 0;
    QByteArray metadata; // JSON object text; empty when none
};

} // namespace entvas
