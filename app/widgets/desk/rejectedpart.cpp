#include "app/widgets/desk/rejectedpart.h"

#include "app/board/board.h"
#include "app/widgets/dock/panel.h"
#include "app/widgets/stream/rejectedview.h"

#include <QTreeView>

namespace entvas {

namespace {
constexpr int kRejectedHead = 40;
} // namespace

RejectedPart::RejectedPart(const Around &around, Panel *panel)
    : DeskPart(around), m_view(new RejectedView(around.board, around.theme))
{
    m_view->setObjectName(QStringLiteral("rejectedView"));
    panel->setWholeContent(m_view, kRejectedHead, true, m_view->list(), nullptr);
}

} // namespace entvas
