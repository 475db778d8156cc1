#include "core/maintenance/admin.h"
#include "core/maintenance/doctor.h"
#include "core/store/connection/databaselock.h"
#include "tests/core/store/backends.h"
#include "tests/server/testserver.h"

#include <cstdio>
#include <QTest>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

// The file of the database is moved, removed or replaced under a server that runs: nothing is accepted that a restart
// would not find, and everybody hears of it.
class ReplacedFileTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void nothingIsAcceptedOnceTheFileIsGone_data();
    void nothingIsAcceptedOnceTheFileIsGone();
    void aFileThatComesBackIsUsedAgain();
    void whatALostLogHadIsKept();
    void theSameFileByAnotherNameIsInUse_data();
    void theSameFileByAnotherNameIsInUse();

private:
    static QByteArray bytes(const QString &path) { return QFile::encodeName(path); }
    static bool rename(const QString &from, const QString &to)
    {
        return std::rename(bytes(from).constData(), bytes(to).constData()) == 0;
    }
    static bool removeAll(const QString &path)
    {
        bool done = true;
        for (const QString &end : {u""_s, u"-wal"_s, u"-shm"_s, u".lock"_s})
            done = QFile::remove(path + end) && done;
        return done;
    }
    static QStringList reasons(TestServer &server)
    {
        QStringList words;
        for (const QJsonValue &word : server.get(u"/health"_s).data()[u"reasons"_s].toArray())
            words << word.toString();
        return words;
    }
    static QString doctorSays(const TestServer &server)
    {
        Settings settings = server.settings;
        settings.port = quint16(server.url.port());
        QString said;
        examineAll(settings, [&](const Finding &finding) {
            if (finding.mark == Finding::Mark::Bad)
                said += finding.about + u": "_s + finding.text + u'\n';
        });
        return said;
    }
    // What is stored at the path, as a restart finds it.
    static qint64 storedAt(const QString &path)
    {
        DatabaseUrl url;
        url.path = path;
        const auto totals = makeReady(url)->reader().totals(kDefaultProject);
        return totals ? totals->events : -1;
    }
};

void ReplacedFileTest::nothingIsAcceptedOnceTheFileIsGone_data()
{
    QTest::addColumn<QString>("how");
    for (const char *how : {"removed", "moved", "replaced", "log removed", "index removed", "cut"})
        QTest::newRow(how) << QString::fromLatin1(how);
}

void ReplacedFileTest::nothingIsAcceptedOnceTheFileIsGone()
{
    QFETCH(QString, how);
    TestServer server;
    const QString path = server.settings.database.path;
    const QString other = server.directory.filePath(u"other.db"_s);
    QCOMPARE(storedAt(other), 0);
    server.settings.ownerToken = u"the-token-of-its-owner"_s;
    QVERIFY(server.start());
    QCOMPARE(server.post(eventJson()).status, 200);
    QVERIFY(!reasons(server).contains(u"database_replaced"_s));

    if (how == "removed"_L1)
        QVERIFY(removeAll(path));
    else if (how == "moved"_L1)
        QVERIFY(rename(path, server.directory.filePath(u"moved.db"_s)));
    else if (how == "replaced"_L1)
        QVERIFY(rename(other, path));
    else if (how == "log removed"_L1)
        QVERIFY(QFile::remove(path + u"-wal"_s));
    else if (how == "index removed"_L1)
        QVERIFY(QFile::remove(path + u"-shm"_s));
    else
        QCOMPARE(::truncate(bytes(path).constData(), 0), 0);

    const bool shows = how != "index removed"_L1 && how != "cut"_L1; // by its place alone
    if (shows) {
        QVERIFY(reasons(server).contains(u"database_replaced"_s));
        QCOMPARE(server.get(u"/ready"_s).status, 503);
        const QString said = doctorSays(server);
        QVERIFY2(said.contains(u"health: the server's database was moved, removed or replaced"_s), qPrintable(said));
        if (how != "removed"_L1) // with the lock
            QVERIFY2(said.contains(u"place: "_s), qPrintable(said));
    }
    for (int i = 0; i < 3; ++i) {
        const HttpAnswer refused = server.post(eventJson());
        QCOMPARE(refused.status, 503);
        QVERIFY2(!refused.body.contains(bytes(server.directory.path())), refused.body.constData());
    }
    QVERIFY(reasons(server).contains(u"database_replaced"_s));
    QCOMPARE(server.get(u"/health"_s).status, 200);
    const HttpAnswer key = server.call("POST", u"/admin/keys"_s, R"({"project":"default","role":"viewer"})",
                                       {{"Authorization", "Bearer the-token-of-its-owner"}});
    QVERIFY2(key.status == 503, key.body.constData());
    if (how == "removed"_L1 || how == "moved"_L1)
        QVERIFY(!QFileInfo::exists(path)); // nothing is made in its place
    QVERIFY(server.stop());
    if (how == "moved"_L1)
        QVERIFY(rename(server.directory.filePath(u"moved.db"_s), path));
    if (how == "moved"_L1 || how == "log removed"_L1 || how == "index removed"_L1)
        QCOMPARE(storedAt(path), 1);
    if (how == "replaced"_L1) { // the new one is as it was
        QVERIFY(QFile::remove(path + u"-wal"_s) && QFile::remove(path + u"-shm"_s));
        QCOMPARE(storedAt(path), 0);
    }
}

