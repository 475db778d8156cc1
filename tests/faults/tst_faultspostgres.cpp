#include "tests/faults/scenario.h"

#include <csignal>
#include <QRandomGenerator>
#include <sys/mount.h>

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

// The bad days of a server on PostgreSQL: nothing acknowledged is lost, nothing is doubled, nothing refused is stored,
// and it recovers by itself.
class FaultsPostgres final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();

    void restartedUnderLoad();
    void stoppedForAWhile();
    void frozen();
    void connectionsEnded();
    void cutInTheMiddleOfACommit_data();
    void cutInTheMiddleOfACommit();
    void diskFull();
    void killedAgainAndAgain();
    void stoppedUnderLoad();
    void twoServersGetTheSameAtOnce();

private:
    std::unique_ptr<ServerProcess> startOn(const DatabaseUrl &url)
    {
        auto server = std::make_unique<ServerProcess>(QStringLiteral(ENTVAS_PROGRAM), TemporaryPostgres::toText(url));
        return server->start() ? std::move(server) : nullptr;
    }
    TemporaryPostgres m_postgres;
    DatabaseUrl m_url;
};

void FaultsPostgres::initTestCase()
{
    const Result<void> started = m_postgres.start();
    if (!started)
        QSKIP(qPrintable(started.failure().text));
    if (!m_postgres.canRestart())
        QSKIP("the server of ENTVAS_TEST_DATABASE_URL is not ours to stop");
}

void FaultsPostgres::init()
{
    const Result<DatabaseUrl> url = m_postgres.createDatabase();
    QVERIFY2(url.ok(), url.ok() ? "" : qPrintable(url.failure().text));
    m_url = url.value();
}

