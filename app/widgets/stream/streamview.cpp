#include "app/widgets/stream/streamview.h"

#include "app/board/board.h"
#include "app/board/text/format.h"
#include "app/theme/theme.h"
#include "app/widgets/base/paint.h"
#include "app/widgets/dock/panel.h"

#include <algorithm>
#include <QDateTime>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {
constexpr int kHeader = 26;
constexpr int kRow = 21;
constexpr int kInset = Panel::kInset;     // left of the words: for the ring of the focus
constexpr qsizetype kShownMetadata = 400; // bytes: it may be 16 KiB long, and no more than can be seen is decoded
} // namespace

StreamView::StreamView(Board &board, const Theme &theme, QWidget *parent)
    : QAbstractScrollArea(parent), m_board(board), m_stream(nullptr), m_theme(theme)
{
    setFrameShape(QFrame::NoFrame);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    viewport()->setAutoFillBackground(false);
    setAccessibleName(tr("Live stream of events"));
    connect(&theme, &Theme::changed, viewport(), qOverload<>(&QWidget::update));
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
        if (!m_isLive && value >= verticalScrollBar()->maximum() - rowsInSight())
            Q_EMIT endReached();
    });
    showLive();
}

void StreamView::showLive()
{
    m_isLive = true;
    setStream(&m_board.stream());
}

void StreamView::showPast(EventStream *past)
{
    m_isLive = false;
    setStream(past);
}

void StreamView::setStream(const EventStream *stream)
{
    if (m_stream)
        disconnect(m_stream, nullptr, this, nullptr);
    m_stream = stream;
    m_selected.reset();
    const auto restart = [this] {
        refreshRange();
        verticalScrollBar()->setValue(m_newestFirst || !m_isLive ? 0 : verticalScrollBar()->maximum());
        viewport()->update();
    };
    connect(m_stream, &EventStream::changed, this, &StreamView::onChanged);
    connect(m_stream, &EventStream::reset, this, restart);
    restart();
}

int StreamView::rowsInSight() const
{
    return std::max(0, (viewport()->height() - kHeader) / kRow);
}

void StreamView::refreshRange()
{
    const qsizetype hidden = m_stream->rowCount() - rowsInSight();
    verticalScrollBar()->setPageStep(std::max(1, rowsInSight()));
    verticalScrollBar()->setSingleStep(1);
    verticalScrollBar()->setRange(0, int(std::max<qsizetype>(hidden, 0)));
}

void StreamView::onChanged(qsizetype added, qsizetype removed)
{
    QScrollBar *bar = verticalScrollBar();
    const int before = bar->value();
    const bool follows = m_isLive && (m_newestFirst ? before == 0 : before == bar->maximum());
    refreshRange();
    if (isReversed())
        bar->setValue(follows ? 0 : int(std::min<qsizetype>(before + added, bar->maximum())));
    else
        bar->setValue(follows ? bar->maximum() : int(std::max<qsizetype>(before - removed, 0)));
    if (m_selected && !m_stream->find(*m_selected))
        m_selected.reset();
    viewport()->update();
}

void StreamView::setNewestFirst(bool newestFirst)
{
    m_newestFirst = newestFirst;
    refreshRange();
    verticalScrollBar()->setValue(newestFirst ? 0 : verticalScrollBar()->maximum());
    viewport()->update();
}

void StreamView::setHighlights(const QList<StreamFilter> &rules)
{
    m_highlights = rules.first(std::min<qsizetype>(rules.size(), kMostHighlights));
    viewport()->update();
}

QColor StreamView::highlightColor(qsizetype rule) const
{
    constexpr std::array<std::size_t, kMostHighlights> kSlots{2, 3, 1, 4};
    QColor color = m_theme.tokens().series[kSlots[std::size_t(rule) % kSlots.size()]];
    color.setAlphaF(0.20f);
    return color;
}

void StreamView::select(std::optional<quint64> number)
{
    m_selected = number;
    viewport()->update();
}

qsizetype StreamView::rowAtLine(qsizetype line) const
{
    return isReversed() ? m_stream->rowCount() - 1 - line : line;
}

qsizetype StreamView::lineAt(double y) const
{
    if (y < kHeader)
        return -1;
    const qsizetype line = verticalScrollBar()->value() + qsizetype((y - kHeader) / kRow);
    return line < m_stream->rowCount() ? line : -1;
}

