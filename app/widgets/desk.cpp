#include "app/widgets/desk.h"

#include "app/board/board.h"
#include "app/board/format.h"
#include "app/theme.h"
#include "app/widgets/eventpane.h"
#include "app/widgets/filterbar.h"
#include "app/widgets/legend.h"
#include "app/widgets/paint.h"
#include "app/widgets/sharelist.h"
#include "app/widgets/statcard.h"
#include "app/widgets/streamcard.h"
#include "app/widgets/streamview.h"
#include "app/widgets/timelinechart.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QShortcut>
#include <QVBoxLayout>

namespace entvas {

Desk::Desk(Board &board, const Theme &theme, QWidget *parent)
    : QWidget(parent),
      m_board(board),
      m_theme(theme),
      m_grid(new QGridLayout(this)),
      m_total(new StatCard(tr("Events"), theme)),
      m_minute(new StatCard(tr("This minute"), theme)),
      m_rate(new StatCard(tr("Per second"), theme)),
      m_rejected(new StatCard(tr("Rejected"), theme)),
      m_legend(new Legend(theme)),
      m_chart(new TimelineChart(theme, board.colors())),
      m_breakDown(new QPushButton),
      m_top(new ShareList(ShareList::Kind::Lines, theme)),
      m_stream(new StreamCard(board, theme)),
      m_pane(new EventPane(this))
{
    setObjectName(QStringLiteral("desk"));
    m_grid->setContentsMargins(20, 0, 20, 16);
    m_grid->setSpacing(12);

    m_chartCard = card({}, &m_chartTitle, m_legend, m_chart);
    auto *share = new QLabel(tr("share of events"));
    share->setObjectName(QStringLiteral("hint"));
    m_topCard = card(tr("Top"), nullptr, share, m_top);
    makeBreakDownMenu();
    for (int i = 0; i < kBreakdowns; ++i) {
        BreakdownCard breakdown{};
        breakdown.list = new ShareList(ShareList::Kind::Rows, theme);
        breakdown.frame = card({}, &breakdown.title, nullptr, breakdown.list);
        m_breakdowns.append(breakdown);
        connect(breakdown.list, &ShareList::clicked, this, [this, i](const QString &value, Qt::KeyboardModifiers keys) {
            pick(m_breakdowns[i].dimension, value, keys);
        });
    }
    connectChart();
    arrange(true);

    connect(&board, &Board::framed, this, &Desk::draw);
    connectStream();
    connect(&theme, &Theme::changed, this, [this] { draw(m_board.frame()); });
}

QFrame *Desk::card(const QString &title, QLabel **titleLabel, QWidget *beside, QWidget *body)
{
    auto *frame = new QFrame(this);
    frame->setObjectName(QStringLiteral("card"));
    auto *column = new QVBoxLayout(frame);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(10);
    auto *head = new QHBoxLayout;
    head->setSpacing(12);
    auto *label = new QLabel(title);
    label->setObjectName(QStringLiteral("title"));
    label->setTextFormat(Qt::PlainText);
    head->addWidget(label);
    label->setFixedHeight(20); // heads line up whatever stands beside them
    if (!qobject_cast<Legend *>(beside))
        head->addStretch(1);
    if (beside)
        head->addWidget(beside, qobject_cast<Legend *>(beside) ? 1 : 0);
    column->addLayout(head);
    column->addWidget(body, 1);
    if (titleLabel)
        *titleLabel = label;
    return frame;
}

void Desk::arrange(bool wide)
{
    if (int(wide) == m_arranged)
        return;
    m_arranged = int(wide);
    for (QWidget *widget :
         {static_cast<QWidget *>(m_total), static_cast<QWidget *>(m_minute), static_cast<QWidget *>(m_rate),
          static_cast<QWidget *>(m_rejected), static_cast<QWidget *>(m_chartCard), static_cast<QWidget *>(m_topCard),
          static_cast<QWidget *>(m_stream)})
        m_grid->removeWidget(widget);
    for (const BreakdownCard &breakdown : std::as_const(m_breakdowns))
        m_grid->removeWidget(breakdown.frame);

    // Twelve columns, as the cards, the chart and the lists share their edges in them.
    int column = 0;
    for (StatCard *stat : {m_total, m_minute, m_rate, m_rejected}) {
        m_grid->addWidget(stat, 0, column, 1, 3);
        column += 3;
    }
    if (wide) {
        m_grid->addWidget(m_chartCard, 1, 0, 1, 8);
        m_grid->addWidget(m_topCard, 1, 8, 1, 4);
        m_grid->addWidget(m_breakdowns[0].frame, 2, 0, 1, 3);
        m_grid->addWidget(m_breakdowns[1].frame, 2, 3, 1, 3);
        m_grid->addWidget(m_stream, 2, 6, 1, 6);
    } else {
        m_grid->addWidget(m_chartCard, 1, 0, 1, 12);
        m_grid->addWidget(m_topCard, 2, 0, 1, 4);
        m_grid->addWidget(m_breakdowns[0].frame, 2, 4, 1, 4);
        m_grid->addWidget(m_breakdowns[1].frame, 2, 8, 1, 4);
        m_grid->addWidget(m_stream, 3, 0, 1, 12);
    }
    for (int c = 0; c < 12; ++c) {
        m_grid->setColumnStretch(c, 1);
        m_grid->setColumnMinimumWidth(c, 0);
    }
    m_chartCard->setMinimumHeight(270);
    m_topCard->setMinimumHeight(wide ? 260 : 330);
    m_stream->setMinimumHeight(200);
    for (int row = 0; row < 4; ++row)
        m_grid->setRowStretch(row, 0);
    m_grid->setRowStretch(1, 13);
    m_grid->setRowStretch(2, 11);
    m_grid->setRowStretch(3, wide ? 0 : 8);
    // The order of the tab key follows the eye.
    setTabOrder(m_chart, m_top);
}

void Desk::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange(width() >= kWideFrom);
    placePane();
}

