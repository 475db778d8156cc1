#include "core/base/qtcompat.h"
#include "core/model/directory.h"
#include "core/model/settings.h"
#include "core/owner/ownerfile.h"
#include "tests/server/rawclient.h"
#include "tests/support/temporarypostgres.h"
#include "tests/support/testissuer.h"

#include <csignal>
#include <QDir>
#include <QDirIterator>
#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>
#include <QWebSocket>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

// The program with every kind of secret it can be given, used and misused for a while, and then everything that it left
// behind searched for them: log, database, files, answers, command line.
class SecretsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void nothingIsLeftBehind_data();
    void nothingIsLeftBehind();

private:
    struct Answer {
        int status = 0;
        QByteArray body;
        QJsonObject data() const { return QJsonDocument::fromJson(body).object().value(u"data"_s).toObject(); }
    };
    using Header = std::pair<QByteArray, QByteArray>;

    // A word that is nowhere else, and is searched for at the end.
    QByteArray secret(const QByteArray &name)
    {
        const QByteArray text = name + "secret" + QByteArray::number(QRandomGenerator::global()->generate64(), 16);
        m_secrets.insert(name, text);
        return text;
    }
    QString secretFile(const QString &name, const QByteArray &text)
    {
        QFile file(m_secretFiles->filePath(name));
        file.open(QIODevice::WriteOnly);
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        file.write(text + '\n');
        return file.fileName();
    }
    bool startServer(const QMap<QString, QString> &environment);
    int runCommand(const QStringList &arguments, QByteArray *out = nullptr);
    Answer call(const QByteArray &method, const QString &path, const QByteArray &body, const QList<Header> &headers);
    void openSocket(const QByteArray &headerToken, const QByteArray &messageToken);
    void useAndMisuse();
    QByteArray everythingLeftBehind(const DatabaseUrl &database);

    TemporaryPostgres m_postgres;
    TestIssuer m_issuer;
    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<QTemporaryDir> m_secretFiles;
    QMap<QByteArray, QByteArray> m_secrets;
    QProcessEnvironment m_environment;
    std::unique_ptr<QProcess> m_server;
    QNetworkAccessManager m_network;
    QUrl m_url;
    QByteArray m_heard;        // what the server answered, but for the one answer that shows a new key
    QByteArray m_commandLines; // of the server, while it ran
};

void SecretsTest::initTestCase()
{
    const auto started = m_postgres.start();
    if (!started)
        qInfo("%s", qPrintable(started.failure().text));
    QVERIFY(m_issuer.start());
}

void SecretsTest::nothingIsLeftBehind_data()
{
    QTest::addColumn<bool>("postgres");
    QTest::newRow("sqlite") << false;
    QTest::newRow("postgresql") << true;
}

