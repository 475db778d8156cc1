#include "app/widgets/desk/valuepick.h"

#include "app/board/board.h"

namespace entvas {

void pickValue(Board &board, const QString &dimension, const QString &value, Qt::KeyboardModifiers modifiers)
{
    if (dimension.isEmpty())
        return;
    BoardChoice choice = board.choice();
    if (modifiers.testFlag(Qt::ShiftModifier))
        choice.exclude(dimension, value);
    else if (modifiers.testFlag(Qt::ControlModifier))
        choice.toggleAlso(dimension, value);
    else
        choice.toggle(dimension, value);
    board.choose(choice);
}

} // namespace entvas
