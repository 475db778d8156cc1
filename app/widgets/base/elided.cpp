#include "app/widgets/base/elided.h"

#include <algorithm>
#include <QHelpEvent>
#include <QPainter>
#include <QStyle>
#include <QStyleOption>
#include <QStylePainter>
#include <QToolTip>

namespace entvas {

namespace {

constexpr int kLeastText = 48; // px

// Qt takes a tool tip for rich text where it looks like it.
void showWhole(const QHelpEvent *event, const QString &text, const QString &more, QWidget *widget)
{
    QString tip = QStringLiteral("<span>%1</span>").arg(text.toHtmlEscaped());
    if (!more.isEmpty())
        tip += QStringLiteral("<br>") + (Qt::mightBeRichText(more) ? more : more.toHtmlEscaped());
    QToolTip::showText(event->globalPos(), tip, widget);
}

} // namespace

ElidedLabel::ElidedLabel(const QString &text, QWidget *parent) : QLabel(text, parent)
{
    setTextFormat(Qt::PlainText);
}

QSize ElidedLabel::minimumSizeHint() const
{
    const QSize whole = QLabel::minimumSizeHint();
    return {std::min(whole.width(), kLeastText), whole.height()};
}

bool ElidedLabel::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip && QLabel::sizeHint().width() > width()) {
        showWhole(static_cast<QHelpEvent *>(event), text(), toolTip(), this);
        return true;
    }
    return QLabel::event(event);
}

void ElidedLabel::paintEvent(QPaintEvent *event)
{
    if (QLabel::sizeHint().width() <= width())
        return QLabel::paintEvent(event);
    QPainter painter(this);
    QStyleOption option;
    option.initFrom(this);
    const QRect room = contentsRect();
    style()->drawItemText(&painter, room, int(alignment() | Qt::TextSingleLine), option.palette, isEnabled(),
                          fontMetrics().elidedText(text(), Qt::ElideRight, room.width()), foregroundRole());
}

ElidedButton::ElidedButton(QWidget *parent) : QToolButton(parent)
{
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed); // a tool button never gives way otherwise
}

QSize ElidedButton::minimumSizeHint() const
{
    const QSize whole = QToolButton::minimumSizeHint();
    const int words = fontMetrics().horizontalAdvance(text());
    return {whole.width() - words + std::min(words, kLeastText), whole.height()};
}

QString ElidedButton::shown() const
{
    const int around = sizeHint().width() - fontMetrics().size(Qt::TextShowMnemonic, text()).width();
    return fontMetrics().elidedText(text(), Qt::ElideRight, width() - around, Qt::TextShowMnemonic);
}

bool ElidedButton::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip && sizeHint().width() > width()) {
        showWhole(static_cast<QHelpEvent *>(event), text().replace(QStringLiteral("&&"), QStringLiteral("&")),
                  toolTip(), this);
        return true;
    }
    return QToolButton::event(event);
}

void ElidedButton::paintEvent(QPaintEvent *event)
{
    if (sizeHint().width() <= width())
        return QToolButton::paintEvent(event);
    QStylePainter painter(this);
    QStyleOptionToolButton option;
    initStyleOption(&option);
    option.text = shown();
    painter.drawComplexControl(QStyle::CC_ToolButton, option);
}

} // namespace entvas