void ReplacedFileTest::aFileThatComesBackIsUsedAgain()
{
    TestServer server;
    const QString path = server.settings.database.path;
    const QString aside = server.directory.filePath(u"aside.db"_s);
    QVERIFY(server.start());
    QCOMPARE(server.post(eventJson()).status, 200);
    QVERIFY(rename(path, aside));
    QCOMPARE(server.post(eventJson()).status, 503);
    QVERIFY(rename(aside, path));
    QTRY_COMPARE_WITH_TIMEOUT(server.get(u"/ready"_s).status, 200, 20'000);
    QCOMPARE(server.post(eventJson()).status, 200);
    QVERIFY(!reasons(server).contains(u"database_replaced"_s));
    QVERIFY(server.stop());
    QCOMPARE(storedAt(path), 2);
}

void ReplacedFileTest::whatALostLogHadIsKept()
{
    TestServer server;
    const QString path = server.settings.database.path;
    QVERIFY(server.start());
    for (int i = 0; i < 20; ++i)
        QCOMPARE(server.post(eventJson()).status, 200);
    QVERIFY(QFile::remove(path + u"-wal"_s));
    QCOMPARE(server.post(eventJson()).status, 503);
    // As it would be found by another program after a crash.
    const QString copy = server.directory.filePath(u"copy.db"_s);
    QVERIFY(QFile::copy(path, copy));
    QCOMPARE(storedAt(copy), 20);
}

void ReplacedFileTest::theSameFileByAnotherNameIsInUse_data()
{
    QTest::addColumn<bool>("isHard");
    QTest::newRow("hard link") << true;
    QTest::newRow("symbolic link") << false;
}

void ReplacedFileTest::theSameFileByAnotherNameIsInUse()
{
    QFETCH(bool, isHard);
    TestServer server;
    QVERIFY(server.start());
    QCOMPARE(server.post(eventJson()).status, 200);
    QTemporaryDir elsewhere;
    DatabaseUrl other;
    other.path = elsewhere.filePath(u"other.db"_s);
    const QByteArray from = bytes(server.settings.database.path);
    QCOMPARE((isHard ? ::link : ::symlink)(from.constData(), bytes(other.path).constData()), 0);
    // Within one process too, and more than once: to look must not take the lock away.
    for (int i = 0; i < 2; ++i) {
        const auto taken = DatabaseLock::take(other);
        QVERIFY(!taken && taken.failure().kind == Fault::Unavailable);
        QVERIFY(taken.failure().text.contains(u"in use by another Entvas (process %1)"_s.arg(::getpid())));
        QVERIFY(!DatabaseLock::probe(other));
        Admin admin(other);
        QVERIFY(!admin.open(true));
    }
    QCOMPARE(server.post(eventJson()).status, 200);
    QVERIFY(server.stop());
    QVERIFY(DatabaseLock::take(other).ok());
    QVERIFY(DatabaseLock::probe(other).ok());
}

QTEST_GUILESS_MAIN(ReplacedFileTest)
#include "tst_replacedfile.moc"
