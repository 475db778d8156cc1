#pragma once

#include <QFrame>
#include <QWidget>

class QGridLayout;
class QLabel;

namespace entvas {

class Board;
class Legend;
class ShareList;
class StatCard;
class StreamView;
class Theme;
class TimelineChart;
struct BoardFrame;

// The cards, the chart and the lists: everything that shows numbers. Knows the board, nothing of servers.
class Desk : public QWidget
{
    Q_OBJECT
public:
    Desk(Board &board, const Theme &theme, QWidget *parent = nullptr);
    TimelineChart *chart() const { return m_chart; }
    StatCard *totalCard() const { return m_total; }
    StatCard *minuteCard() const { return m_minute; }
    StatCard *rateCard() const { return m_rate; }
    StatCard *rejectedCard() const { return m_rejected; }

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void draw(const BoardFrame &frame);
    void showBreakdowns(const BoardFrame &frame);
    void arrange(bool wide);
    QFrame *card(const QString &title, QLabel **titleLabel, QWidget *beside, QWidget *body);

    struct BreakdownCard {
        QFrame *frame;
        QLabel *title;
        ShareList *list;
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
    ShareList *m_top;
    StreamView *m_stream;
    QLabel *m_streamNote;
    QFrame *m_chartCard, *m_topCard, *m_streamCard;
    QList<BreakdownCard> m_breakdowns;
    int m_arranged = -1;
};

} // namespace entvas
