// Many servers on one database, simulated: what one of them pays for the live picture of all. The store is a stand-in
// that keeps announcements in memory; writing, reading and adding them is the server's own code, and so is the delta
// that its dashboards get every 100 ms. One iteration is one second of the fleet.
//
// cores: of this machine, that one server spends on what the others announce (1 = it can do nothing else).
#include "core/store/events/announcement.h"
#include "server/live/liveproject.h"
#include "tests/bench/weekcube.h"

#include <benchmark/benchmark.h>

#include <QRandomGenerator>
#include <vector>

namespace entvas::bench {
namespace {

using namespace Qt::StringLiterals;

constexpr qint64 kSecond = kNowMs / 1'000;
constexpr int kFlushes = 10;           // deltas of a second
constexpr int kBatchesPerSecond = 100; // of a busy writer: a commit waits for the disk about as long
constexpr int kUsers = 50'000;         // that are there in a second, over all servers
constexpr int kUsedSeries = 200;

const QStringList &dimensions()
{
    static const QStringList names{u"eventType"_s, u"page"_s, u"browser"_s};
    return names;
}

// What `servers` announce in a second in which they store `events` altogether, in the order of their commits; the first
// of them is the one that reads, and its own are not among it.
class StandInStore
{
public:
    StandInStore(int servers, int events)
    {
        const double each = double(events) / servers;
        const int batches = int(std::clamp(each, 1., double(kBatchesPerSecond)));
        QRandomGenerator random(1);
        Event event;
        event.receivedAtMs = kNowMs;
        for (int batch = 0; batch < batches; ++batch)
            for (int server = 1; server < servers; ++server) {
                AnnouncementWriter writer;
                const int size = int(each * (batch + 1) / batches) - int(each * batch / batches);
                for (int i = 0; i < size; ++i) {
                    const int series = random.bounded(kUsedSeries);
                    event.id = QUuid(random.generate(), 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 0);
                    event.series = seriesKey(series);
                    event.eventType = event.series.first();
                    event.userId = u"user-%1"_s.arg(random.bounded(kUsers));
                    writer.add(event, series, dimensions());
                }
                if (size == 0)
                    continue;
                m_rows.push_back(writer.text());
                m_events += size;
            }
    }
    const std::vector<QString> &rows() const { return m_rows; }
    qint64 events() const { return m_events; }
    qint64 bytes() const
    {
        qint64 sum = 0;
        for (const QString &row : m_rows)
            sum += row.size();
        return sum;
    }

private:
    std::vector<QString> m_rows;
    qint64 m_events = 0;
};

void readOthers(benchmark::State &state)
{
    const StandInStore store(int(state.range(1)), int(state.range(0)));
    LiveProject project({u"default"_s, u"Default"_s}, u"epoch"_s, dimensions());
    const std::size_t perFlush = std::max<std::size_t>(1, (store.rows().size() + kFlushes - 1) / kFlushes);
    for (auto _ : state) {
        std::size_t row = 0;
        while (row < store.rows().size()) {
            const std::size_t end = std::min(row + perFlush, store.rows().size());
            for (; row < end; ++row)
                if (const auto what = Announcement::parse(store.rows()[row], dimensions()))
                    project.add(*what);
            if (project.hasChanges())
                benchmark::DoNotOptimize(project.step());
        }
    }
    if (project.totals().events != qint64(state.iterations()) * store.events())
        state.SkipWithError("events were lost");
    state.counters["rows/s"] = double(store.rows().size());
    state.counters["MB/s"] = double(store.bytes()) / 1e6;
    state.counters["cores"] =
        benchmark::Counter(double(state.iterations()), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(readOthers)
    ->ArgNames({"events", "servers"})
    ->ArgsProduct({{1'000, 10'000, 100'000, 1'000'000}, {2, 4, 8, 16, 32, 64, 128}})
    ->Unit(benchmark::kMillisecond)
    ->MinTime(0.3);

// What a writer pays to announce a batch.
void writeBatch(benchmark::State &state)
{
    const int size = int(state.range(0));
    QRandomGenerator random(1);
    std::vector<Event> events(static_cast<std::size_t>(size));
    std::vector<int> series;
    for (Event &event : events) {
        series.push_back(random.bounded(kUsedSeries));
        event.id = QUuid::createUuid();
        event.receivedAtMs = kNowMs;
        event.series = seriesKey(series.back());
        event.eventType = event.series.first();
        event.userId = u"user-%1"_s.arg(random.bounded(kUsers));
    }
    qsizetype chars = 0;
    for (auto _ : state) {
        AnnouncementWriter writer;
        for (std::size_t i = 0; i < events.size(); ++i)
            writer.add(events[i], series[i], dimensions());
        chars = writer.text().size();
    }
    state.counters["bytes/event"] = double(chars) / size;
    state.counters["events/s"] = benchmark::Counter(double(state.iterations()) * size, benchmark::Counter::kIsRate);
}
BENCHMARK(writeBatch)
    ->ArgName("events")
    ->Arg(1)
    ->Arg(10)
    ->Arg(100)
    ->Arg(1'000)
    ->Arg(5'000)
    ->Unit(benchmark::kMicrosecond);

} // namespace
} // namespace entvas::bench

BENCHMARK_MAIN();
