#pragma once

#include <QObject>

class QWidget;

namespace entvas {

class Actions;
class Board;
class ComparisonButton;
class RangeBar;
class TimelineChart;

// How a window's time is chosen: the bar of ranges, comparison, any other span, the zone, one step back. The taker of
// ranges() and comparison() owns them. Lives in the UI thread.
class TimeControls : public QObject
{
    Q_OBJECT
public:
    TimeControls(Board &board, QWidget *window);
    RangeBar *ranges() const { return m_ranges; }
    ComparisonButton *comparison() const { return m_comparison; }
    void makeActions(Actions *actions, TimelineChart *chart);
    void refresh(); // the bar

Q_SIGNALS:
    void zoneChosen(); // by a person

private:
    void addRanges(Actions *actions);
    void addHistory(Actions *actions);
    void chooseSpan();
    void chooseZone();

    Board &m_board;
    QWidget *m_window;
    RangeBar *m_ranges;
    ComparisonButton *m_comparison;
};

} // namespace entvas
