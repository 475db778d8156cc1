// The whole server over real sockets: events per second through the webhook, each committed before it is answered, and
// the time from POST to the message that a dashboard gets. Senders and dashboards share the machine with the server.
#include "core/base/log.h"
#include "core/model/settings.h"
#include "server/api/server.h"
#include "tests/bench/httpload.h"
#include "tests/bench/loadclients.h"
#include "tests/support/temporarypostgres.h"

#include <benchmark/benchmark.h>

#include <QCoreApplication>
#include <QEventLoop>
#include <QRandomGenerator>
#include <QTemporaryDir>

#include <algorithm>
#include <memory>

using namespace Qt::StringLiterals;

namespace entvas::bench {

namespace {

enum Backend { Sqlite, Postgres };

constexpr int kSamples = 80; // different events
constexpr double kWarmSeconds = 0.5;
constexpr double kSeconds = 2; // of one iteration
constexpr int kLatencySamples = 200;
constexpr int kMaxPauseMs = 250; // between two events under light load

// One PostgreSQL for all benchmarks. Durable: the default test cluster does not wait for the disk.
std::unique_ptr<test::TemporaryPostgres> &postgres()
{
    static std::unique_ptr<test::TemporaryPostgres> server;
    return server;
}

// A server with an empty store. Its signals need the event loop of this thread.
class RunningServer
{
public:
    // The failure's sentence, or nothing.
    QString start(Backend backend)
    {
        Settings settings;
        settings.port = 0;
        if (backend == Sqlite) {
            settings.database.path = m_directory.filePath(u"bench.db"_s);
        } else {
            if (!postgres()) {
                auto server = std::make_unique<test::TemporaryPostgres>();
                server->setDurable(true);
                if (const Result<void> started = server->start(); !started)
                    return started.failure().text;
                postgres() = std::move(server);
            }
            const Result<DatabaseUrl> url = postgres()->createDatabase();
            if (!url)
                return url.failure().text;
            settings.database = url.value();
        }
        m_server = std::make_unique<Server>(settings);
        QEventLoop loop;
        QString problem;
        QObject::connect(m_server.get(), &Server::ready, &loop, [&](const QUrl &url) {
            m_port = quint16(url.port());
            loop.quit();
        });
        QObject::connect(m_server.get(), &Server::failed, &loop, [&](const Failure &failure) {
            problem = failure.text;
            loop.quit();
        });
        m_server->start();
        loop.exec();
        return problem;
    }
    quint16 port() const { return m_port; }

private:
    QTemporaryDir m_directory{QCoreApplication::applicationDirPath() + u"/store-XXXXXX"_s}; // a real disk, not memory
    std::unique_ptr<Server> m_server;
    quint16 m_port = 0;
};

void throughput(benchmark::State &state)
{
    const auto backend = Backend(state.range(0));
    const int connections = int(state.range(1));
    std::vector<QByteArray> posts;
    for (int i = 0; i < kSamples; ++i)
        posts.push_back(postRequest(sampleEvent(i), kDevelopmentKey));
    RunningServer server;
    if (const QString problem = server.start(backend); !problem.isEmpty()) {
        state.SkipWithError(qPrintable(problem));
        return;
    }
    std::vector<std::unique_ptr<Dashboard>> dashboards;
    for (int i = 0; i < state.range(2); ++i)
        dashboards.push_back(std::make_unique<Dashboard>(server.port()));
    loadFor(kWarmSeconds, server.port(), connections, posts);
    qint64 answered = 0;
    for (auto _ : state) {
        const LoadFigures figures = loadFor(kSeconds, server.port(), connections, posts);
        answered += figures.answered;
        state.SetIterationTime(figures.seconds);
    }
    state.SetItemsProcessed(answered);
}
BENCHMARK(throughput)
    ->ArgNames({"postgres", "connections", "dashboards"})
    ->ArgsProduct({{Sqlite, Postgres}, {1, 16, 64}, {0, 10}})
    ->UseManualTime()
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond);

void postToMessage(benchmark::State &state)
{
    RunningServer server;
    if (const QString problem = server.start(Backend(state.range(0))); !problem.isEmpty()) {
        state.SkipWithError(qPrintable(problem));
        return;
    }
    const Dashboard dashboard(server.port());
    Sender sender(server.port());
    std::vector<double> latencies;
    for (auto _ : state) {
        std::this_thread::sleep_for(std::chrono::milliseconds(QRandomGenerator::global()->bounded(kMaxPauseMs)));
        const auto start = std::chrono::steady_clock::now();
        sender.send(int(latencies.size()));
        while (!sender.receive()) {
        }
        const auto seen = dashboard.waitForTotal(qint64(latencies.size()) + 1);
        latencies.push_back(std::chrono::duration<double>(seen - start).count());
        state.SetIterationTime(latencies.back());
    }
    std::sort(latencies.begin(), latencies.end());
    state.counters["p50_ms"] = latencies[latencies.size() / 2] * 1e3;
    state.counters["p99_ms"] = latencies[latencies.size() * 99 / 100] * 1e3;
}
BENCHMARK(postToMessage)
    ->ArgName("postgres")
    ->Arg(Sqlite)
    ->Arg(Postgres)
    ->UseManualTime()
    ->Iterations(kLatencySamples)
    ->Unit(benchmark::kMillisecond);

} // namespace
} // namespace entvas::bench

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    entvas::log::setUp(entvas::LogFormat::Text, entvas::LogLevel::Error);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    entvas::bench::postgres().reset();
    return 0;
}
