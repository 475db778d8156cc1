#include "app/commands/parts/adminwords.h"

#include "app/commands/parts/serveradmin.h"
#include "core/base/clock.h"
#include "core/base/isotime.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <QJsonDocument>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr qsizetype kHelpColumn = 52;
constexpr qsizetype kUsageColumns = 120;

// "entvas keys rotate ID [--overlap 24h] [--json]"
QString synopsis(const AdminAct &act)
{
    QString text = u"entvas %1 %2"_s.arg(act.command, act.word);
    for (const AdminField &field : act.fields) {
        QStringList roles;
        for (const KeyRole role : field.roles)
            roles << roleName(role);
        const QString value = roles.isEmpty() ? field.value : roles.join(u'|');
        const QString one = field.option.isEmpty() ? value : field.option + u' ' + value;
        text += field.isRequired ? u' ' + one : u" [%1]"_s.arg(one);
    }
    return text + u" [--json]"_s;
}

// The help beside it, or below where it is long.
QString usageLines(const QString &synopsis, const QString &help)
{
    QString text = synopsis;
    qsizetype column = synopsis.size();
    if (column + 1 >= kHelpColumn) {
        text += u'\n';
        column = 0;
    }
    bool isFirst = true;
    for (const QString &word : help.split(u' ')) {
        if (!isFirst && column + 1 + word.size() > kUsageColumns) {
            text += u'\n';
            column = 0;
            isFirst = true;
        }
        const qsizetype gap = isFirst ? kHelpColumn - column : 1;
        text += QString(gap, u' ') + word;
        column += gap + word.size();
        isFirst = false;
    }
    return text + u'\n';
}

QList<const AdminAct *> actsOf(const QString &command)
{
    QList<const AdminAct *> acts;
    for (const AdminAct &act : adminActs())
        if (act.command == command)
            acts << &act;
    return acts;
}

// The words for the act's fields, by their names.
AdminWords wordsFor(const AdminAct &act, const CommandWords &words)
{
    AdminWords found;
    for (const AdminField &field : act.fields) {
        const QString option = field.option.mid(2);
        if (option.isEmpty())
            found.insert(field.name, words.plain.value(1));
        else if (words.options.contains(option))
            found.insert(field.name, words.options.value(option));
    }
    return found;
}

Result<void> checkNames(const QString &command, const QString &word, qsizetype names, const CommandWords &words)
{
    if (words.plain.size() == names + 1)
        return {};
    const QString asked = word == command ? command : u"%1 %2"_s.arg(command, word);
    return {Fault::BadInput, u"%1 takes %2. See entvas %3 --help."_s.arg(
                                 asked, names == 0 ? u"no name"_s : u"exactly one name"_s, command)};
}

Result<std::unique_ptr<Administration>> openFor(const Options &options, const CommandWords &words, bool mayCreate)
{
    const Result<Settings> settings = settingsOf(options, words);
    return settings ? openAdministration(settings.value().database, mayCreate) : settings.failure();
}

// A key that nobody has seen is of no use, and somebody may wonder later whose it is.
Failure notSeen(Administration &admin, const AdminAct &act, const AdminWords &words, const QString &id,
                const QString &why)
{
    if (act.name == "key.rotate"_L1) // what the old one has left is decided; the new one can be replaced once more
        return {Fault::Internal,
                u"The key %1 was made in place of %2, but nobody saw it: %3. Get one in its place with: "
                "entvas keys rotate %1 --overlap 0"_s.arg(id, words.value(u"id"_s), why)};
    const Result<AdminAnswer> revoked = admin.carryOut(*adminAct(u"key.revoke"_s), {{u"id"_s, id}});
    return {Fault::Internal, u"The key %1 was made, but nobody saw it: %2. %3"_s.arg(
                                 id, why,
                                 revoked ? u"So it was revoked. Make another one."_s
                                         : u"It could not be revoked (%1); do that with: entvas keys revoke %2"_s.arg(
                                               revoked.failure().text, id))};
}

