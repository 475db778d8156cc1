#include "app/board/board.h"
#include "tests/app/fakefeed.h"

#include <QSignalSpy>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {
constexpr qint64 kNow = 1'780'000'030'000; // half past a minute

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

class BoardTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void snapshotFillsTheFrame();
    void rangesAskNobody();
    void deltasAddUp();
    void timeMovesWithoutTraffic();
    void aLostConnectionStopsTheClock();
    void clockDifferenceIsCorrected();
    void clockIsMeasuredFromHeartbeats();
    void aStaleConnectionStopsTheClock();
    void numbersThatGoBackAreSaid_data();
    void numbersThatGoBackAreSaid();
    void takesAPictureThatIsBuilt();
    void usersOfTheRangeAndBefore();
    void usersAreUnknownRatherThanWrong();
    void manyDeltasAreFewFrames();
    void anUnseenBoardDoesNotDraw();
    void anotherFeedStartsAfresh();
    void knowsTheProjects();
    void tailIsBounded();
    void brokenDeltaChangesNothing();
    void aZoneThatIsNoneIsSaid();
};

void BoardTest::snapshotFillsTheFrame()
{
    const ManualClock clock(kNow);
    Board board(clock);
    FakeFeed feed;
    board.setFeed(&feed);
    QVERIFY(!board.hasData());
    feed.snapshot(someCube(), kNow, 4);
    QVERIFY(board.hasData());
    const BoardFrame &frame = board.frame();
    QCOMPARE(frame.totalEvents, 18);
    QCOMPARE(frame.rejected, 4);
    QCOMPARE(frame.thisMinute, 10);
    QCOMPARE(frame.perSecond, 2.0); // 10 in the last 5 complete seconds
    QCOMPARE(frame.main.total, 15); // within the hour
    QCOMPARE(frame.peakMinute, 10);
    QCOMPARE(frame.minuteTrend.size(), 30);
    QCOMPARE(frame.rateTrend.size(), 60);
    QCOMPARE(frame.breakdowns.size(), 2);
    QCOMPARE(frame.breakdowns[0].dimension, u"eventType"_s);
    QCOMPARE(frame.breakdowns[1].dimension, u"page"_s);
    QCOMPARE(frame.breakdowns[1].groups[0].name, u"home"_s);
    QCOMPARE(board.changedAtMs(), kNow);
}

void BoardTest::rangesAskNobody()
{
    const ManualClock clock(kNow);
    Board board(clock);
    FakeFeed feed;
    board.setFeed(&feed);
    feed.snapshot(someCube(), kNow);
    QSignalSpy frames(&board, &Board::framed);
    QSignalSpy choices(&board, &Board::choiceChanged);
    board.setRange(NamedRange::Day);
    QCOMPARE(frames.size(), 1); // at once, in the same turn
    QCOMPARE(choices.size(), 1);
    QCOMPARE(board.frame().main.total, 18);
    board.setRange(NamedRange::FiveMinutes);
    QCOMPARE(board.frame().main.total, 10);
    QCOMPARE(board.frame().grid.size(), 61); // the running bucket is one of 5 seconds
    board.setRange(NamedRange::FiveMinutes);
    QCOMPARE(choices.size(), 2); // no change, no word
    QCOMPARE(feed.opened + feed.retried, 0);
}

void BoardTest::deltasAddUp()
{
    const ManualClock clock(kNow);
    Board board(clock);
    FakeFeed feed;
    board.setFeed(&feed);
    feed.snapshot(someCube(), kNow);
    wire::Delta delta;
    delta.totals = {20, 1};
    delta.newSeries = {{u"user_joined"_s, u"home"_s}};
    delta.cells = {{kNow / 1000, 2, 2}};
    feed.say(delta);
    QTRY_COMPARE(board.frame().totalEvents, 20);
    QCOMPARE(board.frame().rejected, 1);
    QCOMPARE(board.frame().thisMinute, 12);
    QCOMPARE(board.cube().totalEvents(), 20);
}

