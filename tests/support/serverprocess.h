#pragma once

#include "core/model/settings.h"

#include <QProcess>
#include <QTemporaryDir>

namespace entvas::test {

// The program itself, headless, on a port that stays the same over restarts.
class ServerProcess
{
public:
    ServerProcess(QString program, QString databaseUrl);
    ~ServerProcess();
    ServerProcess(const ServerProcess &) = delete;
    ServerProcess &operator=(const ServerProcess &) = delete;

    void setEnvironment(const QString &name, const QString &value) { m_environment.insert(name, value); }
    // True once the ready line is there.
    bool start(int ms = 20'000);
    void kill9();
    // SIGTERM; the exit code, or -1 when it did not end in time.
    int terminate(int ms = 15'000);
    bool isRunning() const { return m_process && m_process->state() == QProcess::Running; }

    quint16 port() const { return m_port; }
    qint64 pid() const { return m_process->processId(); }
    // Of the process: resident bytes, open descriptors, seconds of CPU.
    qint64 residentBytes() const;
    int descriptors() const;
    double cpuSeconds() const;
    // A limit of the running process, see setrlimit(2).
    bool setLimit(int resource, qint64 value) const;
    QByteArray log() const; // what it said on standard error

private:
    QString m_program;
    QString m_databaseUrl;
    QMap<QString, QString> m_environment;
    QTemporaryDir m_directory;
    quint16 m_port = 0;
    std::unique_ptr<QProcess> m_process;
};

// status and body of GET `path`; status 0 when there was no answer within `ms`.
struct PlainAnswer {
    int status = 0;
    QByteArray body;
};
PlainAnswer getPlain(quint16 port, const QByteArray &path, int ms = 5'000);

// Seconds that a scenario under load lasts: `usual`, or what ENTVAS_FAULT_SECONDS says.
int faultSeconds(int usual);

} // namespace entvas::test
