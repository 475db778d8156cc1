#include "core/cube/liveusers.h"

#include "core/base/floor.h"
#include "core/base/isotime.h"

#include <algorithm>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t kDay = LiveUsers::kTiers - 1;
constexpr std::size_t kNodeBytes = 48 + sizeof(qint64) + sizeof(UserSketch); // of a map, and what allocation adds
// Far ahead of now, per tier: as LiveCube has it.
constexpr std::array<qint64, LiveUsers::kTiers> kAheadMs{60'000, 86'400'000, 7 * 86'400'000LL, 7 * 86'400'000LL,
                                                         std::numeric_limits<qint64>::max()};

bool put(UserSketch &sketch, UserHash user)
{
    return sketch.add(user);
}

bool put(UserSketch &sketch, const UserSketch &users)
{
    sketch.merge(users);
    return true;
}

} // namespace

template <class T>
LiveUsers::Added LiveUsers::addTo(std::size_t tier, qint64 bucket, const T &users)
{
    TierUsers &at = m_tiers[tier];
    if (bucket < at.knownFrom)
        return Added::NotKept;
    const auto [place, isNew] = at.buckets.try_emplace(bucket);
    const std::size_t before = isNew ? 0 : kNodeBytes + place->second.bytes();
    const bool changed = put(place->second, users);
    at.bytes += kNodeBytes + place->second.bytes() - before;
    if (isNew && place != at.buckets.begin()) { // the one before is done with, as a rule
        UserSketch &done = std::prev(place)->second;
        at.bytes -= done.bytes();
        done.shrink();
        at.bytes += done.bytes();
    }
    if (at.bytes > kTierBytes[tier] || (isNew && qint64(at.buckets.size()) > kBuckets[tier]))
        keepWithin(tier);
    return changed ? Added::New : Added::Known;
}

bool LiveUsers::add(qint64 epochSecond, UserHash user)
{
    // A day that has gone into "before" keeps taking its users.
    if (floorDiv(epochSecond, kStepMs[kDay] / 1000) < m_tiers[kDay].knownFrom)
        return m_before.add(user);
    // A bucket holds at least what the finer ones within it hold: whom one knows, all coarser ones know.
    bool changed = false;
    for (std::size_t tier = 0; tier < kTiers; ++tier) {
        const Added added = addTo(tier, floorDiv(epochSecond, kStepMs[tier] / 1000), user);
        if (added == Added::Known)
            break;
        changed = changed || added == Added::New;
    }
    return changed;
}

void LiveUsers::addToTier(std::size_t tier, qint64 bucketMs, const UserSketch &users)
{
    if (!users.isEmpty())
        addTo(tier, floorDiv(bucketMs, kStepMs[tier]), users);
}

void LiveUsers::dropFirst(std::size_t tier)
{
    TierUsers &at = m_tiers[tier];
    const auto first = at.buckets.begin();
    if (tier == kDay) {
        if (m_before.isEmpty())
            m_beforeFrom = first->first;
        m_beforeFrom = std::min(m_beforeFrom, first->first);
        m_before.merge(first->second);
    }
    at.knownFrom = std::max(at.knownFrom, first->first + 1);
    at.bytes -= kNodeBytes + first->second.bytes();
    at.buckets.erase(first);
}

void LiveUsers::keepWithin(std::size_t tier)
{
    TierUsers &at = m_tiers[tier];
    while (at.buckets.size() > 1 && (at.bytes > kTierBytes[tier] || qint64(at.buckets.size()) > kBuckets[tier])) {
        m_forgotten += at.bytes > kTierBytes[tier];
        dropFirst(tier);
    }
}

void LiveUsers::setKnownFrom(std::size_t tier, qint64 ms)
{
    TierUsers &at = m_tiers[tier];
    const qint64 from = floorDiv(ms + kStepMs[tier] - 1, kStepMs[tier]);
    while (!at.buckets.empty() && at.buckets.begin()->first < from)
        dropFirst(tier);
    at.knownFrom = from;
}

qint64 LiveUsers::knownFromMs(std::size_t tier) const
{
    const qint64 from = m_tiers[tier].knownFrom;
    return from == kAlways ? 0 : from * kStepMs[tier];
}

