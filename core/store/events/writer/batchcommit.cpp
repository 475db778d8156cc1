#include "core/store/events/writer/batchcommit.h"

namespace entvas {

void BatchCommit::go(State state, std::chrono::milliseconds pause)
{
    m_state = state;
    m_pause = pause;
}

void BatchCommit::appended(const Result<QList<CommittedJob>> &stored, bool isReplaced, Now now)
{
    Q_ASSERT(m_state == State::Append);
    m_isSettling = false;
    if (stored)
        return go(State::Stored);
    m_failure = stored.failure();
    if (m_failure.kind == Fault::BadInput && m_jobs > 1)
        return go(State::Halve);
    if (m_failure.kind != Fault::Unavailable)
        return go(State::Refuse);
    if (!m_holdUntil)
        m_holdUntil = now.time + (isReplaced ? std::chrono::milliseconds(0) : kHold);
    go(now.isEnding ? State::Lost : State::Reopen);
}

void BatchCommit::reopened(const Result<void> &back, Now now)
{
    Q_ASSERT(m_state == State::Reopen);
    if (!back)
        return tryLater(now);
    // The last pause was long, or it fails again each time.
    const bool isTooLate = !m_isSettling && now.time > *m_holdUntil;
    go(isTooLate ? State::Lost : State::Settle);
}

void BatchCommit::settled(const Result<QList<CommittedJob>> &late, Now now)
{
    Q_ASSERT(m_state == State::Settle);
    m_isSettling = true;
    if (!late)
        return tryLater(now);
    if (!late->isEmpty())
        return go(State::Stored);
    go(State::Append, m_backoff.next()); // a connection that opens and then fails is no reason to spin
}

void BatchCommit::tryLater(Now now)
{
    if (now.time < *m_holdUntil && !now.isEnding)
        go(State::Reopen, m_backoff.next());
    else
        go(State::Lost);
}

} // namespace entvas
