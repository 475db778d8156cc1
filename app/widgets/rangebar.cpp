#include "app/widgets/rangebar.h"

#include "app/board/format.h"

#include <QHBoxLayout>
#include <QToolButton>

namespace entvas {

RangeBar::RangeBar(QWidget *parent) : QFrame(parent)
{
    setObjectName(QStringLiteral("segments"));
    setAccessibleName(tr("Range"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(3, 3, 3, 3);
    row->setSpacing(2);
    for (const NamedRange range : kNamedRanges)
        addSegment(format::rangeName(range), int(range))
            ->setToolTip(tr("Show events %1 (key %2)")
                             .arg(format::rangeWords(TimeView::of(range)), QString::number(int(range) + 1)));
    addSegment(tr("Custom…"), kCustom)->setToolTip(tr("Show any other span (key %1)").arg(kCustom + 1));
    m_group.setExclusive(true);
    connect(&m_group, &QButtonGroup::idClicked, this, [this](int id) {
        if (id == kCustom)
            Q_EMIT customWanted();
        else
            Q_EMIT chosen(static_cast<NamedRange>(id));
    });
}

QToolButton *RangeBar::addSegment(const QString &text, int id)
{
    auto *button = new QToolButton(this);
    button->setObjectName(QStringLiteral("segment"));
    button->setText(text);
    button->setCheckable(true);
    button->setCursor(Qt::PointingHandCursor);
    button->setFocusPolicy(Qt::TabFocus); // a click shows no focus ring
    button->setAccessibleName(text);
    layout()->addWidget(button);
    m_group.addButton(button, id);
    return button;
}

QString RangeBar::spoken(QAccessible::Text text) const
{
    return text == QAccessible::Value && m_group.checkedButton() ? m_group.checkedButton()->text() : QString();
}

void RangeBar::draw(const TimeView &view)
{
    m_group.button(view.kind == TimeView::Kind::Named ? int(view.named) : kCustom)->setChecked(true);
}

} // namespace entvas
