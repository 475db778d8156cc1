#pragma once

#include "app/board/timeview.h"
#include "app/widgets/spoken.h"

#include <QButtonGroup>
#include <QFrame>

class QToolButton;

namespace entvas {

// The ranges as one segmented control, the last of them any other span. Keys 1 to 8 (in the whole window), arrows
// inside.
class RangeBar : public QFrame, public Spoken
{
    Q_OBJECT
public:
    explicit RangeBar(QWidget *parent = nullptr);
    void draw(const TimeView &view);
    QAccessible::Role spokenRole() const override { return QAccessible::Grouping; }
    QString spoken(QAccessible::Text text) const override;

Q_SIGNALS:
    void chosen(entvas::NamedRange range);
    void customWanted();

private:
    QToolButton *addSegment(const QString &text, int id);

    static constexpr int kCustom = int(kNamedRanges.size());
    QButtonGroup m_group;
};

} // namespace entvas
