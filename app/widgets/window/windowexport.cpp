#include "app/widgets/window/windowexport.h"

#include "app/board/board.h"
#include "app/board/text/exporttext.h"
#include "app/board/text/format.h"
#include "app/feed/rawexport.h"
#include "app/session/session.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/base/messagebox.h"
#include "app/widgets/base/picture.h"
#include "app/widgets/chart/captiontext.h"
#include "app/widgets/chart/filterbar.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/connection/notices.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/desk/deskpage.h"
#include "app/widgets/stream/streamcard.h"
#include "app/widgets/window/rawexportdialog.h"

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
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>

#include <utility>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

const auto kFolder = u"export/folder"_s;
constexpr int kSide = 20; // px beside the chart

} // namespace

WindowExport::WindowExport(const Parts &parts, std::function<QString()> place, QWidget *window)
    : QObject(window), m_parts(parts), m_place(std::move(place)), m_window(window)
{
}

void WindowExport::makeActions(Actions *actions)
{
    actions->beginGroup(tr("Export"));
    actions->add(u"export.copy"_s, tr("&Copy the chart as an image"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C),
                 [this] { copyChart(); });
    actions->add(u"export.png"_s, tr("The chart as &PNG…"), {}, [this] { saveChart(u"png"_s); });
    actions->add(u"export.svg"_s, tr("The chart as &SVG…"), {}, [this] { saveChart(u"svg"_s); });
    actions->add(u"export.pdf"_s, tr("The page as P&DF…"), {}, [this] { savePage(); });
    actions->add(u"export.print"_s, tr("P&rint the page…"), QKeySequence::Print, [this] { printPage(); });
    actions->add(u"export.csv"_s, tr("The numbers shown as CS&V…"), {},
                 [this] { saveText(tr("numbers"), u"csv"_s, frameAsCsv(m_parts.board.frame())); });
    actions->add(u"export.json"_s, tr("The numbers shown as &JSON…"), {},
                 [this] { saveText(tr("numbers"), u"json"_s, frameAsJson(m_parts.board.frame())); });
    actions->add(u"export.rawCsv"_s, tr("The events of this t&ime as CSV…"), {}, [this] { saveRaw(u"csv"_s); });
    actions->add(u"export.rawNdjson"_s, tr("The events of this time as &NDJSON…"), {},
                 [this] { saveRaw(u"ndjson"_s); });
}

bool WindowExport::mayStop()
{
    if (!m_window->findChild<RawExport *>())
        return true;
    QMessageBox box(m_window);
    box.setWindowTitle(tr("Export"));
    setPlainTexts(box, tr("An export is still running."), tr("If you stop it now, nothing is saved."));
    QPushButton *wait = box.addButton(tr("Let it finish"), QMessageBox::RejectRole);
    QPushButton *stop = box.addButton(tr("Stop it"), QMessageBox::DestructiveRole);
    box.setDefaultButton(wait);
    box.exec();
    return box.clickedButton() == stop; // anything else, also the box closed by other means, waits
}

QString WindowExport::askForFile(const QString &what, const QString &suffix)
{
    QSettings settings;
    const QString fallback = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    const QString folder = settings.value(kFolder, fallback).toString();
    const QDateTime from =
        QDateTime::fromMSecsSinceEpoch(m_parts.board.frame().grid.span().fromMs, m_parts.board.zone());
    const QString name = u"entvas-%1-%2.%3"_s.arg(what, from.toString(u"yyyyMMdd-HHmm"_s), suffix);
    QString path = QFileDialog::getSaveFileName(m_window, tr("Export"), QDir(folder).filePath(name),
                                                tr("%1 files (*.%2)").arg(suffix.toUpper(), suffix));
    if (path.isEmpty())
        return {};
    if (QFileInfo(path).suffix().isEmpty())
        path += u'.' + suffix;
    settings.setValue(kFolder, QFileInfo(path).absolutePath());
    return path;
}

void WindowExport::tellUnless(const Result<void> &done)
{
    if (!done)
        m_parts.notices.showBox(tr("Nothing was exported."), done.failure().text);
}

void WindowExport::saveText(const QString &what, const QString &suffix, const QByteArray &text)
{
    if (const QString path = askForFile(what, suffix); !path.isEmpty())
        tellUnless(picture::saveBytes(text, path));
}

