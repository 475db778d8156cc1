#include "app/widgets/window/comparisonbutton.h"

#include "app/board/board.h"
#include "app/board/text/format.h"

#include <QActionGroup>
#include <QMenu>
#include <QStyle>

namespace entvas {

using namespace Qt::StringLiterals;

ComparisonButton::ComparisonButton(Board &board, QWidget *parent) : ElidedButton(parent), m_board(board)
{
    setObjectName(u"toggle"_s);
    setText(tr("Compare"));
    setToolTip(tr("Compare with an earlier time (C)"));
    setPopupMode(QToolButton::InstantPopup);
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::TabFocus);
    makeMenu();
    connect(&board, &Board::choiceChanged, this, &ComparisonButton::draw);
}

void ComparisonButton::makeMenu()
{
    auto *menu = new QMenu(this);
    auto *group = new QActionGroup(menu);
    const std::pair<Comparison, QString> choices[]{{Comparison::None, tr("&Nothing")},
                                                   {Comparison::PreviousPeriod, tr("&Previous period")},
                                                   {Comparison::WeekBefore, tr("&Same time a week before")}};
    for (const auto &[comparison, text] : choices) {
        QAction *action = menu->addAction(text);
        action->setCheckable(true);
        group->addAction(action);
        connect(action, &QAction::triggered, this,
                [this, comparison = comparison] { m_board.setComparison(comparison); });
        connect(menu, &QMenu::aboutToShow, action, [this, action, comparison = comparison] {
            action->setChecked(m_board.choice().comparison == comparison);
        });
    }
    setMenu(menu);
}

void ComparisonButton::draw(const BoardChoice &choice)
{
    const bool compares = choice.comparison != Comparison::None;
    setText(compares ? tr("vs. %1").arg(format::comparisonName(choice.comparison, choice.view)) : tr("Compare"));
    setProperty("active", compares);
    style()->unpolish(this);
    style()->polish(this);
}

} // namespace entvas
