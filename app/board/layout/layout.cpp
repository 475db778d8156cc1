#include "app/board/layout/layout.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace entvas {

using namespace Qt::StringLiterals;

using Kind = LayoutNode::Kind;

namespace {

constexpr int kFineWeights = 1'000; // at least so many parts where a border is moved

bool isContainer(const LayoutNode &node)
{
    return node.kind != Kind::Panel;
}

Kind kindOf(Side side)
{
    return side == Side::Left || side == Side::Right ? Kind::Row : Kind::Column;
}

bool isAfter(Side side)
{
    return side == Side::Right || side == Side::Below;
}

int totalWeight(const QList<LayoutNode> &nodes)
{
    return std::accumulate(nodes.cbegin(), nodes.cend(), 0,
                           [](int sum, const LayoutNode &node) { return sum + node.weight; });
}

// No common factor, and small enough to be counted on.
void tidyWeights(QList<LayoutNode> &nodes)
{
    int factor = 0;
    for (const LayoutNode &node : nodes)
        factor = std::gcd(factor, node.weight);
    for (LayoutNode &node : nodes)
        node.weight /= std::max(factor, 1);
    bool isCut = false;
    for (qint64 total = totalWeight(nodes); total > LayoutNode::kMostWeight; total = totalWeight(nodes)) {
        for (LayoutNode &node : nodes)
            node.weight = int(std::max<qint64>(1, qint64(node.weight) * LayoutNode::kMostWeight / total));
        isCut = true;
    }
    if (isCut)
        tidyWeights(nodes);
}

void scaleWeights(QList<LayoutNode> &nodes, int factor)
{
    for (LayoutNode &node : nodes)
        node.weight *= factor;
}

// The children of a row in a row (or a column in a column) stand for it, with its room.
void dissolve(QList<LayoutNode> &nodes, qsizetype index)
{
    const LayoutNode inner = nodes.takeAt(index);
    scaleWeights(nodes, totalWeight(inner.children));
    for (qsizetype i = 0; i < inner.children.size(); ++i) {
        nodes.insert(index + i, inner.children[i]);
        nodes[index + i].weight *= inner.weight;
    }
    tidyWeights(nodes);
}

LayoutNode tidied(LayoutNode node)
{
    node.weight = std::clamp(node.weight, 1, LayoutNode::kMostWeight);
    if (!isContainer(node)) {
        node.children.clear();
        node.front.clear();
        if (node.panel != kNumbersPanel)
            node.hidden.clear();
        return node;
    }
    node.panel.clear();
    node.hidden.clear();
    QList<LayoutNode> children;
    for (const LayoutNode &child : std::as_const(node.children)) {
        if (node.kind == Kind::Tabs) {
            for (const QString &panel : panelsOf(child))
                children.append(LayoutNode::of(panel));
        } else if (const LayoutNode inner = tidied(child); !isContainer(inner) || !inner.children.isEmpty()) {
            children.append(inner);
        }
    }
    tidyWeights(children);
    for (qsizetype i = children.size() - 1; i >= 0; --i)
        if (children[i].kind == node.kind)
            dissolve(children, i);
    if (children.size() == 1) {
        LayoutNode only = children.first();
        only.weight = node.weight;
        return only;
    }
    node.children = children;
    if (node.kind != Kind::Tabs)
        node.front.clear();
    else if (!children.isEmpty() && !panelsOf(node).contains(node.front))
        node.front = children.first().panel;
    return node;
}

void collect(const LayoutNode &node, QStringList &panels)
{
    if (!isContainer(node))
        panels.append(node.panel);
    for (const LayoutNode &child : node.children)
        collect(child, panels);
}

LayoutNode &at(LayoutNode &root, const QList<int> &path)
{
    LayoutNode *node = &root;
    for (const int index : path)
        node = &node->children[index];
    return *node;
}

QList<int> parentOf(const QList<int> &path)
{
    return path.first(path.size() - 1);
}

LayoutNode take(LayoutNode &root, const QList<int> &path)
{
    return at(root, parentOf(path)).children.takeAt(path.last());
}

// Between others, with as much room as they have on average. The cards in a column are as high as they need to be.
void insertAmong(LayoutNode &container, qsizetype index, LayoutNode node)
{
    int weight = 0, count = 0;
    for (const LayoutNode &child : std::as_const(container.children))
        if (container.kind != Kind::Column || child.panel != kNumbersPanel) {
            weight += child.weight;
            ++count;
        }
    node.weight = count > 0 ? std::max(1, weight / count) : 1;
    container.children.insert(index, node);
}

void insertAtEdge(LayoutNode &root, LayoutNode node, Side side)
{
    const Kind kind = kindOf(side);
    if (root.kind == kind)
        return insertAmong(root, isAfter(side) ? root.children.size() : 0, node);
    node.weight = 1;
    root.weight = 2;
    root = LayoutNode::of(kind, isAfter(side) ? QList<LayoutNode>{root, node} : QList<LayoutNode>{node, root});
}

void insertBeside(LayoutNode &root, LayoutNode node, QList<int> path, Side side)
{
    const bool inTabs = !path.isEmpty() && nodeAt(root, parentOf(path)).kind == Kind::Tabs;
    if (side == Side::Onto && inTabs) {
        LayoutNode &tabs = at(root, parentOf(path));
        tabs.front = node.panel;
        tabs.children.insert(path.last() + 1, node);
        return;
    }
    if (inTabs)
        path.removeLast();
    LayoutNode &target = at(root, path);
    const int weight = target.weight;
    node.weight = 1;
    if (side == Side::Onto) {
        target = LayoutNode::of(Kind::Tabs, {target, node}, weight);
        target.front = node.panel;
        return;
    }
    if (path.isEmpty() || nodeAt(root, parentOf(path)).kind != kindOf(side)) {
        LayoutNode first = target;
        first.weight = 1;
        target = LayoutNode::of(
            kindOf(side), isAfter(side) ? QList<LayoutNode>{first, node} : QList<LayoutNode>{node, first}, weight);
        return;
    }
    LayoutNode &parent = at(root, parentOf(path));
    if (parent.kind == Kind::Column && target.panel == kNumbersPanel)
        return insertAmong(parent, path.last() + (isAfter(side) ? 1 : 0), node);
    scaleWeights(parent.children, 2);
    parent.children[path.last()].weight = weight;
    node.weight = weight;
    parent.children.insert(path.last() + (isAfter(side) ? 1 : 0), node);
}

} // namespace

