// What the numbers of one frame count, and what they are compared with.
#include "app/board/board.h"
#include "tests/app/fakefeed.h"

#include <cmath>
#include <numeric>
#include <QRandomGenerator>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNow = 1'780'000'030'000; // ten seconds after a minute

LiveCube someCube()
{
    LiveCube cube({u"eventType"_s, u"page"_s});
    const SeriesIndex view = cube.intern({u"page_view"_s, u"home"_s});
    const SeriesIndex log = cube.intern({u"log"_s, QString()});
    const QList<Cell> cells{{kNow / 1000 - 3, view, 10}, {kNow / 1000 - 400, view, 5}, {kNow / 1000 - 7200, log, 3}};
    cube.add(cells);
    return cube;
}

} // namespace

class BoardNumbersTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void numbersDoNotDependOnTheWidth_data();
    void numbersDoNotDependOnTheWidth();
    void onlyTheFirstBarIsAPart();
    void onlyEqualLengthsAreCompared_data();
    void onlyEqualLengthsAreCompared();
    void rejectedAreThoseOfTheRange();
    void chosenValuesAreRowsOfTheirList();
    void allReachesBackToTheFirstEvent_data();
    void allReachesBackToTheFirstEvent();
};

void BoardNumbersTest::numbersDoNotDependOnTheWidth_data()
{
    QTest::addColumn<TimeView>("view");
    for (const NamedRange range : kNamedRanges)
        QTest::addRow("%d", int(range)) << TimeView::of(range);
    QTest::newRow("last 100 minutes") << TimeView::last(6'000'000);
    QTest::newRow("last 12,345 s") << TimeView::last(12'345'000);
    QTest::newRow("fixed") << TimeView::fixed({kNow - 86'400'000, kNow - 3'600'000});
}

