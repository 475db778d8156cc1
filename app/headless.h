#pragma once

#include "core/settings.h"

#include <QObject>
#include <QTimer>

class QCoreApplication;

namespace entvas {

class ReloadSignal;
class Server;
class StopSignal;

// The server without a window: prints the ready line on standard output, stops on SIGTERM and SIGINT, and with a
// certificate reads that again on SIGHUP. Lives in the main thread of a QCoreApplication.
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

    Server *m_server;
    StopSignal *m_signals;
    ReloadSignal *m_reload = nullptr;
    QTimer m_deadline; // for a stop that never ends
};

// Runs it until it ends; returns the exit code.
int runHeadless(QCoreApplication &application, const Settings &settings);

} // namespace entvas