int SecretsTest::runCommand(const QStringList &arguments, QByteArray *out)
{
    QProcess process;
    process.setProcessEnvironment(m_environment);
    process.start(QStringLiteral(ENTVAS_PROGRAM), arguments);
    process.waitForFinished(20'000);
    m_heard += process.readAllStandardError();
    const QByteArray text = process.readAllStandardOutput();
    if (out)
        *out = text;
    return process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
}

bool SecretsTest::startServer(const QMap<QString, QString> &environment)
{
    m_environment = QProcessEnvironment();
    for (const char *name : {"PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"})
        if (qEnvironmentVariableIsSet(name))
            m_environment.insert(QString::fromLatin1(name), qEnvironmentVariable(name));
    m_environment.insert(u"HOME"_s, m_home->path());
    m_environment.insert(u"LOG_LEVEL"_s, u"debug"_s);
    m_environment.insert(u"LOG_FORMAT"_s, u"json"_s);
    for (auto it = environment.begin(); it != environment.end(); ++it)
        m_environment.insert(it.key(), it.value());
    m_server = std::make_unique<QProcess>();
    m_server->setProcessEnvironment(m_environment);
    m_server->setStandardErrorFile(m_home->filePath(u"log"_s), QIODevice::Append);
    m_server->start(QStringLiteral(ENTVAS_PROGRAM), {u"--headless"_s, u"--port"_s, u"0"_s});
    QByteArray out;
    while (!out.contains('\n') && m_server->waitForReadyRead(20'000))
        out += m_server->readAllStandardOutput();
    static const QRegularExpression line(u"^entvas ready on (\\S+) "_s);
    m_url = QUrl(line.match(QString::fromUtf8(out)).captured(1));
    QFile commandLine(u"/proc/%1/cmdline"_s.arg(m_server->processId()));
    if (commandLine.open(QIODevice::ReadOnly))
        m_commandLines += commandLine.readAll();
    return m_url.isValid();
}

SecretsTest::Answer SecretsTest::call(const QByteArray &method, const QString &path, const QByteArray &body,
                                      const QList<Header> &headers)
{
    QNetworkRequest request(QUrl(m_url.toString() + path));
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    for (const auto &[name, value] : headers)
        request.setRawHeader(name, value);
    QNetworkReply *reply = m_network.sendCustomRequest(request, method, body);
    spinUntil([=] { return reply->isFinished(); }, 20'000);
    Answer answer{reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), reply->readAll()};
    for (const auto &[name, value] : reply->rawHeaderPairs())
        m_heard += name + ": " + value + '\n';
    reply->deleteLater();
    return answer;
}

void SecretsTest::openSocket(const QByteArray &headerToken, const QByteArray &messageToken)
{
    QWebSocket socket;
    connect(&socket, &QWebSocket::textMessageReceived, this, [this](const QString &text) { m_heard += text.toUtf8(); });
    QUrl at = m_url;
    at.setScheme(u"ws"_s);
    at.setPath(u"/ws"_s);
    QNetworkRequest request(at);
    if (!headerToken.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + headerToken);
    bool failed = false;
    connect(&socket, qtcompat::webSocketError<QWebSocket>(), &socket, [&] { failed = true; });
    socket.open(request);
    spinUntil([&] { return failed || socket.state() == QAbstractSocket::ConnectedState; });
    if (!messageToken.isEmpty())
        socket.sendTextMessage(
            u"{\"type\":\"authenticate\",\"token\":\"%1\"}"_s.arg(QString::fromLatin1(messageToken)));
    socket.sendTextMessage(u"{\"type\":\"subscribe\",\"project\":\"default\",\"tail\":true}"_s);
    spinUntil([] { return false; }, 300);
    m_heard += socket.closeReason().toUtf8();
}

// As owners, colleagues, people with a typing error and people without access do.
void SecretsTest::useAndMisuse()
{
    const QByteArray event = R"({"eventType":"canary","userId":"somebody"})";
    const auto heard = [this](const Answer &answer) {
        m_heard += answer.body;
        return answer.status;
    };
    const auto bearer = [](const QByteArray &token) { return QList<Header>{{"Authorization", "Bearer " + token}}; };

    QCOMPARE(heard(call("POST", u"/webhook"_s, event, {{"X-API-Key", m_secrets["webhook"]}})), 200);
    QCOMPARE(heard(call("POST", u"/webhook"_s, "{}", {{"X-API-Key", m_secrets["webhook"]}})), 400);
    QCOMPARE(heard(call("POST", u"/webhook"_s, event, {{"X-API-Key", secret("wrongkey")}})), 401);
    QCOMPARE(heard(call("POST", u"/webhook"_s, event, bearer(m_secrets["sender"]))), 200);
    QCOMPARE(heard(call("GET", u"/events"_s, {}, bearer(m_secrets["sender"]))), 403);
    QCOMPARE(heard(call("GET", u"/events"_s, {}, bearer(m_secrets["token"]))), 200);
    QCOMPARE(heard(call("GET", u"/events"_s, {}, bearer(secret("wrongtoken")))), 401);
    // A key of the right form that was never created, and a cut one.
    const QByteArray unknownKey = makeApiKey(u"default"_s, KeyRole::Admin, {}, 0).text;
    m_secrets.insert("unknownKey", unknownKey);
    QCOMPARE(heard(call("GET", u"/events"_s, {}, bearer(unknownKey))), 401);
    QCOMPARE(heard(call("GET", u"/events"_s, {}, bearer(m_secrets["admin"].chopped(3)))), 401);
    // Where secrets do not belong.
    for (const char *name : {"token", "access_token", "api_key"})
        heard(call("GET", u"/events?%1=%2"_s.arg(QLatin1StringView(name), QString::fromLatin1(secret("inaddress"))), {},
                   {}));
    // Logins: good, of yesterday, for another audience, of no user.
    const qint64 yesterday = QDateTime::currentSecsSinceEpoch() - 86'400;
    const auto login = [&](const QByteArray &name, const QJsonObject &changes) {
        m_secrets.insert(name, m_issuer.accessToken(changes));
        return heard(call("GET", u"/me"_s, {}, bearer(m_secrets[name])));
    };
    QCOMPARE(login("goodlogin", {}), 200);
    QCOMPARE(login("oldlogin", {{u"exp"_s, yesterday}}), 401);
    QCOMPARE(login("foreignlogin", {{u"aud"_s, u"another"_s}}), 401);
    openSocket(m_secrets["goodlogin"], {});
    openSocket(m_secrets["oldlogin"], {});
    openSocket({}, m_secrets["token"]);
    openSocket({}, secret("wrongmessage"));
    for (const char *path : {"/metrics", "/rejections", "/events/stats", "/export/ndjson", "/auth/config", "/health"})
        heard(call("GET", QString::fromLatin1(path), {}, bearer(m_secrets["token"])));

    // Administration; the answers that show a new key are the only ones that may.
    const auto made = call("POST", u"/admin/keys"_s, R"({"project":"default","role":"viewer","name":"made"})",
                           bearer(m_secrets["admin"]));
    QCOMPARE(made.status, 200);
    m_secrets.insert("made", made.data().value(u"key"_s).toString().toLatin1());
    QVERIFY(!m_secrets["made"].isEmpty());
    const QByteArray id = R"({"id":")" + apiKeyId(m_secrets["made"]).toLatin1() + R"("})";
    const auto rotated = call("POST", u"/admin/keys/rotate"_s, id, bearer(m_secrets["admin"]));
    QCOMPARE(rotated.status, 200);
    m_secrets.insert("rotated", rotated.data().value(u"key"_s).toString().toLatin1());
    QVERIFY(!m_secrets["rotated"].isEmpty());
    QCOMPARE(heard(call("POST", u"/admin/keys/revoke"_s, id, bearer(m_secrets["admin"]))), 200);
    for (const char *path : {"/admin/keys", "/admin/audit", "/admin/members", "/admin/projects"})
        heard(call("GET", QString::fromLatin1(path), {}, bearer(m_secrets["admin"])));
}

// All that an intruder would read: every file but those that hold the secrets on purpose, and the database as text.
QByteArray SecretsTest::everythingLeftBehind(const DatabaseUrl &database)
{
    QByteArray all;
    QDirIterator files(m_home->path(), QDir::Files | QDir::Hidden | QDir::System, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (file.fileName().endsWith(u".owner"_s)) // holds its secret on purpose, for the owner alone
            continue;
        if (file.open(QIODevice::ReadOnly))
            all += file.fileName().toUtf8() + '\n' + file.readAll() + '\n';
    }
    if (database.kind == DatabaseUrl::Kind::Postgres) {
        QProcess dump;
        dump.start(m_postgres.program(u"pg_dump"_s),
                   {u"--dbname"_s, TemporaryPostgres::toText(database), u"--inserts"_s});
        dump.waitForFinished(60'000);
        all += dump.readAllStandardOutput();
    }
    return all;
}

void SecretsTest::nothingIsLeftBehind()
{
    QFETCH(bool, postgres);
    if (postgres && !m_postgres.isRunning())
        QSKIP("there is no PostgreSQL to try it with");
    m_home = std::make_unique<QTemporaryDir>();
    m_secretFiles = std::make_unique<QTemporaryDir>();
    m_secrets.clear();
    m_heard.clear();
    m_commandLines.clear();
    DatabaseUrl database;
    QString databaseText = u"sqlite://"_s + m_home->filePath(u"events.db"_s);
    if (postgres) {
        const auto made = m_postgres.createDatabase();
        QVERIFY(made.ok());
        database = made.value();
        databaseText = TemporaryPostgres::toText(database);
        if (database.password.isEmpty()) // the server of the tests asks for none: any goes
            databaseText.replace(u"@"_s, u":"_s + QString::fromLatin1(secret("database")) + u"@"_s);
    }
    const QMap<QString, QString> environment{{u"DATABASE_URL_FILE"_s, secretFile(u"database"_s, databaseText.toUtf8())},
                                             {u"WEBHOOK_API_KEY_FILE"_s, secretFile(u"webhook"_s, secret("webhook"))},
                                             {u"VIEWER_TOKEN_FILE"_s, secretFile(u"token"_s, secret("token"))},
                                             {u"JWT_ISSUER_DOMAIN"_s, m_issuer.url()},
                                             {u"JWT_AUDIENCE"_s, m_issuer.audience}};

    // The first start makes the database; keys are made while it is stopped, as SQLite wants it.
    QVERIFY(startServer(environment));
    m_server->terminate();
    QVERIFY(m_server->waitForFinished(15'000));
    for (const QByteArray role : {"sender", "viewer", "admin"}) {
        QByteArray out;
        QCOMPARE(
            runCommand({u"keys"_s, u"create"_s, u"--project"_s, u"default"_s, u"--role"_s, QString::fromLatin1(role)},
                       &out),
            0);
        m_secrets.insert(role, out.trimmed());
        QVERIFY(out.startsWith("entvas_"));
    }
    QCOMPARE(runCommand({u"keys"_s, u"list"_s}, &m_heard), 0);

    QVERIFY(startServer(environment));
    if (!postgres) { // a command that goes to the server, by a secret that only the owner's file holds
        const Result<OwnerFile> owner = readOwnerFile(parseDatabaseUrl(databaseText).value());
        QVERIFY(owner);
        m_secrets.insert("owner", owner->secret);
        QCOMPARE(runCommand({u"keys"_s, u"list"_s}, &m_heard), 0);
        QByteArray out;
        QCOMPARE(runCommand({u"keys"_s, u"create"_s, u"--project"_s, u"default"_s, u"--role"_s, u"viewer"_s}, &out), 0);
        m_secrets.insert("online", out.trimmed());
    }
    useAndMisuse();
    if (QTest::currentTestFailed())
        return;
    spinUntil([] { return false; }, 500);
    QByteArray seen = everythingLeftBehind(database); // with what is there only while it runs
    m_server->terminate();
    QVERIFY(m_server->waitForFinished(15'000));
    QCOMPARE(m_server->exitCode(), 0);
    seen += everythingLeftBehind(database) + m_heard + m_commandLines;

    // The search finds what is there to find …
    QVERIFY(seen.contains("canary"));
    QVERIFY(seen.contains(apiKeyId(m_secrets["made"]).toLatin1()));
    QVERIFY(seen.contains("--headless"));
    QVERIFY(seen.contains("\"level\":\"debug\""));
    // … and no secret, not even half of one.
    for (auto it = m_secrets.cbegin(); it != m_secrets.cend(); ++it) {
        QVERIFY(it.value().size() >= 16);
        for (const QByteArray &part : {it.value(), it.value().right(it.value().size() / 2)}) {
            const qsizetype at = seen.indexOf(part);
            QVERIFY2(at < 0, (it.key() + ": " + seen.mid(std::max<qsizetype>(at - 300, 0), 500)).constData());
        }
    }
}

QTEST_GUILESS_MAIN(SecretsTest)
#include "tst_secrets.moc"
