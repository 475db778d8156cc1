// What the mouse and the keys do in the chart.
#include "app/widgets/chart/barsitem.h"
#include "app/widgets/chart/timelinechart.h"

#include <algorithm>
#include <cmath>
#include <QContextMenuEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QWheelEvent>

namespace entvas {

namespace {
constexpr double kDragPixels = 6;
constexpr double kZoomStep = 0.7;
constexpr double kPanStep = 0.25;
} // namespace

TimeSpan TimelineChart::draggedSpan() const
{
    // Whole buckets: what is seen in the band is what comes.
    const TimeSpan shown = m_frame.grid.span();
    TimeSpan span{std::max(std::min(m_dragFromMs, m_dragToMs), shown.fromMs),
                  std::min(std::max(m_dragFromMs, m_dragToMs), shown.toMs)};
    const QList<qint64> &edges = m_frame.grid.edgesMs;
    const auto above = std::upper_bound(edges.cbegin(), edges.cend(), span.fromMs);
    if (above != edges.cbegin())
        span.fromMs = *std::prev(above);
    const auto end = std::lower_bound(edges.cbegin(), edges.cend(), span.toMs);
    if (end != edges.cend())
        span.toMs = *end;
    return span;
}

void TimelineChart::mousePressEvent(QMouseEvent *event)
{
    setFocus(Qt::MouseFocusReason);
    if (event->button() != Qt::LeftButton || !m_bars->plot().contains(event->position()))
        return QChartView::mousePressEvent(event);
    m_pressedAt = event->position();
    m_dragFromMs = m_dragToMs = m_bars->msAt(event->position().x());
}

void TimelineChart::mouseMoveEvent(QMouseEvent *event)
{
    if (m_pressedAt && (m_dragging || std::abs(event->position().x() - m_pressedAt->x()) >= kDragPixels)) {
        m_dragging = true;
        m_dragToMs = m_bars->msAt(event->position().x());
        m_bars->select(draggedSpan());
        pick(-1);
        return;
    }
    pick(m_bars->bucketAt(event->position().x()));
    const bool onBar = m_bars->groupAt(event->position()) >= 0;
    viewport()->setCursor(onBar ? Qt::PointingHandCursor : Qt::ArrowCursor);
    QChartView::mouseMoveEvent(event);
}

void TimelineChart::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || !m_pressedAt)
        return QChartView::mouseReleaseEvent(event);
    const bool wasDrag = m_dragging;
    const TimeSpan span = draggedSpan();
    endDrag();
    if (wasDrag) {
        if (span.lengthMs() >= kShortestViewMs)
            Q_EMIT spanChosen(span);
        else if (!span.isEmpty())
            Q_EMIT spanChosen({span.fromMs, span.fromMs + kShortestViewMs});
        return;
    }
    const qsizetype group = m_bars->groupAt(event->position());
    if (group < 0 || group >= m_frame.main.groups.size() || m_frame.main.groups[group].isRest)
        return;
    const QString name = m_frame.main.groups[group].name; // a copy: what comes of the click draws another frame
    Q_EMIT groupClicked(name, event->modifiers());
}

void TimelineChart::mouseDoubleClickEvent(QMouseEvent *event)
{
    endDrag();
    if (event->button() == Qt::LeftButton)
        Q_EMIT doubleClicked();
}

void TimelineChart::endDrag()
{
    m_pressedAt.reset();
    m_dragging = false;
    m_bars->select({});
}

void TimelineChart::wheelEvent(QWheelEvent *event)
{
    const QPoint angle = event->angleDelta();
    const bool sideways = event->modifiers().testFlag(Qt::ShiftModifier) || std::abs(angle.x()) > std::abs(angle.y());
    const double notches = double(sideways && angle.x() != 0 ? angle.x() : angle.y()) / 120;
    event->accept();
    if (notches == 0 || !m_bars->isVisible())
        return;
    if (sideways)
        Q_EMIT panWanted(-notches * kPanStep / 2);
    else
        Q_EMIT zoomWanted(std::pow(kZoomStep, notches), m_bars->msAt(event->position().x()));
}

