#include "app/feed/feed.h"
#include "app/session/session.h"

#include <QSettings>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace entvas;

// A session with a database of its own, and what it told.
struct Desktop {
    explicit Desktop(quint16 port = 0, const QString &path = {}) : session(settings(port, path)) { listen(); }
    explicit Desktop(const Settings &given) : session(Result<Settings>(given)) { listen(); }
    explicit Desktop(const Failure &failure) : session(Result<Settings>(failure)) { listen(); }
    ~Desktop()
    {
        bool stopped = false;
        QObject::connect(&session, &Session::stopped, &session, [&] { stopped = true; });
        session.shutdown();
        if (!wasStopped)
            QTRY_VERIFY_WITH_TIMEOUT(stopped, 15'000);
    }
    Settings settings(quint16 port, const QString &path) const
    {
        Settings s;
        s.port = port;
        s.database.path = path.isEmpty() ? dir.filePath(u"events.db"_s) : path;
        return s;
    }
    void listen()
    {
        QObject::connect(&session, &Session::feedChanged, &session, [this](Feed *feed) {
            live = false;
            if (!feed)
                return;
            QObject::connect(feed, &Feed::stateChanged, feed,
                             [this](const FeedState &state) { live = state.kind == FeedState::Kind::Live; });
            QObject::connect(feed, &Feed::message, feed, [this](const wire::ServerMessage &message) {
                if (const auto *delta = std::get_if<wire::Delta>(&message))
                    events = delta->totals.events;
            });
            QObject::connect(feed, &Feed::picture, feed,
                             [this](const Picture &picture) { events = picture.told.totals.events; });
        });
        QObject::connect(&session, &Session::problem, &session,
                         [this](const SessionProblem &problem) { problems.append(problem); });
    }

    QTemporaryDir dir;
    Session session;
    QList<SessionProblem> problems;
    qint64 events = -1;
    bool live = false;
    bool wasStopped = false;
};

class TestSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QSettings().clear(); }
    void showsItsOwnServer();
    void sampleTrafficArrives();
    void samplingEndsWithTheServer();
    void refusedSamplesAreNotTheServersProblem();
    void anothersKeyIsNotGuessed_data();
    void anothersKeyIsNotGuessed();
    void portTakenByAnEntvas();
    void portTakenBySomebodyElse();
    void portTakenByASilentOne();
    void databaseThatCannotBe();
    void badSettingsLeaveTheOthersServers();
    void ownServerGoesOnBehindAnother();
    void movesToAnotherPort();
    void remembersAFewServers();
    void shutdownWithNothingRunning();

private:
    QTemporaryDir m_config;
};

void TestSession::initTestCase()
{
    qputenv("XDG_CONFIG_HOME", m_config.path().toUtf8());
    QCoreApplication::setOrganizationName(u"entvas"_s);
    QCoreApplication::setApplicationName(u"entvas"_s);
    QVERIFY(QSettings().fileName().startsWith(m_config.path()));
}

