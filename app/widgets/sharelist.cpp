#include "app/widgets/sharelist.h"

#include "app/board/format.h"
#include "app/theme.h"
#include "app/widgets/paint.h"
#include "app/widgets/timelinechart.h"
#include "core/event.h"

#include <algorithm>
#include <numeric>
#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QMenu>
#include <QPainter>
#include <QToolTip>

namespace entvas {

namespace {
constexpr int kLineHeight = 46;
constexpr int kRowHeight = 32;
constexpr double kTrendFrom = 300; // a list that is narrower has no room for courses
constexpr double kTrendWidth = 64;
constexpr qsizetype kTrendPoints = 32;

// At most so many values: neighbours are added up. A rest that would make a shorter last one is left out at the start,
// so that the newest one is whole.
QList<qint64> thinned(const QList<qint64> &values, qsizetype most)
{
    const qsizetype together = (values.size() + most - 1) / most;
    QList<qint64> sums;
    for (qsizetype i = values.size() % together; i + together <= values.size(); i += together)
        sums.append(std::accumulate(values.cbegin() + i, values.cbegin() + i + together, qint64(0)));
    return sums;
}
} // namespace

ShareList::ShareList(Kind kind, const Theme &theme, QWidget *parent) : QWidget(parent), m_kind(kind), m_theme(theme)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setMouseTracking(true);
    setFocusPolicy(Qt::TabFocus);
}

int ShareList::rowHeight() const
{
    if (m_kind == Kind::Rows)
        return kRowHeight;
    // Six lines use the height that there is, within reason.
    return std::clamp(height() / 6, kLineHeight - 10, 58);
}

QSize ShareList::sizeHint() const
{
    return {260, m_kind == Kind::Lines ? kLineHeight * 6 : kRowHeight * 6};
}

void ShareList::draw(const QList<CubeGroup> &groups, qint64 total, const ValueFilter &filter, ColorOf colorOf)
{
    m_isKnown = true;
    m_filter = filter;
    m_all = groups;
    m_total = total;
    m_colorOf = std::move(colorOf);
    fit();
    update();
}

void ShareList::fit()
{
    constexpr int kOver = 6; // the last row may lack its margin
    const int rows = std::max(2, (height() + kOver) / rowHeight());
    m_groups = m_all;
    if (m_groups.size() > rows) {
        CubeGroup rest{QString::fromUtf16(kOther), true, 0, {}};
        while (m_groups.size() >= rows) {
            // The last ones, but not what the filter names: who chose a value wants to see it, and to let it go again.
            const auto isFree = [this](const CubeGroup &group) {
                return group.isRest || !m_filter.values.contains(group.name);
            };
            const auto last = std::find_if(m_groups.rbegin(), m_groups.rend(), isFree);
            const qsizetype at = last == m_groups.rend() ? m_groups.size() - 1 : m_groups.rend() - last - 1;
            const CubeGroup group = m_groups.takeAt(at);
            rest.total += group.total;
            rest.perBucket.resize(std::max(rest.perBucket.size(), group.perBucket.size()));
            for (qsizetype i = 0; i < group.perBucket.size(); ++i)
                rest.perBucket[i] += group.perBucket[i];
        }
        m_groups.append(rest);
    }
    m_current = std::min(m_current, int(m_groups.size()) - 1);
}

void ShareList::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fit();
}

void ShareList::showNothing()
{
    m_isKnown = false;
    m_all.clear();
    m_groups.clear();
    m_filter = {};
    update();
}

QString ShareList::rowText(const CubeGroup &group) const
{
    return tr("%1: %2 events, %3")
        .arg(paint::oneLine(shownName(group.name)), format::count(group.total), format::percent(group.total, m_total));
}

