#pragma once

#include "app/process/servicemanager.h"

#include <QObject>

namespace entvas {

// What a service manager is notified of, and when: that it is ready, reloads, stops; more time while it opens its
// database; and a sign of life only ever from the server itself (Server::alive()), so that a server that hangs is
// restarted. Lives in the main thread.
class Watchdog : public QObject
{
    Q_OBJECT
public:
    // While the server is not ready, each sign of life asks for that much more.
    static constexpr std::chrono::seconds kMoreTime{30};

    explicit Watchdog(ServiceManager manager, QObject *parent = nullptr);

    // How often alive() has to come: half of what the manager allows, and often enough for kMoreTime.
    std::chrono::milliseconds pulse() const;
    void alive(const QString &status);
    void ready(const QString &status);
    void reloading();
    void reloaded();
    void stopping();

private:
    void notify(QByteArray state, const QString &status);

    ServiceManager m_manager;
    bool m_isReady = false;
    bool m_isStopping = false;
    QString m_status; // as it was sent last
};

} // namespace entvas
