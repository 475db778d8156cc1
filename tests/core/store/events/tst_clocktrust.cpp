#include "core/store/events/clocktrust.h"

#include "core/base/clock.h"
#include "core/store/events/sql/sqlupkeep.h"
#include "core/store/events/storewriter.h"
#include "tests/core/store/backends.h"

#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

namespace {

constexpr qint64 kDay = 86'400'000;
constexpr qint64 kHour = 3'600'000;
constexpr int kRetentionDays = 30;

// Read by the writer's thread while the test sets it.
class SetClock final : public Clock
{
public:
    explicit SetClock(qint64 offset) : offsetMs(offset) {}
    qint64 nowMs() const override { return QDateTime::currentMSecsSinceEpoch() + offsetMs; }
    std::atomic<qint64> offsetMs;
};

} // namespace

// Nothing that can't be undone by a clock that nothing else confirms.
class TestClockTrust final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_backends.start(); }
    void init() { m_ids = Uuid7Generator(); }
    void cleanupTestCase() { m_backends.stop(); }

    void aLongPauseIsDoubtedForAnHour();
    void aLeapIsDoubtedForAnHour();
    void aClockThatIsSetRightIsBelievedAtOnce();
    void theDatabasesClockIsNeverOutvoted();
    void aServerStartedAheadRemovesNothing_data() { Backends::addRows(); }
    void aServerStartedAheadRemovesNothing();
    void aLeapRemovesNothing_data() { Backends::addRows(); }
    void aLeapRemovesNothing();
    void theNewestIsFoundWhereverItIsCounted();

private:
    // One event a day.
    void storeDays(EventStore &store, int days, int from)
    {
        EventBatch batch;
        for (int day = from; day <= days; ++day)
            batch << makeEvent(m_ids, QDateTime::currentMSecsSinceEpoch() - day * kDay);
        ENTVAS_VERIFY(store.writer().append({makeJob(batch)}));
    }
    static qint64 eventsIn(EventStore &store)
    {
        EventQuery query = queryAll(10'000);
        query.toMs = QDateTime::currentMSecsSinceEpoch() + 10'000 * kDay;
        const auto events = store.reader().events(query);
        return events ? events->size() : -1;
    }
    static qint64 minutesIn(EventStore &store)
    {
        qint64 sum = 0;
        const auto read = store.reader().readCounts(kDefaultProject, [&](const CountRun &run) {
            for (const StoredCount &cell : run.counts)
                sum += run.tier == Tier::Minute ? cell.count : 0;
        });
        return read ? sum : -1;
    }
    static std::unique_ptr<StoreWriter> writerOn(const DatabaseUrl &url, const Clock &clock)
    {
        auto writer =
            std::make_unique<StoreWriter>([url] { return makeStore(url, u"w"_s); }, StoreWriter::Limits(),
                                          StoreWriter::Upkeep{&clock, kRetentionDays, std::chrono::milliseconds(20)});
        writer->start();
        return writer;
    }

    Backends m_backends;
    Uuid7Generator m_ids;
};

void TestClockTrust::aLongPauseIsDoubtedForAnHour()
{
    ClockTrust trust;
    QVERIFY(!trust.look({kNoonMs, 0, {}})); // not asked what is stored yet
    trust.begin({kNoonMs, 0, {}}, 0);
    QVERIFY(trust.look({kNoonMs, 0, {}})); // there is nothing to lose
    trust.begin({kNoonMs, 0, {}}, kNoonMs - kDay);
    QVERIFY(trust.look({kNoonMs, 0, {}}));
    trust.begin({kNoonMs, 0, {}}, kNoonMs - 100 * kDay);
    QVERIFY(trust.doubt().contains(u"2026-01-01T12:00:00"_s) && trust.doubt().contains(u"2025-09-23"_s));
    QVERIFY(!trust.look({kNoonMs + kHour - 1, kHour - 1, {}}));
    QVERIFY(trust.look({kNoonMs + kHour, kHour, {}}));
    QVERIFY(trust.doubt().isEmpty());
    trust.begin({kNoonMs, 0, {}}, kNoonMs + 100 * kDay); // stored by a clock that was ahead
    QVERIFY(trust.look({kNoonMs, 0, {}}));
    trust.beginUnknown({kNoonMs, 0, {}});
    QVERIFY(!trust.look({kNoonMs, 0, {}}));
}

void TestClockTrust::aLeapIsDoubtedForAnHour()
{
    ClockTrust trust;
    trust.begin({kNoonMs, 0, {}}, kNoonMs);
    QVERIFY(trust.look({kNoonMs + kDay, kDay, {}})); // the machine slept
    QVERIFY(trust.look({kNoonMs + kDay + kHour, kDay, {}}));
    QVERIFY(!trust.look({kNoonMs + kDay + 2 * kHour + 1, kDay, {}}));
    QVERIFY(!trust.look({kNoonMs + kDay + 3 * kHour, kDay + kHour - 1, {}}));
    QVERIFY(trust.look({kNoonMs + kDay + 3 * kHour + 2, kDay + kHour + 1, {}}));
}

