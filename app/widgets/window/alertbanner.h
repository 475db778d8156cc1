#pragma once

#include "app/widgets/connection/banner.h"

namespace entvas {

class AlertCenter;
class Board;
class Session;

// What lasts of a window's alerts, and the dialog of its rules. Keeps the center at the server and project that are
// shown. Lives in the UI thread.
class AlertBanner : public Banner
{
    Q_OBJECT
public:
    AlertBanner(AlertCenter *center, Session *session, const Board &board, QWidget *parent = nullptr);
    void openRules(); // over its window

private:
    void followServer();
    void refresh();

    AlertCenter *m_center;
    Session *m_session;
    const Board &m_board;
};

} // namespace entvas
