#pragma once

#include "core/base/limituse.h"

#include <list>
#include <QByteArray>
#include <QByteArrayView>
#include <QCache>
#include <QHash>
#include <QHostAddress>

namespace entvas {

// Holds up who guesses keys and tokens: per address (an IPv6 network of /64 counts as one, being one household's) and
// per key id, `burst` wrong ones at once and as many a minute in the long run. Beyond that a wrong one is answered 429
// instead of 401, and a *short* credential is not even compared: only short ones can be found by trying.
//
// Whoever shares the address with a guesser (NAT, an office) and presents a right one is not locked out: keys that we
// made, logins and secrets of kStrongChars or more are always compared, and a shorter one is when it was right from
// that address before. What remains: a short secret of the settings, first used from an address that guesses, has to
// wait until that stops. Memory is bounded: the addresses that were not heard of for longest are forgotten. Lives in
// the server's thread. Times are milliseconds of any clock that goes forward.
class GuessLimit
{
public:
    static constexpr int kBurst = 20;
    static constexpr qint64 kWindowMs = 60'000;   // in which a whole burst comes back
    static constexpr int kMaxAddresses = 10'000;  // that are remembered
    static constexpr int kMaxKeyIds = 10'000;     // that are remembered
    static constexpr int kMaxRight = 10'000;      // short credentials remembered as right
    static constexpr qsizetype kStrongChars = 32; // `openssl rand -hex 16`: no number of tries finds it

    explicit GuessLimit(int burst = kBurst);

    // Before a credential is looked at. 0: compare it. Else answer 429 with this Retry-After, without comparing.
    int wait(const QHostAddress &peer, QByteArrayView credential, qint64 nowMs);
    // It was right.
    void right(const QHostAddress &peer, QByteArrayView credential);
    // It was wrong. 0: answer 401. Else answer 429 with this Retry-After. Not for a request without any credential,
    // which is no guess. The token of a login is none either, whatever is wrong with it: nobody finds a signature by
    // trying, and a whole office wakes up with expired ones. Any real one has kStrongChars; what is shorter counts.
    int fail(const QHostAddress &peer, QByteArrayView credential, qint64 nowMs);

    struct Stats {
        LimitUse guesses;   // wrong ones of the busiest address, of its burst; reached: answers with 429
        LimitUse addresses; // remembered; reached: forgotten for their number
    };
    Stats stats(qint64 nowMs) const;

private:
    struct Bucket {
        QByteArray name;
        double left = 0;
        qint64 filledMs = 0;
    };
    // The most recently heard of first.
    struct Buckets {
        std::size_t most;
        std::list<Bucket> list{};
        QHash<QByteArray, std::list<Bucket>::iterator> byName{};
        quint64 forgotten = 0;
    };
    Bucket *find(Buckets &buckets, const QByteArray &name, qint64 nowMs);
    Bucket &make(Buckets &buckets, const QByteArray &name, qint64 nowMs);
    double leftAt(const Bucket &bucket, qint64 nowMs) const;
    int secondsUntilOne(const Bucket &bucket) const;

    double m_burst;
    Buckets m_addresses{kMaxAddresses};
    Buckets m_keyIds{kMaxKeyIds};
    QCache<QByteArray, char> m_right{kMaxRight}; // by address and salted digest
    QByteArray m_salt;                           // of this run: what is remembered is no digest of a secret
    quint64 m_held = 0;
};

} // namespace entvas
