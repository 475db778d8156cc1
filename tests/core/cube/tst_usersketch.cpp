#include "core/cube/usersketch.h"

#include <cmath>
#include <QRandomGenerator>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace entvas;

namespace {

UserHash user(int i)
{
    return userHash(u"user-%1"_s.arg(i));
}

UserSketch sketchOf(int from, int to)
{
    UserSketch sketch;
    for (int i = from; i < to; ++i)
        sketch.add(user(i));
    return sketch;
}

// As a server of another precision would write it.
QByteArray registers(int precision, int least, const QByteArray &halves, const QByteArray &high = {})
{
    return QByteArray(1, char(precision)) + char(least) + halves + high;
}

} // namespace

class UserSketchTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void hashIsThePublishedOne();
    void exactUpToItsBound();
    void addTellsWhatIsNew();
    void errorStaysWithinItsBound_data();
    void errorStaysWithinItsBound();
    void mergeIsTheUnion_data();
    void mergeIsTheUnion();
    void otherPrecisionsAreFolded();
    void bytesComeBack();
    void hostileBytesAreRefused_data();
    void hostileBytesAreRefused();
    void mutatedBytesNeverCrash();
};

void UserSketchTest::hashIsThePublishedOne()
{
    // From the reference implementation: input 00 01 02 …
    std::vector<uchar> bytes;
    QCOMPARE(sipHash24(bytes), 0x726fdb47dd0e0e31ULL);
    bytes.push_back(0);
    QCOMPARE(sipHash24(bytes), 0x74f839c593dc67fdULL);
    for (uchar i = 1; i < 15; ++i)
        bytes.push_back(i);
    QCOMPARE(sipHash24(bytes), 0xa129ca6149be45e5ULL);
    // Databases hold these: they must never change.
    QCOMPARE(userHash(QString()), 0x726fdb47ddULL);
    QCOMPARE(userHash(u"\0\u0001"_s), sipHash24(std::vector<uchar>{0, 1}) >> 24);
    uchar five[kUserHashBytes];
    putUserHash(five, 0x0102030405);
    QCOMPARE(five[0], 1);
    QCOMPARE(getUserHash(five), 0x0102030405ULL);
}

