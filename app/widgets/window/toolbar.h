#pragma once

#include <QFrame>

class QHBoxLayout;
class QLabel;

namespace entvas {

class RangeBar;

// The bar at the top of a window. What is in it gives way as the window gets narrower: words are cut, then the ranges
// become one button with a menu, then the program's name goes. It never keeps the window from being narrow.
class Toolbar : public QFrame
{
    Q_OBJECT
public:
    explicit Toolbar(RangeBar *ranges, QWidget *parent = nullptr);
    QHBoxLayout *row() const { return m_row; } // after the name: what else is in it
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent *event) override;

private:
    void fit();
    int least(bool hasName, bool isCompact) const; // px, with every word cut as far as may be

    RangeBar *m_ranges;
    QHBoxLayout *m_row;
    QLabel *m_name;
};

} // namespace entvas