bool LayoutNode::operator==(const LayoutNode &other) const
{
    return kind == other.kind && panel == other.panel && hidden == other.hidden && front == other.front &&
           weight == other.weight && children == other.children;
}

LayoutNode LayoutNode::of(const QString &panel, int weight)
{
    LayoutNode node;
    node.panel = panel;
    node.weight = weight;
    return node;
}

LayoutNode LayoutNode::of(Kind kind, const QList<LayoutNode> &children, int weight)
{
    LayoutNode node;
    node.kind = kind;
    node.children = children;
    node.weight = weight;
    if (kind == Kind::Tabs && !children.isEmpty())
        node.front = children.first().panel;
    return node;
}

LayoutNode normalised(const LayoutNode &root)
{
    LayoutNode node = tidied(root);
    node.weight = 1;
    return node;
}

QStringList panelsOf(const LayoutNode &root)
{
    QStringList panels;
    collect(root, panels);
    return panels;
}

std::optional<QList<int>> pathOf(const LayoutNode &root, const QString &panel)
{
    if (!isContainer(root))
        return root.panel == panel ? std::optional(QList<int>{}) : std::nullopt;
    for (qsizetype i = 0; i < root.children.size(); ++i)
        if (auto path = pathOf(root.children[i], panel)) {
            path->prepend(int(i));
            return path;
        }
    return {};
}

const LayoutNode &nodeAt(const LayoutNode &root, const QList<int> &path)
{
    const LayoutNode *node = &root;
    for (const int index : path)
        node = &node->children[index];
    return *node;
}

LayoutNode removed(const LayoutNode &root, const QString &panel)
{
    const auto path = pathOf(root, panel);
    if (!path || path->isEmpty())
        return root;
    LayoutNode next = root;
    take(next, *path);
    return normalised(next);
}

