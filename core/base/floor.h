#pragma once

#include <QtGlobal>

namespace entvas {

// Rounded towards minus infinity: times before 1970 fall into their bucket like all others. b and step are positive.
constexpr qint64 floorDiv(qint64 a, qint64 b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

constexpr qint64 floorTo(qint64 a, qint64 step)
{
    return floorDiv(a, step) * step;
}

constexpr qint64 ceilTo(qint64 a, qint64 step)
{
    return floorTo(a + step - 1, step);
}

} // namespace entvas
