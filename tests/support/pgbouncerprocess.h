#pragma once

#include "core/model/settings.h"

#include <memory>
#include <pwd.h>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <unistd.h>

namespace entvas::test {

// A real PgBouncer in front of a PostgreSQL of this machine, that pools by "session" or "transaction". It refuses to
// run as root, as PostgreSQL does.
class PgBouncerProcess
{
public:
    // The failure says why it can't: for QSKIP.
    Result<DatabaseUrl> start(const DatabaseUrl &database, const QString &mode)
    {
        const QString program = QStandardPaths::findExecutable(
            QStringLiteral("pgbouncer"), {QStringLiteral("/usr/sbin"), QStringLiteral("/usr/bin")});
        if (program.isEmpty())
            return {Fault::Configuration, QStringLiteral("no PgBouncer is installed (package pgbouncer)")};
        const passwd *user = geteuid() == 0 ? getpwnam("postgres") : nullptr;
        if (geteuid() == 0 &&
            (!user || chown(QFile::encodeName(m_directory.path()).constData(), user->pw_uid, user->pw_gid) != 0))
            return {Fault::Denied, QStringLiteral("PgBouncer refuses to run as root")};
        DatabaseUrl url = database;
        {
            QTcpServer probe;
            probe.listen(QHostAddress::LocalHost);
            url.port = probe.serverPort();
        }
        QFile file(m_directory.filePath(QStringLiteral("pgbouncer.ini")));
        if (!file.open(QIODevice::WriteOnly))
            return {Fault::Denied, file.errorString()};
        // "any" logs everybody in as the user that the line of the database names.
        file.write(
            QStringLiteral("[databases]\n* = host=127.0.0.1 port=%1 user=%4\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
                           "listen_port = %2\nauth_type = any\npool_mode = %3\nunix_socket_dir =\n")
                .arg(database.port)
                .arg(url.port)
                .arg(mode, database.user)
                .toUtf8());
        file.close();
        file.setPermissions(QFile::ReadOwner | QFile::ReadGroup | QFile::ReadOther);
        QStringList arguments{file.fileName()};
        QString command = program;
        if (user) {
            arguments = QStringList{QStringLiteral("--reuid=postgres"), QStringLiteral("--regid=postgres"),
                                    QStringLiteral("--init-groups"), program} +
                        arguments;
            command = QStringLiteral("setpriv");
        }
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        m_process.start(command, arguments);
        QElapsedTimer since;
        since.start();
        while (m_process.state() != QProcess::NotRunning && !since.hasExpired(10'000)) {
            QTcpSocket probe;
            probe.connectToHost(QHostAddress::LocalHost, quint16(url.port));
            if (probe.waitForConnected(1'000))
                return url;
            m_process.waitForReadyRead(50);
        }
        return {Fault::Unavailable, QString::fromUtf8(m_process.readAll()).simplified()};
    }
    ~PgBouncerProcess()
    {
        m_process.terminate();
        if (m_process.state() != QProcess::NotRunning && !m_process.waitForFinished(5'000))
            m_process.kill();
        m_process.waitForFinished(1'000);
    }

private:
    QTemporaryDir m_directory;
    QProcess m_process;
};

} // namespace entvas::test
