#include "core/base/clock.h"
#include "core/maintenance/clisubject.h"
#include "core/maintenance/databasemaintenance.h"
#include "core/maintenance/projectremoval.h"
#include "core/store/connection/databasefile.h"
#include "core/store/connection/databaselock.h"
#include "core/store/connection/migrations.h"
#include "core/store/connection/ownership.h"
#include "core/store/connection/sqlconnection.h"

#include <QThread>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

ProjectContents contentsOf(const QString &id, const ProjectUse &use)
{
    return {id, use.name, use.events, use.counted, use.keys, use.members};
}

// Servers look for changes every few seconds (DirectoryWatch): until then they take events with the project's keys.
constexpr int kServersNoticeMs = 7'000;

// False: it was stopped meanwhile.
bool waitForServers(SqlConnection &connection, const std::function<bool()> &goOn)
{
    constexpr int kPauseMs = 100;
    {
        const Result<Rows> servers = connection.run(u"running_servers"_s);
        if (!servers || !(*servers)->next())
            return true;
    }
    for (int waited = 0; waited < kServersNoticeMs; waited += kPauseMs) {
        if (!goOn())
            return false;
        QThread::msleep(kPauseMs);
    }
    return true;
}

Failure defaultStays()
{
    return {Fault::BadInput, u"The default project stays: it is where events go whose key names none. Delete another "
                             "one, or rename it: entvas projects rename default --name NAME."_s};
}

Failure lastMembers(const QString &id)
{
    return {Fault::BadInput, u"The only members of all are those of %1: without them every project would be open to "
                             "every login. Add a member to another project first (entvas members add), or remove those "
                             "of %1 one by one."_s.arg(id)};
}

} // namespace

Result<ProjectContents> DatabaseMaintenance::projectContents(const QString &id) const
{
    if (const auto there = mustExist(m_database); !there)
        return there.failure();
    SqlConnection connection(m_database);
    connection.watchAnswers();
    if (const auto opened = connection.open(); !opened)
        return opened.failure();
    if (const auto ours = mustBeOurs(connection); !ours)
        return ours.failure();
    (void)connection.execute(u"SET statement_timeout = 0"_s); // to count may take its time; SQLite knows no such thing
    const Result<ProjectUse> use = readProjectUse(connection, id);
    return use ? Result<ProjectContents>(contentsOf(id, *use)) : use.failure();
}

Result<ProjectContents> DatabaseMaintenance::deleteProject(const QString &id, const MaintenanceProgress &progress) const
{
    if (id == "default"_L1)
        return defaultStays();
    if (const auto there = mustExist(m_database); !there)
        return there.failure();
    const Result<DatabaseLock> lock = DatabaseLock::take(m_database);
    if (!lock)
        return lock.failure().kind == Fault::Denied
                   ? lock.failure()
                   : Failure{lock.failure().kind,
                             lock.failure().text + u" Stop it first: a SQLite file has one writer."_s};
    SqlConnection connection(m_database);
    if (const auto opened = connection.open(); !opened)
        return opened.failure();
    if (const auto ours = mustBeOurs(connection); !ours)
        return ours.failure();
    if (const auto migrated = applyMigrations(connection); !migrated)
        return migrated.failure();
    (void)connection.execute(u"SET statement_timeout = 0"_s);
    const Result<ProjectUse> use = readProjectUse(connection, id);
    if (!use)
        return use.failure();
    if (use->members > 0 && use->otherMembers == 0)
        return lastMembers(id);
    const QString subject = cliSubject();
    const SystemClock clock;
    if (const auto closed = closeProject(connection, id, subject, clock.nowMs()); !closed)
        return closed.failure();
    if (!waitForServers(connection, [&] { return progress(MaintenancePhase::Removing, 0, use->events); }))
        return {Fault::Internal, u"Stopped, as asked: the keys and members of %1 are gone, its events are still there. "
                                 "Run it again to remove the rest."_s.arg(id)};
    const MaintenanceStep step = [&](qint64 done, qint64 total) {
        return progress(MaintenancePhase::Removing, done, total);
    };
    if (const auto emptied = emptyProject(connection, id, use->events, step); !emptied)
        return emptied.failure();
    if (const auto dropped = dropProject(connection, id, subject, clock.nowMs(), *use); !dropped)
        return dropped.failure();
    return contentsOf(id, *use);
}

} // namespace entvas
