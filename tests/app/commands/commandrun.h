#pragma once

#include "tests/support/temporarypostgres.h"

#include <csignal>
#include <memory>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

namespace entvas::test {

// A command of the program as it is typed, with a home of its own: what it said and how it ended.
struct CommandRun {
    int code = -1; // -1: it did not end by itself
    QByteArray out;
    QByteArray err;
    QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

class CommandRunner
{
public:
    static QString toText(const DatabaseUrl &url)
    {
        return url.kind == DatabaseUrl::Kind::Sqlite ? QStringLiteral("sqlite://") + url.path
                                                     : TemporaryPostgres::toText(url);
    }
    QString file(const QString &name) const { return m_directory.filePath(name); }
    QByteArray bytesOf(const QString &name) const
    {
        QFile opened(file(name));
        return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
    }
    QProcessEnvironment environment(const QString &database) const
    {
        QProcessEnvironment env = QProcessEnvironment::systemEnvironment();
        env.insert(QStringLiteral("XDG_CONFIG_HOME"), m_directory.path());
        env.insert(QStringLiteral("XDG_DATA_HOME"), m_directory.path());
        env.insert(QStringLiteral("DATABASE_URL"), database);
        return env;
    }
    // `set` is added to the environment.
    std::unique_ptr<QProcess> start(const QString &line, const DatabaseUrl &url,
                                    const QMap<QString, QString> &set = {}) const
    {
        return start(line.split(u' '), toText(url), set);
    }
    std::unique_ptr<QProcess> start(const QStringList &arguments, const QString &database,
                                    const QMap<QString, QString> &set = {}) const
    {
        auto process = std::make_unique<QProcess>();
        QProcessEnvironment env = environment(database);
        for (auto it = set.cbegin(); it != set.cend(); ++it)
            env.insert(it.key(), it.value());
        process->setProcessEnvironment(env);
        process->setWorkingDirectory(m_directory.path());
        process->start(QStringLiteral(ENTVAS_PROGRAM), arguments);
        return process;
    }
    static CommandRun end(QProcess &process, int ms = 90'000)
    {
        const bool isOver = process.state() == QProcess::NotRunning || process.waitForFinished(ms);
        const bool isNormal = isOver && process.exitStatus() == QProcess::NormalExit;
        return {isNormal ? process.exitCode() : -1, process.readAllStandardOutput(), process.readAllStandardError()};
    }
    CommandRun run(const QString &line, const DatabaseUrl &url, const QMap<QString, QString> &set = {}) const
    {
        return run(line.split(u' '), toText(url), {}, set);
    }
    // With `input` on its standard input.
    CommandRun run(const QStringList &arguments, const QString &database, const QByteArray &input = {},
                   const QMap<QString, QString> &set = {}) const
    {
        const auto process = start(arguments, database, set);
        process->write(input);
        process->closeWriteChannel();
        return end(*process);
    }
    // Waits until the process has taken SIGTERM and SIGINT for itself. False when it ended before.
    static bool listensToSignals(QProcess &process)
    {
        constexpr quint64 kBoth = 1ULL << (SIGTERM - 1) | 1ULL << (SIGINT - 1);
        process.waitForStarted(); // until then it has our own
        while (process.state() != QProcess::NotRunning) {
            QFile status(QStringLiteral("/proc/%1/status").arg(process.processId()));
            if (status.open(QIODevice::ReadOnly)) {
                const QByteArray text = status.readAll();
                const qsizetype at = text.indexOf("SigCgt:\t");
                if (at >= 0 && (text.mid(at + 8, 16).toULongLong(nullptr, 16) & kBoth) == kBoth)
                    return true;
            }
            process.waitForFinished(1);
        }
        return false;
    }
    static void send(QProcess &process, int signal) { ::kill(pid_t(process.processId()), signal); }

private:
    QTemporaryDir m_directory;
};

} // namespace entvas::test
