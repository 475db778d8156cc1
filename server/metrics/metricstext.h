#pragma once

#include "core/base/metrics.h"

namespace entvas {

// Prometheus text format 0.0.4. A renamed family is there under its old name too, for one release; see kOldNames.
QByteArray metricsText(const MetricFamilies &families);

} // namespace entvas
