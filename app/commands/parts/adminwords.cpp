#include "app/commands/parts/adminwords.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <QRegularExpression>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

Result<std::unique_ptr<Admin>> openAdmin(const Options &options, const CommandWords &words, bool mayCreate)
{
    const Result<Settings> settings = settingsOf(options, words);
    if (!settings)
        return settings.failure();
    auto admin = std::make_unique<Admin>(settings.value().database);
    const Result<void> opened = admin->open(mayCreate);
    if (!opened)
        return opened.failure();
    return admin;
}

} // namespace

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

CommandEnd runAdmin(const QString &command, const char *usage, const QStringList &flags,
                    const QList<AdminAction> &actions, const Options &options)
{
    if (asksForHelp(options.commandArguments)) {
        std::fputs(usage, stdout);
        return ExitCode::Fine;
    }
    const Result<CommandWords> words =
        readCommandWords({command, flags, {}, CommandForm::kAnyNumber, {}}, options.commandArguments);
    if (!words)
        return words.failure();
    QStringList names;
    for (const AdminAction &action : actions) {
        names << action.name;
        if (action.name != words.value().plain.value(0))
            continue;
        if (words.value().plain.size() != action.words)
            return Failure{Fault::BadInput,
                           u"%1 %2 takes %3. See entvas %1 --help."_s.arg(
                               command, action.name, action.words == 1 ? u"no name"_s : u"exactly one name"_s)};
        const auto admin = openAdmin(options, words.value(), action.mayCreate);
        if (!admin)
            return admin.failure();
        const Result<void> done = action.run(*admin.value(), words.value());
        return done ? CommandEnd(ExitCode::Fine) : CommandEnd(done.failure());
    }
    const QString asked = words.value().plain.value(0);
    return Failure{Fault::BadInput, u"%1: say one of %2.%3 See entvas %1 --help."_s.arg(command, names.join(u", "_s),
                                                                                        didYouMean(asked, names))};
}

Result<qint64> spanFromText(const QString &text, const QString &command, const QString &flag)
{
    static const QRegularExpression form(u"^([1-9][0-9]{0,4})([dhm])\\z"_s);
    const auto match = form.match(text);
    if (!match.hasMatch())
        return {Fault::BadInput,
                u"%1: %2 takes days, hours or minutes, for example 90d, 12h or 30m."_s.arg(command, flag)};
    const qint64 minutes = match.captured(2) == "d"_L1 ? 1'440 : match.captured(2) == "h"_L1 ? 60 : 1;
    return match.captured(1).toLongLong() * minutes * 60'000;
}

} // namespace entvas