bool LiveUsers::trim(qint64 nowMs, bool dropFuture)
{
    bool dropped = false;
    for (std::size_t tier = 0; tier < kTiers; ++tier) {
        TierUsers &at = m_tiers[tier];
        const qint64 oldest = floorDiv(nowMs, kStepMs[tier]) - kBuckets[tier] + 1;
        while (!at.buckets.empty() && at.buckets.begin()->first < oldest)
            dropFirst(tier);
        if (tier != kDay) // days end by memory only
            at.knownFrom = std::max(at.knownFrom, oldest);
        if (!dropFuture || kAheadMs[tier] == std::numeric_limits<qint64>::max())
            continue;
        const qint64 last = floorDiv(nowMs + kAheadMs[tier], kStepMs[tier]);
        while (!at.buckets.empty() && at.buckets.rbegin()->first > last) {
            at.bytes -= kNodeBytes + at.buckets.rbegin()->second.bytes();
            at.buckets.erase(std::prev(at.buckets.end()));
            dropped = true;
        }
    }
    return dropped;
}

void LiveUsers::whole(std::size_t tier, const TimeSpan &span, Sum &sum) const
{
    const auto &buckets = m_tiers[tier].buckets;
    const auto end = buckets.lower_bound(span.toMs / kStepMs[tier]);
    for (auto at = buckets.lower_bound(span.fromMs / kStepMs[tier]); at != end; ++at)
        sum.users.merge(at->second);
}

// Whole buckets of this tier; what is left at both ends goes to the finer one.
void LiveUsers::down(std::size_t tier, const TimeSpan &span, Sum &sum) const
{
    if (span.isEmpty())
        return;
    const qint64 step = kStepMs[tier];
    const qint64 from = ceilTo(span.fromMs, step);
    const qint64 to = floorTo(span.toMs, step);
    if (tier == 0) {
        whole(tier, {floorTo(span.fromMs, step), ceilTo(span.toMs, step)}, sum);
    } else if (from <= to) {
        whole(tier, {from, to}, sum);
        part(tier, {span.fromMs, from}, sum);
        part(tier, {to, span.toMs}, sum);
    } else {
        part(tier, span, sum);
    }
}

// A part of one bucket of `tier`. Where the finer tier does not reach back that far the whole bucket stands for it.
void LiveUsers::part(std::size_t tier, const TimeSpan &span, Sum &sum) const
{
    if (span.isEmpty())
        return;
    const auto bucket = m_tiers[tier].buckets.find(floorDiv(span.fromMs, kStepMs[tier]));
    if (bucket == m_tiers[tier].buckets.end())
        return; // nobody was there
    if (m_tiers[tier - 1].knownFrom <= floorDiv(span.fromMs, kStepMs[tier - 1]))
        return down(tier - 1, span, sum);
    sum.users.merge(bucket->second);
    sum.isRounded = true;
}

// Nobody was seen from then on: what the finest of the newest buckets says.
qint64 LiveUsers::endMs() const
{
    qint64 end = std::numeric_limits<qint64>::max();
    for (std::size_t tier = 0; tier < kTiers; ++tier)
        if (!m_tiers[tier].buckets.empty())
            end = std::min(end, (m_tiers[tier].buckets.rbegin()->first + 1) * kStepMs[tier]);
    return end;
}

std::optional<UserCount> LiveUsers::in(const TimeSpan &span, qint64 nowMs) const
{
    if (span.isEmpty() || span.toMs <= m_sinceMs)
        return {};
    Sum sum;
    TimeSpan rest = span;
    if (rest.toMs >= std::min(endMs(), nowMs))
        rest.toMs = ceilTo(rest.toMs, kStepMs[kDay]);
    const TierUsers &days = m_tiers[kDay];
    if (!m_before.isEmpty() && rest.fromMs < days.knownFrom * kStepMs[kDay]) {
        sum.users.merge(m_before);
        sum.isRounded = rest.fromMs > m_beforeFrom * kStepMs[kDay];
        rest.fromMs = days.knownFrom * kStepMs[kDay];
    }
    down(kDay, rest, sum);
    return UserCount{sum.users.count(), sum.users.isExact(), sum.users.relativeError(), sum.isRounded,
                     span.fromMs < m_sinceMs ? m_sinceMs : 0};
}

