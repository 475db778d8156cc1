#pragma once

#include "app/widgets/desk/deskpart.h"

namespace entvas {

class NumbersPanel;
class StatCard;

// The cards with the big numbers.
class NumbersPart : public DeskPart
{
    Q_OBJECT
public:
    explicit NumbersPart(const Around &around);
    NumbersPanel *panel() const { return m_panel; }
    StatCard *total() const { return m_total; }
    StatCard *minute() const { return m_minute; }
    StatCard *rate() const { return m_rate; }
    StatCard *users() const { return m_users; }
    StatCard *rejected() const { return m_rejected; }
    void draw(const BoardFrame &frame) override;

private:
    void drawTotal(const BoardFrame &frame);
    void drawPace(const BoardFrame &frame);
    void drawUsers(const BoardFrame &frame);
    void drawRejected(const BoardFrame &frame);

    NumbersPanel *m_panel;
    StatCard *m_total, *m_minute, *m_rate, *m_users, *m_rejected;
};

} // namespace entvas
