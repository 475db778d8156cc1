#include "app/board/board.h"
#include "app/theme.h"
#include "app/widgets/connectdialog.h"
#include "app/widgets/desk.h"
#include "app/widgets/emptypanel.h"
#include "app/widgets/hovercard.h"
#include "app/widgets/paint.h"
#include "app/widgets/rangebar.h"
#include "app/widgets/statcard.h"
#include "app/widgets/timelinechart.h"
#include "fakefeed.h"

#include <QApplication>
#include <QClipboard>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

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
    void contrastIsEnough_data();
    void contrastIsEnough();
    void numbersReachTheCards();
    void axisFitsWhatIsShown();
    void hoverShowsTheBucket();
    void narrowAndWideShowEverything_data();
    void narrowAndWideShowEverything();
    void keysChooseRanges();
    void emptyPanelTellsWhatToDo();
    void connectDialogChecksAddresses();
    void dataIsPlainText();
};

void DeskTest::contrastIsEnough_data()
{
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
}

void DeskTest::contrastIsEnough()
{
    QFETCH(bool, dark);
    const Tokens &t = dark ? darkTokens() : lightTokens();
    for (const QColor &ground : {t.background, t.surface}) {
        for (const QColor &ink : {t.text, t.second, t.accent, t.good, t.warn, t.bad})
            QVERIFY2(contrast(ink, ground) >= 4.5, qPrintable(ink.name() + u" on "_s + ground.name()));
        for (const QColor &series : t.series)
            QVERIFY2(contrast(series, ground) >= 2.4, qPrintable(series.name()));
    }
    QVERIFY(contrast(t.text, t.wash) >= 4.5);
    QVERIFY(contrast(t.onAccent, t.accent) >= 4.5);
    // Neighbours in a stack must differ for those who see no red or no green too: compared as they see them
    // (Viénot, Brettel and Mollon 1999, simplified), in lightness or in what is left of hue.
    const auto seen = [](const QColor &c, bool protan) {
        const double r = c.redF(), g = c.greenF(), b = c.blueF();
        const double mixed = protan ? 0.11238 * r + 0.88762 * g : 0.29275 * r + 0.70725 * g;
        return std::array<double, 2>{mixed, b};
    };
    for (const bool protan : {false, true})
        for (std::size_t i = 0; i + 1 < t.series.size(); ++i) {
            const auto a = seen(t.series[i], protan);
            const auto b = seen(t.series[i + 1], protan);
            const double distance = std::hypot(a[0] - b[0], a[1] - b[1]);
            QVERIFY2(distance > 0.08,
                     qPrintable(u"%1 and %2: %3"_s.arg(t.series[i].name(), t.series[i + 1].name()).arg(distance)));
        }
}

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
    QCOMPARE(screen.desk.totalCard()->number(), u"6,234"_s);
    QCOMPARE(screen.desk.totalCard()->context(), u"1,234 in the last hour"_s);
    QCOMPARE(screen.desk.minuteCard()->number(), u"1,234"_s);
    QCOMPARE(screen.desk.rateCard()->number(), u"247"_s);
    QCOMPARE(screen.desk.rejectedCard()->number(), u"12"_s);
    QVERIFY(screen.desk.totalCard()->accessibleDescription().contains(u"6,234"_s));
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
    for (int key = 0; key < 60; ++key) {
        QTest::keyClick(chart, Qt::Key_Left);
        QVERIFY(chart->rect().contains(card->geometry()));
    }
    QTest::keyClick(chart, Qt::Key_Escape);
    QVERIFY(card->isHidden());
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
    const QList<QFrame *> frames = screen.desk.findChildren<QFrame *>(u"card"_s);
    QCOMPARE(frames.size(), 9);
    for (const QFrame *frame : frames) {
        QVERIFY(frame->isVisible());
        QVERIFY2(screen.desk.rect().contains(frame->geometry()), qPrintable(frame->accessibleName()));
        for (const QFrame *other : frames)
            QVERIFY(frame == other || !frame->geometry().intersects(other->geometry()));
    }
}

void DeskTest::keysChooseRanges()
{
    RangeBar bar;
    static_cast<QWidget &>(bar).show();
    bar.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&bar));
    bar.draw(NamedRange::Hour);
    QSignalSpy chosen(&bar, &RangeBar::chosen);
    QTest::keyClick(&bar, Qt::Key_4);
    QTRY_COMPARE(chosen.size(), 1);
    QCOMPARE(chosen.takeFirst().first().value<NamedRange>(), NamedRange::Week);
    QTest::mouseClick(bar.findChildren<QToolButton *>().at(2), Qt::LeftButton);
    QCOMPARE(chosen.takeFirst().first().value<NamedRange>(), NamedRange::Day);
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
    QCOMPARE(paint::oneLine(u"a\nb\t\u202E\u0007"_s), u"a\u240Ab\u2409\u2421\u2407"_s);
}

QTEST_MAIN(DeskTest)
#include "tst_desk.moc"
