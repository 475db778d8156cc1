#include "core/store/events/sql/sqlbulk.h"

#include "core/base/uuid7.h"
#include "core/store/connection/sqlconnection.h"
#include "core/store/events/sql/jsonrows.h"
#include "core/store/events/sql/sqlupkeep.h"

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

QString floorText(qint64 ms)
{
    return idText(uuid7Floor(ms));
}

} // namespace

Result<void> SqlBulk::begin()
{
    return m_connection.runScript(u"begin_bulk"_s);
}

Result<void> SqlBulk::end()
{
    return m_connection.runScript(u"end_bulk"_s);
}

Result<void> SqlBulk::checkVersion()
{
    int found = 0;
    for (const QString &question : {u"has_migrations"_s, u"newest_migration"_s}) {
        Result<Rows> rows = m_connection.run(question);
        if (!rows)
            return rows.failure();
        found = (*rows)->next() ? (*rows)->value(0).toInt() : 0;
        if (const Result<void> ended = m_connection.ended(*rows); !ended)
            return ended;
        if (found == 0)
            return {Fault::Configuration, u"The database %1 is none of Entvas."_s.arg(m_connection.where())};
    }
    const int known = m_connection.statements().migrations().last().left(3).toInt();
    if (found > known)
        return {
            Fault::Configuration,
            u"The database %1 was made by a newer Entvas (schema %2, this program knows %3); use that version."_s.arg(
                m_connection.where(), QString::number(found), QString::number(known))};
    if (found < known)
        return {Fault::Configuration,
                u"The database %1 is of an older Entvas (schema %2, this program wants %3); bring "
                "it up to date with: entvas migrate"_s.arg(m_connection.where(), QString::number(found),
                                                           QString::number(known))};
    return {};
}

Result<bool> SqlBulk::hasEvents(const QString &project)
{
    Result<Rows> rows = m_connection.run(u"has_events"_s, {{u":project"_s, project}});
    if (!rows)
        return rows.failure();
    const bool has = (*rows)->next() && (*rows)->value(0).toInt() > 0;
    if (const Result<void> ended = m_connection.ended(*rows); !ended)
        return ended.failure();
    return has;
}

Result<qint64> SqlBulk::countEventsBefore(const QString &project, qint64 receivedAtMs)
{
    Result<Rows> rows =
        m_connection.run(u"count_events"_s, {{u":project"_s, project}, {u":before"_s, floorText(receivedAtMs)}});
    if (!rows)
        return rows.failure();
    const qint64 count = (*rows)->next() ? (*rows)->value(0).toLongLong() : 0;
    if (const Result<void> ended = m_connection.ended(*rows); !ended)
        return ended.failure();
    return count;
}

Result<int> SqlBulk::dropEventsBefore(const QString &project, qint64 receivedAtMs)
{
    return m_connection.change(
        u"drop_events"_s,
        {{u":project"_s, project}, {u":before"_s, floorText(receivedAtMs)}, {u":limit"_s, SqlUpkeep::kRowsPerStep}});
}

Result<SqlBulk::Space> SqlBulk::space()
{
    Result<Rows> rows = m_connection.run(u"database_bytes"_s);
    if (!rows)
        return rows.failure();
    Space space;
    if ((*rows)->next())
        space = {(*rows)->value(0).toLongLong(), (*rows)->value(1).toLongLong()};
    if (const Result<void> ended = m_connection.ended(*rows); !ended)
        return ended.failure();
    return space;
}

Result<void> SqlBulk::compactFile()
{
    const Result<void> done = m_connection.runScript(u"compact_file"_s);
    m_connection.acceptSize();
    return done;
}

} // namespace entvas
