#pragma once

#include "core/store/events/storereader.h"
#include "server/live/warmup.h"

namespace entvas {

class Clock;

// Asks the database for the counts that live projects start from. Questions run in the reader's thread; answers come in
// the server's, unless `context` has gone by then. All questions return false when too many wait already.
class CountsReader
{
public:
    // For one project: what takes longer hangs.
    static constexpr std::chrono::milliseconds kPatience{300'000};
    using StatePtr = std::shared_ptr<WarmState>;

    // Reader and clock must outlive it. `dimensions` are those of the cubes, eventType first.
    CountsReader(StoreReader *reader, const Clock *clock, QStringList dimensions, Writers writers);

    // Projects, keys and the counts of as many projects as fit.
    [[nodiscard]] bool readAll(QObject *context, std::function<void(Result<WarmUpPtr>)> answer);
    [[nodiscard]] bool readProject(QObject *context, const QString &project,
                                   std::function<void(Result<StatePtr>)> answer);
    // The last minutes by second.
    [[nodiscard]] bool readSeconds(QObject *context, const QString &project,
                                   std::function<void(Result<RecentSeconds>)> answer);
    // What is being read ends early, with Fault::Unavailable, and so does all that is asked later.
    void cancel() { *m_stop = true; }
    Writers writers() const { return m_writers; }

private:
    StoreReader *m_reader;
    const Clock *m_clock;
    QStringList m_dimensions;
    Writers m_writers;
    std::shared_ptr<std::atomic<bool>> m_stop; // read in the reader's thread, which may end after us
};

} // namespace entvas
