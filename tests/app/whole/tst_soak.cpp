// An hour at 500 events/s in less than a minute: the server's clock runs faster, everything else is as it is in the
// program. Whatever grows with time in memory, descriptors, objects or timers shows.
#include "app/feed/wsfeed.h"
#include "app/session/session.h"
#include "app/widgets/desk/desk.h"
#include "app/widgets/stream/streamcard.h"
#include "app/widgets/stream/streamview.h"
#include "app/widgets/window/mainwindow.h"
#include "tests/app/fakefeed.h"

#include <QAbstractEventDispatcher>
#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QLineEdit>
#include <QRandomGenerator>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QWebSocket>
#include <QWebSocketServer>

#include <atomic>
#include <malloc.h>
#include <unistd.h>

// Hooks that Qt has for debuggers: functions that it calls for every object that is made or goes.
extern Q_CORE_EXPORT quintptr qtHookData[];

using namespace Qt::StringLiterals;
using namespace entvas;

namespace {

constexpr int kWarmUpSeconds = 900; // until every ring and every tier of the cube is full
constexpr int kSoakSeconds = 3'600;
constexpr int kStepsPerSecond = 10; // of the server, one delta and one tail each
constexpr int kEventsPerStep = 50;
constexpr int kSeries = 60;
constexpr int kClickEverySeconds = 10;
#ifdef __SANITIZE_ADDRESS__
constexpr bool kMeasures = false; // memory and time are others there
#else
constexpr bool kMeasures = true;
#endif
constexpr double kMostGrowthMb = 5;
constexpr int kMostMoreObjects = 15; // of those that come and go, far fewer than the hundreds of clicks

std::atomic<int> s_objects = 0;

void watchObjects()
{
    enum { AddQObject = 3, RemoveQObject = 4 };
    qtHookData[AddQObject] = reinterpret_cast<quintptr>(+[](QObject *) { ++s_objects; });
    qtHookData[RemoveQObject] = reinterpret_cast<quintptr>(+[](QObject *) { --s_objects; });
}

// What must not grow.
struct Held {
    double heapMb = 0;
    double residentMb = 0;
    int objects = 0;
    int timers = 0; // that run
    int descriptors = 0;

    static Held now(QObject &root)
    {
        QTest::qWait(200); // what comes and goes has gone
        ::malloc_trim(0);
        Held held;
        held.heapMb = double(::mallinfo2().uordblks) / 1e6;
        QFile statm(u"/proc/self/statm"_s);
        if (statm.open(QIODevice::ReadOnly))
            held.residentMb = double(statm.readAll().split(' ').at(1).toLongLong() * ::sysconf(_SC_PAGESIZE)) / 1e6;
        held.objects = s_objects;
        const QList<QObject *> all = root.findChildren<QObject *>();
        for (QObject *object : all)
            held.timers += int(QAbstractEventDispatcher::instance()->registeredTimers(object).size());
        held.descriptors = int(QDir(u"/proc/self/fd"_s).entryList(QDir::NoDotAndDotDot | QDir::AllEntries).size());
        return held;
    }
    QByteArray text() const
    {
        return u"heap %1 MB, resident %2 MB, %3 objects, %4 timers, %5 descriptors"_s.arg(heapMb, 0, 'f', 2)
            .arg(residentMb, 0, 'f', 1)
            .arg(objects)
            .arg(timers)
            .arg(descriptors)
            .toUtf8();
    }
};

// The window as the program has it, without a server.
struct Screen {
    Session session{Failure{Fault::Unavailable, u"not used here"_s}};
    MainWindow window{&session};

