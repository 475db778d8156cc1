#include "app/board/board.h"
#include "app/theme/theme.h"
#include "app/widgets/base/paint.h"
#include "app/widgets/base/picture.h"
#include "app/widgets/chart/filterbar.h"
#include "app/widgets/chart/hovercard.h"
#include "app/widgets/chart/legend.h"
#include "app/widgets/chart/rangebar.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/desk/emptypanel.h"
#include "app/widgets/dialogs/alertcenter.h"
#include "app/widgets/dialogs/alertdialog.h"
#include "app/widgets/dialogs/connectdialog.h"
#include "app/widgets/dialogs/spandialog.h"
#include "app/widgets/dialogs/zonedialog.h"
#include "app/widgets/lists/sharelist.h"
#include "app/widgets/lists/statcard.h"
#include "app/widgets/stream/eventpane.h"
#include "app/widgets/stream/streamcard.h"
#include "app/widgets/stream/streamview.h"
#include "core/cube/liveusers.h"
#include "core/ingest/eventparser.h"
#include "tests/app/fakefeed.h"

#include <QApplication>
#include <QClipboard>
#include <QDateTimeEdit>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScrollBar>
#include <QSettings>
#include <QSignalSpy>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeWidget>
#include <QWheelEvent>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {
constexpr qint64 kNow = 1'780'000'030'000;
} // namespace

class DeskTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void numbersReachTheCards();
    void usersReachTheirCard();
    void axisFitsWhatIsShown();
    void hoverShowsTheBucket();
    void aPartOfABarIsSaid();
    void narrowAndWideShowEverything_data();
    void narrowAndWideShowEverything();
    void segmentsChooseRanges();
    void draggingZoomsAndEscGoesBack();
    void wheelAndKeysZoomAndPan();
    void clicksFilter();
    void chipsSayWhatIsActive();
    void listsUseTheirRoom();
    void ownWordsAreNoNames();
    void breakdownByAnyDimension();
    void comparisonShowsTheChange();
    void spanDialogChecksTheOrder();
    void zoneDialogFindsZones();
    void streamShowsSearchesAndPauses();
    void streamKeepsItsPlace();
    void highlightsAreRules();
    void picturesAreWritten();
    void alertDialogEditsRules();
    void alertsAreShownAndKept();
    void emptyPanelTellsWhatToDo();
    void connectDialogChecksAddresses();
    void dataIsPlainText();
};

namespace {
struct Screen {
    ManualClock clock{kNow};
    Theme theme;
    Board board{clock};
    Desk desk{board, theme};
    FakeFeed feed;
    Screen()
    {
        theme.setMode(ThemeMode::Light);
        board.setFeed(&feed);
        desk.resize(1280, 690);
        static_cast<QWidget &>(desk).show();
    }
    void fill(quint32 count)
    {
        LiveCube cube({u"eventType"_s, u"page"_s, u"browser"_s});
        const QList<Cell> cells{{kNow / 1000 - 2, cube.intern({u"page_view"_s, u"home"_s, u"chrome"_s}), count},
                                {kNow / 1000 - 7'200, cube.intern({u"log"_s, QString(), u"edge"_s}), 5'000}};
        cube.add(cells);
        feed.live();
        feed.snapshot(cube, kNow, 12);
    }
};
} // namespace

