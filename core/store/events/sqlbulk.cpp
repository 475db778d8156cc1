// The part of SqlStore that only commands use: whole histories in, and old events out.
#include "core/store/events/sqlstore.h"

#include "core/base/uuid7.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

QString floorText(qint64 ms)
{
    return uuid7Floor(ms).toString(QUuid::WithoutBraces);
}

} // namespace

Result<void> SqlStore::beginBulk()
{
    return m_connection.runScript(u"begin_bulk"_s);
}

Result<void> SqlStore::endBulk()
{
    return m_connection.runScript(u"end_bulk"_s);
}

Result<QList<CommittedJob>> SqlStore::appendMissing(const QList<AppendJob> &jobs)
{
    m_mayBeStored = true;
    Result<QList<CommittedJob>> stored = append(jobs);
    m_mayBeStored = false;
    return stored;
}

Result<qint64> SqlStore::countExisting(const QString &project, const QList<QUuid> &ids)
{
    QJsonArray array;
    for (const QUuid &id : ids)
        array.append(id.toString(QUuid::WithoutBraces));
    const Result<QList<QUuid>> existing = existingEvents(project, array);
    return existing ? Result<qint64>(existing.value().size()) : existing.failure();
}

Result<void> SqlStore::checkVersion()
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

Result<bool> SqlStore::hasEvents(const QString &project)
{
    Result<Rows> rows = m_connection.run(u"has_events"_s, {{u":project"_s, project}});
    if (!rows)
        return rows.failure();
    const bool has = (*rows)->next() && (*rows)->value(0).toInt() > 0;
    if (const Result<void> ended = m_connection.ended(*rows); !ended)
        return ended.failure();
    return has;
}

Result<qint64> SqlStore::countEventsBefore(const QString &project, qint64 receivedAtMs)
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

Result<int> SqlStore::dropEventsBefore(const QString &project, qint64 receivedAtMs)
{
    return m_connection.change(
        u"drop_events"_s,
        {{u":project"_s, project}, {u":before"_s, floorText(receivedAtMs)}, {u":limit"_s, SqlUpkeep::kRowsPerStep}});
}

Result<OldEvents> SqlStore::oldEvents(const QString &project, qint64 receivedAtMs)
{
    const Result<qint64> count = countEventsBefore(project, receivedAtMs);
    const Result<Space> has = count ? space() : Result<Space>(count.failure());
    return has ? Result<OldEvents>(OldEvents{*count, has->bytes, has->freeBytes}) : has.failure();
}

Result<SqlStore::Space> SqlStore::space()
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

Result<void> SqlStore::compactFile()
{
    const Result<void> done = m_connection.runScript(u"compact_file"_s);
    m_connection.acceptSize();
    return done;
}

} // namespace entvas
