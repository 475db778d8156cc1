#include "app/board/layout/layout.h"
#include "app/board/layout/layouthistory.h"
#include "app/board/layout/layouttext.h"

#include <cmath>
#include <numeric>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

using Kind = LayoutNode::Kind;

namespace {

LayoutNode read(const char *json)
{
    const QJsonDocument document = QJsonDocument::fromJson(json);
    const Result<LayoutNode> layout = layoutFromJson(document.object());
    if (!layout)
        qFatal("%s: %s", json, qPrintable(layout.failure().text));
    return *layout;
}

QByteArray write(const LayoutNode &layout)
{
    return QJsonDocument(toJson(layout)).toJson(QJsonDocument::Compact);
}

// What is wrong with a tree that should be in normal form; empty = nothing.
QString fault(const LayoutNode &node, bool isRoot = true)
{
    if (node.kind == Kind::Panel)
        return panelNames().contains(node.panel) && node.children.isEmpty() ? QString() : u"panel"_s;
    if (node.children.size() < 2)
        return u"too few children"_s;
    if (isRoot && node.weight != 1)
        return u"root weight"_s;
    int factor = 0, total = 0;
    for (const LayoutNode &child : node.children) {
        if (child.kind == node.kind)
            return u"nested"_s;
        if (node.kind == Kind::Tabs && child.kind != Kind::Panel)
            return u"tabs in tabs"_s;
        if (node.kind == Kind::Tabs && child.panel == kNumbersPanel)
            return u"numbers as a tab"_s;
        if (child.weight < 1)
            return u"weight"_s;
        factor = std::gcd(factor, child.weight);
        total += child.weight;
        if (const QString inner = fault(child, false); !inner.isEmpty())
            return inner;
    }
    if (factor != 1 || total > LayoutNode::kMostWeight)
        return u"weights"_s;
    if (node.kind == Kind::Tabs && !panelsOf(node).contains(node.front))
        return u"front"_s;
    return {};
}

} // namespace

class LayoutTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void defaultsAreReadable();
    void whatIsReadIsNormal_data();
    void whatIsReadIsNormal();
    void badLayoutsAreRefused_data();
    void badLayoutsAreRefused();
    void depthIsBounded();
    void movesGoWhereTheySay_data();
    void movesGoWhereTheySay();
    void whatCanNotBeChangesNothing();
    void keysReachEveryPlace();
    void bordersMove();
    void theLastPanelStays();
    void cardsAreHidden();
    void randomMovesKeepEveryPanel();
    void historyGoesBackExactly();
    void historyIsBounded();
};

void LayoutTest::defaultsAreReadable()
{
    QCOMPARE(write(defaultLayout(true)),
             R"({"column":[{"panel":"numbers"},{"row":[{"panel":"chart","weight":2},{"panel":"top"}],"weight":13},)"
             R"({"row":[{"panel":"breakdown1"},{"panel":"breakdown2"},{"panel":"stream","weight":2}],"weight":11}]})");
    for (const bool wide : {true, false}) {
        const LayoutNode layout = defaultLayout(wide);
        QCOMPARE(fault(layout), QString());
        QCOMPARE(normalised(layout), layout);
        QCOMPARE(read(write(layout)), layout);
        QCOMPARE(panelsOf(layout).size(), 6);
    }
}

