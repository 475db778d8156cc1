#include "app/board/layout/openedpanels.h"

#include <algorithm>
#include <QHash>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

struct Home {
    QString beside; // empty = at the edge of the desk
    Side side;
};

// Where a panel belongs that is shown again: the first of these that there is.
QList<Home> homesOf(const QString &panel)
{
    static const QHash<QString, QList<Home>> homes{
        {kNumbersPanel, {{{}, Side::Above}}},
        {u"chart"_s, {{u"top"_s, Side::Left}, {kNumbersPanel, Side::Below}, {{}, Side::Above}}},
        {u"top"_s, {{u"chart"_s, Side::Right}, {kNumbersPanel, Side::Below}}},
        {u"breakdown1"_s, {{u"breakdown2"_s, Side::Left}, {u"stream"_s, Side::Left}}},
        {u"breakdown2"_s, {{u"breakdown1"_s, Side::Right}, {u"stream"_s, Side::Left}}},
        {u"breakdown3"_s, {{u"breakdown2"_s, Side::Right}, {u"breakdown1"_s, Side::Right}}},
        {u"breakdown4"_s, {{u"breakdown3"_s, Side::Right}, {u"breakdown2"_s, Side::Right}}},
        {u"stream"_s, {{u"rejected"_s, Side::Onto}, {u"breakdown2"_s, Side::Right}, {u"breakdown1"_s, Side::Right}}},
        {u"rejected"_s, {{u"stream"_s, Side::Onto}, {u"breakdown2"_s, Side::Right}}},
    };
    return homes.value(panel) + QList<Home>{{{}, Side::Below}};
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
    for (const Home &home : homesOf(panel))
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
