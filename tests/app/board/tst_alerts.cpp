#include "app/board/alertkinds.h"
#include "app/board/alerts.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNow = 1'780'000'030'000;
constexpr qint64 kMinute = 60'000;

AlertRule rule(const QString &kind, int minutes, double threshold = 0)
{
    AlertRule rule;
    rule.name = u"rule"_s;
    rule.kind = kind;
    rule.minutes = minutes;
    rule.threshold = threshold;
    return rule;
}

} // namespace

class AlertsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void aboveBeginsAndEnds();
    void belowNeedsAPast();
    void quietIsQuiet();
    void changeGoesBothWays();
    void newTypesAreNews();
    void filtersCount();
    void hourlyAndOnce();
    void snoozedIsSilent();
    void anotherServerStartsAfresh();
    void logIsBounded();
    void rulesAreReadBack();
    void wrongRulesAreNamed_data();
    void wrongRulesAreNamed();

private:
    void add(qint64 ms, quint32 count, const QString &type = u"page_view"_s, const QString &page = u"home"_s)
    {
        const Cell cell{ms / 1000, m_cube.intern({type, page}), count};
        m_cube.add({&cell, 1});
    }
    QStringList toldBy(AlertWatch &watch, qint64 nowMs)
    {
        QSignalSpy told(&watch, &AlertWatch::notified);
        watch.evaluate(m_cube, nowMs);
        QStringList texts;
        for (const QVariantList &arguments : std::as_const(told))
            texts << arguments.first().value<AlertNotice>().text;
        return texts;
    }
    LiveCube m_cube;
};

void AlertsTest::init()
{
    m_cube = LiveCube({u"eventType"_s, u"page"_s});
}

