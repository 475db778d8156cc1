// Everything can be reached on a small screen, as 1920 x 1080 at 200 % is one: the window, its parts and every dialog,
// in both languages.
#include "app/feed/eventpages.h"
#include "app/session/session.h"
#include "app/settings/language.h"
#include "app/settings/preferences.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/chart/filterbar.h"
#include "app/widgets/chart/rangebar.h"
#include "app/widgets/connection/connectionbadge.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/desk/docking.h"
#include "app/widgets/dialogs/accessdialog.h"
#include "app/widgets/dialogs/alertdialog.h"
#include "app/widgets/dialogs/connectdialog.h"
#include "app/widgets/dialogs/keysdialog.h"
#include "app/widgets/dialogs/saveviewdialog.h"
#include "app/widgets/dialogs/settingsdialog.h"
#include "app/widgets/dialogs/spandialog.h"
#include "app/widgets/dialogs/zonedialog.h"
#include "app/widgets/dock/panelarea.h"
#include "app/widgets/lists/sharelist.h"
#include "app/widgets/stream/streamcard.h"
#include "app/widgets/stream/streamview.h"
#include "app/widgets/window/mainwindow.h"
#include "tests/app/fakefeed.h"

#include <memory>
#include <QApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTranslator>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

constexpr QSize kSmall(800, 600);

struct Screen {
    Session session{Settings()};
    MainWindow window{&session};
    FakeFeed feed;
    qint64 nowMs = QDateTime::currentMSecsSinceEpoch();

    Screen()
    {
        Q_EMIT session.feedChanged(&feed);
        window.show();
        fill();
    }
    ~Screen() { Q_EMIT session.feedChanged(nullptr); }
    void fill()
    {
        LiveCube cube({u"eventType"_s, u"page"_s, u"browser"_s});
        QList<Cell> cells;
        for (int i = 0; i < 40; ++i)
            cells.append({nowMs / 1000 - 60 * i,
                          cube.intern({u"page_view_of_some_length_%1"_s.arg(i), u"home/%1"_s.arg(i), u"chrome"_s}),
                          quint32(500 - i)});
        cube.add(cells);
        feed.live();
        feed.snapshot(cube, nowMs, 7);
        wire::Tail tail;
        for (int i = 0; i < 50; ++i)
            tail.events.append(
                {QString::number(i), u"page_view"_s, u"u%1"_s.arg(i), nowMs, nowMs + i, R"({"page":"home"})"});
        feed.say(tail);
        settle();
    }
    static void settle()
    {
        for (int i = 0; i < 5; ++i)
            QTest::qWait(5);
    }
};

QString describe(const QWidget *widget)
{
    const auto *button = qobject_cast<const QAbstractButton *>(widget);
    return u"%1 %2 \"%3\" at %4,%5 %6x%7 needs %8"_s.arg(
        QString::fromLatin1(widget->metaObject()->className()), widget->objectName(),
        button ? button->text() : widget->toolTip(), QString::number(widget->mapTo(widget->window(), QPoint()).x()),
        QString::number(widget->mapTo(widget->window(), QPoint()).y()), QString::number(widget->width()),
        QString::number(widget->height()), QString::number(widget->minimumSizeHint().width()));
}

// Visible widgets that somebody uses and that are cut by the window's edge, other than by scrolling. Down the page, the
// desk scrolls.
QStringList cutOff(QWidget &window)
{
    QStringList cut;
    for (QWidget *widget : window.findChildren<QWidget *>()) {
        if (!widget->isVisible() || widget->window() != &window || widget->focusPolicy() == Qt::NoFocus)
            continue;
        bool canScroll = false;
        for (QWidget *parent = widget->parentWidget(); parent; parent = parent->parentWidget())
            canScroll = canScroll || qobject_cast<QAbstractScrollArea *>(parent);
        const QRect at(widget->mapTo(&window, QPoint()), widget->size());
        const bool isIn = canScroll ? at.left() >= 0 && at.right() < window.width() : window.rect().contains(at);
        const auto *button = qobject_cast<const QAbstractButton *>(widget);
        const bool isSqueezed = button && !button->text().isEmpty() && button->objectName() != u"menu"_s &&
                                widget->width() < widget->minimumSizeHint().width();
        if (!isIn || isSqueezed)
            cut << describe(widget);
    }
    return cut;
}

