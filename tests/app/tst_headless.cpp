#include "core/settings.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QProcess>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace entvas;

// The program as it is installed, without a display and with a home of its own.
class Program
{
public:
    explicit Program(const QStringList &arguments, const QMap<QString, QString> &environment = {})
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
        static const QRegularExpression line(u"^entvas ready on (http://\\S+) \\((sqlite|postgresql)\\)\\n$"_s);
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
    QVERIFY2(program.err().startsWith("entvas: ") || program.err().contains("\nentvas: "), program.err());
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

QTEST_GUILESS_MAIN(TestHeadless)
#include "tst_headless.moc"
