#include "app/board/text/choicetext.h"
#include "app/board/timeview.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kHourMs = 3'600'000;
constexpr qint64 kDayMs = 24 * kHourMs;
const qint64 kNow = QDateTime(QDate(2026, 11, 10), QTime(14, 10, 30), QTimeZone::utc()).toMSecsSinceEpoch();

TimeContext context(const QTimeZone &zone = QTimeZone::utc())
{
    return {kNow, kNow - 400 * kDayMs, zone, 170};
}

} // namespace

class TimeViewTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void namedRanges_data();
    void namedRanges();
    void oldSpansAreCoarser();
    void zoomKeepsTheMoment();
    void zoomHasBounds();
    void aViewThatReachesNowFollowsIt();
    void panningStopsAtBothEnds();
    void historyGoesBackAndForward();
    void comparisonsGoByTheCalendar();
    void choicesAreReadBack();
    void typingErrorsAreTold_data();
    void typingErrorsAreTold();
};

void TimeViewTest::namedRanges_data()
{
    QTest::addColumn<NamedRange>("range");
    QTest::addColumn<BucketStep>("step");
    QTest::addColumn<int>("buckets");
    QTest::newRow("5 min") << NamedRange::FiveMinutes << BucketStep{BucketUnit::Second, 2} << 151;
    QTest::newRow("hour") << NamedRange::Hour << BucketStep{BucketUnit::Minute, 1} << 60;
    QTest::newRow("day") << NamedRange::Day << BucketStep{BucketUnit::Minute, 10} << 145;
    QTest::newRow("week") << NamedRange::Week << BucketStep{BucketUnit::Hour, 1} << 169;
    QTest::newRow("month") << NamedRange::Month << BucketStep{BucketUnit::Hour, 6} << 121;
    QTest::newRow("quarter") << NamedRange::Quarter << BucketStep{BucketUnit::Day, 1} << 92;
    QTest::newRow("all") << NamedRange::All << BucketStep{BucketUnit::Week, 1} << 58;
}

void TimeViewTest::namedRanges()
{
    QFETCH(NamedRange, range);
    const TimeGrid grid = gridOf(TimeView::of(range), context());
    QTEST(grid.step, "step");
    QTEST(int(grid.size()), "buckets");
    QVERIFY(grid.span().contains(kNow));
    QCOMPARE(isCutInUtc(grid, context()), range == NamedRange::All);
    // Nothing was ever counted: every range is still something to look at.
    TimeContext empty = context();
    empty.firstMs.reset();
    QVERIFY(gridOf(TimeView::of(range), empty).span().contains(kNow));
}

