#include "app/widgets/connection/connectionview.h"

#include "app/board/board.h"
#include "app/session/session.h"
#include "app/widgets/connection/accountview.h"
#include "app/widgets/connection/banner.h"
#include "app/widgets/connection/connectionbadge.h"
#include "app/widgets/connection/connectiontext.h"
#include "app/widgets/connection/deskoverlays.h"
#include "app/widgets/connection/placetext.h"

namespace entvas {

ConnectionView::ConnectionView(Session *session, const Board &board, AccountView *account, DeskOverlays *overlays,
                               const Theme &theme, QObject *parent)
    : QObject(parent),
      m_session(session),
      m_board(board),
      m_account(account),
      m_overlays(overlays),
      m_badge(new ConnectionBadge(theme)),
      m_banner(new Banner)
{
    connect(m_banner, &Banner::actionChosen, this, &ConnectionView::act);
    connect(m_banner, &Banner::otherActionChosen, this, [this] { Q_EMIT serverWanted({}); });
    connect(&board, &Board::framed, this, &ConnectionView::refresh);
    connect(&board, &Board::stateChanged, this, &ConnectionView::refresh);
    connect(account, &AccountView::redrawWanted, this, &ConnectionView::refresh);
}

// No server, and none is being looked for.
bool ConnectionView::isStranded() const
{
    return !m_session->feed() && m_session->lastProblem();
}

void ConnectionView::act()
{
    if (isStranded())
        return m_session->useOwnServer(m_session->project());
    if (Feed *feed = m_session->feed(); feed && m_board.state().kind != FeedState::Kind::Refused)
        feed->retryNow();
    else
        Q_EMIT serverWanted(m_board.state().reason);
}

void ConnectionView::refresh()
{
    FeedState state = m_board.state();
    if (isStranded())
        state = {FeedState::Kind::Lost, m_session->lastProblem()->failure.text, 0, -1};
    const QString server = serverName(m_session->serverUrl());
    const bool covers = m_account->draw(state); // who may read comes before what is read
    m_badge->draw(state, server, m_account->isWaiting() ? tr("Sign-in required") : QString());

    const bool isLive = state.kind == FeedState::Kind::Live;
    const bool isStale = m_board.hasData() && !isLive;
    const bool isEmpty = isLive && m_board.hasData() && m_board.frame().totalEvents == 0;
    const bool isUnknown = !m_board.hasData() && state.kind != FeedState::Kind::Connecting && !isLive;

    const qint64 now = m_board.nowMs();
    const auto ageMs = m_board.hasData() ? std::optional(now - m_board.heardAtMs()) : std::nullopt;
    const ConnectionText text = covers         ? ConnectionText{}
                                : isStranded() ? strandedText(state.reason, ageMs)
                                               : connectionText(state, server, ageMs, state.retryAtMs - now);
    if (!text.isEmpty())
        m_banner->draw(text.headline, text.text, text.action, text.otherAction);
    m_banner->setShown(!text.isEmpty());
    m_overlays->draw(covers || isEmpty || isStale || isUnknown, isEmpty && !covers); // last: the banner takes room
}

} // namespace entvas
