#include "core/model/adminacts.h"

#include "core/base/isotime.h"
#include "core/base/units.h"
#include "core/model/administrationjson.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

using Kind = AdminField::Kind;

constexpr qint64 kMaxDays = 3'650;
constexpr qint64 kMaxOverlapHours = 30 * 24;

AdminField textField(const QString &name, const QString &option, const QString &value, const QString &help)
{
    AdminField field{name, Kind::Text, option, value};
    field.help = help;
    return field;
}

AdminField roleField(const QList<KeyRole> &roles)
{
    AdminField field{u"role"_s, Kind::Role, u"--role"_s, {}};
    field.help = u"what it may do"_s;
    field.roles = roles;
    return field;
}

AdminField momentField(const QString &name, const QString &value, const QString &help, const AdminField::Number &number)
{
    AdminField field{name, Kind::Moment, u"--"_s + name, value};
    field.help = help;
    field.number = number;
    return field;
}

AdminField optional(AdminField field, const QString &fallback = {}, const QString &likeField = {})
{
    field.isRequired = false;
    field.fallback = fallback;
    field.likeField = likeField;
    return field;
}

AdminField projectField()
{
    return textField(u"project"_s, u"--project"_s, u"P"_s, u"the project, by its ID"_s);
}

AdminField subjectField()
{
    return textField(u"subject"_s, u"--user"_s, u"SUB"_s, u"it is the `sub` of the user's tokens"_s);
}

AdminField idField()
{
    return textField(u"id"_s, {}, u"ID"_s, {});
}

AdminField nameField()
{
    return textField(u"name"_s, u"--name"_s, u"NAME"_s, u"what people read"_s);
}

AdminField expiresField()
{
    return momentField(u"expires"_s, u"90d"_s, u"valid for so long; default for ever"_s,
                       {u"expiresInDays"_s, kDayMs, 1, kMaxDays});
}

AdminField inField()
{
    return momentField(u"in"_s, u"30d"_s, u"valid for so long from now"_s, {u"inHours"_s, kHourMs, 0, kMaxDays * 24});
}

AdminField overlapField()
{
    AdminField field =
        momentField(u"overlap"_s, u"24h"_s, u"the old key stays valid for so long; default 24h, 0 = not at all"_s,
                    {u"overlapHours"_s, kHourMs, 0, kMaxOverlapHours});
    field.mayBeNow = true;
    return optional(field, u"24h"_s);
}

QString untilText(const AdminResult &result, const QString &keyId)
{
    for (const ApiKey &key : result.after.keys)
        if (key.id == keyId)
            return QString::fromLatin1(isoFromMs(key.expiresAtMs));
    return {};
}

QString projectCreated(const AdminCommand &command, const AdminResult &)
{
    return u"Project %1 created. Create a key for its senders: entvas keys create --project %1 --role sender"_s.arg(
        command.text(u"id"_s));
}

QString projectRenamed(const AdminCommand &command, const AdminResult &)
{
    return u"Project %1 renamed to %2."_s.arg(command.text(u"id"_s), command.text(u"name"_s));
}

QString keyCreated(const AdminCommand &, const AdminResult &result)
{
    return u"Key %1 for project %2 created. It is shown only once: store it now."_s.arg(result.key.id, result.project);
}

QString keyRotated(const AdminCommand &command, const AdminResult &result)
{
    const QString old = command.text(u"id"_s);
    return u"Key %1 replaces key %2, which is valid until %3. The new key is shown only once: store it now."_s.arg(
        result.key.id, old, untilText(result, old));
}

QString keyExpires(const AdminCommand &, const AdminResult &result)
{
    return u"Key %1 is valid until %2."_s.arg(result.key.id, untilText(result, result.key.id));
}

QString keyRevoked(const AdminCommand &, const AdminResult &result)
{
    return u"Key %1 revoked."_s.arg(result.key.id);
}

QString memberAdded(const AdminCommand &command, const AdminResult &result)
{
    const QString added =
        u"%1 is now %2 of %3."_s.arg(command.text(u"subject"_s), command.text(u"role"_s), command.text(u"project"_s));
    if (result.after.members.size() > 1)
        return added;
    return added + u"\nThis is the first member of all: from now on other logins see no project until they are "
                   "members too."_s;
}

