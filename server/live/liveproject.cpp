#include "server/live/liveproject.h"

#include <algorithm>

namespace entvas {

namespace {

constexpr int kSeriesBits = 16; // SeriesIndex is 16 bits wide; seconds since 1970 fit into the other 48
static_assert(sizeof(SeriesIndex) * 8 == kSeriesBits);

} // namespace

SeriesKey placeOf(const LiveCube &cube, const SeriesKey &key)
{
    if (cube.contains(key))
        return key;
    SeriesKey type(key.size(), QString::fromUtf16(kOther));
    type.first() = key.first();
    return cube.contains(type) ? type : key;
}

LiveProject::LiveProject(Project project, QString epoch, QStringList dimensions)
    : m_project(std::move(project)),
      m_epoch(std::move(epoch)),
      m_cube(std::move(dimensions)),
      m_generation(m_cube.generation())
{
}

qint64 LiveProject::rejectedIn(const TimeSpan &span) const
{
    return m_rejectedByTime.in(span);
}

void LiveProject::warm(WarmState state)
{
    m_cube = std::move(state.cube);
    m_users = std::move(state.users);
    m_rejected = state.rejected;
    m_rejectedByTime = std::move(state.rejectedByTime);
    if (state.seconds)
        fill(*state.seconds);
    clearPending();
    m_toldSeries = m_cube.series().size();
    m_generation = m_cube.generation();
    m_changed = false;
    ++m_seq;
    forgetSteps();
}

void LiveProject::replace(WarmState state)
{
    warm(std::move(state));
    m_cube.startOver();
    m_changed = true;
}

void LiveProject::addSeconds(const RecentSeconds &seconds)
{
    fill(seconds);
    if (seconds.counts.isEmpty())
        return;
    m_cube.startOver();
    m_changed = true;
}

void LiveProject::fill(const RecentSeconds &seconds)
{
    m_users.setKnownFrom(0, seconds.fromMs);
    // The other tiers have them, unless another server has just stored them; and whom a second knows, all must know.
    for (const auto &[second, users] : seconds.users)
        for (std::size_t tier = 0; tier < LiveUsers::kTiers; ++tier)
            m_users.addToTier(tier, second * 1'000, users);
    for (auto it = seconds.counts.cbegin(); it != seconds.counts.cend(); ++it) {
        const SeriesIndex series = m_cube.intern(placeOf(m_cube, it.key().second));
        m_cube.addToTier(Tier::Second, it.key().first * 1'000, series, quint64(it.value()));
    }
}

SeriesKey LiveProject::admit(const SeriesKey &key)
{
    SeriesKey counted = m_cube.capped(key);
    m_stats.series.reached += counted != key;
    if (counted != key || m_admitted.contains(key) || m_cube.contains(key))
        return counted;
    if (m_cube.series().size() + m_admitted.size() >= LiveCube::kMaxSeries - 1) {
        ++m_stats.series.reached;
        return SeriesKey(m_cube.dimensions().size(), QString::fromUtf16(kOther));
    }
    m_admitted.insert(key);
    return counted;
}

void LiveProject::add(const CommittedJob &job)
{
    for (qsizetype i = 0; i < job.job.events.size(); ++i) {
        const Event &event = job.job.events[i];
        m_admitted.remove(event.series);
        if (job.outcomes[i].status != AppendOutcome::Status::Accepted)
            continue;
        count({event.receivedAtMs / 1000, m_cube.intern(event.series), 1});
        see(event.receivedAtMs / 1000, userHash(event.userId));
    }
    if (job.job.rejected > 0)
        reject(job.job.rejectedAtMs - job.job.rejectedAtMs % 60'000, job.job.rejected);
}

void LiveProject::add(const Announcement &what)
{
    QList<SeriesIndex> series;
    for (const SeriesKey &key : what.series)
        series.append(m_cube.intern(key));
    for (const Announcement::Cell &cell : what.cells)
        count({cell.epochSecond, series[cell.series], quint32(cell.count)});
    for (const UserAddition &users : what.users)
        for (qsizetype at = 0; at < users.hashes.size(); at += kUserHashBytes)
            see(users.epochSecond, getUserHash(reinterpret_cast<const uchar *>(users.hashes.constData() + at)));
    for (auto it = what.rejected.cbegin(); it != what.rejected.cend(); ++it)
        reject(it.key(), it.value());
}

void LiveProject::count(const Cell &cell)
{
    const qint64 ms = cell.epochSecond * 1'000;
    if (m_trimmedMs != 0 && ms - m_trimmedMs > kTierAheadMs[std::size_t(Tier::Minute)])
        return countFarAhead(ms, cell);
    m_cube.add({&cell, 1});
    m_pending[quint64(cell.epochSecond) << kSeriesBits | cell.series] += cell.count;
    m_changed = true;
}

// From a clock that was wrong, ours or another server's: in a finer tier it would take the place of the present.
void LiveProject::countFarAhead(qint64 ms, const Cell &cell)
{
    for (const Tier tier : {Tier::Quarter, Tier::Day})
        if (tier == Tier::Day || ms - m_trimmedMs <= kTierAheadMs[std::size_t(tier)])
            m_cube.addToTier(tier, ms, cell.series, cell.count);
    m_cube.startOver(); // a delta would put it into all tiers
    m_changed = true;
}

void LiveProject::see(qint64 epochSecond, UserHash user)
{
    if (!m_users.add(epochSecond, user))
        return;
    m_pendingUsers[epochSecond].push_back(user);
    ++m_pendingUserCount;
    m_changed = true;
}

void LiveProject::reject(qint64 minuteMs, qint64 events)
{
    m_rejected += events;
    m_rejectedByTime.add({minuteMs, events});
    m_pendingRejections.add({minuteMs, events});
    m_changed = true;
}

LiveProject::Stats LiveProject::stats() const
{
    Stats stats = m_stats;
    stats.series.used = double(m_cube.series().size());
    stats.series.most = LiveCube::kMaxSeries;
    stats.ringDeltas.used = double(m_ring.size());
    stats.ringDeltas.most = double(kRingDeltas);
    stats.ringCells.used = double(m_ringCells);
    stats.ringCells.most = double(kRingCells);
    stats.users.used = double(m_users.bytes());
    stats.users.most = double(LiveUsers::kMaxBytes);
    stats.users.reached = m_users.forgotten();
    stats.cubeBytes = m_cube.bytes();
    return stats;
}

void LiveProject::trim(qint64 nowMs)
{
    m_trimmedMs = nowMs;
    m_cube.trim(nowMs);
    if (m_users.trim(nowMs, true))
        m_cube.startOver();
    m_rejectedByTime.trim(nowMs);
    if (m_cube.generation() != m_generation)
        m_changed = true;
    if (m_snapshot && nowMs - m_snapshotMs > kSnapshotReuseMs)
        m_snapshot.reset(); // it may be large, and will not be sent again
}

OutMessagePtr LiveProject::step()
{
    m_changed = false;
    ++m_seq;
    const bool renumbered = m_generation != m_cube.generation();
    const bool isTooLarge =
        m_pending.size() > std::size_t(wire::kMaxDeltaCells) || m_pendingUserCount > std::size_t(wire::kMaxDeltaUsers);
    m_generation = m_cube.generation();
    wire::Delta delta{m_project.id, m_seq, totals(), {}, {}};
    if (renumbered || isTooLarge) {
        clearPending(); // their numbers mean other series now; the snapshot holds the counts
        m_toldSeries = m_cube.series().size();
        forgetSteps();
        return nullptr;
    }
    delta.newSeries = m_cube.series().mid(m_toldSeries);
    m_toldSeries = m_cube.series().size();
    delta.cells.reserve(qsizetype(m_pending.size()));
    for (const auto &[key, count] : m_pending)
        delta.cells.append({qint64(key >> kSeriesBits), SeriesIndex(key & 0xffff), count});
    std::sort(delta.cells.begin(), delta.cells.end(), [](const Cell &a, const Cell &b) {
        return a.epochSecond != b.epochSecond ? a.epochSecond < b.epochSecond : a.series < b.series;
    });
    m_pending.clear();

    const std::size_t size = std::size_t(delta.cells.size() + delta.newSeries.size()) + m_pendingUserCount;
    delta.users = takePendingUsers();
    delta.rejections = std::exchange(m_pendingRejections, {}).list();
    m_ring.push_back({m_seq, size, std::make_shared<OutMessage>(std::move(delta))});
    m_ringCells += size;
    OutMessagePtr message = m_ring.back().message;
    while (m_ring.size() > kRingDeltas || (m_ringCells > kRingCells && !m_ring.empty())) {
        ++(m_ring.size() > kRingDeltas ? m_stats.ringDeltas : m_stats.ringCells).reached;
        m_ringCells -= m_ring.front().cells;
        m_ring.pop_front();
    }
    return message;
}

QList<UserAddition> LiveProject::takePendingUsers()
{
    QList<UserAddition> additions;
    for (auto &[second, users] : m_pendingUsers) {
        std::sort(users.begin(), users.end());
        UserAddition addition{second, QByteArray(qsizetype(users.size()) * kUserHashBytes, Qt::Uninitialized)};
        auto *at = reinterpret_cast<uchar *>(addition.hashes.data());
        for (const UserHash user : users) {
            putUserHash(at, user);
            at += kUserHashBytes;
        }
        additions.append(std::move(addition));
    }
    clearPendingUsers();
    return additions;
}

QList<OutMessagePtr> LiveProject::picture(qint64 nowMs)
{
    const bool fresh = m_snapshot && nowMs - m_snapshotMs <= kSnapshotReuseMs && nowMs >= m_snapshotMs &&
                       m_seq - m_snapshotSeq <= qint64(m_ring.size());
    if (!fresh) {
        m_snapshot = std::make_shared<OutMessage>(wire::Snapshot{m_project.id, m_epoch, m_seq, nowMs, totals(),
                                                                 m_cube.snapshot(), m_users.snapshot(),
                                                                 m_rejectedByTime.list()});
        m_snapshotSeq = m_seq;
        m_snapshotMs = nowMs;
    }
    return QList<OutMessagePtr>{m_snapshot} + after(m_snapshotSeq);
}

std::optional<QList<OutMessagePtr>> LiveProject::since(const wire::Since &seen) const
{
    if (seen.epoch != m_epoch || seen.seq < 0 || seen.seq > m_seq || m_seq - seen.seq > qint64(m_ring.size()))
        return {};
    return after(seen.seq);
}

QList<OutMessagePtr> LiveProject::after(qint64 seq) const
{
    QList<OutMessagePtr> list;
    for (std::size_t i = m_ring.size() - std::size_t(m_seq - seq); i < m_ring.size(); ++i)
        list.append(m_ring[i].message);
    return list;
}

void LiveProject::forgetSteps()
{
    m_ring.clear();
    m_ringCells = 0;
    m_snapshot.reset();
}

} // namespace entvas
