#pragma once

#include <QToolButton>

class QMenu;

namespace entvas {

class Actions;
class Board;
class Docking;
class ProjectButton;
class ServerMenu;
class WindowViews;

// The button at the right of the toolbar with the menu of the window, made anew each time it opens: servers, projects
// and views come and go.
class WindowMenu : public QToolButton
{
    Q_OBJECT
public:
    struct Parts {
        const Actions *actions;
        const Board &board;
        const Docking *docking;
        ServerMenu *servers;
        ProjectButton *projects;
        WindowViews *views;
    };
    explicit WindowMenu(const Parts &parts, QWidget *parent = nullptr);

private:
    void fill();
    void add(QMenu *to, std::initializer_list<const char16_t *> ids) const;

    Parts m_parts;
};

} // namespace entvas
