// What the server promises under load, as ratios measured in one run on one machine: durable events per second against
// what the same server answers without work, against pgbench and COPY into the same table, with an empty and with a
// large one; a thousand dashboards; a project that floods. The server is a process of its own; senders, dashboards and
// PostgreSQL share the machine with it. ENTVAS_BENCH_EVENTS: events in the large table (10,000,000).
#include "core/base/log.h"
#include "tests/bench/dashboardcrowd.h"
#include "tests/bench/httpload.h"
#include "tests/bench/site.h"
#include "tests/bench/sockets.h"
#include "tests/bench/stock.h"

#include <benchmark/benchmark.h>

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryFile>

#include <algorithm>
#include <memory>

using namespace Qt::StringLiterals;

namespace entvas::bench {

namespace {

constexpr int kRounds = 3; // of which the median counts
constexpr int kConnections = 64;
constexpr int kSamples = 80; // different events
constexpr int kArray = 1'000;
constexpr qint64 kMillion = 1'000'000;
constexpr double kMegabyte = 1024 * 1024;

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[values.size() / 2];
}

std::vector<QByteArray> singles(const QByteArray &key = kDevelopmentKey)
{
    std::vector<QByteArray> posts;
    for (int i = 0; i < kSamples; ++i)
        posts.push_back(postRequest(sampleEvent(i), key));
    return posts;
}

std::vector<QByteArray> arrays()
{
    std::vector<QByteArray> posts;
    for (int i = 0; i < 4; ++i)
        posts.push_back(postRequest(sampleArray(i * kArray, kArray), kDevelopmentKey));
    return posts;
}

// Output of one of PostgreSQL's programs on this database.
QByteArray runPostgres(const Site &site, const QString &name, const QStringList &arguments)
{
    QProcess program;
    program.setProcessChannelMode(QProcess::MergedChannels);
    program.start(
        postgresServer()->program(name),
        QStringList{u"-h"_s, site.url().host, u"-p"_s, QString::number(site.url().port), u"-U"_s, site.url().user} +
            arguments);
    if (!program.waitForFinished(120'000) || program.exitCode() != 0) {
        std::fprintf(stderr, "%s: %s\n%s\n", qPrintable(name), qPrintable(program.errorString()),
                     program.readAll().constData());
        giveUp("a program of PostgreSQL failed");
    }
    return program.readAll();
}

// Rows per second that 64 clients of pgbench insert into the table, each row a transaction.
double pgbenchRows(const Site &site, int seconds)
{
    QTemporaryFile script;
    if (!script.open())
        giveUp("there is no room for pgbench's script");
    script.write(
        "\\set u random(1, 999)\n"
        "INSERT INTO events (project, id, \"eventType\", \"userId\", \"timestamp\", metadata, \"receivedAt\") VALUES "
        "('default', gen_random_uuid(), 'page_view', :u, now(), '{\"page\":\"home\",\"browser\":\"chrome\"}', "
        "now());\n");
    script.flush();
    const QByteArray out =
        runPostgres(site, u"pgbench"_s,
                    {u"-n"_s, u"-M"_s, u"prepared"_s, u"-c"_s, QString::number(kConnections), u"-j"_s, u"1"_s, u"-T"_s,
                     QString::number(seconds), u"-f"_s, script.fileName(), site.url().database});
    const qsizetype at = out.indexOf("tps = ");
    return at < 0 ? 0 : std::strtod(out.constData() + at + 6, nullptr);
}

// Rows per second that psql copies into the table: `rows` of the sample events.
double copiedRows(const Site &site, int rows)
{
    static qint64 number = 0; // ids are never the same
    QTemporaryFile file;
    if (!file.open())
        giveUp("there is no room for the rows to copy");
    for (int i = 0; i < rows; ++i) {
        const QByteArray sample = sampleEvent(i);
        const auto part = [&](const char *from, const char *to) {
            const qsizetype at = sample.indexOf(from) + qsizetype(std::strlen(from));
            return sample.mid(at, sample.indexOf(to, at) - at);
        };
        file.write("default\t019ac000-0000-7000-8000-" + QByteArray::number(++number, 16).rightJustified(12, '0') +
                   '\t' + part("eventType\":\"", "\"") + '\t' + part("userId\":\"", "\"") + "\t2026-01-01 00:00:00Z\t" +
                   part("metadata\":", "}}") + "}\t2026-01-01 00:00:00Z\n");
    }
    file.flush();
    QElapsedTimer took;
    took.start();
    runPostgres(
        site, u"psql"_s,
        {u"-q"_s, u"-v"_s, u"ON_ERROR_STOP=1"_s, u"-d"_s, site.url().database, u"-c"_s,
         u"\\copy events (project, id, \"eventType\", \"userId\", \"timestamp\", metadata, \"receivedAt\") from '%1'"_s
             .arg(file.fileName())});
    return rows / (double(took.nsecsElapsed()) / 1e9);
}

// Ten dashboards, a million events stored, 64 connections.
void singleEvents(benchmark::State &state)
{
    const auto backend = Backend(state.range(0));
    Site site(backend);
    site.fill(kMillion);
    if (fails(state, site))
        return;
    const DashboardCrowd dashboards(site.port(), 10);
    const std::vector<QByteArray> posts = singles();
    const std::vector<QByteArray> health{getRequest("/health")};
    loadFor(1, site.port(), kConnections, posts);
    std::vector<double> answered, stored, share, half, most, rows, ofRows;
    for (auto _ : state) {
        for (int round = 0; round < kRounds; ++round) {
            answered.push_back(loadFor(3, site.port(), kConnections, health).perSecond());
            const LoadFigures figures = loadFor(6, site.port(), kConnections, posts);
            stored.push_back(figures.perSecond());
            half.push_back(figures.delayMs(0.5));
            most.push_back(figures.delayMs(0.99));
            share.push_back(100 * stored.back() / answered.back());
            if (backend != Postgres)
                continue;
            rows.push_back(pgbenchRows(site, 5));
            ofRows.push_back(100 * stored.back() / rows.back());
        }
    }
    state.counters["health_per_s"] = median(answered);
    state.counters["posts_per_s"] = median(stored);
    state.counters["percent_of_health"] = median(share);
    state.counters["p50_ms"] = median(half);
    state.counters["p99_ms"] = median(most);
    if (backend == Postgres) {
        state.counters["pgbench_per_s"] = median(rows);
        state.counters["percent_of_pgbench"] = median(ofRows);
    }
}
BENCHMARK(singleEvents)->ArgName("postgres")->Arg(Sqlite)->Arg(Postgres)->Iterations(1)->Unit(benchmark::kSecond);

void arraysOfThousand(benchmark::State &state)
{
    constexpr int kSenders = 4;
    constexpr int kRows = 200'000;
    const auto backend = Backend(state.range(0));
    Site site(backend);
    site.fill(kMillion);
    if (fails(state, site))
        return;
    const std::vector<QByteArray> posts = arrays();
    loadFor(1, site.port(), kSenders, posts);
    std::vector<double> stored, copied, share;
    for (auto _ : state) {
        for (int round = 0; round < kRounds; ++round) {
            stored.push_back(loadFor(5, site.port(), kSenders, posts).perSecond() * kArray);
            if (backend != Postgres)
                continue;
            copied.push_back(copiedRows(site, kRows));
            share.push_back(100 * stored.back() / copied.back());
        }
    }
    state.counters["events_per_s"] = median(stored);
    if (backend == Postgres) {
        state.counters["copy_per_s"] = median(copied);
        state.counters["percent_of_copy"] = median(share);
    }
}
BENCHMARK(arraysOfThousand)->ArgName("postgres")->Arg(Sqlite)->Arg(Postgres)->Iterations(1)->Unit(benchmark::kSecond);

// From starting the process to having the first snapshot.
double startSeconds(Site &site, qint64 events)
{
    site.stop();
    QElapsedTimer took;
    took.start();
    site.start();
    const DashboardCrowd dashboard(site.port(), 1);
    const double seconds = double(took.nsecsElapsed()) / 1e9;
    if (dashboard.total() < events)
        giveUp("the first snapshot is not whole");
    return seconds;
}

void emptyAgainstLarge(benchmark::State &state)
{
    const auto backend = Backend(state.range(0));
    const int asked = qEnvironmentVariableIntValue("ENTVAS_BENCH_EVENTS");
    const qint64 events = asked > 0 ? asked : 10 * kMillion;
    Site empty(backend);
    Site large(backend);
    large.fill(events);
    if (fails(state, empty) || fails(state, large))
        return;
    std::vector<double> emptyRate, largeRate, share, emptyStart, largeStart, memory;
    for (auto _ : state) {
        for (int round = 0; round < kRounds; ++round) {
            emptyStart.push_back(startSeconds(empty, 0));
            largeStart.push_back(startSeconds(large, events));
            memory.push_back(double(large.server().residentBytes() - empty.server().residentBytes()) / kMegabyte);
        }
        const std::vector<QByteArray> posts = singles();
        for (Site *const site : {&empty, &large})
            loadFor(2, site->port(), kConnections, posts);
        for (int round = 0; round < kRounds; ++round) {
            emptyRate.push_back(loadFor(5, empty.port(), kConnections, posts).perSecond());
            largeRate.push_back(loadFor(5, large.port(), kConnections, posts).perSecond());
            share.push_back(100 * largeRate.back() / emptyRate.back());
        }
    }
    state.counters["empty_posts_per_s"] = median(emptyRate);
    state.counters["large_posts_per_s"] = median(largeRate);
    state.counters["percent_of_empty"] = median(share);
    state.counters["empty_start_s"] = median(emptyStart);
    state.counters["large_start_s"] = median(largeStart);
    state.counters["memory_more_MB"] = median(memory);
}
BENCHMARK(emptyAgainstLarge)->ArgName("postgres")->Arg(Sqlite)->Arg(Postgres)->Iterations(1)->Unit(benchmark::kSecond);

// Delay of a delta: from the moment at which the oldest event in it was due to be sent, to its arrival.
void thousandDashboards(benchmark::State &state)
{
    constexpr int kDashboards = 1'000;
    constexpr double kPerSecond = 1'000;
    constexpr double kSeconds = 20;
    Site site(Backend(state.range(0)));
    if (fails(state, site))
        return;
    DashboardCrowd dashboards(site.port(), kDashboards);
    const std::vector<QByteArray> posts = singles();
    loadAtRate(kPerSecond, 2, site.port(), 16, posts);
    std::vector<double> delays;
    double cpu = 0;
    for (auto _ : state) {
        std::this_thread::sleep_for(std::chrono::seconds(1));
        const qint64 before = dashboards.total();
        const double cpuBefore = site.server().cpuSeconds();
        dashboards.record(true);
        const auto start = std::chrono::steady_clock::now();
        const LoadFigures figures = loadAtRate(kPerSecond, kSeconds, site.port(), 16, posts);
        cpu = (site.server().cpuSeconds() - cpuBefore) / figures.seconds;
        std::this_thread::sleep_for(std::chrono::seconds(1));
        dashboards.record(false);
        for (const DashboardCrowd::Seen &seen : dashboards.takeSeen())
            delays.push_back(std::chrono::duration<double, std::milli>(seen.at - start).count() -
                             double(seen.before - before) / kPerSecond * 1e3);
        if (dashboards.total() != before + figures.answered)
            giveUp("the dashboards do not show all events");
    }
    std::sort(delays.begin(), delays.end());
    state.counters["messages"] = double(delays.size());
    state.counters["delay_p50_ms"] = delays.empty() ? -1 : delays[delays.size() / 2];
    state.counters["delay_p99_ms"] = delays.empty() ? -1 : delays[delays.size() * 99 / 100];
    state.counters["delay_max_ms"] = delays.empty() ? -1 : delays.back();
    state.counters["server_cores"] = cpu;
    state.counters["server_MB"] = double(site.server().residentBytes()) / kMegabyte;
}
BENCHMARK(thousandDashboards)->ArgName("postgres")->Arg(Sqlite)->Arg(Postgres)->Iterations(1)->Unit(benchmark::kSecond);

// One project under its own steady load, alone, and beside another that sends all it can, over many more connections.
void floodedNeighbour(benchmark::State &state)
{
    constexpr double kSeconds = 6;
    Site site(Backend(state.range(0)));
    if (fails(state, site))
        return;
    site.stop();
    site.run({u"projects"_s, u"create"_s, u"quiet"_s});
    const QByteArray out =
        site.run({u"keys"_s, u"create"_s, u"--project"_s, u"quiet"_s, u"--role"_s, u"sender"_s, u"--json"_s});
    if (fails(state, site))
        return;
    const qsizetype at = out.indexOf("entvas_");
    const QByteArray key = out.mid(at, out.indexOf('"', at) - at);
    site.start();
    if (fails(state, site))
        return;
    const std::vector<QByteArray> quiet = singles(key);
    const std::vector<QByteArray> flood = state.range(1) == 1 ? singles() : arrays();
    const int senders = state.range(1) == 1 ? 192 : 32; // less than the queue holds
    loadFor(1, site.port(), 16, quiet);
    std::vector<double> aloneHalf, aloneMost, besideHalf, besideMost, aloneRate, besideRate, floodRate;
    for (auto _ : state) {
        for (int round = 0; round < kRounds; ++round) {
            const LoadFigures alone = loadFor(kSeconds, site.port(), 16, quiet);
            LoadFigures other;
            std::thread flooding([&] { other = loadFor(kSeconds + 1, site.port(), senders, flood); });
            std::this_thread::sleep_for(std::chrono::milliseconds(500));
            const LoadFigures beside = loadFor(kSeconds, site.port(), 16, quiet);
            flooding.join();
            aloneHalf.push_back(alone.delayMs(0.5));
            aloneMost.push_back(alone.delayMs(0.99));
            aloneRate.push_back(alone.perSecond());
            besideHalf.push_back(beside.delayMs(0.5));
            besideMost.push_back(beside.delayMs(0.99));
            besideRate.push_back(beside.perSecond());
            floodRate.push_back(other.perSecond() * double(state.range(1)));
        }
    }
    state.counters["alone_p50_ms"] = median(aloneHalf);
    state.counters["alone_p99_ms"] = median(aloneMost);
    state.counters["alone_per_s"] = median(aloneRate);
    state.counters["beside_p50_ms"] = median(besideHalf);
    state.counters["beside_p99_ms"] = median(besideMost);
    state.counters["beside_per_s"] = median(besideRate);
    state.counters["flood_per_s"] = median(floodRate);
    // Senders that wait for their answer: what they get done says how long they waited on the mean.
    state.counters["times_longer"] = median(aloneRate) / median(besideRate);
}
BENCHMARK(floodedNeighbour)
    ->ArgNames({"postgres", "events_per_request"})
    ->ArgsProduct({{Sqlite, Postgres}, {1, kArray}})
    ->Iterations(1)
    ->Unit(benchmark::kSecond);

} // namespace
} // namespace entvas::bench

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    entvas::log::setUp(entvas::LogFormat::Text, entvas::LogLevel::Error);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    entvas::bench::postgresServer().reset();
    return 0;
}
