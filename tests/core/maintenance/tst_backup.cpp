#include "core/file/gzip.h"
#include "core/maintenance/backup.h"
#include "core/store/connection/databasefile.h"
#include "core/store/connection/migrations.h"
#include "core/store/connection/rowtext.h"
#include "core/store/connection/sqlconnection.h"
#include "core/store/connection/tables.h"
#include "tests/core/store/backends.h"

#include <QBuffer>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace entvas;
using namespace entvas::test;

// A backup holds everything, fits both databases, and a bad one changes nothing.
class BackupTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_backends.start(); }
    void cleanupTestCase() { m_backends.stop(); }

    void everyTableIsKeptOrTransient_data() { Backends::addRows(); }
    void everyTableIsKeptOrTransient();
    void comesBackTheSame_data();
    void comesBackTheSame();
    void anOlderSchemaIsBroughtUpToDate_data() { Backends::addRows(); }
    void anOlderSchemaIsBroughtUpToDate();
    void aCutOneIsNamedAndChangesNothing_data() { Backends::addRows(); }
    void aCutOneIsNamedAndChangesNothing();
    void aFlippedByteIsFound();
    void wrongFilesAreNamed_data();
    void wrongFilesAreNamed();
    void aStoppedRestoreChangesNothing_data() { Backends::addRows(); }
    void aStoppedRestoreChangesNothing();
    void aDamagedFileIsPutAside();
    void leftoversOfAnotherFileAreNotReplayed();
    void aDatabaseInUseStaysAsItIs();
    void aFailedReplacementIsUndone();
    void theRestoredFileHasTheOldOwner();
    void whatDoesNotReachTheDiskIsAFailure();
    void aServerThatCameMeanwhileIsSeen();

private:
    static bool goOn(qint64, qint64) { return true; }
    QByteArray backupOf(const DatabaseUrl &url);
    // Every table's rows as text, in an order of their own.
    static QMap<QString, QStringList> content(const DatabaseUrl &url);
    void fill(const DatabaseUrl &url, int events);

    Backends m_backends;
};

QByteArray BackupTest::backupOf(const DatabaseUrl &url)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    const auto written = writeBackup(url, &buffer, goOn);
    if (!written)
        qWarning("%s", qPrintable(written.failure().text));
    return buffer.data();
}

QMap<QString, QStringList> BackupTest::content(const DatabaseUrl &url)
{
    QMap<QString, QStringList> all;
    SqlConnection connection(url);
    if (!connection.open())
        return all;
    for (const QString &table : keptTables()) {
        const auto columns = columnsOf(connection, table);
        if (!columns || columns->isEmpty())
            continue;
        const auto rows = connection.run(*defineRead(connection, table, *columns));
        if (!rows)
            continue;
        QStringList &texts = all[table];
        // One database puts blanks between the values.
        while ((*rows)->next())
            texts << QString((*rows)->value(0).toString())
                         .replace("\", "_L1, "\","_L1)
                         .replace(", \""_L1, ",\""_L1)
                         .replace(", null"_L1, ",null"_L1)
                         .replace("null, "_L1, "null,"_L1)
                         .replace(QRegularExpression(u"(\\d), (-?\\d)"_s), u"\\1,\\2"_s)
                         .replace(QRegularExpression(u"(\\d), (-?\\d)"_s), u"\\1,\\2"_s);
        texts.sort();
    }
    return all;
}

