#include "app/widgets/desk/chartpart.h"

#include "app/board/board.h"
#include "app/board/text/format.h"
#include "app/widgets/base/paint.h"
#include "app/widgets/chart/filterbar.h"
#include "app/widgets/chart/legend.h"
#include "app/widgets/chart/timelinechart.h"
#include "app/widgets/desk/docking.h"
#include "app/widgets/desk/valuepick.h"
#include "app/widgets/dock/panel.h"

#include <QLabel>

namespace entvas {

ChartPart::ChartPart(const Around &around, Panel *panel)
    : DeskPart(around),
      m_title(new QLabel),
      m_legend(new Legend(around.theme)),
      m_chart(new TimelineChart(around.theme, around.board.colors()))
{
    m_title->setObjectName(QStringLiteral("title"));
    m_title->setTextFormat(Qt::PlainText);
    panel->setContent(m_title, false, m_legend, true, m_chart);
    connectTime();
    connectValues();
}

void ChartPart::connectTime()
{
    connect(m_chart, &TimelineChart::spanChosen, &board(), &Board::showSpan);
    connect(m_chart, &TimelineChart::zoomWanted, &board(), &Board::zoom);
    connect(m_chart, &TimelineChart::panWanted, &board(), &Board::pan);
    connect(m_chart, &TimelineChart::backWanted, this, [this] {
        if (around().docking->maximised().isEmpty())
            board().goBack();
        else
            around().docking->maximise({}); // one step at a time
    });
    connect(m_chart, &TimelineChart::roomChanged, &board(), &Board::setBuckets);
}

void ChartPart::connectValues()
{
    connect(m_chart, &TimelineChart::groupClicked, this, [this](const QString &name, Qt::KeyboardModifiers keys) {
        m_beforeClick = board().choice();
        pick(name, keys);
    });
    connect(m_chart, &TimelineChart::doubleClicked, this, [this] {
        if (m_beforeClick)
            board().choose(*m_beforeClick);
        m_beforeClick.reset();
        board().goBack();
    });
    connect(m_legend, &Legend::clicked, this, [this](int index, Qt::KeyboardModifiers keys) {
        const CubeGroup group = board().frame().main.groups.value(index);
        if (!group.isRest && index < board().frame().main.groups.size())
            pick(group.name, keys);
    });
}

void ChartPart::pick(const QString &value, Qt::KeyboardModifiers modifiers)
{
    const BoardFrame &frame = board().frame();
    pickValue(board(), frame.dimensions.value(frame.groupBy), value, modifiers);
}

void ChartPart::draw(const BoardFrame &frame)
{
    m_title->setText(format::bucketTitle(frame.grid.step));
    m_chart->setKnown(board().hasData());
    m_chart->draw(frame);
    QList<Legend::Entry> entries;
    for (const CubeGroup &group : frame.main.groups)
        entries.append({shownName(group.name), groupColor(frame, group, board().colors(), theme()), !group.isRest});
    m_legend->draw(entries);
}

void ChartPart::setQuiet(bool)
{
    m_chart->pick(-1);
}

} // namespace entvas