UsersSnapshot LiveUsers::snapshot() const
{
    UsersSnapshot snapshot;
    snapshot.sinceMs = m_sinceMs;
    UserSketch before = m_before;
    qint64 beforeFrom = m_beforeFrom;
    std::size_t room = 0;
    for (std::size_t tier = kTiers; tier-- > 0;) {
        const TierUsers &at = m_tiers[tier];
        room += kSnapshotBytes[tier];
        UserTier columns{kStepMs[tier], knownFromMs(tier), 0, {}, {}};
        for (auto bucket = at.buckets.crbegin(); bucket != at.buckets.crend(); ++bucket) {
            const QByteArray bytes = bucket->second.toBytes();
            if (std::size_t(bytes.size()) > room) {
                columns.knownMs = (bucket->first + 1) * kStepMs[tier];
                for (; tier == kDay && bucket != at.buckets.crend(); ++bucket) { // the days that find no room, as one
                    beforeFrom = before.isEmpty() ? bucket->first : std::min(beforeFrom, bucket->first);
                    before.merge(bucket->second);
                }
                break;
            }
            room -= std::size_t(bytes.size());
            columns.bucket.prepend(bucket->first);
            columns.sketch.prepend(bytes);
        }
        const qint64 first = columns.bucket.isEmpty() ? 0 : columns.bucket.first();
        columns.fromMs = first * kStepMs[tier];
        for (qint64 &bucket : columns.bucket)
            bucket -= first;
        snapshot.tiers.prepend(std::move(columns));
    }
    if (!before.isEmpty()) {
        snapshot.before = before.toBytes();
        snapshot.beforeFromMs = beforeFrom * kStepMs[kDay];
    }
    return snapshot;
}

Result<void> LiveUsers::apply(const UsersSnapshot &snapshot)
{
    const auto refuse = [](const QString &why) {
        return Result<void>(Fault::BadInput, u"The snapshot's users make no sense: %1."_s.arg(why));
    };
    const auto isTime = [](qint64 ms) { return ms >= 0 && ms < kMaxEpochSecond * 1000; };
    LiveUsers fresh;
    fresh.m_sinceMs = snapshot.sinceMs;
    if (!isTime(snapshot.sinceMs) || !isTime(snapshot.beforeFromMs))
        return refuse(u"a time lies outside"_s);
    if (!snapshot.before.isEmpty()) {
        const auto before = UserSketch::parse(snapshot.before);
        if (!before)
            return refuse(u"what is before the days is no sketch"_s);
        fresh.m_before = *before;
        fresh.m_beforeFrom = snapshot.beforeFromMs / kStepMs[kDay];
    }
    for (const UserTier &columns : snapshot.tiers) {
        const auto step = std::find(kStepMs.begin(), kStepMs.end(), columns.stepMs);
        if (step == kStepMs.end())
            continue; // a tier that a later server may add
        const auto tier = std::size_t(step - kStepMs.begin());
        if (columns.bucket.size() != columns.sketch.size() || columns.bucket.size() > kBuckets[tier])
            return refuse(u"columns of uneven or too great length"_s);
        if (!isTime(columns.fromMs) || !isTime(columns.knownMs) || columns.fromMs % *step || columns.knownMs % *step)
            return refuse(u"a tier starts at %1"_s.arg(columns.fromMs));
        if (columns.knownMs > 0)
            fresh.m_tiers[tier].knownFrom = columns.knownMs / *step;
        for (qsizetype i = 0; i < columns.bucket.size(); ++i) {
            const auto sketch = UserSketch::parse(columns.sketch[i]);
            if (!sketch || columns.bucket[i] < 0 || columns.bucket[i] > kMaxEpochSecond ||
                !isTime(columns.fromMs + columns.bucket[i] * *step))
                return refuse(u"bucket %1 lies outside or is no sketch"_s.arg(i));
            fresh.addToTier(tier, columns.fromMs + columns.bucket[i] * *step, *sketch);
        }
    }
    if (!fresh.m_before.isEmpty() && fresh.m_tiers[kDay].knownFrom == kAlways)
        return refuse(u"days are known from the beginning, and there are some before"_s);
    *this = std::move(fresh);
    return {};
}

Result<void> LiveUsers::apply(const QList<UserAddition> &additions)
{
    for (const UserAddition &addition : additions)
        if (addition.epochSecond < 0 || addition.epochSecond >= kMaxEpochSecond ||
            addition.hashes.size() % kUserHashBytes)
            return {Fault::BadInput, u"The delta's users make no sense."_s};
    for (const UserAddition &addition : additions) {
        const auto *at = reinterpret_cast<const uchar *>(addition.hashes.constData());
        for (qsizetype i = 0; i < addition.hashes.size(); i += kUserHashBytes)
            add(addition.epochSecond, getUserHash(at + i));
    }
    return {};
}

std::size_t LiveUsers::bytes() const
{
    std::size_t sum = sizeof *this + m_before.bytes();
    for (const TierUsers &tier : m_tiers)
        sum += tier.bytes;
    return sum;
}

} // namespace entvas