QString StreamView::spoken(QAccessible::Text text) const
{
    if (text == QAccessible::Description)
        return tr("%1 events").arg(format::count(m_stream->rowCount()));
    const qsizetype row = m_selected ? m_stream->rowOf(*m_selected) : -1;
    return text == QAccessible::Value && row >= 0 ? rowText(row) : QString();
}

int StreamView::spokenRows() const
{
    return int(std::min<qsizetype>(rowsInSight(), m_stream->rowCount() - verticalScrollBar()->value()));
}

SpokenRow StreamView::spokenRow(int row) const
{
    const qsizetype at = rowAtLine(verticalScrollBar()->value() + row);
    if (row < 0 || row >= spokenRows() || at < 0 || at >= m_stream->rowCount())
        return {};
    const bool isSelected = m_selected && m_stream->numberOf(at) == *m_selected;
    return {rowText(at), QRect(viewport()->x(), kHeader + row * kRow, viewport()->width(), kRow),
            isSelected && hasFocus(), isSelected, true};
}

void StreamView::pressRow(int row)
{
    if (row >= 0 && row < spokenRows())
        moveTo(verticalScrollBar()->value() + row);
}

QString StreamView::rowText(qsizetype row) const
{
    const wire::TailEvent &event = m_stream->event(row);
    return tr("%1, %2, user %3, %4")
        .arg(timeText(event), paint::oneLine(event.eventType), paint::oneLine(event.userId),
             paint::oneLine(QString::fromUtf8(event.metadata.left(kShownMetadata))));
}

QString StreamView::timeText(const wire::TailEvent &event) const
{
    return QDateTime::fromMSecsSinceEpoch(event.receivedAtMs, m_board.zone()).time().toString(u"HH:mm:ss.zzz"_s);
}

StreamView::Columns StreamView::columns() const
{
    const double width = viewport()->width();
    const double pitch = QFontMetricsF(m_theme.fixedFont(11)).horizontalAdvance(QChar(u'0'));
    const double type = kInset + 13 * pitch + 14;
    const double user = type + std::min(170.0, width * 0.26);
    return {type, user, user + std::min(130.0, width * 0.16)};
}

void StreamView::paintHeader(QPainter &painter) const
{
    const Tokens &t = m_theme.tokens();
    const auto [type, user, metadata] = columns();
    painter.setFont(m_theme.font(11, QFont::Medium));
    painter.setPen(t.second);
    const QRectF header(0, 2, viewport()->width(), kHeader - 10);
    paint::elided(painter, header.adjusted(kInset, 0, 0, 0), tr("Received"));
    paint::elided(painter, header.adjusted(type, 0, 0, 0), tr("Type"));
    paint::elided(painter, header.adjusted(user, 0, 0, 0), tr("User"));
    paint::elided(painter, header.adjusted(metadata, 0, 0, 0), tr("Metadata"));
    painter.setPen(t.line);
    painter.drawLine(QPointF(kInset, kHeader - 4.5), QPointF(viewport()->width(), kHeader - 4.5));
}

void StreamView::paintRow(QPainter &painter, double y, qsizetype row) const
{
    const Tokens &t = m_theme.tokens();
    const wire::TailEvent &event = m_stream->event(row);
    const auto [type, user, metadata] = columns();
    const double width = viewport()->width();
    const auto cell = [&](double left, double right) { return QRectF(left, y, right - left, kRow); };
    for (qsizetype rule = 0; rule < m_highlights.size(); ++rule)
        if (m_highlights[rule].matches(event)) {
            painter.fillRect(cell(0, width), highlightColor(rule));
            break;
        }
    const QFont fixed = m_theme.fixedFont(11);
    painter.setFont(fixed);
    painter.setPen(t.second);
    painter.drawText(cell(kInset, type), Qt::AlignVCenter, timeText(event));
    const int slot = m_board.colors().slot(event.eventType);
    painter.fillRect(QRectF(type, y + 7, 8, 8), slot < 0 ? t.rest : t.series[std::size_t(slot)]);
    painter.setFont(m_theme.font(12, QFont::Medium));
    painter.setPen(t.text);
    paint::elided(painter, cell(type + 14, user - 8), event.eventType);
    painter.setFont(m_theme.font(12));
    paint::elided(painter, cell(user, metadata - 8), event.userId);
    painter.setFont(fixed);
    painter.setPen(t.second);
    paint::elided(painter, cell(metadata, width - 4), QString::fromUtf8(event.metadata.left(kShownMetadata)));
}

