// The desk's panels as somebody moves them: by mouse, by keys, by layouts that are read.
#include "app/board/board.h"
#include "app/board/layout/layouttext.h"
#include "app/theme/theme.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/desk/docking.h"
#include "app/widgets/dock/panel.h"
#include "app/widgets/dock/panelarea.h"
#include "app/widgets/lists/numberspanel.h"
#include "app/widgets/lists/sharelist.h"
#include "app/widgets/lists/statcard.h"
#include "app/widgets/stream/eventpane.h"
#include "app/widgets/stream/streamcard.h"
#include "app/widgets/stream/streamview.h"
#include "tests/app/fakefeed.h"

#include <QAction>
#include <QApplication>
#include <QJsonDocument>
#include <QLineEdit>
#include <QMenu>
#include <QRandomGenerator>
#include <QScrollArea>
#include <QSignalSpy>
#include <QTabBar>
#include <QTest>
#include <QToolButton>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNow = 1'780'000'030'000;

LayoutNode read(const char *json)
{
    const Result<LayoutNode> layout = layoutFromJson(QJsonDocument::fromJson(json).object());
    if (!layout)
        qFatal("%s", qPrintable(layout.failure().text));
    return *layout;
}

// The desk as it is in the window: what is too high is scrolled.
struct Screen : QScrollArea {
    ManualClock clock{kNow};
    Theme theme;
    Board board{clock};
    Desk *desk;
    FakeFeed feed;

    explicit Screen(const QSize &size = {1280, 690})
    {
        theme.setMode(ThemeMode::Light);
        desk = new Desk(board, theme);
        setWidgetResizable(true);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setFrameShape(QFrame::NoFrame);
        setWidget(desk);
        board.setFeed(&feed);
        resize(size);
        show();
        fill(90);
        settle();
    }
    void fill(quint32 count)
    {
        LiveCube cube({u"eventType"_s, u"page"_s, u"browser"_s, u"country"_s});
        cube.add(QList<Cell>{{kNow / 1000 - 2, cube.intern({u"page_view"_s, u"home"_s, u"chrome"_s, u"fr"_s}), count},
                             {kNow / 1000 - 7'200, cube.intern({u"log"_s, QString(), u"edge"_s, u"de"_s}), 5'000}});
        feed.live();
        feed.snapshot(cube, kNow, 12);
    }
    void activate()
    {
        activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(this));
        desk->chart()->setFocus();
    }
    static void settle()
    {
        for (int i = 0; i < 10; ++i)
            QCoreApplication::processEvents();
    }
    Docking *docking() const { return desk->docking(); }
    entvas::Panel *panel(const QString &id) const { return desk->area()->panel(id); }
    QRect rect(const QString &id) const { return panel(id)->geometry(); }
    QStringList order() const { return panelsOf(docking()->layout()); }
    // Takes a panel by its head and holds it over a point of the desk.
    void hold(const QString &id, const QPoint &over) const
    {
        const QPoint head(rect(id).width() / 2, 14);
        QTest::mousePress(panel(id), Qt::LeftButton, {}, head);
        QTest::mouseMove(panel(id), head + QPoint(3, 2)); // less than a drag
        QVERIFY(!desk->area()->isDragging());
        QTest::mouseMove(panel(id), head + QPoint(30, 2));
        QVERIFY(desk->area()->isDragging());
        QTest::mouseMove(panel(id), panel(id)->mapFrom(desk, over));
    }
    void letGo(const QString &id, const QPoint &over) const
    {
        QTest::mouseRelease(panel(id), Qt::LeftButton, {}, panel(id)->mapFrom(desk, over));
        QVERIFY(!desk->area()->isDragging());
    }
};

// Left quarter, middle, … of a rectangle.
QPoint at(const QRect &rect, double x, double y)
{
    return {rect.left() + int(rect.width() * x), rect.top() + int(rect.height() * y)};
}

} // namespace

class PanelsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void automaticUntilSomebodyChangesIt();
    void cardsKeepTheirGaps();
    void draggedByTheHead();
    void previewIsThePlace();
    void escEndsADrag();
    void tabsAreDraggedOut();
    void draggedToTheEdge();
    void bordersAreOneStep();
    void panelsKeepTheirLeast();
    void keysMoveAndResize();
    void keysGoFromPanelToPanel();
    void closedAndShownAgain();
    void rejectedOnes();
    void openingAPanelFreezesNothing();
    void theLastPanelStays();
    void tabsShowOne();
    void whatIsNotSeenIsNotDrawn();
    void maximised();
    void layoutsAreRead();
    void cardsCanBeHidden();
    void menusOfferWhatCanBeDone();
    void streamMenuHasThePanelToo();
    void shortcutsFindClosedPanels();
    void paneLeavesTheStream_data();
    void paneLeavesTheStream();
    void smallestWindow();
    void plansNeverOverlap();
};

