#pragma once

#include "app/board/layout/layout.h"

namespace entvas {

// A panel as layouts know it: its name in files, and where it goes. What it is called and what stands in it is in the
// other half of the table, app/widgets/desk/paneltypes.cpp; tst_paneltypes holds both halves together.
struct PanelPlace {
    struct Home {
        QString beside; // empty = at the edge of the desk
        Side side;
    };
    QString id;
    // Where it goes when it is opened: the first of these that there is, else below all others.
    QList<Home> homes;
};

// All, in the order in which they are offered.
const QList<PanelPlace> &panelPlaces();

} // namespace entvas
