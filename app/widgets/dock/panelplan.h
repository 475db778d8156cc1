#pragma once

#include "app/board/layout/layout.h"

#include <functional>
#include <QRect>

namespace entvas {

// What one panel needs, in pixels.
struct PanelNeeds {
    QSize least;            // nothing in it is cut off
    int comfortable = 0;    // height that it has by default in a low window
    bool hasHeight = false; // in a column it is as high as `comfortable`, neither more nor less
};
using PanelNeedsOf = std::function<PanelNeeds(const QString &panel, int width)>;

// Where the panels of a layout stand: pure geometry. Each panel counts with the gap after it, so that the halves of one
// row line up with the quarters of the next, as in a grid. A row that is too narrow for what is in it goes on in a
// second line; the layout itself stays.
struct PanelPlan {
    static constexpr int kGap = 12;

    struct Place {
        QString panel; // the one that is seen
        QRect rect;
        QStringList tabs; // all that stand here; empty = it is alone
    };
    // Between child `index` and the next one of the container at `path`; can be moved by the mouse.
    struct Border {
        QList<int> path;
        int index = 0;
        QRect rect;                                 // the gap
        Qt::Orientation direction = Qt::Horizontal; // in which it moves
        int start = 0, length = 0;                  // of both children with the gap between them, in that direction
        int leastFirst = 0, leastSecond = 0;
        QList<int> lengths; // of all in the container; 0 = as long as it needs to be
    };
    QList<Place> places; // in reading order
    QList<Border> borders;

    // `comfortable`: rows are at least that high, as in the automatic layout; else they may be made as low as
    // their panels need.
    static PanelPlan of(const LayoutNode &layout, const QRect &area, const PanelNeedsOf &needs, bool comfortable);
    const Place *find(const QString &panel) const; // nullptr: it is not seen
};

// With a border of the plan moved so that the first of both is so many pixels long, within what both need.
LayoutNode resized(const LayoutNode &layout, const PanelPlan::Border &border, int first);
// A panel (or the group that it fills) wider or higher by a step at the cost of its neighbour; or the other way round.
LayoutNode grown(const LayoutNode &layout, const PanelPlan &plan, const QString &panel, Qt::Orientation direction,
                 bool more);
// Below that the desk scrolls. `comfortable`: see PanelPlan::of; a layout that somebody chose may be somewhat lower.
int neededHeight(const LayoutNode &layout, int width, const PanelNeedsOf &needs, bool comfortable);

} // namespace entvas
