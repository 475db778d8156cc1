#pragma once

#include "app/board/boardframe.h"
#include "app/widgets/desk/deskpart.h"

#include <optional>

class QLabel;

namespace entvas {

class Legend;
class TimelineChart;

// The timeline with its legend.
class ChartPart : public DeskPart
{
    Q_OBJECT
public:
    ChartPart(const Around &around, Panel *panel);
    TimelineChart *chart() const { return m_chart; }
    Legend *legend() const { return m_legend; }
    void draw(const BoardFrame &frame) override;
    void setQuiet(bool quiet) override;

private:
    void connectTime();
    void connectValues();
    void pick(const QString &value, Qt::KeyboardModifiers modifiers);

    QLabel *m_title;
    Legend *m_legend;
    TimelineChart *m_chart;
    // A double click begins with a click, which must not have counted.
    std::optional<BoardChoice> m_beforeClick;
};

} // namespace entvas
