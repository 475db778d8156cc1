#include "app/widgets/lists/statcard.h"

#include "app/theme/theme.h"
#include "app/widgets/base/paint.h"

#include <QPainter>

namespace entvas {

StatCard::StatCard(const QString &label, const Theme &theme, QWidget *parent)
    : QFrame(parent), m_theme(theme), m_label(label)
{
    setObjectName(QStringLiteral("card"));
    setAccessibleName(label);
    setFixedHeight(96);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void StatCard::setClickable(bool clickable)
{
    m_isClickable = clickable;
    setCursor(clickable ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void StatCard::draw(const QString &number, const QString &context, const QList<qint64> &trend)
{
    if (number == m_number && context == m_context && trend == m_trend && m_change.isEmpty())
        return;
    m_change.clear();
    m_number = number;
    m_context = context;
    m_trend = trend;
    setAccessibleDescription(number + QLatin1Char(' ') + context);
    update();
}

void StatCard::drawChange(const QString &number, const QString &change, const QString &context)
{
    if (number == m_number && context == m_context && change == m_change)
        return;
    m_change.clear();
    draw(number, context);
    m_change = change;
    setAccessibleDescription(number + QLatin1Char(' ') + change + QLatin1Char(' ') + context);
    update();
}

void StatCard::setLabel(const QString &label)
{
    if (label == m_label)
        return;
    m_label = label;
    setAccessibleName(label);
    update();
}

void StatCard::showNothing()
{
    draw({}, {});
}

QString StatCard::spoken(QAccessible::Text text) const
{
    if (m_number.isEmpty())
        return {};
    switch (text) {
    case QAccessible::Name: return tr("%1: %2").arg(m_label, m_number);
    case QAccessible::Value: return m_number;
    default: return {}; // the description is a property
    }
}

void StatCard::paintEvent(QPaintEvent *event)
{
    QFrame::paintEvent(event);
    const Tokens &t = m_theme.tokens();
    QPainter painter(this);
    const QRectF inner = QRectF(rect()).adjusted(16, 12, -16, -12);
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(t.focus, t.edge));
        const double inset = t.edge / 2;
        painter.drawRoundedRect(QRectF(rect()).adjusted(inset, inset, -inset, -inset), 8, 8);
    }

    painter.setFont(m_theme.font(12, QFont::Medium));
    painter.setPen(t.second);
    paint::elided(painter, {inner.left(), inner.top(), inner.width(), 18}, m_label);
    if (m_number.isEmpty()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(t.grid);
        painter.drawRoundedRect(QRectF(inner.left(), inner.top() + 26, 96, 22), 4, 4);
        painter.drawRoundedRect(QRectF(inner.left(), inner.bottom() - 14, 140, 10), 3, 3);
        return;
    }

    // A number that is too long for the card gets smaller rather than cut.
    QFont big = m_theme.font(28, QFont::DemiBold);
    for (int px = 28; px > 13 && paint::tabularWidth(big, m_number) > inner.width(); px -= 2)
        big.setPixelSize(px);
    const double numberWidth = paint::tabularWidth(big, m_number);
    painter.setFont(big);
    painter.setPen(t.text);
    paint::tabular(painter, inner.left() - 1, inner.top() + 46, m_number);

    double contextLeft = inner.left();
    if (!m_change.isEmpty()) {
        painter.setFont(m_theme.font(12, QFont::Medium));
        painter.setPen(m_change.startsWith(QLatin1Char('+'))   ? t.good
                       : m_change.startsWith(QChar(u'\u2212')) ? t.bad
                                                               : t.second);
        paint::tabular(painter, inner.left(), inner.bottom() - 4, m_change);
        contextLeft += paint::tabularWidth(painter.font(), m_change) + 6;
    }
    painter.setFont(m_theme.font(12));
    painter.setPen(t.second);
    paint::elided(painter, {contextLeft, inner.bottom() - 17, inner.right() - contextLeft, 18}, m_context);

    const double trendLeft = inner.left() + std::max(numberWidth + 20, inner.width() * 0.42);
    if (!m_trend.isEmpty() && inner.right() - trendLeft > 40)
        paint::sparkline(painter, {trendLeft, inner.top() + 22, inner.right() - trendLeft, 24}, m_trend, t.accent);
}

} // namespace entvas
