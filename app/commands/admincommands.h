#pragma once

#include "app/options.h"

namespace entvas {

// entvas projects create|list, entvas keys create|list|revoke: administration of the database that the settings name.
// Each returns the exit code.
int runProjectsCommand(const Options &options);
int runKeysCommand(const Options &options);

// "90d", "12h" or "30m" from now on, as milliseconds since 1970; Fault::BadInput for anything else.
Result<qint64> expiryFromText(const QString &text, qint64 nowMs);

} // namespace entvas