void PanelsTest::automaticUntilSomebodyChangesIt()
{
    Screen screen;
    QSignalSpy changed(screen.docking(), &Docking::layoutChanged);
    QVERIFY(screen.docking()->isAutomatic() && !screen.docking()->own());
    QCOMPARE(screen.docking()->layout(), defaultLayout(true));
    QCOMPARE(screen.rect(u"top"_s).top(), screen.rect(u"chart"_s).top());
    screen.resize(1100, 690);
    screen.settle();
    QCOMPARE(screen.docking()->layout(), defaultLayout(false));
    QVERIFY(screen.rect(u"top"_s).top() > screen.rect(u"chart"_s).bottom()); // the right column goes under
    screen.resize(1280, 690);
    screen.settle();
    QCOMPARE(changed.size(), 0); // nobody did that

    screen.docking()->movePanel(u"top"_s, Side::Left);
    QCOMPARE(changed.size(), 1);
    const LayoutNode mine = screen.docking()->layout();
    QVERIFY(!screen.docking()->isAutomatic());
    screen.resize(1100, 690);
    screen.settle();
    QCOMPARE(screen.docking()->layout(), mine);
    QCOMPARE(screen.rect(u"top"_s).top(), screen.rect(u"chart"_s).top());
    screen.docking()->resetLayout();
    QVERIFY(screen.docking()->isAutomatic());
    QCOMPARE(screen.docking()->layout(), defaultLayout(false));
    screen.docking()->undo(); // that was a step too
    QCOMPARE(screen.docking()->layout(), mine);
    screen.docking()->undo();
    QVERIFY(screen.docking()->isAutomatic() && !screen.docking()->canUndo());
    screen.docking()->redo();
    QCOMPARE(screen.docking()->layout(), mine);
}

void PanelsTest::cardsKeepTheirGaps()
{
    const Screen screen;
    const QRect numbers = screen.rect(u"numbers"_s), chart = screen.rect(u"chart"_s), top = screen.rect(u"top"_s),
                first = screen.rect(u"breakdown1"_s), stream = screen.rect(u"stream"_s);
    QCOMPARE(numbers, QRect(20, 0, 1240, 96));
    QCOMPARE(chart.topLeft(), QPoint(20, 108));
    QCOMPARE(top.left() - chart.right() - 1, 12);
    QCOMPARE(top.right() + 1, 1260);
    QCOMPARE(first.top() - chart.bottom() - 1, 12);
    QCOMPARE(stream.bottom() + 1, screen.desk->height() - 16);
    // Eight of twelve columns, and three: edges line up as in a grid.
    QVERIFY(std::abs(chart.width() - ((1240 + 12) * 8 / 12 - 12)) <= 1);
    QCOMPARE(first.width(), (1240 + 12) * 3 / 12 - 12);
}

void PanelsTest::draggedByTheHead()
{
    Screen screen;
    const QPoint over = at(screen.rect(u"top"_s), 0.5, 0.9);
    screen.hold(u"breakdown1"_s, over);
    QVERIFY(screen.desk->area()->preview()->isVisible());
    screen.letGo(u"breakdown1"_s, over);
    QVERIFY(!screen.desk->area()->preview()->isVisible());
    QCOMPARE(screen.order(),
             (QStringList{u"numbers"_s, u"chart"_s, u"top"_s, u"breakdown1"_s, u"breakdown2"_s, u"stream"_s}));
    QCOMPARE(screen.rect(u"breakdown1"_s).left(), screen.rect(u"top"_s).left());
    QVERIFY(screen.rect(u"breakdown1"_s).top() > screen.rect(u"top"_s).bottom());
    QVERIFY(screen.docking()->canUndo());
    screen.docking()->undo();
    QVERIFY(screen.docking()->isAutomatic());
    // The middle of another one: as a tab.
    const QPoint middle = screen.rect(u"top"_s).center();
    screen.hold(u"breakdown1"_s, middle);
    screen.letGo(u"breakdown1"_s, middle);
    QVERIFY(screen.panel(u"breakdown1"_s)->isVisible());
    QVERIFY(screen.panel(u"top"_s)->isHidden());
    QCOMPARE(screen.panel(u"breakdown1"_s)->tabs()->count(), 2);
    // Over itself nothing happens.
    screen.docking()->undo();
    screen.hold(u"chart"_s, screen.rect(u"chart"_s).center());
    QVERIFY(screen.desk->area()->preview()->target().isEmpty());
    screen.letGo(u"chart"_s, screen.rect(u"chart"_s).center());
    QVERIFY(screen.docking()->isAutomatic());
}

void PanelsTest::previewIsThePlace()
{
    Screen screen;
    const QList<std::pair<QString, QPoint>> drags{{u"stream"_s, at(screen.rect(u"chart"_s), 0.1, 0.5)},
                                                  {u"top"_s, at(screen.rect(u"stream"_s), 0.5, 0.95)},
                                                  {u"chart"_s, at(screen.rect(u"numbers"_s), 0.3, 0.2)},
                                                  {u"numbers"_s, at(screen.rect(u"stream"_s), 0.5, 0.95)}};
    for (const auto &[id, over] : drags) {
        screen.hold(id, over);
        const QRect target = screen.desk->area()->preview()->target();
        QVERIFY2(!target.isEmpty(), qPrintable(id));
        screen.letGo(id, over);
        QCOMPARE(screen.rect(id), target);
        screen.docking()->undo();
        screen.settle();
    }
}

