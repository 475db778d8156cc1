#include "core/cube/countrow.h"

#include <algorithm>

namespace entvas {

namespace {
// A pair costs 6 bytes, a slot of a plain row 4.
constexpr bool denseIsSmaller(std::size_t present, std::size_t width)
{
    return present > 8 && present * 6 > width * 4;
}
constexpr std::size_t kRowGrain = 64; // plain rows grow by whole cache lines, never by doubling
} // namespace

quint32 &CountRow::slot(SeriesIndex series)
{
    if (!m_dense) {
        const auto at = std::lower_bound(m_series.begin(), m_series.end(), series);
        const auto i = static_cast<std::size_t>(at - m_series.begin());
        if (at != m_series.end() && *at == series)
            return m_count[i];
        const std::size_t width = std::max<std::size_t>(series, m_series.empty() ? 0 : m_series.back()) + 1;
        if (!denseIsSmaller(m_series.size() + 1, width)) {
            m_series.insert(at, series);
            return *m_count.insert(m_count.begin() + static_cast<std::ptrdiff_t>(i), 0);
        }
        std::vector<quint32> row;
        row.reserve((width + kRowGrain - 1) / kRowGrain * kRowGrain);
        row.resize(width);
        for (std::size_t k = 0; k < m_series.size(); ++k)
            row[m_series[k]] = m_count[k];
        m_count = std::move(row);
        m_series = {};
        m_dense = true;
    }
    if (series >= m_count.size()) {
        const std::size_t width = std::size_t(series) + 1;
        if (width > m_count.capacity())
            m_count.reserve((width + kRowGrain - 1) / kRowGrain * kRowGrain);
        m_count.resize(width);
    }
    return m_count[series];
}

void CountRow::add(SeriesIndex series, quint64 count)
{
    if (!count)
        return;
    quint32 &low = slot(series);
    const quint64 sum = low + count;
    low = static_cast<quint32>(sum);
    if (const quint64 carry = sum & ~quint64(0xffffffff)) {
        const auto at = std::find_if(m_high.begin(), m_high.end(), [=](const auto &h) { return h.first == series; });
        if (at == m_high.end())
            m_high.emplace_back(series, carry);
        else
            at->second += carry;
    }
}

quint64 CountRow::high(SeriesIndex series) const
{
    for (const auto &[s, carry] : m_high)
        if (s == series)
            return carry;
    return 0;
}

quint64 CountRow::at(SeriesIndex series) const
{
    if (m_dense)
        return series < m_count.size() ? m_count[series] + high(series) : 0;
    const auto at = std::lower_bound(m_series.begin(), m_series.end(), series);
    if (at == m_series.end() || *at != series)
        return 0;
    return m_count[static_cast<std::size_t>(at - m_series.begin())] + high(series);
}

void CountRow::sumInto(std::span<const SeriesIndex> group, std::span<qint64> sums, qint64 sign) const
{
    const std::size_t n = m_count.size();
    if (m_dense) {
        for (std::size_t i = 0; i < n; ++i)
            sums[group[i]] += sign * qint64(m_count[i]);
    } else {
        for (std::size_t i = 0; i < n; ++i)
            sums[group[m_series[i]]] += sign * qint64(m_count[i]);
    }
    for (const auto &[series, carry] : m_high)
        sums[group[series]] += sign * qint64(carry);
}

void CountRow::remap(std::span<const SeriesIndex> to)
{
    std::vector<std::pair<SeriesIndex, quint64>> counts;
    forEach([&](SeriesIndex series, quint64 count) { counts.emplace_back(to[series], count); });
    std::sort(counts.begin(), counts.end());
    *this = CountRow();
    for (const auto &[series, count] : counts)
        add(series, count);
    shrink();
}

void CountRow::shrink()
{
    m_series.shrink_to_fit();
    m_count.shrink_to_fit();
    m_high.shrink_to_fit();
}

std::size_t CountRow::bytes() const
{
    return sizeof *this + m_series.capacity() * sizeof(SeriesIndex) + m_count.capacity() * sizeof(quint32) +
           m_high.capacity() * sizeof m_high[0];
}

} // namespace entvas
