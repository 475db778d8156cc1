#include "app/commands/admincommands.h"

#include "app/commands/carecommands.h"
#include "app/commands/parts/adminwords.h"
#include "core/model/administrationjson.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr char kProjectsUsage[] =
    "entvas projects list [--json]                      every project\n"
    "entvas projects create ID [--name NAME] [--json]   a new one; ID is what clients subscribe to\n"
    "entvas projects rename ID --name NAME [--json]     what people read; the ID stays\n"
    "entvas projects delete ID [--yes] [--json]         with all its events, counts, keys and members; without --yes\n"
    "                                                   it only says what would go\n\n"
    "--database-url and --config name the database, as for the server.\n";

constexpr char kMembersUsage[] =
    "entvas members list [--project P] [--json]         who of those that can log in may see which project\n"
    "entvas members add --project P --user SUB --role viewer|admin [--json]\n"
    "                                                   SUB is the `sub` of the user's tokens; of a member the role\n"
    "                                                   changes. While nobody is a member, projects are open to every\n"
    "                                                   login: the first one closes them to all others\n"
    "entvas members remove --project P --user SUB [--json]\n\n"
    "--database-url and --config name the database, as for the server.\n";

constexpr char kAuditUsage[] =
    "entvas audit [--project P] [--limit N] [--json]    what was administered, when and by whom; newest first\n\n"
    "--database-url and --config name the database, as for the server. N is 1-500, or 50 where it is left out.\n";

Result<void> listProjects(Admin &admin, const CommandWords &words)
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

Result<void> createProject(Admin &admin, const CommandWords &words)
{
    const QString id = words.plain.value(1);
    const QString name = words.options.value(u"name"_s, id);
    const Result<void> made = admin.createProject({id, name});
    if (!made)
        return made;
    if (words.json)
        print(QJsonObject{{u"id"_s, id}, {u"name"_s, name}});
    else
        print(u"Project %1 is there. Give its senders a key: entvas keys create --project %1 --role sender"_s.arg(id));
    return {};
}

Result<void> renameProject(Admin &admin, const CommandWords &words)
{
    const QString id = words.plain.value(1);
    if (!words.options.contains(u"name"_s))
        return {Fault::BadInput, u"projects: --name is missing: say what %1 shall be called."_s.arg(id)};
    const QString name = words.options.value(u"name"_s);
    const Result<Acted> renamed = admin.act(RenameProject{{id, name}});
    if (!renamed)
        return renamed.failure();
    if (words.json)
        print(QJsonObject{{u"id"_s, id}, {u"name"_s, name}});
    else
        print(u"The project %1 is called %2 now."_s.arg(id, name));
    return {};
}

// What it does is bounded by no transaction: it has a way of its own (app/commands/deleteproject.cpp).
Result<void> deleteProject(Admin &, const CommandWords &)
{
    return {Fault::BadInput, u"projects: say delete first: entvas projects delete ID [--yes] [--json]."_s};
}

Result<void> listMembers(Admin &admin, const CommandWords &words)
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
        print(u"Nobody is a member: projects are open to every login."_s);
    return {};
}

Result<Member> memberOf(const CommandWords &words)
{
    const Member member{words.options.value(u"project"_s), words.options.value(u"user"_s), KeyRole::Viewer, 0};
    if (member.project.isEmpty())
        return {Fault::BadInput, u"members: --project is missing. See entvas members --help."_s};
    if (member.subject.isEmpty())
        return {Fault::BadInput, u"members: --user is missing: it is the `sub` of the user's tokens."_s};
    return member;
}

Result<void> addMember(Admin &admin, const CommandWords &words)
{
    Result<Member> member = memberOf(words);
    if (!member)
        return member.failure();
    const auto role = roleFromName(words.options.value(u"role"_s));
    if (!role || *role == KeyRole::Sender)
        return {Fault::BadInput, u"members: --role takes viewer or admin."_s};
    member->role = *role;
    const Result<Acted> added = admin.act(AddMember{*member});
    if (!added)
        return added.failure();
    if (words.json) {
        print(toJson(*member));
        return {};
    }
    print(u"%1 is %2 of %3 now."_s.arg(member->subject, roleName(member->role), member->project));
    if (added.value().after.members.size() == 1)
        print(u"It is the first member of all: from now on other logins see no project until they are members too."_s);
    return {};
}

Result<void> removeMember(Admin &admin, const CommandWords &words)
{
    const Result<Member> member = memberOf(words);
    if (!member)
        return member.failure();
    const Result<Acted> removed = admin.act(RemoveMember{member.value().project, member.value().subject});
    if (!removed)
        return removed.failure();
    if (words.json) {
        print(QJsonObject{{u"project"_s, member.value().project}, {u"subject"_s, member.value().subject}});
        return {};
    }
    print(u"%1 is no member of %2 any more."_s.arg(member.value().subject, member.value().project));
    if (removed.value().after.members.isEmpty())
        print(u"It was the last member of all: projects are open to every login now."_s);
    return {};
}

Result<void> listAudit(Admin &admin, const CommandWords &words)
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
    // Of one that was deleted there is something to tell.
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
    return runAdmin(u"projects"_s, kProjectsUsage, {u"--name"_s},
                    {{u"list"_s, 1, listProjects},
                     {u"create"_s, 2, createProject, true},
                     {u"rename"_s, 2, renameProject},
                     {u"delete"_s, 2, deleteProject}},
                    options);
}

CommandEnd runMembersCommand(const Options &options)
{
    return runAdmin(u"members"_s, kMembersUsage, {u"--project"_s, u"--user"_s, u"--role"_s},
                    {{u"list"_s, 1, listMembers}, {u"add"_s, 1, addMember}, {u"remove"_s, 1, removeMember}}, options);
}

CommandEnd runAuditCommand(const Options &options)
{
    Options listing = options;
    listing.commandArguments.prepend(u"list"_s); // the only thing that can be done with it
    return runAdmin(u"audit"_s, kAuditUsage, {u"--project"_s, u"--limit"_s}, {{u"list"_s, 1, listAudit}}, listing);
}

} // namespace entvas
