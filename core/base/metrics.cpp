#include "core/base/metrics.h"

#include <algorithm>

namespace entvas {

std::vector<MetricSample> &MetricFamilies::add(const QByteArray &name, const QByteArray &help, MetricFamily::Kind kind)
{
    auto family = std::find_if(m_families.begin(), m_families.end(), [&](const auto &f) { return f.name == name; });
    if (family == m_families.end())
        family = m_families.insert(family, {name, help, kind, {}});
    return family->samples;
}

void MetricFamilies::gauge(const char *name, const char *help, double value, const MetricLabels &labels)
{
    add(name, help, MetricFamily::Kind::Gauge).push_back({labels, value});
}

void MetricFamilies::counter(const char *name, const char *help, double value, const MetricLabels &labels)
{
    add(name, help, MetricFamily::Kind::Counter).push_back({labels, value});
}

void MetricFamilies::limit(const LimitText &text, const LimitUse &use, const MetricLabels &labels)
{
    const double scale = text.unit == LimitText::Unit::Milliseconds ? 0.001 : 1;
    QByteArray suffix;
    switch (text.unit) {
    case LimitText::Unit::Count: break;
    case LimitText::Unit::Bytes: suffix = "_bytes"; break;
    case LimitText::Unit::Milliseconds: suffix = "_seconds"; break;
    }
    const QByteArray name(text.name);
    const auto gauge = MetricFamily::Kind::Gauge;
    add(name + suffix, text.what, gauge).push_back({labels, use.used * scale});
    add(name + "_limit" + suffix, "Upper bound of " + name + suffix + '.', gauge).push_back({labels, use.most * scale});
    add(name + "_limit_reached_total", text.beyond, MetricFamily::Kind::Counter)
        .push_back({labels, double(use.reached)});
}

const MetricFamily *MetricFamilies::find(const QByteArray &name) const
{
    const auto found =
        std::find_if(m_families.cbegin(), m_families.cend(), [&](const auto &family) { return family.name == name; });
    return found == m_families.cend() ? nullptr : &*found;
}

void Metrics::gauge(const char *name, const char *help, std::function<double()> now)
{
    add([=, now = std::move(now)](MetricFamilies &families) { families.gauge(name, help, now()); });
}

void Metrics::collect(MetricFamilies &into) const
{
    for (const auto &metric : m_all)
        metric(into);
}

double Metrics::value(const QByteArray &name, const QString &label) const
{
    MetricFamilies families;
    collect(families);
    const MetricFamily *family = families.find(name);
    if (!family)
        return -1;
    double sum = 0;
    for (const MetricSample &sample : family->samples)
        if (label.isEmpty() || std::any_of(sample.labels.cbegin(), sample.labels.cend(),
                                           [&](const auto &one) { return one.second == label; }))
            sum += sample.value;
    return sum;
}

Counter::Counter(Metrics &metrics, const char *name, const char *help, MetricLabels labels)
{
    metrics.add([=, this, labels = std::move(labels)](MetricFamilies &families) {
        families.counter(name, help, double(m_value), labels);
    });
}

Limit::Limit(Metrics &metrics, const LimitText &text, double most, std::function<double()> now)
    : m_use{0, most, 0}, m_now(std::move(now))
{
    metrics.add([this, text](MetricFamilies &families) { families.limit(text, use()); });
}

LimitUse Limit::use() const
{
    LimitUse use = m_use;
    if (m_now)
        use.used = m_now();
    return use;
}

} // namespace entvas
