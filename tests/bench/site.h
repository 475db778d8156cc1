#pragma once

#include "tests/support/serverprocess.h"
#include "tests/support/temporarypostgres.h"

#include <benchmark/benchmark.h>

#include <memory>
#include <QTemporaryDir>

namespace entvas::bench {

enum Backend { Sqlite, Postgres };

// The one PostgreSQL of a benchmark program, which waits for its disk at each commit; none until a Site needs it.
std::unique_ptr<test::TemporaryPostgres> &postgresServer();

// A new database on a real disk, and the program on it as a process of its own.
class Site
{
public:
    explicit Site(Backend backend);

    const QString &problem() const { return m_problem; } // empty = none
    const DatabaseUrl &url() const { return m_url; }
    test::ServerProcess &server() { return *m_server; }
    quint16 port() const { return m_server->port(); }
    void start();
    void stop();
    // With sample events; see stock().
    void fill(qint64 events);
    // A command of the program on this database, which no server uses; what it printed.
    QByteArray run(const QStringList &arguments);

private:
    bool check(const Result<void> &result);

    QTemporaryDir m_directory;
    DatabaseUrl m_url;
    QString m_text;
    QString m_problem;
    std::unique_ptr<test::ServerProcess> m_server;
};

// True when the benchmark can't go on; it then says why.
bool fails(benchmark::State &state, const Site &site);

} // namespace entvas::bench
