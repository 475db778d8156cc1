#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace entvas {

// How often values fell below each of some fixed bounds: what a metrics histogram is made of. A plain value.
struct Histogram {
    explicit Histogram(std::span<const double> upperBounds = {})
        : bounds(upperBounds.begin(), upperBounds.end()), counts(bounds.size() + 1)
    {
    }
    void add(double value)
    {
        const auto at = std::lower_bound(bounds.begin(), bounds.end(), value) - bounds.begin();
        ++counts[std::size_t(at)];
        sum += value;
    }

    std::vector<double> bounds;        // rising; a value at a bound counts there
    std::vector<std::uint64_t> counts; // one more than bounds: the last has no bound
    double sum = 0;
};

} // namespace entvas
