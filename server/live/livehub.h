#pragma once

#include "core/base/clock.h"
#include "core/store/events/eventstore.h"
#include "server/access/readaccess.h"
#include "server/live/livehubstats.h"
#include "server/live/livesession.h"

#include <map>
#include <QHash>
#include <QTimer>
#include <vector>

class QWebSocket;

namespace entvas {

class AuthThrottle;
class LiveProject;
class LiveProjects;
class QueryParameters;

struct LiveHubLimits {
    int clients = 1'000;
    int addressClients = 500; // of the clients, those of one address (IPv6: a /64); loopback may have all
    int strangers = 100;      // of the clients, those that have not authenticated yet; beyond it one goes: the oldest
                              // of the address that has most
    int flushMs = 100;        // between two deltas
    int heartbeatMs = 10'000;
    int pingMs = 15'000;
    int authenticateMs = 5'000;
    int tailEvents = 200;          // per flush; the rest is counted
    qint64 slowBytes = 256 * 1024; // unsent beyond this: no more deltas, a fresh picture once it has drained
    qint64 drainedBytes = 16 * 1024;
    qint64 totalUnsentBytes = 512LL * 1024 * 1024; // over all clients: new pictures wait while it is exceeded
    int stalledMs = 20'000;                        // a client that takes nothing for so long is cut
};

// Tells dashboards what is stored (outside contract, section 3). One merged delta per flush, encoded once per format
// and shared; a slow reader gets a fresh picture instead of a backlog. Lives in the server's thread; what it is given
// must outlive it.
class LiveHub : public QObject
{
    Q_OBJECT
public:
    struct Identity {
        QString epoch; // of this server run
        QString store;
        QString serverVersion;
    };

    // What time it is, and how much has passed: whoever sets the former must cut nobody by it.
    struct Clocks {
        const Clock *wall = nullptr;
        const Clock *steady = nullptr;
    };

    struct Door { // who may come in
        const ReadAccess *access = nullptr;
        AuthThrottle *throttle = nullptr;
    };

    LiveHub(LiveHubLimits limits, Identity identity, const Door &door, const LiveProjects *projects, Clocks clocks,
            QObject *parent = nullptr);
    ~LiveHub() override;

    // What may stand in the address of an upgrade request, and whether this one asks for what is spoken here.
    static QStringList parameters();
    static std::optional<Failure> checkQuery(const QueryParameters &query);
    void add(QWebSocket *socket); // takes ownership; its upgrade passed checkQuery() and ReadAccess::checkUpgrade()
    // These are in their projects' cubes already: tell who listens, soon and at most every flushMs.
    void publish(const QList<CommittedJob> &jobs);
    // Events that other servers have stored, oldest first, and how many more there are that nobody will show.
    void publishOthers(const LiveProject &project, const QList<StoredEvent> &events, qint64 skipped);
    bool hasTailReaders(const LiveProject &project) const;
    // Keys or members have changed: whoever may not read any more is cut (see checkReader()).
    void lookAtReaders();
    // It was deleted: whoever listens to it is told that there is no such project.
    void forget(const LiveProject *project);
    // Ends all sockets with 1001; emptied() when the last has gone.
    void closeAll();
    LiveHubStats stats() const;
    std::size_t clientCount() const { return m_sessions.size(); }

Q_SIGNALS:
    void emptied();

private:
    void onMessage(LiveSession &session, const wire::ClientMessage &message);
    void subscribe(LiveSession &session, LiveProject &project, const wire::Subscribe &message);
    void authenticate(LiveSession &session, const QString &token);
    void onIdentified(LiveSession &session, const QByteArray &token, const Result<Reader> &reader);
    void noteRight(const LiveSession &session, QByteArrayView token);
    void adopt(LiveSession &session, const Reader &reader);
    void checkReader(LiveSession &session);
    void greet(LiveSession &session);
    void makeRoomForStrangers();
    int mostClientsOf(const QHostAddress &client) const;
    void remove(LiveSession *session);
    void show(const LiveProject &project, const wire::TailEvent &event);
    void mark();
    void tick();
    void flush();
    void tellDelta(LiveProject &project);
    void tellTail(const LiveProject *project);
    void sendPictures();
    void cut(LiveSession &session);
    void housekeep();
    void heartbeat();
    void ping();
    std::vector<LiveSession *> sessions() const; // safe to walk while sessions leave

    LiveHubLimits m_limits;
    Identity m_identity;
    const ReadAccess *m_access;
    AuthThrottle *m_throttle;
    const LiveProjects *m_projects;
    const Clock *m_clock;
    const Clock *m_steady;
    std::vector<std::unique_ptr<LiveSession>> m_sessions;
    QHash<QByteArray, int> m_clients; // sessions by networkOf() their client
    QTimer m_flushTimer;              // runs while something is to be told, so that the next delta keeps its distance
    QTimer m_houseTimer;
    QTimer m_heartbeatTimer;
    QTimer m_pingTimer;
    LiveHubStats m_stats; // counts only
    bool m_closing = false;
    bool m_dirty = false;
    struct Recent {
        QList<wire::TailEvent> events; // newest last
        qint64 skipped = 0;
    };
    // The first commit by this server since the last flush.
    std::map<const LiveProject *, std::chrono::steady_clock::time_point> m_oldest;
    std::map<const LiveProject *, Recent> m_recent; // since the last flush, of projects whose tail somebody reads
};

} // namespace entvas
