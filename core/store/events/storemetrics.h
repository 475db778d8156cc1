#pragma once

#include "core/store/events/storereader.h"
#include "core/store/events/storewriter.h"

namespace entvas {

class MetricFamilies;

// What /metrics shows of the database: names and help beside what is counted.
void collect(const StoreWriter::Stats &stats, MetricFamilies &into);
struct ReaderUse {
    LimitUse waiting; // StoreReader::waiting()
    LimitUse time;    // StoreReader::time()
};
void collect(const ReaderUse &use, MetricFamilies &into);

} // namespace entvas
