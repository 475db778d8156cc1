#include "app/widgets/barsitem.h"

#include "app/widgets/paint.h"

#include <algorithm>
#include <cmath>
#include <QFontMetricsF>
#include <QPainter>

namespace entvas {

namespace {
constexpr double kLabelHeight = 26;
} // namespace

BarsItem::BarsItem(QGraphicsItem *parent) : QGraphicsObject(parent) {}

void BarsItem::draw(const TimeGrid &grid, const CubeAnswer &answer, const format::Scale &scale,
                    QList<format::Tick> ticks, Look look)
{
    m_grid = grid;
    m_answer = answer;
    m_scale = scale;
    m_ticks = std::move(ticks);
    m_look = std::move(look);
    if (m_highlight >= m_grid.size())
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

double BarsItem::xOf(qint64 ms) const
{
    const TimeSpan span = m_grid.span();
    return span.isEmpty() ? m_plot.left()
                          : m_plot.left() + m_plot.width() * double(ms - span.fromMs) / double(span.lengthMs());
}

qsizetype BarsItem::bucketAt(double x) const
{
    if (m_grid.size() == 0 || x < m_plot.left() || x >= m_plot.right())
        return -1;
    const TimeSpan span = m_grid.span();
    const auto ms = span.fromMs + qint64((x - m_plot.left()) / m_plot.width() * double(span.lengthMs()));
    const auto after = std::upper_bound(m_grid.edgesMs.cbegin(), m_grid.edgesMs.cend(), ms);
    return std::clamp<qsizetype>(after - m_grid.edgesMs.cbegin() - 1, 0, m_grid.size() - 1);
}

QRectF BarsItem::bucketRect(qsizetype bucket) const
{
    if (bucket < 0 || bucket >= m_grid.size())
        return {};
    const double left = xOf(m_grid.edgesMs[bucket]);
    return {left, m_plot.top(), xOf(m_grid.edgesMs[bucket + 1]) - left, m_plot.height()};
}

QRectF BarsItem::boundingRect() const
{
    return m_plot.adjusted(-m_plot.left(), -10, 40, kLabelHeight);
}

void BarsItem::paint(QPainter *painter, const QStyleOptionGraphicsItem *, QWidget *)
{
    painter->setRenderHint(QPainter::Antialiasing, false);
    // Edges fall on whole device pixels, or neighbouring bars blur into each other.
    const double dpr = painter->device()->devicePixelRatioF();
    const auto snap = [dpr](double v) { return std::round(v * dpr) / dpr; };

    if (m_highlight >= 0)
        painter->fillRect(bucketRect(m_highlight), m_look.highlight);
    const double perEvent = m_plot.height() / m_scale.max;
    for (qsizetype b = 0; b < m_grid.size(); ++b) {
        if (m_answer.perBucket.value(b) == 0)
            continue;
        const QRectF bucket = bucketRect(b);
        const double width = bucket.width();
        const double gap = width >= 24 ? width * 0.22 : width >= 6 ? 2 : width >= 3 ? 1 : 0;
        const double left = snap(bucket.left() + gap / 2);
        const double right = std::max(snap(bucket.right() - gap / 2), left + 1 / dpr);
        qint64 below = 0;
        for (qsizetype g = 0; g < m_answer.groups.size(); ++g) {
            const qint64 count = m_answer.groups[g].perBucket[b];
            if (count == 0)
                continue;
            const double bottom = snap(m_plot.bottom() - double(below) * perEvent);
            below += count;
            const double top = snap(m_plot.bottom() - double(below) * perEvent);
            // What is there shows, if only as one pixel.
            const double height = std::max(bottom - top, 1 / dpr);
            painter->fillRect(QRectF(left, bottom - height, right - left, height), m_look.colors.value(g));
        }
    }

    painter->setPen(m_look.label);
    painter->setFont(m_look.font);
    const QFontMetricsF metrics(m_look.font);
    for (double value = 0; value <= m_scale.max * 1.001; value += m_scale.step)
        paint::tabular(*painter, m_plot.left() - 10, m_plot.bottom() - value * perEvent + metrics.capHeight() / 2,
                       format::count(qint64(value)), Qt::AlignRight);
    double free = m_plot.left() - 40;
    for (const format::Tick &tick : m_ticks) {
        double x = xOf(tick.ms);
        if (tick.centred) {
            const QRectF bucket = bucketRect(bucketAt(x + 1));
            x = bucket.center().x();
        }
        const double width = metrics.horizontalAdvance(tick.text);
        const double left = std::min(x - width / 2, m_plot.right() + 24 - width);
        if (left < free)
            continue; // labels never touch
        painter->drawText(QPointF(left, m_plot.bottom() + 8 + metrics.ascent()), tick.text);
        free = left + width + 12;
    }
}

} // namespace entvas