void Desk::connectChart()
{
    connect(m_chart, &TimelineChart::spanChosen, &m_board, &Board::showSpan);
    connect(m_chart, &TimelineChart::zoomWanted, &m_board, &Board::zoom);
    connect(m_chart, &TimelineChart::panWanted, &m_board, &Board::pan);
    connect(m_chart, &TimelineChart::backWanted, &m_board, &Board::goBack);
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
    connect(m_chart, &TimelineChart::eventsWanted, m_stream, &StreamCard::showPast);
    connect(m_pane, &EventPane::filterWanted, m_stream, &StreamCard::addToFilter);
    auto *find = new QShortcut(QKeySequence(Qt::Key_Slash), this);
    connect(find, &QShortcut::activated, m_stream->filterLine(), [this] {
        m_stream->filterLine()->setFocus();
        m_stream->filterLine()->selectAll();
    });
}

// Over the right column, beside the stream that it belongs to, or over all of a narrow desk's right half.
void Desk::placePane()
{
    constexpr int kMargin = 20;
    const QRect stream = m_stream->geometry();
    const int top = m_arranged == 1 ? m_topCard->y() : m_chartCard->y();
    const int bottom = stream.top() - 12;
    const int width = std::max(m_arranged == 1 ? m_topCard->width() : 0, EventPane::kWidth);
    m_pane->setGeometry(this->width() - kMargin - width, top, width, std::max(bottom - top, 260));
}

