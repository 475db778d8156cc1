#pragma once

#include "core/base/result.h"
#include "core/model/adminacts.h"

namespace entvas {

// Projects, keys, members and the audit log, for those who administer them. Used in the connection's thread; a failure
// that a later try may cure is Fault::Unavailable.
class DirectoryStore
{
public:
    virtual ~DirectoryStore() = default;

    virtual Result<Directory> read() = 0;
    // Checks the act, does it, and writes its row of the audit log, in one transaction: all of it or nothing.
    // Fault::BadInput, NotFound, Denied or Busy (a bound is reached) say what is wrong with it; Fault::Unavailable
    // when the database does not answer, in which case a commit may have arrived although the answer to it did not.
    virtual Result<AdminResult> act(const AdminCommand &command, const Actor &actor) = 0;
    // Newest first.
    virtual Result<QList<AuditRecord>> audit(const AuditQuery &query) = 0;
    // When keys were last presented, in one transaction of its own.
    virtual Result<void> noteUses(const QList<KeyUse> &uses) = 0;
};

} // namespace entvas