void BoardNumbersTest::numbersDoNotDependOnTheWidth()
{
    QFETCH(TimeView, view);
    constexpr qint64 kStart = kNow - 100LL * 86'400'000;
    LiveCube cube({u"eventType"_s, u"page"_s});
    LiveUsers users;
    RejectedCounts rejected;
    QRandomGenerator random(7);
    QList<qint64> times;
    for (int i = 0; i < 60'000; ++i) // ever denser towards now
        times.append(kNow / 1000 - qint64(std::pow(random.generateDouble(), 4) * double((kNow - kStart) / 1000)));
    for (const qint64 second : std::as_const(times)) {
        const Cell cell{second, cube.intern({u"t%1"_s.arg(second % 9), u"p%1"_s.arg(second % 31)}), 1};
        cube.add({&cell, 1});
        users.add(second, userHash(QString::number(second % 997)));
        if (second % 5 == 0)
            rejected.add({second / 60 * 60'000, 1});
    }
    cube.trim(kNow);
    users.trim(kNow);
    BoardChoice choice;
    choice.view = view;
    choice.comparison = Comparison::PreviousPeriod;
    const QTimeZone zone("Asia/Kolkata");
    std::optional<BoardFrame> first;
    QSet<int> steps;
    for (const int buckets : {24, 90, 120, 170, 233, 400}) {
        const BoardFrame frame = present(cube, {60'000, 9}, choice, kNow + 400, zone, buckets, &users, &rejected);
        steps.insert(int(frame.grid.step.aboutMs() / 1'000));
        QCOMPARE(std::accumulate(frame.main.perBucket.cbegin(), frame.main.perBucket.cend(), qint64(0)),
                 frame.main.total);
        if (!first) {
            first = frame;
            continue;
        }
        QCOMPARE(frame.main.total, first->main.total);
        QCOMPARE(frame.users->count, first->users->count);
        QCOMPARE(frame.rejectedInRange, first->rejectedInRange);
        QCOMPARE(frame.allEvents, frame.main.total);
        if (view != TimeView::of(NamedRange::All)) {
            QCOMPARE(frame.earlier->total, first->earlier->total);
            QCOMPARE(frame.earlier->totalNow, first->earlier->totalNow);
        }
        for (qsizetype d = 0; d < frame.breakdowns.size(); ++d) {
            QCOMPARE(frame.breakdowns[d].total, first->breakdowns[d].total);
            for (qsizetype g = 0; g < frame.breakdowns[d].groups.size(); ++g) {
                QCOMPARE(frame.breakdowns[d].groups[g].name, first->breakdowns[d].groups[g].name);
                QCOMPARE(frame.breakdowns[d].groups[g].total, first->breakdowns[d].groups[g].total);
            }
        }
    }
    QVERIFY(steps.size() > 1); // the bars did differ
    if (const qint64 length = lengthOf(view); length > 0) {
        // Exactly so long ago, to the width of the finest counts there are.
        const qint64 width = finestStepMs(kNow + 400 - length, kNow + 400);
        const qint64 from = (kNow + 400 - length + width - 1) / width * width;
        QCOMPARE(first->grid.span().fromMs, from);
        QCOMPARE(first->main.total,
                 std::count_if(times.cbegin(), times.cend(), [&](qint64 second) { return second * 1'000 >= from; }));
    }
}

void BoardNumbersTest::onlyTheFirstBarIsAPart()
{
    LiveCube cube({u"eventType"_s});
    const Cell cell{kNow / 1000 - 5, cube.intern({u"t"_s}), 1};
    cube.add({&cell, 1});
    BoardChoice choice;
    const auto frameOf = [&](const TimeView &view, int buckets) {
        choice.view = view;
        return present(cube, {1, 0}, choice, kNow + 400, QTimeZone::utc(), buckets);
    };
    const BoardFrame week = frameOf(TimeView::of(NamedRange::Week), 120); // of 2 hours
    QVERIFY(week.isFirstPartial && !week.isLastPartial);
    QVERIFY(week.grid.bucket(0).lengthMs() < 7'200'000);
    for (qsizetype i = 1; i < week.grid.size(); ++i)
        QCOMPARE(week.grid.bucket(i).lengthMs(), 7'200'000);
    QVERIFY(!frameOf(TimeView::of(NamedRange::Hour), 120).isFirstPartial); // minutes are what is kept
    QVERIFY(!frameOf(TimeView::of(NamedRange::All), 120).isFirstPartial);
    // A span that somebody chose may end inside of a step as well.
    const BoardFrame fixed = frameOf(TimeView::fixed({kNow - 86'400'000 + 60'000, kNow - 40'000'000}), 24);
    QVERIFY(fixed.isFirstPartial && fixed.isLastPartial);
}

// With an event each second, what is equally long has equally many.
void BoardNumbersTest::onlyEqualLengthsAreCompared_data()
{
    QTest::addColumn<TimeView>("view");
    QTest::addColumn<Comparison>("comparison");
    QTest::addColumn<bool>("isKnown");
    const auto row = [](const char *name, const TimeView &view, Comparison comparison, bool isKnown = true) {
        QTest::newRow(name) << view << comparison << isKnown;
    };
    row("5 minutes", TimeView::of(NamedRange::FiveMinutes), Comparison::PreviousPeriod);
    row("5 minutes, a week ago", TimeView::of(NamedRange::FiveMinutes), Comparison::WeekBefore);
    row("hour", TimeView::of(NamedRange::Hour), Comparison::PreviousPeriod);
    row("hour, a week ago", TimeView::of(NamedRange::Hour), Comparison::WeekBefore);
    row("day", TimeView::of(NamedRange::Day), Comparison::PreviousPeriod);
    row("day, a week ago", TimeView::of(NamedRange::Day), Comparison::WeekBefore);
    row("week", TimeView::of(NamedRange::Week), Comparison::PreviousPeriod);
    row("odd", TimeView::last(12'345'000), Comparison::PreviousPeriod);
    row("odd, seconds", TimeView::last(47'000), Comparison::PreviousPeriod);
    row("odd, quarters", TimeView::fixed({kNow - 12 * 86'400'000LL - 7'213'000, kNow - 12 * 86'400'000LL}),
        Comparison::PreviousPeriod);
    row("fixed", TimeView::fixed({kNow - 7'213'000, kNow - 3'599'000}), Comparison::PreviousPeriod);
    row("seconds, a week ago", TimeView::last(30'000), Comparison::WeekBefore, false);
}

void BoardNumbersTest::onlyEqualLengthsAreCompared()
{
    QFETCH(TimeView, view);
    QFETCH(Comparison, comparison);
    QFETCH(bool, isKnown);
    LiveCube cube({u"eventType"_s});
    LiveUsers users;
    const SeriesIndex series = cube.intern({u"t"_s});
    // Minutes, as a million seconds would take a while; and seconds where there are any.
    constexpr qint64 kMinute = (kNow / 60'000 - 1) * 60'000;
    for (qint64 at = kMinute - 16LL * 86'400'000; at <= kNow; at += 60'000) {
        cube.addToTier(Tier::Minute, at, series, 60);
        cube.addToTier(Tier::Quarter, at / 900'000 * 900'000, series, 60);
        cube.addToTier(Tier::Day, at / 86'400'000 * 86'400'000, series, 60);
        users.add(at / 1'000, userHash(QString::number(at / 60'000 % 900)));
    }
    for (qint64 at = kNow - 599'000; at < kNow; at += 1'000)
        cube.addToTier(Tier::Second, at, series, 1);
    cube.trim(kNow);
    users.trim(kNow);
    BoardChoice choice;
    choice.view = view;
    choice.comparison = comparison;
    const BoardFrame frame = present(cube, {1, 0}, choice, kNow + 400, QTimeZone::utc(), 120, &users);
    QVERIFY(frame.earlier);
    QCOMPARE(frame.earlier->isKnown, isKnown);
    QCOMPARE(frame.earlier->total > 0, isKnown);
    QCOMPARE(frame.earlier->totalNow, frame.earlier->total);
    QCOMPARE(frame.earlier->users.has_value(), frame.earlier->usersNow.has_value());
    if (frame.earlier->users) {
        QVERIFY(!frame.earlier->users->isRounded && !frame.earlier->usersNow->isRounded);
        QVERIFY(qAbs(frame.earlier->users->count - frame.earlier->usersNow->count) <= frame.earlier->users->count / 50);
    }
}

void BoardNumbersTest::rejectedAreThoseOfTheRange()
{
    const ManualClock clock(kNow);
    Board board(clock);
    FakeFeed feed;
    board.setFeed(&feed);
    feed.snapshot(someCube(), kNow, 9);
    QVERIFY(!board.frame().rejectedInRange); // of a server that tells only the sum
    wire::Snapshot snapshot;
    snapshot.project = kDefaultProject;
    snapshot.serverTimeMs = kNow;
    snapshot.totals = {18, 9};
    snapshot.cube = someCube().snapshot();
    const qint64 minute = kNow / 60'000 * 60'000;
    snapshot.rejections = QList<RejectedCount>{{minute - 200LL * 86'400'000, 2}, {minute - 7'200'000, 3}, {minute, 4}};
    feed.say(snapshot);
    QTRY_COMPARE(board.frame().rejectedInRange, std::optional<qint64>(4)); // of the hour
    board.setRange(NamedRange::Day);
    QCOMPARE(board.frame().rejectedInRange, std::optional<qint64>(7));
    QCOMPARE(board.frame().allEvents, 18);
    board.setFilter({{u"page"_s, {{u"nowhere"_s}, false}}});
    QCOMPARE(board.frame().main.total, 0);
    QCOMPARE(board.frame().allEvents, 18);
    QCOMPARE(board.frame().rejectedInRange, std::optional<qint64>(7)); // nobody knows what they were
    board.setRange(NamedRange::All);
    wire::Delta delta;
    delta.totals = {18, 10};
    delta.rejections = {{minute, 1}};
    feed.say(delta);
    QTRY_COMPARE(board.frame().rejected, 10);
    board.setRange(NamedRange::Hour);
    QCOMPARE(board.frame().rejectedInRange, std::optional<qint64>(5));
}

void BoardNumbersTest::chosenValuesAreRowsOfTheirList()
{
    LiveCube cube({u"eventType"_s, u"page"_s});
    for (int i = 0; i < 160; ++i) {
        const Cell cell{kNow / 1000 - 5, cube.intern({u"t%1"_s.arg(i % 12), u"p%1"_s.arg(i)}), quint32(200 - i)};
        cube.add({&cell, 1});
    }
    const auto rowsOf = [&](const QMap<QString, ValueFilter> &filter, int dimension) {
        BoardChoice choice;
        choice.filter = filter;
        const BoardFrame frame = present(cube, {1, 0}, choice, kNow, QTimeZone::utc(), 120);
        QMap<QString, qint64> rows;
        qint64 sum = 0;
        for (const CubeGroup &group : frame.breakdowns[dimension].groups) {
            if (!group.isRest)
                rows.insert(group.name, group.total);
            sum += group.total;
        }
        if (sum != frame.breakdowns[dimension].total)
            rows.clear();
        return rows;
    };
    QVERIFY(!rowsOf({}, 1).contains(u"p159"_s)); // the least common of all
    QCOMPARE(rowsOf({{u"page"_s, {{u"p159"_s}, false}}}, 1).value(u"p159"_s), 41);
    QCOMPARE(rowsOf({{u"page"_s, {{u"p159"_s, u"p158"_s}, true}}}, 1).value(u"p158"_s), 42); // to be let in again
    QVERIFY(rowsOf({{u"page"_s, {{u"nowhere"_s}, false}}}, 1).contains(u"nowhere"_s));
    QCOMPARE(rowsOf({{u"page"_s, {{u"nowhere"_s}, false}}}, 1).value(u"nowhere"_s), 0);
    // Known, but not together with the filter of another dimension.
    const QMap<QString, ValueFilter> both{{u"eventType"_s, {{u"t0"_s}, false}}, {u"page"_s, {{u"p1"_s}, false}}};
    QVERIFY(rowsOf(both, 1).contains(u"p1"_s));
    QVERIFY(rowsOf(both, 0).contains(u"t0"_s));
    QCOMPARE(rowsOf({{u"eventType"_s, {{u"t11"_s}, false}}}, 0).size(), 12); // all of them
}

void BoardNumbersTest::allReachesBackToTheFirstEvent_data()
{
    QTest::addColumn<qint64>("firstMs");
    QTest::newRow("1970") << qint64(0);
    QTest::newRow("1970, midday") << qint64(43'200'000);
    QTest::newRow("40 years ago") << kNow - 14'610LL * 86'400'000;
    QTest::newRow("40 days ago") << kNow - 40LL * 86'400'000;
    QTest::newRow("half an hour ago") << kNow - 1'800'000;
}

void BoardNumbersTest::allReachesBackToTheFirstEvent()
{
    QFETCH(qint64, firstMs);
    LiveCube cube({u"eventType"_s});
    const SeriesIndex series = cube.intern({u"t"_s});
    const QList<Cell> cells{
        {firstMs / 1'000, series, 1}, {kNow / 1'000 - 12 * 86'400, series, 1}, {kNow / 1'000, series, 1}};
    for (const Cell &cell : cells)
        if (cell.epochSecond * 1'000 >= firstMs)
            cube.add({&cell, 1});
    cube.trim(kNow);
    BoardChoice choice;
    choice.view = TimeView::of(NamedRange::All);
    const BoardFrame frame = present(cube, {3, 0}, choice, kNow, QTimeZone("Europe/Paris"), 120);
    QCOMPARE(frame.main.total, cube.totalEvents());
    QVERIFY(frame.grid.span().contains(firstMs));
    QVERIFY(frame.grid.span().contains(kNow));
    QVERIFY(frame.grid.span().lengthMs() < std::max<qint64>(kNow - firstMs, 3'600'000) + 80LL * 86'400'000);
}

QTEST_GUILESS_MAIN(BoardNumbersTest)
#include "tst_boardnumbers.moc"
