#include "tests/server/testserver.h"
#include "tests/support/testauthority.h"

#include <QProcess>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTest>
#include <unistd.h>

using namespace entvas;
using namespace entvas::test;
using namespace Qt::StringLiterals;

namespace {

const QByteArray kViewer(40, 'v');
const QByteArray kSender(40, 's');

quint16 freePort()
{
    QTcpServer probe;
    probe.listen(QHostAddress::LocalHost);
    return probe.serverPort();
}

} // namespace

// The configuration for nginx that we ship, in a real nginx with a certificate of a test's own, before a real server.
class NginxTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void takesEvents();
    void streamsExports();
    void carriesWebSockets();
    void sendsHttpToHttps();
    void theGuessingLimitIsOfTheRealClient();
    void whatAClientClaimsIsNotBelieved();
    void readersBehindItAreNotLocal();
    void secretsInAddressesAreNotLogged();

private:
    bool startNginx();
    QByteArray site() const;
    // One request from an address of this machine, over a connection of its own; status 0 when there was no answer.
    Answer call(const QByteArray &method, const QByteArray &path, const Headers &headers = {},
                const QByteArray &body = {}, const QString &from = u"127.0.0.1"_s, bool encrypted = true);
    Answer guess(const QString &from, const Headers &more = {});

    TestAuthority m_authority;
    QTemporaryDir m_directory;
    std::unique_ptr<TestServer> m_server;
    QProcess m_nginx;
    quint16 m_http = 0;
    quint16 m_https = 0;
};

QByteArray NginxTest::site() const
{
    QFile file(QStringLiteral(ENTVAS_SOURCE_DIR "/packaging/nginx/entvas.conf"));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("there is no packaging/nginx/entvas.conf");
    QByteArray text = file.readAll();
    const auto put = [&](const QByteArray &before, const QByteArray &after) {
        if (!text.contains(before))
            qFatal("entvas.conf has no \"%s\"", before.constData());
        text.replace(before, after);
    };
    const QByteArray folder = m_directory.path().toUtf8();
    put("127.0.0.1:8000", "127.0.0.1:" + QByteArray::number(m_server->url.port()));
    put("listen [::]:80;", "");
    put("listen [::]:443 ssl;", "");
    put("listen 80;", "listen 127.0.0.1:" + QByteArray::number(m_http) + ';');
    put("listen 443 ssl;", "listen 127.0.0.1:" + QByteArray::number(m_https) + " ssl;");
    put("/etc/ssl/entvas", folder);
    put("/var/log/nginx", folder);
    put("entvas.example.org", "entvas.test localhost");
    return text;
}

