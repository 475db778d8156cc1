#include "app/commands/carecommands.h"
#include "app/commands/parts/adminwords.h"
#include "app/commands/parts/amounts.h"
#include "app/commands/parts/caredisplay.h"
#include "app/commands/parts/commandwords.h"

#include <cstdio>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

QJsonObject toJson(const ProjectContents &contents, bool deleted)
{
    return {{u"id"_s, contents.id},           {u"name"_s, contents.name}, {u"events"_s, contents.events},
            {u"counted"_s, contents.counted}, {u"keys"_s, contents.keys}, {u"members"_s, contents.members},
            {u"deleted"_s, deleted}};
}

QString held(const ProjectContents &has)
{
    return u"%1, counts of %2, %3 and %4"_s.arg(
        manyText(has.events, u"event"_s, u"events"_s), manyText(has.counted, u"event"_s, u"events"_s),
        manyText(has.keys, u"key"_s, u"keys"_s), manyText(has.members, u"member"_s, u"members"_s));
}

} // namespace

CommandEnd runDeleteProject(const Options &options)
{
    const auto words =
        readCommandWords({u"projects"_s, {}, {u"--yes"_s}, 2, u"the project to delete"_s}, options.commandArguments);
    if (!words)
        return words.failure();
    const auto settings = settingsOf(options, words.value());
    if (!settings)
        return settings.failure();
    const DatabaseCare care(settings.value().database);
    const QString id = words.value().plain[1];
    if (!words.value().has(u"yes"_s)) {
        const auto contents = care.projectContents(id);
        if (!contents)
            return contents.failure();
        const ProjectContents &has = contents.value();
        if (!words.value().json)
            print(u"The project %1 (%2) has %3. All of it would go, for good."_s.arg(has.id, has.name, held(has)));
        return {Failure{Fault::BadInput,
                        u"Nothing was deleted. If that is what you want, say --yes; entvas backup FILE "
                        "keeps a copy."_s},
                toJson(has, false)};
    }
    CareDisplay display(u"events"_s);
    const auto deleted = care.deleteProject(id, display.progress());
    display.clear();
    if (!deleted)
        return deleted.failure();
    const ProjectContents &had = deleted.value();
    if (words.value().json)
        print(toJson(had, true));
    else
        print(u"The project %1 (%2) is gone, with %3. What was administered of it stays in entvas audit."_s.arg(
            had.id, had.name, held(had)));
    return ExitCode::Fine;
}

} // namespace entvas
