#include "app/board/eventstream.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSignalSpy>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

wire::TailEvent makeEvent(const QString &type, const QString &user, const QByteArray &metadata = "{}")
{
    return {u"0190a5d2-0000-7000-8000-00000000abcd"_s, type, user, 1'780'000'000'123, 1'780'000'000'456, metadata};
}

wire::Tail tail(int from, int count, qint64 skipped = 0)
{
    wire::Tail tail;
    tail.skipped = skipped;
    for (int i = 0; i < count; ++i)
        tail.events.append(makeEvent((from + i) % 3 == 0 ? u"log"_s : u"page_view"_s, QString::number(from + i)));
    return tail;
}

} // namespace

class EventStreamTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void filters_data();
    void filters();
    void whatTheServerCanChoose_data();
    void whatTheServerCanChoose();
    void windowFiltersHoldToo_data();
    void windowFiltersHoldToo();
    void storedEventsComeBefore();
    void rowsFollowTheFilter();
    void pausedLosesNothing();
    void everythingIsBounded();
    void copies();
    void copiesKeepDigits();
};

void EventStreamTest::filters_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<bool>("matches");
    const auto row = [](const QString &line, bool matches) { QTest::newRow(qPrintable(line)) << line << matches; };
    // {"page":"Home Garden","browser":"chrome","cart":{"items":3,"total":19.90},"vip":true,"a.b":"dotted"}
    row(u""_s, true);
    row(u"   "_s, true);
    row(u"type:view"_s, true);
    row(u"type:VIEW"_s, true);
    row(u"type=view"_s, false);
    row(u"type=page_view"_s, true);
    row(u"eventType=page_view"_s, true);
    row(u"user:42"_s, true);
    row(u"user=4"_s, false);
    row(u"user=42"_s, true);
    row(u"id:abcd"_s, true);
    row(u"page:garden"_s, true);
    row(u"page=garden"_s, false);
    row(u"page=\"Home Garden\""_s, true);
    row(u"page:\"home garden\""_s, true);
    row(u"page:home garden"_s, true);
    row(u"-browser:chrome"_s, false);
    row(u"-browser:firefox"_s, true);
    row(u"-shop:main"_s, true); // has no such key
    row(u"shop:main"_s, false);
    row(u"cart.items=3"_s, true);
    row(u"cart.items=30"_s, false);
    row(u"vip=true"_s, true);
    row(u"a.b:dot"_s, true);
    row(u"cart:items"_s, true);
    row(u"\"home garden\""_s, true);
    row(u"\"garden home\""_s, false);
    row(u"chrome type:view user=42"_s, true);
    row(u"chrome type:view user=43"_s, false);
    row(u"-chrome"_s, false);
    row(u"page:"_s, true); // has the key
    row(u"\"unclosed"_s, false);
    row(u"\"home gar"_s, true);
    row(u":"_s, true); // text, and every metadata has one
    row(u"-"_s, true); // nothing yet
    row(u"=x"_s, false);
    // Digits are looked for as they were sent.
    row(u"cart.total=19.90"_s, true);
    row(u"cart.total=19.9"_s, false);
    row(u"big=12345678901234567890"_s, true);
    row(u"big=12345678901234567168"_s, false);
    row(u"size=1e21"_s, true);
    row(u"list:[0.1000"_s, true);
}

void EventStreamTest::filters()
{
    QFETCH(QString, line);
    const wire::TailEvent view = makeEvent(
        u"page_view"_s, u"42"_s,
        R"({"page":"Home Garden","browser":"chrome","cart":{"items":3,"total":19.90},"vip":true,"a.b":"dotted",)"
        R"("big":12345678901234567890,"size":1e21,"list":[0.1000,2]})");
    QTEST(StreamFilter(line).matches(view), "matches");
}

