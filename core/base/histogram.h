#pragma once

#include <algorithm>
#include <array>
#include <QtGlobal>

namespace entvas {

// Counts of observations by fixed upper bounds (inclusive, rising), and one more for what is above them all.
template <std::size_t N>
class Histogram
{
public:
    explicit Histogram(const std::array<double, N> &bounds) : m_bounds(bounds) {}

    void observe(double value)
    {
        const auto bound = std::lower_bound(m_bounds.cbegin(), m_bounds.cend(), value);
        ++m_counts[std::size_t(bound - m_bounds.cbegin())];
        m_sum += value;
    }
    const std::array<double, N> &bounds() const { return m_bounds; }
    const std::array<quint64, N + 1> &counts() const { return m_counts; } // by bound, not cumulative
    double sum() const { return m_sum; }

private:
    std::array<double, N> m_bounds;
    std::array<quint64, N + 1> m_counts{};
    double m_sum = 0;
};

} // namespace entvas
