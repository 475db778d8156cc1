#include "core/store/sqlstore.h"

#include "core/store/jsonrows.h"
#include "core/store/migrations.h"
#include "core/store/transaction.h"
#include "core/uuid7.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

QString idText(const QUuid &id)
{
    return id.toString(QUuid::WithoutBraces);
}

} // namespace

std::unique_ptr<EventStore> makeStore(const DatabaseUrl &url, const QString &writer, const QStringList &dimensions)
{
    return std::make_unique<SqlStore>(url, writer, dimensions);
}

SqlStore::SqlStore(DatabaseUrl url, QString writer, QStringList dimensions)
    : m_connection(std::move(url)), m_writer(std::move(writer)), m_dimensions(std::move(dimensions))
{
}

Result<void> SqlStore::open()
{
    // Whoever restored an older backup meanwhile took the series with it.
    m_stored.clear();
    m_keys.clear();
    return m_connection.open();
}

Result<void> SqlStore::migrate()
{
    return applyMigrations(m_connection);
}

Result<void> SqlStore::ping()
{
    const Result<Rows> rows = m_connection.run(u"ping"_s);
    return rows ? Result<void>() : Result<void>(rows.failure());
}

Result<void> SqlStore::loadSeries(const QString &project)
{
    Result<Rows> rows = m_connection.run(u"all_series"_s, {{u":project"_s, project}});
    if (!rows)
        return rows.failure();
    if (m_keys.size() > kMaxKnownSeries)
        m_keys.clear();
    while ((*rows)->next()) {
        const SeriesRef ref(project, (*rows)->value(0).toLongLong());
        if (!m_keys.contains(ref))
            m_keys.insert(ref, seriesFromText((*rows)->value(1).toString(), m_dimensions));
    }
    return m_connection.ended(*rows);
}

Result<void> SqlStore::readCounts(const QString &project, Tier tier, qint64 fromMs, const CountSink &sink)
{
    if (tier == Tier::Second)
        return {Fault::Internal, u"Seconds are not stored."_s};
    if (const Result<void> loaded = loadSeries(project); !loaded)
        return loaded;

    const qint64 stepMs = kTierStepMs[std::size_t(tier)];
    QList<Binding> bindings{{u":project"_s, project}, {u":from"_s, fromMs}};
    if (tier != Tier::Minute)
        bindings << Binding{u":step"_s, stepMs};
    struct Late {
        qint64 bucketMs, series, count;
    };
    QList<Late> late; // of series that another server made since they were loaded
    {
        Result<Rows> rows = m_connection.run(tier == Tier::Minute ? u"minute_counts"_s : u"coarse_counts"_s, bindings);
        if (!rows)
            return rows.failure();
        SeriesRef ref(project, 0);
        QSqlQuery &query = **rows;
        CountRecord record;
        qint64 recordSeries = 0;
        bool known = false; // record.series is that of recordSeries
        while (query.next()) {
            record.bucketMs = query.value(0).toLongLong();
            ref.second = query.value(1).toLongLong();
            record.count = query.value(2).toLongLong();
            if (!known || recordSeries != ref.second) {
                const auto key = m_keys.constFind(ref);
                if (key == m_keys.cend()) {
                    late << Late{record.bucketMs, ref.second, record.count};
                    continue;
                }
                record.series = *key;
                recordSeries = ref.second;
                known = true;
            }
            sink(record);
        }
        if (const Result<void> ended = m_connection.ended(*rows); !ended)
            return ended;
    }
    if (late.isEmpty()) {
        m_keys.clear(); // of use at the start only
        return {};
    }
    if (const Result<void> loaded = loadSeries(project); !loaded)
        return loaded;
    for (const Late &count : late) {
        const auto key = m_keys.constFind(SeriesRef(project, count.series));
        if (key == m_keys.cend())
            return {Fault::Storage,
                    u"The database %1 counts a series that it does not describe; restore a backup."_s.arg(
                        m_connection.where())};
        sink({count.bucketMs, *key, count.count});
    }
    m_keys.clear();
    return {};
}

Result<QList<RejectedRecord>> SqlStore::readRejected(const QString &project, qint64 fromMs)
{
    Result<Rows> rows = m_connection.run(u"rejections"_s, {{u":project"_s, project}, {u":from"_s, fromMs}});
    if (!rows)
        return rows.failure();
    QList<RejectedRecord> records;
    while ((*rows)->next())
        records << RejectedRecord{(*rows)->value(0).toLongLong(), (*rows)->value(1).toLongLong()};
    if (const Result<void> ended = m_connection.ended(*rows); !ended)
        return ended.failure();
    return records;
}

Result<StoreTotals> SqlStore::totals(const QString &project)
{
    Result<Rows> rows = m_connection.run(u"totals"_s, {{u":project"_s, project}});
    if (!rows)
        return rows.failure();
    StoreTotals totals;
    if ((*rows)->next())
        totals = {(*rows)->value(0).toLongLong(), (*rows)->value(1).toLongLong()};
    if (const Result<void> ended = m_connection.ended(*rows); !ended)
        return ended.failure();
    return totals;
}

Result<QList<StoredEvent>> SqlStore::events(const EventQuery &query)
{
    // Ids are ordered by time of receipt, and their text is ordered as they are.
    const QString from = idText(uuid7Floor(query.fromMs));
    QString to = idText(uuid7Floor(query.toMs));
    if (query.before)
        to = std::min(to, idText(*query.before));
    QList<Binding> bindings{{u":project"_s, query.project},
                            {u":from"_s, from},
                            {u":to"_s, to},
                            {u":type"_s, query.eventType.isNull() ? u""_s : query.eventType},
                            {u":limit"_s, std::clamp(query.limit, 0, kMaxEventsPerQuery)}};
    if (!query.userId.isEmpty())
        bindings << Binding{u":user"_s, query.userId};
    Result<Rows> rows = m_connection.run(query.userId.isEmpty() ? u"events"_s : u"events_of_user"_s, bindings);
    if (!rows)
        return rows.failure();
    QList<StoredEvent> found;
    while ((*rows)->next()) {
        const QSqlQuery &row = **rows;
        found << StoredEvent{QUuid::fromString(row.value(0).toString()),
                             row.value(1).toString(),
                             row.value(2).toString(),
                             row.value(3).toLongLong(),
                             row.value(5).toLongLong(),
                             row.value(4).toString().toUtf8()};
    }
    if (const Result<void> ended = m_connection.ended(*rows); !ended)
        return ended.failure();
    return found;
}

} // namespace entvas
