#pragma once

#include "app/board/alerts.h"
#include "app/feed/rejectedevent.h"

#include <QTimeZone>

namespace entvas::showcase {

// Events that a server did not take, the newest first.
RejectedAnswer rejected(qint64 nowMs);
// A place where it is early evening now: the day so far then has its whole shape.
QTimeZone busyZone(qint64 nowMs);
QList<AlertRule> rules();

} // namespace entvas::showcase
