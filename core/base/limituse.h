#pragma once

#include <QtGlobal>

namespace entvas {

// How far a limit is used, for metrics. A copy taken at one moment; units are those of the limit.
struct LimitUse {
    double used = 0; // now; for a limit per request the largest one so far
    double most = 0; // 0 = off
    quint64 reached = 0;
};

} // namespace entvas
