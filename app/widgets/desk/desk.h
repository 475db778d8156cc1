#pragma once

#include <QStringList>
#include <QWidget>

namespace entvas {

class Board;
class DeskPart;
class Docking;
class EventDrawer;
class EventPane;
class Legend;
class PanelArea;
class RejectedView;
class ShareList;
class StatCard;
class StreamCard;
class Theme;
class TimelineChart;
struct BoardFrame;
struct TimeSpan;

// Everything that shows numbers, each in a panel of its own (paneltypes.h). Knows the board, nothing of servers. How
// the panels stand is docking()'s: there are the functions and actions for menus, the palette and saved views. A panel
// that is not seen is not drawn. More than 25 functions: 14 of them only give out what stands in the panels.
class Desk : public QWidget
{
    Q_OBJECT
public:
    Desk(Board &board, const Theme &theme, QWidget *parent = nullptr);
    Docking *docking() const { return m_docking; }
    PanelArea *area() const { return m_area; }
    TimelineChart *chart() const;
    Legend *legend() const;
    StreamCard *stream() const;
    RejectedView *rejected() const;
    EventPane *eventPane() const;
    ShareList *topList() const;
    ShareList *breakdownList(int card) const; // from 0
    StatCard *totalCard() const;
    StatCard *minuteCard() const;
    StatCard *rateCard() const;
    StatCard *usersCard() const;
    StatCard *rejectedCard() const;
    QWidget *chartCard(); // the chart with its head, up to date even where it is not seen
    // What the keys B, / and E do, wherever the panels are.
    void openBreakDown();
    void searchStream();
    void showStored(const TimeSpan &span); // in the stream's panel
    void setQuiet(bool quiet);             // nothing to search, choose or press is shown: for a wall

protected:
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void makeParts();
    void add(const QString &panel, DeskPart *part);
    template <class Part>
    Part *part() const;
    void connectEvents();
    void stepBack();
    void draw(const BoardFrame &frame);
    void onArranged();
    void showPanel(const QString &panel);

    static constexpr int kWideFrom = 1180;
    struct Entry {
        QString panel;
        DeskPart *part;
    };

    Board &m_board;
    const Theme &m_theme;
    PanelArea *m_area;
    Docking *m_docking;
    EventDrawer *m_drawer;
    QList<Entry> m_parts; // in the order of the table
    QStringList m_seen;   // panels, as they were last drawn
};

} // namespace entvas
