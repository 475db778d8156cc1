#include "core/store/events/sqlusers.h"

#include "core/cube/liveusers.h"
#include "core/store/connection/sqlconnection.h"
#include "core/store/connection/transaction.h"
#include "core/store/events/jsonrows.h"
#include "core/store/events/sqlupkeep.h"

#include <limits>
#include <span>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

constexpr int kPartsPerStep = 2'000;
constexpr int kSketchesPerPage = 256;
constexpr int kForgottenPerStep = 500;

// Seconds are not stored.
constexpr std::span<const qint64> storedSteps()
{
    return std::span(LiveUsers::kStepMs).subspan(1);
}

qint64 floorTo(qint64 ms, qint64 step)
{
    return ms - ((ms % step) + step) % step;
}

QString textOf(const UserSketch &sketch)
{
    return QString::fromLatin1(sketch.toBytes().toBase64());
}

Result<UserSketch> sketchOf(const QVariant &text, const SqlConnection &connection)
{
    const auto bytes =
        QByteArray::fromBase64Encoding(text.toString().toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
    const auto sketch = bytes ? UserSketch::parse(bytes.decoded) : std::nullopt;
    if (!sketch)
        return {Fault::Storage,
                u"The database %1 holds users that make no sense; restore a backup."_s.arg(connection.where())};
    return *sketch;
}

} // namespace

void FreshUsers::see(const QString &project, const Event &event)
{
    const Minute minute{floorTo(event.receivedAtMs, kMinuteMs), project};
    const UserHash user = userHash(event.userId);
    if (const auto known = m_known.find(minute); known != m_known.end() && known->second.covers(user))
        return;
    Fresh &fresh = m_fresh[minute];
    if (fresh.users.isEmpty())
        fresh.event = event.id;
    fresh.users.add(user);
}

Result<void> FreshUsers::store()
{
    if (m_fresh.empty())
        return {};
    JsonRows rows;
    for (const auto &[minute, fresh] : m_fresh) {
        rows.begin();
        rows.add(u'p', minute.second);
        rows.add(u't', minute.first);
        rows.add(u'i', fresh.event.toString(QUuid::WithoutBraces));
        rows.add(u'u', textOf(fresh.users));
        rows.end();
    }
    const Result<int> added = m_connection.change(u"add_users"_s, {{u":rows"_s, rows.text()}});
    return added ? Result<void>() : Result<void>(added.failure());
}

void FreshUsers::committed()
{
    for (const auto &[minute, fresh] : m_fresh) {
        if (!m_known.contains(minute)) // the minute before may still get late ones
            m_known.erase(m_known.begin(), m_known.lower_bound({minute.first - kMinuteMs, QString()}));
        if (m_known.size() >= kMaxMinutes)
            m_known.clear();
        m_known[minute].merge(fresh.users);
    }
    m_fresh.clear();
}

Result<qint64> readUsers(SqlConnection &connection, const QString &project, const EventStore::UserSink &sink)
{
    // What is new first: should another server fold it meanwhile, it is read twice and not missed.
    Result<Rows> parts = connection.run(u"all_user_parts"_s, {{u":project"_s, project}});
    if (!parts)
        return parts.failure();
    while ((*parts)->next()) {
        const Result<UserSketch> sketch = sketchOf((*parts)->value(1), connection);
        if (!sketch)
            return sketch.failure();
        for (const qint64 step : storedSteps())
            sink(step, floorTo((*parts)->value(0).toLongLong(), step), *sketch);
    }
    if (const Result<void> ended = connection.ended(*parts); !ended)
        return ended.failure();
    parts->reset();

    for (const qint64 step : storedSteps()) {
        qint64 before = std::numeric_limits<qint64>::max();
        for (int read = kSketchesPerPage; read == kSketchesPerPage;) {
            Result<Rows> rows = connection.run(u"user_sketches"_s, {{u":project"_s, project},
                                                                    {u":step"_s, step},
                                                                    {u":before"_s, before},
                                                                    {u":limit"_s, kSketchesPerPage}});
            if (!rows)
                return rows.failure();
            bool goOn = true;
            for (read = 0; (*rows)->next(); ++read) {
                before = (*rows)->value(0).toLongLong();
                const Result<UserSketch> sketch = sketchOf((*rows)->value(1), connection);
                if (!sketch)
                    return sketch.failure();
                goOn = goOn && sink(step, before, *sketch);
            }
            if (const Result<void> ended = connection.ended(*rows); !ended)
                return ended.failure();
            if (!goOn)
                break;
        }
    }

    Result<Rows> since = connection.run(u"users_since"_s, {{u":project"_s, project}});
    if (!since)
        return since.failure();
    const qint64 ms = (*since)->next() ? (*since)->value(0).toLongLong() : 0;
    if (const Result<void> ended = connection.ended(*since); !ended)
        return ended.failure();
    return ms;
}

