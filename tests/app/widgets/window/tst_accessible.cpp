// The desk for who sees no screen or uses no mouse: names and roles of every control, words for what is painted, Tab to
// everything and back.
#include "app/session/session.h"
#include "app/settings/language.h"
#include "app/settings/preferences.h"
#include "app/theme/theme.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/chart/hovercard.h"
#include "app/widgets/chart/legend.h"
#include "app/widgets/chart/rangebar.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/connection/connectionbadge.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/dialogs/accessdialog.h"
#include "app/widgets/dialogs/accessform.h"
#include "app/widgets/dialogs/alertdialog.h"
#include "app/widgets/dialogs/connectdialog.h"
#include "app/widgets/dialogs/keysdialog.h"
#include "app/widgets/dialogs/saveviewdialog.h"
#include "app/widgets/dialogs/settingsdialog.h"
#include "app/widgets/dialogs/spandialog.h"
#include "app/widgets/dialogs/zonedialog.h"
#include "app/widgets/lists/sharelist.h"
#include "app/widgets/lists/statcard.h"
#include "app/widgets/stream/streamcard.h"
#include "app/widgets/stream/streamview.h"
#include "app/widgets/window/mainwindow.h"
#include "tests/app/fakefeed.h"

#include <memory>
#include <QAccessible>
#include <QApplication>
#include <QButtonGroup>
#include <QCheckBox>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPointer>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTest>
#include <QToolButton>
#include <QTranslator>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

// The window with numbers of this moment, without a server.
struct Screen {
    Session session{Settings()};
    MainWindow window{&session};
    FakeFeed feed;
    qint64 nowMs = QDateTime::currentMSecsSinceEpoch();

