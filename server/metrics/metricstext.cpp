#include "server/metrics/metricstext.h"

#include <limits>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <sstream>

namespace entvas {

namespace {

// Old names leave with the release after the next one. A limit goes by its base name and brings its three families.
struct OldName {
    const char *now;
    const char *before;
};
constexpr OldName kOldNames[] = {
    {"entvas_auth_failures", "entvas_access_guesses"},
    {"entvas_auth_tracked_addresses", "entvas_access_guessers"},
    {"entvas_live_unauthenticated", "entvas_live_strangers"},
    {"entvas_live_snapshots_sent_total", "entvas_live_pictures_sent_total"},
    {"entvas_rejected_events_dropped_total", "entvas_rejected_events_forgotten_total"},
};

// The old name of a family; empty: it had no other.
QByteArray oldNameOf(const QByteArray &name)
{
    for (const OldName &one : kOldNames) {
        const QByteArray now(one.now);
        if (name == now || name == now + "_limit" || name == now + "_limit_reached_total")
            return one.before + name.sliced(now.size());
    }
    return {};
}

void fill(prometheus::ClientMetric &metric, MetricFamily::Kind kind, const MetricSample &sample)
{
    for (const auto &[label, value] : sample.labels)
        metric.label.push_back({label, value.toStdString()});
    switch (kind) {
    case MetricFamily::Kind::Gauge: metric.gauge.value = sample.value; return;
    case MetricFamily::Kind::Counter: metric.counter.value = sample.value; return;
    case MetricFamily::Kind::Histogram: break;
    }
    for (std::size_t i = 0; i < sample.counts.size(); ++i) {
        metric.histogram.sample_count += sample.counts[i];
        const double bound = i < sample.bounds.size() ? sample.bounds[i] : std::numeric_limits<double>::infinity();
        metric.histogram.bucket.push_back({metric.histogram.sample_count, bound});
    }
    metric.histogram.sample_sum = sample.sum;
}

prometheus::MetricType typeOf(MetricFamily::Kind kind)
{
    switch (kind) {
    case MetricFamily::Kind::Gauge: return prometheus::MetricType::Gauge;
    case MetricFamily::Kind::Counter: return prometheus::MetricType::Counter;
    case MetricFamily::Kind::Histogram: return prometheus::MetricType::Histogram;
    }
    return prometheus::MetricType::Untyped;
}

prometheus::MetricFamily toPrometheus(const MetricFamily &family)
{
    prometheus::MetricFamily made{family.name.toStdString(), family.help.toStdString(), typeOf(family.kind), {}};
    for (const MetricSample &sample : family.samples)
        fill(made.metric.emplace_back(), family.kind, sample);
    return made;
}

} // namespace

QByteArray metricsText(const MetricFamilies &families)
{
    std::vector<prometheus::MetricFamily> all;
    for (const MetricFamily &family : families.all()) {
        all.push_back(toPrometheus(family));
        if (const QByteArray before = oldNameOf(family.name); !before.isEmpty()) {
            all.push_back(all.back());
            all.back().name = before.toStdString();
            all.back().help = "Old name of " + family.name.toStdString() + ", until the next release.";
        }
    }
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, all);
    return QByteArray::fromStdString(out.str());
}

} // namespace entvas
