#include "server/live/warmup.h"
#include "tests/core/store/backends.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

// What a restart makes of what is stored, on both databases.
class WarmUpTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_backends.start(); }
    void cleanupTestCase() { m_backends.stop(); }
    void dimensionsAreMatchedByName_data() { Backends::addRows(); }
    void dimensionsAreMatchedByName();
    void theHeaviestKeepTheirNames_data() { Backends::addRows(); }
    void theHeaviestKeepTheirNames();
    void usersAreThoseOfTheEvents_data() { Backends::addRows(); }
    void usersAreThoseOfTheEvents();
    void anEventFromAheadLeavesRoomForThePresent_data() { Backends::addRows(); }
    void anEventFromAheadLeavesRoomForThePresent();

private:
    Event event(const SeriesKey &series)
    {
        Event made = makeEvent(m_ids, kNoonMs);
        made.eventType = series[0];
        made.metadata = u"{\"page\":\"%1\",\"browser\":\"%2\"}"_s.arg(series[1], series[2]).toUtf8();
        made.series = series;
        return made;
    }
    static Result<std::shared_ptr<WarmState>> restart(const DatabaseUrl &url, const QStringList &keys)
    {
        const auto store = makeStore(url, u"r"_s, QStringList{u"eventType"_s} + keys);
        if (const Result<void> open = store->open(); !open)
            return open.failure();
        ParseRules rules;
        rules.dimensions = keys;
        const std::atomic<bool> stop = false;
        const QStringList dimensions = QStringList{u"eventType"_s} + keys;
        auto state = warmUp(store->reader(), kDefaultProject, dimensions, kNoonMs + 1'000, stop);
        if (!state)
            return state;
        // What the server does once it serves.
        const auto seconds =
            readSeconds(store->reader(), kDefaultProject, rules, kNoonMs + 1'000, kNoonMs + 1'000, stop);
        if (!seconds)
            return seconds.failure();
        LiveProject project({kDefaultProject, u"Default"_s}, u"epoch"_s, dimensions);
        project.warm(**state);
        project.addSeconds(*seconds);
        (*state)->cube = project.cube();
        (*state)->users = project.users();
        return state;
    }
    Backends m_backends;
    Uuid7Generator m_ids;
};

void WarmUpTest::dimensionsAreMatchedByName()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    {
        const auto store = makeStore(url, u"w"_s);
        ENTVAS_VERIFY(store->open());
        ENTVAS_VERIFY(store->migrate());
        ENTVAS_VERIFY(store->writer().append(
            {makeJob({event({u"a"_s, u"home"_s, u"edge"_s}), event({u"a"_s, u"top"_s, u"edge"_s})})}));
    }
    const auto swapped = restart(url, {u"browser"_s, u"page"_s});
    ENTVAS_VERIFY(swapped);
    QCOMPARE((*swapped)->cube.series().size(), 2);
    QVERIFY((*swapped)->cube.contains({u"a"_s, u"edge"_s, u"home"_s}));
    const auto other = restart(url, {u"browser"_s, u"country"_s});
    ENTVAS_VERIFY(other);
    QCOMPARE((*other)->cube.series(), (QList<SeriesKey>{{u"a"_s, u"edge"_s, u""_s}}));
    QCOMPARE((*other)->cube.totalEvents(), 2);
}

