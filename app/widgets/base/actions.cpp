#include "app/widgets/base/actions.h"

#include <QAction>
#include <QKeyEvent>
#include <QWidget>

namespace entvas {

using namespace Qt::StringLiterals;

namespace {

// What a Latin (US) keyboard has at the scan codes of X11 and Wayland, by row.
struct KeyRow {
    quint32 first;
    QLatin1StringView keys;
};
constexpr KeyRow kLatinRows[]{{24, "QWERTYUIOP[]"_L1}, {38, "ASDFGHJKL;'`"_L1}, {52, "ZXCVBNM,./"_L1}};

int latinKeyAt(quint32 scanCode)
{
    for (const KeyRow &row : kLatinRows)
        if (scanCode >= row.first && scanCode < row.first + quint32(row.keys.size()))
            return row.keys[qsizetype(scanCode - row.first)].unicode();
    return 0;
}

bool isLetterBeyondLatin(int key)
{
    return key > 0xffff ? false
                        : QChar(char16_t(key)).isLetter() && QChar(char16_t(key)).script() > QChar::Script_Latin;
}

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

QAction *Actions::byPlace(const QKeyEvent &event) const
{
    const int key = isLetterBeyondLatin(event.key()) ? latinKeyAt(event.nativeScanCode()) : 0;
    if (key == 0)
        return nullptr;
    const Qt::KeyboardModifiers modifiers = event.modifiers() & ~(Qt::KeypadModifier | Qt::GroupSwitchModifier);
    const QKeySequence wanted(QKeyCombination(modifiers, Qt::Key(key)));
    for (const Group &group : m_groups)
        for (QAction *action : group.actions)
            if (action->isEnabled() && action->shortcuts().contains(wanted))
                return action;
    return nullptr;
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
    return action->shortcut().toString(QKeySequence::NativeText);
}

} // namespace entvas