QString memberRemoved(const AdminCommand &command, const AdminResult &result)
{
    const QString removed =
        u"%1 is no longer a member of %2."_s.arg(command.text(u"subject"_s), command.text(u"project"_s));
    if (!result.after.members.isEmpty())
        return removed;
    return removed + u"\nThis was the last member of all: projects are open to every login again."_s;
}

QList<AdminAct> projectActs()
{
    return {
        {.name = u"project.create"_s,
         .title = QT_TRANSLATE_NOOP("AccessDialog", "Project created"),
         .path = u"/admin/projects"_s,
         .command = u"projects"_s,
         .word = u"create"_s,
         .summary = u"create a project"_s,
         .help = u"a new one; ID is what clients subscribe to"_s,
         .fields = {idField(), optional(nameField(), {}, u"id"_s)},
         .isWide = true,
         .mayStart = true,
         .sentence = projectCreated},
        {.name = u"project.rename"_s,
         .title = QT_TRANSLATE_NOOP("AccessDialog", "Project renamed"),
         .path = u"/admin/projects/rename"_s,
         .command = u"projects"_s,
         .word = u"rename"_s,
         .summary = u"rename a project"_s,
         .help = u"what people read; the ID stays"_s,
         .fields = {idField(), nameField()},
         .sentence = projectRenamed},
    };
}

QList<AdminAct> keyActs()
{
    return {
        {.name = u"key.create"_s,
         .title = QT_TRANSLATE_NOOP("AccessDialog", "Key created"),
         .path = u"/admin/keys"_s,
         .command = u"keys"_s,
         .word = u"create"_s,
         .summary = u"create a key"_s,
         .help = u"prints the new key, this once"_s,
         .fields = {projectField(), roleField({KeyRole::Sender, KeyRole::Viewer, KeyRole::Admin}),
                    optional(nameField()), optional(expiresField())},
         .mayStart = true,
         .sentence = keyCreated},
        {.name = u"key.rotate"_s,
         .title = QT_TRANSLATE_NOOP("AccessDialog", "Key rotated"),
         .path = u"/admin/keys/rotate"_s,
         .command = u"keys"_s,
         .word = u"rotate"_s,
         .summary = u"replace a key by a new one"_s,
         .help = u"prints a new key in its place, this once"_s,
         .fields = {idField(), overlapField()},
         .sentence = keyRotated},
        {.name = u"key.expire"_s,
         .title = QT_TRANSLATE_NOOP("AccessDialog", "Key expiry set"),
         .path = u"/admin/keys/expire"_s,
         .command = u"keys"_s,
         .word = u"expire"_s,
         .summary = u"set when a key expires"_s,
         .help = u"it expires then, sooner or later than it would have"_s,
         .fields = {idField(), inField()},
         .sentence = keyExpires},
        {.name = u"key.revoke"_s,
         .title = QT_TRANSLATE_NOOP("AccessDialog", "Key revoked"),
         .path = u"/admin/keys/revoke"_s,
         .command = u"keys"_s,
         .word = u"revoke"_s,
         .summary = u"revoke a key"_s,
         .help = u"it is invalid from now on"_s,
         .fields = {idField()},
         .sentence = keyRevoked},
    };
}

QList<AdminAct> memberActs()
{
    return {
        {.name = u"member.add"_s,
         .title = QT_TRANSLATE_NOOP("AccessDialog", "Member added"),
         .path = u"/admin/members"_s,
         .command = u"members"_s,
         .word = u"add"_s,
         .summary = u"add a member, or change its role"_s,
         .help = u"SUB is the `sub` of the user's tokens; the role of a member changes. While there is no member, "
                 "projects are open to every login: the first one closes them to all others"_s,
         .fields = {projectField(), subjectField(), roleField({KeyRole::Viewer, KeyRole::Admin})},
         .sentence = memberAdded},
        {.name = u"member.remove"_s,
         .title = QT_TRANSLATE_NOOP("AccessDialog", "Member removed"),
         .path = u"/admin/members/remove"_s,
         .command = u"members"_s,
         .word = u"remove"_s,
         .summary = u"remove a member"_s,
         .help = u"it no longer sees the project"_s,
         .fields = {projectField(), subjectField()},
         .sentence = memberRemoved},
    };
}

