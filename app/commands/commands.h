#pragma once

#include "app/commands/command.h"
#include "app/commands/options.h"

namespace entvas {

// In the order of entvas --help.
const QList<Command> &commands();

// Runs the command that `options` names, reports its failure, with --json on standard output too, and returns the exit
// code. A command that does not exist is wrong usage.
int runCommand(const Options &options);

} // namespace entvas
