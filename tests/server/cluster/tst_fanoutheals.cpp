#include "core/maintenance/admin.h"
#include "tests/faults/ledger.h"
#include "tests/faults/load.h"
#include "tests/server/crowd.h"
#include "tests/support/serverprocess.h"

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

namespace {
constexpr int kHealMs = 20'000;
} // namespace

// Several servers on one PostgreSQL show one picture, though what they tell one another is lost, late or nonsense.
class FanoutHealsTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();

    void aServerThatStartsUnderLoadMissesNothing();
    void lostNotificationsHeal();
    void lostConnectionsHeal();
    void aRestartedDatabaseHeals();
    void missingAnnouncementsAreMadeUpFor();
    void announcementsThatMakeNoSense();
    void moreWritersThanAreRemembered();
    void whoWasAwayReadsAnew();
    void announcementsThatCannotBeReadAreAskedForWithPauses();

private:
    TemporaryPostgres m_postgres;
    DatabaseUrl m_url;
};

void FanoutHealsTest::initTestCase()
{
    const Result<void> started = m_postgres.start();
    if (!started)
        QSKIP(qPrintable(started.failure().text));
}

void FanoutHealsTest::init()
{
    const Result<DatabaseUrl> url = m_postgres.createDatabase();
    QVERIFY2(url.ok(), url.ok() ? "" : qPrintable(url.failure().text));
    m_url = url.value();
}

