#include "app/widgets/dock/panelplan.h"

#include <algorithm>
#include <cmath>

namespace entvas {

using Kind = LayoutNode::Kind;

namespace {

constexpr int kGap = PanelPlan::kGap;
constexpr int kStep = 40; // px, by keys

// Lengths by weight, none below its least; 0 as a weight: exactly its least. Where even those don't fit, all are cut
// alike.
QList<int> shared(int length, const QList<int> &weights, const QList<int> &least)
{
    const qsizetype count = weights.size();
    const double all = length + kGap;
    QList<double> sizes(count, 0); // each with a gap
    QList<bool> isSettled(count, false);
    double room = all;
    for (bool again = true; again;) {
        again = false;
        double weight = 0;
        for (qsizetype i = 0; i < count; ++i)
            weight += isSettled[i] ? 0 : weights[i];
        const double roomNow = std::max(room, 0.0);
        for (qsizetype i = 0; i < count; ++i) {
            if (isSettled[i])
                continue;
            sizes[i] = weight > 0 ? roomNow * weights[i] / weight : 0;
            if (weights[i] == 0 || sizes[i] < least[i] + kGap) {
                sizes[i] = least[i] + kGap;
                room -= sizes[i];
                isSettled[i] = again = true;
            }
        }
    }
    double needed = 0, fixed = 0;
    for (qsizetype i = 0; i < count; ++i)
        (weights[i] > 0 ? needed : fixed) += sizes[i];
    const double cut = needed > 0 && needed + fixed > all ? std::max(0.0, all - fixed) / needed : 1;
    QList<int> lengths;
    double end = 0;
    int placed = 0;
    for (qsizetype i = 0; i < count; ++i) {
        end += sizes[i] * (weights[i] > 0 ? cut : 1);
        const int next = int(std::lround(end));
        lengths.append(std::max(0, next - placed - kGap));
        placed = next;
    }
    return lengths;
}

class Planner
{
public:
    Planner(const PanelNeedsOf &needs, bool comfortable, PanelPlan *plan)
        : m_needs(needs), m_comfortable(comfortable), m_plan(plan)
    {
    }
    void place(const LayoutNode &node, const QRect &rect, const QList<int> &path);
    int heightOf(const LayoutNode &node, int width, bool comfortable) const;

private:
    using Lines = QList<QList<int>>; // indices of children
    int leastWidth(const LayoutNode &node) const;
    Lines linesOf(const LayoutNode &row, int width) const;
    QList<int> widthsOf(const LayoutNode &row, const QList<int> &line, int width) const;
    void placeRow(const LayoutNode &row, const QRect &rect, const QList<int> &path);
    void placeColumn(const LayoutNode &column, const QRect &rect, const QList<int> &path);
    bool hasHeight(const LayoutNode &node, int width) const
    {
        return node.kind == Kind::Panel && m_needs(node.panel, width).hasHeight;
    }

