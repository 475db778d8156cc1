#pragma once

#include "core/base/limituse.h"
#include "core/cube/livecube.h"
#include "core/model/timerange.h"
#include "core/store/events/eventstore.h"
#include "server/live/outmessage.h"
#include "server/live/warmstate.h"

#include <deque>
#include <map>
#include <QSet>
#include <unordered_map>

namespace entvas {

// The key that a stored series counts under: its own where the cube has it or can tell it by nothing less, else that of
// its event type alone.
SeriesKey placeOf(const LiveCube &cube, const SeriesKey &key);

// The live picture of one project and the recent steps that led to it: pure bookkeeping, no socket and no timer. Every
// state of the cube that a client has seen has a number (seq); deltas lead from each to the next. Lives in the server's
// thread.
class LiveProject
{
public:
    static constexpr std::size_t kRingDeltas = 600;                 // a minute of steady traffic
    static constexpr std::size_t kRingCells = wire::kMaxDeltaCells; // and new users, over all deltas of the ring
    static constexpr qint64 kSnapshotReuseMs = 1'000;               // an encoded snapshot serves all who come within

    LiveProject(Project project, QString epoch, QStringList dimensions);

    const QString &id() const { return m_project.id; }
    const QString &name() const { return m_project.name; }
    void rename(const QString &name) { m_project.name = name; } // whoever connects from now on sees it
    const LiveCube &cube() const { return m_cube; }
    const LiveUsers &users() const { return m_users; }
    qint64 seq() const { return m_seq; }
    wire::Totals totals() const { return {m_cube.totalEvents(), m_rejected}; }
    // Edges are whole minutes; what began more than 8 days ago is counted by quarter hours, later by days.
    qint64 rejectedIn(const TimeSpan &span) const;

    // Before anything is added: replaces everything.
    void warm(WarmState state);
    // The same later on: everybody needs a fresh picture then.
    void replace(WarmState state);
    // Seconds that are over and that the other tiers count already; everybody needs a fresh picture then.
    void addSeconds(const RecentSeconds &seconds);

    // The series that an event still to be stored will count under. Series on their way count towards the cap, so that
    // no burst can put more of them into the database than the cube can tell apart.
    SeriesKey admit(const SeriesKey &key);
    void forgetAdmitted() { m_admitted.clear(); } // nothing is on its way any more

    struct Stats {
        LimitUse series;     // reached: events that were counted under "(other)"
        LimitUse ringDeltas; // reached: deltas that were forgotten for their number …
        LimitUse ringCells;  // … and for their size
        LimitUse users;      // bytes of sketches; reached: buckets that went for want of room
        std::size_t cubeBytes = 0;
    };
    Stats stats() const;

    void add(const CommittedJob &job);
    void add(const Announcement &what); // what another server has stored
    // Forgets what is too old; may merge series, which asks for a fresh snapshot everywhere.
    void trim(qint64 nowMs);

    bool hasChanges() const { return m_changed; }
    // The delta since the last step. nullptr: series were renumbered, so that nobody's picture is additive any more, or
    // there is more of it than a delta may hold: all need a fresh picture. Only with hasChanges().
    OutMessagePtr step();

    // A whole picture as one snapshot and the deltas after it. Only without hasChanges().
    QList<OutMessagePtr> picture(qint64 nowMs);
    // The deltas that lead from an earlier picture to now; nullopt when too much has happened since, or it was not
    // ours.
    std::optional<QList<OutMessagePtr>> since(const wire::Since &seen) const;

private:
    struct Step {
        qint64 seq = 0;
        std::size_t cells = 0;
        OutMessagePtr message;
    };
    void count(const Cell &cell);
    void countFarAhead(qint64 ms, const Cell &cell);
    void see(qint64 epochSecond, UserHash user);
    void reject(qint64 minuteMs, qint64 events);
    void fill(const RecentSeconds &seconds);
    QList<UserAddition> takePendingUsers();
    void clearPending()
    {
        m_pending.clear();
        m_pendingRejections.clear();
        clearPendingUsers();
    }
    void clearPendingUsers()
    {
        m_pendingUsers.clear();
        m_pendingUserCount = 0;
    }
    QList<OutMessagePtr> after(qint64 seq) const;
    void forgetSteps();

    Project m_project;
    QString m_epoch;
    LiveCube m_cube;
    LiveUsers m_users;
    qint64 m_rejected = 0;
    RejectedCounts m_rejectedByTime;
    RejectedCounts m_pendingRejections; // not told yet
    QSet<SeriesKey> m_admitted;

    bool m_changed = false;
    std::unordered_map<quint64, quint32> m_pending;         // second and series -> events
    std::map<qint64, std::vector<UserHash>> m_pendingUsers; // by second
    std::size_t m_pendingUserCount = 0;
    qsizetype m_toldSeries = 0; // series that clients know
    quint32 m_generation = 0;   // of the cube when they were told
    qint64 m_seq = 0;
    std::deque<Step> m_ring; // steps to m_seq, oldest first, without gaps
    std::size_t m_ringCells = 0;
    Stats m_stats; // counts only
    OutMessagePtr m_snapshot;
    qint64 m_snapshotSeq = 0;
    qint64 m_snapshotMs = 0;
    qint64 m_trimmedMs = 0; // 0 = not yet
};

} // namespace entvas
