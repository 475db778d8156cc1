#pragma once

#include "app/board/text/format.h"
#include "core/cube/cubeview.h"

#include <QColor>
#include <QFont>
#include <QGraphicsObject>

namespace entvas {

// Stacked bars, a line of earlier counts, the labels of both axes, the highlight of one bucket and a selected span,
// inside a QChart's plot area. One item instead
// of one per bar: 300 buckets of six types are painted in a fraction of a millisecond, where a bar series takes tens of
// them.
class BarsItem : public QGraphicsObject
{
    Q_OBJECT
public:
    struct Look {
        QList<QColor> colors; // by group
        QColor highlight, label, earlier, selection;
        QFont font;
    };
    struct Picture {
        TimeGrid grid;
        CubeAnswer answer;
        QList<qint64> earlier; // by bucket, a dashed line; empty = none
        format::Scale scale;
        QList<format::Tick> ticks;
        bool isFirstPartial = false; // less than a step is counted there: hatched
        bool isLastPartial = false;
    };
    explicit BarsItem(QGraphicsItem *parent = nullptr);

    void draw(Picture picture, Look look);
    void select(const TimeSpan &span); // a band; empty = none
    void setPlot(const QRectF &plot);  // in the parent's coordinates
    void highlight(qsizetype bucket);  // -1 = none
    qsizetype highlighted() const { return m_highlight; }
    qsizetype bucketAt(double x) const; // -1 = outside
    QRectF bucketRect(qsizetype bucket) const;
    qsizetype groupAt(const QPointF &point) const; // whose part of a bar it is, -1 = none
    double xOf(qint64 ms) const;
    qint64 msAt(double x) const; // within the grid
    const QRectF &plot() const { return m_plot; }

    QRectF boundingRect() const override;
    void paint(QPainter *painter, const QStyleOptionGraphicsItem *option, QWidget *widget) override;

private:
    void paintBars(QPainter &painter, double dpr) const;
    bool isPartial(qsizetype bucket) const;
    void paintEarlier(QPainter &painter) const;
    void paintLabels(QPainter &painter) const;

    Picture m_picture;
    Look m_look;
    QRectF m_plot;
    TimeSpan m_selection;
    qsizetype m_highlight = -1;
};

} // namespace entvas
