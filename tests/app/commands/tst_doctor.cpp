#include "tests/app/commands/commandrun.h"
#include "tests/core/store/backends.h"
#include "tests/faults/ledger.h"
#include "tests/support/testauthority.h"

#include <QDir>
#include <QJsonArray>
#include <sched.h>
#include <sys/mount.h>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// entvas doctor and what creeps up on a server: a certificate that runs out, clocks that drift apart, a disk that
// fills, dead rows that are not vacuumed.
class DoctorTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_backends.start(); }
    void cleanupTestCase() { m_backends.stop(); }
    void init() { m_commands = std::make_unique<CommandRunner>(); }

    void certificatesRunOut_data();
    void certificatesRunOut();
    void clocksDriftApart_data();
    void clocksDriftApart();
    void deadRowsPileUp();
    void disksFill_data();
    void disksFill();

private:
    // What it says about `about`; where there are several, the one whose values have that name.
    QJsonObject finding(const CommandRun &doctor, const QString &about, const QString &name = {})
    {
        for (const QJsonValue &each : doctor.json()[u"findings"].toArray())
            if (each[u"about"].toString() == about && (name.isEmpty() || each[u"values"][u"name"].toString() == name))
                return each.toObject();
        return {};
    }

    Backends m_backends;
    std::unique_ptr<CommandRunner> m_commands;
};

void DoctorTest::certificatesRunOut_data()
{
    QTest::addColumn<int>("days");
    QTest::addColumn<QString>("mark");
    QTest::addColumn<QString>("says");
    QTest::addColumn<QString>("advises");
    QTest::newRow("in two months") << 60 << u"ok"_s << u"good until"_s << QString();
    QTest::newRow("in three weeks") << 23 << u"ok"_s << u"good until"_s << QString();
    QTest::newRow("in five days") << 5 << u"note"_s << u"good until"_s << u"renew it, then send SIGHUP"_s;
    QTest::newRow("yesterday") << -1 << u"bad"_s << u"expired on"_s << QString();
}

void DoctorTest::certificatesRunOut()
{
    QFETCH(int, days);
    QFETCH(QString, mark);
    QFETCH(QString, says);
    QFETCH(QString, advises);
    const auto url = m_backends.fresh(u"sqlite"_s);
    QCOMPARE(m_commands->run(u"migrate"_s, *url).code, 0);
    TestAuthority::Wish wish;
    wish.fromDays = -90;
    wish.toDays = days;
    const auto pair = TestAuthority().issue(wish);
    const QMap<QString, QString> tls{{u"TLS_CERT_FILE"_s, writeFile(m_commands->file(u"cert.pem"_s), pair.certificate)},
                                     {u"TLS_KEY_FILE"_s, writeFile(m_commands->file(u"key.pem"_s), pair.key)}};
    const CommandRun doctor = m_commands->run(u"--port 0 doctor --json"_s, *url, tls);
    const QJsonObject found = finding(doctor, u"certificate"_s);
    QCOMPARE(found[u"mark"].toString(), mark);
    QVERIFY2(found[u"text"].toString().contains(says), doctor.out.constData());
    QVERIFY2(found[u"advice"].toString().startsWith(advises), doctor.out.constData());
    QCOMPARE(found[u"advice"].toString().isEmpty(), advises.isEmpty());
    if (days > 0)
        QVERIFY2(std::abs(found[u"values"][u"days"].toInt() - days) <= 1, doctor.out.constData());
    QCOMPARE(doctor.code, mark == u"bad" ? 1 : 0);
}

void DoctorTest::clocksDriftApart_data()
{
    QTest::addColumn<int>("seconds"); // the database is ahead
    QTest::addColumn<QString>("mark");
    QTest::newRow("together") << 0 << u"ok"_s;
    QTest::newRow("ahead") << 30 << u"note"_s;
    QTest::newRow("behind") << -30 << u"note"_s;
    QTest::newRow("far behind") << -300 << u"bad"_s;
}

