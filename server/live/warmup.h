#pragma once

#include "core/ingest/eventparser.h"
#include "core/store/events/eventstore.h"
#include "server/live/liveproject.h"

#include <atomic>
#include <map>
#include <memory>

namespace entvas {

inline constexpr int kWarmEvents = 100'000; // newest events that are looked at for the seconds tier
inline constexpr int kWarmPage = 5'000;

// Whether others write into the same database meanwhile.
enum class Writers { Alone, Shared };

// Reads what a restart needs: the stored counts and users, and the counts of rejected events. Alone, no event is read,
// and nothing may be written by this process meanwhile. Shared, all of it is of one moment: beside how far each server
// had come, it has the last minutes by second (see readSeconds()), since only then is it known which events are in
// them. Called in the reader's thread. Ends early, with Fault::Unavailable, once `stop` is set.
Result<std::shared_ptr<WarmState>> warmUp(EventReader &reader, const QString &project, const QStringList &dimensions,
                                          qint64 nowMs, const std::atomic<bool> &stop,
                                          Writers writers = Writers::Alone);

// Projects and keys, and what a start needs of each project that is not in `known`, at most `most` of them.
struct WarmUp {
    Directory directory;
    std::map<QString, std::shared_ptr<WarmState>> states; // by project
};
using WarmUpPtr = std::shared_ptr<WarmUp>;
Result<WarmUpPtr> warmUpAll(EventStore &store, const QStringList &known, std::size_t most,
                            const QStringList &dimensions, qint64 nowMs, const std::atomic<bool> &stop,
                            Writers writers = Writers::Alone);

// Counts and users by second of the last ten minutes before `nowMs`, up to `beforeMs`, from the newest events: seconds
// are not stored. Seconds that can't be read whole are left out.
Result<RecentSeconds> readSeconds(EventReader &reader, const QString &project, const ParseRules &rules, qint64 nowMs,
                                  qint64 beforeMs, const std::atomic<bool> &stop);

} // namespace entvas
