#include "core/maintenance/projectremoval.h"

#include "core/base/uuid7.h"
#include "core/store/connection/rowtext.h"
#include "core/store/connection/sqlconnection.h"
#include "core/store/connection/transaction.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// The tables with many rows of a project, and the column of their key that follows it.
struct Large {
    QString table;
    QString key;
};
const QList<Large> &largeTables()
{
    static const QList<Large> tables{{u"events"_s, u"id"_s},
                                     {u"idempotency_keys"_s, u"key"_s},
                                     {u"minute_counts"_s, u"minute"_s},
                                     {u"quarter_counts"_s, u"quarter"_s},
                                     {u"day_counts"_s, u"day"_s},
                                     {u"minute_rejections"_s, u"minute"_s},
                                     {u"user_sketches"_s, u"bucket"_s},
                                     {u"announcements"_s, u"seq"_s}};
    return tables;
}

Result<qint64> numberOf(SqlConnection &connection, const QString &statement, const QString &project)
{
    const Result<Rows> rows = connection.run(statement, {{u":project"_s, project}});
    if (!rows)
        return rows.failure();
    if ((*rows)->next())
        return (*rows)->value(0).toLongLong();
    if (const auto ended = connection.ended(*rows); !ended)
        return ended.failure();
    return 0;
}

Result<void> note(SqlConnection &connection, const QString &project, const QString &subject, qint64 nowMs,
                  const QString &action, const QJsonObject &detail)
{
    Uuid7Generator ids;
    const Result<int> noted = connection.change(
        u"add_audit"_s, {{u":project"_s, project},
                         {u":id"_s, ids.next(nowMs).toString(QUuid::WithoutBraces)},
                         {u":at"_s, nowMs},
                         {u":subject"_s, subject},
                         {u":action"_s, action},
                         {u":target"_s, project},
                         {u":detail"_s, QString::fromUtf8(QJsonDocument(detail).toJson(QJsonDocument::Compact))}});
    return noted ? Result<void>() : Result<void>(noted.failure());
}

Result<void> dropFrom(SqlConnection &connection, const QString &table, const QString &project)
{
    const QString statement = u"drop all of "_s + table;
    connection.statements().define(
        statement, u"DELETE FROM %1 WHERE %2 = :project"_s.arg(table, table == "projects"_L1 ? u"id"_s : u"project"_s));
    const Result<int> dropped = connection.change(statement, {{u":project"_s, project}});
    return dropped ? Result<void>() : Result<void>(dropped.failure());
}

} // namespace

Result<ProjectUse> readProjectUse(SqlConnection &connection, const QString &project)
{
    ProjectUse use;
    {
        const Result<Rows> rows = connection.run(u"projects"_s);
        if (!rows)
            return rows.failure();
        bool isThere = false;
        while ((*rows)->next())
            if ((*rows)->value(0).toString() == project) {
                isThere = true;
                use.name = (*rows)->value(1).toString();
            }
        if (const auto ended = connection.ended(*rows); !ended)
            return ended.failure();
        if (!isThere)
            return {Fault::NotFound, u"There is no project \"%1\"; see entvas projects list."_s.arg(project.left(100))};
    }
    const std::pair<QString, qint64 *> questions[] = {{u"events_of_project"_s, &use.events},
                                                      {u"counted_of_project"_s, &use.counted},
                                                      {u"keys_of_project"_s, &use.keys},
                                                      {u"members_of_project"_s, &use.members},
                                                      {u"members_of_others"_s, &use.otherMembers}};
    for (const auto &[statement, number] : questions) {
        const Result<qint64> answer = numberOf(connection, statement, project);
        if (!answer)
            return answer.failure();
        *number = *answer;
    }
    return use;
}

Result<void> closeProject(SqlConnection &connection, const QString &project, const QString &subject, qint64 nowMs)
{
    Transaction transaction(connection);
    if (const auto begun = transaction.begin(u"begin_act"_s); !begun)
        return begun;
    for (const QString &table : {u"api_keys"_s, u"members"_s})
        if (const auto dropped = dropFrom(connection, table, project); !dropped)
            return dropped;
    if (const auto noted = note(connection, project, subject, nowMs, u"project.close"_s, {}); !noted)
        return noted;
    return transaction.commit();
}

Result<void> emptyProject(SqlConnection &connection, const QString &project, qint64 total, const MaintenanceStep &step)
{
    qint64 done = 0;
    for (const auto &[table, key] : largeTables()) {
        const QString statement = u"drop some of "_s + table;
        // Up to a key, not a list of keys: whatever the database believes to know of the table, it walks along its
        // index.
        connection.statements().define(
            statement,
            u"DELETE FROM %1 WHERE project = :project AND \"%2\" <= (SELECT k FROM (SELECT \"%2\" AS k FROM %1 "
            "WHERE project = :same ORDER BY \"%2\" LIMIT %3) AS x ORDER BY k DESC LIMIT 1) RETURNING 1"_s.arg(
                table, key, QString::number(kRemovalRows)));
        for (;;) {
            if (!step(done, total))
                return {Fault::Internal,
                        u"Stopped, as asked: a part of the project %1 is gone. Say it again to remove the "
                        "rest."_s.arg(project)};
            const Result<int> dropped = connection.change(statement, {{u":project"_s, project}, {u":same"_s, project}});
            if (!dropped)
                return dropped.failure();
            if (*dropped == 0)
                break;
            if (table == "events"_L1)
                done += *dropped;
        }
    }
    return {};
}

Result<void> dropProject(SqlConnection &connection, const QString &project, const QString &subject, qint64 nowMs,
                         const ProjectUse &had)
{
    Transaction transaction(connection);
    if (const auto begun = transaction.begin(u"begin_act"_s); !begun)
        return begun;
    for (const Large &large : largeTables()) // what came in meanwhile
        if (const auto dropped = dropFrom(connection, large.table, project); !dropped)
            return dropped;
    // The audit log stays: it is kept for good.
    for (const QString &table : {u"users_since"_s, u"series"_s, u"api_keys"_s, u"members"_s, u"projects"_s})
        if (const auto dropped = dropFrom(connection, table, project); !dropped)
            return dropped;
    if (const auto noted = note(connection, project, subject, nowMs, u"project.delete"_s,
                                {{u"name"_s, had.name}, {u"events"_s, had.events}});
        !noted)
        return noted;
    return transaction.commit();
}

} // namespace entvas