void EventStreamTest::whatTheServerCanChoose_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("user");
    QTest::addColumn<bool>("isAll");
    const auto row = [](const QString &line, const QString &type, const QString &user, bool isAll) {
        QTest::newRow(qPrintable(line)) << line << type << user << isAll;
    };
    row({}, {}, {}, true);
    row(u"user=42"_s, {}, u"42"_s, true);
    row(u"type=page_view userId=\"a b\""_s, u"page_view"_s, u"a b"_s, true);
    row(u"type=log page=home"_s, u"log"_s, {}, false);
    row(u"type:view"_s, {}, {}, false); // contains: the server knows only exactly
    row(u"-user=42"_s, {}, {}, false);
    row(u"user="_s, {}, {}, false);
    row(u"user=1 user=1"_s, {}, u"1"_s, true);
    row(u"user=1 user=2"_s, {}, u"1"_s, false);          // nothing passes: decided here
    row(u"user="_s + QString(257, u'x'), {}, {}, false); // the server refuses such a question
    row(u"home"_s, {}, {}, false);
}

void EventStreamTest::whatTheServerCanChoose()
{
    QFETCH(QString, line);
    const StreamFilter filter(line);
    QTEST(filter.choice().type, "type");
    QTEST(filter.choice().user, "user");
    QTEST(filter.isChoiceOnly(), "isAll");
}

void EventStreamTest::windowFiltersHoldToo_data()
{
    using Values = QMap<QString, ValueFilter>;
    QTest::addColumn<Values>("values");
    QTest::addColumn<bool>("matches");
    QTest::addColumn<EventChoice>("choice");
    QTest::addColumn<bool>("isAll");
    QTest::newRow("type") << Values{{u"eventType"_s, {{u"page_view"_s}, false}}} << true
                          << EventChoice{u"page_view"_s, {}} << true;
    QTest::newRow("another type") << Values{{u"eventType"_s, {{u"log"_s}, false}}} << false << EventChoice{u"log"_s, {}}
                                  << true;
    QTest::newRow("beyond the cap") << Values{{u"eventType"_s, {{u"(other)"_s}, false}}} << false << EventChoice{}
                                    << false;
    QTest::newRow("one of two types") << Values{{u"eventType"_s, {{u"log"_s, u"page_view"_s}, false}}} << true
                                      << EventChoice{} << false;
    QTest::newRow("not that type") << Values{{u"eventType"_s, {{u"page_view"_s}, true}}} << false << EventChoice{}
                                   << false;
    QTest::newRow("a value") << Values{{u"page"_s, {{u"home"_s}, false}}} << true << EventChoice{} << false;
    QTest::newRow("a value, exactly") << Values{{u"page"_s, {{u"hom"_s}, false}}} << false << EventChoice{} << false;
    QTest::newRow("a number as it is counted")
        << Values{{u"n"_s, {{u"100"_s}, false}}} << true << EventChoice{} << false;
    QTest::newRow("without the key") << Values{{u"browser"_s, {{QString()}, false}}} << true << EventChoice{} << false;
    QTest::newRow("not without the key") << Values{{u"browser"_s, {{QString()}, true}}} << false << EventChoice{}
                                         << false;
    QTest::newRow("several") << Values{{u"eventType"_s, {{u"page_view"_s}, false}}, {u"page"_s, {{u"cart"_s}, true}}}
                             << true << EventChoice{u"page_view"_s, {}} << false;
    QTest::newRow("an empty rule is none") << Values{{u"page"_s, {}}} << true << EventChoice{} << true;
}

void EventStreamTest::windowFiltersHoldToo()
{
    using Values = QMap<QString, ValueFilter>;
    QFETCH(Values, values);
    const wire::TailEvent event = makeEvent(u"page_view"_s, u"42"_s, R"({"page":"home","n":1e2})");
    const StreamFilter filter({}, values);
    QTEST(filter.matches(event), "matches");
    QTEST(filter.choice(), "choice");
    QTEST(filter.isChoiceOnly(), "isAll");
    QVERIFY(!StreamFilter(u"user=43"_s, values).matches(event)); // both hold
    QVERIFY(StreamFilter(u"a"_s, values) == StreamFilter(u"a"_s, values));
}

