#pragma once

#include "core/base/result.h"
#include "core/cube/livecube.h"
#include "core/cube/usersketch.h"
#include "core/model/administration.h"
#include "core/model/event.h"
#include "core/model/settings.h"
#include "core/model/storedevent.h"
#include "core/store/events/announcement.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <QHash>
#include <QList>
#include <span>

namespace entvas {

struct AdminCommand;

// What one sender's request asks to be stored. Events carry id, receivedAtMs and series.
struct AppendJob {
    quint64 ticket = 0; // the server's number for the waiting sender; 0 = nobody waits
    QString project;
    EventBatch events;
    qint64 rejected = 0; // events refused by validation; counted, not stored
    qint64 rejectedAtMs = 0;
};

struct AppendOutcome {
    enum class Status { Accepted, Duplicate, Rejected }; // Rejected: by the database, and not stored
    Status status = Status::Accepted;
    QUuid eventId;           // of a duplicate: the first one's
    qint64 receivedAtMs = 0; // of a duplicate: the first one's
};

// A job that is on disk. outcomes has one entry per event, in order.
struct CommittedJob {
    AppendJob job; // rejected counts those too that the database refused
    QList<AppendOutcome> outcomes;
    QString refusedBecause = {}; // where there is a Rejected one: for whoever runs the server
    // The number under which its batch was announced to other servers in this project; 0 = it was not.
    qint64 announcedAs = 0;
    std::chrono::steady_clock::time_point committedAt = std::chrono::steady_clock::now(); // or learned of it
};

// Stored counts of one project, for warming up.
struct StoredCount {
    qint64 startMs = 0; // of its bucket
    qint64 series = 0;  // id, see readSeries()
    qint64 count = 0;
};
struct CountRun {
    Tier tier = Tier::Minute;            // where it is stored: Minute, Quarter or Day
    std::span<const StoredCount> counts; // of one bucket or of one series; valid during the call only
};

// What housekeeping goes by.
struct UpkeepPlan {
    qint64 nowMs = 0;
    int retentionDays = 0; // events received before are removed, counts stay; 0 = keep
    // The clock can be trusted to decide what is old: else nothing is removed, and counts stay as fine as they are.
    bool mayForget = false;
    bool isBulk = false; // nobody waits for the writer: steps may be large
};

struct EventQuery {
    QString project;
    qint64 fromMs = 0; // time of receipt, [fromMs, toMs)
    qint64 toMs = 0;
    QString eventType; // empty = any
    QString userId;    // empty = any
    int limit = 100;
    std::optional<QUuid> before; // cursor: only events older than this one
};

struct StoreTotals {
    qint64 events = 0;
    qint64 rejected = 0;
};
struct OldEvents {
    qint64 count = 0;
    qint64 bytes = 0;     // SQLite: of the file; PostgreSQL: of the table of events with its indexes
    qint64 freeBytes = 0; // of it, that new events can take; PostgreSQL: not known, 0
};
struct RejectedRecord {
    qint64 minuteMs = 0;
    qint64 count = 0;
};

// What the server needs of a database. One object is one connection; it is made, used and destroyed in one thread.
// Every failure that a later try may cure is Fault::Unavailable: the caller calls open() again. Fault::BadInput means
// that the database refused the data: others may go through.
class EventStore
{
public:
    virtual ~EventStore() = default;

    virtual QString name() const = 0; // "sqlite" or "postgresql"
    // Connects, or connects again after a loss. Prepared statements are made anew.
    virtual Result<void> open() = 0;
    // Brings the schema up to date; safe when several servers do it at once. Fault::Configuration when the database is
    // newer than this program.
    virtual Result<void> migrate() = 0;
    // Cheap proof that the database answers.
    virtual Result<void> ping() = 0;
    // SQLite: the file that is open is not the one at its path any more, or a part of it was removed. Nothing is
    // stored from then on, and open() is Fault::Unavailable, unless the file comes back.
    virtual bool isReplaced() const { return false; }
    // As ping(), and that it takes writes, as far as can be told without one. Fault::Unavailable when it does not.
    virtual Result<void> checkWritable() { return ping(); }
    // The last failure was that: it answers, and takes no writes.
    virtual bool isReadOnly() const { return false; }

    // From any thread, while ours is in a call: what it asks the database fails as Fault::Unavailable, soon if not at
    // once. Nothing happens between two calls, or the connection is lost.
    virtual void interrupt() {}

    // PostgreSQL: how far its log is written, for hasReplayed() of a replica. Empty elsewhere.
    virtual Result<QString> logPosition() { return QString(); }
    // Whether this replica has all that its database's log had up to there; of an empty position: whether it answers.
    virtual Result<bool> hasReplayed(const QString &) { return true; }

