#pragma once

#include "core/store/events/eventreader.h"
#include "core/store/events/eventwriter.h"

#include <functional>
#include <mutex>
#include <semaphore>
#include <utility>

namespace entvas::test {

// What a FakeStore answers, set by the test; under `mutex` once it is in use.
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

} // namespace entvas::test
