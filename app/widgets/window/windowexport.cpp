// What is on the screen, taken elsewhere.
#include "app/board/text/format.h"
#include "app/feed/rawexport.h"
#include "app/session/session.h"
#include "app/widgets/base/messagebox.h"
#include "app/widgets/base/picture.h"
#include "app/widgets/chart/captiontext.h"
#include "app/widgets/chart/filterbar.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/desk/deskpage.h"
#include "app/widgets/stream/streamcard.h"
#include "app/widgets/window/mainwindow.h"

#include <QApplication>
#include <QBuffer>
#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QLineEdit>
#include <QPageLayout>
#include <QPdfWriter>
#include <QPrintDialog>
#include <QPrinter>
#include <QProgressDialog>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

const auto kFolder = u"export/folder"_s;
constexpr int kSide = 20; // px beside the chart
} // namespace

QString MainWindow::askForFile(const QString &what, const QString &suffix)
{
    QSettings settings;
    const QString fallback = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    const QString folder = settings.value(kFolder, fallback).toString();
    const QDateTime from = QDateTime::fromMSecsSinceEpoch(m_board.frame().grid.span().fromMs, m_board.zone());
    const QString name = u"entvas-%1-%2.%3"_s.arg(what, from.toString(u"yyyyMMdd-HHmm"_s), suffix);
    QString path = QFileDialog::getSaveFileName(this, tr("Export"), QDir(folder).filePath(name),
                                                tr("%1 files (*.%2)").arg(suffix.toUpper(), suffix));
    if (path.isEmpty())
        return {};
    if (QFileInfo(path).suffix().isEmpty())
        path += u'.' + suffix;
    settings.setValue(kFolder, QFileInfo(path).absolutePath());
    return path;
}

bool MainWindow::mayClose()
{
    if (!findChild<RawExport *>())
        return true;
    QMessageBox box(this);
    box.setWindowTitle(tr("Export"));
    setPlainTexts(box, tr("An export is still running."), tr("If it is stopped now, nothing of it is kept."));
    QPushButton *wait = box.addButton(tr("Let it finish"), QMessageBox::RejectRole);
    QPushButton *stop = box.addButton(tr("Stop it"), QMessageBox::DestructiveRole);
    box.setDefaultButton(wait);
    box.exec();
    return box.clickedButton() == stop; // anything else, also the box closed by other means, waits
}

void MainWindow::tellUnless(const Result<void> &done)
{
    if (!done)
        tell(tr("Nothing was exported."), done.failure().text);
}

void MainWindow::saveText(const QString &what, const QString &suffix, const QByteArray &text)
{
    if (const QString path = askForFile(what, suffix); !path.isEmpty())
        tellUnless(picture::saveBytes(text, path));
}

QWidget *MainWindow::chartCard()
{
    m_desk->chart()->pick(-1); // no card of the mouse in the picture
    return m_desk->chartCard();
}

Caption MainWindow::caption(bool withStream) const
{
    const bool isLive = m_board.state().kind == FeedState::Kind::Live;
    return captionOf(m_board.frame(), place(), m_board.hasData() && !isLive ? m_board.heardAtMs() : -1,
                     withStream ? m_desk->stream()->filterLine()->text() : QString());
}

void MainWindow::copyChart()
{
    const Caption words = caption(false);
    QApplication::clipboard()->setImage(picture::image(Sheet(chartCard(), words, m_theme, kSide)));
}

void MainWindow::saveChart(const QString &suffix)
{
    const QString path = askForFile(tr("chart"), suffix);
    if (path.isEmpty())
        return;
    const Caption words = caption(false);
    const Sheet sheet(chartCard(), words, m_theme, kSide);
    tellUnless(suffix == u"svg"_s ? picture::saveSvg(sheet, path) : picture::savePng(sheet, path));
}

void MainWindow::paintPage(QPagedPaintDevice *device)
{
    m_desk->chart()->pick(-1);
    const QSizeF shape = device->pageLayout().paintRect(QPageLayout::Point).size();
    const DeskPage page(m_desk, caption(true), m_theme, shape);
    const Caption words = caption(true); // the buckets may be others in this width
    picture::paintOn(device, Sheet(m_desk, words, m_theme));
}

void MainWindow::savePage()
{
    const QString path = askForFile(tr("page"), u"pdf"_s);
    if (path.isEmpty())
        return;
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter pdf(&buffer);
        pdf.setTitle(place());
        pdf.setCreator(tr("Entvas"));
        pdf.setPageLayout(QPageLayout(QPageSize(QPageSize::A4), QPageLayout::Landscape, QMarginsF(10, 10, 10, 10),
                                      QPageLayout::Millimeter));
        paintPage(&pdf);
    }
    tellUnless(picture::saveBytes(bytes, path));
}

void MainWindow::printPage()
{
    QPrinter printer(QPrinter::HighResolution);
    printer.setPageOrientation(QPageLayout::Landscape);
    QPrintDialog dialog(&printer, this);
    if (dialog.exec() == QDialog::Accepted)
        paintPage(&printer);
}

void MainWindow::saveRaw(const QString &suffix)
{
    const BoardFrame frame = m_board.frame();
    if (!m_session->feed() || frame.grid.size() == 0)
        return;
    const QString path = askForFile(tr("events"), suffix);
    if (path.isEmpty())
        return;
    const bool csv = suffix == u"csv"_s;
    auto *progress = new QProgressDialog(this);
    progress->setWindowTitle(tr("Export"));
    progress->setAttribute(Qt::WA_DeleteOnClose);
    progress->setWindowModality(Qt::NonModal); // one goes on looking meanwhile
    progress->setAutoClose(false);
    progress->setAutoReset(false);
    progress->setMinimumDuration(400);
    auto *raw = new RawExport(m_session->pagesOptions(), path, csv ? RawExport::Format::Csv : RawExport::Format::Ndjson,
                              progress);
    const QMap<QString, ValueFilter> filters = m_desk->stream()->windowFilters();
    const StreamFilter filter({}, filters);
    // How many there should be; retention may have removed some of them.
    const qint64 counted = filters.isEmpty() ? countIn(m_board.cube(), frame.grid.span()) : frame.main.total;
    const qint64 expected = std::max<qint64>(counted, 1);
    progress->setRange(0, 1'000);
    const auto show = [progress, expected](qint64 events) {
        progress->setLabelText(
            tr("%1 of about %2 events").arg(format::count(events), format::count(std::max(expected, events))));
        progress->setValue(int(std::min<qint64>(999, events * 1'000 / std::max(expected, events + 1))));
    };
    show(0);
    connect(raw, &RawExport::progressed, progress, show);
    connect(progress, &QProgressDialog::canceled, raw, [raw, progress] {
        raw->cancel();
        progress->close();
    });
    connect(raw, &RawExport::failed, this, [this, progress](const QString &reason) {
        progress->close();
        tell(tr("Nothing was exported."), reason);
    });
    QStringList said{QDir::toNativeSeparators(path)};
    for (auto rule = filters.cbegin(); rule != filters.cend(); ++rule)
        said << filterText(rule.key(), rule.value());
    connect(raw, &RawExport::finished, this, [this, progress, said](qint64 events) {
        progress->close();
        tell(events == 1 ? tr("1 event was exported.") : tr("%1 events were exported.").arg(format::count(events)),
             said.join(u'\n'));
    });
    RawExport::Passes passes;
    if (!filter.isChoiceOnly())
        passes = [filter](const wire::TailEvent &event) { return filter.matches(event); };
    raw->start(frame.grid.span(), filter.choice(), std::move(passes));
}

} // namespace entvas