void BackupTest::fill(const DatabaseUrl &url, int events)
{
    auto store = makeReady(url);
    Uuid7Generator ids;
    EventBatch batch;
    for (int i = 0; i < events; ++i) {
        Event event = makeEvent(ids, kNoonMs + i, u"type_%1"_s.arg(i % 3),
                                u"\ufeffuser \"%1\" 测试 🙂\ufffe\uffff\t\\"_s.arg(i % 7));
        event.timestampMs = kNoonMs - 123 + i * 7;
        event.metadata = i % 4 == 0 ? QByteArray()
                         : i % 4 == 1
                             ? QByteArrayLiteral(R"({"big": 12345678901234567890, "one": 1.0, "tiny": 0.1000})")
                         : i % 4 == 2 ? QByteArrayLiteral(R"({"text": "a\"b\\c\nd\u2028 \\u0000 é 🙂"})")
                                      : QByteArrayLiteral("{}");
        if (i % 5 == 0)
            event.idempotencyKey = u"key %1"_s.arg(i);
        batch.append(event);
    }
    AppendJob job = makeJob(batch);
    job.rejected = 3;
    job.rejectedAtMs = kNoonMs;
    ENTVAS_VERIFY(store->writer().append({job}));
    store.reset();
    SqlConnection connection(url);
    ENTVAS_VERIFY(connection.open());
    const bool pg = url.kind == DatabaseUrl::Kind::Postgres;
    ENTVAS_VERIFY(connection.execute(u"INSERT INTO projects (id, name) VALUES ('shop', 'Der \"Laden\"')"_s));
    ENTVAS_VERIFY(connection.execute(
        u"INSERT INTO api_keys (project, id, role, name, digest, \"expiresAt\") VALUES ('shop', 'k1', 'sender', '', 'ab', %1)"_s
            .arg(pg ? u"to_timestamp(1767268800.123)"_s : u"1767268800123"_s)));
    ENTVAS_VERIFY(connection.execute(u"INSERT INTO members VALUES ('shop', 'auth0|ann', 'viewer', %1)"_s.arg(
        pg ? u"to_timestamp(1767268800.5)"_s : u"1767268800500"_s)));
    ENTVAS_VERIFY(connection.execute(
        u"INSERT INTO audit_log VALUES ('', '0197f000-0000-7000-8000-000000000001', %1, 'cli:me', 'key.create', 'k1', '{\"n\": 1.0}')"_s
            .arg(pg ? u"to_timestamp(1767268800.999)"_s : u"1767268800999"_s)));
    ENTVAS_VERIFY(connection.execute(
        u"INSERT INTO day_counts VALUES ('default', 1767225600000, -9223372036854775807, 9223372036854775806)"_s));
}

void BackupTest::everyTableIsKeptOrTransient()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    makeReady(url);
    SqlConnection connection(url);
    ENTVAS_VERIFY(connection.open());
    const auto names = tableNames(connection);
    ENTVAS_VERIFY(names);
    QVERIFY(names->size() > 10);
    QStringList unknown = *names;
    for (const QString &known : keptTables() + transientTables() + QStringList{QString::fromLatin1(kMigrationsTable)})
        unknown.removeAll(known);
    QVERIFY2(unknown.isEmpty(),
             qPrintable(u"say in core/store/tables.cpp whether a backup keeps: "_s + unknown.join(u", "_s)));
    for (const QString &kept : keptTables())
        QVERIFY2(names->contains(kept), qPrintable(kept));
}

void BackupTest::comesBackTheSame_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    for (const char *from : {"sqlite", "postgresql"})
        for (const char *to : {"sqlite", "postgresql"})
            QTest::newRow((QByteArray(from) + " to " + to).constData()) << from << to;
}

