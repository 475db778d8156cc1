#include "server/live/channel.h"

#include "server/live/livehubstats.h"
#include "server/live/liveproject.h"
#include "server/live/livesession.h"

#include <algorithm>
#include <map>
#include <utility>

namespace entvas {

using namespace Qt::StringLiterals;

class Channel::Walk
{
public:
    explicit Walk(Channel &channel) : m_channel(channel) { ++channel.m_walks; }
    ~Walk()
    {
        if (--m_channel.m_walks == 0)
            m_channel.m_subscribers.remove_if([](const Subscriber &one) { return !one.session; });
    }
    Q_DISABLE_COPY_MOVE(Walk)

private:
    Channel &m_channel;
};

template <class Function>
void Channel::forEach(Function function)
{
    const Walk walk(*this);
    for (Subscriber &subscriber : m_subscribers)
        if (subscriber.session)
            function(subscriber, *subscriber.session);
}

Channel::Subscriber *Channel::find(const LiveSession &session)
{
    const auto at = std::find_if(m_subscribers.begin(), m_subscribers.end(),
                                 [&](const Subscriber &one) { return one.session == &session; });
    return at == m_subscribers.end() ? nullptr : &*at;
}

bool Channel::subscribe(LiveSession &session, const wire::Subscribe &message)
{
    const Walk walk(*this);
    Subscriber *subscriber = find(session);
    if (!subscriber)
        subscriber = &m_subscribers.emplace_back(Subscriber{&session});
    m_tailReaders += int(message.tail) - int(subscriber->wantsTail);
    subscriber->wantsTail = message.tail;
    subscriber->needsSnapshot = true;
    // Not on top of a backlog: the same steps would pile up for a client that asks again and again.
    if (!message.since || session.isBehind(m_limits->slowBytes))
        return false;
    const auto deltas = m_project->since(*message.since);
    if (!deltas)
        return false;
    for (const OutMessagePtr &delta : *deltas)
        session.send(*delta);
    subscriber->needsSnapshot = false;
    subscriber->seq = m_project->seq();
    return true;
}

void Channel::unsubscribe(const LiveSession &session)
{
    Subscriber *subscriber = find(session);
    if (!subscriber)
        return;
    const Walk walk(*this);
    m_tailReaders -= int(subscriber->wantsTail);
    subscriber->session = nullptr;
}

void Channel::dismissAll()
{
    forEach([this](Subscriber &, LiveSession &session) {
        unsubscribe(session);
        std::erase(session.state.channels, this);
        session.send(OutMessage(wire::Error{u"unknown_project"_s, u"This project was deleted"_s, m_project->id()}));
    });
}

bool Channel::needsSnapshots() const
{
    return std::any_of(m_subscribers.cbegin(), m_subscribers.cend(),
                       [](const Subscriber &one) { return one.session && one.needsSnapshot; });
}

void Channel::add(const CommittedJob &job)
{
    if (m_subscribers.empty())
        return;
    if (!m_oldest)
        m_oldest = job.committedAt;
    if (!hasTailReaders())
        return;
    for (qsizetype i = 0; i < job.job.events.size(); ++i) {
        if (job.outcomes[i].status != AppendOutcome::Status::Accepted)
            continue;
        const Event &event = job.job.events[i];
        show({event.id.toString(QUuid::WithoutBraces), event.eventType, event.userId, event.timestampMs,
              event.receivedAtMs, event.metadata});
    }
}

void Channel::addOthers(const QList<StoredEvent> &events, qint64 skipped)
{
    for (const StoredEvent &event : events)
        show({event.id.toString(QUuid::WithoutBraces), event.eventType, event.userId, event.timestampMs,
              event.receivedAtMs, event.metadata});
    m_tail.skipped += skipped;
}

void Channel::show(const wire::TailEvent &event)
{
    if (m_tail.events.size() >= m_limits->tailEvents) {
        m_tail.events.removeFirst();
        ++m_tail.skipped;
        ++m_counts->tailEvents.reached;
    }
    m_tail.events.append(event);
}

void Channel::sendDelta(const OutMessagePtr &delta)
{
    bool isSent = false;
    forEach([&](Subscriber &subscriber, LiveSession &session) {
        if (subscriber.needsSnapshot)
            return;
        subscriber.needsSnapshot = !delta || session.isBehind(m_limits->slowBytes);
        if (subscriber.needsSnapshot) {
            m_counts->slowBytes.reached += delta != nullptr;
            return;
        }
        session.send(*delta);
        ++m_counts->deltas;
        isSent = true;
        subscriber.seq = m_project->seq();
    });
    if (isSent && m_oldest) {
        const std::chrono::duration<double> delay = std::chrono::steady_clock::now() - *m_oldest;
        m_counts->deltaDelay.observe(delay.count());
    }
}

void Channel::sendSnapshots(qint64 nowMs, qint64 &totalUnsent)
{
    forEach([&](Subscriber &subscriber, LiveSession &session) {
        const qint64 unsent = session.unsent();
        if (!subscriber.needsSnapshot || unsent > m_limits->drainedBytes)
            return;
        if (totalUnsent > m_limits->totalUnsentBytes) {
            ++m_counts->totalUnsent.reached;
            return;
        }
        for (const OutMessagePtr &part : m_project->snapshot(nowMs))
            session.sendSnapshot(*part);
        ++m_counts->snapshots;
        subscriber.needsSnapshot = false;
        subscriber.seq = m_project->seq();
        totalUnsent += session.unsent() - unsent;
    });
}

void Channel::sendTail()
{
    const Tail tail = std::exchange(m_tail, {});
    m_oldest.reset(); // duplicates alone make no delta
    if (!hasTailReaders())
        return;
    const OutMessage shared(wire::Tail{m_project->id(), tail.events, tail.skipped});
    const qint64 seen = tail.events.size() + tail.skipped;
    forEach([&](Subscriber &subscriber, LiveSession &session) {
        if (!subscriber.wantsTail || (seen == 0 && subscriber.tailSkipped == 0))
            return;
        if (session.isBehind(m_limits->slowBytes) && !std::exchange(subscriber.needsSnapshot, true))
            ++m_counts->slowBytes.reached; // and looked after until it has heard what it missed
        if (subscriber.needsSnapshot) {
            subscriber.tailSkipped += seen;
        } else if (subscriber.tailSkipped > 0) {
            session.send(OutMessage(wire::Tail{m_project->id(), tail.events, tail.skipped + subscriber.tailSkipped}));
            subscriber.tailSkipped = 0;
        } else {
            session.send(shared);
        }
    });
}

void Channel::sendHeartbeats(qint64 nowMs)
{
    std::map<qint64, OutMessage> messages; // by seq: most clients are at the same one
    forEach([&](const Subscriber &subscriber, LiveSession &session) {
        if (!session.state.reader || session.isBehind(m_limits->slowBytes))
            return;
        const qint64 seq = subscriber.seq;
        session.send(messages.try_emplace(seq, wire::Heartbeat{seq, nowMs, m_project->id()}).first->second);
    });
}

} // namespace entvas
