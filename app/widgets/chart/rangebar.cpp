#include "app/widgets/chart/rangebar.h"

#include "app/board/text/format.h"

#include <QActionGroup>
#include <QApplication>
#include <QHBoxLayout>
#include <QMenu>
#include <QToolButton>

namespace entvas {

namespace {

// One of several that exclude each other: a radio button, however it looks.
class Segment : public QToolButton, public Spoken
{
public:
    using QToolButton::QToolButton;
    QAccessible::Role spokenRole() const override { return QAccessible::RadioButton; }
    QString spoken(QAccessible::Text) const override { return {}; }
};

} // namespace

RangeBar::RangeBar(QWidget *parent) : QFrame(parent), m_choice(new QToolButton(this))
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
    addSegment(tr("Custom…"), kCustom)->setToolTip(tr("Custom range (key %1)").arg(kCustom + 1));
    m_group.setExclusive(true);
    connect(&m_group, &QButtonGroup::idClicked, this, &RangeBar::choose);

    m_choice->setObjectName(QStringLiteral("rangeMenu"));
    m_choice->setPopupMode(QToolButton::InstantPopup);
    m_choice->setCursor(Qt::PointingHandCursor);
    m_choice->setFocusPolicy(Qt::TabFocus);
    m_choice->setToolTip(tr("Choose the time range (keys 1 to %1)").arg(kCustom + 1));
    auto *menu = new QMenu(m_choice);
    auto *group = new QActionGroup(menu);
    for (int id = 0; id <= kCustom; ++id) {
        QAction *action = menu->addAction(m_group.button(id)->text());
        action->setCheckable(true);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, id] { choose(id); });
        connect(menu, &QMenu::aboutToShow, action,
                [this, action, id] { action->setChecked(m_group.checkedId() == id); });
    }
    m_choice->setMenu(menu);
    m_choice->hide();
    row->addWidget(m_choice);
}

QToolButton *RangeBar::addSegment(const QString &text, int id)
{
    auto *button = new Segment(this);
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

void RangeBar::choose(int id)
{
    if (id == kCustom)
        Q_EMIT customWanted();
    else
        Q_EMIT chosen(static_cast<NamedRange>(id));
}

int RangeBar::widthAs(bool compact) const
{
    const QMargins margins = layout()->contentsMargins();
    int width = margins.left() + margins.right();
    if (compact)
        return width + m_choice->sizeHint().width();
    for (const QAbstractButton *segment : m_group.buttons())
        width += segment->sizeHint().width() + layout()->spacing();
    return width - layout()->spacing();
}

void RangeBar::setCompact(bool compact)
{
    if (compact == m_isCompact)
        return;
    m_isCompact = compact;
    const bool hasFocus = isAncestorOf(QApplication::focusWidget());
    m_choice->setVisible(compact);
    for (QAbstractButton *segment : m_group.buttons())
        segment->setVisible(!compact);
    if (hasFocus)
        (compact ? m_choice : m_group.checkedButton())->setFocus(Qt::OtherFocusReason);
}

QString RangeBar::spoken(QAccessible::Text text) const
{
    return text == QAccessible::Value && m_group.checkedButton() ? m_group.checkedButton()->text() : QString();
}

void RangeBar::draw(const TimeView &view)
{
    m_group.button(view.kind == TimeView::Kind::Named ? int(view.named) : kCustom)->setChecked(true);
    m_choice->setText(m_group.checkedButton()->text() + QStringLiteral("  \u25be"));
    m_choice->setAccessibleName(tr("Range: %1").arg(m_group.checkedButton()->text()));
}

} // namespace entvas
