#include "server/live/warmup.h"

#include <algorithm>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kRoomy = LiveCube::kMaxSeries * 3 / 4;

qint64 tierStart(Tier tier, qint64 nowMs)
{
    const auto i = std::size_t(tier);
    return nowMs - nowMs % kTierStepMs[i] - (kTierBuckets[i] - 1) * kTierStepMs[i];
}

// What lies further ahead comes from a clock that was wrong, and would leave no room for the present: days show it.
bool isTooFarAhead(Tier tier, qint64 startMs, qint64 nowMs)
{
    return startMs - nowMs > kTierAheadMs[std::size_t(tier)];
}

SeriesKey typeOnly(SeriesKey key)
{
    for (qsizetype d = 1; d < key.size(); ++d)
        key[d] = QString::fromUtf16(kOther);
    return key;
}

// Rows come in no order of weight, and at the cap the cube takes no more series: the heaviest come first, and leave
// room for what today brings. The rest keeps its event type.
void admit(const QHash<qint64, SeriesKey> &series, const QHash<qint64, qint64> &weights, LiveCube &cube)
{
    QHash<SeriesKey, qint64> byKey; // other dimensions than those it was stored with may make one of several
    for (auto it = series.cbegin(); it != series.cend(); ++it)
        byKey[it.value()] += weights.value(it.key());
    QList<std::pair<qint64, SeriesKey>> order;
    order.reserve(byKey.size());
    for (auto it = byKey.cbegin(); it != byKey.cend(); ++it)
        order.append({-it.value(), it.key()});
    std::sort(order.begin(), order.end());
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

using Places = QHash<qint64, SeriesIndex>; // by the ids of the database

Result<Places> placeSeries(EventReader &reader, const QString &project, LiveCube &cube)
{
    const auto series = reader.readSeries(project);
    if (!series)
        return series.failure();
    QHash<qint64, qint64> weights;
    if (series->size() > kRoomy) {
        auto read = reader.readWeights(project);
        if (!read)
            return read.failure();
        weights = std::move(*read);
    }
    admit(*series, weights, cube);
    Places places;
    places.reserve(series->size());
    for (auto it = series->cbegin(); it != series->cend(); ++it)
        places.insert(it.key(), cube.intern(placeOf(cube, it.value())));
    return places;
}

// As many buckets as there is room for.
Result<LiveUsers> warmUsers(EventReader &reader, const QString &project, qint64 nowMs, const std::atomic<bool> &stop)
{
    LiveUsers users;
    const auto since = reader.readUsers(project, [&](qint64 stepMs, qint64 startMs, const UserSketch &sketch) {
        const auto step = std::find(LiveUsers::kStepMs.begin(), LiveUsers::kStepMs.end(), stepMs);
        if (step == LiveUsers::kStepMs.end())
            return false;
        const auto tier = std::size_t(step - LiveUsers::kStepMs.begin());
        users.addToTier(tier, startMs, sketch);
        // Days that find no room are added to those before.
        return !stop && (tier == LiveUsers::kTiers - 1 || users.knownFromMs(tier) <= startMs);
    });
    if (!since)
        return since.failure();
    users.setSinceMs(*since);
    users.setKnownFrom(0, nowMs - nowMs % 1'000); // seconds are not stored: see readSeconds()
    users.trim(nowMs);
    return users;
}

// A count that was stored by minute, quarter hour or day, in every tier that is no finer.
void addStored(LiveCube &cube, qint64 nowMs, Tier stored, const StoredCount &cell, SeriesIndex series)
{
    for (const Tier tier : {Tier::Minute, Tier::Quarter, Tier::Day})
        if (tier >= stored && (tier == Tier::Day ||
                               (cell.startMs >= tierStart(tier, nowMs) && !isTooFarAhead(tier, cell.startMs, nowMs))))
            cube.addToTier(tier, cell.startMs, series, quint64(cell.count));
}

Result<void> readCounts(EventReader &reader, const QString &project, qint64 nowMs, const std::atomic<bool> &stop,
                        LiveCube &cube)
{
    const auto places = placeSeries(reader, project, cube);
    if (!places)
        return places.failure();
    struct Late {
        Tier tier;
        StoredCount cell;
    };
    QList<Late> late; // of series that another server made since they were read
    const auto read = reader.readCounts(project, [&](const CountRun &run) {
        auto at = places->cend();
        for (const StoredCount &cell : run.counts) {
            if (stop)
                return;
            if (at == places->cend() || at.key() != cell.series)
                at = places->constFind(cell.series);
            if (at != places->cend())
                addStored(cube, nowMs, run.tier, cell, *at);
            else
                late.append({run.tier, cell});
        }
    });
    if (!read || late.isEmpty())
        return read;
    const auto series = reader.readSeries(project);
    if (!series)
        return series.failure();
    for (const Late &one : std::as_const(late)) {
        const auto key = series->constFind(one.cell.series);
        if (key == series->cend())
            return {Fault::Storage, u"The database counts a series that it does not describe; restore a backup"_s};
        addStored(cube, nowMs, one.tier, one.cell, cube.intern(placeOf(cube, *key)));
    }
    return {};
}

Result<std::shared_ptr<WarmState>> readState(EventReader &reader, const QString &project, const QStringList &dimensions,
                                             qint64 nowMs, const std::atomic<bool> &stop)
{
    auto state = std::make_shared<WarmState>();
    state->cube = LiveCube(dimensions);
    if (const auto read = readCounts(reader, project, nowMs, stop, state->cube); !read)
        return read.failure();
    auto users = warmUsers(reader, project, nowMs, stop);
    if (!users)
        return users.failure();
    state->users = std::move(*users);
    const auto rejected = reader.readRejected(project, 0);
    if (!rejected)
        return rejected.failure();
    for (const RejectedRecord &record : rejected.value()) {
        state->rejected += record.count;
        state->rejectedByTime.add({record.minuteMs, record.count});
    }
    state->rejectedByTime.trim(nowMs);
    if (stop)
        return {Fault::Unavailable, u"The server stops"_s};
    state->cube.trim(nowMs);
    return state;
}

} // namespace

Result<std::shared_ptr<WarmState>> warmUp(EventReader &reader, const QString &project, const QStringList &dimensions,
                                          qint64 nowMs, const std::atomic<bool> &stop, Writers writers)
{
    if (writers == Writers::Alone)
        return readState(reader, project, dimensions, nowMs, stop);
    std::shared_ptr<WarmState> state;
    const Result<void> done = reader.atOneMoment([&]() -> Result<void> {
        const auto positions = reader.positions(project);
        if (!positions)
            return positions.failure();
        auto read = readState(reader, project, dimensions, nowMs, stop);
        if (!read)
            return read.failure();
        ParseRules rules;
        rules.dimensions = dimensions.mid(1);
        // What others have received by their clocks, and since `nowMs` was looked at, belongs to it.
        auto seconds =
            readSeconds(reader, project, rules, nowMs, nowMs + kTierAheadMs[std::size_t(Tier::Minute)], stop);
        if (!seconds)
            return seconds.failure();
        state = std::move(read.value());
        state->positions = positions.value();
        state->seconds = std::move(seconds.value());
        return {};
    });
    return done ? Result(state) : Result<std::shared_ptr<WarmState>>(done.failure());
}

Result<WarmUpPtr> warmUpAll(EventStore &store, const QStringList &known, std::size_t most,
                            const QStringList &dimensions, qint64 nowMs, const std::atomic<bool> &stop, Writers writers)
{
    auto directory = store.directory().read();
    if (!directory)
        return directory.failure();
    auto warm = std::make_shared<WarmUp>();
    warm->directory = std::move(*directory);
    for (const Project &project : std::as_const(warm->directory.projects)) {
        if (known.contains(project.id) || warm->states.size() >= most)
            continue;
        const auto state = warmUp(store.reader(), project.id, dimensions, nowMs, stop, writers);
        if (!state)
            return state.failure();
        warm->states.emplace(project.id, state.value());
    }
    return warm;
}

Result<RecentSeconds> readSeconds(EventReader &reader, const QString &project, const ParseRules &rules, qint64 nowMs,
                                  qint64 beforeMs, const std::atomic<bool> &stop)
{
    EventQuery query;
    query.project = project;
    query.fromMs = tierStart(Tier::Second, nowMs);
    query.toMs = beforeMs;
    query.limit = kWarmPage;
    RecentSeconds seconds;
    seconds.fromMs = query.fromMs;
    qint64 oldestSecond = 0;
    for (int read = 0; !stop;) {
        const auto page = reader.events(query);
        if (!page)
            return page.failure();
        for (const StoredEvent &event : page.value()) {
            oldestSecond = event.receivedAtMs / 1000;
            ++seconds.counts[{oldestSecond, seriesOf(event.eventType, event.metadata, rules)}];
            seconds.users[oldestSecond].add(userHash(event.userId));
        }
        read += int(page->size());
        if (page->size() < query.limit)
            return seconds;
        query.before = page->last().id;
        if (read >= kWarmEvents)
            break;
    }
    // Part of the oldest second may be missing: better no count than a wrong one.
    seconds.counts.removeIf([=](const auto &entry) { return entry.key().first == oldestSecond; });
    seconds.users.erase(oldestSecond);
    seconds.fromMs = (oldestSecond + 1) * 1'000;
    return seconds;
}

} // namespace entvas
