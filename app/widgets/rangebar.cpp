#include "app/widgets/rangebar.h"

#include "app/board/format.h"

#include <QHBoxLayout>
#include <QShortcut>
#include <QToolButton>

namespace entvas {

RangeBar::RangeBar(QWidget *parent) : QFrame(parent)
{
    setObjectName(QStringLiteral("segments"));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(tr("Time range"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(3, 3, 3, 3);
    row->setSpacing(2);
    for (const NamedRange range : kNamedRanges) {
        const int key = int(range) + 1;
        auto *button = new QToolButton(this);
        button->setObjectName(QStringLiteral("segment"));
        button->setText(format::rangeName(range));
        button->setCheckable(true);
        button->setCursor(Qt::PointingHandCursor);
        button->setFocusPolicy(Qt::TabFocus); // a click shows no focus ring
        button->setToolTip(tr("Show events %1 (key %2)").arg(format::rangeWords(range)).arg(key));
        button->setAccessibleName(button->text());
        row->addWidget(button);
        m_group.addButton(button, int(range));
        auto *shortcut = new QShortcut(QKeySequence(Qt::Key_0 + key), this);
        shortcut->setContext(Qt::WindowShortcut);
        connect(shortcut, &QShortcut::activated, button, &QToolButton::click);
    }
    m_group.setExclusive(true);
    connect(&m_group, &QButtonGroup::idClicked, this, [this](int id) { Q_EMIT chosen(static_cast<NamedRange>(id)); });
}

void RangeBar::draw(NamedRange range)
{
    m_group.button(int(range))->setChecked(true);
}

} // namespace entvas
