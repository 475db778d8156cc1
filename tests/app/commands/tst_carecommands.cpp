#include "core/model/directory.h"
#include "tests/app/commands/commandrun.h"
#include "tests/support/serverprocess.h"
#include "tests/support/temporarypostgres.h"

#include <csignal>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTest>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// The commands that care for the database, as they are typed, beside real servers, on both databases.
class CareCommandsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_started = m_postgres.start(); }
    void init() { m_commands = std::make_unique<CommandRunner>(); }

    void migrateSaysFromWhereToWhere_data() { rows(); }
    void migrateSaysFromWhereToWhere();
    void severalMigrateAtOnce_data() { rows(); }
    void severalMigrateAtOnce();
    void aNewerDatabaseIsRefused_data() { rows(); }
    void aNewerDatabaseIsRefused();
    void aBackupIsTakenBesideAServer_data() { rows(); }
    void aBackupIsTakenBesideAServer();
    void backupAndRestoreThroughPipes();
    void mistakesAreNamed_data();
    void mistakesAreNamed();
    void ctrlCLeavesNothing();
    void aFullDiskLeavesNothing();
    void aFullStandardOutputIsAFailure();
    void anothersPartIsNotTouched();
    void aLockThatIsShutIsNamed();
    void rootsLockIsTheOwners();
    void aProjectIsDeleted_data() { rows(); }
    void aProjectIsDeleted();
    void theLastMembersStay();
    void theDoctorFindsNothing_data() { rows(); }
    void theDoctorFindsNothing();
    void theDoctorFindsWhatIsWrong_data();
    void theDoctorFindsWhatIsWrong();
    void theDoctorReadsSettings();

private:
    using Run = CommandRun;
    static void rows()
    {
        QTest::addColumn<QString>("kind");
        QTest::newRow("sqlite") << u"sqlite"_s;
        QTest::newRow("postgresql") << u"postgresql"_s;
    }
    // Empty when there is no PostgreSQL to test with.
    QString freshUrl(const QString &kind)
    {
        if (kind == "sqlite"_L1)
            return u"sqlite://"_s + path(u"entvas%1.db"_s.arg(++m_count));
        const auto url = m_started ? m_postgres.createDatabase() : Result<DatabaseUrl>(m_started.failure());
        return url ? TemporaryPostgres::toText(url.value()) : QString();
    }
    QString path(const QString &name) const { return m_commands->file(name); }
    QProcessEnvironment environment(const QString &url) const { return m_commands->environment(url); }
    static bool fillKeys(const QString &url, int count)
    {
        QProcess tool;
        tool.start(
            u"sqlite3"_s,
            {url.mid(9), u"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %1) "
                         "INSERT INTO idempotency_keys SELECT 'default', 'key ' || i, '', i FROM n"_s.arg(count)});
        return tool.waitForFinished() && tool.exitCode() == 0;
    }
    bool hasTool(const QString &url) const
    {
        return url.startsWith("sqlite"_L1) ? !QStandardPaths::findExecutable(u"sqlite3"_s).isEmpty()
                                           : QFileInfo(m_postgres.program(u"psql"_s)).isExecutable();
    }
    // By the database's own tool.
    bool sql(const QString &url, const QString &text) const
    {
        QProcess tool;
        if (url.startsWith("sqlite"_L1))
            tool.start(u"sqlite3"_s, {url.mid(9), text});
        else
            tool.start(m_postgres.program(u"psql"_s), {url, u"-c"_s, text});
        return tool.waitForFinished() && tool.exitCode() == 0;
    }
    // The first finding about it that is marked so; empty when there is none.
    static QJsonObject finding(const QJsonObject &doctor, const QString &about, const QString &mark)
    {
        for (const QJsonValue &each : doctor[u"findings"].toArray())
            if (each[u"about"].toString() == about && each[u"mark"].toString() == mark)
                return each.toObject();
        return {};
    }
    std::unique_ptr<QProcess> begin(const QString &url, const QStringList &arguments) const
    {
        return m_commands->start(arguments, url);
    }
    Run run(const QString &url, const QStringList &arguments, const QByteArray &input = {}) const
    {
        return m_commands->run(arguments, url, input);
    }
    // The status of a POST of `count` events.
    static int post(quint16 port, const QByteArray &key, int count, int from = 0);
    static QByteArray get(quint16 port, const QByteArray &where) { return getPlain(port, where).body; }

    TemporaryPostgres m_postgres;
    Result<void> m_started;
    std::unique_ptr<CommandRunner> m_commands;
    int m_count = 0;
};

