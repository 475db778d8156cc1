#pragma once

#include "core/base/result.h"
#include "core/model/adminacts.h"

namespace entvas {

class SqlConnection;

// What an act did: its row of the audit log, and the key that it answers with.
struct AdminWork {
    QString project;
    QString action;
    QString target;
    QJsonObject detail;
    QString keyId;
    QByteArray text; // of a new key
};

// Checks an act and does it, within the transaction of the caller: `before` is what the database holds. For failures
// see SqlActs::act().
Result<AdminWork> doAdminWork(SqlConnection &connection, const Actor &actor, const Directory &before,
                              const AdminCommand &command);
// The acts that there is work for: those of adminActs(), as a test holds.
QStringList adminWorkNames();

} // namespace entvas