    Screen()
    {
        Q_EMIT session.feedChanged(&feed);
        window.resize(1280, 800);
        window.show();
        window.activateWindow();
        LiveCube cube({u"eventType"_s, u"page"_s, u"browser"_s});
        const QList<Cell> cells{
            {nowMs / 1000 - 120, cube.intern({u"page_view"_s, u"home"_s, u"chrome"_s}), 1'268},
            {nowMs / 1000 - 120, cube.intern({u"log"_s, u"home"_s, u"edge"_s}), 413},
            {nowMs / 1000 - 1'800, cube.intern({u"log"_s, u"profile"_s, u"edge"_s}), 100},
        };
        cube.add(cells);
        feed.live();
        feed.snapshot(cube, nowMs, 7);
        wire::Tail tail;
        for (int i = 0; i < 50; ++i)
            tail.events.append(
                {QString::number(i), u"page_view"_s, u"u%1"_s.arg(i), nowMs, nowMs + i, R"({"page":"home"})"});
        feed.say(tail);
        QTest::qWait(50);
    }
    ~Screen() { Q_EMIT session.feedChanged(nullptr); }
    Desk *desk() { return window.desk(); }
};

QString say(QWidget *widget, QAccessible::Text text)
{
    QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(widget);
    return interface ? interface->text(text) : QString();
}

QString describe(const QWidget *widget)
{
    return u"%1 %2 \"%3\""_s.arg(QString::fromLatin1(widget->metaObject()->className()), widget->objectName(),
                                 widget->toolTip().left(40));
}

// Parts that Qt makes for its own widgets take the focus for them.
bool isInner(const QWidget *widget)
{
    return widget->objectName().startsWith(u"qt_"_s) || qobject_cast<const QMenu *>(widget);
}

// What Tab must reach.
QList<QWidget *> controls(QWidget &window)
{
    QList<QWidget *> found;
    for (QWidget *widget : window.findChildren<QWidget *>())
        if (widget->isVisible() && widget->isEnabled() && widget->window() == &window && !isInner(widget) &&
            (widget->focusPolicy() & Qt::TabFocus) && !widget->focusProxy())
            found.append(widget);
    return found;
}

struct DialogMaker {
    const char *name;
    std::function<std::unique_ptr<QDialog>(QWidget *)> make;
};

QList<DialogMaker> dialogs()
{
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const QTimeZone zone("Europe/Paris");
    AlertRule rule;
    rule.name = u"Busy"_s;
    return {
        {"alerts",
         [=](QWidget *parent) {
             return std::make_unique<AlertDialog>(
                 QList<AlertRule>{rule},
                 QList<AlertNotice>{{now, u"Busy"_s, u"300 events"_s, false}, {now, u"Busy"_s, u"over"_s, true}},
                 QMap<QString, ValueFilter>{{u"page"_s, {{u"home"_s}, false}}}, zone, parent);
         }},
        {"span",
         [=](QWidget *parent) {
             return std::make_unique<SpanDialog>(TimeView::of(NamedRange::Day), TimeSpan{now - 3'600'000, now}, zone,
                                                 parent);
         }},
        {"settings",
         [](QWidget *parent) { return std::make_unique<SettingsDialog>(Preferences(), true, u"/tmp"_s, parent); }},
        {"keys",
         [](QWidget *parent) {
             return std::make_unique<KeysDialog>(static_cast<MainWindow *>(parent)->actions(), parent);
         }},
        {"access",
         [](QWidget *parent) {
             return std::make_unique<AccessDialog>([] { return EventPagesOptions(); }, QTimeZone::utc(), QString(),
                                                   parent);
         }},
        {"access form",
         [](QWidget *parent) {
             auto form = std::make_unique<AccessForm>(u"New key"_s, u"Make it"_s, parent);
             form->addText(u"&Name"_s, u"hint"_s, 10, false);
             form->addChoice(u"&Role"_s, {{u"Sender"_s, 1}});
             form->explain(u"why"_s);
             return form;
         }},
        {"zone", [=](QWidget *parent) { return std::make_unique<ZoneDialog>(zone, now, parent); }},
        {"save view",
         [](QWidget *parent) { return std::make_unique<SaveViewDialog>(u"Mine"_s, QStringList{u"Yours"_s}, parent); }},
        {"connect",
         [](QWidget *parent) {
             return std::make_unique<ConnectDialog>(
                 QList<QUrl>{QUrl(u"http://10.0.0.5:8000"_s), QUrl(u"http://10.0.0.6:8000"_s)},
                 [](const QString &, QUrl *) { return QString(); }, parent);
         }},
    };
}

// Every focusable control has a name and says what it is.
QStringList unnamed(QWidget &window)
{
    QStringList missing;
    for (QWidget *widget : window.findChildren<QWidget *>()) {
        if (widget->focusPolicy() == Qt::NoFocus || isInner(widget) || widget->focusProxy() ||
            widget->window() != &window)
            continue;
        const auto *button = qobject_cast<const QAbstractButton *>(widget);
        if (button && !button->isVisible() && button->text().isEmpty())
            continue; // it gets its word when it is needed
        QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(widget);
        if (!interface) {
            missing << u"no interface: "_s + describe(widget);
            continue;
        }
        if (interface->text(QAccessible::Name).isEmpty())
            missing << u"no name: "_s + describe(widget);
        static constexpr QAccessible::Role kVague[]{QAccessible::NoRole, QAccessible::Client, QAccessible::Pane,
                                                    QAccessible::Border, QAccessible::Window};
        const bool isVague = std::find(std::begin(kVague), std::end(kVague), interface->role()) != std::end(kVague);
        if (isVague &&
            !qobject_cast<const QScrollArea *>(widget)) // that one is a place to scroll, and has no role in Qt
            missing << u"no role: "_s + describe(widget);
    }
    return missing;
}

// What Tab (or Shift+Tab) does not reach; it must come back to where it began.
QStringList unreached(QWidget &window, Qt::Key key)
{
    QSet<QWidget *> seen;
    const QList<QWidget *> wanted = controls(window);
    constexpr int kMostStops = 8; // a field for a date takes Tab from one of its parts to the next
    int stops = 0;
    for (qsizetype step = 0; step < 3 * wanted.size() + 4 * kMostStops; ++step) {
        QWidget *focus = QApplication::focusWidget();
        if (!focus || focus->window() != &window)
            return {u"after %1 steps the focus left the window to "_s.arg(step) +
                    (focus ? describe(focus) : u"nothing"_s)};
        seen.insert(focus);
        QTest::keyClick(focus, key, key == Qt::Key_Backtab ? Qt::ShiftModifier : Qt::NoModifier);
        stops = QApplication::focusWidget() == focus ? stops + 1 : 0;
        if (stops > kMostStops && wanted.size() > 1)
            return {u"stuck at "_s + describe(focus)};
    }
    // Of buttons that exclude each other, Tab reaches one and the arrow keys the others.
    const auto groupOf = [](const QWidget *widget) -> const QObject * {
        const auto *button = qobject_cast<const QAbstractButton *>(widget);
        if (button && button->autoExclusive())
            return button->parent();
        return button && button->group() && button->group()->exclusive() ? button->group() : nullptr;
    };
    QSet<const QObject *> groups;
    for (const QWidget *widget : std::as_const(seen))
        groups.insert(groupOf(widget));
    QStringList missing;
    for (QWidget *widget : wanted)
        if (!seen.contains(widget) && !(groupOf(widget) && groups.contains(groupOf(widget))))
            missing << describe(widget);
    return missing;
}

void collectMenus(QMenu *menu, QStringList &twice)
{
    Q_EMIT menu->aboutToShow();
    QMap<QChar, QString> letters;
    for (QAction *action : menu->actions()) {
        QString text = action->text();
        const qsizetype at = text.remove(u"&&"_s).indexOf(u'&');
        if (at >= 0 && at + 1 < text.size()) {
            const QChar letter = text[at + 1].toLower();
            if (letters.contains(letter))
                twice << letters[letter] + u" / "_s + action->text();
            letters.insert(letter, action->text());
        }
        if (action->menu())
            collectMenus(action->menu(), twice);
    }
}

} // namespace

class AccessibleTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void windowIsNamed();
    void noteOfACrash();
    void dialogsAreNamed_data();
    void dialogsAreNamed();
    void paintedWidgetsSpeak();
    void rangesAreRadioButtons();
    void paintedListsHaveChildren();
    void keysAreFollowedInWords();
    void tabReachesEverything();
    void tabReachesEverythingInDialogs_data() { dialogsAreNamed_data(); }
    void tabReachesEverythingInDialogs();
    void focusShows_data();
    void focusShows();
    void focusStrikesNoText_data() { focusShows_data(); }
    void focusStrikesNoText();
    void whatTheMouseDoesKeysDo();
    void rowsOfListsStandApart_data() { dialogsAreNamed_data(); }
    void rowsOfListsStandApart();
    void lettersOfMenusDiffer_data();
    void lettersOfMenusDiffer();
};

