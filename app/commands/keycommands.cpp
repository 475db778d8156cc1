#include "app/commands/admincommands.h"
#include "app/commands/parts/adminwords.h"
#include "core/base/clock.h"
#include "core/model/administrationjson.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

Result<void> listKeys(Administration &admin, const CommandWords &words)
{
    const Result<Directory> directory = admin.directory();
    if (!directory)
        return directory.failure();
    const qint64 now = SystemClock().nowMs();
    const QString only = words.options.value(u"project"_s);
    if (const auto has = mustHave(directory.value(), only); !has)
        return has;
    QJsonArray list;
    for (const ApiKey &key : directory.value().keys) {
        if (!only.isEmpty() && key.project != only)
            continue;
        if (words.json)
            list.append(toJson(key, now));
        else
            print(u"%1  %2  %3  %4  expires %5  used %6  %7"_s.arg(
                key.id.leftJustified(16), key.project.leftJustified(16), roleName(key.role).leftJustified(6),
                keyState(key, now).leftJustified(7), timeText(key.expiresAtMs).leftJustified(24),
                timeText(key.lastUsedAtMs).leftJustified(24), key.name));
    }
    if (words.json)
        print(list);
    return {};
}

} // namespace

CommandEnd runKeysCommand(const Options &options)
{
    return runAdmin({u"keys"_s,
                     {{u"list"_s, u"keys without their secrets"_s, {u"--project"_s}, u"[--project P]"_s, listKeys}},
                     {},
                     {},
                     u" Running servers on PostgreSQL see a\nchange within seconds. Where a server has the SQLite file "
                     "open, the command goes to that server."_s},
                    options);
}

} // namespace entvas
