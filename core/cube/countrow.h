#pragma once

#include "core/cube/tiers.h"

#include <span>
#include <utility>
#include <vector>

namespace entvas {

// Counts of one bucket by series: sorted pairs while few series are present, a plain row once that is smaller.
class CountRow
{
public:
    void add(SeriesIndex series, quint64 count);
    quint64 at(SeriesIndex series) const;
    bool isEmpty() const { return m_count.empty(); }
    // Adds sign * count to sums[group[series]]; every series must be below group.size().
    void sumInto(std::span<const SeriesIndex> group, std::span<qint64> sums, qint64 sign = 1) const;
    template <class F>
    void forEach(F &&visit) const
    {
        for (std::size_t i = 0; i < m_count.size(); ++i) {
            const SeriesIndex series = m_dense ? static_cast<SeriesIndex>(i) : m_series[i];
            if (const quint64 count = m_count[i] + high(series))
                visit(series, count);
        }
    }
    // Series s becomes to[s]; those that meet are added up.
    void remap(std::span<const SeriesIndex> to);
    void shrink();
    std::size_t bytes() const;

private:
    quint32 &slot(SeriesIndex series);
    quint64 high(SeriesIndex series) const;
    std::vector<SeriesIndex> m_series;                   // rising; empty when dense
    std::vector<quint32> m_count;                        // lower 32 bits: only a day of a flood needs more
    std::vector<std::pair<SeriesIndex, quint64>> m_high; // what does not fit, as multiples of 2^32
    bool m_dense = false;
};

} // namespace entvas
