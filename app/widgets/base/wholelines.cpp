#include "app/widgets/base/wholelines.h"

#include "app/theme/theme.h"

#include <QAbstractItemView>
#include <QEvent>
#include <QPainter>
#include <QScrollBar>

namespace entvas {

WholeRows::WholeRows(QAbstractItemView *list, QWidget *parent) : QWidget(parent), m_list(list)
{
    list->setParent(this);
    setSizePolicy(list->sizePolicy());
    connect(list->model(), &QAbstractItemModel::modelReset, this, &WholeRows::fit);
    connect(list->model(), &QAbstractItemModel::rowsInserted, this, &WholeRows::fit);
    list->viewport()->installEventFilter(this);
}

QSize WholeRows::minimumSizeHint() const
{
    return m_list->minimumSizeHint().expandedTo(m_list->minimumSize());
}

QSize WholeRows::sizeHint() const
{
    return m_list->sizeHint();
}

void WholeRows::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fit();
}

// The list lays itself out later than it is resized, when it is shown or its header changes.
bool WholeRows::eventFilter(QObject *object, QEvent *event)
{
    if (event->type() == QEvent::Resize)
        fit();
    return QWidget::eventFilter(object, event);
}

void WholeRows::fit()
{
    const int row = m_list->sizeHintForRow(0);
    const int inside = height() - (m_list->height() - m_list->viewport()->height());
    m_list->resize(width(), row > 0 && inside > row ? height() - inside % row : height());
}

LineCover::LineCover(QAbstractScrollArea *area, const Theme &theme, Lines lines)
    : QWidget(area->viewport()), m_theme(theme), m_lines(std::move(lines))
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    area->viewport()->installEventFilter(this);
    connect(area->verticalScrollBar(), &QScrollBar::valueChanged, this, qOverload<>(&QWidget::update));
    resize(area->viewport()->size());
}

bool LineCover::eventFilter(QObject *object, QEvent *event)
{
    if (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest) {
        resize(parentWidget()->size());
        raise();
        update();
    }
    return QWidget::eventFilter(object, event);
}

void LineCover::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    for (const QRect &line : m_lines(parentWidget()))
        if (line.intersects(rect()) && !rect().contains(QRect(line.center().x(), line.top(), 1, line.height())))
            painter.fillRect(QRect(0, line.top(), width(), line.height()), m_theme.tokens().surface);
}

} // namespace entvas
