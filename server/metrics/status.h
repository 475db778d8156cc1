#pragma once

#include "server/http/message.h"

namespace entvas {

// What a server's health depends on.
struct Condition {
    bool isStarting = false;
    bool isStopping = false;
    bool isDatabaseAway = false;
    bool isDatabaseReplaced = false; // SQLite: its file was moved, removed or replaced under the server
    bool isDatabaseReadOnly = false; // it answers, and takes no writes
    bool isWriterStalled = false;
    bool isWriterRefused = false; // the database would not store the last batch: rights, damage
    bool isUpkeepFailing = false; // housekeeping: old rows stay
    bool isFanoutBroken = false;  // events of other servers do not arrive
    bool isDiskScarce = false;
    bool isClockDoubted = false; // nothing old is removed or summed up: this machine's clock may be wrong
    double queueUse = 0;         // 1 = full
};
inline constexpr double kQueueNearlyFull = 0.8;

// In words for people and programs: "starting", "stopping", "database_away",
// "database_replaced", "database_read_only", "writer_stalled", "writes_refused", "housekeeping_failing",
// "fanout_broken", "disk_nearly_full", "clock_unconfirmed", "queue_nearly_full". Empty: all is well.
QStringList reasonsOf(const Condition &condition);
// GET /health: 200 whatever happens; "degraded" while there is a reason.
HttpReply healthReply(const QStringList &reasons, qint64 nowMs, qint64 startedMs);
// GET /ready: 503 with the reason while there is one.
HttpReply readyReply(const QString &notReadyBecause);

} // namespace entvas
