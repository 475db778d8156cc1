#include "tests/support/nginxprocess.h"

#include "tests/support/freeport.h"

#include <QElapsedTimer>
#include <QFile>
#include <QStandardPaths>
#include <QTcpSocket>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas::test {

namespace {

constexpr int kStartMs = 10'000;

QByteArray contentOf(const QString &fileName)
{
    QFile file(fileName);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void replaceIn(QByteArray &text, const QByteArray &before, const QByteArray &after)
{
    if (!text.contains(before))
        qFatal("entvas.conf has no \"%s\"", before.constData());
    text.replace(before, after);
}

} // namespace

NginxProcess::NginxProcess(const TestAuthority &authority) : m_authority(authority) {}

NginxProcess::~NginxProcess()
{
    stop();
}

QByteArray NginxProcess::site(const QList<quint16> &servers) const
{
    QByteArray text = contentOf(QStringLiteral(ENTVAS_SOURCE_DIR "/packaging/nginx/entvas.conf"));
    const QByteArray folder = m_directory.path().toUtf8();
    const QByteArray local = "listen 127.0.0.1:";
    const QByteArray server = "    server 127.0.0.1:8000 max_fails=1 fail_timeout=1s;\n";
    QByteArray lines;
    for (const quint16 port : servers)
        lines += QByteArray(server).replace("8000", QByteArray::number(port));
    replaceIn(text, server, lines);
    replaceIn(text, "listen [::]:80;", "");
    replaceIn(text, "listen [::]:443 ssl;", local + QByteArray::number(m_plain) + ';');
    replaceIn(text, "listen 80;", local + QByteArray::number(m_http) + ';');
    replaceIn(text, "listen 443 ssl;", local + QByteArray::number(m_https) + " ssl;");
    replaceIn(text, "/etc/ssl/entvas", folder);
    replaceIn(text, "/var/log/nginx", folder);
    replaceIn(text, "entvas.example.org", "entvas.test localhost");
    return text;
}

Result<void> NginxProcess::start(const QList<quint16> &servers)
{
    QString program = QStandardPaths::findExecutable(u"nginx"_s, {u"/usr/sbin"_s, u"/usr/local/sbin"_s});
    if (program.isEmpty())
        program = QStandardPaths::findExecutable(u"nginx"_s);
    if (program.isEmpty())
        return {Fault::NotFound, u"There is no nginx on this machine."_s};
    m_http = freePort();
    m_https = freePort();
    m_plain = freePort();
    const TestAuthority::Pair pair = m_authority.issue();
    writeFile(m_directory.filePath(u"fullchain.pem"_s), pair.certificate);
    writeFile(m_directory.filePath(u"privkey.pem"_s), pair.key);
    writeFile(m_directory.filePath(u"site.conf"_s), site(servers));
    QByteArray text = "daemon off;\nworker_processes 1;\nevents { worker_connections 1024; }\n";
    if (::geteuid() == 0)
        text += "user root;\n"; // its workers write into our folder
    text += "pid FOLDER/pid;\nerror_log FOLDER/error.log;\nhttp {\naccess_log off;\n";
    for (const char *kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        text += QByteArray(kind) + "_temp_path FOLDER/" + kind + ";\n";
    text += "include FOLDER/site.conf;\n}\n";
    text.replace("FOLDER", m_directory.path().toUtf8());
    const QString file = writeFile(m_directory.filePath(u"nginx.conf"_s), text);
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.start(program,
                    {u"-c"_s, file, u"-p"_s, m_directory.path(), u"-e"_s, m_directory.filePath(u"error.log"_s)});
    if (!m_process.waitForStarted())
        return {Fault::Unavailable, m_process.errorString()};
    QElapsedTimer since;
    since.start();
    while (since.elapsed() < kStartMs && !m_process.waitForFinished(20)) {
        QTcpSocket probe;
        probe.connectToHost(QHostAddress(QHostAddress::LocalHost), m_https);
        if (probe.waitForConnected(1'000))
            return {};
    }
    return {Fault::Unavailable, u"nginx did not start: "_s + QString::fromUtf8(errorLog())};
}

bool NginxProcess::stop()
{
    if (m_process.state() == QProcess::NotRunning)
        return true;
    m_process.terminate();
    if (m_process.waitForFinished(10'000))
        return true;
    m_process.kill();
    m_process.waitForFinished();
    return false;
}

QByteArray NginxProcess::errorLog() const
{
    return contentOf(m_directory.filePath(u"error.log"_s));
}

} // namespace entvas::test
