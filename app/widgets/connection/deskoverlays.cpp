#include "app/widgets/connection/deskoverlays.h"

#include "app/widgets/base/veil.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/desk/emptypanel.h"

#include <algorithm>
#include <QLayout>

namespace entvas {

namespace {
constexpr int kMostWidth = 660;
constexpr int kUsualTop = 116;
} // namespace

DeskOverlays::DeskOverlays(Desk *desk, const Theme &theme, QFrame *accountPanel, QObject *parent)
    : QObject(parent),
      m_desk(desk),
      m_empty(new EmptyPanel(desk)),
      m_account(accountPanel),
      m_veil(new Veil(theme, desk))
{
    m_account->setParent(desk);
}

void DeskOverlays::draw(bool isVeiled, bool isEmpty)
{
    m_veil->setVisible(isVeiled);
    m_empty->setVisible(isEmpty);
    place();
}

void DeskOverlays::place()
{
    m_veil->setGeometry(m_desk->rect());
    m_veil->raise();
    // In what is in sight of the desk, which may be higher than that.
    const QWidget *view = m_desk->parentWidget();
    const int top = view ? m_desk->mapFrom(view, QPoint()).y() : 0;
    const int room = std::min(view ? view->height() : m_desk->height(), m_desk->height());
    const int width = std::min(kMostWidth, m_desk->width() - 40);
    for (QFrame *panel : {static_cast<QFrame *>(m_empty), m_account}) {
        panel->setFixedWidth(width);
        if (const int height = panel->layout()->totalHeightForWidth(width); height > 0)
            panel->resize(width, height);
        else
            panel->adjustSize();
        const int y =
            std::min(std::max(kUsualTop, (room - panel->height()) / 2 - 40), std::max(room - panel->height() - 12, 8));
        panel->move((m_desk->width() - width) / 2, top + y);
        panel->raise();
    }
}

} // namespace entvas
