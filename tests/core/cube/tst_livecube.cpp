#include "core/cube/cubeview.h"
#include "core/cube/livecube.h"

#include <QDateTime>
#include <QRandomGenerator>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNow = 1'780'000'000'000;

struct Seen {
    qint64 second = 0;
    SeriesKey key;
    quint32 count = 0;
};

SeriesKey randomKey(QRandomGenerator &random)
{
    return {u"type%1"_s.arg(random.bounded(7)), u"page%1"_s.arg(random.bounded(5)),
            random.bounded(4) ? u"chrome"_s : QString()};
}

LiveCube threeDimensions(int maxSeries = LiveCube::kMaxSeries)
{
    return LiveCube({u"eventType"_s, u"page"_s, u"browser"_s}, maxSeries);
}

// Events spread over `days` before now, thick at the end, in random order of time.
QList<Seen> randomEvents(QRandomGenerator &random, int howMany, qint64 days)
{
    QList<Seen> events;
    for (int i = 0; i < howMany; ++i) {
        const double far = random.generateDouble();
        const qint64 ago = qint64(far * far * far * double(days * 86'400));
        events.append({kNow / 1000 - ago, randomKey(random), 1 + random.bounded(5u)});
    }
    return events;
}

void addAll(LiveCube &cube, QList<Seen> events)
{
    std::sort(events.begin(), events.end(), [](const Seen &a, const Seen &b) { return a.second < b.second; });
    for (const Seen &event : std::as_const(events)) {
        const Cell cell{event.second, cube.intern(event.key), event.count};
        cube.add({&cell, 1});
    }
}

qint64 naive(const QList<Seen> &events, const TimeSpan &span, const QString &type = {}, const QString &page = {})
{
    qint64 sum = 0;
    for (const Seen &event : events)
        if (span.contains(event.second * 1000) && (type.isNull() || event.key[0] == type) &&
            (page.isNull() || event.key[1] == page))
            sum += event.count;
    return sum;
}

// The range as a window of about `most` buckets shows it.
TimeGrid rangeGrid(NamedRange range, qint64 nowMs, const QTimeZone &zone, int most = 120)
{
    const qint64 length = range == NamedRange::All ? 365 * 86'400'000LL : lengthOf(range);
    const qint64 finest = finestStepMs(nowMs - length, nowMs);
    const BucketStep step = stepFor(length, finest, most);
    const qint64 fromMs = (nowMs - length + finest - 1) / finest * finest; // counts are no finer
    return cut({fromMs, bucketAround(nowMs, step, zone).toMs}, step, zone);
}
} // namespace

class LiveCubeTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void answersLikeANaiveRecount_data();
    void answersLikeANaiveRecount();
    void partsAddUpWhereFineTiersEnd();
    void snapshotAndDeltasKeepTwoCubesEqual();
    void largeCountsDoNotWrap();
    void oldSecondsAreForgottenButStayCounted();
    void lateEventsFindTheirBucket();
    void aClockThatWasWrongDoesNotKeepThePresentOut_data();
    void aClockThatWasWrongDoesNotKeepThePresentOut();
    void seriesAreCapped();
    void foldingKeepsTheSumsAndTheCommonValues();
    void badSnapshotsChangeNothing_data();
    void badSnapshotsChangeNothing();
    void badDeltasChangeNothing();
    void snapshotIsBounded();
    void emptyCubeAnswersZero();
    void topMergesTheRest();
    void memoryOfAWeek();
};

void LiveCubeTest::answersLikeANaiveRecount_data()
{
    QTest::addColumn<QString>("zoneId");
    QTest::addColumn<QString>("now");
    const QStringList zones{u"UTC"_s,          u"Europe/Paris"_s,   u"America/New_York"_s,
                            u"Asia/Kolkata"_s, u"Asia/Kathmandu"_s, u"Australia/Lord_Howe"_s,
                            u"Pacific/Apia"_s};
    const QStringList nows{u"2026-03-29T01:30:00Z"_s, u"2026-03-30T12:00:00Z"_s, u"2026-10-25T00:59:59Z"_s,
                           u"2026-10-27T23:59:59Z"_s, u"2026-11-01T06:00:00Z"_s, u"2026-04-04T15:00:01Z"_s};
    for (const QString &zone : zones)
        for (const QString &now : nows)
            QTest::addRow("%s %s", qPrintable(zone), qPrintable(now)) << zone << now;
}

