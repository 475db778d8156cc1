#include "core/base/uuid7.h"

#include <QSet>
#include <QTest>

using namespace entvas;

class TestUuid7 : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void layout()
    {
        Uuid7Generator generator;
        const qint64 ms = 0x017f22e279b0; // the example of RFC 9562, appendix A.6
        const QUuid id = generator.next(ms);
        const QString text = id.toString(QUuid::WithoutBraces);
        QVERIFY2(text.startsWith(QLatin1String("017f22e2-79b0-7000-")), qPrintable(text));
        QCOMPARE(id.data3 >> 12, 7);
        QCOMPARE(id.variant(), QUuid::DCE);
        QCOMPARE(uuid7Ms(id), ms);
    }

    void risesWithinOneMillisecond()
    {
        Uuid7Generator generator;
        const qint64 ms = 1'700'000'000'000;
        QUuid last = generator.next(ms);
        QSet<QUuid> all{last};
        for (int i = 1; i < 20'000; ++i) { // several times the 4,096 that fit into one millisecond
            const QUuid id = generator.next(ms);
            QVERIFY(last < id);
            QVERIFY(last.toRfc4122() < id.toRfc4122());
            QVERIFY(last.toString() < id.toString());
            all.insert(id);
            last = id;
        }
        QCOMPARE(all.size(), 20'000);
        QCOMPARE(uuid7Ms(last), ms + 19'999 / 4'096);
    }

    void keepsOrderWhenTheClockStepsBackALittle()
    {
        Uuid7Generator generator;
        constexpr qint64 kNow = 1'700'000'000'000;
        const QUuid before = generator.next(kNow);
        const QUuid back = generator.next(kNow - Uuid7Generator::kStandStillMs);
        QVERIFY(before < back);
        QCOMPARE(uuid7Ms(back), kNow);
        const QUuid after = generator.next(kNow + 1);
        QVERIFY(back < after);
        QCOMPARE(uuid7Ms(after), kNow + 1);
    }

    // Questions about a span of time go by the ids: they must not stay in a future that was a mistake.
    void followsAClockThatIsSetBack()
    {
        Uuid7Generator generator;
        constexpr qint64 kNow = 1'700'000'000'000;
        QSet<QUuid> all{generator.next(kNow)};
        for (int i = 0; i < 100; ++i) {
            const QUuid id = generator.next(kNow - 3'600'000);
            QCOMPARE(uuid7Ms(id), kNow - 3'600'000);
            all.insert(id);
            all.insert(generator.next(kNow)); // and forward again, into a time that has ids already
        }
        QCOMPARE(all.size(), 201);
    }

    void floorDividesTime()
    {
        Uuid7Generator generator;
        const QUuid early = generator.next(1'000);
        const QUuid late = generator.next(1'001);
        QVERIFY(uuid7Floor(1'000) < early || uuid7Floor(1'000) == early);
        QVERIFY(early < uuid7Floor(1'001));
        QVERIFY(uuid7Floor(1'001) < late);
        QCOMPARE(uuid7Ms(uuid7Floor(1'001)), 1'001);
    }

    void staysInItsBitsAtTheEdges()
    {
        QCOMPARE(uuid7Ms(uuid7Floor(-5)), 0);
        QCOMPARE(uuid7Ms(Uuid7Generator().next(-5)), 0);
        QCOMPARE(uuid7Ms(uuid7Floor(Q_INT64_C(1) << 50)), (Q_INT64_C(1) << 48) - 1);
        QCOMPARE(uuid7Floor(Q_INT64_C(1) << 50).data3, 0x7000);
    }

    void everyRandomBitIsRandom()
    {
        Uuid7Generator generator;
        std::array<int, 8> seenSet{};
        std::array<int, 8> seenClear{};
        for (int i = 0; i < 400; ++i) {
            const QUuid id = generator.next(1'000);
            for (std::size_t byte = 0; byte < 8; ++byte) {
                seenSet[byte] |= id.data4[byte];
                seenClear[byte] |= ~id.data4[byte];
            }
        }
        for (std::size_t byte = 0; byte < 8; ++byte) {
            const int random = byte == 0 ? 0x3f : 0xff; // the two bits of the variant stand still
            QCOMPARE(seenSet[byte] & random, random);
            QCOMPARE(seenClear[byte] & random, random);
        }
    }
    void twoGeneratorsDiffer() { QVERIFY(Uuid7Generator().next(7) != Uuid7Generator().next(7)); }
};

QTEST_GUILESS_MAIN(TestUuid7)
#include "tst_uuid7.moc"