int CareCommandsTest::post(quint16 port, const QByteArray &key, int count, int from)
{
    QByteArray body = "[";
    for (int i = 0; i < count; ++i)
        body += QByteArray(i ? "," : "") + R"({"eventType":"page_view","userId":"u)" + QByteArray::number(from + i) +
                R"(","metadata":{"page":"home","n":1.0}})";
    body += "]";
    QNetworkAccessManager network;
    QNetworkRequest request(QUrl(u"http://127.0.0.1:%1/webhook"_s.arg(port)));
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    request.setRawHeader("X-API-Key", key);
    const std::unique_ptr<QNetworkReply> reply(network.post(request, body));
    if (!QTest::qWaitFor([&] { return reply->isFinished(); }, 20'000))
        return -1;
    return reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
}

#define ENTVAS_FRESH(url)                                                                                              \
    QFETCH(QString, kind);                                                                                             \
    const QString url = freshUrl(kind);                                                                                \
    if (url.isEmpty())                                                                                                 \
    QSKIP("no PostgreSQL")

void CareCommandsTest::migrateSaysFromWhereToWhere()
{
    ENTVAS_FRESH(url);
    const Run none = run(url, {u"migrate"_s, u"--status"_s, u"--json"_s});
    QVERIFY2(none.code == 0, none.err.constData());
    QCOMPARE(none.json()[u"database"].toInt(), 0);
    const int newest = none.json()[u"program"].toInt();
    QVERIFY(newest >= 4);
    const Run plan = run(url, {u"migrate"_s, u"--dry-run"_s});
    QVERIFY(plan.code == 0 && plan.out.contains("CREATE TABLE events (") && plan.out.contains("-- 004 access"));
    if (kind == "sqlite"_L1)
        QVERIFY(!QFileInfo::exists(url.mid(9))); // not even a file

    const Run made = run(url, {u"migrate"_s});
    QVERIFY2(made.code == 0 && made.out.contains("from version 0 to " + QByteArray::number(newest)),
             made.out + made.err);
    QVERIFY(run(url, {u"migrate"_s}).out.contains("up to date"));
    const Run after = run(url, {u"migrate"_s, u"--status"_s});
    QVERIFY2(after.out.contains("initial") && after.out.contains("applied 20") && !after.out.contains("pending"),
             after.out);
    QVERIFY(run(url, {u"migrate"_s, u"--dry-run"_s}).out.contains("nothing would be run"));

    ServerProcess server(QStringLiteral(ENTVAS_PROGRAM), url);
    QVERIFY(server.start());
    QCOMPARE(run(url, {u"migrate"_s, u"--status"_s, u"--json"_s}).json()[u"database"].toInt(), newest);
    QCOMPARE(run(url, {u"migrate"_s}).code, 0); // nothing to do: nothing is in the way
    QCOMPARE(server.terminate(), 0);
}

void CareCommandsTest::severalMigrateAtOnce()
{
    ENTVAS_FRESH(url);
    std::vector<std::unique_ptr<QProcess>> all;
    for (int i = 0; i < 4; ++i)
        all.push_back(begin(url, {u"migrate"_s, u"--json"_s}));
    int fine = 0;
    for (const auto &process : all) {
        QVERIFY(process->waitForFinished(60'000));
        // A SQLite file has one writer: others are told so.
        QVERIFY2(process->exitCode() == 0 || (kind == "sqlite"_L1 && process->exitCode() == 69),
                 process->readAllStandardError());
        fine += process->exitCode() == 0;
    }
    QVERIFY(fine >= 1);
    const QJsonObject state = run(url, {u"migrate"_s, u"--status"_s, u"--json"_s}).json();
    QCOMPARE(state[u"database"], state[u"program"]);
}

void CareCommandsTest::aNewerDatabaseIsRefused()
{
    ENTVAS_FRESH(url);
    QCOMPARE(run(url, {u"migrate"_s}).code, 0);
    if (!hasTool(url))
        QSKIP("no tool to change the database with");
    QVERIFY(sql(url, u"INSERT INTO schema_migrations (version, name) VALUES (900, 'of_the_future')"_s));
    QStringList newer[] = {
        {u"migrate"_s}, {u"migrate"_s, u"--status"_s}, {u"migrate"_s, u"--dry-run"_s}, {u"backup"_s, path(u"b.gz"_s)}};
    for (const QStringList &arguments : newer) {
        const Run refused = run(url, arguments);
        QCOMPARE(refused.code, 78);
        QVERIFY2(refused.err.contains("newer Entvas (schema 900"), refused.err.constData());
        QVERIFY2(!refused.out.contains("up to date"), refused.out.constData());
    }
    QVERIFY(run(url, {u"migrate"_s, u"--status"_s}).out.contains("of_the_future"));
    QVERIFY(!QFileInfo::exists(path(u"b.gz"_s)) && !QFileInfo::exists(path(u"b.gz.part"_s)));
}

void CareCommandsTest::aBackupIsTakenBesideAServer()
{
    ENTVAS_FRESH(url);
    ServerProcess server(QStringLiteral(ENTVAS_PROGRAM), url);
    QVERIFY(server.start());
    const QByteArray key = kDevelopmentKey;
    for (int i = 0; i < 5; ++i)
        QCOMPARE(post(server.port(), key, 500, i * 500), 200);

    const QString file = path(u"b.gz"_s);
    const auto backup = begin(url, {u"backup"_s, file, u"--json"_s});
    int posted = 0; // while it runs
    while (backup->state() != QProcess::NotRunning) {
        QCOMPARE(post(server.port(), key, 10, 10'000 + posted), 200);
        posted += 10;
        backup->waitForFinished(1);
    }
    QVERIFY2(backup->exitCode() == 0, backup->readAllStandardError());
    const QJsonObject said = QJsonDocument::fromJson(backup->readAllStandardOutput()).object();
    const int kept = said[u"rows"][u"events"].toInt();
    QVERIFY2(kept >= 2'500 && kept <= 2'500 + posted, qPrintable(QString::number(kept)));
    QCOMPARE(said[u"sums"][u"minute_counts"].toInt(), kept); // events and counts are of one moment
    struct stat info = {};
    QCOMPARE(stat(QFile::encodeName(file).constData(), &info), 0);
    QCOMPARE(info.st_mode & 0777, 0600u);
    QVERIFY(!QFileInfo::exists(file + u".part"_s));

    const Run again = run(url, {u"backup"_s, file});
    QVERIFY2(again.code == 64 && again.err.contains("exists already"), again.err.constData());
    QCOMPARE(run(url, {u"backup"_s, file, u"--force"_s}).code, 0);

    const Run busy = run(url, {u"restore"_s, file, u"--force"_s});
    QVERIFY2(busy.code == 69 && busy.err.contains("top"), busy.err.constData()); // "Stop it first", "Stop them first"
    QCOMPARE(server.terminate(), 0);
    const Run full = run(url, {u"restore"_s, file});
    QVERIFY2(full.code == 64 && full.err.contains("--force"), full.err.constData());
    const Run replaced = run(url, {u"restore"_s, file, u"--force"_s});
    QVERIFY2(replaced.code == 0, replaced.err.constData());

    // Into the other kind of database, and a server shows it.
    const QString other = freshUrl(kind == "sqlite"_L1 ? u"postgresql"_s : u"sqlite"_s);
    if (other.isEmpty())
        QSKIP("no PostgreSQL");
    const Run moved = run(other, {u"restore"_s, file, u"--json"_s});
    QVERIFY2(moved.code == 0, moved.err.constData());
    ServerProcess second(QStringLiteral(ENTVAS_PROGRAM), other);
    QVERIFY(second.start());
    const QJsonObject stats = QJsonDocument::fromJson(get(second.port(), "/events/stats?filter=day")).object();
    QCOMPARE(stats[u"data"][u"totalEvents"].toInt(), moved.json()[u"rows"][u"events"].toInt());
    QCOMPARE(post(second.port(), key, 5, 90'000), 200);
    QCOMPARE(second.terminate(), 0);
}

void CareCommandsTest::backupAndRestoreThroughPipes()
{
    const QString from = freshUrl(u"sqlite"_s);
    const QString to = freshUrl(u"sqlite"_s);
    QCOMPARE(run(from, {u"projects"_s, u"create"_s, u"shop"_s}).code, 0);
    const Run piped = run(from, {u"backup"_s, u"-"_s});
    QVERIFY2(piped.code == 0 && piped.out.startsWith("\x1f\x8b"), piped.err.constData());
    const Run cut = run(to, {u"restore"_s, u"-"_s}, piped.out.chopped(20));
    QVERIFY2(cut.code == 1 && cut.err.contains("cut short"), cut.err.constData());
    QVERIFY(!QFileInfo::exists(to.mid(9)) && !QFileInfo::exists(to.mid(9) + u".restoring"_s));
    const Run restored = run(to, {u"restore"_s, u"-"_s}, piped.out);
    QVERIFY2(restored.code == 0, restored.err.constData());
    QVERIFY(run(to, {u"projects"_s, u"list"_s}).out.contains("shop"));
}

void CareCommandsTest::mistakesAreNamed_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char *name, const char *line, int code, const char *says) {
        QTest::newRow(name) << QString::fromUtf8(line) << code << QByteArray(says);
    };
    row("backup where", "backup", 64, "the name of a file");
    row("backup into a folder", "backup @", 64, "is a folder");
    row("backup into no folder", "backup @/no/such/b.gz", 64, "does not exist");
    row("backup of nothing", "backup @/b.gz --database-url=sqlite://@/none.db", 78, "There is no database");
    row("unknown option", "backup @/b.gz --forze", 64, "Did you mean --force");
    row("option without value", "backup @/b.gz --config", 64, "--config needs a value");
    row("switch with value", "backup @/b.gz --force=yes", 64, "takes no value");
    row("restore nothing", "restore @/none.gz", 1, "There is no file");
    row("restore a folder", "restore @", 64, "is not a file");
    row("restore text", "restore @/text", 1, "not gzip'ed (byte 0)");
    row("migrate what", "migrate everything", 64, "\"everything\" is not needed");
    row("config typo", "migrate --config @/typo.ini", 78, "typo.ini");
    row("delete which project", "projects delete", 64, "the project to delete is missing");
    row("delete no project", "projects delete nosuch --yes", 1, "no project \"nosuch\"");
    row("delete the default one", "projects delete default --yes", 64, "default project stays");
    row("delete in another order", "projects --json delete x --yes", 1, "no project \"x\"");
    row("application_name", "migrate --database-url=postgresql://127.0.0.1:1/x?application_name=y", 78,
        "must be left out");
    row("no server", "migrate --database-url=postgresql://127.0.0.1:1/x", 69, "can't be reached");
}

void CareCommandsTest::mistakesAreNamed()
{
    QFETCH(QString, line);
    QFETCH(int, code);
    QFETCH(QByteArray, says);
    const QString url = freshUrl(u"sqlite"_s);
    QCOMPARE(run(url, {u"migrate"_s}).code, 0);
    QFile text(path(u"text"_s));
    QVERIFY(text.open(QIODevice::WriteOnly) && text.write("SELECT 1;\n") > 0);
    text.close();
    QFile typo(path(u"typo.ini"_s));
    QVERIFY(typo.open(QIODevice::WriteOnly) && typo.write("[entvas]\nretention-day = 3\n") > 0);
    typo.close();
    const Run result = run(url, line.replace(u'@', m_commands->file(QString())).split(u' '));
    QVERIFY2(result.err.contains(says), result.err.constData());
    QCOMPARE(result.code, code);
    QCOMPARE(result.out.isEmpty(), !line.contains(u"--json"_s)); // whose readers learn of it too
    QVERIFY(!QFileInfo::exists(path(u"none.db"_s)) && !QFileInfo::exists(path(u"b.gz"_s)));
}

void CareCommandsTest::ctrlCLeavesNothing()
{
    const QString url = freshUrl(u"sqlite"_s);
    QCOMPARE(run(url, {u"migrate"_s}).code, 0);
    if (!hasTool(url))
        QSKIP("no sqlite3 to fill the database with");
    QVERIFY(fillKeys(url, 300'000)); // so many that it takes its time
    const QString file = path(u"b.gz"_s);
    const auto backup = begin(url, {u"backup"_s, file});
    QVERIFY(QTest::qWaitFor([&] { return QFileInfo(file + u".part"_s).size() > 0; }, 20'000));
    ::kill(pid_t(backup->processId()), SIGINT);
    QVERIFY(backup->waitForFinished(20'000));
    QCOMPARE(backup->exitCode(), 1);
    QVERIFY(backup->readAllStandardError().contains("Stopped, as asked"));
    QVERIFY(!QFileInfo::exists(file) && !QFileInfo::exists(file + u".part"_s));

    QCOMPARE(run(url, {u"backup"_s, file}).code, 0);
    const QString to = freshUrl(u"sqlite"_s);
    const auto restore = begin(to, {u"restore"_s, file});
    QVERIFY(QTest::qWaitFor([&] { return QFileInfo::exists(to.mid(9) + u".restoring"_s); }, 20'000));
    ::kill(pid_t(restore->processId()), SIGTERM);
    QVERIFY(restore->waitForFinished(20'000));
    QCOMPARE(restore->exitCode(), 1);
    QVERIFY(!QFileInfo::exists(to.mid(9)) && !QFileInfo::exists(to.mid(9) + u".restoring"_s));
}

void CareCommandsTest::aFullDiskLeavesNothing()
{
    const QString url = freshUrl(u"sqlite"_s);
    QCOMPARE(run(url, {u"migrate"_s}).code, 0);
    if (!hasTool(url))
        QSKIP("no sqlite3 to fill the database with");
    QVERIFY(fillKeys(url, 100'000));
    QProcess backup; // a file that may grow no more fails as a full disk does
    backup.setProcessEnvironment(environment(url));
    backup.setChildProcessModifier([] {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{100'000, 100'000};
        setrlimit(RLIMIT_FSIZE, &limit);
    });
    backup.start(QStringLiteral(ENTVAS_PROGRAM), {u"backup"_s, path(u"b.gz"_s)});
    QVERIFY(backup.waitForFinished(20'000));
    const QByteArray said = backup.readAllStandardError();
    QVERIFY2(backup.exitCode() == 69 && said.contains("b.gz can't be written: ") && said.contains("Make room"), said);
    QVERIFY(!QFileInfo::exists(path(u"b.gz"_s)) && !QFileInfo::exists(path(u"b.gz.part"_s)));

    QCOMPARE(run(url, {u"backup"_s, path(u"b.gz"_s)}).code, 0);
    const QString to = freshUrl(u"sqlite"_s);
    backup.setProcessEnvironment(environment(to));
    backup.start(QStringLiteral(ENTVAS_PROGRAM), {u"restore"_s, path(u"b.gz"_s)});
    QVERIFY(backup.waitForFinished(20'000));
    QVERIFY2(backup.exitCode() == 69, backup.readAllStandardError());
    QVERIFY(!QFileInfo::exists(to.mid(9)) && !QFileInfo::exists(to.mid(9) + u".restoring"_s));
}

void CareCommandsTest::aFullStandardOutputIsAFailure()
{
    const QString url = freshUrl(u"sqlite"_s);
    QCOMPARE(run(url, {u"migrate"_s}).code, 0);
    QProcess backup;
    backup.setProcessEnvironment(environment(url));
    backup.setStandardOutputFile(u"/dev/full"_s);
    backup.start(QStringLiteral(ENTVAS_PROGRAM), {u"backup"_s, u"-"_s});
    QVERIFY(backup.waitForFinished(20'000));
    const QByteArray said = backup.readAllStandardError();
    QVERIFY2(backup.exitCode() == 1 && said.contains("standard output"), said.constData());
    backup.setStandardOutputFile(path(u"b.gz"_s)); // and a sound one has all of it
    backup.start(QStringLiteral(ENTVAS_PROGRAM), {u"backup"_s, u"-"_s});
    QVERIFY(backup.waitForFinished(20'000));
    QVERIFY2(backup.exitCode() == 0, backup.readAllStandardError());
    QCOMPARE(run(freshUrl(u"sqlite"_s), {u"restore"_s, path(u"b.gz"_s)}).code, 0);
}

void CareCommandsTest::anothersPartIsNotTouched()
{
    const QString url = freshUrl(u"sqlite"_s);
    QCOMPARE(run(url, {u"migrate"_s}).code, 0);
    QFile precious(path(u"precious"_s));
    QVERIFY(precious.open(QIODevice::WriteOnly) && precious.write("precious") > 0);
    precious.close();
    const QString part = path(u"b.gz.part"_s);
    const auto isRefused = [&] {
        const Run refused = run(url, {u"backup"_s, path(u"b.gz"_s)});
        return refused.code == 77 && refused.err.contains("b.gz.part") && !QFileInfo::exists(path(u"b.gz"_s)) &&
               QFileInfo(precious.fileName()).size() == 8;
    };
    QVERIFY(QFile::link(precious.fileName(), part));
    QVERIFY(isRefused());
    QVERIFY(QFile::remove(part));
    QCOMPARE(::link(QFile::encodeName(precious.fileName()).constData(), QFile::encodeName(part).constData()), 0);
    QVERIFY(isRefused());
    QVERIFY(QFile::remove(part));
    QCOMPARE(run(url, {u"backup"_s, path(u"b.gz"_s)}).code, 0);
}

void CareCommandsTest::aLockThatIsShutIsNamed()
{
    const QString url = freshUrl(u"sqlite"_s);
    QCOMPARE(run(url, {u"migrate"_s}).code, 0);
    const QString lock = url.mid(9) + u".lock"_s;
    QVERIFY(QFile::remove(lock));
    QCOMPARE(run(url, {u"doctor"_s}).code, 0);
    QVERIFY(!QFileInfo::exists(lock)); // it only looks
    QVERIFY(QDir().mkdir(lock));       // root too can't open that for writing
    const Run refused = run(url, {u"projects"_s, u"delete"_s, u"x"_s, u"--yes"_s});
    QVERIFY2(refused.code == 77 && refused.err.contains(".lock can't be opened"), refused.err.constData());
    QVERIFY(!refused.err.contains("Stop it first"));
}

void CareCommandsTest::rootsLockIsTheOwners()
{
    if (geteuid() != 0)
        QSKIP("only root can make files for others");
    const QString url = freshUrl(u"sqlite"_s);
    QCOMPARE(run(url, {u"migrate"_s}).code, 0);
    const QByteArray file = QFile::encodeName(url.mid(9));
    QVERIFY(QFile::remove(url.mid(9) + u".lock"_s));
    QCOMPARE(chown(file.constData(), 12'345, 12'346), 0);
    QCOMPARE(run(url, {u"projects"_s, u"create"_s, u"shop"_s}).code, 0);
    struct stat info = {};
    QCOMPARE(stat((file + ".lock").constData(), &info), 0);
    QCOMPARE(info.st_uid, 12'345u);
    QCOMPARE(info.st_gid, 12'346u);
}

void CareCommandsTest::aProjectIsDeleted()
{
    ENTVAS_FRESH(url);
    QCOMPARE(run(url, {u"projects"_s, u"create"_s, u"shop"_s, u"--name"_s, u"The shop"_s}).code, 0);
    const QByteArray key =
        run(url, {u"keys"_s, u"create"_s, u"--project"_s, u"shop"_s, u"--role"_s, u"sender"_s}).out.trimmed();
    ServerProcess server(QStringLiteral(ENTVAS_PROGRAM), url);
    QVERIFY(server.start());
    for (int i = 0; i < 5; ++i)
        QCOMPARE(post(server.port(), key, 1'000, i * 1'000), 200);
    QCOMPARE(post(server.port(), kDevelopmentKey, 3), 200);
    if (kind == "sqlite"_L1) {
        const Run busy = run(url, {u"projects"_s, u"delete"_s, u"shop"_s, u"--yes"_s});
        QVERIFY2(busy.code == 69 && busy.err.contains("one writer"), busy.err.constData());
        QCOMPARE(server.terminate(), 0);
    }

    const Run told = run(url, {u"projects"_s, u"delete"_s, u"shop"_s});
    QCOMPARE(told.code, 64);
    QVERIFY2(told.out.contains("The shop") &&
                 told.out.contains("5,000 events, counts of 5,000 events, 1 key and 0 members"),
             told.out);
    QCOMPARE(run(url, {u"projects"_s, u"delete"_s, u"shop"_s, u"--json"_s}).json()[u"deleted"].toBool(true), false);
    const Run gone = run(url, {u"projects"_s, u"delete"_s, u"shop"_s, u"--yes"_s, u"--json"_s});
    QVERIFY2(gone.code == 0, gone.err.constData());
    QCOMPARE(gone.json()[u"events"].toInt(), 5'000);
    const Run list = run(url, {u"projects"_s, u"list"_s});
    QVERIFY2(list.code == 0, list.err.constData());
    QVERIFY2(list.out.contains("default") && !list.out.contains("shop"), list.out.constData());
    if (kind == "sqlite"_L1)
        QVERIFY(server.start());
    // A server that ran all the while has noticed too.
    QVERIFY(
        QTest::qWaitFor([&] { return getPlain(server.port(), "/events/stats?project=shop").status == 404; }, 10'000));
    QCOMPARE(post(server.port(), key, 1), 401);
    QCOMPARE(post(server.port(), kDevelopmentKey, 3, 10), 200); // others do not notice
    if (kind == "postgresql"_L1) {
        // One of the same name that a running server gets anew has all that a start needs.
        QCOMPARE(run(url, {u"projects"_s, u"create"_s, u"shop"_s}).code, 0);
        const QByteArray another =
            run(url, {u"keys"_s, u"create"_s, u"--project"_s, u"shop"_s, u"--role"_s, u"sender"_s}).out.trimmed();
        QVERIFY(QTest::qWaitFor([&] { return post(server.port(), another, 2, 20) == 200; }, 10'000));
        QCOMPARE(server.terminate(), 0);
        QVERIFY(server.start());
        QVERIFY(getPlain(server.port(), "/events/stats?project=shop&filter=day").body.contains("\"totalEvents\":2"));
        QCOMPARE(run(url, {u"projects"_s, u"delete"_s, u"shop"_s, u"--yes"_s}).code, 0);
    }
    QCOMPARE(server.terminate(), 0);
    const Run kept = run(url, {u"backup"_s, path(u"after.gz"_s), u"--json"_s});
    QCOMPARE(kept.json()[u"rows"][u"events"].toInt(), 6);
    QCOMPARE(kept.json()[u"projects"].toArray().size(), 1);
    QVERIFY(run(url, {u"audit"_s}).out.contains("project.delete"));
}

void CareCommandsTest::theLastMembersStay()
{
    const QString url = freshUrl(u"sqlite"_s);
    QCOMPARE(run(url, {u"projects"_s, u"create"_s, u"shop"_s}).code, 0);
    QCOMPARE(
        run(url, {u"members"_s, u"add"_s, u"--project"_s, u"shop"_s, u"--user"_s, u"ann"_s, u"--role"_s, u"viewer"_s})
            .code,
        0);
    const Run refused = run(url, {u"projects"_s, u"delete"_s, u"shop"_s, u"--yes"_s});
    QVERIFY2(refused.code == 64 && refused.err.contains("open to every login"), refused.err.constData());
    QVERIFY(run(url, {u"members"_s, u"list"_s}).out.contains("ann"));
}

void CareCommandsTest::theDoctorFindsNothing()
{
    ENTVAS_FRESH(url);
    ServerProcess server(QStringLiteral(ENTVAS_PROGRAM), url);
    QVERIFY(server.start());
    QCOMPARE(post(server.port(), kDevelopmentKey, 50), 200);
    const auto process = begin(url, {u"--port"_s, QString::number(server.port()), u"doctor"_s, u"--json"_s});
    QVERIFY(process->waitForFinished(60'000));
    const QByteArray out = process->readAllStandardOutput();
    QVERIFY2(process->exitCode() == 0, out.constData());
    const QJsonObject doctor = QJsonDocument::fromJson(out).object();
    QCOMPARE(doctor[u"bad"].toInt(), 0);
    for (const char *about : {"settings", "database", "schema", "indexes", "size", "table", "servers", "counts",
                              "orphans", "retention", "port"})
        QVERIFY2(!finding(doctor, QString::fromLatin1(about), u"ok"_s).isEmpty(), about);
    QCOMPARE(finding(doctor, u"counts"_s, u"ok"_s)[u"values"][u"events"].toInt(), 50);
    QCOMPARE(finding(doctor, u"servers"_s, u"ok"_s)[u"values"][u"running"].toBool(), true);
    QCOMPARE(finding(doctor, u"port"_s, u"ok"_s)[u"values"][u"held"].toString(), u"entvas"_s);
    for (const char *about : kind == "sqlite"_L1 ? QList<const char *>{"wal", "permissions", "integrity", "disk"}
                                                 : QList<const char *>{"connections", "clock"})
        QVERIFY2(!finding(doctor, QString::fromLatin1(about), u"ok"_s).isEmpty(), about);
    QCOMPARE(server.terminate(), 0);
    const Run plain = run(url, {u"doctor"_s});
    QVERIFY2(plain.out.contains("ok    schema"), plain.out.constData());
    QVERIFY(!plain.out.contains('\x1b')); // colours are for terminals
}

void CareCommandsTest::theDoctorFindsWhatIsWrong_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("wrong");
    QTest::addColumn<QString>("about");
    QTest::addColumn<QString>("mark");
    QTest::addColumn<QString>("says");
    for (const char *kind : {"sqlite", "postgresql"}) {
        const auto row = [&](const char *name, const char *wrong, const char *about, const char *mark,
                             const char *says) {
            QTest::newRow((QByteArray(kind) + ": " + name).constData())
                << QString::fromLatin1(kind) << QString::fromLatin1(wrong) << QString::fromLatin1(about)
                << QString::fromLatin1(mark) << QString::fromLatin1(says);
        };
        row("index", "DROP INDEX events_type_timestamp", "indexes", "bad",
            "CREATE INDEX events_type_timestamp ON events (project, \"eventType\", \"timestamp\");");
        row("newer", "INSERT INTO schema_migrations (version, name) VALUES (900, 'x')", "schema", "bad",
            "newer Entvas");
        row("counts", "DELETE FROM minute_counts", "counts", "bad", "default has 20 events and counts of 0");
        row("orphans", "UPDATE events SET project = 'lost'", "orphans", "note", "no project: 20");
    }
    QTest::newRow("postgresql: invalid index")
        << u"postgresql"_s
        << u"UPDATE pg_index SET indisvalid = false WHERE indexrelid = CAST('events_type_timestamp' AS regclass)"_s
        << u"indexes"_s << u"bad"_s << u"REINDEX INDEX events_type_timestamp"_s;
}

void CareCommandsTest::theDoctorFindsWhatIsWrong()
{
    QFETCH(QString, wrong);
    QFETCH(QString, about);
    QFETCH(QString, mark);
    QFETCH(QString, says);
    ENTVAS_FRESH(url);
    ServerProcess server(QStringLiteral(ENTVAS_PROGRAM), url);
    QVERIFY(server.start());
    QCOMPARE(post(server.port(), kDevelopmentKey, 20), 200);
    QCOMPARE(server.terminate(), 0);
    if (!hasTool(url))
        QSKIP("no tool to change the database with");
    QVERIFY2(sql(url, wrong), qPrintable(wrong));
    const Run result = run(url, {u"doctor"_s, u"--json"_s});
    const QJsonObject found = finding(result.json(), about, mark);
    QVERIFY2(found[u"text"].toString().contains(says) || found[u"advice"].toString().contains(says),
             result.out.constData());
    QCOMPARE(result.code, mark == "bad"_L1 ? 1 : 0);
}

void CareCommandsTest::theDoctorReadsSettings()
{
    const QString url = freshUrl(u"sqlite"_s);
    QCOMPARE(run(url, {u"migrate"_s}).code, 0);
    QFile typo(path(u"typo.ini"_s));
    QVERIFY(typo.open(QIODevice::WriteOnly) && typo.write("[entvas]\n\nretention-day = 3\n") > 0);
    typo.close();
    const Run wrong = run(url, {u"doctor"_s, u"--config"_s, typo.fileName()});
    QCOMPARE(wrong.code, 1);
    for (const char *part : {"bad   settings", "typo.ini", "line 3", "retention-day", "retention-days"})
        QVERIFY2(wrong.out.contains(part), wrong.out.constData());

    QTcpServer other; // says nothing of Entvas
    QVERIFY(other.listen(QHostAddress::LocalHost));
    const auto process = begin(url, {u"--port"_s, QString::number(other.serverPort()), u"doctor"_s, u"--json"_s});
    QVERIFY(process->waitForFinished(60'000));
    QCOMPARE(process->exitCode(), 1);
    QVERIFY(
        !finding(QJsonDocument::fromJson(process->readAllStandardOutput()).object(), u"port"_s, u"bad"_s).isEmpty());

    QVERIFY(QFile::setPermissions(url.mid(9), QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther));
    QVERIFY(run(url, {u"doctor"_s}).out.contains("chmod 600"));
    QFile file(url.mid(9));
    QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(5'000) && file.write(QByteArray(30'000, 'x')) > 0);
    file.close();
    const Run damaged = run(url, {u"doctor"_s});
    QCOMPARE(damaged.code, 1);
    QVERIFY2(damaged.out.contains("restore"), damaged.out.constData());
}

QTEST_GUILESS_MAIN(CareCommandsTest)
#include "tst_carecommands.moc"
