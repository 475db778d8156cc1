#pragma once

#include "core/base/result.h"
#include "core/cube/usersketch.h"
#include "core/cube/userssnapshot.h"
#include "core/model/timerange.h"

#include <array>
#include <limits>
#include <map>
#include <optional>
#include <QList>

namespace entvas {

// Different users of a span of time, of all events: no filter applies to it.
struct UserCount {
    qint64 count = 0;
    bool isExact = true;
    double relativeError = 0; // standard error as a part of the count; 0 when exact
    bool isRounded = false;   // the finer buckets at an edge are gone: the span was widened to whole coarser ones
    qint64 sinceMs = 0;       // the span begins earlier, and users are known only from then on; 0 = all of it
    bool operator==(const UserCount &) const = default;
};

// Who was there and when: a sketch of the users of each second, minute, quarter hour, hour and day. Lives in one
// thread. The same class on server and desktop: what add() says is new goes out as a delta, and both are equal again.
class LiveUsers
{
public:
    static constexpr std::size_t kTiers = 5;
    static constexpr std::array<qint64, kTiers> kStepMs{1'000, 60'000, 900'000, 3'600'000, 86'400'000};
    // As long as the counts of the same width; hours as long as quarters, which memory may cut short.
    static constexpr std::array<qint64, kTiers> kBuckets{600, 8 * 1440, 92 * 96, 92 * 24, 36'525};
    // Memory of each tier. Beyond it the oldest buckets go (a coarser tier still has their users), and of the days the
    // oldest become one.
    static constexpr std::array<std::size_t, kTiers> kTierBytes{4 << 20, 8 << 20, 8 << 20, 4 << 20, 8 << 20};
    static constexpr std::size_t kMaxBytes = 33 << 20; // of all tiers, and what they need beside
    // Of the sketches in a snapshot. What a coarser tier leaves of its share goes to the next finer one.
    static constexpr std::array<std::size_t, kTiers> kSnapshotBytes{32 << 10, 128 << 10, 64 << 10, 128 << 10,
                                                                    160 << 10};

    // Seconds since 1970, UTC. False when nothing changed. Most users were there in the same second, minute, quarter or
    // hour already: the first tier that knows them ends the search.
    bool add(qint64 epochSecond, UserHash user);

    // For warming up: what is stored of one tier; the others are not touched. Buckets may come in any order.
    void addToTier(std::size_t tier, qint64 bucketMs, const UserSketch &users);
    // The tier's earlier buckets are not to be had: they are forgotten, and asked for in a coarser tier.
    void setKnownFrom(std::size_t tier, qint64 ms);
    qint64 knownFromMs(std::size_t tier) const; // 0 = of all time
    bool isFull(std::size_t tier) const { return m_tiers[tier].bytes >= kTierBytes[tier]; }
    void setSinceMs(qint64 ms) { m_sinceMs = ms; }
    qint64 sinceMs() const { return m_sinceMs; }

    // Forgets what is older than the tiers keep. `dropFuture`: also what lies so far ahead that it came from a clock
    // that was wrong (see LiveCube::trim); true when there was any: what was sent before is no longer additive.
    bool trim(qint64 nowMs, bool dropFuture = false);

    // Edges are whole seconds. From the coarsest buckets that fit; nothing when no user of the span can be known. After
    // `nowMs` there is nothing yet: a bucket that has only begun is whole.
    std::optional<UserCount> in(const TimeSpan &span, qint64 nowMs = std::numeric_limits<qint64>::max()) const;

    UsersSnapshot snapshot() const;
    // Replaces everything. Fails, changing nothing, when columns are uneven, or hold what is no sketch.
    Result<void> apply(const UsersSnapshot &snapshot);
    // Adds a delta. Fails, changing nothing, when a second or the length of its hashes makes no sense.
    Result<void> apply(const QList<UserAddition> &additions);

    std::size_t bytes() const;                        // memory held, approximately; at most kMaxBytes
    quint64 forgotten() const { return m_forgotten; } // buckets that went, or became one with others, for want of room
    bool operator==(const LiveUsers &other) const     // also in how far back they know
    {
        return m_tiers == other.m_tiers && m_before == other.m_before && m_beforeFrom == other.m_beforeFrom &&
               m_sinceMs == other.m_sinceMs;
    }

private:
    static constexpr qint64 kAlways = std::numeric_limits<qint64>::min();
    struct TierUsers {
        std::map<qint64, UserSketch> buckets; // by number; only those with users
        qint64 knownFrom = kAlways;           // number of the first bucket that is complete
        std::size_t bytes = 0;
        bool operator==(const TierUsers &other) const
        {
            return knownFrom == other.knownFrom && buckets == other.buckets;
        }
    };
    // What a question gathers on its way.
    struct Sum {
        UserSketch users;
        bool isRounded = false;
    };
    enum class Added { New, Known, NotKept };
    template <class T>
    Added addTo(std::size_t tier, qint64 bucket, const T &users);
    void keepWithin(std::size_t tier);
    void dropFirst(std::size_t tier);
    void whole(std::size_t tier, const TimeSpan &span, Sum &sum) const;
    void down(std::size_t tier, const TimeSpan &span, Sum &sum) const;
    void part(std::size_t tier, const TimeSpan &span, Sum &sum) const;
    qint64 endMs() const;

    std::array<TierUsers, kTiers> m_tiers;
    UserSketch m_before;     // of the days that the tier of days has no room for
    qint64 m_beforeFrom = 0; // number of the first of them
    qint64 m_sinceMs = 0;
    quint64 m_forgotten = 0;
};

} // namespace entvas
