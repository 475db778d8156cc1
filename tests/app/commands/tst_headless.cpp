#include "core/model/settings.h"
#include "tests/support/testauthority.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QProcess>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QSslCertificate>
#include <QSslSocket>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace entvas;

// The program as it is installed, without a display and with a home of its own.
class Program
{
public:
    // `terminal`, if any, is its standard input and controls it.
    explicit Program(const QStringList &arguments, const QMap<QString, QString> &environment = {},
                     const QByteArray &terminal = {})
    {
        QProcessEnvironment env;
        env.insert(u"PATH"_s, qEnvironmentVariable("PATH"));
        env.insert(u"HOME"_s, m_home.path());
        for (const char *name : {"LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"})
            if (qEnvironmentVariableIsSet(name))
                env.insert(QString::fromLatin1(name), qEnvironmentVariable(name));
        for (auto it = environment.begin(); it != environment.end(); ++it)
            env.insert(it.key(), it.value());
        m_process.setProcessEnvironment(env);
        m_process.setChildProcessModifier([terminal] {
            ::umask(0); // the least careful of all
            if (terminal.isEmpty())
                return;
            ::setsid();
            if (const int fd = ::open(terminal.constData(), O_RDWR); fd >= 0) {
                ::ioctl(fd, TIOCSCTTY, 0);
                ::dup2(fd, STDIN_FILENO);
            }
        });
        m_process.start(QStringLiteral(ENTVAS_PROGRAM), arguments);
        m_process.waitForStarted();
    }
    ~Program()
    {
        if (m_process.state() != QProcess::NotRunning) {
            m_process.kill();
            m_process.waitForFinished();
        }
    }
    // The address on the ready line; invalid when the process ended, or nothing came for long.
    QUrl waitUntilReady()
    {
        while (!m_out.contains('\n') && m_process.waitForReadyRead(20'000))
            m_out += m_process.readAllStandardOutput();
        static const QRegularExpression line(u"^entvas ready on (https?://\\S+) \\((sqlite|postgresql)\\)\\n$"_s);
        return QUrl(line.match(QString::fromUtf8(m_out)).captured(1));
    }
    int waitForExit()
    {
        if (m_process.state() != QProcess::NotRunning && !m_process.waitForFinished(20'000))
            return -1;
        m_out += m_process.readAllStandardOutput();
        m_err += m_process.readAllStandardError();
        return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : 128;
    }
    void send(int signalNumber) { ::kill(pid_t(m_process.processId()), signalNumber); }
    QString home() const { return m_home.path(); }
    // What every user, or its own, may see of the process.
    QByteArray proc(const QString &name) const
    {
        QFile file(u"/proc/%1/%2"_s.arg(m_process.processId()).arg(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    // What it has said on standard error until these words came; they did not come when they are not in it.
    QByteArray waitForError(const QByteArray &words)
    {
        m_process.setReadChannel(QProcess::StandardError);
        while (!m_err.contains(words) && (m_process.bytesAvailable() > 0 || m_process.waitForReadyRead(10'000)))
            m_err += m_process.readAllStandardError();
        return m_err;
    }
    bool isRunning() const { return m_process.state() == QProcess::Running; }
    QByteArray out() const { return m_out; }
    QByteArray err() const { return m_err; }

private:
    QTemporaryDir m_home;
    QProcess m_process;
    QByteArray m_out;
    QByteArray m_err;
};

class TestHeadless : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void servesUntilItIsTold_data();
    void servesUntilItIsTold();
    void keepsWhatItAccepted();
    void refuses_data();
    void refuses();
    void portInUse();
    void databaseThatCannotBe();
    void tellsOfItself();
    void withoutADisplayThereIsNoDesktop();
    void feedsAServer();
    void feedWithNobodyThere();
    void feedWithAWrongKey();
    void certificateIsReadAgain();
    void hangingUpEndsNoService();
    void itGoesWithItsTerminal();
    void feedOverTls();
    void filesAreItsOwn();
    void secretsLeaveNoTrace();
    void aLogThatNobodyReads();

private:
    // Status and body of a POST to the webhook.
    static std::pair<int, QJsonObject> post(const QUrl &server, const QByteArray &body);
    static std::pair<int, QJsonObject> get(const QUrl &url);
    static std::pair<int, QJsonObject> finish(QNetworkReply *reply);
};

std::pair<int, QJsonObject> TestHeadless::finish(QNetworkReply *reply)
{
    QSignalSpy finished(reply, &QNetworkReply::finished);
    if (!reply->isFinished())
        finished.wait(20'000);
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    return {status, QJsonDocument::fromJson(reply->readAll()).object()};
}

std::pair<int, QJsonObject> TestHeadless::post(const QUrl &server, const QByteArray &body)
{
    QNetworkAccessManager network;
    QNetworkRequest request(server.resolved(QUrl(u"/webhook"_s)));
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    request.setRawHeader("X-API-Key", kDevelopmentKey);
    return finish(network.post(request, body));
}

std::pair<int, QJsonObject> TestHeadless::get(const QUrl &url)
{
    QNetworkAccessManager network;
    return finish(network.get(QNetworkRequest(url)));
}

void TestHeadless::servesUntilItIsTold_data()
{
    QTest::addColumn<int>("signalNumber");
    QTest::newRow("SIGTERM") << SIGTERM;
    QTest::newRow("SIGINT") << SIGINT;
}

void TestHeadless::servesUntilItIsTold()
{
    QFETCH(int, signalNumber);
    Program program({u"--headless"_s, u"--port"_s, u"0"_s});
    const QUrl url = program.waitUntilReady();
    QVERIFY2(url.isValid(), program.out() + program.err());
    QVERIFY(url.port() > 0);
    QCOMPARE(post(url, R"({"eventType":"page_view","userId":"1"})").first, 200);
    QCOMPARE(post(url, R"({"eventType":"page_view"})").first, 400);
    program.send(signalNumber);
    QCOMPARE(program.waitForExit(), 0);
    QCOMPARE(program.out().count('\n'), 1); // the ready line, once, and nothing else
}

void TestHeadless::keepsWhatItAccepted()
{
    QTemporaryDir dir;
    const QStringList arguments{u"--headless"_s, u"--port=0"_s, u"--database-url"_s,
                                u"sqlite://"_s + dir.filePath(u"events.db"_s)};
    const int events = 5;
    {
        Program program(arguments);
        const QUrl url = program.waitUntilReady();
        QVERIFY2(url.isValid(), program.out() + program.err());
        for (int i = 0; i < events; ++i)
            QCOMPARE(post(url, R"({"eventType":"log","userId":"7"})").first, 200);
        program.send(SIGTERM);
        QCOMPARE(program.waitForExit(), 0);
    }
    Program again(arguments);
    const QUrl url = again.waitUntilReady();
    QVERIFY2(url.isValid(), again.out() + again.err());
    const auto [status, body] = get(url.resolved(QUrl(u"/events/stats?filter=hour"_s)));
    QCOMPARE(status, 200);
    QCOMPARE(body.value(u"data"_s).toObject().value(u"totalEvents"_s).toInt(), events);
}

void TestHeadless::refuses_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("variable"); // NAME=value
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("names");
    QTest::newRow("unknown flag") << QStringList{u"--headles"_s} << QString() << 64 << QByteArray("--headless");
    QTest::newRow("unknown command") << QStringList{u"fed"_s} << QString() << 64 << QByteArray("feed");
    QTest::newRow("port as a word") << QStringList{u"--headless"_s, u"--port=http"_s} << QString() << 78
                                    << QByteArray("--port");
    QTest::newRow("port in the environment")
        << QStringList{u"--headless"_s} << u"PORT=70000"_s << 78 << QByteArray("PORT");
    QTest::newRow("log level") << QStringList{u"--headless"_s, u"--log-level=loud"_s} << QString() << 78
                               << QByteArray("--log-level");
    QTest::newRow("database") << QStringList{u"--headless"_s, u"--database-url=mysql://x/y"_s} << QString() << 78
                              << QByteArray("--database-url");
    QTest::newRow("in the open without a key") << QStringList{u"--headless"_s, u"--host=0.0.0.0"_s, u"--port=0"_s}
                                               << QString() << 78 << QByteArray("WEBHOOK_API_KEY");
    QTest::newRow("file that is not there")
        << QStringList{u"--headless"_s, u"--config=/nowhere.ini"_s} << QString() << 78 << QByteArray("/nowhere.ini");
    QTest::newRow("password on the command line")
        << QStringList{u"--headless"_s, u"--database-url=postgresql://u:p@localhost/db"_s} << QString() << 78
        << QByteArray("DATABASE_URL_FILE");
    QTest::newRow("certificate without key") << QStringList{u"--headless"_s, u"--tls-cert=/a.pem"_s, u"--port=0"_s}
                                             << QString() << 78 << QByteArray("tls-key");
    QTest::newRow("certificate that is not there")
        << QStringList{u"--headless"_s, u"--tls-cert=/a.pem"_s, u"--tls-key=/a.key"_s, u"--port=0"_s} << QString() << 78
        << QByteArray("/a.pem");
    QTest::newRow("authorities that are not there")
        << QStringList{u"--headless"_s, u"--tls-ca=/a.pem"_s, u"--port=0"_s} << QString() << 78 << QByteArray("tls-ca");
    QTest::newRow("proxies that are none")
        << QStringList{u"--headless"_s, u"--trusted-proxies=10.0.0.0/99"_s, u"--port=0"_s} << u"WEBHOOK_API_KEY=own"_s
        << 78 << QByteArray("10.0.0.0/99");
    QTest::newRow("a proxy in front of the development key")
        << QStringList{u"--headless"_s, u"--trusted-proxies=127.0.0.1"_s, u"--port=0"_s} << QString() << 78
        << QByteArray("WEBHOOK_API_KEY");
    QTest::newRow("rate of the feeder") << QStringList{u"feed"_s, u"--rate=fast"_s} << QString() << 64
                                        << QByteArray("--rate");
    QTest::newRow("flag of the feeder") << QStringList{u"feed"_s, u"--onc"_s} << QString() << 64
                                        << QByteArray("--once");
}

void TestHeadless::refuses()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, variable);
    QFETCH(int, code);
    QFETCH(QByteArray, names);
    QMap<QString, QString> environment;
    if (!variable.isEmpty())
        environment.insert(variable.section(u'=', 0, 0), variable.section(u'=', 1));
    Program program(arguments, environment);
    QCOMPARE(program.waitForExit(), code);
    QVERIFY2(program.err().contains(names), program.err());
    const bool isSentence = program.err().startsWith("entvas: ") || program.err().contains("\nentvas: ");
    const bool isRecord = QJsonDocument::fromJson(program.err().trimmed().split('\n').last()).isObject();
    QVERIFY2(isSentence != isRecord, program.err()); // a log in JSON is nothing else
    QCOMPARE(program.out(), QByteArray());
}

void TestHeadless::portInUse()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    const QString port = QString::number(other.serverPort());
    Program program({u"--headless"_s, u"--port"_s, port});
    QCOMPARE(program.waitForExit(), 69);
    QVERIFY2(program.err().contains(port.toUtf8()), program.err());
    QCOMPARE(program.out(), QByteArray());
}

void TestHeadless::databaseThatCannotBe()
{
    // A file stands where the folder would have to be: this fails for root, too.
    QTemporaryDir dir;
    QFile file(dir.filePath(u"occupied"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    Program program(
        {u"--headless"_s, u"--port=0"_s, u"--database-url"_s, u"sqlite://"_s + file.fileName() + u"/events.db"_s});
    QCOMPARE(program.waitForExit(), 77);
    QVERIFY2(program.err().contains(file.fileName().toUtf8()), program.err());
    QCOMPARE(program.out(), QByteArray());
}

void TestHeadless::tellsOfItself()
{
    Program help({u"--help"_s});
    QCOMPARE(help.waitForExit(), 0);
    QVERIFY(help.out().contains("--database-url"));
    Program version({u"--version"_s});
    QCOMPARE(version.waitForExit(), 0);
    QCOMPARE(version.out(), QByteArray("entvas " ENTVAS_VERSION "\n"));
}

void TestHeadless::withoutADisplayThereIsNoDesktop()
{
    Program program({});
    const int code = program.waitForExit();
    QVERIFY2(code == 69 || code == 64, qPrintable(QString::number(code))); // 64: a build that has no desktop at all
    QVERIFY2(program.err().contains("--headless"), program.err());
}

void TestHeadless::feedsAServer()
{
    Program program({u"--headless"_s, u"--port=0"_s});
    const QUrl url = program.waitUntilReady();
    QVERIFY2(url.isValid(), program.out() + program.err());
    const QString webhook = url.resolved(QUrl(u"/webhook"_s)).toString();

    Program once({u"feed"_s, u"--once"_s, u"--invalid-every=0"_s}, {{u"WEBHOOK_URL"_s, webhook}});
    QCOMPARE(once.waitForExit(), 0);
    const QList<QByteArray> lines = once.out().split('\n');
    QCOMPARE(lines.value(0), QByteArray("Starting data generation... Press Ctrl+C to stop"));
    QCOMPARE(lines.value(1), QByteArray("Using API Key: entvas_webhook_secret..."));
    QCOMPARE(lines.value(2), QByteArray("{"));
    QVERIFY(once.out().contains("\nWebhook response: 200\n"));

    Program invalid({u"feed"_s, u"--once"_s, u"--invalid-every=1"_s, u"--url"_s, webhook});
    QCOMPARE(invalid.waitForExit(), 0);
    QVERIFY2(invalid.out().contains("\nWebhook response: 400\n"), invalid.out());

    Program many({u"feed"_s, u"--rate=1000"_s, u"--count=500"_s, u"--invalid-every=10"_s, u"--url"_s, webhook});
    QCOMPARE(many.waitForExit(), 0);
    QVERIFY2(many.out().contains("450 accepted, 50 rejected"), many.out());

    const auto [status, body] = get(url.resolved(QUrl(u"/events/stats?filter=hour"_s)));
    QCOMPARE(status, 200);
    QCOMPARE(body.value(u"data"_s).toObject().value(u"totalEvents"_s).toInt(), 451);
    QCOMPARE(body.value(u"data"_s).toObject().value(u"invalidEvents"_s).toInt(), 51);
}

void TestHeadless::feedWithNobodyThere()
{
    QTcpServer closed;
    QVERIFY(closed.listen(QHostAddress::LocalHost));
    const QString url = u"http://127.0.0.1:%1/webhook"_s.arg(closed.serverPort());
    closed.close();
    Program once({u"feed"_s, u"--once"_s, u"--url"_s, url});
    QCOMPARE(once.waitForExit(), 69);
    QVERIFY2(once.err().contains("Nobody answers"), once.err());

    Program endless({u"feed"_s, u"--url"_s, url});
    QTest::qWait(1'000);
    QVERIFY(endless.isRunning());
    endless.send(SIGINT);
    QCOMPARE(endless.waitForExit(), 0);
    QVERIFY2(endless.out().contains("Stopped: 0 accepted"), endless.out());
}

void TestHeadless::feedWithAWrongKey()
{
    Program program({u"--headless"_s, u"--port=0"_s});
    const QUrl url = program.waitUntilReady();
    QVERIFY2(url.isValid(), program.out() + program.err());
    Program once({u"feed"_s, u"--once"_s, u"--url"_s, url.resolved(QUrl(u"/webhook"_s)).toString()},
                 {{u"WEBHOOK_API_KEY"_s, u"not-the-key-of-this-server"_s}});
    QCOMPARE(once.waitForExit(), 77);
    QVERIFY(once.out().contains("Webhook response: 401"));
    QVERIFY2(once.err().contains("WEBHOOK_API_KEY"), once.err());
    QVERIFY(!(once.out() + once.err()).contains("not-the-key-of"));
}

void TestHeadless::certificateIsReadAgain()
{
    const test::TestAuthority authority;
    const QTemporaryDir dir;
    const QString certificate = dir.filePath(u"cert.pem"_s);
    const QString key = dir.filePath(u"key.pem"_s);
    const auto write = [&](const test::TestAuthority::Pair &pair) {
        test::writeFile(certificate, pair.certificate);
        test::writeFile(key, pair.key);
    };
    const auto serial = [&](const QUrl &url) {
        QSslSocket socket;
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setCaCertificates(QSslCertificate::fromData(authority.certificate()));
        socket.setSslConfiguration(configuration);
        socket.connectToHostEncrypted(url.host(), quint16(url.port()));
        return socket.waitForEncrypted() ? socket.peerCertificate().serialNumber() : QByteArray();
    };
    write(authority.issue());
    Program program(
        {u"--headless"_s, u"--port=0"_s, u"--tls-cert"_s, certificate, u"--tls-key"_s, key, u"--log-format=text"_s});
    const QUrl url = program.waitUntilReady();
    QVERIFY2(url.isValid(), program.out() + program.err());
    QCOMPARE(url.scheme(), u"https"_s);
    const QByteArray first = serial(url);
    QVERIFY(!first.isEmpty());

    test::writeFile(key, "no key");
    program.send(SIGHUP);
    QVERIFY(program.waitForError("the certificate stays as it was").contains("no private key"));
    QCOMPARE(serial(url), first);

    write(authority.issue());
    program.send(SIGHUP);
    QTRY_VERIFY(serial(url) != first);
    QVERIFY(program.isRunning());
    program.send(SIGTERM);
    QCOMPARE(program.waitForExit(), 0);
}

// As `systemctl reload` does it, whether or not there is something to read again.
void TestHeadless::hangingUpEndsNoService()
{
    Program program({u"--headless"_s, u"--port"_s, u"0"_s});
    const QUrl server = program.waitUntilReady();
    QVERIFY(server.isValid());
    program.send(SIGHUP);
    QVERIFY(program.waitForError("no certificate to read again").contains("no certificate to read again"));
    QCOMPARE(post(server, R"({"eventType":"a","userId":"u"})").first, 200);
    program.send(SIGTERM);
    QCOMPARE(program.waitForExit(), 0);
}

// The window is closed: what was accepted is finished, as on SIGTERM.
void TestHeadless::itGoesWithItsTerminal()
{
    const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    QVERIFY(terminal >= 0 && ::grantpt(terminal) == 0 && ::unlockpt(terminal) == 0);
    const QByteArray name = ::ptsname(terminal);
    const int our = ::open(name.constData(), O_RDWR | O_NOCTTY | O_CLOEXEC); // keeps it open till the program has it
    QVERIFY(our >= 0);
    Program program({u"--headless"_s, u"--port"_s, u"0"_s}, {}, name);
    QVERIFY(program.waitUntilReady().isValid());
    ::close(our);
    ::close(terminal);
    QCOMPARE(program.waitForExit(), 0);
    QVERIFY2(program.err().contains("finishing what was accepted"), program.err().constData());
}

void TestHeadless::feedOverTls()
{
    const test::TestAuthority authority;
    const test::TestAuthority::Pair pair = authority.issue();
    const QTemporaryDir dir;
    const QString certificate = test::writeFile(dir.filePath(u"cert.pem"_s), pair.certificate);
    const QString key = test::writeFile(dir.filePath(u"key.pem"_s), pair.key);
    const QString authorities = test::writeFile(dir.filePath(u"ca.pem"_s), authority.certificate());
    Program program({u"--headless"_s, u"--port=0"_s}, {{u"TLS_CERT_FILE"_s, certificate}, {u"TLS_KEY_FILE"_s, key}});
    const QUrl url = program.waitUntilReady();
    QVERIFY2(url.isValid(), program.out() + program.err());
    const QStringList feed{u"feed"_s, u"--once"_s, u"--invalid-every=0"_s, u"--url"_s,
                           url.resolved(QUrl(u"/webhook"_s)).toString()};
    Program trusting(feed, {{u"TLS_CA_FILE"_s, authorities}});
    QCOMPARE(trusting.waitForExit(), 0);
    QVERIFY2(trusting.out().contains("Webhook response: 200"), trusting.out() + trusting.err());
    Program doubting(feed);
    QCOMPARE(doubting.waitForExit(), 69); // that authority is unknown
    Program misled(feed, {{u"TLS_CA_FILE"_s, key}});
    QCOMPARE(misled.waitForExit(), 78);
    QVERIFY(misled.err().contains("tls-ca"));
}

void TestHeadless::filesAreItsOwn()
{
    Program program({u"--headless"_s, u"--port=0"_s});
    const QUrl url = program.waitUntilReady();
    QVERIFY2(url.isValid(), program.out() + program.err());
    QCOMPARE(post(url, R"({"eventType":"page_view","userId":"1"})").first, 200);
    const QDir folder(program.home() + u"/.local/share/entvas"_s);
    const QStringList files = folder.entryList(QDir::Files);
    QVERIFY2(files.contains(u"entvas.db"_s) && files.contains(u"entvas.db-wal"_s) &&
                 files.contains(u"entvas.db.lock"_s),
             qPrintable(files.join(u' ')));
    const auto mode = [](const QString &name) {
        struct stat info = {};
        return ::stat(qPrintable(name), &info) == 0 ? int(info.st_mode & 07777) : -1;
    };
    for (const QString &name : files)
        QCOMPARE(mode(folder.filePath(name)), 0600);
    QCOMPARE(mode(folder.path()), 0700);
}

void TestHeadless::secretsLeaveNoTrace()
{
    const QByteArray secret = "a-secret-that-only-this-test-knows";
    Program program({u"--headless"_s, u"--port=0"_s, u"--log-level=debug"_s},
                    {{u"WEBHOOK_API_KEY"_s, QString::fromLatin1(secret)},
                     {u"VIEWER_TOKEN"_s, QString::fromLatin1(secret) + u"-too"_s}});
    const QUrl url = program.waitUntilReady();
    QVERIFY2(url.isValid(), program.out() + program.err());
    QVERIFY(program.proc(u"environ"_s).contains("HOME="));
    QVERIFY(!program.proc(u"environ"_s).contains(secret));
    QVERIFY(!program.proc(u"cmdline"_s).contains(secret));
    QNetworkAccessManager network;
    QNetworkRequest request(url.resolved(QUrl(u"/webhook"_s)));
    request.setRawHeader("X-API-Key", secret);
    QCOMPARE(finish(network.post(request, R"({"eventType":"page_view","userId":"1"})")).first, 200);
    QCOMPARE(get(url.resolved(QUrl(u"/events?token="_s + QString::fromLatin1(secret)))).first, 400);
    program.send(SIGTERM);
    QCOMPARE(program.waitForExit(), 0);
    QVERIFY(program.err().contains("answered")); // it did log requests
    QVERIFY(!(program.out() + program.err()).contains(secret));
}

// Standard error is a pipe that fills up, and then one whose reader has gone: the server goes on, and says later how
// much of its log is missing.
void TestHeadless::aLogThatNobodyReads()
{
    QTemporaryDir home;
    const QString fifo = home.filePath(u"log"_s);
    QCOMPARE(::mkfifo(QFile::encodeName(fifo).constData(), 0600), 0);
    const int reader = ::open(QFile::encodeName(fifo).constData(), O_RDONLY | O_NONBLOCK);
    QVERIFY(reader >= 0);
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"HOME"_s, home.path());
    for (const QString &name : {u"XDG_CONFIG_HOME"_s, u"XDG_DATA_HOME"_s, u"XDG_STATE_HOME"_s})
        environment.insert(name, home.path());
    process.setProcessEnvironment(environment);
    process.setStandardErrorFile(fifo);
    process.start(QStringLiteral(ENTVAS_PROGRAM), {u"--headless"_s, u"--port=0"_s, u"--log-level=debug"_s});
    QByteArray out;
    while (!out.contains('\n') && process.waitForReadyRead(20'000))
        out += process.readAllStandardOutput();
    const QUrl url(QString::fromUtf8(out).section(u' ', 3, 3));
    QVERIFY2(url.isValid(), out.constData());
    const auto askMuch = [&] {
        for (int i = 0; i < 700; ++i) // some 200 bytes of log each
            if (get(url.resolved(QUrl(u"/health"_s))).first != 200)
                return false;
        return true;
    };
    QVERIFY(askMuch());
    QByteArray log(1024 * 1024, '\0');
    log.resize(std::max<qsizetype>(0, ::read(reader, log.data(), size_t(log.size()))));
    QVERIFY(log.size() > 10'000 && log.size() < 200'000);
    const QByteArray whole = log.left(log.lastIndexOf('\n'));
    for (const QByteArray &line : whole.split('\n'))
        QVERIFY2(!QJsonDocument::fromJson(line).isNull(), line.constData());
    QCOMPARE(get(url.resolved(QUrl(u"/health"_s))).first, 200);
    log.resize(1024 * 1024);
    log.resize(std::max<qsizetype>(0, ::read(reader, log.data(), size_t(log.size()))));
    QVERIFY2(log.contains("recordsDropped"), log.constData());
    ::close(reader); // from now on a write is EPIPE
    QVERIFY(askMuch());
    process.terminate();
    QVERIFY(process.waitForFinished(15'000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 0);
}

QTEST_GUILESS_MAIN(TestHeadless)
#include "tst_headless.moc"
