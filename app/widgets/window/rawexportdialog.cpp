#include "app/widgets/window/rawexportdialog.h"

#include "app/board/text/format.h"
#include "app/feed/rawexport.h"

#include <algorithm>

namespace entvas {

namespace {
constexpr int kSteps = 1'000;
constexpr int kShownAfterMs = 400;
} // namespace

RawExportDialog::RawExportDialog(qint64 expected, QWidget *window)
    : QProgressDialog(window), m_expected(std::max<qint64>(expected, 1))
{
    setWindowTitle(tr("Export"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowModality(Qt::NonModal); // one goes on looking meanwhile
    setAutoClose(false);
    setAutoReset(false);
    setMinimumDuration(kShownAfterMs);
    setRange(0, kSteps);
    draw(0);
}

void RawExportDialog::follow(RawExport *raw)
{
    connect(raw, &RawExport::progressed, this, &RawExportDialog::draw);
    connect(this, &QProgressDialog::canceled, raw, [this, raw] {
        raw->cancel();
        close();
    });
    connect(raw, &RawExport::failed, this, &QWidget::close);
    connect(raw, &RawExport::finished, this, &QWidget::close);
}

void RawExportDialog::draw(qint64 events)
{
    setLabelText(tr("%1 of about %2 events").arg(format::count(events), format::count(std::max(m_expected, events))));
    setValue(int(std::min<qint64>(kSteps - 1, events * kSteps / std::max(m_expected, events + 1))));
}

} // namespace entvas
