#pragma once

#include "server/metrics/diskspace.h"
#include "server/metrics/status.h"

namespace entvas {

class Clock;
class EarlyPosts;
class AuthThrottle;
class HttpFront;
class Logins;
struct DatabaseUrl;
struct ServerParts;
struct ServerStats;

// How the server is: its stage, what keeps it from being ready, its health, its metrics. Lives in the server's thread.
class ServerStatus
{
public:
    enum class Stage { New, Opening, Warming, Serving, Stopping, Stopped };

    // What it looks at; what is there must outlive it.
    struct Observed {
        const HttpFront *front = nullptr; // once the start has begun
        const EarlyPosts *early = nullptr;
        const AuthThrottle *throttle = nullptr;
        const Logins *logins = nullptr;     // none without an issuer
        const ServerParts *parts = nullptr; // once the port and the database's lock are held
        qint64 certificateExpiresMs = 0;    // 0 = no TLS
    };

    ServerStatus(const DatabaseUrl &database, const Clock *clock, const Clock *steady);

    Observed observed;
    Stage stage = Stage::New;
    qint64 startedMs = 0;

    bool isServing() const { return stage == Stage::Serving; }
    bool isEnding() const { return stage == Stage::Stopping || stage == Stage::Stopped; }
    QString notReadyBecause() const; // empty = ready
    QStringList reasons() const;     // why it is degraded, see reasonsOf(); empty = healthy
    ServerStats stats() const;
    const Clock &clock() const { return *m_clock; }

private:
    bool isDatabaseMisplaced() const;
    Condition condition() const;

    QString m_store;
    const Clock *m_clock;
    const Clock *m_steady;
    mutable DiskSpace m_disk; // remembers what it saw
};

} // namespace entvas
