#pragma once

#include "app/board/format.h"
#include "core/cubeview.h"

#include <QColor>
#include <QFont>
#include <QGraphicsObject>

namespace entvas {

// Stacked bars, the labels of both axes and the highlight of one bucket inside a QChart's plot area. One item instead
// of one per bar: 300 buckets of six types are painted in a fraction of a millisecond, where a bar series takes tens of
// them.
class BarsItem : public QGraphicsObject
{
    Q_OBJECT
public:
    struct Look {
        QList<QColor> colors; // by group
        QColor highlight, label;
        QFont font;
    };
    explicit BarsItem(QGraphicsItem *parent = nullptr);

    void draw(const TimeGrid &grid, const CubeAnswer &answer, const format::Scale &scale, QList<format::Tick> ticks,
              Look look);
    void setPlot(const QRectF &plot); // in the parent's coordinates
    void highlight(qsizetype bucket); // -1 = none
    qsizetype highlighted() const { return m_highlight; }
    qsizetype bucketAt(double x) const; // -1 = outside
    QRectF bucketRect(qsizetype bucket) const;
    double xOf(qint64 ms) const;

    QRectF boundingRect() const override;
    void paint(QPainter *painter, const QStyleOptionGraphicsItem *option, QWidget *widget) override;

private:
    TimeGrid m_grid;
    CubeAnswer m_answer;
    QList<format::Tick> m_ticks;
    Look m_look;
    QRectF m_plot;
    format::Scale m_scale;
    qsizetype m_highlight = -1;
};

} // namespace entvas
