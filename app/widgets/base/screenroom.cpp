#include "app/widgets/base/screenroom.h"

#include <QGuiApplication>
#include <QScreen>
#include <QWidget>

namespace entvas {

namespace {
constexpr QSize kFrame(8, 40); // title and edges, before the window system has told
}

QSize roomFor(const QWidget *window)
{
    const QWidget *near = window->parentWidget() ? window->parentWidget()->window() : window;
    const QScreen *screen = near->screen() ? near->screen() : QGuiApplication::primaryScreen();
    return screen ? screen->availableSize() - kFrame : QSize(QWIDGETSIZE_MAX, QWIDGETSIZE_MAX);
}

void fitScreen(QWidget *window, const QSize &wanted)
{
    window->resize(wanted.boundedTo(roomFor(window)));
}

} // namespace entvas
