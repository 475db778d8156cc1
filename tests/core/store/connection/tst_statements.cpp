#include "core/store/connection/statements.h"
#include "core/store/events/sql/jsonrows.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace entvas;

class TestStatements final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bothDialectsHaveTheSameNames();
    void migrationsAreNumberedWithoutGaps();
    void commentsAreTakenOut();
    void scriptsAreSplitAtTheEndOfLines();
    void aMissingFileIsNamed();
    void rowsAreJsonWhateverTheTextHolds();
    void seriesTextIsReversibleAndItsIdKnown();
};

void TestStatements::bothDialectsHaveTheSameNames()
{
    const QStringList sqlite = QDir(u":/sql/sqlite"_s).entryList(QDir::Files, QDir::Name);
    QVERIFY(sqlite.size() > 15);
    QCOMPARE(QDir(u":/sql/postgres"_s).entryList(QDir::Files, QDir::Name), sqlite);
}

void TestStatements::migrationsAreNumberedWithoutGaps()
{
    for (const QString &folder : {u"sqlite"_s, u"postgres"_s}) {
        const QStringList migrations = Statements(folder).migrations();
        QVERIFY(!migrations.isEmpty());
        QCOMPARE(migrations.first(), u"001_initial"_s);
        for (qsizetype i = 0; i < migrations.size(); ++i)
            QCOMPARE(migrations[i].left(3).toInt(), int(i + 1));
    }
}

void TestStatements::commentsAreTakenOut()
{
    for (const QString &folder : {u"sqlite"_s, u"postgres"_s}) {
        Statements statements(folder);
        for (const QString &file : QDir(u":/sql/"_s + folder).entryList(QDir::Files)) {
            const Result<QString> text = statements.text(file.chopped(4));
            QVERIFY(text.ok());
            QVERIFY2(!text->contains("--"_L1) && !text->isEmpty(), qPrintable(file));
        }
    }
}

void TestStatements::scriptsAreSplitAtTheEndOfLines()
{
    Statements statements(u"sqlite"_s);
    const Result<QStringList> script = statements.script(u"001_initial"_s);
    QVERIFY(script.ok());
    QCOMPARE(script->size(), 10);
    for (const QString &statement : script.value())
        QVERIFY2(statement.startsWith("CREATE "_L1) || statement.startsWith("INSERT "_L1), qPrintable(statement));
}

void TestStatements::aMissingFileIsNamed()
{
    const Result<QString> text = Statements(u"sqlite"_s).text(u"no_such"_s);
    QVERIFY(!text.ok());
    QVERIFY(text.failure().kind == Fault::Internal);
    QVERIFY(text.failure().text.contains("no_such.sql"_L1));
}

void TestStatements::rowsAreJsonWhateverTheTextHolds()
{
    QString every;
    for (char16_t unit = 1; unit < 0x180; ++unit)
        every += QChar(unit);
    every += u"🙂 测试"_s;
    JsonRows rows;
    QVERIFY(rows.isEmpty());
    QCOMPARE(rows.text(), u"[]"_s);
    rows.begin();
    rows.add(u'a', every);
    rows.add(u'b', std::numeric_limits<qint64>::min());
    rows.end();
    rows.begin();
    rows.addNull(u'c');
    rows.end();
    QCOMPARE(rows.size(), 2);
    const QJsonArray parsed = QJsonDocument::fromJson(rows.text().toUtf8()).array();
    QCOMPARE(parsed.size(), 2);
    QCOMPARE(parsed[0].toObject()[u"a"].toString(), every);
    QCOMPARE(parsed[0].toObject()[u"b"].toInteger(), std::numeric_limits<qint64>::min());
    QVERIFY(parsed[1].toObject()[u"c"].isNull());
    QVERIFY(!rows.text().contains(QChar(0x1f)));

    // What no text column can hold stays visible to the database.
    JsonRows odd;
    odd.begin();
    odd.add(u'a', u"x"_s + QChar(0) + QChar(0xd800) + u"y"_s + QChar(0xdc00));
    odd.end();
    QCOMPARE(odd.text(), u"[{\"a\":\"x\\u0000\\ud800y\\udc00\"}]"_s);
}

void TestStatements::seriesTextIsReversibleAndItsIdKnown()
{
    const SeriesKey key{u"page_view"_s, u"a\"b\\c"_s, u""_s, u"é\n🙂"_s};
    const QStringList names{u"eventType"_s, u"p\"q"_s, u"empty"_s, u"last"_s};
    const QString text = seriesText(key, names);
    QCOMPARE(text, u"{\"eventType\":\"page_view\",\"p\\\"q\":\"a\\\"b\\\\c\",\"last\":\"é\\u000a🙂\"}"_s);
    QCOMPARE(seriesFromText(text, names), key);
    QCOMPARE(seriesFromText(text, {u"eventType"_s, u"last"_s, u"new"_s}), (SeriesKey{key[0], key[3], u""_s}));
    QCOMPARE(seriesFromText(u"[\"a\",\"home\",\"edge\"]"_s, {u"eventType"_s, u"browser"_s}),
             (SeriesKey{u"a"_s, u"edge"_s}));
    // printf '["a"]' | sha256sum, first 16 digits: it must never change, or restarts would count into new series.
    QCOMPARE(quint64(seriesId(u"[\"a\"]"_s)), Q_UINT64_C(0x0eb5b8d6f81bc677));
}

QTEST_GUILESS_MAIN(TestStatements)
#include "tst_statements.moc"
