#include "app/widgets/spoken.h"

#include <QAccessibleWidget>

namespace entvas {

namespace {

class SpokenWidget : public QAccessibleWidget
{
public:
    SpokenWidget(QWidget *widget, const Spoken *spoken)
        : QAccessibleWidget(widget, spoken->spokenRole()), m_spoken(spoken)
    {
    }
    QString text(QAccessible::Text text) const override
    {
        // The interface may be asked once more while the widget is being destroyed.
        const QString words = widget() ? m_spoken->spoken(text) : QString();
        return words.isNull() ? QAccessibleWidget::text(text) : words;
    }

private:
    const Spoken *m_spoken;
};

QAccessibleInterface *makeSpoken(const QString &, QObject *object)
{
    auto *widget = qobject_cast<QWidget *>(object);
    const auto *spoken = dynamic_cast<const Spoken *>(object);
    return widget && spoken ? new SpokenWidget(widget, spoken) : nullptr;
}

} // namespace

Spoken::Spoken()
{
    // Qt keeps one list of factories for the whole application, and the same one only once.
    QAccessible::installFactory(makeSpoken);
}

void Spoken::tell(QWidget *widget)
{
    if (!QAccessible::isActive())
        return;
    for (const QAccessible::Event what : {QAccessible::ValueChanged, QAccessible::DescriptionChanged}) {
        QAccessibleEvent event(widget, what);
        QAccessible::updateAccessibility(&event);
    }
}

bool showsFocus(const QWidget *widget)
{
    return widget->hasFocus() && widget->window()->testAttribute(Qt::WA_KeyboardFocusChange);
}

} // namespace entvas