// The clock of a machine can't be set for a test: its PostgreSQL is told to read it wrong.
void DoctorTest::clocksDriftApart()
{
    QFETCH(int, seconds);
    QFETCH(QString, mark);
    const auto url = m_backends.fresh(u"postgresql"_s);
    if (!url)
        QSKIP(qPrintable(url.failure().text));
    makeReady(*url);
    QVERIFY(executeOn(*url, u"CREATE FUNCTION clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS "
                            "'SELECT pg_catalog.clock_timestamp() + interval ''%1 s'''"_s.arg(seconds)));
    QVERIFY(executeOn(*url, u"ALTER DATABASE %1 SET search_path = public, pg_catalog"_s.arg(url->database)));
    const CommandRun doctor = m_commands->run(u"--port 0 doctor --json"_s, *url);
    const QJsonObject found = finding(doctor, u"clock"_s);
    QCOMPARE(found[u"mark"].toString(), mark);
    const qint64 off = found[u"values"][u"differsMs"].toInteger();
    QVERIFY2(off <= std::abs(seconds) * 1'000 && off >= std::abs(seconds) * 1'000 - 5'000, doctor.out.constData());
    QCOMPARE(found[u"advice"].toString().contains(u"NTP"), mark != u"ok");
    QCOMPARE(doctor.code, mark == u"bad" ? 1 : 0);
}

void DoctorTest::deadRowsPileUp()
{
    const auto url = m_backends.fresh(u"postgresql"_s);
    if (!url)
        QSKIP(qPrintable(url.failure().text));
    makeReady(*url);
    const auto keys = [&] {
        return finding(m_commands->run(u"--port 0 doctor --json"_s, *url), u"table"_s, u"idempotency_keys"_s);
    };
    const auto update = [&](int most) {
        return executeOn(*url, u"UPDATE idempotency_keys SET \"receivedAt\" = now() WHERE key <= 'k%1'"_s.arg(most));
    };
    QVERIFY(executeOn(*url, u"ALTER TABLE idempotency_keys SET (autovacuum_enabled = off)"_s));
    QVERIFY(executeOn(
        *url,
        u"INSERT INTO idempotency_keys SELECT 'default', 'k' || n, gen_random_uuid(), now() FROM generate_series(100001, 260000) AS n"_s));
    // Many, but fewer than there are rows, although those are not counted yet.
    QVERIFY(update(210'000));
    QJsonObject found = keys();
    QCOMPARE(found[u"values"][u"deadRows"].toInt(), 110'000);
    QCOMPARE(found[u"mark"].toString(), u"ok"_s);
    QVERIFY(update(160'000));
    found = keys();
    QCOMPARE(found[u"values"][u"deadRows"].toInt(), 170'000);
    QCOMPARE(found[u"mark"].toString(), u"note"_s);
    QVERIFY(found[u"text"].toString().contains(u"about 160,000 rows, 170,000 dead"));
    const QString advice = found[u"advice"].toString();
    QVERIFY2(advice.startsWith(u"VACUUM (ANALYZE) idempotency_keys"), qPrintable(advice));
    QVERIFY(executeOn(*url, advice.section(u',', 0, 0))); // and that helps
    found = keys();
    QCOMPARE(found[u"mark"].toString(), u"ok"_s);
    QVERIFY(found[u"text"].toString().contains(u"vacuumed 20"));
}

void DoctorTest::disksFill_data()
{
    QTest::addColumn<QString>("backend");
    QTest::addColumn<QByteArray>("size"); // of a file system in memory, of which no more is taken than lies there
    QTest::addColumn<QString>("mark");
    QTest::newRow("sqlite: plenty") << u"sqlite"_s << QByteArray("2g") << u"ok"_s;
    QTest::newRow("sqlite: little") << u"sqlite"_s << QByteArray("600m") << u"note"_s;
    QTest::newRow("sqlite: next to none") << u"sqlite"_s << QByteArray("64m") << u"bad"_s;
    QTest::newRow("postgresql: little") << u"postgresql"_s << QByteArray("600m") << u"note"_s;
}

void DoctorTest::disksFill()
{
    QFETCH(QString, backend);
    QFETCH(QByteArray, size);
    QFETCH(QString, mark);
    QTemporaryDir directory;
    // For this thread and what it starts: no other process sees the file system.
    if (unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", QFile::encodeName(directory.path()).constData(), "tmpfs", 0, "mode=755,size=" + size) != 0)
        QSKIP("only root may mount a small file system");
    const auto unmount = qScopeGuard([&] { umount2(QFile::encodeName(directory.path()).constData(), MNT_DETACH); });
    DatabaseUrl url;
    url.path = directory.filePath(u"entvas.db"_s);
    TemporaryPostgres small;
    if (backend == u"postgresql") {
        const QByteArray usual = qgetenv("TMPDIR");
        qputenv("TMPDIR", QFile::encodeName(directory.path()));
        const Result<void> started = small.start();
        qputenv("TMPDIR", usual); // empty is none
        if (!started)
            QSKIP(qPrintable(started.failure().text));
        const auto made = small.createDatabase();
        ENTVAS_VERIFY(made);
        url = *made;
    }
    QCOMPARE(m_commands->run(u"migrate"_s, url).code, 0);
    const CommandRun doctor = m_commands->run(u"--port 0 doctor --json"_s, url);
    const QJsonObject found = finding(doctor, u"disk"_s);
    QCOMPARE(found[u"mark"].toString(), mark);
    QCOMPARE(found[u"advice"].toString().startsWith(u"make room"), mark != u"ok");
    QVERIFY2(found[u"values"][u"totalBytes"].toInteger() <= 2LL << 30, doctor.out.constData());
    QCOMPARE(doctor.code, mark == u"bad" ? 1 : 0);
}

QTEST_GUILESS_MAIN(DoctorTest)
#include "tst_doctor.moc"
