#include "core/model/directory.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace entvas;
using namespace Qt::StringLiterals;

// The administration commands as they are typed: what they print, what they leave to their caller, and what they say
// when something is wrong.
class AdminCommandsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        QCOMPARE(run({u"migrate"_s}).code, 0);
    }

    void aKeyLivesAndEnds();
    void membersComeAndGo();
    void projectsAreRenamed();
    void auditTellsWhoDidWhat();
    void mistakesAreNamed_data();
    void mistakesAreNamed();
    void aServersFileIsReachedThroughIt();

private:
    struct Run {
        int code = -1;
        QByteArray out;
        QByteArray err;
        QJsonValue json() const
        {
            const QJsonDocument document = QJsonDocument::fromJson(out);
            return document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
        }
    };
    QString url() const { return u"sqlite://"_s + m_directory->filePath(u"entvas.db"_s); }
    QProcessEnvironment environment() const
    {
        QProcessEnvironment env = QProcessEnvironment::systemEnvironment();
        env.insert(u"XDG_CONFIG_HOME"_s, m_directory->path());
        env.insert(u"XDG_DATA_HOME"_s, m_directory->path());
        env.insert(u"DATABASE_URL"_s, url());
        return env;
    }
    Run run(const QStringList &arguments) const
    {
        QProcess process;
        process.setProcessEnvironment(environment());
        process.start(QStringLiteral(ENTVAS_PROGRAM), arguments);
        process.waitForFinished(20'000);
        return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
    }

    std::unique_ptr<QTemporaryDir> m_directory;
};

void AdminCommandsTest::aKeyLivesAndEnds()
{
    const Run made = run({u"keys"_s, u"create"_s, u"--project"_s, u"default"_s, u"--role"_s, u"sender"_s, u"--name"_s,
                          u"the till"_s, u"--expires"_s, u"90d"_s});
    QVERIFY2(made.code == 0, made.err.constData());
    const QByteArray key = made.out.trimmed(); // alone, so that it can be piped
    const QString id = apiKeyId(key);
    QVERIFY2(!id.isEmpty(), made.out.constData());
    QVERIFY(made.err.contains("shown only once") && !made.err.contains(key));

    const Run listed = run({u"keys"_s, u"list"_s, u"--json"_s});
    const QJsonObject one = listed.json()[0].toObject();
    QCOMPARE(one.value("id"_L1).toString(), id);
    QCOMPARE(one.value("name"_L1).toString(), u"the till"_s);
    QCOMPARE(one.value("state"_L1).toString(), u"valid"_s);
    QVERIFY(!listed.out.contains(key.sliced(24)) && !listed.out.contains(apiKeyDigest(key)));
    QVERIFY(run({u"keys"_s, u"list"_s}).out.contains("the till"));
    QCOMPARE(run({u"keys"_s, u"list"_s, u"--project"_s, u"other"_s}).out, QByteArray());

    const Run rotated = run({u"keys"_s, u"rotate"_s, id, u"--overlap"_s, u"2h"_s, u"--json"_s});
    QVERIFY2(rotated.code == 0, rotated.err.constData());
    const QString next = rotated.json()[u"id"].toString();
    QCOMPARE(apiKeyId(rotated.json()[u"key"].toString().toLatin1()), next);
    QCOMPARE(rotated.json()[u"name"].toString(), u"the till"_s);
    const QJsonArray two = run({u"keys"_s, u"list"_s, u"--json"_s}).json().toArray();
    QCOMPARE(two.size(), 2);
    QCOMPARE(two[0][u"replacedBy"].toString(), next);

    QVERIFY(run({u"keys"_s, u"expire"_s, next, u"--in"_s, u"30m"_s}).out.contains("is valid until"));
    QVERIFY(run({u"keys"_s, u"revoke"_s, next}).out.contains("revoked."));
    const Run again = run({u"keys"_s, u"revoke"_s, next});
    QVERIFY(again.code != 0 && again.err.contains("revoked already"));
    const Run plain = run({u"keys"_s, u"rotate"_s, id}); // once is enough
    QVERIFY(plain.code != 0 && plain.err.contains(next.toLatin1()));
}

void AdminCommandsTest::membersComeAndGo()
{
    QVERIFY(run({u"members"_s, u"list"_s}).out.contains("open to every login"));
    const QStringList ann{u"--project"_s, u"default"_s, u"--user"_s, u"auth0|ann"_s};
    const Run first = run(QStringList{u"members"_s, u"add"_s} + ann + QStringList{u"--role"_s, u"viewer"_s});
    QVERIFY2(first.code == 0 && first.out.contains("first member of all"), first.out.constData());
    const Run promoted = run(QStringList{u"members"_s, u"add"_s} + ann + QStringList{u"--role"_s, u"admin"_s});
    QVERIFY2(promoted.code == 0, promoted.err.constData());
    const QJsonObject one = run({u"members"_s, u"list"_s, u"--json"_s}).json()[0].toObject();
    QCOMPARE(one.value("subject"_L1).toString(), u"auth0|ann"_s);
    QCOMPARE(one.value("role"_L1).toString(), u"admin"_s);
    const Run removed = run(QStringList{u"members"_s, u"remove"_s} + ann);
    QVERIFY2(removed.code == 0 && removed.out.contains("last member of all"), removed.out.constData());
    QVERIFY(run(QStringList{u"members"_s, u"remove"_s} + ann).code != 0);
}

