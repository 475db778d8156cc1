#include "app/process/watchdog.h"
#include "core/base/log.h"
#include "tests/server/testserver.h"

#include <QProcess>
#include <QSemaphore>
#include <QTest>
#include <QThread>

#include <csignal>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// A service manager: the socket that sd_notify(3) speaks of.
class Manager
{
public:
    explicit Manager(const QByteArray &address) : m_address(address)
    {
        m_fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        QByteArray name = address;
        if (name.startsWith('@'))
            name[0] = '\0';
        std::copy(name.cbegin(), name.cend(), at.sun_path);
        isOpen = ::bind(m_fd, reinterpret_cast<const sockaddr *>(&at),
                        socklen_t(offsetof(sockaddr_un, sun_path) + size_t(name.size()))) == 0;
    }
    ~Manager() { ::close(m_fd); }
    // All that has come so far; one entry per datagram.
    const QList<QByteArray> &heard()
    {
        char text[4096];
        for (ssize_t size; (size = ::recv(m_fd, text, sizeof text, 0)) >= 0;)
            m_heard.append(QByteArray(text, size));
        return m_heard;
    }
    qsizetype count(const QByteArray &words)
    {
        qsizetype found = 0;
        for (const QByteArray &one : heard())
            found += one.contains(words);
        return found;
    }
    bool waitFor(const QByteArray &words, qsizetype times = 1, int ms = 20'000)
    {
        return spinUntil([&] { return count(words) >= times; }, ms);
    }
    const QByteArray &address() const { return m_address; }
    bool isOpen = false;

private:
    QByteArray m_address;
    int m_fd = -1;
    QList<QByteArray> m_heard;
};

class WatchdogTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void noServiceManager();
    void theProgramTells_data();
    void theProgramTells();
    void aServerThatHangsIsSilent();
    void asksForMoreTimeUntilItIsReady();
    void levelFollowsSignals();

private:
    QTemporaryDir m_directory;
    std::unique_ptr<QProcess> start(const QMap<QString, QString> &more)
    {
        auto process = std::make_unique<QProcess>();
        QProcessEnvironment environment;
        for (const char *name : {"PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"})
            if (qEnvironmentVariableIsSet(name))
                environment.insert(QString::fromLatin1(name), qEnvironmentVariable(name));
        environment.insert(u"HOME"_s, m_directory.path());
        for (auto it = more.begin(); it != more.end(); ++it)
            environment.insert(it.key(), it.value());
        process->setProcessEnvironment(environment);
        process->start(QStringLiteral(ENTVAS_PROGRAM), {u"--headless"_s, u"--port=0"_s});
        return process;
    }
};

void WatchdogTest::noServiceManager()
{
    qunsetenv("NOTIFY_SOCKET");
    QVERIFY(!ServiceManager::fromEnvironment());
    for (const char *wrong : {"", "relative", "@", "vsock:2:1"}) {
        qputenv("NOTIFY_SOCKET", wrong);
        QVERIFY2(!ServiceManager::fromEnvironment(), wrong);
        QVERIFY(!qEnvironmentVariableIsSet("NOTIFY_SOCKET"));
    }
    qputenv("NOTIFY_SOCKET", "/" + QByteArray(200, 'x'));
    QVERIFY(!ServiceManager::fromEnvironment());
    qputenv("NOTIFY_SOCKET", "/nowhere/at/all");
    qputenv("WATCHDOG_USEC", "30000000");
    qputenv("WATCHDOG_PID", "1"); // somebody else's
    const auto manager = ServiceManager::fromEnvironment();
    QVERIFY(manager);
    QCOMPARE(manager->watchdog().count(), 0);
    manager->send("READY=1\n"); // harmless
}

void WatchdogTest::theProgramTells_data()
{
    QTest::addColumn<QByteArray>("address");
    QTest::newRow("path") << m_directory.filePath(u"notify"_s).toLocal8Bit();
    QTest::newRow("abstract") << "@entvas-test-" + QByteArray::number(::getpid());
}