QWidget *WindowExport::chartCard()
{
    m_parts.desk->chart()->pick(-1); // no card of the mouse in the image
    return m_parts.desk->chartCard();
}

Caption WindowExport::caption(bool withStream) const
{
    const Board &board = m_parts.board;
    const bool isLive = board.state().kind == FeedState::Kind::Live;
    return captionOf(board.frame(), m_place(), board.hasData() && !isLive ? board.heardAtMs() : -1,
                     withStream ? m_parts.desk->stream()->filterLine()->text() : QString());
}

void WindowExport::copyChart()
{
    const Caption words = caption(false);
    QApplication::clipboard()->setImage(picture::image(Sheet(chartCard(), words, m_parts.theme, kSide)));
}

void WindowExport::saveChart(const QString &suffix)
{
    const QString path = askForFile(tr("chart"), suffix);
    if (path.isEmpty())
        return;
    const Caption words = caption(false);
    const Sheet sheet(chartCard(), words, m_parts.theme, kSide);
    tellUnless(suffix == u"svg"_s ? picture::saveSvg(sheet, path) : picture::savePng(sheet, path));
}

void WindowExport::paintPage(QPagedPaintDevice *device)
{
    m_parts.desk->chart()->pick(-1);
    const QSizeF shape = device->pageLayout().paintRect(QPageLayout::Point).size();
    const DeskPage page(m_parts.desk, caption(true), m_parts.theme, shape);
    const Caption words = caption(true); // the buckets may be others in this width
    picture::paintOn(device, Sheet(m_parts.desk, words, m_parts.theme));
}

void WindowExport::savePage()
{
    const QString path = askForFile(tr("page"), u"pdf"_s);
    if (path.isEmpty())
        return;
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter pdf(&buffer);
        pdf.setTitle(m_place());
        pdf.setCreator(tr("Entvas"));
        pdf.setPageLayout(QPageLayout(QPageSize(QPageSize::A4), QPageLayout::Landscape, QMarginsF(10, 10, 10, 10),
                                      QPageLayout::Millimeter));
        paintPage(&pdf);
    }
    tellUnless(picture::saveBytes(bytes, path));
}

void WindowExport::printPage()
{
    QPrinter printer(QPrinter::HighResolution);
    printer.setPageOrientation(QPageLayout::Landscape);
    QPrintDialog dialog(&printer, m_window);
    if (dialog.exec() == QDialog::Accepted)
        paintPage(&printer);
}

void WindowExport::saveRaw(const QString &suffix)
{
    const BoardFrame frame = m_parts.board.frame();
    if (!m_parts.session->feed() || frame.grid.size() == 0)
        return;
    const QString path = askForFile(tr("events"), suffix);
    if (path.isEmpty())
        return;
    const QMap<QString, ValueFilter> filters = m_parts.desk->stream()->windowFilters();
    const StreamFilter filter({}, filters);
    auto *progress = new RawExportDialog(
        filters.isEmpty() ? countIn(m_parts.board.cube(), frame.grid.span()) : frame.main.total, m_window);
    auto *raw = new RawExport(m_parts.session->pagesOptions(), path,
                              suffix == u"csv"_s ? RawExport::Format::Csv : RawExport::Format::Ndjson, progress);
    progress->follow(raw);
    connect(raw, &RawExport::failed, this,
            [this](const QString &reason) { m_parts.notices.showBox(tr("Nothing was exported."), reason); });
    QStringList said{QDir::toNativeSeparators(path)};
    for (auto rule = filters.cbegin(); rule != filters.cend(); ++rule)
        said << filterText(rule.key(), rule.value());
    connect(raw, &RawExport::finished, this, [this, said](qint64 events) {
        m_parts.notices.showBox(events == 1 ? tr("1 event was exported.")
                                            : tr("%1 events were exported.").arg(format::count(events)),
                                said.join(u'\n'));
    });
    RawExport::Passes passes;
    if (!filter.isChoiceOnly())
        passes = [filter](const wire::TailEvent &event) { return filter.matches(event); };
    raw->start(frame.grid.span(), filter.choice(), std::move(passes));
}

} // namespace entvas
