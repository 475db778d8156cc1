#include "app/desktop.h"

#include "app/process/crashfolder.h"
#include "app/process/crashreport.h"
#include "app/process/exitcode.h"
#include "app/process/secretenvironment.h"
#include "app/process/stopsignal.h"
#include "app/process/trust.h"
#include "app/session/session.h"
#include "app/settings/language.h"
#include "app/settings/preferences.h"
#include "app/settings/viewstore.h"
#include "app/widgets/window/mainwindow.h"
#include "app/workspace.h"
#include "core/base/log.h"

#include <QApplication>
#include <QDesktopServices>
#include <QTimer>

#include <algorithm>
#include <cstdlib>
#include <optional>
#ifdef __GLIBC__
#include <malloc.h>
#endif

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// Qt ends the process when it finds no display; people get a sentence.
bool hasDisplay()
{
    for (const char *name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        if (!qEnvironmentVariableIsEmpty(name))
            return true;
    return false;
}

// Each thread with a heap of its own keeps what it once needed: a dozen of them, most of them idle, would hold as much
// as everything that is shown.
void shareHeaps()
{
#ifdef __GLIBC__
    constexpr int kHeaps = 2;
    ::mallopt(M_ARENA_MAX, kHeaps);
#endif
}

// What the application object reads when it is made.
void prepareApplication()
{
    QApplication::setOrganizationName(u"entvas"_s);
    QApplication::setApplicationName(u"entvas"_s);
    QApplication::setApplicationDisplayName(u"Entvas"_s);
    QApplication::setApplicationVersion(QLatin1StringView(ENTVAS_VERSION));
    QApplication::setDesktopFileName(u"entvas"_s);
    const int scale = Preferences::load().scalePercent;
    if (scale != 100 && qEnvironmentVariableIsEmpty("QT_SCALE_FACTOR"))
        qputenv("QT_SCALE_FACTOR", QByteArray::number(scale / 100.0));
}

bool isRemote(const Options &options)
{
    return !options.connectTo.isEmpty();
}

// What is wrong with the settings of the own server is shown in the window; a desktop on a remote server can't start.
Result<void> checkSettings(const Options &options, Result<Settings> &settings)
{
    if (!settings && isRemote(options))
        return settings.failure();
    if (!settings)
        return {};
    if (const auto trusted = trustAuthorities(settings->tlsCaFile); !trusted)
        return trusted;
    // Its own windows could not check a certificate that is made out to the name others know this machine by.
    if (!isRemote(options) && !settings->tlsCertFile.isEmpty())
        settings = Failure{Fault::Configuration, u"tls-cert (TLS_CERT_FILE) is for a server without windows: run "
                                                 u"entvas --headless with it and show that "
                                                 "one with entvas --connect https://…, or leave it out"_s};
    return {};
}

// None without --view.
Result<std::optional<SavedView>> viewOf(const Options &options)
{
    if (options.view.isEmpty())
        return std::optional<SavedView>();
    const ViewStore views(ViewStore::defaultFolder());
    const Result<SavedView> found =
        views.names().contains(options.view) ? views.load(options.view) : ViewStore::read(options.view);
    if (!found)
        return {found.failure().kind, u"--view: "_s + found.failure().text};
    return std::optional(*found);
}

// The first window, with what the command line asks for.
void open(Workspace &workspace, const Options &options, const Result<Settings> &settings,
          const std::optional<SavedView> &view, const CrashFolder &crashes)
{
    if (isRemote(options) && options.allowsHttp)
        workspace.host().accounts().setAllowsHttp(options.connectTo, true, false);
    if (isRemote(options))
        workspace.startOn(options.connectTo, settings.value().viewerToken, view);
    else if (view)
        workspace.startWith(*view);
    else
        workspace.start();
    MainWindow *first = workspace.windows().value(0);
    if (first && options.kiosk)
        first->setKiosk(true); // without a dialog: a kiosk is unattended
    else if (const auto report = crashes.unseen(); first && report) {
        first->tellOfCrash(*report);
        crashes.markShown();
    }
}

// A server that could not start is no failure of a desktop that ended up showing others only.
ExitCode exitCodeOf(Workspace &workspace)
{
    const QList<MainWindow *> windows = workspace.windows();
    const bool missed = std::any_of(windows.begin(), windows.end(),
                                    [](MainWindow *window) { return window->session().wantsOwnServer(); });
    const std::optional<SessionProblem> problem = missed ? workspace.host().problem() : std::nullopt;
    return problem ? exitCode(problem->failure.kind) : ExitCode::Fine;
}

} // namespace

bool hasDesktop()
{
    return true;
}

int runDesktop(int argc, char **argv, const Options &options)
{
    if (!hasDisplay())
        return leaveWith({Fault::Unavailable,
                          u"There is no display to open a window on. The server runs without: entvas --headless"_s});
    shareHeaps();
    prepareApplication();
    QApplication application(argc, argv);
    language::install(application);
    QApplication::setQuitOnLastWindowClosed(false); // the server first finishes what it accepted

    Result<Settings> settings = loadSettings(options);
    wipeSecretEnvironment();
    if (const auto checked = checkSettings(options, settings); !checked)
        return leaveWith(checked.failure());
    log::setUp(settings ? settings.value().logFormat : LogFormat::Text,
               settings ? settings.value().logLevel : LogLevel::Info);

    const CrashFolder crashes(CrashFolder::usual());
    crashreport::install(crashes.path());
    crashes.trim();

    const Result<std::optional<SavedView>> view = viewOf(options);
    if (!view)
        return leaveWith(view.failure());
    Workspace workspace(settings);
    workspace.host().accounts().setBrowser([](const QUrl &url) { return QDesktopServices::openUrl(url); });
    StopSignal signals;
    QObject::connect(&signals, &StopSignal::requested, &workspace, &Workspace::quit);
    QObject::connect(&workspace, &Workspace::finished, &application, &QApplication::quit, Qt::QueuedConnection);
    // From the event loop: a dialog about a problem then stands in front of a window that is there.
    QTimer::singleShot(0, &workspace, [&] { open(workspace, options, settings, view.value(), crashes); });
    QApplication::exec();
    return int(exitCodeOf(workspace));
}

} // namespace entvas
