#pragma once

#include "server/httpfront.h"

namespace entvas {

// GET /: what this is and what it answers to.
HttpReply aboutReply();
// GET /health: 200 whatever happens; "degraded" while the database is away.
HttpReply healthReply(bool healthy, qint64 nowMs, qint64 startedMs);
// GET /ready: 503 with the reason while there is one.
HttpReply readyReply(const QString &notReadyBecause);

} // namespace entvas
