// Which panels there are, and how they stand when nobody has moved them.
#include "app/board/layout/layout.h"

namespace entvas {

using namespace Qt::StringLiterals;

using Kind = LayoutNode::Kind;

const QStringList &panelNames()
{
    static const QStringList names{kNumbersPanel,   u"chart"_s,      u"top"_s,    u"breakdown1"_s, u"breakdown2"_s,
                                   u"breakdown3"_s, u"breakdown4"_s, u"stream"_s, u"rejected"_s};
    return names;
}

const QStringList &cardNames()
{
    static const QStringList names{u"total"_s, u"minute"_s, u"rate"_s, u"users"_s, u"rejected"_s};
    return names;
}

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

} // namespace entvas
