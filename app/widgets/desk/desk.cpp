#include "app/widgets/desk/desk.h"

#include "app/board/board.h"
#include "app/board/text/format.h"
#include "app/board/text/userswords.h"
#include "app/theme/theme.h"
#include "app/widgets/base/elided.h"
#include "app/widgets/base/paint.h"
#include "app/widgets/chart/filterbar.h"
#include "app/widgets/chart/legend.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/desk/docking.h"
#include "app/widgets/dock/panelarea.h"
#include "app/widgets/lists/numberspanel.h"
#include "app/widgets/lists/sharelist.h"
#include "app/widgets/lists/statcard.h"
#include "app/widgets/stream/eventpane.h"
#include "app/widgets/stream/rejectedview.h"
#include "app/widgets/stream/streamcard.h"
#include "app/widgets/stream/streamview.h"

#include <algorithm>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

namespace entvas {

Desk::Desk(Board &board, const Theme &theme, QWidget *parent)
    : QWidget(parent),
      m_board(board),
      m_theme(theme),
      m_area(new PanelArea(theme, this)),
      m_docking(new Docking(m_area, this)),
      m_numbers(new NumbersPanel(theme)),
      m_total(new StatCard(tr("Events"), theme)),
      m_minute(new StatCard(tr("This minute"), theme)),
      m_rate(new StatCard(tr("Per second"), theme)),
      m_users(new StatCard(tr("Unique users"), theme)),
      m_rejected(new StatCard(tr("Rejected"), theme)),
      m_chartTitle(new QLabel),
      m_legend(new Legend(theme)),
      m_chart(new TimelineChart(theme, board.colors())),
      m_breakDown(new ElidedButton),
      m_top(new ShareList(ShareList::Kind::Lines, theme)),
      m_stream(new StreamCard(board, theme)),
      m_rejectedView(new RejectedView(board, theme)),
      m_pane(new EventPane(this))
{
    setObjectName(QStringLiteral("desk"));
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_area);
    makePanels();
    connectChart();
    connectStream();
    connect(m_rejectedView, &RejectedView::escaped, this, [this] { m_area->focus(QStringLiteral("chart"), false); });
    connect(m_area, &PanelArea::arranged, this, &Desk::onArranged);
    m_docking->restore({});

    connect(&board, &Board::framed, this, &Desk::draw);
    connect(&theme, &Theme::changed, this, [this] { draw(m_board.frame()); });
}

void Desk::connectChart()
{
    connect(m_chart, &TimelineChart::spanChosen, &m_board, &Board::showSpan);
    connect(m_chart, &TimelineChart::zoomWanted, &m_board, &Board::zoom);
    connect(m_chart, &TimelineChart::panWanted, &m_board, &Board::pan);
    connect(m_chart, &TimelineChart::backWanted, this, [this] {
        if (m_docking->maximised().isEmpty())
            m_board.goBack();
        else
            m_docking->maximise({}); // one step at a time
    });
    connect(m_chart, &TimelineChart::roomChanged, &m_board, &Board::setBuckets);
    const auto pickGroup = [this](const QString &value, Qt::KeyboardModifiers keys) {
        const BoardFrame &frame = m_board.frame();
        pick(frame.dimensions.value(frame.groupBy), value, keys);
    };
    connect(m_chart, &TimelineChart::groupClicked, this,
            [this, pickGroup](const QString &name, Qt::KeyboardModifiers keys) {
                m_beforeClick = m_board.choice();
                pickGroup(name, keys);
            });
    connect(m_chart, &TimelineChart::doubleClicked, this, [this] {
        if (m_beforeClick)
            m_board.choose(*m_beforeClick);
        m_beforeClick.reset();
        m_board.goBack();
    });
    connect(m_legend, &Legend::clicked, this, [this, pickGroup](int index, Qt::KeyboardModifiers keys) {
        const CubeGroup group = m_board.frame().main.groups.value(index);
        if (!group.isRest && index < m_board.frame().main.groups.size())
            pickGroup(group.name, keys);
    });
    connect(m_top, &ShareList::clicked, this, pickGroup);
}

void Desk::connectStream()
{
    connect(m_stream->view(), &StreamView::picked, this, [this](quint64 number) {
        const wire::TailEvent *event = m_stream->view()->stream().find(number);
        if (!event)
            return;
        m_pane->draw(*event, m_board.zone());
        placePane();
        m_pane->show();
        m_pane->raise();
        bringIntoSight(m_pane);
    });
    const auto close = [this] {
        // One step back at a time: the open event, what it was chosen from, the stored events.
        StreamView *view = m_stream->view();
        if (m_pane->isVisible())
            m_pane->hide();
        else if (view->selected())
            view->select({});
        else if (!m_stream->isLive())
            m_stream->showLive();
        view->setFocus();
    };
    connect(m_pane, &EventPane::closed, this, close);
    connect(m_stream->view(), &StreamView::escaped, this, close);
    connect(m_chart, &TimelineChart::eventsWanted, this, &Desk::showStored);
    connect(m_pane, &EventPane::filterWanted, m_stream, &StreamCard::addToFilter);
}

