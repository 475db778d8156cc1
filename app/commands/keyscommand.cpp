#include "app/commands/parts/adminwords.h"
#include "app/commands/parts/amounts.h"
#include "app/process/exitcode.h"
#include "core/base/clock.h"
#include "core/model/administrationjson.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

Result<void> listKeys(Administration &admin, const CommandLine &line)
{
    const Result<Directory> directory = admin.directory();
    if (!directory)
        return directory.failure();
    const qint64 now = SystemClock().nowMs();
    const QString only = line.text(u"project"_s);
    if (const auto has = mustHave(directory.value(), only); !has)
        return has;
    QJsonArray list;
    for (const ApiKey &key : directory.value().keys) {
        if (!only.isEmpty() && key.project != only)
            continue;
        if (line.json())
            list.append(toJson(key, now));
        else
            print(u"%1  %2  %3  %4  expires %5  used %6  %7"_s.arg(
                key.id.leftJustified(16), key.project.leftJustified(16), roleName(key.role).leftJustified(6),
                keyState(key, now).leftJustified(7), timeText(key.expiresAtMs).leftJustified(24),
                timeText(key.lastUsedAtMs).leftJustified(24), key.name));
    }
    if (line.json())
        print(list);
    return {};
}

CommandEnd showKeys(const CommandLine &line)
{
    return showFrom(line, listKeys);
}

} // namespace

Command keysCommand()
{
    const CommandAction listing{.name = u"list"_s,
                                .help = u"keys without their secrets"_s,
                                .options = {projectOption(u"of this project only"_s)},
                                .run = showKeys};
    return {.name = u"keys"_s,
            .summary = u"creates, lists, rotates and revokes the keys of projects"_s,
            .notes =
                u"Running servers on PostgreSQL see a change within seconds. Where a server has the SQLite file open, "
                "the command goes to that server."_s,
            .actions = QList<CommandAction>{listing} + actionsFor(u"keys"_s)};
}

} // namespace entvas
