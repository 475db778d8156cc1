#include "app/commands/commands.h"

#include "app/commands/admincommands.h"
#include "app/commands/carecommands.h"
#include "app/commands/feedcommand.h"
#include "app/commands/healthcommand.h"
#include "app/commands/historycommands.h"
#include "app/process/exitcode.h"

using namespace Qt::StringLiterals;

namespace entvas {

const QList<Command> &commands()
{
    static const QList<Command> list{
        {u"projects"_s, u"creates, lists, renames and deletes projects, which share nothing"_s, runProjectsCommand},
        {u"keys"_s, u"creates, lists, rotates and revokes the keys of projects"_s, runKeysCommand},
        {u"members"_s, u"says who of those that can log in may see which project"_s, runMembersCommand},
        {u"audit"_s, u"lists what was administered, when and by whom"_s, runAuditCommand},
        {u"doctor"_s, u"looks whether settings, database, disk and port are as they should be"_s, runDoctorCommand},
        {u"migrate"_s, u"brings the database's schema up to date, or says how it stands"_s, runMigrateCommand},
        {u"backup"_s, u"writes all that the database holds into a file, while servers run"_s, runBackupCommand},
        {u"restore"_s, u"replaces what the database holds by a backup"_s, runRestoreCommand},
        {u"seed"_s, u"fills a project with a realistic history, to try things out"_s, runSeedCommand},
        {u"export"_s, u"writes events as CSV, NDJSON or JSON"_s, runExportCommand},
        {u"import"_s, u"brings events back from an export, or from a database of the original"_s, runImportCommand},
        {u"retention"_s, u"removes old events now; counts stay"_s, runRetentionCommand},
        {u"feed"_s, u"posts random events to a server, to try it out"_s, runFeedCommand},
        {u"health"_s, u"asks a server whether it is ready, for health checks"_s, runHealthCommand},
    };
    return list;
}

namespace {

CommandEnd end(const Options &options)
{
    QStringList names;
    for (const Command &command : commands()) {
        if (command.name == options.command)
            return command.run(options);
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