void Desk::showStored(const TimeSpan &span)
{
    m_stream->showPast(span);
    showStream();
}

void Desk::setQuiet(bool quiet)
{
    m_quiet = quiet;
    m_pane->hide();
    m_chart->pick(-1);
    m_stream->setQuiet(quiet);
    draw(m_board.frame());
}

void Desk::showStream()
{
    if (!isSeen(QStringLiteral("stream")))
        m_docking->showPanel(QStringLiteral("stream"));
}

void Desk::searchStream()
{
    showStream();
    m_stream->filterLine()->setFocus(Qt::ShortcutFocusReason);
    m_stream->filterLine()->selectAll();
}

void Desk::openBreakDown()
{
    if (!isSeen(QStringLiteral("top")))
        m_docking->showPanel(QStringLiteral("top"));
    m_breakDown->showMenu();
}

void Desk::makeBreakDownMenu()
{
    // In place of the card's title.
    m_breakDown->setObjectName(QStringLiteral("titleMenu"));
    m_breakDown->setFocusPolicy(Qt::TabFocus);
    m_breakDown->setCursor(Qt::PointingHandCursor);
    m_breakDown->setToolTip(tr("Choose what the chart is broken down by (B)"));
    auto *menu = new QMenu(m_breakDown);
    m_breakDown->setMenu(menu);
    m_breakDown->setPopupMode(QToolButton::InstantPopup);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        menu->clear();
        const BoardFrame &frame = m_board.frame();
        for (int d = 0; d < frame.dimensions.size(); ++d) {
            const QString dimension = frame.dimensions[d];
            QAction *action = menu->addAction(dimensionName(dimension).replace(u'&', QStringLiteral("&&")));
            action->setCheckable(true);
            action->setChecked(d == frame.groupBy);
            connect(action, &QAction::triggered, this,
                    [this, d, dimension] { m_board.setGroupBy(d == 0 ? QString() : dimension); });
        }
    });
}

void Desk::pick(const QString &dimension, const QString &value, Qt::KeyboardModifiers modifiers)
{
    if (dimension.isEmpty())
        return;
    BoardChoice choice = m_board.choice();
    if (modifiers.testFlag(Qt::ShiftModifier))
        choice.exclude(dimension, value);
    else if (modifiers.testFlag(Qt::ControlModifier))
        choice.toggleAlso(dimension, value);
    else
        choice.toggle(dimension, value);
    m_board.choose(choice);
}

void Desk::draw(const BoardFrame &frame)
{
    if (isSeen(kNumbersPanel))
        drawCards(frame);
    if (isSeen(QStringLiteral("chart")))
        drawChart(frame);
    drawTop(frame);
    showBreakdowns(frame);
}

void Desk::drawChart(const BoardFrame &frame)
{
    m_chartTitle->setText(format::bucketTitle(frame.grid.step));
    m_chart->setKnown(m_board.hasData());
    m_chart->draw(frame);
    QList<Legend::Entry> entries;
    for (const CubeGroup &group : frame.main.groups)
        entries.append({shownName(group.name), groupColor(frame, group, m_board.colors(), m_theme), !group.isRest});
    m_legend->draw(entries);
}

void Desk::drawTop(const BoardFrame &frame)
{
    if (!isSeen(QStringLiteral("top")))
        return;
    const QString top =
        frame.groupBy == 0 ? tr("Top event types") : tr("Top values of %1").arg(frame.dimensions.value(frame.groupBy));
    m_breakDown->setText(paint::oneLine(top).left(40).replace(u'&', QStringLiteral("&&")) +
                         (m_quiet ? QString() : QStringLiteral("  \u25be")));
    m_breakDown->setAccessibleName(top);
    m_top->setAccessibleName(top);
    if (!m_board.hasData() || frame.groupBy >= frame.breakdowns.size())
        return m_top->showNothing();
    const Breakdown &breakdown = frame.breakdowns[frame.groupBy];
    QList<CubeGroup> groups = breakdown.groups;
    for (CubeGroup &group : groups) // the course of those that the chart shows
        for (const CubeGroup &shown : frame.main.groups)
            if (!shown.isRest && !group.isRest && shown.name == group.name)
                group.perBucket = shown.perBucket;
    const ValueFilter rule = frame.choice.filter.value(breakdown.dimension);
    m_top->draw(groups, breakdown.total, rule, [this, rule](const CubeGroup &group) {
        // What the chart adds up with others has the colour of the others here too.
        const QList<CubeGroup> &shown = m_board.frame().main.groups;
        const bool isOne = std::any_of(shown.cbegin(), shown.cend(),
                                       [&](const CubeGroup &one) { return !one.isRest && one.name == group.name; });
        return !isOne && rule.passes(group.name) ? m_theme.tokens().rest
                                                 : groupColor(m_board.frame(), group, m_board.colors(), m_theme);
    });
}

