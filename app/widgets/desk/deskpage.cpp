#include "app/widgets/desk/deskpage.h"

#include "app/widgets/desk/desk.h"
#include "app/widgets/dock/panelarea.h"
#include "app/widgets/lists/sharelist.h"
#include "app/widgets/stream/eventpane.h"

#include <QAbstractButton>
#include <QApplication>
#include <QLayout>
#include <QLineEdit>
#include <QScrollBar>

namespace entvas {

namespace {
constexpr int kNarrowest = 1'200; // px: beside each other, as on a usual screen
constexpr int kWidest = 2'400;
constexpr int kStep = 80;
} // namespace

DeskPage::DeskPage(Desk *desk, const Caption &caption, const Theme &theme, const QSizeF &shape)
    : m_desk(desk), m_before(desk->size()), m_focus(QApplication::focusWidget())
{
    if (m_focus && desk->isAncestorOf(m_focus))
        m_focus->clearFocus(); // no ring
    for (QWidget *parent = desk->parentWidget(); parent && !m_scroll; parent = parent->parentWidget())
        m_scroll = qobject_cast<QScrollArea *>(parent);
    if (m_scroll)
        m_scroll->setWidgetResizable(false);
    for (ShareList *list : desk->findChildren<ShareList *>())
        list->setWhole(true); // paper does not scroll
    for (int width = kNarrowest; width <= kWidest; width += kStep) {
        const int height = int(width * shape.height() / shape.width()) - Sheet::heightOfWords(caption, theme, width);
        desk->resize(width, height);
        if (desk->layout())
            desk->layout()->activate();
        if (desk->area()->minimumSizeHint().height() <= height)
            break; // all panels have what they need
    }
    // What lies over the panels, and the tools in them. The title that is a button stays.
    for (QWidget *part : desk->findChildren<QWidget *>()) {
        const bool isTool = qobject_cast<QAbstractButton *>(part) || qobject_cast<QLineEdit *>(part) ||
                            qobject_cast<QScrollBar *>(part);
        const bool isOver = part->parentWidget() == desk && part != desk->area();
        if ((isOver || (isTool && part->objectName() != QStringLiteral("titleMenu"))) && !part->isHidden()) {
            part->hide();
            m_hidden.append(part);
        }
    }
    // Layouts follow by events that wait; the axes of the chart too.
    QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
}

DeskPage::~DeskPage()
{
    for (ShareList *list : m_desk->findChildren<ShareList *>())
        list->setWhole(false);
    m_desk->resize(m_before);
    if (m_scroll)
        m_scroll->setWidgetResizable(true);
    for (const QPointer<QWidget> &part : std::as_const(m_hidden))
        if (part)
            part->show();
    if (m_focus)
        m_focus->setFocus(Qt::OtherFocusReason);
}

} // namespace entvas