void TestSession::showsItsOwnServer()
{
    Desktop desktop;
    QVERIFY(!desktop.session.feed());
    desktop.session.start();
    QTRY_VERIFY_WITH_TIMEOUT(desktop.live, 15'000);
    QVERIFY(desktop.problems.isEmpty());
    QVERIFY(desktop.session.isLocal());
    QCOMPARE(desktop.session.serverUrl().host(), u"127.0.0.1"_s);
    QCOMPARE(desktop.session.storeName(), u"sqlite"_s);
    QCOMPARE(desktop.session.webhookUrl().path(), u"/webhook"_s);
    QCOMPARE(desktop.session.webhookKeyHint(), QString::fromLatin1(kDevelopmentKey));
    QVERIFY(desktop.session.recentServers().isEmpty());
    QCOMPARE(desktop.events, 0);
}

void TestSession::sampleTrafficArrives()
{
    Desktop desktop;
    QSignalSpy sampling(&desktop.session, &Session::samplingChanged);
    desktop.session.startSampleTraffic(20); // nothing to send to yet
    QVERIFY(!desktop.session.isSampling());
    desktop.session.start();
    QTRY_VERIFY_WITH_TIMEOUT(desktop.live, 15'000);
    desktop.session.startSampleTraffic(100);
    QVERIFY(desktop.session.isSampling());
    QTRY_VERIFY(desktop.events > 20);
    desktop.session.stopSampleTraffic();
    QVERIFY(!desktop.session.isSampling());
    QCOMPARE(sampling.count(), 2);
    QVERIFY(desktop.problems.isEmpty());
}

// Somebody's server with a key of its own: that is no reason to offer another server, or the end of the program.
void TestSession::refusedSamplesAreNotTheServersProblem()
{
    QTemporaryDir dir;
    Settings settings;
    settings.port = 0;
    settings.database.path = dir.filePath(u"events.db"_s);
    settings.webhookKey = u"0123456789abcdef0123456789abcdef"_s;
    Desktop host(settings);
    host.session.start();
    QTRY_VERIFY_WITH_TIMEOUT(host.live, 15'000);
    settings.webhookKey = u"another key, as one sets it for one's own: 0123456789"_s;
    Desktop guest(settings);
    guest.session.connectTo(host.session.serverUrl(), {});
    QTRY_VERIFY_WITH_TIMEOUT(guest.live, 15'000);
    QSignalSpy refused(&guest.session, &Session::samplingRefused);
    guest.session.startSampleTraffic(50);
    QTRY_COMPARE_WITH_TIMEOUT(refused.count(), 1, 15'000);
    QVERIFY(!guest.session.isSampling());
    QVERIFY(guest.problems.isEmpty());
    QVERIFY(guest.live);
}

void TestSession::samplingEndsWithTheServer()
{
    Desktop desktop, other;
    desktop.session.start();
    other.session.start();
    QTRY_VERIFY_WITH_TIMEOUT(desktop.live && other.live, 15'000);
    desktop.session.startSampleTraffic(10);
    desktop.session.connectTo(other.session.serverUrl());
    QVERIFY(!desktop.session.isSampling());
}

void TestSession::anothersKeyIsNotGuessed_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<bool>("takes");
    QTest::newRow("the development key") << QString() << true;
    QTest::newRow("a key of its own") << u"0123456789abcdef0123456789abcdef"_s << false;
}

// A second server on this machine: what would be refused there is neither shown nor sent.
void TestSession::anothersKeyIsNotGuessed()
{
    QFETCH(QString, key);
    QFETCH(bool, takes);
    QTemporaryDir dir;
    Settings settings;
    settings.port = 0;
    settings.database.path = dir.filePath(u"events.db"_s);
    settings.webhookKey = key;
    Desktop host(settings);
    host.session.start();
    QTRY_VERIFY_WITH_TIMEOUT(host.live, 15'000);
    QVERIFY(host.session.hasWebhookKey()); // one's own is known
    Desktop guest;
    QSignalSpy told(&guest.session, &Session::webhookKeyChanged);
    QVERIFY(!guest.session.hasWebhookKey());
    guest.session.connectTo(host.session.serverUrl(), {});
    QTRY_VERIFY_WITH_TIMEOUT(guest.live, 15'000);
    if (takes)
        QTRY_COMPARE_WITH_TIMEOUT(told.count(), 1, 15'000);
    else
        QVERIFY(!told.wait(1'500)); // the answer is there by then; whatever it was, nothing may change
    QCOMPARE(guest.session.hasWebhookKey(), takes);
    QCOMPARE(guest.session.webhookKeyHint(), takes ? QString::fromLatin1(kDevelopmentKey) : u"your key"_s);
    QSignalSpy refused(&guest.session, &Session::samplingRefused);
    guest.session.startSampleTraffic(50);
    QCOMPARE(guest.session.isSampling(), takes);
    QCOMPARE(refused.count(), 0);
}

void TestSession::portTakenByAnEntvas()
{
    Desktop first;
    first.session.start();
    QTRY_VERIFY_WITH_TIMEOUT(first.live, 15'000);
    const auto port = quint16(first.session.serverUrl().port());
    Desktop second(port);
    second.session.start();
    QTRY_COMPARE_WITH_TIMEOUT(second.problems.size(), 1, 15'000);
    QCOMPARE(second.problems.first().kind, SessionProblem::Kind::PortTakenByEntvas);
    QCOMPARE(second.problems.first().port, port);
    QVERIFY(second.problems.first().failure.text.contains(QString::number(port)));
    second.session.connectTo(QUrl(u"http://127.0.0.1:%1"_s.arg(port)));
    QTRY_VERIFY_WITH_TIMEOUT(second.live, 15'000);
    QVERIFY(!second.session.isLocal());
    QCOMPARE(second.session.storeName(), u"sqlite"_s);
}

void TestSession::portTakenBySomebodyElse()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    connect(&other, &QTcpServer::newConnection, &other, [&] {
        QTcpSocket *socket = other.nextPendingConnection();
        connect(socket, &QTcpSocket::readyRead, socket,
                [socket] { socket->write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"); });
    });
    Desktop desktop(other.serverPort());
    desktop.session.start();
    QTRY_COMPARE_WITH_TIMEOUT(desktop.problems.size(), 1, 15'000);
    QCOMPARE(desktop.problems.first().kind, SessionProblem::Kind::PortTaken);
    QVERIFY(!desktop.session.feed());
    QVERIFY(desktop.session.lastProblem());
    desktop.session.useOwnServerOnPort(0);
    QTRY_VERIFY_WITH_TIMEOUT(desktop.live, 15'000);
    QVERIFY(desktop.session.isLocal());
    QVERIFY(!desktop.session.lastProblem());
}

void TestSession::portTakenByASilentOne()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    Desktop desktop(other.serverPort());
    desktop.session.start();
    QTRY_COMPARE_WITH_TIMEOUT(desktop.problems.size(), 1, 15'000);
    QCOMPARE(desktop.problems.first().kind, SessionProblem::Kind::PortTaken);
}

void TestSession::databaseThatCannotBe()
{
    QTemporaryDir dir;
    QFile file(dir.filePath(u"occupied"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    Desktop desktop(0, file.fileName() + u"/events.db"_s);
    desktop.session.start();
    QTRY_COMPARE_WITH_TIMEOUT(desktop.problems.size(), 1, 15'000);
    QCOMPARE(desktop.problems.first().kind, SessionProblem::Kind::StoreFailed);
    QVERIFY(desktop.problems.first().failure.text.contains(u"/occupied"_s));
}

void TestSession::badSettingsLeaveTheOthersServers()
{
    Desktop other;
    other.session.start();
    QTRY_VERIFY_WITH_TIMEOUT(other.live, 15'000);
    Desktop desktop(Failure{Fault::Configuration, u"PORT is wrong"_s});
    desktop.session.start();
    QCOMPARE(desktop.problems.size(), 1);
    QCOMPARE(desktop.problems.first().kind, SessionProblem::Kind::BadSettings);
    desktop.session.useOwnServerOnPort(0);
    QCOMPARE(desktop.problems.size(), 2);
    desktop.session.connectTo(other.session.serverUrl());
    QTRY_VERIFY_WITH_TIMEOUT(desktop.live, 15'000);
}

void TestSession::ownServerGoesOnBehindAnother()
{
    Desktop desktop, other;
    desktop.session.start();
    other.session.start();
    QTRY_VERIFY_WITH_TIMEOUT(desktop.live && other.live, 15'000);
    const QUrl own = desktop.session.serverUrl();
    desktop.session.connectTo(other.session.serverUrl());
    QTRY_VERIFY_WITH_TIMEOUT(desktop.live, 15'000);
    QCOMPARE(desktop.session.serverUrl(), other.session.serverUrl());
    QCOMPARE(desktop.session.recentServers(), QList<QUrl>{other.session.serverUrl()});
    desktop.session.useOwnServer();
    QTRY_VERIFY_WITH_TIMEOUT(desktop.live, 15'000);
    QCOMPARE(desktop.session.serverUrl(), own);
    QVERIFY(desktop.session.isLocal());
}

void TestSession::movesToAnotherPort()
{
    Desktop desktop;
    desktop.session.start();
    QTRY_VERIFY_WITH_TIMEOUT(desktop.live, 15'000);
    QTcpServer free;
    QVERIFY(free.listen(QHostAddress::LocalHost));
    const quint16 port = free.serverPort();
    free.close();
    desktop.session.useOwnServerOnPort(port);
    QTRY_VERIFY_WITH_TIMEOUT(desktop.live, 15'000);
    QCOMPARE(desktop.session.serverUrl().port(), int(port));
}

void TestSession::remembersAFewServers()
{
    QStringList many;
    for (int i = 0; i < Session::kMaxRecent + 5; ++i)
        many.append(u"http://box%1:8000"_s.arg(i));
    many.insert(1, u"no address at all"_s);
    QSettings().setValue(u"recentServers"_s, many);
    Desktop desktop;
    QVERIFY(desktop.session.recentServers().size() <= Session::kMaxRecent);
    QCOMPARE(desktop.session.recentServers().first(), QUrl(u"http://box0:8000"_s));
    desktop.session.forgetServer(QUrl(u"http://box0:8000"_s));
    QCOMPARE(desktop.session.recentServers().first(), QUrl(u"http://box1:8000"_s));
}

void TestSession::shutdownWithNothingRunning()
{
    Desktop desktop;
    QSignalSpy stopped(&desktop.session, &Session::stopped);
    desktop.session.shutdown();
    QVERIFY(stopped.wait());
    desktop.wasStopped = true;
    desktop.session.start(); // too late: nothing starts any more
    QTest::qWait(100);
    QVERIFY(!desktop.session.feed());
    QCOMPARE(stopped.count(), 1);
}

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