    Screen()
    {
        window.resize(1280, 800);
        window.show();
    }
    Board &board() { return window.board(); }
    Desk &desk() { return *window.desk(); }
};

// A server whose clock is `nowMs`, with eight days behind it.
class FastServer
{
public:
    explicit FastServer(FakeFeed &feed) : m_feed(feed), m_cube({u"eventType"_s, u"page"_s, u"browser"_s})
    {
        for (int i = 0; i < kSeries; ++i)
            m_cube.intern({u"event_%1"_s.arg(i % 5), u"page_%1"_s.arg(i / 5 % 6), u"browser_%1"_s.arg(i / 30)});
        for (int minute = int(kTierBuckets[1]); minute > 0; --minute)
            for (int i = 0; i < kSeries; ++i) {
                const Cell cell{m_nowMs / 1'000 - minute * 60, SeriesIndex(i), quint32(1 + (i + minute) % 9)};
                m_cube.add({&cell, 1});
            }
    }
    void start()
    {
        m_feed.live();
        m_feed.snapshot(m_cube, m_nowMs);
        m_totals.events = m_cube.totalEvents();
        m_cube = LiveCube();
    }
    void second()
    {
        m_nowMs += 1'000;
        m_feed.say(wire::Heartbeat{m_seq, m_nowMs, {}});
        for (int step = 0; step < kStepsPerSecond; ++step) {
            wire::Delta delta;
            delta.project = kDefaultProject;
            delta.seq = ++m_seq;
            wire::Tail tail;
            tail.project = kDefaultProject;
            for (int i = 0; i < kEventsPerStep; ++i) {
                const int series = m_random.bounded(kSeries);
                delta.cells.append({m_nowMs / 1'000, SeriesIndex(series), 1});
                tail.events.append({QString::number(++m_events), u"event_%1"_s.arg(series % 5),
                                    QString::number(m_random.bounded(9'999)), m_nowMs, m_nowMs,
                                    R"({"page":"page_)" + QByteArray::number(series / 5 % 6) + R"(","n":)" +
                                        QByteArray::number(m_random.bounded(1'000)) + '}'});
            }
            m_totals.events += kEventsPerStep;
            delta.totals = m_totals;
            m_feed.say(delta);
            m_feed.say(tail);
        }
    }

private:
    FakeFeed &m_feed;
    LiveCube m_cube;
    QRandomGenerator m_random{1};
    qint64 m_nowMs = QDateTime::currentMSecsSinceEpoch();
    qint64 m_seq = 0;
    qint64 m_events = 0;
    wire::Totals m_totals;
};

// Somebody who looks around, always in the same way.
class Person
{
public:
    explicit Person(Screen &screen) : m_screen(screen) {}
    void click()
    {
        Board &board = m_screen.board();
        StreamCard *stream = m_screen.desk().stream();
        switch (m_turn++ % 14) {
        case 0: board.setRange(NamedRange::Week); break;
        case 1: board.setGroupBy(u"page"_s); break;
        case 2: board.setFilter({{u"browser"_s, ValueFilter{{u"browser_0"_s}, false}}}); break;
        case 3: board.zoom(0.5, board.frame().nowMs - 86'400'000); break;
        case 4: board.pan(-0.3); break;
        case 5: board.goBack(); break;
        case 6: board.setComparison(Comparison::PreviousPeriod); break;
        case 7: board.goLive(); break;
        case 8: stream->filterLine()->setText(u"type:event_1 n"_s); break;
        case 9: stream->pauseButton()->click(); break;
        case 10: stream->pauseButton()->click(); break;
        case 11: stream->filterLine()->clear(); break;
        case 12:
            board.setFilter({});
            board.setGroupBy({});
            board.setComparison(Comparison::None);
            break;
        default: board.setRange(NamedRange::Hour); break;
        }
    }

private:
    Screen &m_screen;
    int m_turn = 0;
};

} // namespace

class SoakTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void anHourLeavesNothingBehind();
    void connectionsLeaveNothingBehind();

private:
    QTemporaryDir m_config;
};

void SoakTest::initTestCase()
{
    QCoreApplication::setOrganizationName(u"entvas"_s);
    QCoreApplication::setApplicationName(u"entvas-test"_s);
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_config.path());
}

void SoakTest::anHourLeavesNothingBehind()
{
    Screen screen;
    FakeFeed feed;
    FastServer server(feed);
    Person person(screen);
    screen.board().setFeed(&feed);
    server.start();
    int frames = 0;
    connect(&screen.board(), &Board::framed, &feed, [&frames] { ++frames; });
    const auto run = [&](int seconds) {
        for (int second = 1; second <= seconds; ++second) {
            server.second();
            if (second % kClickEverySeconds == 0)
                person.click();
            QCoreApplication::processEvents();
        }
    };
    run(kWarmUpSeconds);
    const Held before = Held::now(screen.window);
    QElapsedTimer took;
    took.start();
    frames = 0;
    run(kSoakSeconds);
    const Held after = Held::now(screen.window);
    qInfo("before: %s", before.text().constData());
    qInfo("after:  %s", after.text().constData());
    qInfo("an hour in %.1f s, %d frames", double(took.elapsed()) / 1e3, frames);
    QVERIFY(frames > 300);
    QCOMPARE(screen.board().stream().kept(), EventStream::kMostEvents);
    QVERIFY(!kMeasures || after.heapMb - before.heapMb < kMostGrowthMb);
    QVERIFY(!kMeasures || after.residentMb - before.residentMb < kMostGrowthMb);
    QVERIFY(after.objects <= before.objects + kMostMoreObjects);
    QVERIFY(after.timers <= before.timers + kMostMoreObjects);
    QVERIFY(after.descriptors <= before.descriptors);
}

// A server that goes away again and again.
void SoakTest::connectionsLeaveNothingBehind()
{
    constexpr int kConnections = 300;
    QWebSocketServer server(QString(), QWebSocketServer::NonSecureMode);
    QVERIFY(server.listen(QHostAddress::LocalHost));
    LiveCube cube({u"eventType"_s});
    const Cell cell{QDateTime::currentSecsSinceEpoch() - 1, cube.intern({u"page_view"_s}), 7};
    cube.add({&cell, 1});
    int connections = 0;
    connect(&server, &QWebSocketServer::newConnection, &server, [&] {
        QWebSocket *socket = server.nextPendingConnection();
        ++connections;
        connect(socket, &QWebSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QWebSocket::binaryMessageReceived, socket, [&cube, socket, n = connections] {
            wire::Snapshot snapshot;
            snapshot.project = kDefaultProject;
            snapshot.epoch = QString::number(n);
            snapshot.serverTimeMs = QDateTime::currentMSecsSinceEpoch();
            snapshot.totals.events = cube.totalEvents();
            snapshot.cube = cube.snapshot();
            socket->sendBinaryMessage(encode(wire::ServerMessage(snapshot), wire::Format::Cbor));
            socket->close(QWebSocketProtocol::CloseCodeGoingAway);
        });
        wire::Hello hello;
        hello.epoch = QString::number(connections);
        hello.serverTimeMs = QDateTime::currentMSecsSinceEpoch();
        hello.projects = {{kDefaultProject, u"Default"_s}};
        socket->sendBinaryMessage(encode(wire::ServerMessage(hello), wire::Format::Cbor));
    });

    Screen screen;
    WsFeedOptions options;
    options.server = QUrl(u"http://127.0.0.1:%1"_s.arg(server.serverPort()));
    options.firstRetryMs = 1;
    options.maxRetryMs = 1;
    WsFeed feed(options);
    screen.board().setFeed(&feed);
    feed.open();
    const auto standStill = [&](int at) {
        QTRY_VERIFY_WITH_TIMEOUT(connections >= at, 60'000);
        feed.close();
        QTest::qWait(100);
    };
    standStill(50);
    const Held before = Held::now(screen.window);
    feed.open();
    standStill(50 + kConnections);
    const Held after = Held::now(screen.window);
    qInfo("before: %s", before.text().constData());
    qInfo("after:  %s", after.text().constData());
    QCOMPARE(screen.board().frame().totalEvents, 7);
    QVERIFY(!kMeasures || after.heapMb - before.heapMb < 1);
    QVERIFY(!kMeasures || after.residentMb - before.residentMb < kMostGrowthMb);
    QVERIFY(after.objects <= before.objects + kMostMoreObjects);
    QVERIFY(after.timers <= before.timers + kMostMoreObjects);
    QVERIFY(after.descriptors <= before.descriptors);
}

int main(int argc, char **argv)
{
    watchObjects();
    QApplication application(argc, argv);
    SoakTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_soak.moc"
