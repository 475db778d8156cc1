#pragma once

#include "app/commands/commandend.h"

namespace entvas {

struct Options;

// entvas health: asks a server whether it is ready, for health checks of containers and load balancers, which need no
// other tool then. Returns 0 when it is, 1 when it is not or nobody answers.
CommandEnd runHealthCommand(const Options &options);

} // namespace entvas
