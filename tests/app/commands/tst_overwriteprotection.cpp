#include "core/store/connection/sqlconnection.h"
#include "tests/app/commands/commandrun.h"
#include "tests/core/store/backends.h"

#include <QDir>
#include <QRandomGenerator>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <unistd.h>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// What a command must never destroy: data of other programs, the database itself, files that were not named, and what
// a damaged database still holds.
class OverwriteProtectionTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_backends.start(); }
    void cleanupTestCase() { m_backends.stop(); }
    void init() { m_commands = std::make_unique<CommandRunner>(); }

    void anotherProgramsTablesStay_data();
    void anotherProgramsTablesStay();
    void anotherProgramsFileStaysAsItIs_data();
    void anotherProgramsFileStaysAsItIs();
    void aDamagedDatabaseIsKept();
    void theDatabaseIsNoOutput_data();
    void theDatabaseIsNoOutput();
    void rejectsReplaceNothing_data();
    void rejectsReplaceNothing();
    void rejectsComeAtTheEnd();
    void aMistypedDatabaseIsNotMade_data();
    void aMistypedDatabaseIsNotMade();
    void whatBeginsMayMakeIt_data();
    void whatBeginsMayMakeIt();

private:
    // By the database itself, without us.
    static bool execute(const DatabaseUrl &url, const QStringList &statements)
    {
        if (url.kind == DatabaseUrl::Kind::Sqlite)
            return executePlain(url.path, statements);
        SqlConnection connection(url);
        bool ok = connection.open().ok();
        for (const QString &sql : statements)
            ok = ok && connection.execute(sql).ok();
        return ok;
    }
    static bool executePlain(const QString &path, const QStringList &statements)
    {
        bool ok = false;
        {
            QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"plain"_s);
            database.setDatabaseName(path);
            ok = QDir().mkpath(QFileInfo(path).path()) && database.open();
            for (const QString &sql : statements)
                ok = ok && QSqlQuery(database).exec(sql);
        }
        QSqlDatabase::removeDatabase(u"plain"_s);
        return ok;
    }
    static QByteArray bytesOf(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static qint64 number(const DatabaseUrl &url, const QString &sql)
    {
        SqlConnection connection(url);
        if (!connection.open())
            return -1;
        auto query = connection.select(sql);
        return query && query->next() ? query->value(0).toLongLong() : -1;
    }
    CommandRun run(const QString &line, const DatabaseUrl &url) const { return m_commands->run(line, url); }
    QString file(const QString &name) const { return m_commands->file(name); }
    // A backup of some events.
    QString backup()
    {
        const auto from = m_backends.fresh(u"sqlite"_s);
        const bool made = run(u"seed --events 200 --days 1"_s, *from).code == 0 &&
                          run(u"backup "_s + file(u"b.gz"_s), *from).code == 0;
        return made ? file(u"b.gz"_s) : QString();
    }

    Backends m_backends;
    std::unique_ptr<CommandRunner> m_commands;
};

void OverwriteProtectionTest::anotherProgramsTablesStay_data()
{
    QTest::addColumn<QString>("backend");
    QTest::addColumn<QStringList>("statements");
    QTest::addColumn<QString>("table");
    const QStringList shop{u"CREATE TABLE invoices (id integer)"_s, u"INSERT INTO invoices VALUES (1)"_s};
    const QStringList original{u"CREATE TABLE events (id text, \"eventType\" text)"_s,
                               u"INSERT INTO events VALUES ('a', 'b')"_s, u"CREATE TABLE projects (id text)"_s,
                               u"INSERT INTO projects VALUES ('p')"_s};
    const QStringList projects{u"CREATE TABLE projects (id text)"_s, u"INSERT INTO projects VALUES ('p')"_s};
    const QStringList noted = QStringList{u"CREATE TABLE schema_migrations (version integer, dirty boolean)"_s,
                                          u"INSERT INTO schema_migrations (version) VALUES (3)"_s} +
                              projects; // as many programs do
    QTest::newRow("sqlite, a shop") << u"sqlite"_s << shop << u"invoices"_s;
    for (const QString &backend : {u"sqlite"_s, u"postgresql"_s}) {
        const auto row = [&](const char *name) -> QTestData & {
            return QTest::addRow("%s, %s", qPrintable(backend), name);
        };
        row("the original") << backend << original << u"events"_s;
        row("projects alone") << backend << projects << u"projects"_s;
        row("migrations of its own") << backend << noted << u"projects"_s;
    }
}

