#include "core/store/events/writer/writerloop.h"

#include "core/base/altstack.h"
#include "core/base/log.h"
#include "core/store/connection/backoff.h"
#include "core/store/events/storewriter.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

using Steady = std::chrono::steady_clock;

qint64 toMs(Steady::duration time)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

QList<quint64> ticketsOf(const QList<AppendJob> &jobs)
{
    QList<quint64> tickets;
    for (const AppendJob &job : jobs)
        tickets << job.ticket;
    return tickets;
}

} // namespace

WriterLoop::WriterLoop(StoreWriter &writer, WriterQueue &queue, CallWatch &calls, StoreFactory factory,
                       const WriterUpkeep::Plan &upkeep)
    : m_writer(writer), m_queue(queue), m_calls(calls), m_factory(std::move(factory)), m_upkeep(upkeep)
{
}

void WriterLoop::run()
{
    nameThread("store-writer");
    useAlternateStack();
    m_store = m_factory();
    m_calls.setStore(m_store.get());
    if (openFirst())
        serve();
    m_calls.setStore(nullptr);
    m_store.reset(); // closes the connection in this thread
    refuseQueue({Fault::Unavailable, u"The server stops."_s});
    m_queue.end();
}

bool WriterLoop::openFirst()
{
    Backoff backoff;
    while (true) {
        Result<void> ready = reopen();
        if (ready)
            ready = m_store->migrate();
        if (ready) {
            setAvailable(true);
            m_upkeep.begin(m_store->housekeeping());
            Q_EMIT m_writer.opened();
            return true;
        }
        if (ready.failure().kind != Fault::Unavailable) {
            Q_EMIT m_writer.failed(ready.failure());
            return false;
        }
        setAway(ready.failure());
        if (!m_queue.pause(backoff.next()))
            return false;
    }
}

void WriterLoop::serve()
{
    auto provenAt = Steady::now(); // that it takes writes
    while (const auto turn = m_queue.next(std::min(provenAt + kIdlePing, m_upkeep.dueAt()))) {
        const bool mayKeepUp = !turn->isStopping && Steady::now() >= m_upkeep.dueAt();
        if (!turn->jobs.isEmpty())
            commit(turn->jobs);
        const auto end = Steady::now();
        if (turn->act)
            perform(*turn->act);
        if (mayKeepUp) {
            keepUp();
        } else if (turn->jobs.isEmpty() && Steady::now() >= provenAt + kIdlePing) { // acts may only have read
            ping();
            provenAt = Steady::now();
        }
        if (!turn->jobs.isEmpty())
            provenAt = Steady::now();
        m_queue.charge(*turn, end);
    }
}

void WriterLoop::perform(const WriterAct &act)
{
    if (!m_queue.isOpen()) {
        act.run(Failure{Fault::Unavailable, u"The database is away."_s});
        return act.answer();
    }
    const auto start = Steady::now();
    const std::optional<Failure> failure = [&] {
        const CallWatch::Call call(m_calls, {}, act.giveUp);
        return act.run(m_store.get());
    }();
    if (const auto took = Steady::now() - start; took >= kSlow)
        log::warning("store", u"slow administration"_s, {{u"ms"_s, toMs(took)}});
    if (failure && !failure->outside.isEmpty()) // callers over the network are answered with less
        log::warning("store", u"administration failed"_s, {{u"reason"_s, failure->text}});
    act.answer();
    const bool isDoubtful = failure && failure->kind == Fault::Unavailable;
    const Result<void> alive = isDoubtful ? m_store->writer().checkWritable() : Result<void>();
    if (alive)
        return setAvailable(true); // it may have taken so long that it seemed to be away
    setAway(alive.failure());
    refuseQueue(alive.failure());
    recover();
}

void WriterLoop::keepUp()
{
    const Result<bool> more = [&] {
        const CallWatch::Call call(m_calls);
        return m_upkeep.step(m_store->housekeeping());
    }();
    if (more)
        setAvailable(true); // it may have taken so long that it seemed to be away
    m_numbers.keptUp(more, m_upkeep.isHeldBack(m_store->housekeeping()));
}

void WriterLoop::ping()
{
    const Result<void> alive = [&] { // what comes meanwhile must not wait for a database that is frozen
        const CallWatch::Call call(m_calls);
        return m_store->writer().checkWritable();
    }();
    if (alive)
        return setAvailable(true);
    setAway(alive.failure());
    refuseQueue(alive.failure()); // what came while the ping waited
    recover();
}

// Comes back with a working connection or after stop().
void WriterLoop::commit(const QList<AppendJob> &jobs)
{
    using State = BatchCommit::State;
    BatchCommit batch(jobs.size());
    QList<CommittedJob> stored;
    const auto taken = [&stored](Result<QList<CommittedJob>> &result) -> const Result<QList<CommittedJob>> & {
        if (result)
            stored = *result;
        return result;
    };
    while (!batch.isOver()) {
        if (batch.pause().count() > 0)
            m_queue.pause(batch.pause());
        if (batch.state() == State::Append) {
            Result<QList<CommittedJob>> appended = append(jobs);
            if (!appended && appended.failure().kind == Fault::Unavailable)
                setAway(appended.failure());
            batch.appended(taken(appended), m_store->writer().isReplaced(), now());
        } else if (batch.state() == State::Reopen) {
            batch.reopened(reopen(), now());
        } else {
            Result<QList<CommittedJob>> late = settle();
            batch.settled(taken(late), now());
        }
    }
    switch (batch.state()) {
    case State::Append:
    case State::Reopen:
    case State::Settle: break; // not over
    case State::Stored:
        setAvailable(true);
        Q_EMIT m_writer.committed(stored);
        break;
    case State::Halve:
        commit(jobs.first(jobs.size() / 2));
        commit(jobs.sliced(jobs.size() / 2));
        break;
    case State::Refuse: refuse(jobs, batch.failure()); break;
    case State::Lost: lose(jobs, batch.failure()); break;
    }
}

