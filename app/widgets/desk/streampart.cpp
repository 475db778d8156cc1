#include "app/widgets/desk/streampart.h"

#include "app/board/board.h"
#include "app/widgets/dock/panel.h"
#include "app/widgets/stream/streamcard.h"
#include "app/widgets/stream/streamview.h"

namespace entvas {

namespace {
constexpr int kStreamHead = 44;
} // namespace

StreamPart::StreamPart(const Around &around, Panel *panel)
    : DeskPart(around), m_card(new StreamCard(around.board, around.theme))
{
    m_card->setObjectName(QStringLiteral("stream")); // the panel is the card
    panel->setWholeContent(m_card, kStreamHead, false, m_card->view(), m_card->menu());
}

void StreamPart::setQuiet(bool quiet)
{
    m_card->setQuiet(quiet);
}

} // namespace entvas