void AccessibleTest::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(u"entvas-test"_s);
    QCoreApplication::setApplicationName(u"tst_accessible"_s);
    QSettings().clear();
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
}

void AccessibleTest::windowIsNamed()
{
    Screen screen;
    const QStringList missing = unnamed(screen.window);
    QVERIFY2(missing.isEmpty(), qPrintable(missing.join(u'\n')));
    QVERIFY(controls(screen.window).size() >= 10);
}

void AccessibleTest::dialogsAreNamed_data()
{
    QTest::addColumn<int>("number");
    for (int i = 0; i < dialogs().size(); ++i)
        QTest::newRow(dialogs()[i].name) << i;
}

void AccessibleTest::dialogsAreNamed()
{
    QFETCH(int, number);
    Screen screen;
    const auto dialog = dialogs()[number].make(&screen.window);
    dialog->show();
    const QStringList missing = unnamed(*dialog);
    QVERIFY2(missing.isEmpty(), qPrintable(missing.join(u'\n')));
    QVERIFY(!dialog->windowTitle().isEmpty());
}

void AccessibleTest::paintedWidgetsSpeak()
{
    Screen screen;
    const auto role = [](QWidget *widget) { return QAccessible::queryAccessibleInterface(widget)->role(); };

    TimelineChart *chart = screen.desk()->chart();
    QCOMPARE(role(chart), QAccessible::Chart);
    QVERIFY2(say(chart, QAccessible::Name).startsWith(u"Events per "_s), qPrintable(say(chart, QAccessible::Name)));
    const QString description = say(chart, QAccessible::Description);
    QVERIFY2(description.startsWith(u"1,781 events, peak 1,681 at "_s), qPrintable(description));
    QVERIFY2(description.endsWith(u"page_view 1,268, log 513"_s), qPrintable(description));

    ShareList *top = screen.desk()->topList();
    QCOMPARE(role(top), QAccessible::List);
    QCOMPARE(say(top, QAccessible::Name), u"Top event types"_s);
    QCOMPARE(say(top, QAccessible::Description), u"page_view: 1,268 events, 71.2 %; log: 513 events, 28.8 %"_s);

    QCOMPARE(role(screen.desk()->legend()), QAccessible::List);
    QCOMPARE(say(screen.desk()->legend(), QAccessible::Description), u"page_view, log"_s);

    StatCard *total = screen.desk()->totalCard();
    QCOMPARE(role(total), QAccessible::StaticText);
    QCOMPARE(say(total, QAccessible::Name), u"Events in the last hour: 1,781"_s);
    QVERIFY(say(total, QAccessible::Description).contains(u"1,781 over all time"_s));

    StreamView *stream = screen.desk()->stream()->view();
    QCOMPARE(role(stream), QAccessible::List);
    QCOMPARE(say(stream, QAccessible::Description), u"50 events"_s);

    auto *badge = screen.window.findChild<ConnectionBadge *>();
    QCOMPARE(role(badge), QAccessible::StaticText); // what AT-SPI has a role for: an indicator is "unknown" there
    QVERIFY(say(badge, QAccessible::Name).startsWith(u"Connection: Live"_s));
    screen.feed.lose(u"Nobody answers."_s);
    QCOMPARE(say(badge, QAccessible::Description), u"Nobody answers."_s);

    auto *ranges = screen.window.findChild<RangeBar *>();
    QCOMPARE(role(ranges), QAccessible::Grouping);
    QCOMPARE(say(ranges, QAccessible::Value), u"Hour"_s);
}