QString ShareList::spoken(QAccessible::Text text) const
{
    if (text == QAccessible::Value)
        return m_current >= 0 && m_current < m_groups.size() ? rowText(m_groups[m_current]) : QString();
    if (text != QAccessible::Description)
        return {};
    if (m_groups.isEmpty())
        return m_isKnown ? tr("No events in this range") : QString();
    QStringList rows;
    for (const CubeGroup &group : m_groups)
        rows << rowText(group);
    return rows.join(QStringLiteral("; "));
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
        const int index = int(&group - m_groups.constData());
        const bool isLine = m_kind == Kind::Lines;
        const QRectF body = isLine ? row.adjusted(-8, -4, 8, -6) : row.adjusted(0, 0, 0, -5);
        if (index == m_hovered) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(t.hover);
            painter.drawRoundedRect(body.intersected(QRectF(rect())), 5, 5);
        }
        // What the filter leaves out is faint; where contrast is asked for, its bar is hollow instead.
        const bool isOut = !m_filter.values.isEmpty() && (group.isRest || !m_filter.passes(group.name));
        painter.setOpacity(isOut && !t.highContrast ? 0.42 : 1);
        if (m_kind == Kind::Lines)
            paintLine(painter, row, group, isOut && t.highContrast);
        else
            paintRow(painter, row, group, isOut && t.highContrast);
        painter.setOpacity(1);
        if (hasFocus() && index == m_current)
            paint::ring(painter, body.intersected(QRectF(rect())), t.focus, t.edge);
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

double ShareList::countWidth() const
{
    const QFont font = m_theme.font(13, QFont::DemiBold);
    double widest = 0;
    for (const CubeGroup &group : m_groups)
        widest = std::max(widest, paint::tabularWidth(font, format::count(group.total)));
    return widest;
}

void ShareList::paintLine(QPainter &painter, const QRectF &row, const CubeGroup &group, bool isHollow) const
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
    double used = kShareWidth + countWidth() + 12;
    if (group.perBucket.size() > 1 && row.width() > kTrendFrom) {
        const QRectF trend(row.right() - used - kTrendWidth - 4, row.top() + 4, kTrendWidth, 14);
        paint::sparkline(painter, trend, thinned(group.perBucket, kTrendPoints),
                         m_colorOf ? m_colorOf(group) : t.accent);
        used += kTrendWidth + 16;
    }
    painter.setFont(m_theme.font(13, QFont::Medium));
    paint::elided(painter, {row.left(), row.top() + 1, row.width() - used, 20}, shownName(group.name));

    const QRectF track(row.left(), row.top() + 26, row.width(), 6);
    painter.setPen(Qt::NoPen);
    painter.setBrush(t.grid);
    painter.drawRoundedRect(track, 3, 3);
    const double share = m_total > 0 ? double(group.total) / double(m_total) : 0;
    const QColor color = m_colorOf ? m_colorOf(group) : t.accent;
    if (group.total == 0)
        return;
    QRectF bar(track.left(), track.top(), std::max(track.width() * share, 6.0), 6);
    if (isHollow) {
        bar.adjust(0.5, 0.5, -0.5, -0.5);
        painter.setPen(QPen(color, 1));
        painter.setBrush(t.surface);
    } else {
        painter.setBrush(color);
    }
    painter.drawRoundedRect(bar, 3, 3);
}

void ShareList::paintRow(QPainter &painter, const QRectF &row, const CubeGroup &group, bool isHollow) const
{
    const Tokens &t = m_theme.tokens();
    const QRectF bar = row.adjusted(0, 0, 0, -5);
    const double share = m_total > 0 ? double(group.total) / double(m_total) : 0;
    painter.setPen(Qt::NoPen);
    painter.setBrush(group.isRest ? t.grid : t.wash);
    QRectF filled(bar.left(), bar.top(), group.total > 0 ? std::max(bar.width() * share, 4.0) : 0, bar.height());
    if (!isHollow)
        painter.drawRoundedRect(filled, 5, 5);
    if (t.highContrast) { // a tint is no edge for who needs contrast
        filled.setTop(filled.bottom() - (isHollow ? 1 : 3));
        painter.fillRect(filled, group.isRest ? t.second : t.accent);
    }
    const double base = bar.center().y() + 4.5;
    painter.setFont(m_theme.font(12));
    painter.setPen(t.second);
    paint::tabular(painter, bar.right() - 4, base, format::percent(group.total, m_total), Qt::AlignRight);
    painter.setFont(m_theme.font(12, QFont::Medium));
    painter.setPen(group.name.isEmpty() || group.isRest ? t.second : t.text);
    paint::elided(painter, bar.adjusted(9, 0, -64, 0), shownName(group.name));
}

