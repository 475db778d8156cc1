#pragma once

#include "core/base/result.h"
#include "core/model/settings.h"

#include <memory>
#include <QTemporaryDir>

namespace entvas::test {

// A real PostgreSQL for one test program: a cluster of its own in a temporary directory, run by the user "postgres"
// when the tests run as root (the server refuses root), on 127.0.0.1 and a free port, stopped and removed at the end.
// With ENTVAS_TEST_DATABASE_URL set, that server is used instead; its user must be allowed to create databases.
// Starting takes seconds: make one in initTestCase() and a fresh database per test.
class TemporaryPostgres
{
public:
    TemporaryPostgres();
    ~TemporaryPostgres();
    TemporaryPostgres(const TemporaryPostgres &) = delete;
    TemporaryPostgres &operator=(const TemporaryPostgres &) = delete;

    // Before start(): waits for the disk at each commit, as a server in use does. Tests are quicker without.
    void setDurable(bool durable) { m_durable = durable; }
    // Makes and starts the cluster, and waits until it answers. The failure says why it can't: for QSKIP.
    Result<void> start();
    // In place of start(): a streaming replica of one of ours, which outlives it. It has the same databases, read-only.
    Result<void> startReplicaOf(const TemporaryPostgres &primary);
    bool isRunning() const { return m_running; }

    // Where its local socket lies; it must be ours.
    QString socketFolder() const { return m_directory->path(); }

    // A database of the primary, on this replica.
    DatabaseUrl replicated(DatabaseUrl url) const
    {
        url.port = m_server.port;
        return url;
    }
    // A new, empty database.
    Result<DatabaseUrl> createDatabase();
    // The same as text for --database-url.
    static QString toText(const DatabaseUrl &url);

    // The path of one of PostgreSQL's own programs (psql, pgbench); its name alone when the server is not ours.
    QString program(const QString &name) const;

    // For tests of a lost server: false for a server that is not ours to stop.
    bool canRestart() const { return m_directory != nullptr; }
    Result<void> stopServer(const QString &mode = QStringLiteral("immediate")); // connections are cut
    Result<void> startServer();
    // To the server and all of its processes: SIGSTOP freezes it, SIGCONT lets it go on.
    void signalServer(int signal) const;
    // A database whose tables lie in `directory`, which must exist and be empty.
    Result<DatabaseUrl> createDatabaseIn(const QString &directory);

private:
    Result<void> prepareDirectory();
    Result<void> startOnFreePort();
    Result<void> run(const QString &program, const QStringList &arguments);

    std::unique_ptr<QTemporaryDir> m_directory;
    QString m_binaries;
    DatabaseUrl m_server;
    bool m_running = false;
    bool m_durable = false;
    int m_created = 0;
};

} // namespace entvas::test
