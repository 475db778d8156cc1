#pragma once

#include "core/base/result.h"
#include "tests/support/testauthority.h"

#include <QList>
#include <QProcess>
#include <QTemporaryDir>

namespace entvas::test {

// packaging/nginx/entvas.conf as it is shipped in a real nginx: only its names, ports and folders are a test's own. It
// listens on 127.0.0.1 with a certificate of the authority's for localhost, and is stopped at the end.
class NginxProcess
{
public:
    explicit NginxProcess(const TestAuthority &authority);
    ~NginxProcess();
    NginxProcess(const NginxProcess &) = delete;
    NginxProcess &operator=(const NginxProcess &) = delete;

    // In front of the servers on these ports. Fault::NotFound when this machine has no nginx: for QSKIP.
    Result<void> start(const QList<quint16> &servers);
    // False when it did not end in time.
    bool stop();
    bool isRunning() const { return m_process.state() == QProcess::Running; }

    quint16 http() const { return m_http; }   // sends everybody to https
    quint16 https() const { return m_https; } // what the site is about
    quint16 plain() const { return m_plain; } // the same without encryption, for senders that can't do it
    QByteArray errorLog() const;
    QString accessLogFile() const { return m_directory.filePath(QStringLiteral("entvas.log")); }

private:
    QByteArray site(const QList<quint16> &servers) const;

    const TestAuthority &m_authority;
    QTemporaryDir m_directory;
    QProcess m_process;
    quint16 m_http = 0;
    quint16 m_https = 0;
    quint16 m_plain = 0;
};

} // namespace entvas::test
