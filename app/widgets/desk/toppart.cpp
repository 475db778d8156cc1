#include "app/widgets/desk/toppart.h"

#include "app/board/board.h"
#include "app/board/text/format.h"
#include "app/theme/theme.h"
#include "app/widgets/base/elided.h"
#include "app/widgets/base/paint.h"
#include "app/widgets/chart/filterbar.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/desk/valuepick.h"
#include "app/widgets/dock/panel.h"
#include "app/widgets/lists/sharelist.h"

#include <algorithm>
#include <QMenu>

namespace entvas {

TopPart::TopPart(const Around &around, Panel *panel)
    : DeskPart(around), m_breakDown(new ElidedButton), m_list(new ShareList(ShareList::Kind::Lines, around.theme))
{
    auto *share = new ElidedLabel(tr("share of events"));
    share->setObjectName(QStringLiteral("hint"));
    makeMenu();
    panel->setContent(m_breakDown, false, share, false, m_list, true);
    connect(m_list, &ShareList::clicked, this, [this](const QString &value, Qt::KeyboardModifiers keys) {
        const BoardFrame &frame = board().frame();
        pickValue(board(), frame.dimensions.value(frame.groupBy), value, keys);
    });
}

void TopPart::makeMenu()
{
    // In place of the card's title.
    m_breakDown->setObjectName(QStringLiteral("titleMenu"));
    m_breakDown->setFocusPolicy(Qt::TabFocus);
    m_breakDown->setCursor(Qt::PointingHandCursor);
    m_breakDown->setToolTip(tr("Choose what the chart is grouped by (B)"));
    auto *menu = new QMenu(m_breakDown);
    m_breakDown->setMenu(menu);
    m_breakDown->setPopupMode(QToolButton::InstantPopup);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        menu->clear();
        const BoardFrame &frame = board().frame();
        for (int d = 0; d < frame.dimensions.size(); ++d) {
            const QString dimension = frame.dimensions[d];
            QAction *action = menu->addAction(dimensionName(dimension).replace(u'&', QStringLiteral("&&")));
            action->setCheckable(true);
            action->setChecked(d == frame.groupBy);
            connect(action, &QAction::triggered, this,
                    [this, d, dimension] { board().setGroupBy(d == 0 ? QString() : dimension); });
        }
    });
}

void TopPart::openMenu()
{
    m_breakDown->showMenu();
}

void TopPart::drawTitle(const BoardFrame &frame)
{
    const QString top =
        frame.groupBy == 0 ? tr("Top event types") : tr("Top values of %1").arg(frame.dimensions.value(frame.groupBy));
    m_breakDown->setText(paint::oneLine(top).left(40).replace(u'&', QStringLiteral("&&")) +
                         (m_isQuiet ? QString() : QStringLiteral("  \u25be")));
    m_breakDown->setAccessibleName(top);
    m_list->setAccessibleName(top);
}

void TopPart::draw(const BoardFrame &frame)
{
    drawTitle(frame);
    if (!board().hasData() || frame.groupBy >= frame.breakdowns.size())
        return m_list->showNothing();
    const Breakdown &breakdown = frame.breakdowns[frame.groupBy];
    QList<CubeGroup> groups = breakdown.groups;
    for (CubeGroup &group : groups) // the course of those that the chart shows
        for (const CubeGroup &shown : frame.main.groups)
            if (!shown.isRest && !group.isRest && shown.name == group.name)
                group.perBucket = shown.perBucket;
    const ValueFilter rule = frame.choice.filter.value(breakdown.dimension);
    m_list->draw(groups, breakdown.total, rule, [this, rule](const CubeGroup &group) {
        // What the chart adds up with others has the colour of the others here too.
        const QList<CubeGroup> &shown = board().frame().main.groups;
        const bool isOne = std::any_of(shown.cbegin(), shown.cend(),
                                       [&](const CubeGroup &one) { return !one.isRest && one.name == group.name; });
        return !isOne && rule.passes(group.name) ? theme().tokens().rest
                                                 : groupColor(board().frame(), group, board().colors(), theme());
    });
}

} // namespace entvas
