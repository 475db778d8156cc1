#pragma once

#include "app/commands/commandend.h"
#include "app/commands/options.h"

#include <QList>

namespace entvas {

// One administration command. It has a QCoreApplication, and an event loop of its own if it needs one.
struct Command {
    QString name;
    QString summary; // one line for --help
    CommandEnd (*run)(const Options &options);
};

const QList<Command> &commands();

// Runs the command that `options` names, reports its failure, with --json on standard output too, and returns the exit
// code. A command that does not exist is wrong usage.
int runCommand(const Options &options);

} // namespace entvas
