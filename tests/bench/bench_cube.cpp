// The live cube: what one delta costs, and what a click on a range costs up to the chart's points.
#include "core/cube/cubeview.h"
#include "core/model/timerange.h"
#include "tests/bench/weekcube.h"

#include <benchmark/benchmark.h>

#include <QPointF>
#include <vector>

namespace entvas::bench {
namespace {

// The lines of stacked bars: for each group the top of its segment in each bucket, in the order they are drawn.
QList<QList<QPointF>> chartPoints(const CubeAnswer &answer, const TimeGrid &grid)
{
    QList<QList<QPointF>> stack;
    stack.reserve(answer.groups.size());
    QList<qint64> top(grid.size(), 0);
    for (const CubeGroup &group : answer.groups) {
        QList<QPointF> points;
        points.reserve(grid.size());
        for (qsizetype i = 0; i < grid.size(); ++i) {
            top[i] += group.perBucket[i];
            points.append(QPointF(double(grid.edgesMs[i]), double(top[i])));
        }
        stack.append(points);
    }
    return stack;
}

const LiveCube &sharedCube()
{
    static const LiveCube cube = weekCube();
    return cube;
}

// One delta of 100 ms: `cells` different series in the running second.
void addDelta(benchmark::State &state)
{
    LiveCube cube = sharedCube();
    const auto size = std::size_t(state.range(0));
    std::vector<Cell> cells(size);
    qint64 second = kNowMs / 1'000;
    for (auto _ : state) {
        ++second;
        for (std::size_t i = 0; i < size; ++i)
            cells[i] = {second, SeriesIndex(i), 3};
        cube.add(cells);
        if (second % 60 == 0)
            cube.trim(second * 1'000);
    }
    state.SetItemsProcessed(qint64(state.iterations()) * qint64(size));
}
BENCHMARK(addDelta)->Arg(1)->Arg(100)->Arg(kSeries);

void rangeSwitch(benchmark::State &state, NamedRange range, int groupBy, bool filtered)
{
    const LiveCube &cube = sharedCube();
    const QTimeZone zone("Europe/Paris");
    CubeQuery question;
    question.groupBy = groupBy;
    if (filtered)
        question.filter.insert(2, {{QStringLiteral("browser_1"), QStringLiteral("browser_3")}, false});
    for (auto _ : state) {
        const BucketStep step =
            stepFor(lengthOf(range), finestStepMs(kNowMs - lengthOf(range), kNowMs), 170); // a chart of 850 pixels
        question.grid = cut({kNowMs - lengthOf(range), bucketAround(kNowMs, step, zone).toMs}, step, zone);
        const CubeAnswer answer = query(cube, question);
        benchmark::DoNotOptimize(chartPoints(answer, question.grid));
    }
}
BENCHMARK_CAPTURE(rangeSwitch, five_minutes, NamedRange::FiveMinutes, 0, false)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(rangeSwitch, hour, NamedRange::Hour, 0, false)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(rangeSwitch, day, NamedRange::Day, 0, false)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(rangeSwitch, week, NamedRange::Week, 0, false)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(rangeSwitch, month, NamedRange::Month, 0, false)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(rangeSwitch, quarter, NamedRange::Quarter, 0, false)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(rangeSwitch, week_by_page, NamedRange::Week, 1, false)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(rangeSwitch, week_filtered, NamedRange::Week, 0, true)->Unit(benchmark::kMicrosecond);

// What a dashboard that connects costs both sides, and what the cube holds.
void snapshotAndApply(benchmark::State &state)
{
    const LiveCube &cube = sharedCube();
    for (auto _ : state) {
        LiveCube copy;
        if (!copy.apply(cube.snapshot()))
            state.SkipWithError("the snapshot was refused");
        benchmark::DoNotOptimize(copy);
    }
    state.counters["cube_MB"] = double(cube.bytes()) / 1e6;
}
BENCHMARK(snapshotAndApply)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace entvas::bench

BENCHMARK_MAIN();
