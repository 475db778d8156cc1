#include "app/commands/commands.h"
#include "app/commands/completion.h"
#include "app/commands/options.h"
#include "app/commands/usage.h"
#include "app/desktop.h"
#include "app/headless.h"
#include "app/process/exitcode.h"
#include "app/process/secretenvironment.h"
#include "app/process/utf8locale.h"

#include <QCoreApplication>

#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace entvas;

namespace {

// Started without standard streams, our log must not end up in the next file that is opened. Whether there was
// an output.
bool openStandardStreams()
{
    const bool hasOutput = ::fcntl(STDOUT_FILENO, F_GETFD) >= 0;
    for (int stream = 0; stream <= 2; ++stream)
        if (::fcntl(stream, F_GETFD) < 0) [[maybe_unused]]
            const int opened = ::open("/dev/null", O_RDWR); // the lowest number that is free
    return hasOutput;
}

int serve(int argc, char **argv, const Options &options)
{
    QCoreApplication application(argc, argv);
    const Result<Settings> settings = loadSettings(options);
    wipeSecretEnvironment();
    if (!settings)
        return leaveWith(settings.failure());
    return runHeadless(application, settings.value());
}

int show(const QString &text)
{
    std::fputs(qUtf8Printable(text), stdout);
    return leavePrinted(int(ExitCode::Fine));
}

} // namespace

// What kind of program this is, is decided before Qt starts: a server must not create a GUI application.
int main(int argc, char **argv)
{
    const bool hasOutput = openStandardStreams();
    ensureUtf8Locale();
    QStringList arguments;
    for (int i = 1; i < argc; ++i)
        arguments.append(
            QString::fromLocal8Bit("=" + QByteArray(argv[i])).sliced(1)); // else U+FEFF at its head is lost
    Result<Options> options = parseOptions(arguments);
    if (!options)
        return leaveWith(options.failure(), arguments.contains(u"--json"_s));
    options.value().hasDesktop = hasDesktop();

    const bool isServing =
        options.value().kind == Options::Kind::Desktop || options.value().kind == Options::Kind::Headless;
    if (!isServing && !hasOutput)
        return leaveWith({Fault::Internal,
                          u"Standard output is closed, so nothing that this prints would be seen. Nothing was "
                          "done; send it to a file, or to /dev/null."_s});

    // What a server or a command writes is private. The desktop also writes what people ask it to, for whom they like,
    // and takes care of its database itself.
    if (options.value().kind != Options::Kind::Desktop)
        ::umask(S_IRWXG | S_IRWXO);
    switch (options.value().kind) {
    case Options::Kind::Help: return show(helpText(hasDesktop()));
    case Options::Kind::Version: return show(u"entvas %1\n"_s.arg(QLatin1StringView(ENTVAS_VERSION)));
    case Options::Kind::Complete: return show(completions(options.value().commandArguments, hasDesktop()));
    case Options::Kind::Headless: return serve(argc, argv, options.value());
    case Options::Kind::Command: {
        QCoreApplication application(argc, argv);
        return leavePrinted(runCommand(options.value()));
    }
    case Options::Kind::Desktop: return runDesktop(argc, argv, options.value());
    }
    return int(ExitCode::Failed);
}
