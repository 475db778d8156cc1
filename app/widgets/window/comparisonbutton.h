#pragma once

#include "app/widgets/base/elided.h"

namespace entvas {

class Board;
struct BoardChoice;

// What the time that is shown is compared with, and the menu to choose it.
class ComparisonButton : public ElidedButton
{
    Q_OBJECT
public:
    explicit ComparisonButton(Board &board, QWidget *parent = nullptr);

private:
    void makeMenu();
    void draw(const BoardChoice &choice);

    Board &m_board;
};

} // namespace entvas
