#pragma once

#include "app/commands/commandend.h"
#include "app/commands/options.h"

namespace entvas {

// entvas projects delete
CommandEnd runDeleteProject(const Options &options);

} // namespace entvas