void LiveCubeTest::answersLikeANaiveRecount()
{
    QFETCH(QString, zoneId);
    QFETCH(QString, now);
    const qint64 nowMs = QDateTime::fromString(now, Qt::ISODate).toMSecsSinceEpoch();
    QRandomGenerator random(quint32(qHash(zoneId + now, size_t(1))));
    QList<Seen> events = randomEvents(random, 4'000, 60);
    for (Seen &event : events)
        event.second += (nowMs - kNow) / 1000;
    LiveCube cube = threeDimensions();
    addAll(cube, events);
    cube.trim(nowMs);
    for (const NamedRange range : kNamedRanges) {
        // Beyond 92 days there are UTC days only.
        const QTimeZone zone = range == NamedRange::All ? QTimeZone::utc() : QTimeZone(zoneId.toLatin1());
        const TimeGrid grid = rangeGrid(range, nowMs, zone);
        const CubeAnswer all = query(cube, {grid, 0, 100, {}});
        QCOMPARE(all.total, naive(events, grid.span()));
        qint64 peak = 0;
        for (qsizetype b = 0; b < grid.size(); ++b) {
            QCOMPARE(all.perBucket[b], naive(events, grid.bucket(b)));
            QCOMPARE(countIn(cube, grid.bucket(b)), all.perBucket[b]);
            peak = std::max(peak, all.perBucket[b]);
            for (const CubeGroup &group : all.groups)
                QCOMPARE(group.perBucket[b], naive(events, grid.bucket(b), group.name));
        }
        QCOMPARE(all.peak, peak);
        const CubeAnswer filtered = query(cube, {grid, 0, 100, {{1, {{u"page2"_s}, false}}}});
        QCOMPARE(filtered.total, naive(events, grid.span(), {}, u"page2"_s));
        const CubeAnswer others = query(cube, {grid, 0, 100, {{1, {{u"page2"_s}, true}}}});
        QCOMPARE(others.total, all.total - filtered.total);
    }
}

void LiveCubeTest::partsAddUpWhereFineTiersEnd()
{
    QRandomGenerator random(7);
    const QList<Seen> events = randomEvents(random, 5'000, 200);
    LiveCube cube = threeDimensions();
    addAll(cube, events);
    cube.trim(kNow);
    // Local days of a zone half an hour off reach into days whose quarter hours are gone: each event is still counted
    // exactly once over days that lie side by side.
    const QTimeZone zone("Asia/Kolkata");
    const QDate today = QDateTime::fromMSecsSinceEpoch(kNow, zone).date();
    TimeGrid grid{{BucketUnit::Day, 1}, {}};
    for (int i = 210; i >= -1; --i)
        grid.edgesMs.append(today.addDays(-i).startOfDay(zone).toMSecsSinceEpoch());
    const CubeAnswer answer = query(cube, {grid, 0, 100, {}});
    QCOMPARE(answer.total, cube.totalEvents());
    for (qsizetype b = grid.size() - 90; b < grid.size(); ++b)
        QCOMPARE(answer.perBucket[b], naive(events, grid.bucket(b)));
}

void LiveCubeTest::snapshotAndDeltasKeepTwoCubesEqual()
{
    QRandomGenerator random(11);
    LiveCube server = threeDimensions();
    addAll(server, randomEvents(random, 2'000, 30));
    LiveCube desk;
    QVERIFY(desk.apply(server.snapshot()));
    for (int round = 0; round < 50; ++round) {
        const qsizetype known = server.series().size();
        QList<Cell> cells;
        for (int i = 0; i < 20; ++i) {
            SeriesKey key = randomKey(random);
            if (random.bounded(10) == 0)
                key[1] = u"new%1"_s.arg(round);
            cells.append({kNow / 1000 + round * 7 - random.bounded(3), server.intern(key), 1});
        }
        server.add(cells);
        QVERIFY(desk.apply(server.series().mid(known), cells));
        server.trim(kNow + round * 7'000);
        desk.trim(kNow + round * 7'000);
    }
    const CubeSnapshot a = server.snapshot();
    const CubeSnapshot b = desk.snapshot();
    QCOMPARE(desk.totalEvents(), server.totalEvents());
    QCOMPARE(a.series, b.series);
    for (int tier = 0; tier < 4; ++tier) {
        QCOMPARE(a.tiers[tier].fromMs, b.tiers[tier].fromMs);
        QCOMPARE(a.tiers[tier].bucket, b.tiers[tier].bucket);
        QCOMPARE(a.tiers[tier].series, b.tiers[tier].series);
        QCOMPARE(a.tiers[tier].count, b.tiers[tier].count);
    }
}

void LiveCubeTest::largeCountsDoNotWrap()
{
    LiveCube cube;
    const SeriesIndex busy = cube.intern({u"busy"_s});
    const SeriesIndex even = cube.intern({u"even"_s});
    for (int i = 0; i < 4; ++i) {
        const Cell cells[]{{kNow / 1000, busy, 3'000'000'000u}, {kNow / 1000, even, 0x80000000u}};
        cube.add(cells);
    }
    QCOMPARE(cube.totalEvents(), 4 * (3'000'000'000 + 0x80000000ll));
    const CubeAnswer answer = query(cube, {rangeGrid(NamedRange::Week, kNow, QTimeZone::utc()), 0, 5, {}});
    QCOMPARE(answer.groups.size(), 2);
    QCOMPARE(answer.groups[0].total, 12'000'000'000);
    QCOMPARE(answer.groups[1].total, 0x200000000ll);
    LiveCube copy;
    QVERIFY(copy.apply(cube.snapshot()));
    QCOMPARE(copy.totalEvents(), cube.totalEvents());
}

void LiveCubeTest::oldSecondsAreForgottenButStayCounted()
{
    LiveCube cube;
    const Cell cell{kNow / 1000, cube.intern({u"a"_s}), 3};
    cube.add({&cell, 1});
    cube.trim(kNow + 11 * 60'000);
    QCOMPARE(cube.firstBucketMs(Tier::Second), cube.endBucketMs(Tier::Second));
    QCOMPARE(countIn(cube, {kNow / 60'000 * 60'000, kNow / 60'000 * 60'000 + 60'000}), 3);
    cube.trim(kNow + 93ll * 86'400'000);
    QCOMPARE(cube.totalEvents(), 3);
    QVERIFY(cube.row(Tier::Day, kNow));
    QVERIFY(!cube.row(Tier::Quarter, kNow));
}

void LiveCubeTest::lateEventsFindTheirBucket()
{
    LiveCube cube;
    const SeriesIndex a = cube.intern({u"a"_s});
    const Cell now{kNow / 1000, a, 1};
    const Cell late{kNow / 1000 - 5, a, 1};
    const Cell veryLate{kNow / 1000 - 3600, a, 1};
    for (const Cell &cell : {now, late, veryLate})
        cube.add({&cell, 1});
    QCOMPARE(countIn(cube, {kNow - 5'000, kNow - 4'000}), 1);
    QCOMPARE(cube.totalEvents(), 3);
    QCOMPARE(cube.endBucketMs(Tier::Second) - cube.firstBucketMs(Tier::Second), 6'000); // an hour late is minutes only
    QCOMPARE(query(cube, {rangeGrid(NamedRange::Day, kNow, QTimeZone::utc()), 0, 5, {}}).total, 3);
}

void LiveCubeTest::aClockThatWasWrongDoesNotKeepThePresentOut_data()
{
    QTest::addColumn<qint64>("aheadMs");
    QTest::newRow("20 minutes") << qint64(20 * 60'000);
    QTest::newRow("30 days") << qint64(30 * 86'400'000LL);
    QTest::newRow("300 days") << qint64(300 * 86'400'000LL);
}

void LiveCubeTest::aClockThatWasWrongDoesNotKeepThePresentOut()
{
    QFETCH(qint64, aheadMs);
    LiveCube cube = threeDimensions();
    addAll(cube, {{(kNow + aheadMs) / 1000, {u"a"_s, u"home"_s, u""_s}, 7}}); // by a clock that was ahead
    LiveCube desk;
    QVERIFY(desk.apply(cube.snapshot()).ok());
    const quint32 generation = cube.generation();
    cube.trim(kNow);                          // it has been set back
    QVERIFY(cube.generation() != generation); // everybody gets a fresh snapshot
    addAll(cube, {{kNow / 1000 - 30, {u"a"_s, u"home"_s, u""_s}, 3}});
    for (const Tier tier : {Tier::Second, Tier::Minute, Tier::Quarter}) {
        const CountRow *row =
            cube.row(tier, (kNow - 30'000) / kTierStepMs[std::size_t(tier)] * kTierStepMs[std::size_t(tier)]);
        QVERIFY(row);
        QCOMPARE(row->at(0), 3u);
    }
    QCOMPARE(cube.totalEvents(), 10); // none is lost from the sum
    const quint32 settled = cube.generation();
    cube.trim(kNow + 1'000);
    QCOMPARE(cube.generation(), settled);

    // A mirror goes by the server's clock, not by its own: it keeps what it was told.
    const QMap<int, qint64> before{{0, desk.endBucketMs(Tier::Second)}, {1, desk.endBucketMs(Tier::Minute)}};
    desk.trim(kNow);
    QCOMPARE(desk.endBucketMs(Tier::Second), before[0]);
    QCOMPARE(desk.endBucketMs(Tier::Minute), before[1]);
}

void LiveCubeTest::seriesAreCapped()
{
    LiveCube cube = threeDimensions(64);
    for (int i = 0; i < 5'000; ++i) {
        const Cell cell{kNow / 1000, cube.intern({u"t%1"_s.arg(i % 3), u"p%1"_s.arg(i), u"b"_s}), 1};
        cube.add({&cell, 1});
        QVERIFY(cube.series().size() <= 64);
    }
    QCOMPARE(cube.totalEvents(), 5'000);
    QCOMPARE(query(cube, {rangeGrid(NamedRange::Hour, kNow, QTimeZone::utc()), 1, 5, {}}).total, 5'000);
}

void LiveCubeTest::foldingKeepsTheSumsAndTheCommonValues()
{
    LiveCube cube = threeDimensions(200);
    const auto add = [&cube](const SeriesKey &key, quint32 count) {
        const Cell cell{kNow / 1000, cube.intern(key), count};
        cube.add({&cell, 1});
    };
    for (int type = 0; type < 4; ++type)
        add({u"t%1"_s.arg(type), u"home"_s, u"chrome"_s}, 1'000);
    for (int i = 0; i < 300; ++i)
        add({u"t0"_s, u"session-%1"_s.arg(i), u"chrome"_s}, 1);
    const quint32 generation = cube.generation();
    cube.trim(kNow);
    QVERIFY(cube.generation() > generation);
    QVERIFY(cube.series().size() <= 150);
    QCOMPARE(cube.totalEvents(), 4'300);
    const CubeAnswer pages = query(cube, {rangeGrid(NamedRange::Hour, kNow, QTimeZone::utc()), 1, 1, {}});
    QCOMPARE(pages.total, 4'300);
    QCOMPARE(pages.groups[0].name, u"home"_s);
    QCOMPARE(pages.groups[0].total, 4'000);
    QVERIFY(pages.groups[1].isRest);
    // New values find room again; folding does not run at every trim.
    const quint32 after = cube.generation();
    add({u"t9"_s, u"home"_s, u"safari"_s}, 1);
    QVERIFY(cube.series().contains(SeriesKey{u"t9"_s, u"home"_s, u"safari"_s}));
    for (int i = 0; i < 300; ++i)
        add({u"t0"_s, u"again-%1"_s.arg(i), u"chrome"_s}, 1);
    cube.trim(kNow + 1'000);
    QCOMPARE(cube.generation(), after);
    cube.trim(kNow + LiveCube::kFoldEveryMs);
    QVERIFY(cube.generation() > after);
    QCOMPARE(cube.totalEvents(), 4'601);
}

void LiveCubeTest::badSnapshotsChangeNothing_data()
{
    QTest::addColumn<int>("fault");
    for (int i = 0; i < 8; ++i)
        QTest::addRow("fault %d", i) << i;
}

void LiveCubeTest::badSnapshotsChangeNothing()
{
    QFETCH(int, fault);
    QRandomGenerator random(3);
    LiveCube source = threeDimensions();
    addAll(source, randomEvents(random, 100, 3));
    LiveCube cube;
    QVERIFY(cube.apply(source.snapshot()));
    CubeSnapshot bad = source.snapshot();
    switch (fault) {
    case 0: bad.tiers[1].bucket.removeLast(); break;
    case 1: bad.tiers[1].series[0] = SeriesIndex(bad.series.size()); break;
    case 2: bad.tiers[1].bucket[0] = -1; break;
    case 3: bad.tiers[1].bucket[0] = qint32(kTierBuckets[1]); break;
    case 4: bad.tiers[3].count[0] = -5; break;
    case 5: bad.series[0].removeLast(); break;
    case 6: bad.dimensions.clear(); break;
    case 7: bad.tiers[1].fromMs += 1; break;
    }
    const auto result = cube.apply(bad);
    QVERIFY(!result);
    QCOMPARE(result.failure().kind, Fault::BadInput);
    QCOMPARE(cube.totalEvents(), source.totalEvents());
    QCOMPARE(cube.series(), source.series());
}

void LiveCubeTest::badDeltasChangeNothing()
{
    LiveCube cube;
    cube.intern({u"a"_s});
    const Cell unknown{kNow / 1000, 5, 1};
    QVERIFY(!cube.apply({}, {&unknown, 1}));
    const Cell absurd{std::numeric_limits<qint64>::max(), 0, 1};
    QVERIFY(!cube.apply({}, {&absurd, 1}));
    const Cell fine{kNow / 1000, 0, 1};
    QVERIFY(!cube.apply({{u"a"_s}}, {&fine, 1}));                // known already
    QVERIFY(!cube.apply({{u"a"_s, u"too long"_s}}, {&fine, 1})); // another shape
    QCOMPARE(cube.totalEvents(), 0);
    QVERIFY(cube.apply({{u"b"_s}}, {&fine, 1}));
    QCOMPARE(cube.totalEvents(), 1);
}

void LiveCubeTest::snapshotIsBounded()
{
    LiveCube cube;
    QList<SeriesIndex> all;
    for (int s = 0; s < 1'000; ++s)
        all.append(cube.intern({u"s%1"_s.arg(s)}));
    const qint64 minutes = LiveCube::kMaxSnapshotCells / 1'000 + 50;
    for (qint64 m = minutes; m > 0; --m)
        for (const SeriesIndex s : all)
            cube.addToTier(Tier::Minute, kNow / 60'000 * 60'000 - m * 60'000, s, 1);
    const TierColumns minuteColumns = cube.snapshot().tiers[1];
    QCOMPARE(minuteColumns.bucket.size(), LiveCube::kMaxSnapshotCells);
    QCOMPARE(minuteColumns.fromMs, cube.firstBucketMs(Tier::Minute) + 50 * 60'000);
}

void LiveCubeTest::emptyCubeAnswersZero()
{
    const LiveCube cube;
    for (const NamedRange range : kNamedRanges) {
        const CubeAnswer answer = query(cube, {rangeGrid(range, kNow, QTimeZone::utc()), 0, 5, {}});
        QCOMPARE(answer.total, 0);
        QCOMPARE(answer.peak, 0);
        QVERIFY(answer.groups.isEmpty());
    }
    QCOMPARE(query(cube, {}).total, 0);
}

void LiveCubeTest::topMergesTheRest()
{
    LiveCube cube;
    for (int i = 0; i < 9; ++i) {
        const Cell cell{kNow / 1000, cube.intern({u"t%1"_s.arg(i)}), quint32(i < 3 ? 10 : i + 1)};
        cube.add({&cell, 1});
    }
    const CubeAnswer answer = query(cube, {rangeGrid(NamedRange::Hour, kNow, QTimeZone::utc()), 0, 3, {}});
    QCOMPARE(answer.groups.size(), 4);
    QCOMPARE(answer.groups[0].name, u"t0"_s); // ties by name
    QCOMPARE(answer.groups[1].name, u"t1"_s);
    QCOMPARE(answer.groups[2].name, u"t2"_s);
    QVERIFY(answer.groups[3].isRest);
    QCOMPARE(answer.groups[3].total, 4 + 5 + 6 + 7 + 8 + 9);
}

void LiveCubeTest::memoryOfAWeek()
{
    LiveCube cube;
    for (int s = 0; s < 1'000; ++s)
        cube.intern({u"s%1"_s.arg(s)});
    QList<Cell> cells(1'000);
    for (qint64 m = 7 * 1440; m > 0; --m) {
        for (int s = 0; s < 1'000; ++s)
            cells[s] = {kNow / 1000 - m * 60, SeriesIndex(s), 2};
        cube.add(cells);
    }
    const double mib = double(cube.bytes()) / (1024 * 1024);
    QVERIFY2(mib < 60, qPrintable(u"%1 MiB"_s.arg(mib)));
}

QTEST_APPLESS_MAIN(LiveCubeTest)
#include "tst_livecube.moc"
