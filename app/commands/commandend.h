#pragma once

#include "app/process/exitcode.h"
#include "core/base/result.h"

#include <QJsonObject>

#include <optional>

namespace entvas {

// How a command ends: the code that it leaves to its caller, or the failure that runCommand() reports. A command
// reports no failure of its own, so that --json and the exit code hold for every one of them.
struct CommandEnd {
    CommandEnd(ExitCode with) : code(with) {}
    // `done`: what was done until then, for --json.
    CommandEnd(Failure why, QJsonObject done = {})
        : code(exitCode(why.kind)), failure(std::move(why)), report(std::move(done))
    {
    }

    ExitCode code;
    std::optional<Failure> failure;
    QJsonObject report;
};

} // namespace entvas
