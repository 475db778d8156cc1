#include "tests/faults/scenario.h"

#include <QRandomGenerator>
#include <sys/mount.h>
#include <sys/resource.h>

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

// The bad days of a server on SQLite, and those that come whatever the store is.
class FaultsSqlite final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void diskFull();
    void fileMayNotGrow();
    void lockedByAnotherProgram();
    void killedAgainAndAgain();
    void stoppedUnderLoad();
    void outOfDescriptors();

private:
    static DatabaseUrl in(const QTemporaryDir &directory)
    {
        DatabaseUrl url;
        url.path = directory.filePath(u"entvas.db"_s);
        return url;
    }
    static std::unique_ptr<ServerProcess> startOn(const DatabaseUrl &url)
    {
        auto server = std::make_unique<ServerProcess>(QStringLiteral(ENTVAS_PROGRAM), u"sqlite://"_s + url.path);
        return server->start() ? std::move(server) : nullptr;
    }
    // While it can't store it says so; once it can, it does within kRecoveryMs.
    static void refusesAndRecovers(const ServerProcess &server, Load &load, const std::function<void()> &cure)
    {
        QVERIFY2(waitUntil([&] { return load.refused() > 20; }, 20'000) >= 0, "nothing was refused");
        QVERIFY(waitUntil([&] { return getPlain(server.port(), "/ready").status == 503; }, 5'000) >= 0);
        const PlainAnswer health = getPlain(server.port(), "/health", 1'000);
        QCOMPARE(health.status, 200);
        QVERIFY2(health.body.contains("degraded"), health.body.constData());
        sleepMs(1'000);
        cure();
        const qint64 before = load.acknowledged();
        const qint64 took =
            waitUntil([&] { return load.acknowledged() > before + 100 && isReady(server); }, kRecoveryMs);
        qInfo("recovered after %lld ms", took);
        QVERIFY2(took >= 0, "it did not recover in time");
    }
};

void FaultsSqlite::diskFull()
{
    QTemporaryDir directory;
    const QByteArray path = QFile::encodeName(directory.path());
    if (::mount("tmpfs", path.constData(), "tmpfs", 0, "size=32m") != 0)
        QSKIP("a small file system can't be mounted here (needs root)");
    const auto unmount = qScopeGuard([&] { ::umount2(path.constData(), MNT_DETACH); });
    const DatabaseUrl url = in(directory);
    const auto server = startOn(url);
    QVERIFY(server);
    // Told ahead: so small a disk is nearly full when it is empty.
    const QByteArray health = getPlain(server->port(), "/health").body;
    QVERIFY2(health.contains("disk_nearly_full"), health.constData());
    Load load({{server->port()}, 12});
    load.start();
    QVERIFY(waitUntil([&] { return load.acknowledged() > 500; }, 10'000) >= 0);
    QFile filler(directory.filePath(u"filler"_s));
    QVERIFY(filler.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
    while (filler.write(QByteArray(65'536, 'x')) == 65'536) {
    }
    refusesAndRecovers(*server, load, [&] { filler.remove(); });
    load.stop();
    ENTVAS_VERIFY_LEDGER(*server, url, &load);
}

void FaultsSqlite::fileMayNotGrow()
{
    QTemporaryDir directory;
    const DatabaseUrl url = in(directory);
    const auto server = startOn(url);
    QVERIFY(server);
    Load load({{server->port()}, 12});
    load.start();
    QVERIFY(waitUntil([&] { return load.acknowledged() > 500; }, 10'000) >= 0);
    const qint64 largest = std::max(QFileInfo(url.path).size(), QFileInfo(url.path + u"-wal"_s).size());
    QVERIFY(server->setLimit(RLIMIT_FSIZE, largest + 100'000));
    refusesAndRecovers(*server, load, [&] { QVERIFY(server->setLimit(RLIMIT_FSIZE, -1)); });
    load.stop();
    ENTVAS_VERIFY_LEDGER(*server, url, &load);
}

void FaultsSqlite::lockedByAnotherProgram()
{
    QTemporaryDir directory;
    const DatabaseUrl url = in(directory);
    const auto server = startOn(url);
    QVERIFY(server);
    Load load({{server->port()}, 12});
    load.start();
    QVERIFY(waitUntil([&] { return load.acknowledged() > 500; }, 10'000) >= 0);
    std::atomic<bool> release = false;
    std::thread other([&] {
        const QString name = u"other"_s;
        {
            QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, name);
            database.setDatabaseName(url.path);
            database.setConnectOptions(u"QSQLITE_BUSY_TIMEOUT=5000"_s);
            if (database.open() && QSqlQuery(database).exec(u"BEGIN IMMEDIATE"_s))
                while (!release)
                    sleepMs(10);
            QSqlQuery(database).exec(u"ROLLBACK"_s);
        }
        QSqlDatabase::removeDatabase(name);
    });
    const auto join = qScopeGuard([&] {
        release = true;
        other.join();
    });
    refusesAndRecovers(*server, load, [&] { release = true; });
    load.stop();
    ENTVAS_VERIFY_LEDGER(*server, url, &load);
}

void FaultsSqlite::killedAgainAndAgain()
{
    QTemporaryDir directory;
    const DatabaseUrl url = in(directory);
    const auto server = startOn(url);
    QVERIFY(server);
    Load load({{server->port()}, 12});
    load.start();
    const int rounds = std::max(10, faultSeconds(0));
    for (int round = 0; round < rounds; ++round) {
        sleepMs(QRandomGenerator::global()->bounded(150, 600));
        server->kill9();
        QVERIFY(server->start());
    }
    sleepMs(500);
    load.stop();
    QCOMPARE(rowsOf(url, u"PRAGMA integrity_check"_s).value(0).value(0), u"ok"_s);
    ENTVAS_VERIFY_LEDGER(*server, url, &load);
}

void FaultsSqlite::stoppedUnderLoad()
{
    QTemporaryDir directory;
    const DatabaseUrl url = in(directory);
    const auto server = startOn(url);
    QVERIFY(server);
    QList<const Load *> loads;
    std::vector<std::unique_ptr<Load>> owned;
    for (int round = 0; round < 4; ++round) {
        owned.push_back(
            std::make_unique<Load>(Load::Options{{server->port()}, 24, 0, "round" + QByteArray::number(round)}));
        Load &load = *owned.back();
        loads << &load;
        load.start();
        sleepMs(700);
        QCOMPARE(server->terminate(), 0);
        load.stop(200);
        QHash<QByteArray, Posted::Fate> fates;
        for (const Posted &event : load.events())
            fates.insert(event.user, event.fate);
        // Whoever was not answered was not stored either: nobody has to guess.
        for (const QStringList &row :
             rowsOf(url, u"SELECT \"userId\" FROM events WHERE \"userId\" LIKE 'round%1-%'"_s.arg(round)))
            QVERIFY2(fates.value(row[0].toLatin1()) == Posted::Fate::Acknowledged, qPrintable(row[0]));
        QVERIFY(server->start());
    }
    const LedgerReport report = checkLedger(url, loads);
    qInfo("%s", qPrintable(report.text()));
    QVERIFY2(report.problems.isEmpty(), qPrintable(report.text()));
    QCOMPARE(shownTotal(server->port()), report.stored);
}

void FaultsSqlite::outOfDescriptors()
{
    QTemporaryDir directory;
    const DatabaseUrl url = in(directory);
    const auto server = startOn(url);
    QVERIFY(server);
    Load load({{server->port()}, 8, 5});
    load.start();
    QVERIFY(waitUntil([&] { return load.acknowledged() > 100; }, 10'000) >= 0);
    QVERIFY(server->setLimit(RLIMIT_NOFILE, server->descriptors() + 20));
    std::vector<std::unique_ptr<QTcpSocket>> crowd;
    for (int i = 0; i < 200; ++i) {
        crowd.push_back(std::make_unique<QTcpSocket>());
        crowd.back()->connectToHost(QHostAddress(QHostAddress::LocalHost), server->port());
        crowd.back()->waitForConnected(100);
    }
    sleepMs(500);
    // Those who are in are served, and nobody spins.
    const qint64 before = load.acknowledged();
    const double cpu = server->cpuSeconds();
    sleepMs(2'000);
    const double used = server->cpuSeconds() - cpu;
    qInfo("%lld events and %.2f s of CPU in 2 s without descriptors", load.acknowledged() - before, used);
    QVERIFY(load.acknowledged() > before + 50);
    QVERIFY2(used < 1.0, qPrintable(QString::number(used)));
    QVERIFY(server->isRunning());
    crowd.clear();
    const qint64 took = waitUntil([&] { return getPlain(server->port(), "/health", 500).status == 200; }, kRecoveryMs);
    qInfo("new connections are taken %lld ms after there were descriptors again", took);
    QVERIFY(took >= 0);
    QVERIFY(server->setLimit(RLIMIT_NOFILE, -1));
    load.stop();
    ENTVAS_VERIFY_LEDGER(*server, url, &load);
}

QTEST_GUILESS_MAIN(FaultsSqlite)
#include "tst_faultssqlite.moc"
