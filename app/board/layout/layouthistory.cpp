#include "app/board/layout/layouthistory.h"

namespace entvas {

void LayoutHistory::change(const State &next, const QString &together)
{
    if (next == m_current)
        return;
    m_future.clear();
    if (together.isEmpty() || together != m_together || m_past.isEmpty()) {
        m_past.append(m_current);
        if (m_past.size() > kMost)
            m_past.removeFirst();
    }
    m_together = together;
    m_current = next;
}

void LayoutHistory::undo()
{
    if (m_past.isEmpty())
        return;
    m_future.append(m_current);
    m_current = m_past.takeLast();
    m_together.clear();
}

void LayoutHistory::redo()
{
    if (m_future.isEmpty())
        return;
    m_past.append(m_current);
    m_current = m_future.takeLast();
    m_together.clear();
}

} // namespace entvas
