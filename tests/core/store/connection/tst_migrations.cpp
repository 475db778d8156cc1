#include "core/store/connection/sqlconnection.h"
#include "tests/core/store/backends.h"

#include <QDir>
#include <QFile>
#include <thread>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

// Opening and bringing up to date, and what is said when that can't be.
class TestMigrations final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_backends.start(); }
    void cleanupTestCase() { m_backends.stop(); }

    void twice_changesNothing_data() { Backends::addRows(); }
    void twice_changesNothing();
    void severalAtOnce_data() { Backends::addRows(); }
    void severalAtOnce();
    void newerDatabase_isRefused_data() { Backends::addRows(); }
    void newerDatabase_isRefused();
    void failure_leavesNothingBehind_data() { Backends::addRows(); }
    void failure_leavesNothingBehind();

    void sqlite_makesPrivateFolderAndFile();
    void sqlite_isSetForDurability();
    void sqlite_unusableFilesAreNamed();
    void sqlite_readOnlyFileIsDenied();
    void sqlite_lockedByAnotherProgram();
    void postgres_unreachableIsUnavailable();
    void postgres_missingDatabaseIsAWrongSetting();
    void postgres_optionsReachTheServer();

private:
    static qint64 number(const DatabaseUrl &url, const QString &statement)
    {
        SqlConnection connection(url);
        if (!connection.open())
            return -1;
        const Result<Rows> rows = connection.run(statement);
        return rows && (*rows)->next() ? (*rows)->value(0).toLongLong() : -1;
    }

    Backends m_backends;
};

void TestMigrations::twice_changesNothing()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeStore(url, u"w"_s);
    ENTVAS_VERIFY(store->open());
    ENTVAS_VERIFY(store->migrate());
    const qint64 version = number(url, u"newest_migration"_s);
    QVERIFY(version >= 1);
    ENTVAS_VERIFY(store->migrate());
    const auto second = makeStore(url, u"w"_s);
    ENTVAS_VERIFY(second->open());
    ENTVAS_VERIFY(second->migrate());
    QCOMPARE(number(url, u"newest_migration"_s), version);
}

void TestMigrations::severalAtOnce()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    std::atomic<int> failed{0};
    std::vector<std::thread> servers;
    for (int i = 0; i < 4; ++i)
        servers.emplace_back([&] {
            const auto store = makeStore(url, u"w"_s);
            Result<void> done = store->open();
            if (done)
                done = store->migrate();
            if (!done) {
                qWarning("%s", qPrintable(done.failure().text));
                ++failed;
            }
        });
    for (std::thread &server : servers)
        server.join();
    QCOMPARE(failed.load(), 0);
    QVERIFY(number(url, u"newest_migration"_s) >= 1);
}

void TestMigrations::newerDatabase_isRefused()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const auto store = makeStore(url, u"w"_s);
    ENTVAS_VERIFY(store->open());
    ENTVAS_VERIFY(store->migrate());
    {
        SqlConnection later(url);
        ENTVAS_VERIFY(later.open());
        ENTVAS_VERIFY(later.change(u"add_migration"_s, {{u":version"_s, 999}, {u":name"_s, u"later"_s}}));
    }
    const Result<void> refused = store->migrate();
    QVERIFY(!refused);
    QVERIFY(refused.failure().kind == Fault::Configuration);
    QVERIFY2(refused.failure().text.contains("999"_L1) && refused.failure().text.contains("newer"_L1),
             qPrintable(refused.failure().text));
}

void TestMigrations::failure_leavesNothingBehind()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    {
        SqlConnection other(url);
        ENTVAS_VERIFY(other.open());
        ENTVAS_VERIFY(other.execute(u"CREATE TABLE series (somebody integer)"_s)); // in the way of the first migration
    }
    const auto store = makeStore(url, u"w"_s);
    ENTVAS_VERIFY(store->open());
    QVERIFY(!store->migrate());
    QCOMPARE(number(url, u"has_migrations"_s), 0);
    SqlConnection other(url);
    ENTVAS_VERIFY(other.open());
    QVERIFY(!other.execute(u"SELECT 1 FROM events"_s)); // made before the failing statement, and undone with it
    ENTVAS_VERIFY(other.execute(u"DROP TABLE series"_s));
    ENTVAS_VERIFY(store->migrate());
}