void FaultsPostgres::restartedUnderLoad()
{
    const auto server = startOn(m_url);
    QVERIFY(server);
    Load load({{server->port()}, 12});
    load.start();
    for (int round = 0; round < 3; ++round) {
        sleepMs(1'000);
        QVERIFY(m_postgres.stopServer(u"fast"_s).ok());
        QVERIFY(m_postgres.startServer().ok());
        const qint64 before = load.acknowledged();
        const qint64 took = waitUntil([&] { return load.acknowledged() > before + 10; }, kRecoveryMs);
        QVERIFY2(took >= 0, "it did not recover in time");
        qInfo("recovered %lld ms after the database was back", took);
    }
    load.stop();
    ENTVAS_VERIFY_LEDGER(*server, m_url, &load);
}

void FaultsPostgres::stoppedForAWhile()
{
    const auto server = startOn(m_url);
    QVERIFY(server);
    Load load({{server->port()}, 8});
    load.start();
    sleepMs(1'000);
    QVERIFY(m_postgres.stopServer().ok());
    // It says so, and goes on answering.
    QVERIFY(waitUntil([&] { return getPlain(server->port(), "/ready").status == 503; }, 8'000) >= 0);
    QVERIFY(waitUntil([&] { return load.refused() > 20; }, 8'000) >= 0);
    const PlainAnswer health = getPlain(server->port(), "/health", 1'000);
    QCOMPARE(health.status, 200);
    QVERIFY2(health.body.contains("degraded"), health.body.constData());
    QVERIFY2(health.body.contains("database_away"), health.body.constData());
    QVERIFY(getPlain(server->port(), "/metrics").body.contains("\nentvas_degraded 1\n"));
    sleepMs(faultSeconds(3) * 1'000);
    QVERIFY(m_postgres.startServer().ok());
    const qint64 took = waitUntil([&] { return isReady(*server); }, kRecoveryMs);
    qInfo("ready %lld ms after the database was back", took);
    QVERIFY(took >= 0);
    const qint64 before = load.acknowledged();
    QVERIFY(waitUntil([&] { return load.acknowledged() > before + 100; }, kRecoveryMs) >= 0);
    load.stop();
    ENTVAS_VERIFY_LEDGER(*server, m_url, &load);
}

void FaultsPostgres::frozen()
{
    const auto server = startOn(m_url);
    QVERIFY(server);
    Load load({{server->port()}, 8});
    load.start();
    sleepMs(1'000);
    m_postgres.signalServer(SIGSTOP);
    QElapsedTimer since;
    since.start();
    bool isResponsive = true;
    Load late({{server->port()}, 4, 0, "late"});
    bool isLate = false;
    while (since.elapsed() < faultSeconds(20) * 1'000) {
        isResponsive = isResponsive && getPlain(server->port(), "/health", 1'000).status == 200;
        sleepMs(200);
        // The senders of the commit that hangs wait for it, and those may be all. Who comes now is refused.
        if (!isLate && getPlain(server->port(), "/ready", 1'000).status == 503) {
            isLate = true;
            late.start();
        }
    }
    const int ready = getPlain(server->port(), "/ready", 1'000).status;
    const qint64 refused = late.refused();
    m_postgres.signalServer(SIGCONT);
    QVERIFY(isResponsive);
    QCOMPARE(ready, 503);
    QVERIFY(refused > 20);
    const qint64 took = waitUntil([&] { return isReady(*server); }, 2 * kRecoveryMs);
    qInfo("ready %lld ms after the database went on", took);
    QVERIFY(took >= 0 && took <= kRecoveryMs);
    const qint64 before = load.acknowledged();
    QVERIFY(waitUntil([&] { return load.acknowledged() > before + 100; }, kRecoveryMs) >= 0);
    load.stop();
    late.stop();
    ENTVAS_VERIFY_LEDGER(*server, m_url, &load, &late);
}

void FaultsPostgres::connectionsEnded()
{
    const auto server = startOn(m_url);
    QVERIFY(server);
    Load load({{server->port()}, 12});
    load.start();
    DatabaseUrl admin = m_url;
    admin.database = u"postgres"_s;
    QElapsedTimer since;
    since.start();
    int cuts = 0;
    while (since.elapsed() < faultSeconds(6) * 1'000) {
        sleepMs(QRandomGenerator::global()->bounded(60, 400));
        QVERIFY(executeOn(admin, u"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%1'"_s.arg(
                                     m_url.database)));
        ++cuts;
    }
    const qint64 before = load.acknowledged();
    QVERIFY(waitUntil([&] { return load.acknowledged() > before + 100; }, kRecoveryMs) >= 0);
    load.stop();
    qInfo("%d times", cuts);
    ENTVAS_VERIFY_LEDGER(*server, m_url, &load);
}

void FaultsPostgres::cutInTheMiddleOfACommit_data()
{
    QTest::addColumn<bool>("swallow");
    QTest::newRow("at any moment") << false;
    QTest::newRow("answers are lost") << true;
}

void FaultsPostgres::cutInTheMiddleOfACommit()
{
    QFETCH(bool, swallow);
    CutProxy proxy(quint16(m_url.port));
    DatabaseUrl through = m_url;
    through.port = proxy.port();
    const auto server = startOn(through);
    QVERIFY(server);
    Load load({{server->port()}, 12});
    load.start();
    QElapsedTimer since;
    since.start();
    int cuts = 0;
    while (since.elapsed() < faultSeconds(8) * 1'000) {
        sleepMs(QRandomGenerator::global()->bounded(20, 300));
        proxy.cut(swallow);
        ++cuts;
    }
    const qint64 before = load.acknowledged();
    QVERIFY(waitUntil([&] { return load.acknowledged() > before + 100; }, kRecoveryMs) >= 0);
    load.stop();
    qInfo("%d cuts", cuts);
    ENTVAS_VERIFY_LEDGER(*server, m_url, &load);
}

void FaultsPostgres::diskFull()
{
    QTemporaryDir directory;
    const QByteArray path = QFile::encodeName(directory.path());
    if (::mount("tmpfs", path.constData(), "tmpfs", 0, "size=48m") != 0)
        QSKIP("a small file system can't be mounted here (needs root)");
    const auto unmount = qScopeGuard([&] { ::umount2(path.constData(), MNT_DETACH); });
    const QString tables = directory.filePath(u"tables"_s);
    QVERIFY(QDir().mkpath(tables));
    const Result<DatabaseUrl> url = m_postgres.createDatabaseIn(tables);
    QVERIFY2(url.ok(), url.ok() ? "" : qPrintable(url.failure().text));
    const auto server = startOn(url.value());
    QVERIFY(server);
    Load load({{server->port()}, 12});
    load.start();
    QVERIFY(waitUntil([&] { return load.acknowledged() > 500; }, 10'000) >= 0);
    QFile filler(directory.filePath(u"filler"_s));
    QVERIFY(filler.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
    while (filler.write(QByteArray(65'536, 'x')) == 65'536) {
    }
    QVERIFY2(waitUntil([&] { return load.refused() > 20; }, 30'000) >= 0, "the disk never was full");
    QVERIFY(waitUntil([&] { return getPlain(server->port(), "/ready").status == 503; }, 5'000) >= 0);
    QCOMPARE(getPlain(server->port(), "/health", 1'000).status, 200);
    sleepMs(1'000);
    QVERIFY(filler.remove());
    const qint64 before = load.acknowledged();
    const qint64 took = waitUntil([&] { return load.acknowledged() > before + 100; }, kRecoveryMs);
    qInfo("recovered %lld ms after there was room", took);
    QVERIFY(took >= 0);
    load.stop();
    ENTVAS_VERIFY_LEDGER(*server, url.value(), &load);
    // The database must be gone before its file system is.
    QCOMPARE(server->terminate(), 0);
    DatabaseUrl admin = m_url;
    admin.database = u"postgres"_s;
    QVERIFY(executeOn(admin, u"DROP DATABASE %1"_s.arg(url->database)));
}

void FaultsPostgres::killedAgainAndAgain()
{
    auto server = startOn(m_url);
    QVERIFY(server);
    Load load({{server->port()}, 12});
    load.start();
    const int rounds = std::max(8, faultSeconds(0));
    for (int round = 0; round < rounds; ++round) {
        sleepMs(QRandomGenerator::global()->bounded(150, 600));
        server->kill9();
        QVERIFY(server->start());
    }
    sleepMs(500);
    load.stop();
    ENTVAS_VERIFY_LEDGER(*server, m_url, &load);
}

void FaultsPostgres::stoppedUnderLoad()
{
    auto server = startOn(m_url);
    QVERIFY(server);
    for (int round = 0; round < 3; ++round) {
        Load load({{server->port()}, 24, 0, "round" + QByteArray::number(round)});
        load.start();
        sleepMs(1'000);
        QElapsedTimer since;
        since.start();
        QCOMPARE(server->terminate(), 0);
        qInfo("stopped in %lld ms", since.elapsed());
        const qint64 cut = load.lost();
        load.stop(200);
        // Whoever was not answered was not stored either: nobody has to guess.
        QHash<QByteArray, Posted::Fate> fates;
        for (const Posted &event : load.events())
            fates.insert(event.user, event.fate);
        for (const QStringList &row :
             rowsOf(m_url, u"SELECT \"userId\" FROM events WHERE \"userId\" LIKE 'round%1-%'"_s.arg(round)))
            QVERIFY2(fates.value(row[0].toLatin1()) == Posted::Fate::Acknowledged, qPrintable(row[0]));
        qInfo("%lld answered, %lld connections without an answer", qint64(load.acknowledged()), cut);
        QVERIFY(server->start());
        ENTVAS_VERIFY_LEDGER(*server, m_url, &load);
        QVERIFY(executeOn(m_url, u"TRUNCATE events, minute_counts, user_sketches, idempotency_keys"_s));
        QCOMPARE(server->terminate(), 0);
        QVERIFY(server->start());
    }
}

void FaultsPostgres::twoServersGetTheSameAtOnce()
{
    const auto one = startOn(m_url);
    const auto two = startOn(m_url);
    QVERIFY(one && two);
    // The same loads to both at the same time: same users, same keys.
    constexpr int kConnections = 8;
    Load first({{one->port()}, kConnections, 0, "same"});
    Load second({{two->port()}, kConnections, 0, "same"});
    first.start();
    second.start();
    sleepMs(faultSeconds(4) * 1'000);
    first.stop();
    second.stop();
    QHash<QByteArray, QStringList> stored; // ids by user
    for (const QStringList &row : rowsOf(m_url, u"SELECT \"userId\", CAST(id AS text) FROM events"_s))
        stored[row[0].toLatin1()] << row[1];
    qint64 shared = 0;
    qint64 events = 0;
    for (const Posted &event : first.events()) {
        const auto other = second.events().constFind(event.user);
        if (event.key.isEmpty() || other == second.events().cend())
            continue;
        QCOMPARE(event.fate, Posted::Fate::Acknowledged);
        QCOMPARE(other->fate, Posted::Fate::Acknowledged);
        QCOMPARE(stored.value(event.user), QStringList{QString::fromLatin1(event.eventId)});
        QCOMPARE(other->eventId, event.eventId);
        QCOMPARE(event.firsts + other->firsts, 1);
        ++shared;
    }
    for (const QStringList &ids : std::as_const(stored))
        events += ids.size();
    qInfo("%lld keys were sent to both", shared);
    QVERIFY(shared > 100);
    QCOMPARE(rowsOf(m_url, u"SELECT CAST(sum(count) AS bigint) FROM minute_counts"_s).value(0).value(0).toLongLong(),
             events);
    QVERIFY(first.problems().isEmpty() && second.problems().isEmpty());
}

QTEST_GUILESS_MAIN(FaultsPostgres)
#include "tst_faultspostgres.moc"
