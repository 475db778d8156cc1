#include "app/widgets/lists/sharelist.h"

#include "app/board/text/format.h"
#include "app/theme/theme.h"
#include "app/widgets/base/paint.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/dock/panel.h"
#include "core/model/event.h"

#include <algorithm>
#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>

namespace entvas {

namespace {
constexpr int kLineHeight = 46;
constexpr int kRowHeight = 32;
constexpr int kOver = 6; // px: the last row may lack its margin
constexpr double kInset = Panel::kInset;

} // namespace

ShareList::ShareList(Kind kind, const Theme &theme, QWidget *parent)
    : QWidget(parent), m_kind(kind), m_theme(theme), m_scroll(new QScrollBar(Qt::Vertical, this))
{
    m_scroll->hide();
    m_scroll->setFocusPolicy(Qt::NoFocus);
    connect(m_scroll, &QScrollBar::valueChanged, this, &ShareList::scrollTo);
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

int ShareList::rowsInSight() const
{
    return std::max(m_kind == Kind::Lines ? 2 : 1, (height() + kOver) / rowHeight());
}

void ShareList::fit()
{
    const int rows = rowsInSight();
    m_groups = m_all;
    if ((m_kind == Kind::Lines || m_isWhole) && m_groups.size() > rows) {
        CubeGroup rest{QString::fromUtf16(kOther), true, 0, {}}; // without a course: not all of them have one
        while (m_groups.size() >= rows) {
            // The last ones, but not what the filter names: who chose a value wants to see it, and to let it go again.
            const auto isFree = [this](const CubeGroup &group) {
                return group.isRest || !m_filter.values.contains(group.name);
            };
            const auto last = std::find_if(m_groups.rbegin(), m_groups.rend(), isFree);
            const qsizetype at = last == m_groups.rend() ? m_groups.size() - 1 : m_groups.rend() - last - 1;
            const CubeGroup group = m_groups.takeAt(at);
            rest.total += group.total;
            rest.names += group.isRest ? group.names : 1;
        }
        m_groups.append(rest);
    }
    m_current = std::min(m_current, int(m_groups.size()) - 1);
    const int beyond = std::max(0, int(m_groups.size()) - rows);
    m_scroll->setRange(0, beyond);
    m_scroll->setPageStep(rows);
    m_scroll->setVisible(beyond > 0);
    const int width = m_scroll->sizeHint().width();
    m_scroll->setGeometry(this->width() - width, 0, width, height());
    scrollTo(std::min(m_first, beyond));
}

void ShareList::setWhole(bool whole)
{
    m_isWhole = whole;
    fit();
}

void ShareList::scrollTo(int first)
{
    const int next = std::clamp(first, 0, m_scroll->maximum());
    m_scroll->setValue(next);
    if (next == m_first)
        return;
    m_first = next;
    m_hovered = -1;
    update();
}

void ShareList::showCurrent()
{
    if (m_current < m_first)
        scrollTo(std::max(m_current, 0));
    else if (m_current >= m_first + rowsInSight())
        scrollTo(m_current - rowsInSight() + 1);
}

void ShareList::wheelEvent(QWheelEvent *event)
{
    constexpr int kPerRow = 40; // three rows a notch
    if (m_scroll->maximum() == 0)
        return event->ignore(); // the desk scrolls
    m_wheelRest += event->angleDelta().y();
    const int rows = m_wheelRest / kPerRow;
    m_wheelRest -= rows * kPerRow;
    scrollTo(m_first - rows);
}

QRectF ShareList::room() const
{
    const double right = m_scroll->isHidden() ? kInset : std::max<double>(kInset, m_scroll->width());
    return QRectF(rect()).adjusted(kInset, 0, -right, 0);
}

QRectF ShareList::rowRect(int row) const
{
    if (row < m_first || row >= m_groups.size() || row >= m_first + rowsInSight())
        return {};
    return {room().left(), double((row - m_first) * rowHeight()), room().width(), double(rowHeight())};
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
    m_filter = {};
    fit();
    update();
}

QString ShareList::nameOf(const CubeGroup &group) const
{
    const QString name = shownName(group.name);
    return group.isRest && group.names > 0 ? QStringLiteral("%1 · %2").arg(name, format::count(group.names)) : name;
}

QString ShareList::rowText(const CubeGroup &group) const
{
    return tr("%1: %2 events, %3")
        .arg(paint::oneLine(nameOf(group)), format::count(group.total), format::percent(group.total, m_total));
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

SpokenRow ShareList::spokenRow(int row) const
{
    if (row < 0 || row >= m_groups.size())
        return {};
    const ValueFilter &filter = m_filter;
    const CubeGroup &group = m_groups[row];
    return {rowText(group), rowRect(row).toAlignedRect(), row == m_current && hasFocus(),
            !filter.values.isEmpty() && !group.isRest && filter.passes(group.name), !group.isRest};
}

void ShareList::pressRow(int row)
{
    if (row >= 0 && row < m_groups.size() && !m_groups[row].isRest)
        click(row, Qt::NoModifier);
}

void ShareList::click(int row, Qt::KeyboardModifiers modifiers)
{
    const QString name = m_groups[row].name; // a copy: what comes of the click draws other groups
    Q_EMIT clicked(name, modifiers);
}

int ShareList::rowAt(double y) const
{
    const int row = m_first + int(y) / rowHeight();
    return y >= 0 && row < m_first + rowsInSight() && row < m_groups.size() && !m_groups[row].isRest ? row : -1;
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
    case Qt::Key_PageUp: m_current = std::max(m_current - rowsInSight(), 0); break;
    case Qt::Key_PageDown: m_current = std::min(m_current + rowsInSight(), last); break;
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
    showCurrent();
    tell(this, m_current);
    update();
}

void ShareList::focusInEvent(QFocusEvent *event)
{
    m_current = std::max(m_current, 0);
    showCurrent();
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
        openMenu(row, byMouse ? event->globalPos() : mapToGlobal(QPoint(24, (row - m_first) * rowHeight() + 20)));
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
    add(tr("&Filter to this"), Qt::NoModifier);
    add(tr("&Add to filter (Ctrl+click)"), Qt::ControlModifier);
    add(tr("&Exclude (Shift+click)"), Qt::ShiftModifier);
    menu->addSeparator();
    connect(menu->addAction(tr("&Copy name")), &QAction::triggered, this,
            [name] { QApplication::clipboard()->setText(name); });
    menu->popup(globalPos);
}

bool ShareList::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        auto *help = static_cast<QHelpEvent *>(event);
        const int index = m_first + help->pos().y() / rowHeight();
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
