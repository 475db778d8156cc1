#include "app/board/format.h"

#include <QDateTime>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

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
    void spans();
    void bucketNames();
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
    QTest::addColumn<NamedRange>("range");
    QTest::addColumn<int>("labels");
    QTest::addColumn<QString>("first");
    QTest::newRow("5 min") << NamedRange::FiveMinutes << 5 << u"14:06"_s;
    QTest::newRow("hour") << NamedRange::Hour << 6 << u"13:20"_s;
    QTest::newRow("day") << NamedRange::Day << 8 << u"15:00"_s;
    QTest::newRow("week") << NamedRange::Week << 7 << u"Wed 4"_s;
}

void FormatTest::tickLabels()
{
    QFETCH(NamedRange, range);
    const QTimeZone paris("Europe/Paris");
    const qint64 now = QDateTime(QDate(2026, 11, 10), QTime(14, 10, 30), paris).toMSecsSinceEpoch();
    const QList<format::Tick> ticks = format::ticks(gridOf(range, now, paris), paris);
    QTEST(int(ticks.size()), "labels");
    QTEST(ticks.first().text, "first");
}

void FormatTest::spans()
{
    const QTimeZone paris("Europe/Paris");
    const qint64 now = QDateTime(QDate(2026, 11, 10), QTime(14, 10, 30), paris).toMSecsSinceEpoch();
    QCOMPARE(format::spanName(gridOf(NamedRange::Hour, now, paris), paris), u"13:11 – now · Europe/Paris (UTC+1)"_s);
    QCOMPARE(format::spanName(gridOf(NamedRange::Week, now, paris), paris),
             u"Wed 4 Nov, 00:00 – now · Europe/Paris (UTC+1)"_s);
    const QTimeZone india("Asia/Kolkata");
    QVERIFY(format::spanName(gridOf(NamedRange::Hour, now, india), india).endsWith(u"(UTC+5:30)"_s));
    QVERIFY(format::spanName(gridOf(NamedRange::Hour, now, QTimeZone::utc()), QTimeZone::utc()).endsWith(u"· UTC"_s));
}

void FormatTest::bucketNames()
{
    const QTimeZone paris("Europe/Paris");
    const qint64 at = QDateTime(QDate(2026, 11, 10), QTime(14, 10), paris).toMSecsSinceEpoch();
    QCOMPARE(format::bucketName({at, at + 60'000}, BucketUnit::Minute, paris), u"14:10 – 14:11"_s);
    QCOMPARE(format::bucketName({at, at + 1'000}, BucketUnit::Second, paris), u"14:10:00"_s);
    QCOMPARE(format::bucketName({at, at + 86'400'000}, BucketUnit::Day, paris), u"Tue 10 Nov"_s);
}

QTEST_APPLESS_MAIN(FormatTest)
#include "tst_format.moc"
