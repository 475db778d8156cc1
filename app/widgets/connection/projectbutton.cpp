#include "app/widgets/connection/projectbutton.h"

#include "app/board/board.h"
#include "app/session/session.h"
#include "app/widgets/base/menutext.h"
#include "app/widgets/connection/placetext.h"

#include <QAction>

namespace entvas {

using namespace Qt::StringLiterals;

ProjectButton::ProjectButton(Session *session, const Board &board, QWidget *parent)
    : ElidedButton(parent), m_session(session), m_board(board)
{
    setObjectName(u"toggle"_s);
    setPopupMode(QToolButton::InstantPopup);
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::TabFocus);
    setToolTip(tr("Choose the project"));
    setMenu(new QMenu(this));
    hide(); // until there is a choice
    connect(menu(), &QMenu::aboutToShow, this, [this] { fill(menu()); });
    connect(&board, &Board::stateChanged, this, [this] {
        setText(projectName(m_board));
        setVisible(m_board.projects().size() > 1);
    });
}

void ProjectButton::fill(QMenu *menu)
{
    emptyMenu(menu);
    for (const wire::Project &project : m_board.projects()) {
        QAction *action = menu->addAction(menuText(project.name.isEmpty() ? project.id : project.name));
        action->setCheckable(true);
        action->setChecked(project.id == m_board.project());
        connect(action, &QAction::triggered, this, [this, id = project.id] { m_session->showProject(id); });
    }
}

} // namespace entvas
