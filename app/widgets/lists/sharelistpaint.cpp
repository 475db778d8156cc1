// How a list of shares looks.
#include "app/board/text/format.h"
#include "app/theme/theme.h"
#include "app/widgets/base/paint.h"
#include "app/widgets/dock/panel.h"
#include "app/widgets/lists/sharelist.h"

#include <algorithm>
#include <numeric>
#include <QPainter>

namespace entvas {

namespace {

constexpr double kTrendFrom = 300; // a list that is narrower has no room for courses
constexpr double kTrendWidth = 64;
constexpr qsizetype kTrendPoints = 32;

// At most so many values: neighbours are added up. A rest that would make a shorter last one is left out at the start,
// so that the newest one is whole.
QList<qint64> thinned(const QList<qint64> &values, qsizetype most)
{
    const qsizetype together = (values.size() + most - 1) / most;
    QList<qint64> sums;
    for (qsizetype i = values.size() % together; i + together <= values.size(); i += together)
        sums.append(std::accumulate(values.cbegin() + i, values.cbegin() + i + together, qint64(0)));
    return sums;
}

} // namespace

void ShareList::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens &t = m_theme.tokens();
    if (!m_isKnown)
        return paintPlaceholder(painter);
    if (m_groups.isEmpty()) {
        painter.setPen(t.second);
        painter.setFont(m_theme.font(12));
        painter.drawText(rect(), Qt::AlignCenter, tr("No events in this range"));
        return;
    }
    const int end = std::min(int(m_groups.size()), m_first + rowsInSight());
    for (int index = m_first; index < end; ++index) {
        const CubeGroup &group = m_groups[index];
        const QRectF row = rowRect(index);
        const QRectF body = row.adjusted(-Panel::kInset, 0, Panel::kInset, m_kind == Kind::Lines ? -2 : -4);
        if (index == m_hovered) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(t.hover);
            painter.drawRoundedRect(body, 5, 5);
        }
        // What the filter leaves out is faint; where contrast is asked for, its bar is hollow instead.
        const bool isOut = !m_filter.values.isEmpty() && (group.isRest || !m_filter.passes(group.name));
        painter.setOpacity(isOut && !t.highContrast ? 0.42 : 1);
        if (m_kind == Kind::Lines)
            paintLine(painter, row, group, isOut && t.highContrast);
        else
            paintRow(painter, row, group, isOut && t.highContrast);
        painter.setOpacity(1);
        if (hasFocus() && index == m_current)
            paint::ring(painter, body, t.focus, t.edge);
    }
}

void ShareList::paintPlaceholder(QPainter &painter) const
{
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.tokens().grid);
    const int high = rowHeight();
    const double left = room().left(), width = room().width();
    double y = 0;
    for (const double share : {0.45, 0.3, 0.22, 0.16}) {
        if (m_kind == Kind::Lines) {
            painter.drawRoundedRect(QRectF(left, y + 4, 96, 12), 3, 3);
            painter.drawRoundedRect(QRectF(left, y + 26, width, 6), 3, 3);
        } else {
            painter.drawRoundedRect(QRectF(left, y, width * share, high - 5), 5, 5);
        }
        y += high;
    }
}

double ShareList::countWidth() const
{
    const QFont font = m_theme.font(13, QFont::DemiBold);
    double widest = 0;
    for (const CubeGroup &group : m_groups)
        widest = std::max(widest, paint::tabularWidth(font, format::count(group.total)));
    return widest;
}

void ShareList::paintLine(QPainter &painter, const QRectF &row, const CubeGroup &group, bool isHollow) const
{
    const Tokens &t = m_theme.tokens();
    const double base = row.top() + 16;
    constexpr double kShareWidth = 70;
    painter.setFont(m_theme.font(13));
    painter.setPen(t.second);
    paint::tabular(painter, row.right(), base, format::percent(group.total, m_total), Qt::AlignRight);
    painter.setFont(m_theme.font(13, QFont::DemiBold));
    painter.setPen(t.text);
    const QString count = format::count(group.total);
    paint::tabular(painter, row.right() - kShareWidth, base, count, Qt::AlignRight);
    double used = kShareWidth + countWidth() + 12;
    if (group.perBucket.size() > 1 && row.width() > kTrendFrom) {
        const QRectF trend(row.right() - used - kTrendWidth - 4, row.top() + 4, kTrendWidth, 14);
        paint::sparkline(painter, trend, thinned(group.perBucket, kTrendPoints),
                         m_colorOf ? m_colorOf(group) : t.accent);
        used += kTrendWidth + 16;
    }
    painter.setFont(m_theme.font(13, QFont::Medium));
    paint::elided(painter, {row.left(), row.top() + 1, row.width() - used, 20}, nameOf(group));

    const QRectF track(row.left(), row.top() + 26, row.width(), 6);
    painter.setPen(Qt::NoPen);
    painter.setBrush(t.grid);
    painter.drawRoundedRect(track, 3, 3);
    const double share = m_total > 0 ? double(group.total) / double(m_total) : 0;
    const QColor color = m_colorOf ? m_colorOf(group) : t.accent;
    if (group.total == 0)
        return;
    QRectF bar(track.left(), track.top(), std::max(track.width() * share, 6.0), 6);
    if (isHollow) {
        bar.adjust(0.5, 0.5, -0.5, -0.5);
        painter.setPen(QPen(color, 1));
        painter.setBrush(t.surface);
    } else {
        painter.setBrush(color);
    }
    painter.drawRoundedRect(bar, 3, 3);
}

void ShareList::paintRow(QPainter &painter, const QRectF &row, const CubeGroup &group, bool isHollow) const
{
    const Tokens &t = m_theme.tokens();
    const QRectF bar = row.adjusted(0, 0, 0, -5);
    const double share = m_total > 0 ? double(group.total) / double(m_total) : 0;
    painter.setPen(Qt::NoPen);
    painter.setBrush(group.isRest ? t.grid : t.wash);
    QRectF filled(bar.left(), bar.top(), group.total > 0 ? std::max(bar.width() * share, 4.0) : 0, bar.height());
    if (!isHollow)
        painter.drawRoundedRect(filled, 5, 5);
    if (t.highContrast) { // a tint is no edge for who needs contrast
        filled.setTop(filled.bottom() - (isHollow ? 1 : 3));
        painter.fillRect(filled, group.isRest ? t.second : t.accent);
    }
    const double base = bar.center().y() + 4.5;
    painter.setFont(m_theme.font(12));
    painter.setPen(t.second);
    paint::tabular(painter, bar.right() - 4, base, format::percent(group.total, m_total), Qt::AlignRight);
    painter.setFont(m_theme.font(12, QFont::Medium));
    painter.setPen(group.name.isEmpty() || group.isRest ? t.second : t.text);
    paint::elided(painter, bar.adjusted(9, 0, -64, 0), nameOf(group));
}

} // namespace entvas
