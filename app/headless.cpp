#include "app/headless.h"

#include "app/process/crashfolder.h"
#include "app/process/crashreport.h"
#include "app/process/exitcode.h"
#include "app/process/stopsignal.h"
#include "app/process/trust.h"
#include "app/process/unixsignals.h"
#include "app/process/watchdog.h"
#include "core/base/log.h"
#include "server/api/server.h"

#include <QCoreApplication>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace entvas {

namespace {

// A terminal whose end ends us. One that was asked to outlive it, as by nohup or trap, does.
bool hasTerminal()
{
    struct sigaction hangUp = {};
    ::sigaction(SIGHUP, nullptr, &hangUp);
    if (hangUp.sa_handler == SIG_IGN)
        return false;
    const int terminal = ::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0)
        return false;
    ::close(terminal);
    return true;
}

// The server itself promises 10 s; the process ends in that time even if that promise breaks.
constexpr auto kStopDeadline = 9'500ms;
} // namespace

Headless::Headless(const Settings &settings, QObject *parent)
    : QObject(parent), m_server(new Server(settings, this)), m_signals(new StopSignal(this))
{
    m_deadline.setSingleShot(true);
    m_deadline.setInterval(kStopDeadline);

    QList<int> numbers{SIGUSR1, SIGUSR2, SIGHUP};
    if (auto manager = ServiceManager::fromEnvironment()) {
        m_watchdog = new Watchdog(std::move(*manager), this);
        m_server->setPulse(m_watchdog->pulse());
        connect(m_server, &Server::alive, m_watchdog, &Watchdog::alive);
        connect(m_server, &Server::reloaded, m_watchdog, &Watchdog::reloaded);
    }
    m_endsWithTerminal = !m_watchdog && settings.tlsCertFile.isEmpty() && hasTerminal();
    m_others = new UnixSignals(numbers, this);
    connect(m_others, &UnixSignals::caught, this, &Headless::onSignal);
    connect(m_server, &Server::ready, this, [this](const QUrl &url, const QString &store) {
        std::printf("entvas ready on %s (%s)\n", qUtf8Printable(url.toString()), qUtf8Printable(store));
        std::fflush(stdout);
        if (m_watchdog)
            m_watchdog->ready(u"Serving on port %1"_s.arg(url.port()));
    });
    connect(m_server, &Server::failed, this, [this, format = settings.logFormat](const Failure &failure) {
        // It has been logged: a reader of JSON can do without a line that is none.
        Q_EMIT finished(format == LogFormat::Json ? int(exitCode(failure.kind)) : leaveWith(failure));
    });
    connect(m_server, &Server::stopped, this, [this] { Q_EMIT finished(int(ExitCode::Fine)); });
    connect(m_signals, &StopSignal::requested, this, &Headless::stop);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        // Without destructors: they would wait for the very thread that is stuck. What was answered is on disk.
        log::error("headless", u"the server did not stop in time"_s);
        std::_Exit(int(ExitCode::Failed));
    });
}

Headless::~Headless() = default;

void Headless::start()
{
    m_server->start();
}

void Headless::onSignal(int number)
{
    switch (number) {
    case SIGUSR1: log::sayMore(); return;
    case SIGUSR2: log::sayLess(); return;
    default: break;
    }
    if (m_endsWithTerminal)
        return stop();
    if (m_watchdog)
        m_watchdog->reloading();
    m_server->reloadCertificate();
}

void Headless::stop()
{
    if (m_watchdog)
        m_watchdog->stopping();
    log::info("headless", u"stopping: finishing what was accepted"_s);
    m_deadline.start();
    m_server->stop();
}

int runHeadless(QCoreApplication &application, const Settings &settings)
{
    log::setUp(settings.logFormat, settings.logLevel);
    const CrashFolder crashes(CrashFolder::usual());
    crashreport::install(crashes.path());
    crashes.trim();
    if (const auto report = crashes.unseen()) {
        log::warning("headless", u"it ended unexpectedly the last time; there is a report"_s, {{u"report"_s, *report}});
        crashes.markShown();
    }
    if (const auto trusted = trustAuthorities(settings.tlsCaFile); !trusted) {
        if (settings.logFormat != LogFormat::Json)
            return leaveWith(trusted.failure());
        log::error("headless", u"can't start"_s, {{u"reason"_s, trusted.failure().text}});
        return int(exitCode(trusted.failure().kind));
    }
    Headless headless(settings);
    // Queued: the server may fail before the event loop runs, and exit() is lost then.
    QObject::connect(
        &headless, &Headless::finished, &application, [](int code) { QCoreApplication::exit(code); },
        Qt::QueuedConnection);
    headless.start();
    return QCoreApplication::exec();
}

} // namespace entvas
