#include "server/api/admin.h"

#include "core/clock.h"
#include "core/store/sqldirectory.h"
#include "server/databaselock.h"

using namespace Qt::StringLiterals;

namespace entvas {

class Admin::Private
{
public:
    explicit Private(const DatabaseUrl &url) : database(url), store(url) {}

    DatabaseUrl database;
    std::optional<DatabaseLock> lock;
    SqlDirectory store;
};

Admin::Admin(const DatabaseUrl &database) : d(std::make_unique<Private>(database)) {}

Admin::~Admin() = default;

Result<void> Admin::open()
{
    const Result<DatabaseLock> lock = DatabaseLock::take(d->database);
    if (!lock)
        return {lock.failure().kind, lock.failure().text + u" Stop it first: a SQLite file has one writer."_s};
    d->lock = lock.value();
    return d->store.open();
}

Result<Directory> Admin::directory()
{
    return d->store.read();
}

Result<void> Admin::createProject(const Project &project)
{
    if (!isProjectId(project.id))
        return {Fault::BadInput, u"A project's id has 1–64 characters of a–z, 0–9, - and _, and begins with a letter "
                                 "or digit: \"%1\" has not."_s.arg(project.id.left(100))};
    return d->store.addProject(project);
}

Result<NewApiKey> Admin::createKey(const QString &project, KeyRole role, const QString &name, qint64 expiresAtMs)
{
    const NewApiKey made = makeApiKey(project, role, name, SystemClock().nowMs(), expiresAtMs);
    const Result<void> added = d->store.addKey(made.key);
    return added ? Result<NewApiKey>(made) : added.failure();
}

Result<void> Admin::revokeKey(const QString &id)
{
    return d->store.revokeKey(id, SystemClock().nowMs());
}

} // namespace entvas
