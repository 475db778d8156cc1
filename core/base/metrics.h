#pragma once

#include "core/base/histogram.h"
#include "core/base/limituse.h"

#include <algorithm>
#include <functional>
#include <QByteArray>
#include <QString>
#include <utility>
#include <vector>

namespace entvas {

using MetricLabels = std::vector<std::pair<const char *, QString>>; // never what a sender chose

// One number by its labels, or one distribution.
struct MetricSample {
    MetricLabels labels;
    double value = 0;
    std::vector<double> bounds = {};  // of a histogram: upper bounds, and one count more for what is above them all
    std::vector<quint64> counts = {}; // by bound, not cumulative
    double sum = 0;
};

struct MetricFamily {
    enum class Kind { Gauge, Counter, Histogram };
    QByteArray name, help;
    Kind kind = Kind::Gauge;
    std::vector<MetricSample> samples;
};

// What a limit is called and says. Sizes are in bytes; times are given in milliseconds and shown in seconds.
struct LimitText {
    enum class Unit { Count, Bytes, Milliseconds };
    const char *name;
    Unit unit;
    const char *what;   // `used` is, in a sentence
    const char *beyond; // what was done as often as the limit was reached, likewise
};

// All metrics at one moment, in the order in which they were named. Made and thrown away with an answer.
class MetricFamilies
{
public:
    // The same name again adds another set of labels.
    void gauge(const char *name, const char *help, double value, const MetricLabels &labels = {});
    void counter(const char *name, const char *help, double value, const MetricLabels &labels = {});
    template <std::size_t N>
    void histogram(const char *name, const char *help, const Histogram<N> &values, const MetricLabels &labels = {})
    {
        add(name, help, MetricFamily::Kind::Histogram)
            .push_back({labels, 0, std::vector<double>(values.bounds().cbegin(), values.bounds().cend()),
                        std::vector<quint64>(values.counts().cbegin(), values.counts().cend()), values.sum()});
    }
    // Three families: NAME[_unit], NAME_limit[_unit] and NAME_limit_reached_total.
    void limit(const LimitText &text, const LimitUse &use, const MetricLabels &labels = {});

    const std::vector<MetricFamily> &all() const { return m_families; }
    // nullptr: there is none of this name.
    const MetricFamily *find(const QByteArray &name) const;

private:
    std::vector<MetricSample> &add(const QByteArray &name, const QByteArray &help, MetricFamily::Kind kind);
    std::vector<MetricFamily> m_families;
};

// The metrics that one part counts. Each is declared once, as a member beside it that registers itself, with its name,
// help, unit and bound. Counted and read in one thread.
class Metrics
{
public:
    Metrics() = default;
    Q_DISABLE_COPY_MOVE(Metrics)

    void add(std::function<void(MetricFamilies &)> metric) { m_all.push_back(std::move(metric)); }
    // A number that is looked up when somebody asks.
    void gauge(const char *name, const char *help, std::function<double()> now);
    void collect(MetricFamilies &into) const;

    // The sum over all labels, or over those samples that have this one; -1: there is none of this name.
    double value(const QByteArray &name, const QString &label = {}) const;

private:
    std::vector<std::function<void(MetricFamilies &)>> m_all;
};

// Only rises.
class Counter
{
public:
    Counter(Metrics &metrics, const char *name, const char *help, MetricLabels labels = {});
    Q_DISABLE_COPY_MOVE(Counter)
    void operator++() { ++m_value; }
    void operator+=(quint64 more) { m_value += more; }
    quint64 value() const { return m_value; }

private:
    quint64 m_value = 0;
};

// A bound, how far it is used, and how often it was reached.
class Limit
{
public:
    // `used` is what raise() made it, or looked up where `now` is given.
    Limit(Metrics &metrics, const LimitText &text, double most, std::function<double()> now = {});
    Q_DISABLE_COPY_MOVE(Limit)
    void raise(double used) { m_use.used = std::max(m_use.used, used); } // the largest so far
    void reach(quint64 times = 1) { m_use.reached += times; }
    LimitUse use() const;

private:
    LimitUse m_use;
    std::function<double()> m_now;
};

} // namespace entvas