void PanelsTest::escEndsADrag()
{
    Screen screen;
    screen.activate();
    const QPoint over = at(screen.rect(u"top"_s), 0.5, 0.9);
    screen.hold(u"breakdown1"_s, over);
    QVERIFY(!screen.desk->area()->preview()->target().isEmpty());
    QTest::keyClick(screen.desk->chart(), Qt::Key_Escape);
    QVERIFY(!screen.desk->area()->isDragging());
    QVERIFY(!screen.desk->area()->preview()->isVisible());
    QVERIFY(!QGuiApplication::overrideCursor());
    QTest::mouseRelease(screen.panel(u"breakdown1"_s), Qt::LeftButton, {}, QPoint(5, 5));
    QVERIFY(screen.docking()->isAutomatic());
    // The next press is a press again.
    screen.hold(u"breakdown1"_s, over);
    screen.letGo(u"breakdown1"_s, over);
    QVERIFY(!screen.docking()->isAutomatic());
}

void PanelsTest::tabsAreDraggedOut()
{
    Screen screen;
    screen.docking()->setLayout(
        read(R"({"column":[{"panel":"numbers"},{"tabs":["chart","top"]},{"panel":"stream"}]})"));
    QTabBar *tabs = screen.panel(u"chart"_s)->tabs();
    const QPoint second = tabs->tabRect(1).center();
    const QPoint over = at(screen.rect(u"stream"_s), 0.95, 0.5);
    QTest::mousePress(tabs, Qt::LeftButton, {}, second);
    QTest::mouseMove(tabs, second + QPoint(30, 10));
    QVERIFY(screen.desk->area()->isDragging());
    QTest::mouseMove(tabs, tabs->mapFrom(screen.desk, over));
    QTest::mouseRelease(tabs, Qt::LeftButton, {}, tabs->mapFrom(screen.desk, over));
    QCOMPARE(
        screen.docking()->layout(),
        read(R"({"column":[{"panel":"numbers"},{"panel":"chart"},{"row":[{"panel":"stream"},{"panel":"top"}]}]})"));
    QVERIFY(tabs->isHidden());
}

void PanelsTest::draggedToTheEdge()
{
    Screen screen;
    const QPoint left(4, 300);
    screen.hold(u"breakdown2"_s, left);
    screen.letGo(u"breakdown2"_s, left);
    const QRect at = screen.rect(u"breakdown2"_s);
    QCOMPARE(at.left(), 20);
    QCOMPARE(at.height(), screen.desk->height() - 16);
}

void PanelsTest::bordersAreOneStep()
{
    Screen screen;
    PanelArea *area = screen.desk->area();
    const QRect chart = screen.rect(u"chart"_s), stream = screen.rect(u"stream"_s);
    const QPoint border(chart.right() + 6, chart.center().y());
    QTest::mouseMove(area, border);
    QCOMPARE(area->cursor().shape(), Qt::SplitHCursor);
    QTest::mousePress(area, Qt::LeftButton, {}, border);
    for (int dx = 10; dx <= 100; dx += 10)
        QTest::mouseMove(area, border - QPoint(dx, 0));
    QTest::mouseRelease(area, Qt::LeftButton, {}, border - QPoint(100, 0));
    QVERIFY2(std::abs(screen.rect(u"chart"_s).width() - (chart.width() - 100)) <= 1,
             qPrintable(QString::number(screen.rect(u"chart"_s).width())));
    QCOMPARE(screen.rect(u"stream"_s), stream); // another row
    screen.docking()->undo();
    QVERIFY(screen.docking()->isAutomatic());
    QCOMPARE(screen.rect(u"chart"_s), chart);
    // Down, and a double click makes both alike.
    const QPoint below(stream.center().x(), stream.top() - 6);
    QTest::mousePress(area, Qt::LeftButton, {}, below);
    QTest::mouseMove(area, below - QPoint(0, 30));
    QTest::mouseRelease(area, Qt::LeftButton, {}, below - QPoint(0, 30));
    QVERIFY(std::abs(screen.rect(u"stream"_s).top() - (stream.top() - 30)) <= 1);
    const QRect now = screen.rect(u"stream"_s);
    QTest::mouseDClick(area, Qt::LeftButton, {}, {now.center().x(), now.top() - 6});
    QVERIFY(std::abs(screen.rect(u"stream"_s).height() - screen.rect(u"chart"_s).height()) <= 1);
}

void PanelsTest::panelsKeepTheirLeast()
{
    Screen screen;
    PanelArea *area = screen.desk->area();
    const QRect chart = screen.rect(u"chart"_s);
    const QPoint border(chart.right() + 6, chart.center().y());
    QTest::mousePress(area, Qt::LeftButton, {}, border);
    QTest::mouseMove(area, QPoint(-500, border.y()));
    QTest::mouseRelease(area, Qt::LeftButton, {}, QPoint(-500, border.y()));
    QVERIFY(screen.rect(u"chart"_s).width() >= screen.panel(u"chart"_s)->needs(0).least.width());
    QVERIFY(screen.rect(u"chart"_s).width() < 360);
    for (int i = 0; i < 60; ++i)
        screen.docking()->resizePanel(u"stream"_s, Qt::Horizontal, true);
    for (const QString &id : {u"breakdown1"_s, u"breakdown2"_s})
        QVERIFY(screen.rect(id).width() >= screen.panel(id)->needs(0).least.width());
}

