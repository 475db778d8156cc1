#include "app/board/streamstart.h"

#include "app/board/board.h"
#include "app/feed/eventpages.h"
#include "core/base/units.h"

namespace entvas {

StreamStart::StreamStart(Board &board, QObject *parent) : QObject(parent), m_board(board)
{
    connect(&board, &Board::stateChanged, this, &StreamStart::ask);
}

StreamStart::~StreamStart() = default;

void StreamStart::setServer(const std::optional<EventPagesOptions> &server)
{
    m_pages.reset();
    if (!server)
        return;
    m_pages = std::make_unique<EventPages>(*server);
    m_isAsked = false;
    connect(m_pages.get(), &EventPages::arrived, this, [this](const QList<wire::TailEvent> &events) {
        m_board.stream().addEarlier(events);
        m_pages.release()->deleteLater(); // it sent this signal
    });
    ask();
}

// Not before the live ones come, so that none falls between; one that fails is asked for again with the next
// connection.
void StreamStart::ask()
{
    const bool isLive = m_board.state().kind == FeedState::Kind::Live;
    if (m_pages && isLive && !m_isAsked)
        m_pages->ask({0, m_board.serverNowMs() + kDayMs}); // the clocks may differ by so much
    m_isAsked = isLive;
}

void StreamStart::setToken(const QString &token)
{
    if (m_pages)
        m_pages->setToken(token);
}

} // namespace entvas
