#include "app/commands/parts/adminwords.h"
#include "app/commands/parts/amounts.h"
#include "app/process/exitcode.h"
#include "core/model/administrationjson.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

Result<void> listMembers(Administration &admin, const CommandLine &line)
{
    const Result<Directory> directory = admin.directory();
    if (!directory)
        return directory.failure();
    const QString only = line.text(u"project"_s);
    if (const auto has = mustHave(directory.value(), only); !has)
        return has;
    QJsonArray list;
    for (const Member &member : directory.value().members) {
        if (!only.isEmpty() && member.project != only)
            continue;
        if (line.json())
            list.append(toJson(member));
        else
            print(u"%1  %2  %3  %4"_s.arg(member.project.leftJustified(16), roleName(member.role).leftJustified(6),
                                          timeText(member.createdAtMs).leftJustified(24), member.subject));
    }
    if (line.json())
        print(list);
    else if (directory.value().members.isEmpty())
        print(u"There are no members: projects are open to every login."_s);
    return {};
}

CommandEnd showMembers(const CommandLine &line)
{
    return showFrom(line, listMembers);
}

} // namespace

Command membersCommand()
{
    const CommandAction listing{.name = u"list"_s,
                                .help = u"who of those that can log in may see which project"_s,
                                .options = {projectOption(u"of this project only"_s)},
                                .run = showMembers};
    return {.name = u"members"_s,
            .summary = u"says who of those that can log in may see which project"_s,
            .actions = QList<CommandAction>{listing} + actionsFor(u"members"_s)};
}

} // namespace entvas
