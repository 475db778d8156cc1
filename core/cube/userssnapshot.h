#pragma once

#include <QByteArray>
#include <QList>

// Users as they travel: see LiveUsers.
namespace entvas {

// One tier as columns: bucket fromMs + bucket[i]*stepMs has the users sketch[i] (UserSketch::toBytes).
struct UserTier {
    qint64 stepMs = 0;
    qint64 knownMs = 0; // all buckets from then on are there, those without users excepted; 0 = of all time
    qint64 fromMs = 0;
    QList<qint64> bucket;
    QList<QByteArray> sketch;
};
struct UsersSnapshot {
    qint64 sinceMs = 0;      // users of earlier events are not known; 0 = of all
    qint64 beforeFromMs = 0; // start of the first day …
    QByteArray before;       // … of those before the tier of days, together; empty = none
    QList<UserTier> tiers;   // by rising step
};
// Users that are new in a second (since 1970, UTC): putUserHash() of each, in rising order.
struct UserAddition {
    qint64 epochSecond = 0;
    QByteArray hashes;
};

} // namespace entvas