QList<std::pair<const char *, std::function<std::unique_ptr<QDialog>(MainWindow &)>>> dialogs()
{
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const QTimeZone zone("Europe/Paris");
    return {
        {"alerts",
         [=](MainWindow &window) {
             return std::make_unique<AlertDialog>(
                 QList<AlertRule>{AlertRule()}, QList<AlertNotice>{{now, u"Busy"_s, u"300 events"_s, false}},
                 QMap<QString, ValueFilter>{{u"page"_s, {{u"home"_s}, false}}}, zone, &window);
         }},
        {"span",
         [=](MainWindow &window) {
             return std::make_unique<SpanDialog>(TimeView::of(NamedRange::Day), TimeSpan{now - 3'600'000, now}, zone,
                                                 &window);
         }},
        {"settings",
         [](MainWindow &window) { return std::make_unique<SettingsDialog>(Preferences(), false, u"/tmp"_s, &window); }},
        {"keys", [](MainWindow &window) { return std::make_unique<KeysDialog>(window.actions(), &window); }},
        {"access",
         [](MainWindow &window) {
             return std::make_unique<AccessDialog>([] { return EventPagesOptions(); }, QTimeZone::utc(), QString(),
                                                   &window);
         }},
        {"zone", [=](MainWindow &window) { return std::make_unique<ZoneDialog>(zone, now, &window); }},
        {"connect",
         [](MainWindow &window) {
             return std::make_unique<ConnectDialog>(
                 QList<QUrl>{QUrl(u"http://10.0.0.5:8000"_s), QUrl(u"http://10.0.0.6:8000"_s)},
                 [](const QString &, QUrl *) { return QString(); }, &window);
         }},
        {"save view",
         [](MainWindow &window) {
             return std::make_unique<SaveViewDialog>(u"Mine"_s, QStringList{u"Yours"_s}, &window);
         }},
    };
}

void forBothLanguages()
{
    QTest::addColumn<QString>("language");
    QTest::newRow("English") << u"en"_s;
    QTest::newRow("German") << u"de"_s;
}

} // namespace

class SmallScreensTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void theWindowFitsTheScreen_data() { forBothLanguages(); }
    void theWindowFitsTheScreen();
    void nothingIsCutOff_data();
    void nothingIsCutOff();
    void portrait();
    void rangesBecomeOneButton();
    void everyDialogFits_data();
    void everyDialogFits();
    void theDrawerComesIntoSight();

private:
    QLocale m_before;
};

void SmallScreensTest::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(u"entvas-test"_s);
    QCoreApplication::setApplicationName(u"tst_smallscreens"_s);
    const QSize screen = QGuiApplication::primaryScreen()->availableSize();
    if (screen != kSmall)
        QSKIP(qPrintable(u"the screen has %1 x %2, not 800 x 600"_s.arg(QString::number(screen.width()),
                                                                        QString::number(screen.height()))));
}

void SmallScreensTest::init()
{
    QSettings().clear();
    m_before = QLocale();
    language::choose(u"en"_s);
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
}

void SmallScreensTest::cleanup()
{
    qDeleteAll(qApp->findChildren<QTranslator *>());
    language::choose({});
    QLocale::setDefault(m_before);
}

void SmallScreensTest::theWindowFitsTheScreen()
{
    QFETCH(QString, language);
    language::choose(language);
    language::install(*qApp);
    Screen screen;
    QVERIFY2(
        screen.window.width() <= kSmall.width() && screen.window.height() <= kSmall.height(),
        qPrintable(u"%1 x %2"_s.arg(QString::number(screen.window.width()), QString::number(screen.window.height()))));
    // It may also be made smaller than that.
    screen.window.resize(100, 100);
    QVERIFY(screen.window.width() <= 640 && screen.window.height() <= 480);
}

void SmallScreensTest::nothingIsCutOff_data()
{
    QTest::addColumn<QString>("language");
    QTest::addColumn<QSize>("size");
    for (const char *language : {"en", "de"})
        for (const QSize size : {QSize(640, 400), QSize(792, 560), QSize(900, 1400), QSize(960, 500), QSize(1024, 640)})
            QTest::addRow("%s %d x %d", language, size.width(), size.height()) << QString::fromLatin1(language) << size;
}

