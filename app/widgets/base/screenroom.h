#pragma once

#include <QSize>

class QWidget;

// How large a window may be, in logical pixels: screens differ, and so does what is left of them at 200 %.
namespace entvas {

// Of the screen that a window is on, or will be: what bars and the window's own frame leave.
QSize roomFor(const QWidget *window);
// As large as wanted, or as there is room for.
void fitScreen(QWidget *window, const QSize &wanted);

} // namespace entvas
