#pragma once

#include <functional>
#include <QHash>
#include <QKeySequence>
#include <QObject>
#include <QString>

class QAction;
class QKeyEvent;
class QWidget;

namespace entvas {

// Everything that can be done in a window, by name: the menu, the command palette and the list of keys are made of it,
// so that none of them forgets anything. Belongs to the window.
class Actions : public QObject
{
    Q_OBJECT
public:
    struct Group {
        QString title;
        QList<QAction *> actions;
    };
    // A key that a part of the window handles by itself.
    struct Key {
        QString group;
        QString keys; // as read: "Shift + drag"
        QString text;
    };

    explicit Actions(QWidget *window);

    void beginGroup(const QString &title); // what is added next belongs to it; a title that is there goes on
    // `id` never changes and is never shown. The text as in a menu: with &, and … where a dialog follows.
    QAction *add(const QString &id, const QString &text, const QKeySequence &key, std::function<void()> call);
    // One that can be on or off.
    QAction *addSwitch(const QString &id, const QString &text, const QKeySequence &key, std::function<void(bool)> call);
    // One that somebody else made, and whose key works already.
    void adopt(const QString &id, QAction *action);
    void addKey(const QString &keys, const QString &text); // in the current group

    // The action whose key stands where this one was pressed on a Latin keyboard; nullptr = none. For layouts without
    // Latin letters: with such a layout alone Qt finds no shortcut of a letter.
    QAction *byPlace(const QKeyEvent &event) const;

    QAction *find(const QString &id) const { return m_byId.value(id); }
    const QList<Group> &groups() const { return m_groups; }
    const QList<Key> &keys() const { return m_keys; }

    static QString textOf(const QAction *action); // without & and …
    static QString keysOf(const QAction *action); // as people read them; empty = none

private:
    QAction *make(const QString &id, const QString &text, const QKeySequence &key);

    QWidget *m_window;
    QList<Group> m_groups;
    qsizetype m_current = 0;
    QList<Key> m_keys;
    QHash<QString, QAction *> m_byId;
};

} // namespace entvas
