#pragma once

#include "core/eventparser.h"
#include "core/store/eventstore.h"
#include "server/liveproject.h"

#include <atomic>
#include <map>
#include <memory>

namespace entvas {

inline constexpr int kWarmEvents = 100'000; // newest events that are looked at for the seconds tier
inline constexpr int kWarmPage = 5'000;

// Reads what a restart needs: the stored counts and users, and the counts of rejected events. No event is read. Called
// in the reader's thread; nothing may be written by this process meanwhile. Ends early, with Fault::Unavailable, once
// `stop` is set.
Result<std::shared_ptr<WarmState>> warmUp(EventStore &store, const QString &project, const QStringList &dimensions,
                                          qint64 nowMs, const std::atomic<bool> &stop);

// Projects and keys, and what a start needs of each project that is not in `known`, at most `most` of them.
struct WarmUp {
    Directory directory;
    std::map<QString, std::shared_ptr<WarmState>> states; // by project
};
using WarmUpPtr = std::shared_ptr<WarmUp>;
Result<WarmUpPtr> warmUpAll(EventStore &store, const QStringList &known, std::size_t most,
                            const QStringList &dimensions, qint64 nowMs, const std::atomic<bool> &stop);

// Counts and users by second of the last ten minutes before `beforeMs`, from the newest events: seconds are not stored.
// For the time after the start, since a busy ten minutes take a while. Seconds that can't be read whole are left out.
Result<RecentSeconds> readSeconds(EventStore &store, const QString &project, const ParseRules &rules, qint64 beforeMs,
                                  const std::atomic<bool> &stop);

} // namespace entvas
