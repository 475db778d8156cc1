#pragma once

#include "core/base/histogram.h"
#include "core/base/limituse.h"

#include <prometheus/metric_family.h>
#include <QByteArray>
#include <QString>
#include <utility>
#include <vector>

namespace entvas {

// Metric families for one answer, in the order in which they were named. Made and thrown away with it.
class MetricFamilies
{
public:
    using Labels = std::vector<std::pair<std::string, QString>>;
    enum class Unit { Count, Bytes, Milliseconds }; // of what it is given; time goes out in seconds

    // The same name again adds another set of labels.
    void gauge(const std::string &name, const std::string &help, double value, const Labels &labels = {});
    void counter(const std::string &name, const std::string &help, double value, const Labels &labels = {});
    template <std::size_t N>
    void histogram(const std::string &name, const std::string &help, const Histogram<N> &values,
                   const Labels &labels = {})
    {
        histogram(name, help, std::vector<double>(values.bounds().cbegin(), values.bounds().cend()),
                  std::vector<quint64>(values.counts().cbegin(), values.counts().cend()), values.sum(), labels);
    }
    // Three families: NAME[_unit], NAME_limit[_unit] and NAME_limit_reached_total. `beyond` says what happens then.
    void limit(const std::string &name, Unit unit, const std::string &what, const std::string &beyond,
               const LimitUse &use, const Labels &labels = {});

    QByteArray text() const; // Prometheus text format 0.0.4

private:
    prometheus::ClientMetric &add(const std::string &name, const std::string &help, prometheus::MetricType type,
                                  const Labels &labels);
    void histogram(const std::string &name, const std::string &help, const std::vector<double> &bounds,
                   const std::vector<quint64> &counts, double sum, const Labels &labels);
    std::vector<prometheus::MetricFamily> m_families;
};

} // namespace entvas