bool NginxTest::startNginx()
{
    const QString program = QStandardPaths::findExecutable(u"nginx"_s, {u"/usr/sbin"_s, u"/usr/local/sbin"_s});
    const QString nginx = program.isEmpty() ? QStandardPaths::findExecutable(u"nginx"_s) : program;
    if (nginx.isEmpty())
        return false;
    const TestAuthority::Pair pair = m_authority.issue();
    writeFile(m_directory.filePath(u"fullchain.pem"_s), pair.certificate);
    writeFile(m_directory.filePath(u"privkey.pem"_s), pair.key);
    writeFile(m_directory.filePath(u"site.conf"_s), site());
    QByteArray text = "daemon off;\nworker_processes 1;\nevents {}\n";
    if (::geteuid() == 0)
        text += "user root;\n"; // its workers write into our folder
    text += "pid FOLDER/pid;\nerror_log FOLDER/error.log;\nhttp {\naccess_log off;\n";
    for (const char *kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        text += QByteArray(kind) + "_temp_path FOLDER/" + kind + ";\n";
    text += "include FOLDER/site.conf;\n}\n";
    text.replace("FOLDER", m_directory.path().toUtf8());
    const QString file = writeFile(m_directory.filePath(u"nginx.conf"_s), text);
    m_nginx.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_nginx.start(nginx, {u"-c"_s, file, u"-p"_s, m_directory.path(), u"-e"_s, m_directory.filePath(u"error.log"_s)});
    return m_nginx.waitForStarted() &&
           spinUntil([this] { return call("GET", "/health").status == 200 || m_nginx.state() == QProcess::NotRunning; },
                     10'000) &&
           m_nginx.state() == QProcess::Running;
}

void NginxTest::initTestCase()
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setCaCertificates(QSslCertificate::fromData(m_authority.certificate()));
    QSslConfiguration::setDefaultConfiguration(configuration);
    m_server = std::make_unique<TestServer>();
    m_server->settings.trustedProxies = {u"127.0.0.1"_s};
    m_server->settings.webhookKey = QString::fromLatin1(kSender);
    m_server->settings.viewerToken = QString::fromLatin1(kViewer);
    QVERIFY(m_server->start());
    m_http = freePort();
    m_https = freePort();
    if (!startNginx()) {
        QFile log(m_directory.filePath(u"error.log"_s));
        if (m_nginx.error() == QProcess::UnknownError && log.open(QIODevice::ReadOnly))
            QFAIL(log.readAll().constData());
        QSKIP("there is no nginx on this machine");
    }
}

void NginxTest::cleanupTestCase()
{
    if (m_nginx.state() != QProcess::NotRunning) {
        m_nginx.terminate();
        QVERIFY(m_nginx.waitForFinished(10'000));
    }
    m_server.reset();
}

Answer NginxTest::call(const QByteArray &method, const QByteArray &path, const Headers &headers, const QByteArray &body,
                       const QString &from, bool encrypted)
{
    // Bound first, encrypted then: QSslSocket can't be bound.
    QTcpSocket plain;
    plain.bind(QHostAddress(from));
    plain.connectToHost(QHostAddress(QHostAddress::LocalHost), encrypted ? m_https : m_http);
    if (!spinUntil([&] { return plain.state() != QAbstractSocket::ConnectingState; }) ||
        plain.state() != QAbstractSocket::ConnectedState)
        return {};
    QSslSocket socket;
    socket.setSocketDescriptor(::dup(int(plain.socketDescriptor())));
    plain.abort();
    if (encrypted) {
        socket.setPeerVerifyName(u"localhost"_s);
        socket.startClientEncryption();
        if (!spinUntil([&] { return socket.isEncrypted() || socket.state() != QAbstractSocket::ConnectedState; }))
            return {};
    }
    QByteArray received;
    QObject::connect(&socket, &QSslSocket::readyRead, &socket, [&] { received += socket.readAll(); });
    QByteArray head = method + ' ' + path + " HTTP/1.1\r\nHost: entvas.test\r\nConnection: close\r\n";
    for (const auto &[name, value] : headers)
        head += name + ": " + value + "\r\n";
    if (!body.isEmpty())
        head += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    socket.write(head + "\r\n" + body);
    spinUntil([&] { return socket.state() == QAbstractSocket::UnconnectedState; }, 10'000);
    received += socket.readAll();
    return answersIn(received).value(0);
}

Answer NginxTest::guess(const QString &from, const Headers &more)
{
    return call("POST", "/webhook", Headers{{"X-API-Key", "a-wrong-key"}} + more, eventJson(), from);
}

void NginxTest::takesEvents()
{
    const Answer posted = call("POST", "/webhook", {{"X-API-Key", kSender}}, eventJson());
    QCOMPARE(posted.status, 200);
    QVERIFY(posted.body.contains("eventId"));
    QCOMPARE(posted.headers.value("strict-transport-security"), QByteArray("max-age=31536000"));
    QCOMPARE(posted.headers.value("x-content-type-options"), QByteArray("nosniff"));
    QCOMPARE(posted.headers.value("cache-control"), QByteArray("no-store"));
    QCOMPARE(posted.headers.value("server"), QByteArray("nginx")); // without its version
    QByteArray many = "[" + eventJson();
    for (int i = 0; i < 5'000; ++i)
        many += ',' + eventJson("page_view", QByteArray(200, 'u'));
    QCOMPARE(call("POST", "/events", {{"X-API-Key", kSender}}, many + ']').status, 200);
}

void NginxTest::streamsExports()
{
    TestServer reader; // for its way of asking only
    reader.url = QUrl(u"https://localhost:%1"_s.arg(m_https));
    const HttpAnswer answer = reader.get(u"/export/ndjson?filter=day"_s, {{"Authorization", "Bearer " + kViewer}});
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.body.count('\n') >= 5'000);
    reader.url.clear();
}

void NginxTest::carriesWebSockets()
{
    LiveClient client;
    QVERIFY(client.open(QUrl(u"https://localhost:%1"_s.arg(m_https)), {{"Authorization", "Bearer " + kViewer}}));
    client.subscribe();
    QVERIFY(client.waitForPicture());
    const qint64 before = client.totals.events;
    QCOMPARE(call("POST", "/webhook", {{"X-API-Key", kSender}}, eventJson()).status, 200);
    QVERIFY(client.waitForEvents(before + 1));
    QCOMPARE(client.broken, QString());
    LiveClient without;
    QVERIFY(!without.open(QUrl(u"https://localhost:%1"_s.arg(m_https)), {{"Authorization", "Bearer wrong"}}));
}

void NginxTest::sendsHttpToHttps()
{
    const Answer answer = call("POST", "/webhook?a=b", {}, eventJson(), u"127.0.0.1"_s, false);
    QCOMPARE(answer.status, 308);
    QCOMPARE(answer.headers.value("location"), QByteArray("https://entvas.test/webhook?a=b"));
}

void NginxTest::theGuessingLimitIsOfTheRealClient()
{
    int unauthorised = 0;
    for (int i = 0; i < GuessLimit::kBurst + 5; ++i)
        unauthorised += guess(u"127.0.0.7"_s).status == 401;
    QVERIFY(unauthorised >= GuessLimit::kBurst && unauthorised < GuessLimit::kBurst + 5);
    const Answer held = guess(u"127.0.0.7"_s);
    QCOMPARE(held.status, 429);
    QVERIFY(held.headers.value("retry-after").toInt() > 0);
    QCOMPARE(guess(u"127.0.0.8"_s).status, 401);
    // A sender behind the same address goes on.
    QCOMPARE(call("POST", "/webhook", {{"X-API-Key", kSender}}, eventJson(), u"127.0.0.7"_s).status, 200);
}

void NginxTest::whatAClientClaimsIsNotBelieved()
{
    int unauthorised = 0;
    for (int i = 0; i < GuessLimit::kBurst + 5; ++i)
        unauthorised += guess(u"127.0.0.9"_s, {{"X-Forwarded-For", "203.0.113." + QByteArray::number(i)},
                                               {"X-Forwarded-Proto", "nonsense"}})
                            .status == 401;
    QVERIFY(unauthorised < GuessLimit::kBurst + 5);
}

void NginxTest::readersBehindItAreNotLocal()
{
    QCOMPARE(call("GET", "/events/stats").status, 401);
    QCOMPARE(call("GET", "/events/stats", {{"Authorization", "Bearer " + kViewer}}).status, 200);
}

void NginxTest::secretsInAddressesAreNotLogged()
{
    QCOMPARE(call("GET", "/events?access_token=do-not-keep-me").status, 400);
    QFile log(m_directory.filePath(u"entvas.log"_s));
    QVERIFY(log.open(QIODevice::ReadOnly));
    QByteArray text;
    QVERIFY(spinUntil([&] { return (text += log.readAll()).contains("\"GET /events\" 400"); }));
    QVERIFY(!text.contains("do-not-keep-me"));
}

QTEST_GUILESS_MAIN(NginxTest)
#include "tst_nginx.moc"
