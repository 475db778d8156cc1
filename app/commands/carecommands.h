#pragma once

#include "app/commands/commandend.h"
#include "app/commands/options.h"

namespace entvas {

// Care for the database: its schema, and backups of it.
CommandEnd runMigrateCommand(const Options &options);
CommandEnd runBackupCommand(const Options &options);
CommandEnd runRestoreCommand(const Options &options);
CommandEnd runDoctorCommand(const Options &options);
// entvas projects delete
CommandEnd runDeleteProject(const Options &options);

} // namespace entvas
