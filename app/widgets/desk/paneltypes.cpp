#include "app/widgets/desk/paneltypes.h"

#include "app/board/text/translation.h"
#include "app/widgets/desk/breakdownpart.h"
#include "app/widgets/desk/chartpart.h"
#include "app/widgets/desk/rejectedpart.h"
#include "app/widgets/desk/streampart.h"
#include "app/widgets/desk/toppart.h"

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

template <class Part>
DeskPart *make(const DeskPart::Around &around, Panel *panel)
{
    return new Part(around, panel);
}

PanelType breakdown(int number)
{
    return {
        u"breakdown%1"_s.arg(number),
        BreakdownPart::titleOf(number),
        {192, 130},
        200,
        [number](const DeskPart::Around &around, Panel *panel) { return new BreakdownPart(around, panel, number); }};
}

} // namespace

QList<PanelType> panelTypes()
{
    return {
        {u"chart"_s, tr("Chart"), {352, 254}, 270, make<ChartPart>},
        {u"top"_s, tr("Top values"), {232, 140}, 272, make<TopPart>},
        breakdown(1),
        breakdown(2),
        breakdown(3),
        breakdown(4),
        {u"stream"_s, tr("Live stream"), {330, 160}, 200, make<StreamPart>},
        {u"rejected"_s, tr("Rejected events"), {330, 160}, 200, make<RejectedPart>},
    };
}

} // namespace entvas
