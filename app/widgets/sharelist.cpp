#include "app/widgets/sharelist.h"

#include "app/board/format.h"
#include "app/theme.h"
#include "app/widgets/paint.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

namespace entvas {

namespace {
constexpr int kLineHeight = 46;
constexpr int kRowHeight = 32;
} // namespace

QString shownName(const QString &value)
{
    return value.isEmpty() ? ShareList::tr("(none)") : value;
}

ShareList::ShareList(Kind kind, const Theme &theme, QWidget *parent) : QWidget(parent), m_kind(kind), m_theme(theme)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

int ShareList::rowHeight() const
{
    if (m_kind == Kind::Rows)
        return kRowHeight;
    // Six lines use the height that there is, within reason.
    return std::clamp(height() / 6, kLineHeight - 4, 58);
}

QSize ShareList::sizeHint() const
{
    return {260, m_kind == Kind::Lines ? kLineHeight * 6 : kRowHeight * 6};
}

void ShareList::draw(const QList<CubeGroup> &groups, qint64 total, ColorOf colorOf)
{
    m_isKnown = true;
    m_groups = groups;
    m_total = total;
    m_colorOf = std::move(colorOf);
    QStringList spoken;
    for (const CubeGroup &group : groups)
        spoken << QStringLiteral("%1 %2").arg(shownName(group.name), format::count(group.total));
    setAccessibleDescription(spoken.join(QStringLiteral(", ")));
    update();
}

void ShareList::showNothing()
{
    m_isKnown = false;
    m_groups.clear();
    setAccessibleDescription({});
    update();
}

void ShareList::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens &t = m_theme.tokens();
    if (!m_isKnown)
        return paintPlaceholder(painter);
    if (m_groups.isEmpty()) {
        painter.setPen(t.second);
        painter.setFont(m_theme.font(12));
        painter.drawText(rect(), Qt::AlignCenter, tr("No events in this range"));
        return;
    }
    const int high = rowHeight();
    double y = 0;
    for (const CubeGroup &group : m_groups) {
        if (y + high > height() + 6)
            break;
        const QRectF row(0, y, width(), high);
        if (m_kind == Kind::Lines)
            paintLine(painter, row, group);
        else
            paintRow(painter, row, group);
        y += high;
    }
}

void ShareList::paintPlaceholder(QPainter &painter) const
{
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.tokens().grid);
    const int high = rowHeight();
    double y = 0;
    for (const double share : {0.45, 0.3, 0.22, 0.16}) {
        if (m_kind == Kind::Lines) {
            painter.drawRoundedRect(QRectF(0, y + 4, 96, 12), 3, 3);
            painter.drawRoundedRect(QRectF(0, y + 26, width(), 6), 3, 3);
        } else {
            painter.drawRoundedRect(QRectF(0, y, width() * share, high - 5), 5, 5);
        }
        y += high;
    }
}

void ShareList::paintLine(QPainter &painter, const QRectF &row, const CubeGroup &group) const
{
    const Tokens &t = m_theme.tokens();
    const double base = row.top() + 16;
    constexpr double kShareWidth = 70;
    painter.setFont(m_theme.font(13));
    painter.setPen(t.second);
    paint::tabular(painter, row.right(), base, format::percent(group.total, m_total), Qt::AlignRight);
    painter.setFont(m_theme.font(13, QFont::DemiBold));
    painter.setPen(t.text);
    const QString count = format::count(group.total);
    paint::tabular(painter, row.right() - kShareWidth, base, count, Qt::AlignRight);
    const double used = kShareWidth + paint::tabularWidth(painter.font(), count) + 12;
    painter.setFont(m_theme.font(13, QFont::Medium));
    paint::elided(painter, {row.left(), row.top() + 1, row.width() - used, 20}, shownName(group.name));

    const QRectF track(row.left(), row.top() + 26, row.width(), 6);
    painter.setPen(Qt::NoPen);
    painter.setBrush(t.grid);
    painter.drawRoundedRect(track, 3, 3);
    const double share = m_total > 0 ? double(group.total) / double(m_total) : 0;
    painter.setBrush(m_colorOf ? m_colorOf(group) : t.accent);
    painter.drawRoundedRect(QRectF(track.left(), track.top(), std::max(track.width() * share, 6.0), 6), 3, 3);
}

void ShareList::paintRow(QPainter &painter, const QRectF &row, const CubeGroup &group) const
{
    const Tokens &t = m_theme.tokens();
    const QRectF bar = row.adjusted(0, 0, 0, -5);
    const double share = m_total > 0 ? double(group.total) / double(m_total) : 0;
    painter.setPen(Qt::NoPen);
    painter.setBrush(group.isRest ? t.grid : t.wash);
    painter.drawRoundedRect(QRectF(bar.left(), bar.top(), std::max(bar.width() * share, 4.0), bar.height()), 5, 5);
    const double base = bar.center().y() + 4.5;
    painter.setFont(m_theme.font(12));
    painter.setPen(t.second);
    paint::tabular(painter, bar.right() - 4, base, format::percent(group.total, m_total), Qt::AlignRight);
    painter.setFont(m_theme.font(12, QFont::Medium));
    painter.setPen(group.name.isEmpty() || group.isRest ? t.second : t.text);
    paint::elided(painter, bar.adjusted(9, 0, -64, 0), shownName(group.name));
}

bool ShareList::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        auto *help = static_cast<QHelpEvent *>(event);
        const int index = help->pos().y() / rowHeight();
        if (index >= 0 && index < m_groups.size()) {
            const CubeGroup &group = m_groups[index];
            const QString text = tr("%1: %2 events, %3")
                                     .arg(paint::oneLine(shownName(group.name)), format::count(group.total),
                                          format::percent(group.total, m_total));
            // A tool tip takes what looks like a tag for rich text, and only then undoes the escaping.
            QToolTip::showText(help->globalPos(), QStringLiteral("<span>%1</span>").arg(text.toHtmlEscaped()), this);
        } else {
            QToolTip::hideText();
        }
        return true;
    }
    return QWidget::event(event);
}

} // namespace entvas
