#pragma once

#include "app/commands/options.h"

namespace entvas {

// The program with a window; returns the exit code. A build without the desktop has one that says so.
int runDesktop(int argc, char **argv, const Options &options);
// False in the server without Widgets.
bool hasDesktop();

} // namespace entvas
