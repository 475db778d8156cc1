#pragma once

#include "core/maintenance/bulkstore.h"

namespace entvas {

class LongRun;

// After many events: what is old becomes quarter hours and days, and all of it is on disk. Shows its progress. False
// when it was stopped; a server goes on with it then.
Result<bool> tidyUp(BulkStore &store, const LongRun &run);

} // namespace entvas
