#include "core/model/directory.h"
#include "core/owner/ownerfile.h"
#include "core/owner/ownerproof.h"
#include "core/store/connection/databaselock.h"
#include "tests/app/commands/commandrun.h"
#include "tests/server/rawclient.h"
#include "tests/support/serverprocess.h"
#include "tests/support/testauthority.h"

#include <csignal>
#include <QJsonArray>
#include <QTcpServer>
#include <QTest>
#include <sys/stat.h>
#include <unistd.h>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// Commands on a SQLite file that a server has open: they go to the server as its owner, and do, say and return what
// they do without one. And everybody else who tries that way.
class RunningServerTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_database.path = m_folder->filePath(u"entvas.db"_s);
        m_server = std::make_unique<ServerProcess>(QStringLiteral(ENTVAS_PROGRAM), u"sqlite://"_s + m_database.path);
    }
    void cleanup() { m_server.reset(); }

    void commandsGoToTheServer();
    void mistakesSoundTheSame();
    void whatCannotBeDoneThereIsRefused();
    void oldEventsAreRemovedThere();
    void theFileIsPrivateAndGoes();
    void aKilledServersFileIsNoHolder();
    void whoeverTakesThePortIsNotBelieved();
    void aCopyIsNotTheDatabase();
    void aFileThatIsNotPrivateIsNotUsed();
    void aSecondServerLeavesItAlone();
    void withTls_data();
    void withTls();
    void everyAddressOfThisMachine_data();
    void everyAddressOfThisMachine();
    void forgedRequestsAreRefused();
    void guessesAreHeldUp();
    void aFrozenServerIsNamed();

