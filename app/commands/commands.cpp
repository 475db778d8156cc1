#include "app/commands/commands.h"

#include "app/commands/commandline.h"
#include "app/commands/usage.h"
#include "app/process/exitcode.h"

#include <cstdio>

using namespace Qt::StringLiterals;

// All commands, in the order of entvas --help: X stands in app/commands/Xcommand.cpp as `Command Xcommand()`. To add
// one, write that file and add one line here.
#define ENTVAS_COMMANDS(COMMAND)                                                                                       \
    COMMAND(projects)                                                                                                  \
    COMMAND(keys)                                                                                                      \
    COMMAND(members)                                                                                                   \
    COMMAND(audit)                                                                                                     \
    COMMAND(doctor)                                                                                                    \
    COMMAND(migrate)                                                                                                   \
    COMMAND(backup)                                                                                                    \
    COMMAND(restore)                                                                                                   \
    COMMAND(seed)                                                                                                      \
    COMMAND(export)                                                                                                    \
    COMMAND(import)                                                                                                    \
    COMMAND(retention)                                                                                                 \
    COMMAND(feed)                                                                                                      \
    COMMAND(health)

namespace entvas {

#define DECLARE(name) Command name##Command();
ENTVAS_COMMANDS(DECLARE)
#undef DECLARE

const QList<Command> &commands()
{
#define MAKE(name) name##Command(),
    static const QList<Command> list{ENTVAS_COMMANDS(MAKE)};
#undef MAKE
    return list;
}

namespace {

CommandEnd run(const Command &command, const Options &options)
{
    const QStringList &arguments = options.commandArguments;
    if (arguments.contains(u"--help"_s) || arguments.contains(u"-h"_s)) {
        std::fputs(qUtf8Printable(usageOf(command)), stdout);
        return ExitCode::Fine;
    }
    const Result<CommandLine> line = CommandLine::read(command, options);
    return line ? line->action().run(*line) : CommandEnd(line.failure());
}

CommandEnd end(const Options &options)
{
    QStringList names;
    for (const Command &command : commands()) {
        if (command.name == options.command)
            return run(command, options);
        names.append(command.name);
    }
    return Failure{Fault::BadInput, u"There is no command \"%1\".%2 Commands: %3. See entvas --help."_s.arg(
                                        options.command, didYouMean(options.command, names), names.join(u", "_s))};
}

} // namespace

int runCommand(const Options &options)
{
    const CommandEnd ended = end(options);
    if (!ended.failure)
        return int(ended.code);
    return leaveWith(*ended.failure, options.commandArguments.contains(u"--json"_s), ended.report);
}

} // namespace entvas
