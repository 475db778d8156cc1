#include "app/widgets/chart/hovercard.h"

#include "app/theme/theme.h"
#include "app/widgets/base/paint.h"

#include <algorithm>
#include <cmath>
#include <QFontMetricsF>
#include <QPainter>

namespace entvas {

namespace {
constexpr int kNarrowest = 216;
constexpr int kWidest = 340;
constexpr int kColumns = 8; // between a name and its number
constexpr int kPad = 12;
constexpr int kTitle = 22;
constexpr int kRow = 20;
} // namespace

HoverCard::HoverCard(const Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    hide();
}

void HoverCard::draw(const QString &title, const QString &total, const QList<Row> &rows, const QRect &bar)
{
    m_title = title;
    m_total = total;
    m_rows = rows;
    const int height = 2 * kPad + kTitle + int(rows.size()) * kRow - (rows.isEmpty() ? 2 : 0);
    const auto nameWidth = [](const QFont &font, const QString &text) {
        return QFontMetricsF(font).horizontalAdvance(paint::oneLine(text)) + 1;
    };
    const QFont bold = m_theme.font(12, QFont::DemiBold);
    const QFont plain = m_theme.font(12);
    double wanted = nameWidth(bold, title) + paint::tabularWidth(bold, total);
    for (const Row &row : rows)
        wanted = std::max(wanted, 17 + nameWidth(plain, row.name) + paint::tabularWidth(plain, row.count));
    const int width = std::clamp(int(std::ceil(wanted)) + kColumns + 2 * kPad, kNarrowest, kWidest);
    constexpr int kGap = 10;
    int x = bar.right() + kGap;
    if (x + width > parentWidget()->width() - 4)
        x = bar.left() - kGap - width;
    const int y = std::clamp(bar.top() + 8, 4, std::max(4, parentWidget()->height() - height - 4));
    setGeometry(std::max(4, x), y, width, height);
    raise();
    update();
    QWidget::show();
}

QString HoverCard::spoken(QAccessible::Text text) const
{
    if (text != QAccessible::Name)
        return {};
    QStringList parts{tr("%1: %2").arg(m_title, m_total)};
    for (const Row &row : m_rows)
        parts << QStringLiteral("%1 %2").arg(paint::oneLine(row.name), row.count);
    return parts.join(QStringLiteral(", "));
}

void HoverCard::paintEvent(QPaintEvent *)
{
    const Tokens &t = m_theme.tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(t.highContrast ? t.text : t.line, t.edge));
    painter.setBrush(t.surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
    painter.setPen(t.text);
    painter.setFont(m_theme.font(12, QFont::DemiBold));
    const double right = width() - kPad;
    paint::tabular(painter, right, kPad + 13, m_total, Qt::AlignRight);
    const double totalWidth = paint::tabularWidth(painter.font(), m_total);
    paint::elided(painter, QRectF(kPad, kPad, right - totalWidth - 8 - kPad, 18), m_title);
    double y = kPad + kTitle;
    for (const Row &row : m_rows) {
        if (row.color.isValid()) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(row.color);
            painter.drawRoundedRect(QRectF(kPad, y + 5, 9, 9), 2, 2);
        } else { // a line in the chart
            painter.setPen(QPen(t.second, 1.4, Qt::DotLine));
            painter.drawLine(QPointF(kPad - 1, y + 9.5), QPointF(kPad + 10, y + 9.5));
        }
        painter.setPen(t.text);
        painter.setFont(m_theme.font(12));
        paint::tabular(painter, right, y + 14, row.count, Qt::AlignRight);
        painter.setPen(t.second);
        const double used = paint::tabularWidth(painter.font(), row.count);
        paint::elided(painter, QRectF(kPad + 17, y, right - used - 8 - kPad - 17, kRow - 1), row.name);
        y += kRow;
    }
}

} // namespace entvas