void LayoutTest::whatIsReadIsNormal_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("normal");
    QTest::newRow("one panel") << QByteArray(R"({"panel":"chart"})") << QByteArray(R"({"panel":"chart"})");
    QTest::newRow("only child") << QByteArray(R"({"column":[{"row":[{"panel":"chart","weight":7}]}]})")
                                << QByteArray(R"({"panel":"chart"})");
    QTest::newRow("row in a row")
        << QByteArray(R"({"row":[{"panel":"chart","weight":3},{"row":[{"panel":"top"},{"panel":"stream"}]}]})")
        << QByteArray(R"({"row":[{"panel":"chart","weight":6},{"panel":"top"},{"panel":"stream"}]})");
    QTest::newRow("common factor") << QByteArray(R"({"row":[{"panel":"chart","weight":8},{"panel":"top","weight":4}]})")
                                   << QByteArray(R"({"row":[{"panel":"chart","weight":2},{"panel":"top"}]})");
    QTest::newRow("one tab") << QByteArray(R"({"row":[{"tabs":["chart"],"weight":3},{"panel":"top"}]})")
                             << QByteArray(R"({"row":[{"panel":"chart","weight":3},{"panel":"top"}]})");
    QTest::newRow("front") << QByteArray(R"({"tabs":["chart","top"],"front":"top"})")
                           << QByteArray(R"({"front":"top","tabs":["chart","top"]})");
    QTest::newRow("cards") << QByteArray(R"({"panel":"numbers","hidden":["rejected","minute"]})")
                           << QByteArray(R"({"hidden":["minute","rejected"],"panel":"numbers"})");
}

void LayoutTest::whatIsReadIsNormal()
{
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, normal);
    QCOMPARE(write(read(json)), normal);
    QCOMPARE(fault(read(json)), QString());
}

void LayoutTest::badLayoutsAreRefused_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *name, const char *json, const QString &says) {
        QTest::newRow(name) << QByteArray(json) << says;
    };
    row("nothing", "{}", u"a part must be"_s);
    row("unknown panel", R"({"column":[{"panel":"chart"},{"row":[{"panel":"clock"}]}]})",
        u"at column[1].row[0]: there is no panel \"clock\""_s);
    row("no name", R"({"panel":7})", u"there is no panel"_s);
    row("twice", R"({"row":[{"panel":"chart"},{"tabs":["top","chart"]}]})",
        u"at row[1].tabs[1]: the panel \"chart\" is there a second time"_s);
    row("unknown key", R"({"panel":"chart","colour":"red"})", u"\"colour\" is not known here"_s);
    row("two kinds", R"({"panel":"chart","row":[]})", u"\"panel\" and \"row\" can't be together"_s);
    row("empty row", R"({"row":[]})", u"\"row\" must be a list"_s);
    row("row of text", R"({"row":"chart"})", u"\"row\" must be a list"_s);
    row("part of text", R"({"row":["chart"]})", u"at row[0]: a part must be"_s);
    row("weight", R"({"row":[{"panel":"chart","weight":0},{"panel":"top"}]})", u"at row[0]: \"weight\" must be"_s);
    row("weight part", R"({"row":[{"panel":"chart","weight":1.5},{"panel":"top"}]})", u"\"weight\" must be"_s);
    row("weight text", R"({"row":[{"panel":"chart","weight":"2"},{"panel":"top"}]})", u"\"weight\" must be"_s);
    row("weight huge", R"({"row":[{"panel":"chart","weight":1e300},{"panel":"top"}]})", u"\"weight\" must be"_s);
    row("weight of all", R"({"panel":"chart","weight":2})", u"\"weight\" is not known here"_s);
    row("front", R"({"tabs":["chart","top"],"front":"stream"})", u"\"front\" must be one of the tabs"_s);
    row("front of a row", R"({"row":[{"panel":"chart"}],"front":"chart"})", u"\"front\" is not known here"_s);
    row("numbers as tab", R"({"tabs":["chart","numbers"]})", u"at tabs[1]: \"numbers\" can't be a tab"_s);
    row("panel in tabs", R"({"tabs":[{"panel":"chart"}]})", u"at tabs[0]: there is no panel"_s);
    row("hidden elsewhere", R"({"panel":"chart","hidden":["total"]})", u"\"hidden\" belongs to"_s);
    row("hidden unknown", R"({"panel":"numbers","hidden":["clock"]})", u"\"hidden\" belongs to"_s);
    row("all hidden", R"({"panel":"numbers","hidden":["total","minute","rate","users","rejected"]})", u"but not all"_s);
    row("too many", R"({"row":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]})", u"1 to 16 parts"_s);
}

