#include "app/widgets/base/paint.h"

#include <algorithm>
#include <QFontMetricsF>
#include <QPainterPath>

namespace entvas::paint {

namespace {

double digitWidth(const QFontMetricsF &metrics)
{
    double widest = 0;
    for (char16_t digit = u'0'; digit <= u'9'; ++digit)
        widest = std::max(widest, metrics.horizontalAdvance(QChar(digit)));
    return widest;
}

double cellWidth(const QFontMetricsF &metrics, double digits, QChar c)
{
    return c.isDigit() ? digits : metrics.horizontalAdvance(c);
}

} // namespace

double tabularWidth(const QFont &font, const QString &text)
{
    const QFontMetricsF metrics(font);
    const double digits = digitWidth(metrics);
    double width = 0;
    for (const QChar c : text)
        width += cellWidth(metrics, digits, c);
    return width;
}

void tabular(QPainter &painter, double x, double baseline, const QString &text, Qt::Alignment align)
{
    const QFontMetricsF metrics(painter.font());
    const double digits = digitWidth(metrics);
    if (align & Qt::AlignRight)
        x -= tabularWidth(painter.font(), text);
    for (const QChar c : text) {
        const double width = cellWidth(metrics, digits, c);
        painter.drawText(QPointF(x + (width - metrics.horizontalAdvance(c)) / 2, baseline), QString(c));
        x += width;
    }
}

namespace {

// Embeddings, overrides and isolates reach beyond the text that they stand in; the plain marks U+200E, U+200F and
// U+061C do not.
bool turnsDirection(char16_t c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

} // namespace

QString oneLine(const QString &text)
{
    QString shown = text;
    for (QChar &c : shown) {
        const char16_t code = c.unicode();
        if (code < 0x20)
            c = QChar(char16_t(0x2400 + code)); // the control pictures block
        else if (code == 0x7f)
            c = QChar(u'\u2421');
        else if (code == 0x85 || code == 0x2028 || code == 0x2029)
            c = QChar(u'\u2424'); // line ends, too
        else if (turnsDirection(code) || c.category() == QChar::Other_Control)
            c = QChar(QChar::ReplacementCharacter);
    }
    return shown;
}

QString enough(const QString &text, double width)
{
    // Few characters are narrower than two pixels, and many are worth seconds: shaping costs for each one.
    const qsizetype most = 16 + qsizetype(std::max(width, 0.0) / 2);
    if (text.size() <= most)
        return oneLine(text);
    return oneLine(text.left(text[most - 1].isHighSurrogate() ? most - 1 : most)) + QChar(u'…');
}

void elided(QPainter &painter, const QRectF &rect, const QString &text, Qt::Alignment align)
{
    const QFontMetricsF metrics(painter.font());
    painter.drawText(rect, int(align) | Qt::TextSingleLine,
                     metrics.elidedText(enough(text, rect.width()), Qt::ElideRight, rect.width()));
}

void ring(QPainter &painter, const QRectF &rect, const QColor &color, double width)
{
    painter.setPen(QPen(color, width));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(rect.adjusted(width / 2, width / 2, -width / 2, -width / 2), 5, 5);
}

void sparkline(QPainter &painter, const QRectF &rect, const QList<qint64> &values, const QColor &color)
{
    const qint64 peak = values.isEmpty() ? 0 : *std::max_element(values.cbegin(), values.cend());
    if (values.size() < 2 || peak <= 0)
        return;
    QPolygonF line;
    for (qsizetype i = 0; i < values.size(); ++i)
        line << QPointF(rect.left() + rect.width() * double(i) / double(values.size() - 1),
                        rect.bottom() - rect.height() * double(values[i]) / double(peak));
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QPolygonF area = line;
    area << rect.bottomRight() << rect.bottomLeft();
    QColor wash = color;
    wash.setAlphaF(0.10f);
    painter.setPen(Qt::NoPen);
    painter.setBrush(wash);
    painter.drawPolygon(area);
    painter.setPen(QPen(color, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(line);
    painter.restore();
}

} // namespace entvas::paint
