#pragma once

#include "core/base/result.h"
#include "core/cube/livecube.h"
#include "core/cube/usersketch.h"
#include "core/model/storedevent.h"
#include "core/store/events/announcement.h"

#include <functional>
#include <optional>
#include <QHash>
#include <QList>
#include <span>

namespace entvas {

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
struct RejectedRecord {
    qint64 minuteMs = 0;
    qint64 count = 0;
};

// What warming up, history and exports read. See EventStore for threads and failures.
class EventReader
{
public:
    virtual ~EventReader() = default;

    // All that `read` reads is of one moment.
    virtual Result<void> atOneMoment(const std::function<Result<void>()> &read) = 0;
    // How far the servers of this database had come with what they announce; see Announcement.
    virtual Result<Positions> positions(const QString &project) = 0;

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
    virtual Result<QList<StoredEvent>> eventsById(const QString &project, const QList<QUuid> &ids) = 0;
};

} // namespace entvas
