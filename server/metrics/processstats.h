#pragma once

#include <QtGlobal>

namespace entvas {

// This process as the kernel sees it; zeros where it does not tell.
struct ProcessStats {
    double cpuSeconds = 0;
    double startSeconds = 0; // since 1970
    qint64 residentBytes = 0;
    qint64 virtualBytes = 0;
    qint64 openFds = 0;
    qint64 maxFds = 0;
};
ProcessStats processStats(); // costs the same with any number of descriptors
qint64 residentBytes();

} // namespace entvas
