#include "app/widgets/desk/breakdownpart.h"

#include "app/board/board.h"
#include "app/board/text/format.h"
#include "app/widgets/chart/filterbar.h"
#include "app/widgets/desk/docking.h"
#include "app/widgets/desk/valuepick.h"
#include "app/widgets/dock/panel.h"
#include "app/widgets/lists/sharelist.h"

#include <QLabel>

namespace entvas {

BreakdownPart::BreakdownPart(const Around &around, Panel *panel, int number)
    : DeskPart(around),
      m_panel(panel),
      m_number(number),
      m_title(new QLabel),
      m_list(new ShareList(ShareList::Kind::Rows, around.theme))
{
    m_title->setObjectName(QStringLiteral("title"));
    m_title->setTextFormat(Qt::PlainText);
    m_list->setAccessibleName(titleOf(number));
    panel->setContent(m_title, true, nullptr, false, m_list, true);
    connect(m_list, &ShareList::clicked, this,
            [this](const QString &value, Qt::KeyboardModifiers keys) { pickValue(board(), m_dimension, value, keys); });
}

QString BreakdownPart::titleOf(int number)
{
    return tr("Breakdown %1").arg(number);
}

int BreakdownPart::indexIn(const BoardFrame &frame) const
{
    int others = 0;
    for (int d = 0; d < frame.breakdowns.size(); ++d)
        if (d != frame.groupBy && ++others == m_number)
            return d;
    return -1;
}

void BreakdownPart::follow(const BoardFrame &frame)
{
    const int index = indexIn(frame);
    m_dimension = index >= 0 ? frame.breakdowns[index].dimension : QString();
    QString title = index >= 0          ? dimensionName(m_dimension)
                    : board().hasData() ? tr("No dimension")
                                        : QString(); // not known yet: the card keeps its place
    if (!title.isEmpty())
        title[0] = title[0].toUpper();
    if (const QString name = index >= 0 ? title : titleOf(m_number); m_panel->title() != name) {
        m_panel->setTitle(name);
        around().docking->retitle();
    }
    around().docking->setOffered(m_panel->id(), index >= 0 || m_number <= kAlwaysOffered);
    m_title->setText(title);
}

void BreakdownPart::draw(const BoardFrame &frame)
{
    if (const int index = indexIn(frame); index >= 0) {
        const Breakdown &breakdown = frame.breakdowns[index];
        m_list->setAccessibleName(m_title->text());
        m_list->draw(breakdown.groups, breakdown.total, frame.choice.filter.value(breakdown.dimension));
    } else if (board().hasData()) {
        m_list->draw({}, 0);
    } else {
        m_list->showNothing();
    }
}

} // namespace entvas
