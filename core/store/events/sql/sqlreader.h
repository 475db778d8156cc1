#pragma once

#include "core/store/events/eventreader.h"

#include <QStringList>

namespace entvas {

class SqlConnection;

// The reading half of SqlStore.
class SqlReader final : public EventReader
{
public:
    static constexpr int kMaxEventsPerQuery = 10'000;

    SqlReader(SqlConnection &connection, QStringList dimensions)
        : m_connection(connection), m_dimensions(std::move(dimensions))
    {
    }

    Result<void> atOneMoment(const std::function<Result<void>()> &read) override;
    Result<Positions> positions(const QString &project) override;
    Result<QHash<qint64, SeriesKey>> readSeries(const QString &project) override;
    Result<QHash<qint64, qint64>> readWeights(const QString &project) override;
    Result<void> readCounts(const QString &project, const CountSink &sink) override;
    Result<qint64> readUsers(const QString &project, const UserSink &sink) override;
    Result<QList<RejectedRecord>> readRejected(const QString &project, qint64 fromMs) override;
    Result<StoreTotals> totals(const QString &project) override;
    Result<QList<StoredEvent>> events(const EventQuery &query) override;
    Result<QList<StoredEvent>> eventsById(const QString &project, const QList<QUuid> &ids) override;

private:
    SqlConnection &m_connection;
    QStringList m_dimensions; // names of a series' values
};

} // namespace entvas
