#include "server/query/readfilter.h"

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
    void plusIsABlank_data();
    void plusIsABlank();
    void findsWhateverCanBeStored_data();
    void findsWhateverCanBeStored();
    void refusesWhatIsNotKnown_data();
    void refusesWhatIsNotKnown();
};

constexpr qint64 kNow = 1'767'268'834'567; // 2026-01-01T12:00:34.567Z

void ReadFilterTest::spansCountBackInWholeMinutes()
{
    const qint64 end = 1'767'268'860'000;
    QCOMPARE(readFilter(QueryParameters("filter=hour"), kNow).span, (TimeSpan{end - 3'600'000, end}));
    QCOMPARE(readFilter(QueryParameters("filter=day"), kNow).span, (TimeSpan{end - 86'400'000, end}));
    QCOMPARE(readFilter(QueryParameters("filter=week"), kNow).span, (TimeSpan{end - 7 * 86'400'000LL, end}));
    for (const char *other : {"", "filter=year", "filter=", "filter=Week"})
        QCOMPARE(readFilter(QueryParameters(other), kNow).name, u"hour"_s);
}

void ReadFilterTest::readsEveryParameter()
{
    const QueryParameters query(
        "type=page_view&user=a%20b&from=2026-01-01T10:00:00Z&to=2026-01-01T13:00:00.5%2B01:00&limit=7");
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
    row(u"type"_s, QString::fromUtf8(QByteArray("😀").repeated(129)));
    row(u"from"_s, u"2026-01-01+10:00"_s); // no time
    row(u"from"_s, u"2026-01-01T10:00:00 01:00 "_s);
}

void ReadFilterTest::namesWhatIsWrong()
{
    QFETCH(QString, name);
    QFETCH(QString, value);
    const QueryParameters query((name + u'=' + value).toUtf8());
    const auto read = readEventQuery(query, u"p"_s, readFilter(query, kNow));
    QVERIFY(!read.ok());
    QCOMPARE(read.failure().kind, Fault::BadInput);
    QVERIFY2(read.failure().text.contains(u'"' + name + u'"'), qPrintable(read.failure().text));
}

void ReadFilterTest::cursorsComeBack()
{
    const QUuid id = QUuid::createUuid();
    const QueryParameters query("cursor=" + cursorText(id).toLatin1());
    const auto read = readEventQuery(query, u"p"_s, readFilter(query, kNow));
    QVERIFY(read.ok());
    QCOMPARE(*read->before, id);
}

void ReadFilterTest::plusIsABlank_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::newRow("URLSearchParams") << QByteArray(
        "type=page+view&user=a%2Bb+c&from=2026-01-01T10%3A00%3A00%2B01%3A00");
    QTest::newRow("encodeURIComponent") << QByteArray(
        "type=page%20view&user=a%2Bb%20c&from=2026-01-01T10:00:00%2B01:00");
    QTest::newRow("by hand") << QByteArray("type=page%20view&user=a%2Bb+c&from=2026-01-01T10:00:00+01:00");
    QTest::newRow("short zone") << QByteArray("type=page+view&user=a%2Bb+c&from=2026-01-01T10:00:00+01");
    QTest::newRow("blank for T") << QByteArray("type=page+view&user=a%2Bb+c&from=2026-01-01+10:00:00+0100");
    QTest::newRow("basic form") << QByteArray("type=page+view&user=a%2Bb+c&from=20260101T100000+0100");
}

void ReadFilterTest::plusIsABlank()
{
    QFETCH(QByteArray, query);
    const QueryParameters parameters(query);
    const auto read = readEventQuery(parameters, u"p"_s, readFilter(parameters, kNow));
    QVERIFY2(read.ok(), read.ok() ? "" : qPrintable(read.failure().text));
    QCOMPARE(read->eventType, u"page view"_s);
    QCOMPARE(read->userId, u"a+b c"_s);
    QCOMPARE(read->fromMs, 1'767'258'000'000); // 09:00 UTC
}

void ReadFilterTest::findsWhateverCanBeStored_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("128 emoji") << QString::fromUtf8(QByteArray("😀").repeated(128));
    QTest::newRow("U+FEFF first") << u"\ufeffpage"_s;
    QTest::newRow("U+FFFE first") << u"\ufffepage"_s;
    QTest::newRow("not characters") << u"a\ufdd0\ufffe\uffff\U0001ffffz"_s;
    QTest::newRow("replacement") << u"\ufffd"_s;
    QTest::newRow("percent") << u"100%25 & more = +"_s;
}

void ReadFilterTest::findsWhateverCanBeStored()
{
    QFETCH(QString, text);
    const QByteArray encoded = text.toUtf8().toPercentEncoding();
    const QueryParameters query("type=" + encoded + "&user=" + encoded);
    QVERIFY(query.check(u"/events"_s, eventParameters()).ok());
    const auto read = readEventQuery(query, u"p"_s, readFilter(query, kNow));
    QVERIFY2(read.ok(), read.ok() ? "" : qPrintable(read.failure().text));
    QCOMPARE(read->eventType, text);
    QCOMPARE(read->userId, text);
}

void ReadFilterTest::refusesWhatIsNotKnown_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *query, const QString &says) { QTest::newRow(query) << QByteArray(query) << says; };
    row("typ=a", u"\"type\""_s);
    row("Type=a", u"\"type\""_s);
    row("eventType=a", u"\"type\""_s);
    row("userId=a", u"\"user\""_s);
    row("form=2026-01-01T10:00:00Z", u"\"from\""_s);
    row("type=a&cursr=b", u"\"cursor\""_s);
    row("colour=red", u"filter, type, user"_s);
    row("=a", u"\"\""_s);
    row("%31%25%32=a", u"\"1%2\""_s);
    row("type=a&type=a", u"more than once"_s);
    row("type=a&t%79pe=b", u"more than once"_s);
    row("type=%ff", u"UTF-8"_s);
    row("type=%ed%a0%80", u"UTF-8"_s);
    row("%c3=a", u"UTF-8"_s);
}

void ReadFilterTest::refusesWhatIsNotKnown()
{
    QFETCH(QByteArray, query);
    QFETCH(QString, says);
    const Result<void> known = QueryParameters(query).check(u"/events"_s, eventParameters());
    QVERIFY(!known.ok());
    QCOMPARE(known.failure().kind, Fault::BadInput);
    QVERIFY2(known.failure().text.contains(says), qPrintable(known.failure().text));
}

QTEST_GUILESS_MAIN(ReadFilterTest)
#include "tst_readfilter.moc"