// The only time that a new key is seen: alone on standard output, so that it can be piped to where it is kept.
Result<void> printAnswer(const AdminAnswer &answer, const CommandWords &words)
{
    const QByteArray key = answer.data.value("key"_L1).toString().toLatin1();
    if (!key.isEmpty())
        if (const Result<void> printed =
                printNow(words.json ? QJsonDocument(answer.data).toJson(QJsonDocument::Compact) : key);
            !printed)
            return printed;
    if (words.json && key.isEmpty())
        print(answer.data);
    if (words.json)
        return {};
    for (const QString &line : answer.sentence.split(u'\n'))
        key.isEmpty() ? print(line) : printError(line);
    return {};
}

CommandEnd runAct(const AdminAct &act, const Options &options, const CommandWords &words)
{
    const bool takesName = act.fields.first().option.isEmpty();
    if (const Result<void> right = checkNames(act.command, act.word, takesName ? 1 : 0, words); !right)
        return right.failure();
    const AdminWords fields = wordsFor(act, words);
    if (const Result<AdminCommand> right = readWords(act, fields, SystemClock().nowMs()); !right)
        return right.failure();
    const auto admin = openFor(options, words, act.mayStart);
    if (!admin)
        return admin.failure();
    const Result<AdminAnswer> answer = admin.value()->carryOut(act, fields);
    if (!answer)
        return answer.failure();
    const Result<void> printed = printAnswer(*answer, words);
    if (!printed)
        return notSeen(*admin.value(), act, fields, answer->data.value("id"_L1).toString(), printed.failure().text);
    return ExitCode::Fine;
}

CommandEnd runListing(const QString &command, const AdminListing &listing, const Options &options,
                      const CommandWords &words)
{
    if (const Result<void> right = checkNames(command, listing.word, 0, words); !right)
        return right.failure();
    const auto admin = openFor(options, words, false);
    if (!admin)
        return admin.failure();
    const Result<void> done = listing.run(*admin.value(), words);
    return done ? CommandEnd(ExitCode::Fine) : CommandEnd(done.failure());
}

} // namespace

QStringList adminOptions(const AdminCommandForm &form)
{
    QStringList options;
    for (const AdminListing &listing : form.listings)
        options << listing.options;
    for (const AdminAct *act : actsOf(form.command))
        for (const AdminField &field : act->fields)
            options << field.option;
    options.removeAll(QString());
    options.removeDuplicates();
    return options;
}

QString adminUsage(const AdminCommandForm &form)
{
    QString text;
    for (const AdminListing &listing : form.listings) {
        QStringList words{u"entvas"_s, form.command};
        if (listing.word != form.command) // audit only lists
            words << listing.word;
        if (!listing.synopsis.isEmpty())
            words << listing.synopsis;
        text += usageLines((words << u"[--json]"_s).join(u' '), listing.help);
    }
    for (const AdminAct *act : actsOf(form.command))
        text += usageLines(synopsis(*act), act->help);
    return text + form.otherUsage + u"\n--database-url and --config name the database, as for the server."_s +
           form.notes + u'\n';
}

CommandEnd runAdmin(const AdminCommandForm &form, const Options &options)
{
    if (asksForHelp(options.commandArguments)) {
        std::fputs(qUtf8Printable(adminUsage(form)), stdout);
        return ExitCode::Fine;
    }
    const Result<CommandWords> words =
        readCommandWords({form.command, adminOptions(form), {}, CommandForm::kAnyNumber, {}}, options.commandArguments);
    if (!words)
        return words.failure();
    const QString asked = words.value().plain.value(0);
    QStringList known;
    for (const AdminListing &listing : form.listings) {
        if (listing.word == asked)
            return runListing(form.command, listing, options, words.value());
        known << listing.word;
    }
    for (const AdminAct *act : actsOf(form.command)) {
        if (act->word == asked)
            return runAct(*act, options, words.value());
        known << act->word;
    }
    known << form.otherWords;
    return Failure{Fault::BadInput, u"%1: say one of %2.%3 See entvas %1 --help."_s.arg(
                                        form.command, known.join(u", "_s), didYouMean(asked, known))};
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

QString timeText(qint64 ms)
{
    return ms == 0 ? u"-"_s : QString::fromLatin1(isoFromMs(ms));
}

} // namespace entvas
