#pragma once

#include "server/access/readaccess.h"
#include "server/live/livehublimits.h"
#include "server/live/livehubstats.h"
#include "server/live/livesession.h"

#include <memory>
#include <QHash>
#include <vector>

class QWebSocket;

namespace entvas {

class Clock;
class AuthThrottle;

// The WebSocket clients of this server: how many may connect, who they are, and when a connection is closed. Lives in
// the server's thread.
class LiveSessions : public QObject
{
    Q_OBJECT
public:
    struct Given { // all must outlive it
        const LiveHubLimits *limits = nullptr;
        const ReadAccess *access = nullptr;
        AuthThrottle *throttle = nullptr;
        const Clock *wall = nullptr;   // what time it is
        const Clock *steady = nullptr; // how much has passed: no connection is closed because the former was set
        LiveHubStats *counts = nullptr;
    };
    explicit LiveSessions(const Given &given) : m_given(given) {}

    void add(QWebSocket *socket); // takes ownership; its upgrade passed checkLiveQuery() and ReadAccess::checkUpgrade()
    // Closes those whose readers may not read any more.
    void revalidate();
    // Closes those that did not authenticate in time, or take nothing.
    void closeStalled();
    void ping();
    // Closes all with 1001; emptied() when the last has gone.
    void closeAll();
    std::size_t size() const { return m_sessions.size(); }
    std::vector<LiveSession *> all() const; // safe to walk while sessions leave
    qint64 totalUnsent() const;
    void addTo(LiveHubStats &stats) const; // use and limits

Q_SIGNALS:
    void identified(entvas::LiveSession *session); // has a reader from now on
    void requested(entvas::LiveSession *session, const entvas::wire::ClientMessage &message); // by a reader
    void emptied();

private:
    void listenTo(LiveSession *session);
    bool refuseBeyondLimits(LiveSession &session);
    void onMessage(LiveSession &session, const wire::ClientMessage &message);
    void authenticate(LiveSession &session, const QString &token);
    void onIdentified(LiveSession &session, const QByteArray &token, const Result<Reader> &reader);
    void recordSuccess(const LiveSession &session, QByteArrayView token);
    void setReader(LiveSession &session, const Reader &reader);
    void revalidate(LiveSession &session);
    void makeRoomForUnauthenticated();
    int mostClientsOf(const QHostAddress &client) const;
    void cut(LiveSession &session);
    void remove(LiveSession *session);

    Given m_given;
    std::vector<std::unique_ptr<LiveSession>> m_sessions;
    QHash<QByteArray, int> m_clients; // sessions by networkOf() their client
    bool m_isClosing = false;
};

} // namespace entvas
