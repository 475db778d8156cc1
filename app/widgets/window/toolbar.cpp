#include "app/widgets/window/toolbar.h"

#include "app/widgets/chart/rangebar.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>

namespace entvas {

namespace {
constexpr int kHeight = 56;
}

Toolbar::Toolbar(RangeBar *ranges, QWidget *parent)
    : QFrame(parent), m_ranges(ranges), m_row(new QHBoxLayout(this)), m_name(new QLabel(tr("Entvas")))
{
    setObjectName(QStringLiteral("toolbar"));
    setFixedHeight(kHeight);
    m_row->setSizeConstraint(QLayout::SetNoConstraint); // minimumSizeHint() says it
    m_row->setContentsMargins(20, 0, 12, 0);
    m_row->setSpacing(14);
    m_name->setObjectName(QStringLiteral("wordmark"));
    m_row->addWidget(m_name);
}

int Toolbar::least(bool hasName, bool isCompact) const
{
    // From what the layout needs as it is now.
    int width = m_row->minimumSize().width();
    width += m_ranges->widthAs(isCompact) - m_ranges->widthAs(m_ranges->isCompact());
    const int name = m_name->sizeHint().width() + m_row->spacing();
    return width + (hasName ? name : 0) - (m_name->isHidden() ? 0 : name);
}

QSize Toolbar::minimumSizeHint() const
{
    return {least(false, true), kHeight};
}

void Toolbar::fit()
{
    const bool isCompact = least(true, false) > width();
    m_ranges->setCompact(isCompact);
    m_name->setVisible(!isCompact || least(true, true) <= width());
}

bool Toolbar::event(QEvent *event)
{
    if (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest)
        fit();
    return QFrame::event(event);
}

} // namespace entvas
