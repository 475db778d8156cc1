#pragma once

#include "app/widgets/desk/deskpart.h"

namespace entvas {

class StreamCard;

// The live stream and stored events.
class StreamPart : public DeskPart
{
    Q_OBJECT
public:
    StreamPart(const Around &around, Panel *panel);
    StreamCard *card() const { return m_card; }
    void setQuiet(bool quiet) override;

private:
    StreamCard *m_card;
};

} // namespace entvas
