#include "core/store/events/writer/writerqueue.h"

#include <thread>
#include <utility>

namespace entvas {

namespace {

using Steady = std::chrono::steady_clock;

// What refusing the batch in hand takes, before the deadline of stop().
constexpr std::chrono::milliseconds kToRefuse{500};

} // namespace

WriterQueue::WriterQueue(const WriterLimits &limits)
    : m_limits(limits), m_queue({limits.queueEvents, limits.queueBytes})
{
}

bool WriterQueue::push(AppendJob job)
{
    const std::lock_guard lock(m_mutex);
    if (!m_isOpen || m_stop) {
        ++m_closed;
        return false;
    }
    switch (m_queue.push(std::move(job), Steady::now())) {
    case JobQueue::Pushed::Taken: break;
    case JobQueue::Pushed::TooManyEvents: ++m_tooManyEvents; return false;
    case JobQueue::Pushed::TooManyBytes: ++m_tooManyBytes; return false;
    }
    m_wake.notify_one();
    return true;
}

bool WriterQueue::push(WriterAct act)
{
    const std::lock_guard lock(m_mutex);
    if (!m_isOpen || m_stop || m_acts.size() >= kMaxActs)
        return false;
    m_acts.push_back(std::move(act));
    m_wake.notify_one();
    return true;
}

WriterQueue::Waiting WriterQueue::takeAll()
{
    const std::lock_guard lock(m_mutex);
    return {m_queue.takeAll(), std::exchange(m_acts, {})};
}

bool WriterQueue::setOpen(bool isOpen)
{
    const std::lock_guard lock(m_mutex);
    if (m_hasSaid && m_isOpen == isOpen)
        return false;
    m_losses += m_isOpen;
    m_isOpen = isOpen;
    m_hasSaid = true;
    return true;
}

bool WriterQueue::noteReadOnly(bool isReadOnly)
{
    const std::lock_guard lock(m_mutex);
    const bool wasReadOnly = std::exchange(m_isReadOnly, isReadOnly);
    return m_hasSaid && !m_isOpen && isReadOnly != wasReadOnly;
}

bool WriterQueue::isOpen() const
{
    const std::lock_guard lock(m_mutex);
    return m_isOpen;
}

qint64 WriterQueue::events() const
{
    const std::lock_guard lock(m_mutex);
    return m_queue.events();
}

void WriterQueue::fill(WriterStats &stats) const
{
    const std::lock_guard lock(m_mutex);
    stats.isAvailable = m_isOpen;
    stats.isAway = m_hasSaid && !m_isOpen;
    stats.isReadOnly = stats.isAway && m_isReadOnly;
    stats.losses = m_losses;
    stats.refusedAway = m_closed;
    stats.queueEvents = {double(m_queue.events()), double(m_limits.queueEvents), m_tooManyEvents};
    stats.queueBytes = {double(m_queue.bytes()), double(m_limits.queueBytes), m_tooManyBytes};
}

std::optional<WriterQueue::Turn> WriterQueue::next(Time wakeAt)
{
    std::unique_lock lock(m_mutex);
    m_cameRound = Steady::now();
    m_wake.wait_until(lock, wakeAt, [this] { return m_stop || !m_queue.isEmpty() || !m_acts.empty(); });
    if (m_queue.isEmpty() && m_stop)
        return std::nullopt; // stop only when drained
    while (!m_stop) {
        const auto until = m_queue.holdUntil(Steady::now());
        if (!until || m_wake.wait_until(lock, *until) == std::cv_status::timeout)
            break;
    }
    Turn turn;
    turn.start = Steady::now();
    turn.jobs = m_queue.take({m_limits.batchEvents, m_limits.batchBytes, m_limits.sharedBatchEvents}, turn.start);
    turn.isStopping = m_stop;
    if (!m_acts.empty()) {
        turn.act = std::move(m_acts.front());
        m_acts.pop_front();
    }
    return turn;
}

void WriterQueue::charge(const Turn &turn, Time end)
{
    const std::lock_guard lock(m_mutex);
    m_queue.charge(turn.start, end);
}

bool WriterQueue::pause(std::chrono::milliseconds time)
{
    std::unique_lock lock(m_mutex);
    m_cameRound = Steady::now();
    // While stopping, a batch in hand is still tried until the deadline: without the wait this would spin.
    if (m_stop) {
        lock.unlock();
        std::this_thread::sleep_for(std::min(time, std::chrono::milliseconds(100)));
        return false;
    }
    m_wake.wait_for(lock, time, [this] { return m_stop; });
    return !m_stop;
}

bool WriterQueue::isPastDeadline() const
{
    const std::lock_guard lock(m_mutex);
    return Steady::now() >= m_deadline - kToRefuse;
}

void WriterQueue::begin()
{
    const std::lock_guard lock(m_mutex);
    m_ended = false;
}

void WriterQueue::end()
{
    const std::lock_guard lock(m_mutex);
    m_isOpen = false;
    m_ended = true;
    m_gone.notify_all();
}

void WriterQueue::stop(int ms)
{
    const std::lock_guard lock(m_mutex);
    if (m_stop)
        return;
    m_stop = true;
    m_deadline = Steady::now() + std::chrono::milliseconds(ms);
    m_wake.notify_all();
}

bool WriterQueue::waitForEnd(std::optional<Time> until)
{
    std::unique_lock lock(m_mutex);
    return m_gone.wait_until(lock, until.value_or(m_deadline), [this] { return m_ended; });
}

bool WriterQueue::hasEnded() const
{
    const std::lock_guard lock(m_mutex);
    return m_ended;
}

bool WriterQueue::isStalled() const
{
    const std::lock_guard lock(m_mutex);
    return !m_ended && m_cameRound < Steady::now() - kRestless;
}

} // namespace entvas
