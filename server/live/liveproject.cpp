#include "server/live/liveproject.h"

#include <utility>

namespace entvas {

SeriesKey placeOf(const LiveCube &cube, const SeriesKey &key)
{
    if (cube.contains(key))
        return key;
    SeriesKey type(key.size(), QString::fromUtf16(kOther));
    type.first() = key.first();
    return cube.contains(type) ? type : key;
}

namespace {

void fill(const RecentSeconds &seconds, LiveCube &cube, LiveUsers &all)
{
    all.setKnownFrom(0, seconds.fromMs);
    // The other tiers have them, unless another server has just stored them; and users that a second knows, all must
    // know.
    for (const auto &[second, users] : seconds.users)
        for (std::size_t tier = 0; tier < LiveUsers::kTiers; ++tier)
            all.addToTier(tier, second * 1'000, users);
    for (auto it = seconds.counts.cbegin(); it != seconds.counts.cend(); ++it) {
        const SeriesIndex series = cube.intern(placeOf(cube, it.key().second));
        cube.addToTier(Tier::Second, it.key().first * 1'000, series, quint64(it.value()));
    }
}

} // namespace

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
        fill(*state.seconds, m_cube, m_users);
    m_pending.clear();
    m_sentSeries = m_cube.series().size();
    m_generation = m_cube.generation();
    m_changed = false;
    ++m_seq;
    m_ring.clear();
    m_snapshot.reset();
}

void LiveProject::replace(WarmState state)
{
    warm(std::move(state));
    m_cube.startOver();
    m_changed = true;
}

void LiveProject::addSeconds(const RecentSeconds &seconds)
{
    fill(seconds, m_cube, m_users);
    if (seconds.counts.isEmpty())
        return;
    m_cube.startOver();
    m_changed = true;
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
    m_changed = true;
    const qint64 ms = cell.epochSecond * 1'000;
    const qint64 aheadMs = m_trimmedMs != 0 ? ms - m_trimmedMs : 0;
    if (aheadMs <= kTierAheadMs[std::size_t(Tier::Minute)]) {
        m_cube.add({&cell, 1});
        m_pending.count(cell);
        return;
    }
    // From a clock that was wrong, ours or another server's: in a finer tier it would take the place of the present.
    for (const Tier tier : {Tier::Quarter, Tier::Day})
        if (tier == Tier::Day || aheadMs <= kTierAheadMs[std::size_t(tier)])
            m_cube.addToTier(tier, ms, cell.series, cell.count);
    m_cube.startOver(); // a delta would put it into all tiers
}

void LiveProject::see(qint64 epochSecond, UserHash user)
{
    if (!m_users.add(epochSecond, user))
        return;
    m_pending.see(epochSecond, user);
    m_changed = true;
}

void LiveProject::reject(qint64 minuteMs, qint64 events)
{
    m_rejected += events;
    m_rejectedByTime.add({minuteMs, events});
    m_pending.reject({minuteMs, events});
    m_changed = true;
}

LiveProject::Stats LiveProject::stats() const
{
    Stats stats = m_stats;
    stats.series.used = double(m_cube.series().size());
    stats.series.most = LiveCube::kMaxSeries;
    stats.ringDeltas = m_ring.deltas();
    stats.ringCells = m_ring.cells();
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
    const bool isRenumbered = std::exchange(m_generation, m_cube.generation()) != m_cube.generation();
    const qsizetype sentSeries = std::exchange(m_sentSeries, m_cube.series().size());
    if (isRenumbered || m_pending.isTooLarge()) {
        m_pending.clear(); // their numbers mean other series now; the snapshot holds the counts
        m_ring.clear();
        m_snapshot.reset();
        return nullptr;
    }
    wire::Delta delta{m_project.id, m_seq, totals(), m_cube.series().mid(sentSeries), {}};
    const std::size_t size = m_pending.moveTo(delta) + std::size_t(delta.newSeries.size());
    auto message = std::make_shared<OutMessage>(std::move(delta));
    m_ring.push(message, size);
    return message;
}

QList<OutMessagePtr> LiveProject::snapshot(qint64 nowMs)
{
    const bool fresh = m_snapshot && nowMs - m_snapshotMs <= kSnapshotReuseMs && nowMs >= m_snapshotMs &&
                       m_seq - m_snapshotSeq <= m_ring.size();
    if (!fresh) {
        m_snapshot = std::make_shared<OutMessage>(wire::Snapshot{m_project.id, m_epoch, m_seq, nowMs, totals(),
                                                                 m_cube.snapshot(), m_users.snapshot(),
                                                                 m_rejectedByTime.list()});
        m_snapshotSeq = m_seq;
        m_snapshotMs = nowMs;
    }
    return QList<OutMessagePtr>{m_snapshot} + m_ring.newest(m_seq - m_snapshotSeq);
}

std::optional<QList<OutMessagePtr>> LiveProject::since(const wire::Since &seen) const
{
    if (seen.epoch != m_epoch || seen.seq < 0 || seen.seq > m_seq || m_seq - seen.seq > m_ring.size())
        return {};
    return m_ring.newest(m_seq - seen.seq);
}

} // namespace entvas
