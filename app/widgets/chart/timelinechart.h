#pragma once

#include "app/board/boardframe.h"
#include "app/board/text/format.h"
#include "app/widgets/base/spoken.h"

#include <optional>
#include <QChartView>

class QLineSeries;
class QValueAxis;

namespace entvas {

class BarsItem;
class HoverCard;
class SeriesColors;
class Theme;

// Events over time, stacked by group: a QChart with a value axis and a now line, the bars painted by one item. The axis
// fits what is shown. Hover or arrow keys pick a bucket and show its numbers; dragging chooses a span, the wheel and
// keys zoom and pan: the chart asks by signals, and its owner acts.
// More than 25 functions: twelve are events of Qt's, and nine are signals, one for each thing that can be asked for.
class TimelineChart : public QChartView, public Spoken
{
    Q_OBJECT
public:
    TimelineChart(const Theme &theme, const SeriesColors &colors, QWidget *parent = nullptr);
    void draw(const BoardFrame &frame);
    void setKnown(bool known);              // false: an empty grid, as zeros would be a claim
    void pick(qsizetype bucket);            // -1 = none
    std::optional<TimeSpan> picked() const; // the time of the bar that mouse or keys have picked
    double axisTop() const;
    void setRelativeTimes(bool relative);  // labels count back from now
    QRectF plot() const { return m_plot; } // in the widget's coordinates
    QAccessible::Role spokenRole() const override { return QAccessible::Chart; }
    QString spoken(QAccessible::Text text) const override;

Q_SIGNALS:
    void spanChosen(const entvas::TimeSpan &span);
    void zoomWanted(double factor, qint64 atMs); // below 1: closer
    void panWanted(double part);                 // of what is shown; negative: earlier
    void backWanted();
    void groupClicked(const QString &name, Qt::KeyboardModifiers modifiers);
    void doubleClicked();
    void eventsWanted(const entvas::TimeSpan &span); // the raw ones
    void roomChanged(int buckets);                   // that can be told apart

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void recolor();
    void layOut();
    void refreshCard();
    void endDrag();
    TimeSpan draggedSpan() const;
    qint64 zoomCentreMs() const; // of keys

    const Theme &m_theme;
    const SeriesColors &m_colors;
    QValueAxis *m_valueAxis;
    QValueAxis *m_timeAxis;
    QLineSeries *m_nowLine;
    BarsItem *m_bars;
    HoverCard *m_card;
    BoardFrame m_frame;
    format::Scale m_scale;
    bool m_relative = false;
    // A drag begins as a press, and is one from kDragPixels on. In time, as the chart moves on under the mouse.
    std::optional<QPointF> m_pressedAt;
    qint64 m_dragFromMs = 0;
    qint64 m_dragToMs = 0;
    bool m_dragging = false;
    QRectF m_plot; // as it was last given to the chart
};

// The colour of one group of the main chart.
QColor groupColor(const BoardFrame &frame, const CubeGroup &group, const SeriesColors &colors, const Theme &theme);
// How a value is named on screen: an event that lacks the key has "(none)".
QString shownName(const QString &value);

} // namespace entvas