void AccessibleTest::rangesAreRadioButtons()
{
    Screen screen;
    auto *ranges = screen.window.findChild<RangeBar *>();
    QAccessibleInterface *bar = QAccessible::queryAccessibleInterface(ranges);
    int checked = 0, buttons = 0;
    QAccessibleInterface *week = nullptr;
    for (int i = 0; i < bar->childCount(); ++i) {
        QAccessibleInterface *child = bar->child(i);
        if (child->role() != QAccessible::RadioButton)
            continue;
        ++buttons;
        QVERIFY(child->state().checkable && child->state().focusable);
        QVERIFY(!child->text(QAccessible::Name).isEmpty());
        if (child->state().checked) {
            ++checked;
            QCOMPARE(child->text(QAccessible::Name), u"Hour"_s);
        }
        if (child->text(QAccessible::Name) == u"Week"_s)
            week = child;
    }
    QCOMPARE(buttons, 8);
    QCOMPARE(checked, 1);
    QVERIFY(week && week->actionInterface());
    QVERIFY(week->actionInterface()->actionNames().contains(QAccessibleActionInterface::toggleAction()));
    week->actionInterface()->doAction(QAccessibleActionInterface::toggleAction());
    QVERIFY(week->state().checked);
    QCOMPARE(screen.window.board().choice().view, TimeView::of(NamedRange::Week));
}

// Each row of a list that is painted can be read, found on the screen and pressed by itself.
void AccessibleTest::paintedListsHaveChildren()
{
    Screen screen;
    QVERIFY(QTest::qWaitForWindowActive(&screen.window));
    const auto names = [](QAccessibleInterface *parent) {
        QStringList rows;
        for (int i = 0; i < parent->childCount(); ++i)
            if (parent->child(i) && parent->child(i)->role() == QAccessible::ListItem)
                rows << parent->child(i)->text(QAccessible::Name);
        return rows;
    };
    ShareList *top = screen.desk()->topList();
    QAccessibleInterface *list = QAccessible::queryAccessibleInterface(top);
    QCOMPARE(names(list), (QStringList{u"page_view: 1,268 events, 71.2 %"_s, u"log: 513 events, 28.8 %"_s}));
    QAccessibleInterface *second = list->child(1);
    QCOMPARE(second->parent(), list);
    QCOMPARE(list->indexOfChild(second), 1);
    QCOMPARE(list->child(1), second); // the same one each time
    const QRect at = second->rect();
    QCOMPARE(list->childAt(at.center().x(), at.center().y()), second);
    QVERIFY(QRect(top->mapToGlobal(QPoint()), top->size()).contains(at));
    top->setFocus(Qt::TabFocusReason);
    QTest::keyClick(top, Qt::Key_Down);
    QVERIFY(second->state().focused && !list->child(0)->state().focused);
    QCOMPARE(list->focusChild(), second);
    second->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QTest::qWait(50);
    QCOMPARE(screen.window.board().choice().filter.value(u"eventType"_s).values, QSet<QString>{u"log"_s});
    QVERIFY(second->state().selected);
    screen.window.board().setFilter({});
    QTest::qWait(50);

    QCOMPARE(names(QAccessible::queryAccessibleInterface(screen.desk()->legend())),
             (QStringList{u"page_view"_s, u"log"_s}));
    StreamView *stream = screen.desk()->stream()->view();
    list = QAccessible::queryAccessibleInterface(stream);
    QCOMPARE(names(list).size(), stream->rowsInSight());
    QVERIFY2(names(list).first().endsWith(u"page_view, user u49, {\"page\":\"home\"}"_s),
             qPrintable(names(list).first()));
    list->child(1)->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QVERIFY(list->child(1)->state().selected && !list->child(0)->state().selected);
    // Rows that go leave nothing behind that could be asked.
    QAccessibleInterface *row = list->child(2);
    screen.window.board().stream().clear();
    QVERIFY(!row->isValid() && row->text(QAccessible::Name).isEmpty() && row->state().invalid);
    QCOMPARE(names(list), QStringList());
}

