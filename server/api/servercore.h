#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/model/settings.h"
#include "server/access/auththrottle.h"
#include "server/access/readaccess.h"
#include "server/api/serverlimits.h"
#include "server/api/serverroutes.h"
#include "server/api/serverstatus.h"
#include "server/gate/httpfront.h"
#include "server/ingest/earlyposts.h"
#include "server/metrics/memorytrim.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <QUrl>

namespace entvas {

class OwnerAccess;
struct WarmUp;

// Puts the server together and takes it apart again, in the server's thread. Requests are answered as soon as the port
// is open; events are taken once the database's own counts are in the cube, so that none is counted twice or missed.
class ServerCore : public QObject
{
    Q_OBJECT
public:
    static constexpr int kWarmRetryMs = 1'000;
    static constexpr int kDrainMs = 5'000;  // for accepted requests to be answered, then …
    static constexpr int kWriterMs = 3'000; // … for the writer to commit what is left, then …
    static constexpr int kCloseMs = 1'000;  // … for sockets to take their close frames
    // Events that come while the database is opened or its counts are read wait for so long, and are refused then.
    static constexpr int kEarlyOpeningMs = 2'000;
    static constexpr int kEarlyWarmingMs = 10'000;
    static constexpr int kRenewDays = 14; // before its certificate expires the server begins to warn

    // Does nothing yet: may be made in another thread and moved here. `clock` must outlive it.
    ServerCore(Settings settings, const Clock *clock, LiveHubLimits hubLimits = {}, ServerLimits limits = {});
    ~ServerCore() override;

    void start();             // ends in ready() or failed()
    void reloadCertificate(); // one that can't be used leaves the old one in place
    void stop();              // ends in stopped(); also before ready(), and after failed()
    // Before start(): how often alive() shall come; 0 = never.
    void setPulse(std::chrono::milliseconds every) { m_pulse.setInterval(every); }

Q_SIGNALS:
    void ready(const QUrl &url, const QString &store);
    void failed(const entvas::Failure &failure);
    void stopped();
    void reloaded(); // the certificate, or why not has been logged
    // Our event loop runs, and so does the writer. `status` is for people.
    void alive(const QString &status);

private:
    using Stage = ServerStatus::Stage;
    Result<void> openPort();
    Result<void> openDatabase();
    void connectParts();
    Result<void> useCertificate();
    void startLogins();
    void onAvailable(bool isAvailable, const QString &why);
    void onDirectory(const Directory &directory);
    void warm();
    void serve(const WarmUp &warm);
    void beat();
    void fail(const Failure &failure);
    void finishWhenIdle();
    void closeSockets();
    void end();

    Settings m_settings;
    MemoryTrim m_memoryTrim;
    const Clock *m_clock;
    LiveHubLimits m_hubLimits;
    ServerLimits m_limits;
    SteadyClock m_steady;
    ApiKeys m_keys;
    ReadAccess m_access;
    AuthThrottle m_throttle;
    QString m_epoch;
    quint16 m_port = 0;
    QByteArray m_certificateDigest; // SHA-256 in hex; empty without TLS
    ServerStatus m_status;
    ServerRoutes m_routes;
    QElapsedTimer m_stopping;
    bool m_isDrained = false;
    QTimer m_pulse;

    // Torn down from the last to the first. The front outlives the parts: its WebSocket server is what deletes the TCP
    // socket under a WebSocket that goes.
    std::unique_ptr<Logins> m_logins; // none without an issuer
    std::unique_ptr<HttpFront> m_front;
    std::unique_ptr<ServerParts> m_parts; // from the moment that port and database are ours
    std::unique_ptr<OwnerAccess> m_owner; // goes ahead of the database's lock; none for PostgreSQL
    EarlyPosts m_early;
};

} // namespace entvas
