#include "app/widgets/timelinechart.h"

#include "app/board/seriescolors.h"
#include "app/theme.h"
#include "app/widgets/barsitem.h"
#include "app/widgets/hovercard.h"
#include "app/widgets/paint.h"

#include <QChart>
#include <QLineSeries>
#include <QMouseEvent>
#include <QValueAxis>

namespace entvas {

QColor groupColor(const CubeGroup &group, const SeriesColors &colors, const Theme &theme)
{
    const int slot = group.isRest ? -1 : colors.slot(group.name);
    return slot < 0 ? theme.tokens().rest : theme.tokens().series[std::size_t(slot)];
}

TimelineChart::TimelineChart(const Theme &theme, const SeriesColors &colors, QWidget *parent)
    : QChartView(parent),
      m_theme(theme),
      m_colors(colors),
      m_valueAxis(new QValueAxis(this)),
      m_timeAxis(new QValueAxis(this)),
      m_nowLine(new QLineSeries(this)),
      m_card(new HoverCard(theme, this))
{
    QChart *plot = chart();
    plot->legend()->hide();
    plot->setAnimationOptions(QChart::NoAnimation);
    plot->setBackgroundVisible(false);
    plot->setContentsMargins(0, 0, 0, 0);
    plot->layout()->setContentsMargins(0, 0, 0, 0);
    plot->addSeries(m_nowLine);
    plot->addAxis(m_valueAxis, Qt::AlignLeft);
    plot->addAxis(m_timeAxis, Qt::AlignBottom);
    m_nowLine->attachAxis(m_valueAxis);
    m_nowLine->attachAxis(m_timeAxis);
    m_valueAxis->setLabelsVisible(false); // the bars item writes them, in the user's locale and never shortened
    m_valueAxis->setLineVisible(false);
    m_timeAxis->setVisible(false);

    m_bars = new BarsItem(plot);
    m_bars->setZValue(5);
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(320, 200);
    setViewportUpdateMode(QGraphicsView::FullViewportUpdate);
    setAccessibleName(tr("Events over time"));
    connect(&m_theme, &Theme::changed, this, &TimelineChart::recolor);
    recolor();
}

double TimelineChart::axisTop() const
{
    return m_valueAxis->max();
}

void TimelineChart::recolor()
{
    const Tokens &t = m_theme.tokens();
    setBackgroundBrush(t.surface);
    m_valueAxis->setGridLinePen(QPen(t.grid, 1));
    QColor now = t.accent;
    now.setAlphaF(0.7f);
    m_nowLine->setPen(QPen(now, 1));
    draw(m_frame);
}

void TimelineChart::draw(const BoardFrame &frame)
{
    m_frame = frame;
    if (frame.grid.size() == 0)
        return;
    const format::Scale scale = format::scale(frame.byType.peak);
    if (scale.max != m_valueAxis->max() || scale.step != m_scale.step) {
        m_valueAxis->setRange(0, scale.max);
        m_valueAxis->setTickCount(int(scale.max / scale.step + 0.5) + 1);
    }
    m_scale = scale;
    // Seconds since the start of the grid: an axis of doubles keeps them exact.
    const TimeSpan span = frame.grid.span();
    m_timeAxis->setRange(0, double(span.lengthMs()) / 1000);
    const double now = double(frame.nowMs - span.fromMs) / 1000;
    m_nowLine->replace(QList<QPointF>{{now, 0}, {now, scale.max}});
    layOut();

    QList<QColor> groupColors;
    for (const CubeGroup &group : frame.byType.groups)
        groupColors.append(groupColor(group, m_colors, m_theme));
    const Tokens &t = m_theme.tokens();
    m_bars->draw(frame.grid, frame.byType, scale, format::ticks(frame.grid, frame.zone),
                 {groupColors, t.grid, t.second, m_theme.font(11)});
    refreshCard();
}

void TimelineChart::setKnown(bool known)
{
    m_bars->setVisible(known);
    m_nowLine->setVisible(known);
}

void TimelineChart::layOut()
{
    // The plot keeps its left edge while the axis grows by a digit or two.
    const QFont font = m_theme.font(11);
    const double label = paint::tabularWidth(font, format::count(std::max<qint64>(qint64(m_scale.max), 1'000)));
    const QRectF plot(label + 14, 10, viewport()->width() - label - 14 - 10, viewport()->height() - 10 - 32);
    if (plot == m_plot || plot.width() < 10 || plot.height() < 10)
        return;
    m_plot = plot;
    chart()->setPlotArea(plot);
    // The axes follow a plot area only with the next layout, which nothing else may ask for.
    chart()->layout()->invalidate();
    chart()->layout()->activate();
    m_bars->setPlot(plot);
}

void TimelineChart::resizeEvent(QResizeEvent *event)
{
    QChartView::resizeEvent(event);
    m_plot = {}; // the chart has laid itself out for its new size and must be told again
    layOut();
    refreshCard();
}

void TimelineChart::pick(qsizetype bucket)
{
    m_bars->highlight(bucket);
    refreshCard();
}

void TimelineChart::refreshCard()
{
    const qsizetype bucket = m_bars->highlighted();
    if (bucket < 0 || bucket >= m_frame.grid.size()) {
        m_card->hide();
        return;
    }
    QList<HoverCard::Row> rows;
    for (const CubeGroup &group : std::as_const(m_frame.byType.groups))
        if (const qint64 count = group.perBucket[bucket])
            rows.append({groupColor(group, m_colors, m_theme), group.name, format::count(count)});
    m_card->draw(format::bucketName(m_frame.grid.bucket(bucket), m_frame.grid.unit, m_frame.zone),
                 format::count(m_frame.byType.perBucket[bucket]), rows, m_bars->bucketRect(bucket).toAlignedRect());
}

void TimelineChart::mouseMoveEvent(QMouseEvent *event)
{
    pick(m_bars->bucketAt(event->position().x()));
    QChartView::mouseMoveEvent(event);
}

void TimelineChart::leaveEvent(QEvent *event)
{
    pick(-1);
    QChartView::leaveEvent(event);
}

void TimelineChart::focusOutEvent(QFocusEvent *event)
{
    pick(-1);
    QChartView::focusOutEvent(event);
}

void TimelineChart::keyPressEvent(QKeyEvent *event)
{
    const qsizetype last = m_frame.grid.size() - 1;
    const qsizetype at = m_bars->highlighted();
    switch (event->key()) {
    case Qt::Key_Left: pick(at < 0 ? last : std::max<qsizetype>(at - 1, 0)); return;
    case Qt::Key_Right: pick(at < 0 ? last : std::min(at + 1, last)); return;
    case Qt::Key_Home: pick(0); return;
    case Qt::Key_End: pick(last); return;
    case Qt::Key_Escape:
        if (at >= 0) {
            pick(-1);
            return;
        }
        break;
    default: break;
    }
    QChartView::keyPressEvent(event);
}

} // namespace entvas
