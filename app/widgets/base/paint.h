#pragma once

#include <QPainter>
#include <QString>

// Small drawing helpers shared by the desk's own widgets.
namespace entvas::paint {

// Width of a text whose digits all take the room of the widest one, so that numbers do not jump as they change.
double tabularWidth(const QFont &font, const QString &text);
// Draws it with the given left (or right) end; `baseline` in the painter's units.
void tabular(QPainter &painter, double x, double baseline, const QString &text, Qt::Alignment align = Qt::AlignLeft);
// A text that is cut with an ellipsis to `width`. Control characters are made visible: data is never trusted.
void elided(QPainter &painter, const QRectF &rect, const QString &text,
            Qt::Alignment align = Qt::AlignLeft | Qt::AlignVCenter);
// Text as it is written, in one line: control characters and line ends as their pictures, what would turn the direction
// of the text around it as a replacement character. Joiners, soft hyphens and direction marks stay: words need them.
QString oneLine(const QString &text);
// The mark of the keyboard's focus, just inside `rect`.
void ring(QPainter &painter, const QRectF &rect, const QColor &color, double width);
// The same of as much of a text as can be seen in `width` pixels, however long it is.
QString enough(const QString &text, double width);
void sparkline(QPainter &painter, const QRectF &rect, const QList<qint64> &values, const QColor &color);

} // namespace entvas::paint
