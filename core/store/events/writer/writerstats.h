#pragma once

#include "core/base/histogram.h"
#include "core/base/limituse.h"

#include <QtGlobal>

namespace entvas {

struct WriterLimits {
    qint64 queueEvents = 100'000;         // waiting, over all jobs; a job without events counts as one
    qint64 queueBytes = 64 * 1024 * 1024; // of metadata and strings, approximately
    qint64 batchEvents = 5'000;           // per transaction; one larger job is a transaction of its own
    qint64 batchBytes = 16 * 1024 * 1024; // likewise
    qint64 sharedBatchEvents = 64;        // of one project while others are in use: these may come any moment
};

struct WriterStats {
    static constexpr std::array<double, 14> kCommitSeconds{.0005, .001, .0025, .005, .01, .025, .05,
                                                           .1,    .25,  .5,    1,    2.5, 5,    10};
    static constexpr std::array<double, 12> kBatchEvents{1, 2, 5, 10, 20, 50, 100, 200, 500, 1'000, 2'000, 5'000};
    bool isAvailable = false;
    bool isAway = false;     // found to be so: before the first attempt to open it is neither
    bool isReadOnly = false; // away, but only for writing
    // The database would not store the last batch, less than a minute ago, though nothing was wrong with it.
    bool isRefusing = false;
    bool isReplaced = false; // see EventWriter::isReplaced()
    // Housekeeping leaves alone what is due, since the clock may be wrong; see ClockTrust.
    bool isClockDoubted = false;
    LimitUse queueEvents; // reached: jobs that were not taken for that reason
    LimitUse queueBytes;
    Histogram<14> commitSeconds{kCommitSeconds}; // one per transaction that was committed
    Histogram<12> batchEvents{kBatchEvents};
    quint64 failedCommits = 0;
    quint64 refusedAway = 0;      // jobs that found the database away
    quint64 losses = 0;           // times that the database went away
    bool isUpkeepFailing = false; // the last round of housekeeping, in part or as a whole
    quint64 failedUpkeep = 0;     // rounds
};

} // namespace entvas
