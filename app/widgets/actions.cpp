#include "app/widgets/actions.h"

#include <QAction>
#include <QWidget>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {
constexpr char kKeys[] = "shownKeys";
} // namespace

Actions::Actions(QWidget *window) : QObject(window), m_window(window) {}

void Actions::beginGroup(const QString &title)
{
    for (m_current = 0; m_current < m_groups.size(); ++m_current)
        if (m_groups[m_current].title == title)
            return;
    m_groups.append({title, {}});
}

QAction *Actions::make(const QString &id, const QString &text, const QKeySequence &key)
{
    Q_ASSERT(!m_byId.contains(id) && m_current < m_groups.size());
    auto *action = new QAction(text, this);
    action->setObjectName(id);
    action->setShortcut(key);
    m_window->addAction(action); // its key works wherever the focus is
    m_byId.insert(id, action);
    m_groups[m_current].actions.append(action);
    return action;
}

QAction *Actions::add(const QString &id, const QString &text, const QKeySequence &key, std::function<void()> call)
{
    QAction *action = make(id, text, key);
    connect(action, &QAction::triggered, this, [call = std::move(call)] { call(); });
    return action;
}

QAction *Actions::addSwitch(const QString &id, const QString &text, const QKeySequence &key,
                            std::function<void(bool)> call)
{
    QAction *action = make(id, text, key);
    action->setCheckable(true);
    connect(action, &QAction::triggered, this, std::move(call));
    return action;
}

void Actions::adopt(const QString &id, QAction *action)
{
    Q_ASSERT(!m_byId.contains(id) && m_current < m_groups.size());
    m_byId.insert(id, action);
    action->setObjectName(id);
    m_groups[m_current].actions.append(action);
}

void Actions::showKey(QAction *action, const QString &keys)
{
    action->setProperty(kKeys, keys);
}

void Actions::addKey(const QString &keys, const QString &text)
{
    m_keys.append({m_groups.value(m_current).title, keys, text});
}

QString Actions::textOf(const QAction *action)
{
    QString text;
    const QString raw = action->text();
    for (qsizetype i = 0; i < raw.size(); ++i) {
        if (raw[i] == u'&' && ++i >= raw.size())
            break;
        text += raw[i];
    }
    return text.endsWith(u'…') ? text.chopped(1) : text;
}

QString Actions::keysOf(const QAction *action)
{
    const QString shown = action->property(kKeys).toString();
    return shown.isEmpty() ? action->shortcut().toString(QKeySequence::NativeText) : shown;
}

} // namespace entvas
