#pragma once

#include <array>
#include <cstddef>

namespace entvas {

// One of several names, and how often it is chosen, out of 100.
struct Weighted {
    const char *name;
    int share;
};

template <std::size_t N>
constexpr int sum(const std::array<Weighted, N> &choices)
{
    int total = 0;
    for (const Weighted &choice : choices)
        total += choice.share;
    return total;
}

// Which one it is for a number from 0 to 99.
template <std::size_t N>
constexpr int pick(const std::array<Weighted, N> &choices, int percent)
{
    for (std::size_t i = 0; i < N; ++i)
        if ((percent -= choices[i].share) < 0)
            return int(i);
    return int(N) - 1;
}

} // namespace entvas
