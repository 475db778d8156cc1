#include "app/widgets/desk/desk.h"

#include "app/board/board.h"
#include "app/theme/theme.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/desk/breakdownpart.h"
#include "app/widgets/desk/chartpart.h"
#include "app/widgets/desk/docking.h"
#include "app/widgets/desk/eventdrawer.h"
#include "app/widgets/desk/numberspart.h"
#include "app/widgets/desk/paneltypes.h"
#include "app/widgets/desk/rejectedpart.h"
#include "app/widgets/desk/streampart.h"
#include "app/widgets/desk/toppart.h"
#include "app/widgets/dock/panelarea.h"
#include "app/widgets/lists/numberspanel.h"
#include "app/widgets/stream/eventpane.h"
#include "app/widgets/stream/rejectedview.h"
#include "app/widgets/stream/streamcard.h"
#include "app/widgets/stream/streamview.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QVBoxLayout>

namespace entvas {

namespace {
const auto kChart = QStringLiteral("chart");
const auto kTop = QStringLiteral("top");
const auto kStream = QStringLiteral("stream");
} // namespace

Desk::Desk(Board &board, const Theme &theme, QWidget *parent)
    : QWidget(parent),
      m_board(board),
      m_theme(theme),
      m_area(new PanelArea(theme, this)),
      m_docking(new Docking(m_area, this)),
      m_drawer(new EventDrawer(m_area, this))
{
    setObjectName(QStringLiteral("desk"));
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_area);
    makeParts();
    connectEvents();
    connect(rejected(), &RejectedView::escaped, this, [this] { m_area->focus(kChart, false); });
    connect(m_area, &PanelArea::arranged, this, &Desk::onArranged);
    m_docking->restore({});

    connect(&board, &Board::framed, this, &Desk::draw);
    connect(&theme, &Theme::changed, this, [this] { draw(m_board.frame()); });
}

void Desk::makeParts()
{
    const DeskPart::Around around{m_board, m_theme, m_docking};
    auto *numbers = new NumbersPart(around);
    m_area->add(numbers->panel());
    add(kNumbersPanel, numbers);
    for (const PanelType &type : panelTypes()) {
        auto *panel = new Panel(type.id, m_theme);
        panel->setTitle(type.title);
        panel->setNeeds(type.least, type.comfortable);
        m_area->add(panel);
        add(type.id, type.make(around, panel));
    }
}

void Desk::add(const QString &panel, DeskPart *part)
{
    part->setParent(this);
    m_parts.append({panel, part});
}

template <class Part>
Part *Desk::part() const
{
    for (const Entry &entry : m_parts)
        if (auto *found = qobject_cast<Part *>(entry.part))
            return found;
    return nullptr;
}

TimelineChart *Desk::chart() const
{
    return part<ChartPart>()->chart();
}

Legend *Desk::legend() const
{
    return part<ChartPart>()->legend();
}

StreamCard *Desk::stream() const
{
    return part<StreamPart>()->card();
}

RejectedView *Desk::rejected() const
{
    return part<RejectedPart>()->view();
}

EventPane *Desk::eventPane() const
{
    return m_drawer->pane();
}

ShareList *Desk::topList() const
{
    return part<TopPart>()->list();
}

ShareList *Desk::breakdownList(int card) const
{
    for (const Entry &entry : m_parts)
        if (auto *found = qobject_cast<BreakdownPart *>(entry.part); found && found->number() == card + 1)
            return found->list();
    return nullptr;
}

StatCard *Desk::totalCard() const
{
    return part<NumbersPart>()->total();
}

StatCard *Desk::minuteCard() const
{
    return part<NumbersPart>()->minute();
}

StatCard *Desk::rateCard() const
{
    return part<NumbersPart>()->rate();
}

StatCard *Desk::usersCard() const
{
    return part<NumbersPart>()->users();
}

StatCard *Desk::rejectedCard() const
{
    return part<NumbersPart>()->rejected();
}

// From a bar or a row to the events that it is of, and back.
void Desk::connectEvents()
{
    StreamView *view = stream()->view();
    connect(view, &StreamView::picked, this, [this, view](quint64 number) {
        if (const wire::TailEvent *event = view->stream().find(number))
            m_drawer->open(*event, m_board.zone());
    });
    connect(eventPane(), &EventPane::closed, this, &Desk::stepBack);
    connect(view, &StreamView::escaped, this, &Desk::stepBack);
    connect(chart(), &TimelineChart::eventsWanted, this, &Desk::showStored);
    connect(eventPane(), &EventPane::filterWanted, stream(), &StreamCard::addToFilter);
}

// One step at a time: the open event, what it was chosen from, the stored events.
void Desk::stepBack()
{
    StreamView *view = stream()->view();
    if (eventPane()->isVisible())
        eventPane()->hide();
    else if (view->selected())
        view->select({});
    else if (!stream()->isLive())
        stream()->showLive();
    view->setFocus();
}

void Desk::showStored(const TimeSpan &span)
{
    stream()->showPast(span);
    showPanel(kStream);
}

void Desk::setQuiet(bool quiet)
{
    eventPane()->hide();
    for (const Entry &entry : std::as_const(m_parts))
        entry.part->setQuiet(quiet);
    draw(m_board.frame());
}

void Desk::showPanel(const QString &panel)
{
    if (!m_docking->isSeen(panel))
        m_docking->showPanel(panel);
}

void Desk::searchStream()
{
    showPanel(kStream);
    stream()->filterLine()->setFocus(Qt::ShortcutFocusReason);
    stream()->filterLine()->selectAll();
}

void Desk::openBreakDown()
{
    showPanel(kTop);
    part<TopPart>()->openMenu();
}

void Desk::draw(const BoardFrame &frame)
{
    for (const Entry &entry : std::as_const(m_parts)) {
        entry.part->follow(frame);
        if (m_docking->isSeen(entry.panel))
            entry.part->draw(frame);
    }
}

QWidget *Desk::chartCard()
{
    part<ChartPart>()->draw(m_board.frame());
    return m_area->panel(kChart);
}

void Desk::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_docking->setWide(width() >= kWideFrom);
    m_drawer->place();
}

// Esc goes one step back: here from one panel to all.
void Desk::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape && !m_docking->maximised().isEmpty())
        m_docking->maximise({});
    else
        QWidget::keyPressEvent(event);
}

void Desk::onArranged()
{
    QStringList seen;
    for (const PanelPlan::Place &place : m_area->plan().places)
        seen.append(place.panel);
    if (seen != m_seen) {
        m_seen = seen;
        draw(m_board.frame());
    }
    if (!m_docking->isSeen(kStream))
        eventPane()->hide(); // it belongs to a row of the stream
    stream()->setTabbed(m_area->isTabbed(kStream));
    m_drawer->place();
}

} // namespace entvas
