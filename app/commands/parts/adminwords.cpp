#include "app/commands/parts/adminwords.h"

#include "app/commands/parts/serveradmin.h"
#include "app/process/exitcode.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <QJsonDocument>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

CommandOption optionOf(const AdminField &field)
{
    CommandOption option{.name = field.option, .value = field.value, .help = field.help};
    option.isRequired = field.isRequired;
    switch (field.kind) {
    case AdminField::Kind::Text: option.kind = CommandOption::Kind::Text; break;
    case AdminField::Kind::Role: option.kind = CommandOption::Kind::Choice; break;
    case AdminField::Kind::Moment: option.kind = CommandOption::Kind::Span; break;
    }
    for (const KeyRole role : field.roles)
        option.choices << roleName(role);
    if (field.mayBeNow)
        option.choices << u"0"_s;
    return option;
}

const AdminAct &actOf(const CommandLine &line)
{
    const QList<AdminAct> &acts = adminActs();
    for (const AdminAct &act : acts)
        if (act.command == line.command() && act.word == line.action().name)
            return act;
    return acts.first(); // can't be: the actions are made from them
}

// What was typed, by the names of the fields.
AdminWords wordsFor(const AdminAct &act, const CommandLine &line)
{
    AdminWords words;
    for (const AdminField &field : act.fields) {
        const QString option = field.option.mid(2);
        if (option.isEmpty())
            words.insert(field.name, line.word());
        else if (line.has(option))
            words.insert(field.name, line.text(option));
    }
    return words;
}

Result<std::unique_ptr<Administration>> openFor(const CommandLine &line, bool mayCreate)
{
    const Result<Settings> settings = line.settings();
    return settings ? openAdministration(settings.value().database, mayCreate) : settings.failure();
}

// A key that was never shown is of no use, and would only be a riddle in the list.
Failure notSeen(Administration &admin, const AdminAct &act, const AdminWords &words, const QString &id,
                const QString &why)
{
    if (act.name == "key.rotate"_L1) // what the old one has left is decided; the new one can be replaced once more
        return {Fault::Internal,
                u"The key %1 was created in place of %2, but could not be shown: %3. Get one in its place with: "
                "entvas keys rotate %1 --overlap 0"_s.arg(id, words.value(u"id"_s), why)};
    const Result<AdminAnswer> revoked = admin.carryOut(*adminAct(u"key.revoke"_s), {{u"id"_s, id}});
    return {Fault::Internal, u"The key %1 was created, but could not be shown: %2. %3"_s.arg(
                                 id, why,
                                 revoked ? u"So it was revoked. Create another one."_s
                                         : u"It could not be revoked (%1); do that with: entvas keys revoke %2"_s.arg(
                                               revoked.failure().text, id))};
}

// The only time that a new key is seen: alone on standard output, so that it can be piped to where it is kept.
Result<void> printAnswer(const AdminAnswer &answer, const CommandLine &line)
{
    const QByteArray key = answer.data.value("key"_L1).toString().toLatin1();
    if (!key.isEmpty())
        if (const Result<void> printed =
                printNow(line.json() ? QJsonDocument(answer.data).toJson(QJsonDocument::Compact) : key);
            !printed)
            return printed;
    if (line.json() && key.isEmpty())
        print(answer.data);
    if (line.json())
        return {};
    for (const QString &sentence : answer.sentence.split(u'\n'))
        key.isEmpty() ? print(sentence) : printError(sentence);
    return {};
}

CommandEnd runAct(const CommandLine &line)
{
    const AdminAct &act = actOf(line);
    const auto admin = openFor(line, act.mayStart);
    if (!admin)
        return admin.failure();
    const AdminWords words = wordsFor(act, line);
    const Result<AdminAnswer> answer = admin.value()->carryOut(act, words);
    if (!answer)
        return answer.failure();
    const Result<void> printed = printAnswer(*answer, line);
    if (!printed)
        return notSeen(*admin.value(), act, words, answer->data.value("id"_L1).toString(), printed.failure().text);
    return ExitCode::Fine;
}

} // namespace

QList<CommandAction> actionsFor(const QString &command)
{
    QList<CommandAction> actions;
    for (const AdminAct &act : adminActs()) {
        if (act.command != command)
            continue;
        CommandAction action{.name = act.word, .help = act.help, .run = runAct};
        for (const AdminField &field : act.fields) {
            if (field.option.isEmpty())
                action.word = field.value;
            else
                action.options.append(optionOf(field));
        }
        actions.append(action);
    }
    return actions;
}

CommandEnd showFrom(const CommandLine &line, Result<void> (*show)(Administration &, const CommandLine &))
{
    const auto admin = openFor(line, false);
    if (!admin)
        return admin.failure();
    const Result<void> shown = show(*admin.value(), line);
    return shown ? CommandEnd(ExitCode::Fine) : CommandEnd(shown.failure());
}

Result<void> mustHave(const Directory &directory, const QString &project)
{
    QStringList ids;
    for (const Project &one : directory.projects)
        ids << one.id;
    if (project.isEmpty() || ids.contains(project))
        return {};
    return {Fault::NotFound,
            u"There is no project \"%1\".%2 See entvas projects list."_s.arg(project, didYouMean(project, ids))};
}

Result<void> printNow(const QByteArray &line)
{
    std::fflush(stdout);
    std::signal(SIGPIPE, SIG_IGN); // a reader that has gone is a failure like others
    const QByteArray bytes = line + '\n';
    for (qsizetype at = 0; at < bytes.size();) {
        const ssize_t put = ::write(STDOUT_FILENO, bytes.constData() + at, size_t(bytes.size() - at));
        if (put > 0)
            at += put;
        else if (errno != EINTR)
            return {Fault::Internal, u"standard output can't be written (%1)"_s.arg(qt_error_string(errno))};
    }
    return {};
}

} // namespace entvas
