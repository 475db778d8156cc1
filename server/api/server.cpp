#include "server/api/server.h"

#include "core/base/clock.h"
#include "core/store/connection/databasefile.h"
#include "server/api/servercore.h"

#include <mutex>
#include <QThread>

namespace entvas {

class Server::Private
{
public:
    Settings settings;
    std::chrono::milliseconds pulse{0};
    qint64 databaseBytes = 0;
    SystemClock clock;
    QThread thread;
    bool isRunning = false; // as far as our own thread has heard
    std::mutex mutex;
    ServerCore *core = nullptr; // lives and dies in `thread`; read under `mutex`
    std::optional<Failure> failure;
};

Server::Server(Settings settings, QObject *parent) : QObject(parent), d(std::make_unique<Private>())
{
    d->settings = std::move(settings);
    d->thread.setObjectName(QStringLiteral("server"));
}

Server::~Server()
{
    stop();
    d->thread.wait();
}

void Server::setPulse(std::chrono::milliseconds every)
{
    d->pulse = every;
}

void Server::setDatabaseMemory(qint64 bytes)
{
    d->databaseBytes = bytes;
}

void Server::start()
{
    if (std::exchange(d->isRunning, true))
        return;
    if (d->databaseBytes > 0)
        limitSqliteMemory(d->databaseBytes);
    d->core = new ServerCore(d->settings, &d->clock);
    d->core->setPulse(d->pulse);
    d->core->moveToThread(&d->thread);
    connect(&d->thread, &QThread::finished, d->core, &QObject::deleteLater);
    // Reported when everything has been let go: the same port and file may be opened again at once. The thread says
    // that it has finished before it deletes what lives in it.
    connect(d->core, &QObject::destroyed, [d = d.get()] {
        const std::lock_guard lock(d->mutex);
        d->core = nullptr; // at once: nothing may be posted to it any more
    });
    connect(d->core, &QObject::destroyed, this, [this] {
        d->isRunning = false;
        d->thread.wait();
        if (const auto failure = std::exchange(d->failure, std::nullopt))
            Q_EMIT failed(*failure);
        else
            Q_EMIT stopped();
    });
    connect(d->core, &ServerCore::ready, this, &Server::ready);
    connect(d->core, &ServerCore::reloaded, this, &Server::reloaded);
    connect(d->core, &ServerCore::alive, this, &Server::alive);
    connect(d->core, &ServerCore::failed, this, [this](const Failure &failure) {
        d->failure = failure;
        d->thread.quit();
    });
    // Straight into the thread, so that a destructor that blocks the main thread is not waited for.
    connect(d->core, &ServerCore::stopped, &d->thread, &QThread::quit, Qt::DirectConnection);
    d->thread.start();
    QMetaObject::invokeMethod(d->core, &ServerCore::start, Qt::QueuedConnection);
}

void Server::reloadCertificate()
{
    const std::lock_guard lock(d->mutex);
    if (d->core)
        QMetaObject::invokeMethod(d->core, &ServerCore::reloadCertificate, Qt::QueuedConnection);
}

void Server::stop()
{
    if (!d->isRunning) {
        QMetaObject::invokeMethod(this, &Server::stopped, Qt::QueuedConnection);
        return;
    }
    const std::lock_guard lock(d->mutex);
    if (d->core)
        QMetaObject::invokeMethod(d->core, &ServerCore::stop, Qt::QueuedConnection);
}

} // namespace entvas
