#include "app/commands/parts/adminwords.h"
#include "app/commands/parts/amounts.h"
#include "app/commands/parts/maintenancedisplay.h"
#include "app/process/exitcode.h"

#include <QJsonArray>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

Result<void> listProjects(Administration &admin, const CommandLine &line)
{
    const Result<Directory> directory = admin.directory();
    if (!directory)
        return directory.failure();
    QJsonArray list;
    for (const Project &project : directory.value().projects) {
        if (line.json())
            list.append(QJsonObject{{u"id"_s, project.id}, {u"name"_s, project.name}});
        else
            print(u"%1  %2"_s.arg(project.id.leftJustified(24), project.name));
    }
    if (line.json())
        print(list);
    return {};
}

CommandEnd showProjects(const CommandLine &line)
{
    return showFrom(line, listProjects);
}

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

CommandEnd deleteProject(const CommandLine &line)
{
    const auto settings = line.settings();
    if (!settings)
        return settings.failure();
    const DatabaseMaintenance database(settings.value().database);
    const QString id = line.word();
    if (!line.has(u"yes"_s)) {
        const auto contents = database.projectContents(id);
        if (!contents)
            return contents.failure();
        const ProjectContents &has = contents.value();
        if (!line.json())
            print(u"The project %1 (%2) has %3. All of it would go, for good."_s.arg(has.id, has.name, held(has)));
        return {Failure{Fault::BadInput,
                        u"Nothing was deleted. If that is what you want, say --yes; entvas backup FILE "
                        "keeps a copy."_s},
                toJson(has, false)};
    }
    MaintenanceDisplay display(u"events"_s);
    const auto deleted = database.deleteProject(id, display.progress());
    display.clear();
    if (!deleted)
        return deleted.failure();
    const ProjectContents &had = deleted.value();
    if (line.json())
        print(toJson(had, true));
    else
        print(u"The project %1 (%2) is gone, with %3. What was administered of it stays in entvas audit."_s.arg(
            had.id, had.name, held(had)));
    return ExitCode::Fine;
}

} // namespace

Command projectsCommand()
{
    const CommandAction listing{.name = u"list"_s, .help = u"every project"_s, .run = showProjects};
    const CommandAction deletion{
        .name = u"delete"_s,
        .word = u"ID"_s,
        .wordMeaning = u"the project to delete"_s,
        .help = u"with all its events, counts, keys and members"_s,
        .options = {{.name = u"--yes"_s, .help = u"does it; else it only says what would go"_s}},
        .run = deleteProject};
    return {.name = u"projects"_s,
            .summary = u"creates, lists, renames and deletes projects, which share nothing"_s,
            .actions = QList<CommandAction>{listing} + actionsFor(u"projects"_s) + QList<CommandAction>{deletion}};
}

} // namespace entvas
