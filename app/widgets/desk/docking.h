#pragma once

#include "app/board/layout/layouthistory.h"

#include <QHash>
#include <QObject>
#include <QSet>

class QAction;
class QKeySequence;
class QMenu;

namespace entvas {

class PanelArea;

// The layout of one desk: automatic by its width until somebody changes it, then theirs, with undo. A panel that is
// only opened, or brought to front, leaves it automatic: it has its place in a wide window and another one in a narrow
// one. Everything that the mouse can do is a function and an action here, so that menus, the command palette and saved
// views can do it too.
//
//   save:     if (own()) json = toJson(*own());        (app/board/layout/layouttext.h)
//   restore:  restore(layoutFromJson(json)) at start, setLayout() later: that is one step that can be undone
//   menus:    commands() and toggles() are ready-made actions with texts, shortcuts and states, and fillMenu()
//
// More than 25 functions: one for each thing that can be done to a layout by mouse, key, menu or saved view.
class Docking : public QObject
{
    Q_OBJECT
public:
    struct PanelInfo {
        QString id, title;
        bool isShown; // in the layout, perhaps behind a tab
    };
    // The actions are added to `desk`, so that their keys work in its window.
    Docking(PanelArea *area, QWidget *desk);

    LayoutNode layout() const; // as it is now, automatic or not
    bool isAutomatic() const;
    const LayoutHistory::State &own() const { return m_history.current(); } // nothing: automatic, and no panel opened
    void setLayout(const LayoutNode &layout);
    void restore(const LayoutHistory::State &layout); // forgets what was before
    void lend(const LayoutHistory::State &layout);    // no step: somebody only looks at another one for a while
    void resetLayout();                               // automatic again; one step
    void setWide(bool wide);                          // which of the automatic ones

    QList<PanelInfo> panels() const; // that are worth offering
    // Panels of what a server does not have are not offered.
    void setOffered(const QString &panel, bool offered);
    bool isShown(const QString &panel) const;
    bool isSeen(const QString &panel) const;         // and not behind a tab or another one that is maximised
    void showPanel(const QString &panel);            // where it was, where it belongs, or in front of its tabs
    void closePanel(const QString &panel);           // the last one stays
    void movePanel(const QString &panel, Side side); // one step, see pushed()
    void stackPanel(const QString &panel, const QString &onto);
    void resizePanel(const QString &panel, Qt::Orientation direction, bool more);
    void hideCards(const QStringList &cards); // of the numbers
    void maximise(const QString &panel);      // alone on the desk; empty = with the others again
    QString maximised() const;
    QString current() const; // the panel that the keys mean
    void focusNext(bool backwards);

    bool canUndo() const { return m_history.canUndo(); }
    bool canRedo() const { return m_history.canRedo(); }
    void undo();
    void redo();

    const QList<QAction *> &commands() const { return m_commands; } // on the current panel, and undo, redo, reset
    const QList<QAction *> &toggles() const { return m_toggles; }   // one per panel, checked while it is shown
    void fillMenu(const QString &panel, QMenu *menu);
    void retitle(); // a panel is called otherwise now

Q_SIGNALS:
    void layoutChanged(); // by somebody, not by the width

private:
    void change(const LayoutHistory::State &next, const QString &together = {});
    void apply();
    void refreshActions();
    void makeCommands();
    QAction *addCommand(const QString &text, const QKeySequence &key);
    QString titleOf(const QString &panel) const;

    PanelArea *m_area;
    QWidget *m_desk;
    LayoutHistory m_history;
    bool m_isWide = true;
    QSet<QString> m_notOffered;
    struct Closed {
        LayoutHistory::State before, after;
    };
    QHash<QString, Closed> m_closed; // last time each panel was
    QList<QAction *> m_commands, m_toggles;
    QAction *m_undo = nullptr, *m_redo = nullptr, *m_reset = nullptr;
};

} // namespace entvas
