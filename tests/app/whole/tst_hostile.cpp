// A server that means harm against the whole desktop: 500 malformed, huge and contradictory messages. The window goes
// on answering, memory comes back, and a good server is shown as ever afterwards.
#include "app/feed/wsfeed.h"
#include "app/session/session.h"
#include "app/widgets/window/mainwindow.h"
#include "tests/app/whole/hostileserver.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <malloc.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

namespace {

constexpr quint32 kSeed = 4'711;
constexpr int kMessages = 500;
constexpr int kPatienceMs = 60'000;
#ifdef __SANITIZE_ADDRESS__
constexpr bool kMeasures = false; // memory and time are others there
#else
constexpr bool kMeasures = true;
#endif
constexpr double kMostGapMs = 200;
constexpr double kMostPeakMb = 900;
constexpr double kMostGrowthMb = 150;

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
};

double memoryMb(const QByteArray &what)
{
    QFile file(u"/proc/self/status"_s);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray &line : file.readAll().split('\n'))
        if (line.startsWith(what + ':'))
            return line.simplified().split(' ').value(1).toDouble() / 1e3;
    return 0;
}

// The longest time for which this thread's event loop did not turn. Time in which the system let others run does not
// count: on a busy machine that says nothing about the program.
class GapWatch : public QObject
{
public:
    GapWatch()
    {
        connect(&m_timer, &QTimer::timeout, this, &GapWatch::tick);
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.start(5);
        m_wall.start();
        m_waited = waitedNs();
    }
    double longestMs() const { return m_longest; }
    QString when() const { return m_when; }
    std::function<QString()> doing;

private:
    void tick()
    {
        const qint64 waited = waitedNs();
        const double gap = double(m_wall.nsecsElapsed() - (waited - m_waited)) / 1e6;
        if (gap > m_longest) {
            m_longest = gap;
            m_when = doing();
        }
        m_waited = waited;
        m_wall.start();
    }
    // Nanoseconds that this thread was ready to run and did not.
    static qint64 waitedNs()
    {
        QFile file(u"/proc/self/task/%1/schedstat"_s.arg(::gettid()));
        return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').value(1).toLongLong() : 0;
    }
    QTimer m_timer;
    QElapsedTimer m_wall;
    qint64 m_waited = 0;
    double m_longest = 0;
    QString m_when;
};

} // namespace

class HostileTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void theDesktopOutlivesThem();

private:
    void meet(double &longestGapMs);
    QTemporaryDir m_config;
};

void HostileTest::initTestCase()
{
    QCoreApplication::setOrganizationName(u"entvas"_s);
    QCoreApplication::setApplicationName(u"entvas-test"_s);
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_config.path());
}

// What the program does comes again with the same seed; what a busy machine does to it does not.
void HostileTest::theDesktopOutlivesThem()
{
    double gap = 0;
    for (int attempt = 0; attempt < 2; ++attempt) {
        meet(gap);
        if (QTest::currentTestFailed() || gap < kMostGapMs || !kMeasures)
            return;
    }
    QFAIL("the window stood still for too long, twice");
}

void HostileTest::meet(double &longestGapMs)
{
    QSettings().clear(); // the second time is as hard as the first
    QThread thread;
    HostileServer hostileServer(kSeed, kMessages);
    hostileServer.moveToThread(&thread);
    thread.start();
    QMetaObject::invokeMethod(&hostileServer, &HostileServer::listen, Qt::BlockingQueuedConnection);
    const auto end = qScopeGuard([&] {
        QMetaObject::invokeMethod(&hostileServer, &HostileServer::stop, Qt::BlockingQueuedConnection);
        thread.quit();
        thread.wait();
    });

    Screen screen;
    QTest::qWait(300);
    const double before = memoryMb("VmRSS");
    WsFeedOptions options;
    options.server = QUrl(u"http://127.0.0.1:%1"_s.arg(hostileServer.port.load()));
    options.tail = true;
    options.firstRetryMs = 1;
    options.maxRetryMs = 20;
    options.connectMs = 2'000;
    options.pingMs = 50;
    WsFeed feed(options);
    // A person who tries again whenever the window says that it does not by itself.
    connect(&feed, &Feed::stateChanged, &feed, [&feed](const FeedState &state) {
        if (state.kind == FeedState::Kind::Refused || state.kind == FeedState::Kind::NoProject ||
            state.kind == FeedState::Kind::Incompatible)
            QTimer::singleShot(1, &feed, &Feed::retryNow);
    });
    screen.board().setFeed(&feed);
    GapWatch gaps;
    gaps.doing = [&hostileServer] { return hostileServer.doing(); };
    feed.open();
    // An event loop of its own: QTest's waits sleep between two looks.
    QEventLoop loop;
    QElapsedTimer patience;
    patience.start();
    connect(&screen.board(), &Board::framed, &loop, [&](const BoardFrame &frame) {
        if (hostileServer.isGood && frame.totalEvents == HostileServer::kGoodEvents)
            loop.quit();
    });
    QTimer look;
    connect(&look, &QTimer::timeout, &loop, [&, last = -1]() mutable {
        if (const int said = hostileServer.said; said != last)
            patience.restart();
        last = hostileServer.said;
        if (patience.hasExpired(kPatienceMs))
            loop.exit(1);
    });
    look.start(1'000);
    QVERIFY2(loop.exec() == 0,
             qPrintable(u"stuck after %1 messages: %2"_s.arg(hostileServer.said.load()).arg(hostileServer.doing())));
    // On a busy machine a ping every 50 ms may go unanswered once more: it comes back by itself.
    QTRY_VERIFY_WITH_TIMEOUT(screen.board().state().kind == FeedState::Kind::Live &&
                                 screen.board().frame().main.total == HostileServer::kGoodEvents,
                             kPatienceMs);
    QVERIFY(hostileServer.connections > 50);

    ::malloc_trim(0);
    const double after = memoryMb("VmRSS");
    const double peak = memoryMb("VmHWM");
    qInfo("longest gap %.0f ms (%s), memory %.0f MB before, %.0f MB after, %.0f MB at most, %d connections",
          gaps.longestMs(), qPrintable(gaps.when()), before, after, peak, hostileServer.connections.load());
    longestGapMs = gaps.longestMs();
    if (kMeasures) {
        QVERIFY(peak < kMostPeakMb);
        QVERIFY(after - before < kMostGrowthMb);
    }
}

QTEST_MAIN(HostileTest)
#include "tst_hostile.moc"
