#include "app/widgets/desk/eventdrawer.h"

#include "app/widgets/dock/panelarea.h"
#include "app/widgets/stream/eventpane.h"

#include <algorithm>
#include <QScrollArea>

namespace entvas {

namespace {
constexpr int kLeastHeight = 260;
constexpr int kGap = PanelPlan::kGap;
} // namespace

EventDrawer::EventDrawer(PanelArea *area, QWidget *desk)
    : QObject(desk), m_area(area), m_desk(desk), m_pane(new EventPane(desk))
{
}

void EventDrawer::open(const wire::TailEvent &event, const QTimeZone &zone)
{
    m_pane->draw(event, zone);
    place();
    m_pane->show();
    m_pane->raise();
    bringIntoSight();
}

// Where the desk is higher than the window.
void EventDrawer::bringIntoSight()
{
    for (QWidget *parent = m_desk->parentWidget(); parent; parent = parent->parentWidget())
        if (auto *scroll = qobject_cast<QScrollArea *>(parent))
            return scroll->ensureWidgetVisible(m_pane, 0, PanelArea::kMargins.bottom());
}

void EventDrawer::place()
{
    if (const PanelPlan::Place *stream = m_area->plan().find(QStringLiteral("stream")))
        m_pane->setGeometry(inSight(chosenPlace(stream->rect)));
}

QRect EventDrawer::chosenPlace(const QRect &stream) const
{
    const QRect room = m_area->rect().marginsRemoved(PanelArea::kMargins);
    const PanelPlan::Place *top = m_area->plan().find(QStringLiteral("top"));
    const bool isLikeTop = top && top->rect.right() == room.right();
    const int width = std::min(std::max(EventPane::kWidth, isLikeTop ? top->rect.width() : 0), room.width() / 2);
    const PanelPlan::Place *numbers = m_area->plan().find(kNumbersPanel);
    const int begin = numbers && numbers->rect.top() == room.top() ? numbers->rect.bottom() + 1 + kGap : room.top();
    const QRect right(room.right() + 1 - width, begin, width, room.bottom() + 1 - begin);
    QRect above = right;
    above.setBottom(stream.top() - kGap - 1);
    QRect below = right;
    below.setTop(stream.bottom() + kGap + 1);
    QRect left = right;
    left.moveLeft(room.left());
    above.setHeight(std::max(above.height(), kLeastHeight)); // the last resort: over some of it
    QRect chosen = above;
    for (const QRect &place : {left, below, above, right})
        if (place.height() >= kLeastHeight && !place.intersects(stream))
            chosen = place;
    return chosen;
}

QRect EventDrawer::inSight(QRect place) const
{
    const QWidget *view = m_desk->parentWidget();
    if (!view || view->height() >= m_desk->height())
        return place;
    const QRect sight(m_desk->mapFrom(view, QPoint()), view->size());
    const QRect part = place.intersected(sight.adjusted(0, kGap, 0, -kGap));
    if (part.height() >= std::min(kLeastHeight, sight.height() - 2 * kGap))
        return part;
    place.setHeight(std::min(place.height(), sight.height() - 2 * kGap));
    return place;
}

} // namespace entvas
