#include "core/maintenance/admin.h"

#include "core/base/clock.h"
#include "core/maintenance/clisubject.h"
#include "core/store/connection/databasefile.h"
#include "core/store/connection/databaselock.h"
#include "core/store/directory/sqldirectory.h"

using namespace Qt::StringLiterals;

namespace entvas {

class Admin::Private
{
public:
    explicit Private(const DatabaseUrl &url) : database(url), store(url) {}

    DatabaseUrl database;
    std::optional<DatabaseLock> lock;
    SqlDirectory store;
    QString subject = cliSubject();
};

Admin::Admin(const DatabaseUrl &database) : d(std::make_unique<Private>(database)) {}

Admin::~Admin() = default;

Result<void> Admin::open(bool mayCreate)
{
    if (const auto there = mayCreate ? Result<void>() : mustExist(d->database); !there)
        return there;
    const Result<DatabaseLock> lock = DatabaseLock::take(d->database);
    if (!lock && lock.failure().kind == Fault::Denied)
        return lock.failure();
    if (!lock)
        return {lock.failure().kind, lock.failure().text +
                                         u" Stop it first: a SQLite file has one writer. Or do it in its window, under "
                                         "\"Keys and access…\", or through its address (POST /admin/keys)."_s};
    d->lock = lock.value();
    return d->store.open(mayCreate);
}

Result<Directory> Admin::directory()
{
    return d->store.read();
}

Result<Acted> Admin::act(const DirectoryAct &act)
{
    return d->store.act(act, {d->subject, {}, SystemClock().nowMs()});
}

Result<QList<AuditRecord>> Admin::audit(const AuditQuery &query)
{
    return d->store.audit(query);
}

Result<void> Admin::createProject(const Project &project)
{
    const Result<Acted> made = act(CreateProject{project});
    return made ? Result<void>() : Result<void>(made.failure());
}

Result<NewApiKey> Admin::createKey(const QString &project, KeyRole role, const QString &name, qint64 expiresAtMs)
{
    const qint64 now = SystemClock().nowMs();
    // One that has ended is no use, but somebody may want to try what it then says.
    NewApiKey made = makeApiKey(project, role, name, expiresAtMs == 0 ? now : std::min(now, expiresAtMs), expiresAtMs);
    const Result<Acted> added = act(CreateKey{made.key});
    return added ? Result<NewApiKey>(made) : added.failure();
}

Result<void> Admin::revokeKey(const QString &id)
{
    const Result<Acted> revoked = act(RevokeKey{id});
    return revoked ? Result<void>() : Result<void>(revoked.failure());
}

} // namespace entvas
