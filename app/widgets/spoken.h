#pragma once

#include <QAccessible>

class QWidget;

namespace entvas {

// A widget that paints its content itself and says it to screen readers: what it is, and in words what it shows. It is
// asked when somebody listens, so that numbers that change many times a second cost nothing otherwise. To be inherited
// beside QWidget; lives in the UI thread.
class Spoken
{
public:
    Spoken();
    virtual QAccessible::Role spokenRole() const = 0;
    // In words, or null for what the widget's own properties say. Name: what it is; Description: what all of it shows;
    // Value: the part that keys have picked, or the number.
    virtual QString spoken(QAccessible::Text text) const = 0;

protected:
    Spoken(const Spoken &) = default;
    Spoken &operator=(const Spoken &) = default;
    ~Spoken() = default;
    // The value is another one because a key moved: told at once. For numbers that come by themselves nothing is told.
    static void tell(QWidget *widget);
};

// True while the focus came by keyboard: who paints their own focus shows it then.
bool showsFocus(const QWidget *widget);

} // namespace entvas