void AccessibleTest::keysAreFollowedInWords()
{
    Screen screen;
    TimelineChart *chart = screen.desk()->chart();
    QCOMPARE(say(chart, QAccessible::Value), QString());
    chart->setFocus();
    for (int key = 0; key < 200 && !say(chart, QAccessible::Value).contains(u"1,681"_s); ++key)
        QTest::keyClick(chart, Qt::Key_Left);
    QVERIFY2(say(chart, QAccessible::Value).endsWith(u": 1,681, page_view 1,268, log 413"_s),
             qPrintable(say(chart, QAccessible::Value)));
    auto *card = chart->findChild<HoverCard *>();
    QCOMPARE(say(card, QAccessible::Name), say(chart, QAccessible::Value));

    ShareList *top = screen.desk()->topList();
    top->setFocus(Qt::TabFocusReason);
    QTest::keyClick(top, Qt::Key_Down);
    QCOMPARE(say(top, QAccessible::Value), u"log: 513 events, 28.8 %"_s);

    Legend *legend = screen.desk()->legend();
    legend->setFocus(Qt::TabFocusReason);
    QTest::keyClick(legend, Qt::Key_Right);
    QCOMPARE(say(legend, QAccessible::Value), u"log"_s);

    StreamView *stream = screen.desk()->stream()->view();
    stream->setFocus(Qt::TabFocusReason);
    QTest::keyClick(stream, Qt::Key_Down);
    QVERIFY2(say(stream, QAccessible::Value).endsWith(u"page_view, user u49, {\"page\":\"home\"}"_s),
             qPrintable(say(stream, QAccessible::Value)));
}

void AccessibleTest::tabReachesEverything()
{
    Screen screen;
    QVERIFY(QTest::qWaitForWindowActive(&screen.window));
    for (const Qt::Key key : {Qt::Key_Tab, Qt::Key_Backtab}) {
        const QStringList missing = unreached(screen.window, key);
        QVERIFY2(missing.isEmpty(), qPrintable(missing.join(u'\n')));
        QVERIFY(screen.window.testAttribute(Qt::WA_KeyboardFocusChange)); // painted rings go by it
    }
    // With a chip and a selected event there is more to reach.
    Q_EMIT screen.desk()->topList()->clicked(u"log"_s, {});
    QTest::keyClick(screen.desk()->stream()->view(), Qt::Key_Down);
    QTest::qWait(50);
    const QStringList missing = unreached(screen.window, Qt::Key_Tab);
    QVERIFY2(missing.isEmpty(), qPrintable(missing.join(u'\n')));
}

void AccessibleTest::tabReachesEverythingInDialogs()
{
    QFETCH(int, number);
    Screen screen;
    const auto dialog = dialogs()[number].make(&screen.window);
    dialog->show();
    dialog->activateWindow();
    QTRY_COMPARE(QApplication::activeWindow(), dialog.get());
    QTRY_VERIFY(QApplication::focusWidget() && QApplication::focusWidget()->window() == dialog.get());
    for (const Qt::Key key : {Qt::Key_Tab, Qt::Key_Backtab}) {
        const QStringList missing = unreached(*dialog, key);
        QVERIFY2(missing.isEmpty(), qPrintable(missing.join(u'\n')));
    }
    QTest::keyClick(dialog.get(), Qt::Key_Escape);
    QVERIFY(!dialog->isVisible());
}

