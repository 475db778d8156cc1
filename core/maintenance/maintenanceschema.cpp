#include "core/maintenance/backup.h"
#include "core/maintenance/databasemaintenance.h"
#include "core/store/connection/databasefile.h"
#include "core/store/connection/databaselock.h"
#include "core/store/connection/migrations.h"
#include "core/store/connection/rowtext.h"
#include "core/store/connection/sqlconnection.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// The steps that the database has, into those that the program knows.
Result<void> readApplied(SqlConnection &connection, SchemaState &state)
{
    const Result<Rows> rows = connection.run(u"applied_migrations"_s);
    if (!rows)
        return rows.failure();
    while ((*rows)->next()) {
        const SchemaStep applied{
            (*rows)->value(0).toInt(), (*rows)->value(1).toString(), true, (*rows)->value(2).toLongLong(), {}};
        state.database = std::max(state.database, applied.version);
        const auto known = std::find_if(state.steps.begin(), state.steps.end(),
                                        [&](const SchemaStep &step) { return step.version == applied.version; });
        if (known == state.steps.end())
            state.steps.append(applied);
        else
            *known = applied;
    }
    return connection.ended(*rows);
}

} // namespace

Failure newerDatabase(const SchemaState &state)
{
    return {
        Fault::Configuration,
        u"The database %1 was made by a newer Entvas (schema %2, this program knows %3); install that version or "
        "name another database."_s.arg(state.where, QString::number(state.database), QString::number(state.program))};
}

Result<SchemaState> DatabaseMaintenance::schema() const
{
    SqlConnection connection(m_database);
    connection.watchAnswers();
    SchemaState state;
    state.where = connection.where();
    const QStringList migrations = connection.statements().migrations();
    for (const QString &migration : migrations)
        state.steps.append({migration.left(3).toInt(), migration.mid(4), false, 0, {}});
    state.program = newestSchema(m_database.kind);

    if (mustExist(m_database)) {
        if (const auto opened = connection.open(); !opened)
            return opened.failure();
        const Result<qint64> has = readNumber(connection, u"has_migrations"_s);
        if (!has)
            return has.failure();
        if (*has != 0)
            if (const Result<void> read = readApplied(connection, state); !read)
                return read.failure();
    }
    for (qsizetype i = 0; i < migrations.size(); ++i)
        if (!state.steps[i].isApplied) {
            const Result<QStringList> script = connection.statements().script(migrations[i]);
            if (!script)
                return script.failure();
            state.steps[i].statements = *script;
        }
    return state;
}

Result<SchemaState> DatabaseMaintenance::migrate() const
{
    const Result<SchemaState> before = schema();
    if (!before)
        return before;
    if (before->isNewer())
        return newerDatabase(*before);
    if (!before->isPending())
        return before; // a server that runs with it is no obstacle
    const Result<DatabaseLock> lock = DatabaseLock::take(m_database);
    if (!lock)
        return lock.failure().kind == Fault::Denied
                   ? lock.failure()
                   : Failure{lock.failure().kind,
                             lock.failure().text + u" It brings it up to date itself, when it starts."_s};
    SqlConnection connection(m_database);
    if (const auto opened = connection.open(); !opened)
        return opened.failure();
    if (const auto applied = applyMigrations(connection); !applied)
        return applied.failure();
    return before;
}

} // namespace entvas
