#pragma once

#include "app/widgets/desk/deskpart.h"

#include <functional>
#include <QSize>

namespace entvas {

// A panel of the desk: how it is called, how much room it needs, and what stands in it. Where it goes is in the other
// half of the table, app/board/layout/panels.cpp; tst_paneltypes holds both halves together.
struct PanelType {
    QString id;
    QString title;   // until its part gives it another one
    QSize least;     // px; smaller, something in it would be cut off
    int comfortable; // px: height that it has by default in a low window
    // Fills the panel.
    std::function<DeskPart *(const DeskPart::Around &around, Panel *panel)> make;
};

// All but the key figures, whose panel holds cards (numberspart.h). In the language of the interface.
QList<PanelType> panelTypes();

} // namespace entvas
