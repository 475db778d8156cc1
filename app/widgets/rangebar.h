#pragma once

#include "core/timerange.h"

#include <QButtonGroup>
#include <QFrame>

namespace entvas {

// The ranges as one segmented control. Keys 1 to 4 (in the whole window), arrows inside.
class RangeBar : public QFrame
{
    Q_OBJECT
public:
    explicit RangeBar(QWidget *parent = nullptr);
    void draw(NamedRange range);

Q_SIGNALS:
    void chosen(entvas::NamedRange range);

private:
    QButtonGroup m_group;
};

} // namespace entvas
