#pragma once

#include <QAccessible>
#include <QRect>

class QWidget;

namespace entvas {

// One row (or entry) of a painted list.
struct SpokenRow {
    QString text;
    QRect rect; // in the widget; empty: it is not in sight
    bool hasFocus = false;
    bool isSelected = false;
    bool isPressable = false;
};

// A widget that paints its content itself and says it to screen readers: what it is, and in words what it shows. It is
// asked when somebody listens, so that numbers that change many times a second cost nothing otherwise. To be inherited
// beside QWidget; lives in the UI thread. A button keeps its states and what it can do.
class Spoken
{
public:
    Spoken();
    virtual QAccessible::Role spokenRole() const = 0;
    // In words, or null for what the widget's own properties say. Name: what it is; Description: what all of it shows;
    // Value: the part that keys have picked, or the number.
    virtual QString spoken(QAccessible::Text text) const = 0;
    // What is painted as a list has its rows as children.
    virtual int spokenRows() const { return 0; }
    virtual SpokenRow spokenRow(int) const { return {}; }
    virtual void pressRow(int) {}

protected:
    Spoken(const Spoken &) = default;
    Spoken &operator=(const Spoken &) = default;
    ~Spoken() = default;
    // The value is another one because a key moved: told at once. For numbers that come by themselves nothing is told.
    // `row`: the one that keys have picked; -1 = the widget has no rows.
    static void tell(QWidget *widget, int row = -1);
};

// True while the focus came by keyboard: who paints their own focus shows it then.
bool showsFocus(const QWidget *widget);

} // namespace entvas
