#pragma once

#include "core/model/settings.h"

#include <QObject>
#include <QTimer>

class QCoreApplication;

namespace entvas {

class Server;
class StopSignal;
class UnixSignals;
class Watchdog;

// The server without a window: prints the ready line on standard output, stops on SIGTERM and SIGINT, and logs more on
// SIGUSR1, less on SIGUSR2. On SIGHUP it reads the certificate again; one without that was started at a terminal stops
// as on SIGTERM: the terminal is gone. Lives in the main thread of a QCoreApplication.
class Headless : public QObject
{
    Q_OBJECT
public:
    explicit Headless(const Settings &settings, QObject *parent = nullptr);
    ~Headless() override;

    void start();

Q_SIGNALS:
    void finished(int exitCode);

private:
    void stop();
    void onSignal(int number);

    Server *m_server;
    StopSignal *m_signals;
    UnixSignals *m_others;
    Watchdog *m_watchdog = nullptr; // none without a service manager
    bool m_endsWithTerminal = false;
    QTimer m_deadline; // for a stop that never ends
};

// Runs it until it ends; returns the exit code.
int runHeadless(QCoreApplication &application, const Settings &settings);

} // namespace entvas
