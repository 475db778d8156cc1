#include "tests/faults/scenario.h"
#include "tests/support/nginxprocess.h"

#include <QSslCertificate>
#include <QSslConfiguration>

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

namespace {

constexpr int kServers = 3;
constexpr int kSettleMs = 20'000; // until every server shows what is stored
constexpr int kRestMs = 1'500;    // fail_timeout, and a little

const QByteArray kViewer(40, 'v');
const QByteArray kSender(40, 's');

} // namespace

// Three servers on one PostgreSQL behind nginx with the configuration that we ship: senders and dashboards know one
// name, and hardly notice what becomes of a server.
class FaultsFleet final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void everybodySeesEverything();
    void restartedOneByOne();
    void killed();

private:
    QUrl site() const { return QUrl(u"https://localhost:%1"_s.arg(m_nginx->https())); }
    static Headers viewer() { return {{"Authorization", "Bearer " + kViewer}}; }
    Load::Options load(int connections) const { return {{m_nginx->plain()}, connections, 0, "load", kSender}; }
    qint64 shownBy(const ServerProcess &server) const;
    // The books are straight, and every server shows them.
    void verifyAll(const Load &load);

    TestAuthority m_authority;
    TemporaryPostgres m_postgres;
    DatabaseUrl m_url;
    std::vector<std::unique_ptr<ServerProcess>> m_servers;
    std::unique_ptr<NginxProcess> m_nginx;
};

void FaultsFleet::initTestCase()
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setCaCertificates(QSslCertificate::fromData(m_authority.certificate()));
    QSslConfiguration::setDefaultConfiguration(configuration);
    if (const Result<void> started = m_postgres.start(); !started)
        QSKIP(qPrintable(started.failure().text));
}

void FaultsFleet::init()
{
    const Result<DatabaseUrl> url = m_postgres.createDatabase();
    QVERIFY2(url.ok(), url.ok() ? "" : qPrintable(url.failure().text));
    m_url = url.value();
    QList<quint16> ports;
    for (int i = 0; i < kServers; ++i) {
        auto server = std::make_unique<ServerProcess>(QStringLiteral(ENTVAS_PROGRAM), TemporaryPostgres::toText(m_url));
        server->setEnvironment(u"TRUSTED_PROXIES"_s, u"127.0.0.1"_s);
        server->setEnvironment(u"WEBHOOK_API_KEY"_s, QString::fromLatin1(kSender));
        server->setEnvironment(u"VIEWER_TOKEN"_s, QString::fromLatin1(kViewer));
        QVERIFY(server->start());
        ports << server->port();
        m_servers.push_back(std::move(server));
    }
    m_nginx = std::make_unique<NginxProcess>(m_authority);
    if (const Result<void> started = m_nginx->start(ports); !started) {
        QVERIFY2(started.failure().kind == Fault::NotFound, qPrintable(started.failure().text));
        QSKIP(qPrintable(started.failure().text));
    }
}

void FaultsFleet::cleanup()
{
    if (m_nginx)
        QVERIFY(m_nginx->stop());
    m_nginx.reset();
    m_servers.clear();
}

qint64 FaultsFleet::shownBy(const ServerProcess &server) const
{
    LiveClient client(wire::Format::Cbor);
    if (!client.open(QUrl(u"http://127.0.0.1:%1"_s.arg(server.port())), viewer()))
        return -1;
    client.subscribe();
    return client.waitForPicture() ? client.totals.events : -1;
}

void FaultsFleet::verifyAll(const Load &load)
{
    const LedgerReport report = checkLedger(m_url, {&load});
    qInfo("%s", qPrintable(report.text()));
    QVERIFY2(report.problems.isEmpty(), qPrintable(report.text()));
    QVERIFY2(report.acknowledged > 100, "there was no load to speak of");
    for (const auto &server : m_servers)
        QTRY_COMPARE_WITH_TIMEOUT(shownBy(*server), report.stored, kSettleMs);
}

void FaultsFleet::everybodySeesEverything()
{
    std::array<LiveClient, 2 * kServers> dashboards;
    for (LiveClient &dashboard : dashboards) {
        QVERIFY(dashboard.open(site(), viewer()));
        dashboard.subscribe();
        QVERIFY(dashboard.waitForPicture());
    }
    Load load(this->load(12));
    load.start();
    QTest::qWait(3'000);
    load.stop();
    QCOMPARE(load.lost(), 0);
    QVERIFY2(load.refused() == 0, m_nginx->errorLog().constData());
    verifyAll(load);
    const qint64 stored = checkLedger(m_url, {&load}).stored;
    for (LiveClient &dashboard : dashboards) {
        QVERIFY(spinUntil([&] { return dashboard.totals.events == stored; }, kSettleMs));
        QCOMPARE(dashboard.broken, QString());
        QVERIFY(!dashboard.closed);
    }
}

// A new version is put in server by server, and no sender notices. Each gets the time that nginx leaves a server alone
// that it could not reach: three restarted faster would be three that are left alone.
void FaultsFleet::restartedOneByOne()
{
    Load load(this->load(12));
    load.start();
    sleepMs(1'000);
    for (int round = 0; round < 2; ++round)
        for (const auto &server : m_servers) {
            const qint64 before = load.acknowledged();
            QCOMPARE(server->terminate(), 0);
            sleepMs(300);
            QVERIFY(load.acknowledged() > before);
            QVERIFY(server->start());
            sleepMs(kRestMs);
        }
    load.stop();
    QCOMPARE(load.lost(), 0);
    QVERIFY2(load.refused() == 0, m_nginx->errorLog().constData());
    verifyAll(load);
}

// One dies in the middle of its work: senders that give their events ids send again what nobody answered for.
void FaultsFleet::killed()
{
    LiveClient dashboard;
    QVERIFY(dashboard.open(site(), viewer()));
    dashboard.subscribe();
    QVERIFY(dashboard.waitForPicture());
    Load load(this->load(12));
    load.start();
    for (const auto &server : m_servers) {
        sleepMs(1'000);
        server->kill9();
        const qint64 before = load.acknowledged();
        QVERIFY(waitUntil([&] { return load.acknowledged() > before + 50; }, 5'000) >= 0);
        QVERIFY(server->start());
    }
    load.stop();
    QCOMPARE(load.lost(), 0); // nginx answers for whoever can't
    qInfo("%lld answers said to send again", load.refused());
    verifyAll(load);
    // Each of them was cut from its server once, and whoever comes back finds another one.
    QVERIFY(spinUntil([&] { return dashboard.closed; }));
    LiveClient again;
    QVERIFY(again.open(site(), viewer()));
    again.subscribe();
    QVERIFY(again.waitForPicture());
    QCOMPARE(again.totals.events, checkLedger(m_url, {&load}).stored);
}

QTEST_GUILESS_MAIN(FaultsFleet)
#include "tst_faultsfleet.moc"
