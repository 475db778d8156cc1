#pragma once

#include "app/board/boardframe.h"

namespace entvas {

// How the count of unique users is told: as exactly as it is known, and no more.
struct UsersWords {
    QString number;  // "812", or "≈ 6,410" for an estimate; "–" where they are not known
    QString change;  // against the time that is compared with: "+3.1 %"; empty = none
    QString context; // one line below it
    QString detail;  // whole sentences, for a tool tip
};
UsersWords usersWords(const BoardFrame &frame);

} // namespace entvas
