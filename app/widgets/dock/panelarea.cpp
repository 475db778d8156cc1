#include "app/widgets/dock/panelarea.h"

#include "app/theme/theme.h"
#include "app/widgets/dock/panel.h"

#include <algorithm>
#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollArea>
#include <QTabBar>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {
constexpr int kScrollAt = 40;    // px from the edge of what is in sight, while a panel is dragged
constexpr int kLeastWidth = 400; // rows go on in further lines, so that no more is asked for
} // namespace

PanelArea::PanelArea(const Theme &theme, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_preview(new DropPreview(theme, this))
{
    setMouseTracking(true);
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget *, QWidget *now) { followFocus(now); });
    connect(&theme, &Theme::changed, this, [this] { update(); });
}

PanelArea::~PanelArea()
{
    disconnect(qApp, nullptr, this, nullptr); // the panels go now, and the focus with them
    if (m_drag)
        endDrag(false); // the cursor is the application's
}

void PanelArea::add(Panel *panel)
{
    panel->setParent(this);
    panel->hide();
    m_panels.insert(panel->id(), panel);
    connect(panel, &Panel::dragStarted, this, &PanelArea::startDrag);
    connect(panel, &Panel::tabChosen, this, &PanelArea::frontWanted);
    connect(panel, &Panel::maximiseWanted, this, [this, panel] { Q_EMIT maximiseWanted(panel->id()); });
    connect(panel, &Panel::menuWanted, this, [this, panel](QMenu *menu) { Q_EMIT menuWanted(panel->id(), menu); });
}

QRect PanelArea::room() const
{
    return rect().marginsRemoved(kMargins);
}

bool PanelArea::isTabbed(const QString &panel) const
{
    const PanelPlan::Place *place = m_plan.find(panel);
    return place && !place->tabs.isEmpty();
}

PanelNeedsOf PanelArea::needs() const
{
    return [this](const QString &id, int width) {
        const Panel *known = panel(id);
        return known ? known->needs(width) : PanelNeeds{};
    };
}

QSize PanelArea::minimumSizeHint() const
{
    return {kLeastWidth, m_neededHeight};
}

void PanelArea::arrange(const LayoutNode &layout, bool comfortable)
{
    m_layout = layout;
    m_isComfortable = comfortable;
    if (!panelsOf(layout).contains(m_maximised))
        m_maximised.clear();
    place();
}

void PanelArea::maximise(const QString &panel)
{
    if (panel == m_maximised)
        return;
    m_maximised = panel;
    place();
}

void PanelArea::place()
{
    const LayoutNode shown = m_maximised.isEmpty() ? m_layout : LayoutNode::of(m_maximised);
    const int needed =
        neededHeight(shown, room().width(), needs(), m_isComfortable) + kMargins.top() + kMargins.bottom();
    if (needed != m_neededHeight) {
        m_neededHeight = needed;
        updateGeometry();
    }
    PanelPlan plan = PanelPlan::of(shown, room(), needs(), m_isComfortable);
    const bool isSameSet =
        std::equal(plan.places.cbegin(), plan.places.cend(), m_plan.places.cbegin(), m_plan.places.cend(),
                   [](const auto &a, const auto &b) { return a.panel == b.panel && a.tabs == b.tabs; });
    m_plan = std::move(plan);
    for (const PanelPlan::Place &place : std::as_const(m_plan.places))
        if (Panel *seen = panel(place.panel)) {
            seen->setGeometry(place.rect);
            seen->setAlone(!m_maximised.isEmpty());
            seen->show(); // before others are hidden, so that the keyboard finds one
        }
    if (!isSameSet) {
        const Panel *lost = nullptr; // it had the keyboard
        for (Panel *each : std::as_const(m_panels)) {
            if (isSeen(each->id()) || each->isHidden())
                continue;
            if (QWidget *focused = QApplication::focusWidget(); each->isAncestorOf(focused)) {
                focused->clearFocus(); // else it would go to whatever widget comes next
                lost = each;
            }
            each->hide();
        }
        if (lost && !m_plan.places.isEmpty())
            focus(m_plan.places.first().panel, false);
        refreshTabs();
        orderTabKey();
    }
    hover(-1);
    update();
    Q_EMIT arranged();
}

void PanelArea::refreshTabs()
{
    for (const PanelPlan::Place &place : std::as_const(m_plan.places)) {
        QList<Panel *> together;
        for (const QString &id : place.tabs)
            if (Panel *known = panel(id))
                together.append(known);
        if (Panel *seen = panel(place.panel))
            seen->setTabs(together);
    }
}

