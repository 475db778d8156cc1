#pragma once

#include <QtGlobal>

namespace entvas {

class MetricFamilies;

// This process as the kernel sees it; zeros for what it does not report.
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
void collectProcess(MetricFamilies &into);

} // namespace entvas
