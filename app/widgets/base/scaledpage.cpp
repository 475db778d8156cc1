#include "app/widgets/base/scaledpage.h"

#include <algorithm>
#include <QCoreApplication>
#include <QMouseEvent>
#include <QPainter>
#include <utility>

namespace entvas {

namespace {

// The page as it would look so many times larger.
class Enlarged : public QWidget
{
public:
    Enlarged(QWidget *page, const double &factor, QWidget *parent) : QWidget(parent), m_page(page), m_factor(factor)
    {
        setAttribute(Qt::WA_OpaquePaintEvent); // so that nothing is painted below
    }

protected:
    // A click reaches what is seen there: who is asked to log in must be able to.
    bool event(QEvent *event) override
    {
        const QEvent::Type type = event->type();
        const bool isPress = type == QEvent::MouseButtonPress || type == QEvent::MouseButtonDblClick;
        if (!m_page || (!isPress && type != QEvent::MouseButtonRelease))
            return QWidget::event(event);
        const auto *mouse = static_cast<QMouseEvent *>(event);
        const QPointF at = mouse->position() / m_factor;
        if (isPress)
            m_pressed = m_page->childAt(at.toPoint());
        if (m_pressed) {
            QMouseEvent meant(type, m_pressed->mapFrom(m_page, at), mouse->globalPosition(), mouse->button(),
                              mouse->buttons(), mouse->modifiers());
            QCoreApplication::sendEvent(m_pressed, &meant);
            update();
        }
        return true;
    }

    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.fillRect(rect(), palette().window());
        painter.scale(m_factor, m_factor);
        if (m_page)
            m_page->render(&painter, QPoint(), QRegion(), QWidget::DrawWindowBackground | QWidget::DrawChildren);
    }

private:
    QPointer<QWidget> m_page;
    QPointer<QWidget> m_pressed;
    const double &m_factor;
};

} // namespace

ScaledPage::ScaledPage(QWidget *page, QWidget *parent)
    : QWidget(parent), m_page(page), m_picture(new Enlarged(page, m_factor, this))
{
    page->setParent(this);
    m_picture->hide();
    connect(&m_tick, &QTimer::timeout, this, [this] {
        if (std::exchange(m_isChanged, false))
            m_picture->update();
    });
}

QSize ScaledPage::sizeHint() const
{
    return m_page ? m_page->sizeHint() : QSize();
}

QSize ScaledPage::minimumSizeHint() const
{
    return m_page && m_factor == 1 ? m_page->minimumSizeHint() : QSize();
}

void ScaledPage::setLarge(bool large)
{
    m_isLarge = large;
    place();
}

void ScaledPage::place()
{
    const double fits = std::min(double(width()) / kUsual.width(), double(height()) / kUsual.height());
    m_factor = m_isLarge ? std::max(fits, 1.0) : 1.0;
    const bool isDrawn = m_factor > 1;
    if (m_page)
        m_page->setGeometry(0, 0, qRound(width() / m_factor), qRound(height() / m_factor));
    m_picture->setGeometry(rect());
    m_picture->setVisible(isDrawn);
    m_picture->raise();
    if (isDrawn)
        m_tick.start(kTickMs);
    else
        m_tick.stop();
    m_isChanged = true;
}

void ScaledPage::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    place();
}

bool ScaledPage::event(QEvent *event)
{
    if (event->type() == QEvent::LayoutRequest)
        updateGeometry(); // the page needs another size
    return QWidget::event(event);
}

} // namespace entvas