void OverwriteProtectionTest::anotherProgramsTablesStay()
{
    QFETCH(QStringList, statements);
    QFETCH(QString, table);
    ENTVAS_FRESH_DATABASE(url, m_backends);
    const QString from = backup();
    QVERIFY(!from.isEmpty());
    QVERIFY(execute(url, statements));
    const QByteArray before = bytesOf(url.path);
    for (const QString &force : {QString(), u" --force"_s}) {
        const CommandRun refused = run(u"restore "_s + from + force, url);
        QCOMPARE(refused.code, 78);
        QVERIFY2(refused.err.contains(u'"' + table.toUtf8() + u'"') && refused.err.contains("did not make") &&
                     refused.err.contains("--database-url"),
                 refused.err.constData());
    }
    QCOMPARE(number(url, u"SELECT count(*) FROM "_s + table), 1);
    QVERIFY(bytesOf(url.path) == before); // SQLite: not even the header
    const CommandRun migrated = run(u"migrate"_s, url);
    QCOMPARE(migrated.code, 78);
    QVERIFY2(migrated.err.contains("did not make"), migrated.err.constData());
    // Only what can be imported is to be imported.
    QCOMPARE(migrated.err.contains("entvas import"), backend == u"postgresql" && table == u"events");
    QCOMPARE(number(url, u"SELECT count(*) FROM "_s + table), 1);
}

void OverwriteProtectionTest::anotherProgramsFileStaysAsItIs_data()
{
    QTest::addColumn<QString>("line");
    for (const char *line : {"migrate", "migrate --status", "migrate --dry-run", "doctor", "keys list",
                             "keys create --project default --role sender", "projects create x", "seed --events 5",
                             "export", "backup @b2", "restore @b.gz", "restore @b.gz --force", "retention --days 3",
                             "projects delete x --yes", "--headless --port 0"})
        QTest::newRow(line) << QString::fromLatin1(line);
}

// Byte for byte: not even how it keeps its journal is ours to decide.
void OverwriteProtectionTest::anotherProgramsFileStaysAsItIs()
{
    QFETCH(QString, line);
    QVERIFY(!backup().isEmpty());
    DatabaseUrl url;
    url.path = file(u"shop.db"_s);
    {
        QSqlDatabase shop = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"shop"_s);
        shop.setDatabaseName(url.path);
        QVERIFY(shop.open());
        QVERIFY(QSqlQuery(shop).exec(u"CREATE TABLE invoices (id integer)"_s));
    }
    QSqlDatabase::removeDatabase(u"shop"_s);
    const QByteArray before = m_commands->bytesOf(u"shop.db"_s);
    const CommandRun said = run(line.replace(u'@', file(QString()) + u'/'), url);
    QVERIFY2(said.code > 0 || line.contains(u"--status") || line.contains(u"--dry-run"), said.out.constData());
    QCOMPARE(m_commands->bytesOf(u"shop.db"_s), before);
}

// Pages that are broken although the file opens: what is left of it may be all that somebody has.
void OverwriteProtectionTest::aDamagedDatabaseIsKept()
{
    const QString from = backup();
    QVERIFY(!from.isEmpty());
    const auto url = m_backends.fresh(u"sqlite"_s);
    QCOMPARE(run(u"seed --events 20000 --days 3"_s, *url).code, 0);
    QFile damaged(url->path);
    QVERIFY(damaged.open(QIODevice::ReadWrite));
    const qint64 size = damaged.size();
    QByteArray noise(300 * 4096, '\0');
    QRandomGenerator(7).fillRange(reinterpret_cast<quint32 *>(noise.data()), noise.size() / 4);
    QVERIFY(damaged.seek(size / 2 / 4096 * 4096) && damaged.write(noise) == noise.size());
    damaged.close();
    QVERIFY(damaged.open(QIODevice::ReadOnly));
    const QByteArray before = damaged.readAll();
    damaged.close();
    const CommandRun looked = run(u"doctor"_s, *url);
    QVERIFY2(looked.out.contains("entvas restore FILE --force"), looked.out.constData());

    const CommandRun restored = run(u"restore --force "_s + from, *url);
    QVERIFY2(restored.code == 0, restored.err.constData());
    const QString kept = url->path + u".damaged-1"_s;
    QVERIFY2(restored.out.contains("is kept as " + kept.toUtf8()), restored.out.constData());
    QFile there(kept);
    QVERIFY(there.open(QIODevice::ReadOnly));
    QCOMPARE(there.readAll().mid(4096), before.mid(4096)); // SQLite counts its visits in the first page
    QCOMPARE(run(u"export --format ndjson"_s, *url).out.count('\n'), 200);

    // A sound one is gone, as asked for.
    const CommandRun again = run(u"restore --json --force "_s + from, *url);
    QVERIFY2(again.code == 0 && !again.json().contains(u"damagedKeptAs"), again.out.constData());
    QVERIFY(!QFileInfo::exists(url->path + u".damaged-2"_s));
}