LayoutNode moved(const LayoutNode &root, const QString &panel, const QString &beside, Side side)
{
    const auto from = pathOf(root, panel);
    const auto to = beside.isEmpty() ? std::optional(QList<int>{}) : pathOf(root, beside);
    const bool isTab = side == Side::Onto;
    if (!to || panel == beside || (from && from->isEmpty()) || (isTab && beside.isEmpty()) ||
        (isTab && (panel == kNumbersPanel || beside == kNumbersPanel)))
        return root;
    LayoutNode next = root;
    LayoutNode node = from ? nodeAt(root, *from) : LayoutNode::of(panel);
    if (from && !beside.isEmpty() && parentOf(*from) == parentOf(*to) &&
        nodeAt(root, parentOf(*from)).kind == (isTab ? Kind::Tabs : kindOf(side))) {
        // Only the order changes: each keeps its room.
        LayoutNode &parent = at(next, parentOf(*from));
        parent.children.removeAt(from->last());
        const int target = to->last() - (to->last() > from->last() ? 1 : 0);
        parent.children.insert(target + (isTab || isAfter(side) ? 1 : 0), node);
        if (isTab)
            parent.front = panel;
        return normalised(next);
    }
    if (from) {
        take(next, *from);
        next = normalised(next);
    }
    if (beside.isEmpty())
        insertAtEdge(next, node, side);
    else
        insertBeside(next, node, *pathOf(next, beside), side);
    return normalised(next);
}

LayoutNode pushed(const LayoutNode &root, const QString &panel, Side side)
{
    const auto path = pathOf(root, panel);
    if (!path || path->isEmpty() || side == Side::Onto)
        return root;
    const QList<int> above = parentOf(*path);
    const LayoutNode &group = nodeAt(root, above);
    if (group.kind == Kind::Tabs) // out of the tabs, beside them
        return moved(root, panel, group.children[path->last() == 0 ? 1 : 0].panel, side);
    LayoutNode next = root;
    const Kind kind = kindOf(side);
    for (qsizetype depth = path->size() - 1; depth >= 0; --depth) {
        LayoutNode &parent = at(next, path->first(depth));
        const int index = path->at(depth);
        const int neighbour = index + (isAfter(side) ? 1 : -1);
        if (parent.kind != kind || neighbour < 0 || neighbour >= parent.children.size())
            continue;
        if (depth < path->size() - 1) { // out of a group, between it and the next one
            const LayoutNode node = take(next, *path);
            insertAmong(parent, std::max(index, neighbour), node);
        } else if (const Kind met = parent.children[neighbour].kind;
                   met == Kind::Panel || met == Kind::Tabs || panel == kNumbersPanel) {
            parent.children.swapItemsAt(index, neighbour);
        } else { // into the group
            const LayoutNode node = parent.children[index];
            LayoutNode &entered = parent.children[neighbour];
            insertAmong(entered, entered.children.size(), node);
            parent.children.removeAt(index);
        }
        return normalised(next);
    }
    if (root.kind == kind && path->size() == 1)
        return root; // at the edge already
    const LayoutNode node = take(next, *path);
    next = normalised(next);
    insertAtEdge(next, node, side);
    return normalised(next);
}

LayoutNode resized(const LayoutNode &root, const QList<int> &path, int index, double firstPart)
{
    LayoutNode next = root;
    QList<LayoutNode> &children = at(next, path).children;
    if (index < 0 || index + 1 >= children.size())
        return root;
    scaleWeights(children, 2 * (kFineWeights / totalWeight(children) + 1)); // halves come out even
    const int both = children[index].weight + children[index + 1].weight;
    children[index].weight = std::clamp(int(std::lround(both * firstPart)), 1, both - 1);
    children[index + 1].weight = both - children[index].weight;
    return normalised(next);
}

LayoutNode weighted(const LayoutNode &root, const QList<int> &path, const QList<int> &weights)
{
    LayoutNode next = root;
    QList<LayoutNode> &children = at(next, path).children;
    for (qsizetype i = 0; i < std::min(children.size(), weights.size()); ++i)
        if (weights[i] > 0)
            children[i].weight = weights[i];
    return normalised(next);
}

LayoutNode withFront(const LayoutNode &root, const QString &panel)
{
    const auto path = pathOf(root, panel);
    if (!path || path->isEmpty() || nodeAt(root, parentOf(*path)).kind != Kind::Tabs)
        return root;
    LayoutNode next = root;
    at(next, parentOf(*path)).front = panel;
    return next;
}

LayoutNode withHiddenCards(const LayoutNode &root, const QStringList &hidden)
{
    const auto path = pathOf(root, kNumbersPanel);
    QStringList known;
    for (const QString &card : cardNames())
        if (hidden.contains(card))
            known.append(card);
    if (!path || known.size() >= cardNames().size())
        return root;
    LayoutNode next = root;
    at(next, *path).hidden = known;
    return next;
}

QStringList hiddenCards(const LayoutNode &root)
{
    const auto path = pathOf(root, kNumbersPanel);
    return path ? nodeAt(root, *path).hidden : QStringList();
}

} // namespace entvas
