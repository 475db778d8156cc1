#pragma once

#include "app/board/boardframe.h"

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QMenu;
class QToolButton;

namespace entvas {

class Board;

// The line above the cards: chips that say which events count and remove that again, what is compared, and in words
// what time is shown.
class FilterBar : public QWidget
{
    Q_OBJECT
public:
    explicit FilterBar(Board &board, QWidget *parent = nullptr);
    void setPlace(const QString &text); // project and server, where no filter is active
    void openAddMenu();
    void setQuiet(bool quiet); // nothing to click: on a wall
    QString span() const;
    QStringList chips() const; // as they read

private:
    void draw(const BoardFrame &frame);
    void makeChips(const BoardFrame &frame);
    void fillAddMenu();

    bool m_quiet = false;
    static constexpr int kMenuValues = 30;

    Board &m_board;
    QHBoxLayout *m_chipRow;
    QList<QToolButton *> m_chips;
    QMap<QString, ValueFilter> m_shown;
    QLabel *m_place, *m_span;
    QToolButton *m_add, *m_live;
    QMenu *m_addMenu;
};

// "page: home, profile", "type ≠ log".
QString filterText(const QString &dimension, const ValueFilter &rule);
// "page", "type": how a dimension is named on screen.
QString dimensionName(const QString &dimension);

} // namespace entvas
