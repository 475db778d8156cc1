#include "app/widgets/connection/connectionbadge.h"

#include "app/theme/theme.h"
#include "app/widgets/base/paint.h"

#include <algorithm>
#include <QFontMetricsF>
#include <QPainter>

namespace entvas {

namespace {
constexpr double kDot = 8;
constexpr double kMaxWidth = 360;

QString wordOf(FeedState::Kind kind)
{
    switch (kind) {
    case FeedState::Kind::Connecting: return ConnectionBadge::tr("Connecting");
    case FeedState::Kind::Live: return ConnectionBadge::tr("Live");
    case FeedState::Kind::Stale: return ConnectionBadge::tr("Stale");
    case FeedState::Kind::Lost: return ConnectionBadge::tr("Reconnecting");
    case FeedState::Kind::Refused: return ConnectionBadge::tr("Refused");
    case FeedState::Kind::NoProject: return ConnectionBadge::tr("No such project");
    case FeedState::Kind::Incompatible: return ConnectionBadge::tr("Incompatible");
    }
    Q_UNREACHABLE();
}

QColor colorOf(FeedState::Kind kind, const Tokens &t)
{
    switch (kind) {
    case FeedState::Kind::Live: return t.good;
    case FeedState::Kind::Connecting:
    case FeedState::Kind::Stale:
    case FeedState::Kind::Lost: return t.warn;
    case FeedState::Kind::Refused:
    case FeedState::Kind::NoProject:
    case FeedState::Kind::Incompatible: return t.bad;
    }
    Q_UNREACHABLE();
}
} // namespace

ConnectionBadge::ConnectionBadge(const Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setFixedHeight(24);
    draw({}, {});
}

void ConnectionBadge::draw(const FeedState &state, const QString &server, const QString &waiting)
{
    m_state = state;
    m_isWaiting = !waiting.isEmpty();
    m_word = m_isWaiting ? waiting : wordOf(state.kind);
    m_server = server;
    if (state.kind == FeedState::Kind::Live && state.latencyMs >= 0)
        m_server += tr(" · %1 ms").arg(std::max(1, state.latencyMs));
    setAccessibleName(tr("Connection: %1 %2").arg(m_word, m_server));
    const QString tip = state.reason.isEmpty() ? m_server : state.reason;
    setToolTip(tip.isEmpty() ? QString() : QStringLiteral("<span>%1</span>").arg(tip.toHtmlEscaped()));
    updateGeometry();
    update();
}

QString ConnectionBadge::spoken(QAccessible::Text text) const
{
    return text == QAccessible::Value ? m_word : text == QAccessible::Description ? m_state.reason : QString();
}

QSize ConnectionBadge::sizeHint() const
{
    const double word = QFontMetricsF(m_theme.font(13, QFont::DemiBold)).horizontalAdvance(m_word);
    const double server = paint::tabularWidth(m_theme.font(13), m_server);
    return {int(std::min(kDot + 8 + word + 8 + server + 4, kMaxWidth)), 24};
}

QSize ConnectionBadge::minimumSizeHint() const
{
    const double word = QFontMetricsF(m_theme.font(13, QFont::DemiBold)).horizontalAdvance(m_word);
    return {int(std::min(kDot + 8 + word + 4, kMaxWidth)), 24};
}

void ConnectionBadge::paintEvent(QPaintEvent *)
{
    const Tokens &t = m_theme.tokens();
    const QColor color = m_isWaiting ? t.warn : colorOf(m_state.kind, t);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawEllipse(QRectF(0, (height() - kDot) / 2, kDot, kDot));
    painter.setPen(color);
    painter.setFont(m_theme.font(13, QFont::DemiBold));
    const double word = painter.fontMetrics().horizontalAdvance(m_word);
    painter.drawText(QRectF(kDot + 8, 0, word + 4, height()), Qt::AlignVCenter, m_word);
    painter.setPen(t.second);
    painter.setFont(m_theme.font(13));
    const double left = kDot + 8 + word + 8;
    constexpr double kLeastServer = 40; // less tells nothing
    if (width() - left < kLeastServer && paint::tabularWidth(painter.font(), m_server) > width() - left)
        return;
    paint::elided(painter, QRectF(left, 0, width() - left, height()), m_server);
}

} // namespace entvas
