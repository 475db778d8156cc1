#pragma once

#include "core/directory.h"
#include "core/settings.h"

#include <memory>

namespace entvas {

// Projects and keys of a database, for the administration commands. Used in one thread; blocks while the database
// works. Running servers of the same PostgreSQL see a change within seconds. A SQLite file that a server has open is
// refused.
class Admin
{
public:
    explicit Admin(const DatabaseUrl &database);
    ~Admin();

    // First of all: opens the database, and brings it up to date.
    Result<void> open();
    Result<Directory> directory();
    Result<void> createProject(const Project &project);
    // The only time that the key itself is seen.
    Result<NewApiKey> createKey(const QString &project, KeyRole role, const QString &name, qint64 expiresAtMs);
    Result<void> revokeKey(const QString &id);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace entvas
