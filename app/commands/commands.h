#pragma once

#include "app/options.h"

#include <QList>

namespace entvas {

// One administration command. It has a QCoreApplication, and an event loop of its own if it needs one.
struct Command {
    QString name;
    QString summary;                    // one line for --help
    int (*run)(const Options &options); // returns the exit code
};

const QList<Command> &commands();

// Runs the command that `options` names; one that does not exist is wrong usage.
int runCommand(const Options &options);

} // namespace entvas
