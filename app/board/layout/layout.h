#pragma once

#include <optional>
#include <QList>
#include <QStringList>

namespace entvas {

// Where something goes, seen from something else. Onto: as a tab in front of it.
enum class Side { Left, Right, Above, Below, Onto };

// How the panels of a desk share its room: a tree of rows, columns and tabs with panels as its leaves. A plain value;
// sizes are weights, never pixels, so that a layout fits any window.
//
// Every function below takes and gives a tree in normal form: no container with fewer than two children, none inside
// another one of its own kind, tabs hold panels only, each panel is there once at most, weights have no common factor.
struct LayoutNode {
    enum class Kind { Panel, Row, Column, Tabs };
    static constexpr int kMostWeight = 10'000; // of all children together

    Kind kind = Kind::Panel;
    QString panel;      // of a panel: one of panelNames()
    QStringList hidden; // of "numbers": those of cardNames() that are not shown
    QString front;      // of tabs: the panel that is seen
    int weight = 1;     // share of the room beside its siblings; no meaning in tabs
    QList<LayoutNode> children;

    bool operator==(const LayoutNode &other) const;
    static LayoutNode of(const QString &panel, int weight = 1);
    static LayoutNode of(Kind kind, const QList<LayoutNode> &children, int weight = 1);
};

// Every panel and every card of "numbers" that exists, in the order in which they are offered.
const QStringList &panelNames();
const QStringList &cardNames();
// The cards: as high as they need to be, whatever their weight in a column, and never a tab.
inline const QString kNumbersPanel = QStringLiteral("numbers");

LayoutNode defaultLayout(bool wide);
LayoutNode normalised(const LayoutNode &root);
// In reading order, those behind tabs too.
QStringList panelsOf(const LayoutNode &root);
// The way down from the root by index of child; nothing when it is not there.
std::optional<QList<int>> pathOf(const LayoutNode &root, const QString &panel);
const LayoutNode &nodeAt(const LayoutNode &root, const QList<int> &path);

// Without a panel. The last one stays: a desk is never bare.
LayoutNode removed(const LayoutNode &root, const QString &panel);
// A panel, from where it is or new, at a side of another one, of which it takes half the room; `beside` empty = at that
// edge of the desk. What can't be (onto itself, "numbers" as a tab, beside what is not there) changes nothing.
LayoutNode moved(const LayoutNode &root, const QString &panel, const QString &beside, Side side);
// One step in a direction, as keys do it: past its neighbour or into a group, out of its group, at last along the edge
// of the desk. Any place is reached by steps. Not Onto.
LayoutNode pushed(const LayoutNode &root, const QString &panel, Side side);
// The border between child `index` and the next one of the container at `path`: the first gets this part of what both
// have, 0 to 1. The others keep theirs.
LayoutNode resized(const LayoutNode &root, const QList<int> &path, int index, double firstPart);
// The children of the container at `path` get these weights; one of 0 keeps its own.
LayoutNode weighted(const LayoutNode &root, const QList<int> &path, const QList<int> &weights);
// Seen in its tabs.
LayoutNode withFront(const LayoutNode &root, const QString &panel);
// Which cards of "numbers" are not shown; at least one always is. Unknown names are left out.
LayoutNode withHiddenCards(const LayoutNode &root, const QStringList &hidden);
QStringList hiddenCards(const LayoutNode &root);

} // namespace entvas
