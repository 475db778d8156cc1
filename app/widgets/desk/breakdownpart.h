#pragma once

#include "app/widgets/desk/deskpart.h"

class QLabel;

namespace entvas {

class ShareList;

// Shares of one of the dimensions beside the one that has the colours: the first of them, the second …
class BreakdownPart : public DeskPart
{
    Q_OBJECT
public:
    static constexpr int kAlwaysOffered = 2; // further ones only where there is a dimension for them

    BreakdownPart(const Around &around, Panel *panel, int number); // from 1
    static QString titleOf(int number);                            // until it is known what by
    ShareList *list() const { return m_list; }
    int number() const { return m_number; }
    void follow(const BoardFrame &frame) override;
    void draw(const BoardFrame &frame) override;

private:
    int indexIn(const BoardFrame &frame) const; // of its breakdown; -1 = there is none

    Panel *m_panel;
    int m_number;
    QLabel *m_title;
    ShareList *m_list;
    QString m_dimension;
};

} // namespace entvas
