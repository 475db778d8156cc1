#include "app/board/layout/layouttext.h"

#include <algorithm>
#include <QJsonArray>
#include <QSet>

namespace entvas {

using namespace Qt::StringLiterals;

using Kind = LayoutNode::Kind;

namespace {

constexpr int kDeepest = 12;            // containers in each other: more than all panels can need
constexpr qsizetype kMostChildren = 16; // of one container
constexpr qsizetype kLongestShown = 40;

QString keyOf(Kind kind)
{
    switch (kind) {
    case Kind::Panel: return u"panel"_s;
    case Kind::Row: return u"row"_s;
    case Kind::Column: return u"column"_s;
    case Kind::Tabs: return u"tabs"_s;
    }
    Q_UNREACHABLE();
}

class Reader
{
public:
    Result<LayoutNode> node(const QJsonValue &value, const QString &place, int depth);

private:
    Result<LayoutNode> container(Kind kind, const QJsonObject &json, const QString &place, int depth);
    Result<LayoutNode> tabs(const QJsonObject &json, const QString &place);
    Result<LayoutNode> panel(const QJsonObject &json, const QString &place);
    Result<void> take(const QString &panel, const QString &place);
    static Failure wrong(const QString &place, const QString &what)
    {
        return {Fault::BadInput, u"In the layout%1: %2"_s.arg(place.isEmpty() ? QString() : u" at "_s + place, what)};
    }