void LayoutTest::badLayoutsAreRefused()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, says);
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    QCOMPARE(error.error, QJsonParseError::NoError);
    const Result<LayoutNode> layout = layoutFromJson(document.object());
    QVERIFY(!layout.ok());
    QCOMPARE(layout.failure().kind, Fault::BadInput);
    QVERIFY2(layout.failure().text.startsWith(u"In the layout"_s) && layout.failure().text.contains(says),
             qPrintable(layout.failure().text));
}

void LayoutTest::depthIsBounded()
{
    const auto nested = [](int depth) {
        QJsonObject json{{u"panel"_s, u"chart"_s}};
        for (int i = 0; i < depth; ++i)
            json = {{i % 2 ? u"row"_s : u"column"_s, QJsonArray{json}}};
        return layoutFromJson(json);
    };
    QVERIFY(nested(12).ok());
    QVERIFY(!nested(13).ok());
    QVERIFY2(nested(400).failure().text.contains(u"more than 12"_s), qPrintable(nested(400).failure().text));
}

void LayoutTest::movesGoWhereTheySay_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QString>("panel");
    QTest::addColumn<QString>("beside");
    QTest::addColumn<Side>("side");
    QTest::addColumn<QByteArray>("to");
    const QByteArray two = R"({"row":[{"panel":"chart","weight":2},{"panel":"top"}]})";
    const auto row = [](const char *name, const QByteArray &from, const char *panel, const char *beside, Side side,
                        const QByteArray &to) {
        QTest::newRow(name) << from << QString::fromLatin1(panel) << QString::fromLatin1(beside) << side << to;
    };
    row("order keeps the room", two, "chart", "top", Side::Right,
        R"({"row":[{"panel":"top"},{"panel":"chart","weight":2}]})");
    row("half of the other", two, "stream", "chart", Side::Left,
        R"({"row":[{"panel":"stream"},{"panel":"chart"},{"panel":"top"}]})");
    row("below one", two, "stream", "top", Side::Below,
        R"({"row":[{"panel":"chart","weight":2},{"column":[{"panel":"top"},{"panel":"stream"}]}]})");
    row("onto", two, "stream", "chart", Side::Onto,
        R"({"row":[{"front":"stream","tabs":["chart","stream"],"weight":2},{"panel":"top"}]})");
    row("two become one", two, "chart", "top", Side::Onto, R"({"front":"chart","tabs":["top","chart"]})");
    row("edge", two, "stream", "", Side::Below,
        R"({"column":[{"row":[{"panel":"chart","weight":2},{"panel":"top"}],"weight":2},{"panel":"stream"}]})");
    row("edge of its own kind", two, "stream", "", Side::Left,
        R"({"row":[{"panel":"stream"},{"panel":"chart","weight":2},{"panel":"top"}]})");
    row("out of tabs", R"({"row":[{"tabs":["chart","stream","top"],"front":"top"},{"panel":"rejected"}]})", "stream",
        "top", Side::Below,
        R"({"row":[{"column":[{"front":"top","tabs":["chart","top"]},{"panel":"stream"}]},{"panel":"rejected"}]})");
    row("order of tabs", R"({"tabs":["chart","stream","top"]})", "chart", "top", Side::Onto,
        R"({"front":"chart","tabs":["stream","top","chart"]})");
    row("the front goes", R"({"row":[{"tabs":["chart","stream","top"],"front":"top"},{"panel":"rejected"}]})", "top",
        "rejected", Side::Above,
        R"({"row":[{"tabs":["chart","stream"]},{"column":[{"panel":"top"},{"panel":"rejected"}]}]})");
}

void LayoutTest::movesGoWhereTheySay()
{
    QFETCH(QByteArray, from);
    QFETCH(QString, panel);
    QFETCH(QString, beside);
    QFETCH(Side, side);
    QFETCH(QByteArray, to);
    QCOMPARE(write(moved(read(from), panel, beside, side)), to);
}