void WarmUpTest::theHeaviestKeepTheirNames()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    constexpr int kLight = 6'000;
    constexpr int kHeavy = 100;
    constexpr int kEach = 20;
    QList<SeriesKey> all;
    for (int i = 0; i < kLight; ++i)
        all << SeriesKey{u"light%1"_s.arg(i % 7), u"page%1"_s.arg(i), u"edge"_s};
    for (int i = 0; i < kHeavy * kEach; ++i)
        all << SeriesKey{u"heavy"_s, u"page%1"_s.arg(i % kHeavy), u"edge"_s};
    QMap<QString, qint64> expected;
    {
        const auto store = makeStore(url, u"w"_s);
        ENTVAS_VERIFY(store->open());
        ENTVAS_VERIFY(store->migrate());
        EventBatch batch;
        for (const SeriesKey &series : std::as_const(all)) {
            batch << event(series);
            ++expected[series[0]];
        }
        ENTVAS_VERIFY(store->writer().append({makeJob(batch)}));
    }
    const auto warm = restart(url, {u"page"_s, u"browser"_s});
    ENTVAS_VERIFY(warm);
    const LiveCube &cube = (*warm)->cube;
    QCOMPARE(cube.totalEvents(), all.size());
    QVERIFY(cube.series().size() < LiveCube::kMaxSeries);
    for (int i = 0; i < kHeavy; ++i)
        QVERIFY(cube.contains({u"heavy"_s, u"page%1"_s.arg(i), u"edge"_s}));
    for (const Tier tier : kTiers) {
        QMap<QString, qint64> byType;
        for (qint64 at = cube.firstBucketMs(tier); at < cube.endBucketMs(tier); at += kTierStepMs[std::size_t(tier)])
            if (const CountRow *row = cube.row(tier, at))
                row->forEach([&](SeriesIndex s, quint64 count) { byType[cube.series()[s][0]] += qint64(count); });
        QCOMPARE(byType, expected);
    }
}

// Also when the writer ended in the middle, housekeeping had been at it, and events have gone with their time.
void WarmUpTest::usersAreThoseOfTheEvents()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    LiveUsers expected;
    const qint64 now = kNoonMs + 1'000;
    {
        const auto store = makeStore(url, u"w"_s);
        ENTVAS_VERIFY(store->open());
        ENTVAS_VERIFY(store->migrate());
        for (int i = 0; i < 600; ++i) {
            const qint64 ms = kNoonMs - i % 60 * 3'600'000LL - i * 7'000LL;
            Event one = makeEvent(m_ids, ms, u"a"_s, u"user %1"_s.arg(i % 170));
            expected.add(ms / 1000, userHash(one.userId));
            ENTVAS_VERIFY(store->writer().append({makeJob({one})}));
            if (i == 300)
                for (int step = 0; step < 200; ++step)
                    ENTVAS_VERIFY(store->housekeeping().step({now, 1, true}));
        }
    }
    const auto warm = restart(url, {u"page"_s, u"browser"_s});
    ENTVAS_VERIFY(warm);
    const LiveUsers &users = (*warm)->users;
    for (const qint64 back : {60'000LL, 300'000LL, 3'600'000LL, 86'400'000LL, 7 * 86'400'000LL}) {
        const TimeSpan span{(kNoonMs - back) / 60'000 * 60'000, kNoonMs + 60'000};
        QCOMPARE(users.in(span, now), expected.in(span, now));
        QVERIFY(!users.in(span, now)->isRounded);
    }
    QCOMPARE(users.in({0, now}, now)->count, 170);
    QCOMPARE(users.in({kNoonMs - 7'000, now}, now), expected.in({kNoonMs - 7'000, now}, now)); // by second
}

// A clock that was nine days ahead for a moment.
void WarmUpTest::anEventFromAheadLeavesRoomForThePresent()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeReady(url, u"w1"_s);
    constexpr qint64 kDay = 86'400'000;
    EventBatch batch;
    for (int minute = 0; minute < 50; ++minute)
        batch << makeEvent(m_ids, kNoonMs - minute * 60'000);
    batch << makeEvent(m_ids, kNoonMs + 9 * kDay);
    ENTVAS_VERIFY(store->writer().append({makeJob(batch)}));
    const auto state = restart(url, {u"page"_s, u"browser"_s});
    ENTVAS_VERIFY(state);
    const LiveCube &cube = state.value()->cube;
    const auto sumOf = [&](Tier tier) {
        qint64 sum = 0;
        for (qint64 at = cube.firstBucketMs(tier); at < cube.endBucketMs(tier); at += kTierStepMs[std::size_t(tier)])
            if (const CountRow *row = cube.row(tier, at))
                row->forEach([&](SeriesIndex, quint64 count) { sum += qint64(count); });
        return sum;
    };
    QCOMPARE(sumOf(Tier::Minute), 50);
    QCOMPARE(sumOf(Tier::Quarter), 50);
    QCOMPARE(sumOf(Tier::Day), 51);
}

QTEST_GUILESS_MAIN(WarmUpTest)
#include "tst_warmup.moc"