void BoardTest::timeMovesWithoutTraffic()
{
    ManualClock clock(kNow);
    Board board(clock);
    FakeFeed feed;
    board.setFeed(&feed);
    feed.live();
    feed.snapshot(someCube(), kNow);
    QCOMPARE(board.frame().thisMinute, 10);
    clock.advance(60'000);
    QTRY_COMPARE_WITH_TIMEOUT(board.frame().thisMinute, 0, 5'000);
    QCOMPARE(board.frame().totalEvents, 18);
}

void BoardTest::aLostConnectionStopsTheClock()
{
    ManualClock clock(kNow);
    Board board(clock);
    FakeFeed feed;
    board.setFeed(&feed);
    feed.live();
    feed.snapshot(someCube(), kNow);
    feed.lose(u"cut"_s);
    clock.advance(600'000);
    board.setRange(NamedRange::FiveMinutes); // draws
    QCOMPARE(board.frame().nowMs, kNow);
    QCOMPARE(board.frame().main.total, 10); // as it was when it was last heard of
    feed.live();
    board.setRange(NamedRange::Hour);
    QCOMPARE(board.frame().nowMs, kNow + 600'000);
}

void BoardTest::clockDifferenceIsCorrected()
{
    const ManualClock clock(kNow - 3'600'000); // an hour slow
    Board board(clock);
    FakeFeed feed;
    board.setFeed(&feed);
    feed.snapshot(someCube(), kNow);
    QCOMPARE(board.frame().nowMs, kNow);
    QCOMPARE(board.frame().thisMinute, 10);
}

void BoardTest::clockIsMeasuredFromHeartbeats()
{
    ManualClock clock(kNow);
    Board board(clock);
    FakeFeed feed;
    board.setFeed(&feed);
    feed.live(); // with a round trip of 3 ms
    wire::Hello hello;
    hello.serverTimeMs = kNow + 240'000;
    feed.say(hello);
    QCOMPARE(board.clockOffsetMs(), 240'000 + 1);
    feed.snapshot(someCube(), kNow + 230'000); // an old picture knows nothing better
    QCOMPARE(board.clockOffsetMs(), 240'000 + 1);
    clock.advance(10'000);
    feed.say(wire::Heartbeat{0, kNow + 250'000 - 60, {}}); // late by little: the window does not tremble
    QCOMPARE(board.clockOffsetMs(), 240'000 + 1);
    feed.say(wire::Heartbeat{0, kNow + 250'000 + 700, {}}); // nothing is early
    QCOMPARE(board.clockOffsetMs(), 240'700 + 1);
    QCOMPARE(board.serverNowMs(), kNow + 250'700 + 1);
    feed.say(wire::Heartbeat{0, 5, {}});
    QCOMPARE(board.clockOffsetMs(), 240'700 + 1);
    hello.epoch = u"restarted, with its clock set right"_s;
    hello.serverTimeMs = clock.nowMs();
    feed.say(hello);
    QCOMPARE(board.clockOffsetMs(), 1);
    board.setFeed(nullptr);
    QCOMPARE(board.clockOffsetMs(), 0);
}

void BoardTest::aStaleConnectionStopsTheClock()
{
    ManualClock clock(kNow);
    Board board(clock);
    FakeFeed feed;
    board.setFeed(&feed);
    feed.live();
    feed.snapshot(someCube(), kNow);
    clock.advance(12'000);
    FeedState state;
    state.kind = FeedState::Kind::Stale;
    Q_EMIT feed.stateChanged(state);
    board.setRange(NamedRange::FiveMinutes); // draws
    QCOMPARE(board.frame().nowMs, kNow);
    QCOMPARE(board.nowMs() - board.heardAtMs(), 12'000); // the age
}

void BoardTest::numbersThatGoBackAreSaid_data()
{
    QTest::addColumn<QString>("epoch");
    QTest::addColumn<wire::Totals>("totals");
    QTest::addColumn<QString>("word"); // empty: none
    const wire::Totals more{20, 4};
    QTest::newRow("more, another run") << u"b"_s << more << QString();
    QTest::newRow("the same, another run") << u"b"_s << wire::Totals{18, 4} << QString();
    QTest::newRow("fewer, another run") << u"b"_s << wire::Totals{9, 4} << u"backup"_s;
    QTest::newRow("fewer, the same run") << u"a"_s << wire::Totals{9, 4} << u"not restarted"_s;
    QTest::newRow("fewer rejected") << u"b"_s << wire::Totals{18, 1} << u"rejected"_s;
}

void BoardTest::numbersThatGoBackAreSaid()
{
    QFETCH(QString, epoch);
    QFETCH(wire::Totals, totals);
    QFETCH(QString, word);
    const ManualClock clock(kNow);
    Board board(clock);
    FakeFeed feed;
    board.setFeed(&feed);
    QSignalSpy notices(&board, &Board::noticed);
    wire::Snapshot snapshot;
    snapshot.project = kDefaultProject;
    snapshot.epoch = u"a"_s;
    snapshot.serverTimeMs = kNow;
    snapshot.totals = {18, 4};
    snapshot.cube = someCube().snapshot();
    feed.say(snapshot);
    QCOMPARE(notices.size(), 0); // there was nothing before
    snapshot.epoch = epoch;
    snapshot.totals = totals;
    feed.say(snapshot);
    QCOMPARE(notices.size(), word.isEmpty() ? 0 : 1);
    if (!word.isEmpty()) {
        const QString text = notices.first()[1].toString();
        QVERIFY2(text.contains(word), qPrintable(text));
        const qint64 now = totals.events == 18 ? totals.invalid : totals.events;
        const qint64 before = totals.events == 18 ? 4 : 18;
        QVERIFY2(text.contains(QString::number(now)) && text.contains(QString::number(before)), qPrintable(text));
    }
    QTRY_COMPARE(board.frame().totalEvents, totals.events); // it is shown all the same
    // A step back by a delta, and another project or feed, where fewer is no step back.
    const qsizetype told = notices.size();
    wire::Delta delta;
    delta.totals = {1, 0};
    feed.say(delta);
    QCOMPARE(notices.size(), told + 1);
    FakeFeed other;
    board.setFeed(&other);
    snapshot.totals = {0, 0};
    other.say(snapshot);
    QCOMPARE(notices.size(), told + 1);
}

void BoardTest::takesAPictureThatIsBuilt()
{
    const ManualClock clock(kNow);
    Board board(clock);
    FakeFeed feed;
    board.setFeed(&feed);
    feed.snapshot(someCube(), kNow);
    Picture picture;
    picture.told.project = kDefaultProject;
    picture.told.totals = {3, 0};
    picture.cube = LiveCube({u"eventType"_s});
    Q_EMIT feed.picture(picture);
    QCOMPARE(picture.cube.totalEvents(), 18); // the old one goes back
    QCOMPARE(board.cube().totalEvents(), 0);
    QTRY_COMPARE(board.frame().totalEvents, 3);
}

void BoardTest::usersOfTheRangeAndBefore()
{
    const ManualClock clock(kNow);
    Board board(clock);
    FakeFeed feed;
    board.setFeed(&feed);
    board.setComparison(Comparison::PreviousPeriod);
    wire::Snapshot snapshot;
    snapshot.project = kDefaultProject;
    snapshot.serverTimeMs = kNow;
    snapshot.cube = someCube().snapshot();
    feed.say(snapshot);
    QVERIFY(!board.frame().users); // a server that does not count them
    LiveUsers users;
    for (int i = 0; i < 50; ++i) {
        const UserHash user = userHash(QString::number(i));
        users.add(kNow / 1000 - 3'600 - 600 - i, user);
        if (i % 2)
            users.add(kNow / 1000 - 1'000 - i, user);
    }
    snapshot.users = users.snapshot();
    feed.say(snapshot);
    QTRY_VERIFY(board.frame().users);
    QCOMPARE(*board.frame().users, (UserCount{25}));
    QCOMPARE(board.frame().earlier->users, UserCount{50});
    board.setFilter({{u"page"_s, {{u"nowhere"_s}, false}}});
    QCOMPARE(board.frame().users->count, 25); // of all events, whatever the filter
    board.setRange(NamedRange::Day);
    QCOMPARE(board.frame().users->count, 50);
    QCOMPARE(board.frame().earlier->users->count, 0);

    wire::Delta delta;
    delta.users = {{kNow / 1000, QByteArray::fromHex("0000000001"
                                                     "0000000002")}};
    feed.say(delta);
    QTRY_COMPARE(board.frame().users->count, 52);
    users.setSinceMs(kNow - 3'600'000);
    snapshot.users = users.snapshot();
    feed.say(snapshot);
    QTRY_COMPARE(board.frame().users->sinceMs, kNow - 3'600'000);
    QVERIFY(!board.frame().earlier->users);
    board.setFeed(nullptr);
    QTRY_VERIFY(!board.frame().users);
}

void BoardTest::usersAreUnknownRatherThanWrong()
{
    const ManualClock clock(kNow);
    Board board(clock);
    FakeFeed feed;
    board.setFeed(&feed);
    wire::Snapshot snapshot;
    snapshot.project = kDefaultProject;
    snapshot.serverTimeMs = kNow;
    snapshot.cube = someCube().snapshot();
    snapshot.users = LiveUsers().snapshot();
    feed.say(snapshot);
    QTRY_VERIFY(board.frame().users);
    wire::Delta delta;
    delta.totals = {1, 0};
    delta.users = {{kNow / 1000, "part"}};
    feed.say(delta);
    QTRY_VERIFY(!board.frame().users);
    QCOMPARE(board.cube().totalEvents(), 18);
    feed.say(snapshot);
    QTRY_VERIFY(board.frame().users);
    snapshot.users->before = "no sketch";
    feed.say(snapshot);
    QTRY_VERIFY(!board.frame().users);
    QVERIFY(board.hasData());
}

void BoardTest::manyDeltasAreFewFrames()
{
    const ManualClock clock(kNow);
    Board board(clock);
    FakeFeed feed;
    board.setFeed(&feed);
    feed.snapshot(someCube(), kNow);
    QTest::qWait(3 * FrameGate::kFrameMs);
    QSignalSpy frames(&board, &Board::framed);
    wire::Delta delta;
    for (int i = 0; i < 500; ++i) {
        delta.totals = {18 + i + 1, 0};
        delta.cells = {{kNow / 1000, 0, 1}};
        feed.say(delta);
    }
    QTRY_COMPARE(board.frame().totalEvents, 518); // the last one is never lost
    QVERIFY2(frames.size() < 20, qPrintable(QString::number(frames.size())));
}

void BoardTest::anUnseenBoardDoesNotDraw()
{
    ManualClock clock(kNow);
    Board board(clock);
    FakeFeed feed;
    board.setFeed(&feed);
    feed.snapshot(someCube(), kNow);
    board.setVisible(false);
    wire::Delta delta;
    delta.totals = {19, 0};
    delta.cells = {{kNow / 1000, 0, 1}};
    QSignalSpy frames(&board, &Board::framed);
    feed.say(delta);
    QTest::qWait(1'200);
    QCOMPARE(frames.size(), 0);
    board.setVisible(true);
    QCOMPARE(frames.size(), 1);
    QCOMPARE(board.frame().totalEvents, 19);
}

void BoardTest::anotherFeedStartsAfresh()
{
    const ManualClock clock(kNow);
    Board board(clock);
    FakeFeed first;
    FakeFeed second;
    board.setFeed(&first);
    first.snapshot(someCube(), kNow);
    board.setFeed(&second);
    QVERIFY(!board.hasData());
    first.snapshot(someCube(), kNow); // speaks to nobody
    QVERIFY(!board.hasData());
    second.snapshot(LiveCube(), kNow);
    QTRY_COMPARE(board.frame().totalEvents, 0);
}

void BoardTest::knowsTheProjects()
{
    const ManualClock clock(kNow);
    Board board(clock);
    FakeFeed feed;
    board.setFeed(&feed);
    QVERIFY(board.projects().isEmpty() && board.project().isEmpty());
    QSignalSpy changes(&board, &Board::stateChanged);
    wire::Hello hello;
    hello.serverTimeMs = kNow;
    hello.projects = {{kDefaultProject, u"Default"_s}, {u"shop"_s, u"The shop"_s}};
    feed.say(hello);
    QCOMPARE(changes.size(), 1);
    QCOMPARE(board.projects(), hello.projects);
    QVERIFY(board.project().isEmpty());
    feed.snapshot(someCube(), kNow);
    QCOMPARE(changes.size(), 2);
    QCOMPARE(board.project(), kDefaultProject);
    feed.snapshot(someCube(), kNow);
    QCOMPARE(changes.size(), 2); // no change, no word
    board.setFeed(nullptr);
    QVERIFY(board.projects().isEmpty() && board.project().isEmpty());
}

void BoardTest::tailIsBounded()
{
    const ManualClock clock(kNow);
    Board board(clock);
    FakeFeed feed;
    board.setFeed(&feed);
    for (int round = 0; round < 110; ++round) {
        wire::Tail tail;
        tail.skipped = 7;
        for (int i = 0; i < 100; ++i)
            tail.events.append({QString(), u"log"_s, QString::number(round * 100 + i), kNow, kNow, {}});
        feed.say(tail);
    }
    QCOMPARE(board.stream().rowCount(), EventStream::kMostEvents);
    QCOMPARE(board.stream().event(board.stream().rowCount() - 1).userId, u"10999"_s);
    QCOMPARE(board.stream().skipped(), 770);
}

void BoardTest::brokenDeltaChangesNothing()
{
    const ManualClock clock(kNow);
    Board board(clock);
    FakeFeed feed;
    board.setFeed(&feed);
    feed.snapshot(someCube(), kNow);
    wire::Delta delta;
    delta.totals = {999, 999};
    delta.cells = {{kNow / 1000, 77, 1}};
    feed.say(delta);
    QTest::qWait(2 * FrameGate::kFrameMs);
    QCOMPARE(board.frame().totalEvents, 18);
}

// No window hangs and none is silent about it.
void BoardTest::aZoneThatIsNoneIsSaid()
{
    const QByteArray before = qgetenv("TZ");
    const bool wasSet = qEnvironmentVariableIsSet("TZ");
    qputenv("TZ", "Nowhere/Land ");
    const ManualClock clock(kNow);
    Board board(clock);
    if (wasSet)
        qputenv("TZ", before);
    else
        qunsetenv("TZ");
    QSignalSpy notices(&board, &Board::noticed);
    QVERIFY(board.zone().isValid());
    FakeFeed feed;
    board.setFeed(&feed);
    feed.snapshot(someCube(), kNow);
    for (const NamedRange range : kNamedRanges) {
        board.setRange(range);
        QVERIFY(board.frame().main.total >= 10);
    }
    QCOMPARE(notices.size(), 1);
    QVERIFY2(notices.first()[1].toString().contains(u"Nowhere/Land"_s), qPrintable(notices.first()[1].toString()));
}

QTEST_GUILESS_MAIN(BoardTest)
#include "tst_board.moc"
