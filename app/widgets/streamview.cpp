#include "app/widgets/streamview.h"

#include "app/board/board.h"
#include "app/board/format.h"
#include "app/theme.h"
#include "app/widgets/paint.h"

#include <QDateTime>
#include <QPainter>

namespace entvas {

namespace {
constexpr int kHeader = 26;
constexpr int kRow = 21;
} // namespace

StreamView::StreamView(const Board &board, const Theme &theme, QWidget *parent)
    : QWidget(parent), m_board(board), m_theme(theme)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Live stream of events"));
    connect(&board, &Board::tailChanged, this, qOverload<>(&QWidget::update));
}

void StreamView::paintEvent(QPaintEvent *)
{
    const Tokens &t = m_theme.tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont fixed = m_theme.fixedFont(11);
    const double pitch = QFontMetricsF(fixed).horizontalAdvance(QChar(u'0'));
    const double typeLeft = 13 * pitch + 14;
    const double userLeft = typeLeft + std::min(150.0, width() * 0.26);
    const double metaLeft = userLeft + std::min(90.0, width() * 0.16);

    painter.setFont(m_theme.font(11, QFont::Medium));
    painter.setPen(t.second);
    const QRectF header(0, 0, width(), kHeader - 8);
    paint::elided(painter, header, tr("Received"));
    paint::elided(painter, header.adjusted(typeLeft, 0, 0, 0), tr("Type"));
    paint::elided(painter, header.adjusted(userLeft, 0, 0, 0), tr("User"));
    paint::elided(painter, header.adjusted(metaLeft, 0, 0, 0), tr("Metadata"));
    painter.setPen(t.line);
    painter.drawLine(QPointF(0, kHeader - 4.5), QPointF(width(), kHeader - 4.5));

    if (m_board.tail().empty()) {
        painter.setFont(m_theme.font(12));
        painter.setPen(t.second);
        painter.drawText(QRectF(0, kHeader, width(), height() - kHeader), Qt::AlignCenter,
                         tr("Events appear here as they are received"));
        return;
    }
    double y = kHeader;
    for (const wire::TailEvent &event : m_board.tail()) {
        if (y + kRow > height() + 2)
            break;
        const auto cell = [&](double left, double right) { return QRectF(left, y, right - left, kRow); };
        painter.setFont(fixed);
        painter.setPen(t.second);
        const QTime time = QDateTime::fromMSecsSinceEpoch(event.receivedAtMs, m_board.zone()).time();
        painter.drawText(cell(0, typeLeft), Qt::AlignVCenter, time.toString(QStringLiteral("HH:mm:ss.zzz")));
        const int slot = m_board.colors().slot(event.eventType);
        painter.fillRect(QRectF(typeLeft, y + 7, 8, 8), slot < 0 ? t.rest : t.series[std::size_t(slot)]);
        painter.setFont(m_theme.font(12, QFont::Medium));
        painter.setPen(t.text);
        paint::elided(painter, cell(typeLeft + 14, userLeft - 8), event.eventType);
        painter.setFont(m_theme.font(12));
        paint::elided(painter, cell(userLeft, metaLeft - 8), event.userId);
        painter.setFont(fixed);
        painter.setPen(t.second);
        // No more than can be seen is decoded: metadata may be 16 KiB long.
        paint::elided(painter, cell(metaLeft, width()), QString::fromUtf8(event.metadata.left(400)));
        y += kRow;
    }
}

} // namespace entvas
