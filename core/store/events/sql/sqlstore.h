#pragma once

#include "core/store/connection/sqlconnection.h"
#include "core/store/directory/sqlacts.h"
#include "core/store/events/eventstore.h"
#include "core/store/events/sql/sqlbulk.h"
#include "core/store/events/sql/sqlreader.h"
#include "core/store/events/sql/sqlupkeep.h"
#include "core/store/events/sql/sqlwriter.h"

namespace entvas {

// The store on either database: one connection and the parts that use it. What differs between the databases is in the
// statements' files. See EventStore for threads and failures.
class SqlStore final : public EventStore
{
public:
    SqlStore(DatabaseUrl url, const QString &writer, const QStringList &dimensions, const QString &run = {});

    QString name() const override { return m_connection.dialect().name; }
    Result<void> open() override;
    Result<void> migrate() override;
    Result<void> ping() override;
    void interrupt() override { m_connection.interrupter()->interrupt(); }
    void watchAnswers() { m_connection.watchAnswers(); } // see SqlConnection
    Result<QString> logPosition() override;
    Result<bool> hasReplayed(const QString &position) override;

    SqlWriter &writer() override { return m_writer; }
    SqlReader &reader() override { return m_reader; }
    SqlActs &directory() override { return m_directory; }
    SqlUpkeep &housekeeping() override { return m_housekeeping; }
    SqlBulk &bulk() { return m_bulk; }

private:
    SqlConnection m_connection;
    SqlWriter m_writer;
    SqlReader m_reader;
    SqlActs m_directory{m_connection};
    SqlUpkeep m_housekeeping{m_connection};
    SqlBulk m_bulk{m_connection};
};

} // namespace entvas