    const PanelNeedsOf &m_needs;
    bool m_comfortable;
    PanelPlan *m_plan;
};

int Planner::leastWidth(const LayoutNode &node) const
{
    if (node.kind == Kind::Panel)
        return m_needs(node.panel, 0).least.width();
    int sum = 0, most = 0;
    for (const LayoutNode &child : node.children) {
        const int width = leastWidth(child);
        sum += width + (sum > 0 ? kGap : 0);
        most = std::max(most, width);
    }
    return node.kind == Kind::Row ? sum : most;
}

Planner::Lines Planner::linesOf(const LayoutNode &row, int width) const
{
    Lines lines;
    int used = 0;
    for (int i = 0; i < int(row.children.size()); ++i) {
        const int least = leastWidth(row.children[i]);
        if (lines.isEmpty() || used + kGap + least > width) {
            lines.append(QList<int>{i});
            used = least;
        } else {
            lines.last().append(i);
            used += kGap + least;
        }
    }
    return lines;
}

QList<int> Planner::widthsOf(const LayoutNode &row, const QList<int> &line, int width) const
{
    QList<int> weights, least;
    for (const int i : line) {
        weights.append(row.children[i].weight);
        least.append(leastWidth(row.children[i]));
    }
    return shared(width, weights, least);
}

int Planner::heightOf(const LayoutNode &node, int width, bool comfortable) const
{
    switch (node.kind) {
    case Kind::Panel: {
        const PanelNeeds needs = m_needs(node.panel, width);
        return comfortable || needs.hasHeight ? needs.comfortable : needs.least.height();
    }
    case Kind::Tabs: {
        int most = 0;
        for (const LayoutNode &child : node.children)
            most = std::max(most, heightOf(child, width, comfortable));
        return most;
    }
    case Kind::Column: {
        int sum = -kGap;
        for (const LayoutNode &child : node.children)
            sum += heightOf(child, width, comfortable) + kGap;
        return sum;
    }
    case Kind::Row: {
        int sum = -kGap;
        for (const QList<int> &line : linesOf(node, width)) {
            const QList<int> widths = widthsOf(node, line, width);
            int most = 0;
            for (qsizetype i = 0; i < line.size(); ++i)
                most = std::max(most, heightOf(node.children[line[i]], widths[i], comfortable));
            sum += most + kGap;
        }
        return sum;
    }
    }
    Q_UNREACHABLE();
}

void Planner::placeRow(const LayoutNode &row, const QRect &rect, const QList<int> &path)
{
    const Lines lines = linesOf(row, rect.width());
    QList<int> wanted, least; // height of each line
    for (const QList<int> &line : lines) {
        const QList<int> widths = widthsOf(row, line, rect.width());
        wanted.append(0);
        least.append(0);
        for (qsizetype i = 0; i < line.size(); ++i) {
            wanted.last() = std::max(wanted.last(), heightOf(row.children[line[i]], widths[i], true));
            least.last() = std::max(least.last(), heightOf(row.children[line[i]], widths[i], m_comfortable));
        }
    }
    const QList<int> heights = shared(rect.height(), wanted, least);
    int y = rect.y();
    for (qsizetype l = 0; l < lines.size(); ++l) {
        const QList<int> widths = widthsOf(row, lines[l], rect.width());
        int x = rect.x();
        for (qsizetype i = 0; i < lines[l].size(); ++i) {
            const int index = lines[l][i];
            place(row.children[index], {x, y, widths[i], heights[l]}, path + QList<int>{index});
            if (lines.size() == 1 && i + 1 < widths.size())
                m_plan->borders.append({path,
                                        index,
                                        {x + widths[i], y, kGap, heights[l]},
                                        Qt::Horizontal,
                                        x,
                                        widths[i] + kGap + widths[i + 1],
                                        leastWidth(row.children[index]),
                                        leastWidth(row.children[index + 1]),
                                        widths});
            x += widths[i] + kGap;
        }
        y += heights[l] + kGap;
    }
}

void Planner::placeColumn(const LayoutNode &column, const QRect &rect, const QList<int> &path)
{
    QList<int> weights, least;
    for (const LayoutNode &child : column.children) {
        weights.append(hasHeight(child, rect.width()) ? 0 : child.weight);
        least.append(heightOf(child, rect.width(), m_comfortable));
    }
    const QList<int> heights = shared(rect.height(), weights, least);
    QList<int> lengths = heights;
    for (qsizetype i = 0; i < lengths.size(); ++i)
        lengths[i] = weights[i] > 0 ? lengths[i] : 0;
    int y = rect.y();
    for (int i = 0; i < int(heights.size()); ++i) {
        place(column.children[i], {rect.x(), y, rect.width(), heights[i]}, path + QList<int>{i});
        if (i + 1 < heights.size() && weights[i] > 0 && weights[i + 1] > 0)
            m_plan->borders.append({path,
                                    i,
                                    {rect.x(), y + heights[i], rect.width(), kGap},
                                    Qt::Vertical,
                                    y,
                                    heights[i] + kGap + heights[i + 1],
                                    heightOf(column.children[i], rect.width(), false),
                                    heightOf(column.children[i + 1], rect.width(), false),
                                    lengths});
        y += heights[i] + kGap;
    }
}

void Planner::place(const LayoutNode &node, const QRect &rect, const QList<int> &path)
{
    switch (node.kind) {
    case Kind::Panel: m_plan->places.append({node.panel, rect, {}}); return;
    case Kind::Tabs: m_plan->places.append({node.front, rect, panelsOf(node)}); return;
    case Kind::Row: return placeRow(node, rect, path);
    case Kind::Column: return placeColumn(node, rect, path);
    }
}

} // namespace

PanelPlan PanelPlan::of(const LayoutNode &layout, const QRect &area, const PanelNeedsOf &needs, bool comfortable)
{
    PanelPlan plan;
    Planner(needs, comfortable, &plan).place(layout, area, {});
    return plan;
}

const PanelPlan::Place *PanelPlan::find(const QString &panel) const
{
    const auto place =
        std::find_if(places.cbegin(), places.cend(), [&](const Place &candidate) { return candidate.panel == panel; });
    return place == places.cend() ? nullptr : &*place;
}

LayoutNode resized(const LayoutNode &layout, const PanelPlan::Border &border, int first)
{
    const int most = border.length - kGap - border.leastSecond;
    const int length = std::clamp(first, std::min(border.leastFirst, most), std::max(border.leastFirst, most));
    // Where some are kept from their weights by what they need, what is seen becomes the weights first: else the border
    // would not follow.
    const QList<LayoutNode> &children = nodeAt(layout, border.path).children;
    double weight = 0, room = 0;
    for (qsizetype i = 0; i < children.size(); ++i)
        if (border.lengths[i] > 0) {
            weight += children[i].weight;
            room += border.lengths[i] + kGap;
        }
    bool isByWeight = true;
    QList<int> seen;
    for (qsizetype i = 0; i < children.size(); ++i) {
        const int taken = border.lengths[i] > 0 ? border.lengths[i] + kGap : 0;
        isByWeight = isByWeight && (taken == 0 || std::abs(taken - room * children[i].weight / weight) < 2);
        seen.append(taken);
    }
    return resized(isByWeight ? layout : weighted(layout, border.path, seen), border.path, border.index,
                   double(length + kGap) / double(border.length + kGap));
}

LayoutNode grown(const LayoutNode &layout, const PanelPlan &plan, const QString &panel, Qt::Orientation direction,
                 bool more)
{
    const auto path = pathOf(layout, panel);
    for (qsizetype depth = path ? path->size() - 1 : -1; depth >= 0; --depth)
        for (const bool isFirst : {true, false}) // the border after it, or else the one before it
            for (const PanelPlan::Border &border : plan.borders) {
                if (border.direction != direction || border.path != path->first(depth) ||
                    border.index != path->at(depth) - (isFirst ? 0 : 1))
                    continue;
                const int now =
                    direction == Qt::Horizontal ? border.rect.x() - border.start : border.rect.y() - border.start;
                const bool growsFirst = more == isFirst;
                const int most = border.length - kGap - border.leastSecond;
                if (growsFirst ? now < most : now > border.leastFirst) // who gives has something left
                    return resized(layout, border, now + (growsFirst ? kStep : -kStep));
            }
    return layout;
}

int neededHeight(const LayoutNode &layout, int width, const PanelNeedsOf &needs, bool comfortable)
{
    const Planner planner(needs, comfortable, nullptr);
    const int height = planner.heightOf(layout, width, true);
    return comfortable ? height : (height + 3 * planner.heightOf(layout, width, false)) / 4;
}

} // namespace entvas
