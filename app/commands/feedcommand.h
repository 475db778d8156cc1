#pragma once

#include "app/commands/commandend.h"

namespace entvas {

struct Options;

// entvas feed: posts random events until Ctrl+C or a count.
CommandEnd runFeedCommand(const Options &options);

} // namespace entvas