void FanoutHealsTest::aServerThatStartsUnderLoadMissesNothing()
{
    Crowd crowd(m_url);
    QVERIFY(crowd.start());
    Load load({crowd.ports(), 6});
    load.start();
    for (int round = 0; round < 4; ++round) {
        spin(700);
        const auto i = std::size_t(1 + round % 2);
        crowd.servers[i]->settings.port = crowd.ports()[qsizetype(i)];
        QVERIFY(crowd.servers[i]->stop());
        QVERIFY(crowd.servers[i]->start());
        QVERIFY(crowd.watch(int(i)));
    }
    spin(500);
    load.stop();
    ENTVAS_VERIFY_AGREED(crowd, 5'000);
}

void FanoutHealsTest::lostNotificationsHeal()
{
    Crowd crowd(m_url);
    ServerLimits limits;
    limits.fanout.wakes = false;
    for (const auto &server : crowd.servers)
        QVERIFY(server->startCore({}, nullptr, limits));
    for (int i = 0; i < kServers; ++i)
        QVERIFY(crowd.watch(i));
    for (int round = 0; round < 6; ++round)
        QCOMPARE(crowd.servers[std::size_t(round % kServers)]->post(eventJson()).status, 200);
    QElapsedTimer since;
    since.start();
    ENTVAS_VERIFY_AGREED(crowd, kHealMs);
    qInfo("without notifications all agree after %lld ms", since.elapsed());
    QCOMPARE(crowd.metric(0, "entvas_fanout_wakeups_total"), 0.0);
}

void FanoutHealsTest::lostConnectionsHeal()
{
    Crowd crowd(m_url);
    QVERIFY(crowd.start());
    Load load({crowd.ports(), 6});
    load.start();
    for (int round = 0; round < 3; ++round) {
        spin(1'000);
        // The first time those that listen, and whoever else looks like them; then all there are.
        const QString which = round == 0 ? u"query = 'ROLLBACK' OR query LIKE 'LISTEN%'"_s : u"true"_s;
        const auto ended = rowsOf(
            m_url,
            u"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%1' AND "
            "application_name = 'entvas server' AND pid <> pg_backend_pid() AND (%2)"_s.arg(m_url.database, which));
        QVERIFY2(ended.size() >= (round == 0 ? 1 : kServers), qPrintable(QString::number(ended.size())));
    }
    spin(500);
    load.stop();
    QElapsedTimer since;
    since.start();
    ENTVAS_VERIFY_AGREED(crowd, kHealMs);
    qInfo("all agree %lld ms after the load", since.elapsed());
    QVERIFY(spinUntil([&] { return crowd.metric(0, "entvas_fanout_listening") == 1.0; }, kHealMs));
    QVERIFY(crowd.metric(0, "entvas_fanout_listen_losses_total") >= 1);
    QCOMPARE(crowd.servers[0]->post(eventJson()).status, 200);
    ENTVAS_VERIFY_AGREED(crowd, 5'000);
}

void FanoutHealsTest::aRestartedDatabaseHeals()
{
    if (!m_postgres.canRestart())
        QSKIP("The PostgreSQL that ENTVAS_TEST_DATABASE_URL names is not ours to stop.");
    Crowd crowd(m_url);
    QVERIFY(crowd.start());
    Load load({crowd.ports(), 6});
    load.start();
    spin(1'000);
    QVERIFY(m_postgres.stopServer().ok()); // in the middle of commits
    spin(1'500);
    QVERIFY(m_postgres.startServer().ok());
    spin(4'000);
    load.stop();
    ENTVAS_VERIFY_AGREED(crowd, kHealMs);
    const LedgerReport report = checkLedger(m_url, {&load});
    QVERIFY2(report.problems.isEmpty(), qPrintable(report.text()));
}

void FanoutHealsTest::missingAnnouncementsAreMadeUpFor()
{
    Crowd crowd(m_url);
    QVERIFY(crowd.start());
    // As if the servers had been away, now and then, for longer than announcements are kept.
    QVERIFY(executeOn(m_url, u"CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                             "IF NEW.seq % 40 = 0 THEN RETURN NULL; END IF; RETURN NEW; END $$"_s));
    QVERIFY(
        executeOn(m_url, u"CREATE TRIGGER lose BEFORE INSERT ON announcements FOR EACH ROW EXECUTE FUNCTION lose()"_s));
    Load load({crowd.ports(), 6});
    load.start();
    spin(4'000);
    load.stop();
    for (const auto &server : crowd.servers)
        for (int i = 0; i < 2; ++i)
            QCOMPARE(server->post(eventJson()).status, 200); // behind the last that was lost
    ENTVAS_VERIFY_AGREED(crowd, kHealMs);
    double rereads = 0;
    for (int i = 0; i < kServers; ++i)
        rereads += crowd.metric(i, "entvas_fanout_rereads_total");
    qInfo("read anew %.0f times", rereads);
    QVERIFY(rereads > 0);
}

void FanoutHealsTest::announcementsThatMakeNoSense()
{
    Crowd crowd(m_url);
    QVERIFY(crowd.start());
    QCOMPARE(crowd.servers[0]->post(eventJson()).status, 200);
    ENTVAS_VERIFY_AGREED(crowd, 5'000);
    int number = 0;
    QString late;
    for (const QString &payload : {u"{\"x\":1}"_s, u"nonsense"_s, u"{\"k\":[\"{}\"],\"c\":[1,7,1]}"_s, u"{\"c\":[1]}"_s,
                                   u"{\"u\":[1,\"AAA\"]}"_s, u"{\"e\":\"AAAA\"}"_s, u"[]"_s, u"{\"c\":[-5,0,1]}"_s}) {
        // By a server that has stored something beside, as one with too large a batch has.
        late += u"INSERT INTO minute_counts SELECT project, minute, series, 'late%1', 1 FROM minute_counts "
                "WHERE writer NOT LIKE 'late%';"_s.arg(number);
        late +=
            u"INSERT INTO announcements (project, writer, seq, payload) VALUES ('default', 'late', %1, '%2');"_s.arg(
                QString::number(++number), payload);
        // No server is notified: each look for what was missed takes its time, so several share one. They come at once:
        // what comes while counts are read anew is in these, and never looked at.
        if (number % 4 == 0) {
            QVERIFY(executeOn(m_url, std::exchange(late, {})));
            QVERIFY(spinUntil(
                [&] {
                    return std::all_of(crowd.dashboards.begin(), crowd.dashboards.end(),
                                       [&](const auto &dashboard) { return dashboard->totals.events == 1 + number; });
                },
                kHealMs));
        }
    }
    QTRY_VERIFY(crowd.metric(0, "entvas_fanout_unreadable_total") >= 8);
}

// Every import is a writer of its own, and what it announced is there for a day.
void FanoutHealsTest::moreWritersThanAreRemembered()
{
    Crowd crowd(m_url);
    QVERIFY(crowd.start());
    QCOMPARE(crowd.servers[0]->post(eventJson()).status, 200);
    ENTVAS_VERIFY_AGREED(crowd, 5'000);
    constexpr qint64 kMore = Fanout::kMaxWriters + 100;
    QVERIFY(executeOn(
        m_url,
        u"INSERT INTO minute_counts SELECT project, minute, series, 'import ' || g, 1 "
        "FROM minute_counts, generate_series(1, %1) AS g; "
        "INSERT INTO announcements (project, writer, seq, payload) "
        "SELECT project, 'import ' || g, 1, payload FROM announcements, generate_series(1, %1) AS g"_s.arg(kMore)));
    const auto allShow = [&] {
        return std::all_of(crowd.dashboards.begin(), crowd.dashboards.end(),
                           [&](const auto &dashboard) { return dashboard->totals.events == 1 + kMore; });
    };
    QVERIFY(spinUntil(allShow, kHealMs));
    spin(4'000); // they look once more
    QVERIFY2(allShow(), qPrintable(QString::number(crowd.dashboards[0]->totals.events)));
}

// A computer slept for days: a writer came, stored, ended, and was forgotten.
void FanoutHealsTest::whoWasAwayReadsAnew()
{
    ServerLimits limits;
    limits.fanout.lookEveryMs = 1'000;
    limits.fanout.awayMs = 500; // each look is one after a long time
    limits.fanout.wakes = false;
    Crowd crowd(m_url);
    for (const auto &server : crowd.servers)
        QVERIFY(server->startCore({}, nullptr, limits));
    for (int i = 0; i < kServers; ++i)
        QVERIFY(crowd.watch(i));
    QCOMPARE(crowd.servers[0]->post(eventJson()).status, 200);
    ENTVAS_VERIFY_AGREED(crowd, kHealMs);
    QVERIFY(
        executeOn(m_url, u"INSERT INTO minute_counts SELECT project, minute, series, 'gone', 7 FROM minute_counts"_s));
    QVERIFY(spinUntil(
        [&] {
            return std::all_of(crowd.dashboards.begin(), crowd.dashboards.end(),
                               [](const auto &dashboard) { return dashboard->totals.events == 8; });
        },
        kHealMs));
}

// The connection opens each time, and that is all that goes well.
void FanoutHealsTest::announcementsThatCannotBeReadAreAskedForWithPauses()
{
    ServerProcess server(QStringLiteral(ENTVAS_PROGRAM), TemporaryPostgres::toText(m_url));
    server.setEnvironment(u"LOG_LEVEL"_s, u"info"_s);
    QVERIFY(server.start());
    const auto metric = [&](const QByteArray &name) {
        return MetricsText(getPlain(server.port(), "/metrics").body).value(name);
    };
    const auto isHeard = [&](bool heard) {
        return spinUntil([&] { return metric("entvas_fanout_listening") == (heard ? 1.0 : 0.0); }, kHealMs);
    };
    QVERIFY(isHeard(true));
    QVERIFY(executeOn(m_url, u"ALTER TABLE announcements RENAME COLUMN at TO elsewhere"_s));
    QVERIFY(isHeard(false));
    const double before = metric("entvas_fanout_listen_losses_total");
    bool wasHeard = false;
    spinUntil([&] { return wasHeard = wasHeard || metric("entvas_fanout_listening") == 1.0; }, 8'000);
    const double losses = metric("entvas_fanout_listen_losses_total") - before;
    const qsizetype lines = server.log().count("\n");
    QVERIFY(!wasHeard);
    QVERIFY(losses >= 2);
    QVERIFY2(losses <= 12, qPrintable(QString::number(losses))); // 0.05 + 0.1 + … + 2.5 + 2.5 s at the least
    QCOMPARE(server.log().count("connection to other servers lost"), 1);
    QVERIFY2(lines < 40, server.log().constData());

    QVERIFY(executeOn(m_url, u"ALTER TABLE announcements RENAME COLUMN elsewhere TO at"_s));
    QVERIFY(isHeard(true));
    QVERIFY(spinUntil([&] { return server.log().count("connection to other servers restored") == 1; }));
    QCOMPARE(server.terminate(), 0);
}

QTEST_GUILESS_MAIN(FanoutHealsTest)
#include "tst_fanoutheals.moc"
