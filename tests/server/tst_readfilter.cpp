#include "server/readfilter.h"

#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

class ReadFilterTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void spansCountBackInWholeMinutes();
    void readsEveryParameter();
    void namesWhatIsWrong_data();
    void namesWhatIsWrong();
    void cursorsComeBack();
};

constexpr qint64 kNow = 1'767'268'834'567; // 2026-01-01T12:00:34.567Z

void ReadFilterTest::spansCountBackInWholeMinutes()
{
    const qint64 end = 1'767'268'860'000;
    QCOMPARE(readFilter(QUrlQuery(u"filter=hour"_s), kNow).span, (TimeSpan{end - 3'600'000, end}));
    QCOMPARE(readFilter(QUrlQuery(u"filter=day"_s), kNow).span, (TimeSpan{end - 86'400'000, end}));
    QCOMPARE(readFilter(QUrlQuery(u"filter=week"_s), kNow).span, (TimeSpan{end - 7 * 86'400'000LL, end}));
    for (const QString &other : {u""_s, u"filter=year"_s, u"filter="_s, u"filter=Week"_s})
        QCOMPARE(readFilter(QUrlQuery(other), kNow).name, u"hour"_s);
}

void ReadFilterTest::readsEveryParameter()
{
    const QUrlQuery query(
        u"type=page_view&user=a%20b&from=2026-01-01T10:00:00Z&to=2026-01-01T13:00:00.5%2B01:00&limit=7"_s);
    const auto read = readEventQuery(query, u"p"_s, readFilter(query, kNow));
    QVERIFY2(read.ok(), read.ok() ? "" : qPrintable(read.failure().text));
    QCOMPARE(read->project, u"p"_s);
    QCOMPARE(read->eventType, u"page_view"_s);
    QCOMPARE(read->userId, u"a b"_s);
    QCOMPARE(read->fromMs, 1'767'261'600'000);
    QCOMPARE(read->toMs, 1'767'268'800'500);
    QCOMPARE(read->limit, 7);
    QVERIFY(!read->before);
}

void ReadFilterTest::namesWhatIsWrong_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    const auto row = [](const QString &name, const QString &value) {
        QTest::newRow(qPrintable(name + u'=' + value.left(40))) << name << value;
    };
    for (const QString &limit : {u"0"_s, u"1001"_s, u"-1"_s, u"ten"_s, u""_s, u"1.5"_s})
        row(u"limit"_s, limit);
    for (const QString &time : {u"yesterday"_s, u"2026-01-01"_s, u"2026-01-01T10:00:00"_s, u"1767268834"_s})
        row(u"from"_s, time);
    row(u"to"_s, u"2026-13-01T10:00:00Z"_s);
    row(u"from"_s, u"2027-01-01T10:00:00Z"_s); // after to
    row(u"cursor"_s, u"abc"_s);
    row(u"cursor"_s, u"!!!"_s);
    row(u"cursor"_s, u""_s);
    row(u"type"_s, QString(129, u'x'));
    row(u"user"_s, QString(257, u'x'));
    row(u"type"_s, u"a%00b"_s);
    row(u"user"_s, u"a%0Ab"_s);
}

void ReadFilterTest::namesWhatIsWrong()
{
    QFETCH(QString, name);
    QFETCH(QString, value);
    const QUrlQuery query(name + u'=' + value);
    const auto read = readEventQuery(query, u"p"_s, readFilter(query, kNow));
    QVERIFY(!read.ok());
    QCOMPARE(read.failure().kind, Fault::BadInput);
    QVERIFY2(read.failure().text.contains(u'"' + name + u'"'), qPrintable(read.failure().text));
}

void ReadFilterTest::cursorsComeBack()
{
    const QUuid id = QUuid::createUuid();
    QUrlQuery query;
    query.addQueryItem(u"cursor"_s, cursorText(id));
    const auto read = readEventQuery(query, u"p"_s, readFilter(query, kNow));
    QVERIFY(read.ok());
    QCOMPARE(*read->before, id);
}

QTEST_GUILESS_MAIN(ReadFilterTest)
#include "tst_readfilter.moc"
