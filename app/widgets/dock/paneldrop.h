#pragma once

#include "app/board/layout/layout.h"
#include "app/widgets/dock/panelplan.h"

#include <QWidget>

namespace entvas {

class Theme;

// Where a panel that is dragged would go: beside or onto another one, or to an edge of the desk (`beside` is empty).
struct PanelDrop {
    QString beside;
    Side side = Side::Onto;
};
// At a point of the desk; nothing where letting go changes nothing.
std::optional<PanelDrop> dropAt(const QPoint &point, const QString &panel, const PanelPlan &plan, const QRect &area);

// Drawn over the desk while a panel is dragged: the place that it would get, and what it leaves behind.
class DropPreview : public QWidget
{
public:
    DropPreview(const Theme &theme, QWidget *parent);
    void draw(const QRect &source, const QRect &target, const QString &text);
    const QRect &target() const { return m_target; } // empty: nothing would change

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Theme &m_theme;
    QRect m_source, m_target;
    QString m_text;
};

} // namespace entvas
