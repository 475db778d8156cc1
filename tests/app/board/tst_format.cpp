#include "app/board/text/format.h"

#include <QDateTime>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(entvas::TimeView)

class FormatTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void numbers();
    void ages_data();
    void ages();
    void scales_data();
    void scales();
    void tickLabels_data();
    void tickLabels();
    void relativeLabels();
    void spans();
    void bucketNames();
    void momentsCarryTheirDate();
    void changes();
    void lengths();
};

void FormatTest::numbers()
{
    QCOMPARE(format::count(184'920), u"184,920"_s);
    QCOMPARE(format::rate(2.6), u"2.6"_s);
    QCOMPARE(format::rate(9.96), u"10"_s);
    QCOMPARE(format::rate(1234.4), u"1,234"_s);
    QCOMPARE(format::percent(447, 1000), u"44.7 %"_s);
    QCOMPARE(format::percent(2, 10'000), u"0.02 %"_s); // never "0.0 %" for something
    QCOMPARE(format::percent(143, 6'093'762), u"< 0.01 %"_s);
    QCOMPARE(format::percent(0, 10), u"0.0 %"_s);
    QCOMPARE(format::percent(1, 0), QString());
}

void FormatTest::ages_data()
{
    QTest::addColumn<qint64>("ms");
    QTest::addColumn<QString>("text");
    QTest::newRow("tenths") << qint64(420) << u"0.4 s"_s;
    QTest::newRow("seconds") << qint64(42'900) << u"42 s"_s;
    QTest::newRow("minutes") << qint64(150'000) << u"2 min"_s;
    QTest::newRow("hours") << qint64(3 * 3'600'000) << u"3 h"_s;
    QTest::newRow("days") << qint64(5 * 86'400'000ll) << u"5 days"_s;
    QTest::newRow("clock set back") << qint64(-5'000) << u"0.0 s"_s;
}

void FormatTest::ages()
{
    QFETCH(qint64, ms);
    QFETCH(QString, text);
    QCOMPARE(format::age(ms), text);
}

void FormatTest::scales_data()
{
    QTest::addColumn<qint64>("largest");
    QTest::addColumn<double>("max");
    QTest::addColumn<double>("step");
    QTest::newRow("nothing") << qint64(0) << 4.0 << 1.0;
    QTest::newRow("one") << qint64(1) << 4.0 << 1.0;
    QTest::newRow("five") << qint64(5) << 6.0 << 2.0;
    QTest::newRow("nine") << qint64(9) << 10.0 << 5.0;
    QTest::newRow("hundred") << qint64(100) << 100.0 << 25.0;
    QTest::newRow("101") << qint64(101) << 150.0 << 50.0;
    QTest::newRow("2841") << qint64(2'841) << 3'000.0 << 1'000.0;
}

void FormatTest::scales()
{
    QFETCH(qint64, largest);
    const format::Scale scale = format::scale(largest);
    QTEST(scale.max, "max");
    QTEST(scale.step, "step");
    for (qint64 n = 1; n < 3'000'000'000; n = n * 9 / 7 + 1) {
        const format::Scale any = format::scale(n);
        QVERIFY(any.max >= double(n));
        QVERIFY(any.max / any.step <= 4.001);
        QCOMPARE(any.step, std::floor(any.step));
        QVERIFY(any.max < double(n) * 2 + 4);
    }
}

void FormatTest::tickLabels_data()
{
    QTest::addColumn<TimeView>("view");
    QTest::addColumn<QStringList>("labels");
    QTest::newRow("5 min") << TimeView::of(NamedRange::FiveMinutes)
                           << QStringList{u"14:06"_s, u"14:07"_s, u"14:08"_s, u"14:09"_s, u"14:10"_s};
    QTest::newRow("hour") << TimeView::of(NamedRange::Hour)
                          << QStringList{u"13:20"_s, u"13:30"_s, u"13:40"_s, u"13:50"_s, u"14:00"_s, u"14:10"_s};
    QTest::newRow("day") << TimeView::of(NamedRange::Day)
                         << QStringList{u"15:00"_s, u"18:00"_s, u"21:00"_s, u"Tue 10"_s,
                                        u"03:00"_s, u"06:00"_s, u"09:00"_s, u"12:00"_s};
    QTest::newRow("week") << TimeView::of(NamedRange::Week)
                          << QStringList{u"Wed 4"_s, u"Thu 5"_s, u"Fri 6"_s, u"Sat 7"_s,
                                         u"Sun 8"_s, u"Mon 9"_s, u"Tue 10"_s};
    QTest::newRow("month") << TimeView::of(NamedRange::Month)
                           << QStringList{u"12 Oct"_s, u"19 Oct"_s, u"26 Oct"_s, u"2 Nov"_s, u"9 Nov"_s};
    QTest::newRow("all") << TimeView::of(NamedRange::All)
                         << QStringList{u"Jan 2026"_s, u"Feb"_s, u"Mar"_s, u"Apr"_s, u"May"_s, u"Jun"_s,
                                        u"Jul"_s,      u"Aug"_s, u"Sep"_s, u"Oct"_s, u"Nov"_s};
}

namespace {
constexpr double kWidth = 850;

TimeContext contextIn(const QTimeZone &zone)
{
    const qint64 now = QDateTime(QDate(2026, 11, 10), QTime(14, 10, 30), zone).toMSecsSinceEpoch();
    const qint64 first = QDateTime(QDate(2025, 12, 20), QTime(12, 0), zone).toMSecsSinceEpoch();
    return {now, first, zone, int(kWidth / 5)};
}
} // namespace

void FormatTest::tickLabels()
{
    QFETCH(TimeView, view);
    const QTimeZone paris("Europe/Paris");
    const TimeContext context = contextIn(paris);
    const TimeGrid grid = gridOf(view, context);
    QStringList labels;
    for (const format::Tick &tick : format::ticks(grid, isCutInUtc(grid, context) ? QTimeZone::utc() : paris, kWidth))
        labels << tick.text;
    QTEST(labels, "labels");
}

void FormatTest::relativeLabels()
{
    const QTimeZone paris("Europe/Paris");
    const TimeContext context = contextIn(paris);
    const auto labels = [&](const TimeView &view) {
        QStringList texts;
        for (const format::Tick &tick : format::relativeTicks(gridOf(view, context), context.nowMs, kWidth))
            texts << tick.text;
        return texts.join(u' ');
    };
    QCOMPARE(labels(TimeView::of(NamedRange::Hour)), u"−50 min −40 min −30 min −20 min −10 min now"_s);
    QCOMPARE(labels(TimeView::of(NamedRange::Day)), u"−21 h −18 h −15 h −12 h −9 h −6 h −3 h now"_s);
    QCOMPARE(labels(TimeView::of(NamedRange::Week)), u"−6 d −5 d −4 d −3 d −2 d −1 d now"_s);
    const TimeSpan earlier{context.nowMs - 7'200'000, context.nowMs - 3'600'000};
    QCOMPARE(labels(TimeView::fixed(earlier)), u"−2 h −1:50 h −1:40 h −1:30 h −1:20 h −1:10 h −1 h"_s);
}

void FormatTest::spans()
{
    const QTimeZone paris("Europe/Paris");
    const TimeContext context = contextIn(paris);
    const auto name = [](const TimeView &view, const TimeContext &in) {
        return format::spanName(gridOf(view, in), view.isLive(), in.zone);
    };
    QCOMPARE(name(TimeView::of(NamedRange::Hour), context), u"13:11 – now · Europe/Paris (UTC+1)"_s);
    QCOMPARE(name(TimeView::of(NamedRange::Week), context), u"Tue 3 Nov, 14:11 – now · Europe/Paris (UTC+1)"_s);
    const TimeSpan morning{context.nowMs - 6 * 3'600'000, context.nowMs - 5 * 3'600'000};
    QCOMPARE(name(TimeView::fixed(morning), context), u"Tue 10 Nov, 08:10 – 09:10 · Europe/Paris (UTC+1)"_s);
    const TimeSpan night{context.nowMs - 20 * 3'600'000, context.nowMs - 5 * 3'600'000};
    QCOMPARE(name(TimeView::fixed(night), context), u"Mon 9 Nov, 18:10 – Tue 10 Nov, 09:10 · Europe/Paris (UTC+1)"_s);
    QVERIFY(name(TimeView::of(NamedRange::All), context).contains(u" 2025, "_s));
    const QTimeZone india("Asia/Kolkata");
    QVERIFY(name(TimeView::of(NamedRange::Hour), contextIn(india)).endsWith(u"(UTC+5:30)"_s));
    QVERIFY(name(TimeView::of(NamedRange::Hour), contextIn(QTimeZone::utc())).endsWith(u"· UTC"_s));
}

void FormatTest::momentsCarryTheirDate()
{
    const QTimeZone paris("Europe/Paris");
    const auto at = [&](int day, int hour, int minute, int second = 0) {
        return QDateTime(QDate(2026, 5, day), QTime(hour, minute, second), paris).toMSecsSinceEpoch();
    };
    const auto name = [&](qint64 from, qint64 to) { return format::momentName({from, to}, paris); };
    QCOMPARE(name(at(28, 14, 0), at(28, 15, 0)), u"Thu 28 May 2026, 14:00 – 15:00"_s);
    QCOMPARE(name(at(28, 14, 0, 2), at(28, 14, 0, 4)), u"Thu 28 May 2026, 14:00:02 – 14:00:04"_s);
    QCOMPARE(name(at(28, 22, 0), at(29, 1, 0)), u"Thu 28 May 2026, 22:00 – Fri 29 May 2026, 01:00"_s);
    QCOMPARE(name(at(28, 0, 0), at(29, 0, 0)), u"Thu 28 May 2026"_s);
    QCOMPARE(name(at(25, 0, 0), at(29, 0, 0)), u"Mon 25 May 2026 – Thu 28 May 2026"_s);
}

void FormatTest::bucketNames()
{
    const QTimeZone paris("Europe/Paris");
    const qint64 at = QDateTime(QDate(2026, 11, 10), QTime(14, 10), paris).toMSecsSinceEpoch();
    const auto name = [&](qint64 lengthMs, BucketStep step, qint64 gridMs) {
        return format::bucketName({at, at + lengthMs}, {step, {at, at + gridMs}}, paris);
    };
    QCOMPARE(name(60'000, {BucketUnit::Minute, 1}, 3'600'000), u"14:10 – 14:11"_s);
    QCOMPARE(name(900'000, {BucketUnit::Minute, 15}, 7 * 86'400'000), u"Tue 10 Nov, 14:10 – 14:25"_s);
    QCOMPARE(name(1'000, {BucketUnit::Second, 1}, 300'000), u"14:10:00"_s);
    QCOMPARE(name(2'000, {BucketUnit::Second, 2}, 300'000), u"14:10:00 – 14:10:02"_s);
    QCOMPARE(name(86'400'000, {BucketUnit::Day, 1}, 30 * 86'400'000LL), u"Tue 10 Nov"_s);
    QCOMPARE(name(7 * 86'400'000, {BucketUnit::Week, 1}, 300 * 86'400'000LL), u"Week of 10 Nov 2026"_s);
    QCOMPARE(name(30 * 86'400'000LL, {BucketUnit::Month, 1}, 300 * 86'400'000LL), u"November 2026"_s);
}

void FormatTest::changes()
{
    QCOMPARE(format::change(1'124, 1'000), u"+12.4 %"_s);
    QCOMPARE(format::change(970, 1'000), u"−3.0 %"_s);
    QCOMPARE(format::change(10, 10), u"±0.0 %"_s);
    QCOMPARE(format::change(10'000, 10'001), u"±0.0 %"_s); // rounded to nothing: no direction either
    QCOMPARE(format::change(500'000, 1), u"+49,999,900 %"_s);
    QCOMPARE(format::change(10, 0), QString());
}

void FormatTest::lengths()
{
    QCOMPARE(format::length(10'000), u"10 seconds"_s);
    QCOMPARE(format::length(60'000), u"60 seconds"_s);
    QCOMPARE(format::length(900'000), u"15 minutes"_s);
    QCOMPARE(format::length(10'800'000), u"3 hours"_s);
    QCOMPARE(format::length(9'000'000), u"2.5 hours"_s);
    QCOMPARE(format::length(3 * 86'400'000), u"3 days"_s);
    QCOMPARE(format::bucketTitle({BucketUnit::Minute, 15}), u"Events per 15 minutes"_s);
    QCOMPARE(format::bucketTitle({BucketUnit::Minute, 1}), u"Events per minute"_s);
    QCOMPARE(format::bucketTitle({BucketUnit::Hour, 6}), u"Events per 6 hours"_s);
}

QTEST_APPLESS_MAIN(FormatTest)
#include "tst_format.moc"
