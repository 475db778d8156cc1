#pragma once

#include "core/store/events/eventstore.h"

#include <mutex>
#include <semaphore>
#include <utility>

namespace entvas::test {

// A store under the test's hand: says what it is told to say, and can be held in the middle of a commit.
class FakeStore : public EventStore
{
public:
    struct Control {
        std::mutex mutex;
        Result<void> opening;
        std::function<Result<QList<CommittedJob>>(const QList<AppendJob> &)> append;
        std::function<Result<QList<StoredEvent>>(const EventQuery &)> events; // called under the mutex
        std::counting_semaphore<> entered{0}, go{0};
        bool hold = false;
        bool holdPing = false;
        QList<CommittedJob> late;
        bool inDoubt = false;     // until it is settled
        QList<qsizetype> batches; // jobs of each append
    };
    explicit FakeStore(Control &control) : m_control(control) {}

    QString name() const override { return QStringLiteral("fake"); }
    Result<void> open() override
    {
        const std::lock_guard lock(m_control.mutex);
        return m_control.opening;
    }
    Result<void> migrate() override { return {}; }
    Result<void> ping() override
    {
        bool hold = false;
        {
            const std::lock_guard lock(m_control.mutex);
            hold = m_control.holdPing;
        }
        if (hold) {
            m_control.entered.release();
            m_control.go.acquire();
        }
        return open();
    }
    Result<QList<CommittedJob>> append(const QList<AppendJob> &jobs) override
    {
        bool hold = false;
        {
            const std::lock_guard lock(m_control.mutex);
            m_control.batches << jobs.size();
            hold = m_control.hold;
        }
        if (hold) {
            m_control.entered.release();
            m_control.go.acquire();
        }
        const std::lock_guard lock(m_control.mutex);
        if (m_control.append)
            return m_control.append(jobs);
        return commit(jobs);
    }
    Result<QList<CommittedJob>> settle() override
    {
        const std::lock_guard lock(m_control.mutex);
        m_control.inDoubt = false;
        return std::exchange(m_control.late, {});
    }
    bool isInDoubt() const override
    {
        const std::lock_guard lock(m_control.mutex);
        return m_control.inDoubt;
    }
    Result<bool> upkeep(const UpkeepPlan &) override { return false; }
    Result<Directory> directory() override { return Directory{{{kDefaultProject, kDefaultProject}}, {}, {}}; }
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

    static QList<CommittedJob> commit(const QList<AppendJob> &jobs)
    {
        QList<CommittedJob> committed;
        for (const AppendJob &job : jobs) {
            CommittedJob done{job, {}};
            for (const Event &event : job.events)
                done.outcomes << AppendOutcome{AppendOutcome::Status::Accepted, event.id, event.receivedAtMs};
            committed << done;
        }
        return committed;
    }

private:
    Control &m_control;
};

} // namespace entvas::test