void AlertsTest::aboveBeginsAndEnds()
{
    AlertWatch watch;
    watch.setRules({rule(u"above"_s, 5, 100)});
    add(kNow - 10'000, 100);
    QVERIFY(toldBy(watch, kNow).isEmpty()); // not more
    add(kNow - 9'000, 1);
    QCOMPARE(toldBy(watch, kNow), QStringList{u"101 events in 5 minutes"_s});
    QCOMPARE(watch.lasting(), QStringList{u"rule"_s});
    QVERIFY(toldBy(watch, kNow + 1'000).isEmpty()); // it lasts: no need to say so again
    QVERIFY(toldBy(watch, kNow + 6 * kMinute).isEmpty());
    QVERIFY(watch.lasting().isEmpty());
    QVERIFY(watch.log().last().isOver);
    add(kNow + 7 * kMinute, 500);
    QCOMPARE(toldBy(watch, kNow + 7 * kMinute + 2'000).size(), 1);
    QCOMPARE(watch.log().size(), 3);
}

void AlertsTest::belowNeedsAPast()
{
    AlertWatch watch;
    watch.setRules({rule(u"below"_s, 5, 10)});
    QVERIFY(toldBy(watch, kNow).isEmpty()); // nothing is known
    add(kNow, 3);
    QVERIFY(toldBy(watch, kNow + kMinute).isEmpty()); // one minute can't tell what five are like
    QCOMPARE(toldBy(watch, kNow + 6 * kMinute), QStringList{u"only 0 events in 5 minutes"_s});
    add(kNow + 7 * kMinute, 10);
    QVERIFY(toldBy(watch, kNow + 7 * kMinute + 1'000).isEmpty());
    QVERIFY(watch.lasting().isEmpty());
}

void AlertsTest::quietIsQuiet()
{
    AlertWatch watch;
    watch.setRules({rule(u"quiet"_s, 15)});
    add(kNow, 3);
    QVERIFY(toldBy(watch, kNow + 14 * kMinute).isEmpty());
    QCOMPARE(toldBy(watch, kNow + 17 * kMinute), QStringList{u"no event for 15 minutes"_s});
    add(kNow + 17 * kMinute, 1);
    QVERIFY(toldBy(watch, kNow + 18 * kMinute).isEmpty());
    QVERIFY(watch.lasting().isEmpty());
}

void AlertsTest::changeGoesBothWays()
{
    for (const quint32 count : {130, 121, 119, 100, 81, 79, 0}) {
        init();
        AlertWatch watch;
        watch.setRules({rule(u"change"_s, 2, 20)});
        add(kNow - 10 * kMinute, 1);
        add(kNow - 3 * kMinute, 100);
        add(kNow - kMinute, count);
        const bool far = count > 120 || count < 80;
        QCOMPARE(toldBy(watch, kNow).size(), far ? 1 : 0);
    }
}

void AlertsTest::newTypesAreNews()
{
    AlertWatch watch;
    watch.setRules({rule(u"newType"_s, 5)});
    add(kNow, 1, u"page_view"_s);
    QVERIFY(toldBy(watch, kNow).isEmpty()); // what was there at first is no news
    add(kNow, 1, u"purchase"_s);
    QCOMPARE(toldBy(watch, kNow + 1'000), QStringList{u"a new event type: purchase"_s});
    add(kNow, 1, u"purchase"_s, u"another page"_s);
    QVERIFY(toldBy(watch, kNow + 2'000).isEmpty());
    add(kNow, 1, u"refund"_s);
    QCOMPARE(toldBy(watch, kNow + 3'000),
             QStringList{u"a new event type: refund"_s}); // while the last one is still shown
    QVERIFY(!watch.lasting().isEmpty());
    QVERIFY(toldBy(watch, kNow + 2 * kMinute).isEmpty());
    QVERIFY(watch.lasting().isEmpty());
}

void AlertsTest::filtersCount()
{
    AlertWatch watch;
    AlertRule only = rule(u"above"_s, 5, 10);
    only.filter.insert(u"page"_s, {{u"cart"_s}, false});
    watch.setRules({only});
    add(kNow - 1'000, 100, u"page_view"_s, u"home"_s);
    QVERIFY(toldBy(watch, kNow).isEmpty());
    add(kNow - 1'000, 11, u"page_view"_s, u"cart"_s);
    QCOMPARE(toldBy(watch, kNow).size(), 1);
}

void AlertsTest::hourlyAndOnce()
{
    AlertRule hourly = rule(u"quiet"_s, 1);
    hourly.repeat = AlertRule::Repeat::Hourly;
    AlertRule once = hourly;
    once.name = u"once"_s;
    once.repeat = AlertRule::Repeat::Once;
    AlertWatch watch;
    watch.setRules({hourly, once});
    QSignalSpy off(&watch, &AlertWatch::turnedOff);
    add(kNow, 1);
    QCOMPARE(toldBy(watch, kNow + 3 * kMinute).size(), 2);
    QCOMPARE(off.size(), 1);
    QVERIFY(!watch.rules()[1].isOn);
    QVERIFY(toldBy(watch, kNow + 62 * kMinute).isEmpty());
    QCOMPARE(toldBy(watch, kNow + 63 * kMinute).size(), 1);
    QCOMPARE(watch.lasting(), QStringList{u"rule"_s});
}

void AlertsTest::snoozedIsSilent()
{
    AlertWatch watch;
    watch.setRules({rule(u"above"_s, 5, 10)});
    watch.snooze(u"rule"_s, kNow + 60 * kMinute);
    add(kNow - 1'000, 11);
    QVERIFY(toldBy(watch, kNow).isEmpty());
    QVERIFY(watch.lasting().isEmpty());
    QCOMPARE(watch.log().size(), 1); // but it is written down
    QVERIFY(watch.isSnoozed(u"rule"_s, kNow) && !watch.isSnoozed(u"rule"_s, kNow + 61 * kMinute));
}

void AlertsTest::anotherServerStartsAfresh()
{
    AlertWatch watch;
    watch.setRules({rule(u"newType"_s, 5), [] {
                        AlertRule above = rule(u"above"_s, 5, 10);
                        above.name = u"above"_s;
                        return above;
                    }()});
    add(kNow - 1'000, 11);
    QCOMPARE(toldBy(watch, kNow).size(), 1);
    watch.forget();
    QVERIFY(watch.lasting().isEmpty());
    init();
    add(kNow, 1, u"other"_s);
    QVERIFY(toldBy(watch, kNow + 1'000).isEmpty());
}

void AlertsTest::logIsBounded()
{
    AlertWatch watch;
    watch.setRules({rule(u"newType"_s, 5)});
    watch.evaluate(m_cube, kNow);
    for (int i = 0; i < 700; ++i) {
        add(kNow, 1, QString::number(i));
        watch.evaluate(m_cube, kNow + i);
    }
    QCOMPARE(watch.log().size(), AlertWatch::kMostNotices);
    QVERIFY(watch.log().last().text.contains(u"699"_s));
}

void AlertsTest::rulesAreReadBack()
{
    QList<AlertRule> rules;
    QStringList kinds;
    for (const AlertKind &kind : alertKinds())
        kinds << kind.id;
    QCOMPARE(kinds, (QStringList{u"above"_s, u"below"_s, u"change"_s, u"quiet"_s, u"newType"_s})); // of saved rules
    for (const QString &kind : std::as_const(kinds)) {
        AlertRule one = rule(kind, 15, 12.5);
        one.name = describe(one);
        one.repeat = AlertRule::Repeat::Hourly;
        one.filter.insert(u"page"_s, {{u"home"_s, QString()}, true});
        one.isOn = kind != u"quiet"_s;
        rules << one;
    }
    QCOMPARE(rules[0].name, u"more than 12.5 events in 15 minutes"_s);
    const QByteArray text = QJsonDocument(toJson(rules)).toJson();
    const auto read = rulesFromJson(QJsonDocument::fromJson(text).array());
    QVERIFY2(read.ok(), read.ok() ? "" : qPrintable(read.failure().text));
    QVERIFY(*read == rules);
}

void AlertsTest::wrongRulesAreNamed_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("names");
    const auto row = [](const char *json, const QString &names) { QTest::newRow(json) << QByteArray(json) << names; };
    row(R"([{"kind":"above"}])", u"name"_s);
    row(R"([{"name":"a","kind":"quiet"},{"name":"a","kind":"quiet"}])", u"name of its own"_s);
    row(R"([{"name":"a","kind":"over"}])", u"kind"_s);
    row(R"([{"name":"a","kind":"above","minutes":0}])", u"minutes"_s);
    row(R"([{"name":"a","kind":"above","minutes":20000}])", u"minutes"_s);
    row(R"([{"name":"a","kind":"above","threshold":-1}])", u"threshold"_s);
    row(R"([{"name":"a","kind":"above","repeat":"daily"}])", u"repeat"_s);
    row(R"([{"name":"a","kind":"above","filter":{"page":"home"}}])", u"page"_s);
}

void AlertsTest::wrongRulesAreNamed()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, names);
    const auto read = rulesFromJson(QJsonDocument::fromJson(json).array());
    QVERIFY(!read.ok());
    QVERIFY2(read.failure().text.contains(names), qPrintable(read.failure().text));
}

QTEST_APPLESS_MAIN(AlertsTest)
#include "tst_alerts.moc"