void TestMigrations::sqlite_makesPrivateFolderAndFile()
{
    QTemporaryDir directory;
    DatabaseUrl url;
    url.path = directory.filePath(u"a/b/entvas.db"_s);
    const auto store = makeStore(url, u"w"_s);
    ENTVAS_VERIFY(store->open());
    ENTVAS_VERIFY(store->migrate());
    constexpr auto kOthers =
        QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
    QVERIFY(!(QFile::permissions(directory.filePath(u"a/b"_s)) & kOthers));
    for (const QString &name : QDir(directory.filePath(u"a/b"_s)).entryList(QDir::Files))
        QVERIFY2(!(QFile::permissions(directory.filePath(u"a/b/"_s + name)) & kOthers), qPrintable(name));
}

void TestMigrations::sqlite_isSetForDurability()
{
    QTemporaryDir directory;
    DatabaseUrl url;
    url.path = directory.filePath(u"entvas.db"_s);
    ENTVAS_VERIFY(makeStore(url, u"w"_s)->open());
    SqlConnection connection(url);
    ENTVAS_VERIFY(connection.open());
    const QString name = QSqlDatabase::connectionNames().constFirst();
    const auto pragma = [&](const QString &what) {
        QSqlQuery query(u"PRAGMA "_s + what, QSqlDatabase::database(name, false));
        return query.next() ? query.value(0).toString() : QString();
    };
    QCOMPARE(QSqlDatabase::connectionNames().size(), 1);
    QCOMPARE(pragma(u"journal_mode"_s), u"wal"_s);
    QCOMPARE(pragma(u"synchronous"_s), u"2"_s); // FULL
    QCOMPARE(pragma(u"foreign_keys"_s), u"1"_s);
    QCOMPARE(pragma(u"trusted_schema"_s), u"0"_s);
    connection.close();
    QVERIFY(QSqlDatabase::connectionNames().isEmpty());
}

void TestMigrations::sqlite_unusableFilesAreNamed()
{
    QTemporaryDir directory;
    const auto failureFor = [](const QString &path) {
        DatabaseUrl url;
        url.path = path;
        const auto store = makeStore(url, u"w"_s);
        Result<void> done = store->open();
        if (done)
            done = store->migrate();
        return done ? Failure{Fault::Internal, u"it worked"_s} : done.failure();
    };
    QFile text(directory.filePath(u"notes.txt"_s));
    QVERIFY(text.open(QIODevice::WriteOnly));
    text.write(QByteArray(4096, 'n'));
    text.close();

    const Failure noDatabase = failureFor(text.fileName());
    QVERIFY2(noDatabase.kind == Fault::Configuration, qPrintable(noDatabase.text));
    QVERIFY(noDatabase.text.contains(text.fileName()) && noDatabase.text.contains("not an SQLite database"_L1));
    QVERIFY(text.open(QIODevice::ReadOnly));
    QCOMPARE(text.readAll(), QByteArray(4096, 'n')); // untouched

    const Failure folderIsFile = failureFor(text.fileName() + u"/sub/entvas.db"_s);
    QVERIFY2(folderIsFile.kind == Fault::Denied, qPrintable(folderIsFile.text));
    QVERIFY(folderIsFile.text.contains("notes.txt"_L1));

    const Failure isFolder = failureFor(directory.path());
    QVERIFY2(isFolder.kind == Fault::Configuration, qPrintable(isFolder.text));
}

void TestMigrations::sqlite_readOnlyFileIsDenied()
{
    if (geteuid() == 0)
        QSKIP("root may write every file");
    QTemporaryDir directory;
    DatabaseUrl url;
    url.path = directory.filePath(u"entvas.db"_s);
    QFile readOnly(url.path);
    QVERIFY(readOnly.open(QIODevice::WriteOnly));
    readOnly.close();
    QVERIFY(readOnly.setPermissions(QFile::ReadOwner));
    const Result<void> denied = makeStore(url, u"w"_s)->open();
    QVERIFY(!denied);
    QVERIFY2(denied.failure().kind == Fault::Denied, qPrintable(denied.failure().text));
    QVERIFY(denied.failure().text.contains(url.path));
}