void LayoutTest::whatCanNotBeChangesNothing()
{
    const LayoutNode layout = defaultLayout(true);
    QCOMPARE(moved(layout, u"chart"_s, u"chart"_s, Side::Left), layout);
    QCOMPARE(moved(layout, u"chart"_s, u"rejected"_s, Side::Left), layout); // not there
    QCOMPARE(moved(layout, u"numbers"_s, u"chart"_s, Side::Onto), layout);
    QCOMPARE(moved(layout, u"chart"_s, u"numbers"_s, Side::Onto), layout);
    QCOMPARE(moved(layout, u"chart"_s, {}, Side::Onto), layout);
    QCOMPARE(pushed(layout, u"rejected"_s, Side::Left), layout);
    QCOMPARE(pushed(layout, u"numbers"_s, Side::Above), layout); // at the edge
    QCOMPARE(removed(layout, u"rejected"_s), layout);
    QCOMPARE(withFront(layout, u"chart"_s), layout);
}

void LayoutTest::keysReachEveryPlace()
{
    LayoutNode layout = read(R"({"column":[{"panel":"numbers"},{"row":[{"panel":"chart"},{"panel":"top"}]},)"
                             R"({"panel":"stream"}]})");
    const auto push = [&](const QString &panel, Side side) {
        layout = pushed(layout, panel, side);
        return write(layout);
    };
    QCOMPARE(push(u"chart"_s, Side::Right), R"({"column":[{"panel":"numbers"},{"row":[{"panel":"top"},)"
                                            R"({"panel":"chart"}]},{"panel":"stream"}]})");
    QCOMPARE(push(u"chart"_s, Side::Below), R"({"column":[{"panel":"numbers"},{"panel":"top"},{"panel":"chart"},)"
                                            R"({"panel":"stream"}]})"); // out of the row
    QCOMPARE(push(u"chart"_s, Side::Left), R"({"row":[{"panel":"chart"},{"column":[{"panel":"numbers"},)"
                                           R"({"panel":"top"},{"panel":"stream"}],"weight":2}]})"); // the edge
    QCOMPARE(push(u"chart"_s, Side::Left), write(layout));
    QCOMPARE(push(u"chart"_s, Side::Right), R"({"column":[{"panel":"numbers"},{"panel":"top"},)"
                                            R"({"panel":"stream"},{"panel":"chart"}]})"); // into the column
    layout = read(R"({"row":[{"tabs":["chart","top"]},{"panel":"stream"}]})");
    QCOMPARE(push(u"top"_s, Side::Right),
             R"({"row":[{"panel":"chart"},{"panel":"top"},{"panel":"stream","weight":2}]})");
}

void LayoutTest::bordersMove()
{
    LayoutNode layout = read(R"({"row":[{"panel":"chart","weight":2},{"panel":"top"},{"panel":"stream"}]})");
    const LayoutNode half = resized(layout, {}, 0, 0.5);
    QCOMPARE(write(half),
             R"({"row":[{"panel":"chart","weight":3},{"panel":"top","weight":3},{"panel":"stream","weight":2}]})");
    QCOMPARE(resized(layout, {}, 2, 0.5), layout); // no such border
    QVERIFY(resized(layout, {}, 1, 0).children[1].weight >= 1);
}

void LayoutTest::theLastPanelStays()
{
    LayoutNode layout = defaultLayout(true);
    for (const QString &panel : panelNames())
        layout = removed(layout, panel);
    QCOMPARE(panelsOf(layout), QStringList{u"stream"_s});
    QCOMPARE(moved(layout, u"stream"_s, {}, Side::Left), layout);
    layout = moved(layout, u"chart"_s, {}, Side::Above);
    QCOMPARE(panelsOf(layout), (QStringList{u"chart"_s, u"stream"_s}));
}

void LayoutTest::cardsAreHidden()
{
    LayoutNode layout = withHiddenCards(defaultLayout(true), {u"rejected"_s, u"minute"_s, u"nonsense"_s});
    QCOMPARE(hiddenCards(layout), (QStringList{u"minute"_s, u"rejected"_s}));
    layout = pushed(layout, kNumbersPanel, Side::Below);
    QCOMPARE(hiddenCards(layout), (QStringList{u"minute"_s, u"rejected"_s}));
    QCOMPARE(read(write(layout)), layout);
    QCOMPARE(withHiddenCards(layout, cardNames()), layout); // one always is shown
}

