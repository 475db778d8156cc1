#include "core/store/events/sql/sqlupkeep.h"

#include "core/base/floor.h"
#include "core/base/units.h"
#include "core/base/uuid7.h"
#include "core/cube/livecube.h"
#include "core/store/connection/sqlconnection.h"
#include "core/store/connection/transaction.h"
#include "core/store/events/sql/jsonrows.h"
#include "core/store/events/sql/sqlbulk.h"
#include "core/store/events/sql/sqlusers.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace entvas {

const SqlUpkeep::Compaction &SqlUpkeep::compactionOf(Task task)
{
    static const Compaction minutes{u"oldest_minute"_s,
                                    u"add_quarter"_s,
                                    u"drop_minutes"_s,
                                    kMinutesForMs,
                                    kTierStepMs[std::size_t(Tier::Quarter)],
                                    kDayMs};
    static const Compaction quarters{u"oldest_quarter"_s, u"add_day"_s, u"drop_quarters"_s,
                                     kQuartersForMs,      kDayMs,       30 * kDayMs};
    static const Compaction rejections{
        u"oldest_rejection"_s, u"add_rejection_day"_s, u"drop_rejections"_s, kMinutesForMs, kDayMs, 30 * kDayMs};
    return task == Task::Minutes ? minutes : task == Task::Quarters ? quarters : rejections;
}

Result<bool> SqlUpkeep::step(const UpkeepPlan &plan)
{
    if (m_todo.isEmpty()) {
        Result<Rows> rows = m_connection.run(u"projects"_s);
        if (!rows)
            return rows.failure();
        while ((*rows)->next())
            for (const Task task : {Task::Announcements, Task::NewUsers, Task::Minutes, Task::Quarters, Task::Users,
                                    Task::Rejections, Task::Keys, Task::Events})
                m_todo.append({task, (*rows)->value(0).toString()});
        if (const Result<void> ended = m_connection.ended(*rows); !ended)
            return ended.failure();
        m_isHolding = false;
        if (m_todo.isEmpty())
            return false;
    }
    const Result<bool> more = run(m_todo.first().first, m_todo.first().second, plan);
    if (!more && more.failure().kind == Fault::Unavailable)
        return more;
    if (!more)
        m_failure = more.failure(); // a right that is missing: the other tasks need not wait for it
    if (!more || !*more)
        m_todo.removeFirst();
    if (!m_todo.isEmpty())
        return true;
    m_holdsBack = m_isHolding;
    const std::optional<Failure> failure = std::exchange(m_failure, std::nullopt);
    return failure ? Result<bool>(*failure) : Result<bool>(false);
}

Result<bool> SqlUpkeep::run(Task task, const QString &project, const UpkeepPlan &plan)
{
    switch (task) {
    case Task::Announcements: {
        const Result<int> removed = m_connection.change(
            u"drop_announcements"_s,
            {{u":project"_s, project}, {u":kept"_s, kAnnouncementsForMs}, {u":limit"_s, kRowsPerStep}});
        return removed ? Result<bool>(*removed >= kRowsPerStep) : Result<bool>(removed.failure());
    }
    case Task::NewUsers: return foldUsers(m_connection, project, plan);
    case Task::Users: return plan.mayForget ? forgetUsers(m_connection, project, plan.nowMs) : Result<bool>(false);
    case Task::Minutes:
    case Task::Quarters:
    case Task::Rejections: return compact(compactionOf(task), project, plan);
    case Task::Keys:
        if (!plan.mayForget)
            return false;
        return remove(u"drop_keys"_s, project, plan.nowMs - kKeysForMs);
    case Task::Events: return dropEvents(project, plan);
    }
    return false;
}

Result<bool> SqlUpkeep::dropEvents(const QString &project, const UpkeepPlan &plan)
{
    if (plan.retentionDays <= 0)
        return false;
    const QString before = idText(uuid7Floor(plan.nowMs - plan.retentionDays * kDayMs));
    if (plan.mayForget)
        return remove(u"drop_events"_s, project, before);
    const Result<Rows> rows =
        m_connection.run(u"has_older_event"_s, {{u":project"_s, project}, {u":before"_s, before}});
    if (!rows)
        return rows.failure();
    if ((*rows)->next())
        holdBack();
    const Result<void> ended = m_connection.ended(*rows);
    return ended ? Result<bool>(false) : ended.failure();
}

