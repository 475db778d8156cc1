#pragma once

#include "core/store/events/writer/batchcommit.h"
#include "core/store/events/writer/callwatch.h"
#include "core/store/events/writer/writernumbers.h"
#include "core/store/events/writer/writerqueue.h"
#include "core/store/events/writer/writerupkeep.h"

#include <functional>
#include <memory>

namespace entvas {

class StoreWriter;

// What StoreWriter's thread does: batches, acts, housekeeping and pings, one after the other, and the way back when the
// database is lost. Emits StoreWriter's signals. Lives in that thread, but for lookForStall() and numbers().
class WriterLoop
{
public:
    using StoreFactory = std::function<std::unique_ptr<EventStore>()>;
    using Time = std::chrono::steady_clock::time_point;

    // An idle connection is tried this often, so that a loss shows before the next event does.
    static constexpr std::chrono::milliseconds kIdlePing{5'000};

    // All of these outlive it.
    WriterLoop(StoreWriter &writer, WriterQueue &queue, CallWatch &calls, StoreFactory factory,
               const WriterUpkeep::Plan &upkeep);

    void run(); // until stop()
    // From the owner's thread, now and then: refuses what waits behind a call that does not come back.
    void lookForStall();
    const WriterNumbers &numbers() const { return m_numbers; }

private:
    bool openFirst();
    void serve();
    void perform(const WriterAct &act);
    void keepUp();
    void ping();

    void commit(const QList<AppendJob> &jobs);
    Result<QList<CommittedJob>> append(const QList<AppendJob> &jobs); // and takes the time
    void lose(const QList<AppendJob> &jobs, const Failure &failure);
    Result<void> reopen();
    Result<QList<CommittedJob>> settle() { return m_store->writer().settle(); }
    bool recover(QList<AppendJob> doubtful = {});

    void refuse(const QList<AppendJob> &jobs, const Failure &failure);
    void refuseQueue(const Failure &failure);
    void setAvailable(bool available, const QString &why = {});
    void setAway(const Failure &failure);
    BatchCommit::Now now() const { return {std::chrono::steady_clock::now(), m_queue.isPastDeadline()}; }

    StoreWriter &m_writer;
    WriterQueue &m_queue;
    CallWatch &m_calls;
    StoreFactory m_factory;
    WriterUpkeep m_upkeep;
    WriterNumbers m_numbers;
    std::unique_ptr<EventStore> m_store; // while run() runs
};

} // namespace entvas
