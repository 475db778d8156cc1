// Pictures that leave the program say what they show, and a page has what belongs on paper and no more.
#include "app/board/text/format.h"
#include "app/session/session.h"
#include "app/theme/theme.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/base/picture.h"
#include "app/widgets/chart/captiontext.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/desk/deskpage.h"
#include "app/widgets/desk/docking.h"
#include "app/widgets/dock/panelarea.h"
#include "app/widgets/lists/sharelist.h"
#include "app/widgets/stream/streamcard.h"
#include "app/widgets/window/mainwindow.h"
#include "tests/app/fakefeed.h"

#include <QAction>
#include <QApplication>
#include <QBuffer>
#include <QClipboard>
#include <QFileDialog>
#include <QLineEdit>
#include <QPdfWriter>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QToolButton>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

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
        window.board().setZone(QTimeZone("Asia/Kolkata"));
        LiveCube cube({u"eventType"_s, u"page"_s});
        cube.add(QList<Cell>{{nowMs / 1000 - 120, cube.intern({u"page_view"_s, u"home"_s}), 1'268},
                             {nowMs / 1000 - 120, cube.intern({u"log"_s, u"%1 & <b>"_s}), 413},
                             {nowMs / 1000 - 5'000, cube.intern({u"log"_s, u"home"_s}), 77}});
        feed.live();
        feed.snapshot(cube, nowMs, 7);
        settle();
    }
    ~Screen() { Q_EMIT session.feedChanged(nullptr); }
    static void settle()
    {
        for (int i = 0; i < 5; ++i)
            QTest::qWait(5);
    }
    Desk *desk() { return window.desk(); }
};

// Answers the dialog that asks for a file, once it is there.
void answerWith(const QString &path, QObject *context)
{
    auto *watch = new QTimer(context);
    QObject::connect(watch, &QTimer::timeout, context, [watch, path] {
        auto *dialog = qobject_cast<QFileDialog *>(QApplication::activeModalWidget());
        if (!dialog)
            return;
        watch->stop();
        watch->deleteLater();
        dialog->selectFile(path);
        dialog->findChild<QLineEdit *>(u"fileNameEdit"_s)->setText(path);
        QMetaObject::invokeMethod(dialog, "accept");
    });
    watch->start(20);
}

QByteArray bytesOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class PicturesTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init() { QSettings().clear(); }
    void captionsSayWhatIsShown();
    void aServerThatIsGone();
    void chartsAreCaptioned();
    void aPageHasNoTools();
    void aPageIsUsedWhole();
    void pdfIsWritten();
};

void PicturesTest::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(u"entvas-test"_s);
    QCoreApplication::setApplicationName(u"tst_pictures"_s);
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    QApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
}