// The oldest that is due becomes of the coarser kind.
Result<bool> SqlUpkeep::compact(const Compaction &what, const QString &project, const UpkeepPlan &plan)
{
    // Whole days, so that no day is in two tables for longer than its compaction takes.
    const qint64 due = plan.nowMs - what.keepMs;
    const qint64 before = floorTo(due, kDayMs);
    qint64 oldest = 0;
    {
        Result<Rows> rows = m_connection.run(what.oldest, {{u":project"_s, project}, {u":before"_s, before}});
        if (!rows)
            return rows.failure();
        const bool found = (*rows)->next() && !(*rows)->isNull(0);
        oldest = found ? (*rows)->value(0).toLongLong() : 0;
        if (const Result<void> ended = m_connection.ended(*rows); !ended)
            return ended.failure();
        if (!found)
            return false;
    }
    if (!plan.mayForget) { // what is summed up can't be divided again
        holdBack();
        return false;
    }
    const qint64 from = floorTo(oldest, what.bucketMs);
    const qint64 to = plan.isBulk ? std::min(from + what.bulkMs, before) : from + what.bucketMs;
    Transaction transaction(m_connection);
    if (const Result<void> begun = transaction.begin(u"begin_compaction"_s); !begun)
        return begun.failure();
    {
        const Result<Rows> lock = m_connection.run(u"lock_compaction"_s);
        if (!lock)
            return lock.failure();
        if (!(*lock)->next() || (*lock)->value(0).toInt() == 0)
            return false; // another server is at it
    }
    const QList<Binding> span{{u":project"_s, project}, {u":from"_s, from}, {u":to"_s, to}};
    if (const Result<int> added = m_connection.change(what.add, span + QList<Binding>{{u":step"_s, what.bucketMs}});
        !added)
        return added.failure();
    if (const Result<int> dropped = m_connection.change(what.drop, span); !dropped)
        return dropped.failure();
    if (const Result<void> done = transaction.commit(); !done)
        return done.failure();
    return true;
}

Result<bool> SqlUpkeep::remove(const QString &statement, const QString &project, const QVariant &before)
{
    const Result<int> removed =
        m_connection.change(statement, {{u":project"_s, project}, {u":before"_s, before}, {u":limit"_s, kRowsPerStep}});
    if (!removed)
        return removed.failure();
    return *removed >= kRowsPerStep;
}

Result<qint64> SqlUpkeep::newestCount(qint64 beforeMs)
{
    QStringList projects;
    {
        Result<Rows> rows = m_connection.run(u"projects"_s);
        if (!rows)
            return rows.failure();
        while ((*rows)->next())
            projects << (*rows)->value(0).toString();
        if (const Result<void> ended = m_connection.ended(*rows); !ended)
            return ended.failure();
    }
    qint64 newest = 0;
    for (const QString &project : std::as_const(projects)) {
        Result<Rows> rows = m_connection.run(u"newest_count"_s, {{u":project"_s, project}, {u":before"_s, beforeMs}});
        if (!rows)
            return rows.failure();
        if ((*rows)->next())
            newest = std::max(newest, (*rows)->value(0).toLongLong());
        if (const Result<void> ended = m_connection.ended(*rows); !ended)
            return ended.failure();
    }
    return newest;
}

Result<std::optional<qint64>> SqlUpkeep::clockMs()
{
    Result<Rows> rows = m_connection.run(u"database_clock"_s);
    if (!rows)
        return rows.failure();
    std::optional<qint64> ms;
    if ((*rows)->next() && !(*rows)->isNull(0))
        ms = (*rows)->value(0).toLongLong();
    const Result<void> ended = m_connection.ended(*rows);
    return ended ? Result<std::optional<qint64>>(ms) : ended.failure();
}

Result<OldEvents> SqlUpkeep::oldEvents(const QString &project, qint64 receivedAtMs)
{
    SqlBulk bulk(m_connection);
    const Result<qint64> count = bulk.countEventsBefore(project, receivedAtMs);
    const Result<SqlBulk::Space> has = count ? bulk.space() : Result<SqlBulk::Space>(count.failure());
    return has ? Result<OldEvents>(OldEvents{*count, has->bytes, has->freeBytes}) : has.failure();
}

Result<int> SqlUpkeep::dropEventsBefore(const QString &project, qint64 receivedAtMs)
{
    return SqlBulk(m_connection).dropEventsBefore(project, receivedAtMs);
}

} // namespace entvas
