// How the desk is made of panels, and what follows from where they stand.
#include "app/board/board.h"
#include "app/widgets/base/elided.h"
#include "app/widgets/chart/legend.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/desk/docking.h"
#include "app/widgets/dock/panel.h"
#include "app/widgets/dock/panelarea.h"
#include "app/widgets/lists/numberspanel.h"
#include "app/widgets/lists/sharelist.h"
#include "app/widgets/lists/statcard.h"
#include "app/widgets/stream/eventpane.h"
#include "app/widgets/stream/rejectedview.h"
#include "app/widgets/stream/streamcard.h"
#include "app/widgets/stream/streamview.h"

#include <algorithm>
#include <QKeyEvent>
#include <QLabel>
#include <QScrollArea>
#include <QTreeView>

namespace entvas {

namespace {

void makeTitle(QLabel *label)
{
    label->setObjectName(QStringLiteral("title"));
    label->setTextFormat(Qt::PlainText);
}

} // namespace

void Desk::makePanels()
{
    const std::pair<QString, StatCard *> cards[]{{QStringLiteral("total"), m_total},
                                                 {QStringLiteral("minute"), m_minute},
                                                 {QStringLiteral("rate"), m_rate},
                                                 {QStringLiteral("users"), m_users},
                                                 {QStringLiteral("rejected"), m_rejected}};
    for (const auto &[name, card] : cards)
        m_numbers->add(name, card);
    connect(m_numbers, &NumbersPanel::hiddenWanted, m_docking, &Docking::hideCards);
    connect(m_numbers, &NumbersPanel::cardClicked, m_docking, &Docking::showPanel); // called like its panel
    m_area->add(m_numbers);

    const auto add = [this](const QString &id, const QString &title, const QSize &least, int comfortable) {
        auto *panel = new Panel(id, m_theme);
        panel->setTitle(title);
        panel->setNeeds(least, comfortable);
        m_area->add(panel);
        return panel;
    };
    makeTitle(m_chartTitle);
    Panel *chart = add(QStringLiteral("chart"), tr("Chart"), {352, 254}, 270);
    chart->setContent(m_chartTitle, false, m_legend, true, m_chart);

    auto *share = new ElidedLabel(tr("share of events"));
    share->setObjectName(QStringLiteral("hint"));
    makeBreakDownMenu();
    Panel *top = add(QStringLiteral("top"), tr("Top values"), {232, 140}, 272);
    top->setContent(m_breakDown, false, share, false, m_top, true);

    for (int i = 0; i < kBreakdowns; ++i) {
        BreakdownCard breakdown{};
        breakdown.title = new QLabel;
        makeTitle(breakdown.title);
        breakdown.list = new ShareList(ShareList::Kind::Rows, m_theme);
        breakdown.list->setAccessibleName(tr("Breakdown %1").arg(i + 1)); // until it is known what by
        breakdown.panel = add(QStringLiteral("breakdown%1").arg(i + 1), tr("Breakdown %1").arg(i + 1), {192, 130}, 200);
        breakdown.panel->setContent(breakdown.title, true, nullptr, false, breakdown.list, true);
        m_breakdowns.append(breakdown);
        connect(breakdown.list, &ShareList::clicked, this, [this, i](const QString &value, Qt::KeyboardModifiers keys) {
            pick(m_breakdowns[i].dimension, value, keys);
        });
    }

    Panel *stream = add(QStringLiteral("stream"), tr("Live stream"), {330, 160}, 200);
    m_stream->setObjectName(QStringLiteral("stream")); // the panel is the card
    stream->setWholeContent(m_stream, 44, false, m_stream->view(), m_stream->menu());

    Panel *rejected = add(QStringLiteral("rejected"), tr("Rejected events"), {330, 160}, 200);
    m_rejectedView->setObjectName(QStringLiteral("rejectedView"));
    rejected->setWholeContent(m_rejectedView, 40, true, m_rejectedView->list(), nullptr);
    m_rejected->setClickable(true);
    m_rejected->setToolTip(tr("Show the rejected events and why"));
}

bool Desk::isSeen(const QString &panel) const
{
    return m_docking->isSeen(panel);
}

void Desk::retitle(Panel *panel, const QString &title)
{
    if (panel->title() == title)
        return;
    panel->setTitle(title);
    m_docking->retitle();
}

QWidget *Desk::chartCard()
{
    drawChart(m_board.frame());
    return m_area->panel(QStringLiteral("chart"));
}

void Desk::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_docking->setWide(width() >= kWideFrom);
    placePane();
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
    if (!isSeen(QStringLiteral("stream")))
        m_pane->hide(); // it belongs to a row of the stream
    m_stream->setTabbed(m_area->isTabbed(QStringLiteral("stream")));
    placePane();
}

void Desk::bringIntoSight(QWidget *part)
{
    for (QWidget *parent = parentWidget(); parent; parent = parent->parentWidget())
        if (auto *scroll = qobject_cast<QScrollArea *>(parent))
            return scroll->ensureWidgetVisible(part, 0, PanelArea::kMargins.bottom());
}

// A drawer at the right of the desk, where it does not cover the stream that it belongs to, if there is room.
void Desk::placePane()
{
    const QRect room = m_area->rect().marginsRemoved(PanelArea::kMargins);
    const PanelPlan::Place *stream = m_area->plan().find(QStringLiteral("stream"));
    if (!stream)
        return;
    constexpr int kLeastHeight = 260;
    constexpr int kGap = PanelPlan::kGap;
    const PanelPlan::Place *top = m_area->plan().find(QStringLiteral("top"));
    const bool isLikeTop = top && top->rect.right() == room.right();
    const int width = std::min(std::max(EventPane::kWidth, isLikeTop ? top->rect.width() : 0), room.width() / 2);
    const PanelPlan::Place *numbers = m_area->plan().find(kNumbersPanel);
    const int begin = numbers && numbers->rect.top() == room.top() ? numbers->rect.bottom() + 1 + kGap : room.top();
    const QRect right(room.right() + 1 - width, begin, width, room.bottom() + 1 - begin);
    QRect above = right;
    above.setBottom(stream->rect.top() - kGap - 1);
    QRect below = right;
    below.setTop(stream->rect.bottom() + kGap + 1);
    QRect left = right;
    left.moveLeft(room.left());
    above.setHeight(std::max(above.height(), kLeastHeight)); // the last resort: over some of it
    QRect chosen = above;
    for (const QRect &place : {left, below, above, right})
        if (place.height() >= kLeastHeight && !place.intersects(stream->rect))
            chosen = place;
    // In a window that is lower than the desk, what is in sight of that place.
    if (const QWidget *view = parentWidget(); view && view->height() < height()) {
        const QRect inSight(mapFrom(view, QPoint()), view->size());
        const QRect part = chosen.intersected(inSight.adjusted(0, kGap, 0, -kGap));
        if (part.height() >= std::min(kLeastHeight, inSight.height() - 2 * kGap))
            chosen = part;
        else
            chosen.setHeight(std::min(chosen.height(), inSight.height() - 2 * kGap));
    }
    m_pane->setGeometry(chosen);
}

} // namespace entvas