void PicturesTest::captionsSayWhatIsShown()
{
    Screen screen;
    Board &board = screen.window.board();
    board.showSpan({screen.nowMs - 3'600'000, screen.nowMs - 60'000});
    screen.settle();
    Caption caption = captionOf(board.frame(), u"Project shop · events.example.org"_s, -1);
    QCOMPARE(caption.title, u"Project shop · events.example.org"_s);
    const QString year =
        QString::number(QDateTime::fromMSecsSinceEpoch(screen.nowMs - 60'000, board.zone()).date().year());
    QVERIFY2(caption.facts[0].contains(year), qPrintable(caption.facts[0]));
    QVERIFY2(caption.facts[0].endsWith(u" · Asia/Kolkata (UTC+5:30)"_s), qPrintable(caption.facts[0]));
    QCOMPARE(caption.facts[1], u"1,681 events · no filter"_s);
    QCOMPARE(caption.facts.size(), 2);
    QVERIFY2(caption.made.startsWith(u"Made with Entvas on "_s) && caption.made.contains(year) &&
                 caption.made.endsWith(u"Asia/Kolkata (UTC+5:30)"_s),
             qPrintable(caption.made));

    BoardChoice choice = board.choice();
    choice.filter.insert(u"eventType"_s, {{u"log"_s}, true});
    choice.filter.insert(u"page"_s, {{u"home"_s, u"%1 & <b>\n"_s}, false});
    choice.comparison = Comparison::PreviousPeriod;
    board.choose(choice);
    screen.settle();
    caption = captionOf(board.frame(), u"Project"_s, -1, u"user:42"_s);
    QCOMPARE(caption.facts[1], u"1,268 events · filter: type ≠ log; page: %1 & <b>\u240A, home"_s);
    QVERIFY2(caption.facts[2].startsWith(u"Compared with the previous period"_s), qPrintable(caption.facts[2]));
    QCOMPARE(caption.facts[3], u"Live stream filtered to: user:42"_s);
    // A live time ends now, whatever the last bucket is.
    board.setRange(NamedRange::Week);
    screen.settle();
    caption = captionOf(board.frame(), u"Project"_s, -1);
    QVERIFY2(caption.facts[0].contains(format::clock(board.frame().nowMs, board.zone(), true)),
             qPrintable(caption.facts[0]));
}

void PicturesTest::aServerThatIsGone()
{
    Screen screen;
    const Caption caption = captionOf(screen.window.board().frame(), u"Project"_s, screen.nowMs - 7'200'000);
    QVERIFY2(caption.made.contains(u"last contact with the server: "_s), qPrintable(caption.made));
}

void PicturesTest::chartsAreCaptioned()
{
    Screen screen;
    Q_EMIT screen.desk()->topList()->clicked(u"log"_s, {});
    screen.settle();
    const QTemporaryDir dir;
    answerWith(dir.filePath(u"a.svg"_s), this);
    screen.window.actions().find(u"export.svg"_s)->trigger();
    const QByteArray svg = bytesOf(dir.filePath(u"a.svg"_s));
    QVERIFY(svg.contains("<svg") && svg.contains("</svg>"));
    for (const char *words : {"Project default", "Asia/Kolkata (UTC+5:30)", "filter: type: log", "Made with Entvas on"})
        QVERIFY2(svg.contains(words), words);
    answerWith(dir.filePath(u"a.png"_s), this);
    screen.window.actions().find(u"export.png"_s)->trigger();
    const QImage png(dir.filePath(u"a.png"_s));
    const QSize card = screen.desk()->chartCard()->size();
    QCOMPARE(png.width(), (card.width() + 40) * 2);
    QVERIFY(png.height() > card.height() * 2 + 100);
    QVERIFY(png.text(u"Description"_s).contains(u"filter: type: log"_s));
    // There is something in the room for the words.
    const QRgb ground = png.pixel(2, 2);
    int words = 0;
    for (int x = 0; x < png.width(); x += 2)
        words += png.pixel(x, 50) != ground;
    QVERIFY(words > 10);
    screen.window.actions().find(u"export.copy"_s)->trigger();
    QCOMPARE(QApplication::clipboard()->image().size(), png.size());
}

void PicturesTest::aPageHasNoTools()
{
    Screen screen;
    screen.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&screen.window));
    StreamCard *stream = screen.desk()->stream();
    stream->filterLine()->setFocus();
    const QSize before = screen.desk()->size();
    const QRect chart = screen.desk()->chart()->geometry();
    {
        const Caption caption = captionOf(screen.window.board().frame(), u"Project"_s, -1);
        const DeskPage page(screen.desk(), caption, screen.window.theme(), QSizeF(277, 190));
        QVERIFY(!stream->filterLine()->isVisible() && !stream->pauseButton()->isVisible());
        for (QWidget *part : screen.desk()->findChildren<QWidget *>()) {
            const bool isTitle = part->objectName() == u"titleMenu"_s;
            const bool isTool = (qobject_cast<QToolButton *>(part) && !isTitle) || qobject_cast<QLineEdit *>(part);
            QVERIFY2(!isTool || !part->isVisible(), qPrintable(part->objectName() + u' ' + part->toolTip()));
        }
        QVERIFY(!screen.desk()->isAncestorOf(QApplication::focusWidget())); // no ring
    }
    QCOMPARE(screen.desk()->size(), before);
    QCOMPARE(screen.desk()->chart()->geometry(), chart);
    QVERIFY(stream->filterLine()->isVisible() && stream->pauseButton()->isVisible());
    QCOMPARE(QApplication::focusWidget(), stream->filterLine());
}

// Whatever the shape of the window: the sheet has the page's, and every panel is in it.
void PicturesTest::aPageIsUsedWhole()
{
    for (const QSize size : {QSize(1280, 800), QSize(2560, 700), QSize(900, 1600)}) {
        Screen screen;
        screen.window.resize(size);
        screen.settle();
        const Caption caption = captionOf(screen.window.board().frame(), u"Project"_s, -1);
        const DeskPage page(screen.desk(), caption, screen.window.theme(), QSizeF(277, 190));
        const QSize sheet = Sheet(screen.desk(), caption, screen.window.theme()).size();
        QVERIFY2(std::abs(double(sheet.width()) / sheet.height() - 277.0 / 190.0) < 0.02,
                 qPrintable(u"%1 x %2"_s.arg(QString::number(sheet.width()), QString::number(sheet.height()))));
        for (const ShareList *list : screen.desk()->findChildren<ShareList *>())
            QCOMPARE(list->rowRect(list->spokenRows() - 1).isEmpty(), list->spokenRows() == 0); // all rows are seen
        for (const PanelPlan::Place &place : screen.desk()->area()->plan().places)
            QVERIFY2(screen.desk()->rect().contains(place.rect), qPrintable(place.panel));
    }
}

void PicturesTest::pdfIsWritten()
{
    Screen screen;
    const QTemporaryDir dir;
    answerWith(dir.filePath(u"a.pdf"_s), this);
    screen.window.actions().find(u"export.pdf"_s)->trigger();
    const QByteArray pdf = bytesOf(dir.filePath(u"a.pdf"_s));
    QVERIFY(pdf.startsWith("%PDF-") && pdf.trimmed().endsWith("%%EOF"));
    QVERIFY(pdf.contains("/Count 1"));
    QVERIFY(screen.desk()->stream()->pauseButton()->isVisible());
}

QTEST_MAIN(PicturesTest)
#include "tst_pictures.moc"
