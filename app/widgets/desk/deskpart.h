#pragma once

#include <QObject>

namespace entvas {

class Board;
class Docking;
class Panel;
class Theme;
struct BoardFrame;

// What stands in one panel of the desk: made by the panel's row in paneltypes.cpp. Belongs to the desk.
class DeskPart : public QObject
{
    Q_OBJECT
public:
    // What a part may know of the desk around it.
    struct Around {
        Board &board;
        const Theme &theme;
        Docking *docking;
    };
    explicit DeskPart(const Around &around) : m_around(around) {}

    virtual void follow(const BoardFrame &) {} // each frame, whether the panel is seen or not
    virtual void draw(const BoardFrame &) {}   // while it is seen
    virtual void setQuiet(bool) {}             // nothing to search, choose or press is shown: for a wall

protected:
    const Around &around() const { return m_around; }
    Board &board() const { return m_around.board; }
    const Theme &theme() const { return m_around.theme; }

private:
    Around m_around;
};

} // namespace entvas