void ShareList::click(int row, Qt::KeyboardModifiers modifiers)
{
    const QString name = m_groups[row].name; // a copy: what comes of the click draws other groups
    Q_EMIT clicked(name, modifiers);
}

int ShareList::rowAt(double y) const
{
    const int row = int(y) / rowHeight();
    return y >= 0 && row < m_groups.size() && !m_groups[row].isRest ? row : -1;
}

void ShareList::mouseMoveEvent(QMouseEvent *event)
{
    const int at = rowAt(event->position().y());
    setCursor(at >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (at != m_hovered) {
        m_hovered = at;
        update();
    }
}

void ShareList::mouseReleaseEvent(QMouseEvent *event)
{
    const int at = rowAt(event->position().y());
    if (at >= 0 && event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        click(at, event->modifiers());
}

void ShareList::leaveEvent(QEvent *)
{
    m_hovered = -1;
    update();
}

void ShareList::keyPressEvent(QKeyEvent *event)
{
    const int last = int(m_groups.size()) - 1;
    switch (event->key()) {
    case Qt::Key_Up: m_current = std::max(m_current - 1, 0); break;
    case Qt::Key_Down: m_current = std::min(m_current + 1, last); break;
    case Qt::Key_Home: m_current = 0; break;
    case Qt::Key_End: m_current = last; break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (m_current >= 0 && m_current <= last && !m_groups[m_current].isRest)
            click(m_current, event->modifiers());
        return;
    default: return QWidget::keyPressEvent(event);
    }
    tell(this);
    update();
}

void ShareList::focusInEvent(QFocusEvent *event)
{
    m_current = std::max(m_current, 0);
    QWidget::focusInEvent(event);
    update();
}

void ShareList::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
}

void ShareList::contextMenuEvent(QContextMenuEvent *event)
{
    const bool byMouse = event->reason() == QContextMenuEvent::Mouse;
    const int row = byMouse ? rowAt(event->pos().y()) : m_current;
    if (row >= 0 && row < m_groups.size() && !m_groups[row].isRest)
        openMenu(row, byMouse ? event->globalPos() : mapToGlobal(QPoint(24, row * rowHeight() + 20)));
}

void ShareList::openMenu(int row, const QPoint &globalPos)
{
    const QString name = m_groups[row].name; // the rows go on changing under the open menu
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [&](const QString &text, Qt::KeyboardModifiers modifiers) {
        connect(menu->addAction(text), &QAction::triggered, this,
                [this, name, modifiers] { Q_EMIT clicked(name, modifiers); });
    };
    add(tr("&Only this"), Qt::NoModifier);
    add(tr("&Also this (Ctrl+click)"), Qt::ControlModifier);
    add(tr("All &but this (Shift+click)"), Qt::ShiftModifier);
    menu->addSeparator();
    connect(menu->addAction(tr("&Copy name")), &QAction::triggered, this,
            [name] { QApplication::clipboard()->setText(name); });
    menu->popup(globalPos);
}

bool ShareList::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        auto *help = static_cast<QHelpEvent *>(event);
        const int index = help->pos().y() / rowHeight();
        if (index >= 0 && index < m_groups.size()) {
            const QString text = rowText(m_groups[index]);
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
