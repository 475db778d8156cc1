#pragma once

#include "core/store/events/eventstore.h"

#include <mutex>
#include <semaphore>
#include <utility>

namespace entvas::test {

// What a test tells a FakeStore to say; under `mutex` once it is in use.
struct FakeControl {
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

    // As a database that is pinged or written to: held while the test wants it so.
    void enter(bool isHeld)
    {
        if (isHeld) {
            entered.release();
            go.acquire();
        }
    }
    Result<void> ping()
    {
        std::unique_lock lock(mutex);
        const bool isHeld = holdPing;
        lock.unlock();
        enter(isHeld);
        lock.lock();
        return opening;
    }
};

class FakeWriter : public EventWriter
{
public:
    explicit FakeWriter(FakeControl &control) : m_control(control) {}
    Result<QList<CommittedJob>> append(const QList<AppendJob> &jobs) override
    {
        std::unique_lock lock(m_control.mutex);
        m_control.batches << jobs.size();
        const bool isHeld = m_control.hold;
        lock.unlock();
        m_control.enter(isHeld);
        lock.lock();
        return m_control.append ? m_control.append(jobs) : commit(jobs);
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
    Result<void> checkWritable() override { return m_control.ping(); }
    bool isReadOnly() const override { return false; }
    bool isReplaced() const override { return false; }

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
    FakeControl &m_control;
};

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

// One project, and no administration.
class FakeDirectory : public DirectoryStore
{
public:
    Result<Directory> read() override { return Directory{{{kDefaultProject, kDefaultProject}}, {}, {}}; }
    Result<AdminResult> act(const AdminCommand &, const Actor &) override { return none(); }
    Result<QList<AuditRecord>> audit(const AuditQuery &) override { return none(); }
    Result<void> noteUses(const QList<KeyUse> &) override { return none(); }

private:
    static Failure none() { return {Fault::Internal, QStringLiteral("This store has no administration.")}; }
};

class FakeHousekeeping : public Housekeeping
{
public:
    Result<bool> step(const UpkeepPlan &) override { return false; }
    bool holdsBack() const override { return false; }
    Result<qint64> newestCount(qint64) override { return qint64(0); }
    Result<std::optional<qint64>> clockMs() override { return std::optional<qint64>(); }
    Result<OldEvents> oldEvents(const QString &, qint64) override { return OldEvents(); }
    Result<int> dropEventsBefore(const QString &, qint64) override { return 0; }
};

// A store under the test's hand: says what it is told to say, and can be held in the middle of a commit.
class FakeStore : public EventStore
{
public:
    using Control = FakeControl;
    explicit FakeStore(Control &control) : m_control(control) {}

    QString name() const override { return QStringLiteral("fake"); }
    Result<void> open() override
    {
        const std::lock_guard lock(m_control.mutex);
        return m_control.opening;
    }
    Result<void> migrate() override { return {}; }
    Result<void> ping() override { return m_control.ping(); }
    FakeWriter &writer() override { return m_writer; }
    FakeReader &reader() override { return m_reader; }
    DirectoryStore &directory() override { return m_directory; }
    FakeHousekeeping &housekeeping() override { return m_housekeeping; }

    static QList<CommittedJob> commit(const QList<AppendJob> &jobs) { return FakeWriter::commit(jobs); }

private:
    Control &m_control;
    FakeWriter m_writer{m_control};
    FakeReader m_reader{m_control};
    FakeDirectory m_directory;
    FakeHousekeeping m_housekeeping;
};

} // namespace entvas::test
