#pragma once

#include "core/base/result.h"
#include "core/model/adminacts.h"
#include "core/model/settings.h"

#include <memory>

namespace entvas {

// Projects, keys and members of a database, for the administration commands: on the database itself, or at the server
// that holds it. Used in one thread; blocks.
class Administration
{
public:
    virtual ~Administration() = default;

    virtual Result<Directory> directory() = 0;
    virtual Result<AdminAnswer> carryOut(const AdminAct &act, const AdminWords &words) = 0;
    virtual Result<QList<AuditRecord>> audit(const AuditQuery &query) = 0;
};

// On the database itself. Every act is written to the audit log as done by "cli:<user of this system>". Running servers
// of the same PostgreSQL see a change within seconds. A SQLite file that a server has open is refused.
class Admin final : public Administration
{
public:
    explicit Admin(const DatabaseUrl &database);
    ~Admin() override;

    // First of all: opens the database, and brings it up to date. One that is not there yet is made only if it
    // `mayCreate`: else Fault::Configuration says that there is none.
    Result<void> open(bool mayCreate = true);
    // open() failed because another program has the SQLite file.
    bool isHeld() const;

    Result<Directory> directory() override;
    Result<AdminAnswer> carryOut(const AdminAct &act, const AdminWords &words) override;
    Result<QList<AuditRecord>> audit(const AuditQuery &query) override;
    Result<AdminResult> act(const AdminCommand &command);

    Result<void> createProject(const Project &project);
    // The only time that the key itself is seen. An end in the past makes one that has expired.
    Result<NewApiKey> createKey(const QString &project, KeyRole role, const QString &name, qint64 expiresAtMs);
    Result<void> revokeKey(const QString &id);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace entvas
