#pragma once

#include "core/base/metrics.h"
#include "core/cube/livecube.h"
#include "core/model/timerange.h"
#include "core/store/events/eventstore.h"
#include "server/live/deltaring.h"
#include "server/live/pendingdelta.h"
#include "server/live/warmstate.h"

#include <QSet>

namespace entvas {

// The key that a stored series counts under: its own where the cube has that or lacks its event type as well, else that
// of its event type alone.
SeriesKey placeOf(const LiveCube &cube, const SeriesKey &key);

// The live counts of one project and the recent deltas that led to them: pure bookkeeping, no socket and no timer.
// Every state of the cube that a client has seen has a number (seq); deltas lead from each to the next. Lives in the
// server's thread.
class LiveProject
{
public:
    static constexpr std::size_t kRingDeltas = DeltaRing::kMostDeltas;
    static constexpr std::size_t kRingCells = DeltaRing::kMostCells;
    static constexpr qint64 kSnapshotReuseMs = 1'000; // an encoded snapshot serves all who come within

    LiveProject(Project project, QString epoch, QStringList dimensions);

    const QString &id() const { return m_project.id; }
    const QString &name() const { return m_project.name; }
    void rename(const QString &name) { m_project.name = name; } // those who connect from now on see it
    const LiveCube &cube() const { return m_cube; }
    const LiveUsers &users() const { return m_users; }
    qint64 seq() const { return m_seq; }
    wire::Totals totals() const { return {m_cube.totalEvents(), m_rejected}; }
    // Edges are whole minutes; what began more than 8 days ago is counted by quarter hours, later by days.
    qint64 rejectedIn(const TimeSpan &span) const;

    // Before anything is added: replaces everything.
    void warm(WarmState state);
    // The same later on: all clients need a fresh snapshot then.
    void replace(WarmState state);
    // Seconds that are over and that the other tiers count already; all clients need a fresh snapshot then.
    void addSeconds(const RecentSeconds &seconds);

    // The series that an event still to be stored will count under. Series on their way count towards the cap, so that
    // no burst can put more of them into the database than the cube can keep apart.
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
    static void collect(const QString &project, const Stats &stats, MetricFamilies &into);

    void add(const CommittedJob &job);
    void add(const Announcement &what); // what another server has stored
    // Forgets what is too old; may merge series, which asks for a fresh snapshot everywhere.
    void trim(qint64 nowMs);

    bool hasChanges() const { return m_changed; }
    // The delta since the last step. nullptr: series were renumbered, so that no snapshot is additive any more, or
    // there is more of it than a delta may hold: all need a fresh snapshot. Only with hasChanges().
    OutMessagePtr step();

    // All of it: one snapshot, which may be a little old, and the deltas after it. Only without hasChanges().
    QList<OutMessagePtr> snapshot(qint64 nowMs);
    // The deltas that lead from an earlier snapshot or delta to now; nullopt when too much has happened since, or it
    // was not ours.
    std::optional<QList<OutMessagePtr>> since(const wire::Since &seen) const;

private:
    void count(const Cell &cell);
    void see(qint64 epochSecond, UserHash user);
    void reject(qint64 minuteMs, qint64 events);

    Project m_project;
    QString m_epoch;
    LiveCube m_cube;
    LiveUsers m_users;
    qint64 m_rejected = 0;
    RejectedCounts m_rejectedByTime;
    QSet<SeriesKey> m_admitted;

    bool m_changed = false;
    PendingDelta m_pending;
    qsizetype m_sentSeries = 0; // series that clients know
    quint32 m_generation = 0;   // of the cube when they were sent
    qint64 m_seq = 0;
    DeltaRing m_ring; // deltas to m_seq
    Stats m_stats;    // counts only
    OutMessagePtr m_snapshot;
    qint64 m_snapshotSeq = 0;
    qint64 m_snapshotMs = 0;
    qint64 m_trimmedMs = 0; // 0 = not yet
};

} // namespace entvas
