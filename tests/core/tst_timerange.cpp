#include "core/timerange.h"

#include <QDateTime>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {
qint64 utc(const QString &iso)
{
    return QDateTime::fromString(iso, Qt::ISODate).toMSecsSinceEpoch();
}
} // namespace

class TimeRangeTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void shapes_data();
    void shapes();
    void weekCrossesClockChange_data();
    void weekCrossesClockChange();
    void hoursAreWholeOnTheViewersClock();
};

void TimeRangeTest::shapes_data()
{
    QTest::addColumn<NamedRange>("range");
    QTest::addColumn<int>("buckets");
    QTest::addColumn<BucketUnit>("unit");
    QTest::newRow("5 minutes") << NamedRange::FiveMinutes << 300 << BucketUnit::Second;
    QTest::newRow("hour") << NamedRange::Hour << 60 << BucketUnit::Minute;
    QTest::newRow("day") << NamedRange::Day << 24 << BucketUnit::Hour;
    QTest::newRow("week") << NamedRange::Week << 7 << BucketUnit::Day;
}

void TimeRangeTest::shapes()
{
    QFETCH(NamedRange, range);
    QFETCH(int, buckets);
    QFETCH(BucketUnit, unit);
    for (const char *id : {"UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu",
                           "Australia/Lord_Howe", "Pacific/Chatham", "America/Santiago"}) {
        const QTimeZone zone(id);
        // Every 6 hours and some through a year, so that every change of the clocks is met.
        for (qint64 now = utc(u"2026-01-01T00:00:17Z"_s); now < utc(u"2027-01-02T00:00:00Z"_s); now += 21'611'137) {
            const TimeGrid grid = gridOf(range, now, zone);
            QCOMPARE(grid.unit, unit);
            QCOMPARE(grid.size(), buckets);
            for (qsizetype i = 0; i < grid.size(); ++i)
                QVERIFY(grid.edgesMs[i] < grid.edgesMs[i + 1]);
            QVERIFY(grid.bucket(buckets - 1).contains(now));
            QCOMPARE(grid.edgesMs.first() % 1000, 0);
            if (unit == BucketUnit::Day) {
                for (const qint64 edge : grid.edgesMs) {
                    const QDateTime local = QDateTime::fromMSecsSinceEpoch(edge, zone);
                    QCOMPARE(local, local.date().startOfDay(zone));
                    QCOMPARE(edge % 900'000, 0); // quarter hours are fine enough for every zone
                }
            }
        }
    }
}

void TimeRangeTest::weekCrossesClockChange_data()
{
    QTest::addColumn<QString>("now");
    QTest::addColumn<int>("hours");
    QTest::newRow("spring: 23-hour day") << u"2026-03-31T10:00:00Z"_s << 7 * 24 - 1;
    QTest::newRow("autumn: 25-hour day") << u"2026-10-27T10:00:00Z"_s << 7 * 24 + 1;
    QTest::newRow("no change") << u"2026-06-10T10:00:00Z"_s << 7 * 24;
}

void TimeRangeTest::weekCrossesClockChange()
{
    QFETCH(QString, now);
    QFETCH(int, hours);
    const TimeGrid grid = gridOf(NamedRange::Week, utc(now), QTimeZone("Europe/Paris"));
    QCOMPARE(grid.span().lengthMs(), qint64(hours) * 3'600'000);
}

void TimeRangeTest::hoursAreWholeOnTheViewersClock()
{
    const TimeGrid grid = gridOf(NamedRange::Day, utc(u"2026-06-10T10:10:00Z"_s), QTimeZone("Asia/Kolkata"));
    for (const qint64 edge : grid.edgesMs)
        QCOMPARE(QDateTime::fromMSecsSinceEpoch(edge, QTimeZone("Asia/Kolkata")).time().minute(), 0);
}

QTEST_APPLESS_MAIN(TimeRangeTest)
#include "tst_timerange.moc"
