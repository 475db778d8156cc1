#pragma once

#include "app/widgets/base/elided.h"

class QMenu;

namespace entvas {

class Board;
class Session;

// Which of a server's projects is shown, while there is a choice; its menu shows another one.
class ProjectButton : public ElidedButton
{
    Q_OBJECT
public:
    ProjectButton(Session *session, const Board &board, QWidget *parent = nullptr);
    void fill(QMenu *menu);

private:
    Session *m_session;
    const Board &m_board;
};

} // namespace entvas
