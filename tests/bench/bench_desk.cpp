// The desktop, offscreen at 1280 x 800: after a week with 1,000 series the memory that the process holds, and what a
// person does until its frame is painted; a picture of a week with 100 series from the wire to the screen; the event
// loop beside a stream of 2,000 events/s; the time from POST to pixel with a real server.
#include "app/board/board.h"
#include "app/feed/wsfeed.h"
#include "app/session/session.h"
#include "app/widgets/chart/rangebar.h"
#include "app/widgets/window/mainwindow.h"
#include "core/base/log.h"
#include "core/file/gzip.h"
#include "core/model/settings.h"
#include "tests/bench/loadclients.h"
#include "tests/bench/weekcube.h"

#include <benchmark/benchmark.h>

#include <QApplication>
#include <QDateTime>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTimer>
#include <QToolButton>
#include <QWebSocket>
#include <QWebSocketServer>
#include <QWindow>

#include <algorithm>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas::bench {

namespace {

constexpr QSize kWindow{1280, 800};
constexpr int kLatencySamples = 200;
constexpr int kMaxPauseMs = 250;
constexpr int kPictureSeries = 100;

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

WeekWindow &week()
{
    if (!weekWindow())
        weekWindow() = std::make_unique<WeekWindow>();
    return *weekWindow();
}

void putPercentiles(benchmark::State &state, std::vector<double> milliseconds)
{
    std::sort(milliseconds.begin(), milliseconds.end());
    state.counters["p50_ms"] = milliseconds[milliseconds.size() / 2];
    state.counters["p99_ms"] = milliseconds[milliseconds.size() * 99 / 100];
    state.counters["max_ms"] = milliseconds.back();
}

// From what a person does until the frame that shows it is painted.
template <class Before, class Act>
void measureAct(benchmark::State &state, Before before, Act act)
{
    std::vector<double> milliseconds;
    for (auto _ : state) {
        before();
        settle(60);
        const auto start = std::chrono::steady_clock::now();
        act();
        week().painted.restart();
        while (!week().painted.isOver())
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        state.SetIterationTime(took.count());
        milliseconds.push_back(took.count() * 1e3);
    }
    putPercentiles(state, std::move(milliseconds));
}

void rangeClick(benchmark::State &state)
{
    const QList<QToolButton *> buttons = week().window.findChild<RangeBar *>()->findChildren<QToolButton *>();
    QToolButton *button = buttons.at(state.range(0));
    QToolButton *other = buttons.at(state.range(0) == 0 ? 1 : 0);
    week().window.board().setFilter({});
    measureAct(
        state, [&] { other->click(); }, [&] { button->click(); });
}
BENCHMARK(rangeClick)
    ->ArgName("range")
    ->DenseRange(0, 6)
    ->Unit(benchmark::kMillisecond)
    ->UseManualTime()
    ->Iterations(100);

// What a click on a row of a list asks for.
void filterClick(benchmark::State &state)
{
    Board &board = week().window.board();
    board.setRange(NamedRange::Week);
    const QMap<QString, ValueFilter> one{{u"page"_s, ValueFilter{{u"page_3"_s}, false}}};
    measureAct(
        state, [&] { board.setFilter({}); }, [&] { board.setFilter(one); });
    board.setFilter({});
}
BENCHMARK(filterClick)->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(200);

void breakdownSwitch(benchmark::State &state)
{
    Board &board = week().window.board();
    board.setRange(NamedRange::Week);
    measureAct(
        state, [&] { board.setGroupBy({}); }, [&] { board.setGroupBy(u"page"_s); });
    board.setGroupBy({});
}
BENCHMARK(breakdownSwitch)->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(200);

// Steps of the wheel in the middle of a week, in and out again.
void zoomStep(benchmark::State &state)
{
    Board &board = week().window.board();
    board.setRange(NamedRange::Week);
    int step = 0;
    measureAct(
        state, [] {},
        [&] { board.zoom(step++ % 8 < 4 ? 0.8 : 1.25, board.frame().nowMs - 3 * 86'400'000LL - 12'345); });
    board.setRange(NamedRange::Hour);
}
BENCHMARK(zoomStep)->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(200);

// A week of minutes with 100 series, as a server sends it, until it is on the screen: packed as for a desktop, over a
// socket, decoded and built in the feed's thread.
void weekPicture(benchmark::State &state)
{
    weekWindow().reset();
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    wire::Snapshot snapshot;
    snapshot.project = kDefaultProject;
    snapshot.serverTimeMs = now;
    {
        LiveCube cube({u"eventType"_s, u"page"_s, u"browser"_s});
        for (int i = 0; i < kPictureSeries; ++i)
            cube.intern(seriesKey(i));
        QRandomGenerator random(1);
        for (int minute = 7 * 1'440; minute > 0; --minute)
            for (int i = 0; i < kPictureSeries; ++i) {
                const Cell cell{now / 1'000 - minute * 60, SeriesIndex(i), quint32(random.bounded(1, 40))};
                cube.add({&cell, 1});
            }
        snapshot.totals.events = cube.totalEvents();
        snapshot.cube = cube.snapshot();
    }
    QWebSocketServer server(QString(), QWebSocketServer::NonSecureMode);
    server.listen(QHostAddress::LocalHost);
    QWebSocket *socket = nullptr;
    bool subscribed = false;
    QObject::connect(&server, &QWebSocketServer::newConnection, &server, [&] {
        socket = server.nextPendingConnection();
        socket->setOutgoingFrameSize(64 * 1024);
        QObject::connect(socket, &QWebSocket::binaryMessageReceived, socket, [&] { subscribed = true; });
        wire::Hello hello;
        hello.serverTimeMs = now;
        hello.projects = {{kDefaultProject, u"Default"_s}};
        socket->sendBinaryMessage(encode(wire::ServerMessage(hello), wire::Format::Cbor));
    });
    Session session{Failure{Fault::Unavailable, u"not used here"_s}};
    MainWindow window(&session);
    PaintWait painted(&window);
    window.resize(kWindow);
    window.show();
    WsFeedOptions options;
    options.server = QUrl(u"http://127.0.0.1:%1"_s.arg(server.serverPort()));
    WsFeed feed(options);
    window.board().setFeed(&feed);
    bool isShown = false;
    qint64 expected = 0;
    QObject::connect(&window.board(), &Board::framed, &painted, [&](const BoardFrame &frame) {
        if (!isShown && frame.totalEvents == expected) {
            isShown = true;
            painted.restart();
        }
    });
    feed.open();
    while (!subscribed)
        settle(10);
    std::vector<double> milliseconds;
    QByteArray wireBytes;
    double packMs = 0;
    for (auto _ : state) {
        ++snapshot.seq;
        expected = ++snapshot.totals.events; // tells this picture's frame from the last one's
        const QByteArray plain = encode(wire::ServerMessage(snapshot), wire::Format::Cbor);
        const auto packing = std::chrono::steady_clock::now();
        wireBytes = gzipped(plain);
        packMs = std::chrono::duration<double>(std::chrono::steady_clock::now() - packing).count() * 1e3;
        settle(100);
        isShown = false;
        const auto start = std::chrono::steady_clock::now();
        socket->sendBinaryMessage(wireBytes);
        while (!isShown || !painted.isOver())
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        state.SetIterationTime(took.count());
        milliseconds.push_back(took.count() * 1e3);
    }
    putPercentiles(state, std::move(milliseconds));
    state.counters["wire_MB"] = double(wireBytes.size()) / 1e6;
    state.counters["plain_MB"] = double(encode(wire::ServerMessage(snapshot), wire::Format::Cbor).size()) / 1e6;
    state.counters["pack_ms"] = packMs;
}
BENCHMARK(weekPicture)->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(20);

// How long the event loop stands still beside 2,000 events/s in the stream and in the numbers, with an hour on screen.
void tailGaps(benchmark::State &state)
{
    constexpr int kEverySecond = 10;
    constexpr int kEvents = 200;
    std::vector<double> gaps;
    for (auto _ : state) {
        Board &board = week().window.board();
        board.setRange(NamedRange::Hour);
        settle(500);
        qint64 sent = 0;
        QTimer source;
        QObject::connect(&source, &QTimer::timeout, &source, [&] {
            const qint64 now = QDateTime::currentMSecsSinceEpoch();
            wire::Delta delta;
            delta.project = kDefaultProject;
            delta.totals = {board.frame().totalEvents + kEvents, 0};
            wire::Tail tail;
            tail.project = kDefaultProject;
            for (int i = 0; i < kEvents; ++i) {
                const SeriesKey key = seriesKey(int(++sent * 7 % kSeries));
                delta.cells.append({now / 1'000, SeriesIndex(sent * 7 % kSeries), 1});
                tail.events.append({QString::number(sent), key[0], QString::number(sent % 5'000), now, now,
                                    R"({"page":")" + key[1].toUtf8() + R"(","browser":")" + key[2].toUtf8() + R"("})"});
            }
            Q_EMIT week().feed.message(delta);
            Q_EMIT week().feed.message(tail);
        });
        QTimer look;
        look.setTimerType(Qt::PreciseTimer);
        QElapsedTimer since;
        since.start();
        QObject::connect(&look, &QTimer::timeout, &look, [&] {
            gaps.push_back(double(since.nsecsElapsed()) / 1e6);
            since.start();
        });
        source.start(1'000 / kEverySecond);
        look.start(1);
        settle(10'000);
    }
    putPercentiles(state, std::move(gaps));
}
BENCHMARK(tailGaps)->Unit(benchmark::kMillisecond)->Iterations(1);

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

// Where the memory of a window with its own server ends: as many events as come in two hours at 14 a second, as fast as
// they are taken. Between the marks the process may grow, from the third on by next to nothing.
void memoryOfOwnServer(benchmark::State &state)
{
    weekWindow().reset();
    constexpr int kMarks = 5;
    constexpr int kBatches = 200;
    constexpr int kEvents = 100; // a batch
    QTemporaryDir directory(QCoreApplication::applicationDirPath() + u"/store-XXXXXX"_s);
    Settings settings;
    settings.port = 0;
    settings.database.path = directory.filePath(u"bench.db"_s);
    Session session(settings);
    MainWindow window(&session);
    window.resize(kWindow);
    window.show();
    session.start();
    while (!window.board().hasData())
        settle(20);
    settle(1'000);
    state.counters["start_MB"] = residentMb();
    QNetworkAccessManager network;
    QNetworkRequest request(session.webhookUrl());
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    request.setRawHeader("X-API-Key", kDevelopmentKey);
    QRandomGenerator random(3);
    for (auto _ : state)
        for (int mark = 1; mark <= kMarks; ++mark) {
            for (int batch = 0; batch < kBatches; ++batch) {
                QByteArrayList events;
                for (int i = 0; i < kEvents; ++i) {
                    const SeriesKey key = seriesKey(int(random.bounded(100)));
                    events << R"({"eventType":")" + key[0].toUtf8() + R"(","userId":"user_)" +
                                  QByteArray::number(random.bounded(20'000)) + R"(","metadata":{"page":")" +
                                  key[1].toUtf8() + R"(","browser":")" + key[2].toUtf8() + R"(","amount":1.50}})";
                }
                QNetworkReply *reply = network.post(request, '[' + events.join(',') + ']');
                while (!reply->isFinished())
                    QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
                if (reply->error() != QNetworkReply::NoError)
                    state.SkipWithError("a batch was not accepted");
                reply->deleteLater();
            }
            settle(2'000);
            state.counters[QByteArray("after_" + QByteArray::number(mark * kBatches * kEvents) + "_MB").toStdString()] =
                residentMb();
        }
    state.counters["stream_events"] = double(window.board().stream().kept());
    state.counters["cube_MB"] = double(window.board().cube().bytes()) / 1e6;
}
BENCHMARK(memoryOfOwnServer)->Iterations(1)->Unit(benchmark::kMillisecond);

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
