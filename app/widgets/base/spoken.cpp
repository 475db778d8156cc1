#include "app/widgets/base/spoken.h"

#include <QAbstractButton>
#include <QAccessibleWidget>
#include <QHash>
#include <QPointer>

namespace entvas {

namespace {

class SpokenWidget;

// Lives as long as its widget's interface; which row it is may show something else later.
class SpokenRowInterface : public QAccessibleInterface, public QAccessibleActionInterface
{
public:
    SpokenRowInterface(QWidget *widget, Spoken *spoken, int row) : m_widget(widget), m_spoken(spoken), m_row(row) {}
    bool isValid() const override { return m_widget && m_row < m_spoken->spokenRows(); }
    QObject *object() const override { return nullptr; }
    QAccessibleInterface *childAt(int, int) const override { return nullptr; }
    QAccessibleInterface *parent() const override
    {
        return m_widget ? QAccessible::queryAccessibleInterface(m_widget) : nullptr;
    }
    QAccessibleInterface *child(int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface *) const override { return -1; }
    QWindow *window() const override { return parent() ? parent()->window() : nullptr; }
    QString text(QAccessible::Text text) const override
    {
        return text == QAccessible::Name && isValid() ? m_spoken->spokenRow(m_row).text : QString();
    }
    void setText(QAccessible::Text, const QString &) override {}
    QRect rect() const override
    {
        const QRect inside = isValid() ? m_spoken->spokenRow(m_row).rect : QRect();
        return inside.isEmpty() ? QRect() : QRect(m_widget->mapToGlobal(inside.topLeft()), inside.size());
    }
    QAccessible::Role role() const override { return QAccessible::ListItem; }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        if (!isValid()) {
            state.invalid = true;
            return state;
        }
        const SpokenRow row = m_spoken->spokenRow(m_row);
        state.focusable = state.selectable = row.isPressable;
        state.focused = state.active = row.hasFocus;
        state.selected = row.isSelected;
        state.offscreen = row.rect.isEmpty();
        return state;
    }
    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface *>(this) : nullptr;
    }
    QStringList actionNames() const override
    {
        return isValid() && m_spoken->spokenRow(m_row).isPressable ? QStringList{pressAction()} : QStringList();
    }
    void doAction(const QString &action) override
    {
        if (actionNames().contains(action))
            m_spoken->pressRow(m_row);
    }
    QStringList keyBindingsForAction(const QString &) const override { return {}; }

private:
    QPointer<QWidget> m_widget;
    Spoken *m_spoken;
    int m_row;
};

class SpokenWidget : public QAccessibleWidget
{
public:
    SpokenWidget(QWidget *widget, Spoken *spoken) : QAccessibleWidget(widget, spoken->spokenRole()), m_spoken(spoken) {}
    ~SpokenWidget() override
    {
        for (const QAccessible::Id id : std::as_const(m_rows))
            QAccessible::deleteAccessibleInterface(id);
    }
    QString text(QAccessible::Text text) const override
    {
        // The interface may be asked once more while the widget is being destroyed.
        const QString words = widget() ? m_spoken->spoken(text) : QString();
        return words.isNull() ? QAccessibleWidget::text(text) : words;
    }
    QAccessible::State state() const override
    {
        QAccessible::State state = QAccessibleWidget::state();
        if (const auto *button = qobject_cast<const QAbstractButton *>(widget())) {
            state.checkable = button->isCheckable();
            state.checked = button->isChecked();
            state.pressed = button->isDown();
        }
        return state;
    }
    QStringList actionNames() const override
    {
        QStringList names = QAccessibleWidget::actionNames();
        if (const auto *button = qobject_cast<const QAbstractButton *>(widget()); button && button->isEnabled())
            names.prepend(button->isCheckable() ? toggleAction() : pressAction());
        return names;
    }
    void doAction(const QString &action) override
    {
        auto *button = qobject_cast<QAbstractButton *>(widget());
        if (button && (action == toggleAction() || action == pressAction()))
            button->click();
        else
            QAccessibleWidget::doAction(action);
    }

    // The rows come first, then what widgets there are inside.
    int childCount() const override { return rows() + QAccessibleWidget::childCount(); }
    QAccessibleInterface *child(int index) const override
    {
        if (index < 0 || index >= rows())
            return QAccessibleWidget::child(index - rows());
        QAccessible::Id id = m_rows.value(index);
        if (id == 0) {
            id = QAccessible::registerAccessibleInterface(new SpokenRowInterface(widget(), m_spoken, index));
            m_rows.insert(index, id);
        }
        return QAccessible::accessibleInterface(id);
    }
    int indexOfChild(const QAccessibleInterface *child) const override
    {
        for (auto row = m_rows.cbegin(); row != m_rows.cend(); ++row)
            if (QAccessible::accessibleInterface(row.value()) == child)
                return row.key();
        const int inner = QAccessibleWidget::indexOfChild(child);
        return inner < 0 ? inner : rows() + inner;
    }
    QAccessibleInterface *childAt(int x, int y) const override
    {
        if (widget()) {
            const QPoint at = widget()->mapFromGlobal(QPoint(x, y));
            for (int row = 0; row < rows(); ++row)
                if (m_spoken->spokenRow(row).rect.contains(at))
                    return child(row);
        }
        return QAccessibleWidget::childAt(x, y);
    }
    QAccessibleInterface *focusChild() const override
    {
        if (widget() && widget()->hasFocus())
            for (int row = 0; row < rows(); ++row)
                if (m_spoken->spokenRow(row).hasFocus)
                    return child(row);
        return QAccessibleWidget::focusChild();
    }

private:
    int rows() const { return widget() ? m_spoken->spokenRows() : 0; }

    Spoken *m_spoken;
    mutable QHash<int, QAccessible::Id> m_rows; // those that were asked for
};

QAccessibleInterface *makeSpoken(const QString &, QObject *object)
{
    auto *widget = qobject_cast<QWidget *>(object);
    auto *spoken = dynamic_cast<Spoken *>(object);
    return widget && spoken ? new SpokenWidget(widget, spoken) : nullptr;
}

} // namespace

Spoken::Spoken()
{
    // Qt keeps one list of factories for the whole application, and the same one only once.
    QAccessible::installFactory(makeSpoken);
}

void Spoken::tell(QWidget *widget, int row)
{
    if (!QAccessible::isActive())
        return;
    for (const QAccessible::Event what : {QAccessible::ValueChanged, QAccessible::DescriptionChanged}) {
        QAccessibleEvent event(widget, what);
        QAccessible::updateAccessibility(&event);
    }
    if (row < 0)
        return;
    QAccessibleEvent event(widget, QAccessible::Focus);
    event.setChild(row);
    QAccessible::updateAccessibility(&event);
}

bool showsFocus(const QWidget *widget)
{
    return widget->hasFocus() && widget->window()->testAttribute(Qt::WA_KeyboardFocusChange);
}

} // namespace entvas
