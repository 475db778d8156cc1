#include "app/commands/admincommands.h"

#include "app/commands/carecommands.h"
#include "app/commands/parts/adminwords.h"
#include "core/model/administrationjson.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

Result<void> listProjects(Administration &admin, const CommandWords &words)
{
    const Result<Directory> directory = admin.directory();
    if (!directory)
        return directory.failure();
    QJsonArray list;
    for (const Project &project : directory.value().projects) {
        if (words.json)
            list.append(QJsonObject{{u"id"_s, project.id}, {u"name"_s, project.name}});
        else
            print(u"%1  %2"_s.arg(project.id.leftJustified(24), project.name));
    }
    if (words.json)
        print(list);
    return {};
}

Result<void> listMembers(Administration &admin, const CommandWords &words)
{
    const Result<Directory> directory = admin.directory();
    if (!directory)
        return directory.failure();
    const QString only = words.options.value(u"project"_s);
    if (const auto has = mustHave(directory.value(), only); !has)
        return has;
    QJsonArray list;
    for (const Member &member : directory.value().members) {
        if (!only.isEmpty() && member.project != only)
            continue;
        if (words.json)
            list.append(toJson(member));
        else
            print(u"%1  %2  %3  %4"_s.arg(member.project.leftJustified(16), roleName(member.role).leftJustified(6),
                                          timeText(member.createdAtMs).leftJustified(24), member.subject));
    }
    if (words.json)
        print(list);
    else if (directory.value().members.isEmpty())
        print(u"There are no members: projects are open to every login."_s);
    return {};
}

Result<void> listAudit(Administration &admin, const CommandWords &words)
{
    AuditQuery query;
    query.limit = 50;
    if (words.options.contains(u"project"_s))
        query.projects = QStringList{words.options.value(u"project"_s)};
    if (words.options.contains(u"limit"_s)) {
        bool isNumber = false;
        query.limit = words.options.value(u"limit"_s).toInt(&isNumber);
        if (!isNumber || query.limit < 1 || query.limit > AuditQuery::kMaxLimit)
            return {Fault::BadInput, u"audit: --limit takes a number from 1 to %1."_s.arg(AuditQuery::kMaxLimit)};
    }
    const Result<QList<AuditRecord>> records = admin.audit(query);
    if (!records)
        return records.failure();
    // One that was deleted still has its records.
    if (records.value().isEmpty()) {
        const Result<Directory> directory = admin.directory();
        const Result<void> has = directory ? mustHave(directory.value(), words.options.value(u"project"_s))
                                           : Result<void>(directory.failure());
        if (!has)
            return has;
    }
    QJsonArray list;
    for (const AuditRecord &record : records.value()) {
        if (words.json)
            list.append(toJson(record));
        else
            print(u"%1  %2  %3  %4  %5  %6"_s.arg(
                timeText(record.atMs), record.subject.leftJustified(20), record.action.leftJustified(14),
                record.project.leftJustified(16), record.target,
                QString::fromUtf8(QJsonDocument(record.detail).toJson(QJsonDocument::Compact))));
    }
    if (words.json)
        print(list);
    return {};
}

} // namespace

CommandEnd runProjectsCommand(const Options &options)
{
    if (options.commandArguments.value(0) == "delete"_L1 && !options.commandArguments.contains(u"--help"_s))
        return runDeleteProject(options);
    return runAdmin(
        {u"projects"_s,
         {{u"list"_s, u"every project"_s, {}, {}, listProjects}},
         {u"delete"_s}, // has its own form: app/commands/deleteproject.cpp
         u"entvas projects delete ID [--yes] [--json]         with all its events, counts, keys and members; "
         "without --yes\n                                                   it only says what would go\n"_s},
        options);
}

CommandEnd runMembersCommand(const Options &options)
{
    return runAdmin({u"members"_s,
                     {{u"list"_s,
                       u"who of those that can log in may see which project"_s,
                       {u"--project"_s},
                       u"[--project P]"_s,
                       listMembers}}},
                    options);
}

CommandEnd runAuditCommand(const Options &options)
{
    Options listing = options;
    listing.commandArguments.prepend(u"audit"_s); // the only thing that can be done with it
    return runAdmin({u"audit"_s,
                     {{u"audit"_s,
                       u"what was administered, when and by whom; newest first"_s,
                       {u"--project"_s, u"--limit"_s},
                       u"[--project P] [--limit N]"_s,
                       listAudit}},
                     {},
                     {},
                     u" N is 1-500, or 50 where it\nis left out."_s},
                    listing);
}

} // namespace entvas
