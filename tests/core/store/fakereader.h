#pragma once

#include "tests/core/store/fakewriter.h"

namespace entvas::test {

class FakeReader : public EventReader
{
public:
    explicit FakeReader(FakeControl &control) : m_control(control) {}
    Result<void> atOneMoment(const std::function<Result<void>()> &read) override { return read(); }
    Result<Positions> positions(const QString &) override { return Positions(); }
    Result<QHash<qint64, SeriesKey>> readSeries(const QString &) override { return QHash<qint64, SeriesKey>(); }
    Result<QHash<qint64, qint64>> readWeights(const QString &) override { return QHash<qint64, qint64>(); }
    Result<void> readCounts(const QString &, const CountSink &) override { return {}; }
    Result<qint64> readUsers(const QString &, const UserSink &) override { return qint64(0); }
    Result<QList<RejectedRecord>> readRejected(const QString &, qint64) override { return QList<RejectedRecord>(); }
    Result<StoreTotals> totals(const QString &) override { return StoreTotals(); }
    Result<QList<StoredEvent>> events(const EventQuery &query) override
    {
        const std::lock_guard lock(m_control.mutex);
        return m_control.events ? m_control.events(query) : QList<StoredEvent>();
    }
    Result<QList<StoredEvent>> eventsById(const QString &, const QList<QUuid> &) override
    {
        return QList<StoredEvent>();
    }

private:
    FakeControl &m_control;
};

} // namespace entvas::test
