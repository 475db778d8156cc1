#include "app/board/layout/openedpanels.h"

#include "app/board/layout/panels.h"

#include <algorithm>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

// Where a panel belongs that is shown again: the first of these that there is.
QList<PanelPlace::Home> homesOf(const QString &panel)
{
    const QList<PanelPlace::Home> last{{{}, Side::Below}};
    for (const PanelPlace &place : panelPlaces())
        if (place.id == panel)
            return place.homes + last;
    return last;
}

LayoutNode automatic(bool wide, const QStringList &opened)
{
    LayoutNode layout = defaultLayout(wide);
    for (const QString &panel : opened)
        layout = withPanel(layout, panel);
    return layout;
}

LayoutNode withoutFronts(LayoutNode node)
{
    if (node.kind == LayoutNode::Kind::Tabs)
        node.front = node.children.first().panel;
    for (LayoutNode &child : node.children)
        child = withoutFronts(child);
    return node;
}

LayoutNode withFrontsOf(LayoutNode layout, const LayoutNode &other)
{
    if (other.kind == LayoutNode::Kind::Tabs)
        layout = withFront(layout, other.front);
    for (const LayoutNode &child : other.children)
        layout = withFrontsOf(layout, child);
    return layout;
}

} // namespace

LayoutNode withPanel(const LayoutNode &layout, const QString &panel)
{
    for (const PanelPlace::Home &home : homesOf(panel))
        if (const LayoutNode next = moved(layout, panel, home.beside, home.side); next != layout)
            return next;
    return layout;
}

std::optional<QStringList> openedIn(const LayoutNode &layout)
{
    const LayoutNode wanted = withoutFronts(layout);
    QStringList opened = panelsOf(layout);
    for (const QString &panel : panelsOf(defaultLayout(true)))
        if (opened.removeAll(panel) == 0)
            return std::nullopt; // one is closed
    std::sort(opened.begin(), opened.end());
    do {
        for (const bool wide : {true, false})
            if (withoutFronts(automatic(wide, opened)) == wanted)
                return opened;
    } while (std::next_permutation(opened.begin(), opened.end()));
    return std::nullopt;
}

std::optional<LayoutNode> automaticLike(const LayoutNode &layout, bool wide)
{
    const auto opened = openedIn(layout);
    if (!opened)
        return std::nullopt;
    return withFrontsOf(automatic(wide, *opened), layout);
}

std::optional<LayoutNode> withoutOpened(const LayoutNode &layout, const QString &panel, bool wide)
{
    auto opened = openedIn(layout);
    if (!opened || !opened->removeOne(panel))
        return std::nullopt;
    return withFrontsOf(automatic(wide, *opened), layout);
}

} // namespace entvas
