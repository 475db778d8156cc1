#include "core/store/events/sql/sqlreader.h"

#include "core/base/jsontext.h"
#include "core/base/uuid7.h"
#include "core/store/connection/sqlconnection.h"
#include "core/store/connection/transaction.h"
#include "core/store/events/sql/jsonrows.h"
#include "core/store/events/sql/sqlusers.h"

#include <algorithm>
#include <vector>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

// Behind a sign that the statement takes off again: SQLite takes U+FEFF and U+FFFE at the head of bound text for marks
// of its byte order, drops them, and in the second case swaps all bytes.
QString guarded(const QString &text)
{
    return u'=' + text;
}

// "a b a b …", numbers in decimal. False when it is not.
template <class Take>
bool parsePairs(QStringView text, const Take &take)
{
    const char16_t *at = text.utf16();
    const char16_t *const end = at + text.size();
    const auto number = [&](qint64 &value) {
        const bool isNegative = at != end && *at == u'-';
        at += isNegative;
        const char16_t *const digits = at;
        quint64 sum = 0; // of at most 19 digits: no overflow
        for (; at != end && *at >= u'0' && *at <= u'9'; ++at)
            sum = sum * 10 + (*at - u'0');
        value = qint64(isNegative ? 0 - sum : sum);
        return at != digits && at - digits <= 19;
    };
    while (at != end) {
        qint64 first = 0;
        qint64 second = 0;
        if (!number(first) || at == end || *at++ != u' ' || !number(second))
            return false;
        take(first, second);
        if (at != end && *at++ != u' ')
            return false;
    }
    return true;
}

QList<StoredEvent> eventsIn(QSqlQuery &rows)
{
    QList<StoredEvent> found;
    // Names and metadata come as bytes: text would lose U+FEFF at its head (PostgreSQL's driver), U+FFFE and U+FFFF
    // anywhere (SQLite).
    while (rows.next())
        found << StoredEvent{QUuid::fromString(rows.value(0).toString()),
                             json::fromUtf8(rows.value(1).toByteArray()),
                             json::fromUtf8(rows.value(2).toByteArray()),
                             rows.value(3).toLongLong(),
                             rows.value(5).toLongLong(),
                             rows.value(4).toByteArray()};
    return found;
}

} // namespace

Result<QHash<qint64, SeriesKey>> SqlReader::readSeries(const QString &project)
{
    Result<Rows> rows = m_connection.run(u"all_series"_s, {{u":project"_s, project}});
    if (!rows)
        return rows.failure();
    QHash<qint64, SeriesKey> keys;
    while ((*rows)->next())
        keys.insert((*rows)->value(0).toLongLong(), seriesFromText((*rows)->value(1).toString(), m_dimensions));
    if (const Result<void> ended = m_connection.ended(*rows); !ended)
        return ended.failure();
    return keys;
}

Result<QHash<qint64, qint64>> SqlReader::readWeights(const QString &project)
{
    Result<Rows> rows = m_connection.run(u"series_weights"_s, {{u":project"_s, project}});
    if (!rows)
        return rows.failure();
    QHash<qint64, qint64> weights;
    while ((*rows)->next())
        weights.insert((*rows)->value(0).toLongLong(), (*rows)->value(1).toLongLong());
    if (const Result<void> ended = m_connection.ended(*rows); !ended)
        return ended.failure();
    return weights;
}

Result<void> SqlReader::readCounts(const QString &project, const CountSink &sink)
{
    Result<Rows> rows = m_connection.run(u"counts"_s, {{u":project"_s, project}});
    if (!rows)
        return rows.failure();
    QSqlQuery &query = **rows;
    std::vector<StoredCount> counts;
    while (query.next()) {
        const Tier tier = kTiers[std::size_t(std::clamp(query.value(0).toInt(), 1, 3))];
        const qint64 stepMs = kTierStepMs[std::size_t(tier)];
        const bool isBucket = query.isNull(2);
        const qint64 bucketMs = query.value(1).toLongLong();
        const qint64 series = query.value(2).toLongLong();
        counts.clear();
        const bool isRead = parsePairs(query.value(3).toString(), [&](qint64 key, qint64 count) {
            counts.push_back(isBucket ? StoredCount{bucketMs, key, count} : StoredCount{key * stepMs, series, count});
        });
        if (!isRead)
            return {Fault::Storage,
                    u"The database %1 holds counts that make no sense; restore a backup."_s.arg(m_connection.where())};
        sink({tier, counts});
    }
    return m_connection.ended(*rows);
}

Result<qint64> SqlReader::readUsers(const QString &project, const UserSink &sink)
{
    return entvas::readUsers(m_connection, project, sink);
}

Result<QList<RejectedRecord>> SqlReader::readRejected(const QString &project, qint64 fromMs)
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

Result<StoreTotals> SqlReader::totals(const QString &project)
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

Result<QList<StoredEvent>> SqlReader::events(const EventQuery &query)
{
    // Ids are ordered by time of receipt, and their text is ordered as they are.
    const QString from = idText(uuid7Floor(query.fromMs));
    QString to = idText(uuid7Floor(query.toMs));
    if (query.before)
        to = std::min(to, idText(*query.before));
    QList<Binding> bindings{{u":project"_s, query.project},
                            {u":from"_s, from},
                            {u":to"_s, to},
                            {u":type"_s, guarded(query.eventType)},
                            {u":limit"_s, std::clamp(query.limit, 0, kMaxEventsPerQuery)}};
    if (!query.userId.isEmpty())
        bindings << Binding{u":user"_s, guarded(query.userId)};
    Result<Rows> rows = m_connection.run(query.userId.isEmpty() ? u"events"_s : u"events_of_user"_s, bindings);
    if (!rows)
        return rows.failure();
    const QList<StoredEvent> found = eventsIn(**rows);
    if (const Result<void> ended = m_connection.ended(*rows); !ended)
        return ended.failure();
    return found;
}

Result<QList<StoredEvent>> SqlReader::eventsById(const QString &project, const QList<QUuid> &ids)
{
    QStringList texts;
    for (const QUuid &id : ids)
        texts << u'"' + idText(id) + u'"';
    Result<Rows> rows = m_connection.run(
        u"events_by_id"_s, {{u":project"_s, project}, {u":ids"_s, QString(u'[' + texts.join(u',') + u']')}});
    if (!rows)
        return rows.failure();
    const QList<StoredEvent> found = eventsIn(**rows);
    if (const Result<void> ended = m_connection.ended(*rows); !ended)
        return ended.failure();
    return found;
}

Result<void> SqlReader::atOneMoment(const std::function<Result<void>()> &read)
{
    Transaction transaction(m_connection);
    if (const Result<void> begun = transaction.begin(u"begin_moment"_s); !begun)
        return begun;
    return read(); // there is nothing to commit
}

Result<Positions> SqlReader::positions(const QString &project)
{
    Result<Rows> rows = m_connection.run(u"announced"_s, {{u":project"_s, project}});
    if (!rows)
        return rows.failure();
    Positions positions;
    while ((*rows)->next())
        positions.insert((*rows)->value(0).toString(), (*rows)->value(1).toLongLong());
    if (const Result<void> ended = m_connection.ended(*rows); !ended)
        return ended.failure();
    return positions;
}

} // namespace entvas