Result<QList<CommittedJob>> WriterLoop::append(const QList<AppendJob> &jobs)
{
    const auto start = Steady::now();
    Result<QList<CommittedJob>> stored = [&] {
        const CallWatch::Call call(m_calls, ticketsOf(jobs));
        return m_store->writer().append(jobs);
    }();
    const auto end = Steady::now();
    if (stored)
        for (CommittedJob &job : *stored)
            job.committedAt = end;
    qsizetype events = 0;
    for (const AppendJob &job : jobs)
        events += job.events.size();
    if (end - start >= kSlow)
        log::warning("store", u"slow commit"_s,
                     {{u"ms"_s, toMs(end - start)},
                      {u"requests"_s, jobs.size()},
                      {u"events"_s, events},
                      {u"stored"_s, stored.ok()}});
    m_numbers.appended(stored, events, start, end);
    m_numbers.setReplaced(m_store->writer().isReplaced());
    return stored;
}

void WriterLoop::lose(const QList<AppendJob> &jobs, const Failure &failure)
{
    const bool isInDoubt = m_store->writer().isInDoubt();
    if (!isInDoubt)
        refuse(jobs, failure);
    refuseQueue(failure);
    recover(isInDoubt ? jobs : QList<AppendJob>());
}

Result<void> WriterLoop::reopen()
{
    const Result<void> open = m_store->open();
    const Result<void> back = open ? m_store->writer().checkWritable() : open;
    m_numbers.setReplaced(m_store->writer().isReplaced());
    return back;
}

// Tries until the database is back; false when stop() came first. The senders of `doubtful` wait for what it will know.
bool WriterLoop::recover(QList<AppendJob> doubtful)
{
    const bool isReplaced = m_store->writer().isReplaced();
    const auto doubtUntil = Steady::now() + (isReplaced ? std::chrono::milliseconds(0) : CallWatch::kDoubt);
    Failure lastFailure{Fault::Unavailable, {}};
    const auto giveUpDoubt = [&] {
        if (const QList<quint64> tickets = ticketsOf(std::exchange(doubtful, {})); !tickets.isEmpty())
            Q_EMIT m_writer.uncertain(tickets, lastFailure);
    };
    Backoff backoff;
    while (!m_queue.isPastDeadline()) {
        const Result<void> back = reopen();
        Result<QList<CommittedJob>> late = back ? settle() : Result<QList<CommittedJob>>(back.failure());
        if (late) {
            if (late->isEmpty()) {
                refuse(std::exchange(doubtful, {}), {Fault::Unavailable, u"The database lost the commit."_s});
            } else {
                for (CommittedJob &job : *late)
                    if (doubtful.isEmpty())
                        job.job.ticket = 0; // its sender was answered that it is uncertain, and waits no more
                Q_EMIT m_writer.committed(late.value());
            }
            setAvailable(true);
            return true;
        }
        lastFailure = late.failure();
        setAway(lastFailure);
        if (Steady::now() > doubtUntil)
            giveUpDoubt();
        if (!m_queue.pause(backoff.next()))
            break;
    }
    giveUpDoubt();
    return false;
}

void WriterLoop::lookForStall()
{
    const std::optional<CallWatch::Overdue> overdue = m_calls.look();
    if (!overdue)
        return;
    const Failure stalled{Fault::Unavailable, u"The database does not answer."_s};
    setAvailable(false, stalled.text);
    refuseQueue(stalled);
    if (!overdue->doubtful.isEmpty())
        Q_EMIT m_writer.uncertain(overdue->doubtful, stalled);
    if (overdue->giveUp)
        overdue->giveUp(stalled);
}

void WriterLoop::refuse(const QList<AppendJob> &jobs, const Failure &failure)
{
    if (const QList<quint64> tickets = ticketsOf(jobs); !tickets.isEmpty())
        Q_EMIT m_writer.refused(tickets, failure);
}

void WriterLoop::refuseQueue(const Failure &failure)
{
    const WriterQueue::Waiting waiting = m_queue.takeAll();
    refuse(waiting.jobs, failure);
    for (const WriterAct &act : waiting.acts) {
        act.run(failure);
        act.answer();
    }
}

void WriterLoop::setAvailable(bool available, const QString &why)
{
    if (m_queue.setOpen(available))
        Q_EMIT m_writer.availableChanged(available, why);
}

void WriterLoop::setAway(const Failure &failure)
{
    if (m_queue.noteReadOnly(m_store->writer().isReadOnly()))
        Q_EMIT m_writer.availableChanged(false, failure.text);
    else
        setAvailable(false, failure.text);
}

} // namespace entvas
