#pragma once

#include "app/widgets/desk/deskpart.h"

class QToolButton;

namespace entvas {

class ShareList;

// The values of the dimension that has the colours, and in place of a title the menu that chooses it.
class TopPart : public DeskPart
{
    Q_OBJECT
public:
    TopPart(const Around &around, Panel *panel);
    ShareList *list() const { return m_list; }
    void openMenu();
    void draw(const BoardFrame &frame) override;
    void setQuiet(bool quiet) override { m_isQuiet = quiet; }

private:
    void makeMenu();
    void drawTitle(const BoardFrame &frame);

    QToolButton *m_breakDown;
    ShareList *m_list;
    bool m_isQuiet = false;
};

} // namespace entvas
