#include "server/warmup.h"

#include <algorithm>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

qint64 tierStart(Tier tier, qint64 nowMs)
{
    const auto i = std::size_t(tier);
    return nowMs - nowMs % kTierStepMs[i] - (kTierBuckets[i] - 1) * kTierStepMs[i];
}

using Weights = QHash<SeriesKey, qint64>;

SeriesKey typeOnly(SeriesKey key)
{
    for (qsizetype d = 1; d < key.size(); ++d)
        key[d] = QString::fromUtf16(kOther);
    return key;
}

// Counts under the series itself where the cube has it, else under its event type alone.
SeriesIndex place(LiveCube &cube, const SeriesKey &key)
{
    return cube.intern(cube.contains(key) || !cube.contains(typeOnly(key)) ? key : typeOnly(key));
}

// Rows come in no order of weight, and at the cap the cube takes no more series: the heaviest come first, and leave
// room for what today brings. The rest keeps its event type.
void admit(const Weights &weights, LiveCube &cube)
{
    QList<std::pair<qint64, SeriesKey>> order;
    order.reserve(weights.size());
    for (auto it = weights.cbegin(); it != weights.cend(); ++it)
        order.append({-it.value(), it.key()});
    std::sort(order.begin(), order.end());
    constexpr qsizetype kRoomy = LiveCube::kMaxSeries * 3 / 4;
    constexpr qsizetype kTypes = LiveCube::kMaxSeries / 8; // event types that may stand for their light series
    if (order.size() <= kRoomy) {
        for (const auto &[weight, key] : std::as_const(order))
            cube.intern(key);
        return;
    }
    for (const auto &[weight, key] : order.first(kRoomy - kTypes))
        cube.intern(key);
    for (const auto &[weight, key] : order.sliced(kRoomy - kTypes))
        if (const SeriesKey type = typeOnly(key); cube.contains(type) || cube.series().size() < kRoomy)
            cube.intern(type);
}

Result<void> warmSeconds(EventStore &store, const QString &project, const ParseRules &rules, qint64 nowMs,
                         const std::atomic<bool> &stop, LiveCube &cube)
{
    EventQuery query;
    query.project = project;
    query.fromMs = tierStart(Tier::Second, nowMs);
    query.toMs = nowMs + kTierStepMs[std::size_t(Tier::Minute)]; // another server's clock may be a little ahead
    query.limit = kWarmPage;
    QHash<qint64, QHash<SeriesKey, qint64>> seconds;
    qint64 oldestSecond = 0;
    bool isCutOff = false;
    for (int read = 0; !stop;) {
        const auto page = store.events(query);
        if (!page)
            return page.failure();
        for (const StoredEvent &event : page.value()) {
            oldestSecond = event.receivedAtMs / 1000;
            ++seconds[oldestSecond][seriesOf(event.eventType, event.metadata, rules)];
        }
        read += int(page->size());
        if (page->size() < query.limit)
            break;
        query.before = page->last().id;
        if (read >= kWarmEvents) {
            isCutOff = true;
            break;
        }
    }
    if (isCutOff)
        seconds.remove(oldestSecond); // part of it may be missing: better no count than a wrong one
    for (auto second = seconds.cbegin(); second != seconds.cend(); ++second)
        for (auto it = second->cbegin(); it != second->cend(); ++it)
            cube.addToTier(Tier::Second, second.key() * 1000, place(cube, it.key()), quint64(it.value()));
    return {};
}

} // namespace

Result<std::shared_ptr<WarmState>> warmUp(EventStore &store, const QString &project, const ParseRules &rules,
                                          qint64 nowMs, const std::atomic<bool> &stop)
{
    const Failure stopped{Fault::Unavailable, u"The server stops"_s};
    auto state = std::make_shared<WarmState>();
    state->cube = LiveCube(QStringList{u"eventType"_s} + rules.dimensions);
    LiveCube &cube = state->cube;
    Weights weights;
    const auto weighed = store.readCounts(project, Tier::Day, 0, [&](const CountRecord &record) {
        if (!stop)
            weights[record.series] += record.count;
    });
    if (!weighed)
        return weighed.failure();
    admit(weights, cube);
    weights.clear();
    for (const Tier tier : {Tier::Day, Tier::Quarter, Tier::Minute}) {
        const qint64 from = tier == Tier::Day ? 0 : tierStart(tier, nowMs);
        const auto read = store.readCounts(project, tier, from, [&](const CountRecord &record) {
            if (!stop && record.count > 0)
                cube.addToTier(tier, record.bucketMs, place(cube, record.series), quint64(record.count));
        });
        if (stop)
            return stopped;
        if (!read)
            return read.failure();
    }
    if (const auto read = warmSeconds(store, project, rules, nowMs, stop, cube); !read)
        return read.failure();
    const auto rejected = store.readRejected(project, nowMs - LiveProject::kRejectedMinutes * 60'000);
    if (!rejected)
        return rejected.failure();
    for (const RejectedRecord &record : rejected.value())
        state->rejectedByMinute[record.minuteMs] += record.count;
    const auto totals = store.totals(project);
    if (!totals)
        return totals.failure();
    state->rejected = totals->rejected;
    if (stop)
        return stopped;
    cube.trim(nowMs);
    return state;
}

} // namespace entvas
