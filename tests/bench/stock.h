#pragma once

#include "core/base/result.h"
#include "core/model/settings.h"

namespace entvas::bench {

// Fills a migrated database, which no server uses, with `events` sample events of the last `days` days, spread evenly,
// and with their counts as compaction leaves them. Made by the database itself, some 100,000 a second. Says how far it
// is on standard error.
Result<void> stock(const DatabaseUrl &url, qint64 events, int days = 30);

} // namespace entvas::bench