void StreamView::paintEvent(QPaintEvent *)
{
    const Tokens &t = m_theme.tokens();
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), t.surface);
    painter.setRenderHint(QPainter::Antialiasing);
    paintHeader(painter);
    if (m_stream->rowCount() == 0) {
        painter.setFont(m_theme.font(12));
        painter.setPen(t.second);
        painter.drawText(
            QRectF(0, kHeader, viewport()->width(), viewport()->height() - kHeader), Qt::AlignCenter | Qt::TextWordWrap,
            m_stream->kept() == 0
                ? m_isLive ? tr("Events appear here as they are received") : QString()
                : tr("None of the %1 loaded events matches the filter").arg(format::count(m_stream->kept())));
        return;
    }
    const qsizetype first = verticalScrollBar()->value();
    const qsizetype end = std::min<qsizetype>(first + rowsInSight(), m_stream->rowCount());
    for (qsizetype line = first; line < end; ++line) {
        const double y = kHeader + double(line - first) * kRow;
        const qsizetype row = rowAtLine(line);
        const bool isSelected = m_selected && m_stream->numberOf(row) == *m_selected;
        if (isSelected || line == m_hoveredLine)
            painter.fillRect(QRectF(0, y, viewport()->width(), kRow), isSelected ? t.wash : t.hover);
        if (isSelected && t.highContrast)
            painter.fillRect(QRectF(0, y + kRow - t.edge, viewport()->width(), t.edge), t.accent);
        paintRow(painter, y, row);
    }
    if (showsFocus(this))
        paint::ring(painter, viewport()->rect(), t.focus, t.edge);
}

void StreamView::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    const bool atEnd = verticalScrollBar()->value() == verticalScrollBar()->maximum();
    refreshRange();
    if (!m_newestFirst && m_isLive && atEnd)
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
}

void StreamView::mouseMoveEvent(QMouseEvent *event)
{
    const qsizetype line = lineAt(event->position().y());
    viewport()->setCursor(line >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (line != m_hoveredLine) {
        m_hoveredLine = line;
        viewport()->update();
    }
}

void StreamView::leaveEvent(QEvent *event)
{
    QAbstractScrollArea::leaveEvent(event);
    m_hoveredLine = -1;
    viewport()->update();
}

void StreamView::mousePressEvent(QMouseEvent *event)
{
    const qsizetype line = lineAt(event->position().y());
    if (line < 0)
        return;
    m_selected = m_stream->numberOf(rowAtLine(line));
    viewport()->update();
    if (event->button() == Qt::LeftButton)
        Q_EMIT picked(*m_selected);
}

void StreamView::moveTo(qsizetype line)
{
    if (m_stream->rowCount() == 0)
        return;
    line = std::clamp<qsizetype>(line, 0, m_stream->rowCount() - 1);
    m_selected = m_stream->numberOf(rowAtLine(line));
    QScrollBar *bar = verticalScrollBar();
    if (line < bar->value())
        bar->setValue(int(line));
    else if (line >= bar->value() + rowsInSight())
        bar->setValue(int(line) - rowsInSight() + 1);
    viewport()->update();
    tell(this, int(line) - bar->value());
    Q_EMIT picked(*m_selected);
}

void StreamView::keyPressEvent(QKeyEvent *event)
{
    const qsizetype row = m_selected ? m_stream->rowOf(*m_selected) : -1;
    const qsizetype line = row < 0 ? -1 : isReversed() ? m_stream->rowCount() - 1 - row : row;
    if (event->matches(QKeySequence::Copy) && m_selected) {
        Q_EMIT copyWanted(*m_selected);
        return;
    }
    switch (event->key()) {
    case Qt::Key_Up: return moveTo(line < 0 ? verticalScrollBar()->value() : line - 1);
    case Qt::Key_Down: return moveTo(line < 0 ? verticalScrollBar()->value() : line + 1);
    case Qt::Key_PageUp: return moveTo(std::max<qsizetype>(line, 0) - rowsInSight());
    case Qt::Key_PageDown: return moveTo(std::max<qsizetype>(line, 0) + rowsInSight());
    case Qt::Key_Home: return moveTo(0);
    case Qt::Key_End: return moveTo(m_stream->rowCount() - 1);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_selected)
            Q_EMIT picked(*m_selected);
        return;
    case Qt::Key_Escape: Q_EMIT escaped(); return;
    default: QAbstractScrollArea::keyPressEvent(event);
    }
}

} // namespace entvas
