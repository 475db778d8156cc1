#pragma once

#include "app/options.h"

namespace entvas {

// Care for the database: its schema, and backups of it. Each returns the exit code.
int runMigrateCommand(const Options &options);
int runBackupCommand(const Options &options);
int runRestoreCommand(const Options &options);
int runDoctorCommand(const Options &options);
// entvas projects delete
int runDeleteProject(const Options &options);

} // namespace entvas