void AdminCommandsTest::projectsAreRenamed()
{
    QCOMPARE(run({u"projects"_s, u"create"_s, u"shop"_s}).code, 0);
    QVERIFY(run({u"projects"_s, u"rename"_s, u"shop"_s, u"--name"_s, u"The shop"_s}).out.contains("The shop"));
    QCOMPARE(run({u"projects"_s, u"list"_s, u"--json"_s}).json()[1][u"name"].toString(), u"The shop"_s);
}

void AdminCommandsTest::auditTellsWhoDidWhat()
{
    QCOMPARE(run({u"projects"_s, u"create"_s, u"shop"_s}).code, 0);
    const Run made = run({u"keys"_s, u"create"_s, u"--project"_s, u"shop"_s, u"--role"_s, u"admin"_s});
    const QString id = apiKeyId(made.out.trimmed());
    const QJsonArray records = run({u"audit"_s, u"--json"_s}).json().toArray();
    QCOMPARE(records.size(), 2);
    QCOMPARE(records[0][u"action"].toString(), u"key.create"_s);
    QCOMPARE(records[0][u"target"].toString(), id);
    QVERIFY(records[0][u"subject"].toString().startsWith("cli:"_L1));
    QVERIFY(records[0][u"subject"].toString().size() > 4);
    QCOMPARE(run({u"audit"_s, u"--json"_s, u"--limit"_s, u"1"_s}).json().toArray().size(), 1);
    QCOMPARE(run({u"audit"_s, u"--json"_s, u"--project"_s, u"default"_s}).json().toArray().size(), 0);
    const Run plain = run({u"audit"_s});
    QVERIFY(plain.out.contains("project.create") && !plain.out.contains(made.out.trimmed()));
}

void AdminCommandsTest::mistakesAreNamed_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char *name, const char *line, const char *says) {
        QTest::newRow(name) << QString::fromUtf8(line).split(u' ') << QByteArray(says);
    };
    row("no action", "keys", "create");
    row("unknown action", "keys mend", "say one of list, create, rotate, expire, revoke");
    row("near action", "keys rotat x", "Did you mean rotate");
    row("unknown option", "keys list --colour red", "--colour");
    row("no project", "keys create --role sender", "--project is missing");
    row("no role", "keys create --project default", "--role takes");
    row("odd role", "keys create --project default --role root", "--role takes");
    row("no such project", "keys create --project nosuch --role sender", "no project \"nosuch\"");
    row("odd expiry", "keys create --project default --role sender --expires soon", "--expires takes days");
    row("expire without when", "keys expire abc", "--in is missing");
    row("expire in zero", "keys expire abc --in 0d", "--in takes days");
    row("odd overlap", "keys rotate abc --overlap long", "--overlap takes days");
    row("no key", "keys rotate abc", "no key \"abc\"");
    row("which key", "keys revoke", "exactly one name");
    row("member without user", "members add --project default --role viewer", "--user is missing");
    row("member without project", "members add --user ann --role viewer", "--project is missing");
    row("member as sender", "members add --project default --user ann --role sender", "viewer or admin");
    row("remove a stranger", "members remove --project default --user ann", "no member");
    row("rename without name", "projects rename default", "--name is missing");
    row("rename nothing", "projects rename nosuch --name x", "no project \"nosuch\"");
    row("odd limit", "audit --limit 0", "from 1 to 500");
    row("audit of what", "audit everything", "audit");
}

void AdminCommandsTest::mistakesAreNamed()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, says);
    const Run result = run(arguments);
    QVERIFY(result.code != 0);
    QVERIFY2(result.err.contains(says), result.err.constData());
    QCOMPARE(result.out, QByteArray());
    QCOMPARE(run({u"audit"_s, u"--json"_s}).json().toArray().size(), 0); // and nothing was done
}

// See tst_runningserver.
void AdminCommandsTest::aServersFileIsReachedThroughIt()
{
    QProcess server;
    server.setProcessEnvironment(environment());
    server.start(QStringLiteral(ENTVAS_PROGRAM), {u"--headless"_s, u"--port"_s, u"0"_s});
    QVERIFY(QTest::qWaitFor([&] { return server.canReadLine(); }, 20'000));
    QCOMPARE(run({u"projects"_s, u"create"_s, u"shop"_s}).code, 0);
    QCOMPARE(run({u"projects"_s, u"list"_s, u"--json"_s}).json().toArray().size(), 2);
    server.terminate();
    QVERIFY(server.waitForFinished(15'000));
    QCOMPARE(run({u"projects"_s, u"list"_s, u"--json"_s}).json().toArray().size(), 2);
}

QTEST_GUILESS_MAIN(AdminCommandsTest)
#include "tst_admincommands.moc"
