#include "app/widgets/dock/paneldrop.h"

#include "app/theme/theme.h"
#include "app/widgets/base/paint.h"

#include <algorithm>
#include <QPainter>

namespace entvas {

namespace {
constexpr int kEdge = 14;         // px from the border of the desk that mean its edge
constexpr double kSidePart = 0.3; // of a panel, at each of its sides; the middle means onto it
constexpr double kRadius = 8;
} // namespace

std::optional<PanelDrop> dropAt(const QPoint &point, const QString &panel, const PanelPlan &plan, const QRect &area)
{
    const auto edge = [](Side side) { return PanelDrop{{}, side}; };
    if (point.x() < area.left() + kEdge)
        return edge(Side::Left);
    if (point.x() > area.right() - kEdge)
        return edge(Side::Right);
    if (point.y() < area.top())
        return edge(Side::Above);
    if (point.y() > area.bottom())
        return edge(Side::Below);
    constexpr int kHalfGap = PanelPlan::kGap / 2;
    for (const PanelPlan::Place &place : plan.places) {
        if (!place.rect.adjusted(-kHalfGap, -kHalfGap, kHalfGap, kHalfGap).contains(point))
            continue;
        QString beside = place.panel;
        const bool isOwn = place.panel == panel || place.tabs.contains(panel);
        if (isOwn) {
            if (place.tabs.isEmpty())
                return {};
            if (beside == panel) // out of its tabs, beside one that stays
                beside = place.tabs.first() == panel ? place.tabs.at(1) : place.tabs.first();
        }
        const double x = double(point.x() - place.rect.left()) / std::max(1, place.rect.width());
        const double y = double(point.y() - place.rect.top()) / std::max(1, place.rect.height());
        std::pair<double, Side> nearest = std::min({std::pair(x, Side::Left), std::pair(1 - x, Side::Right),
                                                    std::pair(y, Side::Above), std::pair(1 - y, Side::Below)},
                                                   [](const auto &a, const auto &b) { return a.first < b.first; });
        const bool hasTabs = panel != kNumbersPanel && beside != kNumbersPanel;
        if (beside == kNumbersPanel) // low and wide: over or under it
            nearest.second = y < 0.5 ? Side::Above : Side::Below;
        else if (hasTabs && nearest.first > kSidePart)
            nearest.second = Side::Onto;
        if (isOwn && nearest.second == Side::Onto)
            return {};
        return PanelDrop{beside, nearest.second};
    }
    return {};
}

DropPreview::DropPreview(const Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    hide();
}

void DropPreview::draw(const QRect &source, const QRect &target, const QString &text)
{
    if (source == m_source && target == m_target && text == m_text)
        return;
    const QRegion before = QRegion(m_source) + m_target;
    m_source = source;
    m_target = target;
    m_text = text;
    update(before + m_source + m_target);
}

void DropPreview::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens &t = m_theme.tokens();
    painter.setPen(Qt::NoPen);
    QColor veil = t.background;
    veil.setAlphaF(0.6f);
    painter.setBrush(veil);
    painter.drawRoundedRect(m_source, kRadius, kRadius);
    if (m_target.isEmpty())
        return;
    QColor wash = t.wash;
    wash.setAlphaF(0.86f);
    painter.setBrush(wash);
    painter.setPen(QPen(t.accent, 2));
    painter.drawRoundedRect(QRectF(m_target).adjusted(1, 1, -1, -1), kRadius, kRadius);
    painter.setPen(t.text);
    painter.setFont(m_theme.font(13, QFont::DemiBold));
    const QRectF inner = QRectF(m_target).adjusted(16, 8, -16, -8);
    paint::elided(painter, inner, m_text, Qt::AlignCenter);
}

} // namespace entvas