void TimeViewTest::oldSpansAreCoarser()
{
    const auto stepAgo = [](qint64 ago) {
        return gridOf(TimeView::fixed({kNow - ago, kNow - ago + 60'000}), context()).step.aboutMs();
    };
    QCOMPARE(stepAgo(5 * 60'000), 1'000);
    QCOMPARE(stepAgo(kHourMs), 60'000);
    QCOMPARE(stepAgo(30 * kDayMs), 900'000);
    QCOMPARE(stepAgo(200 * kDayMs), kDayMs);
}

void TimeViewTest::zoomKeepsTheMoment()
{
    const TimeSpan shown{kNow - 10 * kHourMs, kNow - 2 * kHourMs};
    const qint64 at = kNow - 8 * kHourMs; // a quarter into it
    const TimeView closer = zoomed(shown, 0.5, at, context());
    QCOMPARE(closer.kind, TimeView::Kind::Fixed);
    QCOMPARE(closer.span.lengthMs(), 4 * kHourMs);
    QCOMPARE(closer.span.fromMs, at - kHourMs);
    QCOMPARE(zoomed(closer.span, 2, at, context()).span, shown);
}

void TimeViewTest::zoomHasBounds()
{
    TimeSpan shown{kNow - 10 * kHourMs, kNow - 2 * kHourMs};
    for (int i = 0; i < 100; ++i)
        shown = zoomed(shown, 0.5, kNow - 5 * kHourMs, context()).span;
    QCOMPARE(shown.lengthMs(), kShortestViewMs);
    TimeView view = TimeView::fixed(shown);
    for (int i = 0; i < 100; ++i)
        view = zoomed(gridOf(view, context()).span(), 2, kNow - 5 * kHourMs, context());
    QVERIFY(view.isLive());
    QVERIFY(view.lengthMs <= 450 * kDayMs); // not much more than there is
    QCOMPARE(zoomed(shown, 0, kNow, context()).span, shown);
}

void TimeViewTest::aViewThatReachesNowFollowsIt()
{
    const TimeSpan hour = gridOf(TimeView::of(NamedRange::Hour), context()).span();
    QCOMPARE(zoomed(hour, 3, hour.toMs, context()), TimeView::last(3 * kHourMs));
    QVERIFY(!zoomed(hour, 0.2, hour.fromMs, context()).isLive());
    const TimeView earlier = panned(hour, -1, context());
    QCOMPARE(earlier, TimeView::fixed({hour.fromMs - kHourMs, hour.fromMs}));
    QVERIFY(panned(earlier.span, 5, context()).isLive()); // there is nothing beyond now
}

void TimeViewTest::panningStopsAtBothEnds()
{
    TimeSpan shown{kNow - 2 * kDayMs, kNow - kDayMs};
    for (int i = 0; i < 1'000; ++i)
        shown = panned(shown, -1, context()).span;
    QVERIFY(shown.toMs > context().firstMs); // something is always in sight
    QVERIFY(shown.fromMs < context().firstMs);
    TimeContext empty = context();
    empty.firstMs.reset();
    QCOMPARE(panned(shown, -1, empty).span, shown);
}

void TimeViewTest::historyGoesBackAndForward()
{
    ViewHistory history;
    const TimeView a = TimeView::of(NamedRange::Hour);
    const TimeView b = TimeView::last(5'000'000);
    const TimeView c = TimeView::fixed({1, 100'000});
    QVERIFY(!history.canGoBack());
    QCOMPARE(history.back(a), a);
    history.leave(a);
    history.leave(b); // now at c
    QCOMPARE(history.back(c), b);
    QCOMPARE(history.back(b), a);
    QVERIFY(!history.canGoBack());
    QCOMPARE(history.forward(a), b);
    QCOMPARE(history.forward(b), c);
    QCOMPARE(history.back(c), b);
    history.leave(b); // another way on
    QVERIFY(!history.canGoForward());
    for (int i = 0; i < 1'000; ++i)
        history.leave(TimeView::last(10'000 + i));
    int steps = 0;
    for (TimeView view = a; history.canGoBack(); ++steps)
        view = history.back(view);
    QCOMPARE(steps, ViewHistory::kMost);
}

void TimeViewTest::comparisonsGoByTheCalendar()
{
    const QTimeZone paris("Europe/Paris");
    const auto local = [&](int month, int day, int hour) {
        return QDateTime(QDate(2026, month, day), QTime(hour, 0), paris).toMSecsSinceEpoch();
    };
    // The Monday after the clocks changed: 9 o'clock is compared with 9 o'clock.
    const TimeGrid day = cut({local(10, 26, 0), local(10, 27, 0)}, {BucketUnit::Hour, 1}, paris);
    QCOMPARE(shifted(day, Comparison::WeekBefore, paris).edgesMs[9], local(10, 19, 9));
    QCOMPARE(shifted(day, Comparison::PreviousPeriod, paris).edgesMs[9], local(10, 25, 9));
    // Not a whole number of days: by the length of the span.
    const TimeGrid hours = cut({local(10, 26, 6), local(10, 26, 9)}, {BucketUnit::Minute, 15}, paris);
    const TimeGrid before = shifted(hours, Comparison::PreviousPeriod, paris);
    QCOMPARE(before.span(), (TimeSpan{local(10, 26, 3), local(10, 26, 6)}));
    QCOMPARE(before.size(), hours.size());
    QCOMPARE(shifted(hours, Comparison::None, paris).size(), 0);
    // The day with 25 hours, a week earlier: no bucket is lost, none goes backwards.
    const TimeGrid longDay = cut({local(10, 25, 0), local(10, 26, 0)}, {BucketUnit::Hour, 1}, paris);
    const TimeGrid week = shifted(longDay, Comparison::WeekBefore, paris);
    QCOMPARE(week.size(), 25);
    QCOMPARE(week.span(), (TimeSpan{local(10, 18, 0), local(10, 19, 0)}));
    for (qsizetype i = 0; i < week.size(); ++i)
        QVERIFY(week.edgesMs[i] <= week.edgesMs[i + 1]);
}

void TimeViewTest::choicesAreReadBack()
{
    QList<BoardChoice> choices(5);
    choices[1].view = TimeView::last(10'800'000);
    choices[1].comparison = Comparison::WeekBefore;
    choices[2].view = TimeView::fixed({kNow - kDayMs, kNow});
    choices[2].groupBy = u"page"_s;
    choices[3].filter = {{u"browser"_s, {{u"chrome"_s, QString()}, false}}, {u"eventType"_s, {{u"log"_s}, true}}};
    choices[4].view = TimeView::of(NamedRange::Quarter);
    choices[4].comparison = Comparison::PreviousPeriod;
    for (const BoardChoice &choice : std::as_const(choices)) {
        const QByteArray text = QJsonDocument(toJson(choice)).toJson();
        const Result<BoardChoice> read = choiceFromJson(QJsonDocument::fromJson(text).object());
        QVERIFY2(read.ok(), text.constData());
        QVERIFY2(*read == choice, text.constData());
    }
    QCOMPARE(QJsonDocument(toJson(choices[3])).toJson(QJsonDocument::Compact),
             R"({"filter":{"browser":{"only":["","chrome"]},"eventType":{"not":["log"]}},"view":"hour"})");
}

void TimeViewTest::typingErrorsAreTold_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("names");
    const auto row = [](const char *json, const QString &names) { QTest::newRow(json) << QByteArray(json) << names; };
    row(R"({"view":"fortnight"})", u"fortnight"_s);
    row(R"({"view":{"lastMs":5}})", u"lastMs"_s);
    row(R"({"view":{"lastMs":1e300}})", u"lastMs"_s);
    row(R"({"view":{"from":"2026-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"}})", u"after the first"_s);
    row(R"({"view":3})", u"view"_s);
    row(R"({"compare":"yesterday"})", u"previousPeriod"_s);
    row(R"({"brakeDown":"page"})", u"brakeDown"_s);
    row(R"({"filter":{"page":["home"]}})", u"page"_s);
    row(R"({"filter":{"page":{"only":[1]}}})", u"texts"_s);
    row(R"({"filter":{"page":{"only":["a"],"not":["b"]}}})", u"page"_s);
}

void TimeViewTest::typingErrorsAreTold()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, names);
    const Result<BoardChoice> read = choiceFromJson(QJsonDocument::fromJson(json).object());
    QVERIFY(!read.ok());
    QVERIFY2(read.failure().text.contains(names), qPrintable(read.failure().text));
}

QTEST_APPLESS_MAIN(TimeViewTest)
#include "tst_timeview.moc"