    // All jobs in one transaction: events, idempotency keys, counts and users per minute, rejected per minute. Nothing
    // is stored on failure. Outcomes are in the order of the jobs. Events that the database refuses for their own sake
    // are Rejected, and counted so; the others are stored.
    virtual Result<QList<CommittedJob>> append(const QList<AppendJob> &jobs) = 0;
    // After an append() that failed as Unavailable and the open() that followed: the jobs of that append when its
    // commit arrived although the answer to it was lost; empty when nothing of it is stored.
    virtual Result<QList<CommittedJob>> settle() { return QList<CommittedJob>(); }
    // The last append() failed in such a way: whether it is stored is not known until settle() has answered.
    virtual bool isInDoubt() const { return false; }

    // One small step of housekeeping in a transaction of its own: counts that are no longer shown as minutes become
    // quarter hours, and those days, new users join the sketches of their minute, quarter, hour and day, idempotency
    // keys past their time and events past their retention go. True when more is left to do at once. What fails for
    // good is left out, and told at the end of the round.
    virtual Result<bool> upkeep(const UpkeepPlan &plan) = 0;
    // The last round left undone what is due by a clock that can't be trusted; see UpkeepPlan::mayForget.
    virtual bool holdsBack() const { return false; }
    // The newest time before `beforeMs` that events of any project were counted in; 0 = none.
    virtual Result<qint64> newestCount(qint64) { return qint64(0); }
    // The database's own clock; none for a file.
    virtual Result<std::optional<qint64>> clockMs() { return std::optional<qint64>(); }

    // Whatever `read` reads is of one moment.
    virtual Result<void> atOneMoment(const std::function<Result<void>()> &read) { return read(); }
    // How far the servers of this database had come with what they announce; see Announcement.
    virtual Result<Positions> positions(const QString &) { return Positions(); }

    virtual Result<Directory> directory() = 0;
    // See SqlActs. A store without administration refuses.
    virtual Result<AdminResult> act(const AdminCommand &, const Actor &) { return kNoAdministration; }
    virtual Result<QList<AuditRecord>> audit(const AuditQuery &) { return kNoAdministration; }
    virtual Result<void> noteUses(const QList<KeyUse> &) { return kNoAdministration; }
    // Retention at once, for entvas retention: what there is of events that were received before, and one small step of
    // their removal, oldest first, which answers how many went. Their counts stay.
    virtual Result<OldEvents> oldEvents(const QString &, qint64) { return kNoAdministration; }
    virtual Result<int> dropEventsBefore(const QString &, qint64) { return kNoAdministration; }
    // What the ids in the counts stand for.
    virtual Result<QHash<qint64, SeriesKey>> readSeries(const QString &project) = 0;
    // Events of all time by series id.
    virtual Result<QHash<qint64, qint64>> readWeights(const QString &project) = 0;
    using CountSink = std::function<void(const CountRun &)>;
    // Every stored count exactly once, at the resolution that it is stored in; in no particular order, and several
    // writers' counts of a bucket and series apart.
    virtual Result<void> readCounts(const QString &project, const CountSink &sink) = 0;
    // False: nothing older of this step is wanted.
    using UserSink = std::function<bool(qint64 stepMs, qint64 startMs, const UserSketch &users)>;
    // The users of every bucket of a minute, quarter, hour and day; the newest first, but for those of the last
    // minutes, which come ahead and may come in several pieces. Answers from when on users are known at all; 0 = of all
    // events.
    virtual Result<qint64> readUsers(const QString &project, const UserSink &sink) = 0;
    virtual Result<QList<RejectedRecord>> readRejected(const QString &project, qint64 fromMs) = 0;
    virtual Result<StoreTotals> totals(const QString &project) = 0;
    // Newest first by time of receipt.
    virtual Result<QList<StoredEvent>> events(const EventQuery &query) = 0;
    // Those of `ids` that are there, oldest first; at most Announcement::kMaxNewest are asked for.
    virtual Result<QList<StoredEvent>> eventsById(const QString &, const QList<QUuid> &)
    {
        return QList<StoredEvent>();
    }

private:
    static inline const Failure kNoAdministration{Fault::Internal, QStringLiteral("This store has no administration.")};
};

// A connection of its own to the database that the settings name; nothing is opened yet. `writer` tells servers on one
// database apart in the counts. `dimensions` names the values of every series, in their order; what was stored under
// other ones is matched by name. `run`, unique, is the writer in what append() announces to other servers; empty =
// nothing is announced.
std::unique_ptr<EventStore> makeStore(const DatabaseUrl &url, const QString &writer,
                                      const QStringList &dimensions = {QStringLiteral("eventType"),
                                                                       QStringLiteral("page"),
                                                                       QStringLiteral("browser")},
                                      const QString &run = {});

} // namespace entvas

Q_DECLARE_METATYPE(entvas::CommittedJob)
