#pragma once

#include <QByteArray>
#include <QTimeZone>

namespace entvas {

// The clock on the wall of this machine. The zone is always a valid one: Qt's own answer need not be, and neither dates
// nor hours of an invalid zone ever come to an end.
struct SystemZone {
    QTimeZone zone;
    QByteArray unread; // what TZ says, where that is no zone: then the zone is the machine's, or UTC. Else empty
};

// `tz`: null where TZ is not set. Also takes what libc takes: a leading colon, a path into the zone files.
SystemZone systemZone(const QByteArray &tz = qgetenv("TZ"));

// The zone itself where it is valid, else the system's.
QTimeZone validZone(const QTimeZone &zone);

} // namespace entvas
