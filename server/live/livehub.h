#pragma once

#include "core/base/clock.h"
#include "server/live/liveflush.h"
#include "server/live/livehublimits.h"
#include "server/live/livehubstats.h"
#include "server/live/livesessions.h"

#include <QTimer>

namespace entvas {

// The live feed (outside contract, section 3): sessions on one side, a channel per project on the other. Lives in the
// server's thread; what it is given must outlive it.
class LiveHub : public QObject
{
    Q_OBJECT
public:
    struct Identity {
        QString epoch; // of this server run
        QString store;
        QString serverVersion;
    };

    // What time it is, and how much has passed.
    struct Clocks {
        const Clock *wall = nullptr;
        const Clock *steady = nullptr;
    };

    // How clients prove what they may read.
    struct Proof {
        const ReadAccess *access = nullptr;
        AuthThrottle *throttle = nullptr;
    };

    LiveHub(const LiveHubLimits &limits, Identity identity, const Proof &proof, const LiveProjects *projects,
            Clocks clocks, QObject *parent = nullptr);
    ~LiveHub() override;

    void add(QWebSocket *socket) { m_sessions.add(socket); } // see LiveSessions::add()
    // These are in their projects' cubes already: sent to subscribers soon, and at most every flushMs.
    void publish(const QList<CommittedJob> &jobs);
    // Events that other servers have stored, oldest first, and how many more there are that are not shown.
    void publishOthers(const LiveProject &project, const QList<StoredEvent> &events, qint64 skipped);
    bool hasTailReaders(const LiveProject &project);
    // Keys or members have changed.
    void revalidateSessions() { m_sessions.revalidate(); }
    // It was deleted: its subscribers are notified, and nothing points to it any more.
    void forget(const LiveProject *project) { m_flush.close(project); }
    // Sends the last change and ends all sockets with 1001; emptied() when the last has gone.
    void closeAll();
    LiveHubStats stats() const;
    std::size_t clientCount() const { return m_sessions.size(); }

Q_SIGNALS:
    void emptied();

private:
    void greet(LiveSession *session);
    void onRequest(LiveSession *session, const wire::ClientMessage &message);
    void subscribe(LiveSession &session, LiveProject &project, const wire::Subscribe &message);
    void unsubscribe(LiveSession &session, const LiveProject &project);
    void trim();
    void sendHeartbeats();

    LiveHubLimits m_limits;
    Identity m_identity;
    const LiveProjects *m_projects;
    const Clock *m_clock;
    LiveHubStats m_stats; // counts only
    LiveFlush m_flush;
    LiveSessions m_sessions; // unsubscribe when they go
    QTimer m_trimTimer;
    QTimer m_heartbeatTimer;
    QTimer m_pingTimer;
};

} // namespace entvas
