// The desktop, offscreen at 1280 x 800 after a week with 1,000 series: a range click until its frame is painted, the
// memory that the process holds, and the time from POST to pixel with a real server.
#include "app/board/board.h"
#include "app/feed/feed.h"
#include "app/session.h"
#include "app/widgets/mainwindow.h"
#include "app/widgets/rangebar.h"
#include "core/log.h"
#include "core/settings.h"
#include "tests/bench/loadclients.h"
#include "tests/bench/weekcube.h"

#include <benchmark/benchmark.h>

#include <QApplication>
#include <QDateTime>
#include <QEventLoop>
#include <QFile>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTimer>
#include <QToolButton>
#include <QWindow>

#include <algorithm>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas::bench {

namespace {

constexpr QSize kWindow{1280, 800};
constexpr int kLatencySamples = 200;
constexpr int kMaxPauseMs = 250;

// Megabytes of this process that are in memory.
double residentMb()
{
    QFile file(u"/proc/self/statm"_s);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    return double(file.readAll().split(' ').at(1).toLongLong() * ::sysconf(_SC_PAGESIZE)) / 1e6;
}

// A server that has sent a week, minute by minute, as deltas.
class WeekFeed : public Feed
{
public:
    void open() override {}
    void close() override {}
    void retryNow() override {}
    QUrl server() const override { return QUrl(u"http://127.0.0.1:8000"_s); }

    void play(qint64 nowMs)
    {
        FeedState live;
        live.kind = FeedState::Kind::Live;
        Q_EMIT stateChanged(live);
        LiveCube empty({u"eventType"_s, u"page"_s, u"browser"_s});
        for (int i = 0; i < kSeries; ++i)
            empty.intern(seriesKey(i));
        wire::Snapshot snapshot;
        snapshot.project = kDefaultProject;
        snapshot.serverTimeMs = nowMs;
        snapshot.cube = empty.snapshot();
        Q_EMIT message(snapshot);
        wire::Delta delta;
        delta.project = kDefaultProject;
        forEachMinute(nowMs, [&](const QList<Cell> &cells) {
            delta.cells = cells;
            ++delta.seq;
            for (const Cell &cell : cells)
                delta.totals.events += cell.count;
            Q_EMIT message(delta);
        });
    }
};

// Tells when the window has painted once more.
class PaintWait : public QObject
{
public:
    explicit PaintWait(QWidget *window) : m_window(window) { qApp->installEventFilter(this); }
    void restart() { m_painted = false; }
    bool isOver() const { return m_painted; }

protected:
    // What paints all that is dirty in the window. It is handled as soon as this returns, before isOver() is asked
    // again.
    bool eventFilter(QObject *object, QEvent *event) override
    {
        if (event->type() == QEvent::UpdateRequest && (object == m_window || object == m_window->windowHandle()))
            m_painted = true;
        return false;
    }

private:
    QWidget *m_window;
    bool m_painted = false;
};

void settle(int ms)
{
    QEventLoop loop;
    QTimer::singleShot(ms, &loop, &QEventLoop::quit);
    loop.exec();
}

// A window as it is after a week. One for all benchmarks of this file that need it.
struct WeekWindow {
    Session session{Failure{Fault::Unavailable, u"not used here"_s}};
    WeekFeed feed;
    MainWindow window{&session};
    PaintWait painted{&window};

    WeekWindow()
    {
        window.resize(kWindow);
        window.show();
        window.board().setFeed(&feed);
        feed.play(QDateTime::currentMSecsSinceEpoch());
        settle(500);
    }
};

std::unique_ptr<WeekWindow> &weekWindow()
{
    static std::unique_ptr<WeekWindow> window;
    return window;
}

// First, while nothing else has been in memory.
void memoryAfterWeek(benchmark::State &state)
{
    for (auto _ : state)
        weekWindow() = std::make_unique<WeekWindow>();
    state.counters["resident_MB"] = residentMb();
    state.counters["cube_MB"] = double(weekWindow()->window.board().cube().bytes()) / 1e6;
}
BENCHMARK(memoryAfterWeek)->Iterations(1)->Unit(benchmark::kMillisecond);

// A click on a range until its frame is painted.
void rangeClick(benchmark::State &state)
{
    if (!weekWindow())
        weekWindow() = std::make_unique<WeekWindow>();
    const QList<QToolButton *> buttons = weekWindow()->window.findChild<RangeBar *>()->findChildren<QToolButton *>();
    QToolButton *button = buttons.at(state.range(0));
    QToolButton *other = buttons.at(state.range(0) == 0 ? 1 : 0);
    for (auto _ : state) {
        state.PauseTiming();
        other->click();
        settle(60);
        state.ResumeTiming();
        button->click();
        weekWindow()->painted.restart();
        while (!weekWindow()->painted.isOver())
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
}
BENCHMARK(rangeClick)->ArgName("range")->DenseRange(0, 6)->Unit(benchmark::kMillisecond)->Iterations(50);

// From the first byte of the POST to the painted frame that counts it; the desktop with its own server.
void postToPixel(benchmark::State &state)
{
    weekWindow().reset();
    QTemporaryDir directory(QCoreApplication::applicationDirPath() + u"/store-XXXXXX"_s); // a real disk
    Settings settings;
    settings.port = 0;
    settings.database.path = directory.filePath(u"bench.db"_s);
    Session session(settings);
    MainWindow window(&session);
    PaintWait painted(&window);
    window.resize(kWindow);
    window.show();
    session.start();
    while (!window.board().hasData())
        settle(20);
    Sender sender(quint16(session.serverUrl().port()));
    std::vector<double> latencies;
    bool counted = true;
    QObject::connect(&window.board(), &Board::framed, &painted, [&](const BoardFrame &frame) {
        if (counted || frame.totalEvents <= qint64(latencies.size()))
            return;
        counted = true;
        painted.restart(); // what is painted from here on shows it
    });
    for (auto _ : state) {
        settle(QRandomGenerator::global()->bounded(kMaxPauseMs));
        const auto start = std::chrono::steady_clock::now();
        counted = false;
        sender.send(int(latencies.size()));
        while (!counted || !painted.isOver())
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        latencies.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
        state.SetIterationTime(latencies.back());
        while (!sender.receive()) {
        }
    }
    std::sort(latencies.begin(), latencies.end());
    state.counters["p50_ms"] = latencies[latencies.size() / 2] * 1e3;
    state.counters["p99_ms"] = latencies[latencies.size() * 99 / 100] * 1e3;
}
BENCHMARK(postToPixel)->UseManualTime()->Iterations(kLatencySamples)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace entvas::bench

int main(int argc, char **argv)
{
    QStandardPaths::setTestModeEnabled(true); // leave the settings of who runs this alone
    QApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"entvas-bench"_s);
    entvas::log::setUp(entvas::LogFormat::Text, entvas::LogLevel::Error);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    entvas::bench::weekWindow().reset();
    return 0;
}
