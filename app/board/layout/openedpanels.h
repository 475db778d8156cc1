#pragma once

#include "app/board/layout/layout.h"

// Panels that were opened in the automatic layout, which goes on following the width of the window. Pure.
namespace entvas {

// With a panel where it belongs. What is there already changes nothing.
LayoutNode withPanel(const LayoutNode &layout, const QString &panel);
// The panels, in the order of their opening, by which alone a layout differs from the automatic one of whatever width;
// which of several tabs is in front does not count. Nothing: somebody arranged it in another way too.
std::optional<QStringList> openedIn(const LayoutNode &layout);
// The automatic layout of a width with the panels that were opened in another one, and the same tabs in front; nothing:
// see openedIn().
std::optional<LayoutNode> automaticLike(const LayoutNode &layout, bool wide);
// Such a layout with one of those panels closed again: the room that it took goes back to whom it came from. Nothing:
// it is none of them.
std::optional<LayoutNode> withoutOpened(const LayoutNode &layout, const QString &panel, bool wide);

} // namespace entvas
