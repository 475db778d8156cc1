#include "core/model/databaseurl.h"
#include "core/store/connection/pooler.h"
#include "core/store/connection/sqlconnection.h"
#include "tests/core/store/backends.h"
#include "tests/support/pgbouncerprocess.h"

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

// What a database URL may lead to: hosts, sockets, services, poolers, and servers that have no room or take no writes.
class ConnectingTest final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_backends.stop(); }
    void urlsOfLibpqWork_data();
    void urlsOfLibpqWork();
    void noConnectionLeftIsNoMatterOfPasswords();
    void aWrongPasswordIs();
    void aStandbyIsOnlyForReading();
    void poolersAreKnown_data();
    void poolersAreKnown();

private:
    static Result<void> connectTo(const DatabaseUrl &url)
    {
        SqlConnection connection(url);
        Result<void> opened = connection.open();
        return opened ? connection.checkWritable() : opened;
    }

    Backends m_backends;
    DatabaseUrl m_url;
    QTemporaryDir m_directory;
};

void ConnectingTest::initTestCase()
{
    m_backends.start();
    const auto url = m_backends.fresh(u"postgresql"_s);
    if (!url)
        QSKIP(qPrintable(url.failure().text));
    m_url = *url;
}

void ConnectingTest::urlsOfLibpqWork_data()
{
    QTest::addColumn<QString>("url");
    QTest::newRow("one host") << u"postgresql://USER@127.0.0.1:PORT/DATABASE"_s;
    QTest::newRow("several hosts, the first away") << u"postgresql://USER@127.0.0.1:1,127.0.0.1:PORT/DATABASE"_s;
    QTest::newRow("several hosts as an option")
        << u"postgresql://USER@/DATABASE?host=127.0.0.1,127.0.0.1&port=1,PORT"_s;
    QTest::newRow("an address beside a name") << u"postgresql://USER@db.example:PORT/DATABASE?hostaddr=127.0.0.1"_s;
    QTest::newRow("a socket as an option") << u"postgresql://USER@/DATABASE?host=FOLDER&port=PORT"_s;
    QTest::newRow("a socket as the host") << u"postgresql://USER@HOST:PORT/DATABASE"_s;
    QTest::newRow("a service") << u"postgresql://?service=entvas_test"_s;
    QTest::newRow("a service and a database") << u"postgresql://USER@/DATABASE?service=entvas_test"_s;
    QTest::newRow("options of the server")
        << u"postgresql://USER@127.0.0.1:PORT/DATABASE?options=-c%20search_path%3Dpublic"_s;
    QTest::newRow("a file of passwords") << u"postgresql://USER@127.0.0.1:PORT/DATABASE?passfile=/nowhere/at%20all"_s;
    QTest::newRow("any server")
        << u"postgresql://USER@127.0.0.1:PORT/DATABASE?target_session_attrs=any&sslmode=prefer"_s;
}

void ConnectingTest::urlsOfLibpqWork()
{
    QFETCH(QString, url);
    if (!m_backends.postgres().canRestart())
        QSKIP("the server of ENTVAS_TEST_DATABASE_URL has its socket elsewhere");
    const QString folder = m_backends.postgres().socketFolder();
    QFile services(m_directory.filePath(u"services"_s));
    QVERIFY(services.open(QIODevice::WriteOnly));
    services.write(u"[entvas_test]\nhost=127.0.0.1\nport=%1\nuser=%2\ndbname=%3\n"_s
                       .arg(QString::number(m_url.port), m_url.user, m_url.database)
                       .toUtf8());
    services.close();
    qputenv("PGSERVICEFILE", QFile::encodeName(services.fileName()));
    const QString text = url.replace(u"USER"_s, m_url.user)
                             .replace(u"PORT"_s, QString::number(m_url.port))
                             .replace(u"DATABASE"_s, m_url.database)
                             .replace(u"FOLDER"_s, folder)
                             .replace(u"HOST"_s, QString::fromLatin1(QUrl::toPercentEncoding(folder)));
    const Result<DatabaseUrl> parsed = parseDatabaseUrl(text);
    QVERIFY2(parsed.ok(), parsed ? "" : qPrintable(parsed.failure().text));
    ENTVAS_VERIFY(connectTo(*parsed));
    // A server works there too.
    ENTVAS_VERIFY(makeReady(*parsed)->ping());
}

