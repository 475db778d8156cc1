#pragma once

#include "app/options.h"

namespace entvas {

// Commands that move whole histories in and out of the database that the settings name. Each returns the exit code.
int runSeedCommand(const Options &options);
int runExportCommand(const Options &options);
int runImportCommand(const Options &options);
int runRetentionCommand(const Options &options);

} // namespace entvas
