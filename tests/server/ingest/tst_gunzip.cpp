#include "core/file/gzip.h"
#include "tests/server/gzip.h"

#include <QTest>

using namespace entvas;
using entvas::test::gzip;

class GunzipTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void roundTrips_data();
    void roundTrips();
    void stopsAtTheLimit();
    void refusesWhatIsBroken();
};

void GunzipTest::roundTrips_data()
{
    QTest::addColumn<QByteArray>("plain");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("short") << QByteArray("{\"eventType\":\"a\"}");
    QByteArray large;
    for (int i = 0; i < 100'000; ++i)
        large += QByteArray::number(i * 7919);
    QTest::newRow("large") << large;
}

void GunzipTest::roundTrips()
{
    QFETCH(QByteArray, plain);
    const auto out = gunzip(gzip(plain), plain.size());
    QVERIFY(out.ok());
    QCOMPARE(out.value(), plain);
    const auto members = gunzip(gzip(plain) + gzip("tail"), plain.size() + 4);
    QVERIFY(members.ok());
    QCOMPARE(members.value(), plain + "tail");
}

void GunzipTest::stopsAtTheLimit()
{
    const QByteArray bomb = gzip(QByteArray(50'000'000, ' '));
    QVERIFY(bomb.size() < 100'000);
    const auto out = gunzip(bomb, 1'000'000);
    QVERIFY(!out.ok());
    QCOMPARE(out.failure().kind, Fault::TooLarge);
    QVERIFY(gunzip(gzip(QByteArray(1'000, 'x')), 1'000).ok());
    QCOMPARE(gunzip(gzip(QByteArray(1'001, 'x')), 1'000).failure().kind, Fault::TooLarge);
}

void GunzipTest::refusesWhatIsBroken()
{
    const QByteArray good = gzip("some text that is long enough to be cut");
    QByteArray flipped = good;
    flipped[good.size() - 6] = char(flipped[good.size() - 6] ^ 1); // in the checksum
    for (const QByteArray &bad :
         {QByteArray(), QByteArray("{}"), good.chopped(1), good.first(12), good + "rest", flipped}) {
        const auto out = gunzip(bad, 1'000);
        QVERIFY2(!out.ok(), bad.toHex().constData());
        QCOMPARE(out.failure().kind, Fault::BadInput);
    }
}

QTEST_GUILESS_MAIN(GunzipTest)
#include "tst_gunzip.moc"
