#include "core/store/connection/serverprobe.h"

#include "core/store/connection/interrupter.h"
#include "core/store/connection/sqlconnection.h"

#include <memory>
#include <QElapsedTimer>
#include <QLocalServer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <thread>

using namespace entvas;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

using Outcome = ServerProbe::Outcome;
Q_DECLARE_METATYPE(Outcome)

// Whether a server gives a sign of life, asked in a way that can be interrupted. The servers here are sockets: one that
// nothing is read from is what a frozen server looks like.
class ServerProbeTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void outcomes_data();
    void outcomes();
    void anyHostMayAnswer();
    void aSocketFileIsAsked();
    void aWaitIsInterrupted();
    void anInterruptionOfThePastIsOver();
    void connectingIsInterrupted();
    void patienceIsLibpqs();

private:
    static DatabaseUrl urlOf(const QString &host, int port)
    {
        DatabaseUrl url;
        url.kind = DatabaseUrl::Kind::Postgres;
        url.host = host;
        url.port = port;
        url.user = url.database = u"x"_s;
        return url;
    }
    DatabaseUrl silent() const { return urlOf(u"127.0.0.1"_s, m_server.serverPort()); }
    static DatabaseUrl closed()
    {
        QTcpServer gone;
        gone.listen(QHostAddress::LocalHost);
        return urlOf(u"127.0.0.1"_s, gone.serverPort());
    }
    Outcome probe(const DatabaseUrl &url, std::chrono::milliseconds patience = 300ms)
    {
        const Interrupter::Wait wait(m_interrupter);
        return ServerProbe(url).run(wait.fd(), patience);
    }
    // As PostgreSQL without encryption, in a thread of its own: the probe blocks ours.
    class Answering
    {
    public:
        Answering()
        {
            m_thread = std::thread([this] {
                QTcpServer server;
                server.listen(QHostAddress::LocalHost);
                m_port = server.serverPort();
                while (!m_isOver) {
                    if (!server.waitForNewConnection(20))
                        continue;
                    const std::unique_ptr<QTcpSocket> client(server.nextPendingConnection());
                    if (client->waitForReadyRead(5'000))
                        m_request = client->readAll();
                    client->write("N");
                    client->waitForBytesWritten(1'000);
                }
            });
        }
        ~Answering()
        {
            m_isOver = true;
            m_thread.join();
        }
        int port() const
        {
            while (m_port == 0)
                std::this_thread::sleep_for(1ms);
            return m_port;
        }
        std::atomic<bool> m_isOver = false;
        std::atomic<int> m_port = 0;
        QByteArray m_request;
        std::thread m_thread;
    };

    Interrupter m_interrupter;
    QTcpServer m_server; // takes connections, and says nothing
};

void ServerProbeTest::initTestCase()
{
    QVERIFY(m_server.listen(QHostAddress::LocalHost));
}

void ServerProbeTest::outcomes_data()
{
    QTest::addColumn<DatabaseUrl>("url");
    QTest::addColumn<Outcome>("outcome");
    QTest::newRow("silent") << silent() << Outcome::Silent;
    QTest::newRow("refused") << closed() << Outcome::Failed;
    QTest::newRow("no such name") << urlOf(u"nowhere.invalid"_s, 5432) << Outcome::Failed;
    QTest::newRow("no such socket") << urlOf(u"/nowhere"_s, 5432) << Outcome::Failed;
    DatabaseUrl service = urlOf(QString(), -1);
    service.options.insert(u"service"_s, u"some"_s);
    QTest::newRow("a service knows where") << service << Outcome::Answered;
    QTest::newRow("libpq knows where") << urlOf(QString(), 5432) << Outcome::Answered;
    DatabaseUrl address = silent();
    address.host = u"nowhere.invalid"_s;
    address.options.insert(u"hostaddr"_s, u"127.0.0.1"_s);
    QTest::newRow("an address beside the name") << address << Outcome::Silent;
}

void ServerProbeTest::outcomes()
{
    QFETCH(DatabaseUrl, url);
    QFETCH(Outcome, outcome);
    QVERIFY(probe(url) == outcome);
}

void ServerProbeTest::anyHostMayAnswer()
{
    const Answering answering;
    DatabaseUrl url = silent();
    url.host = u"127.0.0.1,127.0.0.1,127.0.0.1"_s;
    url.options.insert(u"port"_s, u"%1,%2,%3"_s.arg(QString::number(closed().port), QString::number(url.port),
                                                    QString::number(answering.port())));
    QElapsedTimer since;
    since.start();
    QVERIFY(probe(url, 10s) == Outcome::Answered);
    QVERIFY(since.elapsed() < 5'000);
    QCOMPARE(answering.m_request.size(), 8);
    url.options.insert(u"port"_s, u"%1,%1,%2"_s.arg(QString::number(closed().port), QString::number(url.port)));
    QVERIFY(probe(url) == Outcome::Silent);
}

void ServerProbeTest::aSocketFileIsAsked()
{
    const QTemporaryDir folder;
    QVERIFY(probe(urlOf(folder.path(), 5432)) == Outcome::Failed);
    QLocalServer server;
    QVERIFY(server.listen(folder.filePath(u".s.PGSQL.5432"_s)));
    QVERIFY(probe(urlOf(folder.path(), 5432)) == Outcome::Silent);
}

void ServerProbeTest::aWaitIsInterrupted()
{
    std::thread other([this] {
        std::this_thread::sleep_for(200ms);
        m_interrupter.interrupt();
    });
    QElapsedTimer since;
    since.start();
    const Outcome outcome = probe(silent(), 20s);
    other.join();
    QVERIFY(outcome == Outcome::Interrupted);
    QVERIFY(since.elapsed() < 5'000);
}

void ServerProbeTest::anInterruptionOfThePastIsOver()
{
    m_interrupter.interrupt(); // nothing waits
    QVERIFY(probe(silent()) == Outcome::Silent);
    {
        const Interrupter::Wait wait(m_interrupter);
        m_interrupter.interrupt();
    }
    QVERIFY(probe(silent()) == Outcome::Silent);
}

void ServerProbeTest::connectingIsInterrupted()
{
    SqlConnection connection(silent());
    std::atomic<bool> isOver = false;
    std::thread other([&isOver, interrupter = connection.interrupter()] {
        while (!isOver) {
            std::this_thread::sleep_for(50ms);
            interrupter->interrupt();
        }
    });
    QElapsedTimer since;
    since.start();
    const Result<void> opened = connection.open();
    const qint64 took = since.elapsed();
    isOver = true;
    other.join();
    QVERIFY(!opened);
    QVERIFY(opened.failure().kind == Fault::Unavailable);
    QVERIFY2(opened.failure().text.contains(u"interrupted"_s), qPrintable(opened.failure().text));
    QVERIFY2(took < 2'000, qPrintable(QString::number(took)));
}

void ServerProbeTest::patienceIsLibpqs()
{
    DatabaseUrl url = silent();
    QVERIFY(ServerProbe::patience(url, 5s) == 5s);
    for (const auto &[given, expected] : {std::pair(u"9"_s, 9s), std::pair(u"1"_s, 2s)}) {
        url.options.insert(u"connect_timeout"_s, given);
        QVERIFY(ServerProbe::patience(url, 5s) == expected);
    }
    for (const QString &endless : {u"0"_s, u"-1"_s}) {
        url.options.insert(u"connect_timeout"_s, endless);
        QVERIFY(!ServerProbe::patience(url, 5s));
    }
}

QTEST_GUILESS_MAIN(ServerProbeTest)
#include "tst_serverprobe.moc"
