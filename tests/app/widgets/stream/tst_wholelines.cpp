// In the panel of rejected events, however low or narrow, no line is cut through the middle and the reason can be read.
#include "app/board/board.h"
#include "app/board/text/rejectedtext.h"
#include "app/feed/rejectedpages.h"
#include "app/theme/theme.h"
#include "app/widgets/stream/rejectedpane.h"
#include "app/widgets/stream/rejectedview.h"
#include "tests/app/fakefeed.h"

#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>
#include <QTest>
#include <QTreeView>

using namespace entvas;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNow = 1'780'000'030'000;

RejectedAnswer answer()
{
    RejectedAnswer answer;
    answer.isWhole = true;
    answer.total = 30;
    answer.sinceMs = kNow - 86'400'000;
    for (int i = 0; i < 30; ++i) {
        RejectedEvent event;
        event.number = quint64(100 - i);
        event.receivedAtMs = kNow - i * 60'000;
        event.status = 400;
        event.keyName = u"Checkout"_s;
        event.sender = u"10.20.0.17"_s;
        event.errors = {{{u"timestamp"_s}, u"\"timestamp\" must be in ISO 8601 date format"_s, u"date.format"_s},
                        {{u"userId"_s}, u"\"userId\" is required"_s, u"any.required"_s}};
        event.body = R"({"eventType":"page_view","timestamp":"yesterday"})";
        event.bodyBytes = event.body.size();
        answer.events.append(event);
    }
    return answer;
}

struct Screen {
    ManualClock clock{kNow};
    Theme theme;
    Board board{clock};
    RejectedView view{board, theme};

    explicit Screen(const QSize &size)
    {
        EventPagesOptions options;
        options.server = QUrl(u"http://127.0.0.1:9"_s); // nobody answers there
        options.project = u"default"_s;
        view.setServer(options);
        view.resize(size);
        view.show();
        QTest::qWait(20);
        Q_EMIT view.findChild<RejectedPages *>()->arrived(answer());
        QTest::qWait(20);
    }
};

} // namespace

class WholeLinesTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void rowsAreWhole_data();
    void rowsAreWhole();
    void linesAreWhole_data() { rowsAreWhole_data(); }
    void linesAreWhole();
    void reasonsAreReadable();
};

void WholeLinesTest::rowsAreWhole_data()
{
    QTest::addColumn<QSize>("size");
    for (const QSize size : {QSize(614, 214), QSize(614, 217), QSize(614, 229), QSize(900, 400), QSize(420, 500)})
        QTest::addRow("%d x %d", size.width(), size.height()) << size;
}

void WholeLinesTest::rowsAreWhole()
{
    QFETCH(QSize, size);
    Screen screen(size);
    QTreeView *list = screen.view.list();
    QVERIFY(list->isVisible());
    int rows = 0;
    for (int row = 0; row < list->model()->rowCount(); ++row) {
        const QRect at = list->visualRect(list->model()->index(row, 0));
        if (!at.intersects(list->viewport()->rect()))
            continue;
        ++rows;
        QVERIFY2(at.top() >= 0 && at.bottom() < list->viewport()->height(),
                 qPrintable(u"row %1 ends at %2 of %3"_s.arg(QString::number(row), QString::number(at.bottom()),
                                                             QString::number(list->viewport()->height()))));
    }
    QVERIFY(rows >= 3);
    // All can be reached.
    list->verticalScrollBar()->setValue(list->verticalScrollBar()->maximum());
    const QRect last = list->visualRect(list->model()->index(29, 0));
    QVERIFY(list->viewport()->rect().contains(last.center()));
}

// What is painted of a line that has no room is nothing.
void WholeLinesTest::linesAreWhole()
{
    QFETCH(QSize, size);
    Screen screen(size);
    if (!screen.view.pane()->isVisible())
        return; // there is no room for it
    auto *scroll = screen.view.pane()->findChild<QScrollArea *>();
    QVERIFY(scroll && scroll->isVisible());
    const QColor ground = screen.theme.tokens().surface;
    QWidget *viewport = scroll->viewport();
    for (const int value : {0, 3, 7, 11, 30}) {
        scroll->verticalScrollBar()->setValue(value);
        QTest::qWait(5);
        const QImage image = viewport->grab().toImage().convertToFormat(QImage::Format_RGB32);
        for (const QLabel *label : scroll->widget()->findChildren<QLabel *>()) {
            const int lines = qRound(double(label->height()) / label->fontMetrics().lineSpacing());
            for (int i = 0; i < lines; ++i) {
                const int top = label->mapTo(viewport, QPoint()).y() + label->height() * i / lines;
                const int bottom = label->mapTo(viewport, QPoint()).y() + label->height() * (i + 1) / lines - 1;
                const bool isCut = (top < 0 && bottom >= 0) || (top < image.height() && bottom >= image.height());
                if (!isCut)
                    continue;
                for (int y = std::max(top, 0); y <= std::min(bottom, image.height() - 1); ++y)
                    for (int x = 0; x < image.width(); ++x)
                        QVERIFY2(image.pixelColor(x, y) == ground || image.pixelColor(x, y).alpha() == 0,
                                 qPrintable(u"\"%1\" is cut at %2, scrolled to %3"_s.arg(
                                     label->text().left(30), QString::number(y), QString::number(value))));
            }
        }
    }
}

// As the panel is in a window of 1280 x 800: beside the list stands the whole reason of the one that is chosen, and how
// it is put right.
void WholeLinesTest::reasonsAreReadable()
{
    Screen screen(QSize(614, 214));
    QVERIFY(screen.view.pane()->isVisible());
    auto *scroll = screen.view.pane()->findChild<QScrollArea *>();
    const QList<QLabel *> labels = scroll->widget()->findChildren<QLabel *>();
    for (const QString &name : {u"reason"_s, u"remedy"_s}) {
        const auto first = std::find_if(labels.begin(), labels.end(), [&](auto *l) { return l->objectName() == name; });
        QVERIFY(first != labels.end());
        const QRect at((*first)->mapTo(scroll->viewport(), QPoint()), (*first)->size());
        QVERIFY2(scroll->viewport()->rect().contains(at), qPrintable(name));
        QVERIFY((*first)->height() >= (*first)->heightForWidth((*first)->width()));
    }
    // In the list, the reason has most of the room.
    QTreeView *list = screen.view.list();
    QVERIFY2(list->columnWidth(RejectedModel::Reason) > list->viewport()->width() / 2,
             qPrintable(QString::number(list->columnWidth(RejectedModel::Reason))));
}

QTEST_MAIN(WholeLinesTest)
#include "tst_wholelines.moc"
