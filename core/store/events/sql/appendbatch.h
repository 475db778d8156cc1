#pragma once

#include "core/base/floor.h"
#include "core/store/events/announcement.h"
#include "core/store/events/eventwriter.h"

#include <map>
#include <optional>
#include <QSet>
#include <tuple>
#include <utility>

namespace entvas {

// Events of a job, by their places, that the database refuses for their own sake.
struct RefusedEvents {
    QSet<qsizetype> places;
    Failure why; // of the last
};

// What one append() is about to store, grouped by the tables that it goes into. Ordered containers throughout: two
// servers that write the same rows in the same order can't wait for each other.
struct AppendBatch {
    using Place = std::pair<qsizetype, qsizetype>; // job, event
    using KeyRef = std::pair<QString, QString>;    // project, idempotency key
    using SeriesRef = std::pair<QString, qint64>;  // project, id

    QList<CommittedJob> jobs;
    std::map<KeyRef, QList<Place>> keyed;                         // first the one that claims the key
    std::map<SeriesRef, QString> newSeries;                       // with their texts
    std::map<std::tuple<QString, qint64, qint64>, qint64> counts; // project, minute, series
    std::map<std::pair<QString, qint64>, qint64> rejections;      // project, minute
    std::map<QString, AnnouncementWriter> announcements;          // by project
    std::optional<std::pair<QString, QUuid>> witness;             // an event that is about to be stored

    // Without the `refused` events of its one job, which are counted as rejected if so `counted`.
    explicit AppendBatch(const QList<AppendJob> &from, const RefusedEvents &refused = {}, bool counted = true);

    const Event &event(Place place) const { return jobs[place.first].job.events[place.second]; }
    void markDuplicate(Place place, const QUuid &id, qint64 receivedAtMs)
    {
        jobs[place.first].outcomes[place.second] = {AppendOutcome::Status::Duplicate, id, receivedAtMs};
    }
    static constexpr qint64 minuteOf(qint64 ms) { return floorTo(ms, 60'000); }
};

} // namespace entvas
