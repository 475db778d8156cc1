#pragma once

#include "app/board/boardframe.h"
#include "app/board/format.h"

#include <QChartView>

class QLineSeries;
class QValueAxis;

namespace entvas {

class BarsItem;
class HoverCard;
class SeriesColors;
class Theme;

// Events over time, stacked by type: a QChart with a value axis and a now line, the bars painted by one item. The axis
// fits what is shown. Hover or arrow keys pick a bucket and show its numbers.
class TimelineChart : public QChartView
{
    Q_OBJECT
public:
    TimelineChart(const Theme &theme, const SeriesColors &colors, QWidget *parent = nullptr);
    void draw(const BoardFrame &frame);
    void setKnown(bool known);   // false: an empty grid, as zeros would be a claim
    void pick(qsizetype bucket); // -1 = none
    double axisTop() const;

protected:
    void resizeEvent(QResizeEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void recolor();
    void layOut();
    void refreshCard();

    const Theme &m_theme;
    const SeriesColors &m_colors;
    QValueAxis *m_valueAxis;
    QValueAxis *m_timeAxis;
    QLineSeries *m_nowLine;
    BarsItem *m_bars;
    HoverCard *m_card;
    BoardFrame m_frame;
    format::Scale m_scale;
    QRectF m_plot; // as it was last given to the chart
};

// The colour of one group of types.
QColor groupColor(const CubeGroup &group, const SeriesColors &colors, const Theme &theme);

} // namespace entvas
