#pragma once

#include <QFrame>

class QLabel;

namespace entvas {

class Board;

// The bar at the bottom: where events are stored and how many, how old the numbers are, and where help is.
class StatusBar : public QFrame
{
    Q_OBJECT
public:
    explicit StatusBar(QWidget *parent = nullptr);
    void draw(const Board &board); // ages: once a second

private:
    QLabel *m_store, *m_age;
};

} // namespace entvas
