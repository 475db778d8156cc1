#pragma once

#include "core/maintenance/bulkstore.h"

namespace entvas {

// Where old events of a project are removed: in the database, or at the server that has the SQLite file open. Used in
// one thread; blocks. See BulkStore for the failures.
class RetentionTarget
{
public:
    virtual ~RetentionTarget() = default;

    virtual QStringList otherProjects() const = 0;
    virtual bool isSqlite() const = 0;
    virtual Result<qint64> countBefore(qint64 receivedAtMs) = 0;
    virtual Result<int> dropBefore(qint64 receivedAtMs) = 0; // some, the oldest first; 0 = none is left
    virtual Result<BulkStore::Space> space() = 0;
    virtual Result<void> compactFile() = 0;
    virtual Result<void> finish() = 0;
};

// `compacts`: the file is to be rewritten, which no server can do while it has it open.
Result<std::unique_ptr<RetentionTarget>> openRetention(const Settings &settings, const QString &project, bool compacts);

} // namespace entvas
