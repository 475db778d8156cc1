#include "server/warmup.h"

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

qint64 tierStart(Tier tier, qint64 nowMs)
{
    const auto i = std::size_t(tier);
    return nowMs - nowMs % kTierStepMs[i] - (kTierBuckets[i] - 1) * kTierStepMs[i];
}

// Stored series have the dimensions of the settings of their day; today's may be others.
SeriesKey fitted(SeriesKey key, qsizetype dimensions)
{
    key.resize(dimensions);
    return key;
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
            cube.addToTier(Tier::Second, second.key() * 1000, cube.intern(it.key()), quint64(it.value()));
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
    // Days first: they know every series there ever was, the most common of the later tiers among them.
    for (const Tier tier : {Tier::Day, Tier::Quarter, Tier::Minute}) {
        const qint64 from = tier == Tier::Day ? 0 : tierStart(tier, nowMs);
        const auto read = store.readCounts(project, tier, from, [&](const CountRecord &record) {
            if (!stop && record.count > 0)
                cube.addToTier(tier, record.bucketMs, cube.intern(fitted(record.series, cube.dimensions().size())),
                               quint64(record.count));
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
