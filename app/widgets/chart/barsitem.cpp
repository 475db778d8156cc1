#include "app/widgets/chart/barsitem.h"

#include "app/widgets/base/paint.h"

#include <algorithm>
#include <cmath>
#include <QFontMetricsF>
#include <QPainter>

namespace entvas {

namespace {
constexpr double kLabelHeight = 26;
constexpr double kRightMargin = 10; // of the plot, where a label may reach into

// Light, and hatched where there is room for it: less is counted than in the bars beside it.
void paintPart(QPainter &painter, const QRectF &part, const QColor &color)
{
    QColor light = color;
    light.setAlphaF(0.35f);
    painter.fillRect(part, light);
    painter.fillRect(part, QBrush(color, Qt::BDiagPattern));
}
} // namespace

BarsItem::BarsItem(QGraphicsItem *parent) : QGraphicsObject(parent) {}

void BarsItem::draw(Picture picture, Look look)
{
    m_picture = std::move(picture);
    m_look = std::move(look);
    if (m_highlight >= m_picture.grid.size())
        m_highlight = -1;
    update();
}

void BarsItem::setPlot(const QRectF &plot)
{
    if (plot == m_plot)
        return;
    prepareGeometryChange();
    m_plot = plot;
}

void BarsItem::highlight(qsizetype bucket)
{
    if (bucket == m_highlight)
        return;
    m_highlight = bucket;
    update();
}

void BarsItem::select(const TimeSpan &span)
{
    if (span == m_selection)
        return;
    m_selection = span;
    update();
}

double BarsItem::xOf(qint64 ms) const
{
    const TimeSpan span = m_picture.grid.span();
    return span.isEmpty() ? m_plot.left()
                          : m_plot.left() + m_plot.width() * double(ms - span.fromMs) / double(span.lengthMs());
}

qsizetype BarsItem::bucketAt(double x) const
{
    if (m_picture.grid.size() == 0 || x < m_plot.left() || x >= m_plot.right())
        return -1;
    const qint64 ms = msAt(x);
    const auto after = std::upper_bound(m_picture.grid.edgesMs.cbegin(), m_picture.grid.edgesMs.cend(), ms);
    return std::clamp<qsizetype>(after - m_picture.grid.edgesMs.cbegin() - 1, 0, m_picture.grid.size() - 1);
}

qint64 BarsItem::msAt(double x) const
{
    const TimeSpan span = m_picture.grid.span();
    const double part = m_plot.width() > 0 ? std::clamp((x - m_plot.left()) / m_plot.width(), 0.0, 1.0) : 0;
    return span.fromMs + qint64(part * double(span.lengthMs()));
}

qsizetype BarsItem::groupAt(const QPointF &point) const
{
    const qsizetype bucket = bucketAt(point.x());
    if (bucket < 0 || point.y() > m_plot.bottom())
        return -1;
    double top = m_plot.bottom();
    for (qsizetype g = 0; g < m_picture.answer.groups.size(); ++g) {
        top -= double(m_picture.answer.groups[g].perBucket[bucket]) * m_plot.height() / m_picture.scale.max;
        if (point.y() >= top)
            return g;
    }
    return -1;
}

QRectF BarsItem::bucketRect(qsizetype bucket) const
{
    if (bucket < 0 || bucket >= m_picture.grid.size())
        return {};
    const double left = xOf(m_picture.grid.edgesMs[bucket]);
    return {left, m_plot.top(), xOf(m_picture.grid.edgesMs[bucket + 1]) - left, m_plot.height()};
}

QRectF BarsItem::boundingRect() const
{
    return m_plot.adjusted(-m_plot.left(), -10, kRightMargin, kLabelHeight);
}

void BarsItem::paint(QPainter *painter, const QStyleOptionGraphicsItem *, QWidget *)
{
    painter->setRenderHint(QPainter::Antialiasing, false);
    // Edges fall on whole device pixels, or neighbouring bars blur into each other.
    const double dpr = painter->device()->devicePixelRatioF();
    const auto snap = [dpr](double v) { return std::round(v * dpr) / dpr; };

    if (m_highlight >= 0)
        painter->fillRect(bucketRect(m_highlight), m_look.highlight);
    paintBars(*painter, dpr);
    paintEarlier(*painter);
    if (!m_selection.isEmpty()) {
        const double left = std::max(xOf(m_selection.fromMs), m_plot.left());
        const double right = std::min(xOf(m_selection.toMs), m_plot.right());
        QColor wash = m_look.selection;
        wash.setAlphaF(0.16f);
        painter->fillRect(QRectF(left, m_plot.top(), right - left, m_plot.height()), wash);
        painter->setPen(QPen(m_look.selection, 1));
        for (const double x : {left, right})
            painter->drawLine(QPointF(snap(x), m_plot.top()), QPointF(snap(x), m_plot.bottom()));
    }
    paintLabels(*painter);
}

void BarsItem::paintBars(QPainter &painter, double dpr) const
{
    const auto snap = [dpr](double v) { return std::round(v * dpr) / dpr; };
    const double perEvent = m_plot.height() / m_picture.scale.max;
    for (qsizetype b = 0; b < m_picture.grid.size(); ++b) {
        if (m_picture.answer.perBucket.value(b) == 0)
            continue;
        const QRectF bucket = bucketRect(b);
        const double width = bucket.width();
        const double gap = width >= 24 ? width * 0.22 : width >= 6 ? 2 : width >= 3 ? 1 : 0;
        const double left = snap(bucket.left() + gap / 2);
        const double right = std::max(snap(bucket.right() - gap / 2), left + 1 / dpr);
        qint64 below = 0;
        for (qsizetype g = 0; g < m_picture.answer.groups.size(); ++g) {
            const qint64 count = m_picture.answer.groups[g].perBucket[b];
            if (count == 0)
                continue;
            const double bottom = snap(m_plot.bottom() - double(below) * perEvent);
            below += count;
            const double top = snap(m_plot.bottom() - double(below) * perEvent);
            // What is there shows, if only as one pixel; parts that can spare one are set apart by it.
            const double height = std::max(bottom - top, 1 / dpr);
            const double apart = below > count && height >= 7 && width >= 4 ? snap(1) : 0;
            const QRectF part(left, bottom - height, right - left, height - apart);
            const QColor color = m_look.colors.value(g);
            if (isPartial(b))
                paintPart(painter, part, color);
            else
                painter.fillRect(part, color);
        }
    }
}

bool BarsItem::isPartial(qsizetype bucket) const
{
    return (bucket == 0 && m_picture.isFirstPartial) ||
           (bucket == m_picture.grid.size() - 1 && m_picture.isLastPartial);
}

void BarsItem::paintEarlier(QPainter &painter) const
{
    if (m_picture.earlier.size() != m_picture.grid.size())
        return;
    const double perEvent = m_plot.height() / m_picture.scale.max;
    QPolygonF line;
    for (qsizetype b = 0; b < m_picture.grid.size(); ++b)
        line << QPointF(bucketRect(b).center().x(), m_plot.bottom() - double(m_picture.earlier[b]) * perEvent);
    painter.setRenderHint(QPainter::Antialiasing, true);
    QPen pen(m_look.earlier, 1.4, Qt::CustomDashLine, Qt::FlatCap, Qt::RoundJoin);
    pen.setDashPattern({3, 2.5});
    painter.setPen(pen);
    painter.drawPolyline(line);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void BarsItem::paintLabels(QPainter &painter) const
{
    const double perEvent = m_plot.height() / m_picture.scale.max;
    painter.setPen(m_look.label);
    painter.setFont(m_look.font);
    const QFontMetricsF metrics(m_look.font);
    for (double value = 0; value <= m_picture.scale.max * 1.001; value += m_picture.scale.step)
        paint::tabular(painter, m_plot.left() - 10, m_plot.bottom() - value * perEvent + metrics.capHeight() / 2,
                       format::count(qint64(value)), Qt::AlignRight);
    double free = m_plot.left() - 40;
    for (const format::Tick &tick : m_picture.ticks) {
        double x = xOf(tick.ms);
        if (tick.centred)
            x = bucketRect(bucketAt(x + 1)).center().x();
        const double width = metrics.horizontalAdvance(tick.text);
        const double left = std::min(x - width / 2, m_plot.right() + kRightMargin - 2 - width);
        if (left < free)
            continue; // labels never touch
        painter.drawText(QPointF(left, m_plot.bottom() + 8 + metrics.ascent()), tick.text);
        free = left + width + 12;
    }
}

} // namespace entvas
