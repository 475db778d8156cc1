#include "app/board/text/exporttext.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNow = 1'780'000'030'000; // 2026-05-28T20:27:10Z

BoardFrame someFrame(Comparison comparison)
{
    LiveCube cube({u"eventType"_s, u"page"_s});
    const QList<Cell> cells{{kNow / 1000 - 60, cube.intern({u"page,view"_s, u"home"_s}), 7},
                            {kNow / 1000 - 61, cube.intern({u"=SUM(A1)"_s, u"a\"b"_s}), 2},
                            {kNow / 1000 - 3'700, 0, 5}};
    cube.add(cells);
    BoardChoice choice;
    choice.comparison = comparison;
    return present(cube, {14, 3}, choice, kNow, QTimeZone("Asia/Kolkata"), 120);
}

} // namespace

class ExportTextTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void fields_data();
    void fields();
    void csvHasALinePerBucket();
    void columnsNeverCollide();
    void jsonTellsEverythingShown();
};

void ExportTextTest::fields_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("field");
    QTest::newRow("plain") << u"home"_s << QByteArray("home");
    QTest::newRow("empty") << QString() << QByteArray();
    QTest::newRow("comma") << u"a,b"_s << QByteArray("\"a,b\"");
    QTest::newRow("quote") << u"a\"b"_s << QByteArray("\"a\"\"b\"");
    QTest::newRow("line end") << u"a\r\nb"_s << QByteArray("\"a\r\nb\"");
    QTest::newRow("formula") << u"=1+1"_s << QByteArray("'=1+1");
    QTest::newRow("plus") << u"+1"_s << QByteArray("'+1");
    QTest::newRow("minus") << u"-1"_s << QByteArray("'-1");
    QTest::newRow("at") << u"@cmd"_s << QByteArray("'@cmd");
    QTest::newRow("tab") << u"\tx"_s << QByteArray("'\tx");
    QTest::newRow("return") << u"\rx"_s << QByteArray("\"'\rx\"");
    QTest::newRow("umlaut") << u"Käse"_s << QByteArray("K\xc3\xa4se");
}

void ExportTextTest::fields()
{
    QFETCH(QString, text);
    QTEST(csvField(text), "field");
}

void ExportTextTest::csvHasALinePerBucket()
{
    const BoardFrame frame = someFrame(Comparison::PreviousPeriod);
    const QByteArrayList lines = frameAsCsv(frame).split('\n');
    QCOMPARE(lines.size(), frame.grid.size() + 2); // a head, and the last line ends too
    QCOMPARE(lines[0], "from,to,\"page,view\",'=SUM(A1),total,earlier\r");
    QVERIFY2(lines[1].startsWith("2026-05-29T00:58:00+05:30,2026-05-29T00:59:00+05:30,"), lines[1].constData());
    qint64 total = 0;
    qint64 earlier = 0;
    for (qsizetype i = 1; i < lines.size() - 1; ++i) {
        const QByteArrayList cells = lines[i].trimmed().split(',');
        QCOMPARE(cells.size(), 6);
        QCOMPARE(cells[2].toInt() + cells[3].toInt(), cells[4].toInt());
        total += cells[4].toInt();
        earlier += cells[5].toInt();
    }
    QCOMPARE(total, 9);
    QCOMPARE(earlier, 5);
    QVERIFY(!frameAsCsv(someFrame(Comparison::None)).contains("earlier"));
}

// Types may be called like the table's own columns.
void ExportTextTest::columnsNeverCollide()
{
    LiveCube cube({u"eventType"_s});
    for (const QString &type :
         {u"total"_s, u"From"_s, u"earlier"_s, u"total (eventType)"_s, u"\"(other)\""_s, u"f"_s, u"g"_s}) {
        const Cell cell{kNow / 1000 - 60, cube.intern({type}), 7u + quint32(type.size())};
        cube.add({&cell, 1});
    }
    BoardChoice choice;
    choice.comparison = Comparison::PreviousPeriod;
    const BoardFrame frame = present(cube, {14, 3}, choice, kNow, QTimeZone::utc(), 120);
    const QByteArray head = frameAsCsv(frame).split('\r').first();
    QCOMPARE(head,
             "from,to,total (eventType),\"\"\"(other)\"\"\",earlier (eventType),total (eventType) (eventType),From "
             "(eventType),(other),total");
}

void ExportTextTest::jsonTellsEverythingShown()
{
    const QJsonObject json = QJsonDocument::fromJson(frameAsJson(someFrame(Comparison::None))).object();
    QCOMPARE(json.value(u"total"_s).toInt(), 9);
    QCOMPARE(json.value(u"totalEvents"_s).toInt(), 14);
    QCOMPARE(json.value(u"rejected"_s).toInt(), 3);
    QCOMPARE(json.value(u"zone"_s).toString(), u"Asia/Kolkata"_s);
    QCOMPARE(json.value(u"view"_s).toObject().value(u"view"_s).toString(), u"hour"_s);
    QCOMPARE(json.value(u"buckets"_s).toArray().size(), 60);
    QCOMPARE(json.value(u"breakdowns"_s)[u"page"_s][u"home"_s].toInt(), 7);
}

QTEST_APPLESS_MAIN(ExportTextTest)
#include "tst_exporttext.moc"