void LayoutTest::randomMovesKeepEveryPanel()
{
    constexpr std::array kSides{Side::Left, Side::Right, Side::Above, Side::Below, Side::Onto};
    for (quint32 seed = 1; seed <= 40; ++seed) {
        QRandomGenerator random(seed);
        LayoutHistory history;
        history.change(defaultLayout(seed % 2 == 0));
        QList<LayoutHistory::State> states{history.current()};
        for (int step = 0; step < 80; ++step) {
            const LayoutNode before = *history.current();
            QStringList expected = panelsOf(before);
            const QString panel = panelNames()[random.bounded(panelNames().size())];
            const QString other = panelNames()[random.bounded(panelNames().size())];
            const Side side = kSides[std::size_t(random.bounded(int(kSides.size())))];
            LayoutNode after = before;
            switch (random.bounded(6)) {
            case 0:
                after = removed(before, panel);
                if (expected.size() > 1)
                    expected.removeOne(panel);
                break;
            case 1:
            case 2:
                after = moved(before, panel, random.bounded(6) == 0 ? QString() : other, side);
                if (after != before && !expected.contains(panel))
                    expected.append(panel);
                break;
            case 3: after = pushed(before, panel, side); break;
            case 4:
                if (before.children.size() > 1)
                    after =
                        resized(before, {}, random.bounded(int(before.children.size()) - 1), random.generateDouble());
                break;
            default: after = withFront(before, panel);
            }
            const QString where = u"seed %1, step %2: %3"_s.arg(seed).arg(step).arg(QString::fromUtf8(write(after)));
            QStringList there = panelsOf(after);
            there.sort();
            expected.sort();
            QVERIFY2(there == expected, qPrintable(where));
            QVERIFY2(fault(after).isEmpty(), qPrintable(where + fault(after)));
            QVERIFY2(normalised(after) == after, qPrintable(where));
            const Result<LayoutNode> again = layoutFromJson(toJson(after));
            QVERIFY2(again.ok(), qPrintable(where + (again ? QString() : again.failure().text)));
            QVERIFY2(*again == after, qPrintable(where));
            history.change(after);
            if (states.last() != history.current())
                states.append(history.current());
        }
        for (qsizetype i = states.size() - 1; i >= 0; --i) {
            QCOMPARE(history.current(), states[i]);
            history.undo();
        }
        QVERIFY(!history.current()); // automatic, as it began
        for (const LayoutHistory::State &state : states) {
            history.redo();
            QCOMPARE(history.current(), state);
        }
    }
}

void LayoutTest::historyGoesBackExactly()
{
    LayoutHistory history;
    QVERIFY(!history.canUndo() && !history.canRedo() && !history.current());
    const LayoutNode first = defaultLayout(true);
    history.change(first);
    const LayoutNode second = removed(first, u"top"_s);
    history.change(resized(first, {1}, 0, 0.7), u"wider"_s);
    history.change(resized(first, {1}, 0, 0.8), u"wider"_s);
    history.change(second);
    history.undo();
    history.undo();
    QCOMPARE(*history.current(), first); // both keys were one step
    history.amend(second);
    QVERIFY(history.canRedo());
    history.change(second); // nothing new
    QVERIFY(history.canRedo());
    history.change(first);
    QVERIFY(!history.canRedo());
    history.undo();
    history.undo();
    QVERIFY(!history.current() && !history.canUndo());
}

void LayoutTest::historyIsBounded()
{
    LayoutHistory history;
    for (int i = 0; i < 3 * int(LayoutHistory::kMost); ++i)
        history.change(defaultLayout(i % 2 == 0));
    int steps = 0;
    for (; history.canUndo(); ++steps)
        history.undo();
    QCOMPARE(steps, int(LayoutHistory::kMost));
}

QTEST_GUILESS_MAIN(LayoutTest)
#include "tst_layout.moc"
