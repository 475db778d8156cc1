#pragma once

#include <Qt>

class QString;

namespace entvas {

class Board;

// A click on a value of a dimension: only this value; with Ctrl also this one, with Shift all but this one.
void pickValue(Board &board, const QString &dimension, const QString &value, Qt::KeyboardModifiers modifiers);

} // namespace entvas