void EventStreamTest::storedEventsComeBefore()
{
    const auto numbered = [](int n) {
        wire::TailEvent event = makeEvent(n % 2 == 0 ? u"log"_s : u"page_view"_s, QString::number(n));
        event.eventId = QString::number(n);
        return event;
    };
    QList<wire::TailEvent> stored; // 99 … 0
    for (int n = 99; n >= 0; --n)
        stored << numbered(n);
    EventStream stream;
    stream.setFilter(StreamFilter(u"type=log"_s));
    stream.add({{}, {numbered(98), numbered(99), numbered(100)}, 0}); // live, before the stored ones are there
    QSignalSpy reset(&stream, &EventStream::reset);
    stream.addEarlier(stored);
    QCOMPARE(reset.size(), 1);
    QCOMPARE(stream.kept(), 101); // none twice
    QCOMPARE(stream.rowCount(), 51);
    for (qsizetype i = 0; i < 51; ++i) {
        QCOMPARE(stream.event(i).userId, QString::number(2 * i));
        QCOMPARE(stream.rowOf(stream.numberOf(i)), i);
    }
    stream.add({{}, {numbered(102)}, 0});
    QCOMPARE(stream.event(51).userId, u"102"_s);
    EventStream empty;
    empty.setPaused(true);
    empty.add({{}, {numbered(99)}, 0});
    empty.addEarlier(stored);
    QCOMPARE(empty.kept(), 99);
    empty.setPaused(false);
    QCOMPARE(empty.rowCount(), 100);
    QCOMPARE(empty.event(99).userId, u"99"_s);
    // Bounded: what is kept stays.
    EventStream full;
    for (int i = 0; i < 100; ++i)
        full.add(tail(i * 100, 100));
    QVERIFY(full.isNearlyFull());
    full.addEarlier(stored);
    QCOMPARE(full.kept(), EventStream::kMostEvents);
    QCOMPARE(full.event(0).userId, u"0"_s);
    QVERIFY(!empty.isNearlyFull());
}

