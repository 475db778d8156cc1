#include "app/board/layout/panels.h"

namespace entvas {

using namespace Qt::StringLiterals;

using Kind = LayoutNode::Kind;

const QList<PanelPlace> &panelPlaces()
{
    static const QList<PanelPlace> places{
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
    return places;
}

// How they stand when no one has moved them. A panel that is not in here is opened from a menu.
LayoutNode defaultLayout(bool wide)
{
    const auto panel = [](const QString &name, int weight = 1) { return LayoutNode::of(name, weight); };
    if (wide)
        return LayoutNode::of(
            Kind::Column,
            {panel(kNumbersPanel), LayoutNode::of(Kind::Row, {panel(u"chart"_s, 2), panel(u"top"_s)}, 13),
             LayoutNode::of(Kind::Row, {panel(u"breakdown1"_s), panel(u"breakdown2"_s), panel(u"stream"_s, 2)}, 11)});
    return LayoutNode::of(
        Kind::Column, {panel(kNumbersPanel), panel(u"chart"_s, 13),
                       LayoutNode::of(Kind::Row, {panel(u"top"_s), panel(u"breakdown1"_s), panel(u"breakdown2"_s)}, 11),
                       panel(u"stream"_s, 8)});
}

const QStringList &panelNames()
{
    static const QStringList names = [] {
        QStringList all;
        for (const PanelPlace &place : panelPlaces())
            all.append(place.id);
        return all;
    }();
    return names;
}

const QStringList &cardNames()
{
    static const QStringList names{u"total"_s, u"minute"_s, u"rate"_s, u"users"_s, u"rejected"_s};
    return names;
}

} // namespace entvas