void OverwriteProtectionTest::theDatabaseIsNoOutput_data()
{
    QTest::addColumn<QString>("line");
    for (const QString &name :
         {u"entvas.db"_s, u"./entvas.db"_s, u"entvas.db-wal"_s, u"entvas.db-shm"_s, u"entvas.db.lock"_s, u"link"_s,
          u"hardlink"_s, u"folder/entvas.db"_s, u"folder/entvas.db-wal"_s})
        for (const QString &command :
             {u"backup --force @"_s, u"export --force -o @"_s, u"import in.csv --skip-invalid --rejects @"_s})
            QTest::newRow(qPrintable(QString(command).replace(u'@', name)))
                << QString(command).replace(u'@', u'@' + name);
    // By way of the name that it has until it is whole.
    QTest::newRow("backup, its part") << u"backup @part"_s;
    QTest::newRow("export, its part") << u"export -o @part"_s;
    QTest::newRow("export, its state") << u"export -o @other"_s;
}

void OverwriteProtectionTest::theDatabaseIsNoOutput()
{
    QFETCH(QString, line);
    DatabaseUrl url;
    url.path = file(u"entvas.db"_s);
    QCOMPARE(run(u"seed --events 300 --days 1"_s, url).code, 0);
    QCOMPARE(run(u"export -o "_s + file(u"in.csv"_s), url).code, 0);
    QVERIFY(QFile::link(u"entvas.db"_s, file(u"link"_s)) && QFile::link(u"."_s, file(u"folder"_s)));
    for (const QString &name : {u"hardlink"_s, u"part.part"_s, u"other.part.state"_s})
        QCOMPARE(::link(QFile::encodeName(url.path).constData(), QFile::encodeName(file(name)).constData()), 0);
    const QByteArray before = m_commands->bytesOf(u"entvas.db"_s);
    line.replace(u"in.csv"_s, file(u"in.csv"_s)).replace(u'@', file(QString()) + u'/');
    const CommandRun refused = run(line, url);
    QVERIFY2(refused.code == 64, refused.err.constData());
    QVERIFY2(refused.err.contains("is the database") || refused.err.contains("is there already"),
             refused.err.constData());
    QCOMPARE(m_commands->bytesOf(u"entvas.db"_s), before);
    QCOMPARE(run(u"export"_s, url).out.count('\n'), 301);
}

void OverwriteProtectionTest::rejectsReplaceNothing_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("options");
    for (const QString &name : {u"mine.txt"_s, u"in.ndjson"_s, u"dangling"_s}) // the second is what it reads
        for (const QString &options : {u"--skip-invalid"_s, u"--dry-run"_s})
            QTest::addRow("%s %s", qPrintable(name), qPrintable(options)) << name << options;
}

void OverwriteProtectionTest::rejectsReplaceNothing()
{
    QFETCH(QString, name);
    QFETCH(QString, options);
    const auto url = m_backends.fresh(u"sqlite"_s);
    for (const QString &each : {u"mine.txt"_s, u"in.ndjson"_s}) {
        QFile written(file(each));
        QVERIFY(written.open(QIODevice::WriteOnly) && written.write("{\"id\":1}\n") > 0);
    }
    QVERIFY(QFile::link(u"nothing"_s, file(u"dangling"_s)));
    const CommandRun refused = run(u"import %1 %2 --rejects %3"_s.arg(file(u"in.ndjson"_s), options, file(name)), *url);
    QVERIFY2(refused.code == 64 && refused.err.contains("is there already"), refused.err.constData());
    QCOMPARE(m_commands->bytesOf(u"mine.txt"_s) + m_commands->bytesOf(u"in.ndjson"_s), "{\"id\":1}\n{\"id\":1}\n");
    QVERIFY(!QFileInfo::exists(file(u"nothing"_s)));
    QVERIFY(!QFileInfo::exists(url->path));
}

