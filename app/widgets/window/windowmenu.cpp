#include "app/widgets/window/windowmenu.h"

#include "app/board/board.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/base/menutext.h"
#include "app/widgets/connection/projectbutton.h"
#include "app/widgets/connection/servermenu.h"
#include "app/widgets/desk/docking.h"
#include "app/widgets/window/windowviews.h"

#include <QAction>

namespace entvas {

using namespace Qt::StringLiterals;

WindowMenu::WindowMenu(const Parts &parts, QWidget *parent) : QToolButton(parent), m_parts(parts)
{
    setObjectName(u"menu"_s);
    setText(u"•••"_s);
    setToolTip(tr("Menu (F10)"));
    setAccessibleName(tr("Menu"));
    setPopupMode(QToolButton::InstantPopup);
    setCursor(Qt::PointingHandCursor);
    setMenu(new QMenu(this));
    connect(menu(), &QMenu::aboutToShow, this, &WindowMenu::fill);
}

void WindowMenu::add(QMenu *to, std::initializer_list<const char16_t *> ids) const
{
    for (const char16_t *id : ids)
        to->addAction(m_parts.actions->find(QString::fromUtf16(id)));
}

void WindowMenu::fill()
{
    QMenu *menu = this->menu();
    emptyMenu(menu);
    m_parts.servers->fill(menu->addMenu(tr("&Server")));
    if (m_parts.board.projects().size() > 1)
        m_parts.projects->fill(menu->addMenu(tr("&Project")));
    m_parts.views->fill(menu->addMenu(tr("&Views")));
    QMenu *layout = menu->addMenu(tr("&Layout"));
    for (QAction *toggle : m_parts.docking->toggles())
        if (toggle->isVisible())
            layout->addAction(toggle);
    layout->addSeparator();
    layout->addActions(m_parts.docking->commands());
    add(menu->addMenu(tr("&Time")), {u"history.back", u"history.forward", u"zone", u"relative"});
    add(menu, {u"alerts"});
    QMenu *exports = menu->addMenu(tr("E&xport"));
    add(exports, {u"export.copy", u"export.png", u"export.svg", u"export.pdf", u"export.print"});
    exports->addSeparator();
    add(exports, {u"export.csv", u"export.json"});
    exports->addSeparator();
    add(exports, {u"export.rawCsv", u"export.rawNdjson", u"filter.events"});
    menu->addSeparator();
    add(menu, {u"window.new", u"window.full", u"kiosk"});
    menu->addSeparator();
    add(menu, {u"palette", u"keys", u"settings", u"about"});
    menu->addSeparator();
    add(menu, {u"quit"});
}

} // namespace entvas
