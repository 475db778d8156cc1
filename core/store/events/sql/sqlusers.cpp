#include "core/store/events/sql/sqlusers.h"

#include "core/base/floor.h"
#include "core/cube/liveusers.h"
#include "core/model/timerange.h"
#include "core/store/connection/sqlconnection.h"
#include "core/store/connection/transaction.h"
#include "core/store/events/sql/jsonrows.h"
#include "core/store/events/sql/sqlupkeep.h"

#include <limits>
#include <optional>
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
        rows.add(u'i', idText(fresh.event));
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

Result<qint64> readUsers(SqlConnection &connection, const QString &project, const EventReader::UserSink &sink)
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

// How long sketches of a width are shown; days always.
qint64 keepMsOf(qint64 step)
{
    return step == FreshUsers::kMinuteMs ? SqlUpkeep::kMinutesForMs : SqlUpkeep::kQuartersForMs;
}

// The minute of the oldest part before `beforeMs`, if there is one.
Result<std::optional<qint64>> oldestPart(SqlConnection &connection, const QString &project, qint64 beforeMs)
{
    Result<Rows> rows = connection.run(u"oldest_user_part"_s, {{u":project"_s, project}, {u":before"_s, beforeMs}});
    if (!rows)
        return rows.failure();
    std::optional<qint64> oldest;
    if ((*rows)->next() && !(*rows)->isNull(0))
        oldest = (*rows)->value(0).toLongLong();
    const Result<void> ended = connection.ended(*rows);
    return ended ? Result<std::optional<qint64>>(oldest) : ended.failure();
}

// The parts of some minutes, as many as one step takes, in the sketches that they go into.
struct Folded {
    std::map<std::pair<qint64, qint64>, UserSketch> users; // by step and bucket
    qint64 minute = 0;                                     // of the last part …
    QString last;                                          // … and its id
};
Result<Folded> readParts(SqlConnection &connection, const QString &project, const TimeSpan &span,
                         const UpkeepPlan &plan)
{
    Folded folded;
    folded.minute = span.fromMs;
    Result<Rows> rows = connection.run(
        u"user_parts"_s,
        {{u":project"_s, project}, {u":from"_s, span.fromMs}, {u":to"_s, span.toMs}, {u":limit"_s, kPartsPerStep}});
    if (!rows)
        return rows.failure();
    while ((*rows)->next()) {
        folded.minute = (*rows)->value(0).toLongLong();
        folded.last = (*rows)->value(1).toString();
        const Result<UserSketch> part = sketchOf((*rows)->value(2), connection);
        if (!part)
            return part.failure();
        for (const qint64 step : storedSteps()) {
            const bool isDays = step == storedSteps().back();
            const bool isShown = isDays || folded.minute >= plan.nowMs - keepMsOf(step) || !plan.mayForget;
            if (isShown)
                folded.users[{step, floorTo(folded.minute, step)}].merge(*part);
        }
    }
    const Result<void> ended = connection.ended(*rows);
    return ended ? Result<Folded>(std::move(folded)) : ended.failure();
}

} // namespace

Result<bool> foldUsers(SqlConnection &connection, const QString &project, const UpkeepPlan &plan)
{
    constexpr qint64 kMinute = FreshUsers::kMinuteMs;
    // Commits may take a while: a minute that has just ended is left alone, and late parts find their way too.
    const qint64 due = floorTo(plan.nowMs, kMinute) - kMinute;
    const Result<std::optional<qint64>> oldest = oldestPart(connection, project, due);
    if (!oldest)
        return oldest.failure();
    if (!*oldest)
        return false;
    // A history that was brought in is many minutes: those of a day cost little more than one.
    const qint64 width = plan.isBulk ? storedSteps().back() : kMinute;
    const qint64 from = **oldest;
    const qint64 to = std::min(floorTo(from, width) + width, due);
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
    const Result<Folded> parts = readParts(connection, project, {from, to}, plan);
    if (!parts)
        return parts.failure();
    for (const auto &[bucket, sketch] : parts->users)
        if (const Result<void> merged = mergeInto(connection, project, bucket.first, bucket.second, sketch); !merged)
            return merged.failure();
    if (const Result<int> dropped = connection.change(
            u"drop_user_parts"_s,
            {{u":project"_s, project}, {u":from"_s, from}, {u":bucket"_s, parts->minute}, {u":part"_s, parts->last}});
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