void PanelsTest::keysMoveAndResize()
{
    Screen screen({1280, 900});
    screen.activate();
    const auto press = [&](Qt::Key key, Qt::KeyboardModifiers with) {
        QTest::keyClick(QApplication::focusWidget(), key, with);
    };
    QCOMPARE(screen.docking()->current(), u"chart"_s);
    press(Qt::Key_Right, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(screen.rect(u"chart"_s).left() > screen.rect(u"top"_s).right());
    QVERIFY(screen.desk->chart()->hasFocus()); // and goes on from there
    press(Qt::Key_Down, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(screen.rect(u"chart"_s).width(), 1240); // a row of its own
    const int height = screen.rect(u"chart"_s).height();
    press(Qt::Key_Down, Qt::AltModifier | Qt::ShiftModifier);
    press(Qt::Key_Down, Qt::AltModifier | Qt::ShiftModifier);
    QVERIFY(screen.rect(u"chart"_s).height() > height);
    press(Qt::Key_Z, Qt::ControlModifier); // both were one step
    QCOMPARE(screen.rect(u"chart"_s).height(), height);
    press(Qt::Key_Z, Qt::ControlModifier);
    press(Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(screen.docking()->isAutomatic());
    press(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(screen.rect(u"chart"_s).left() > screen.rect(u"top"_s).right());
    // In a line of text these keys choose words.
    screen.desk->stream()->filterLine()->setText(u"two words"_s);
    screen.desk->stream()->filterLine()->setFocus();
    const LayoutNode before = screen.docking()->layout();
    press(Qt::Key_Left, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(screen.docking()->layout(), before);
    QCOMPARE(screen.desk->stream()->filterLine()->selectedText(), u"words"_s);
}

void PanelsTest::keysGoFromPanelToPanel()
{
    Screen screen;
    screen.activate();
    QStringList visited;
    for (int i = 0; i < 6; ++i) {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_F6);
        visited << screen.docking()->current();
        QVERIFY(screen.panel(visited.last())->isAncestorOf(QApplication::focusWidget()));
    }
    QCOMPARE(visited, (QStringList{u"top"_s, u"breakdown1"_s, u"breakdown2"_s, u"stream"_s, u"numbers"_s, u"chart"_s}));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_F6, Qt::ShiftModifier);
    QCOMPARE(screen.docking()->current(), u"numbers"_s);
    // The tab key goes through a layout in the order in which it is read.
    screen.docking()->setLayout(read(R"({"row":[{"panel":"stream"},{"panel":"top"},{"panel":"chart"}]})"));
    QStringList order;
    screen.desk->stream()->view()->setFocus();
    for (int i = 0; i < 40; ++i) {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        if (const QString now = screen.docking()->current(); order.isEmpty() || order.last() != now)
            order << now;
    }
    const qsizetype top = order.indexOf(u"top"_s);
    QVERIFY(top >= 0);
    QCOMPARE(order.value(top + 1), u"chart"_s);
}

void PanelsTest::closedAndShownAgain()
{
    Screen screen;
    screen.activate();
    const QRect place = screen.rect(u"top"_s);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_F6);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_W, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(screen.panel(u"top"_s)->isHidden());
    QVERIFY(!screen.docking()->isShown(u"top"_s));
    QCOMPARE(screen.rect(u"chart"_s).width(), 1240);
    QVERIFY(screen.panel(screen.docking()->current())->isAncestorOf(QApplication::focusWidget())); // not lost
    screen.docking()->showPanel(u"top"_s); // nothing has changed since: exactly as it was
    QVERIFY(screen.docking()->isAutomatic());
    QCOMPARE(screen.rect(u"top"_s), place);
    screen.docking()->closePanel(u"top"_s);
    screen.docking()->closePanel(u"breakdown1"_s);
    screen.docking()->showPanel(u"top"_s); // where it belongs
    QCOMPARE(screen.rect(u"top"_s).top(), screen.rect(u"chart"_s).top());
    QVERIFY(screen.rect(u"top"_s).left() > screen.rect(u"chart"_s).right());
    // What the server has beyond two dimensions is offered.
    const auto titles = [&] {
        QStringList list;
        for (const Docking::PanelInfo &info : screen.docking()->panels())
            list << info.title + (info.isShown ? u""_s : u" (closed)"_s);
        return list;
    };
    QVERIFY2(titles().contains(u"Page (closed)"_s) && titles().contains(u"Browser"_s) &&
                 titles().contains(u"Country (closed)"_s) && !titles().join(u' ').contains(u"Breakdown"_s),
             qPrintable(titles().join(u", "_s)));
    for (QAction *toggle : screen.docking()->toggles())
        if (toggle->data() == u"breakdown3"_s) {
            QVERIFY(toggle->isVisible() && !toggle->isChecked());
            toggle->trigger();
            QVERIFY(toggle->isChecked() && screen.panel(u"breakdown3"_s)->isVisible());
            toggle->trigger();
            QVERIFY(!toggle->isChecked() && screen.panel(u"breakdown3"_s)->isHidden());
        }
}

void PanelsTest::rejectedOnes()
{
    Screen screen;
    screen.activate();
    QVERIFY(!screen.docking()->isShown(u"rejected"_s));
    QTest::mouseClick(screen.desk->minuteCard(), Qt::LeftButton); // leads nowhere
    QVERIFY(screen.docking()->isAutomatic());
    QTest::mouseClick(screen.desk->rejectedCard(), Qt::LeftButton);
    QVERIFY(screen.panel(u"rejected"_s)->isVisible() && screen.panel(u"stream"_s)->isHidden());
    screen.docking()->closePanel(u"rejected"_s);
    QVERIFY(screen.panel(u"stream"_s)->isVisible());
    screen.desk->rejectedCard()->setFocus();
    QTest::keyClick(screen.desk->rejectedCard(), Qt::Key_Return);
    QVERIFY(screen.panel(u"rejected"_s)->isVisible());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_W, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(screen.panel(u"rejected"_s)->isHidden());
}

// A panel that is only opened follows the width as the others do, through restarts too.
void PanelsTest::openingAPanelFreezesNothing()
{
    Screen screen;
    const auto isBeside = [&] { return screen.rect(u"top"_s).top() == screen.rect(u"chart"_s).top(); };
    screen.docking()->showPanel(u"rejected"_s);
    QVERIFY(screen.docking()->isAutomatic() && screen.docking()->isSeen(u"rejected"_s));
    QVERIFY(isBeside());
    screen.resize(1100, 690);
    screen.settle();
    QVERIFY(!isBeside()); // the right column goes under, as without it
    QVERIFY(screen.docking()->isSeen(u"rejected"_s));
    screen.docking()->showPanel(u"stream"_s); // to front: no layout of one's own either
    QVERIFY(screen.docking()->isAutomatic() && screen.docking()->isSeen(u"stream"_s));
    screen.docking()->showPanel(u"breakdown3"_s);
    screen.resize(1280, 690);
    screen.settle();
    QVERIFY(screen.docking()->isAutomatic() && isBeside());
    QVERIFY(screen.docking()->isSeen(u"stream"_s) && screen.docking()->isSeen(u"breakdown3"_s));
    // As it is kept and read again in a window of another width.
    const LayoutHistory::State kept = screen.docking()->own();
    QVERIFY(kept);
    screen.docking()->restore(std::nullopt);
    QVERIFY(!screen.docking()->isShown(u"rejected"_s));
    screen.resize(1100, 690);
    screen.settle();
    screen.docking()->restore(*layoutFromJson(toJson(*kept)));
    QVERIFY(screen.docking()->isAutomatic() && !isBeside() && screen.docking()->isShown(u"rejected"_s));
    // Steps can be undone; the last one closed leaves the automatic layout itself.
    screen.docking()->closePanel(u"rejected"_s);
    screen.docking()->closePanel(u"breakdown3"_s);
    QVERIFY(screen.docking()->isAutomatic());
    QCOMPARE(screen.docking()->layout(), defaultLayout(false));
    screen.docking()->undo();
    QVERIFY(screen.docking()->isSeen(u"breakdown3"_s));
    screen.docking()->movePanel(u"breakdown3"_s, Side::Left); // that is somebody's choice
    QVERIFY(!screen.docking()->isAutomatic());
    screen.docking()->resetLayout();
    QVERIFY(screen.docking()->isAutomatic() && !screen.docking()->isShown(u"breakdown3"_s));
}

void PanelsTest::theLastPanelStays()
{
    Screen screen;
    screen.activate();
    for (int i = 0; i < 12; ++i)
        screen.docking()->closePanel(screen.docking()->current());
    QCOMPARE(screen.order().size(), 1);
    const QString last = screen.order().first();
    QVERIFY(screen.panel(last)->isVisible());
    QCOMPARE(screen.rect(last).width(), 1240);
}

void PanelsTest::tabsShowOne()
{
    Screen screen;
    screen.activate();
    screen.docking()->stackPanel(u"breakdown1"_s, u"chart"_s);
    Panel *page = screen.panel(u"breakdown1"_s);
    Panel *chart = screen.panel(u"chart"_s);
    QVERIFY(page->isVisible() && chart->isHidden());
    QVERIFY(screen.docking()->isShown(u"chart"_s) && !screen.docking()->isSeen(u"chart"_s));
    QCOMPARE(page->tabs()->tabText(0), u"Chart"_s);
    QCOMPARE(page->tabs()->tabText(1), u"Page"_s);
    QCOMPARE(page->tabs()->currentIndex(), 1);
    const LayoutNode before = screen.docking()->layout();
    QTest::mouseClick(page->tabs(), Qt::LeftButton, {}, page->tabs()->tabRect(0).center());
    QVERIFY(page->isHidden() && chart->isVisible());
    QCOMPARE(chart->tabs()->currentIndex(), 0);
    QCOMPARE(chart->geometry(), page->geometry());
    QVERIFY(screen.docking()->layout() != before); // it is kept which one is in front
    chart->tabs()->setFocus();
    QTest::keyClick(chart->tabs(), Qt::Key_Right);
    QVERIFY(page->isVisible() && page->tabs()->hasFocus()); // by keys one stays in the tabs
    screen.docking()->undo();                               // what came to front was no step
    QVERIFY(screen.docking()->isAutomatic());
    QVERIFY(page->tabs()->isHidden());
}

void PanelsTest::whatIsNotSeenIsNotDrawn()
{
    Screen screen;
    const auto spoken = [&] { return screen.desk->topList()->spoken(QAccessible::Description); };
    QVERIFY(spoken().contains(u"page_view: 90 events"_s));
    screen.docking()->stackPanel(u"chart"_s, u"top"_s);
    screen.docking()->closePanel(u"numbers"_s);
    screen.fill(123);
    QTRY_COMPARE(screen.board.frame().thisMinute, 123);
    QVERIFY2(spoken().contains(u"page_view: 90 events"_s), qPrintable(spoken()));
    QCOMPARE(screen.desk->minuteCard()->number(), u"90"_s);
    screen.docking()->showPanel(u"top"_s);
    QVERIFY2(spoken().contains(u"page_view: 123 events"_s), qPrintable(spoken()));
    screen.docking()->showPanel(u"numbers"_s);
    QCOMPARE(screen.desk->minuteCard()->number(), u"123"_s);
    // A picture of the chart is of now, wherever the chart is.
    const double axis = screen.desk->chart()->axisTop();
    screen.fill(4'000);
    QTRY_COMPARE(screen.board.frame().thisMinute, 4'000);
    QCOMPARE(screen.desk->chart()->axisTop(), axis);
    QVERIFY(screen.desk->chartCard());
    QCOMPARE(screen.desk->chart()->axisTop(), 4'000.0);
}

void PanelsTest::maximised()
{
    Screen screen;
    screen.activate();
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_F12);
    QCOMPARE(screen.docking()->maximised(), u"chart"_s);
    QCOMPARE(screen.rect(u"chart"_s), screen.desk->rect().marginsRemoved(PanelArea::kMargins));
    for (const QString &other : {u"numbers"_s, u"top"_s, u"stream"_s})
        QVERIFY(screen.panel(other)->isHidden());
    QVERIFY(screen.docking()->isAutomatic()); // that is no layout
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_F12);
    QVERIFY(screen.docking()->maximised().isEmpty() && screen.panel(u"stream"_s)->isVisible());
    QTest::mouseDClick(screen.panel(u"breakdown1"_s), Qt::LeftButton, {}, QPoint(120, 14));
    QCOMPARE(screen.docking()->maximised(), u"breakdown1"_s);
    QTest::keyClick(screen.panel(u"breakdown1"_s), Qt::Key_Escape);
    QVERIFY(screen.docking()->maximised().isEmpty());
    screen.docking()->maximise(u"stream"_s);
    QVERIFY(screen.desk->stream()->view()->hasFocus()); // not whatever comes next
    screen.docking()->maximise({});
    // Whatever changes the layout shows it.
    screen.docking()->maximise(u"chart"_s);
    screen.docking()->closePanel(u"chart"_s);
    QVERIFY(screen.docking()->maximised().isEmpty() && screen.panel(u"top"_s)->isVisible());
    screen.docking()->maximise(u"chart"_s); // it is not there
    QVERIFY(screen.docking()->maximised().isEmpty());
}

void PanelsTest::layoutsAreRead()
{
    Screen screen;
    const LayoutNode layout =
        read(R"({"column":[{"panel":"numbers","hidden":["rate"]},)"
             R"({"row":[{"panel":"stream","weight":2},{"tabs":["chart","top"],"front":"top"}]}]})");
    screen.docking()->restore(layout);
    QCOMPARE(screen.docking()->own(), LayoutHistory::State(layout));
    QVERIFY(!screen.docking()->canUndo()); // at start there is nothing to go back to
    QVERIFY(screen.panel(u"top"_s)->isVisible() && screen.panel(u"chart"_s)->isHidden());
    QVERIFY(screen.panel(u"breakdown1"_s)->isHidden());
    QVERIFY(screen.desk->rateCard()->isHidden() && screen.desk->totalCard()->isVisible());
    QVERIFY(std::abs(screen.rect(u"stream"_s).width() - ((1240 + 12) * 2 / 3 - 12)) <= 1);
    QCOMPARE(*layoutFromJson(toJson(*screen.docking()->own())), layout);
    screen.docking()->setLayout(read(R"({"panel":"chart"})"));
    QVERIFY(screen.panel(u"chart"_s)->isVisible() && screen.panel(u"top"_s)->isHidden());
    screen.docking()->undo(); // another saved view is a step
    QCOMPARE(screen.docking()->layout(), layout);
    screen.docking()->restore({});
    QVERIFY(screen.docking()->isAutomatic() && screen.desk->rateCard()->isVisible());
}

void PanelsTest::cardsCanBeHidden()
{
    Screen screen;
    auto *numbers = static_cast<NumbersPanel *>(screen.panel(u"numbers"_s));
    Q_EMIT numbers->hiddenWanted({u"minute"_s});
    QVERIFY(screen.desk->minuteCard()->isHidden());
    QCOMPARE(hiddenCards(screen.docking()->layout()), QStringList{u"minute"_s});
    const QRect last = screen.desk->rejectedCard()->geometry();
    QCOMPARE(last.right() + 1, 1240); // the others share the room
    screen.docking()->undo();
    QVERIFY(screen.desk->minuteCard()->isVisible());
    // Where there is no room beside each other, they go on below.
    const int one = numbers->needs(1'240).comfortable;
    QVERIFY(numbers->needs(400).comfortable > one && numbers->needs(400).hasHeight);
    // The menu of a card.
    QMenu menu;
    QTest::mouseMove(screen.desk->rateCard());
    QContextMenuEvent event(QContextMenuEvent::Mouse, QPoint(5, 5), screen.desk->rateCard()->mapToGlobal(QPoint(5, 5)));
    QCoreApplication::sendEvent(screen.desk->rateCard(), &event);
    auto *opened = numbers->findChild<QMenu *>();
    QVERIFY(opened);
    QCOMPARE(opened->actions().first()->text(), u"&Hide “Per second”"_s);
    opened->actions().first()->trigger();
    QVERIFY(screen.desk->rateCard()->isHidden());
    opened->close();
}

void PanelsTest::menusOfferWhatCanBeDone()
{
    Screen screen;
    const auto open = [&](const QString &id) {
        auto *menu = new QMenu(screen.desk);
        screen.docking()->fillMenu(id, menu);
        return menu;
    };
    const auto entry = [](const QMenu *menu, const QString &text) -> QAction * {
        for (QAction *action : menu->actions())
            if (action->text().section(u'\t', 0, 0).remove(u'&') == text)
                return action;
        return nullptr;
    };
    const QMenu *menu = open(u"numbers"_s);
    QVERIFY(!entry(menu, u"Move up"_s)->isEnabled() && entry(menu, u"Move down"_s)->isEnabled());
    QVERIFY(!entry(menu, u"Make it a tab of"_s)->isEnabled());
    menu = open(u"top"_s);
    QVERIFY(!entry(menu, u"Automatic layout"_s)->isEnabled());
    entry(menu, u"Move left"_s)->trigger();
    QVERIFY(screen.rect(u"top"_s).right() < screen.rect(u"chart"_s).left());
    menu = open(u"top"_s);
    QMenu *onto = entry(menu, u"Make it a tab of"_s)->menu();
    entry(onto, u"Live stream"_s)->trigger();
    QVERIFY(screen.panel(u"stream"_s)->isHidden() && screen.panel(u"top"_s)->isVisible());
    menu = open(u"top"_s);
    entry(menu, u"Close"_s)->trigger();
    menu = open(u"chart"_s);
    entry(entry(menu, u"Add a panel"_s)->menu(), u"Top values"_s)->trigger();
    QVERIFY(screen.panel(u"top"_s)->isVisible());
    menu = open(u"chart"_s);
    entry(menu, u"Maximise"_s)->trigger();
    menu = open(u"chart"_s);
    QVERIFY(!entry(menu, u"Move left"_s)->isEnabled());
    entry(menu, u"Show all again"_s)->trigger();
    menu = open(u"chart"_s);
    entry(menu, u"Automatic layout"_s)->trigger();
    QVERIFY(screen.docking()->isAutomatic());
    // Every panel has a menu that says what it is of.
    QVERIFY(screen.panel(u"chart"_s)->menuButton()->accessibleName().contains(u"Chart"_s));
}

void PanelsTest::streamMenuHasThePanelToo()
{
    Screen screen;
    QMenu *menu = screen.desk->stream()->menu();
    qsizetype menus = 0;
    for (int times = 0; times < 3; ++times) { // filled anew each time
        Q_EMIT menu->aboutToShow();
        int panels = 0;
        for (const QAction *action : menu->actions())
            panels += action->menu() && action->text() == u"&Panel"_s && action->menu()->actions().size() > 5;
        QCOMPARE(panels, 1);
        const qsizetype now = screen.desk->findChildren<QMenu *>().size();
        QVERIFY(times == 0 || now == menus); // none is left over
        menus = now;
    }
}

void PanelsTest::shortcutsFindClosedPanels()
{
    Screen screen;
    screen.activate();
    screen.docking()->closePanel(u"stream"_s);
    screen.desk->searchStream(); // what the key does
    QVERIFY(screen.panel(u"stream"_s)->isVisible());
    QVERIFY(screen.desk->stream()->filterLine()->hasFocus());
    screen.docking()->stackPanel(u"chart"_s, u"stream"_s);
    Q_EMIT screen.desk->chart()->eventsWanted({kNow - 60'000, kNow});
    QVERIFY(screen.panel(u"stream"_s)->isVisible());
}

void PanelsTest::paneLeavesTheStream_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("default") << QByteArray();
    QTest::newRow("stream above") << QByteArray(R"({"column":[{"panel":"stream"},{"panel":"chart"},{"panel":"top"}]})");
    QTest::newRow("stream at the right") << QByteArray(R"({"row":[{"panel":"chart"},{"panel":"stream"}]})");
    QTest::newRow("stream at the left") << QByteArray(R"({"row":[{"panel":"stream"},{"panel":"chart"}]})");
}

void PanelsTest::paneLeavesTheStream()
{
    QFETCH(QByteArray, json);
    Screen screen;
    if (!json.isEmpty())
        screen.docking()->setLayout(read(json));
    screen.settle();
    wire::Tail tail;
    for (int i = 0; i < 30; ++i)
        tail.events.append({QString::number(i), u"log"_s, u"u"_s, kNow, kNow + i, "{}"});
    screen.feed.say(tail);
    EventPane *pane = screen.desk->eventPane();
    QTest::mouseClick(screen.desk->stream()->view()->viewport(), Qt::LeftButton, {}, QPoint(100, 31));
    QVERIFY(pane->isVisible());
    QVERIFY(screen.desk->rect().contains(pane->geometry()));
    QVERIFY(!pane->geometry().intersects(screen.rect(u"stream"_s)));
    screen.docking()->closePanel(u"stream"_s);
    QVERIFY(pane->isHidden());
}

void PanelsTest::smallestWindow()
{
    Screen screen({1004, 500}); // what a window of 1024 x 640 leaves
    QList<LayoutNode> layouts{screen.docking()->layout(), defaultLayout(true)};
    layouts << read(R"({"row":[{"panel":"chart"},{"panel":"top"},{"panel":"stream"},{"panel":"breakdown1"},)"
                    R"({"panel":"breakdown2"},{"panel":"breakdown3"}]})");
    for (const LayoutNode &layout : layouts) {
        screen.docking()->setLayout(layout);
        screen.settle();
        QCOMPARE(screen.desk->width(), screen.viewport()->width());
        for (const PanelPlan::Place &place : screen.desk->area()->plan().places) {
            QVERIFY2(screen.desk->rect().contains(place.rect), qPrintable(place.panel));
            const PanelNeeds needs = screen.panel(place.panel)->needs(place.rect.width());
            QVERIFY2(place.rect.width() >= needs.least.width(), qPrintable(place.panel));
            QVERIFY2(place.rect.height() >= needs.least.height(), qPrintable(place.panel));
        }
    }
    // The row went on in a second line; the layout is as it was.
    QVERIFY(screen.rect(u"breakdown3"_s).top() > screen.rect(u"chart"_s).bottom());
    QCOMPARE(screen.docking()->layout().kind, LayoutNode::Kind::Row);
    // What the keys choose comes into sight.
    screen.docking()->resetLayout();
    screen.settle();
    screen.activate();
    screen.docking()->focusNext(true);
    screen.docking()->focusNext(true);
    QCOMPARE(screen.docking()->current(), u"stream"_s);
    const QRect seen = screen.viewport()->rect().translated(0, -screen.desk->y());
    QVERIFY(seen.intersects(screen.rect(u"stream"_s)));
}

void PanelsTest::plansNeverOverlap()
{
    constexpr std::array kSides{Side::Left, Side::Right, Side::Above, Side::Below, Side::Onto};
    const PanelNeedsOf needs = [](const QString &panel, int width) {
        const bool isNumbers = panel == kNumbersPanel;
        return PanelNeeds{{200, 100}, isNumbers ? (width < 700 ? 200 : 96) : 220, isNumbers};
    };
    QRandomGenerator random(5);
    LayoutNode layout = defaultLayout(true);
    for (int step = 0; step < 1'500; ++step) {
        const auto any = [&] { return panelNames()[random.bounded(int(panelNames().size()))]; };
        layout = random.bounded(5) == 0 ? removed(layout, any())
                                        : moved(layout, any(), any(), kSides[std::size_t(random.bounded(5))]);
        const int width = 300 + random.bounded(3'000);
        const bool comfortable = random.bounded(2) == 1;
        const int height = neededHeight(layout, width, needs, comfortable) + random.bounded(900);
        const QRect area(20, 0, width, height);
        const PanelPlan plan = PanelPlan::of(layout, area, needs, comfortable);
        const QString where = QString::fromUtf8(QJsonDocument(toJson(layout)).toJson(QJsonDocument::Compact)) +
                              u" %1 x %2"_s.arg(width).arg(height);
        layout = grown(layout, plan, any(), random.bounded(2) ? Qt::Horizontal : Qt::Vertical, random.bounded(2) == 1);
        int count = 0;
        for (const PanelPlan::Place &place : plan.places) {
            count += std::max<int>(1, int(place.tabs.size()));
            QVERIFY2(area.contains(place.rect) && place.rect.width() > 0 && place.rect.height() > 0, qPrintable(where));
            QVERIFY2(place.rect.height() >= 99 || place.panel == kNumbersPanel, qPrintable(where + place.panel));
            for (const PanelPlan::Place &other : plan.places)
                QVERIFY2(&place == &other || !place.rect.intersects(other.rect), qPrintable(where));
            for (const PanelPlan::Border &border : plan.borders)
                QVERIFY2(!border.rect.intersects(place.rect), qPrintable(where));
        }
        QCOMPARE(count, int(panelsOf(layout).size()));
        if (width > 2'200)
            for (const PanelPlan::Place &place : plan.places)
                QVERIFY2(place.rect.width() >= 199, qPrintable(where));
    }
}

QTEST_MAIN(PanelsTest)
#include "tst_panels.moc"