// The tab key follows the eye.
void PanelArea::orderTabKey()
{
    QWidget *last = nullptr;
    for (const PanelPlan::Place &place : std::as_const(m_plan.places)) {
        Panel *seen = panel(place.panel);
        if (!seen)
            continue;
        QList<QWidget *> inside;
        for (QWidget *widget = seen->nextInFocusChain(); widget && widget != seen; widget = widget->nextInFocusChain())
            if (seen->isAncestorOf(widget) && widget->focusPolicy() & Qt::TabFocus)
                inside.append(widget);
        for (QWidget *widget : std::as_const(inside)) {
            if (last)
                setTabOrder(last, widget);
            last = widget;
        }
    }
}

void PanelArea::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_preview->setGeometry(rect());
    if (m_layout.kind != LayoutNode::Kind::Panel || !m_layout.panel.isEmpty())
        place();
}

QString PanelArea::current() const
{
    return isSeen(m_current) ? m_current : QString();
}

void PanelArea::followFocus(QWidget *now)
{
    for (QWidget *widget = now; widget; widget = widget->parentWidget())
        if (auto *panel = qobject_cast<Panel *>(widget); panel && panel->parentWidget() == this) {
            m_current = panel->id();
            if (m_ringed && m_ringed != panel)
                m_ringed->setRinged(false);
            return;
        }
    if (m_ringed && now)
        m_ringed->setRinged(false);
}

void PanelArea::focus(const QString &id, bool ringed)
{
    Panel *panel = this->panel(id);
    if (!panel)
        return;
    if (!panel->isAncestorOf(QApplication::focusWidget()))
        panel->takeFocus(Qt::ShortcutFocusReason);
    if (m_ringed)
        m_ringed->setRinged(false);
    m_ringed = panel;
    panel->setRinged(ringed);
    m_current = id;
    for (QWidget *parent = parentWidget(); parent; parent = parent->parentWidget())
        if (auto *scroll = qobject_cast<QScrollArea *>(parent)) {
            scroll->ensureWidgetVisible(panel, 0, kMargins.bottom());
            break;
        }
}

// Borders

int PanelArea::borderAt(const QPoint &point) const
{
    for (int i = 0; i < int(m_plan.borders.size()); ++i)
        if (m_plan.borders[i].rect.contains(point))
            return i;
    return -1;
}

void PanelArea::hover(int border)
{
    if (border == m_hovered)
        return;
    for (const int changed : {m_hovered, border})
        if (changed >= 0 && changed < m_plan.borders.size())
            update(m_plan.borders[changed].rect);
    m_hovered = border;
    if (border < 0)
        unsetCursor();
    else
        setCursor(m_plan.borders[border].direction == Qt::Horizontal ? Qt::SplitHCursor : Qt::SplitVCursor);
}

void PanelArea::paintEvent(QPaintEvent *)
{
    if (m_hovered < 0 || m_hovered >= m_plan.borders.size())
        return;
    const Tokens &t = m_theme.tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_borderDrag ? t.accent : t.third);
    const PanelPlan::Border &border = m_plan.borders[m_hovered];
    constexpr double kThick = 4, kMost = 48;
    const bool isUpright = border.direction == Qt::Horizontal;
    const double length = std::min<double>(kMost, isUpright ? border.rect.height() : border.rect.width());
    QRectF grip(0, 0, isUpright ? kThick : length, isUpright ? length : kThick);
    grip.moveCenter(QRectF(border.rect).center());
    painter.drawRoundedRect(grip, kThick / 2, kThick / 2);
}

void PanelArea::mousePressEvent(QMouseEvent *event)
{
    const int at = borderAt(event->pos());
    if (at < 0 || event->button() != Qt::LeftButton)
        return event->ignore();
    const PanelPlan::Border &border = m_plan.borders[at];
    const QPoint offset = event->pos() - border.rect.topLeft();
    m_borderDrag = {border.path, border.index, offset, u"border %1"_s.arg(++m_steps)};
    hover(at);
    update(border.rect);
}

int PanelArea::heldBorder() const
{
    for (int i = 0; i < int(m_plan.borders.size()); ++i)
        if (m_plan.borders[i].path == m_borderDrag->path && m_plan.borders[i].index == m_borderDrag->index)
            return i;
    return -1;
}

