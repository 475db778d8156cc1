#include "tests/support/serverprocess.h"
#include "tests/support/testauthority.h"

#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace entvas;

namespace {

struct Outcome {
    int code = -1;
    QByteArray out;
    QByteArray err;
};

// entvas health with these arguments, and nothing else in its environment than this.
Outcome health(const QStringList &arguments, const QMap<QString, QString> &environment = {})
{
    QTemporaryDir home;
    QProcessEnvironment env;
    env.insert(u"HOME"_s, home.path());
    env.insert(u"LC_ALL"_s, u"C.UTF-8"_s); // Qt 6.8 says so on standard error where the system names no UTF-8 locale
    for (const char *name : {"PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"})
        if (qEnvironmentVariableIsSet(name))
            env.insert(QString::fromLatin1(name), qEnvironmentVariable(name));
    for (auto it = environment.begin(); it != environment.end(); ++it)
        env.insert(it.key(), it.value());
    QProcess process;
    process.setProcessEnvironment(env);
    process.start(QStringLiteral(ENTVAS_PROGRAM), QStringList{u"health"_s} + arguments);
    if (!process.waitForFinished(20'000))
        return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

} // namespace

class TestHealth : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsOfTheServerOfItsSettings()
    {
        QTemporaryDir dir;
        test::ServerProcess server(QStringLiteral(ENTVAS_PROGRAM), u"sqlite://"_s + dir.filePath(u"e.db"_s));
        QVERIFY(server.start());
        const QString port = QString::number(server.port());
        // As in a container: it listens everywhere, and is asked from within.
        const Outcome own = health({}, {{u"HOST"_s, u"0.0.0.0"_s}, {u"PORT"_s, port}});
        QCOMPARE(own.err, QByteArray());
        QCOMPARE(own.code, 0);
        QCOMPARE(own.out, QByteArray("ready\n"));
        QCOMPARE(health({u"--url"_s, u"http://127.0.0.1:"_s + port}).code, 0);

        QCOMPARE(server.terminate(), 0);
        const Outcome gone = health({}, {{u"PORT"_s, port}});
        QCOMPARE(gone.code, 1);
        QVERIFY2(gone.err.contains("does not answer"), gone.err);
    }

    void saysWhyNot()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        connect(&server, &QTcpServer::newConnection, &server, [&] {
            QTcpSocket *socket = server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket] {
                const QByteArray body = R"({"success":false,"message":"migrating","error":"migrating"})";
                socket->write("HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: " +
                              QByteArray::number(body.size()) + "\r\nConnection: close\r\n\r\n" + body);
                socket->disconnectFromHost();
            });
        });
        QProcess process;
        process.start(QStringLiteral(ENTVAS_PROGRAM),
                      {u"health"_s, u"--url=http://127.0.0.1:"_s + QString::number(server.serverPort())});
        QTRY_COMPARE_WITH_TIMEOUT(process.state(), QProcess::NotRunning, 20'000);
        const QByteArray said = process.readAllStandardError();
        QCOMPARE(process.exitCode(), 1);
        QVERIFY2(said.contains("is not ready (503): migrating"), said);
    }

    void knowsTheServersOwnCertificate()
    {
        QTemporaryDir dir;
        test::TestAuthority authority;
        const QString certificate = dir.filePath(u"cert.pem"_s), key = dir.filePath(u"key.pem"_s);
        const QString other = dir.filePath(u"other.pem"_s);
        const auto pair = authority.issue();
        test::writeFile(certificate, pair.certificate);
        test::writeFile(key, pair.key);
        test::writeFile(other, authority.issue().certificate);
        QFile::setPermissions(key, QFile::ReadOwner | QFile::WriteOwner);
        test::ServerProcess server(QStringLiteral(ENTVAS_PROGRAM), u"sqlite://"_s + dir.filePath(u"e.db"_s));
        server.setEnvironment(u"TLS_CERT_FILE"_s, certificate);
        server.setEnvironment(u"TLS_KEY_FILE"_s, key);
        QVERIFY(server.start());
        const QString port = QString::number(server.port());
        const auto asked = [&](const QString &file) {
            return health({}, {{u"PORT"_s, port}, {u"TLS_CERT_FILE"_s, file}, {u"TLS_KEY_FILE"_s, key}});
        };
        QCOMPARE(asked(certificate).code, 0);
        QCOMPARE(asked(other).code, 1);
        QCOMPARE(health({u"--url"_s, u"https://127.0.0.1:"_s + port}).code, 1); // no certificate that it knows
    }

    void refusesWhatItDoesNotKnow()
    {
        QCOMPARE(health({u"--ulr=http://127.0.0.1"_s}).code, 64);
        QCOMPARE(health({u"--url"_s}).code, 64);
        QCOMPARE(health({u"--url=ftp://127.0.0.1"_s}).code, 64);
        QCOMPARE(health({}, {{u"PORT"_s, u"0"_s}}).code, 78);
    }
};

QTEST_GUILESS_MAIN(TestHealth)
#include "tst_health.moc"