void WatchdogTest::theProgramTells()
{
    QFETCH(QByteArray, address);
    Manager manager(address);
    QVERIFY(manager.isOpen);
    const auto process =
        start({{u"NOTIFY_SOCKET"_s, QString::fromLocal8Bit(address)}, {u"WATCHDOG_USEC"_s, u"200000"_s}});
    QVERIFY(manager.waitFor("READY=1\n"));
    QVERIFY(manager.count("STATUS=Serving on port ") >= 1);
    // Not before the program says so to people.
    QVERIFY(spinUntil([&] { return process->readAllStandardOutput().contains("entvas ready on"); }, 5'000));
    const qsizetype signs = manager.count("WATCHDOG=1\n");
    QVERIFY(manager.waitFor("WATCHDOG=1\n", signs + 3));
    // A reload, which without a certificate is nothing to be done, but no reason to end.
    ::kill(pid_t(process->processId()), SIGHUP);
    QVERIFY(manager.waitFor("RELOADING=1\nMONOTONIC_USEC="));
    QVERIFY(manager.waitFor("READY=1\n", 2));
    QCOMPARE(process->state(), QProcess::Running);
    process->terminate();
    QVERIFY(manager.waitFor("STOPPING=1\n"));
    QTRY_COMPARE_WITH_TIMEOUT(process->state(), QProcess::NotRunning, 15'000);
    QCOMPARE(process->exitCode(), 0);
}

// The sign of life is the server thread's own: while that stands still, there is none.
void WatchdogTest::aServerThatHangsIsSilent()
{
    Manager manager(m_directory.filePath(u"hung"_s).toLocal8Bit());
    QVERIFY(manager.isOpen);
    qputenv("NOTIFY_SOCKET", manager.address());
    qputenv("WATCHDOG_USEC", "100000");
    Watchdog watchdog(std::move(*ServiceManager::fromEnvironment()));
    QCOMPARE(watchdog.pulse().count(), 50);

    TestServer place; // only for its settings
    QThread thread;
    auto *core = new ServerCore(place.settings, &place.clock);
    core->setPulse(watchdog.pulse());
    core->moveToThread(&thread);
    connect(&thread, &QThread::finished, core, &QObject::deleteLater);
    connect(core, &ServerCore::alive, &watchdog, &Watchdog::alive);
    connect(core, &ServerCore::ready, &watchdog, [&] { watchdog.ready(u"ready"_s); });
    connect(core, &ServerCore::stopped, &thread, &QThread::quit, Qt::DirectConnection);
    thread.start();
    QMetaObject::invokeMethod(core, &ServerCore::start, Qt::QueuedConnection);
    QVERIFY(manager.waitFor("READY=1"));
    QVERIFY(manager.waitFor("WATCHDOG=1", manager.count("WATCHDOG=1") + 2));

    QSemaphore isHung, mayGoOn;
    QMetaObject::invokeMethod(
        core,
        [&] {
            isHung.release();
            mayGoOn.acquire();
        },
        Qt::QueuedConnection);
    isHung.acquire();
    spinUntil([] { return false; }, 50); // what was on its way
    const qsizetype before = manager.count("WATCHDOG=1");
    spinUntil([] { return false; }, 500); // ten of them
    const qsizetype during = manager.count("WATCHDOG=1");
    mayGoOn.release();
    QCOMPARE(during, before);
    QVERIFY(manager.waitFor("WATCHDOG=1", before + 2));
    QMetaObject::invokeMethod(core, &ServerCore::stop, Qt::QueuedConnection);
    QVERIFY(spinUntil([&] { return thread.isFinished(); }, 15'000));
}

void WatchdogTest::asksForMoreTimeUntilItIsReady()
{
    Manager manager(m_directory.filePath(u"slow"_s).toLocal8Bit());
    qputenv("NOTIFY_SOCKET", manager.address());
    Watchdog watchdog(std::move(*ServiceManager::fromEnvironment()));
    QVERIFY(watchdog.pulse() < Watchdog::kMoreTime / 2);
    watchdog.alive(u"The stored counts are being read"_s);
    QCOMPARE(manager.heard().last(), "EXTEND_TIMEOUT_USEC=30000000\nSTATUS=The stored counts are being read\n");
    watchdog.ready(u"Serving"_s);
    watchdog.alive(u"Serving"_s);
    QCOMPARE(manager.heard().last(), "READY=1\nSTATUS=Serving\n"); // nothing new, and no watchdog
    watchdog.alive(u"Serving, degraded: database_away"_s);
    QCOMPARE(manager.heard().last(), "STATUS=Serving, degraded: database_away\n");
    watchdog.stopping();
    const qsizetype all = manager.heard().size();
    watchdog.alive(u"Serving"_s);
    QCOMPARE(manager.heard().size(), all);
}

void WatchdogTest::levelFollowsSignals()
{
    const auto process = start({{u"LOG_LEVEL"_s, u"warning"_s}});
    QByteArray log;
    const auto said = [&](const QByteArray &words) {
        return spinUntil(
            [&] {
                log += process->readAllStandardError();
                return log.contains(words);
            },
            20'000);
    };
    QVERIFY(spinUntil([&] { return process->readAllStandardOutput().contains("entvas ready on"); }, 20'000));
    ::kill(pid_t(process->processId()), SIGUSR1);
    QVERIFY(said("the level is now info"));
    ::kill(pid_t(process->processId()), SIGUSR1);
    QVERIFY(said("the level is now debug"));
    ::kill(pid_t(process->processId()), SIGUSR2);
    QVERIFY(said("the level is now info"));
    process->terminate();
    QVERIFY(said("\"stopped\""));
    QTRY_COMPARE_WITH_TIMEOUT(process->state(), QProcess::NotRunning, 15'000);
    QCOMPARE(process->exitCode(), 0);
}

QTEST_GUILESS_MAIN(WatchdogTest)
#include "tst_watchdog.moc"
