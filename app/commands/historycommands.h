#pragma once

#include "app/commands/commandend.h"
#include "app/commands/options.h"

namespace entvas {

// Commands that move whole histories in and out of the database that the settings name.
CommandEnd runSeedCommand(const Options &options);
CommandEnd runExportCommand(const Options &options);
CommandEnd runImportCommand(const Options &options);
CommandEnd runRetentionCommand(const Options &options);

} // namespace entvas
