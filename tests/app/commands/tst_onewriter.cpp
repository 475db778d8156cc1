#include "tests/app/commands/commandrun.h"
#include "tests/support/serverprocess.h"

#include <QDir>
#include <QTest>
#include <sys/stat.h>
#include <unistd.h>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// A SQLite file has one writer, by whatever name it is reached, and stays its owner's, with any user who runs a
// command.
class OneWriterTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void nothingWritesBesideAServer_data();
    void nothingWritesBesideAServer();
    void aSecondServerIsRefused();
    void whatRootMakesIsTheFoldersOwners();
    void rootLeavesADatabaseToItsOwner();

private:
    static QByteArray bytes(const QString &path) { return QFile::encodeName(path); }
    static QString url(const QString &path) { return u"sqlite://"_s + path; }
    static QString ownerOf(const QString &path)
    {
        struct stat info = {};
        return stat(bytes(path).constData(), &info) == 0 ? u"%1:%2"_s.arg(info.st_uid).arg(info.st_gid) : u"none"_s;
    }
    CommandRunner m_commands;
};

void OneWriterTest::nothingWritesBesideAServer_data()
{
    QTest::addColumn<bool>("isHard");
    QTest::addColumn<QString>("command");
    for (const bool isHard : {true, false})
        for (const char *command :
             {"keys create --project default --role sender", "projects create shop", "import events.ndjson",
              "seed --events 10", "retention --days 1", "members add --project default --user a --role viewer",
              "restore b.backup --force", "projects delete shop --yes"})
            QTest::addRow("%s, %s link", command, isHard ? "hard" : "symbolic")
                << isHard << QString::fromLatin1(command);
}

void OneWriterTest::nothingWritesBesideAServer()
{
    QFETCH(bool, isHard);
    QFETCH(QString, command);
    QTemporaryDir folder;
    const QString path = folder.filePath(u"entvas.db"_s);
    const QString other = folder.filePath(u"other.db"_s);
    QFile events(m_commands.file(u"events.ndjson"_s));
    QVERIFY(events.open(QIODevice::WriteOnly));
    events.write("{\"eventType\":\"a\",\"userId\":\"u\",\"receivedAt\":\"2026-01-01T00:00:00Z\"}\n");
    events.close();
    ServerProcess server(QStringLiteral(ENTVAS_PROGRAM), url(path));
    QVERIFY(server.start());
    if (!QFileInfo::exists(m_commands.file(u"b.backup"_s)))
        QCOMPARE(m_commands.run({u"backup"_s, u"b.backup"_s}, url(path)).code, 0);
    QCOMPARE((isHard ? ::link : ::symlink)(bytes(path).constData(), bytes(other).constData()), 0);
    const CommandRun run = m_commands.run(command.split(u' '), url(other));
    // Administration goes to the server, where it can be found: a hard link has no owner file beside it.
    static const QStringList throughTheServer{u"keys"_s, u"projects"_s, u"members"_s, u"retention"_s};
    if (!isHard && throughTheServer.contains(command.section(u' ', 0, 0)) && !command.contains("delete"_L1)) {
        QVERIFY2(run.code == 0, run.err.constData());
        QCOMPARE(server.terminate(), 0);
        return;
    }
    QVERIFY2(run.code == 69, run.err.constData());
    QVERIFY2(run.err.contains("in use by another Entvas (process " + QByteArray::number(server.pid()) + ')'),
             run.err.constData());
    QCOMPARE(server.terminate(), 0);
}

void OneWriterTest::aSecondServerIsRefused()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"entvas.db"_s);
    ServerProcess server(QStringLiteral(ENTVAS_PROGRAM), url(path));
    QVERIFY(server.start());
    for (const bool isHard : {true, false}) {
        const QString other = folder.filePath(isHard ? u"hard.db"_s : u"soft.db"_s);
        QCOMPARE((isHard ? ::link : ::symlink)(bytes(path).constData(), bytes(other).constData()), 0);
        const CommandRun run = m_commands.run({u"--headless"_s, u"--port"_s, u"0"_s}, url(other));
        QVERIFY2(run.code == 69 && run.err.contains("in use by another Entvas"), run.err.constData());
    }
    QCOMPARE(server.terminate(), 0);
}

void OneWriterTest::whatRootMakesIsTheFoldersOwners()
{
    if (geteuid() != 0)
        QSKIP("only root can make files for others");
    for (const QString &command : {u"keys create --project default --role sender"_s, u"projects create shop"_s,
                                   u"migrate"_s, u"seed --events 10 --days 1"_s}) {
        QTemporaryDir folder;
        QCOMPARE(chown(bytes(folder.path()).constData(), 12'345, 12'346), 0);
        // Also where a folder of the path is missing.
        const QString path = folder.filePath(u"a/b/entvas.db"_s);
        const CommandRun run = m_commands.run(command.split(u' '), url(path));
        QVERIFY2(run.code == 0, run.err.constData());
        for (const QString &made : {u"a"_s, u"a/b"_s, u"a/b/entvas.db"_s, u"a/b/entvas.db.lock"_s})
            QCOMPARE(ownerOf(folder.filePath(made)), u"12345:12346"_s);
        const QStringList left = QDir(folder.filePath(u"a/b"_s)).entryList(QDir::Files);
        for (const QString &file : left)
            QCOMPARE(ownerOf(folder.filePath(u"a/b/"_s + file)), u"12345:12346"_s);
        struct stat info = {};
        QCOMPARE(stat(bytes(path).constData(), &info), 0);
        QCOMPARE(info.st_mode & 0777, 0600u);
    }
}

void OneWriterTest::rootLeavesADatabaseToItsOwner()
{
    if (geteuid() != 0)
        QSKIP("only root can make files for others");
    QTemporaryDir folder;
    const QString path = folder.filePath(u"entvas.db"_s);
    QCOMPARE(m_commands.run({u"migrate"_s}, url(path)).code, 0);
    QVERIFY(QFile::remove(path + u".lock"_s));
    for (const QString &there : {folder.path(), path})
        QCOMPARE(chown(bytes(there).constData(), 12'345, 12'346), 0);
    // A server of root's, which is killed: its -wal and -shm stay, and must not shut the owner out.
    ServerProcess server(QStringLiteral(ENTVAS_PROGRAM), url(path));
    QVERIFY(server.start());
    for (const QString &end : {u""_s, u"-wal"_s, u"-shm"_s, u".lock"_s})
        QCOMPARE(ownerOf(path + end), u"12345:12346"_s);
    server.kill9();
    QCOMPARE(ownerOf(path + u"-wal"_s), u"12345:12346"_s);
    QCOMPARE(m_commands.run({u"keys"_s, u"list"_s}, url(path)).code, 0);
    QCOMPARE(m_commands.run({u"doctor"_s}, url(path)).code, 0);
    for (const QString &file : QDir(folder.path()).entryList(QDir::Files))
        QCOMPARE(ownerOf(folder.filePath(file)), u"12345:12346"_s);
}

QTEST_GUILESS_MAIN(OneWriterTest)
#include "tst_onewriter.moc"