void AccessibleTest::focusShows_data()
{
    QTest::addColumn<int>("number");
    QTest::newRow("window") << -1;
    for (int i = 0; i < dialogs().size(); ++i)
        QTest::newRow(dialogs()[i].name) << i;
}

// Every control looks different when the keyboard has come to it, in every look.
void AccessibleTest::focusShows()
{
    QFETCH(int, number);
    Screen screen;
    const auto dialog = number < 0 ? nullptr : dialogs()[number].make(&screen.window);
    QWidget &window = dialog ? *dialog : static_cast<QWidget &>(screen.window);
    window.show();
    window.activateWindow();
    QTRY_COMPARE(QApplication::activeWindow(), &window);
    QStringList same;
    for (const ThemeMode mode : {ThemeMode::Light, ThemeMode::HighContrastDark}) {
        screen.window.theme().setMode(mode);
        QTest::qWait(20);
        for (QWidget *widget : controls(window)) {
            const auto picture = [&] {
                return window.grab(QRect(widget->mapTo(&window, QPoint(-3, -3)), widget->size() + QSize(6, 6)));
            };
            if (QWidget *focus = QApplication::focusWidget())
                focus->clearFocus();
            const QImage without = picture().toImage();
            widget->setFocus(Qt::TabFocusReason);
            window.setAttribute(Qt::WA_KeyboardFocusChange); // as Qt does when somebody presses Tab
            QTest::qWait(1);
            if (picture().toImage() == without)
                same << describe(widget) + u" in look %1"_s.arg(int(mode));
        }
    }
    QVERIFY2(same.isEmpty(), qPrintable(same.join(u'\n')));
}

// What the ring of the focus is drawn over was empty before: an edge or a ground, and no letter.
void AccessibleTest::focusStrikesNoText()
{
    QFETCH(int, number);
    Screen screen;
    const auto dialog = number < 0 ? nullptr : dialogs()[number].make(&screen.window);
    QWidget &window = dialog ? *dialog : static_cast<QWidget &>(screen.window);
    window.show();
    window.activateWindow();
    QTRY_COMPARE(QApplication::activeWindow(), &window);
    QStringList struck;
    for (const ThemeMode mode : {ThemeMode::Light, ThemeMode::HighContrastLight}) {
        screen.window.theme().setMode(mode);
        QTest::qWait(20);
        const Tokens &t = screen.window.theme().tokens();
        const auto isNear = [](const QColor &a, const QColor &b) {
            return std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) + std::abs(a.blue() - b.blue()) < 48;
        };
        for (QWidget *widget : controls(window)) {
            if (qobject_cast<QCheckBox *>(widget) || qobject_cast<QRadioButton *>(widget))
                continue; // they have no ring: their words are in its colour
            const auto picture = [&] {
                const QRect around(widget->mapTo(&window, QPoint(-3, -3)), widget->size() + QSize(6, 6));
                return window.grab(around.intersected(window.rect())).toImage();
            };
            if (QWidget *focus = QApplication::focusWidget())
                focus->clearFocus();
            QTest::qWait(1);
            const QImage before = picture();
            widget->setFocus(Qt::TabFocusReason);
            window.setAttribute(Qt::WA_KeyboardFocusChange);
            QTest::qWait(1);
            const QImage after = picture();
            // Dark on a bright ground is a letter; what has the colour of the focus now is its ring.
            int letters = 0;
            for (int x = 0; x < std::min(before.width(), after.width()); ++x)
                for (int y = 0; y < std::min(before.height(), after.height()); ++y) {
                    const QColor was = before.pixelColor(x, y);
                    letters += was != after.pixelColor(x, y) && isNear(after.pixelColor(x, y), t.focus) &&
                               (isNear(was, t.text) || isNear(was, t.second));
                }
            if (letters > 2)
                struck << describe(widget) +
                              u" in look %1: %2 pixels"_s.arg(QString::number(int(mode)), QString::number(letters));
        }
    }
    QVERIFY2(struck.isEmpty(), qPrintable(struck.join(u'\n')));
}

