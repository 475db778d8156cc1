#include "server/live/deltaring.h"

namespace entvas {

void DeltaRing::push(OutMessagePtr delta, std::size_t cells)
{
    m_deltas.push_back({cells, std::move(delta)});
    m_cells += cells;
    while (m_deltas.size() > kMostDeltas || (m_cells > kMostCells && !m_deltas.empty())) {
        ++(m_deltas.size() > kMostDeltas ? m_tooMany : m_tooLarge);
        m_cells -= m_deltas.front().cells;
        m_deltas.pop_front();
    }
}

void DeltaRing::clear()
{
    m_deltas.clear();
    m_cells = 0;
}

QList<OutMessagePtr> DeltaRing::newest(qint64 count) const
{
    QList<OutMessagePtr> list;
    for (std::size_t i = m_deltas.size() - std::size_t(count); i < m_deltas.size(); ++i)
        list.append(m_deltas[i].message);
    return list;
}

LimitUse DeltaRing::deltas() const
{
    return {double(m_deltas.size()), double(kMostDeltas), m_tooMany};
}

LimitUse DeltaRing::cells() const
{
    return {double(m_cells), double(kMostCells), m_tooLarge};
}

} // namespace entvas
