#pragma once

#include "app/widgets/window/commandpalette.h"

#include <QCoreApplication>

namespace entvas {

class Actions;
class Board;
class Session;
class WindowViews;

// Everything that the command palette of a window offers: what is done, and every name that can be looked at. Made anew
// each time it opens.
struct PaletteItems {
    Q_DECLARE_TR_FUNCTIONS(entvas::PaletteItems)
public:
    const Actions &actions;
    Board &board;
    Session *session;
    WindowViews *views;

    QList<CommandPalette::Item> all() const;

private:
    QList<CommandPalette::Item> ofActions() const;
    QList<CommandPalette::Item> ofViews() const;
    QList<CommandPalette::Item> ofProjects() const;
    QList<CommandPalette::Item> ofServers() const;
    QList<CommandPalette::Item> ofDimensions() const;
    QList<CommandPalette::Item> ofValues(int dimension) const;
    QList<CommandPalette::Item> ofZones() const;
};

} // namespace entvas
