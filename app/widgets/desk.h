#pragma once

#include "app/board/boardframe.h"

#include <QFrame>
#include <QWidget>

class QGridLayout;
class QLabel;
class QPushButton;

namespace entvas {

class Board;
class Legend;
class ShareList;
class StatCard;
class EventPane;
class StreamCard;
class Theme;
class TimelineChart;

// The cards, the chart and the lists: everything that shows numbers. Knows the board, nothing of servers.
class Desk : public QWidget
{
    Q_OBJECT
public:
    Desk(Board &board, const Theme &theme, QWidget *parent = nullptr);
    TimelineChart *chart() const { return m_chart; }
    StreamCard *stream() const { return m_stream; }
    EventPane *eventPane() const { return m_pane; }
    Legend *legend() const { return m_legend; }
    ShareList *topList() const { return m_top; }
    ShareList *breakdownList(int card) const { return m_breakdowns[card].list; }
    StatCard *totalCard() const { return m_total; }
    StatCard *minuteCard() const { return m_minute; }
    StatCard *rateCard() const { return m_rate; }
    StatCard *rejectedCard() const { return m_rejected; }

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void connectChart();
    void makeBreakDownMenu();
    void draw(const BoardFrame &frame);
    void drawCards(const BoardFrame &frame);
    // Only this value, with Ctrl also this one, with Shift all but this one.
    void pick(const QString &dimension, const QString &value, Qt::KeyboardModifiers modifiers);
    void showBreakdowns(const BoardFrame &frame);
    void arrange(bool wide);
    void connectStream();
    void placePane();
    QFrame *card(const QString &title, QLabel **titleLabel, QWidget *beside, QWidget *body);

    struct BreakdownCard {
        QFrame *frame;
        QLabel *title;
        ShareList *list;
        QString dimension;
    };
    static constexpr int kBreakdowns = 2; // side by side; more dimensions find their place in the filters
    static constexpr int kWideFrom = 1180;

    Board &m_board;
    const Theme &m_theme;
    QGridLayout *m_grid;
    StatCard *m_total, *m_minute, *m_rate, *m_rejected;
    QLabel *m_chartTitle;
    Legend *m_legend;
    TimelineChart *m_chart;
    QPushButton *m_breakDown;
    ShareList *m_top;
    StreamCard *m_stream;
    EventPane *m_pane;
    QFrame *m_chartCard, *m_topCard;
    QList<BreakdownCard> m_breakdowns;
    // A double click begins with a click, which must not have counted.
    std::optional<BoardChoice> m_beforeClick;
    int m_arranged = -1;
};

} // namespace entvas