void TestMigrations::sqlite_lockedByAnotherProgram()
{
    QTemporaryDir directory;
    DatabaseUrl url;
    url.path = directory.filePath(u"entvas.db"_s);
    const auto store = makeStore(url, u"w"_s);
    ENTVAS_VERIFY(store->open());
    ENTVAS_VERIFY(store->migrate());
    SqlConnection other(url);
    ENTVAS_VERIFY(other.open());
    ENTVAS_VERIFY(other.execute(u"BEGIN IMMEDIATE"_s));
    Uuid7Generator ids;
    const AppendJob job = makeJob({makeEvent(ids, kNoonMs)});
    const auto refused = store->writer().append({job});
    QVERIFY(!refused);
    QVERIFY2(refused.failure().kind == Fault::Unavailable, qPrintable(refused.failure().text));
    QVERIFY(refused.failure().text.contains(url.path));
    QVERIFY(refused.failure().text.contains("locked by another program"_L1));
    ENTVAS_VERIFY(store->reader().events(queryAll())); // readers are not in the way
    ENTVAS_VERIFY(other.execute(u"ROLLBACK"_s));
    ENTVAS_VERIFY(store->writer().append({job}));
}

void TestMigrations::postgres_unreachableIsUnavailable()
{
    if (!QSqlDatabase::isDriverAvailable(u"QPSQL"_s))
        QSKIP("Qt's driver QPSQL is missing");
    DatabaseUrl url;
    url.kind = DatabaseUrl::Kind::Postgres;
    url.host = u"127.0.0.1"_s;
    url.port = 1; // nobody listens there
    url.user = u"somebody"_s;
    url.password = u"secret word"_s;
    url.database = u"events"_s;
    const auto store = makeStore(url, u"w"_s);
    const Result<void> opened = store->open();
    QVERIFY(!opened);
    QVERIFY2(opened.failure().kind == Fault::Unavailable, qPrintable(opened.failure().text));
    QVERIFY(opened.failure().text.contains("127.0.0.1"_L1));
    QVERIFY(!opened.failure().text.contains("secret"_L1));
    QVERIFY(!store->ping());
    const auto refused = store->writer().append({});
    QVERIFY(!refused && refused.failure().kind == Fault::Unavailable);
}

void TestMigrations::postgres_missingDatabaseIsAWrongSetting()
{
    Result<DatabaseUrl> fresh = m_backends.fresh(u"postgresql"_s);
    if (!fresh)
        QSKIP(qPrintable(fresh.failure().text));
    fresh->database = u"no_such_database"_s;
    const Result<void> opened = makeStore(fresh.value(), u"w"_s)->open();
    QVERIFY(!opened);
    QVERIFY2(opened.failure().kind == Fault::Configuration, qPrintable(opened.failure().text));
    QVERIFY(opened.failure().text.contains("no_such_database"_L1));
}

void TestMigrations::postgres_optionsReachTheServer()
{
    Result<DatabaseUrl> fresh = m_backends.fresh(u"postgresql"_s);
    if (!fresh)
        QSKIP(qPrintable(fresh.failure().text));
    const auto shown = [&](const QString &setting) {
        SqlConnection connection(fresh.value());
        const Result<void> opened = connection.open();
        const QString name = QSqlDatabase::connectionNames().value(0);
        QSqlQuery query(u"SELECT current_setting('%1')"_s.arg(setting), QSqlDatabase::database(name, false));
        return opened && query.next() ? query.value(0).toString() : QString();
    };
    fresh->program = u"entvas server"_s;
    QCOMPARE(shown(u"application_name"_s), u"entvas server"_s);
    fresh->options.insert(u"application_name"_s, u"hidden"_s); // a server can't hide
    QCOMPARE(shown(u"application_name"_s), u"entvas server"_s);
    fresh->program = u"it's \\ a test"_s;
    QCOMPARE(shown(u"application_name"_s), u"it's \\ a test"_s);
    QCOMPARE(shown(u"statement_timeout"_s), u"30s"_s);
    fresh->options = {{u"no_such_option"_s, u"1"_s}};
    const Result<void> refused = SqlConnection(fresh.value()).open();
    QVERIFY(!refused);
    QVERIFY2(refused.failure().kind == Fault::Configuration, qPrintable(refused.failure().text));
    QVERIFY(refused.failure().text.contains("no_such_option"_L1));
}

QTEST_GUILESS_MAIN(TestMigrations)
#include "tst_migrations.moc"