void BackupTest::comesBackTheSame()
{
    QFETCH(QString, from);
    QFETCH(QString, to);
    const auto source = m_backends.fresh(from);
    const auto target = m_backends.fresh(to);
    if (!source || !target)
        QSKIP("no PostgreSQL");
    fill(*source, 3'000);
    const QByteArray bytes = backupOf(*source);
    QBuffer buffer(const_cast<QByteArray *>(&bytes));
    buffer.open(QIODevice::ReadOnly);
    const auto verified = checkBackup(&buffer, u"it"_s, goOn);
    ENTVAS_VERIFY(verified);
    QCOMPARE(verified->end.rows.value(u"events"_s), 3'000);
    QCOMPARE(verified->head.projects, (QStringList{u"default"_s, u"shop"_s}));

    makeReady(*target); // and its default project is no obstacle
    const auto held = readHoldings(*target);
    ENTVAS_VERIFY(held);
    QVERIFY(held->isEmpty());
    buffer.seek(0);
    const auto restored = restoreBackup(*target, &buffer, u"it"_s, -1, goOn);
    ENTVAS_VERIFY(restored);
    QVERIFY(!readHoldings(*target)->isEmpty());

    const auto before = content(*source);
    const auto after = content(*target);
    QCOMPARE(after.keys(), before.keys());
    for (auto it = before.cbegin(); it != before.cend(); ++it) {
        QStringList has = after.value(it.key());
        QStringList had = it.value();
        if (from != to) {
            // One of them knows times to the microsecond, of which milliseconds stay, and orders keys of JSON anew.
            static const QRegularExpression fraction(u"(\\d{13})\\.\\d+"_s);
            has.replaceInStrings(fraction, u"\\1"_s).sort();
            had.replaceInStrings(fraction, u"\\1"_s).sort();
            if (it.key() == "events"_L1 && to == "postgresql"_L1) {
                for (QStringList *list : {&has, &had})
                    for (QString &row : *list) {
                        QVERIFY(!row.contains("big"_L1) || (row.contains("12345678901234567890"_L1) &&
                                                            row.contains("1.0"_L1) && row.contains("0.1000"_L1)));
                        QJsonArray values = QJsonDocument::fromJson(row.toUtf8()).array();
                        if (!values[5].isNull() && !values[5].toString().contains("big"_L1))
                            values[5] = QString::fromUtf8(
                                QJsonDocument::fromJson(values[5].toString().toUtf8()).toJson(QJsonDocument::Compact));
                        else if (!values[5].isNull())
                            values[5] = u"big"_s;
                        row = QString::fromUtf8(QJsonDocument(values).toJson(QJsonDocument::Compact));
                    }
                has.sort();
                had.sort();
            }
        }
        QCOMPARE(has, had);
    }
    // And it is a database to go on with.
    auto store = makeReady(*target);
    Uuid7Generator ids;
    ENTVAS_VERIFY(store->writer().append({makeJob({makeEvent(ids, kNoonMs + 9'999)})}));
}

void BackupTest::anOlderSchemaIsBroughtUpToDate()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    {
        SqlConnection connection(url);
        ENTVAS_VERIFY(connection.open());
        ENTVAS_VERIFY(connection.runScript(u"create_migrations"_s));
        for (const QString &migration : connection.statements().migrations().mid(0, 2)) {
            ENTVAS_VERIFY(connection.runScript(migration));
            ENTVAS_VERIFY(connection.change(
                u"add_migration"_s, {{u":version"_s, migration.left(3).toInt()}, {u":name"_s, migration.mid(4)}}));
        }
        ENTVAS_VERIFY(connection.execute(u"INSERT INTO minute_counts VALUES ('default', 60000, 1, 'w', 5)"_s));
    }
    QByteArray bytes = backupOf(url);
    const auto target = m_backends.fresh(backend);
    ENTVAS_VERIFY(target);
    fill(*target, 10); // and what is there goes
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::ReadOnly);
    const auto restored = restoreBackup(*target, &buffer, u"it"_s, -1, goOn);
    ENTVAS_VERIFY(restored);
    QCOMPARE(restored->head.schema, 2);
    QCOMPARE(readHoldings(*target)->schema, newestSchema(url.kind));
    const auto after = content(*target);
    QCOMPARE(after.value(u"minute_counts"_s), QStringList{u"[\"default\",60000,1,\"w\",5]"_s});
    QCOMPARE(after.value(u"events"_s), QStringList());
    QCOMPARE(after.value(u"users_since"_s).size(), 1); // what migration 003 finds out
}

void BackupTest::aCutOneIsNamedAndChangesNothing()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    fill(url, 200);
    const QByteArray bytes = backupOf(url);
    const auto before = content(url);
    QVERIFY(before.value(u"events"_s).size() == 200);
    for (qsizetype size = 0; size < bytes.size(); size += size < 20 || size > bytes.size() - 30 ? 1 : 61) {
        QByteArray cut = bytes.left(size);
        QBuffer buffer(&cut);
        buffer.open(QIODevice::ReadOnly);
        const auto verified = checkBackup(&buffer, u"it"_s, goOn);
        QVERIFY2(!verified, qPrintable(QString::number(size)));
        QVERIFY2(verified.failure().kind == Fault::Storage && verified.failure().text.contains("byte "_L1),
                 qPrintable(verified.failure().text));
        if (size % 7 == 0) {
            buffer.seek(0);
            QVERIFY(!restoreBackup(url, &buffer, u"it"_s, -1, goOn));
        }
    }
    QCOMPARE(content(url), before);
    if (url.kind == DatabaseUrl::Kind::Sqlite)
        QVERIFY(!QFileInfo::exists(url.path + u".restoring"_s));
}

void BackupTest::aFlippedByteIsFound()
{
    const auto url = m_backends.fresh(u"sqlite"_s);
    fill(*url, 200);
    const QByteArray bytes = backupOf(*url);
    const QByteArray plain = *gunzip(bytes, 100'000'000);
    for (qsizetype at = 0; at < bytes.size(); at += at < 30 ? 1 : 37) {
        QByteArray bad = bytes;
        bad[at] = char(bad[at] ^ 0x10);
        QBuffer buffer(&bad);
        buffer.open(QIODevice::ReadOnly);
        const auto verified = checkBackup(&buffer, u"it"_s, goOn);
        // gzip has a few bits of no consequence: when it was packed, and what fills the last byte up.
        const Result<QByteArray> same = gunzip(bad, 100'000'000);
        QVERIFY2(!verified || (same && *same == plain), qPrintable(QString::number(at)));
    }
    // Lines that were changed and packed anew.
    QByteArray changed = gzipped(QByteArray(plain).replace("type_1", "type_9"));
    QBuffer buffer(&changed);
    buffer.open(QIODevice::ReadOnly);
    const auto verified = checkBackup(&buffer, u"it"_s, goOn);
    QVERIFY(!verified);
    QVERIFY2(verified.failure().text.contains("checksum"_L1), qPrintable(verified.failure().text));
}

void BackupTest::wrongFilesAreNamed_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("says");
    QTest::newRow("empty") << QByteArray() << u"not gzip'ed"_s;
    QTest::newRow("text") << QByteArray("SELECT 1;\n") << u"not gzip'ed"_s;
    QTest::newRow("another gzip") << gzipped("hello\n") << u"first line does not say so"_s;
    QTest::newRow("no line at all") << gzipped("hello") << u"cut short"_s;
    QTest::newRow("newer format") << gzipped(R"({"entvas":"backup","format":2,"schema":1,"program":"9.9"})"
                                             "\n")
                                  << u"newer Entvas (9.9; its format is 2, this program knows 1)"_s;
    QTest::newRow("newer schema") << gzipped(R"({"entvas":"backup","format":1,"schema":999,"program":"9.9"})"
                                             "\n")
                                  << u"its schema is 999"_s;
    QTest::newRow("no schema") << gzipped(R"({"entvas":"backup","format":1})"
                                          "\n")
                               << u"which format"_s;
    QTest::newRow("row without a table") << gzipped(R"({"entvas":"backup","format":1,"schema":1})"
                                                    "\n[1]\n")
                                         << u"(line 2, "_s;
    QTest::newRow("nonsense") << gzipped(R"({"entvas":"backup","format":1,"schema":1})"
                                         "\nxyz\n")
                              << u"neither a table nor a row"_s;
    QTest::newRow("NUL") << gzipped(R"({"entvas":"backup","format":1,"schema":1})"
                                    "\n{\"table\":\"projects\",\"columns\":[\"id\"]}\n[\"a\\u0000b\"]\n")
                         << u"NUL"_s;
    QTest::newRow("endless line") << gzipped(QByteArray(10'000'000, 'x')) << u"too long"_s;
}

void BackupTest::wrongFilesAreNamed()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, says);
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::ReadOnly);
    const auto verified = checkBackup(&buffer, u"the/file"_s, goOn);
    QVERIFY(!verified);
    QVERIFY(verified.failure().kind != Fault::BadInput); // that is for arguments
    QVERIFY2(verified.failure().text.contains(says) && verified.failure().text.contains("the/file"_L1),
             qPrintable(verified.failure().text));
}

void BackupTest::aStoppedRestoreChangesNothing()
{
    ENTVAS_FRESH_DATABASE(url, m_backends);
    fill(url, 3'000);
    QByteArray bytes = backupOf(url);
    const auto target = m_backends.fresh(backend);
    fill(*target, 50);
    const auto before = content(*target);
    for (const qint64 last : {0LL, 2'000LL, 3'000LL}) {
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::ReadOnly);
        const auto stopped =
            restoreBackup(*target, &buffer, u"it"_s, -1, [&](qint64 done, qint64) { return done <= last; });
        QVERIFY(!stopped);
        QVERIFY2(stopped.failure().text.contains("Stopped"_L1), qPrintable(stopped.failure().text));
    }
    QCOMPARE(content(*target), before);
}

void BackupTest::aDamagedFileIsPutAside()
{
    const auto source = m_backends.fresh(u"sqlite"_s);
    fill(*source, 20);
    QByteArray bytes = backupOf(*source);
    const auto target = m_backends.fresh(u"sqlite"_s);
    QDir().mkpath(QFileInfo(target->path).path());
    QFile file(target->path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(20'000, 'x'));
    file.close();
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::ReadOnly);
    ENTVAS_VERIFY(restoreBackup(*target, &buffer, u"it"_s, -1, goOn));
    QCOMPARE(content(*target), content(*source));
    QCOMPARE(QFileInfo(target->path + u".damaged-1"_s).size(), 20'000);
}

// What a crash left: pages that are newer than those of the file.
void BackupTest::leftoversOfAnotherFileAreNotReplayed()
{
    const auto source = m_backends.fresh(u"sqlite"_s);
    fill(*source, 20);
    QByteArray bytes = backupOf(*source);
    const auto target = m_backends.fresh(u"sqlite"_s);
    fill(*target, 500);
    const QString wal = target->path + u"-wal"_s;
    const QString kept = target->path + u".kept"_s;
    {
        SqlConnection connection(*target);
        ENTVAS_VERIFY(connection.open());
        ENTVAS_VERIFY(connection.execute(u"UPDATE events SET \"userId\" = 'of the old one'"_s));
        QVERIFY(QFile::copy(wal, kept));
    }
    QVERIFY(QFile::remove(target->path)); // only the main file
    QVERIFY(QFile::rename(kept, wal));
    QFile journal(target->path + u"-journal"_s);
    QVERIFY(journal.open(QIODevice::WriteOnly) && journal.write("journal") > 0);
    journal.close();
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::ReadOnly);
    ENTVAS_VERIFY(restoreBackup(*target, &buffer, u"it"_s, -1, goOn));
    QVERIFY(!QFileInfo::exists(wal) && !QFileInfo::exists(journal.fileName()));
    QCOMPARE(content(*target), content(*source));
    QVERIFY(QFileInfo(target->path + u".damaged-1-wal"_s).size() > 0);
    QCOMPARE(QFileInfo(target->path + u".damaged-1-journal"_s).size(), 7);
}

void BackupTest::aDatabaseInUseStaysAsItIs()
{
    const auto source = m_backends.fresh(u"sqlite"_s);
    fill(*source, 20);
    QByteArray bytes = backupOf(*source);
    const auto target = m_backends.fresh(u"sqlite"_s);
    fill(*target, 50);
    const auto before = content(*target);
    {
        SqlConnection user(*target); // in another program, say
        ENTVAS_VERIFY(user.open());
        const auto row = user.run(u"newest_migration"_s);
        ENTVAS_VERIFY(row);
        QVERIFY((*row)->next());
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::ReadOnly);
        const auto refused = restoreBackup(*target, &buffer, u"it"_s, -1, goOn);
        QVERIFY(!refused);
        QVERIFY2(refused.failure().kind == Fault::Unavailable && refused.failure().text.contains("open in another"_L1),
                 qPrintable(refused.failure().text));
    }
    QCOMPARE(content(*target), before);
    QVERIFY(!QFileInfo::exists(target->path + u".damaged-1"_s) && !QFileInfo::exists(target->path + u".restoring"_s));
}

void BackupTest::aFailedReplacementIsUndone()
{
    const auto target = m_backends.fresh(u"sqlite"_s);
    QDir().mkpath(QFileInfo(target->path).path());
    // A damaged one, and what is left of one without its main file.
    for (const QStringList &old :
         {QStringList{target->path}, QStringList{target->path + u"-wal"_s, target->path + u"-journal"_s}}) {
        for (const QString &path : old) {
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write(QByteArray(5'000, 'x')) > 0);
        }
        const auto failed = replaceDatabaseFile(target->path + u".nosuch"_s, *target);
        QVERIFY(!failed);
        QVERIFY(failed.failure().kind == Fault::Denied);
        const QFileInfoList there = QFileInfo(target->path).dir().entryInfoList(QDir::Files);
        QCOMPARE(there.size(), old.size());
        for (const QString &path : old) {
            QCOMPARE(QFileInfo(path).size(), 5'000);
            QVERIFY(QFile::remove(path));
        }
    }
}

void BackupTest::theRestoredFileHasTheOldOwner()
{
    const auto source = m_backends.fresh(u"sqlite"_s);
    fill(*source, 20);
    QByteArray bytes = backupOf(*source);
    const auto target = m_backends.fresh(u"sqlite"_s);
    fill(*target, 5);
    const QByteArray path = QFile::encodeName(target->path);
    const bool isRoot = geteuid() == 0; // others can't give files away: only the mode is to be seen then
    const auto restore = [&] {
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::ReadOnly);
        return restoreBackup(*target, &buffer, u"it"_s, -1, goOn);
    };
    const uid_t user = isRoot ? 12'345 : geteuid();
    const gid_t group = isRoot ? 12'346 : getegid();
    QCOMPARE(chown(path.constData(), user, group), 0);
    QCOMPARE(chmod(path.constData(), 0640), 0);
    ENTVAS_VERIFY(restore());
    struct stat info = {};
    QCOMPARE(stat(path.constData(), &info), 0);
    QCOMPARE(info.st_uid, user);
    QCOMPARE(info.st_gid, group);
    QCOMPARE(info.st_mode & 07777, 0640u);

    // Without an old one it goes by the folder.
    QVERIFY(QFile::remove(target->path));
    const QByteArray folder = QFile::encodeName(QFileInfo(target->path).path());
    struct stat before = {};
    QCOMPARE(stat(folder.constData(), &before), 0);
    QCOMPARE(chown(folder.constData(), user, group), 0);
    ENTVAS_VERIFY(restore());
    QCOMPARE(stat(path.constData(), &info), 0);
    QCOMPARE(chown(folder.constData(), before.st_uid, before.st_gid), 0);
    QCOMPARE(info.st_uid, user);
    QCOMPARE(info.st_gid, group);
    QCOMPARE(info.st_mode & 07777, 0600u);
}

void BackupTest::whatDoesNotReachTheDiskIsAFailure()
{
    const auto failed = syncToDisk(u"/dev/null"_s); // fsync() knows no way for it
    QVERIFY(!failed);
    QVERIFY2(failed.failure().kind == Fault::Unavailable && failed.failure().text.contains("/dev/null"_L1),
             qPrintable(failed.failure().text));
}

void BackupTest::aServerThatCameMeanwhileIsSeen()
{
    auto target = m_backends.fresh(u"postgresql"_s);
    if (!target)
        QSKIP(qPrintable(target.failure().text));
    fill(*target, 50);
    QByteArray bytes = backupOf(*target);
    const auto before = content(*target);
    const auto restore = [&] {
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::ReadOnly);
        return restoreBackup(*target, &buffer, u"it"_s, -1, goOn);
    };
    {
        DatabaseUrl servers = *target;
        servers.program = u"entvas server"_s;
        SqlConnection server(servers);
        ENTVAS_VERIFY(server.open());
        const auto refused = restore();
        QVERIFY(!refused);
        QVERIFY2(refused.failure().kind == Fault::Unavailable &&
                     refused.failure().text.contains("Servers are running"_L1),
                 qPrintable(refused.failure().text));
        QCOMPARE(content(*target), before);
    }
    ENTVAS_VERIFY(restore());
}

QTEST_GUILESS_MAIN(BackupTest)
#include "tst_backup.moc"
