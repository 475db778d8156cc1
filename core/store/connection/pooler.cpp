#include "core/store/connection/pooler.h"

#include "core/store/connection/sqlconnection.h"

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr int kSearches = 3; // others may take the session that we look for

// Not prepared: that is what a pooler would lose.
Result<qint64> backendPid(SqlConnection &connection)
{
    Result<QSqlQuery> rows = connection.select(u"SELECT pg_backend_pid()"_s);
    if (!rows)
        return rows.failure();
    return rows->next() ? rows->value(0).toLongLong() : 0;
}

} // namespace

// Two connections that are open at once and yet meet in one session are pooled by transaction; so is one whose session
// changes. A pooler makes up the process that it names when one connects.
Result<Pooling> poolingOf(SqlConnection &connection, const DatabaseUrl &url)
{
    const qint64 announced = connection.announcedBackendPid();
    if (url.kind == DatabaseUrl::Kind::Sqlite)
        return Pooling::None;
    const Result<qint64> mine = backendPid(connection);
    if (!mine)
        return mine.failure();
    if (*mine == announced)
        return Pooling::None;
    for (int attempt = 0; attempt < kSearches; ++attempt) {
        SqlConnection other(url);
        if (const Result<void> opened = other.open(); !opened)
            return opened.failure();
        const Result<qint64> before = backendPid(connection);
        const Result<qint64> theirs = before ? backendPid(other) : before;
        const Result<qint64> after = theirs ? backendPid(connection) : theirs;
        if (!after)
            return after.failure();
        if (*theirs == *before || *theirs == *after || *after != *mine)
            return Pooling::ByTransaction;
    }
    return Pooling::BySession;
}

Failure pooledByTransaction(const QString &where)
{
    return {
        Fault::Configuration,
        u"The database URL %1 leads to a connection pooler in transaction mode, where prepared statements, settings "
        "and notifications get lost. Name PostgreSQL itself, or let the pooler pool by session (PgBouncer: "
        "pool_mode = session)."_s.arg(where)};
}

} // namespace entvas
