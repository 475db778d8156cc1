#pragma once

#include "app/board/layout/layout.h"

namespace entvas {

// The layouts that were, for undo and redo. Nothing instead of a layout: the automatic one by the width of the window.
class LayoutHistory
{
public:
    using State = std::optional<LayoutNode>;
    static constexpr qsizetype kMost = 100;

    const State &current() const { return m_current; }
    // One step. Successive steps with the same non-empty `together` are one.
    void change(const State &next, const QString &together = {});
    void amend(const State &next) { m_current = next; } // no step: what comes to front
    bool canUndo() const { return !m_past.isEmpty(); }
    bool canRedo() const { return !m_future.isEmpty(); }
    void undo();
    void redo();

private:
    State m_current;
    QList<State> m_past, m_future; // the last one is the next
    QString m_together;
};

} // namespace entvas