void SmallScreensTest::nothingIsCutOff()
{
    QFETCH(QString, language);
    QFETCH(QSize, size);
    language::choose(language);
    language::install(*qApp);
    Screen screen;
    screen.window.resize(size);
    screen.window.show();
    screen.settle();
    const auto check = [&](const char *when) {
        QCOMPARE(screen.window.size(), size);
        const QStringList cut = cutOff(screen.window);
        QVERIFY2(cut.isEmpty(), qPrintable(QString::fromLatin1(when) + u":\n"_s + cut.join(u'\n')));
        QWidget *page = screen.window.centralWidget();
        QStringList parts;
        for (QWidget *part : page->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly))
            parts << describe(part);
        QVERIFY2(page->minimumSizeHint().width() <= size.width(),
                 qPrintable(QString::fromLatin1(when) + u" needs %1:\n"_s.arg(page->minimumSizeHint().width()) +
                            parts.join(u'\n')));
    };
    check("live");
    // All that makes the bars longer at once: a comparison with a long name, chips, a custom time that is not live.
    screen.window.board().setComparison(Comparison::WeekBefore);
    Q_EMIT screen.window.desk()->topList()->clicked(u"page_view_of_some_length_3"_s, {});
    Q_EMIT screen.window.desk()->breakdownList(0)->clicked(u"home/3"_s, {});
    Q_EMIT screen.window.desk()->breakdownList(1)->clicked(u"chrome"_s, {});
    screen.window.board().showSpan({screen.nowMs - 3'600'000, screen.nowMs - 60'000});
    screen.settle();
    check("filtered");
    screen.window.desk()->docking()->showPanel(u"rejected"_s);
    screen.settle();
    check("rejected");
    screen.feed.lose(u"The server analytics.example.org:8000 does not answer, and has not for a while."_s);
    screen.settle();
    check("lost");
}

void SmallScreensTest::portrait()
{
    Screen screen;
    screen.window.resize(900, 1'600);
    screen.settle();
    QCOMPARE(screen.window.width(), 900);
    // The panels go under each other, and each is seen.
    Desk *desk = screen.window.desk();
    QVERIFY(desk->docking()->isAutomatic());
    for (const QString &panel : panelsOf(desk->docking()->layout()))
        QVERIFY2(desk->area()->isSeen(panel), qPrintable(panel));
}

void SmallScreensTest::rangesBecomeOneButton()
{
    Screen screen;
    auto *ranges = screen.window.findChild<RangeBar *>();
    screen.window.resize(1'280, 560);
    screen.settle();
    QVERIFY(!ranges->isCompact() && !ranges->menuButton()->isVisible());
    screen.window.resize(700, 560);
    screen.settle();
    QVERIFY(ranges->isCompact() && ranges->menuButton()->isVisible());
    QVERIFY2(ranges->menuButton()->text().startsWith(u"Hour"_s), qPrintable(ranges->menuButton()->text()));
    QMenu *menu = ranges->menuButton()->menu();
    Q_EMIT menu->aboutToShow();
    QCOMPARE(menu->actions().size(), 8);
    QVERIFY(menu->actions()[1]->isChecked());
    menu->actions()[3]->trigger();
    QCOMPARE(screen.window.board().choice().view, TimeView::of(NamedRange::Week));
    QVERIFY(ranges->menuButton()->text().startsWith(u"Week"_s));
    // The word of the connection is never cut.
    auto *badge = screen.window.findChild<ConnectionBadge *>();
    QVERIFY(badge->width() >= badge->minimumSizeHint().width());
}

void SmallScreensTest::everyDialogFits_data()
{
    QTest::addColumn<QString>("language");
    QTest::addColumn<int>("number");
    for (const char *language : {"en", "de"})
        for (int i = 0; i < dialogs().size(); ++i)
            QTest::addRow("%s %s", language, dialogs()[i].first) << QString::fromLatin1(language) << i;
}

void SmallScreensTest::everyDialogFits()
{
    QFETCH(QString, language);
    QFETCH(int, number);
    language::choose(language);
    language::install(*qApp);
    Screen screen;
    const auto dialog = dialogs()[number].second(screen.window);
    dialog->show();
    screen.settle();
    constexpr QSize kFree = kSmall - QSize(8, 40); // what a title and edges leave
    const QSize least = dialog->minimumSizeHint().expandedTo(dialog->minimumSize());
    QVERIFY2(dialog->width() <= kFree.width() && dialog->height() <= kFree.height() && least.width() <= kFree.width() &&
                 least.height() <= kFree.height(),
             qPrintable(
                 u"%1 x %2, at least %3 x %4"_s.arg(QString::number(dialog->width()), QString::number(dialog->height()),
                                                    QString::number(least.width()), QString::number(least.height()))));
    const QStringList cut = cutOff(*dialog);
    QVERIFY2(cut.isEmpty(), qPrintable(cut.join(u'\n')));
}

// What a click in the stream opens is seen, though the desk is higher than the window.
void SmallScreensTest::theDrawerComesIntoSight()
{
    Screen screen;
    screen.window.resize(792, 560);
    screen.settle();
    Desk *desk = screen.window.desk();
    QTest::mouseClick(desk->stream()->view()->viewport(), Qt::LeftButton, {}, QPoint(60, 60));
    screen.settle();
    QWidget *pane = nullptr;
    for (QWidget *child : desk->findChildren<QWidget *>(u"drawer"_s, Qt::FindDirectChildrenOnly))
        pane = child;
    QVERIFY(pane && pane->isVisible());
    const QRect inSight(desk->mapFrom(desk->parentWidget(), QPoint()), desk->parentWidget()->size());
    QVERIFY2(inSight.contains(pane->geometry()), "the drawer is out of sight");
}

int main(int argc, char **argv)
{
    // A screen of that size, where tests run without one.
    QTemporaryDir dir;
    if (qEnvironmentVariable("QT_QPA_PLATFORM").startsWith(u"offscreen"_s)) {
        const QJsonObject screen{{u"name"_s, u"small"_s},
                                 {u"x"_s, 0},
                                 {u"y"_s, 0},
                                 {u"width"_s, kSmall.width()},
                                 {u"height"_s, kSmall.height()},
                                 {u"logicalDpi"_s, 96},
                                 {u"logicalBaseDpi"_s, 96},
                                 {u"dpr"_s, 1}};
        QFile file(dir.filePath(u"screens.json"_s));
        if (file.open(QIODevice::WriteOnly))
            file.write(QJsonDocument(QJsonObject{{u"screens"_s, QJsonArray{screen}}}).toJson());
        file.close();
        qputenv("QT_QPA_PLATFORM", "offscreen:configfile=" + file.fileName().toUtf8());
    }
    QApplication application(argc, argv);
    SmallScreensTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_smallscreens.moc"