private:
    CommandRun run(const QString &line) const { return run(line.split(u' ')); }
    CommandRun run(const QStringList &words) const { return m_commands.run(words, u"sqlite://"_s + m_database.path); }
    static QByteArray bytes(const QString &name) { return QFile::encodeName(name); }
    static QJsonArray list(const CommandRun &run) { return QJsonDocument::fromJson(run.out).array(); }

    Answer ask(const OwnerRequest &request, const QByteArray &authorization, const QByteArray &more = {}) const
    {
        QTcpSocket socket;
        socket.connectToHost(u"127.0.0.1"_s, m_server->port());
        socket.waitForConnected(5'000);
        socket.write(request.method + ' ' + request.path.toUtf8() +
                     " HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + authorization + "\r\n" + more +
                     "Content-Length: " + QByteArray::number(request.body.size()) + "\r\n\r\n" + request.body);
        QByteArray got;
        while (answersIn(got).isEmpty() && socket.waitForReadyRead(5'000))
            got += socket.readAll();
        const QList<Answer> answers = answersIn(got);
        return answers.isEmpty() ? Answer() : answers.first();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    DatabaseUrl m_database;
    CommandRunner m_commands;
    std::unique_ptr<ServerProcess> m_server;
};

void RunningServerTest::commandsGoToTheServer()
{
    QVERIFY(m_server->start());
    QCOMPARE(run(u"projects create shop"_s).code, 0);
    QCOMPARE(run({u"projects"_s, u"rename"_s, u"shop"_s, u"--name"_s, u"The shop"_s}).code, 0);
    const CommandRun made = run(u"keys create --project shop --role viewer --expires 30m --name till"_s);
    QVERIFY2(made.code == 0, made.err.constData());
    const QByteArray key = made.out.trimmed();
    const QString id = apiKeyId(key);
    QVERIFY2(!id.isEmpty(), made.out.constData());
    QVERIFY(!made.err.contains(key));
    // It holds in the server at once.
    QCOMPARE(ask({"GET", u"/events/stats"_s, {}, {}}, "Bearer " + key).status, 200);
    const CommandRun rotated = run(u"keys rotate %1 --overlap 0 --json"_s.arg(id));
    QVERIFY2(rotated.code == 0, rotated.err.constData());
    const QByteArray next = rotated.json().value("key"_L1).toString().toLatin1();
    QCOMPARE(ask({"GET", u"/events/stats"_s, {}, {}}, "Bearer " + key).status, 401);
    QCOMPARE(ask({"GET", u"/events/stats"_s, {}, {}}, "Bearer " + next).status, 200);
    QCOMPARE(run(u"keys expire %1 --in 12h"_s.arg(apiKeyId(next))).code, 0);
    QCOMPARE(run(u"keys revoke %1"_s.arg(apiKeyId(next))).code, 0);
    QCOMPARE(ask({"GET", u"/events/stats"_s, {}, {}}, "Bearer " + next).status, 401);
    const CommandRun first = run(u"members add --project shop --user ann --role viewer"_s);
    QVERIFY2(first.code == 0 && first.out.contains("first member of all"), first.out.constData());
    QCOMPARE(run(u"members add --project shop --user bob --role admin"_s).code, 0);
    QCOMPARE(run(u"members remove --project shop --user bob"_s).code, 0);

    // The audit log names the user of the command line, as it does without a server.
    const QJsonArray audit = list(run(u"audit --json"_s));
    QCOMPARE(audit.size(), 9);
    for (const QJsonValue &record : audit)
        QVERIFY(record[u"subject"].toString().startsWith("cli:"_L1));
    // When keys were used last is written now and then, and at the end.
    QVERIFY(spinUntil([&] { return !run(u"keys list"_s).out.contains("used -"); }, 30'000));
    // What lists say does not depend on who was asked.
    QList<CommandRun> online, offline;
    const QStringList lists{u"projects list"_s,          u"projects list --json"_s,       u"keys list"_s,
                            u"keys list --json"_s,       u"keys list --project shop"_s,   u"members list"_s,
                            u"members list --json"_s,    u"members list --project nix"_s, u"audit"_s,
                            u"audit --json --limit 3"_s, u"audit --project shop"_s,       u"audit --project nix"_s};
    for (const QString &line : lists)
        online << run(line);
    QCOMPARE(m_server->terminate(), 0);
    for (const QString &line : lists)
        offline << run(line);
    for (qsizetype i = 0; i < lists.size(); ++i) {
        QCOMPARE(online[i].out, offline[i].out);
        QCOMPARE(online[i].err, offline[i].err);
        QCOMPARE(online[i].code, offline[i].code);
    }
    QVERIFY(!m_server->log().contains(key.sliced(24)) && !m_server->log().contains(next.sliced(24)));
}

void RunningServerTest::mistakesSoundTheSame()
{
    const QStringList lines{u"keys revoke nix"_s,
                            u"keys rotate nix --overlap soon"_s,
                            u"keys expire nix"_s,
                            u"keys create --project nix --role sender"_s,
                            u"keys create --project default --role root"_s,
                            u"keys mend"_s,
                            u"projects create Bad!"_s,
                            u"projects create default"_s,
                            u"projects rename nix --name x"_s,
                            u"members add --project default --user ann --role sender"_s,
                            u"members remove --project default --user ann"_s,
                            u"members list --project defalt"_s,
                            u"audit --limit 501"_s,
                            u"keys revoke nix --json"_s};
    QVERIFY(m_server->start());
    QList<CommandRun> online;
    for (const QString &line : lines)
        online << run(line);
    QCOMPARE(list(run(u"audit --json"_s)).size(), 0);
    QCOMPARE(m_server->terminate(), 0);
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const CommandRun offline = run(lines[i]);
        QVERIFY2(online[i].code != 0 && online[i].code == offline.code, qPrintable(lines[i]));
        QCOMPARE(online[i].err, offline.err);
        QCOMPARE(online[i].out, offline.out);
    }
}

// What writes a history, or the whole file, still has to have it alone.
void RunningServerTest::whatCannotBeDoneThereIsRefused()
{
    QVERIFY(m_server->start());
    QCOMPARE(run(u"backup b.backup"_s).code, 0);
    for (const QString &line : {u"seed --events 10"_s, u"restore b.backup --force"_s}) {
        const CommandRun refused = run(line);
        QVERIFY2(refused.code == 69 && refused.err.contains("in use by another Entvas"), refused.err.constData());
    }
    // Nor is its file a name for something else.
    const CommandRun over = run({u"backup"_s, ownerFilePath(m_database), u"--force"_s});
    QVERIFY2(over.code != 0 && over.err.contains("belongs to it"), over.err.constData());
}

void RunningServerTest::oldEventsAreRemovedThere()
{
    QCOMPARE(run(u"seed --events 6000 --days 60"_s).code, 0);
    QVERIFY(m_server->start());
    const CommandRun first = run(u"retention --days 30 --dry-run --json"_s);
    QVERIFY2(first.code == 0, first.err.constData());
    const qint64 found = first.json().value("events"_L1).toInteger();
    QVERIFY(found > 2'000 && found < 6'000);
    const CommandRun removed = run(u"retention --days 30 --json"_s);
    QVERIFY2(removed.code == 0, removed.err.constData());
    QCOMPARE(removed.json().value("removed"_L1).toInteger(), found);
    QVERIFY(removed.json().value("bytesAfter"_L1).toInteger() > 0);
    QCOMPARE(run(u"retention --days 30 --dry-run --json"_s).json().value("events"_L1).toInteger(), 0);
    const CommandRun plain = run(u"retention --days 30"_s);
    QVERIFY2(plain.code == 0 && plain.out.contains("their counts stay"), plain.err.constData());
    // To rewrite the file takes it alone; and a project has to be there.
    const CommandRun compact = run(u"retention --days 30 --compact"_s);
    QVERIFY2(compact.code == 69 && compact.err.contains("Stop it first"), compact.err.constData());
    const CommandRun nosuch = run(u"retention --days 30 --project nix"_s);
    QCOMPARE(m_server->terminate(), 0);
    const CommandRun offline = run(u"retention --days 30 --project nix"_s);
    QCOMPARE(nosuch.err, offline.err);
    QCOMPARE(nosuch.code, offline.code);
    QCOMPARE(run(u"retention --days 30 --dry-run --json"_s).json().value("events"_L1).toInteger(), 0);
}

void RunningServerTest::theFileIsPrivateAndGoes()
{
    QVERIFY(m_server->start());
    struct stat info = {};
    QCOMPARE(stat(bytes(ownerFilePath(m_database)).constData(), &info), 0);
    QCOMPARE(info.st_mode & 07777, 0600u);
    const Result<OwnerFile> owner = readOwnerFile(m_database);
    QVERIFY2(owner, owner ? "" : qPrintable(owner.failure().text));
    QCOMPARE(owner->url, QUrl(u"http://127.0.0.1:%1"_s.arg(m_server->port())));
    QCOMPARE(owner->process, m_server->pid());
    QCOMPARE(run(u"keys list"_s).code, 0);
    QCOMPARE(m_server->terminate(), 0);
    QVERIFY(!QFile::exists(ownerFilePath(m_database)));
    QVERIFY(!m_server->log().contains(owner->secret));
    // Each run has a secret of its own.
    QVERIFY(m_server->start());
    QVERIFY(readOwnerFile(m_database)->secret != owner->secret);
}

void RunningServerTest::aKilledServersFileIsNoHolder()
{
    QVERIFY(m_server->start());
    m_server->kill9();
    QVERIFY(QFile::exists(ownerFilePath(m_database)));
    // Nobody has the database: it is worked on directly.
    const CommandRun made = run(u"keys create --project default --role sender"_s);
    QVERIFY2(made.code == 0, made.err.constData());
    // Somebody else has it, and what the file says is past.
    const Result<DatabaseLock> lock = DatabaseLock::take(m_database);
    QVERIFY(lock);
    const CommandRun refused = run(u"keys list"_s);
    QCOMPARE(refused.code, 69);
    QVERIFY2(refused.err.contains("in use by another Entvas (process " +
                                  QByteArray::number(QCoreApplication::applicationPid())) &&
                 refused.err.contains("can't be reached"),
             refused.err.constData());
    QVERIFY(QFile::remove(ownerFilePath(m_database)));
    const CommandRun silent = run(u"keys list"_s);
    QVERIFY2(silent.code == 69 && silent.err.contains("Keys and access"), silent.err.constData());
}

void RunningServerTest::whoeverTakesThePortIsNotBelieved()
{
    QVERIFY(m_server->start());
    const QByteArray secret = readOwnerFile(m_database)->secret;
    const quint16 port = m_server->port();
    m_server->kill9();
    const Result<DatabaseLock> lock = DatabaseLock::take(m_database);
    QVERIFY(lock);
    QTcpServer impostor;
    QVERIFY(spinUntil([&] { return impostor.isListening() || impostor.listen(QHostAddress::LocalHost, port); }));
    QByteArray heard;
    connect(&impostor, &QTcpServer::newConnection, &impostor, [&] {
        QTcpSocket *socket = impostor.nextPendingConnection();
        connect(socket, &QTcpSocket::readyRead, socket, [socket, &heard] {
            heard += socket->readAll();
            if (!heard.endsWith("\r\n\r\n") && !heard.endsWith('}'))
                return;
            const QByteArray body = R"({"success":true,"message":"done","data":{"key":"entvas_of_somebody"}})";
            socket->write("HTTP/1.1 200 OK\r\nEntvas-Owner: " + QByteArray(64, '0') +
                          "\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) +
                          "\r\n\r\n" + body);
        });
    });
    const auto process =
        m_commands.start(u"keys create --project default --role admin"_s.split(u' '), u"sqlite://"_s + m_database.path);
    QVERIFY(spinUntil([&] { return process->state() == QProcess::NotRunning; }, 20'000));
    const CommandRun fooled = CommandRunner::end(*process);
    QCOMPARE(fooled.code, 69);
    QVERIFY2(fooled.err.contains("is not that server"), fooled.err.constData());
    QCOMPARE(fooled.out, QByteArray());
    QVERIFY2(heard.contains("Entvas-Owner "), heard.constData());
    QVERIFY(!heard.contains(secret) && !heard.contains(secret.right(32)));
}

// With everything that lies beside it, while the original is open: what is asked of the copy is not done to the
// original.
void RunningServerTest::aCopyIsNotTheDatabase()
{
    QVERIFY(m_server->start());
    QTemporaryDir elsewhere;
    DatabaseUrl copy;
    copy.path = elsewhere.filePath(u"entvas.db"_s);
    QCOMPARE(QProcess::execute(u"cp"_s, {u"-a"_s, m_folder->path() + u"/."_s, elsewhere.path()}), 0);
    QVERIFY(QFile::exists(ownerFilePath(copy)));
    const Result<DatabaseLock> lock = DatabaseLock::take(copy);
    QVERIFY(lock);
    const CommandRun refused = m_commands.run({u"projects"_s, u"create"_s, u"shop"_s}, u"sqlite://"_s + copy.path);
    QVERIFY2(refused.code == 69 && refused.err.contains("another database"), refused.err.constData());
    QCOMPARE(list(run(u"audit --json"_s)).size(), 0);
}

void RunningServerTest::aFileThatIsNotPrivateIsNotUsed()
{
    QVERIFY(m_server->start());
    const QString path = ownerFilePath(m_database);
    const auto isRefused = [&] {
        const CommandRun refused = run(u"projects create shop"_s);
        return refused.code == 77 && refused.err.contains("in use by another Entvas");
    };
    QCOMPARE(chmod(bytes(path).constData(), 0644), 0);
    QVERIFY(isRefused());
    QCOMPARE(chmod(bytes(path).constData(), 0600), 0);
    const QString other = m_folder->filePath(u"other"_s);
    QVERIFY(QFile::rename(path, other) && QFile::link(other, path));
    QVERIFY(isRefused());
    QVERIFY(QFile::remove(path) && QFile::rename(other, path));
    const OwnerFile owner = readOwnerFile(m_database).value();
    OwnerFile elsewhere = owner;
    elsewhere.url.setHost(u"192.0.2.1"_s); // nobody's
    QVERIFY(writeOwnerFile(m_database, elsewhere));
    QVERIFY(isRefused());
    QVERIFY(writeOwnerFile(m_database, owner));
    if (geteuid() == 0) {
        QCOMPARE(chown(bytes(path).constData(), 12'345, 12'345), 0);
        QVERIFY(isRefused());
        QCOMPARE(chown(bytes(path).constData(), 0, 0), 0);
    }
    QCOMPARE(run(u"projects create shop"_s).code, 0);
}

void RunningServerTest::aSecondServerLeavesItAlone()
{
    QVERIFY(m_server->start());
    const QByteArray secret = readOwnerFile(m_database)->secret;
    const CommandRun second = run(u"--headless --port 0"_s);
    QCOMPARE(second.code, 69);
    QCOMPARE(readOwnerFile(m_database)->secret, secret);
    QCOMPARE(run(u"keys list"_s).code, 0);
    // One with a database of its own next to it.
    ServerProcess other(QStringLiteral(ENTVAS_PROGRAM), u"sqlite://"_s + m_folder->filePath(u"other.db"_s));
    QVERIFY(other.start());
    QCOMPARE(run(u"projects create shop"_s).code, 0);
    QCOMPARE(other.terminate(), 0);
    QCOMPARE(list(run(u"projects list --json"_s)).size(), 2);
}

void RunningServerTest::withTls_data()
{
    QTest::addColumn<bool>("isForAddress");
    QTest::newRow("a certificate of this address") << true;
    QTest::newRow("one of another name") << false;
}

void RunningServerTest::withTls()
{
    QFETCH(bool, isForAddress);
    TestAuthority authority;
    TestAuthority::Wish wish;
    if (!isForAddress) {
        wish.names = {u"dash.example"_s};
        wish.addresses = {};
    }
    const QString certificate = m_folder->filePath(u"cert.pem"_s), key = m_folder->filePath(u"key.pem"_s);
    const auto use = [&] {
        const auto pair = authority.issue(wish);
        writeFile(certificate, pair.certificate);
        writeFile(key, pair.key);
    };
    use();
    m_server->setEnvironment(u"TLS_CERT_FILE"_s, certificate);
    m_server->setEnvironment(u"TLS_KEY_FILE"_s, key);
    QVERIFY(m_server->start());
    QCOMPARE(readOwnerFile(m_database)->url.scheme(), u"https"_s);
    const CommandRun made = run(u"projects create shop"_s);
    QVERIFY2(made.code == 0, made.err.constData());
    // Another one from now on.
    const QByteArray before = readOwnerFile(m_database)->certificate;
    use();
    QCOMPARE(::kill(pid_t(m_server->pid()), SIGHUP), 0);
    QVERIFY(spinUntil([&] { return readOwnerFile(m_database)->certificate != before; }));
    QCOMPARE(run(u"projects create blog"_s).code, 0);
    // Of any other certificate nothing is believed.
    OwnerFile wrong = readOwnerFile(m_database).value();
    wrong.certificate = before;
    QVERIFY(writeOwnerFile(m_database, wrong));
    const CommandRun refused = run(u"projects create third"_s);
    QVERIFY2(refused.code == 69, refused.err.constData());
    QCOMPARE(list(m_commands.run({u"projects"_s, u"list"_s, u"--json"_s}, u"sqlite://"_s + m_database.path)).size(), 0);
}

void RunningServerTest::everyAddressOfThisMachine_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("reached");
    QTest::newRow("a name") << u"localhost"_s << u"127.0.0.1"_s;
    QTest::newRow("any") << u"0.0.0.0"_s << u"127.0.0.1"_s;
    QTest::newRow("another of the loopback") << u"127.0.0.5"_s << u"127.0.0.5"_s;
    QTest::newRow("IPv6") << u"::1"_s << u"::1"_s;
    QTest::newRow("any of IPv6") << u"::"_s << u"::1"_s;
}

void RunningServerTest::everyAddressOfThisMachine()
{
    QFETCH(QString, host);
    QFETCH(QString, reached);
    if (host.contains(u':')) {
        QTcpServer probe;
        if (!probe.listen(QHostAddress(host)))
            QSKIP("this machine has no IPv6");
    }
    m_server->setEnvironment(u"HOST"_s, host);
    m_server->setEnvironment(u"WEBHOOK_API_KEY"_s, u"a-key-of-this-test-alone-0123456789"_s);
    m_server->setEnvironment(u"VIEWER_TOKEN"_s, u"a-token-of-this-test-alone-0123456789"_s);
    QVERIFY(m_server->start());
    QCOMPARE(readOwnerFile(m_database)->url.host(), reached);
    const CommandRun made = run(u"projects create shop"_s);
    QVERIFY2(made.code == 0, made.err.constData());
}

void RunningServerTest::forgedRequestsAreRefused()
{
    QVERIFY(m_server->start());
    const QByteArray secret = readOwnerFile(m_database)->secret;
    const OwnerRequest request{"POST", u"/admin/projects"_s, {}, R"({"id":"forged"})"};
    const auto proof = [&](const OwnerRequest &of, const QByteArray &with) {
        return ownerAuthorization(with, u"eve"_s, of);
    };
    QCOMPARE(ask(request, proof(request, QByteArray(64, '0'))).status, 401);
    QCOMPARE(ask(request, proof({"POST", u"/admin/projects"_s, {}, R"({"id":"other"})"}, secret)).status, 401);
    QCOMPARE(ask(request, proof({"POST", u"/admin/keys"_s, {}, request.body}, secret)).status, 401);
    // Neither is such a proof: they get what this machine may do without one, which is to read.
    QCOMPARE(ask(request, "Bearer " + secret).status, 403);
    QCOMPARE(ask(request, "Entvas-Owner").status, 403);
    for (const char *header : {"X-Forwarded-For: 127.0.0.1\r\n", "Forwarded: for=127.0.0.1\r\n",
                               "Origin: http://localhost\r\n", "Via: 1.1 proxy\r\n", "X-Real-IP: 127.0.0.1\r\n"}) {
        const Answer through = ask(request, proof(request, secret), header);
        QVERIFY2(through.status == 403, header);
    }
    // It opens administration and nothing else.
    const OwnerRequest event{"POST", u"/webhook"_s, {}, R"({"eventType":"a","userId":"u"})"};
    QCOMPARE(ask(event, proof(event, secret)).status, 401);
    const Answer unsigned_ = ask(request, proof(request, QByteArray(64, '0')));
    QVERIFY(!unsigned_.headers.contains("entvas-owner"));
    QCOMPARE(list(run(u"projects list --json"_s)).size(), 1);
    const Answer right = ask(request, proof(request, secret));
    QCOMPARE(right.status, 200);
    QVERIFY(right.headers.contains("entvas-owner"));
    QVERIFY(!m_server->log().contains(secret));
}

void RunningServerTest::guessesAreHeldUp()
{
    QVERIFY(m_server->start());
    const OwnerRequest request{"GET", u"/admin/projects"_s, {}, {}};
    int status = 401;
    for (int i = 0; i < 100 && status == 401; ++i)
        status = ask(request, ownerAuthorization(QByteArray(64, char('0' + i % 10)), u"eve"_s, request)).status;
    QCOMPARE(status, 429);
    QCOMPARE(run(u"projects list"_s).code, 0); // who has the secret is not kept out
}

void RunningServerTest::aFrozenServerIsNamed()
{
    QVERIFY(m_server->start());
    QCOMPARE(::kill(pid_t(m_server->pid()), SIGSTOP), 0);
    const CommandRun late = run(u"projects create shop"_s);
    QCOMPARE(::kill(pid_t(m_server->pid()), SIGCONT), 0);
    QVERIFY2(late.code == 69 && late.err.contains("did not answer"), late.err.constData());
}

QTEST_GUILESS_MAIN(RunningServerTest)
#include "tst_runningserver.moc"