void TimelineChart::contextMenuEvent(QContextMenuEvent *event)
{
    const bool byMouse = event->reason() == QContextMenuEvent::Mouse;
    const qsizetype bucket = byMouse ? m_bars->bucketAt(event->pos().x()) : m_bars->highlighted();
    if (bucket < 0 || bucket >= m_frame.grid.size() || !m_bars->isVisible())
        return;
    const TimeSpan span = m_frame.grid.bucket(bucket); // the chart goes on moving under the open menu
    const QTimeZone zone = m_frame.isCutInUtc ? QTimeZone::utc() : m_frame.zone;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QString name = format::bucketName(span, m_frame.grid, zone);
    connect(menu->addAction(tr("Show the &events of %1").arg(name)), &QAction::triggered, this,
            [this, span] { Q_EMIT eventsWanted(span); });
    connect(menu->addAction(tr("&Zoom to %1").arg(name)), &QAction::triggered, this, [this, span] {
        Q_EMIT spanChosen({span.fromMs, std::max(span.toMs, span.fromMs + kShortestViewMs)});
    });
    const TimeSpan shown = m_frame.grid.span();
    connect(menu->addAction(tr("Show the events of the whole &range")), &QAction::triggered, this,
            [this, shown] { Q_EMIT eventsWanted(shown); });
    menu->popup(byMouse ? event->globalPos() : mapToGlobal(m_bars->bucketRect(bucket).center().toPoint()));
}

std::optional<TimeSpan> TimelineChart::picked() const
{
    const qsizetype bucket = m_bars->highlighted();
    if (bucket < 0 || bucket >= m_frame.grid.size() || !m_bars->isVisible())
        return {};
    return m_frame.grid.bucket(bucket);
}

qint64 TimelineChart::zoomCentreMs() const
{
    const qsizetype bucket = m_bars->highlighted();
    if (bucket >= 0 && bucket < m_frame.grid.size())
        return m_frame.grid.bucket(bucket).fromMs + m_frame.grid.bucket(bucket).lengthMs() / 2;
    const TimeSpan span = m_frame.grid.span();
    return m_frame.choice.view.isLive() ? span.toMs : span.fromMs + span.lengthMs() / 2;
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
    const bool shift = event->modifiers().testFlag(Qt::ShiftModifier);
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal: Q_EMIT zoomWanted(kZoomStep, zoomCentreMs()); return;
    case Qt::Key_Minus:
    case Qt::Key_Underscore: Q_EMIT zoomWanted(1 / kZoomStep, zoomCentreMs()); return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (at >= 0 && at <= last)
            Q_EMIT spanChosen(
                {m_frame.grid.bucket(at).fromMs,
                 std::max(m_frame.grid.bucket(at).toMs, m_frame.grid.bucket(at).fromMs + kShortestViewMs)});
        return;
    case Qt::Key_Left:
        if (shift) {
            Q_EMIT panWanted(-kPanStep);
            return;
        }
        pick(at < 0 ? last : std::max<qsizetype>(at - 1, 0));
        return;
    case Qt::Key_Right:
        if (shift) {
            Q_EMIT panWanted(kPanStep);
            return;
        }
        pick(at < 0 ? last : std::min(at + 1, last));
        return;
    case Qt::Key_Home: pick(0); return;
    case Qt::Key_End: pick(last); return;
    case Qt::Key_Escape:
        // One step back at a time: the drag, the picked bucket, the view.
        if (m_pressedAt)
            endDrag();
        else if (at >= 0)
            pick(-1);
        else
            Q_EMIT backWanted();
        return;
    default: break;
    }
    QChartView::keyPressEvent(event);
}

} // namespace entvas
