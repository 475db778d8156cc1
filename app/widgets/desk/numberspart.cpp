#include "app/widgets/desk/numberspart.h"

#include "app/board/board.h"
#include "app/board/text/format.h"
#include "app/board/text/userswords.h"
#include "app/widgets/desk/docking.h"
#include "app/widgets/lists/numberspanel.h"
#include "app/widgets/lists/statcard.h"

namespace entvas {

NumbersPart::NumbersPart(const Around &around)
    : DeskPart(around),
      m_panel(new NumbersPanel(around.theme)),
      m_total(new StatCard(tr("Events"), around.theme)),
      m_minute(new StatCard(tr("This minute"), around.theme)),
      m_rate(new StatCard(tr("Per second"), around.theme)),
      m_users(new StatCard(tr("Unique users"), around.theme)),
      m_rejected(new StatCard(tr("Rejected"), around.theme))
{
    const std::pair<QString, StatCard *> cards[]{{QStringLiteral("total"), m_total},
                                                 {QStringLiteral("minute"), m_minute},
                                                 {QStringLiteral("rate"), m_rate},
                                                 {QStringLiteral("users"), m_users},
                                                 {QStringLiteral("rejected"), m_rejected}};
    for (const auto &[name, card] : cards)
        m_panel->add(name, card);
    m_rejected->setClickable(true);
    m_rejected->setToolTip(tr("Show the rejected events and why"));
    connect(m_panel, &NumbersPanel::hiddenWanted, around.docking, &Docking::hideCards);
    connect(m_panel, &NumbersPanel::cardClicked, around.docking, &Docking::showPanel); // called like its panel
}

void NumbersPart::draw(const BoardFrame &frame)
{
    if (!board().hasData()) {
        for (StatCard *stat : {m_total, m_minute, m_rate, m_users, m_rejected})
            stat->showNothing();
        return;
    }
    drawTotal(frame);
    drawPace(frame);
    drawUsers(frame);
    drawRejected(frame);
}

void NumbersPart::drawTotal(const BoardFrame &frame)
{
    const TimeView &view = frame.choice.view;
    m_total->setLabel(tr("Events %1").arg(format::rangeWords(view)));
    if (frame.earlier) {
        const QString than = format::comparisonName(frame.choice.comparison, view);
        const QString change = format::change(frame.earlier->totalNow, frame.earlier->total);
        m_total->drawChange(format::count(frame.main.total), change,
                            !change.isEmpty()        ? tr("vs. %1").arg(than)
                            : frame.earlier->isKnown ? tr("none in the %1").arg(than)
                                                     : tr("not available for the %1").arg(than));
    } else {
        m_total->draw(format::count(frame.main.total),
                      frame.choice.filter.isEmpty() ? tr("%1 over all time").arg(format::count(frame.totalEvents))
                                                    : tr("of %1 over all time").arg(format::count(frame.totalEvents)));
    }
}

void NumbersPart::drawPace(const BoardFrame &frame)
{
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
}

void NumbersPart::drawUsers(const BoardFrame &frame)
{
    const UsersWords users = usersWords(frame);
    m_users->drawChange(users.number, users.change, users.context);
    if (m_users->toolTip() != users.detail)
        m_users->setToolTip(users.detail);
}

// Of the time that is shown, like the cards beside it, where the server tells so much. No filter applies.
void NumbersPart::drawRejected(const BoardFrame &frame)
{
    const bool isByTime = frame.rejectedInRange.has_value();
    const qint64 rejected = frame.rejectedInRange.value_or(frame.rejected);
    const qint64 all = rejected + (isByTime ? frame.allEvents : frame.totalEvents);
    QString context = tr("rejection rate %1").arg(format::percent(rejected, all));
    if (frame.totalEvents + frame.rejected == 0)
        context = tr("nothing received yet");
    else if (all == 0)
        context = tr("nothing received");
    else if (!isByTime)
        context = tr("over all time");
    else if (rejected == 0)
        context = tr("all events accepted");
    m_rejected->draw(format::count(rejected), context);
}

} // namespace entvas