void UserSketchTest::exactUpToItsBound()
{
    UserSketch sketch;
    QVERIFY(sketch.isEmpty());
    QCOMPARE(sketch.count(), 0);
    for (int i = 0; i < UserSketch::kMaxExact; ++i) {
        sketch.add(user(i));
        sketch.add(user(i / 2));
        QCOMPARE(sketch.count(), i + 1);
    }
    QVERIFY(sketch.isExact());
    QCOMPARE(sketch.relativeError(), 0.0);
    sketch.add(user(UserSketch::kMaxExact));
    QVERIFY(!sketch.isExact());
    QVERIFY(std::abs(sketch.relativeError() - 0.01625) < 1e-5);
    QVERIFY(std::abs(double(sketch.count()) - 1'025) < 40);
}

void UserSketchTest::addTellsWhatIsNew()
{
    UserSketch sketch;
    for (int i = 0; i < 5'000; ++i) {
        const UserSketch before = sketch;
        const bool known = sketch.covers(user(i % 3'000));
        QCOMPARE(sketch.add(user(i % 3'000)), !known);
        QCOMPARE(sketch == before, known);
        QVERIFY(sketch.covers(user(i % 3'000)));
        if (i >= 3'000)
            QVERIFY(known);
    }
}

void UserSketchTest::errorStaysWithinItsBound_data()
{
    QTest::addColumn<int>("users");
    for (const int users : {1'500, 3'000, 10'000, 20'000, 100'000, 1'000'000})
        QTest::addRow("%d", users) << users;
}

void UserSketchTest::errorStaysWithinItsBound()
{
    QFETCH(int, users);
    constexpr int kRounds = 12;
    double squares = 0;
    double sum = 0;
    for (int round = 0; round < kRounds; ++round) {
        QRandomGenerator64 random(quint32(1 + round));
        UserSketch sketch;
        for (int i = 0; i < users; ++i) // hashes are as good as random
            sketch.add(random.generate() >> (64 - kUserHashBits));
        const double error = double(sketch.count()) / users - 1;
        squares += error * error;
        sum += error;
        QVERIFY2(std::abs(error) < 4 * sketch.relativeError(), qPrintable(u"%1 off"_s.arg(error)));
    }
    const double deviation = std::sqrt(squares / kRounds);
    qInfo("%d users: %.2f %% standard error, %.2f %% mean", users, deviation * 100, sum / kRounds * 100);
    QVERIFY(deviation < 1.5 * UserSketch(sketchOf(0, 1'100)).relativeError());
    QVERIFY(std::abs(sum / kRounds) < 0.015);
}

void UserSketchTest::mergeIsTheUnion_data()
{
    QTest::addColumn<int>("left");
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("to");
    QTest::newRow("with nothing") << 10 << 0 << 0;
    QTest::newRow("into nothing") << 0 << 0 << 500;
    QTest::newRow("sets") << 300 << 200 << 700;
    QTest::newRow("few into a set") << 300 << 298 << 305;
    QTest::newRow("sets that become one too large") << 800 << 700 << 1'500;
    QTest::newRow("set and registers") << 100 << 50 << 4'000;
    QTest::newRow("registers and set") << 4'000 << 3'900 << 4'200;
    QTest::newRow("registers") << 4'000 << 2'000 << 9'000;
}

void UserSketchTest::mergeIsTheUnion()
{
    QFETCH(int, left);
    QFETCH(int, from);
    QFETCH(int, to);
    UserSketch both = sketchOf(0, left);
    for (int i = from; i < to; ++i)
        both.add(user(i));
    UserSketch merged = sketchOf(0, left);
    merged.merge(sketchOf(from, to));
    QCOMPARE(merged, both);
    UserSketch other = sketchOf(from, to);
    other.merge(sketchOf(0, left));
    QCOMPARE(other, both);
    other.merge(both);
    QCOMPARE(other, both);
}

void UserSketchTest::otherPrecisionsAreFolded()
{
    // Registers 2 and 3 of 512 become register 1 of 256: a zero more where the lower one was the larger.
    QByteArray fine(256, '\0');
    fine[1] = char(5 | 2 << 4);
    QByteArray coarse(128, '\0');
    const auto folded = [&](const QByteArray &halves) {
        UserSketch sketch = UserSketch::parse(registers(8, 0, coarse)).value();
        sketch.merge(UserSketch::parse(registers(9, 0, halves)).value());
        return sketch;
    };
    QByteArray expected = coarse;
    expected[0] = char(6 << 4);
    QCOMPARE(folded(fine).toBytes(), registers(8, 0, expected));
    fine[1] = char(2 << 4);
    expected[0] = char(1 << 4);
    QCOMPARE(folded(fine).toBytes(), registers(8, 0, expected));

    // Either way round, and the same as if all had been counted coarsely.
    const UserSketch many = sketchOf(0, 20'000);
    UserSketch low = UserSketch::parse(registers(8, 0, coarse)).value();
    for (int i = 0; i < 20'000; ++i)
        low.add(user(i));
    UserSketch merged = UserSketch::parse(registers(8, 0, coarse)).value();
    merged.merge(many);
    QCOMPARE(merged, low);
    UserSketch other = many;
    other.merge(UserSketch::parse(registers(8, 0, coarse)).value());
    QCOMPARE(other, low);
    QVERIFY(low.relativeError() > 0.06);
    QVERIFY(std::abs(double(low.count()) / 20'000 - 1) < 0.2);
}

void UserSketchTest::bytesComeBack()
{
    for (const int users : {0, 1, 7, 1'024, 1'025, 5'000, 300'000}) {
        const UserSketch sketch = sketchOf(0, users);
        const QByteArray bytes = sketch.toBytes();
        const auto again = UserSketch::parse(bytes);
        QVERIFY(again.has_value());
        QCOMPARE(*again, sketch);
        QVERIFY(bytes.size() <= 1 + 1'024 * 5);
        if (users > UserSketch::kMaxExact)
            QVERIFY2(bytes.size() < 2'200, qPrintable(QString::number(bytes.size())));
    }
}

void UserSketchTest::hostileBytesAreRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray halves(2'048, '\0');
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("part of a hash") << QByteArray(4, '\0');
    QTest::newRow("the same twice") << QByteArray(11, '\0');
    QTest::newRow("falling") << QByteArray("\0\0\0\0\0\2\0\0\0\0\1", 11);
    QTest::newRow("too many") << sketchOf(0, 1'024).toBytes() + QByteArray(5, '\xff');
    QTest::newRow("precision too low") << registers(7, 0, QByteArray(64, '\0'));
    QTest::newRow("precision too high") << registers(15, 0, QByteArray(1 << 14, '\0'));
    QTest::newRow("too short") << registers(12, 0, halves.chopped(1));
    QTest::newRow("too long") << registers(12, 0, halves + '\0');
    QTest::newRow("a register without its value") << registers(12, 0, '\x0f' + halves.chopped(1));
    QTest::newRow("a value of another register") << registers(12, 0, '\x0f' + halves.chopped(1), {"\0\1\x10", 3});
    QTest::newRow("a value that is too small") << registers(12, 0, '\x0f' + halves.chopped(1), {"\0\0\x0e", 3});
    QTest::newRow("a value that can't be") << registers(12, 0, '\x0f' + halves.chopped(1), {"\0\0\x1e", 3});
    QTest::newRow("all too large") << registers(12, 30, halves);
    QTest::newRow("none is the least") << registers(12, 1, QByteArray(2'048, '\x11'));
    QTest::newRow("far too long") << QByteArray(1 << 20, '\0');
}

void UserSketchTest::hostileBytesAreRefused()
{
    QFETCH(QByteArray, bytes);
    QVERIFY(!UserSketch::parse(bytes));
}

void UserSketchTest::mutatedBytesNeverCrash()
{
    QRandomGenerator random(3);
    int taken = 0;
    for (const int users : {3, 1'000, 5'000}) {
        const QByteArray whole = sketchOf(0, users).toBytes();
        for (int round = 0; round < 500; ++round) {
            QByteArray bytes = whole;
            for (int change = random.bounded(3); change >= 0; --change)
                bytes[qsizetype(random.bounded(qint64(bytes.size())))] = char(random.bounded(256));
            if (const auto sketch = UserSketch::parse(bytes)) {
                ++taken;
                QCOMPARE(sketch->toBytes(), bytes); // one way only to write it
                QVERIFY(sketch->count() >= 0);
            }
        }
    }
    QVERIFY(taken > 0 && taken < 1'500);
}

QTEST_APPLESS_MAIN(UserSketchTest)
#include "tst_usersketch.moc"
