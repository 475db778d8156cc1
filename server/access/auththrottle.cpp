#include "server/access/auththrottle.h"

#include "core/base/randombytes.h"
#include "core/model/directory.h"
#include "server/access/tokenverifier.h"
#include "server/http/proxies.h"

#include <algorithm>
#include <cmath>
#include <QCryptographicHash>

namespace entvas {

namespace {

QByteArray successKey(const QByteArray &address, QByteArrayView credential, const QByteArray &salt)
{
    return address + '\n' + QCryptographicHash::hash(salt + credential.toByteArray(), QCryptographicHash::Sha256);
}

} // namespace

AuthThrottle::AuthThrottle(int burst) : m_burst(burst), m_salt(randomBytes(kMostRandomBytes)) {}

int AuthThrottle::retryAfter(const QHostAddress &peer, QByteArrayView credential, qint64 nowMs)
{
    if (credential.isEmpty() || credential.size() >= kStrongChars)
        return 0;
    const QByteArray name = networkOf(peer);
    const Bucket *known = find(m_addresses, name, nowMs);
    if (!known || known->left >= 1 || m_succeeded.object(successKey(name, credential, m_salt)))
        return 0;
    ++m_throttled;
    return secondsUntilOne(*known);
}

void AuthThrottle::recordSuccess(const QHostAddress &peer, QByteArrayView credential)
{
    if (credential.size() >= kStrongChars || credential.isEmpty())
        return;
    const QByteArray name = successKey(networkOf(peer), credential, m_salt);
    if (!m_succeeded.object(name))
        m_succeeded.insert(name, new char(0));
}

int AuthThrottle::recordFailure(const QHostAddress &peer, QByteArrayView credential, qint64 nowMs)
{
    if (credential.size() >= kStrongChars && looksLikeToken(credential))
        return 0;
    int seconds = 0;
    const auto count = [&](Buckets &buckets, const QByteArray &name) {
        Bucket *known = find(buckets, name, nowMs);
        Bucket &one = known ? *known : make(buckets, name, nowMs);
        if (one.left >= 1)
            one.left -= 1;
        else
            seconds = std::max(seconds, secondsUntilOne(one));
    };
    count(m_addresses, networkOf(peer));
    if (const QString id = apiKeyId(credential); !id.isEmpty())
        count(m_keyIds, id.toLatin1());
    m_throttled += seconds > 0;
    return seconds;
}

AuthThrottle::Stats AuthThrottle::stats(qint64 nowMs) const
{
    Stats stats;
    stats.failures.most = m_burst;
    stats.failures.reached = m_throttled;
    for (const Bucket &bucket : m_addresses.list)
        stats.failures.used = std::max(stats.failures.used, m_burst - leftAt(bucket, nowMs));
    stats.addresses = {double(m_addresses.list.size()), double(m_addresses.most), m_addresses.dropped};
    return stats;
}

void AuthThrottle::collect(const Stats &stats, MetricFamilies &into)
{
    into.limit({"entvas_auth_failures", LimitText::Unit::Count,
                "Wrong keys and tokens of the busiest address, of its burst; a whole burst comes back each minute.",
                "Requests refused with 429 for too many wrong keys or tokens."},
               stats.failures);
    into.limit({"entvas_auth_tracked_addresses", LimitText::Unit::Count,
                "Addresses tracked because they sent a wrong key or token.",
                "Tracked addresses dropped for their number."},
               stats.addresses);
}

AuthThrottle::Bucket *AuthThrottle::find(Buckets &buckets, const QByteArray &name, qint64 nowMs)
{
    const auto known = buckets.byName.constFind(name);
    if (known == buckets.byName.cend())
        return nullptr;
    buckets.list.splice(buckets.list.begin(), buckets.list, *known);
    Bucket &bucket = buckets.list.front();
    bucket.left = leftAt(bucket, nowMs);
    bucket.filledMs = nowMs;
    return &bucket;
}

AuthThrottle::Bucket &AuthThrottle::make(Buckets &buckets, const QByteArray &name, qint64 nowMs)
{
    if (buckets.list.size() >= buckets.most) {
        buckets.byName.remove(buckets.list.back().name);
        buckets.list.pop_back();
        ++buckets.dropped;
    }
    buckets.list.push_front({name, m_burst, nowMs});
    buckets.byName.insert(name, buckets.list.begin());
    return buckets.list.front();
}

double AuthThrottle::leftAt(const Bucket &bucket, qint64 nowMs) const
{
    const qint64 passedMs = std::max<qint64>(0, nowMs - bucket.filledMs);
    return std::min(m_burst, bucket.left + double(passedMs) * m_burst / double(kWindowMs));
}

int AuthThrottle::secondsUntilOne(const Bucket &bucket) const
{
    return std::max(1, int(std::ceil((1 - bucket.left) * double(kWindowMs) / m_burst / 1000.0 - 1e-6)));
}

} // namespace entvas