void ConnectingTest::noConnectionLeftIsNoMatterOfPasswords()
{
    DatabaseUrl few = m_url;
    few.user = u"few"_s;
    SqlConnection root(m_url);
    ENTVAS_VERIFY(root.open());
    ENTVAS_VERIFY(root.execute(u"CREATE ROLE few LOGIN CONNECTION LIMIT 1"_s));
    SqlConnection only(few);
    ENTVAS_VERIFY(only.open());
    const Result<void> more = connectTo(few);
    QVERIFY(!more);
    QVERIFY2(more.failure().kind == Fault::Unavailable, qPrintable(more.failure().text));
    QVERIFY2(more.failure().text.contains(u"CONNECTION LIMIT"_s), qPrintable(more.failure().text));
    QVERIFY(!more.failure().text.contains(u"password"_s));

    // The same of a whole database.
    ENTVAS_VERIFY(root.execute(u"ALTER ROLE few CONNECTION LIMIT -1"_s));
    ENTVAS_VERIFY(root.execute(u"ALTER DATABASE %1 CONNECTION LIMIT 1"_s.arg(m_url.database)));
    const auto back =
        qScopeGuard([&] { (void)root.execute(u"ALTER DATABASE %1 CONNECTION LIMIT -1"_s.arg(m_url.database)); });
    const Result<void> full = connectTo(few);
    QVERIFY(!full);
    QVERIFY2(full.failure().kind == Fault::Unavailable, qPrintable(full.failure().text));
}

void ConnectingTest::aWrongPasswordIs()
{
    DatabaseUrl nobody = m_url;
    nobody.user = u"nobody_there"_s;
    const Result<void> refused = connectTo(nobody);
    QVERIFY(!refused);
    QVERIFY(refused.failure().kind == Fault::Denied);
    // Where another host may come back, it is worth waiting for.
    nobody.host = u"127.0.0.1,127.0.0.1"_s;
    nobody.options.insert(u"port"_s, u"1,%1"_s.arg(m_url.port));
    const Result<void> either = connectTo(nobody);
    QVERIFY(!either);
    QVERIFY(either.failure().kind == Fault::Unavailable);
}

void ConnectingTest::aStandbyIsOnlyForReading()
{
    TemporaryPostgres standby;
    if (const Result<void> started = standby.startReplicaOf(m_backends.postgres()); !started)
        QSKIP(qPrintable(started.failure().text));
    const DatabaseUrl copy = standby.replicated(m_url);
    const Result<void> refused = connectTo(copy);
    QVERIFY(!refused);
    QVERIFY(refused.failure().kind == Fault::Unavailable);
    QVERIFY2(refused.failure().text.contains(u"is read-only"_s), qPrintable(refused.failure().text));
    SqlConnection reading(forReading(copy));
    ENTVAS_VERIFY(reading.open());
    QVERIFY(!reading.checkWritable());
    QVERIFY(isReadOnly(reading.lastError()));
    // Of several hosts only the one that takes writes is good, for readers too.
    DatabaseUrl both = m_url;
    both.host = u"127.0.0.1,127.0.0.1"_s;
    both.options.insert(u"port"_s, u"%1,%2"_s.arg(copy.port).arg(m_url.port));
    ENTVAS_VERIFY(connectTo(both));
    ENTVAS_VERIFY(connectTo(forReading(both)));
}

void ConnectingTest::poolersAreKnown_data()
{
    QTest::addColumn<QString>("mode"); // of the pooler
    QTest::newRow("none") << QString();
    QTest::newRow("session") << u"session"_s;
    QTest::newRow("transaction") << u"transaction"_s;
}

void ConnectingTest::poolersAreKnown()
{
    QFETCH(QString, mode);
    PgBouncerProcess bouncer;
    DatabaseUrl url = m_url;
    if (!mode.isEmpty()) {
        const Result<DatabaseUrl> started = bouncer.start(m_url, mode);
        if (!started)
            QSKIP(qPrintable(started.failure().text));
        url = *started;
    }
    SqlConnection connection(url);
    ENTVAS_VERIFY(connection.open());
    const Result<Pooling> pooling = poolingOf(connection, url);
    ENTVAS_VERIFY(pooling);
    QVERIFY(*pooling == (mode.isEmpty()           ? Pooling::None
                         : mode == u"transaction" ? Pooling::ByTransaction
                                                  : Pooling::BySession));
    const auto store = makeStore(url, u"w"_s);
    ENTVAS_VERIFY(store->open());
    const Result<void> migrated = store->migrate();
    QCOMPARE(migrated.ok(), mode != u"transaction");
    if (!migrated) {
        QVERIFY(migrated.failure().kind == Fault::Configuration);
        QVERIFY2(migrated.failure().text.contains(u"pooler in transaction mode"_s),
                 qPrintable(migrated.failure().text));
    }
}

QTEST_GUILESS_MAIN(ConnectingTest)
#include "tst_connecting.moc"
