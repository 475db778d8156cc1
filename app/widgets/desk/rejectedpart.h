#pragma once

#include "app/widgets/desk/deskpart.h"

namespace entvas {

class RejectedView;

// Rejected events and why.
class RejectedPart : public DeskPart
{
    Q_OBJECT
public:
    RejectedPart(const Around &around, Panel *panel);
    RejectedView *view() const { return m_view; }

private:
    RejectedView *m_view;
};

} // namespace entvas
