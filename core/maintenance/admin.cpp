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
    bool isHeld = false;
};

Admin::Admin(const DatabaseUrl &database) : d(std::make_unique<Private>(database)) {}

Admin::~Admin() = default;

Result<void> Admin::open(bool mayCreate)
{
    if (const auto there = mayCreate ? Result<void>() : mustExist(d->database); !there)
        return there;
    const Result<DatabaseLock> lock = DatabaseLock::take(d->database);
    d->isHeld = !lock && lock.failure().kind == Fault::Unavailable;
    if (!lock)
        return lock.failure();
    d->lock = lock.value();
    return d->store.open(mayCreate);
}

bool Admin::isHeld() const
{
    return d->isHeld;
}

Result<Directory> Admin::directory()
{
    return d->store.read();
}

Result<AdminResult> Admin::act(const AdminCommand &command)
{
    return d->store.act(command, {d->subject, {}, SystemClock().nowMs()});
}

Result<AdminAnswer> Admin::carryOut(const AdminAct &act, const AdminWords &words)
{
    const qint64 now = SystemClock().nowMs();
    const Result<AdminCommand> command = readWords(act, words, now);
    if (!command)
        return command.failure();
    const Result<AdminResult> result = d->store.act(*command, {d->subject, {}, now});
    return result ? Result<AdminAnswer>(answerTo(*command, *result, now)) : result.failure();
}

Result<QList<AuditRecord>> Admin::audit(const AuditQuery &query)
{
    return d->store.audit(query);
}

Result<void> Admin::createProject(const Project &project)
{
    const Result<AdminResult> made = act({u"project.create"_s, {{u"id"_s, project.id}, {u"name"_s, project.name}}});
    return made ? Result<void>() : Result<void>(made.failure());
}

Result<NewApiKey> Admin::createKey(const QString &project, KeyRole role, const QString &name, qint64 expiresAtMs)
{
    AdminCommand command{u"key.create"_s, {{u"project"_s, project}, {u"role"_s, roleName(role)}, {u"name"_s, name}}};
    qint64 now = SystemClock().nowMs();
    if (expiresAtMs != 0) {
        command.times.insert(u"expires"_s, expiresAtMs);
        now = std::min(now, expiresAtMs);
    }
    const Result<AdminResult> made = d->store.act(command, {d->subject, {}, now});
    return made ? Result<NewApiKey>(NewApiKey{made->key, made->text}) : made.failure();
}

Result<void> Admin::revokeKey(const QString &id)
{
    const Result<AdminResult> revoked = act({u"key.revoke"_s, {{u"id"_s, id}}});
    return revoked ? Result<void>() : Result<void>(revoked.failure());
}

} // namespace entvas
