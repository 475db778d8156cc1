#pragma once

#include "app/commands/commandend.h"
#include "app/commands/options.h"

namespace entvas {

// Administration of the database that the settings name: projects, the keys of projects, who of those that can log in
// may see them, and what was administered so far.
CommandEnd runProjectsCommand(const Options &options);
CommandEnd runKeysCommand(const Options &options);
CommandEnd runMembersCommand(const Options &options);
CommandEnd runAuditCommand(const Options &options);

} // namespace entvas
