#include "app/widgets/window/timecontrols.h"

#include "app/board/board.h"
#include "app/board/text/format.h"
#include "app/widgets/base/actions.h"
#include "app/widgets/chart/rangebar.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/dialogs/spandialog.h"
#include "app/widgets/dialogs/zonedialog.h"
#include "app/widgets/window/comparisonbutton.h"

#include <QAction>

namespace entvas {

using namespace Qt::StringLiterals;

TimeControls::TimeControls(Board &board, QWidget *window)
    : QObject(window),
      m_board(board),
      m_window(window),
      m_ranges(new RangeBar),
      m_comparison(new ComparisonButton(board))
{
    connect(m_ranges, &RangeBar::chosen, &m_board, &Board::setRange);
    connect(m_ranges, &RangeBar::customWanted, this, &TimeControls::chooseSpan);
    connect(&m_board, &Board::choiceChanged, m_ranges, [this] { refresh(); });
}

void TimeControls::refresh()
{
    m_ranges->draw(m_board.choice().view);
}

void TimeControls::makeActions(Actions *actions, TimelineChart *chart)
{
    actions->beginGroup(tr("Time"));
    addRanges(actions);
    addHistory(actions);
    actions->add(u"compare"_s, tr("Compare with an earlier time"), QKeySequence(Qt::Key_C), [this] {
        m_board.setComparison(static_cast<Comparison>((int(m_board.choice().comparison) + 1) % 3));
    });
    actions->add(u"zone"_s, tr("Time &zone…"), {}, [this] { chooseZone(); });
    QAction *relative = actions->addSwitch(u"relative"_s, tr("&Rolling time range"), {}, {});
    connect(relative, &QAction::toggled, chart, &TimelineChart::setRelativeTimes);
    actions->addKey(tr("drag, wheel, + and −"), tr("Zoom in the chart"));
    actions->addKey(tr("Shift + wheel, Shift + arrows"), tr("Move the chart in time"));
    actions->addKey(tr("double click, Esc"), tr("Undo zoom"));
    actions->addKey(tr("arrows, Home, End"), tr("Move between bars"));
    actions->addKey(tr("Enter"), tr("Zoom into the bar"));
}

void TimeControls::addRanges(Actions *actions)
{
    for (const NamedRange range : kNamedRanges)
        actions->add(u"range.%1"_s.arg(int(range)),
                     tr("%1: show events %2").arg(format::rangeName(range), format::rangeWords(TimeView::of(range))),
                     QKeySequence(Qt::Key_1 + int(range)), [this, range] { m_board.setRange(range); });
    actions->add(u"range.custom"_s, tr("Custom range…"), QKeySequence(Qt::Key_8), [this] { chooseSpan(); });
    actions->add(u"range.live"_s, tr("Back to live"), QKeySequence(Qt::Key_L), [this] { m_board.goLive(); });
}

void TimeControls::addHistory(Actions *actions)
{
    QAction *back = actions->add(u"history.back"_s, tr("&Back to the previous view"),
                                 QKeySequence(Qt::ALT | Qt::Key_Left), [this] { m_board.goBack(); });
    QAction *forward = actions->add(u"history.forward"_s, tr("&Forward again"), QKeySequence(Qt::ALT | Qt::Key_Right),
                                    [this] { m_board.goForward(); });
    const auto refreshBoth = [this, back, forward] {
        back->setEnabled(m_board.canGoBack());
        forward->setEnabled(m_board.canGoForward());
    };
    connect(&m_board, &Board::choiceChanged, this, refreshBoth);
    refreshBoth();
}

void TimeControls::chooseSpan()
{
    const BoardFrame &frame = m_board.frame();
    SpanDialog dialog(m_board.choice().view, frame.grid.span(), m_board.zone(), m_window);
    BoardChoice choice = m_board.choice();
    if (dialog.exec() == QDialog::Accepted)
        choice.view = dialog.view();
    m_board.choose(choice);
    m_ranges->draw(choice.view); // the button that was clicked looks chosen, whatever came of it
}

void TimeControls::chooseZone()
{
    ZoneDialog dialog(m_board.zone(), m_board.nowMs(), m_window);
    if (dialog.exec() != QDialog::Accepted)
        return;
    m_board.setZone(dialog.zone());
    Q_EMIT zoneChosen();
}

} // namespace entvas
