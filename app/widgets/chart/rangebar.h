#pragma once

#include "app/board/timeview.h"
#include "app/widgets/base/spoken.h"

#include <QButtonGroup>
#include <QFrame>

class QToolButton;

namespace entvas {

// The ranges as one segmented control, the last of them any other span. Keys 1 to 8 (in the whole window), arrows
// inside. Where there is no room for all, one button with a menu stands for them.
class RangeBar : public QFrame, public Spoken
{
    Q_OBJECT
public:
    explicit RangeBar(QWidget *parent = nullptr);
    void draw(const TimeView &view);
    void setCompact(bool compact);
    bool isCompact() const { return m_isCompact; }
    int widthAs(bool compact) const; // px
    QToolButton *menuButton() const { return m_choice; }
    QAccessible::Role spokenRole() const override { return QAccessible::Grouping; }
    QString spoken(QAccessible::Text text) const override;

Q_SIGNALS:
    void chosen(entvas::NamedRange range);
    void customWanted();

private:
    QToolButton *addSegment(const QString &text, int id);
    void choose(int id);

    static constexpr int kCustom = int(kNamedRanges.size());
    QButtonGroup m_group;
    QToolButton *m_choice;
    bool m_isCompact = false;
};

} // namespace entvas