    QSet<QString> m_seen;
};

Result<void> Reader::take(const QString &panel, const QString &place)
{
    if (!panelNames().contains(panel))
        return wrong(place, u"there is no panel \"%1\". There are %2."_s.arg(panel.left(kLongestShown),
                                                                             panelNames().join(u", "_s)));
    if (m_seen.contains(panel))
        return wrong(place, u"the panel \"%1\" is there a second time. Each may be there once."_s.arg(panel));
    m_seen.insert(panel);
    return {};
}

Result<LayoutNode> Reader::panel(const QJsonObject &json, const QString &place)
{
    const QString name = json["panel"_L1].toString();
    if (const Result<void> taken = take(name, place); !taken)
        return taken.failure();
    LayoutNode node = LayoutNode::of(name);
    if (!json.contains("hidden"_L1))
        return node;
    const QJsonArray hidden = json["hidden"_L1].toArray();
    const auto isCard = [](const QJsonValue &card) { return cardNames().contains(card.toString()); };
    if (name != kNumbersPanel || !json["hidden"_L1].isArray() || hidden.size() >= cardNames().size() ||
        !std::all_of(hidden.begin(), hidden.end(), isCard))
        return wrong(place,
                     u"\"hidden\" belongs to the panel \"numbers\" and lists some of its cards, but not all: %1."_s.arg(
                         cardNames().join(u", "_s)));
    for (const QString &card : cardNames())
        if (hidden.contains(card))
            node.hidden.append(card);
    return node;
}

Result<LayoutNode> Reader::tabs(const QJsonObject &json, const QString &place)
{
    const QJsonArray names = json["tabs"_L1].toArray();
    if (names.isEmpty() || names.size() > kMostChildren)
        return wrong(place, u"\"tabs\" must list the names of 1 to %1 panels."_s.arg(kMostChildren));
    LayoutNode node;
    node.kind = Kind::Tabs;
    for (qsizetype i = 0; i < names.size(); ++i) {
        const QString at = u"%1[%2]"_s.arg(place.isEmpty() ? u"tabs"_s : place + u".tabs"_s, QString::number(i));
        const QString name = names[i].toString();
        if (const Result<void> taken = take(name, at); !taken)
            return taken.failure();
        if (name == kNumbersPanel)
            return wrong(at, u"\"numbers\" can't be a tab. Put it into a row or a column."_s);
        node.children.append(LayoutNode::of(name));
    }
    node.front = names.first().toString();
    if (json.contains("front"_L1)) {
        node.front = json["front"_L1].toString();
        if (!panelsOf(node).contains(node.front))
            return wrong(place, u"\"front\" must be one of the tabs."_s);
    }
    return node;
}

Result<LayoutNode> Reader::container(Kind kind, const QJsonObject &json, const QString &place, int depth)
{
    const QString key = keyOf(kind);
    const QJsonArray parts = json[key].toArray();
    if (parts.isEmpty() || parts.size() > kMostChildren)
        return wrong(place, u"\"%1\" must be a list of 1 to %2 parts."_s.arg(key, QString::number(kMostChildren)));
    if (depth > kDeepest)
        return wrong(place, u"more than %1 rows and columns in each other. Put fewer into each other."_s.arg(kDeepest));
    LayoutNode node;
    node.kind = kind;
    for (qsizetype i = 0; i < parts.size(); ++i) {
        const QString at = u"%1[%2]"_s.arg(place.isEmpty() ? key : place + u'.' + key, QString::number(i));
        const Result<LayoutNode> child = this->node(parts[i], at, depth);
        if (!child)
            return child;
        node.children.append(*child);
    }
    return node;
}

Result<LayoutNode> Reader::node(const QJsonValue &value, const QString &place, int depth)
{
    const QJsonObject json = value.toObject();
    std::optional<Kind> kind;
    for (const Kind candidate : {Kind::Panel, Kind::Row, Kind::Column, Kind::Tabs})
        if (json.contains(keyOf(candidate))) {
            if (kind)
                return wrong(place, u"\"%1\" and \"%2\" can't be together."_s.arg(keyOf(*kind), keyOf(candidate)));
            kind = candidate;
        }
    if (!kind)
        return wrong(place,
                     u"a part must be {\"panel\": name}, {\"row\": […]}, {\"column\": […]} or {\"tabs\": […]}."_s);
    for (auto entry = json.constBegin(); entry != json.constEnd(); ++entry)
        if (const QString &key = entry.key(); key != keyOf(*kind) && (key != "weight"_L1 || place.isEmpty()) &&
                                              !(key == "hidden"_L1 && *kind == Kind::Panel) &&
                                              !(key == "front"_L1 && *kind == Kind::Tabs))
            return wrong(place, u"\"%1\" is not known here."_s.arg(key.left(kLongestShown)));
    Result<LayoutNode> node = *kind == Kind::Panel  ? panel(json, place)
                              : *kind == Kind::Tabs ? tabs(json, place)
                                                    : container(*kind, json, place, depth + 1);
    if (node && json.contains("weight"_L1)) {
        const double weight = json["weight"_L1].toDouble();
        node->weight = int(std::clamp(weight, 0.0, LayoutNode::kMostWeight + 1.0));
        if (node->weight < 1 || node->weight > LayoutNode::kMostWeight || node->weight != weight)
            return wrong(place, u"\"weight\" must be a whole number from 1 to %1."_s.arg(LayoutNode::kMostWeight));
    }
    return node;
}

} // namespace

QJsonObject toJson(const LayoutNode &layout)
{
    QJsonObject json;
    if (layout.kind == Kind::Panel) {
        json.insert(keyOf(layout.kind), layout.panel);
        if (!layout.hidden.isEmpty())
            json.insert(u"hidden"_s, QJsonArray::fromStringList(layout.hidden));
    } else {
        QJsonArray parts;
        for (const LayoutNode &child : layout.children)
            parts.append(layout.kind == Kind::Tabs ? QJsonValue(child.panel) : QJsonValue(toJson(child)));
        json.insert(keyOf(layout.kind), parts);
        if (layout.kind == Kind::Tabs && !layout.children.isEmpty() && layout.front != layout.children.first().panel)
            json.insert(u"front"_s, layout.front);
    }
    if (layout.weight != 1)
        json.insert(u"weight"_s, layout.weight);
    return json;
}

Result<LayoutNode> layoutFromJson(const QJsonObject &json)
{
    Result<LayoutNode> node = Reader().node(json, {}, 0);
    if (node)
        return normalised(*node);
    return node;
}

} // namespace entvas
