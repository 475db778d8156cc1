#pragma once

#include "app/options.h"

namespace entvas {

// Administration of the database that the settings name: projects, the keys of projects, who of those that can log in
// may see them, and what was administered so far. Each returns the exit code.
int runProjectsCommand(const Options &options);
int runKeysCommand(const Options &options);
int runMembersCommand(const Options &options);
int runAuditCommand(const Options &options);

} // namespace entvas
