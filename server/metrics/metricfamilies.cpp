#include "server/metrics/metricfamilies.h"

#include <algorithm>
#include <limits>
#include <prometheus/text_serializer.h>
#include <sstream>

namespace entvas {

using prometheus::MetricType;

prometheus::ClientMetric &MetricFamilies::add(const std::string &name, const std::string &help, MetricType type,
                                              const Labels &labels)
{
    auto family = std::find_if(m_families.begin(), m_families.end(), [&](const auto &f) { return f.name == name; });
    if (family == m_families.end())
        family = m_families.insert(family, {name, help, type, {}});
    prometheus::ClientMetric &metric = family->metric.emplace_back();
    for (const auto &[label, value] : labels)
        metric.label.push_back({label, value.toStdString()});
    return metric;
}

void MetricFamilies::gauge(const std::string &name, const std::string &help, double value, const Labels &labels)
{
    add(name, help, MetricType::Gauge, labels).gauge.value = value;
}

void MetricFamilies::counter(const std::string &name, const std::string &help, double value, const Labels &labels)
{
    add(name, help, MetricType::Counter, labels).counter.value = value;
}

void MetricFamilies::histogram(const std::string &name, const std::string &help, const std::vector<double> &bounds,
                               const std::vector<quint64> &counts, double sum, const Labels &labels)
{
    auto &histogram = add(name, help, MetricType::Histogram, labels).histogram;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        histogram.sample_count += counts[i];
        const double bound = i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity();
        histogram.bucket.push_back({histogram.sample_count, bound});
    }
    histogram.sample_sum = sum;
}

void MetricFamilies::limit(const std::string &name, Unit unit, const std::string &what, const std::string &beyond,
                           const LimitUse &use, const Labels &labels)
{
    const double scale = unit == Unit::Milliseconds ? 0.001 : 1;
    std::string suffix;
    switch (unit) {
    case Unit::Count: break;
    case Unit::Bytes: suffix = "_bytes"; break;
    case Unit::Milliseconds: suffix = "_seconds"; break;
    }
    gauge(name + suffix, what, use.used * scale, labels);
    gauge(name + "_limit" + suffix, "The most that is allowed: " + what, use.most * scale, labels);
    counter(name + "_limit_reached_total", beyond, double(use.reached), labels);
}

QByteArray MetricFamilies::text() const
{
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, m_families);
    return QByteArray::fromStdString(out.str());
}

} // namespace entvas