// The menus of a bar and of a row come with the menu key; so do clicks with modifiers.
void AccessibleTest::whatTheMouseDoesKeysDo()
{
    Screen screen;
    QVERIFY(QTest::qWaitForWindowActive(&screen.window));
    const auto menuFrom = [](QWidget *widget) {
        QContextMenuEvent event(QContextMenuEvent::Keyboard, QPoint(5, 5), widget->mapToGlobal(QPoint(5, 5)));
        QApplication::sendEvent(widget, &event);
        auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
        const bool isThere = menu && !menu->actions().isEmpty();
        if (menu)
            menu->close();
        return isThere;
    };
    TimelineChart *chart = screen.desk()->chart();
    chart->setFocus();
    QTest::keyClick(chart, Qt::Key_End);
    QVERIFY(menuFrom(chart->viewport()));
    ShareList *top = screen.desk()->topList();
    top->setFocus(Qt::TabFocusReason);
    QVERIFY(menuFrom(top));
    // Ctrl and Shift with a click: with Enter too.
    QSignalSpy clicked(top, &ShareList::clicked);
    QTest::keyClick(top, Qt::Key_Return, Qt::ShiftModifier);
    QCOMPARE(clicked.size(), 1);
    QCOMPARE(clicked.first().at(1).value<Qt::KeyboardModifiers>(), Qt::KeyboardModifiers(Qt::ShiftModifier));
    // A chip goes with the space bar.
    QTest::qWait(50);
    QPointer<QToolButton> chip;
    for (QToolButton *button : screen.window.findChildren<QToolButton *>(u"chip"_s))
        if (button->isVisible())
            chip = button;
    QVERIFY(chip);
    QTest::keyClick(chip, Qt::Key_Space);
    QTest::qWait(50);
    QVERIFY(!chip || !chip->isVisible());
}

// A list that was filled before it had its style once laid its rows over each other.
void AccessibleTest::rowsOfListsStandApart()
{
    QFETCH(int, number);
    Screen screen;
    const auto dialog = dialogs()[number].make(&screen.window);
    dialog->show();
    QTest::qWait(20);
    for (const QListWidget *list : dialog->findChildren<QListWidget *>())
        for (int row = 0; row + 1 < std::min(list->count(), 40); ++row)
            QVERIFY(list->visualItemRect(list->item(row)).bottom() < list->visualItemRect(list->item(row + 1)).top());
}

void AccessibleTest::lettersOfMenusDiffer_data()
{
    QTest::addColumn<QString>("language");
    QTest::newRow("English") << u"en"_s;
    QTest::newRow("German") << u"de"_s;
}

void AccessibleTest::lettersOfMenusDiffer()
{
    QFETCH(QString, language);
    const QLocale before;
    language::choose(language);
    language::install(*qApp);
    {
        Screen screen;
        QStringList twice;
        for (QToolButton *button : screen.window.findChildren<QToolButton *>())
            if (button->menu())
                collectMenus(button->menu(), twice);
        QVERIFY2(twice.isEmpty(), qPrintable(twice.join(u'\n')));
    }
    qDeleteAll(qApp->findChildren<QTranslator *>());
    language::choose({});
    QLocale::setDefault(before);
}

void AccessibleTest::noteOfACrash()
{
    Screen screen;
    screen.window.tellOfCrash(u"/nowhere/crash.txt"_s);
    Q_EMIT screen.session.feedChanged(&screen.feed); // whatever is shown: it is not about that
    const auto find = [&](const QString &text) {
        const QList<QPushButton *> all = screen.window.findChildren<QPushButton *>();
        const auto found = std::find_if(all.begin(), all.end(), [&](auto *b) { return b->text() == text; });
        return found == all.end() ? nullptr : *found;
    };
    QPushButton *dismiss = find(u"Dismiss"_s);
    QVERIFY(dismiss && find(u"Show report"_s));
    QVERIFY(dismiss->isVisible());
    QVERIFY(controls(screen.window).contains(dismiss));
    QCOMPARE(say(dismiss, QAccessible::Name), u"Dismiss"_s);
    QTest::keyClick(dismiss, Qt::Key_Space);
    QVERIFY(!dismiss->isVisible());
    screen.window.tellOfCrash(u"/nowhere/crash.txt"_s); // may be told again
    QVERIFY(dismiss->isVisible());
}

QTEST_MAIN(AccessibleTest)
#include "tst_accessible.moc"
