#include "core/base/zone.h"
#include "core/model/timerange.h"

#include <QDateTime>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kHourMs = 3'600'000;
constexpr qint64 kDayMs = 24 * kHourMs;

qint64 utc(const QString &iso)
{
    return QDateTime::fromString(iso, Qt::ISODate).toMSecsSinceEpoch();
}

QStringList localTexts(const QList<qint64> &edges, const QTimeZone &zone, const QString &format)
{
    QStringList texts;
    for (const qint64 edge : edges)
        texts << QDateTime::fromMSecsSinceEpoch(edge, zone).toString(format);
    return texts;
}

} // namespace

class TimeRangeTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void stepFitsTheRoom_data();
    void stepFitsTheRoom();
    void gridsLieSideBySide_data();
    void gridsLieSideBySide();
    void clockChanges_data();
    void clockChanges();
    void hoursAreWholeOnTheViewersClock();
    void aSpanKeepsItsEnds();
    void bucketsAroundAMoment_data();
    void bucketsAroundAMoment();
    void everyZoneIsOne_data();
    void everyZoneIsOne();
    void noZoneIsEndless_data();
    void noZoneIsEndless();
    void edgesAreBounded();
};

void TimeRangeTest::stepFitsTheRoom_data()
{
    QTest::addColumn<qint64>("lengthMs");
    QTest::addColumn<qint64>("finestMs");
    QTest::addColumn<int>("most");
    QTest::addColumn<BucketStep>("step");
    QTest::newRow("5 minutes") << qint64(300'000) << qint64(1'000) << 170 << BucketStep{BucketUnit::Second, 2};
    QTest::newRow("5 minutes, wide") << qint64(300'000) << qint64(1'000) << 300 << BucketStep{BucketUnit::Second, 1};
    QTest::newRow("5 old minutes") << qint64(300'000) << qint64(60'000) << 170 << BucketStep{BucketUnit::Minute, 1};
    QTest::newRow("hour") << kHourMs << qint64(60'000) << 170 << BucketStep{BucketUnit::Minute, 1};
    QTest::newRow("day") << kDayMs << qint64(60'000) << 170 << BucketStep{BucketUnit::Minute, 10};
    QTest::newRow("day, narrow") << kDayMs << qint64(60'000) << 100 << BucketStep{BucketUnit::Minute, 15};
    QTest::newRow("week") << 7 * kDayMs << qint64(60'000) << 170 << BucketStep{BucketUnit::Hour, 1};
    QTest::newRow("month") << 30 * kDayMs << qint64(900'000) << 170 << BucketStep{BucketUnit::Hour, 6};
    QTest::newRow("years") << 3'650 * kDayMs << kDayMs << 170 << BucketStep{BucketUnit::Month, 1};
    QTest::newRow("no room") << 365 * kDayMs << kDayMs << 0 << BucketStep{BucketUnit::Month, 1};
}

void TimeRangeTest::stepFitsTheRoom()
{
    QFETCH(qint64, lengthMs);
    QFETCH(qint64, finestMs);
    QFETCH(int, most);
    QTEST(stepFor(lengthMs, finestMs, most), "step");
}

void TimeRangeTest::gridsLieSideBySide_data()
{
    QTest::addColumn<NamedRange>("range");
    for (const NamedRange range : kNamedRanges)
        if (range != NamedRange::All)
            QTest::addRow("%d", int(range)) << range;
}

// Through a year with all its changes of the clocks: rising edges, no gap, now in the last bucket, edges on the clock.
void TimeRangeTest::gridsLieSideBySide()
{
    QFETCH(NamedRange, range);
    const qint64 length = lengthOf(range);
    for (const char *id : {"UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu",
                           "Australia/Lord_Howe", "Pacific/Chatham", "America/Santiago"}) {
        const QTimeZone zone(id);
        for (qint64 now = utc(u"2026-01-01T00:00:17Z"_s); now < utc(u"2027-01-02T00:00:00Z"_s); now += 43'222'274) {
            for (const int most : {24, 120, 400}) {
                const BucketStep step = stepFor(length, 1'000, most);
                const qint64 to = bucketAround(now, step, zone).toMs;
                const TimeGrid grid = cut({bucketAround(to - length, step, zone).fromMs, to}, step, zone);
                QVERIFY(grid.size() > 1);
                QVERIFY2(grid.size() <= most + 3, qPrintable(QString::number(grid.size())));
                for (qsizetype i = 0; i < grid.size(); ++i)
                    QVERIFY(grid.edgesMs[i] < grid.edgesMs[i + 1]);
                QVERIFY(grid.bucket(grid.size() - 1).contains(now));
                QVERIFY(std::abs(grid.span().lengthMs() - length) <= step.aboutMs() + kHourMs);
                QCOMPARE(grid.edgesMs.first() % 1'000, 0);
                if (step.aboutMs() < 60'000)
                    continue;
                // Quarter hours are fine enough for every zone, single hours excepted after half an hour's change.
                if (step.aboutMs() >= 900'000)
                    for (const qint64 edge : grid.edgesMs)
                        QCOMPARE(edge % 900'000, 0);
            }
        }
    }
}

void TimeRangeTest::clockChanges_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<BucketStep>("step");
    QTest::addColumn<QString>("edges");
    const BucketStep hours{BucketUnit::Hour, 1};
    const BucketStep sixHours{BucketUnit::Hour, 6};
    const BucketStep days{BucketUnit::Day, 1};
    QTest::newRow("spring, hours") << u"2026-03-29T00:00:00+01:00"_s << hours << u"00:00 01:00 03:00 04:00 05:00"_s;
    QTest::newRow("autumn, hours") << u"2026-10-25T00:00:00+02:00"_s << hours << u"00:00 01:00 02:00 02:00 03:00"_s;
    QTest::newRow("spring, 6 hours") << u"2026-03-29T00:00:00+01:00"_s << sixHours
                                     << u"00:00 06:00 12:00 18:00 00:00"_s;
    QTest::newRow("autumn, 6 hours") << u"2026-10-25T00:00:00+02:00"_s << sixHours
                                     << u"00:00 06:00 12:00 18:00 00:00"_s;
    QTest::newRow("spring, days") << u"2026-03-28T00:00:00+01:00"_s << days << u"00:00 00:00 00:00 00:00 00:00"_s;
}

void TimeRangeTest::clockChanges()
{
    QFETCH(QString, from);
    QFETCH(BucketStep, step);
    const QTimeZone paris("Europe/Paris");
    const qint64 start = utc(from);
    const QList<qint64> edges = edgesIn({start, start + 5 * step.aboutMs() + kHourMs}, step, paris);
    QTEST(localTexts(edges.first(5), paris, u"HH:mm"_s).join(u' '), "edges");
}

void TimeRangeTest::hoursAreWholeOnTheViewersClock()
{
    const QTimeZone zone("Asia/Kolkata");
    const TimeGrid grid = cut({utc(u"2026-06-09T10:30:00Z"_s),
                               bucketAround(utc(u"2026-06-10T10:10:00Z"_s), {BucketUnit::Hour, 1}, zone).toMs},
                              {BucketUnit::Hour, 1}, zone);
    QCOMPARE(grid.size(), 24);
    for (const qint64 edge : grid.edgesMs)
        QCOMPARE(QDateTime::fromMSecsSinceEpoch(edge, zone).time().minute(), 0);
}

void TimeRangeTest::aSpanKeepsItsEnds()
{
    const TimeSpan span{utc(u"2026-06-10T10:10:07Z"_s), utc(u"2026-06-10T11:01:02Z"_s)};
    const TimeGrid grid = cut(span, {BucketUnit::Minute, 15}, QTimeZone::utc());
    QCOMPARE(grid.span(), span);
    QCOMPARE(localTexts(grid.edgesMs, QTimeZone::utc(), u"HH:mm:ss"_s).join(u' '),
             u"10:10:07 10:15:00 10:30:00 10:45:00 11:00:00 11:01:02"_s);
    // Shorter than a step: one bucket.
    QCOMPARE(cut({span.fromMs, span.fromMs + 10'000}, {BucketUnit::Day, 1}, QTimeZone::utc()).size(), 1);
    QCOMPARE(cut({5, 5}, {BucketUnit::Day, 1}, QTimeZone::utc()).size(), 0);
}

void TimeRangeTest::bucketsAroundAMoment_data()
{
    QTest::addColumn<BucketStep>("step");
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    const auto row = [](const char *name, BucketStep step, const QString &from, const QString &to) {
        QTest::newRow(name) << step << from << to;
    };
    // 2026-06-10T10:10:07Z
    row("second", {BucketUnit::Second, 1}, u"2026-06-10T10:10:07Z"_s, u"2026-06-10T10:10:08Z"_s);
    row("30 seconds", {BucketUnit::Second, 30}, u"2026-06-10T10:10:00Z"_s, u"2026-06-10T10:10:30Z"_s);
    row("minute", {BucketUnit::Minute, 1}, u"2026-06-10T10:10:00Z"_s, u"2026-06-10T10:11:00Z"_s);
    row("12 hours", {BucketUnit::Hour, 12}, u"2026-06-10T00:00:00Z"_s, u"2026-06-10T12:00:00Z"_s);
    row("day", {BucketUnit::Day, 1}, u"2026-06-10T00:00:00Z"_s, u"2026-06-11T00:00:00Z"_s);
    row("week", {BucketUnit::Week, 1}, u"2026-06-08T00:00:00Z"_s, u"2026-06-15T00:00:00Z"_s);
    row("month", {BucketUnit::Month, 1}, u"2026-06-01T00:00:00Z"_s, u"2026-07-01T00:00:00Z"_s);
}

void TimeRangeTest::bucketsAroundAMoment()
{
    QFETCH(BucketStep, step);
    QFETCH(QString, from);
    QFETCH(QString, to);
    const TimeSpan wanted{utc(from), utc(to)};
    QCOMPARE(bucketAround(utc(u"2026-06-10T10:10:07Z"_s), step, QTimeZone::utc()), wanted);
    QCOMPARE(bucketAround(wanted.fromMs, step, QTimeZone::utc()), wanted);
    QCOMPARE(bucketAround(wanted.toMs - 1, step, QTimeZone::utc()), wanted);
}

void TimeRangeTest::everyZoneIsOne_data()
{
    QTest::addColumn<QByteArray>("tz");
    QTest::addColumn<QByteArray>("id"); // empty: that of the machine
    QTest::addColumn<bool>("isUnread");
    const auto row = [](const char *tz, const char *id, bool isUnread = false) {
        QTest::newRow(tz) << QByteArray(tz) << QByteArray(id) << isUnread;
    };
    row("", "");
    row("Europe/Paris", "Europe/Paris");
    row(" Europe/Paris ", "Europe/Paris");
    row("Europe/Paris\n", "Europe/Paris");
    row(":Europe/Paris", "Europe/Paris");
    row("/usr/share/zoneinfo/Asia/Kolkata", "Asia/Kolkata");
    row(":/usr/share/zoneinfo/Asia/Kolkata", "Asia/Kolkata");
    row(":/etc/localtime", "");
    row("Nowhere/Land", "", true);
    row("Nowhere", "", true);
    row("Europe", "", true);
    row("/no/such/file", "", true);
    row("/etc/passwd", "", true);
    row("/usr/share/zoneinfo/Nowhere", "", true);
    row("../../etc/passwd", "", true);
    row("\xff\xfe", "", true);
    row("   ", "");
    row("CET-1CEST,M3.5.0,M10.5.0/3", "CET-1CEST,M3.5.0,M10.5.0/3");
}

void TimeRangeTest::everyZoneIsOne()
{
    QFETCH(QByteArray, tz);
    QFETCH(QByteArray, id);
    QFETCH(bool, isUnread);
    const SystemZone system = systemZone(tz);
    QVERIFY(system.zone.isValid());
    if (!id.isEmpty())
        QCOMPARE(system.zone.id(), id);
    if (tz != ":/etc/localtime") // which a machine need not have
        QCOMPARE(!system.unread.isEmpty(), isUnread);
}

// Days and hours of a zone that is none would never end.
void TimeRangeTest::noZoneIsEndless_data()
{
    QTest::addColumn<BucketStep>("step");
    for (const BucketStep step : kBucketSteps)
        QTest::addRow("%d", int(step.aboutMs() / 1'000)) << step;
}

void TimeRangeTest::noZoneIsEndless()
{
    QFETCH(BucketStep, step);
    const qint64 now = utc(u"2026-06-10T10:10:07Z"_s);
    for (const QTimeZone &zone : {QTimeZone(), QTimeZone("Nowhere/Land"), QTimeZone(":Europe/Paris")}) {
        QVERIFY(!zone.isValid());
        const QList<qint64> edges = edgesIn({now - 12 * step.aboutMs(), now}, step, zone);
        QVERIFY(edges.size() > 9 && edges.size() < 16);
        QVERIFY(bucketAround(now, step, zone).contains(now));
    }
}

void TimeRangeTest::edgesAreBounded()
{
    QCOMPARE(edgesIn({0, 100'000 * kDayMs}, {BucketUnit::Second, 1}, QTimeZone::utc()).size(), kMaxEdges);
}

QTEST_APPLESS_MAIN(TimeRangeTest)
#include "tst_timerange.moc"
