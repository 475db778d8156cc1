#include "app/widgets/chart/legend.h"

#include "app/theme/theme.h"
#include "app/widgets/base/paint.h"
#include "app/widgets/dock/panel.h"

#include <algorithm>
#include <QFontMetricsF>
#include <QKeyEvent>
#include <QPainter>

namespace entvas {

namespace {
constexpr double kSquare = 9;
constexpr double kInner = 6;
constexpr double kBetween = 16;
constexpr double kLongestName = 130;
constexpr double kRing = Panel::kInset; // px around an entry, for the ring of the focus
} // namespace

Legend::Legend(const Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFixedHeight(20);
    setMouseTracking(true);
    setFocusPolicy(Qt::TabFocus);
    setToolTip(tr("Click: filter to this · Ctrl+click: add to filter · Shift+click: exclude"));
    setAccessibleName(tr("Legend"));
}

void Legend::draw(const QList<Entry> &entries)
{
    if (entries == m_entries)
        return;
    m_entries = entries;
    m_current = std::min(m_current, int(m_entries.size()) - 1);
    update();
}

QString Legend::spoken(QAccessible::Text text) const
{
    if (text == QAccessible::Value)
        return m_current >= 0 && m_current < m_entries.size() ? paint::oneLine(m_entries[m_current].name) : QString();
    if (text != QAccessible::Description)
        return {};
    QStringList names;
    for (const Entry &entry : m_entries)
        names << paint::oneLine(entry.name);
    return names.join(QStringLiteral(", "));
}

SpokenRow Legend::spokenRow(int row) const
{
    if (row < 0 || row >= m_entries.size())
        return {};
    return {paint::oneLine(m_entries[row].name), entryRect(row).toAlignedRect(), hasFocus() && row == m_current, false,
            m_entries[row].isClickable};
}

void Legend::pressRow(int row)
{
    if (row >= 0 && row < m_entries.size() && m_entries[row].isClickable)
        Q_EMIT clicked(row, Qt::NoModifier);
}

QList<double> Legend::widths() const
{
    const QFontMetricsF metrics(m_theme.font(12));
    QList<double> widths;
    double all = 0;
    for (const Entry &entry : m_entries) {
        const double text =
            std::min(metrics.horizontalAdvance(paint::enough(entry.name, kLongestName)) + 1, kLongestName);
        const double width = kSquare + kInner + text;
        if (all + width > this->width() - 2 * kRing)
            break;
        widths.append(width);
        all += width + kBetween;
    }
    return widths;
}

QRectF Legend::entryRect(qsizetype index) const
{
    const QList<double> all = widths();
    if (index < 0 || index >= all.size())
        return {};
    double right = width() - kRing;
    for (qsizetype i = all.size() - 1; i > index; --i)
        right -= all[i] + kBetween;
    return {right - all[index], 0, all[index], 20};
}

int Legend::entryAt(const QPointF &point) const
{
    for (int i = 0; i < m_entries.size(); ++i)
        if (entryRect(i).adjusted(-kInner, 0, kInner, 0).contains(point))
            return m_entries[i].isClickable ? i : -1;
    return -1;
}

void Legend::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens &t = m_theme.tokens();
    for (int i = 0; i < m_entries.size(); ++i) {
        const QRectF rect = entryRect(i);
        if (rect.isEmpty())
            break;
        if (hasFocus() && i == m_current)
            paint::ring(painter, rect.adjusted(-kRing, 0, kRing, 0), t.focus, t.edge);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_entries[i].color);
        painter.drawRoundedRect(QRectF(rect.left(), 6, kSquare, kSquare), 2, 2);
        painter.setFont(m_theme.font(12));
        painter.setPen(i == m_hovered ? t.text : t.second);
        paint::elided(painter, rect.adjusted(kSquare + kInner, 0, 1, 0), m_entries[i].name);
    }
}

void Legend::mouseMoveEvent(QMouseEvent *event)
{
    const int at = entryAt(event->position());
    setCursor(at >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (at != m_hovered) {
        m_hovered = at;
        update();
    }
}

void Legend::mouseReleaseEvent(QMouseEvent *event)
{
    if (const int at = entryAt(event->position()); at >= 0 && event->button() == Qt::LeftButton)
        Q_EMIT clicked(at, event->modifiers());
}

void Legend::leaveEvent(QEvent *)
{
    m_hovered = -1;
    update();
}

void Legend::keyPressEvent(QKeyEvent *event)
{
    const int last = int(widths().size()) - 1;
    switch (event->key()) {
    case Qt::Key_Left: m_current = std::max(m_current - 1, 0); break;
    case Qt::Key_Right: m_current = std::min(m_current + 1, last); break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (m_current >= 0 && m_current <= last && m_entries[m_current].isClickable)
            Q_EMIT clicked(m_current, event->modifiers());
        return;
    default: return QWidget::keyPressEvent(event);
    }
    tell(this, m_current);
    update();
}

void Legend::focusInEvent(QFocusEvent *event)
{
    m_current = std::max(m_current, 0);
    QWidget::focusInEvent(event);
    update();
}

void Legend::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
}

} // namespace entvas
