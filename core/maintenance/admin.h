#pragma once

#include "core/base/result.h"
#include "core/model/administration.h"
#include "core/model/settings.h"

#include <memory>

namespace entvas {

// Projects, keys and members of a database, for the administration commands. Used in one thread; blocks while the
// database works. Every act is written to the audit log as done by "cli:<user of this system>". Running servers of the
// same PostgreSQL see a change within seconds. A SQLite file that a server has open is refused.
class Admin
{
public:
    explicit Admin(const DatabaseUrl &database);
    ~Admin();

    // First of all: opens the database, and brings it up to date. One that is not there yet is made only if it
    // `mayCreate`: else Fault::Configuration says that there is none.
    Result<void> open(bool mayCreate = true);
    Result<Directory> directory();
    Result<Acted> act(const DirectoryAct &act);
    Result<QList<AuditRecord>> audit(const AuditQuery &query);

    Result<void> createProject(const Project &project);
    // The only time that the key itself is seen.
    Result<NewApiKey> createKey(const QString &project, KeyRole role, const QString &name, qint64 expiresAtMs);
    Result<void> revokeKey(const QString &id);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace entvas
