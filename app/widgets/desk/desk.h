#pragma once

#include "app/board/boardframe.h"

#include <QFrame>
#include <QWidget>

class QLabel;
class QToolButton;

namespace entvas {

class Board;
class Docking;
class Legend;
class Panel;
class PanelArea;
class NumbersPanel;
class RejectedView;
class ShareList;
class StatCard;
class EventPane;
class StreamCard;
class Theme;
class TimelineChart;

// The cards, the chart and the lists: everything that shows numbers, each in a panel of its own. Knows the board,
// nothing of servers. How the panels stand is docking()'s: there are the functions and actions for menus, the palette
// and saved views. A panel that is not seen is not drawn.
class Desk : public QWidget
{
    Q_OBJECT
public:
    Desk(Board &board, const Theme &theme, QWidget *parent = nullptr);
    Docking *docking() const { return m_docking; }
    TimelineChart *chart() const { return m_chart; }
    QWidget *chartCard(); // the chart with its head, up to date even where it is not seen
    StreamCard *stream() const { return m_stream; }
    RejectedView *rejected() const { return m_rejectedView; }
    EventPane *eventPane() const { return m_pane; }
    Legend *legend() const { return m_legend; }
    ShareList *topList() const { return m_top; }
    ShareList *breakdownList(int card) const { return m_breakdowns[card].list; }
    StatCard *totalCard() const { return m_total; }
    StatCard *minuteCard() const { return m_minute; }
    StatCard *rateCard() const { return m_rate; }
    StatCard *usersCard() const { return m_users; }
    StatCard *rejectedCard() const { return m_rejected; }
    PanelArea *area() const { return m_area; }
    // What the keys B, / and E do, wherever the panels are.
    void openBreakDown();
    void searchStream();
    void showStored(const TimeSpan &span); // in the stream's panel
    void setQuiet(bool quiet);             // nothing to search, choose or press is shown: for a wall

protected:
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void makePanels();
    void connectChart();
    void makeBreakDownMenu();
    void draw(const BoardFrame &frame);
    void drawChart(const BoardFrame &frame);
    void drawTop(const BoardFrame &frame);
    void drawCards(const BoardFrame &frame);
    void drawRejected(const BoardFrame &frame);
    // Only this value, with Ctrl also this one, with Shift all but this one.
    void pick(const QString &dimension, const QString &value, Qt::KeyboardModifiers modifiers);
    void showBreakdowns(const BoardFrame &frame);
    void onArranged();
    void connectStream();
    void showStream();
    void placePane();
    void bringIntoSight(QWidget *part); // where the desk is higher than the window
    bool isSeen(const QString &panel) const;
    void retitle(Panel *panel, const QString &title);

    struct BreakdownCard {
        Panel *panel;
        QLabel *title;
        ShareList *list;
        QString dimension;
    };
    static constexpr int kBreakdowns = 4; // the last two only when somebody adds them
    static constexpr int kWideFrom = 1180;

    Board &m_board;
    const Theme &m_theme;
    PanelArea *m_area;
    Docking *m_docking;
    NumbersPanel *m_numbers;
    StatCard *m_total, *m_minute, *m_rate, *m_users, *m_rejected;
    QLabel *m_chartTitle;
    Legend *m_legend;
    TimelineChart *m_chart;
    QToolButton *m_breakDown;
    ShareList *m_top;
    StreamCard *m_stream;
    RejectedView *m_rejectedView;
    EventPane *m_pane;
    QList<BreakdownCard> m_breakdowns;
    bool m_quiet = false;
    QStringList m_seen; // panels, as they were last drawn
    // A double click begins with a click, which must not have counted.
    std::optional<BoardChoice> m_beforeClick;
};

} // namespace entvas