void TestClockTrust::aClockThatIsSetRightIsBelievedAtOnce()
{
    ClockTrust trust;
    trust.begin({kNoonMs + 100 * kDay, 0, {}}, kNoonMs);
    QVERIFY(!trust.look({kNoonMs + 100 * kDay + 1'000, 1'000, {}}));
    QVERIFY(!trust.look({kNoonMs + 200 * kDay, 2'000, {}})); // and further
    QVERIFY(!trust.look({kNoonMs + 50 * kDay, 3'000, {}}));
    QVERIFY(trust.look({kNoonMs + 4'000, 4'000, {}}));
    QVERIFY(!trust.look({kNoonMs + 3 * kDay, 5'000, {}}));
}

void TestClockTrust::theDatabasesClockIsNeverOutvoted()
{
    ClockTrust trust;
    trust.begin({kNoonMs, 0, kNoonMs - 2 * kHour}, kNoonMs);
    QVERIFY(trust.doubt().contains(u"that of the database"_s));
    for (qint64 hour = 1; hour < 100; ++hour)
        QVERIFY(!trust.look({kNoonMs + hour * kHour, hour * kHour, kNoonMs + (hour - 2) * kHour}));
    QVERIFY(trust.look({kNoonMs + 100 * kHour, 100 * kHour, kNoonMs + 100 * kHour - 60'000}));
    QVERIFY(trust.look({kNoonMs + 101 * kHour, 101 * kHour, kNoonMs + 200 * kHour})); // it is behind: all stays longer
}

void TestClockTrust::aServerStartedAheadRemovesNothing()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeReady(url);
    storeDays(*store, 20, 0);
    SetClock clock(100 * kDay);
    // A second start after a while of the first, whose events have the wrong time, knows no better.
    for (int start = 0; start < 2; ++start) {
        const auto writer = writerOn(url, clock);
        QTRY_VERIFY_WITH_TIMEOUT(writer->stats().isClockDoubted, 20'000);
        QVERIFY(writer->push(makeJob({makeEvent(m_ids, clock.nowMs())}, 1)));
        QTRY_COMPARE(eventsIn(*store), 22 + start);
        QTest::qWait(300); // several rounds
        QVERIFY(writer->stats().isClockDoubted);
        QCOMPARE(eventsIn(*store), 22 + start);
        QCOMPARE(minutesIn(*store), 22 + start);
        QVERIFY(writer->stop());
    }
    // Once the clock is right, what is due is done, and no more.
    storeDays(*store, 40, 36);
    clock.offsetMs = 0;
    const auto writer = writerOn(url, clock);
    QTRY_COMPARE_WITH_TIMEOUT(eventsIn(*store), 23, 20'000);
    QTRY_COMPARE_WITH_TIMEOUT(minutesIn(*store), 10 + 2, 20'000); // of the last days, and those of the future
    QVERIFY(!writer->stats().isClockDoubted);
    QVERIFY(writer->stop());
}

void TestClockTrust::aLeapRemovesNothing()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeReady(url);
    storeDays(*store, 8, 0);
    SetClock clock(0);
    const auto writer = writerOn(url, clock);
    QTRY_VERIFY_WITH_TIMEOUT(writer->isAvailable(), 20'000);
    clock.offsetMs = 100 * kDay; // ahead of the first round, or just after it
    QTRY_VERIFY_WITH_TIMEOUT(writer->stats().isClockDoubted, 20'000);
    QTest::qWait(300);
    QCOMPARE(eventsIn(*store), 9);
    QCOMPARE(minutesIn(*store), 9);
    clock.offsetMs = 0;
    QTRY_VERIFY_WITH_TIMEOUT(!writer->stats().isClockDoubted, 20'000);
    QVERIFY(writer->stop());
}

void TestClockTrust::theNewestIsFoundWhereverItIsCounted()
{
    DatabaseUrl url;
    QTemporaryDir directory;
    url.path = directory.filePath(u"entvas.db"_s);
    const auto store = makeReady(url);
    storeDays(*store, 40, 30);
    for (bool more = true; more;) { // now in days
        const Result<bool> step =
            store->housekeeping().step({QDateTime::currentMSecsSinceEpoch() + 100 * kDay, 0, true});
        ENTVAS_VERIFY(step);
        more = *step;
    }
    QCOMPARE(minutesIn(*store), 0);
    QCOMPARE(store->housekeeping().newestCount(std::numeric_limits<qint64>::max()).value() / kDay,
             (QDateTime::currentMSecsSinceEpoch() - 30 * kDay) / kDay);
    QVERIFY(store->housekeeping().newestCount(QDateTime::currentMSecsSinceEpoch() - 35 * kDay).value() <
            QDateTime::currentMSecsSinceEpoch() - 35 * kDay);
    QCOMPARE(store->housekeeping().newestCount(0).value(), 0);
    QVERIFY(!store->housekeeping().clockMs()->has_value());
}

QTEST_GUILESS_MAIN(TestClockTrust)
#include "tst_clocktrust.moc"