void OverwriteProtectionTest::rejectsComeAtTheEnd()
{
    const auto from = m_backends.fresh(u"sqlite"_s);
    QCOMPARE(run(u"seed --events 40000 --days 12"_s, *from).code, 0);
    QCOMPARE(run(u"export -o "_s + file(u"in.ndjson"_s), *from).code, 0);
    QFile in(file(u"in.ndjson"_s));
    QVERIFY(in.open(QIODevice::Append) && in.write("{\"id\":1}\n") > 0);
    in.close();
    const auto url = m_backends.fresh(u"sqlite"_s);
    const QString line = u"import %1 --rejects %2"_s.arg(file(u"in.ndjson"_s), file(u"rejects"_s));
    QCOMPARE(run(line + u" --dry-run"_s, *url).code, 1);
    QVERIFY(!QFileInfo::exists(file(u"rejects"_s)));

    // Stopped, its command can be given again as it is.
    const auto first = m_commands->start(line + u" --skip-invalid"_s, *url);
    QVERIFY(CommandRunner::listensToSignals(*first));
    CommandRunner::send(*first, SIGINT);
    QCOMPARE(CommandRunner::end(*first).code, 1);
    QVERIFY(!QFileInfo::exists(file(u"rejects"_s)));
    const CommandRun second = run(line + u" --skip-invalid"_s, *url);
    QVERIFY2(second.code == 0, second.err.constData());
    const QByteArray rejects = m_commands->bytesOf(u"rejects"_s);
    QVERIFY2(rejects.count('\n') == 1 && rejects.contains("\"line\":40001"), rejects.constData());
    QCOMPARE(QDir(file(QString())).entryList({u"rejects*"_s}, QDir::Files), QStringList{u"rejects"_s});
}

void OverwriteProtectionTest::aMistypedDatabaseIsNotMade_data()
{
    QTest::addColumn<QString>("line");
    for (const char *line :
         {"keys list", "keys rotate x", "keys expire x --in 3d", "keys revoke x", "projects list",
          "projects rename default --name D", "projects delete x", "projects delete x --yes", "members list",
          "members add --project default --user u --role viewer", "members remove --project default --user u", "audit",
          "audit --json", "retention --days 5", "retention --days 5 --dry-run", "export", "backup -"})
        QTest::newRow(line) << QString::fromLatin1(line);
}

void OverwriteProtectionTest::aMistypedDatabaseIsNotMade()
{
    QFETCH(QString, line);
    DatabaseUrl url;
    url.path = file(u"folder/typpo.db"_s);
    const CommandRun missing = run(line, url);
    QCOMPARE(missing.code, 78);
    QVERIFY2(missing.err.contains("There is no database") && missing.err.contains("typpo.db"), missing.err.constData());
    QCOMPARE(missing.out.isEmpty(), !line.contains(u"--json"_s)); // whose readers learn of it too
    QVERIFY(!QFileInfo::exists(file(u"folder"_s)));

    // Nor are tables made where there are none.
    const auto empty = m_backends.fresh(u"postgresql"_s);
    if (!empty)
        QSKIP(qPrintable(empty.failure().text));
    const CommandRun refused = run(line, *empty);
    QVERIFY2(refused.code == 78 && refused.err.contains(empty->database.toUtf8()), refused.err.constData());
    QCOMPARE(number(*empty, u"SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"_s), 0);
}

void OverwriteProtectionTest::whatBeginsMayMakeIt_data()
{
    QTest::addColumn<QString>("line");
    for (const char *line : {"keys create --project default --role sender", "projects create shop", "migrate",
                             "seed --events 5", "import in.ndjson"})
        QTest::newRow(line) << QString::fromLatin1(line);
}

void OverwriteProtectionTest::whatBeginsMayMakeIt()
{
    QFETCH(QString, line);
    QFile events(file(u"in.ndjson"_s));
    QVERIFY(events.open(QIODevice::WriteOnly));
    DatabaseUrl url;
    url.path = file(u"folder/entvas.db"_s);
    const CommandRun made = run(line.replace(u"in.ndjson"_s, events.fileName()), url);
    QVERIFY2(made.code == 0, made.err.constData());
    QCOMPARE(run(u"projects list"_s, url).code, 0);
}

QTEST_GUILESS_MAIN(OverwriteProtectionTest)
#include "tst_overwriteprotection.moc"
