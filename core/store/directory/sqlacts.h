#pragma once

#include "core/base/result.h"
#include "core/base/uuid7.h"
#include "core/model/adminacts.h"

namespace entvas {

class SqlConnection;

// Administration on a connection: by the commands on one of their own, in a running server on the writer's. Used in
// the connection's thread.
class SqlActs
{
public:
    explicit SqlActs(SqlConnection &connection) : m_connection(connection) {}

    // Checks the act, does it, and writes its row of the audit log, in one transaction: all of it or nothing.
    // Fault::BadInput, NotFound, Denied or Busy (a bound is reached) say what is wrong with it; Fault::Unavailable
    // when the database does not answer, in which case a commit may have arrived although the answer to it did not.
    Result<AdminResult> act(const AdminCommand &command, const Actor &actor);
    // Newest first.
    Result<QList<AuditRecord>> audit(const AuditQuery &query);
    // When keys were last presented, in one transaction of its own.
    Result<void> noteUses(const QList<KeyUse> &uses);

private:
    SqlConnection &m_connection;
    Uuid7Generator m_ids;
};

} // namespace entvas
