#include "app/desktop.h"

#include "app/exitcode.h"
#include "app/language.h"
#include "app/session.h"
#include "app/stopsignal.h"
#include "app/widgets/mainwindow.h"
#include "core/log.h"

#include <QApplication>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// Qt ends the process when it finds no display; a person deserves a sentence.
bool hasDisplay()
{
    for (const char *name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        if (!qEnvironmentVariableIsEmpty(name))
            return true;
    return false;
}

} // namespace

int runDesktop(int argc, char **argv, const Options &options)
{
    if (!hasDisplay())
        return leaveWith({Fault::Unavailable,
                          u"There is no display to open a window on. The server runs without: entvas --headless"_s});
    QApplication::setOrganizationName(u"entvas"_s);
    QApplication::setApplicationName(u"entvas"_s);
    QApplication::setApplicationDisplayName(u"Entvas"_s);
    QApplication::setApplicationVersion(QLatin1StringView(ENTVAS_VERSION));
    QApplication::setDesktopFileName(u"entvas"_s);
    QApplication application(argc, argv);
    language::install(application);
    QApplication::setQuitOnLastWindowClosed(false); // the server first finishes what it accepted

    const Result<Settings> settings = loadSettings(options);
    const bool remote = !options.connectTo.isEmpty();
    if (!settings && remote)
        return leaveWith(settings.failure());
    log::setUp(settings ? settings.value().logFormat : LogFormat::Text,
               settings ? settings.value().logLevel : LogLevel::Info);

    Session session(settings);
    MainWindow window(&session);
    StopSignal signals;
    QObject::connect(&signals, &StopSignal::requested, &session, &Session::shutdown);
    QObject::connect(&application, &QApplication::lastWindowClosed, &session, &Session::shutdown);
    QObject::connect(&session, &Session::stopped, &application, &QApplication::quit, Qt::QueuedConnection);
    window.show();
    // From the event loop: a dialog about a problem then stands in front of a window that is there.
    QTimer::singleShot(0, &session, [&] {
        if (remote)
            session.connectTo(options.connectTo, settings.value().viewerToken);
        else
            session.start();
    });
    QApplication::exec();
    const std::optional<SessionProblem> problem = session.lastProblem();
    return int(problem ? exitCode(problem->failure.kind) : ExitCode::Fine);
}

} // namespace entvas
