#pragma once

#include "app/theme/theme.h"

#include <QEvent>
#include <QPainter>
#include <QWidget>

namespace entvas {

// Dims what lies under it: numbers that are no longer live. Lets the mouse through.
class Veil : public QWidget
{
public:
    Veil(const Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
    {
        setAttribute(Qt::WA_TransparentForMouseEvents);
        parent->installEventFilter(this); // covers all of it, whatever its size becomes
        hide();
    }

protected:
    bool eventFilter(QObject *object, QEvent *event) override
    {
        if (object == parent() && event->type() == QEvent::Resize)
            setGeometry(parentWidget()->rect());
        return QWidget::eventFilter(object, event);
    }
    void paintEvent(QPaintEvent *) override
    {
        QColor color = m_theme.tokens().background;
        color.setAlphaF(m_theme.tokens().highContrast ? 0.2f : 0.55f); // dimmed is still to be read there
        QPainter(this).fillRect(rect(), color);
    }

private:
    const Theme &m_theme;
};

} // namespace entvas
