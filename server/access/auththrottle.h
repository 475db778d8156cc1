#pragma once

#include "core/base/metrics.h"

#include <list>
#include <QByteArray>
#include <QByteArrayView>
#include <QCache>
#include <QHash>
#include <QHostAddress>

namespace entvas {

// Throttles failed authentication: per address (an IPv6 network of /64 counts as one, being one household's) and per
// key id, `burst` failures at once and as many a minute in the long run. Beyond that a failure is answered 429 instead
// of 401, and a *short* credential is not even compared: only short ones can be found by trying.
//
// A client with a valid credential is not locked out by an attacker behind the same address (NAT, an office): keys that
// we made, logins and secrets of kStrongChars or more are always compared, and a shorter one is when it succeeded from
// that address before. What remains: a short secret of the settings, used for the first time from an address that is
// throttled, has to wait until the failures stop. Memory is bounded: the addresses seen longest ago are dropped first.
// Lives in the server's thread. Times are milliseconds of any clock that goes forward.
class AuthThrottle
{
public:
    static constexpr int kBurst = 20;
    static constexpr qint64 kWindowMs = 60'000;   // in which a whole burst comes back
    static constexpr int kMaxAddresses = 10'000;  // tracked
    static constexpr int kMaxKeyIds = 10'000;     // tracked
    static constexpr int kMaxSucceeded = 10'000;  // short credentials that succeeded
    static constexpr qsizetype kStrongChars = 32; // `openssl rand -hex 16`: out of reach of any number of tries

    explicit AuthThrottle(int burst = kBurst);

    // Before a credential is compared. 0: compare it. Else answer 429 with this Retry-After, without comparing.
    int retryAfter(const QHostAddress &peer, QByteArrayView credential, qint64 nowMs);
    void recordSuccess(const QHostAddress &peer, QByteArrayView credential);
    // 0: answer 401. Else answer 429 with this Retry-After. Not for a request without a credential, which is no
    // attempt. The token of a login is none either, whatever is wrong with it: a signature can't be found by trying,
    // and a whole office wakes up with expired ones. A real one has kStrongChars; shorter ones count.
    int recordFailure(const QHostAddress &peer, QByteArrayView credential, qint64 nowMs);

    struct Stats {
        LimitUse failures;  // of the busiest address, of its burst; reached: answers with 429
        LimitUse addresses; // tracked; reached: dropped for their number
    };
    Stats stats(qint64 nowMs) const;
    static void collect(const Stats &stats, MetricFamilies &into);

private:
    struct Bucket {
        QByteArray name;
        double left = 0;
        qint64 filledMs = 0;
    };
    // The most recently seen first.
    struct Buckets {
        std::size_t most;
        std::list<Bucket> list{};
        QHash<QByteArray, std::list<Bucket>::iterator> byName{};
        quint64 dropped = 0;
    };
    Bucket *find(Buckets &buckets, const QByteArray &name, qint64 nowMs);
    Bucket &make(Buckets &buckets, const QByteArray &name, qint64 nowMs);
    double leftAt(const Bucket &bucket, qint64 nowMs) const;
    int secondsUntilOne(const Bucket &bucket) const;

    double m_burst;
    Buckets m_addresses{kMaxAddresses};
    Buckets m_keyIds{kMaxKeyIds};
    QCache<QByteArray, char> m_succeeded{kMaxSucceeded}; // by address and salted digest
    QByteArray m_salt;                                   // of this run: what is kept is no plain digest of a secret
    quint64 m_throttled = 0;
};

} // namespace entvas
