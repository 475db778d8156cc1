#pragma once

#include "app/widgets/dock/paneldrop.h"
#include "app/widgets/dock/panelplan.h"

#include <optional>
#include <QHash>
#include <QMargins>
#include <QPointer>
#include <QWidget>

class QMenu;

namespace entvas {

class Panel;
class Theme;

// Puts panels where a layout says, and turns the mouse into wishes for another layout: borders between panels that are
// moved, panels that are dragged by their heads or tabs. It changes no layout itself. Owns the panels; those that are
// not in the layout, or behind a tab, are hidden.
// More than 25 functions: nine are events of Qt's, five are signals; where panels stand is worked out in PanelPlan.
class PanelArea : public QWidget
{
    Q_OBJECT
public:
    static constexpr QMargins kMargins{20, 0, 20, 16}; // around all panels

    explicit PanelArea(const Theme &theme, QWidget *parent = nullptr);
    ~PanelArea() override;
    void add(Panel *panel);
    Panel *panel(const QString &id) const { return m_panels.value(id); }
    // `comfortable`: see PanelPlan::of.
    void arrange(const LayoutNode &layout, bool comfortable);
    void maximise(const QString &panel); // alone on the desk; empty = as the layout says
    const QString &maximised() const { return m_maximised; }
    bool isSeen(const QString &panel) const { return m_plan.find(panel) != nullptr; }
    bool isTabbed(const QString &panel) const; // seen, with others behind it
    const PanelPlan &plan() const { return m_plan; }
    // The one that the keyboard is in, or was last; empty = none yet.
    QString current() const;
    void focus(const QString &panel, bool ringed);
    void refreshTabs(); // titles have changed
    bool isDragging() const { return m_drag.has_value(); }
    const DropPreview *preview() const { return m_preview; }
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    // Successive ones with the same non-empty `together` are one step.
    void layoutWanted(const entvas::LayoutNode &layout, const QString &together);
    void frontWanted(const QString &panel);
    void maximiseWanted(const QString &panel);
    void menuWanted(const QString &panel, QMenu *menu);
    void arranged(); // other panels are seen, or elsewhere

protected:
    void resizeEvent(QResizeEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    struct Drag {
        QString panel;
        std::optional<LayoutNode> result;
    };
    struct BorderDrag {
        QList<int> path; // of the border, see PanelPlan::Border
        int index;
        QPoint offset; // of the mouse in the gap
        QString step;
    };
    QRect room() const; // inside the margins
    PanelNeedsOf needs() const;
    void place();
    void orderTabKey();
    void hover(int border);
    int borderAt(const QPoint &point) const;
    int heldBorder() const; // -1 = it is not there any more
    void moveBorder(const QPoint &point);
    void startDrag(const QString &panel);
    void moveDrag(const QPoint &point);
    void endDrag(bool drop);
    void followFocus(QWidget *now);

    const Theme &m_theme;
    QHash<QString, Panel *> m_panels;
    LayoutNode m_layout;
    bool m_isComfortable = true;
    QString m_maximised;
    PanelPlan m_plan;
    int m_neededHeight = 0;
    int m_hovered = -1; // border
    int m_steps = 0;    // borders that were dragged
    std::optional<BorderDrag> m_borderDrag;
    std::optional<Drag> m_drag;
    DropPreview *m_preview;
    QString m_current;
    QPointer<Panel> m_ringed;
};

} // namespace entvas
