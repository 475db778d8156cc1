#pragma once

#include "core/store/events/eventstore.h"
#include "server/live/livehublimits.h"
#include "server/live/outmessage.h"

#include <chrono>
#include <list>
#include <optional>

namespace entvas {

class LiveProject;
class LiveSession;
struct LiveHubStats;

// One project's subscribers, and what they are sent at each flush: the delta, encoded once per format and shared; a
// snapshot in its place for those that are new or fell behind; the tail for those that read it. Lives in the server's
// thread.
class Channel
{
public:
    // All must outlive it. `counts` is where it counts what it sends.
    Channel(LiveProject *project, const LiveHubLimits *limits, LiveHubStats *counts)
        : m_project(project), m_limits(limits), m_counts(counts)
    {
    }
    Q_DISABLE_COPY_MOVE(Channel)

    LiveProject &project() const { return *m_project; }
    // Again for one that has subscribed: starts over. Sends the deltas since what the client has seen, if it can.
    // False: the next flush brings a snapshot.
    bool subscribe(LiveSession &session, const wire::Subscribe &message);
    void unsubscribe(const LiveSession &session);
    // The project was deleted: `error` to all, who are no subscribers any more.
    void dismissAll();
    bool hasTailReaders() const { return m_tailReaders > 0; }
    bool needsSnapshots() const; // a subscriber waits for one

    // Stored and counted by this server: shown at the next flush.
    void add(const CommittedJob &job);
    // Stored by others, oldest first, and how many more there are that are not shown.
    void addOthers(const QList<StoredEvent> &events, qint64 skipped);

    // The parts of a flush, in this order. No `delta`: all need a snapshot.
    void sendDelta(const OutMessagePtr &delta);
    void sendSnapshots(qint64 nowMs, qint64 &totalUnsent);
    void sendTail(); // ends it
    // Each client hears the number of its own snapshot or delta: one that is behind must not think that it missed some.
    void sendHeartbeats(qint64 nowMs);
    qsizetype tailEvents() const { return m_tail.events.size(); } // since the last flush

private:
    struct Subscriber {
        LiveSession *session = nullptr; // none: it has left during a walk
        bool wantsTail = false;
        bool needsSnapshot = true; // deltas do not fit on what it has
        qint64 seq = 0;            // of the last snapshot or delta it was sent
        qint64 tailSkipped = 0;    // events that its tail has to own up to
    };
    // What is sent may end the session that it is sent to: while one lives, those that leave are only marked.
    class Walk;
    template <class Function>
    void forEach(Function function);
    Subscriber *find(const LiveSession &session);
    void show(const wire::TailEvent &event);

    LiveProject *m_project;
    const LiveHubLimits *m_limits;
    LiveHubStats *m_counts;
    std::list<Subscriber> m_subscribers;
    int m_walks = 0;
    int m_tailReaders = 0;
    // Since the last flush:
    struct Tail {
        QList<wire::TailEvent> events; // newest last
        qint64 skipped = 0;
    };
    Tail m_tail;
    std::optional<std::chrono::steady_clock::time_point> m_oldest; // the first commit by this server
};

} // namespace entvas
