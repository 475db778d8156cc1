#pragma once

#include "core/base/uuid7.h"
#include "core/store/directory/directorystore.h"

namespace entvas {

class SqlConnection;

// Administration on a connection: by the commands on one of their own, in a running server on the writer's. Used in
// the connection's thread.
class SqlActs final : public DirectoryStore
{
public:
    explicit SqlActs(SqlConnection &connection) : m_connection(connection) {}

    Result<Directory> read() override;
    Result<AdminResult> act(const AdminCommand &command, const Actor &actor) override;
    Result<QList<AuditRecord>> audit(const AuditQuery &query) override;
    Result<void> noteUses(const QList<KeyUse> &uses) override;

private:
    SqlConnection &m_connection;
    Uuid7Generator m_ids;
};

} // namespace entvas