void EventStreamTest::rowsFollowTheFilter()
{
    EventStream stream;
    QSignalSpy changed(&stream, &EventStream::changed);
    stream.add(tail(0, 9));
    QCOMPARE(changed.takeFirst(), (QVariantList{QVariant::fromValue(qsizetype(9)), QVariant::fromValue(qsizetype(0))}));
    QSignalSpy reset(&stream, &EventStream::reset);
    stream.setFilter(StreamFilter(u"type=log"_s));
    QCOMPARE(reset.size(), 1);
    QCOMPARE(stream.rowCount(), 3);
    QCOMPARE(stream.event(2).userId, u"6"_s);
    stream.add(tail(9, 4)); // 9 and 12 are logs
    QCOMPARE(stream.rowCount(), 5);
    QCOMPARE(stream.rowOf(stream.numberOf(4)), 4);
    QCOMPARE(stream.rowOf(stream.numberOf(4) - 1), -1); // filtered out
    QVERIFY(stream.find(stream.numberOf(4) - 1));
    QVERIFY(!stream.find(0) && !stream.find(1'000));
    stream.setFilter({});
    QCOMPARE(stream.rowCount(), 13);
    stream.clear();
    QCOMPARE(stream.rowCount(), 0);
}

void EventStreamTest::pausedLosesNothing()
{
    EventStream stream;
    stream.add(tail(0, 5));
    stream.setPaused(true);
    QSignalSpy changed(&stream, &EventStream::changed);
    stream.add(tail(5, 100, 3));
    stream.add(tail(105, 100));
    QCOMPARE(stream.rowCount(), 5);
    QCOMPARE(stream.waiting(), 200);
    QVERIFY(changed.isEmpty());
    stream.setFilter(StreamFilter(u"type=log"_s)); // one may search meanwhile
    QCOMPARE(stream.rowCount(), 2);
    stream.setFilter({});
    stream.setPaused(false);
    QCOMPARE(stream.waiting(), 0);
    QCOMPARE(stream.rowCount(), 205);
    for (qsizetype i = 0; i < 205; ++i)
        QCOMPARE(stream.event(i).userId, QString::number(i));
    QCOMPARE(stream.skipped(), 3);
}

void EventStreamTest::everythingIsBounded()
{
    EventStream stream;
    for (int i = 0; i < 120; ++i)
        stream.add(tail(i * 100, 100));
    QCOMPARE(stream.kept(), EventStream::kMostEvents);
    QCOMPARE(stream.rowCount(), EventStream::kMostEvents);
    QCOMPARE(stream.event(0).userId, u"2000"_s);
    QCOMPARE(stream.skipped(), 0); // gone from here, but they were shown
    stream.setPaused(true);
    for (int i = 0; i < 120; ++i)
        stream.add(tail(12'000 + i * 100, 100));
    QCOMPARE(stream.waiting(), EventStream::kMostEvents);
    QCOMPARE(stream.skipped(), 2'000); // never seen: said
    stream.setPaused(false);
    QCOMPARE(stream.kept(), EventStream::kMostEvents);
    QCOMPARE(stream.event(0).userId, u"14000"_s);
    // Large events: by bytes.
    wire::Tail large;
    const QByteArray metadata = "{\"x\":\"" + QByteArray(16'000, 'x') + "\"}";
    for (int i = 0; i < 100; ++i)
        large.events.append(makeEvent(u"log"_s, u"1"_s, metadata));
    for (int i = 0; i < 100; ++i)
        stream.add(large);
    QVERIFY2(stream.kept() <= EventStream::kMostBytes / 16'000, qPrintable(QString::number(stream.kept())));
    QVERIFY(stream.kept() > 1'000);
}

void EventStreamTest::copies()
{
    const wire::TailEvent tricky = makeEvent(u"it's"_s, u"$HOME `id` \"q\""_s, R"({"a":"b'c","n":[1,2]})");
    const QJsonObject json = QJsonDocument::fromJson(eventAsJson(tricky)).object();
    QCOMPARE(json.value(u"eventId"_s).toString(), tricky.eventId);
    QCOMPARE(json.value(u"metadata"_s).toObject().value(u"a"_s).toString(), u"b'c"_s);
    QCOMPARE(json.value(u"receivedAt"_s).toString(), u"2026-05-28T20:26:40.456Z"_s);
    // A real shell hands on exactly what was meant.
    const QString curl = eventAsCurl(tricky, u"http://127.0.0.1:1/webhook"_s, u"k"_s);
    QProcess shell;
    shell.start(u"sh"_s, {u"-c"_s, u"curl() { printf '%s\\n' \"$@\"; }; "_s + curl});
    QVERIFY(shell.waitForFinished());
    const QList<QByteArray> arguments = shell.readAllStandardOutput().split('\n');
    QCOMPARE(arguments[1], "X-API-Key: k");
    const QJsonObject body = QJsonDocument::fromJson(arguments[3]).object();
    QCOMPARE(body.value(u"userId"_s).toString(), tricky.userId);
    QCOMPARE(body.value(u"eventType"_s).toString(), tricky.eventType);
    QVERIFY(!body.contains(u"eventId"_s)); // the server would refuse it
    QCOMPARE(arguments[4], "http://127.0.0.1:1/webhook");
}

void EventStreamTest::copiesKeepDigits()
{
    const QByteArray metadata = R"({"z":12345678901234567890,"price":1.50,"a":{"b":[0.1000,1e21]},"none":{}})";
    const wire::TailEvent event = makeEvent(u"log"_s, u"42"_s, metadata);
    const QByteArray json = eventAsJson(event);
    QVERIFY2(QByteArray(json).replace(' ', "").replace('\n', "").contains("\"metadata\":" + metadata),
             json.constData());
    QVERIFY2(json.startsWith("{\n    \"eventType\": \"log\",\n"), json.constData());
    QVERIFY2(json.contains("\n        \"price\": 1.50,\n"), json.constData());
    const QString curl = eventAsCurl(event, u"http://127.0.0.1:1/webhook"_s, u"k"_s);
    QVERIFY2(curl.contains(QString::fromUtf8(metadata)), qPrintable(curl));
    QVERIFY(eventAsJson(makeEvent(u"log"_s, u"42"_s, {})).contains("\"metadata\": {}"));
}

QTEST_GUILESS_MAIN(EventStreamTest)
#include "tst_eventstream.moc"
