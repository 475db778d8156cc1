// Which colour a series has, in the rule and on a board.
#include "app/board/board.h"
#include "tests/app/fakefeed.h"

#include <array>
#include <QSet>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNow = 1'780'000'030'000; // ten seconds after a minute

} // namespace

class SeriesColorsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void colorsAgreeAndNeverMeet();
    void seriesOfOneChartNeverShareAColor();
};

void SeriesColorsTest::colorsAgreeAndNeverMeet()
{
    QStringList names;
    for (int i = 0; i < 3'000; ++i)
        names.append(u"type_%1"_s.arg(i));
    SeriesColors colors;
    for (qsizetype from = 0; from + SeriesColors::kSlots <= names.size(); from += 7) {
        const QStringList shown = names.mid(from, SeriesColors::kSlots);
        colors.show(shown);
        QSet<int> used;
        for (const QString &name : shown)
            used.insert(colors.slot(name));
        QCOMPARE(used.size(), SeriesColors::kSlots);
        QVERIFY(!used.contains(-1));
        // Neither the order nor what was shown before plays a part: another machine, another day.
        SeriesColors other;
        other.show(QStringList(shown.crbegin(), shown.crend()));
        for (const QString &name : shown)
            QCOMPARE(other.slot(name), colors.slot(name));
    }
    // By the name alone, the same for ever: another version of Qt, another machine.
    const std::pair<QString, int> known[]{
        {u"page_view"_s, 1}, {u"user_message"_s, 6}, {u"log"_s, 5}, {u"user_joined"_s, 4}, {u"user_disconnect"_s, 1}};
    for (const auto &[name, slot] : known) {
        colors.show({name});
        QCOMPARE(colors.slot(name), slot);
    }
    std::array<int, SeriesColors::kSlots> often{};
    for (const QString &name : std::as_const(names))
        ++often[std::size_t(SeriesColors::favourite(name))];
    for (const int times : often)
        QVERIFY2(times > 240 && times < 360, qPrintable(QString::number(times)));
    // Who had its favourite keeps it whoever comes along beside it, unless that one has more right to it.
    colors.show({u"a"_s, u"b"_s, u"c"_s}, {u"d"_s, u"a"_s, u"e"_s});
    for (const QString &name : {u"a"_s, u"b"_s, u"c"_s, u"d"_s, u"e"_s})
        QVERIFY(colors.slot(name) >= 0);
    const int ofA = colors.slot(u"a"_s);
    colors.show({u"a"_s, u"b"_s, u"c"_s}, names.first(100)); // the others never take from the chart
    QCOMPARE(colors.slot(u"a"_s), ofA);
    QCOMPARE(colors.slot(u"never"_s), -1);
    QCOMPARE(colors.slot(names[50]), -1); // nothing is left
}

// Six types, of which five are in the chart, and another six a moment later.
void SeriesColorsTest::seriesOfOneChartNeverShareAColor()
{
    ManualClock clock(kNow);
    Board board(clock);
    FakeFeed feed;
    board.setFeed(&feed);
    for (int round = 0; round < 60; ++round) {
        LiveCube cube({u"eventType"_s, u"page"_s});
        for (int i = 0; i < 6; ++i) {
            const Cell cell{kNow / 1000 - 5, cube.intern({u"t%1"_s.arg((round * 5 + i * 7) % 40), u"p%1"_s.arg(i)}),
                            quint32(10 + i * (round % 3 - 1))};
            cube.add({&cell, 1});
        }
        feed.snapshot(cube, kNow);
        board.setGroupBy(round % 2 ? u"page"_s : QString());
        board.setRange(round % 2 ? NamedRange::Day : NamedRange::Hour); // draws
        QSet<int> used;
        for (const CubeGroup &group : board.frame().main.groups)
            if (!group.isRest)
                used.insert(board.colors().slot(colorName(board.frame(), group)));
        QCOMPARE(used.size(), 5);
        QVERIFY(!used.contains(-1));
        // The stream's squares say the type, whatever has the colours of the chart.
        QVERIFY(board.colors().slot(board.frame().breakdowns[0].groups[0].name) >= 0);
    }
}

QTEST_GUILESS_MAIN(SeriesColorsTest)
#include "tst_seriescolors.moc"
