#include "core/store/events/sql/sqlstore.h"

#include "core/base/log.h"
#include "core/store/connection/migrations.h"
#include "core/store/connection/pooler.h"

using namespace Qt::StringLiterals;

namespace entvas {

std::unique_ptr<EventStore> makeStore(const DatabaseUrl &url, const QString &writer, const QStringList &dimensions,
                                      const QString &run)
{
    return std::make_unique<SqlStore>(url, writer, dimensions, run);
}

SqlStore::SqlStore(DatabaseUrl url, const QString &writer, const QStringList &dimensions, const QString &run)
    : m_connection(std::move(url)), m_writer(m_connection, writer, dimensions, run), m_reader(m_connection, dimensions)
{
    m_connection.watchFile();
}

Result<void> SqlStore::open()
{
    m_writer.restart();
    m_housekeeping.restart();
    const Result<void> opened = m_connection.open();
    return opened ? m_writer.connected() : opened;
}

Result<void> SqlStore::migrate()
{
    const Result<Pooling> pooling = poolingOf(m_connection, m_connection.url());
    if (!pooling)
        return pooling.failure();
    if (*pooling == Pooling::ByTransaction)
        return pooledByTransaction(m_connection.where());
    if (const Result<void> migrated = applyMigrations(m_connection); !migrated)
        return migrated;
    const Result<QStringList> missing = missingRights(m_connection);
    if (!missing)
        return missing.failure();
    if (!missing->isEmpty())
        return {Fault::Denied,
                u"The user of the database %1 may not store there: it lacks %2. Grant these, or name the "
                "owner of the tables in the database URL."_s.arg(m_connection.where(), missing->join(u", "_s))};
    const Result<QStringList> lacks = missingUpkeepRights(m_connection);
    if (!lacks)
        return lacks.failure();
    if (!lacks->isEmpty())
        log::warning("store", u"housekeeping will fail, and tables grow for ever: grant what is missing"_s,
                     {{u"lacks"_s, lacks->join(u", "_s)}});
    return {};
}

Result<void> SqlStore::ping()
{
    if (const Result<void> there = m_connection.checkFile(); !there)
        return there;
    const Result<Rows> rows = m_connection.run(u"ping"_s);
    return rows ? Result<void>() : Result<void>(rows.failure());
}

Result<QString> SqlStore::logPosition()
{
    const Result<Rows> rows = m_connection.run(u"log_position"_s);
    if (!rows)
        return rows.failure();
    return (*rows)->next() ? (*rows)->value(0).toString() : QString();
}

Result<bool> SqlStore::hasReplayed(const QString &position)
{
    if (position.isEmpty()) {
        const Result<void> alive = ping();
        return alive ? Result<bool>(true) : Result<bool>(alive.failure());
    }
    const Result<Rows> rows = m_connection.run(u"has_replayed"_s, {{u":position"_s, position}});
    if (!rows)
        return rows.failure();
    return (*rows)->next() && (*rows)->value(0).toInt() != 0;
}

} // namespace entvas
