#include "server/ingest/rejections.h"

#include "core/base/metrics.h"
#include "core/store/events/storewriter.h"

#include <numeric>

namespace entvas {

// What /metrics shows of rejections; a new number is one more member here.
struct Rejections::Counts {
    Counts(const Rejections &rejections, Metrics &metrics)
        : held(metrics,
               {"entvas_rejections_held", LimitText::Unit::Count,
                "Answers to rejected events that wait for their count.",
                "Answers sent before the count was stored, because many waited."},
               double(kMaxHeld), [&rejections] { return double(rejections.m_held.size()); }),
          answer(metrics,
                 {"entvas_rejections_answer", LimitText::Unit::Bytes,
                  "Largest answer to rejected events so far that may wait for its count.",
                  "Answers sent before the count was stored, for their size."},
                 double(kMaxHeldBytes)),
          minutes(metrics,
                  {"entvas_rejections_unstored", LimitText::Unit::Count,
                   "Minutes whose rejected events are not counted in the database yet.",
                   "Counts added to the newest minute instead of their own."},
                  double(kMaxMinutes), [&rejections] { return double(rejections.m_waiting.size()); })
    {
    }
    Limit held;
    Limit answer;
    Limit minutes;
};

Rejections::Rejections(StoreWriter *writer, std::function<quint64()> nextTicket, Metrics &metrics, QObject *parent)
    : QObject(parent),
      m_writer(writer),
      m_nextTicket(std::move(nextTicket)),
      m_counts(std::make_unique<Counts>(*this, metrics))
{
    m_retry.setSingleShot(true);
    m_retry.setInterval(kRetryMs);
    connect(&m_retry, &QTimer::timeout, this, &Rejections::pushNext);
}

Rejections::~Rejections() = default;

void Rejections::add(const QString &project, qint64 count, qint64 nowMs, const HttpResponder &responder,
                     HttpReply reply)
{
    Minute minute{project, nowMs - nowMs % 60'000};
    if (!m_waiting.contains(minute) && m_waiting.size() >= kMaxMinutes) {
        minute = m_waiting.lastKey();
        m_counts->minutes.reach();
    }
    m_waiting[minute] += count;
    const bool isFull = m_held.size() >= kMaxHeld;
    const bool isLarge = reply.body.size() > kMaxHeldBytes;
    m_counts->held.reach(isFull);
    m_counts->answer.reach(isLarge);
    if (!isLarge)
        m_counts->answer.raise(double(reply.body.size()));
    if (isFull || isLarge || !m_writer->isAvailable())
        responder.send(reply);
    else
        m_held.append({responder, std::move(reply)});
    pushNext();
}

bool Rejections::committed(quint64 ticket)
{
    if (ticket == 0 || ticket != m_inFlight)
        return false;
    m_inFlight = 0;
    answer(m_inFlightHeld);
    pushNext();
    return true;
}

bool Rejections::refused(quint64 ticket)
{
    if (ticket == 0 || ticket != m_inFlight)
        return false;
    m_inFlight = 0;
    m_waiting[m_inFlightMinute] += m_inFlightCount; // not stored: still ours to store
    answer(m_inFlightHeld);
    m_retry.start();
    return true;
}

qint64 Rejections::uncounted() const
{
    return std::accumulate(m_waiting.cbegin(), m_waiting.cend(), m_inFlight != 0 ? m_inFlightCount : 0);
}

void Rejections::pushNext()
{
    if (m_inFlight != 0 || m_waiting.isEmpty())
        return;
    const Minute minute = m_waiting.firstKey();
    AppendJob job;
    job.ticket = m_nextTicket();
    job.project = minute.first;
    job.rejected = m_waiting.first();
    job.rejectedAtMs = minute.second;
    const quint64 ticket = job.ticket;
    const qint64 count = job.rejected;
    if (!m_writer->push(std::move(job))) {
        answer(m_held);
        m_retry.start();
        return;
    }
    m_waiting.remove(minute);
    m_inFlight = ticket;
    m_inFlightMinute = minute;
    m_inFlightCount = count;
    m_inFlightHeld = std::exchange(m_held, {});
}

void Rejections::answer(QList<Held> &held)
{
    for (const Held &one : std::exchange(held, {}))
        one.responder.send(one.reply);
}

} // namespace entvas