void PanelArea::moveBorder(const QPoint &point)
{
    const int held = heldBorder();
    if (held < 0)
        return;
    const PanelPlan::Border border = m_plan.borders[held];
    const QPoint to = point - m_borderDrag->offset;
    const int first = (border.direction == Qt::Horizontal ? to.x() : to.y()) - border.start;
    Q_EMIT layoutWanted(resized(m_layout, border, first), m_borderDrag->step);
    hover(heldBorder()); // all were placed anew meanwhile
}

void PanelArea::mouseMoveEvent(QMouseEvent *event)
{
    if (m_borderDrag)
        moveBorder(event->pos());
    else
        hover(borderAt(event->pos()));
}

void PanelArea::mouseReleaseEvent(QMouseEvent *event)
{
    if (!m_borderDrag)
        return event->ignore();
    m_borderDrag.reset();
    update();
    hover(borderAt(event->pos()));
}

// Both sides alike.
void PanelArea::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (const int at = borderAt(event->pos()); at >= 0) {
        const PanelPlan::Border border = m_plan.borders[at];
        Q_EMIT layoutWanted(resized(m_layout, border.path, border.index, 0.5), {});
    }
}

void PanelArea::leaveEvent(QEvent *)
{
    if (!m_borderDrag)
        hover(-1);
}

// Panels that are dragged. The application's mouse is followed, whatever widget the press was in.

void PanelArea::startDrag(const QString &panel)
{
    if (m_drag || !m_maximised.isEmpty() || !panelsOf(m_layout).contains(panel))
        return;
    m_drag = Drag{panel, {}};
    qApp->installEventFilter(this);
    QGuiApplication::setOverrideCursor(Qt::ClosedHandCursor);
    m_preview->draw({}, {}, {});
    m_preview->show();
    m_preview->raise();
}

void PanelArea::moveDrag(const QPoint &point)
{
    m_drag->result.reset();
    QRect target;
    QString text;
    const Panel *dragged = panel(m_drag->panel);
    if (const auto drop = dropAt(point, m_drag->panel, m_plan, room())) {
        const LayoutNode next = moved(m_layout, m_drag->panel, drop->beside, drop->side);
        // The preview is the place itself, as it would be.
        const PanelPlan plan = PanelPlan::of(next, room(), needs(), false);
        if (const PanelPlan::Place *place = plan.find(m_drag->panel); place && next != m_layout) {
            m_drag->result = next;
            target = place->rect;
            const Panel *other = panel(drop->beside);
            text = drop->side == Side::Onto && other && dragged ? tr("%1 + %2").arg(other->title(), dragged->title())
                   : dragged                                    ? dragged->title()
                                                                : QString();
        }
    }
    const PanelPlan::Place *source = m_plan.find(m_drag->panel);
    m_preview->draw(source ? source->rect : QRect(), target, text);
    for (QWidget *parent = parentWidget(); parent; parent = parent->parentWidget())
        if (auto *scroll = qobject_cast<QScrollArea *>(parent)) {
            const QPoint inside = mapTo(scroll->widget(), point);
            scroll->ensureVisible(inside.x(), inside.y(), 0, kScrollAt);
            break;
        }
}

void PanelArea::endDrag(bool drop)
{
    const Drag drag = *std::exchange(m_drag, std::nullopt);
    qApp->removeEventFilter(this);
    QGuiApplication::restoreOverrideCursor();
    m_preview->hide();
    if (drop && drag.result)
        Q_EMIT layoutWanted(*drag.result, {});
}

bool PanelArea::eventFilter(QObject *object, QEvent *event)
{
    if (!m_drag || !object->isWidgetType())
        return QWidget::eventFilter(object, event);
    const auto at = [&] { return mapFromGlobal(static_cast<QMouseEvent *>(event)->globalPosition().toPoint()); };
    switch (event->type()) {
    case QEvent::MouseMove: moveDrag(at()); return true;
    case QEvent::MouseButtonRelease:
        moveDrag(at());
        endDrag(true);
        return true;
    case QEvent::MouseButtonPress: endDrag(false); return true;
    case QEvent::ShortcutOverride:
    case QEvent::KeyPress:
        if (static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape) {
            event->accept();
            if (event->type() == QEvent::KeyPress)
                endDrag(false);
            return true;
        }
        break;
    case QEvent::WindowDeactivate:
        if (object == window())
            endDrag(false);
        break;
    default: break;
    }
    return QWidget::eventFilter(object, event);
}

} // namespace entvas
