// A batch on its way to the disk, and what its senders hear when it does not get there.
#include "core/base/log.h"
#include "core/store/connection/backoff.h"
#include "core/store/events/storewriter.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

using Steady = std::chrono::steady_clock;

QList<quint64> ticketsOf(const QList<AppendJob> &jobs)
{
    QList<quint64> tickets;
    for (const AppendJob &job : jobs)
        tickets << job.ticket;
    return tickets;
}

} // namespace

// Commits, or refuses with a reason; comes back with a working connection or after stop().
void StoreWriter::commit(EventStore &store, const QList<AppendJob> &jobs)
{
    std::optional<SteadyTime> holdUntil; // since the first failure
    Backoff backoff;
    while (true) {
        const Result<QList<CommittedJob>> stored = append(store, jobs);
        if (stored) {
            setAvailable(true, {});
            Q_EMIT committed(stored.value());
            return;
        }
        const Failure &failure = stored.failure();
        if (failure.kind == Fault::BadInput && jobs.size() > 1) {
            // One of them is refused, and its neighbours must not suffer: halve until it is alone.
            commit(store, jobs.first(jobs.size() / 2));
            commit(store, jobs.sliced(jobs.size() / 2));
            return;
        }
        if (failure.kind != Fault::Unavailable) {
            refuse(jobs, failure);
            return;
        }
        setAway(store, failure);
        if (!holdUntil)
            // A file that went does not come back in a moment.
            holdUntil = Steady::now() + (store.writer().isReplaced() ? std::chrono::milliseconds(0) : kHold);
        Result<void> back = isPastDeadline() ? Result<void>(failure) : reopen(store);
        while (!back && Steady::now() < *holdUntil && !isPastDeadline()) {
            pause(backoff.next());
            back = reopen(store);
        }
        const bool tooLong = Steady::now() > *holdUntil; // the last pause was long, or it fails again each time
        if (!back || tooLong) {
            const bool isInDoubt = store.writer().isInDoubt();
            if (!isInDoubt)
                refuse(jobs, failure);
            refuseQueue(failure);
            recover(store, isInDoubt ? jobs : QList<AppendJob>());
            return;
        }
        Result<QList<CommittedJob>> late = store.writer().settle();
        while (!late && Steady::now() < *holdUntil && !isPastDeadline()) {
            pause(backoff.next());
            back = reopen(store);
            late = back ? store.writer().settle() : Result<QList<CommittedJob>>(back.failure());
        }
        if (!late) {
            refuseQueue(failure);
            recover(store, jobs);
            return;
        }
        if (!late->isEmpty()) {
            setAvailable(true, {});
            Q_EMIT committed(late.value());
            return;
        }
        pause(backoff.next()); // a connection that opens and then fails is no reason to spin
    }
}

// Tries until the database is back; false when stop() came first. The senders of `doubtful` wait for what it will know.
bool StoreWriter::recover(EventStore &store, QList<AppendJob> doubtful)
{
    const auto doubtUntil = Steady::now() + (store.writer().isReplaced() ? std::chrono::milliseconds(0) : kDoubt);
    Failure lastFailure{Fault::Unavailable, {}};
    const auto giveUpDoubt = [&] {
        if (const QList<quint64> tickets = ticketsOf(std::exchange(doubtful, {})); !tickets.isEmpty())
            Q_EMIT uncertain(tickets, lastFailure);
    };
    Backoff backoff;
    while (!isPastDeadline()) {
        Result<void> back = reopen(store);
        Result<QList<CommittedJob>> late = back ? store.writer().settle() : Result<QList<CommittedJob>>(back.failure());
        if (late) {
            if (late->isEmpty()) {
                refuse(std::exchange(doubtful, {}),
                       {Fault::Unavailable, QStringLiteral("The database lost the commit.")});
            } else {
                for (CommittedJob &job : *late)
                    if (doubtful.isEmpty())
                        job.job.ticket = 0; // its sender was told that nobody knows, and waits no more
                Q_EMIT committed(late.value());
            }
            setAvailable(true, {});
            return true;
        }
        lastFailure = late.failure();
        setAway(store, lastFailure);
        if (Steady::now() > doubtUntil)
            giveUpDoubt();
        if (!pause(backoff.next()))
            break;
    }
    giveUpDoubt();
    return false;
}

void StoreWriter::refuse(const QList<AppendJob> &jobs, const Failure &failure)
{
    if (const QList<quint64> tickets = ticketsOf(jobs); !tickets.isEmpty())
        Q_EMIT refused(tickets, failure);
}

void StoreWriter::refuseQueue(const Failure &failure)
{
    QList<AppendJob> waiting;
    std::deque<Act> acts;
    {
        const std::lock_guard lock(m_mutex);
        waiting = m_queue.takeAll();
        acts.swap(m_acts);
    }
    refuse(waiting, failure);
    for (const Act &act : acts) {
        act.run(failure);
        act.answer();
    }
}

void StoreWriter::setBusyWith(const QList<AppendJob> &jobs)
{
    const std::lock_guard lock(m_mutex);
    m_busyWith = ticketsOf(jobs);
    m_busySince = jobs.isEmpty() ? std::nullopt : std::optional(Steady::now());
}

} // namespace entvas