bool isRoleOf(const AdminField &field, const QString &word)
{
    const std::optional<KeyRole> role = roleFromName(word);
    return role && field.roles.contains(*role);
}

// "sender, viewer or admin"
QString alternatives(const QList<KeyRole> &roles)
{
    QStringList names;
    for (const KeyRole role : roles)
        names << roleName(role);
    const QString last = names.takeLast();
    return names.isEmpty() ? last : names.join(u", "_s) + u" or "_s + last;
}

} // namespace

const QList<AdminAct> &adminActs()
{
    static const QList<AdminAct> acts = projectActs() + keyActs() + memberActs();
    return acts;
}

const AdminAct *adminAct(const QString &name)
{
    for (const AdminAct &act : adminActs())
        if (act.name == name)
            return &act;
    return nullptr;
}

QByteArray auditTitle(const QString &action)
{
    if (const AdminAct *act = adminAct(action))
        return act->title;
    if (action == "member.change"_L1) // what member.add does to one that is there
        return QT_TRANSLATE_NOOP("AccessDialog", "Member role changed");
    if (action == "project.close"_L1) // these two are steps of entvas projects delete
        return QT_TRANSLATE_NOOP("AccessDialog", "Project closed");
    if (action == "project.delete"_L1)
        return QT_TRANSLATE_NOOP("AccessDialog", "Project deleted");
    return {};
}

std::optional<qint64> readSpan(const AdminField &field, QStringView text)
{
    if (field.mayBeNow && text == u"0")
        return 0;
    static const QRegularExpression form(u"^([1-9][0-9]{0,4})([dhm])\\z"_s);
    const auto match = form.match(text.toString());
    if (!match.hasMatch())
        return {};
    const qint64 minutes = match.captured(2) == "d"_L1 ? 1'440 : match.captured(2) == "h"_L1 ? 60 : 1;
    return match.captured(1).toLongLong() * minutes * 60'000;
}

Result<AdminCommand> readWords(const AdminAct &act, const AdminWords &words, qint64 nowMs)
{
    AdminCommand command{act.name};
    for (const AdminField &field : act.fields) {
        const bool isGiven = words.contains(field.name);
        const QString word = isGiven ? words.value(field.name) : field.fallback;
        if (field.kind == Kind::Role && !isRoleOf(field, word))
            return {Fault::BadInput, u"%1: %2 takes %3."_s.arg(act.command, field.option, alternatives(field.roles))};
        if (field.isRequired && word.isEmpty() && !field.option.isEmpty())
            return {Fault::BadInput,
                    u"%1: %2 is missing: %3. See entvas %1 --help."_s.arg(act.command, field.option, field.help)};
        if (field.kind != Kind::Moment) {
            command.texts.insert(field.name,
                                 isGiven || field.likeField.isEmpty() ? word : command.text(field.likeField));
            continue;
        }
        if (!isGiven && word.isEmpty())
            continue;
        const std::optional<qint64> span = readSpan(field, word);
        if (!span)
            return {Fault::BadInput, u"%1: %2 takes days, hours or minutes, for example 90d, 12h or 30m."_s.arg(
                                         act.command, field.option)};
        command.times.insert(field.name, nowMs + *span);
    }
    return command;
}

AdminAnswer answerTo(const AdminCommand &command, const AdminResult &result, qint64 nowMs)
{
    AdminAnswer answer;
    if (!result.key.id.isEmpty())
        answer.data = toJson(result.key, nowMs);
    else
        for (auto text = command.texts.cbegin(); text != command.texts.cend(); ++text)
            answer.data.insert(text.key(), text.value());
    if (!result.text.isEmpty())
        answer.data.insert(u"key"_s, QString::fromLatin1(result.text));
    if (const AdminAct *act = adminAct(command.act))
        answer.sentence = act->sentence(command, result);
    return answer;
}

} // namespace entvas
