#pragma once

#include "app/widgets/base/picture.h"

#include <QList>
#include <QPointer>
#include <QScrollArea>
#include <QSize>

namespace entvas {

class Desk;

// Lays a desk out for a page of paper as long as it lives: in the page's shape, so that nothing of it stays empty, and
// without what can only be clicked or typed into. Then all is as it was. To be used within one event of the UI thread:
// it is not seen.
class DeskPage
{
public:
    // `shape`: of the page, in any unit.
    DeskPage(Desk *desk, const Caption &caption, const Theme &theme, const QSizeF &shape);
    ~DeskPage();
    DeskPage(const DeskPage &) = delete;
    DeskPage &operator=(const DeskPage &) = delete;

private:
    Desk *m_desk;
    QSize m_before;
    QPointer<QScrollArea> m_scroll; // that it stands in, and that would make it as wide as the window
    QPointer<QWidget> m_focus;
    QList<QPointer<QWidget>> m_hidden;
};

} // namespace entvas
