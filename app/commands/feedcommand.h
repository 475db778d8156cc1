#pragma once

namespace entvas {

struct Options;

// entvas feed: posts random events until Ctrl+C or a count. Returns the exit code.
int runFeedCommand(const Options &options);

} // namespace entvas