namespace {

// Adds to what is stored of a bucket.
Result<void> mergeInto(SqlConnection &connection, const QString &project, qint64 step, qint64 bucket, UserSketch users)
{
    {
        Result<Rows> rows = connection.run(
            u"user_sketches"_s,
            {{u":project"_s, project}, {u":step"_s, step}, {u":before"_s, bucket + 1}, {u":limit"_s, 1}});
        if (!rows)
            return rows.failure();
        if ((*rows)->next() && (*rows)->value(0).toLongLong() == bucket) {
            const Result<UserSketch> stored = sketchOf((*rows)->value(1), connection);
            if (!stored)
                return stored.failure();
            users.merge(*stored);
        }
        if (const Result<void> ended = connection.ended(*rows); !ended)
            return ended;
    }
    const Result<int> put = connection.change(
        u"put_user_sketch"_s,
        {{u":project"_s, project}, {u":step"_s, step}, {u":bucket"_s, bucket}, {u":sketch"_s, textOf(users)}});
    return put ? Result<void>() : Result<void>(put.failure());
}

} // namespace

// How long sketches of a width are shown; days always.
qint64 keepMsOf(qint64 step)
{
    return step == FreshUsers::kMinuteMs ? SqlUpkeep::kMinutesForMs : SqlUpkeep::kQuartersForMs;
}

Result<bool> foldUsers(SqlConnection &connection, const QString &project, const UpkeepPlan &plan)
{
    constexpr qint64 kMinute = FreshUsers::kMinuteMs;
    const std::span<const qint64> steps = storedSteps();
    // Commits may take a while: a minute that has just ended is left alone, and late parts find their way too.
    const qint64 due = floorTo(plan.nowMs, kMinute) - kMinute;
    qint64 oldest = 0;
    {
        Result<Rows> rows = connection.run(u"oldest_user_part"_s, {{u":project"_s, project}, {u":before"_s, due}});
        if (!rows)
            return rows.failure();
        const bool found = (*rows)->next() && !(*rows)->isNull(0);
        oldest = found ? (*rows)->value(0).toLongLong() : 0;
        if (const Result<void> ended = connection.ended(*rows); !ended)
            return ended.failure();
        if (!found)
            return false;
    }
    // A history that was brought in is many minutes: those of a day cost little more than one.
    const qint64 width = plan.isBulk ? steps.back() : kMinute;
    const qint64 to = std::min(floorTo(oldest, width) + width, due);
    Transaction transaction(connection);
    if (const Result<void> begun = transaction.begin(u"begin_compaction"_s); !begun)
        return begun.failure();
    {
        const Result<Rows> lock = connection.run(u"lock_compaction"_s);
        if (!lock)
            return lock.failure();
        if (!(*lock)->next() || (*lock)->value(0).toInt() == 0)
            return false; // another server is at it
    }
    std::map<std::pair<qint64, qint64>, UserSketch> users; // by step and bucket
    qint64 minute = oldest;
    QString last;
    {
        Result<Rows> rows = connection.run(
            u"user_parts"_s,
            {{u":project"_s, project}, {u":from"_s, oldest}, {u":to"_s, to}, {u":limit"_s, kPartsPerStep}});
        if (!rows)
            return rows.failure();
        while ((*rows)->next()) {
            minute = (*rows)->value(0).toLongLong();
            last = (*rows)->value(1).toString();
            const Result<UserSketch> part = sketchOf((*rows)->value(2), connection);
            if (!part)
                return part.failure();
            for (const qint64 step : steps) {
                const bool isShown = step == steps.back() || minute >= plan.nowMs - keepMsOf(step) || !plan.mayForget;
                if (isShown)
                    users[{step, floorTo(minute, step)}].merge(*part);
            }
        }
        if (const Result<void> ended = connection.ended(*rows); !ended)
            return ended.failure();
    }
    for (const auto &[bucket, sketch] : users)
        if (const Result<void> merged = mergeInto(connection, project, bucket.first, bucket.second, sketch); !merged)
            return merged.failure();
    if (const Result<int> dropped = connection.change(
            u"drop_user_parts"_s,
            {{u":project"_s, project}, {u":from"_s, oldest}, {u":bucket"_s, minute}, {u":part"_s, last}});
        !dropped)
        return dropped.failure();
    if (const Result<void> done = transaction.commit(); !done)
        return done.failure();
    return true;
}

Result<bool> forgetUsers(SqlConnection &connection, const QString &project, qint64 nowMs)
{
    for (const qint64 step : storedSteps().first(storedSteps().size() - 1)) { // days stay
        const qint64 keepMs = keepMsOf(step);
        const Result<int> dropped = connection.change(u"drop_user_sketches"_s, {{u":project"_s, project},
                                                                                {u":step"_s, step},
                                                                                {u":before"_s, nowMs - keepMs},
                                                                                {u":limit"_s, kForgottenPerStep}});
        if (!dropped)
            return dropped.failure();
        if (*dropped >= kForgottenPerStep)
            return true;
    }
    return false;
}

} // namespace entvas
