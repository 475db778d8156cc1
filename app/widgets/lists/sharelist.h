#pragma once

#include "app/widgets/base/spoken.h"
#include "core/cube/cubeview.h"

#include <functional>
#include <QColor>
#include <QWidget>

class QScrollBar;

namespace entvas {

class Theme;

// Names with count, share and a bar, by falling count: the top event types with their course over time, or the values
// of one dimension. A row can be clicked as a whole; with the keyboard, arrows choose one and Enter clicks it. Lines
// are as many as fit, with the number of the others in the last one; rows scroll by whole rows.
// More than 25 functions: sixteen are events of Qt's and answers to it.
class ShareList : public QWidget, public Spoken
{
    Q_OBJECT
public:
    enum class Kind {
        Lines, // name and numbers above a thin bar in the group's colour
        Rows,  // one row a value, its share washed behind the name
    };
    using ColorOf = std::function<QColor(const CubeGroup &)>;

    ShareList(Kind kind, const Theme &theme, QWidget *parent = nullptr);
    // Where `filter` names values, the others are dimmed.
    void draw(const QList<CubeGroup> &groups, qint64 total, const ValueFilter &filter = {}, ColorOf colorOf = {});
    void setWhole(bool whole); // rows too are as many as fit, with the number of the others: paper does not scroll
    void showNothing();        // nothing is known yet: bars without names
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {160, 120}; }
    QAccessible::Role spokenRole() const override { return QAccessible::List; }
    QString spoken(QAccessible::Text text) const override;
    int spokenRows() const override { return int(m_groups.size()); }
    SpokenRow spokenRow(int row) const override;
    void pressRow(int row) override;
    QRectF rowRect(int row) const; // empty: it is not in sight
    int firstRow() const { return m_first; }

Q_SIGNALS:
    void clicked(const QString &value, Qt::KeyboardModifiers modifiers);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    int rowHeight() const;
    int rowsInSight() const; // that there is room for
    QRectF room() const;     // without the inset of a panel, and without the scroll bar
    void fit();              // lines: as many as there is room for, the others added up in the last
    void scrollTo(int first);
    void showCurrent(); // the row of the keyboard is in sight
    QString nameOf(const CubeGroup &group) const;
    void click(int row, Qt::KeyboardModifiers modifiers);
    int rowAt(double y) const; // -1: none, or the remainder, which is no value
    void openMenu(int row, const QPoint &globalPos);
    double countWidth() const; // of the widest count, so that what stands beside it lines up
    QString rowText(const CubeGroup &group) const;
    void paintLine(QPainter &painter, const QRectF &row, const CubeGroup &group, bool isHollow) const;
    void paintPlaceholder(QPainter &painter) const;
    void paintRow(QPainter &painter, const QRectF &row, const CubeGroup &group, bool isHollow) const;

    Kind m_kind;
    const Theme &m_theme;
    QList<CubeGroup> m_all;    // as it was given
    QList<CubeGroup> m_groups; // as it is shown
    qint64 m_total = 0;
    ColorOf m_colorOf;
    ValueFilter m_filter;
    bool m_isKnown = false;
    QScrollBar *m_scroll;
    bool m_isWhole = false;
    int m_first = 0;     // row at the top
    int m_wheelRest = 0; // of turns that were too short for a row
    int m_hovered = -1;
    int m_current = -1; // of the keyboard
};

} // namespace entvas
