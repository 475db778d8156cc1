#include "app/widgets/legend.h"

#include "app/theme.h"
#include "app/widgets/paint.h"

#include <QFontMetricsF>
#include <QPainter>

namespace entvas {

namespace {
constexpr double kSquare = 9;
constexpr double kInner = 6;
constexpr double kBetween = 16;
constexpr double kLongestName = 130;
} // namespace

Legend::Legend(const Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFixedHeight(20);
}

void Legend::draw(const QList<Entry> &entries)
{
    if (entries == m_entries)
        return;
    m_entries = entries;
    update();
}

void Legend::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont font = m_theme.font(12);
    painter.setFont(font);
    const QFontMetricsF metrics(font);
    QList<double> widths;
    double all = 0;
    for (const Entry &entry : std::as_const(m_entries)) {
        const double text = std::min(metrics.horizontalAdvance(paint::oneLine(entry.name)) + 1, kLongestName);
        const double width = kSquare + kInner + text;
        if (all + width + kBetween > this->width())
            break;
        widths.append(width);
        all += width + kBetween;
    }
    double x = this->width() - all + kBetween;
    for (qsizetype i = 0; i < widths.size(); ++i) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_entries[i].color);
        painter.drawRoundedRect(QRectF(x, 6, kSquare, kSquare), 2, 2);
        painter.setPen(m_theme.tokens().second);
        paint::elided(painter, {x + kSquare + kInner, 0, widths[i] - kSquare - kInner + 1, 20}, m_entries[i].name);
        x += widths[i] + kBetween;
    }
}

} // namespace entvas