void DeskTest::numbersReachTheCards()
{
    Screen screen;
    QCOMPARE(screen.desk.totalCard()->number(), QString()); // a placeholder, no invented zero
    screen.fill(1'234);
    QCOMPARE(screen.desk.totalCard()->label(), u"Events in the last hour"_s);
    QCOMPARE(screen.desk.totalCard()->number(), u"1,234"_s);
    QCOMPARE(screen.desk.totalCard()->context(), u"6,234 over all time"_s);
    QCOMPARE(screen.desk.minuteCard()->number(), u"1,234"_s);
    QCOMPARE(screen.desk.rateCard()->number(), u"247"_s);
    QCOMPARE(screen.desk.rejectedCard()->number(), u"12"_s);
    QCOMPARE(screen.desk.rejectedCard()->context(), u"over all time"_s); // the server tells no more
    wire::Snapshot snapshot;
    snapshot.project = kDefaultProject;
    snapshot.serverTimeMs = kNow;
    snapshot.totals = {6'234, 12};
    snapshot.cube = screen.board.cube().snapshot();
    snapshot.rejections = QList<RejectedCount>{{0, 6}, {kNow / 60'000 * 60'000, 6}};
    screen.feed.say(snapshot);
    QTRY_COMPARE(screen.desk.rejectedCard()->number(), u"6"_s);
    QCOMPARE(screen.desk.rejectedCard()->context(), u"rejection rate 0.5 %"_s); // of 1,240
    screen.board.setFilter({{u"page"_s, {{u"nowhere"_s}, false}}});
    QCOMPARE(screen.desk.rejectedCard()->context(), u"rejection rate 0.5 %"_s);
    screen.board.setFilter({});
    QVERIFY(screen.desk.totalCard()->accessibleDescription().contains(u"1,234"_s));
}

void DeskTest::usersReachTheirCard()
{
    Screen screen;
    screen.fill(90);
    StatCard *card = screen.desk.usersCard();
    QCOMPARE(card->label(), u"Unique users"_s);
    QCOMPARE(card->number(), u"–"_s); // an older server: no zero that nobody counted
    LiveUsers users;
    for (int i = 0; i < 40; ++i)
        users.add(kNow / 1000 - 60 - i, userHash(QString::number(i)));
    wire::Snapshot snapshot;
    snapshot.project = kDefaultProject;
    snapshot.serverTimeMs = kNow;
    snapshot.cube = LiveCube({u"eventType"_s}).snapshot();
    snapshot.users = users.snapshot();
    screen.feed.say(snapshot);
    QTRY_COMPARE(card->number(), u"40"_s);
    QCOMPARE(card->context(), u"counted exactly"_s);
    QVERIFY(card->toolTip().contains(u"exactly"_s));
}

void DeskTest::axisFitsWhatIsShown()
{
    Screen screen;
    screen.fill(90);
    QCOMPARE(screen.desk.chart()->axisTop(), 100.0); // not the total of all time
    screen.board.setRange(NamedRange::Day);
    QCOMPARE(screen.desk.chart()->axisTop(), 6'000.0);
}

void DeskTest::hoverShowsTheBucket()
{
    Screen screen;
    screen.fill(90);
    TimelineChart *chart = screen.desk.chart();
    auto *card = chart->findChild<HoverCard *>();
    QVERIFY(card);
    QVERIFY(card->isHidden());
    QTest::keyClick(chart, Qt::Key_End);
    QVERIFY(card->isVisible());
    QCOMPARE(card->total(), u"90"_s);
    QVERIFY(chart->rect().contains(card->geometry()));
    QTest::keyClick(chart, Qt::Key_Left);
    QCOMPARE(card->total(), u"0"_s);
    for (int key = 0; key < 80; ++key) {
        QTest::keyClick(chart, Qt::Key_Left);
        QVERIFY(chart->rect().contains(card->geometry()));
    }
    QTest::keyClick(chart, Qt::Key_Escape);
    QVERIFY(card->isHidden());
}

// The first bar of a week begins seven days ago, not with a whole step: that is seen, heard and said.
void DeskTest::aPartOfABarIsSaid()
{
    Screen screen;
    LiveCube cube({u"eventType"_s, u"page"_s, u"browser"_s});
    const SeriesIndex view = cube.intern({u"page_view"_s, u"home"_s, u"chrome"_s});
    for (int hour = 0; hour < 7 * 24; ++hour) {
        const Cell cell{kNow / 1000 - hour * 3'600, view, 100};
        cube.add({&cell, 1});
    }
    screen.feed.live();
    screen.feed.snapshot(cube, kNow, 0);
    screen.board.setRange(NamedRange::Week);
    TimelineChart *chart = screen.desk.chart();
    auto *card = chart->findChild<HoverCard *>();
    QTest::keyClick(chart, Qt::Key_Home);
    QVERIFY2(card->spoken(QAccessible::Name).contains(u"(partial)"_s), qPrintable(card->spoken(QAccessible::Name)));
    QTest::keyClick(chart, Qt::Key_Right);
    QVERIFY(!card->spoken(QAccessible::Name).contains(u"(partial)"_s));
    // A bucket that still runs is not compared with a whole one.
    screen.board.setComparison(Comparison::PreviousPeriod);
    QTest::keyClick(chart, Qt::Key_End);
    QVERIFY(!card->spoken(QAccessible::Name).contains(u'%'));
}

void DeskTest::narrowAndWideShowEverything_data()
{
    QTest::addColumn<QSize>("size");
    QTest::newRow("narrow") << QSize(1004, 900);
    QTest::newRow("laptop") << QSize(1280, 690);
    QTest::newRow("4K") << QSize(3840, 2000);
    QTest::newRow("portrait") << QSize(1080, 1800);
}

void DeskTest::narrowAndWideShowEverything()
{
    QFETCH(QSize, size);
    Screen screen;
    screen.fill(1'234'567'890);
    screen.desk.resize(size);
    QCoreApplication::processEvents();
    QVERIFY(screen.desk.minimumSizeHint().width() <= 1004);
    QList<QFrame *> frames = screen.desk.findChildren<QFrame *>(u"card"_s);
    frames.removeIf([](const QFrame *frame) { return frame->isHidden(); }); // panels that nobody has added
    QCOMPARE(frames.size(), 10);
    const auto placeOf = [&](const QFrame *frame) {
        return QRect(frame->mapTo(&screen.desk, QPoint(0, 0)), frame->size());
    };
    for (const QFrame *frame : std::as_const(frames)) {
        QVERIFY(frame->isVisible());
        QVERIFY2(screen.desk.rect().contains(placeOf(frame)), qPrintable(frame->accessibleName()));
        for (const QFrame *other : std::as_const(frames))
            QVERIFY(frame == other || !placeOf(frame).intersects(placeOf(other)));
    }
}

void DeskTest::segmentsChooseRanges()
{
    RangeBar bar;
    static_cast<QWidget &>(bar).show();
    bar.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&bar));
    bar.draw(TimeView::of(NamedRange::Hour));
    QSignalSpy chosen(&bar, &RangeBar::chosen);
    QTest::mouseClick(bar.findChildren<QToolButton *>(u"segment"_s).at(3), Qt::LeftButton);
    QCOMPARE(chosen.takeFirst().first().value<NamedRange>(), NamedRange::Week);
    QTest::mouseClick(bar.findChildren<QToolButton *>(u"segment"_s).at(2), Qt::LeftButton);
    QCOMPARE(chosen.takeFirst().first().value<NamedRange>(), NamedRange::Day);
    QSignalSpy custom(&bar, &RangeBar::customWanted);
    QTest::mouseClick(bar.findChildren<QToolButton *>(u"segment"_s).last(), Qt::LeftButton);
    QCOMPARE(custom.size(), 1);
    bar.draw(TimeView::last(7'200'000)); // no named range looks chosen
    QVERIFY(bar.findChildren<QToolButton *>(u"segment"_s).last()->isChecked());
}

void DeskTest::draggingZoomsAndEscGoesBack()
{
    Screen screen;
    screen.fill(90);
    TimelineChart *chart = screen.desk.chart();
    const TimeView hour = screen.board.choice().view;
    const QRectF plot = chart->plot();
    const auto at = [&](double part) { return QPoint(int(plot.left() + plot.width() * part), int(plot.center().y())); };
    QWidget *port = chart->viewport();
    QTest::mousePress(port, Qt::LeftButton, {}, at(0.25));
    QTest::mouseMove(port, at(0.3));
    QTest::mouseMove(port, at(0.5));
    QTest::mouseRelease(port, Qt::LeftButton, {}, at(0.5));
    const TimeView dragged = screen.board.choice().view;
    QCOMPARE(dragged.kind, TimeView::Kind::Fixed);
    QCOMPARE(dragged.span.fromMs % 60'000, 0); // whole buckets
    QVERIFY(std::abs(dragged.span.lengthMs() - 15 * 60'000) <= 60'000);
    QCOMPARE(screen.board.frame().grid.span(), dragged.span);
    // From right to left is as good.
    QTest::mousePress(port, Qt::LeftButton, {}, at(0.9));
    QTest::mouseMove(port, at(0.8));
    QTest::mouseRelease(port, Qt::LeftButton, {}, at(0.6));
    QVERIFY(screen.board.choice().view.span.lengthMs() < dragged.span.lengthMs());
    QTest::keyClick(chart, Qt::Key_Escape);
    QCOMPARE(screen.board.choice().view, dragged);
    QTest::keyClick(chart, Qt::Key_Escape);
    QCOMPARE(screen.board.choice().view, hour);
    screen.board.goForward();
    QCOMPARE(screen.board.choice().view, dragged);
    QTest::mouseDClick(port, Qt::LeftButton, {}, at(0.1));
    QCOMPARE(screen.board.choice().view, hour);
    // Esc in the middle of a drag ends the drag only.
    QTest::mousePress(port, Qt::LeftButton, {}, at(0.25));
    QTest::mouseMove(port, at(0.5));
    QTest::keyClick(chart, Qt::Key_Escape);
    QTest::mouseRelease(port, Qt::LeftButton, {}, at(0.5));
    QCOMPARE(screen.board.choice().view, hour);
}

void DeskTest::wheelAndKeysZoomAndPan()
{
    Screen screen;
    screen.fill(90);
    TimelineChart *chart = screen.desk.chart();
    const QPointF middle(chart->plot().center());
    const auto wheel = [&](QPoint angle, Qt::KeyboardModifiers keys) {
        QWheelEvent event(middle, chart->viewport()->mapToGlobal(middle), {}, angle, Qt::NoButton, keys,
                          Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(chart->viewport(), &event);
    };
    const qint64 hour = screen.board.frame().grid.span().lengthMs();
    wheel({0, 120}, Qt::NoModifier);
    const TimeSpan closer = screen.board.frame().grid.span();
    QVERIFY(closer.lengthMs() < hour);
    QVERIFY(!screen.board.choice().view.isLive());
    wheel({0, 120}, Qt::ShiftModifier);
    QVERIFY(screen.board.frame().grid.span().fromMs < closer.fromMs);
    wheel({0, -120}, Qt::ShiftModifier);
    QCOMPARE(screen.board.frame().grid.span(), closer);
    screen.board.goBack(); // what the wheel did was one step
    QCOMPARE(screen.board.choice().view, TimeView::of(NamedRange::Hour));

    QTest::keyClick(chart, Qt::Key_Plus);
    QVERIFY(screen.board.choice().view.isLive()); // zooms where now is
    QVERIFY(screen.board.frame().grid.span().lengthMs() < hour);
    QTest::keyClick(chart, Qt::Key_Left, Qt::ShiftModifier);
    QVERIFY(!screen.board.choice().view.isLive());
    screen.board.goLive();
    QVERIFY(screen.board.choice().view.isLive());
    QTest::keyClick(chart, Qt::Key_Minus);
    QTest::keyClick(chart, Qt::Key_End);
    QTest::keyClick(chart, Qt::Key_Return); // into the bucket
    QCOMPARE(screen.board.choice().view.span.lengthMs(), 60'000);
}

void DeskTest::clicksFilter()
{
    Screen screen;
    screen.fill(90);
    screen.board.setRange(NamedRange::Day);
    QCOMPARE(screen.board.frame().main.total, 5'090);
    const auto filter = [&] { return screen.board.choice().filter; };
    const auto click = [&](QWidget *widget, QPointF at, Qt::KeyboardModifiers keys = {}) {
        QTest::mouseClick(widget, Qt::LeftButton, keys, at.toPoint());
    };
    // A row of a list: only this, and all again.
    click(screen.desk.topList(), {30, 60});
    QCOMPARE(filter(), (QMap<QString, ValueFilter>{{u"eventType"_s, {{u"page_view"_s}, false}}}));
    QCOMPARE(screen.board.frame().main.total, 90);
    QCOMPARE(screen.board.frame().breakdowns[0].groups.size(), 2); // the list goes on offering the other one
    QCOMPARE(screen.desk.totalCard()->context(), u"of 5,090 over all time"_s);
    click(screen.desk.topList(), {30, 10}, Qt::ControlModifier);
    QCOMPARE(screen.board.frame().main.total, 5'090);
    screen.board.setFilter({});
    // A name in the legend, with Shift: all but this.
    const QRectF entry = screen.desk.legend()->entryRect(0);
    click(screen.desk.legend(), entry.center(), Qt::ShiftModifier);
    QCOMPARE(filter(), (QMap<QString, ValueFilter>{{u"eventType"_s, {{u"log"_s}, true}}}));
    QCOMPARE(screen.board.frame().main.total, 90);
    screen.board.setFilter({});
    // A value that is missing is a value.
    QTest::keyClick(screen.desk.breakdownList(0), Qt::Key_Down);
    QTest::keyClick(screen.desk.breakdownList(0), Qt::Key_Return);
    QCOMPARE(filter(), (QMap<QString, ValueFilter>{{u"page"_s, {{QString()}, false}}}));
    QTest::keyClick(screen.desk.breakdownList(0), Qt::Key_Return);
    QVERIFY(filter().isEmpty());
    // A part of a bar; a double click on it goes back and leaves the filter alone.
    TimelineChart *chart = screen.desk.chart();
    QSignalSpy clicked(chart, &TimelineChart::groupClicked);
    const QRectF plot = chart->plot();
    for (double x = plot.right(); clicked.isEmpty() && x > plot.left(); x -= 2)
        click(chart->viewport(), {x, plot.bottom() - 2});
    QCOMPARE(clicked.size(), 1);
    QCOMPARE(filter(), (QMap<QString, ValueFilter>{{u"eventType"_s, {{u"page_view"_s}, false}}}));
    Q_EMIT chart->doubleClicked();
    QVERIFY(filter().isEmpty());
    QCOMPARE(screen.board.choice().view, TimeView::of(NamedRange::Hour));
}

// The top list has as many rows as fit and says how many names are left; the others scroll, row by row.
void DeskTest::listsUseTheirRoom()
{
    Theme theme;
    QList<CubeGroup> groups;
    for (int i = 0; i < 20; ++i)
        groups.append({u"p%1"_s.arg(i), false, 100 - i, {}});
    groups.append({QString::fromUtf16(kOther), true, 10, {}, 14});
    const auto rows = [](const ShareList &list) { return list.spoken(QAccessible::Description).split(u"; "_s); };

    ShareList top(ShareList::Kind::Lines, theme);
    top.show();
    top.resize(300, 21 * 58);
    top.draw(groups, 1'820);
    QCOMPARE(rows(top).size(), 21);
    QCOMPARE(rows(top).last(), u"(other) · 14: 10 events, 0.5 %"_s);
    top.resize(300, 6 * 46);
    QCOMPARE(rows(top).size(), 6);
    QCOMPARE(rows(top).first(), u"p0: 100 events, 5.5 %"_s);
    QCOMPARE(rows(top).last(), u"(other) · 29: 1,330 events, 73.1 %"_s); // nothing is left out of the sum
    QTest::keyClick(&top, Qt::Key_End);
    QSignalSpy clicked(&top, &ShareList::clicked);
    QTest::keyClick(&top, Qt::Key_Return);
    QCOMPARE(clicked.size(), 0); // the remainder is no value
    top.draw(groups.first(20), 1'810);
    QCOMPARE(rows(top).last(), u"(other) · 15: 1,320 events, 72.9 %"_s); // also where all are known one by one

    ShareList list(ShareList::Kind::Rows, theme);
    list.show();
    list.resize(300, 5 * 32 + 20); // no part of a sixth row
    list.draw(groups, 1'820);
    QCOMPARE(rows(list).size(), 21);
    QVERIFY(!list.rowRect(4).isEmpty() && list.rowRect(5).isEmpty());
    const auto wheel = [&](int notches) {
        QWheelEvent event(QPointF(50, 50), list.mapToGlobal(QPointF(50, 50)), {}, QPoint(0, notches * 120),
                          Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(&list, &event);
    };
    wheel(-1);
    QCOMPARE(list.firstRow(), 3);
    QCOMPARE(list.rowRect(3).top(), 0.0);
    QSignalSpy row(&list, &ShareList::clicked);
    QTest::mouseClick(&list, Qt::LeftButton, {}, QPoint(30, 10));
    QCOMPARE(row.first().first().toString(), u"p3"_s); // what one sees is what one clicks
    wheel(-100);
    QCOMPARE(list.firstRow(), 16);
    wheel(100);
    QCOMPARE(list.firstRow(), 0);
    QTest::keyClick(&list, Qt::Key_End);
    QCOMPARE(list.firstRow(), 16);
    QTest::keyClick(&list, Qt::Key_PageUp);
    QTest::keyClick(&list, Qt::Key_Return);
    QCOMPARE(row.last().first().toString(), u"p15"_s);
    QCOMPARE(list.firstRow(), 15);
    list.draw(groups.first(3), 297); // fewer rows: no gap at the end
    QCOMPARE(list.firstRow(), 0);
    // What was chosen stays a row of its own, however little room there is and however rare it is.
    groups.insert(20, {u"never"_s, false, 0, {}});
    top.resize(300, 180);
    top.draw(groups, 1'820, {{u"p17"_s, u"never"_s}, false});
    QCOMPARE(rows(top).size(), 5);
    QCOMPARE(rows(top)[2], u"p17: 83 events, 4.6 %"_s);
    QCOMPARE(rows(top)[3], u"never: 0 events, 0.0 %"_s);
    QCOMPARE(rows(top).last(), u"(other) · 31: 1,538 events, 84.5 %"_s);
}

// What senders call like our own words is told from them.
void DeskTest::ownWordsAreNoNames()
{
    QCOMPARE(shownName(QString()), u"(none)"_s);
    QCOMPARE(shownName(QString::fromUtf16(kOther)), u"(other)"_s);
    QCOMPARE(shownName(u"(none)"_s), u"\"(none)\""_s);
    QCOMPARE(shownName(countedValue(u"(other)"_s)), u"\"(other)\""_s);
    QCOMPARE(shownName(u"none"_s), u"none"_s);
}

void DeskTest::chipsSayWhatIsActive()
{
    Screen screen;
    FilterBar bar(screen.board);
    screen.fill(90);
    QVERIFY(bar.chips().isEmpty());
    screen.board.setFilter({{u"page"_s, {{u"home"_s, QString()}, false}}, {u"eventType"_s, {{u"log"_s}, true}}});
    QCOMPARE(bar.chips(), (QStringList{u"type ≠ log"_s, u"page: (none), home"_s}));
    for (QToolButton *button : bar.findChildren<QToolButton *>(u"chip"_s))
        if (button->accessibleName().startsWith(u"page"_s))
            button->click();
    QCOMPARE(bar.chips(), QStringList{u"type ≠ log"_s});
    QCOMPARE(screen.board.choice().filter.size(), 1);
    QVERIFY(bar.span().contains(u"now"_s));
    screen.board.showSpan({kNow - 7'200'000, kNow - 3'600'000});
    QVERIFY(!bar.span().contains(u"now"_s));
    // Markup in data stays text.
    screen.board.setFilter({{u"page"_s, {{u"<b>a&b</b>\n"_s}, false}}});
    QCOMPARE(bar.chips(), QStringList{u"page: <b>a&b</b>\u240A"_s});
}

void DeskTest::breakdownByAnyDimension()
{
    Screen screen;
    screen.fill(90);
    screen.board.setRange(NamedRange::Day);
    screen.board.setGroupBy(u"browser"_s);
    QCOMPARE(screen.board.frame().main.groups[0].name, u"edge"_s);
    QCOMPARE(screen.desk.topList()->accessibleName(), u"Top values of browser"_s);
    QTest::mouseClick(screen.desk.topList(), Qt::LeftButton, {}, QPoint(30, 10));
    QCOMPARE(screen.board.choice().filter.value(u"browser"_s).values, QSet<QString>{u"edge"_s});
    screen.board.setGroupBy(u"no such key"_s); // of another server, perhaps
    QCOMPARE(screen.desk.topList()->accessibleName(), u"Top event types"_s);
}

void DeskTest::comparisonShowsTheChange()
{
    Screen screen;
    LiveCube cube({u"eventType"_s, u"page"_s, u"browser"_s});
    const SeriesIndex view = cube.intern({u"page_view"_s, u"home"_s, u"chrome"_s});
    const QList<Cell> cells{
        {kNow / 1000 - 60, view, 150}, {kNow / 1000 - 3'660, view, 100}, {kNow / 1000 - 3'595, view, 7}};
    cube.add(cells);
    screen.feed.live();
    screen.feed.snapshot(cube, kNow, 0);
    screen.board.setComparison(Comparison::PreviousPeriod);
    const BoardFrame &frame = screen.board.frame();
    QVERIFY(frame.earlier.has_value());
    QCOMPARE(frame.earlier->perBucket.size(), frame.grid.size());
    QCOMPARE(frame.earlier->total, 100); // no more than as far into its hour as this one is
    QCOMPARE(screen.desk.totalCard()->change(), u"+50.0 %"_s);
    QCOMPARE(screen.desk.totalCard()->context(), u"vs. previous hour"_s);
    screen.board.setComparison(Comparison::WeekBefore);
    QCOMPARE(screen.desk.totalCard()->change(), QString());
    QCOMPARE(screen.desk.totalCard()->context(), u"none in the week before"_s);
}

void DeskTest::spanDialogChecksTheOrder()
{
    const QTimeZone zone("Asia/Kolkata");
    const TimeSpan hour{kNow - 3'600'000, kNow};
    {
        SpanDialog dialog(TimeView::last(10'800'000), hour, zone);
        QCOMPARE(dialog.view(), TimeView::last(10'800'000));
        dialog.findChild<QSpinBox *>()->setValue(5);
        QCOMPARE(dialog.view(), TimeView::last(5 * 3'600'000));
    }
    SpanDialog dialog(TimeView::fixed(hour), hour, zone);
    dialog.show();
    QSignalSpy accepted(&dialog, &QDialog::accepted);
    QCOMPARE(dialog.view().span.lengthMs(), 3'600'000);
    QCOMPARE(dialog.view().span.fromMs, hour.fromMs / 1000 * 1000);
    const QList<QDateTimeEdit *> edits = dialog.findChildren<QDateTimeEdit *>();
    QCOMPARE(edits.size(), 2);
    const QDateTime to = edits[1]->dateTime();
    edits[1]->setDateTime(edits[0]->dateTime().addSecs(-60));
    const auto show = [&] {
        for (QPushButton *button : dialog.findChildren<QPushButton *>())
            if (button->objectName() == u"primary"_s)
                button->click();
    };
    show();
    QCOMPARE(accepted.size(), 0);
    edits[1]->setDateTime(to);
    show();
    QCOMPARE(accepted.size(), 1);
}

void DeskTest::zoneDialogFindsZones()
{
    ZoneDialog dialog(QTimeZone("Europe/Paris"), kNow);
    dialog.show();
    QCOMPARE(dialog.zone().id(), "Europe/Paris");
    auto *search = dialog.findChild<QLineEdit *>();
    search->setText(u"new york"_s);
    QCOMPARE(dialog.zone().id(), "America/New_York");
    search->setText(u"utc+5:30 kolk"_s);
    QCOMPARE(dialog.zone().id(), "Asia/Kolkata");
    search->setText(u"nowhere at all"_s);
    QCOMPARE(dialog.zone().id(), "Europe/Paris"); // as it was
    search->setText(u"europe/"_s);
    const QByteArray first = dialog.zone().id();
    QTest::keyClick(search, Qt::Key_Down);
    QVERIFY(dialog.zone().id() != first);
}

void DeskTest::streamShowsSearchesAndPauses()
{
    Screen screen;
    screen.fill(90);
    StreamCard *card = screen.desk.stream();
    wire::Tail tail;
    for (int i = 0; i < 300; ++i)
        tail.events.append({QString::number(i), i % 3 == 0 ? u"log"_s : u"page_view"_s, u"u%1"_s.arg(i), kNow, kNow + i,
                            R"({"page":"home","deep":{"a":[1,{"b":null}]}})"});
    screen.feed.say(tail);
    QVERIFY(card->note().startsWith(u"300 events"_s));
    card->filterLine()->setText(u"type=log"_s);
    QVERIFY(card->note().startsWith(u"100 of 300"_s));
    QTest::keyClick(card->filterLine(), Qt::Key_Escape);
    QCOMPARE(card->filterLine()->text(), QString());

    card->pauseButton()->click();
    screen.feed.say(tail);
    QVERIFY2(card->pauseButton()->text().contains(u"300"_s), qPrintable(card->pauseButton()->text()));
    QVERIFY(card->note().startsWith(u"300 events"_s));
    card->pauseButton()->click();
    QVERIFY(card->note().startsWith(u"600 events"_s));

    // A click on a row opens the event; what is looked at stays while others come.
    StreamView *view = card->view();
    EventPane *pane = screen.desk.eventPane();
    QVERIFY(pane->isHidden());
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, QPoint(100, 26 + 5));
    QVERIFY(pane->isVisible());
    QCOMPARE(pane->event().eventId, u"299"_s);
    QVERIFY(screen.desk.rect().contains(pane->geometry()));
    QTest::keyClick(view, Qt::Key_Down);
    QCOMPARE(pane->event().eventId, u"298"_s);
    const std::optional<quint64> selected = view->selected();
    screen.feed.say(tail);
    QCOMPARE(view->selected(), selected);
    QCOMPARE(pane->event().eventId, u"298"_s);
    QTest::keyClick(view, Qt::Key_C, Qt::ControlModifier);
    QVERIFY(QApplication::clipboard()->text().contains(u"\"eventId\": \"298\""_s));
    QVERIFY(pane->tree()->topLevelItemCount() >= 7); // five fields and two keys
    QSignalSpy wanted(pane, &EventPane::filterWanted);
    Q_EMIT pane->tree()->itemActivated(pane->tree()->topLevelItem(1), 1);
    QCOMPARE(wanted.first().first().toString(), u"user=u298"_s);
    QCOMPARE(card->filterLine()->text(), u"user=u298"_s);
    QVERIFY(card->note().startsWith(u"3 of 900"_s));
    QTest::keyClick(pane, Qt::Key_Escape);
    QVERIFY(pane->isHidden());
}

void DeskTest::streamKeepsItsPlace()
{
    Screen screen;
    screen.fill(90);
    StreamView *view = screen.desk.stream()->view();
    const auto say = [&](int count) {
        wire::Tail tail;
        for (int i = 0; i < count; ++i)
            tail.events.append({QString(), u"log"_s, u"u"_s, kNow, kNow, {}});
        screen.feed.say(tail);
    };
    say(200);
    QScrollBar *bar = view->verticalScrollBar();
    QCOMPARE(bar->value(), 0);
    say(10);
    QCOMPARE(bar->value(), 0); // follows
    bar->setValue(50);
    say(10);
    QCOMPARE(bar->value(), 60);
    view->setNewestFirst(false);
    QCOMPARE(bar->value(), bar->maximum());
    say(10);
    QCOMPARE(bar->value(), bar->maximum());
    bar->setValue(50);
    say(10);
    QCOMPARE(bar->value(), 50);
    // More than is kept: what is looked at stays as long as it is there.
    say(int(EventStream::kMostEvents) - 240 + 30);
    QCOMPARE(bar->value(), 20);
}

void DeskTest::highlightsAreRules()
{
    Screen screen;
    StreamCard *card = screen.desk.stream();
    card->setHighlights({u"type:log"_s, u"type:log"_s, u"  "_s, u"a"_s, u"b"_s, u"c"_s, u"d"_s});
    QCOMPARE(card->highlights(), (QStringList{u"type:log"_s, u"a"_s, u"b"_s, u"c"_s}));
}

void DeskTest::picturesAreWritten()
{
    Screen screen;
    screen.fill(90);
    const QTemporaryDir dir;
    const auto bytes = [](const QString &path) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    const Caption caption{u"Project"_s, {u"today"_s}, u"just now"_s};
    const Sheet sheet(&screen.desk, caption, screen.theme);
    QVERIFY(picture::savePng(sheet, dir.filePath(u"a.png"_s)).ok());
    const QImage image(dir.filePath(u"a.png"_s));
    QCOMPARE(image.size(), sheet.size() * 2);
    // Something of the bars is in it.
    const QColor bars = screen.theme.tokens().series[std::size_t(screen.board.colors().slot(u"page_view"_s))];
    int colored = 0;
    for (int x = 0; x < image.width(); x += 3)
        for (int y = 0; y < image.height(); y += 3)
            colored += image.pixelColor(x, y) == bars;
    QVERIFY2(colored > 20, qPrintable(QString::number(colored)));
    QVERIFY(picture::saveSvg(sheet, dir.filePath(u"a.svg"_s)).ok());
    const QByteArray svg = bytes(dir.filePath(u"a.svg"_s));
    QVERIFY(svg.contains("<svg") && svg.contains("</svg>") && svg.contains("page_view"));
    const Result<void> nowhere = picture::savePng(sheet, dir.filePath(u"no/such/folder.png"_s));
    QVERIFY(!nowhere.ok());
    QVERIFY(nowhere.failure().text.contains(u"folder.png"_s));
}

void DeskTest::alertDialogEditsRules()
{
    AlertRule quiet;
    quiet.name = u"Quiet"_s;
    quiet.kind = u"quiet"_s;
    const QMap<QString, ValueFilter> filter{{u"page"_s, {{u"cart"_s}, false}}};
    AlertDialog dialog({quiet}, {{kNow, u"Quiet"_s, u"no event for 5 minutes"_s, false}}, filter, QTimeZone::utc());
    static_cast<QDialog &>(dialog).open();
    const auto press = [&](const QString &text) {
        for (QPushButton *button : dialog.findChildren<QPushButton *>())
            if (button->text().remove(u'&') == text)
                button->click();
    };
    press(u"Add"_s);
    QCOMPARE(dialog.rules().size(), 2);
    QCOMPARE(dialog.rules()[1].filter, filter); // what one looks at is what one means
    dialog.findChild<QLineEdit *>()->setText(u"Quiet"_s);
    Q_EMIT dialog.findChild<QLineEdit *>()->textEdited(u"Quiet"_s);
    dialog.findChild<QDoubleSpinBox *>()->setValue(250);
    dialog.findChildren<QListWidget *>().first()->item(0)->setCheckState(Qt::Unchecked);
    press(u"All events"_s);
    press(u"Save"_s);
    QCOMPARE(dialog.result(), int(QDialog::Accepted));
    QCOMPARE(dialog.rules()[0].isOn, false);
    QCOMPARE(dialog.rules()[1].name, u"Quiet 2"_s); // each has a name of its own
    QCOMPARE(dialog.rules()[1].threshold, 250.0);
    QVERIFY(dialog.rules()[1].filter.isEmpty());
    AlertDialog again(dialog.rules(), {}, {}, QTimeZone::utc());
    for (int i = 0; i < 3; ++i)
        for (QPushButton *button : again.findChildren<QPushButton *>())
            if (button->text() == u"&Remove"_s)
                button->click();
    QVERIFY(again.rules().isEmpty());
}

void DeskTest::alertsAreShownAndKept()
{
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(u"entvas-test"_s);
    QSettings().clear();
    Screen screen;
    AlertRule above;
    above.name = u"Many"_s;
    above.threshold = 10;
    {
        AlertCenter center(screen.board);
        center.setServer(u"local"_s);
        center.setRules({above});
        QVERIFY(center.headline().isEmpty());
        screen.fill(90);
        QTRY_COMPARE_WITH_TIMEOUT(center.headline(), u"Many"_s, 5'000);
        QVERIFY2(center.text().startsWith(u"90 events in 5 minutes, since "_s), qPrintable(center.text()));
        center.snoozeLasting();
        QVERIFY(center.headline().isEmpty());
        center.setServer(u"https://other.example"_s);
        QVERIFY(center.watch().rules().isEmpty());
    }
    AlertCenter again(screen.board);
    again.setServer(u"local"_s);
    QCOMPARE(again.watch().rules().size(), 1);
    QCOMPARE(again.watch().rules().first().name, u"Many"_s);
    // Without a connection nothing is known: no alert comes of silence.
    AlertRule quiet;
    quiet.name = u"Quiet"_s;
    quiet.kind = u"quiet"_s;
    again.setRules({quiet});
    screen.feed.lose(u"cut"_s);
    screen.clock.advance(3'600'000);
    QTest::qWait(1'300);
    QVERIFY(again.headline().isEmpty());
    QSettings().clear();
}

void DeskTest::emptyPanelTellsWhatToDo()
{
    EmptyPanel panel;
    panel.setWebhook(QUrl(u"http://127.0.0.1:8123/webhook"_s), u"some-key"_s);
    QVERIFY(panel.curlLine().contains(u"http://127.0.0.1:8123/webhook"_s));
    QVERIFY(panel.curlLine().contains(u"X-API-Key: some-key"_s));
    QSignalSpy wanted(&panel, &EmptyPanel::sampleTrafficWanted);
    for (QPushButton *button : panel.findChildren<QPushButton *>())
        button->click();
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(QApplication::clipboard()->text(), panel.curlLine());
}

void DeskTest::connectDialogChecksAddresses()
{
    ConnectDialog dialog({QUrl(u"https://a.example"_s)}, [](const QString &text, QUrl *url) {
        *url = QUrl(text);
        return text.startsWith(u"https"_s) ? QString() : u"Not an address."_s;
    });
    dialog.show();
    QSignalSpy accepted(&dialog, &QDialog::accepted);
    auto *address = dialog.findChild<QLineEdit *>();
    address->setText(u"nonsense"_s);
    QTest::keyClick(address, Qt::Key_Return);
    QCOMPARE(accepted.size(), 0);
    address->setText(u" https://b.example "_s);
    QTest::keyClick(address, Qt::Key_Return);
    QCOMPARE(accepted.size(), 1);
    QCOMPARE(dialog.server(), QUrl(u"https://b.example"_s));
}

void DeskTest::dataIsPlainText()
{
    QCOMPARE(paint::oneLine(u"a\nb\t\u202E\u0007\u007F"_s), u"a\u240Ab\u2409\uFFFD\u2407\u2421"_s);
    // Line ends are not only those of ASCII.
    QCOMPARE(paint::oneLine(u"a\u2028b\u2029c\u0085d"_s), u"a\u2424b\u2424c\u2424d"_s);
    // As it is written: joiners of Persian and of a family, a soft hyphen, marks of direction.
    for (const QString &text :
         {u"\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645"_s, u"\U0001F468\u200D\U0001F469\u200D\U0001F467"_s,
          u"Silben\u00ADtrennung"_s, u"\u200F\u05D0\u200E a\u2060b\uFEFF"_s})
        QCOMPARE(paint::oneLine(text), text);
    // Nothing else is drawn, either: the joined family is no wider than one of its members.
    const QFontMetricsF metrics{QFont()};
    QCOMPARE(metrics.horizontalAdvance(paint::oneLine(u"Silben\u00ADtrennung"_s)),
             metrics.horizontalAdvance(u"Silbentrennung"_s));
}

QTEST_MAIN(DeskTest)
#include "tst_desk.moc"
