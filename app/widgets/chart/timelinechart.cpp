#include "app/widgets/chart/timelinechart.h"

#include "app/board/board.h"
#include "app/board/seriescolors.h"
#include "app/theme/theme.h"
#include "app/widgets/base/paint.h"
#include "app/widgets/chart/barsitem.h"
#include "app/widgets/chart/hovercard.h"
#include "core/model/event.h"

#include <algorithm>
#include <cmath>
#include <QChart>
#include <QLineSeries>
#include <QValueAxis>

namespace entvas {

namespace {
constexpr double kPixelsPerBucket = 5;
} // namespace

QString shownName(const QString &value)
{
    const QString none = TimelineChart::tr("(none)");
    const QString other = TimelineChart::tr("(other)");
    if (value.isEmpty())
        return none;
    if (value == QStringView(kOther))
        return other;
    // What a sender calls like that is something else.
    return value == none || value == other ? u'"' + value + u'"' : value;
}

QColor groupColor(const BoardFrame &frame, const CubeGroup &group, const SeriesColors &colors, const Theme &theme)
{
    const int slot = group.isRest ? -1 : colors.slot(colorName(frame, group));
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
    now.setAlphaF(t.highContrast ? 1.0f : 0.7f);
    m_nowLine->setPen(QPen(now, t.edge));
    draw(m_frame);
}

void TimelineChart::draw(const BoardFrame &frame)
{
    m_frame = frame;
    if (frame.grid.size() == 0)
        return;
    qint64 peak = frame.main.peak;
    if (frame.earlier)
        for (const qint64 count : frame.earlier->perBucket)
            peak = std::max(peak, count);
    const format::Scale scale = format::scale(peak);
    if (scale.max != m_valueAxis->max() || scale.step != m_scale.step) {
        m_valueAxis->setRange(0, scale.max);
        m_valueAxis->setTickCount(int(scale.max / scale.step + 0.5) + 1);
    }
    m_scale = scale;
    // Seconds since the start of the grid: an axis of doubles keeps them exact.
    const TimeSpan span = frame.grid.span();
    m_timeAxis->setRange(0, double(span.lengthMs()) / 1000);
    const double now = double(frame.nowMs - span.fromMs) / 1000;
    if (span.contains(frame.nowMs))
        m_nowLine->replace(QList<QPointF>{{now, 0}, {now, scale.max}});
    else
        m_nowLine->clear();
    layOut();

    QList<QColor> groupColors;
    for (const CubeGroup &group : frame.main.groups)
        groupColors.append(groupColor(frame, group, m_colors, m_theme));
    const Tokens &t = m_theme.tokens();
    const QTimeZone zone = frame.isCutInUtc ? QTimeZone::utc() : frame.zone;
    m_bars->draw({frame.grid, frame.main, frame.earlier ? frame.earlier->perBucket : QList<qint64>(), scale,
                  m_relative ? format::relativeTicks(frame.grid, frame.nowMs, m_plot.width())
                             : format::ticks(frame.grid, zone, m_plot.width()),
                  frame.isFirstPartial, frame.isLastPartial},
                 {groupColors, t.grid, t.second, t.second, t.accent, m_theme.font(11)});
    if (m_dragging)
        m_bars->select(draggedSpan());
    refreshCard();
}

QString TimelineChart::spoken(QAccessible::Text text) const
{
    const TimeGrid &grid = m_frame.grid;
    const QTimeZone zone = m_frame.isCutInUtc ? QTimeZone::utc() : m_frame.zone;
    if (grid.size() == 0 || !m_bars->isVisible())
        return {};
    switch (text) {
    case QAccessible::Name: return format::bucketTitle(grid.step);
    case QAccessible::Description: {
        const QList<qint64> &counts = m_frame.main.perBucket;
        const auto peak = std::max_element(counts.cbegin(), counts.cend());
        if (peak == counts.cend() || *peak == 0)
            return tr("No events in this range");
        QStringList parts{
            tr("%1 events").arg(format::count(m_frame.main.total)),
            tr("peak %1 at %2")
                .arg(format::count(*peak), format::bucketName(grid.bucket(peak - counts.cbegin()), grid, zone))};
        for (const CubeGroup &group : m_frame.main.groups)
            parts << QStringLiteral("%1 %2").arg(paint::oneLine(shownName(group.name)), format::count(group.total));
        return parts.join(QStringLiteral(", "));
    }
    case QAccessible::Value: return m_card->isHidden() ? QString() : m_card->spoken(QAccessible::Name);
    default: return {};
    }
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
    Q_EMIT roomChanged(int(plot.width() / kPixelsPerBucket));
}

void TimelineChart::setRelativeTimes(bool relative)
{
    m_relative = relative;
    draw(m_frame);
}

void TimelineChart::paintEvent(QPaintEvent *event)
{
    QChartView::paintEvent(event);
    if (!showsFocus(this) || m_bars->highlighted() >= 0) // a picked bucket says it too
        return;
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    paint::ring(painter, viewport()->rect(), m_theme.tokens().focus, m_theme.tokens().edge);
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
    const bool isOther = bucket != m_bars->highlighted();
    m_bars->highlight(bucket);
    refreshCard();
    if (isOther && hasFocus())
        tell(this);
}

void TimelineChart::refreshCard()
{
    const qsizetype bucket = m_bars->highlighted();
    if (bucket < 0 || bucket >= m_frame.grid.size()) {
        m_card->hide();
        return;
    }
    QList<HoverCard::Row> rows;
    for (const CubeGroup &group : std::as_const(m_frame.main.groups))
        if (const qint64 count = group.perBucket[bucket])
            rows.append({groupColor(m_frame, group, m_colors, m_theme), shownName(group.name), format::count(count)});
    const qint64 total = m_frame.main.perBucket[bucket];
    const qsizetype last = m_frame.grid.size() - 1;
    const bool isPartial = (bucket == 0 && m_frame.isFirstPartial) || (bucket == last && m_frame.isLastPartial);
    if (m_frame.earlier) {
        const qint64 before = m_frame.earlier->perBucket.value(bucket);
        // A bucket that still runs is not as long as the one it stands beside.
        const bool isOver = m_frame.grid.bucket(bucket).toMs <= m_frame.nowMs;
        const QString change = isOver && !isPartial ? format::change(total, before) : QString();
        rows.append(
            {{},
             format::comparisonName(m_frame.choice.comparison, m_frame.choice.view),
             change.isEmpty() ? format::count(before) : QStringLiteral("%1  %2").arg(change, format::count(before))});
    }
    const QTimeZone zone = m_frame.isCutInUtc ? QTimeZone::utc() : m_frame.zone;
    const QString name = format::bucketName(m_frame.grid.bucket(bucket), m_frame.grid, zone);
    m_card->draw(isPartial ? tr("%1 (partial)").arg(name) : name, format::count(total), rows,
                 m_bars->bucketRect(bucket).toAlignedRect());
}

} // namespace entvas
