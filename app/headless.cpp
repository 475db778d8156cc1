#include "app/headless.h"

#include "app/exitcode.h"
#include "app/reloadsignal.h"
#include "app/stopsignal.h"
#include "app/trust.h"
#include "core/log.h"
#include "server/api/server.h"

#include <QCoreApplication>

#include <chrono>
#include <cstdio>
#include <cstdlib>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace entvas {

namespace {
// The server itself promises 10 s; who started us must not wait longer even if that promise breaks.
constexpr auto kStopDeadline = 9'500ms;
} // namespace

Headless::Headless(const Settings &settings, QObject *parent)
    : QObject(parent), m_server(new Server(settings, this)), m_signals(new StopSignal(this))
{
    m_deadline.setSingleShot(true);
    m_deadline.setInterval(kStopDeadline);

    connect(m_server, &Server::ready, this, [](const QUrl &url, const QString &store) {
        std::printf("entvas ready on %s (%s)\n", qUtf8Printable(url.toString()), qUtf8Printable(store));
        std::fflush(stdout);
    });
    connect(m_server, &Server::failed, this, [this](const Failure &failure) { Q_EMIT finished(leaveWith(failure)); });
    connect(m_server, &Server::stopped, this, [this] { Q_EMIT finished(int(ExitCode::Fine)); });
    connect(m_signals, &StopSignal::requested, this, &Headless::stop);
    if (!settings.tlsCertFile.isEmpty()) {
        m_reload = new ReloadSignal(this);
        connect(m_reload, &ReloadSignal::requested, m_server, &Server::reloadCertificate);
    }
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

void Headless::stop()
{
    log::info("headless", u"stopping: finishing what was accepted"_s);
    m_deadline.start();
    m_server->stop();
}

int runHeadless(QCoreApplication &application, const Settings &settings)
{
    log::setUp(settings.logFormat, settings.logLevel);
    if (const auto trusted = trustAuthorities(settings.tlsCaFile); !trusted)
        return leaveWith(trusted.failure());
    Headless headless(settings);
    // Queued: the server may fail before the event loop runs, and exit() is lost then.
    QObject::connect(
        &headless, &Headless::finished, &application, [](int code) { QCoreApplication::exit(code); },
        Qt::QueuedConnection);
    headless.start();
    return QCoreApplication::exec();
}

} // namespace entvas