void Desk::drawCards(const BoardFrame &frame)
{
    if (!m_board.hasData()) {
        for (StatCard *stat : {m_total, m_minute, m_rate, m_users, m_rejected})
            stat->showNothing();
        return;
    }
    const TimeView &view = frame.choice.view;
    m_total->setLabel(tr("Events %1").arg(format::rangeWords(view)));
    if (frame.earlier) {
        const QString than = format::comparisonName(frame.choice.comparison, view);
        const QString change = format::change(frame.earlier->totalNow, frame.earlier->total);
        m_total->drawChange(format::count(frame.main.total), change,
                            !change.isEmpty()        ? tr("vs. %1").arg(than)
                            : frame.earlier->isKnown ? tr("nothing in the %1").arg(than)
                                                     : tr("not known for the %1").arg(than));
    } else {
        m_total->draw(format::count(frame.main.total),
                      frame.choice.filter.isEmpty() ? tr("%1 over all time").arg(format::count(frame.totalEvents))
                                                    : tr("of %1 over all time").arg(format::count(frame.totalEvents)));
    }
    m_minute->draw(
        format::count(frame.thisMinute),
        frame.peakMinute > 0
            ? tr("peak %1 at %2").arg(format::count(frame.peakMinute), format::clock(frame.peakMinuteAtMs, frame.zone))
            : tr("quiet for an hour"),
        frame.minuteTrend);
    m_rate->draw(format::rate(frame.perSecond),
                 frame.peakPerSecond > 0 ? tr("peak %1 at %2")
                                               .arg(format::rate(frame.peakPerSecond),
                                                    format::clock(frame.peakSecondAtMs, frame.zone, true))
                                         : tr("quiet for 5 minutes"),
                 frame.rateTrend);
    const UsersWords users = usersWords(frame);
    m_users->drawChange(users.number, users.change, users.context);
    if (m_users->toolTip() != users.detail)
        m_users->setToolTip(users.detail);
    drawRejected(frame);
}

// Of the time that is shown, like the cards beside it, where the server tells so much. No filter applies.
void Desk::drawRejected(const BoardFrame &frame)
{
    const bool isByTime = frame.rejectedInRange.has_value();
    const qint64 rejected = frame.rejectedInRange.value_or(frame.rejected);
    const qint64 all = rejected + (isByTime ? frame.allEvents : frame.totalEvents);
    QString context = tr("rejection rate %1").arg(format::percent(rejected, all));
    if (frame.totalEvents + frame.rejected == 0)
        context = tr("nothing was sent yet");
    else if (all == 0)
        context = tr("nothing was sent");
    else if (!isByTime)
        context = tr("over all time");
    else if (rejected == 0)
        context = tr("every event was accepted");
    m_rejected->draw(format::count(rejected), context);
}

void Desk::showBreakdowns(const BoardFrame &frame)
{
    QList<int> others; // dimensions beside the one that has the colours
    for (int d = 0; d < frame.breakdowns.size(); ++d)
        if (d != frame.groupBy)
            others.append(d);
    for (int i = 0; i < kBreakdowns; ++i) {
        BreakdownCard &card = m_breakdowns[i];
        const bool isThere = i < others.size();
        QString title = isThere             ? dimensionName(frame.breakdowns[others[i]].dimension)
                        : m_board.hasData() ? tr("No dimension")
                                            : QString(); // not known yet: the card keeps its place
        if (!title.isEmpty())
            title[0] = title[0].toUpper();
        retitle(card.panel, isThere ? title : tr("Breakdown %1").arg(i + 1));
        m_docking->setOffered(card.panel->id(), isThere || i < 2);
        card.dimension = isThere ? frame.breakdowns[others[i]].dimension : QString();
        if (!isSeen(card.panel->id()))
            continue;
        card.title->setText(title);
        if (isThere) {
            const Breakdown &breakdown = frame.breakdowns[others[i]];
            card.list->setAccessibleName(title);
            card.list->draw(breakdown.groups, breakdown.total, frame.choice.filter.value(breakdown.dimension));
        } else if (m_board.hasData()) {
            card.list->draw({}, 0);
        } else {
            card.list->showNothing();
        }
    }
}

} // namespace entvas