void Desk::makeBreakDownMenu()
{
    // In place of the card's title.
    m_breakDown->setObjectName(QStringLiteral("titleMenu"));
    m_breakDown->setFocusPolicy(Qt::TabFocus);
    m_breakDown->setCursor(Qt::PointingHandCursor);
    m_breakDown->setToolTip(tr("Choose what the chart is broken down by (B)"));
    m_breakDown->setShortcut(QKeySequence(Qt::Key_B));
    auto *menu = new QMenu(m_breakDown);
    m_breakDown->setMenu(menu);
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
    auto *head = m_topCard->layout()->itemAt(0)->layout();
    auto *title = head->itemAt(0)->widget();
    delete head->replaceWidget(title, m_breakDown); // the item that held it
    delete title;
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
    m_chartTitle->setText(format::bucketTitle(frame.grid.step));
    drawCards(frame);
    m_chart->setKnown(m_board.hasData());
    m_chart->draw(frame);
    QList<Legend::Entry> entries;
    for (const CubeGroup &group : frame.main.groups)
        entries.append({shownName(group.name), groupColor(frame, group, m_board.colors(), m_theme), !group.isRest});
    m_legend->draw(entries);
    const QString top =
        frame.groupBy == 0 ? tr("Top event types") : tr("Top values of %1").arg(frame.dimensions.value(frame.groupBy));
    m_breakDown->setText(paint::oneLine(top).left(40).replace(u'&', QStringLiteral("&&")) + QStringLiteral("  \u25be"));
    m_breakDown->setAccessibleName(top);
    m_top->setAccessibleName(top);
    if (m_board.hasData() && frame.groupBy < frame.breakdowns.size()) {
        const Breakdown &breakdown = frame.breakdowns[frame.groupBy];
        QList<CubeGroup> groups = breakdown.groups;
        for (CubeGroup &group : groups) // the course of those that the chart shows
            for (const CubeGroup &shown : frame.main.groups)
                if (shown.name == group.name)
                    group.perBucket = shown.perBucket;
        m_top->draw(
            groups, breakdown.total, frame.choice.filter.value(breakdown.dimension),
            [this](const CubeGroup &group) { return groupColor(m_board.frame(), group, m_board.colors(), m_theme); });
    } else {
        m_top->showNothing();
    }
    showBreakdowns(frame);
}

void Desk::drawCards(const BoardFrame &frame)
{
    if (!m_board.hasData()) {
        for (StatCard *stat : {m_total, m_minute, m_rate, m_rejected})
            stat->showNothing();
        return;
    }
    const TimeView &view = frame.choice.view;
    m_total->setLabel(tr("Events %1").arg(format::rangeWords(view)));
    if (frame.earlier) {
        const QString than = format::comparisonName(frame.choice.comparison, view);
        const QString change = format::change(frame.earlier->totalNow, frame.earlier->total);
        m_total->drawChange(format::count(frame.main.total), change,
                            change.isEmpty() ? tr("nothing counted in the %1").arg(than) : tr("vs. %1").arg(than));
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
    const qint64 all = frame.totalEvents + frame.rejected;
    m_rejected->draw(format::count(frame.rejected),
                     all == 0              ? tr("nothing was sent yet")
                     : frame.rejected == 0 ? tr("every event was accepted")
                                           : tr("%1 of all that was sent").arg(format::percent(frame.rejected, all)));
}

void Desk::showBreakdowns(const BoardFrame &frame)
{
    QList<int> others; // dimensions beside the one that has the colours
    for (int d = 0; d < frame.breakdowns.size(); ++d)
        if (d != frame.groupBy)
            others.append(d);
    for (int i = 0; i < kBreakdowns; ++i) {
        BreakdownCard &card = m_breakdowns[i];
        if (i >= others.size()) {
            // Before the first snapshot the dimensions are not known yet: the cards keep their place.
            card.title->setText(m_board.hasData() ? tr("No dimension") : QString());
            card.dimension.clear();
            if (m_board.hasData())
                card.list->draw({}, 0);
            else
                card.list->showNothing();
            continue;
        }
        const Breakdown &breakdown = frame.breakdowns[others[i]];
        QString title = dimensionName(breakdown.dimension);
        if (!title.isEmpty())
            title[0] = title[0].toUpper();
        card.title->setText(title);
        card.dimension = breakdown.dimension;
        card.list->setAccessibleName(title);
        card.list->draw(breakdown.groups, breakdown.total, frame.choice.filter.value(breakdown.dimension));
    }
}

} // namespace entvas
