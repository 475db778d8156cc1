#pragma once

#include "core/cube/livecube.h"
#include "core/cube/liveusers.h"
#include "core/cube/rejectedcounts.h"
#include "core/store/events/announcement.h"

#include <map>
#include <optional>
#include <QHash>
#include <QMap>

// What a server that starts reads from its database. Values; they cross from the reader's thread to the server's.
namespace entvas {

// Events by second (since 1970, UTC) and series.
using SecondCounts = QHash<std::pair<qint64, SeriesKey>, qint64>;

// The last minutes, read from the events.
struct RecentSeconds {
    SecondCounts counts;
    std::map<qint64, UserSketch> users; // by second
    qint64 fromMs = 0;                  // all seconds from then on are whole
};

// What the database knew at one moment.
struct WarmState {
    LiveCube cube;
    LiveUsers users;
    qint64 rejected = 0;
    RejectedCounts rejectedByTime = {};
    Positions positions = {};               // how far each server of the database had come
    std::optional<RecentSeconds> seconds{}; // of the same moment
};

} // namespace entvas
