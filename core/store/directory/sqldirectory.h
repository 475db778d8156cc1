#pragma once

#include "core/store/connection/sqlconnection.h"
#include "core/store/directory/sqlacts.h"

namespace entvas {

// Projects, keys and members in the database: read by every server, changed by the administration commands and by
// the administrators of a running server.

Result<Directory> readDirectory(SqlConnection &connection);

// A connection of its own for the administration commands: opened and brought up to date first. Only if it `mayCreate`
// are tables made where there are none.
class SqlDirectory
{
public:
    explicit SqlDirectory(DatabaseUrl url) : m_connection(std::move(url))
    {
        m_connection.watchFile();
        m_connection.watchAnswers();
    }

    Result<void> open(bool mayCreate = true);
    Result<Directory> read() { return readDirectory(m_connection); }
    Result<AdminResult> act(const AdminCommand &command, const Actor &actor) { return m_acts.act(command, actor); }
    Result<QList<AuditRecord>> audit(const AuditQuery &query) { return m_acts.audit(query); }
    Result<void> noteUses(const QList<KeyUse> &uses) { return m_acts.noteUses(uses); }

private:
    SqlConnection m_connection;
    SqlActs m_acts{m_connection};
};

} // namespace entvas
