// What a sizing goes by: what an event, a dashboard and a stored million cost the server and the database, as processor
// time, memory and bytes on disk. Costs, unlike rates, are the same on a machine that is busy with other work.
#include "core/base/log.h"
#include "tests/bench/dashboardcrowd.h"
#include "tests/bench/httpload.h"
#include "tests/bench/site.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QSqlDatabase>
#include <QSqlQuery>

#include <thread>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas::bench {

namespace {

constexpr double kMicro = 1e6;
constexpr double kSeconds = 10;

// One number that the database knows.
double ask(const Site &site, const QString &sql)
{
    double number = -1;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(u"QPSQL"_s, u"ask"_s);
        database.setHostName(site.url().host);
        database.setPort(site.url().port);
        database.setUserName(site.url().user);
        database.setPassword(site.url().password);
        database.setDatabaseName(site.url().database);
        if (database.open()) {
            QSqlQuery query(database);
            if (query.exec(sql) && query.next())
                number = query.value(0).toDouble();
        }
    }
    QSqlDatabase::removeDatabase(u"ask"_s);
    return number;
}

struct Stat {
    qint64 parent = 0;
    double seconds = 0; // of processor, with those of its children that have ended
};

Stat statOf(const QString &process)
{
    QFile file(u"/proc/%1/stat"_s.arg(process));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray text = file.readAll();
    const QList<QByteArray> words = text.mid(text.lastIndexOf(')') + 2).split(' ');
    double ticks = 0;
    for (int i = 11; i <= 14; ++i)
        ticks += words.value(i).toDouble();
    return {words.value(1).toLongLong(), ticks / double(::sysconf(_SC_CLK_TCK))};
}

// Of a PostgreSQL with all of its processes.
double databaseSeconds(qint64 postmaster)
{
    double sum = statOf(QString::number(postmaster)).seconds;
    for (const QString &process : QDir(u"/proc"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot))
        if (const Stat stat = statOf(process); stat.parent == postmaster)
            sum += stat.seconds;
    return sum;
}

qint64 bytesOfSqlite(const Site &site)
{
    return QFileInfo(site.url().path).size() + QFileInfo(site.url().path + u"-wal"_s).size();
}

// Events in arrays of `batch`, or one by one, at a rate that one server takes easily.
void event(benchmark::State &state)
{
    const Backend backend = Backend(state.range(0));
    const int batch = int(state.range(1));
    const double perSecond = batch == 1 ? 2'000 : 10'000;
    Site site(backend);
    if (fails(state, site))
        return;
    std::vector<QByteArray> posts;
    for (int i = 0; i < 80; ++i)
        posts.push_back(postRequest(batch == 1 ? sampleEvent(i) : sampleArray(i * batch, batch), kDevelopmentKey));
    loadAtRate(perSecond / batch, 2, site.port(), 16, posts);
    const bool isPostgres = backend == Postgres;
    const auto postmaster =
        isPostgres ? statOf(QString::number(qint64(ask(site, u"SELECT pid FROM pg_stat_activity WHERE backend_type = "
                                                             "'checkpointer'"_s))))
                         .parent
                   : 0;
    const auto databaseNow = [&] { return isPostgres ? databaseSeconds(postmaster) : 0; };
    const auto walNow = [&] { return isPostgres ? ask(site, u"SELECT pg_current_wal_lsn() - '0/0'"_s) : 0; };
    const auto diskNow = [&] {
        return isPostgres ? ask(site, u"SELECT pg_database_size(current_database())"_s) : double(bytesOfSqlite(site));
    };
    double events = 0;
    double server = 0;
    double database = 0;
    double wal = 0;
    double disk = 0;
    for (auto _ : state) {
        const double serverBefore = site.server().cpuSeconds();
        const double databaseBefore = databaseNow();
        const double walBefore = walNow();
        const double diskBefore = diskNow();
        const LoadFigures figures = loadAtRate(perSecond / batch, kSeconds, site.port(), 16, posts);
        events = double(figures.answered) * batch;
        server = site.server().cpuSeconds() - serverBefore;
        database = databaseNow() - databaseBefore;
        wal = walNow() - walBefore;
        disk = diskNow() - diskBefore;
    }
    state.counters["server_us"] = server / events * kMicro;
    state.counters["database_us"] = database / events * kMicro;
    state.counters["wal_bytes"] = wal / events;
    state.counters["disk_bytes"] = disk / events;
    state.counters["events"] = events;
}
BENCHMARK(event)
    ->ArgNames({"postgres", "batch"})
    ->ArgsProduct({{Sqlite, Postgres}, {1, 10, 100, 1'000}})
    ->Iterations(1)
    ->Unit(benchmark::kSecond);

// A dashboard that is open, at a change every 100 ms.
void dashboard(benchmark::State &state)
{
    constexpr double kPerSecond = 100;
    const int count = int(state.range(0));
    Site site(Sqlite);
    if (fails(state, site))
        return;
    std::vector<QByteArray> posts;
    for (int i = 0; i < 80; ++i)
        posts.push_back(postRequest(sampleEvent(i), kDevelopmentKey));
    loadAtRate(kPerSecond, 2, site.port(), 4, posts);
    const auto cost = [&] {
        const double before = site.server().cpuSeconds();
        loadAtRate(kPerSecond, kSeconds, site.port(), 4, posts);
        return (site.server().cpuSeconds() - before) / kSeconds;
    };
    double alone = 0;
    double together = 0;
    double bytes = 0;
    for (auto _ : state) {
        alone = cost();
        const qint64 before = site.server().residentBytes();
        const DashboardCrowd crowd(site.port(), count);
        together = cost();
        bytes = double(site.server().residentBytes() - before);
    }
    state.counters["us_per_delta"] = (together - alone) / count / 10 * kMicro;
    state.counters["kB_each"] = bytes / count / 1e3;
    state.counters["cores"] = together;
}
BENCHMARK(dashboard)->ArgName("dashboards")->Arg(100)->Arg(500)->Iterations(1)->Unit(benchmark::kSecond);

// A million stored events: bytes on disk, and what the server's picture of them takes in memory.
void million(benchmark::State &state)
{
    constexpr qint64 kEvents = 1'000'000;
    const bool isPostgres = state.range(0) == Postgres;
    Site empty{Backend(state.range(0))};
    Site full{Backend(state.range(0))};
    if (fails(state, empty) || fails(state, full))
        return;
    double disk = 0;
    double start = 0;
    for (auto _ : state) {
        full.fill(kEvents);
        disk = isPostgres ? ask(full, u"SELECT pg_database_size(current_database())"_s) : double(bytesOfSqlite(full));
        const auto began = std::chrono::steady_clock::now();
        full.stop();
        full.start();
        start = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    }
    if (!full.problem().isEmpty())
        return state.SkipWithError(qPrintable(full.problem()));
    state.counters["disk_MB"] = disk / 1e6;
    state.counters["memory_MB"] = double(full.server().residentBytes() - empty.server().residentBytes()) / 1e6;
    state.counters["restart_s"] = start;
}
BENCHMARK(million)->ArgName("postgres")->Arg(Sqlite)->Arg(Postgres)->Iterations(1)->Unit(benchmark::kSecond);

} // namespace
} // namespace entvas::bench

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    entvas::log::setUp(entvas::LogFormat::Text, entvas::LogLevel::Warning);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    entvas::bench::postgresServer().reset();
    return 0;
}
