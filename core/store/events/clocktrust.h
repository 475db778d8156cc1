#pragma once

#include <optional>
#include <QString>

namespace entvas {

// Whether a clock may decide what is old enough to go for good. Three witnesses can speak against it: the newest count
// in the database at the start, the monotonic clock between two looks, and the database's own clock. The first two are
// believed for an hour, since a long pause looks the same; the third as long as it speaks. Lives in one thread.
class ClockTrust
{
public:
    static constexpr qint64 kPatienceMs = 3'600'000;
    // Ahead of the monotonic clock, or of the database's, by more than this.
    static constexpr qint64 kLeapMs = 3'600'000;
    // Nothing stored for so long before a start. Compaction leaves the same time to clocks that differ.
    static constexpr qint64 kPauseMs = 86'400'000;

    struct Look {
        qint64 nowMs = 0;                 // the clock in question, since 1970
        qint64 uptimeMs = 0;              // since some moment, and never set; goes on while the machine sleeps
        std::optional<qint64> databaseMs; // the database's clock, where it has one of its own
    };

    // `newestMs`: of what was stored before this start; 0 = nothing was.
    void begin(const Look &look, qint64 newestMs);
    // The same for a start that does not know what is stored.
    void beginUnknown(const Look &look);
    // True: what the clock says may be acted upon.
    bool look(const Look &look);
    // Why not, in a sentence; empty while it may.
    const QString &doubt() const { return m_doubt; }

private:
    void doubtSince(const Look &look, qint64 expectedMs, qint64 slackMs, const QString &why);

    Look m_last;
    bool m_hasBegun = false;
    // While there is a doubt: what the clock should have said at a moment of the uptime, and when patience ends.
    struct Doubt {
        qint64 expectedMs = 0;
        qint64 uptimeMs = 0;
        qint64 slackMs = 0;
        qint64 untilUptimeMs = 0;
        QString why;
    };
    std::optional<Doubt> m_open;
    QString m_doubt;
};

// Milliseconds since the machine was started, with those that it slept.
qint64 uptimeMs();

} // namespace entvas
