#pragma once

#include "server/live/channel.h"

#include <map>
#include <QObject>
#include <QTimer>

namespace entvas {

class Clock;
class LiveProjects;
class LiveSessions;

// The channels of all projects, and when they send: at once after a quiet time, then at most every flushMs. Lives in
// the server's thread.
class LiveFlush : public QObject
{
    Q_OBJECT
public:
    struct Given { // all must outlive it
        const LiveHubLimits *limits = nullptr;
        const LiveProjects *projects = nullptr;
        const Clock *clock = nullptr;
        LiveHubStats *counts = nullptr;
    };
    explicit LiveFlush(const Given &given);

    // Sessions whose unsent bytes count: set before anything is sent, and gone before us.
    void setSessions(const LiveSessions *sessions) { m_sessions = sessions; }
    Channel &open(LiveProject &project); // made when the first one subscribes
    Channel *find(const LiveProject *project);
    // Its subscribers are notified.
    void close(const LiveProject *project);

    // Something has changed.
    void mark();
    // The last change is sent, and nothing later.
    void stop();
    void sendHeartbeats(qint64 nowMs);
    qsizetype mostTailEvents() const;

private:
    void tick();
    void flush();

    Given m_given;
    const LiveSessions *m_sessions = nullptr;
    std::map<const LiveProject *, Channel> m_channels;
    QTimer m_timer; // runs while something is to be sent, so that the next delta keeps its distance
    bool m_isDirty = false;
    bool m_isStopped = false;
};

} // namespace entvas
